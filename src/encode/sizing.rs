//! Size classes of marks: from a column's numbers, by comparisons alone, so that every backend draws the same ones.

use std::ops::Range;
use std::sync::Arc;

use crate::data::chunk::{Column, Role};
use crate::encode::BLOCK;
use crate::encode::place::{Validity, floats};
use crate::stamp::SizeClasses;

/// From numbers to size classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizing {
    /// The number at which each class but the first begins, ascending; negated where larger numbers are smaller marks.
    begins: Arc<[f64]>,
    is_falling: bool,
    /// What the alpha of each class is multiplied by.
    factors: Arc<[f32]>,
}

impl Sizing {
    /// Classes between the numbers at the smallest and at the largest mark, in either order: areas grow linearly between
    /// them, and what lies beyond has the nearer one's. Equal numbers give everything the mean area.
    ///
    /// `factors` has the dimming of each class.
    #[must_use]
    pub fn new(sizes: &SizeClasses, (at_smallest, at_largest): (f64, f64), factors: Vec<f32>) -> Self {
        let is_falling = at_largest < at_smallest;
        let sign = if is_falling { -1.0 } else { 1.0 };
        let (lo, hi) = (sign * at_smallest, sign * at_largest);
        let begins = sizes.begins();
        let begins: Arc<[f64]> = if lo == hi {
            // As if every number lay half way.
            begins.iter().map(|share| if *share <= 0.5 { f64::NEG_INFINITY } else { f64::INFINITY }).collect()
        } else {
            // Weighted, for their difference may be beyond the floats.
            begins.iter().map(|share| lo * (1.0 - share) + hi * share).collect()
        };
        Self { begins, is_falling, factors: factors.into() }
    }

    /// The class of a finite number.
    #[must_use]
    pub fn class(&self, number: f64) -> u8 {
        let number = if self.is_falling { -number } else { number };
        // At most 63 begin behind the first.
        self.begins.partition_point(|begin| *begin <= number) as u8
    }

    /// What the alpha of a class is multiplied by.
    #[must_use]
    pub fn factor(&self, class: u8) -> f32 {
        self.factors.get(usize::from(class)).copied().unwrap_or(1.0)
    }
}

/// The sizes of one chunk.
#[derive(Debug)]
pub(super) struct Sizer<'a> {
    pub(super) sizing: &'a Sizing,
    pub(super) column: &'a Column<'a>,
}

impl Sizer<'_> {
    /// Fills the classes of a block, dims their alphas, and marks rows that have no size.
    pub(super) fn assign(
        &self,
        rows: Range<usize>,
        classes: &mut [u8; BLOCK],
        alpha: &mut [f32; BLOCK],
        validity: &mut Validity,
    ) {
        let mut numbers = [0.0; BLOCK];
        let numbers = &mut numbers[..rows.len()];
        floats(&self.column.data, rows.clone(), numbers);
        for ((number, class), alpha) in numbers.iter().zip(&mut *classes).zip(&mut *alpha) {
            *class = self.sizing.class(*number);
            *alpha *= self.sizing.factor(*class);
        }
        validity.check(self.column, rows, Role::Size, |row| numbers[row].is_finite());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::Marker;

    fn sizing(limits: (f64, f64)) -> (SizeClasses, Sizing) {
        let sizes = SizeClasses::new(Marker::Circle, 2.0, 20.0).unwrap();
        let sizing = Sizing::new(&sizes, limits, vec![1.0; 64]);
        (sizes, sizing)
    }

    #[test]
    fn areas_grow_linearly_with_numbers() {
        let (sizes, up) = sizing((10.0, 30.0));
        let (_, down) = sizing((30.0, 10.0));
        for number in (0..=400).map(|i| 10.0 + f64::from(i) / 20.0) {
            let area = 4.0 + (number - 10.0) / 20.0 * (400.0 - 4.0);
            let diameter = sizes.diameters_px()[usize::from(up.class(number))];
            // Within half a class: 1.9 % of the diameter.
            assert!((diameter / area.sqrt() - 1.0).abs() < 0.019, "{number}: {diameter}");
            assert!((i16::from(down.class(40.0 - number)) - i16::from(up.class(number))).abs() <= 1, "{number} falls");
        }
        for (number, class) in [(10.0, 0), (-1e300, 0), (f64::NEG_INFINITY, 0), (30.0, 63), (1e300, 63)] {
            assert_eq!(up.class(number), class, "{number} is clamped");
        }
        assert_eq!((down.class(30.0), down.class(10.0)), (0, 63));
    }

    #[test]
    fn one_number_has_the_mean_area_and_the_ends_of_the_floats_no_infinity() {
        let (sizes, one) = sizing((7.0, 7.0));
        let diameter = sizes.diameters_px()[usize::from(one.class(7.0))];
        assert!((diameter - 202f64.sqrt()).abs() < 0.3, "{diameter}");
        let (_, huge) = sizing((-f64::MAX, f64::MAX));
        assert_eq!((huge.class(-f64::MAX), huge.class(f64::MAX)), (0, 63));
        let middle = sizes.diameters_px()[usize::from(huge.class(0.0))];
        assert!((middle - 202f64.sqrt()).abs() < 0.3, "{middle}");
    }
}
