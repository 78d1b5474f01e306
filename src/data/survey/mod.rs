//! What pass one learns of each column: extents, categories, and what cannot be drawn. Order-free and mergeable.
//!
//! Every column is surveyed for itself, whatever else its rows hold. Adding chunks and merging surveys in any order and
//! grouping gives the same survey.

use std::collections::{BTreeMap, HashMap};

use crate::data::bounds::{Bounded, Bounds};
use crate::data::chunk::{Chunk, Column, Data, Logical, Origin};
pub use crate::data::extent::Extent;
use crate::distribution::Distribution;
use crate::error::{Error, Result};

/// Most names of a category column.
pub const MAX_CATEGORIES: usize = 1_000_000;
/// Most bytes of the names of a category column together.
pub const MAX_CATEGORY_BYTES: usize = 64 << 20;

/// A column that is to be surveyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Its name, for errors.
    pub name: String,
    /// Whether its names (or false and true, or whole numbers as text) are wanted with their counts.
    pub categories: bool,
    /// Whether it is wanted how often each of its numbers occurs.
    pub values: bool,
}

/// The first text that was no number, by input and row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FirstUnparsed {
    /// 0-based number of the input.
    pub input: usize,
    /// 0-based row within the input.
    pub row: u64,
    /// 1-based line.
    pub line: u64,
    /// The text, cut to 80 characters.
    pub text: String,
}

/// What is known of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnSurvey {
    ask: Ask,
    nulls: u64,
    unparsed: u64,
    first_unparsed: Option<FirstUnparsed>,
    non_finite: u64,
    non_positive: u64,
    /// Of all finite values, and of the positive ones; floats and integers apart until they are asked for, so that
    /// inputs that store a column differently leave no trace of their order.
    floats: [Option<Extent>; 2],
    ints: [Option<Extent>; 2],
    categories: BTreeMap<String, u64>,
    category_bytes: usize,
    values: Option<Distribution>,
}

impl ColumnSurvey {
    fn new(ask: Ask) -> Self {
        let values = ask.values.then(Distribution::default);
        Self {
            ask,
            values,
            nulls: 0,
            unparsed: 0,
            first_unparsed: None,
            non_finite: 0,
            non_positive: 0,
            floats: [None; 2],
            ints: [None; 2],
            categories: BTreeMap::new(),
            category_bytes: 0,
        }
    }

    /// The column as it was asked for.
    #[must_use]
    pub fn ask(&self) -> &Ask {
        &self.ask
    }

    /// Rows without a value (those whose text was no number not counted).
    #[must_use]
    pub fn nulls(&self) -> u64 {
        self.nulls
    }

    /// Rows whose text was no number.
    #[must_use]
    pub fn unparsed(&self) -> u64 {
        self.unparsed
    }

    /// The first of them.
    #[must_use]
    pub fn first_unparsed(&self) -> Option<&FirstUnparsed> {
        self.first_unparsed.as_ref()
    }

    /// Rows with NaN or an infinity.
    #[must_use]
    pub fn non_finite(&self) -> u64 {
        self.non_finite
    }

    /// Rows with a finite number that is not positive; 0 for names.
    #[must_use]
    pub fn non_positive(&self) -> u64 {
        self.non_positive
    }

    /// The extent of the finite values, or of the positive ones alone; `None` without any, and for names.
    #[must_use]
    pub fn extent(&self, positive: bool) -> Option<Extent> {
        merged(self.floats[usize::from(positive)], self.ints[usize::from(positive)])
    }

    /// The names with the rows that have them, in the order of the names; empty when they were not asked for.
    /// Bools have the names `false` and `true`.
    #[must_use]
    pub fn categories(&self) -> &BTreeMap<String, u64> {
        &self.categories
    }

    /// How often each number occurs (integers as the nearest float), where it was asked for.
    #[must_use]
    pub fn values(&self) -> Option<&Distribution> {
        self.values.as_ref()
    }

    /// Counts the numbers of the valid rows.
    fn add_values(&mut self, column: &Column<'_>) {
        let Some(values) = &mut self.values else { return };
        let flags = column.validity.as_deref();
        let is_valid = |row: &usize| flags.is_none_or(|flags| flags[*row] != 0);
        let rows = (0..column.data.len()).filter(is_valid);
        match &column.data {
            Data::F64(numbers) => values.add_all(rows.map(|row| numbers[row])),
            Data::F32(numbers) => values.add_all(rows.map(|row| f64::from(numbers[row]))),
            Data::I64(numbers) => values.add_all(rows.map(|row| numbers[row] as f64)),
            Data::U64(numbers) => values.add_all(rows.map(|row| numbers[row] as f64)),
            Data::Dict { .. } => {}
        }
    }

    /// Counts whole numbers as categories; others are none.
    fn count_integers(&mut self, values: impl Iterator<Item = Option<i128>>, flags: Option<&[u8]>) -> Result<()> {
        let mut counts: HashMap<i128, u64> = HashMap::new();
        for (row, value) in values.enumerate() {
            if let Some(value) = value.filter(|_| flags.is_none_or(|flags| flags[row] != 0)) {
                *counts.entry(value).or_default() += 1;
            }
        }
        counts.into_iter().try_for_each(|(value, count)| self.count(&value.to_string(), count))
    }

    fn add(&mut self, column: &Column<'_>, origin: Origin) -> Result<()> {
        let flags = column.validity.as_deref();
        let invalid = flags.map_or(0, |flags| flags.iter().map(|&flag| u64::from(flag == 0)).sum());
        let unparsed = column.unparsed.as_ref().map_or(0, |unparsed| unparsed.count);
        self.nulls += u64::saturating_sub(invalid, unparsed);
        self.unparsed += unparsed;
        if let Some(unparsed) = &column.unparsed {
            let (row, line, text) = (unparsed.row, unparsed.line, unparsed.text.clone());
            self.note(Some(FirstUnparsed { input: origin.input, row, line, text }));
        }
        self.add_values(column);
        match &column.data {
            Data::F64(values) => {
                self.add_floats(Bounds::scan(values, flags));
                if self.ask.categories {
                    self.count_integers(values.iter().map(|value| whole(*value)), flags)?;
                }
            }
            Data::F32(values) => {
                self.add_floats(Bounds::scan(values, flags));
                if self.ask.categories {
                    self.count_integers(values.iter().map(|value| whole(f64::from(*value))), flags)?;
                }
            }
            Data::I64(values) => {
                let bounds = Bounds::scan(values, flags);
                self.add_ints(bounds);
                if self.ask.categories && column.logical == Logical::Bool {
                    let valid = values.len() as u64 - invalid;
                    let trues = valid - bounds.non_positive;
                    self.count("false", bounds.non_positive)?;
                    self.count("true", trues)?;
                } else if self.ask.categories {
                    self.count_integers(values.iter().map(|value| Some(i128::from(*value))), flags)?;
                }
            }
            Data::U64(values) => {
                self.add_ints(Bounds::scan(values, flags));
                if self.ask.categories {
                    self.count_integers(values.iter().map(|value| Some(i128::from(*value))), flags)?;
                }
            }
            Data::Dict { keys, names } if self.ask.categories => {
                if keys.iter().any(|&key| key as usize >= names.len()) {
                    return Err(Error::input("a category key lies beyond its names").in_column(self.ask.name.as_str()));
                }
                let mut counts = vec![0u64; names.len()];
                match flags {
                    None => keys.iter().for_each(|&key| counts[key as usize] += 1),
                    Some(flags) => {
                        keys.iter().zip(flags).for_each(|(&key, &flag)| counts[key as usize] += u64::from(flag != 0));
                    }
                }
                for (name, count) in names.iter().zip(counts) {
                    self.count(name, count)?;
                }
            }
            Data::Dict { .. } => {}
        }
        Ok(())
    }

    fn add_floats<T: Bounded + Into<f64>>(&mut self, bounds: Bounds<T>) {
        // Adding 0 turns -0 into 0, so that the order of equal values leaves no trace.
        let extent = |(lo, hi): (T, T)| (lo <= hi).then(|| Extent::F64 { lo: lo.into() + 0., hi: hi.into() + 0. });
        self.floats = [merged(self.floats[0], extent(bounds.all)), merged(self.floats[1], extent(bounds.positive))];
        self.non_finite += bounds.non_finite;
        self.non_positive += bounds.non_positive;
    }

    fn add_ints<T: Bounded + Into<i128>>(&mut self, bounds: Bounds<T>) {
        let extent = |(lo, hi): (T, T)| (lo <= hi).then(|| Extent::Int { lo: lo.into(), hi: hi.into() });
        self.ints = [merged(self.ints[0], extent(bounds.all)), merged(self.ints[1], extent(bounds.positive))];
        self.non_positive += bounds.non_positive;
    }

    fn count(&mut self, name: &str, count: u64) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        if let Some(sum) = self.categories.get_mut(name) {
            *sum += count;
            return Ok(());
        }
        self.category_bytes += name.len();
        if self.categories.len() >= MAX_CATEGORIES || self.category_bytes > MAX_CATEGORY_BYTES {
            return Err(Error::input("too many categories")
                .in_column(self.ask.name.as_str())
                .expected(format!("at most {MAX_CATEGORIES} different names of {MAX_CATEGORY_BYTES} bytes together"))
                .hint("choose a column with fewer names, or give the ones that matter with --categories"));
        }
        self.categories.insert(name.into(), count);
        Ok(())
    }

    fn note(&mut self, first: Option<FirstUnparsed>) {
        self.first_unparsed = match (self.first_unparsed.take(), first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn merge(&mut self, other: Self) -> Result<()> {
        self.nulls += other.nulls;
        self.unparsed += other.unparsed;
        self.note(other.first_unparsed);
        self.non_finite += other.non_finite;
        self.non_positive += other.non_positive;
        for kind in 0..2 {
            self.floats[kind] = merged(self.floats[kind], other.floats[kind]);
            self.ints[kind] = merged(self.ints[kind], other.ints[kind]);
        }
        if let (Some(mine), Some(other)) = (&mut self.values, &other.values) {
            mine.merge(other);
        }
        other.categories.iter().try_for_each(|(name, &count)| self.count(name, count))
    }
}

/// A float as the whole number it is.
pub(crate) fn whole(value: f64) -> Option<i128> {
    (value.fract() == 0.0 && value.abs() < 2f64.powi(64)).then_some(value as i128)
}

fn merged(a: Option<Extent>, b: Option<Extent>) -> Option<Extent> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.union(b)),
        (a, b) => a.or(b),
    }
}

/// What is known of a data set, or of a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    rows: u64,
    columns: Vec<ColumnSurvey>,
}

impl Survey {
    /// A survey of nothing yet; the chunks to come have the columns in the order they are asked for here.
    #[must_use]
    pub fn new(asks: impl IntoIterator<Item = Ask>) -> Self {
        Self { rows: 0, columns: asks.into_iter().map(ColumnSurvey::new).collect() }
    }

    /// Rows so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The columns in the order they were asked for.
    #[must_use]
    pub fn columns(&self) -> &[ColumnSurvey] {
        &self.columns
    }

    /// Takes a chunk into account.
    ///
    /// # Errors
    /// When the chunk has another number of columns, or a column has too many names ([`MAX_CATEGORIES`],
    /// [`MAX_CATEGORY_BYTES`]).
    pub fn add(&mut self, chunk: &Chunk<'_>) -> Result<()> {
        self.check_width(chunk.columns().len())?;
        self.rows += chunk.len() as u64;
        let mut pairs = self.columns.iter_mut().zip(chunk.columns());
        pairs.try_for_each(|(survey, column)| survey.add(column, chunk.origin()))
    }

    /// Takes the survey of another part into account.
    ///
    /// # Errors
    /// As [`Survey::add`].
    pub fn merge(&mut self, other: Self) -> Result<()> {
        self.check_width(other.columns.len())?;
        self.rows += other.rows;
        let mut pairs = self.columns.iter_mut().zip(other.columns);
        pairs.try_for_each(|(mine, other)| mine.merge(other))
    }

    fn check_width(&self, found: usize) -> Result<()> {
        if found == self.columns.len() {
            return Ok(());
        }
        Err(Error::input("the columns are not those of the survey")
            .expected(format!("{} columns", self.columns.len()))
            .found(found.to_string()))
    }
}

#[cfg(test)]
mod tests;
