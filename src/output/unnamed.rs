//! A file without a name: until it is whole nobody can see it, and it is gone with the process, however that ends.
//!
//! It gets its name by two calls: `linkat` gives it `.NAME.pointillist-tmp`, and a rename puts that over NAME. A run killed
//! between the two leaves that one file. Who finds it tells by its lock whether its run still lives: the lock is taken
//! before the name, and is held until the file is in its place. Only who holds it may remove or rename the name.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, Stat};
use rustix::io::{Errno, retry_on_intr};

use super::temporary::SUFFIX;

/// Bytes of a file's name.
const MOST_NAME_BYTES: usize = 255;

/// How long another run may take between its last two calls: it was stopped there, or it waits for the disk.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks at whether it is done.
const PAUSE: Duration = Duration::from_millis(5);

/// Where the file system has no locks, a file that got its name so long ago belongs to nobody.
const OLD: Duration = Duration::from_secs(60);

/// A folder, by itself and not by its name: it may be moved meanwhile.
#[derive(Debug)]
pub(super) struct Folder {
    handle: OwnedFd,
    /// False where it can be written and not read; such a folder cannot be synced.
    is_readable: bool,
}

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let open = |flags| retry_on_intr(|| rustix::fs::openat(CWD, path, flags | OFlags::DIRECTORY, Mode::empty()));
        match open(OFlags::RDONLY | OFlags::CLOEXEC) {
            Ok(handle) => Ok(Self { handle, is_readable: true }),
            Err(Errno::ACCESS) => Ok(Self { handle: open(OFlags::PATH | OFlags::CLOEXEC)?, is_readable: false }),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts its entries on disk, once: what failed is lost, and a second try would not say so.
    pub(super) fn sync(&self) -> io::Result<()> {
        if !self.is_readable {
            return Ok(());
        }
        match rustix::fs::fsync(&self.handle) {
            // Some file systems have no such thing for folders.
            Ok(()) | Err(Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A file without a name; dropped, it is gone.
#[derive(Debug)]
pub(super) struct Unnamed {
    file: File,
    folder: Folder,
}

impl Unnamed {
    /// A new file in the folder, with the permissions of any new file; nothing where the system has no such files, or no
    /// way to name one.
    pub(super) fn create(folder: &Path) -> io::Result<Option<Self>> {
        let folder = Folder::open(folder)?;
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        // Less what the user's mask takes away.
        let mode = Mode::from_raw_mode(0o666);
        let file = match retry_on_intr(|| rustix::fs::openat(&folder.handle, ".", flags, mode)) {
            Ok(file) => File::from(file),
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let can_be_named = rustix::fs::statat(CWD, path_of(&file), AtFlags::empty()).is_ok();
        // Without locks, age tells.
        file.try_lock().ok();
        Ok(can_be_named.then_some(Self { file, folder }))
    }

    pub(super) fn as_file(&self) -> &File {
        &self.file
    }

    /// Gives it the name of a temporary file, renames that over `name`, and puts the folder on disk.
    pub(super) fn publish(self, name: &OsStr) -> io::Result<()> {
        let temporary = temporary_name(name);
        self.link(&temporary)?;
        // Not tried again, nor interrupted by any system known: a second call could not tell whether the first was done.
        if let Err(error) = rustix::fs::renameat(&self.folder.handle, &temporary, &self.folder.handle, name) {
            rustix::fs::unlinkat(&self.folder.handle, &temporary, AtFlags::empty()).ok();
            return Err(error.into());
        }
        self.folder.sync()
    }

    fn link(&self, temporary: &OsStr) -> io::Result<()> {
        let begun = Instant::now();
        loop {
            let folder = &self.folder.handle;
            match rustix::fs::linkat(CWD, path_of(&self.file), folder, temporary, AtFlags::SYMLINK_FOLLOW) {
                Err(Errno::EXIST) if begun.elapsed() < PATIENCE => {
                    if !remove_abandoned(&self.folder, temporary)? {
                        std::thread::sleep(PAUSE);
                    }
                }
                result => return Ok(result?),
            }
        }
    }
}

/// By which a file without a name can be linked.
fn path_of(file: &File) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

/// `.NAME.pointillist-tmp`, NAME cut where that would be too long: names that share it wait for one another.
pub(super) fn temporary_name(name: &OsStr) -> OsString {
    let most = MOST_NAME_BYTES - 1 - SUFFIX.len();
    let mut bytes = name.as_bytes();
    if bytes.len() > most {
        let is_inside = |at: usize| bytes[at] & 0xc0 == 0x80;
        let end = (most.saturating_sub(3)..=most).rev().find(|end| !is_inside(*end)).unwrap_or(most);
        bytes = &bytes[..end];
    }
    OsString::from_vec([b".", bytes, SUFFIX.as_bytes()].concat())
}

/// Removes what a killed run left under that name; false while a living one holds it. Done when it is gone.
pub(super) fn remove_abandoned(folder: &Folder, temporary: &OsStr) -> io::Result<bool> {
    // A link or a pipe of that name is nobody's result.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let there = || rustix::fs::statat(&folder.handle, temporary, AtFlags::SYMLINK_NOFOLLOW);
    let file = match retry_on_intr(|| rustix::fs::openat(&folder.handle, temporary, flags, Mode::empty())) {
        Ok(file) => File::from(file),
        Err(Errno::NOENT) => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    let mine = rustix::fs::fstat(&file)?;
    if !rustix::fs::FileType::from_raw_mode(mine.st_mode).is_file() {
        return Err(Errno::EXIST.into());
    }
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => return Ok(false),
        Err(std::fs::TryLockError::Error(_)) if is_old(&mine) => {}
        Err(std::fs::TryLockError::Error(_)) => return Ok(false),
    }
    // Its run may have ended meanwhile, and another have taken the name.
    match there() {
        Ok(there) if (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino) => {
            rustix::fs::unlinkat(&folder.handle, temporary, AtFlags::empty())?;
            Ok(true)
        }
        Ok(_) => Ok(false),
        Err(Errno::NOENT) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// By the time of its last change, its name.
fn is_old(stat: &Stat) -> bool {
    let changed = u64::try_from(stat.st_ctime).unwrap_or(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    now.saturating_sub(changed) > OLD.as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_are_cut_between_characters() {
        assert_eq!(temporary_name(OsStr::new("a.png")), ".a.png.pointillist-tmp");
        for name in ["n".repeat(255), "é".repeat(127), format!("x{}", "日".repeat(84))] {
            let temporary = temporary_name(OsStr::new(&name));
            assert!((250..=255).contains(&temporary.len()), "{name}: {}", temporary.len());
            assert!(temporary.to_str().is_some(), "{name} is cut inside a character");
        }
    }

    #[test]
    fn a_name_that_a_living_run_holds_is_waited_for_and_one_of_a_dead_run_removed() {
        let folder = tempfile::tempdir().unwrap();
        let name = OsStr::new("out");
        let path = folder.path().join(temporary_name(name));
        let unnamed = |text: &str| {
            let made = Unnamed::create(folder.path()).unwrap();
            let made = made.expect("this file system has unnamed files");
            io::Write::write_all(&mut made.as_file(), text.as_bytes()).unwrap();
            made
        };
        std::fs::write(&path, "left").unwrap();
        unnamed("new").publish(name).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("out")).unwrap(), "new");
        assert!(!path.exists());

        std::fs::write(&path, "held").unwrap();
        let owner = File::open(&path).unwrap();
        owner.lock().unwrap();
        let waiting = std::thread::scope(|scope| {
            let other = scope.spawn(|| unnamed("second").publish(name));
            std::thread::sleep(Duration::from_millis(100));
            let was_waiting = !other.is_finished() && path.exists();
            // What a run does last: the name is gone, then the lock.
            std::fs::rename(&path, folder.path().join("out")).unwrap();
            drop(owner);
            other.join().unwrap().unwrap();
            was_waiting
        });
        assert!(waiting);
        assert_eq!(std::fs::read_to_string(folder.path().join("out")).unwrap(), "second");
    }

    #[test]
    fn what_is_no_file_of_ours_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(temporary_name(OsStr::new("out")));
        std::os::unix::fs::symlink("/nowhere", &path).unwrap();
        assert!(Unnamed::create(folder.path()).unwrap().unwrap().publish(OsStr::new("out")).is_err());
        assert!(path.is_symlink());
    }
}
