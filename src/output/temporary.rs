//! The file that a result is written to before it is put in its place: one without a name where the system has such, else
//! one with a name of its own.
//!
//! Runs to one output never mix: the last to finish wins. What a killed run left is removed by the next one to that output.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::litter::Litter;

#[cfg(target_os = "linux")]
use super::unnamed::{self, Folder, Unnamed};

/// Names are `.NAME.pointillist-tmp`, or `.NAME.XXXXXX.pointillist-tmp` where there are no files without a name; beside the
/// target.
pub(super) const SUFFIX: &str = ".pointillist-tmp";

/// Characters of NAME that are kept: a file name has at most 255 bytes.
const KEPT_CHARS: usize = 50;

/// A file younger than this may belong to a run that is about to lock it.
const YOUNG: Duration = Duration::from_secs(2);

/// A temporary file; dropped, it is gone.
#[derive(Debug)]
pub(super) enum Temporary {
    #[cfg(target_os = "linux")]
    Unnamed(Unnamed),
    /// Its name is gone with the process, if that is ended at once.
    Named { file: NamedTempFile, _litter: Litter },
}

impl Temporary {
    /// A new file beside `target`, with the permissions of any new file, locked where the file system has locks. What
    /// killed runs to the same target left is removed.
    pub(super) fn create(folder: &Path, target: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Some(unnamed) = Unnamed::create(folder)? {
            sweep_unnamed(folder, target);
            return Ok(Self::Unnamed(unnamed));
        }
        sweep(folder, target);
        Self::named(folder, target)
    }

    /// The same with a name of its own.
    pub(super) fn named(folder: &Path, target: &Path) -> io::Result<Self> {
        let prefix = prefix(target);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(SUFFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Less what the user's mask takes away.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder)?;
        // Without locks a left-over stays until somebody removes it.
        file.as_file().try_lock().ok();
        let litter = Litter::mark(file.path());
        Ok(Self::Named { file, _litter: litter })
    }

    /// The file, open for writing.
    pub(super) fn as_file(&self) -> &File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(unnamed) => unnamed.as_file(),
            Self::Named { file: named, .. } => named.as_file(),
        }
    }

    /// Puts its bytes on disk, once: what failed is lost, and a second try would not say so.
    pub(super) fn sync(&self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        return Ok(rustix::fs::fsync(self.as_file())?);
        #[cfg(not(target_os = "linux"))]
        self.as_file().sync_all()
    }

    /// Puts it in its place, and its folder on disk.
    pub(super) fn publish(self, folder: &Path, target: &Path) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(unnamed) => unnamed.publish(target.file_name().unwrap_or_default()),
            Self::Named { file: named, .. } => {
                named.persist(target).map_err(|error| error.error)?;
                sync_folder(folder)
            }
        }
    }
}

#[cfg(target_os = "linux")]
fn sync_folder(folder: &Path) -> io::Result<()> {
    Folder::open(folder)?.sync()
}

/// Elsewhere a folder that cannot be synced is no reason to report a failure.
#[cfg(not(target_os = "linux"))]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).ok();
    Ok(())
}

/// Nothing depends on it: what cannot be removed now stands in the way of nobody but the run that needs the name.
#[cfg(target_os = "linux")]
fn sweep_unnamed(folder: &Path, target: &Path) {
    let name = unnamed::temporary_name(target.file_name().unwrap_or_default());
    if fs::symlink_metadata(folder.join(&name)).is_ok() {
        Folder::open(folder).and_then(|folder| unnamed::remove_abandoned(&folder, &name)).ok();
    }
}

fn prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    format!(".{}.", name.chars().take(KEPT_CHARS).collect::<String>())
}

/// Removes what killed runs to the same target left. Nothing depends on it: what fails is left to the next run.
fn sweep(folder: &Path, target: &Path) {
    let prefix = prefix(target);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&prefix) && name.ends_with(SUFFIX) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove_abandoned(&entry.path()).ok();
        }
    }
}

fn remove_abandoned(path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    let is_old = file.metadata()?.modified()?.elapsed().is_ok_and(|age| age > YOUNG);
    // Whoever holds the lock is alive; and the file opened must still be the one at the path.
    if is_old && file.try_lock().is_ok() && is_at(&file, path)? {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (mine, there) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok((mine.dev(), mine.ino()) == (there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_files_need_names_a_file_appears_whole_and_what_was_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.png");
        let names = || -> Vec<_> {
            let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
            names.map(|name| name.into_string().unwrap()).collect()
        };
        let (dead, living) = (".a.png.aaaaaa.pointillist-tmp", ".a.png.bbbbbb.pointillist-tmp");
        let hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
        for name in [dead, living] {
            fs::write(folder.path().join(name), "half").unwrap();
            File::open(folder.path().join(name)).and_then(|left| left.set_modified(hour_ago)).unwrap();
        }
        let owner = File::open(folder.path().join(living)).unwrap();
        owner.lock().unwrap();
        sweep(folder.path(), &target);
        assert_eq!(names(), [living], "the lock tells who is alive");
        drop(owner);
        sweep(folder.path(), &target);
        let named = Temporary::named(folder.path(), &target).unwrap();
        assert_eq!(names().len(), 1, "beside its place");
        io::Write::write_all(&mut named.as_file(), b"new").unwrap();
        named.sync().unwrap();
        named.publish(folder.path(), &target).unwrap();
        assert_eq!(names(), ["a.png"]);
        assert_eq!(fs::read(&target).unwrap(), b"new");
        drop(Temporary::named(folder.path(), &target).unwrap());
        assert_eq!(names(), ["a.png"], "dropped, it is gone");
    }
}
