//! Parts of chunks: their columns by themselves, more columns, and every n-th row.

use std::sync::Arc;

use crate::data::chunk::{Chunk, Column, Data, Unparsed, Values};
use crate::error::Result;

/// Which rows of a chunk are picked: `count` rows from `first` on, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// The first one, counted in the chunk.
    pub first: usize,
    /// At least 1.
    pub step: usize,
    /// How many.
    pub count: usize,
}

/// Some rows of columns, in some order.
pub(super) trait Gather {
    /// Of any column of the chunk, its values.
    fn values<T: Copy>(&self, values: &[T]) -> Values<'static, T>;

    /// What is left of the note of unreadable texts.
    fn unparsed(&self, told: &Unparsed) -> Option<Unparsed>;

    /// A column of those rows.
    fn gathered(&self, column: &Column<'_>) -> Column<'static> {
        let data = match &column.data {
            Data::F64(values) => Data::F64(self.values(values)),
            Data::F32(values) => Data::F32(self.values(values)),
            Data::I64(values) => Data::I64(self.values(values)),
            Data::U64(values) => Data::U64(self.values(values)),
            Data::Dict { keys, names } => Data::Dict { keys: self.values(keys), names: Arc::clone(names) },
        };
        Column {
            data,
            validity: column.validity.as_ref().map(|flags| self.values(flags)),
            logical: column.logical.clone(),
            unparsed: column.unparsed.as_ref().and_then(|told| self.unparsed(told)),
        }
    }
}

impl Gather for Pick {
    fn values<T: Copy>(&self, values: &[T]) -> Values<'static, T> {
        let rest = values.get(self.first..).unwrap_or_default();
        if self.step == 1 {
            return Values::Owned(rest[..self.count.min(rest.len())].to_vec());
        }
        Values::Owned(rest.iter().copied().step_by(self.step.max(1)).take(self.count).collect())
    }

    /// What is left of the note of unreadable texts; the text is known of the first one alone.
    fn unparsed(&self, told: &Unparsed) -> Option<Unparsed> {
        let place = |row: &u32| {
            let behind = (*row as usize).checked_sub(self.first)?;
            let (place, rest) = (behind / self.step.max(1), behind % self.step.max(1));
            (rest == 0 && place < self.count).then(|| u32::try_from(place).unwrap_or(u32::MAX))
        };
        let rows: Vec<u32> = told.rows.iter().filter_map(place).collect();
        if rows.is_empty() {
            return None;
        }
        let has_first = told.rows.first().is_some_and(|first| place(first).is_some());
        let (line, text) = if has_first { (told.line, told.text.clone()) } else { (0, String::new()) };
        Some(Unparsed { count: rows.len() as u64, rows, row: told.row, line, text })
    }
}

impl Pick {
    /// The picked rows of a column.
    #[must_use]
    pub fn column(self, column: &Column<'_>) -> Column<'static> {
        self.gathered(column)
    }
}

impl<'a> Chunk<'a> {
    /// The same rows with more columns behind those there are.
    ///
    /// # Errors
    /// When their lengths differ.
    pub fn with_columns(self, more: Vec<Column<'a>>) -> Result<Self> {
        let (origin, len, step) = (self.origin(), self.len(), self.step());
        let mut columns = self.into_columns();
        columns.extend(more);
        Ok(Self::new(origin, len, columns)?.with_step(step))
    }
}
