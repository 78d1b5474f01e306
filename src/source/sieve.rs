//! Rows of an input that are read without being wanted: those behind the end of the data set, and all but every n-th.
//!
//! Formats that can pass over rows without decoding them do so themselves.

use crate::data::chunk::{Chunk, Origin, Position};
use crate::data::pick::Pick;
use crate::error::Result;
use crate::source::Reader;

/// Which rows of an input are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// From a wanted row of the data set to the next one, at least 1; row 0 is wanted.
    pub every: u64,
    /// Rows of the data set before this input.
    pub rows_before: u64,
    /// Rows of this input after which nothing is read.
    pub limit: Option<u64>,
}

impl Wanted {
    /// True when every row is.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.every == 1 && self.limit.is_none()
    }

    /// True for a row of the input that is kept.
    #[must_use]
    pub fn keeps(&self, row: u64) -> bool {
        self.every == 1 || (self.rows_before + row).is_multiple_of(self.every)
    }

    /// True for a row of the input that is read.
    #[must_use]
    pub fn reaches(&self, row: u64) -> bool {
        self.limit.is_none_or(|limit| row < limit)
    }
}

/// A reader that lets only wanted rows of an input through; chunks without any are not handed on.
pub(crate) struct Sieve {
    reader: Box<dyn Reader>,
    wanted: Wanted,
    filtered_rows: u64,
}

impl Sieve {
    /// Over a reader of consecutive rows.
    pub fn new(reader: Box<dyn Reader>, wanted: Wanted) -> Self {
        Self { reader, wanted, filtered_rows: 0 }
    }

    /// The kept rows of a chunk, of which `len` are read.
    fn pick(&self, chunk: &Chunk<'static>, len: u64) -> Result<Option<Chunk<'static>>> {
        let (origin, every) = (chunk.origin(), self.wanted.every);
        let first = (every - (self.wanted.rows_before + origin.first_row) % every) % every;
        if first >= len {
            return Ok(None);
        }
        let count = (len - 1 - first) / every + 1;
        // All of these are at most the chunk's length, but for a step that leads beyond it.
        let step = usize::try_from(every).unwrap_or(usize::MAX);
        let pick = Pick { first: first as usize, step, count: count as usize };
        let columns = chunk.columns().iter().map(|column| pick.column(column));
        let position = match origin.position {
            Position::Row(row) => Position::Row(row + first),
            Position::RowGroup { group, row } => Position::RowGroup { group, row: row + first },
            // Where a later record begins is known to its reader alone.
            position @ Position::Byte { .. } => position,
        };
        let origin = Origin { first_row: origin.first_row + first, position, ..origin };
        Ok(Some(Chunk::new(origin, count as usize, columns.collect())?.with_step(every)))
    }
}

impl Reader for Sieve {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        loop {
            let Some(chunk) = self.reader.next()? else { return Ok(None) };
            let first_row = chunk.origin().first_row;
            let left = self.wanted.limit.map_or(u64::MAX, |limit| limit.saturating_sub(first_row));
            let len = left.min(chunk.len() as u64);
            if len == 0 {
                return Ok(None);
            }
            if self.wanted.every == 1 && len == chunk.len() as u64 {
                return Ok(Some(chunk));
            }
            let picked = self.pick(&chunk, len)?;
            self.filtered_rows += len - picked.as_ref().map_or(0, |picked| picked.len() as u64);
            if picked.is_some() {
                return Ok(picked);
            }
            if len < chunk.len() as u64 {
                return Ok(None);
            }
        }
    }

    fn skipped_rows(&self) -> u64 {
        self.reader.skipped_rows()
    }

    fn filtered_rows(&self) -> u64 {
        self.filtered_rows + self.reader.filtered_rows()
    }

    fn bytes_read(&self) -> u64 {
        self.reader.bytes_read()
    }
}
