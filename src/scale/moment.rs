//! A time as typed: an instant, or what the clock of a column's zone shall show.

use jiff::civil;

use super::Calendar;
use crate::error::{Error, Result};

/// A time as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    Instant(i128),
    /// The same of a clock, wherever it hangs.
    Clock(i128),
}

impl Moment {
    /// Reads ISO 8601: with an offset or `Z` an instant, without one the time of a clock; a year, a month or a date stands
    /// for its beginning.
    ///
    /// # Errors
    /// A usage error for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Ok(Self::Instant(instant.as_nanosecond()));
        }
        let civil = match text.len() {
            4 => format!("{text}-01-01").parse::<civil::DateTime>(),
            7 => format!("{text}-01").parse::<civil::DateTime>(),
            _ => text.parse::<civil::DateTime>(),
        };
        // As far from 1970 as in UTC, where no time is left out.
        let ns = civil.and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC));
        ns.map(|zoned| Self::Clock(zoned.timestamp().as_nanosecond())).map_err(|source| {
            Error::usage("a limit is no time")
                .expected("a date or time like 2024-02-29 or 2024-02-29T12:30:00")
                .found(format!("'{text}'"))
                .because(source)
        })
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z. On a clock that repeats an hour the first one; a time that it leaves out is
    /// counted from before.
    #[must_use]
    pub fn ns(self, calendar: &Calendar) -> i128 {
        match self {
            Self::Instant(ns) => ns,
            Self::Clock(ns) => calendar.clock().utc_from_local(ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::chunk::TimeUnit;

    #[test]
    fn offsets_are_absolute_and_clocks_are_those_of_the_column() {
        let ns = |text: &str, zone: Option<&str>| {
            let calendar = Calendar { unit: TimeUnit::Second, zone: zone.map(str::to_owned) };
            Moment::parse(text).expect("a time").ns(&calendar) / 1_000_000_000
        };
        let midnight = 1_711_843_200; // 2024-03-31T00:00:00Z
        assert_eq!(ns("2024-03-31", None), midnight);
        assert_eq!(ns("2024-03-31", Some("UTC")), midnight);
        assert_eq!(ns("2024-03-31", Some("Europe/Berlin")), midnight - 3600);
        assert_eq!(ns("2024-04-01", Some("Europe/Berlin")), midnight + 22 * 3600, "a day of 23 hours");
        assert_eq!(ns("2024-03-31T00:00:00Z", Some("Europe/Berlin")), midnight);
        assert_eq!(ns("2024-03-31T00:00:00+02:00", Some("Asia/Tokyo")), midnight - 7200);
        assert_eq!(ns("2024", Some("-05:00")), 1_704_067_200 + 5 * 3600);
        assert_eq!(ns("20240331", None), midnight, "the basic form");
        for number in ["20241301", "12345", "1234567", "-1711843", "1711843200", "1.5", "1e10", "0.25"] {
            assert!(Moment::parse(number).is_err(), "{number}");
        }
        assert!(Moment::parse("soon").is_err() && Moment::parse("2024-02-30").is_err());
    }
}
