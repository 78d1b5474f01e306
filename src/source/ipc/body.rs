//! The body of a message: its buffers, each a stream of bytes from where it lies, decompressed on the way.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex};

use super::fault::{Decoded, Fault, damaged};
use lz4_flex::frame::FrameDecoder;

use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::SharedReader;

/// The largest window of a zstd frame as a power of two, half a page: usually 32 MiB. Each buffer of each column has one;
/// what writers make at level 19 asks for 8 MiB.
fn zstd_window_log(budgets: &Budgets) -> u32 {
    (budgets.of(Limit::Page).ilog2() - 1).min(31)
}

/// How the buffers of a batch are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Plain,
    Lz4,
    Zstd,
}

/// Where a buffer lies in its body: offset and length.
pub(super) type Section = (u64, u64);

/// The bytes behind a message.
pub(super) struct Body {
    bytes: Stored,
    budgets: Budgets,
}

enum Stored {
    /// In a file, from a position on.
    File { file: Arc<Mutex<File>>, start: u64 },
    /// Of a pipe: the wanted buffers, by where they were.
    Held(Vec<(Section, Arc<[u8]>)>),
}

/// One buffer, read from its beginning to its end.
pub(super) struct Buffer {
    bytes: Box<dyn Read + Send>,
    /// How many bytes it says it holds, decompressed.
    len_bytes: u64,
}

impl Body {
    /// The bytes of a file from a position on.
    pub fn of_file(file: Arc<Mutex<File>>, start: u64, budgets: Budgets) -> Self {
        Self { bytes: Stored::File { file, start }, budgets }
    }

    /// Buffers that have been read, by where they were.
    pub fn held(buffers: Vec<(Section, Arc<[u8]>)>, budgets: Budgets) -> Self {
        Self { bytes: Stored::Held(buffers), budgets }
    }

    fn section(&self, extent: Section) -> Decoded<Box<dyn Read + Send>> {
        match &self.bytes {
            Stored::File { file, start } => {
                Ok(Box::new(SharedReader::at(Arc::clone(file), start + extent.0).take(extent.1)))
            }
            Stored::Held(held) => {
                let found = held.iter().find(|(other, _)| *other == extent);
                let (_, bytes) = found.ok_or_else(|| damaged("a buffer that was not read"))?;
                Ok(Box::new(Cursor::new(Arc::clone(bytes))))
            }
        }
    }

    /// How much it may ask for.
    pub fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// Opens a buffer.
    pub fn buffer(&self, extent: Section, codec: Codec) -> Decoded<Buffer> {
        if extent.1 == 0 {
            return Ok(Buffer { bytes: Box::new(io::empty()), len_bytes: 0 });
        }
        let mut section = self.section(extent)?;
        if codec == Codec::Plain {
            return Ok(Buffer { bytes: section, len_bytes: extent.1 });
        }
        let mut len = [0; 8];
        section.read_exact(&mut len)?;
        match i64::from_le_bytes(len) {
            // Left as it was, as compressing it gained nothing.
            -1 => Ok(Buffer { bytes: section, len_bytes: extent.1 - 8 }),
            0 => Ok(Buffer { bytes: Box::new(io::empty()), len_bytes: 0 }),
            len => {
                let len_bytes = u64::try_from(len).map_err(|_| damaged("a buffer of a negative length"))?;
                let what = format!("the buffer at byte {} of a batch", extent.0);
                self.budgets.check_ratio(extent.1, len_bytes, &what)?;
                let section = io::BufReader::with_capacity(1 << 16, section);
                let bytes: Box<dyn Read + Send> = if codec == Codec::Lz4 {
                    // Holds a block of at most 8 MiB and the 64 KiB before it, whatever the frame says of its size.
                    Box::new(FrameDecoder::new(section))
                } else {
                    let mut decoder = zstd::stream::read::Decoder::with_buffer(section)?;
                    decoder.window_log_max(zstd_window_log(&self.budgets))?;
                    Box::new(decoder)
                };
                Ok(Buffer { bytes: Box::new(bytes.take(len_bytes)), len_bytes })
            }
        }
    }
}

impl Buffer {
    /// How many bytes it says it holds.
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    /// Checks that it holds as much as its rows need.
    pub fn holds(&self, rows: u64, row_bytes: u64) -> Decoded<()> {
        match rows.checked_mul(row_bytes) {
            Some(needed) if needed <= self.len_bytes => Ok(()),
            _ => Err(damaged("a column shorter than its batch")),
        }
    }

    /// The next bytes, as memory that arrays of any type may use.
    pub fn take(&mut self, len: usize) -> Decoded<arrow::buffer::Buffer> {
        let mut memory = arrow::buffer::MutableBuffer::from_len_zeroed(len);
        self.bytes.read_exact(&mut memory)?;
        Ok(memory.into())
    }

    /// All of it, at most `most` bytes.
    pub fn whole(&mut self, most: u64, what: &'static str) -> Decoded<arrow::buffer::Buffer> {
        if self.len_bytes > most {
            return Err(Fault::TooLarge(what, self.len_bytes, most));
        }
        self.take(self.len_bytes as usize)
    }

    /// Passes over bytes.
    pub fn skip(&mut self, len: u64) -> Decoded<()> {
        if io::copy(&mut (&mut self.bytes).take(len), &mut io::sink())? < len {
            return Err(damaged("a buffer that ends early"));
        }
        Ok(())
    }
}

/// Bits in the order of rows, read a run at a time: a byte may belong to two runs.
pub(super) struct Bits {
    buffer: Buffer,
    /// The last byte, and how many of its bits have been handed out; 0 of 8 when it is used up.
    last: u8,
    used: usize,
}

impl Bits {
    /// The bits of a buffer, at least as many as there are rows.
    pub fn new(buffer: Buffer, rows: u64) -> Decoded<Self> {
        buffer.holds(rows.div_ceil(8), 1)?;
        Ok(Self { buffer, last: 0, used: 0 })
    }

    /// The next `rows` bits.
    pub fn take(&mut self, rows: usize) -> Decoded<arrow::buffer::BooleanBuffer> {
        let begun = usize::from(self.used > 0);
        let new = (self.used + rows).div_ceil(8) - begun.min((self.used + rows).div_ceil(8));
        let mut bytes = arrow::buffer::MutableBuffer::from_len_zeroed(begun + new);
        if begun == 1 {
            bytes[0] = self.last;
        }
        self.buffer.bytes.read_exact(&mut bytes[begun..])?;
        let offset = self.used;
        self.last = bytes.last().copied().unwrap_or(self.last);
        self.used = (self.used + rows) % 8;
        Ok(arrow::buffer::BooleanBuffer::new(bytes.into(), offset, rows))
    }
}
