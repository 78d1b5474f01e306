//! Dates and times as ISO 8601 writes them, to steps since 1970-01-01.

use crate::data::chunk::TimeUnit;

/// A time as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Written {
    /// Days since 1970-01-01.
    pub days: i64,
    /// Within the day, in UTC when there is an offset; may lie outside 0..86400 because of it.
    pub seconds: i64,
    /// 0..10^9.
    pub nanoseconds: i64,
    /// Digits of the fraction; more than nine are cut.
    pub fraction_digits: usize,
    /// True without a time of day.
    pub date_only: bool,
    /// True with Z or an offset.
    pub zoned: bool,
}

impl Written {
    /// Steps since 1970-01-01T00:00:00, rounded down; `None` beyond 64 bits.
    pub fn steps(self, unit: TimeUnit) -> Option<i64> {
        let seconds = self.days.checked_mul(86_400)?.checked_add(self.seconds)?;
        let nanoseconds = i128::from(seconds) * 1_000_000_000 + i128::from(self.nanoseconds);
        i64::try_from(nanoseconds.div_euclid(i128::from(unit.nanoseconds()))).ok()
    }
}

/// Reads `2024-01-31`, `2024-01-31T12:30`, `2024-01-31 12:30:15.25+02:00`; `None` for anything else.
pub(in crate::source) fn parse(text: &[u8]) -> Option<Written> {
    let (year, month, day) = (digits(text.get(..4)?)?, digits(text.get(5..7)?)?, digits(text.get(8..10)?)?);
    if text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let mut written = Written {
        days: days_from_civil(year, month, day)?,
        seconds: 0,
        nanoseconds: 0,
        fraction_digits: 0,
        date_only: text.len() == 10,
        zoned: false,
    };
    if written.date_only {
        return Some(written);
    }
    let time = match text[10] {
        b'T' | b't' | b' ' => &text[11..],
        _ => return None,
    };
    let (hour, minute) = (digits(time.get(..2)?)?, digits(time.get(3..5)?)?);
    let mut rest = &time[5..];
    let mut second = 0;
    if time[2] != b':' {
        return None;
    }
    if let Some(after) = rest.strip_prefix(b":") {
        second = digits(after.get(..2)?)?;
        rest = &after[2..];
        if let Some(after) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")) {
            let len = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if len == 0 {
                return None;
            }
            let kept = len.min(9);
            written.nanoseconds = digits(&after[..kept])? * 10i64.pow(9 - kept as u32);
            written.fraction_digits = len;
            rest = &after[len..];
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset_seconds = offset(rest.trim_ascii_start())?;
    written.zoned = offset_seconds.is_some();
    written.seconds = hour * 3600 + minute * 60 + second - offset_seconds.unwrap_or(0);
    Some(written)
}

/// Seconds east of UTC; `Some(None)` where nothing is said.
fn offset(text: &[u8]) -> Option<Option<i64>> {
    let (sign, rest) = match text.split_first() {
        None => return Some(None),
        Some((b'Z' | b'z', [])) => return Some(Some(0)),
        Some((b'+', rest)) => (1, rest),
        Some((b'-', rest)) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (digits(rest)?, 0),
        4 => (digits(&rest[..2])?, digits(&rest[2..])?),
        5 if rest[2] == b':' => (digits(&rest[..2])?, digits(&rest[3..])?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

fn digits(text: &[u8]) -> Option<i64> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    text.iter().try_fold(0, |value, byte| Some(value * 10 + digit(byte)?))
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, after Hinnant's `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let month_days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=month_days).contains(&day) {
        return None;
    }
    // The year starts in March, so that the leap day is its last.
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// jiff is the independent truth.
    #[test]
    fn every_day_of_four_centuries_and_some_times_agree_with_jiff() {
        let mut date = jiff::civil::date(1890, 1, 1);
        while date < jiff::civil::date(2300, 1, 1) {
            let expected = date.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).unwrap().get_days();
            assert_eq!(parse(date.to_string().as_bytes()).unwrap().days, i64::from(expected), "{date}");
            date = date.tomorrow().unwrap();
        }
        for text in [
            "2024-02-29T23:59:59.999999999Z",
            "1969-12-31T23:59:59.5Z",
            "2000-01-01T00:00:00+05:30",
            "1999-12-31T22:15:00.125-08:00",
            "2024-06-01 12:30:15.25+0200",
        ] {
            let expected: jiff::Timestamp = text.parse().unwrap();
            let written = parse(text.as_bytes()).unwrap();
            assert!(written.zoned, "{text}");
            assert_eq!(i128::from(written.steps(TimeUnit::Nanosecond).unwrap()), expected.as_nanosecond(), "{text}");
            assert_eq!(
                written.steps(TimeUnit::Millisecond).unwrap(),
                i64::try_from(expected.as_nanosecond().div_euclid(1_000_000)).unwrap(),
                "{text} rounded down"
            );
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "2024-00-10",
            "2024-1-1",
            "2024-01-32",
            "20240101",
            "2024-01-01T",
            "2024-01-01T25:00",
            "2024-01-01T10:60",
            "2024-01-01T10:00:60",
            "2024-01-01T10:00:00.",
            "2024-01-01T10:00+",
            "2024-01-01T10:00:00Zx",
            "2024-01-01x10:00",
            "2024/01/01",
            "12.5",
            "1e5",
            "-2024-01-01",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert!(parse(b"2024-01-01").unwrap().date_only);
        assert_eq!(parse(b"2024-01-01 10:00").unwrap().fraction_digits, 0);
        assert_eq!(parse(b"9999-12-31T00:00:00Z").unwrap().steps(TimeUnit::Nanosecond), None, "beyond 64 bits");
    }
}
