//! Which panel a row belongs to: by the name, the whole number or the time in the column that facets are made of.

use std::collections::HashMap;

use crate::data::chunk::{Chunk, Column, Data, Logical, Role};
use crate::data::partition::{NO_PART, Partition};
use crate::data::survey::whole;
use crate::encode::reasons::unusable;
use crate::error::{Error, Result};
use crate::ledger::{Invalid, PlaceInChunk, Reason};

/// Whole numbers within so many of each other have their panels in a table; others are looked up one by one.
const MOST_IN_TABLE: i128 = 1 << 16;

/// The panel of each value of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By name; bools are `false` and `true`.
    by_name: HashMap<String, u16>,
    /// By value, where the column holds whole numbers, or steps of times.
    by_integer: HashMap<i128, u16>,
    /// The panels of the whole numbers from the first on.
    table: Vec<u16>,
    first: i128,
    panels: usize,
    /// Rows of other values are not wanted; otherwise there are none.
    is_choice: bool,
}

/// Where the rows of one chunk belong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routed {
    /// The rows of each panel.
    pub partition: Partition,
    /// Rows of values that are not wanted.
    pub filtered: u64,
    /// Rows without a value.
    pub invalid: Invalid<PlaceInChunk>,
}

impl Facets {
    /// A panel for each of the names, in their order: bools are called `false` and `true`.
    ///
    /// `is_choice` when other names may come and are not wanted; otherwise they are an error.
    #[must_use]
    pub fn of_names(names: &[String], is_choice: bool) -> Self {
        let by_name = (0..).zip(names).map(|(panel, name)| (name.clone(), panel)).collect();
        Self { by_name, panels: names.len().max(1), is_choice, ..Self::default() }
    }

    /// A panel for each of the whole numbers (of the steps, where the column holds times), in their order.
    #[must_use]
    pub fn of_integers(values: &[i128], is_choice: bool) -> Self {
        let by_integer: HashMap<i128, u16> = (0..).zip(values).map(|(panel, value)| (*value, panel)).collect();
        let (first, last) = (values.iter().min().copied(), values.iter().max().copied());
        let first = first.unwrap_or_default();
        let span = last.unwrap_or_default().saturating_sub(first);
        let mut table = Vec::new();
        if !values.is_empty() && span < MOST_IN_TABLE {
            table = vec![NO_PART; span as usize + 1];
            for (value, panel) in &by_integer {
                table[(value - first) as usize] = *panel;
            }
        }
        Self { by_integer, table, first, panels: values.len().max(1), is_choice, ..Self::default() }
    }

    /// How many panels there are: at least one, which may be empty.
    #[must_use]
    pub fn panels(&self) -> usize {
        self.panels
    }

    fn of_integer(&self, value: i128) -> u16 {
        if self.table.is_empty() {
            return self.by_integer.get(&value).copied().unwrap_or(NO_PART);
        }
        let at = value.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.table.get(at)).copied().unwrap_or(NO_PART)
    }

    /// Finds the panel of every row by a column of the chunk.
    ///
    /// Rows without a value (null, a text that is no number, NaN, a fraction) have no panel and are invalid.
    ///
    /// # Errors
    /// An input error for a value that was not there when the panels were made, unless they are a choice.
    pub fn route(&self, chunk: &Chunk<'_>, at: usize) -> Result<Routed> {
        let column = chunk.columns().get(at).ok_or_else(|| Error::input("no column gives the panels"))?;
        let mut parts = vec![NO_PART; chunk.len()];
        let has_value = self.find(column, &mut parts)?;
        let mut routed = Routed::default();
        let mut stranger = None;
        for (row, (part, has_value)) in parts.iter().zip(has_value).enumerate() {
            if *part != NO_PART {
                continue;
            }
            if has_value {
                stranger.get_or_insert(row);
                routed.filtered += 1;
            } else {
                routed.invalid.add(unusable(column, row).unwrap_or(Reason::NoCategory), 1, || (row, Role::Facet));
            }
        }
        if let Some(row) = stranger.filter(|_| !self.is_choice) {
            return Err(Error::input("a value of --facet has no panel")
                .at_row(chunk.origin().first_row + row as u64 * chunk.step())
                .hint("it was not there when the values were looked for: the data has changed"));
        }
        routed.partition = Partition::new(&parts, self.panels);
        Ok(routed)
    }

    /// Fills the panels of all rows, and says which rows have a value; rows without one have no panel.
    fn find(&self, column: &Column<'_>, parts: &mut [u16]) -> Result<Vec<bool>> {
        let mut has_value = vec![true; parts.len()];
        let is_bool = column.logical == Logical::Bool;
        let named = |name: &str| self.by_name.get(name).copied().unwrap_or(NO_PART);
        match &column.data {
            Data::Dict { keys, names } => {
                let of_names: Vec<u16> = names.iter().map(|name| named(name)).collect();
                for (part, key) in parts.iter_mut().zip(&**keys) {
                    let of_name = of_names.get(*key as usize);
                    *part = *of_name.ok_or_else(|| Error::input("a category key lies beyond its names"))?;
                }
            }
            Data::I64(values) if is_bool => {
                let of_bools = ["false", "true"].map(named);
                let of = |value: i64| of_bools[usize::from(value != 0)];
                parts.iter_mut().zip(&**values).for_each(|(part, value)| *part = of(*value));
            }
            Data::I64(values) => {
                parts.iter_mut().zip(&**values).for_each(|(part, value)| *part = self.of_integer(i128::from(*value)));
            }
            Data::U64(values) => {
                parts.iter_mut().zip(&**values).for_each(|(part, value)| *part = self.of_integer(i128::from(*value)));
            }
            Data::F64(values) => self.find_whole(values.iter().copied(), parts, &mut has_value),
            Data::F32(values) => self.find_whole(values.iter().map(|value| f64::from(*value)), parts, &mut has_value),
        }
        if let Some(flags) = &column.validity {
            for ((part, has_value), flag) in parts.iter_mut().zip(&mut has_value).zip(&**flags) {
                if *flag == 0 {
                    (*part, *has_value) = (NO_PART, false);
                }
            }
        }
        Ok(has_value)
    }

    fn find_whole(&self, values: impl Iterator<Item = f64>, parts: &mut [u16], has_value: &mut [bool]) {
        for ((part, has_value), value) in parts.iter_mut().zip(has_value).zip(values) {
            match whole(value) {
                Some(value) => *part = self.of_integer(value),
                None => *has_value = false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::chunk::{Origin, Unparsed};
    use std::sync::Arc;

    fn routed(facets: &Facets, column: Column<'static>) -> Result<Routed> {
        let chunk = Chunk::new(Origin::default(), column.data.len(), vec![column]).unwrap();
        facets.route(&chunk, 0)
    }

    fn rows(routed: &Routed) -> Vec<Vec<usize>> {
        let partition = &routed.partition;
        partition.ranges().iter().map(|range| range.clone().map(|place| partition.row(place)).collect()).collect()
    }

    fn names(of: &[&str]) -> Vec<String> {
        of.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_and_bools_find_their_panels_whatever_the_keys() {
        let facets = Facets::of_names(&names(&["b", "a", "unused"]), false);
        let dict = Data::Dict { keys: vec![1, 0, 1, 1].into(), names: Arc::new(names(&["a", "b"])) };
        let column = Column { validity: Some(vec![1, 1, 0, 1].into()), ..Column::new(dict, Logical::Category) };
        let found = routed(&facets, column).unwrap();
        assert_eq!(rows(&found), [vec![0, 3], vec![1], vec![]]);
        assert_eq!(found.invalid.iter().collect::<Vec<_>>(), [(Reason::Null, 1, &(2, Role::Facet))]);
        let bools = Facets::of_names(&names(&["false", "true"]), false);
        let found = routed(&bools, Column::new(Data::I64(vec![1, 0, 1].into()), Logical::Bool)).unwrap();
        assert_eq!(rows(&found), [vec![1], vec![0, 2]]);
    }

    #[test]
    fn whole_numbers_of_any_type_and_distance_find_their_panels() {
        let number = |integer| Logical::Number { integer };
        for values in [vec![7, -2, 3], vec![i128::from(i64::MAX), -2, 3]] {
            let facets = Facets::of_integers(&values, false);
            let integers = Data::I64(vec![3, values[0] as i64, -2, 3].into());
            let found = routed(&facets, Column::new(integers, number(true))).unwrap();
            assert_eq!(rows(&found), [vec![1], vec![2], vec![0, 3]]);
        }
        let facets = Facets::of_integers(&[2, 1], true);
        let floats = Data::F64(vec![1.0, f64::NAN, 2.0, 0.5, 9.0, -0.0].into());
        let found = routed(&facets, Column::new(floats, number(false))).unwrap();
        assert_eq!((rows(&found), found.filtered), (vec![vec![2], vec![0]], 2), "9 and 0 are not wanted");
        let invalid: Vec<_> = found.invalid.iter().map(|(reason, rows, first)| (reason, rows, first.0)).collect();
        assert_eq!(invalid, [(Reason::NotFinite, 1, 1), (Reason::NoCategory, 1, 3)]);
        assert_eq!(rows(&routed(&facets, Column::new(Data::U64(vec![2].into()), number(true))).unwrap())[0], [0]);
    }

    #[test]
    fn a_value_without_a_panel_is_an_error_unless_panels_are_a_choice() {
        let column = |text: &[u32]| {
            let told = Unparsed { count: 1, rows: text.to_vec(), row: 1, line: 2, text: "x".to_owned() };
            Column {
                validity: Some(vec![1, 0].into()),
                unparsed: Some(told),
                ..Column::new(Data::I64(vec![5, 0].into()), Logical::Number { integer: true })
            }
        };
        assert!(routed(&Facets::of_integers(&[4], false), column(&[1])).unwrap_err().to_string().contains("no panel"));
        let found = routed(&Facets::of_integers(&[4], true), column(&[1])).unwrap();
        assert_eq!((found.filtered, found.invalid.iter().next().map(|told| told.0)), (1, Some(Reason::NoNumber)));
    }
}
