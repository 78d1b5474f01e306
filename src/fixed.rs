//! Values as whole numbers of a unit above the smallest one: what sums and squares are gathered in.
//!
//! Sums of such numbers are exact whatever their order, threads or device; a float's are not. The unit is a power of two
//! for which the largest value becomes at most 2^41, so that a value is kept within 2^-41 of the range. Owns the way to
//! the number and back; knows no columns and no canvas.

/// The largest fixed-point number is 2 to this power. With 40, the error of a range just above a power of two would be
/// almost 2^-40 of it.
const BITS: i32 = 41;

/// Added to a number in 0..=2^41, it leaves the number rounded to the nearest integer (ties to even) in the low bits.
const ROUNDING: f64 = 4_503_599_627_370_496.0;

/// The range of one column and the unit of its fixed-point numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FixedPoint {
    /// Of floats; both limits finite, `lo <= hi`, and their difference finite.
    F64 {
        /// Smallest value: fixed-point 0.
        lo: f64,
        /// Largest value.
        hi: f64,
        /// The unit as a power of two.
        exponent: i32,
    },
    /// Of integers, times, dates and bools; `lo <= hi`.
    Int {
        /// Smallest value: fixed-point 0.
        lo: i128,
        /// Largest value.
        hi: i128,
        /// The unit is 2 to this power: 0 for ranges up to 2^41, which are exact.
        shift: u32,
    },
}

impl FixedPoint {
    /// For floats from `lo` to `hi`; `None` when they are not finite, in the wrong order, or too far apart for a float.
    #[must_use]
    pub fn floats(lo: f64, hi: f64) -> Option<Self> {
        let range = hi - lo;
        if !(lo.is_finite() && hi.is_finite() && range.is_finite() && lo <= hi) {
            return None;
        }
        if range == 0.0 {
            return Some(Self::F64 { lo, hi, exponent: 0 });
        }
        // Units below the normal floats would make their inverse infinite.
        let exponent = (ceil_log2(range) - BITS).max(-1022);
        Some(Self::F64 { lo, hi, exponent })
    }

    /// For integers from `lo` to `hi`; `None` when they are in the wrong order or beyond 2^90.
    #[must_use]
    pub fn integers(lo: i128, hi: i128) -> Option<Self> {
        if lo > hi || lo.unsigned_abs().max(hi.unsigned_abs()) > 1 << 90 {
            return None;
        }
        let range = hi.abs_diff(lo);
        let bits = (128 - range.leading_zeros()).saturating_sub(u32::from(range.is_power_of_two()));
        Some(Self::Int { lo, hi, shift: bits.saturating_sub(BITS as u32) })
    }

    /// The number of a float, rounded to the nearest (ties to even); `None` when it lies outside or is NaN.
    #[must_use]
    #[inline]
    pub fn from_f64(self, value: f64) -> Option<u64> {
        match self {
            Self::F64 { lo, hi, exponent } => (value >= lo && value <= hi)
                .then(|| ((value - lo) * power_of_two(-exponent) + ROUNDING).to_bits() - ROUNDING.to_bits()),
            // A float in a column of integers elsewhere: only whole ones are integers.
            Self::Int { .. } => (value.fract() == 0.0 && value.abs() < 2f64.powi(90))
                .then_some(value as i128)
                .and_then(|v| self.from_int(v)),
        }
    }

    /// The number of an integer, rounded half up; `None` when it lies outside.
    #[must_use]
    #[inline]
    pub fn from_int(self, value: i128) -> Option<u64> {
        match self {
            Self::Int { lo, hi, shift } => (value >= lo && value <= hi).then(|| {
                let distance = value.abs_diff(lo);
                ((distance + ((1_u128 << shift) >> 1)) >> shift) as u64
            }),
            Self::F64 { .. } => self.from_f64(value as f64),
        }
    }

    /// The unit.
    #[must_use]
    pub fn unit(self) -> f64 {
        match self {
            Self::F64 { exponent, .. } => power_of_two(exponent),
            Self::Int { shift, .. } => power_of_two(shift as i32),
        }
    }

    /// The sum of `count` values of which the numbers add up to `sum`; exact before its one rounding for integers of a range
    /// up to 2^41.
    #[must_use]
    pub fn sum(self, count: u64, sum: u128) -> f64 {
        match self {
            Self::F64 { lo, .. } => count as f64 * lo + sum as f64 * self.unit(),
            Self::Int { lo, shift, .. } => {
                let above = i128::try_from(sum).ok().and_then(|sum| sum.checked_mul(1_i128.checked_shl(shift)?));
                let exact =
                    i128::from(count).checked_mul(lo).zip(above).and_then(|(below, above)| below.checked_add(above));
                exact.map_or_else(|| count as f64 * lo as f64 + sum as f64 * self.unit(), |exact| exact as f64)
            }
        }
    }

    /// The mean of `count` values (at least one) of which the numbers add up to `sum`.
    #[must_use]
    pub fn mean(self, count: u64, sum: u128) -> f64 {
        // Whole units first: a sum beyond 2^53 would lose its end.
        let (whole, rest) = (sum / u128::from(count), sum % u128::from(count));
        let above = whole as f64 + rest as f64 / count as f64;
        match self {
            Self::F64 { lo, .. } => lo + above * self.unit(),
            Self::Int { lo, shift, .. } => {
                // Wrapping: a forged canvas may hold any sum.
                let whole = lo.wrapping_add((whole as i128).wrapping_shl(shift));
                whole as f64 + rest as f64 / count as f64 * self.unit()
            }
        }
    }

    /// The variance (of the whole population: ddof 0) of `count` values (at least one) with that sum and sum of squares.
    ///
    /// Nothing cancels: with m the whole part of the mean and r the rest of its division, the sum of squares around m is
    /// an exact integer, and what it differs by from the mean is below one unit.
    #[must_use]
    pub fn variance(self, count: u64, sum: u128, squares: u128) -> f64 {
        Self::square_units(count, sum, squares) * self.unit() * self.unit()
    }

    /// Its square root, also where the variance itself is too large or too small for a float.
    #[must_use]
    pub fn deviation(self, count: u64, sum: u128, squares: u128) -> f64 {
        Self::square_units(count, sum, squares).sqrt() * self.unit()
    }

    /// The variance in squares of the unit.
    fn square_units(count: u64, sum: u128, squares: u128) -> f64 {
        let n = u128::from(count);
        let (m, r) = (sum / n, sum % n);
        let around = squares.wrapping_sub(m.wrapping_mul(sum.wrapping_add(r)));
        match around.checked_mul(n) {
            Some(scaled) if r < 1 << 63 => scaled.saturating_sub(r * r) as f64 / count as f64 / count as f64,
            _ => around as f64 / count as f64 - (r as f64 / count as f64) * (r as f64 / count as f64),
        }
    }
}

/// The smallest whole power of two that is not below a positive float.
fn ceil_log2(value: f64) -> i32 {
    let (fraction, exponent) = libm::frexp(value);
    // The fraction lies in 0.5..1.
    if fraction == 0.5 { exponent - 1 } else { exponent }
}

/// 2 to a power from -1022 to 1022, without rounding.
fn power_of_two(exponent: i32) -> f64 {
    libm::scalbn(1.0, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn integers_up_to_a_range_of_2_41_and_dyadic_decimals_are_exact() {
        let wide = FixedPoint::integers(-(1 << 40), 1 << 40).unwrap();
        assert_eq!(wide.unit(), 1.0);
        assert_eq!(wide.from_int((1 << 40) - 1), Some((1 << 41) - 1));
        let wider = FixedPoint::integers(0, (1 << 41) + 1).unwrap();
        assert_eq!((wider.unit(), wider.from_int(3)), (2.0, Some(2)), "half a unit, rounded up");
        let quarters = FixedPoint::floats(-2.0, 6.0).unwrap();
        assert_eq!(quarters.from_f64(0.25).map(|q| quarters.mean(1, q.into())), Some(0.25));
        let one = FixedPoint::floats(7.5, 7.5).unwrap();
        assert_eq!(
            (one.from_f64(7.5), one.sum(3, 0), one.mean(3, 0), one.variance(3, 0, 0)),
            (Some(0), 22.5, 7.5, 0.0)
        );
    }

    #[test]
    fn what_lies_outside_has_no_number() {
        let fixed = FixedPoint::floats(0.0, 1.0).unwrap();
        for value in [-1e-300, 1.0f64.next_up(), f64::NAN, f64::INFINITY] {
            assert_eq!(fixed.from_f64(value), None, "{value}");
        }
        assert_eq!((fixed.from_f64(0.0), fixed.from_f64(1.0)), (Some(0), Some(1 << 41)));
        assert!(FixedPoint::floats(f64::MIN, f64::MAX).is_none() && FixedPoint::floats(1.0, 0.0).is_none());
        assert!(FixedPoint::floats(f64::NAN, 0.0).is_none() && FixedPoint::integers(1, 0).is_none());
        let tiny = FixedPoint::floats(0.0, 5e-324).unwrap();
        assert!(tiny.from_f64(5e-324).is_some(), "no infinite inverse");
    }

    #[test]
    fn sums_of_large_integers_round_once() {
        let lo = i128::from(i64::MAX) - 10;
        let fixed = FixedPoint::integers(lo, i64::MAX.into()).unwrap();
        // Three times 2^63 - 6: by hand 27670116110564327406, of which 2^64 lies 4096 apart.
        let q = u128::from(fixed.from_int(lo + 5).unwrap());
        assert_eq!(fixed.sum(3, 3 * q), 27_670_116_110_564_327_406_f64);
    }

    proptest! {
        #[test]
        fn a_value_is_kept_within_2_41_of_the_range(lo in -1e12..1e12f64, range in 1e-6..1e12f64, t in 0.0..=1.0f64) {
            let hi = lo + range;
            let value = (lo + range * t).clamp(lo, hi);
            let fixed = FixedPoint::floats(lo, hi).unwrap();
            let q = fixed.from_f64(value).unwrap();
            prop_assert!(q <= 1 << 41);
            let error = (fixed.mean(1, q.into()) - value).abs();
            let ulp = lo.abs().max(hi.abs()) * f64::EPSILON;
            prop_assert!(error <= (hi - lo) * 2f64.powi(-41) + ulp, "{error}");
        }

        #[test]
        fn mean_and_variance_are_those_of_the_integers(values in proptest::collection::vec(-1000i64..1000, 1..40), far in 0i64..4) {
            // Far from zero, where sums of squares of floats cancel.
            let values: Vec<i128> = values.iter().map(|v| i128::from(*v + far * (1 << 50))).collect();
            let fixed = FixedPoint::integers(*values.iter().min().unwrap(), *values.iter().max().unwrap()).unwrap();
            let q: Vec<u128> = values.iter().map(|v| fixed.from_int(*v).unwrap().into()).collect();
            let (n, sum, squares) = (q.len() as u64, q.iter().sum(), q.iter().map(|q| q * q).sum());
            let total: i128 = values.iter().sum();
            prop_assert_eq!(fixed.sum(n, sum), total as f64);
            let mean = total / i128::from(n);
            let exact = (total % i128::from(n)) as f64 / n as f64;
            prop_assert!((fixed.mean(n, sum) - mean as f64 - exact).abs() <= (mean as f64).abs() * f64::EPSILON + 1e-12);
            // n^2 * variance is the integer n * sum of squares - square of the sum, of values moved to the first.
            let moved: Vec<i128> = values.iter().map(|v| v - values[0]).collect();
            let count = i128::from(n);
            let scaled = count * moved.iter().map(|v| v * v).sum::<i128>() - moved.iter().sum::<i128>().pow(2);
            let expected = scaled as f64 / (n * n) as f64;
            prop_assert!((fixed.variance(n, sum, squares) - expected).abs() <= expected * 1e-14);
        }
    }
}
