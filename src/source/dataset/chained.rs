//! Inputs one after another; each is opened when the one before is done, and each chunk gets its input's name where that
//! is asked for.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::data::chunk::{Chunk, Column, Data, Logical};
use crate::error::Result;
use crate::source::dataset::Choice;
use crate::source::sieve::Wanted;
use crate::source::{Input, Passed, Reader, Request};

/// One input that is to be read.
pub(super) struct Part {
    /// Its number in the data set.
    pub number: usize,
    pub input: Arc<dyn Input>,
    pub request: Request,
    /// The input's name, alone.
    pub name: Arc<Vec<String>>,
    /// True when it holds the chosen rows and no others.
    pub is_chosen: bool,
}

/// A reader with its input's name, alone, and number.
type Open = (Box<dyn Reader>, Arc<Vec<String>>, usize);

/// Reads parts in order.
pub(super) struct Chained {
    parts: VecDeque<Part>,
    open: Option<Open>,
    choice: Choice,
    /// The places of the inputs' names among the columns, ascending.
    names_at: Vec<usize>,
    /// Rows of the data set before the open part.
    rows_before: u64,
    /// Rows of the open part so far.
    rows: u64,
    /// What was passed over in the parts that were read.
    passed: Vec<Passed>,
    bytes_read: u64,
}

impl Chained {
    /// Reads `parts`, before which `rows_before` rows of the data set lie.
    pub fn new(parts: VecDeque<Part>, choice: Choice, names_at: Vec<usize>, rows_before: u64) -> Self {
        Self { parts, open: None, choice, names_at, rows_before, rows: 0, passed: Vec::new(), bytes_read: 0 }
    }

    fn open_next(&mut self) -> Result<bool> {
        let Some(part) = self.parts.pop_front() else { return Ok(false) };
        let limit = self.choice.head().map(|head| head.saturating_sub(self.rows_before));
        if limit == Some(0) {
            self.parts.clear();
            return Ok(false);
        }
        let reader = if part.is_chosen {
            part.input.read(part.number, &part.request)?
        } else {
            let wanted = Wanted { every: self.choice.every(), rows_before: self.rows_before, limit };
            part.input.read_wanted(part.number, &part.request, wanted)?
        };
        self.open = Some((reader, part.name, part.number));
        Ok(true)
    }
}

impl Reader for Chained {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        loop {
            if let Some((reader, name, input)) = &mut self.open {
                if let Some(chunk) = reader.next()? {
                    self.rows += chunk.len() as u64;
                    return with_names(chunk, &self.names_at, name).map(Some);
                }
                let (skipped, filtered) = (reader.skipped_rows(), reader.filtered_rows());
                self.rows_before += self.rows + skipped + filtered;
                // Told behind every chunk: of many files only those that say something.
                if skipped + filtered > 0 {
                    self.passed.push(Passed { input: *input, skipped_rows: skipped, filtered_rows: filtered });
                }
                self.bytes_read += reader.bytes_read();
                (self.rows, self.open) = (0, None);
            }
            if !self.open_next()? {
                return Ok(None);
            }
        }
    }

    fn skipped_rows(&self) -> u64 {
        self.passed().iter().map(|passed| passed.skipped_rows).sum()
    }

    fn filtered_rows(&self) -> u64 {
        self.passed().iter().map(|passed| passed.filtered_rows).sum()
    }

    fn passed(&self) -> Vec<Passed> {
        let open = self.open.as_ref().map(|(reader, _, input)| Passed {
            input: *input,
            skipped_rows: reader.skipped_rows(),
            filtered_rows: reader.filtered_rows(),
        });
        self.passed.iter().copied().chain(open).collect()
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read + self.open.as_ref().map_or(0, |(reader, ..)| reader.bytes_read())
    }
}

/// The chunk with a column of one name at each of the places.
pub(super) fn with_names(chunk: Chunk<'static>, places: &[usize], name: &Arc<Vec<String>>) -> Result<Chunk<'static>> {
    if places.is_empty() {
        return Ok(chunk);
    }
    let (origin, len, step) = (chunk.origin(), chunk.len(), chunk.step());
    let mut columns = chunk.into_columns();
    for &place in places {
        let data = Data::Dict { keys: vec![0; len].into(), names: Arc::clone(name) };
        columns.insert(place.min(columns.len()), Column::new(data, Logical::Category));
    }
    Ok(Chunk::new(origin, len, columns)?.with_step(step))
}
