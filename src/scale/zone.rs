//! The clock of a time zone: from instants to what it shows, and back.
//!
//! By the database that is built in, so that a picture is the same on every machine. Beyond the years -9999 to 9999 a zone
//! keeps the offset it has at their end.

use jiff::Timestamp;
use jiff::civil;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::ticks::civil::{DAY_NS, civil_from_days};
use crate::error::{Error, Result};
use crate::nearest::nearest;

const SECOND_NS: i128 = 1_000_000_000;

/// A time zone, or the clock of a column without one.
#[derive(Clone, Debug)]
pub(crate) struct Zone(TimeZone);

impl Zone {
    /// The zone of a name such as `Europe/Berlin`, `UTC` or `+02:00`; `None` for an unknown one.
    pub fn named(name: &str) -> Option<Self> {
        if matches!(name, "Z" | "z") {
            return Some(Self::utc());
        }
        DateTimeParser::new().parse_time_zone(name).ok().map(Self)
    }

    /// A clock without zone, or UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// How far its clock is ahead of UTC at an instant.
    pub fn offset_ns(&self, utc_ns: i128) -> i128 {
        i128::from(self.0.to_offset(timestamp(utc_ns)).seconds()) * SECOND_NS
    }

    /// The instant at which its clock shows a time. Of a time that it shows twice the first one; for one that it never shows
    /// what a clock would show that had not been put forward yet (jiff's and RFC 5545's rule).
    pub fn utc_from_local(&self, local_ns: i128) -> i128 {
        let Some(civil) = civil_time(local_ns) else { return local_ns - self.offset_ns(local_ns) };
        let offset = match self.0.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
        };
        local_ns - i128::from(offset.seconds()) * SECOND_NS
    }

    /// True for a time that its clock shows twice.
    pub fn is_repeated(&self, local_ns: i128) -> bool {
        civil_time(local_ns)
            .is_some_and(|civil| matches!(self.0.to_ambiguous_timestamp(civil).offset(), AmbiguousOffset::Fold { .. }))
    }

    /// The runs of instants in `lo..=hi` over which its offset stays the same: first, last, offset. For ranges of years at
    /// most: there are two changes or so a year.
    pub fn runs(&self, lo: i128, hi: i128) -> Vec<(i128, i128, i128)> {
        let mut runs = Vec::new();
        let (mut start, mut offset) = (lo, self.offset_ns(lo));
        for change in self.0.following(timestamp(lo)) {
            let at = change.timestamp().as_nanosecond();
            if at > hi {
                break;
            }
            if at > start {
                runs.push((start, at - 1, offset));
            }
            (start, offset) = (at.max(lo), i128::from(change.offset().seconds()) * SECOND_NS);
        }
        runs.push((start, hi, offset));
        runs
    }
}

/// Reads a zone as typed: the name it has in the database (`europe/berlin` is `Europe/Berlin`), an offset, or UTC.
///
/// # Errors
/// A usage error for an unknown one, which names the zone that was most likely meant (`Berlin`: `Europe/Berlin`).
pub fn zone_name(text: &str) -> Result<String> {
    let text = text.trim();
    if let Some(Zone(zone)) = Zone::named(text) {
        return Ok(match (text, zone.iana_name()) {
            ("Z" | "z", _) => "UTC".to_owned(),
            (_, Some(name)) => name.to_owned(),
            (_, None) => text.to_owned(),
        });
    }
    let error = Error::usage("no such time zone")
        .expected("a name like Europe/Berlin, an offset like +02:00, or UTC")
        .found(format!("'{}'", text.escape_debug()));
    Err(match meant(text) {
        Some(name) => error.hint(format!("did you mean {name}?")),
        None => error.hint("names are those of the IANA database: AREA/CITY"),
    })
}

/// The zone that a mistyped one meant: of the same city, or of nearly the same name.
fn meant(text: &str) -> Option<String> {
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    let city = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let typed = text.replace(' ', "_");
    let cities: Vec<String> = names.iter().map(|name| city(name)).collect();
    let of_city = |typed: &str| {
        let at = cities.iter().position(|city| city.eq_ignore_ascii_case(typed))?;
        names.get(at).cloned()
    };
    of_city(&typed)
        .or_else(|| nearest(&typed, names.iter().map(String::as_str)).map(str::to_owned))
        .or_else(|| nearest(&city(&typed), cities.iter().map(String::as_str)).and_then(of_city))
}

/// The instant, or the nearest that jiff knows.
fn timestamp(utc_ns: i128) -> Timestamp {
    let end = if utc_ns < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_nanosecond(utc_ns).unwrap_or(end)
}

/// Nanoseconds since 1970 of a clock as jiff has them; `None` beyond its years.
fn civil_time(local_ns: i128) -> Option<civil::DateTime> {
    let (year, month, day) = civil_from_days(local_ns.div_euclid(DAY_NS));
    let date = civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let ns = i64::try_from(local_ns.rem_euclid(DAY_NS)).ok()?;
    let (second, fraction) = (ns / 1_000_000_000, i32::try_from(ns % 1_000_000_000).ok()?);
    let part = |value: i64| i8::try_from(value).ok();
    let time = civil::Time::new(part(second / 3600)?, part(second / 60 % 60)?, part(second % 60)?, fraction).ok()?;
    Some(date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ns(text: &str) -> i128 {
        text.parse::<Timestamp>().expect("an instant").as_nanosecond()
    }

    #[test]
    fn clocks_jump_and_repeat() {
        let berlin = Zone::named("Europe/Berlin").expect("known");
        assert_eq!(berlin.utc_from_local(ns("2024-03-31T00:00:00Z")), ns("2024-03-30T23:00:00Z"));
        assert_eq!(berlin.utc_from_local(ns("2024-03-31T02:30:00Z")), ns("2024-03-31T01:30:00Z"), "never shown");
        assert_eq!(berlin.utc_from_local(ns("2024-10-27T02:30:00Z")), ns("2024-10-27T00:30:00Z"), "the first of two");
        assert!(berlin.is_repeated(ns("2024-10-27T02:30:00Z")) && !berlin.is_repeated(ns("2024-10-27T03:30:00Z")));
        let runs = berlin.runs(ns("2024-01-01T00:00:00Z"), ns("2025-01-01T00:00:00Z"));
        let starts: Vec<i128> = runs.iter().map(|run| run.0).collect();
        assert_eq!(starts[1..], [ns("2024-03-31T01:00:00Z"), ns("2024-10-27T01:00:00Z")]);
        assert!(runs.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0));
    }

    #[test]
    fn names_and_offsets_are_zones() {
        for (name, hours) in [("UTC", 0), ("Z", 0), ("Etc/UTC", 0), ("+02:00", 2), ("-0800", -8), ("Asia/Tokyo", 9)] {
            let zone = Zone::named(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(zone.offset_ns(0), hours * 3600 * SECOND_NS, "{name}");
        }
        for name in ["", "Mars/Olympus", "+2:x", "Europe/Bärlin"] {
            assert!(Zone::named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn zones_are_read_as_typed_and_unknown_ones_suggest_another() {
        for (typed, name) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            (" UTC ", "UTC"),
            ("z", "UTC"),
            ("+05:30", "+05:30"),
            ("-0800", "-0800"),
        ] {
            assert_eq!(zone_name(typed).expect(typed), name);
            assert!(Zone::named(name).is_some());
        }
        for (typed, hint) in [
            ("Berlin", "did you mean Europe/Berlin?"),
            ("new york", "did you mean America/New_York?"),
            ("Europe/Berlim", "did you mean Europe/Berlin?"),
            ("Tokio", "did you mean Asia/Tokyo?"),
            ("Mars/Olympus Mons", "AREA/CITY"),
            ("", "AREA/CITY"),
            ("+99:00", "AREA/CITY"),
        ] {
            let error = zone_name(typed).expect_err(typed);
            assert!(error.to_string().contains(hint), "{typed}: {error}");
            assert_eq!(error.kind().exit_code(), 2);
        }
    }

    #[test]
    fn the_far_past_and_future_have_an_offset_too() {
        let berlin = Zone::named("Europe/Berlin").expect("known");
        for utc_ns in [i128::from(i64::MIN) * 86_400 * SECOND_NS, i128::from(i64::MAX) * 86_400 * SECOND_NS] {
            let local = utc_ns + berlin.offset_ns(utc_ns);
            assert_eq!(berlin.utc_from_local(local), utc_ns);
            assert_eq!(berlin.runs(utc_ns, utc_ns + 10).len(), 1);
            assert!(!berlin.is_repeated(local));
        }
    }
}
