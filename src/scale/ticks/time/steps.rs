//! The steps of a clock and a calendar, and the instants at which they begin.

use super::super::civil::{DAY_NS, Precision, civil_from_days, days_from_civil};
use super::super::linear::multiples;
use crate::data::chunk::TimeUnit;
use crate::scale::Zone;

pub(super) const SECOND_NS: i128 = 1_000_000_000;
pub(super) const MINUTE_NS: i128 = 60 * SECOND_NS;
pub(super) const HOUR_NS: i128 = 60 * MINUTE_NS;
const WEEK_NS: i128 = 7 * DAY_NS;

/// The first Monday after 1970-01-01, from which weeks count.
const MONDAY_NS: i128 = 4 * DAY_NS;

/// Years are counted this far; the largest 64-bit number of days is 2.5e16 years.
const LARGEST_YEARS: u32 = 17;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Months(i128),
    Nanoseconds(i128),
}

/// Every step from coarse to fine.
pub(super) fn steps() -> impl Iterator<Item = Step> {
    let years = (0..=LARGEST_YEARS).rev().flat_map(|power| [5, 2, 1].map(|n| Step::Months(12 * n * 10i128.pow(power))));
    let months = [6, 3, 2, 1].map(Step::Months);
    let days = [14, 7, 2, 1].map(|n| n * DAY_NS);
    let hours = [12, 6, 3, 2, 1].map(|n| n * HOUR_NS);
    let sixtieths = [30, 15, 10, 5, 2, 1];
    let decimals = (0..9).rev().flat_map(|power| [5, 2, 1].map(|n| n * 10i128.pow(power)));
    let spans = days.into_iter().chain(hours).chain(sixtieths.map(|n| n * MINUTE_NS));
    let spans = spans.chain(sixtieths.map(|n| n * SECOND_NS)).chain(decimals);
    years.chain(months).chain(spans.map(Step::Nanoseconds))
}

impl Step {
    /// One step of a column's integers.
    pub fn of_unit(unit: TimeUnit) -> Self {
        Self::Nanoseconds(i128::from(unit.nanoseconds()))
    }

    pub fn is_of_months(self) -> bool {
        matches!(self, Self::Months(_))
    }

    /// How long it is; of months and years the mean of the Julian calendar, 8766 hours a year.
    pub fn ns(self) -> i128 {
        match self {
            Self::Months(months) => months * 8766 * HOUR_NS / 12,
            Self::Nanoseconds(ns) => ns,
        }
    }

    pub fn precision(self) -> Precision {
        match self {
            Self::Months(months) if months % 12 == 0 => Precision::Year,
            Self::Months(_) => Precision::Month,
            Self::Nanoseconds(ns) if ns % DAY_NS == 0 => Precision::Day,
            Self::Nanoseconds(ns) if ns % MINUTE_NS == 0 => Precision::Minute,
            Self::Nanoseconds(ns) if ns % SECOND_NS == 0 => Precision::Second,
            Self::Nanoseconds(ns) => Precision::Fraction(9 - ns.unsigned_abs().ilog10() as usize),
        }
    }

    /// What the time between two of them can be cut into, from fine to coarse: months of years, days of weeks and months,
    /// hours of days.
    pub fn parts(self) -> Vec<Self> {
        let spans = |list: &[i128], unit: i128| list.iter().map(|n| Self::Nanoseconds(n * unit)).collect();
        let sixtieths = |unit: i128, n: i128| -> Vec<Self> {
            match n {
                1 if unit == SECOND_NS => spans(&[200, 500], SECOND_NS / 1000),
                2 if unit == SECOND_NS => spans(&[500, 1000], SECOND_NS / 1000),
                1 => spans(&[10, 30], SECOND_NS),
                2 => spans(&[30, 60], SECOND_NS),
                5 => spans(&[1], unit),
                10 => spans(&[2, 5], unit),
                15 => spans(&[5], unit),
                _ => spans(&[5, 10], unit),
            }
        };
        match self {
            Self::Months(1) => spans(&[1, 7], DAY_NS),
            Self::Months(2 | 3) => vec![Self::Months(1)],
            Self::Months(6) => vec![Self::Months(1), Self::Months(3)],
            Self::Months(12) => [1, 3, 6].map(Self::Months).to_vec(),
            Self::Months(months) => {
                let years = months / 12;
                let power = 10i128.pow(years.ilog10());
                match years / power {
                    5 => vec![Self::Months(12 * power)],
                    2 => [6, 12].map(|n| Self::Months(n * power)).to_vec(),
                    _ => [1, 2, 5].map(|n| Self::Months(12 * n * power / 10)).to_vec(),
                }
            }
            Self::Nanoseconds(ns) if ns % DAY_NS == 0 => match ns / DAY_NS {
                14 => spans(&[1, 7], DAY_NS),
                7 => spans(&[1], DAY_NS),
                2 => spans(&[6, 12, 24], HOUR_NS),
                _ => spans(&[3, 6, 12], HOUR_NS),
            },
            Self::Nanoseconds(ns) if ns % HOUR_NS == 0 => match ns / HOUR_NS {
                12 => spans(&[2, 3, 6], HOUR_NS),
                6 => spans(&[1, 2, 3], HOUR_NS),
                3 => spans(&[1], HOUR_NS),
                2 => spans(&[30, 60], MINUTE_NS),
                _ => spans(&[10, 15, 30], MINUTE_NS),
            },
            Self::Nanoseconds(ns) if ns % MINUTE_NS == 0 => sixtieths(MINUTE_NS, ns / MINUTE_NS),
            Self::Nanoseconds(ns) if ns % SECOND_NS == 0 => sixtieths(SECOND_NS, ns / SECOND_NS),
            Self::Nanoseconds(ns) => {
                let unit = 10i128.pow(ns.unsigned_abs().ilog10());
                match ns / unit {
                    5 => spans(&[1], unit),
                    // Half a nanosecond is none.
                    _ if unit == 1 => spans(&[1], 1),
                    2 => spans(&[5, 10], unit / 10),
                    _ => spans(&[2, 5], unit / 10),
                }
            }
        }
    }

    /// The instants in `lo..=hi` (nanoseconds of UTC) at which a clock shows a multiple of this step, ascending.
    pub fn instants(self, lo: i128, hi: i128, clock: &Zone) -> Vec<i128> {
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
                let origin = if step % WEEK_NS == 0 { MONDAY_NS } else { 0 };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_shorter_and_share_the_starts_of_their_step() {
        let lo = 0;
        for step in steps().filter(|step| step.ns() < 3000 * 366 * DAY_NS) {
            let hi = lo + 9 * step.ns();
            let starts = step.instants(lo, hi, &Zone::utc());
            for part in step.parts() {
                assert!(part.ns() < step.ns() || part.ns() == 1, "{step:?}: {part:?}");
                let parts = part.instants(lo, hi, &Zone::utc());
                // Weeks and months begin together by chance.
                let is_week = part == Step::Nanoseconds(WEEK_NS) && step.is_of_months();
                assert!(is_week || starts.iter().all(|ns| parts.contains(ns)), "{step:?}: {part:?}");
            }
        }
    }

    #[test]
    fn steps_become_shorter() {
        let all: Vec<i128> = steps().map(Step::ns).collect();
        assert!(all.windows(2).all(|pair| pair[0] > pair[1]));
        assert_eq!(all.last(), Some(&1));
    }
}
