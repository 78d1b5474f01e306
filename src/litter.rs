//! Files and folders that must not outlive the process, for those that end it at once.
//!
//! Whoever makes one keeps a [`Litter`] beside it; dropping that is enough where the process ends in its own time.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

static LITTER: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The mark of one path that is to be gone.
#[derive(Debug)]
pub struct Litter(PathBuf);

impl Litter {
    /// Marks a file or folder, there already or about to be.
    #[must_use]
    pub fn mark(path: &Path) -> Self {
        LITTER.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for Litter {
    fn drop(&mut self) {
        let mut litter = LITTER.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = litter.iter().position(|path| *path == self.0) {
            litter.swap_remove(at);
        }
    }
}

/// Removes everything that is marked. Call it right before the process ends: what cannot be removed stays.
pub fn remove_all() {
    // Who holds the lock only pushes a path.
    let litter = LITTER.lock().unwrap_or_else(PoisonError::into_inner);
    for path in litter.iter() {
        if path.is_dir() {
            std::fs::remove_dir_all(path).ok();
        } else {
            std::fs::remove_file(path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_marked_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let [kept, gone, inner] = ["kept", "gone", "inner"].map(|name| folder.path().join(name));
        std::fs::write(&kept, "").unwrap();
        std::fs::write(&gone, "").unwrap();
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(inner.join("file"), "").unwrap();
        drop(Litter::mark(&kept));
        let marks = [Litter::mark(&gone), Litter::mark(&inner)];
        remove_all();
        assert!(kept.exists() && !gone.exists() && !inner.exists());
        drop(marks);
    }
}
