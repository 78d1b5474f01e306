//! From a value to its position on a colormap, and back.
//!
//! Owns the formulas; their names and parameters are read in `norm_kind`, the equalised curve is in `equalized`.

use super::equalized::Equalized;
use super::norm_kind::NormKind;
use crate::distribution::Distribution;
use crate::error::{Error, Result};

/// The default of a linear part around 0, as a share of the limits' largest magnitude: three decades are bent.
const LINEAR_SHARE: f64 = 1e-3;

/// On which side of the limits a value lies, seen from position 0 to position 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before position 0.
    Under,
    /// Between the limits, or on one.
    Within,
    /// Beyond position 1.
    Over,
}

/// The function between two limits that a colormap is read with.
///
/// # Guarantees
/// Both limits are finite, above 0 on a log norm. Positions never fall from the first limit to the second.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm {
    kind: NormKind,
    curve: Curve,
    lo: f64,
    hi: f64,
}

/// What happens between the limits, with all that is computed once.
#[derive(Clone, Debug, PartialEq)]
enum Curve {
    Linear,
    /// A bent line of values, straight between the bent limits.
    Bent {
        bend: Bend,
        from: f64,
        to: f64,
    },
    /// A bent line of positions.
    Power(Power),
    Equalized(Equalized),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Bend {
    Log,
    /// Webber, "A bi-symmetric log transformation for wide-range data", Measurement Science and Technology 24 (2013),
    /// doi:10.1088/0957-0233/24/2/027001, with the natural logarithm and its constant as the threshold.
    Symlog(f64),
    /// Lupton, Gunn and Szalay, "A modified magnitude system that produces well-behaved magnitudes, colors, and errors
    /// even for low signal-to-noise ratio measurements", The Astronomical Journal 118 (1999), 1406.
    Asinh(f64),
}

impl Bend {
    fn apply(self, value: f64) -> f64 {
        match self {
            Self::Log => libm::log10(value),
            Self::Symlog(threshold) => libm::log1p(value.abs() / threshold).copysign(value),
            Self::Asinh(width) => libm::asinh(value / width),
        }
    }

    fn undo(self, bent: f64) -> f64 {
        match self {
            Self::Log => libm::exp10(bent),
            Self::Symlog(threshold) => (threshold * libm::expm1(bent.abs())).copysign(bent),
            Self::Asinh(width) => width * libm::sinh(bent),
        }
    }
}

/// Powers of the linear position, as matplotlib's `PowerNorm` and datashader take them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Power {
    Half,
    Third,
    Of(f64),
}

impl Power {
    fn apply(self, t: f64) -> f64 {
        match self {
            Self::Half => t.sqrt(),
            Self::Third => libm::cbrt(t),
            Self::Of(exponent) => libm::pow(t, exponent),
        }
    }

    fn undo(self, t: f64) -> f64 {
        match self {
            Self::Half => t * t,
            Self::Third => t * t * t,
            Self::Of(exponent) => libm::pow(t, 1.0 / exponent),
        }
    }
}

impl Norm {
    /// Equal steps from `lo` (position 0) to `hi` (position 1), in either order; equal limits give 0.5 everywhere.
    ///
    /// # Errors
    /// A usage error when a limit is not finite.
    pub fn linear(lo: f64, hi: f64) -> Result<Self> {
        Self::new(NormKind::Linear, lo, hi)
    }

    /// A curve from `lo` (position 0) to `hi` (position 1), in either order; equal limits give 0.5 everywhere.
    ///
    /// A threshold or width that is not given is a thousandth of the limits' largest magnitude.
    ///
    /// # Errors
    /// A usage error when a limit is not finite, or not above 0 on a log norm; when a threshold or width is too small
    /// for the limits; and for [`NormKind::EqHist`], which needs the values: [`Norm::eq_hist`].
    pub fn new(kind: NormKind, lo: f64, hi: f64) -> Result<Self> {
        check_finite(lo, hi)?;
        let largest = lo.abs().max(hi.abs());
        let linear_part = |given: Option<f64>| {
            let part = given.unwrap_or((largest * LINEAR_SHARE).max(f64::MIN_POSITIVE));
            let is_usable = part > 0.0 && part.is_finite() && (largest / part).is_finite();
            let error = || {
                Error::usage("the parameter of the norm does not fit its limits")
                    .expected("a number above 0 and not vanishingly small")
                    .found(format!("{kind} from {lo} to {hi}"))
                    .hint("leave it out to get a thousandth of the largest limit")
            };
            if is_usable { Ok(part) } else { Err(error()) }
        };
        let bent = |bend: Bend| Curve::Bent { bend, from: bend.apply(lo), to: bend.apply(hi) };
        let curve = match kind {
            NormKind::Linear => Curve::Linear,
            NormKind::Log if lo > 0.0 && hi > 0.0 => bent(Bend::Log),
            NormKind::Log => {
                return Err(Error::usage("a log norm needs colour limits above 0").found(format!("{lo},{hi}")).hint(
                    "give limits above 0 with --clim, or use --norm symlog or asinh, which take 0 and negative values",
                ));
            }
            NormKind::Symlog { threshold } => bent(Bend::Symlog(linear_part(threshold)?)),
            NormKind::Asinh { width } => bent(Bend::Asinh(linear_part(width)?)),
            NormKind::Sqrt => Curve::Power(Power::Half),
            NormKind::Cbrt => Curve::Power(Power::Third),
            NormKind::Power { exponent } if exponent.is_finite() && exponent > 0.0 => Curve::Power(Power::Of(exponent)),
            NormKind::Power { exponent } => {
                return Err(Error::usage("the exponent of a power norm has to be a finite number above 0")
                    .found(exponent.to_string()));
            }
            NormKind::EqHist => {
                return Err(Error::usage("--norm eq-hist needs all values of the picture")
                    .hint("use another norm here, such as log or cbrt"));
            }
        };
        Ok(Self { kind, curve, lo, hi })
    }

    /// The curve that gives every colour the same number of the values between two limits, in either order: the share
    /// of those values up to each one, straight lines in between.
    ///
    /// Its limits are then those of the values found between the given ones. A single value gives 0.5; without any it is
    /// as linear.
    ///
    /// # Errors
    /// A usage error when a limit is not finite.
    pub fn eq_hist(distribution: &Distribution, lo: f64, hi: f64) -> Result<Self> {
        check_finite(lo, hi)?;
        let (curve, only) = Equalized::new(distribution, lo.min(hi), lo.max(hi));
        let kind = NormKind::EqHist;
        Ok(match (curve, only) {
            (Some(curve), _) => {
                let (least, most) = curve.limits();
                let (lo, hi) = if lo <= hi { (least, most) } else { (most, least) };
                Self { kind, curve: Curve::Equalized(curve), lo, hi }
            }
            (None, Some(only)) => Self { kind, curve: Curve::Linear, lo: only, hi: only },
            (None, None) => Self { kind, curve: Curve::Linear, lo, hi },
        })
    }

    /// The curve, as it was asked for.
    #[must_use]
    pub fn kind(&self) -> NormKind {
        self.kind
    }

    /// The values at positions 0 and 1.
    #[must_use]
    pub fn limits(&self) -> (f64, f64) {
        (self.lo, self.hi)
    }

    /// The position of a value, clamped to 0..=1; NaN stays NaN.
    ///
    /// On a log norm what is not positive lies at the smaller limit.
    #[must_use]
    pub fn t_from_value(&self, value: f64) -> f64 {
        if value.is_nan() || self.lo == self.hi {
            return if value.is_nan() { value } else { 0.5 };
        }
        match self.side(value) {
            Side::Under => return 0.0,
            Side::Over => return 1.0,
            Side::Within => {}
        }
        let t = match &self.curve {
            Curve::Linear => self.line(value),
            Curve::Bent { bend, from, to } => {
                // Limits so close that the curve does not tell them apart.
                if from == to { self.line(value) } else { (bend.apply(value) - from) / (to - from) }
            }
            Curve::Power(power) => power.apply(self.line(value).clamp(0.0, 1.0)),
            Curve::Equalized(curve) => {
                let share = curve.t_from_value(value);
                if self.lo <= self.hi { share } else { 1.0 - share }
            }
        };
        t.clamp(0.0, 1.0)
    }

    /// The value at a position (clamped to 0..=1); exactly the limits at 0 and 1; NaN stays NaN.
    #[must_use]
    pub fn value_from_t(&self, t: f64) -> f64 {
        if t.is_nan() {
            return t;
        }
        if t <= 0.0 || t >= 1.0 {
            return if t <= 0.0 { self.lo } else { self.hi };
        }
        let value = match &self.curve {
            Curve::Linear => self.at(t),
            Curve::Bent { bend, from, to } => {
                if from == to {
                    self.at(t)
                } else {
                    bend.undo(from * (1.0 - t) + to * t)
                }
            }
            Curve::Power(power) => self.at(power.undo(t)),
            Curve::Equalized(curve) => curve.value_from_t(if self.lo <= self.hi { t } else { 1.0 - t }),
        };
        value.clamp(self.lo.min(self.hi), self.lo.max(self.hi))
    }

    /// Where a value lies: with reversed limits what is larger than both is under. NaN is within.
    ///
    /// On a log norm what is not positive is beyond the smaller limit: under, unless the limits are reversed.
    #[must_use]
    pub fn side(&self, value: f64) -> Side {
        let (least, most) = (self.lo.min(self.hi), self.lo.max(self.hi));
        let is_reversed = self.lo > self.hi;
        // The limits of a log norm are positive: what is not lies below both.
        match (value < least, value > most) {
            (true, _) => [Side::Under, Side::Over][usize::from(is_reversed)],
            (_, true) => [Side::Over, Side::Under][usize::from(is_reversed)],
            _ => Side::Within,
        }
    }

    /// The position on a straight line; the value is finite.
    fn line(&self, value: f64) -> f64 {
        let range = self.hi - self.lo;
        if range.is_finite() {
            (value - self.lo) / range
        } else {
            // Halved, so that limits at both ends of the floats do not overflow.
            (value / 2.0 - self.lo / 2.0) / (self.hi / 2.0 - self.lo / 2.0)
        }
    }

    fn at(&self, t: f64) -> f64 {
        self.lo * (1.0 - t) + self.hi * t
    }
}

fn check_finite(lo: f64, hi: f64) -> Result<()> {
    if lo.is_finite() && hi.is_finite() {
        return Ok(());
    }
    Err(Error::usage("colour limits have to be finite numbers").found(format!("{lo},{hi}")))
}

#[cfg(test)]
mod tests;
