//! The file that a result is written to before it is put in its place.
//!
//! Each run has one of its own, so that runs to one output never mix: the last to finish wins. What a killed run left is
//! removed by a later one: it is told by its lock, which a living run holds, and by its age.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

/// Names are `.NAME.XXXXXX.pointillist-tmp`, beside the target.
const SUFFIX: &str = ".pointillist-tmp";

/// Characters of NAME that are kept: a file name has at most 255 bytes.
const KEPT_CHARS: usize = 50;

/// A file younger than this may belong to a run that is about to lock it.
const YOUNG: Duration = Duration::from_secs(2);

/// A temporary file; dropped, it is gone.
#[derive(Debug)]
pub(super) struct Temporary(NamedTempFile);

impl Temporary {
    /// A new file beside `target`, with the permissions of any new file, locked where the file system has locks.
    pub(super) fn create(folder: &Path, target: &Path) -> io::Result<Self> {
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
        Ok(Self(file))
    }

    /// The file, open for writing.
    pub(super) fn as_file(&self) -> &File {
        self.0.as_file()
    }

    /// Renames it to its place.
    pub(super) fn persist(self, target: &Path) -> io::Result<()> {
        self.0.persist(target).map(drop).map_err(|error| error.error)
    }
}

fn prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    format!(".{}.", name.chars().take(KEPT_CHARS).collect::<String>())
}

/// Removes what killed runs to the same target left. Nothing depends on it: what fails is left to the next run.
pub(super) fn sweep(folder: &Path, target: &Path) {
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
