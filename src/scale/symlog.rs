//! The function of a symlog axis: linear around 0, logarithmic far from it, for both signs.
//!
//! With threshold `T` and `a = |v|`, `sign(v) * 10/9 * a/T` up to `a = T` and `sign(v) * (10/9 + log10(a/T))` beyond: that
//! of matplotlib's `SymmetricalLogTransform` (lib/matplotlib/scale.py; base 10, `linscale` 1, whose factor
//! `1 / (1 - 1/base)` is 10/9) in units of `T`. It is continuous; from 0 to `T` is 1.11 times as long as a decade.

use crate::error::{Error, Result};

/// The length of the linear part on one side, in decades.
const LINEAR_DECADES: f64 = 10.0 / 9.0;

/// The threshold that is not given, as a share of the limits' largest magnitude: as of a symlog norm.
const LINEAR_SHARE: f64 = 1e-3;

/// The function with its threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Symlog {
    threshold: f64,
}

impl Symlog {
    /// With the threshold that is given, else a thousandth of the limits' largest magnitude (1 where both are 0).
    ///
    /// # Errors
    /// A usage error for a threshold that is not above 0 or too small for the limits.
    pub(crate) fn new(threshold: Option<f64>, lo: f64, hi: f64) -> Result<Self> {
        let largest = lo.abs().max(hi.abs());
        let default = if largest > 0.0 { (largest * LINEAR_SHARE).max(f64::MIN_POSITIVE) } else { 1.0 };
        let threshold = threshold.unwrap_or(default);
        if threshold > 0.0 && threshold.is_finite() && (largest / threshold).is_finite() {
            return Ok(Self { threshold });
        }
        Err(Error::usage("the threshold of the symlog axis does not fit its limits")
            .expected("a number above 0 and not vanishingly small")
            .found(format!("{threshold:?} from {lo:?} to {hi:?}"))
            .hint("leave it out to get a thousandth of the largest limit"))
    }

    /// Up to where the axis is linear.
    pub(crate) fn threshold(self) -> f64 {
        self.threshold
    }

    /// The place of a value in decades from 0; finite for every finite value, NaN for NaN.
    pub(crate) fn apply(self, value: f64) -> f64 {
        let ratio = value.abs() / self.threshold;
        let bent = if ratio <= 1.0 {
            ratio * LINEAR_DECADES
        } else if ratio > f64::MAX {
            LINEAR_DECADES + libm::log10(f64::MAX)
        } else {
            LINEAR_DECADES + libm::log10(ratio)
        };
        bent.copysign(value)
    }

    /// The value at a place; at most the largest float.
    pub(crate) fn undo(self, bent: f64) -> f64 {
        let decades = bent.abs();
        let ratio =
            if decades <= LINEAR_DECADES { decades / LINEAR_DECADES } else { libm::exp10(decades - LINEAR_DECADES) };
        let size = ratio * self.threshold;
        (if size > f64::MAX { f64::MAX } else { size }).copysign(bent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_is_matplotlibs_function() {
        // matplotlib.scale.SymmetricalLogTransform(10, 2, 1).transform of matplotlib 3.11.2, divided by 2.
        let symlog = Symlog::new(Some(2.0), -1.0, 1.0).unwrap();
        for (value, expected) in [
            (-2000.0, -4.111_111_111_111_111),
            (-2.0, -1.111_111_111_111_111_2),
            (-1.0, -0.555_555_555_555_555_6),
            (0.0, 0.0),
            (0.5, 0.277_777_777_777_777_8),
            (2.0, 1.111_111_111_111_111_2),
            (3.0, 1.287_202_370_166_792_4),
            (20.0, 2.111_111_111_111_111),
        ] {
            assert!((symlog.apply(value) - expected).abs() < 1e-15, "{value}: {}", symlog.apply(value));
        }
    }

    #[test]
    fn nothing_finite_becomes_infinite() {
        let symlog = Symlog::new(Some(1e-300), 0.0, 1.0).unwrap();
        assert!(symlog.apply(f64::MAX).is_finite() && symlog.apply(-f64::MAX).is_finite());
        assert!(symlog.apply(f64::NAN).is_nan());
        assert_eq!(symlog.undo(1e300), f64::MAX);
        for threshold in [0.0, -1.0, f64::NAN, f64::INFINITY, 5e-324] {
            assert!(Symlog::new(Some(threshold), -1e300, 1.0).is_err(), "{threshold}");
        }
        assert_eq!(Symlog::new(None, 0.0, 0.0).unwrap().threshold(), 1.0);
        assert_eq!(Symlog::new(None, -5000.0, 3.0).unwrap().threshold(), 5.0);
    }

    proptest! {
        #[test]
        fn it_rises_and_is_undone(a in -1e6..1e6f64, b in -1e6..1e6f64, exponent in -6..3i32) {
            let symlog = Symlog::new(Some(10f64.powi(exponent)), -1e6, 1e6).unwrap();
            let (lo, hi) = (a.min(b), a.max(b));
            prop_assert!(symlog.apply(lo) <= symlog.apply(hi));
            let back = symlog.undo(symlog.apply(a));
            prop_assert!((back - a).abs() <= 1e-13 * a.abs().max(symlog.threshold()), "{} {}", a, back);
        }
    }
}
