//! Ticks of a time axis: steps of the calendar from years to nanoseconds, each label a whole ISO 8601 text.

use super::civil::{DAY_NS, Precision, civil_from_days, days_from_civil, iso};
use super::linear::{integer_ticks, multiples};
use super::{Fit, Tick};
use crate::data::chunk::TimeUnit;
use crate::scale::Scale;

const SECOND_NS: i128 = 1_000_000_000;
const MINUTE_NS: i128 = 60 * SECOND_NS;
const HOUR_NS: i128 = 60 * MINUTE_NS;

/// The first Monday after 1970-01-01, from which weeks count.
const MONDAY_NS: i128 = 4 * DAY_NS;

/// Years are counted this far; the largest 64-bit number of days is 2.5e16 years.
const LARGEST_YEARS: u32 = 17;

#[derive(Clone, Copy, Debug)]
enum Step {
    Months(i128),
    Nanoseconds(i128),
}

/// Every step from coarse to fine.
fn steps() -> impl Iterator<Item = Step> {
    let years = (0..=LARGEST_YEARS).rev().flat_map(|power| [5, 2, 1].map(|n| Step::Months(12 * n * 10i128.pow(power))));
    let months = [6, 3, 1].map(Step::Months);
    let days = [7, 2, 1].map(|n| n * DAY_NS);
    let hours = [12, 6, 3, 2, 1].map(|n| n * HOUR_NS);
    let sixtieths = [30, 15, 10, 5, 2, 1];
    let decimals = (0..9).rev().flat_map(|power| [5, 2, 1].map(|n| n * 10i128.pow(power)));
    let spans = days.into_iter().chain(hours).chain(sixtieths.map(|n| n * MINUTE_NS));
    let spans = spans.chain(sixtieths.map(|n| n * SECOND_NS)).chain(decimals);
    years.chain(months).chain(spans.map(Step::Nanoseconds))
}

impl Step {
    /// About how long it is.
    fn ns(self) -> i128 {
        match self {
            Self::Months(months) => months * 30 * DAY_NS,
            Self::Nanoseconds(ns) => ns,
        }
    }

    fn precision(self) -> Precision {
        match self {
            Self::Months(months) if months % 12 == 0 => Precision::Year,
            Self::Months(_) => Precision::Month,
            Self::Nanoseconds(ns) if ns % DAY_NS == 0 => Precision::Day,
            Self::Nanoseconds(ns) if ns % MINUTE_NS == 0 => Precision::Minute,
            Self::Nanoseconds(ns) if ns % SECOND_NS == 0 => Precision::Second,
            Self::Nanoseconds(ns) => Precision::Fraction(9 - ns.unsigned_abs().ilog10() as usize),
        }
    }

    /// The instants of this step in `lo..=hi`, all in nanoseconds.
    fn instants(self, lo: i128, hi: i128) -> Vec<i128> {
        match self {
            Self::Months(step) => {
                let month_of = |ns: i128| {
                    let (year, month, _) = civil_from_days(ns.div_euclid(DAY_NS));
                    year * 12 + month - 1
                };
                multiples(month_of(lo), month_of(hi), step)
                    .map(|month| days_from_civil(month.div_euclid(12), month.rem_euclid(12) + 1, 1) * DAY_NS)
                    .filter(|ns| (lo..=hi).contains(ns))
                    .collect()
            }
            Self::Nanoseconds(step) => {
                let origin = if step == 7 * DAY_NS { MONDAY_NS } else { 0 };
                multiples(lo - origin, hi - origin, step).map(|ns| ns + origin).collect()
            }
        }
    }
}

/// Ticks between two different times.
pub(super) fn ticks(scale: &Scale, lo: i128, hi: i128, fit: &Fit<'_>) -> Vec<Tick> {
    // Beyond 64 bits there is no column of times, and no calendar worth the name.
    let is_column = |value: i128| i64::try_from(value).is_ok();
    let Some(calendar) = scale.calendar().filter(|_| is_column(lo) && is_column(hi)) else {
        return integer_ticks(scale, lo, hi, fit);
    };
    let unit_ns = i128::from(calendar.unit.nanoseconds());
    let is_utc = calendar.zone.is_some();
    let (lo_ns, hi_ns) = (lo * unit_ns, hi * unit_ns);
    let tick = |ns: i128, precision| Tick::major(scale.fraction_from_integer(ns / unit_ns), iso(ns, precision, is_utc));
    let candidates = steps()
        .take_while(|step| (hi_ns - lo_ns) / step.ns() <= 4 * fit.most as i128)
        .filter(|step| matches!(step, Step::Months(_)) || step.ns() % unit_ns == 0)
        .map(|step| step.instants(lo_ns, hi_ns).into_iter().map(|ns| tick(ns, step.precision())).collect());
    fit.finest(candidates).unwrap_or_else(|| {
        let precision = match calendar.unit {
            TimeUnit::Day => Precision::Day,
            TimeUnit::Second => Precision::Second,
            TimeUnit::Millisecond => Precision::Fraction(3),
            TimeUnit::Microsecond => Precision::Fraction(6),
            TimeUnit::Nanosecond => Precision::Fraction(9),
        };
        [lo_ns, hi_ns].map(|ns| tick(ns, precision)).to_vec()
    })
}
