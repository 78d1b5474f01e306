//! A regular file as it was when it was opened: its readers see those bytes and no others, and a file that shrinks, is
//! written over or replaced meanwhile is noticed.
//!
//! A file that only grows is read as far as it went at first, in every reading: logs are written to while they are drawn.
//! Nothing is mapped: a mapped file that shrinks kills the process.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::nearest::missing_file;
use crate::source::bytes::{cannot_read, read_full};
use crate::units::grouped;

/// So many bytes at both ends tell a file that grew from one that was written anew.
const END_BYTES: usize = 4096;

/// A regular file as it was when it was opened.
#[derive(Clone, Debug)]
pub struct RegularFile {
    path: PathBuf,
    name: String,
    len_bytes: u64,
    modified: Option<SystemTime>,
    inode: Option<(u64, u64)>,
    ends: Ends,
}

/// The checksums of the first and the last bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends([u32; 2]);

/// What became of a file.
enum Fate {
    Same,
    /// There is more behind what there was.
    Grew,
    /// Its name means another file.
    Replaced,
    /// Its bytes are others.
    Changed,
}

impl RegularFile {
    /// Looks at a file.
    ///
    /// # Errors
    /// When it is missing, no regular file, or cannot be opened.
    pub fn open(path: &Path, name: &str) -> Result<Self> {
        let failed = |error: io::Error| cannot_open(&error, name);
        let mut file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(Error::input("this is a folder")
                .in_file(name)
                .hint("name the files in it, for example FOLDER/*.parquet"));
        }
        if !metadata.is_file() {
            return Err(Error::input("this is no regular file").in_file(name).hint("give it on standard input: '-'"));
        }
        Ok(Self {
            path: path.into(),
            name: name.into(),
            len_bytes: metadata.len(),
            modified: metadata.modified().ok(),
            inode: inode(&metadata),
            ends: Ends::of(&mut file, metadata.len()).map_err(|error| cannot_read(error, name))?,
        })
    }

    /// The input as the user named it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The size when it was opened.
    #[must_use]
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    /// A new handle, at the start of the file; what lies behind [`Self::len_bytes`] came later.
    ///
    /// # Errors
    /// When the file is gone, or has other bytes than before.
    pub fn handle(&self) -> Result<File> {
        let mut file = File::open(&self.path).map_err(|error| cannot_open(&error, &self.name))?;
        let failed = |error: io::Error| cannot_read(error, &self.name);
        match self.fate(&mut file).map_err(failed)? {
            Fate::Same | Fate::Grew => {}
            Fate::Replaced | Fate::Changed => return Err(self.changed(&file)),
        }
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        Ok(file)
    }

    /// A reader of everything from `offset` on, up to where the file went at first.
    ///
    /// # Errors
    /// As [`RegularFile::handle`].
    pub fn reader_at(&self, offset: u64) -> Result<Box<dyn Read + Send>> {
        let mut file = self.handle()?;
        file.seek(SeekFrom::Start(offset)).map_err(|error| cannot_read(error, &self.name))?;
        Ok(Box::new(file.take(self.len_bytes.saturating_sub(offset))))
    }

    /// Whether what was read is still what is there: a line to tell where it is not all of it, or no longer under that
    /// name.
    ///
    /// # Errors
    /// When bytes may have changed while they were read.
    pub fn verify(&self) -> Result<Option<String>> {
        let fate = match File::open(&self.path) {
            Ok(mut file) => match self.fate(&mut file) {
                Ok(Fate::Changed) => return Err(self.changed(&file)),
                Ok(fate) => fate,
                Err(error) => return Err(cannot_read(error, &self.name)),
            },
            // Its bytes could be read to the end.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Fate::Replaced,
            Err(_) => Fate::Same,
        };
        Ok(match fate {
            Fate::Grew => Some(format!(
                "{} grew while it was read: the picture shows its first {} bytes",
                self.name,
                grouped(self.len_bytes)
            )),
            Fate::Replaced => Some(format!(
                "{} was replaced or removed while it was read: the picture shows the one before",
                self.name
            )),
            Fate::Same | Fate::Changed => None,
        })
    }

    fn fate(&self, file: &mut File) -> io::Result<Fate> {
        let metadata = file.metadata()?;
        Ok(if metadata.len() == self.len_bytes && metadata.modified().ok() == self.modified {
            // By whatever name, it cannot be told apart: some file systems number files anew at every opening.
            Fate::Same
        } else if inode(&metadata) != self.inode {
            Fate::Replaced
        } else if metadata.len() > self.len_bytes && Ends::of(file, self.len_bytes)? == self.ends {
            Fate::Grew
        } else {
            Fate::Changed
        })
    }

    fn changed(&self, file: &File) -> Error {
        let found = file.metadata().map_or(0, |metadata| metadata.len());
        Error::input("the file changed while it was being read")
            .in_file(&self.name)
            .expected(format!("{} bytes as before", grouped(self.len_bytes)))
            .found(format!("{} bytes, or another time of change", grouped(found)))
            .hint("wait until it is written, then run again")
    }
}

impl Ends {
    /// Those of the first `len_bytes` bytes.
    fn of(file: &mut File, len_bytes: u64) -> io::Result<Self> {
        let end_bytes = len_bytes.min(END_BYTES as u64);
        let mut end = |offset| {
            let mut bytes = vec![0; end_bytes as usize];
            file.seek(SeekFrom::Start(offset))?;
            let filled = read_full(file, &mut bytes)?;
            io::Result::Ok(crc32fast::hash(&bytes[..filled]))
        };
        Ok(Self([end(0)?, end(len_bytes - end_bytes)?]))
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// The error for a file that cannot be opened.
pub(crate) fn cannot_open(error: &io::Error, name: &str) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Error::input("there is no such file").in_file(name).hint(missing_file(Path::new(name)))
        }
        io::ErrorKind::PermissionDenied => {
            Error::input("the file may not be read").in_file(name).hint("check its permissions")
        }
        _ => Error::input(format!("cannot open the file ({error})")).in_file(name),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A file of three lines, opened.
    fn three_lines(folder: &tempfile::TempDir) -> (PathBuf, RegularFile) {
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "x\n1\n2\n").unwrap();
        let file = RegularFile::open(&path, "a.csv").unwrap();
        assert!(file.verify().unwrap().is_none() && file.handle().is_ok());
        (path, file)
    }

    fn is_changed(error: &Error) -> bool {
        error.to_string().contains("a.csv: the file changed while it was being read")
    }

    #[test]
    fn a_file_that_shrank_or_was_written_over_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["x\n", "x\n1\n3\n", "y\n1\n2\n3\n", "x\n1\n3\n4\n"] {
            let (path, file) = three_lines(&folder);
            let hour_ago = SystemTime::now() - std::time::Duration::from_secs(3600);
            // In place: the file keeps its number.
            let mut there = File::options().write(true).truncate(true).open(&path).unwrap();
            there.write_all(text.as_bytes()).unwrap();
            there.set_modified(hour_ago).unwrap();
            assert!(is_changed(&file.handle().unwrap_err()), "{text}");
            assert!(is_changed(&file.verify().unwrap_err()), "{text}");
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_file_that_grew_is_read_as_far_as_it_went() {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = three_lines(&folder);
        File::options().append(true).open(&path).unwrap().write_all(b"3\n4").unwrap();
        let mut text = String::new();
        file.reader_at(2).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "1\n2\n");
        let line = file.verify().unwrap().unwrap();
        assert_eq!(line, "a.csv grew while it was read: the picture shows its first 6 bytes");
    }

    #[test]
    fn a_file_that_was_replaced_is_told_and_not_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = three_lines(&folder);
        std::fs::write(folder.path().join("b"), "x\n1\n2\n3\n").unwrap();
        std::fs::rename(folder.path().join("b"), &path).unwrap();
        assert!(is_changed(&file.handle().unwrap_err()));
        assert!(file.verify().unwrap().unwrap().contains("was replaced"));
        std::fs::remove_file(&path).unwrap();
        assert!(file.verify().unwrap().unwrap().contains("or removed"));
        assert!(file.handle().is_err());
    }

    #[test]
    fn folders_and_missing_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(RegularFile::open(folder.path(), "d").unwrap_err().to_string().contains("folder"));
        let missing = RegularFile::open(&folder.path().join("no"), "no").unwrap_err().to_string();
        assert!(missing.contains("no such file"), "{missing}");
    }
}
