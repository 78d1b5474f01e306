//! The rows of one chunk while blocks are read: their columns, how many there are, and which are wanted.

use crate::data::chunk::{Chunk, Origin, Position};
use crate::error::Result;
use crate::source::sieve::Wanted;
use crate::source::text::CHUNK_NAME_BYTES;
use crate::source::text::column::{Cell, Gathered};
use crate::source::text::value::Kind;

/// What is asked of each chunk.
#[derive(Clone)]
pub(in crate::source) struct Asked {
    /// The kind of each column.
    pub kinds: Vec<Kind>,
    /// Most rows; at least 1.
    pub most_rows: usize,
    pub wanted: Wanted,
}

/// Rows that become a chunk.
pub(in crate::source) struct Gathering {
    columns: Vec<Gathered>,
    most_rows: usize,
    wanted: Wanted,
    has_names: bool,
    are_names_long: bool,
    rows: usize,
    /// The row and the line of the record that is looked at.
    row: u64,
    line: u64,
    filtered_rows: u64,
    /// The offset, row and line of the first record that was gathered.
    first: Option<(u64, u64, u64)>,
}

impl Gathering {
    /// No rows yet; the first record is `row`. (Rows and lines may be counted from anywhere: see [`Self::into_chunk`].)
    pub fn new(asked: &Asked, row: u64) -> Self {
        let columns: Vec<_> = asked.kinds.iter().map(|kind| Gathered::new(kind.clone(), asked.most_rows)).collect();
        Self {
            columns,
            most_rows: asked.most_rows.max(1),
            wanted: asked.wanted,
            has_names: asked.kinds.contains(&Kind::Text),
            are_names_long: false,
            rows: 0,
            row,
            line: 0,
            filtered_rows: 0,
            first: None,
        }
    }

    /// True when it takes no further row.
    pub fn is_full(&self) -> bool {
        self.rows >= self.most_rows || self.are_names_long || !self.wanted.reaches(self.row)
    }

    /// Whether the next record is wanted.
    #[inline]
    pub fn wants(&self) -> bool {
        self.wanted.keeps(self.row)
    }

    /// Goes to the record at a place; false where it is not wanted, and done with.
    #[inline]
    pub fn begin(&mut self, offset: u64, line: u64) -> bool {
        self.line = line;
        if !self.wanted.keeps(self.row) {
            self.row += 1;
            self.filtered_rows += 1;
            return false;
        }
        self.first.get_or_insert((offset, self.row, line));
        true
    }

    /// Adds the record's cell to a column.
    #[inline]
    pub fn push(&mut self, column: usize, cell: Cell<'_>) {
        if let Some(values) = self.columns.get_mut(column) {
            values.push(cell, self.row, self.line);
        }
    }

    /// Adds the record's number to a column of such.
    #[inline]
    pub fn push_number(&mut self, column: usize, value: f64) {
        if let Some(values) = self.columns.get_mut(column) {
            values.push_number(value);
        }
    }

    /// The columns, the record's row and its line, for whoever adds one cell to each.
    pub fn columns(&mut self) -> (&mut [Gathered], u64, u64) {
        (&mut self.columns, self.row, self.line)
    }

    /// Ends the record, to each of whose columns a cell was added.
    #[inline]
    pub fn end(&mut self) {
        self.rows += 1;
        self.row += 1;
        if self.has_names {
            self.are_names_long = self.columns.iter().any(|values| values.name_bytes() > CHUNK_NAME_BYTES);
        }
    }

    /// Rows gathered so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The row behind those that were looked at, and how many of these were not wanted.
    pub fn row_behind(&self) -> (u64, u64) {
        (self.row, self.filtered_rows)
    }

    /// The chunk, of which so many rows and lines come before those that were counted; `None` without a row.
    ///
    /// # Errors
    /// When the columns differ in length, which they do not.
    pub fn into_chunk(self, input: usize, rows_before: u64, lines_before: u64) -> Result<Option<Chunk<'static>>> {
        let Some((offset, row, line)) = self.first.filter(|_| self.rows > 0) else { return Ok(None) };
        let (row, line) = (row + rows_before, line + lines_before);
        let origin = Origin { input, first_row: row, position: Position::Byte { offset, row, line } };
        let columns = self.columns.into_iter().map(Gathered::into_column).map(|mut column| {
            if let Some(told) = &mut column.unparsed {
                (told.row, told.line) = (told.row + rows_before, told.line + lines_before);
            }
            column
        });
        Ok(Some(Chunk::new(origin, self.rows, columns.collect())?.with_step(self.wanted.every)))
    }
}
