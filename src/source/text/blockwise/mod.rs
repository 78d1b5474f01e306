//! Reads a text block by block: each ends behind a record, so that several can be read at once.
//!
//! Owns the order of blocks, and the rows and lines counted over them. How a format cuts and reads a block is its own
//! ([`Format`], [`Take`]).

mod block;
mod gathering;
mod here;
mod parallel;

use std::io::Read;

pub(in crate::source) use block::{Block, Blocks, Ends, Size};
pub(in crate::source) use gathering::{Asked, Gathering};

use crate::error::{Error, Result};
use crate::source::Reader;
use crate::source::bytes::{Bytes, Stored};
use crate::source::text::blockwise::here::Here;
use crate::source::text::blockwise::parallel::Parallel;
use crate::source::text::reader::Task;

/// Bytes of a block. Of 256 KiB to 2 MiB, on two threads, this one is the quickest: it stays in a core's own cache, and is
/// long enough for one batch.
const BLOCK_BYTES: usize = 1 << 20;

/// Bytes of a block and of what it becomes.
pub(in crate::source) const DECODING_BYTES: u64 = 2 * BLOCK_BYTES as u64;

/// Texts of fewer bytes are read without further threads.
const PARALLEL_BYTES: u64 = 2 * BLOCK_BYTES as u64;

/// Chunks of fewer rows are made without further threads: of a block there would be very many.
const PARALLEL_ROWS: usize = 1 << 10;

/// A format whose records can be told apart before they are read.
pub(in crate::source) trait Format: Ends + Clone + Send + Sync + 'static {
    /// What reads its blocks.
    type Take: Take;

    /// The input as the user named it.
    fn name(&self) -> &str;

    /// Bytes that a record may have.
    fn record_bytes(&self) -> usize;

    /// A reader of blocks.
    fn take(&self) -> Self::Take;

    /// What is wrong with the record that `text` begins with, at a place of the input.
    fn fault(&self, text: &[u8], offset: u64, line: u64) -> Error;
}

/// A place in a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Place {
    /// Bytes of the block before it.
    pub at: usize,
    /// Its line, as far as lines are counted.
    pub line: u64,
    /// Whether the byte before it is a carriage return, so that a line feed would end no further line.
    pub after_return: bool,
    /// Whether it lies within a comment.
    pub in_comment: bool,
}

impl Place {
    /// The start of a block that begins on a line.
    fn start_of(block: &Block, line: u64) -> Self {
        Self { at: 0, line, after_return: block.after_return, in_comment: block.in_comment }
    }

    /// Goes past the next byte; counts it when it ends a line (LF, CRLF, or CR alone).
    pub fn pass(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\r' || (byte == b'\n' && !self.after_return));
        self.after_return = byte == b'\r';
        self.at += 1;
    }

    /// Goes past `len` bytes, the last of which ends no line, with `line_feeds` within.
    pub fn pass_over(&mut self, len: usize, line_feeds: u64) {
        self.at += len;
        self.line += line_feeds;
        self.after_return &= len == 0;
    }
}

/// Why no more rows were taken from a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Taken {
    /// There are no more in it.
    Through,
    /// The chunk is full.
    Full,
    /// The record at the place cannot be cut.
    Broken,
}

/// Reads blocks of a format.
pub(in crate::source) trait Take: Send {
    /// Adds the records from `place` on to a chunk, as many as it takes.
    fn take(&mut self, block: &Block, place: &mut Place, chunk: &mut Gathering) -> Taken;
}

/// How a text is read.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Plan {
    pub size: Size,
    /// Threads beside the caller's; 0 for none.
    pub threads: usize,
}

impl Plan {
    /// For the bytes of an input.
    ///
    /// Pipes are read by the caller's thread alone, which takes what has come. So are texts of which some rows are wanted:
    /// which they are, only the rows before tell.
    pub fn new(bytes: &Bytes, len_bytes: u64, record_bytes: usize, task: &Task, threads: usize) -> Self {
        let size = Size { block_bytes: BLOCK_BYTES, is_eager: !bytes.can_reread(), record_bytes };
        let is_short = !bytes.is_packed() && len_bytes <= PARALLEL_BYTES;
        let is_short = is_short || task.chunk_rows < PARALLEL_ROWS;
        let is_alone = threads < 2 || size.is_eager || is_short || !task.wanted.is_all();
        Self { size, threads: if is_alone { 0 } else { threads } }
    }
}

/// Reads a stream whose first record begins on the 1-based `line`.
///
/// # Errors
/// When no thread can be started.
pub(in crate::source) fn read<F: Format>(
    format: F,
    (stream, line): (impl Read + Send + 'static, u64),
    task: Task,
    plan: Plan,
) -> Result<Box<dyn Reader>> {
    let Task { kinds, chunk_rows, input, start, stored, wanted } = task;
    let asked = Asked { kinds, most_rows: chunk_rows.max(1), wanted };
    let source: (_, Stored) = (stream, stored.clone());
    let blocks = Blocks::new(format.name(), source, format.clone(), plan.size, start);
    Ok(match plan.threads {
        0 => Box::new(Here::new(format, blocks, asked, (input, start, line), stored)),
        threads => Box::new(Parallel::new(format, blocks, asked, (input, line), threads)?),
    })
}

#[cfg(test)]
pub(in crate::source) mod tests;
