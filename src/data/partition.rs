//! The rows of a chunk put together by part: in one pass, stably, whatever the number of parts.
//!
//! Owns the new order and the columns in it; who says which part a row belongs to is not known here.

use std::ops::Range;

use crate::data::chunk::{Chunk, Unparsed, Values};
use crate::data::pick::Gather;
use crate::error::Result;

/// The part of a row that belongs to none.
pub const NO_PART: u16 = u16::MAX;

/// Which row of a chunk stands where once the rows of each part are together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// For each place the row of the chunk: within a part in the order of the chunk.
    order: Vec<u32>,
    /// The places of each part.
    ranges: Vec<Range<usize>>,
}

impl Partition {
    /// From the part of each row; rows of [`NO_PART`], and of a number that is not below `parts`, are left out.
    ///
    /// Memory and time are those of the rows and of the parts, not of their product.
    #[must_use]
    pub fn new(part_of_row: &[u16], parts: usize) -> Self {
        let mut counts = vec![0; parts];
        for part in part_of_row {
            if let Some(count) = counts.get_mut(usize::from(*part)) {
                *count += 1;
            }
        }
        let mut end = 0;
        let mut ranges: Vec<Range<usize>> = Vec::with_capacity(parts);
        for count in counts {
            ranges.push(end..end + count);
            end += count;
        }
        let mut next: Vec<usize> = ranges.iter().map(|range| range.start).collect();
        let mut order = vec![0; end];
        for (row, part) in (0..).zip(part_of_row) {
            if let Some(place) = next.get_mut(usize::from(*part)) {
                order[*place] = row;
                *place += 1;
            }
        }
        Self { order, ranges }
    }

    /// The places of each part, in the order of their numbers.
    #[must_use]
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// The row of the chunk that stands at a place.
    ///
    /// # Panics
    /// When there is no such place: a bug of the caller.
    #[must_use]
    pub fn row(&self, place: usize) -> usize {
        self.order[place] as usize
    }

    /// The first `columns` columns of the chunk in the new order, without the rows that are left out.
    ///
    /// # Errors
    /// When the columns differ in length, which those of a checked chunk do not.
    pub fn chunk(&self, chunk: &Chunk<'_>, columns: usize) -> Result<Chunk<'static>> {
        let columns = chunk.columns().iter().take(columns).map(|column| self.gathered(column));
        Chunk::new(chunk.origin(), self.order.len(), columns.collect())
    }
}

impl Gather for Partition {
    fn values<T: Copy>(&self, values: &[T]) -> Values<'static, T> {
        Values::Owned(self.order.iter().map(|row| values[*row as usize]).collect())
    }

    /// The places of unreadable texts. Which of them is the first, only the chunk itself can tell.
    fn unparsed(&self, told: &Unparsed) -> Option<Unparsed> {
        let is_told = |row: &u32| told.rows.binary_search(row).is_ok();
        let places = (0..).zip(&self.order).filter(|(_, row)| is_told(row)).map(|(place, _)| place);
        let rows: Vec<u32> = places.collect();
        (!rows.is_empty()).then(|| Unparsed {
            count: rows.len() as u64,
            rows,
            row: told.row,
            line: 0,
            text: String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::data::chunk::{Column, Data, Logical, Origin};

    #[test]
    fn rows_keep_their_order_within_each_part() {
        let parts = [2, 0, NO_PART, 2, 0, 7, 2];
        let partition = Partition::new(&parts, 4);
        assert_eq!(partition.ranges(), [0..2, 2..2, 2..5, 5..5]);
        assert_eq!((0..5).map(|place| partition.row(place)).collect::<Vec<_>>(), [1, 4, 0, 3, 6]);
        assert_eq!(Partition::new(&[], 2).ranges(), [0..0, 0..0]);
        assert_eq!(Partition::new(&[NO_PART], 0), Partition { order: vec![], ranges: vec![] });
    }

    #[test]
    fn columns_move_with_their_flags_and_unreadable_texts() {
        let told = Unparsed { count: 2, rows: vec![0, 3], row: 10, line: 11, text: "x".to_owned() };
        let numbers = Column {
            validity: Some(vec![0, 1, 1, 0].into()),
            unparsed: Some(told),
            ..Column::new(Data::F64(vec![0.0, 1.0, 2.0, 3.0].into()), Logical::Number { integer: false })
        };
        let names = Arc::new(vec!["a".to_owned(), "b".to_owned()]);
        let dict = Data::Dict { keys: vec![0, 1, 0, 1].into(), names };
        let origin = Origin { first_row: 10, ..Origin::default() };
        let chunk = Chunk::new(origin, 4, vec![numbers, Column::new(dict, Logical::Category)]).unwrap();
        let moved = Partition::new(&[1, 1, 0, 0], 2).chunk(&chunk, 2).unwrap();
        let [numbers, names] = moved.columns() else { panic!("two columns") };
        let Data::F64(values) = &numbers.data else { panic!("floats") };
        assert_eq!(values[..], [2.0, 3.0, 0.0, 1.0]);
        assert_eq!(numbers.validity.as_deref(), Some(&[1, 0, 0, 1][..]));
        assert_eq!(numbers.unparsed.as_ref().map(|told| (told.count, &told.rows[..])), Some((2, &[1, 2][..])));
        let Data::Dict { keys, .. } = &names.data else { panic!("names") };
        assert_eq!(keys[..], [0, 1, 0, 1]);
        // Rows of no part leave, and take their texts with them.
        let cut = Partition::new(&[NO_PART, 0, 0, NO_PART], 1).chunk(&chunk, 1).unwrap();
        assert_eq!((cut.len(), cut.columns().len(), cut.columns()[0].unparsed.is_none()), (2, 1, true));
    }
}
