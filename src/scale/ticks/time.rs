//! Ticks of a time axis: steps of the calendar from years to nanoseconds on the clock of a zone, each label a whole ISO 8601
//! text.

use super::civil::{DAY_NS, Precision, civil_from_days, days_from_civil, iso};
use super::linear::{integer_ticks, multiples};
use super::{Fit, Tick};
use crate::data::chunk::TimeUnit;
use crate::scale::{Calendar, Scale, Zone};

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

    /// The instants in `lo..=hi` (nanoseconds of UTC) at which a clock shows a multiple of this step, ascending.
    fn instants(self, lo: i128, hi: i128, clock: &Zone) -> Vec<i128> {
        let (first, last) = (lo + clock.offset_ns(lo), hi + clock.offset_ns(hi));
        let dates: Vec<i128> = match self {
            Self::Months(step) => {
                let month_of = |ns: i128| {
                    let (year, month, _) = civil_from_days(ns.div_euclid(DAY_NS));
                    year * 12 + month - 1
                };
                multiples(month_of(first), month_of(last), step)
                    .map(|month| days_from_civil(month.div_euclid(12), month.rem_euclid(12) + 1, 1) * DAY_NS)
                    .collect()
            }
            Self::Nanoseconds(step) if step >= DAY_NS => {
                let origin = if step == 7 * DAY_NS { MONDAY_NS } else { 0 };
                // A day more on either side: offsets differ by less.
                multiples(first - origin - DAY_NS, last - origin + DAY_NS, step).map(|ns| ns + origin).collect()
            }
            // A clock that jumps leaves times out, and one that goes back shows some twice: both are ticks.
            Self::Nanoseconds(step) => {
                let of_run = |(start, end, offset): (i128, i128, i128)| {
                    multiples(start + offset, end + offset, step).map(move |local| local - offset)
                };
                return clock.runs(lo, hi).into_iter().flat_map(of_run).collect();
            }
        };
        let mut instants: Vec<i128> = dates.into_iter().map(|local| clock.utc_from_local(local)).collect();
        // Where a whole day was left out, two midnights are one instant.
        instants.dedup();
        instants.retain(|ns| (lo..=hi).contains(ns));
        instants
    }
}

/// The label of an instant: what the clock shows, with its offset from UTC where it shows that twice.
fn text(utc_ns: i128, precision: Precision, clock: &Zone) -> String {
    let offset_ns = clock.offset_ns(utc_ns);
    let local_ns = utc_ns + offset_ns;
    let text = iso(local_ns, precision);
    if !text.contains('T') || !clock.is_repeated(local_ns) {
        return text;
    }
    let minutes = offset_ns / MINUTE_NS;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{text}{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// The finest precision that a unit has.
fn unit_precision(unit: TimeUnit) -> Precision {
    match unit {
        TimeUnit::Day => Precision::Day,
        TimeUnit::Second => Precision::Second,
        TimeUnit::Millisecond => Precision::Fraction(3),
        TimeUnit::Microsecond => Precision::Fraction(6),
        TimeUnit::Nanosecond => Precision::Fraction(9),
    }
}

/// Nanoseconds in so many steps; `None` far beyond any 64-bit number of days. An axis may end beyond its column's 64 bits:
/// by a margin, by limits, or beside a column in a coarser unit.
fn nanoseconds(steps: i128, unit: TimeUnit) -> Option<i128> {
    const MOST: u128 = 1 << 112;
    steps.checked_mul(i128::from(unit.nanoseconds())).filter(|ns| ns.unsigned_abs() <= MOST)
}

/// The label of one time by itself, in steps of its calendar; far beyond 64 bits the number.
pub(crate) fn label(steps: i128, calendar: &Calendar) -> String {
    match nanoseconds(steps, calendar.unit) {
        Some(ns) => text(ns, unit_precision(calendar.unit), &calendar.clock()),
        None => steps.to_string(),
    }
}

/// Ticks between two different times.
pub(super) fn ticks(scale: &Scale, lo: i128, hi: i128, fit: &Fit<'_>) -> Vec<Tick> {
    let in_ns = |calendar: &Calendar| nanoseconds(lo, calendar.unit).zip(nanoseconds(hi, calendar.unit));
    let Some((calendar, (lo_ns, hi_ns))) = scale.calendar().and_then(|calendar| Some((calendar, in_ns(calendar)?)))
    else {
        return integer_ticks(scale, lo, hi, fit);
    };
    let unit_ns = i128::from(calendar.unit.nanoseconds());
    let clock = calendar.clock();
    let tick = |ns: i128, precision| {
        Tick::major(scale.fraction_from_integer(ns.div_euclid(unit_ns)), text(ns, precision, &clock))
    };
    let candidates = steps()
        .take_while(|step| (hi_ns - lo_ns) / step.ns() <= 4 * fit.most as i128)
        .filter(|step| matches!(step, Step::Months(_)) || step.ns() % unit_ns == 0)
        .map(|step| step.instants(lo_ns, hi_ns, &clock).into_iter().map(|ns| tick(ns, step.precision())).collect());
    fit.finest(candidates).unwrap_or_else(|| [lo_ns, hi_ns].map(|ns| tick(ns, unit_precision(calendar.unit))).to_vec())
}
