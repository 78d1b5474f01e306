//! A pipe: bytes that come by once, with a look ahead at the first of them.

use std::fmt;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::source::bytes::cannot_read;

/// The name of standard input on the command line.
pub const STDIN: &str = "-";

/// A stream that can be read once; standard input, a named pipe, or a caller's reader.
pub struct Once {
    name: String,
    stream: Mutex<Option<Stream>>,
}

struct Stream {
    /// Bytes that have been looked at and not yet been read.
    ahead: Vec<u8>,
    rest: Box<dyn Read + Send>,
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Once {
    /// Takes a stream over; nothing is read yet.
    #[must_use]
    pub fn new(name: impl Into<String>, stream: Box<dyn Read + Send>) -> Self {
        Self { name: name.into(), stream: Mutex::new(Some(Stream { ahead: Vec::new(), rest: stream })) }
    }

    /// The input as the user named it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first `len` bytes, fewer only when the stream ends before; they stay in the stream.
    /// Waits until they have come, so that what is made of them does not depend on the pipe's timing.
    ///
    /// # Errors
    /// When the stream cannot be read or has been taken.
    pub fn head(&self, len: usize) -> Result<Vec<u8>> {
        let mut guard = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = guard.as_mut().ok_or_else(|| self.taken())?;
        let missing = len.saturating_sub(stream.ahead.len()) as u64;
        match (&mut stream.rest).take(missing).read_to_end(&mut stream.ahead) {
            Err(error) if !is_left(&error) => return Err(cannot_read(error, &self.name)),
            _ => {}
        }
        Ok(stream.ahead[..len.min(stream.ahead.len())].to_vec())
    }

    /// The first `len` bytes, fewer when the stream ends before or `is_enough` is true of fewer: it is asked whenever some
    /// have come, and waits for no more.
    ///
    /// # Errors
    /// As [`Once::head`].
    pub fn head_until(&self, len: usize, is_enough: &dyn Fn(&[u8]) -> bool) -> Result<Vec<u8>> {
        let mut guard = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = guard.as_mut().ok_or_else(|| self.taken())?;
        let mut block = [0; 4096];
        while stream.ahead.len() < len && !is_enough(&stream.ahead) {
            let room = block.len().min(len - stream.ahead.len());
            match stream.rest.read(&mut block[..room]) {
                Ok(0) => break,
                Ok(got) => stream.ahead.extend_from_slice(&block[..got]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_left(&error) => break,
                Err(error) => return Err(cannot_read(error, &self.name)),
            }
        }
        Ok(stream.ahead[..len.min(stream.ahead.len())].to_vec())
    }

    /// Everything from `offset` on; can be had once.
    ///
    /// # Errors
    /// When the stream has been taken already, or ends before `offset`.
    pub fn reader_at(&self, offset: u64) -> Result<Box<dyn Read + Send>> {
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or_else(|| self.taken())?;
        let mut reader = io::Cursor::new(stream.ahead).chain(stream.rest);
        let skipped = io::copy(&mut (&mut reader).take(offset), &mut io::sink())
            .map_err(|error| cannot_read(error, &self.name))?;
        if skipped < offset {
            return Err(Error::input("the stream ends early")
                .in_file(&self.name)
                .expected(format!("more than {offset} bytes"))
                .found(format!("{skipped}")));
        }
        Ok(Box::new(reader))
    }

    fn taken(&self) -> Error {
        Error::input("a pipe can be read only once")
            .in_file(&self.name)
            .hint("give the limits (--xlim, --ylim) or a file, so that one reading is enough")
    }
}

/// Whether a pipe is no longer waited on: its first bytes are then those that came, and reading on fails.
fn is_left(error: &io::Error) -> bool {
    let told = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    told.is_some_and(|error| error.kind() == ErrorKind::Stopped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_at_is_read_again_and_the_whole_only_once() {
        let once = Once::new("-", Box::new(io::Cursor::new(b"abcdef".to_vec())));
        assert_eq!(once.head(2).unwrap(), b"ab");
        assert_eq!(once.head(4).unwrap(), b"abcd");
        assert_eq!(once.head(100).unwrap(), b"abcdef");
        let mut rest = String::new();
        once.reader_at(1).unwrap().read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "bcdef");
        assert!(once.reader_at(0).err().unwrap().to_string().contains("only once"));
        assert!(once.head(1).is_err(), "a stream that is gone has no head");
    }
}
