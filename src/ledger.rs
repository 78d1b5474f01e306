//! Where every row went: the counts that are always printed.

use crate::data::chunk::{Chunk, Role, Unparsed};
use crate::error::{Error, Result};

/// The rows of a run. `total = read + skipped`, `read = drawn + outside + invalid + filtered`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rows {
    /// All rows of the data set.
    pub total: u64,
    /// Rows that were decoded.
    pub read: u64,
    /// Rows whose stamp's box meets the plot (points).
    pub drawn: u64,
    /// Valid rows that lie outside.
    pub outside: u64,
    /// Rows without a place or a colour: null, not finite, not positive on a log axis, out of range, or no number.
    pub invalid: u64,
    /// Rows that a filter left out.
    pub filtered: u64,
    /// Rows of row groups that statistics prove outside.
    pub skipped: u64,
}

impl std::ops::AddAssign for Rows {
    /// Adds the rows of another data set.
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.read += other.read;
        self.drawn += other.drawn;
        self.outside += other.outside;
        self.invalid += other.invalid;
        self.filtered += other.filtered;
        self.skipped += other.skipped;
    }
}

/// Why and where the first invalid row was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstInvalid {
    /// 0-based input.
    pub input: usize,
    /// 0-based row within the input.
    pub row: u64,
    /// What the row has no value for.
    pub role: Role,
}

/// What encoding a run of rows of one chunk found; rows are relative to the chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows drawn.
    pub drawn: u64,
    /// Valid rows outside.
    pub outside: u64,
    /// Invalid rows.
    pub invalid: u64,
    /// Rows drawn whose alpha is above 0 but below what a layer keeps.
    pub faint: u64,
    /// The largest byte of a colour, where colours are bytes.
    pub largest_byte: Option<u8>,
    /// The first invalid row and what it lacks.
    pub first_invalid: Option<(usize, Role)>,
}

/// What was read in the column of one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnLedger {
    /// What the column is for.
    pub role: Role,
    /// Rows that hold a value.
    pub values: u64,
    /// Rows whose text is none.
    pub unparsed: u64,
    /// The first such text, with its input.
    pub first: Option<(usize, Unparsed)>,
}

/// The counts of a run and what there is to say about its invalid rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The counts.
    pub rows: Rows,
    /// The first invalid row.
    pub first_invalid: Option<FirstInvalid>,
    /// Rows drawn fainter than a layer keeps.
    pub faint: u64,
    /// The largest byte of a colour, where colours are bytes.
    pub largest_byte: Option<u8>,
    /// The columns, in the order of the roles.
    pub columns: Vec<ColumnLedger>,
}

impl Ledger {
    /// Notes what the columns of a chunk hold.
    pub fn add_columns(&mut self, chunk: &Chunk<'_>, roles: &[Role]) {
        for (i, (column, role)) in chunk.columns().iter().zip(roles).enumerate() {
            if self.columns.len() == i {
                self.columns.push(ColumnLedger { role: *role, values: 0, unparsed: 0, first: None });
            }
            let ledger = &mut self.columns[i];
            let missing = column.validity.as_ref().map_or(0, |flags| flags.iter().filter(|flag| **flag == 0).count());
            ledger.values += (chunk.len() - missing) as u64;
            if let Some(unparsed) = &column.unparsed {
                ledger.unparsed += unparsed.count;
                ledger.first.get_or_insert_with(|| (chunk.origin().input, unparsed.clone()));
            }
        }
    }

    /// Refuses a column that holds text and not one number.
    ///
    /// # Errors
    /// An input error with the first text.
    pub fn refuse_empty_columns(&self, inputs: &[String], title: &dyn Fn(Role) -> String) -> Result<()> {
        for column in self.columns.iter().filter(|column| column.values == 0) {
            if let Some((input, first)) = &column.first {
                return Err(Error::input("the column holds no number at all")
                    .in_file(inputs.get(*input).cloned().unwrap_or_default())
                    .at_line(first.line)
                    .in_column(title(column.role))
                    .expected("numbers or times of one kind")
                    .found(format!("'{}'", first.text))
                    .hint("name another column ('pointillist inspect FILE' lists them); the first rows decide a column's type"));
            }
        }
        Ok(())
    }

    /// Adds a tally of rows of input `input` that starts at `first_row` and goes on in steps of `step` rows; tallies come
    /// in the order of the data.
    pub fn add(&mut self, tally: &Tally, input: usize, first_row: u64, step: u64) {
        let read = tally.drawn + tally.outside + tally.invalid;
        self.rows.total += read;
        self.rows.read += read;
        self.rows.drawn += tally.drawn;
        self.rows.outside += tally.outside;
        self.rows.invalid += tally.invalid;
        self.faint += tally.faint;
        self.largest_byte = self.largest_byte.max(tally.largest_byte);
        if let (None, Some((row, role))) = (self.first_invalid, tally.first_invalid) {
            self.first_invalid = Some(FirstInvalid { input, row: first_row + row as u64 * step, role });
        }
    }

    /// Adds rows that were read and not wanted.
    pub fn filter(&mut self, rows: u64) {
        self.rows.total += rows;
        self.rows.read += rows;
        self.rows.filtered += rows;
    }

    /// Adds rows that were never decoded.
    pub fn skip(&mut self, rows: u64) {
        self.rows.total += rows;
        self.rows.skipped += rows;
    }
}
