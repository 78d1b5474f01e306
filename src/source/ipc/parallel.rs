//! The batches of a file on several threads: a few a job, and their rows in order.
//!
//! Each job reads at its own places with a handle of its own. Only files whose batches are all small are read so: a job
//! holds its rows until it is their turn.

use std::collections::VecDeque;

use super::Block;
use super::reader::IpcReader;
use crate::data::chunk::{Chunk, Origin, Position};
use crate::error::{Error, Result};
use crate::source::Reader;
use crate::source::ahead::Ahead;

/// Bodies of larger batches are read one after another.
pub(super) const MOST_BATCH_BYTES: u64 = 8 << 20;

/// Batches go together up to so many bytes, which are worth a handle of their own.
const JOB_BYTES: u64 = 1 << 20;

/// What became of a job.
#[derive(Default)]
struct Outcome {
    /// Rows are counted from the job's first one.
    chunks: VecDeque<Chunk<'static>>,
    rows: u64,
    bytes_read: u64,
    /// What comes behind them.
    failure: Option<Error>,
}

/// A reader on several threads.
pub(super) struct Parallel {
    ahead: Ahead<Outcome>,
    input: usize,
    current: Outcome,
    rows_before: u64,
    bytes_read: u64,
}

impl Parallel {
    /// Reads `blocks` by readers that `open` makes for some of them.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn new(
        threads: usize,
        input: usize,
        mut blocks: VecDeque<Block>,
        open: impl Fn(VecDeque<Block>) -> Result<IpcReader> + Send + Sync + 'static,
    ) -> Result<Self> {
        let find = move || {
            let (mut job, mut bytes) = (VecDeque::new(), 0);
            while let Some(block) = blocks.front().filter(|block| bytes == 0 || bytes + block.body_bytes <= JOB_BYTES) {
                // One without a body counts as well.
                bytes += block.body_bytes.max(1);
                job.extend(blocks.pop_front());
            }
            Ok((!job.is_empty()).then_some(job))
        };
        let ahead = Ahead::new(threads, find, move |job| Ok(outcome(open(job)?)))?;
        Ok(Self { ahead, input, current: Outcome::default(), rows_before: 0, bytes_read: 0 })
    }
}

fn outcome(mut reader: IpcReader) -> Outcome {
    let mut outcome = Outcome::default();
    loop {
        match reader.next() {
            Ok(Some(chunk)) => {
                outcome.rows += chunk.len() as u64;
                outcome.chunks.push_back(chunk);
            }
            end => {
                outcome.failure = end.err();
                outcome.bytes_read = reader.bytes_read();
                return outcome;
            }
        }
    }
}

impl Reader for Parallel {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        loop {
            if let Some(chunk) = self.current.chunks.pop_front() {
                let first_row = self.rows_before + chunk.origin().first_row;
                let origin = Origin { input: self.input, first_row, position: Position::Row(first_row) };
                return Chunk::new(origin, chunk.len(), chunk.into_columns()).map(Some);
            }
            if let Some(failure) = self.current.failure.take() {
                return Err(failure);
            }
            self.rows_before += self.current.rows;
            let Some(next) = self.ahead.next()? else {
                self.current = Outcome::default();
                return Ok(None);
            };
            self.bytes_read += next.bytes_read;
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
