//! Reads several blocks at once, and hands over their rows in order.
//!
//! A block is read without a word of those before it: its rows and lines are counted from 0, and get their numbers when
//! it is its turn.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use crate::data::chunk::Chunk;
use crate::error::{Error, Result};
use crate::source::Reader;
use crate::source::ahead::Ahead;
use crate::source::text::blockwise::{Asked, Block, Blocks, Format, Gathering, Place, Take, Taken};

/// What became of a block.
struct Outcome {
    pieces: VecDeque<Gathering>,
    rows: u64,
    lines: u64,
    stored_bytes: u64,
    /// A record that cannot be cut: its text to the end of the block, its offset and its line.
    broken: Option<(Vec<u8>, u64, u64)>,
}

/// A reader on several threads; its chunks are those of one block at most.
pub(super) struct Parallel<F> {
    format: F,
    ahead: Ahead<Outcome>,
    input: usize,
    /// Rows and lines before the block whose pieces are handed over.
    rows_before: u64,
    lines_before: u64,
    current: Outcome,
    bytes_read: u64,
}

impl<F: Format> Parallel<F> {
    /// # Errors
    /// When no thread can be started.
    pub fn new<R: Read + Send + 'static>(
        format: F,
        mut blocks: Blocks<R, F>,
        asked: Asked,
        (input, line): (usize, u64),
        threads: usize,
    ) -> Result<Self> {
        // The memory of blocks that are done with, for the next ones.
        let free = Arc::new(Mutex::new(Vec::new()));
        let freed = Arc::clone(&free);
        let find = move || {
            let buffer = free.lock().unwrap_or_else(PoisonError::into_inner).pop();
            blocks.next(buffer.unwrap_or_default())
        };
        let reads = format.clone();
        let work = move |block: Block| {
            let outcome = outcome(&reads, &block, &asked);
            freed.lock().unwrap_or_else(PoisonError::into_inner).push(block.into_buffer());
            Ok(outcome)
        };
        let ahead = Ahead::new(threads, find, work)?;
        let current = Outcome { pieces: VecDeque::new(), rows: 0, lines: line, stored_bytes: 0, broken: None };
        Ok(Self { format, ahead, input, rows_before: 0, lines_before: 0, current, bytes_read: 0 })
    }

    /// What is behind the pieces of the current block.
    fn broken(&mut self) -> Option<Error> {
        let (text, offset, line) = self.current.broken.take()?;
        Some(self.format.fault(&text, offset, self.lines_before + line))
    }
}

/// Reads a block.
fn outcome<F: Format>(format: &F, block: &Block, asked: &Asked) -> Outcome {
    let mut take = format.take();
    let mut place = Place::start_of(block, 0);
    let mut pieces = VecDeque::new();
    let mut rows = 0;
    loop {
        let mut piece = Gathering::new(asked, rows);
        let taken = take.take(block, &mut place, &mut piece);
        (rows, _) = piece.row_behind();
        if piece.rows() > 0 {
            pieces.push_back(piece);
        }
        let broken = match taken {
            Taken::Full => continue,
            Taken::Through => None,
            Taken::Broken => {
                let text = block.text().get(place.at..).unwrap_or_default().to_vec();
                Some((text, block.offset + place.at as u64, place.line))
            }
        };
        return Outcome { pieces, rows, lines: place.line, stored_bytes: block.stored_bytes, broken };
    }
}

impl<F: Format> Reader for Parallel<F> {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        loop {
            if let Some(piece) = self.current.pieces.pop_front() {
                self.bytes_read = self.current.stored_bytes;
                return piece.into_chunk(self.input, self.rows_before, self.lines_before);
            }
            if let Some(error) = self.broken() {
                return Err(error);
            }
            let next = self.ahead.next()?;
            self.bytes_read = self.current.stored_bytes;
            let Some(next) = next else { return Ok(None) };
            self.rows_before += self.current.rows;
            self.lines_before += self.current.lines;
            self.current = next;
        }
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read
    }
}
