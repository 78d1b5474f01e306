//! gzip and zstd around an input: told by the first bytes, decoded while it is read, damage never passed over.
//!
//! Files of several members or frames are read to their end. A checksum that is wrong, a stream that ends early and a
//! window beyond the budget are errors that name what is broken.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Error;
use crate::source::budget::{Budgets, Limit};

/// The largest window of zstd that is held in memory, as a power of two: with the usual budget 128 MiB, what `zstd -d`
/// takes too.
fn window_log(budgets: &Budgets) -> u32 {
    (budgets.of(Limit::Page).ilog2() + 1).min(31)
}

/// Bytes taken from below at a time.
const BUFFER_BYTES: usize = 64 << 10;

/// How an input is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// RFC 1952, also of several members.
    Gzip,
    /// RFC 8878, also of several frames.
    Zstd,
}

impl Packing {
    /// Bytes that are enough for [`Packing::from_head`].
    pub const HEAD_BYTES: usize = 4;

    /// The packing of bytes that begin with `head`; `None` for what is not packed.
    #[must_use]
    pub fn from_head(head: &[u8]) -> Option<Self> {
        match head {
            // The third byte is the one method there is.
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            // A frame, or one to be skipped that comes before it.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// True for the extensions that such files have: `gz`, `zst`.
    #[must_use]
    pub fn is_extension(extension: &str) -> bool {
        ["gz", "gzip", "zst", "zstd"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    }

    fn title(self) -> &'static str {
        match self {
            Self::Gzip => "the gzip data",
            Self::Zstd => "the zstd data",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// Decodes `packed`, as far as it unpacks to no more than its budget; the packed bytes taken are counted in the
    /// second value.
    ///
    /// # Errors
    /// When there is no memory for a decoder. Later, from the reader, when the stream is damaged or unpacks to too much.
    pub fn unpack(self, packed: Box<dyn Read + Send>, budgets: &Budgets) -> io::Result<(Box<dyn Read + Send>, Taken)> {
        let taken = Taken::default();
        let counted = BufReader::with_capacity(BUFFER_BYTES, Counted { packed, taken: taken.clone() });
        let decoder: Box<dyn Read + Send> = match self {
            Self::Gzip => Box::new(Members(Some(flate2::bufread::GzDecoder::new(counted)))),
            Self::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(counted)?;
                decoder.window_log_max(window_log(budgets))?;
                Box::new(decoder)
            }
        };
        let (taken_below, budgets) = (taken.clone(), *budgets);
        Ok((Box::new(Unpacker { decoder, packing: self, taken: taken_below, given: 0, budgets, broken: None }), taken))
    }
}

/// How many packed bytes have been taken so far.
#[derive(Clone, Debug, Default)]
pub struct Taken(Arc<AtomicU64>);

impl Taken {
    /// The number of bytes.
    #[must_use]
    pub fn len_bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts what comes from below, and reads on when it is interrupted: decoders do not all know how to.
struct Counted {
    packed: Box<dyn Read + Send>,
    taken: Taken,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.packed.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(io::Error::new(error.kind(), Below(error))),
                Ok(count) => {
                    self.taken.0.fetch_add(count as u64, Ordering::Relaxed);
                    return Ok(count);
                }
            }
        }
    }
}

/// An error of the stream itself, not of what it holds.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Below(io::Error);

/// The members of a gzip file, one after another, and zeros behind them: tapes and block devices pad with these.
struct Members<R: BufRead>(Option<flate2::bufread::GzDecoder<R>>);

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(member) = &mut self.0 else { return Ok(0) };
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let Some(mut rest) = self.0.take().map(flate2::bufread::GzDecoder::into_inner) else { return Ok(0) };
            match first_not_zero(&mut rest)? {
                None => return Ok(0),
                Some(0x1f) => self.0 = Some(flate2::bufread::GzDecoder::new(rest)),
                Some(_) => {
                    return Err(io::Error::other(
                        Error::input("something follows the gzip data")
                            .expected("another member, zeros, or the end")
                            .hint("copy or write the file again; gunzip says what is in it before that"),
                    ));
                }
            }
        }
    }
}

/// Passes over zeros to the next byte, which stays.
fn first_not_zero(stream: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let bytes = stream.fill_buf()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        match (bytes.get(zeros).copied(), bytes.is_empty()) {
            (None, true) => return Ok(None),
            (found, _) => {
                stream.consume(zeros);
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
    }
}

/// A decoder whose errors say what is broken and what to do.
struct Unpacker {
    decoder: Box<dyn Read + Send>,
    packing: Packing,
    taken: Taken,
    /// Bytes that came out so far.
    given: u64,
    budgets: Budgets,
    /// What has been said of it.
    broken: Option<String>,
}

impl Unpacker {
    fn unpacked(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(buffer).map_err(|error| match error.downcast::<Below>() {
            Ok(Below(error)) => error,
            Err(error) => match error.downcast::<Error>() {
                Ok(told) => io::Error::other(told),
                Err(error) => io::Error::other(self.packing.broken(&error, &self.budgets)),
            },
        })?;
        self.given += count as u64;
        self.budgets.check_ratio(self.taken.len_bytes(), self.given, self.packing.title()).map_err(io::Error::other)?;
        Ok(count)
    }
}

impl Read for Unpacker {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(told) = &self.broken {
            // A decoder that failed may look as if it were at its end.
            return Err(io::Error::other(Error::input(told.clone())));
        }
        self.unpacked(buffer).inspect_err(|error| self.broken = Some(error.to_string()))
    }
}

impl Packing {
    fn broken(self, error: &io::Error, budgets: &Budgets) -> Error {
        let name = self.name();
        let text = error.to_string();
        // zstd says so; its codes do not come through.
        if text.contains("too much memory") {
            return Error::input("the zstd window is too large")
                .expected(format!("at most {} MiB, twice --max-page", (1u64 << window_log(budgets)) >> 20))
                .hint("raise --max-page, pack it without --long, or: zstd -dc --long=31 FILE | pointillist plot -");
        }
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Error::input(format!("the {name} data ends early"))
                .hint("the file is truncated: copy or write it again");
        }
        Error::input(format!("the {name} data is damaged ({text})")).hint("copy or write the file again")
    }
}

#[cfg(test)]
mod tests;
