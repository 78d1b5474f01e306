//! From a value to its position on a colormap, and back.

use crate::error::{Error, Result};

/// The function between two limits that a colormap is read with.
///
/// # Guarantees
/// Both limits are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Norm {
    curve: Curve,
    lo: f64,
    hi: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Curve {
    Linear,
}

impl Norm {
    /// Equal steps from `lo` (position 0) to `hi` (position 1), in either order; equal limits give 0.5 everywhere.
    ///
    /// # Errors
    /// A usage error when a limit is not finite.
    pub fn linear(lo: f64, hi: f64) -> Result<Self> {
        if !(lo.is_finite() && hi.is_finite()) {
            return Err(Error::usage("colour limits have to be finite numbers").found(format!("{lo},{hi}")));
        }
        Ok(Self { curve: Curve::Linear, lo, hi })
    }

    /// The values at positions 0 and 1.
    #[must_use]
    pub fn limits(&self) -> (f64, f64) {
        (self.lo, self.hi)
    }

    /// The position of a value, clamped to 0..=1; NaN stays NaN.
    #[must_use]
    pub fn t_from_value(&self, value: f64) -> f64 {
        if value.is_nan() || self.lo == self.hi {
            return if value.is_nan() { value } else { 0.5 };
        }
        match self.curve {
            Curve::Linear => {
                let range = self.hi - self.lo;
                if range.is_finite() && value.is_finite() {
                    ((value - self.lo) / range).clamp(0.0, 1.0)
                } else if value.is_finite() {
                    // Halved, so that limits at both ends of the floats do not overflow.
                    ((value / 2.0 - self.lo / 2.0) / (self.hi / 2.0 - self.lo / 2.0)).clamp(0.0, 1.0)
                } else {
                    f64::from((value > 0.0) == (self.hi > self.lo))
                }
            }
        }
    }

    /// The value at a position in 0..=1 (beyond it, the line goes on); exactly the limits at 0 and 1.
    #[must_use]
    pub fn value_from_t(&self, t: f64) -> f64 {
        match self.curve {
            Curve::Linear => self.lo * (1.0 - t) + self.hi * t,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn limits_and_middle_lie_where_they_should() {
        let norm = Norm::linear(-2.0, 6.0).expect("finite");
        for (value, t) in [(-2.0, 0.0), (6.0, 1.0), (2.0, 0.5), (-9.0, 0.0), (9.0, 1.0), (f64::INFINITY, 1.0)] {
            assert_eq!(norm.t_from_value(value), t, "{value}");
        }
        assert_eq!(norm.t_from_value(f64::NEG_INFINITY), 0.0);
        assert!(norm.t_from_value(f64::NAN).is_nan());
    }

    #[test]
    fn reversed_equal_and_extreme_limits_work() {
        let reversed = Norm::linear(10.0, 0.0).expect("finite");
        assert_eq!((reversed.t_from_value(10.0), reversed.t_from_value(0.0)), (0.0, 1.0));
        assert_eq!((reversed.t_from_value(f64::INFINITY), reversed.t_from_value(2.5)), (0.0, 0.75));
        assert_eq!(Norm::linear(3.0, 3.0).expect("finite").t_from_value(100.0), 0.5);
        let widest = Norm::linear(f64::MIN, f64::MAX).expect("finite");
        assert_eq!(
            (widest.t_from_value(f64::MIN), widest.t_from_value(0.0), widest.t_from_value(f64::MAX)),
            (0.0, 0.5, 1.0)
        );
        assert!(Norm::linear(0.0, f64::NAN).is_err() && Norm::linear(f64::INFINITY, 0.0).is_err());
    }

    proptest! {
        #[test]
        fn value_and_position_are_inverse(lo in -1e9..1e9f64, range in 1e-3..1e9f64, t in 0.0..=1.0f64) {
            let norm = Norm::linear(lo, lo + range).expect("finite");
            let back = norm.t_from_value(norm.value_from_t(t));
            prop_assert!((back - t).abs() <= 1e-15 * (lo.abs() / range + 4.0) * 4.0, "{t} came back as {back}");
        }
    }
}
