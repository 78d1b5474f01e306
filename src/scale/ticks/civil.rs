//! The proleptic Gregorian calendar in integers of any size, and ISO 8601 text.
//!
//! Howard Hinnant's `days_from_civil`, shifted to years that begin in March. Unlike a calendar library it has no last
//! year: whatever 64-bit time a file holds gets its date.

use std::fmt::Write as _;

/// Days in 400 years.
const ERA_DAYS: i128 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i128 = 719_468;

/// Nanoseconds in a day.
pub(in crate::scale) const DAY_NS: i128 = 86_400_000_000_000;

/// How much of an instant a label shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scale) enum Precision {
    Year,
    Month,
    Day,
    Minute,
    Second,
    /// Seconds with this many decimals.
    Fraction(usize),
}

/// Days since 1970-01-01 of a date; month 1..=12, day 1..=31.
pub(in crate::scale) fn days_from_civil(year: i128, month: i128, day: i128) -> i128 {
    let year = year - i128::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS
}

/// Year, month and day of a number of days since 1970-01-01.
pub(in crate::scale) fn civil_from_days(days: i128) -> (i128, i128, i128) {
    let days = days + EPOCH_DAYS;
    let era = days.div_euclid(ERA_DAYS);
    let day_of_era = days.rem_euclid(ERA_DAYS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    (year_of_era + era * 400 + i128::from(month <= 2), month, day)
}

/// ISO 8601 text of nanoseconds since 1970-01-01T00:00:00; years outside 0..=9999 in the expanded form of six digits (`+012345`).
pub(in crate::scale) fn iso(ns: i128, precision: Precision) -> String {
    let (year, month, day) = civil_from_days(ns.div_euclid(DAY_NS));
    let mut text = if (0..=9999).contains(&year) { format!("{year:04}") } else { format!("{year:+07}") };
    if precision != Precision::Year {
        let _ = write!(text, "-{month:02}");
    }
    if !matches!(precision, Precision::Year | Precision::Month) {
        let _ = write!(text, "-{day:02}");
    }
    if matches!(precision, Precision::Year | Precision::Month | Precision::Day) {
        return text;
    }
    let ns = ns.rem_euclid(DAY_NS);
    let (second, fraction) = (ns / 1_000_000_000, ns % 1_000_000_000);
    let _ = write!(text, "T{:02}:{:02}", second / 3600, second / 60 % 60);
    if precision != Precision::Minute {
        let _ = write!(text, ":{:02}", second % 60);
    }
    if let Precision::Fraction(digits) = precision {
        let _ = write!(text, ".{}", &format!("{fraction:09}")[..digits.clamp(1, 9)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_instants_read_as_iso() {
        assert_eq!(iso(0, Precision::Second), "1970-01-01T00:00:00");
        assert_eq!(iso(-1, Precision::Fraction(9)), "1969-12-31T23:59:59.999999999");
        assert_eq!(iso(1_709_210_096 * 1_000_000_000, Precision::Minute), "2024-02-29T12:34");
        assert_eq!(iso(i128::from(i64::MAX), Precision::Day), "2262-04-11");
        assert_eq!(iso(days_from_civil(12_345, 6, 7) * DAY_NS, Precision::Day), "+012345-06-07");
        assert_eq!(iso(days_from_civil(-1, 1, 1) * DAY_NS, Precision::Year), "-000001");
        assert_eq!(iso(days_from_civil(0, 1, 1) * DAY_NS, Precision::Month), "0000-01");
    }

    proptest! {
        #[test]
        fn dates_agree_with_jiff(days in -4_371_587i32..2_932_896) {
            let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).expect("within jiff");
            let expected = (i128::from(date.year()), i128::from(date.month()), i128::from(date.day()));
            prop_assert_eq!(civil_from_days(i128::from(days)), expected);
            prop_assert_eq!(days_from_civil(expected.0, expected.1, expected.2), i128::from(days));
        }

        #[test]
        fn any_day_count_comes_back(days in any::<i64>()) {
            let (year, month, day) = civil_from_days(i128::from(days));
            prop_assert_eq!(days_from_civil(year, month, day), i128::from(days));
        }
    }
}
