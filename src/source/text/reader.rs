//! The reader of every text format: records one after another, the wanted ones gathered as columns of a chunk.
//!
//! How records are cut and where their cells lie is the format's ([`Cut`]).

use crate::data::chunk::{Chunk, Origin, Position};
use crate::error::{Error, Result};
use crate::source::Reader;
use crate::source::bytes::Stored;
use crate::source::sieve::Wanted;
use crate::source::text::CHUNK_NAME_BYTES;
use crate::source::text::column::Gathered;
use crate::source::text::value::Kind;

/// The records of a format.
pub(in crate::source) trait Cut: Send {
    /// Goes to the next record; false at the end.
    ///
    /// # Errors
    /// When the stream cannot be read, or a record is too long.
    fn advance(&mut self) -> Result<bool>;

    /// The offset and the line of the current record.
    fn place(&self) -> (u64, u64);

    /// The offset behind the current record.
    fn offset_behind(&self) -> u64;

    /// Adds a cell of the current record to every column; `row` and its `line` are for notes.
    fn gather(&mut self, columns: &mut [Gathered], row: u64, line: u64);
}

/// Yields the records of a text as chunks.
pub(in crate::source) struct TextReader<C> {
    cut: C,
    kinds: Vec<Kind>,
    chunk_rows: usize,
    input: usize,
    row: u64,
    start: u64,
    stored: Stored,
    wanted: Wanted,
    filtered_rows: u64,
    /// What comes behind the rows that were handed over.
    failure: Option<Error>,
}

/// What a reader is asked for.
pub(in crate::source) struct Task {
    /// The kind of each column.
    pub kinds: Vec<Kind>,
    /// Most rows in a chunk; at least 1.
    pub chunk_rows: usize,
    /// The number of the input within its data set.
    pub input: usize,
    /// The offset of the first record.
    pub start: u64,
    /// The stored bytes that are taken.
    pub stored: Stored,
    /// The rows to be gathered; all others are passed over without a look at their cells.
    pub wanted: Wanted,
}

impl<C: Cut> TextReader<C> {
    /// A reader from the first record on.
    pub fn new(cut: C, task: Task) -> Self {
        let Task { kinds, chunk_rows, input, start, stored, wanted } = task;
        let chunk_rows = chunk_rows.max(1);
        Self { cut, kinds, chunk_rows, input, row: 0, start, stored, wanted, filtered_rows: 0, failure: None }
    }
}

impl<C: Cut> Reader for TextReader<C> {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let mut gathered: Vec<Gathered> =
            self.kinds.iter().map(|kind| Gathered::new(kind.clone(), self.chunk_rows)).collect();
        let mut origin = None;
        let mut rows = 0;
        while rows < self.chunk_rows && self.wanted.reaches(self.row) {
            match self.cut.advance() {
                Ok(true) => {}
                Ok(false) => break,
                // No row before it is lost, however few have come.
                Err(failure) if rows > 0 => {
                    self.failure = Some(failure);
                    break;
                }
                Err(failure) => return Err(failure),
            }
            if !self.wanted.keeps(self.row) {
                self.row += 1;
                self.filtered_rows += 1;
                continue;
            }
            let (offset, line) = self.cut.place();
            let position = Position::Byte { offset, row: self.row, line };
            origin.get_or_insert(Origin { input: self.input, first_row: self.row, position });
            self.cut.gather(&mut gathered, self.row, line);
            rows += 1;
            self.row += 1;
            if gathered.iter().any(|values| values.name_bytes() > CHUNK_NAME_BYTES) {
                break;
            }
        }
        let Some(origin) = origin else { return Ok(None) };
        let columns = gathered.into_iter().map(Gathered::into_column).collect();
        Ok(Some(Chunk::new(origin, rows, columns)?.with_step(self.wanted.every)))
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn filtered_rows(&self) -> u64 {
        self.filtered_rows
    }

    fn bytes_read(&self) -> u64 {
        self.stored.len_bytes(self.cut.offset_behind() - self.start)
    }
}
