//! What can be wrong with an Arrow file or stream, before it is known which file it is.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::error::ArrowError;

use crate::error::{Error, Result};
use crate::source::bytes::cannot_read;

/// What is wrong.
#[derive(Debug)]
pub(super) enum Fault {
    /// It cannot be what it says.
    Damaged(String),
    /// It may be right, and is too much at once: what, how many bytes, and how many are too many.
    TooLarge(&'static str, u64, u64),
    /// A batch of a pipe is too much to hold: how many bytes, and how many are too many.
    BatchTooLarge(u64, u64),
    /// It is beyond its budget, in words.
    Refused(Error),
    /// It is of a kind that is not read.
    Unsupported(&'static str),
    /// Its numbers have the other byte order.
    BigEndian,
    /// The bytes do not come.
    Io(io::Error),
}

/// What decoding gives.
pub(super) type Decoded<T> = std::result::Result<T, Fault>;

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => damaged("it ends early"),
            // What the decompressors say of bytes that are none of theirs.
            io::ErrorKind::InvalidData | io::ErrorKind::Other => damaged(error),
            _ => Self::Io(error),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<ArrowError> for Fault {
    fn from(error: ArrowError) -> Self {
        damaged(error)
    }
}

/// The fault of bytes that contradict themselves; of what a library says the first line.
pub(super) fn damaged(what: impl std::fmt::Display) -> Fault {
    let what = what.to_string();
    Fault::Damaged(what.lines().next().unwrap_or_default().trim_end_matches('.').to_owned())
}

impl Fault {
    fn into_error(self, name: &str) -> Error {
        match self {
            Self::Damaged(what) => Error::input(format!("the Arrow data is damaged or truncated ({what})"))
                .in_file(name)
                .hint("copy or write it again"),
            Self::TooLarge(what, bytes, most) => Error::input(format!("the Arrow data holds {what} at once"))
                .in_file(name)
                .expected(format!("at most {} MiB", most >> 20))
                .found(format!("{} MiB", bytes.div_ceil(1 << 20)))
                .hint("if it is meant to be so, raise --max-page"),
            Self::BatchTooLarge(bytes, most) => Error::input(
                "the Arrow data holds the chosen columns of a record batch at once",
            )
            .in_file(name)
            .expected(format!("at most {} MiB", most >> 20))
            .found(format!("{} MiB", bytes.div_ceil(1 << 20)))
            .hint("write it in smaller record batches, give the file itself instead of a pipe, or raise --max-page"),
            Self::Refused(error) => error.in_file(name),
            Self::Unsupported(what) => Error::input(format!("the Arrow data cannot be read: {what}"))
                .in_file(name)
                .hint("give the file itself, or write it again as a stream, with a current version of Arrow"),
            Self::BigEndian => Error::input("the Arrow data is big-endian")
                .in_file(name)
                .expected("little-endian, as nearly all machines write it")
                .hint("write it again on a little-endian machine, or as Parquet"),
            Self::Io(error) => cannot_read(error, name),
        }
    }
}

/// Runs decoder code: its faults and its panics are errors of the input.
pub(super) fn guarded<T>(name: &str, decode: impl FnOnce() -> Decoded<T>) -> Result<T> {
    let decoded = catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(damaged(format!("the decoder stopped: {}", text.unwrap_or("no reason given"))))
    });
    decoded.map_err(|fault| fault.into_error(name))
}
