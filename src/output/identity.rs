//! Which file a name stands for: that two names, links or mounts lead to one is found by device and inode.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::path::Path;

use super::folder_of;
use super::target::end_of_links;

/// A file, whatever it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    place: Place,
    is_stream: bool,
    is_device: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// Device and inode.
    Inode(u64, u64),
    /// Where the system has no such numbers: the path without links.
    #[cfg(not(unix))]
    Path(std::path::PathBuf),
    /// A file that is not there yet, by its folder.
    Missing(Box<Place>, OsString),
}

impl Identity {
    /// What a path leads to, links followed; a file that is not there yet by its folder. Nothing where there is neither.
    pub(super) fn of_path(path: &Path) -> Option<Self> {
        if let Ok(meta) = fs::metadata(path) {
            let is_stream = !meta.is_file() && !meta.is_dir();
            return Some(Self { place: place(path, &meta)?, is_stream, is_device: is_stream && is_device(&meta) });
        }
        // A link to nothing speaks of the file that is going to be written.
        let path = &end_of_links(path.to_owned());
        let folder = folder_of(path.parent()?);
        let folder = place(folder, &fs::metadata(folder).ok()?)?;
        Some(Self {
            place: Place::Missing(Box::new(folder), path.file_name()?.to_owned()),
            is_stream: false,
            is_device: false,
        })
    }

    /// The file, pipe or device of an open standard stream; nothing where the system does not tell.
    #[cfg(target_os = "linux")]
    pub(super) fn of_stream(stream: impl std::os::fd::AsFd) -> Option<Self> {
        let stat = rustix::fs::fstat(stream).ok()?;
        let kind = rustix::fs::FileType::from_raw_mode(stat.st_mode);
        let is_device = kind.is_char_device() || kind.is_block_device();
        Some(Self { place: Place::Inode(stat.st_dev, stat.st_ino), is_stream: !kind.is_file(), is_device })
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn of_stream<T>(_: T) -> Option<Self> {
        None
    }

    /// True for a device: what comes from several writers does it no harm.
    pub(super) fn is_device(&self) -> bool {
        self.is_device
    }

    /// True for a pipe, a socket or a device: writing to it replaces nothing.
    pub(super) fn is_stream(&self) -> bool {
        self.is_stream
    }
}

#[cfg(unix)]
fn is_device(meta: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    meta.file_type().is_char_device() || meta.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn place(_: &Path, meta: &Metadata) -> Option<Place> {
    use std::os::unix::fs::MetadataExt;
    Some(Place::Inode(meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn place(path: &Path, _: &Metadata) -> Option<Place> {
    fs::canonicalize(path).ok().map(Place::Path)
}
