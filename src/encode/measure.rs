//! The values that a density gathers: from columns to the integers that cross the seam.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::data::chunk::{Column, Data, Role};
use crate::data::survey::whole;
use crate::encode::BLOCK;
use crate::encode::place::{Validity, floats};
use crate::error::{Error, Result};
use crate::fixed::FixedPoint;
use crate::keys::{KeyKind, key_from_f64, key_from_i64};

/// One stream of values: the column it comes from, and what its values become.
#[derive(Clone, Debug)]
pub struct Measure {
    /// The column.
    pub role: Role,
    /// What its values become.
    pub encoding: Encoding,
}

/// What the values of a column become.
#[derive(Clone, Debug)]
pub enum Encoding {
    /// Whole units above the smallest value; a value outside the range makes the row invalid.
    Fixed(FixedPoint),
    /// Keys in the order of the values; a key outside the range makes the row invalid.
    Key {
        /// What the keys stand for.
        kind: KeyKind,
        /// The smallest and the largest key.
        range: Option<(u64, u64)>,
    },
    /// The number of the category.
    Category(Arc<CategoryNumbers>),
}

/// The number of each category: of names, or of whole numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryNumbers {
    /// By name; bools are `false` and `true`.
    pub by_name: HashMap<String, u16>,
    /// By value, where the column holds whole numbers.
    pub by_integer: HashMap<i128, u16>,
    /// That of all others; without one they are an error.
    pub other: Option<u16>,
}

/// The values of one slot of one chunk.
#[derive(Debug)]
pub(super) struct Measured<'a> {
    column: &'a Column<'a>,
    role: Role,
    encoding: &'a Encoding,
    /// The category of each of the chunk's names.
    numbers: Vec<u16>,
}

impl<'a> Measured<'a> {
    pub(super) fn new(measure: &'a Measure, column: impl Fn(Role) -> Result<&'a Column<'a>>) -> Result<Self> {
        let column = column(measure.role)?;
        let numbers = match &measure.encoding {
            Encoding::Category(table) => name_numbers(column, table)?,
            Encoding::Fixed(_) | Encoding::Key { .. } => Vec::new(),
        };
        Ok(Self { column, role: measure.role, encoding: &measure.encoding, numbers })
    }

    /// Fills the values of a block, and marks rows that have none.
    pub(super) fn measure(&self, rows: Range<usize>, out: &mut [u64; BLOCK], validity: &mut Validity) {
        let out = &mut out[..rows.len()];
        let mut is_good = [true; BLOCK];
        let mut put = |row: usize, value: Option<u64>| {
            is_good[row] = value.is_some();
            out[row] = value.unwrap_or_default();
        };
        match (self.encoding, &self.column.data) {
            (Encoding::Fixed(fixed), Data::I64(values)) => {
                (0..).zip(&values[rows.clone()]).for_each(|(row, value)| put(row, fixed.from_int(i128::from(*value))));
            }
            (Encoding::Fixed(fixed), Data::U64(values)) => {
                (0..).zip(&values[rows.clone()]).for_each(|(row, value)| put(row, fixed.from_int(i128::from(*value))));
            }
            (Encoding::Key { kind: KeyKind::I64, .. }, Data::I64(values)) => {
                (0..).zip(&values[rows.clone()]).for_each(|(row, value)| put(row, Some(key_from_i64(*value))));
            }
            (Encoding::Key { kind: KeyKind::I64, .. }, Data::U64(values)) => {
                let key = |value: u64| i64::try_from(value).ok().map(key_from_i64);
                (0..).zip(&values[rows.clone()]).for_each(|(row, value)| put(row, key(*value)));
            }
            (Encoding::Key { kind: KeyKind::U64, .. }, Data::U64(values)) => {
                (0..).zip(&values[rows.clone()]).for_each(|(row, value)| put(row, Some(*value)));
            }
            (Encoding::Key { kind: KeyKind::U64, .. }, Data::I64(values)) => {
                (0..).zip(&values[rows.clone()]).for_each(|(row, value)| put(row, u64::try_from(*value).ok()));
            }
            (Encoding::Category(_), Data::Dict { keys, .. }) => {
                let number = |key: u32| self.numbers.get(key as usize).map(|number| u64::from(*number));
                (0..).zip(&keys[rows.clone()]).for_each(|(row, key)| put(row, number(*key)));
            }
            (Encoding::Category(table), Data::I64(values)) if self.numbers.is_empty() => {
                (0..).zip(&values[rows.clone()]).for_each(|(row, value)| put(row, table.of(i128::from(*value))));
            }
            (Encoding::Category(table), Data::U64(values)) => {
                (0..).zip(&values[rows.clone()]).for_each(|(row, value)| put(row, table.of(i128::from(*value))));
            }
            (encoding, data) => {
                let mut numbers = [0.0; BLOCK];
                floats(data, rows.clone(), &mut numbers[..rows.len()]);
                let value = |number: f64| match encoding {
                    Encoding::Fixed(fixed) => fixed.from_f64(number),
                    // Adding 0 turns -0 into 0: one value, one key.
                    Encoding::Key { kind: KeyKind::F64, .. } => number.is_finite().then(|| key_from_f64(number + 0.0)),
                    // Bools have the names false and true.
                    Encoding::Category(_) if !self.numbers.is_empty() => {
                        self.numbers.get(usize::from(number != 0.0)).map(|number| u64::from(*number))
                    }
                    Encoding::Category(table) => whole(number).and_then(|value| table.of(value)),
                    // An input that stores integers as floats.
                    Encoding::Key { kind: KeyKind::I64, .. } => {
                        whole(number).and_then(|value| i64::try_from(value).ok()).map(key_from_i64)
                    }
                    Encoding::Key { kind: KeyKind::U64, .. } => {
                        whole(number).and_then(|value| u64::try_from(value).ok())
                    }
                };
                (0..).zip(&numbers[..rows.len()]).for_each(|(row, number)| put(row, value(*number)));
            }
        }
        if let Encoding::Key { range: Some((least, most)), .. } = self.encoding {
            for (good, key) in is_good.iter_mut().zip(&*out) {
                *good &= (least..=most).contains(&key);
            }
        }
        validity.check(self.column, rows, self.role, |row| is_good[row]);
    }
}

impl CategoryNumbers {
    fn of(&self, value: i128) -> Option<u64> {
        self.by_integer.get(&value).copied().or(self.other).map(u64::from)
    }
}

/// The categories of a chunk's keys: of its names, or of false and true; none for a column of whole numbers.
fn name_numbers(column: &Column<'_>, table: &CategoryNumbers) -> Result<Vec<u16>> {
    let number = |name: &str| table.by_name.get(name).copied().or(table.other);
    let (keys, names) = match &column.data {
        Data::Dict { keys, names } => (keys, names),
        _ if column.logical == crate::data::chunk::Logical::Bool => {
            return Ok(["false", "true"].map(|name| number(name).unwrap_or_default()).to_vec());
        }
        _ => return Ok(Vec::new()),
    };
    let numbers: Vec<Option<u16>> = names.iter().map(|name| number(name)).collect();
    if numbers.iter().any(Option::is_none) {
        // A name that only null rows point at needs no number.
        let is_valid = |row: usize| column.validity.as_ref().is_none_or(|flags| flags[row] != 0);
        let lost = (0..keys.len()).find(|row| is_valid(*row) && numbers[keys[*row] as usize].is_none());
        if let Some(row) = lost {
            return Err(Error::input("a category is not one of those counted")
                .found(format!("'{}'", names[keys[row] as usize]))
                .hint("it was not there when the categories were counted: the data has changed, or a later chunk brings it"));
        }
    }
    Ok(numbers.into_iter().map(Option::unwrap_or_default).collect())
}
