//! How a path is written: where a file's new content goes, and what of the old file stays.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::folder_of;
use crate::error::{Error, Result};

/// Links that lead to one another before that counts as a circle, as the system has it.
const MOST_LINKS: usize = 40;

/// How a path is written.
pub(super) enum Target {
    /// A device or pipe.
    Direct,
    /// A file, old or new; links are followed, so that a link stays one.
    Replaced { target: PathBuf, folder: PathBuf },
}

impl Target {
    pub(super) fn of(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let is_named = !path.as_os_str().is_empty() && !shown.ends_with('/');
        let target = match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => {
                return Err(Error::output("the output is a directory").in_file(shown).hint("name a file in it"));
            }
            Ok(meta) if !meta.is_file() => return Ok(Self::Direct),
            Ok(_) => fs::canonicalize(path).map_err(|error| failed(path, "the output cannot be reached", error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => end_of_links(path.to_owned()),
            Err(error) => return Err(failed(path, "the output cannot be reached", error)),
        };
        if target.file_name().is_none() || !is_named {
            return Err(Error::output("the output has no file name").found(format!("'{shown}'")));
        }
        let folder = folder_of(target.parent().unwrap_or(Path::new(""))).to_owned();
        if !folder.is_dir() {
            return Err(Error::output("the output's folder does not exist")
                .in_file(shown)
                .hint(format!("create {} first", folder.display())));
        }
        Ok(Self::Replaced { target, folder })
    }
}

/// The file that a link to nothing speaks of.
pub(super) fn end_of_links(mut path: PathBuf) -> PathBuf {
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&path) else { return path };
        path = folder_of(path.parent().unwrap_or(Path::new(""))).join(next);
    }
    path
}

/// Refuses a file of somebody else in a folder where only owners may replace (`man 7 inode`, the sticky bit); `new` is a
/// file that this user made.
///
/// # Errors
/// An output error.
#[cfg(unix)]
pub(super) fn refuse_protected(new: &File, folder: &Path, target: &Path) -> Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let (Ok(new), Ok(folder), Ok(old)) = (new.metadata(), fs::metadata(folder), fs::symlink_metadata(target)) else {
        return Ok(());
    };
    if is_protected(folder.permissions().mode(), new.uid(), [old.uid(), folder.uid()]) {
        return Err(Error::output("the output is somebody else's, in a folder where only owners may replace files")
            .in_file(target.display().to_string())
            .hint("name another file"));
    }
    Ok(())
}

/// True where the folder's mode lets only `owners` (and root) replace a file.
#[cfg(unix)]
fn is_protected(mode: u32, user: u32, owners: [u32; 2]) -> bool {
    mode & 0o1000 != 0 && user != 0 && !owners.contains(&user)
}

#[cfg(not(unix))]
pub(super) fn refuse_protected(_: &File, _: &Path, _: &Path) -> Result<()> {
    Ok(())
}

/// A file that is replaced keeps its permissions.
pub(super) fn keep_permissions(file: &File, target: &Path) -> io::Result<()> {
    match fs::metadata(target) {
        Ok(old) if old.permissions() != file.metadata()?.permissions() => file.set_permissions(old.permissions()),
        _ => Ok(()),
    }
}

/// An output error of a path.
pub(super) fn failed(path: &Path, message: &str, error: io::Error) -> Error {
    // The name of a temporary file means nothing to anybody.
    let text = error.to_string();
    let text = text.split(" at path ").next().unwrap_or_default();
    Error::output(message).in_file(path.display().to_string()).because(io::Error::new(error.kind(), text))
}

#[cfg(all(test, unix))]
mod tests {
    use super::is_protected;

    #[test]
    fn in_a_shared_folder_only_owners_replace() {
        for (mode, user, owners, is_refused) in [
            (0o1777, 5, [7, 0], true),
            (0o1777, 5, [5, 0], false),
            (0o1777, 5, [7, 5], false),
            (0o1777, 0, [7, 8], false),
            (0o777, 5, [7, 0], false),
        ] {
            assert_eq!(is_protected(mode, user, owners), is_refused, "{mode:o} {user} {owners:?}");
        }
    }
}
