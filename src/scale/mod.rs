//! The function from data to an axis: kind, domain and direction, checked once.
//!
//! Owns where a value lies on an axis (`fraction`, 0 at the start of the axis and 1 at its end). `binning` turns values
//! into fixed-point pixels for drawing; `ticks` chooses the labelled values.

mod binning;
mod kind;
mod moment;
mod symlog;
mod ticks;
mod typed;
mod zone;

pub use binning::{Binning, INVALID};
pub(crate) use binning::{Line, WHOLE};
pub use kind::Kind;
pub use moment::Moment;
pub(crate) use symlog::Symlog;
pub use ticks::{Tick, extended, ticks};
pub(crate) use ticks::{Warp, Wording, shortened, shortest, time_label, warped_ticks, worded_ticks};
pub(crate) use zone::Zone;
pub use zone::zone_name;

use crate::data::chunk::TimeUnit;
use crate::error::{Error, Result};

/// Integers of this magnitude and below are exact in an f64.
pub const EXACT_INTEGER: i128 = 1 << 53;

/// Limits closer than this leave no room for pixels between them: their steps would not be normal numbers.
pub const SMALLEST_SPAN: f64 = 1e-300;

/// The interval of data that the axis shows; `lo < hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// Floats, and integers up to 2^53.
    F64 {
        /// Smallest value.
        lo: f64,
        /// Largest value.
        hi: f64,
    },
    /// Times, and larger integers: positions are computed in integers, exactly.
    Int {
        /// Smallest value.
        lo: i128,
        /// Largest value.
        hi: i128,
    },
}

/// How integers of a time axis are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The length of one step.
    pub unit: TimeUnit,
    /// The zone the file names.
    pub zone: Option<String>,
}

impl Calendar {
    /// True for dates: no time of day.
    #[must_use]
    pub fn is_of_days(&self) -> bool {
        self.unit == TimeUnit::Day
    }

    /// True when the zone is one that is known, or there is none.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.zone.as_deref().is_none_or(|zone| Zone::named(zone).is_some())
    }

    /// The same times shown by another clock; dates have none.
    #[must_use]
    pub fn on_clock(self, zone: &str) -> Self {
        if self.is_of_days() { self } else { Self { zone: Some(zone.to_owned()), ..self } }
    }

    /// The clock that the times are shown by: of an unknown zone that of UTC.
    pub(crate) fn clock(&self) -> Zone {
        self.zone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::utc)
    }
}

/// One axis: where a value lies between its start and its end.
///
/// # Guarantees
/// The domain is finite and not empty, positive on a log axis, and integer on a time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    kind: Kind,
    domain: Domain,
    is_reversed: bool,
    calendar: Option<Calendar>,
}

impl Scale {
    /// A linear axis from `start` to `end`, reversed when `end < start`.
    ///
    /// # Errors
    /// A usage error when the two are equal or not finite, or lie too far apart for their difference to be finite.
    pub fn linear(start: f64, end: f64) -> Result<Self> {
        if !(start.is_finite() && end.is_finite()) || start == end {
            return Err(Error::usage("an axis needs two different finite limits").found(format!("{start:e},{end:e}")));
        }
        if !(SMALLEST_SPAN..=f64::MAX).contains(&(end - start).abs()) {
            return Err(Error::usage("the limits of an axis are too far apart or too close for 64-bit floats")
                .expected(format!("a distance of {SMALLEST_SPAN:e} to {:e}", f64::MAX))
                .found(format!("{start:e},{end:e}"))
                .hint("give other limits, or scale the data"));
        }
        let domain = Domain::F64 { lo: start.min(end), hi: start.max(end) };
        Ok(Self { kind: Kind::Linear, domain, is_reversed: end < start, calendar: None })
    }

    /// A log axis from `start` to `end`, reversed when `end < start`.
    ///
    /// # Errors
    /// A usage error when the two are equal, not finite, or not positive.
    pub fn log(start: f64, end: f64) -> Result<Self> {
        if start <= 0.0 || end <= 0.0 {
            return Err(Error::usage("a log axis needs positive limits").found(format!("{start},{end}")));
        }
        let scale = Self { kind: Kind::Log, ..Self::linear(start, end)? };
        let (lo, hi) = scale.transformed();
        if lo >= hi {
            return Err(Error::usage("the limits of the log axis are too close").found(format!("{start},{end}")));
        }
        Ok(scale)
    }

    /// A symlog axis from `start` to `end`, reversed when `end < start`; a threshold that is not given is a thousandth of
    /// the limits' largest magnitude.
    ///
    /// # Errors
    /// A usage error when the two are equal or not finite, or the threshold does not fit them.
    pub fn symlog(start: f64, end: f64, threshold: Option<f64>) -> Result<Self> {
        let linear = Self::linear(start, end)?;
        let threshold = Some(Symlog::new(threshold, start, end)?.threshold());
        let scale = Self { kind: Kind::Symlog { threshold }, ..linear };
        let (lo, hi) = scale.transformed();
        if lo >= hi {
            return Err(Error::usage("the limits of the symlog axis are too close").found(format!("{start},{end}")));
        }
        Ok(scale)
    }

    /// A linear axis over integers beyond 2^53, reversed when `end < start`.
    ///
    /// # Errors
    /// A usage error when the two are equal.
    pub fn integers(start: i128, end: i128) -> Result<Self> {
        if start == end {
            return Err(Error::usage("an axis needs two different limits").found(format!("{start},{end}")));
        }
        if start.unsigned_abs().max(end.unsigned_abs()) > 1 << 90 {
            // Every column lies far inside; differences times 2^30 fixed-point steps stay in i128.
            return Err(Error::usage("the limits are beyond any integer column").found(format!("{start},{end}")));
        }
        let domain = Domain::Int { lo: start.min(end), hi: start.max(end) };
        Ok(Self { kind: Kind::Linear, domain, is_reversed: end < start, calendar: None })
    }

    /// A time axis over integer steps, reversed when `end < start`.
    ///
    /// # Errors
    /// A usage error when the two are equal.
    pub fn time(start: i128, end: i128, calendar: Calendar) -> Result<Self> {
        Ok(Self { kind: Kind::Time, calendar: Some(calendar), ..Self::integers(start, end)? })
    }

    /// The kind of axis.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The interval of data it shows.
    #[must_use]
    pub fn domain(&self) -> Domain {
        self.domain
    }

    /// True when the largest value lies at the start of the axis.
    #[must_use]
    pub fn is_reversed(&self) -> bool {
        self.is_reversed
    }

    /// How a time axis reads its integers.
    #[must_use]
    pub fn calendar(&self) -> Option<&Calendar> {
        self.calendar.as_ref()
    }

    /// The same axis, its times shown by another clock.
    #[must_use]
    pub fn on_clock(self, zone: &str) -> Self {
        Self { calendar: self.calendar.map(|calendar| calendar.on_clock(zone)), ..self }
    }

    /// The function of a symlog axis.
    fn bend(&self) -> Option<Symlog> {
        match (self.kind, self.domain) {
            (Kind::Symlog { threshold }, Domain::F64 { lo, hi }) => Symlog::new(threshold, lo, hi).ok(),
            _ => None,
        }
    }

    /// The value whose axis function is `transformed`, as [`Self::transformed`] has the limits': the same on a linear axis.
    #[must_use]
    pub fn value_from_transformed(&self, transformed: f64) -> f64 {
        match (self.kind, self.bend()) {
            (Kind::Log, _) => libm::exp10(transformed),
            (_, Some(symlog)) => symlog.undo(transformed),
            _ => transformed,
        }
    }

    /// The domain after the axis function (log10 on a log axis), for positions and ticks.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "ticks and labels need no more; drawing uses the integers")]
    pub fn transformed(&self) -> (f64, f64) {
        match (self.kind, self.domain) {
            (Kind::Log, Domain::F64 { lo, hi }) => (libm::log10(lo), libm::log10(hi)),
            (Kind::Symlog { .. }, Domain::F64 { lo, hi }) => {
                self.bend().map_or((lo, hi), |symlog| (symlog.apply(lo), symlog.apply(hi)))
            }
            (_, Domain::F64 { lo, hi }) => (lo, hi),
            (_, Domain::Int { lo, hi }) => (lo as f64, hi as f64),
        }
    }

    /// Where a value lies: 0 at the start of the axis, 1 at its end, beyond that outside; NaN for what is not on the axis.
    #[must_use]
    pub fn fraction_from_data(&self, value: f64) -> f64 {
        let (lo, hi) = self.transformed();
        let value = match self.kind {
            Kind::Log if value > 0.0 => libm::log10(value),
            Kind::Log => f64::NAN,
            Kind::Symlog { .. } => self.bend().map_or(value, |symlog| symlog.apply(value)),
            Kind::Linear | Kind::Time => value,
        };
        self.directed((value - lo) / (hi - lo))
    }

    /// The same for an integer, subtracted before anything is rounded.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the difference is what matters")]
    pub fn fraction_from_integer(&self, value: i128) -> f64 {
        match self.domain {
            Domain::Int { lo, hi } => self.directed((value - lo) as f64 / (hi - lo) as f64),
            Domain::F64 { .. } => self.fraction_from_data(value as f64),
        }
    }

    fn directed(&self, fraction: f64) -> f64 {
        if self.is_reversed { 1.0 - fraction } else { fraction }
    }

    /// The bins of this axis over `bins` pixels; `is_flipped` for y, whose pixels count downwards.
    #[must_use]
    pub fn binning(&self, bins: u32, is_flipped: bool) -> Binning {
        Binning::new(self, bins, is_flipped != self.is_reversed)
    }
}
