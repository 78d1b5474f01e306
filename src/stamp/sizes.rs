//! Which sizes a plot has when a column gives them: a few classes between the smallest and the largest.
//!
//! A value decides the area of its mark, linearly; the mark wears the class whose diameter is nearest by ratio.

use super::atlas::{check_diameter, class_bytes};
use super::shape::Marker;
use crate::error::{Error, Result};

/// No plot has more classes: neighbours of 2 to 20 px then differ by 4 %.
const MOST_CLASSES: usize = 64;

/// Diameters closer than this are one class: positions are no finer.
const FINEST_STEP_PX: f64 = 1.0 / 16.0;

/// The masks of all classes take at most this much; larger marks have fewer classes. (One size of 256 px takes 1 MiB.)
const MOST_BYTES: u64 = 32 << 20;

/// The diameters of the size classes, ascending, in equal ratios.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeClasses {
    diameters_px: Vec<f64>,
    bytes: u64,
}

impl SizeClasses {
    /// As many classes between two diameters as can be told apart and have room: at most 64, one where they are equal.
    ///
    /// # Errors
    /// A usage error for diameters outside [`super::DIAMETER_PX`], or a larger one before a smaller.
    pub fn new(marker: Marker, smallest_px: f64, largest_px: f64) -> Result<Self> {
        check_diameter(smallest_px)?;
        check_diameter(largest_px)?;
        if largest_px < smallest_px {
            return Err(Error::usage("the smallest size is larger than the largest")
                .found(format!("{smallest_px} px and {largest_px} px")));
        }
        let steps = ((largest_px - smallest_px) / FINEST_STEP_PX).ceil() as usize;
        let mut classes = (steps + 1).min(MOST_CLASSES);
        loop {
            let diameters_px = diameters(smallest_px, largest_px, classes);
            let bytes = diameters_px.iter().map(|diameter_px| class_bytes(marker, *diameter_px)).sum();
            if bytes <= MOST_BYTES || classes <= 2 {
                return Ok(Self { diameters_px, bytes });
            }
            classes -= 1;
        }
    }

    /// The diameters in pixels, ascending; at least one, at most 64.
    #[must_use]
    pub fn diameters_px(&self) -> &[f64] {
        &self.diameters_px
    }

    /// The bytes that their masks take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where on the way from the smallest area (0) to the largest (1) each class but the first begins: at the area of the
    /// geometric mean of its diameter and the one before. Ascending.
    #[must_use]
    pub fn begins(&self) -> Vec<f64> {
        let (Some(smallest), Some(largest)) = (self.diameters_px.first(), self.diameters_px.last()) else {
            return Vec::new();
        };
        let least = smallest * smallest;
        let range = largest * largest - least;
        self.diameters_px.windows(2).map(|pair| (pair[0] * pair[1] - least) / range).collect()
    }
}

fn diameters(smallest_px: f64, largest_px: f64, classes: usize) -> Vec<f64> {
    let last = classes - 1;
    let at = |class: usize| match class {
        0 => smallest_px,
        class if class == last => largest_px,
        class => smallest_px * libm::pow(largest_px / smallest_px, class as f64 / last as f64),
    };
    (0..classes).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_lie_in_equal_ratios_and_have_both_ends() {
        let sizes = SizeClasses::new(Marker::Circle, 2.0, 20.0).unwrap();
        let all = sizes.diameters_px();
        assert_eq!((all.len(), all[0], all[63]), (64, 2.0, 20.0));
        let ratio = 10f64.powf(1.0 / 63.0);
        for pair in all.windows(2) {
            assert!((pair[1] / pair[0] - ratio).abs() < 1e-12, "{pair:?}");
        }
        assert_eq!(SizeClasses::new(Marker::Circle, 5.0, 5.0).unwrap().diameters_px(), [5.0]);
        assert_eq!(
            SizeClasses::new(Marker::Circle, 5.0, 5.1).unwrap().diameters_px().len(),
            3,
            "no finer than positions"
        );
    }

    #[test]
    fn masks_of_the_largest_marks_stay_within_their_budget() {
        for (smallest_px, largest_px) in [(0.1, 256.0), (200.0, 256.0), (255.0, 256.0), (2.0, 20.0)] {
            for marker in [Marker::Circle, Marker::Triangle] {
                let sizes = SizeClasses::new(marker, smallest_px, largest_px).unwrap();
                let all = sizes.diameters_px();
                assert!((2..=64).contains(&all.len()) && sizes.bytes() <= 32 << 20, "{smallest_px} {largest_px}");
                assert_eq!((all[0], all[all.len() - 1]), (smallest_px, largest_px));
            }
        }
        assert!(SizeClasses::new(Marker::Circle, 200.0, 256.0).unwrap().diameters_px().len() > 30);
    }

    #[test]
    fn a_class_begins_where_its_diameter_is_the_nearest_by_ratio() {
        let sizes = SizeClasses::new(Marker::Circle, 1.0, 4.0).unwrap();
        let (all, begins) = (sizes.diameters_px(), sizes.begins());
        assert_eq!(begins.len(), all.len() - 1);
        for share in (0..=1000).map(|i| f64::from(i) / 1000.0) {
            let diameter = (1.0 + share * 15.0).sqrt();
            let distance = |class: &usize| (all[*class] / diameter).ln().abs();
            let nearest = (0..all.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
            let class = begins.partition_point(|begin| *begin <= share);
            assert!(class == nearest || (distance(&class) - distance(&nearest)).abs() < 1e-12, "{share}");
        }
    }

    #[test]
    fn impossible_sizes_are_refused() {
        for (a, b) in [(0.0, 5.0), (1.0, 257.0), (f64::NAN, 5.0), (5.0, f64::NAN), (5.0, 4.0)] {
            assert_eq!(SizeClasses::new(Marker::Circle, a, b).unwrap_err().kind().exit_code(), 2, "{a} {b}");
        }
    }
}
