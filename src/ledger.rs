//! Where every row went: the counts that are always printed, in all and by input, side and reason.

use std::ops::AddAssign;

use crate::data::chunk::{Chunk, Origin, Role, Unparsed};
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

impl Rows {
    /// True where every row is counted once.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        self.total == self.read + self.skipped && self.read == self.drawn + self.outside + self.invalid + self.filtered
    }
}

impl AddAssign for Rows {
    /// Adds the rows of another data set, or of another part of it.
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

/// The side of the plot on which valid rows lie outside, as the picture shows it. A row beyond a corner counts by its x.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Outside {
    /// Left of the plot.
    pub left: u64,
    /// Right of it.
    pub right: u64,
    /// Above it, and neither left nor right.
    pub above: u64,
    /// Below it, and neither left nor right.
    pub below: u64,
}

impl Outside {
    /// Rows on all sides.
    #[must_use]
    pub fn sum(self) -> u64 {
        self.left + self.right + self.above + self.below
    }
}

impl AddAssign for Outside {
    fn add_assign(&mut self, other: Self) {
        self.left += other.left;
        self.right += other.right;
        self.above += other.above;
        self.below += other.below;
    }
}

/// Why a row is invalid. A row that lacks several things counts by the first role that is not as it should be: x, y, the
/// values, the colour, its alpha, the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no value.
    Null,
    /// A text that is no number.
    NoNumber,
    /// NaN or an infinity.
    NotFinite,
    /// Zero or below on a logarithmic axis.
    NotPositive,
    /// A colour or alpha beyond 0..1 (0..255 for integers), or a value beyond --value-range.
    OutOfRange,
    /// A number that is none of the categories.
    NoCategory,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Null, Self::NoNumber, Self::NotFinite, Self::NotPositive, Self::OutOfRange, Self::NoCategory];
}

/// Invalid rows by reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid<P> {
    rows: [u64; Reason::ALL.len()],
    first: [Option<P>; Reason::ALL.len()],
}

impl<P> Default for Invalid<P> {
    fn default() -> Self {
        Self { rows: Default::default(), first: Default::default() }
    }
}

impl<P> Invalid<P> {
    /// Counts rows; of the first ones of a reason `place` is kept.
    pub fn add(&mut self, reason: Reason, rows: u64, place: impl FnOnce() -> P) {
        self.rows[reason as usize] += rows;
        self.first[reason as usize].get_or_insert_with(place);
    }

    /// The reasons there are, with their rows and the place of the first.
    pub fn iter(&self) -> impl Iterator<Item = (Reason, u64, &P)> {
        let counted = Reason::ALL.into_iter().zip(self.rows).zip(&self.first);
        counted.filter_map(|((reason, rows), first)| Some((reason, rows, first.as_ref()?)))
    }

    /// Rows of all reasons.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.rows.iter().sum()
    }
}

/// Where the first invalid row of a reason was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstInvalid {
    /// 0-based input.
    pub input: usize,
    /// 0-based row within the input.
    pub row: u64,
    /// 1-based line of a text, where it is known.
    pub line: Option<u64>,
    /// What the row has no value for.
    pub role: Role,
}

/// A place within a chunk: its row, and what that lacks.
pub type PlaceInChunk = (usize, Role);

/// What encoding a run of rows of one chunk found; rows are relative to the chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows drawn.
    pub drawn: u64,
    /// Valid rows outside.
    pub outside: Outside,
    /// Invalid rows.
    pub invalid: Invalid<PlaceInChunk>,
    /// Rows drawn whose alpha is above 0 but below what a layer keeps.
    pub faint: u64,
    /// The largest byte of a colour, where colours are bytes.
    pub largest_byte: Option<u8>,
}

impl Tally {
    /// Adds the tally of other rows of the same chunk, which stand where `row` says: of the first rows of a reason the
    /// earlier one is kept.
    pub fn join(&mut self, other: &Self, row: impl Fn(usize) -> usize) {
        self.drawn += other.drawn;
        self.outside += other.outside;
        self.faint += other.faint;
        self.largest_byte = self.largest_byte.max(other.largest_byte);
        for (at, place) in other.invalid.first.iter().enumerate() {
            self.invalid.rows[at] += other.invalid.rows[at];
            let place = place.map(|(place, role)| (row(place), role));
            let first = &mut self.invalid.first[at];
            *first = match (*first, place) {
                (Some(mine), Some(theirs)) => Some(if theirs.0 < mine.0 { theirs } else { mine }),
                (mine, theirs) => mine.or(theirs),
            };
        }
    }

    /// Where the rows went.
    #[must_use]
    pub fn rows(&self) -> Rows {
        let (outside, invalid) = (self.outside.sum(), self.invalid.sum());
        let read = self.drawn + outside + invalid;
        Rows { total: read, read, drawn: self.drawn, outside, invalid, ..Rows::default() }
    }
}

/// What became of the rows of one input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InputLedger {
    /// The counts.
    pub rows: Rows,
    /// Those outside by side.
    pub outside: Outside,
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
    /// Those outside by side; their sum is `rows.outside`.
    pub outside: Outside,
    /// Those invalid by reason; their sum is `rows.invalid`.
    pub invalid: Invalid<FirstInvalid>,
    /// The inputs that were met, by number; their sum is `rows`.
    pub inputs: Vec<InputLedger>,
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
                if ledger.first.is_none() {
                    // Where all of them are is of no more use.
                    let told = Unparsed { rows: Vec::new(), ..unparsed.clone() };
                    ledger.first = Some((chunk.origin().input, told));
                }
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

    /// The first invalid row, whatever the reason.
    #[must_use]
    pub fn first_invalid(&self) -> Option<FirstInvalid> {
        self.invalid.iter().map(|(_, _, first)| *first).min_by_key(|first| (first.input, first.row))
    }

    /// Adds a tally of rows of `chunk`, which lie where `origin` says; tallies come in the order of the data.
    pub fn add(&mut self, tally: &Tally, chunk: &Chunk<'_>, roles: &[Role], origin: Origin) {
        self.add_rows(origin.input, tally.rows(), tally.outside);
        self.outside += tally.outside;
        self.faint += tally.faint;
        self.largest_byte = self.largest_byte.max(tally.largest_byte);
        for (reason, rows, &(row, role)) in tally.invalid.iter() {
            self.invalid.add(reason, rows, || FirstInvalid {
                input: origin.input,
                row: origin.first_row + row as u64 * chunk.step(),
                line: (reason == Reason::NoNumber).then(|| line_of(chunk, roles, row, role)).flatten(),
                role,
            });
        }
        self.check();
    }

    /// Adds rows of an input that were read and not wanted.
    pub fn filter(&mut self, input: usize, rows: u64) {
        self.add_rows(input, Rows { total: rows, read: rows, filtered: rows, ..Rows::default() }, Outside::default());
    }

    /// Adds rows of an input that were never decoded.
    pub fn skip(&mut self, input: usize, rows: u64) {
        self.add_rows(input, Rows { total: rows, skipped: rows, ..Rows::default() }, Outside::default());
    }

    /// The only place where rows are counted, in all and for their input.
    fn add_rows(&mut self, input: usize, rows: Rows, outside: Outside) {
        if self.inputs.len() <= input {
            self.inputs.resize(input + 1, InputLedger::default());
        }
        let own = &mut self.inputs[input];
        own.rows += rows;
        own.outside += outside;
        self.rows += rows;
    }

    /// What holds at any time; the sum over the inputs is left to the tests, as there may be many.
    fn check(&self) {
        debug_assert!(self.rows.is_consistent(), "{:?}", self.rows);
        debug_assert_eq!(self.outside.sum(), self.rows.outside, "every side is counted");
        debug_assert_eq!(self.invalid.sum(), self.rows.invalid, "every reason is counted");
    }
}

/// The line of a text that is none, where it is the first of its chunk: no other is known.
fn line_of(chunk: &Chunk<'_>, roles: &[Role], row: usize, role: Role) -> Option<u64> {
    let at = roles.iter().position(|have| *have == role)?;
    let told = chunk.columns().get(at)?.unparsed.as_ref()?;
    let is_first = told.line > 0 && told.rows.first().is_some_and(|first| *first as usize == row);
    is_first.then_some(told.line)
}

#[cfg(test)]
mod tests;
