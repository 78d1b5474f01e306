//! The bytes of an input: a regular file that is read at positions and never mapped, or a pipe that is read once; what
//! is packed with gzip or zstd is unpacked on the way, so that every format gets that for nothing.
//!
//! Knows no format.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::source::packed::{Packing, Taken};
use crate::source::stdin::Once;
use crate::source::zip_member::ZipMember;

pub use crate::source::regular::RegularFile;
pub(crate) use crate::source::regular::cannot_open;

/// A lock whose poison is of no matter: what it guards is a file handle.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The error for bytes that cannot be read.
pub(crate) fn cannot_read(error: io::Error, name: &str) -> Error {
    let error = match error.downcast::<Error>() {
        Ok(error) => return error.in_file(name),
        Err(error) => error,
    };
    Error::input(format!("cannot read the input ({error})")).in_file(name).because(error)
}

/// Where the bytes of an input come from.
#[derive(Debug)]
pub enum Bytes {
    /// A file.
    File(RegularFile),
    /// A pipe.
    Once(Once),
    /// A file of a zip archive.
    Member(ZipMember),
    /// A file that is packed.
    PackedFile(RegularFile, Packing),
    /// A pipe that is unpacked, and how much of it has been taken.
    PackedOnce(Once, Taken),
}

/// The stored bytes that a reader has taken.
#[derive(Clone, Debug)]
pub struct Stored(Option<Taken>);

impl Stored {
    /// Their number, where the reader has given `content_bytes` bytes: what was taken of a packed input, else the same.
    #[must_use]
    pub fn len_bytes(&self, content_bytes: u64) -> u64 {
        self.0.as_ref().map_or(content_bytes, Taken::len_bytes)
    }
}

impl Bytes {
    /// A file, unpacked when its first bytes say that it is packed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_file(file: RegularFile) -> Result<Self> {
        let plain = Self::File(file.clone());
        let packing = Packing::from_head(&plain.head(Packing::HEAD_BYTES)?);
        Ok(packing.map_or(plain, |packing| Self::PackedFile(file, packing)))
    }

    /// A pipe, unpacked when its first bytes say that it is packed; waits for these.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_stream(once: Once) -> Result<Self> {
        let Some(packing) = Packing::from_head(&once.head(Packing::HEAD_BYTES)?) else { return Ok(Self::Once(once)) };
        let unpacked = packing.unpack(once.reader_at(0)?);
        let (stream, taken) = unpacked.map_err(|error| cannot_read(error, once.name()))?;
        Ok(Self::PackedOnce(Once::new(once.name(), stream), taken))
    }

    /// The input as the user named it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::File(file) | Self::PackedFile(file, _) => file.name(),
            Self::Once(once) | Self::PackedOnce(once, _) => once.name(),
            Self::Member(member) => member.name(),
        }
    }

    /// How many bytes there are to read when that is known without reading them: for a file that is not packed.
    #[must_use]
    pub fn len_bytes(&self) -> Option<u64> {
        match self {
            Self::File(file) => Some(file.len_bytes()),
            Self::Member(member) => Some(member.len_bytes()),
            _ => None,
        }
    }

    /// The size of the file, packed or not; `None` for a pipe.
    #[must_use]
    pub fn stored_bytes(&self) -> Option<u64> {
        match self {
            Self::File(file) | Self::PackedFile(file, _) => Some(file.len_bytes()),
            Self::Member(member) => Some(member.len_bytes()),
            Self::Once(_) | Self::PackedOnce(..) => None,
        }
    }

    /// True when the bytes come out of gzip or zstd.
    #[must_use]
    pub fn is_packed(&self) -> bool {
        matches!(self, Self::PackedFile(..) | Self::PackedOnce(..))
    }

    /// False when it can be read only once.
    #[must_use]
    pub fn can_reread(&self) -> bool {
        matches!(self, Self::File(_) | Self::PackedFile(..) | Self::Member(_))
    }

    /// The first `len` bytes, fewer only when there are no more; a pipe keeps them for the reader.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn head(&self, len: usize) -> Result<Vec<u8>> {
        match self {
            Self::File(_) | Self::PackedFile(..) | Self::Member(_) => {
                let mut head = Vec::new();
                let reader = self.reader_at(0)?;
                reader.take(len as u64).read_to_end(&mut head).map_err(|error| cannot_read(error, self.name()))?;
                Ok(head)
            }
            Self::Once(once) | Self::PackedOnce(once, _) => once.head(len),
        }
    }

    /// The first lines, at most `len` bytes of them: until so many have come as `records` of text and a header take (blank
    /// lines and comments not counted), which are the same from a file and from a pipe; and whether they were cut there.
    ///
    /// # Errors
    /// As [`Bytes::head`].
    pub fn head_of_records(&self, len: usize, records: Option<u64>) -> Result<(Vec<u8>, bool)> {
        let Some(records) = records else { return Ok((self.head(len)?, false)) };
        let lines = usize::try_from(records).unwrap_or(usize::MAX).saturating_add(1);
        let mut head = match self {
            Self::Once(once) | Self::PackedOnce(once, _) => {
                once.head_until(len, &|head| end_of_lines(head, lines).is_some())?
            }
            _ => self.head(len)?,
        };
        let end = end_of_lines(&head, lines);
        head.truncate(end.unwrap_or(head.len()));
        Ok((head, end.is_some()))
    }

    /// A reader of everything from `offset` on (of a packed file: all before it is unpacked too).
    ///
    /// # Errors
    /// When the bytes cannot be read or end before `offset`, or a pipe has been read already.
    pub fn reader_at(&self, offset: u64) -> Result<Box<dyn Read + Send>> {
        self.counted_reader_at(offset).map(|(reader, _)| reader)
    }

    /// A reader of everything from `offset` on, and a count of the stored bytes that it takes.
    ///
    /// # Errors
    /// As [`Bytes::reader_at`].
    pub fn counted_reader_at(&self, offset: u64) -> Result<(Box<dyn Read + Send>, Stored)> {
        match self {
            Self::File(file) => Ok((file.reader_at(offset)?, Stored(None))),
            Self::PackedFile(file, packing) => {
                let failed = |error: io::Error| cannot_read(error, self.name());
                let (mut reader, taken) = packing.unpack(file.reader_at(0)?).map_err(failed)?;
                let passed = io::copy(&mut (&mut reader).take(offset), &mut io::sink()).map_err(failed)?;
                if passed < offset {
                    return Err(Error::input("the input ends early")
                        .in_file(self.name())
                        .expected(format!("more than {offset} bytes"))
                        .found(passed.to_string()));
                }
                Ok((reader, Stored(Some(taken))))
            }
            Self::Once(once) => Ok((once.reader_at(offset)?, Stored(None))),
            Self::Member(member) => Ok((member.reader_at(offset)?, Stored(None))),
            Self::PackedOnce(once, taken) => Ok((once.reader_at(offset)?, Stored(Some(taken.clone())))),
        }
    }
}

/// A reader with a place of its own in a file that others read too (an unlinked one cannot be opened again).
#[derive(Debug)]
pub struct SharedReader {
    file: Arc<Mutex<File>>,
    offset: u64,
}

impl SharedReader {
    /// A reader from the start of the file.
    #[must_use]
    pub fn new(file: Arc<Mutex<File>>) -> Self {
        Self { file, offset: 0 }
    }

    /// A reader from a place in the file on.
    #[must_use]
    pub fn at(file: Arc<Mutex<File>>, offset: u64) -> Self {
        Self { file, offset }
    }
}

impl Read for SharedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = locked(&self.file);
        file.seek(SeekFrom::Start(self.offset))?;
        let count = file.read(buffer)?;
        self.offset += count as u64;
        Ok(count)
    }
}

/// Where the `count`th line ends that is neither blank nor a comment; `None` when there are fewer.
fn end_of_lines(text: &[u8], count: usize) -> Option<usize> {
    let mut end = 0;
    let whole = text.split_inclusive(|byte| *byte == b'\n').take_while(|line| line.ends_with(b"\n"));
    let records = whole.filter_map(|line| {
        end += line.len();
        (!line.trim_ascii().is_empty() && !line.starts_with(b"#")).then_some(end)
    });
    records.take(count).enumerate().last().filter(|(number, _)| number + 1 == count).map(|(_, end)| end)
}

/// Fills `buffer` as far as there are bytes; fewer only at the end.
pub(crate) fn read_full(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_records_are_counted() {
        let text = b"# c\n\nx,y\r\n1,2\n3";
        assert_eq!(end_of_lines(text, 1), Some(10));
        assert_eq!(end_of_lines(text, 2), Some(14));
        assert_eq!(end_of_lines(text, 3), None, "a line without its end may go on");
        assert_eq!(end_of_lines(b"", 1), None);
    }

    #[test]
    fn readers_of_one_handle_do_not_disturb_each_other() {
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, b"0123456789").unwrap();
        let file = Arc::new(Mutex::new(file));
        let (mut a, mut b) = (SharedReader::new(Arc::clone(&file)), SharedReader::new(file));
        let (mut first, mut second) = ([0; 4], [0; 3]);
        a.read_exact(&mut first).unwrap();
        b.read_exact(&mut second).unwrap();
        a.read_exact(&mut first).unwrap();
        assert_eq!((&first, &second), (b"4567", b"012"));
    }
}
