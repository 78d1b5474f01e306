//! Smallest and largest values of a slice, over all finite ones and over the positive ones, with counts of the others.
//!
//! Eight lanes without branches, which the compiler turns into vectors.

const LANES: usize = 8;

/// A number that can be bounded.
pub(crate) trait Bounded: Copy + PartialOrd {
    /// Not smaller than any finite value.
    const TOP: Self;
    /// Not larger than any finite value.
    const BOTTOM: Self;
    /// Nothing.
    const ZERO: Self;
    /// False for NaN and infinities.
    fn is_finite(self) -> bool;
}

macro_rules! bounded {
    ($type:ty, $top:expr, $bottom:expr, $zero:expr, $finite:expr) => {
        impl Bounded for $type {
            const TOP: Self = $top;
            const BOTTOM: Self = $bottom;
            const ZERO: Self = $zero;
            #[inline]
            fn is_finite(self) -> bool {
                let finite: fn($type) -> bool = $finite;
                finite(self)
            }
        }
    };
}
bounded!(f64, f64::INFINITY, f64::NEG_INFINITY, 0., |value| value.abs() < f64::INFINITY);
bounded!(f32, f32::INFINITY, f32::NEG_INFINITY, 0., |value| value.abs() < f32::INFINITY);
bounded!(i64, i64::MAX, i64::MIN, 0, |_| true);
bounded!(u64, u64::MAX, u64::MIN, 0, |_| true);

/// What a scan finds; an interval with `lo > hi` is empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds<T> {
    /// Of all finite values.
    pub all: (T, T),
    /// Of the positive ones.
    pub positive: (T, T),
    /// NaN and infinities.
    pub non_finite: u64,
    /// Finite values that are not positive.
    pub non_positive: u64,
}

impl<T: Bounded> Bounds<T> {
    /// Scans the values whose flag is not 0; all of them without flags.
    pub fn scan(values: &[T], flags: Option<&[u8]>) -> Self {
        let mut lanes = Lanes::new();
        let blocks = values.chunks_exact(LANES);
        let mut rest = ([T::ZERO; LANES], [0u8; LANES]);
        rest.0[..blocks.remainder().len()].copy_from_slice(blocks.remainder());
        match flags {
            None => {
                blocks.for_each(|block| lanes.take(block, &[1; LANES]));
                rest.1[..values.len() % LANES].fill(1);
            }
            Some(flags) => {
                let flag_blocks = flags.chunks_exact(LANES);
                rest.1[..flag_blocks.remainder().len()].copy_from_slice(flag_blocks.remainder());
                blocks.zip(flag_blocks).for_each(|(block, flags)| lanes.take(block, flags));
            }
        }
        lanes.take(&rest.0, &rest.1);
        lanes.fold()
    }
}

struct Lanes<T> {
    all: ([T; LANES], [T; LANES]),
    positive: ([T; LANES], [T; LANES]),
    non_finite: [u64; LANES],
    non_positive: [u64; LANES],
}

impl<T: Bounded> Lanes<T> {
    fn new() -> Self {
        let empty = ([T::TOP; LANES], [T::BOTTOM; LANES]);
        Self { all: empty, positive: empty, non_finite: [0; LANES], non_positive: [0; LANES] }
    }

    #[inline(always)]
    fn take(&mut self, values: &[T], flags: &[u8]) {
        for lane in 0..LANES {
            let (value, valid) = (values[lane], flags[lane] != 0);
            let finite = valid & value.is_finite();
            let positive = finite & (value > T::ZERO);
            let bound = |lo: &mut T, hi: &mut T, counts: bool| {
                *lo = if counts & (value < *lo) { value } else { *lo };
                *hi = if counts & (value > *hi) { value } else { *hi };
            };
            bound(&mut self.all.0[lane], &mut self.all.1[lane], finite);
            bound(&mut self.positive.0[lane], &mut self.positive.1[lane], positive);
            self.non_finite[lane] += u64::from(valid & !finite);
            self.non_positive[lane] += u64::from(finite & !positive);
        }
    }

    fn fold(self) -> Bounds<T> {
        let least = |values: [T; LANES]| values.into_iter().fold(T::TOP, |a, b| if b < a { b } else { a });
        let most = |values: [T; LANES]| values.into_iter().fold(T::BOTTOM, |a, b| if b > a { b } else { a });
        Bounds {
            all: (least(self.all.0), most(self.all.1)),
            positive: (least(self.positive.0), most(self.positive.1)),
            non_finite: self.non_finite.into_iter().sum(),
            non_positive: self.non_positive.into_iter().sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, value by value.
    fn naive(values: &[f64], flags: &[u8]) -> Bounds<f64> {
        let valid: Vec<f64> =
            values.iter().zip(flags).filter(|(_, flag)| **flag != 0).map(|(value, _)| *value).collect();
        let extent = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), value| (lo.min(value), hi.max(value)))
        };
        Bounds {
            all: extent(&mut valid.iter().copied().filter(|value| value.is_finite())),
            positive: extent(&mut valid.iter().copied().filter(|value| value.is_finite() && *value > 0.)),
            non_finite: valid.iter().filter(|value| !value.is_finite()).count() as u64,
            non_positive: valid.iter().filter(|value| value.is_finite() && **value <= 0.).count() as u64,
        }
    }

    proptest! {
        #[test]
        fn lanes_find_what_a_plain_loop_finds(
            rows in proptest::collection::vec((prop_oneof![any::<f64>(), Just(0.), Just(f64::NAN), Just(f64::INFINITY)], 0u8..2), 0..60)
        ) {
            let (values, flags): (Vec<f64>, Vec<u8>) = rows.into_iter().unzip();
            prop_assert_eq!(Bounds::scan(&values, Some(&flags)), naive(&values, &flags));
            prop_assert_eq!(Bounds::scan(&values, None), naive(&values, &vec![1; values.len()]));
        }
    }

    #[test]
    fn extreme_integers_are_bounds_and_nothing_is_empty() {
        let bounds = Bounds::scan(&[i64::MIN, i64::MAX, 0], None);
        assert_eq!((bounds.all, bounds.positive, bounds.non_positive), ((i64::MIN, i64::MAX), (i64::MAX, i64::MAX), 2));
        let one = Bounds::scan(&[u64::MAX], None);
        assert_eq!(one.all, (u64::MAX, u64::MAX));
        let none = Bounds::scan(&[5u64; 9], Some(&[0; 9]));
        assert!(none.all.0 > none.all.1, "no valid value, no interval");
    }
}
