//! How many different names each column of a data set has: counted until they take too much memory together.

use std::collections::HashSet;

use crate::data::chunk::{Column, Data, Logical};
use crate::units::grouped;

/// Most names of a column that are told apart.
const MAX_NAMES: usize = 1_000_000;

/// Most bytes that the names of all columns take together.
const MAX_BYTES: usize = 128 << 20;

/// What a name takes besides its text: its place in the set (which is up to half empty) and its allocation.
const NAME_BYTES: usize = 64;

/// The number of different names of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameCount {
    /// So many.
    Exactly(usize),
    /// More than so many: they were no longer told apart.
    MoreThan(usize),
}

impl std::fmt::Display for NameCount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Exactly(count) => write!(f, "{count} names"),
            Self::MoreThan(count) => write!(f, "more than {} names", grouped(count as u64)),
        }
    }
}

/// The names of some columns.
pub(super) struct Names {
    columns: Vec<Seen>,
    len_bytes: usize,
    max_names: usize,
    max_bytes: usize,
}

/// The names of one column.
enum Seen {
    /// The column has none: its values are numbers or times.
    Nothing,
    /// False, and true.
    Bools([bool; 2]),
    Names(HashSet<String>),
    TooMany(usize),
}

impl Names {
    /// No names yet, of columns that mean this.
    pub fn new<'a>(columns: impl Iterator<Item = &'a Logical>) -> Self {
        Self::within(columns, MAX_NAMES, MAX_BYTES)
    }

    fn within<'a>(columns: impl Iterator<Item = &'a Logical>, max_names: usize, max_bytes: usize) -> Self {
        let seen = |logical: &Logical| match logical {
            Logical::Category => Seen::Names(HashSet::new()),
            Logical::Bool => Seen::Bools([false; 2]),
            _ => Seen::Nothing,
        };
        Self { columns: columns.map(seen).collect(), len_bytes: 0, max_names, max_bytes }
    }

    /// Takes the columns of a chunk into account, in the same order.
    pub fn add(&mut self, columns: &[Column<'_>]) {
        for (seen, column) in self.columns.iter_mut().zip(columns) {
            let flags = column.validity.as_deref();
            let is_valid = |row: usize| flags.is_none_or(|flags| flags.get(row).is_some_and(|flag| *flag != 0));
            match (seen, &column.data) {
                (Seen::Bools(seen), Data::I64(values)) => {
                    for (row, value) in values.iter().enumerate() {
                        seen[usize::from(*value > 0)] |= is_valid(row);
                    }
                }
                (seen @ Seen::Names(_), Data::Dict { keys, names }) => {
                    let mut is_used = vec![false; names.len()];
                    for (row, key) in keys.iter().enumerate() {
                        if let Some(is_used) = is_used.get_mut(*key as usize) {
                            *is_used |= is_valid(row);
                        }
                    }
                    let used = names.iter().zip(is_used).filter_map(|(name, is_used)| is_used.then_some(name));
                    for name in used {
                        if !seen.add(name, &mut self.len_bytes, self.max_names, self.max_bytes) {
                            break;
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// How many a column has; `None` where its values are no names.
    pub fn count(&self, column: usize) -> Option<NameCount> {
        match self.columns.get(column)? {
            Seen::Nothing => None,
            Seen::Bools(seen) => Some(NameCount::Exactly(seen.iter().filter(|seen| **seen).count())),
            Seen::Names(names) => Some(NameCount::Exactly(names.len())),
            Seen::TooMany(count) => Some(NameCount::MoreThan(*count)),
        }
    }
}

impl Seen {
    /// Adds a name; false when they have become too many, and are let go.
    fn add(&mut self, name: &str, len_bytes: &mut usize, max_names: usize, max_bytes: usize) -> bool {
        let Self::Names(names) = self else { return false };
        if names.contains(name) {
            return true;
        }
        let bytes = name.len() + NAME_BYTES;
        if names.len() < max_names && *len_bytes + bytes <= max_bytes {
            *len_bytes += bytes;
            names.insert(name.to_owned());
            return true;
        }
        *len_bytes -= names.iter().map(|name| name.len() + NAME_BYTES).sum::<usize>();
        *self = Self::TooMany(names.len());
        false
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn column(names: std::ops::Range<usize>) -> Column<'static> {
        let keys: Vec<u32> = (0..names.len() as u32).collect();
        let names = names.map(|name| format!("{name:06}")).collect();
        Column {
            data: Data::Dict { keys: keys.into(), names: Arc::new(names) },
            validity: None,
            logical: Logical::Category,
            unparsed: None,
        }
    }

    #[test]
    fn a_column_of_too_many_names_makes_room_for_the_others() {
        let each = 6 + NAME_BYTES;
        let mut names = Names::within([Logical::Category, Logical::Category].iter(), 10, 15 * each);
        names.add(&[column(0..10), column(0..5)]);
        assert_eq!(names.count(0), Some(NameCount::Exactly(10)));
        names.add(&[column(5..11), column(0..5)]);
        assert_eq!(names.count(0), Some(NameCount::MoreThan(10)));
        assert_eq!(names.len_bytes, 5 * each);
        names.add(&[column(0..3), column(5..10)]);
        assert_eq!((names.count(0), names.count(1)), (Some(NameCount::MoreThan(10)), Some(NameCount::Exactly(10))));
        let mut names = Names::within([Logical::Category, Logical::Category].iter(), 10, 12 * each);
        names.add(&[column(0..8), column(0..8)]);
        assert_eq!((names.count(0), names.count(1)), (Some(NameCount::Exactly(8)), Some(NameCount::MoreThan(4))));
        assert_eq!(names.count(1).unwrap().to_string(), "more than 4 names");
    }

    #[test]
    fn only_names_of_rows_that_have_them_count() {
        let mut names = Names::new([Logical::Category, Logical::Bool, Logical::Date].iter());
        let flags = || Some(vec![1, 0, 1].into());
        let texts = Column { validity: flags(), ..column(0..3) };
        let integers =
            |logical| Column { data: Data::I64(vec![1, 0, 1].into()), validity: flags(), logical, unparsed: None };
        let (bools, dates) = (integers(Logical::Bool), integers(Logical::Date));
        names.add(&[texts, bools, dates]);
        let counts: Vec<_> = (0..3).map(|column| names.count(column)).collect();
        assert_eq!(counts, [Some(NameCount::Exactly(2)), Some(NameCount::Exactly(1)), None]);
    }
}
