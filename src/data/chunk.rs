//! A run of rows as columns: what every source yields and what encode eats.
//!
//! Owns the column types and nothing else. A chunk either borrows its values (library callers), owns them, or shares
//! them with the decoder that made them, so that no reader has to copy.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::error::{Error, Result};

/// A slice of plain values that is borrowed, owned, or shared with a decoder.
pub enum Values<'a, T> {
    /// The caller's memory.
    Borrowed(&'a [T]),
    /// Our own memory.
    Owned(Vec<T>),
    /// A decoder's memory, kept alive by the reference.
    Shared(Arc<dyn AsRef<[T]> + Send + Sync>),
}

impl<T> Deref for Values<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Borrowed(values) => values,
            Self::Owned(values) => values,
            Self::Shared(values) => (**values).as_ref(),
        }
    }
}

impl<T> fmt::Debug for Values<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} values", self.len())
    }
}

impl<T> From<Vec<T>> for Values<'static, T> {
    fn from(values: Vec<T>) -> Self {
        Self::Owned(values)
    }
}

/// How long one step of an integer time column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeUnit {
    /// Whole days (dates).
    Day,
    /// Seconds.
    Second,
    /// 10^-3 s.
    Millisecond,
    /// 10^-6 s.
    Microsecond,
    /// 10^-9 s.
    Nanosecond,
}

impl TimeUnit {
    /// Nanoseconds in one unit.
    #[must_use]
    pub fn nanoseconds(self) -> i64 {
        match self {
            Self::Day => 86_400_000_000_000,
            Self::Second => 1_000_000_000,
            Self::Millisecond => 1_000_000,
            Self::Microsecond => 1_000,
            Self::Nanosecond => 1,
        }
    }

    /// So many steps since 1970 as ISO 8601, a date alone for days; beyond the years -9999 to 9999 the number of steps.
    #[must_use]
    pub fn iso8601(self, steps: i128) -> String {
        let instant = jiff::Timestamp::from_nanosecond(steps.saturating_mul(i128::from(self.nanoseconds())));
        let text = instant.map_or_else(|_| steps.to_string(), |instant| instant.to_string());
        match self {
            Self::Day => text.trim_end_matches("T00:00:00Z").to_owned(),
            _ => text,
        }
    }
}

/// What the values of a column mean, whatever they are stored as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logical {
    /// A number; `integer` when the column's type holds whole numbers only.
    Number {
        /// True for integer types.
        integer: bool,
    },
    /// False and true, stored as the integers 0 and 1.
    Bool,
    /// Steps since 1970-01-01T00:00:00 UTC (or local time where `zone` is `None`), stored as `I64`.
    Time {
        /// The length of a step.
        unit: TimeUnit,
        /// The zone the file names, as it names it.
        zone: Option<String>,
    },
    /// Days since 1970-01-01, stored as `I64`.
    Date,
    /// Names, stored as `Dict`.
    Category,
}

impl Logical {
    /// What a column of it holds, for messages.
    #[must_use]
    pub fn plural(&self) -> &'static str {
        match self {
            Self::Number { integer: true } => "integers",
            Self::Number { integer: false } => "numbers",
            Self::Bool => "bools",
            Self::Time { .. } => "times",
            Self::Date => "dates",
            Self::Category => "text",
        }
    }
}

impl fmt::Display for Logical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { integer: true } => f.write_str("integer"),
            Self::Number { integer: false } => f.write_str("number"),
            Self::Bool => f.write_str("bool"),
            Self::Time { unit, zone } => {
                let unit = match unit {
                    TimeUnit::Day => "d",
                    TimeUnit::Second => "s",
                    TimeUnit::Millisecond => "ms",
                    TimeUnit::Microsecond => "us",
                    TimeUnit::Nanosecond => "ns",
                };
                match zone {
                    Some(zone) => write!(f, "time ({unit}, {zone})"),
                    None => write!(f, "time ({unit})"),
                }
            }
            Self::Date => f.write_str("date"),
            Self::Category => f.write_str("text"),
        }
    }
}

/// The stored values of one column of a chunk.
#[derive(Debug)]
pub enum Data<'a> {
    /// 64-bit floats.
    F64(Values<'a, f64>),
    /// 32-bit floats.
    F32(Values<'a, f32>),
    /// Signed integers of any width up to 64 bits; times, dates and bools too.
    I64(Values<'a, i64>),
    /// Unsigned 64-bit integers (narrower ones are `I64`).
    U64(Values<'a, u64>),
    /// Categories: row `i` has the name `names[keys[i]]`. Names are unique within one chunk; keys mean nothing beyond it.
    Dict {
        /// Indices into `names`; those of invalid rows are within bounds too.
        keys: Values<'a, u32>,
        /// The chunk's names, in any order.
        names: Arc<Vec<String>>,
    },
}

impl Data<'_> {
    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::F64(values) => values.len(),
            Self::F32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::U64(values) => values.len(),
            Self::Dict { keys, .. } => keys.len(),
        }
    }

    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Text in a number or time column that could not be read as one; its rows are not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unparsed {
    /// How many values of this chunk.
    pub count: u64,
    /// Where they are: rows of the chunk, ascending, as many as `count`.
    pub rows: Vec<u32>,
    /// The 0-based row (within the input) of the first.
    pub row: u64,
    /// The 1-based line of the first; 0 where only later ones are in this part of a chunk.
    pub line: u64,
    /// The first text, cut to 80 characters; empty where only later ones are in this part of a chunk.
    pub text: String,
}

/// One column of a chunk.
#[derive(Debug)]
pub struct Column<'a> {
    /// The stored values, one a row.
    pub data: Data<'a>,
    /// 1 for rows that hold a value, 0 for null or unreadable ones; `None` when all do. (NaN is a value here.)
    pub validity: Option<Values<'a, u8>>,
    /// What the values mean.
    pub logical: Logical,
    /// Text that was no number.
    pub unparsed: Option<Unparsed>,
}

impl<'a> Column<'a> {
    /// A column without nulls.
    #[must_use]
    pub fn new(data: Data<'a>, logical: Logical) -> Self {
        Self { data, validity: None, logical, unparsed: None }
    }
}

/// The place in one input from which its source can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// A row of a format with rows of equal size (and of streams, which only count).
    Row(u64),
    /// A record start of a text format: byte offset, 0-based row, 1-based line.
    Byte {
        /// Bytes before the record.
        offset: u64,
        /// Records before it (the header not counted).
        row: u64,
        /// Its line.
        line: u64,
    },
    /// A row of a Parquet row group.
    RowGroup {
        /// 0-based row group.
        group: u64,
        /// 0-based row within the group.
        row: u64,
    },
}

/// What a column decides of its rows' marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Horizontal place.
    X,
    /// Vertical place.
    Y,
    /// A number that a colormap turns into the colour.
    Value,
    /// A name that a palette turns into the colour.
    Category,
    /// Red of the colour: floats 0..1 or integers 0..255.
    Red,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Opacity: floats 0..1, or integers 0..255 beside integer colours.
    Alpha,
    /// A number that decides the area of the mark.
    Size,
    /// What a density gathers: its columns by number, from 0.
    Gathered(u8),
    /// A value that decides the panel.
    Facet,
}

/// Where a chunk came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// 0-based number of the input within the data set.
    pub input: usize,
    /// 0-based row of the chunk's first row within that input.
    pub first_row: u64,
    /// Where the first row lies.
    pub position: Position,
}

impl Default for Origin {
    fn default() -> Self {
        Self { input: 0, first_row: 0, position: Position::Row(0) }
    }
}

/// A run of rows of one input, consecutive or equally far apart: the columns that were asked for, in the order they were asked for.
#[derive(Debug)]
pub struct Chunk<'a> {
    origin: Origin,
    /// From a row to the next one, in rows of the input.
    step: u64,
    len: usize,
    columns: Vec<Column<'a>>,
    roles: Vec<Role>,
}

impl<'a> Chunk<'a> {
    /// Puts columns of equal length together.
    ///
    /// # Errors
    /// When a column or its validity has another length than `len`.
    pub fn new(origin: Origin, len: usize, columns: Vec<Column<'a>>) -> Result<Self> {
        let chunk = Self { origin, step: 1, len, columns, roles: Vec::new() };
        chunk.check()?;
        Ok(chunk)
    }

    /// Columns that say themselves what they are for; `len` is that of the first.
    pub(super) fn with_roles(columns: Vec<(Role, Column<'a>)>) -> Self {
        let len = columns.first().map_or(0, |(_, column)| column.data.len());
        let (roles, columns) = columns.into_iter().unzip();
        Self { origin: Origin::default(), step: 1, len, columns, roles }
    }

    pub(super) fn push(&mut self, role: Role, column: Column<'a>) {
        self.roles.push(role);
        self.columns.push(column);
    }

    /// Checks that all columns have one length.
    ///
    /// # Errors
    /// When a column or its validity has another length than the first.
    pub fn check(&self) -> Result<()> {
        let len = self.len;
        for (i, column) in self.columns.iter().enumerate() {
            let validity = column.validity.as_ref().map_or(len, |validity| validity.len());
            if column.data.len() != len || validity != len {
                return Err(Error::input("the columns of a chunk differ in length")
                    .in_column(i.to_string())
                    .expected(format!("{len} rows"))
                    .found(format!("{} values and {validity} validity flags", column.data.len())));
            }
        }
        Ok(())
    }

    /// What each column is for, where the chunk says so itself (library callers); else empty.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Where the chunk came from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The same rows, taken so many rows of the input apart (1 unless set, at least 1).
    #[must_use]
    pub fn with_step(mut self, step: u64) -> Self {
        self.step = step.max(1);
        self
    }

    /// From a row to the next one, in rows of the input.
    #[must_use]
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The columns alone, for whoever keeps them.
    #[must_use]
    pub fn into_columns(self) -> Vec<Column<'a>> {
        self.columns
    }

    /// The columns in the order they were asked for.
    #[must_use]
    pub fn columns(&self) -> &[Column<'a>] {
        &self.columns
    }
}
