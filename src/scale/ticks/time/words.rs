//! What the labels of times read: whole ISO 8601 texts, the same without what they share, or two lines.
//!
//! On two lines the first has what differs from tick to tick, and the second what it belongs to: at the first tick, and
//! wherever it changes.
//!
//! | step | first line | second line |
//! |---|---|---|
//! | years | `2024` | |
//! | months | `Jan` | `2024` |
//! | days | `15` | `Jan 2024` |
//! | hours, minutes | `06:00` | `2024-01-15` |
//! | seconds | `06:00:30` | `2024-01-15` |
//! | below | `250 ms` | `2024-01-15 06:00:30`, then `06:00:31` |
//! | below 1 ms, 1 µs | `250 µs`, `250 ns` | the same with decimals |
//!
//! A time that a clock shows twice has its offset from UTC behind it, `02:30+02:00`.

use std::borrow::Cow;

use super::super::civil::{DAY_NS, Precision, civil_from_days, iso};
use super::super::{Wording, shorten};
use super::steps::{MINUTE_NS, Step};
use crate::scale::Zone;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Label and context of each instant, and what all labels share.
pub(super) fn texts(instants: &[i128], step: Step, clock: &Zone, wording: Wording) -> (Vec<(String, String)>, String) {
    if wording == Wording::TwoLines {
        return (two_lines(instants, step, clock), String::new());
    }
    let whole: Vec<String> = instants.iter().map(|ns| date_and_time(*ns, step.precision(), clock)).collect();
    let alone = |labels: Vec<String>| labels.into_iter().map(|label| (label, String::new())).collect();
    if wording == Wording::Shared {
        let labels: Vec<&str> = whole.iter().map(String::as_str).collect();
        if let Some(short) = shorten::short_times(&labels) {
            return (alone(short.labels), short.shared);
        }
    }
    (alone(whole), String::new())
}

/// An instant as ISO 8601: what the clock shows, with its offset from UTC where it shows that twice.
pub(super) fn date_and_time(utc_ns: i128, precision: Precision, clock: &Zone) -> String {
    let local_ns = utc_ns + clock.offset_ns(utc_ns);
    let text = iso(local_ns, precision);
    if text.contains('T') { with_offset(text, utc_ns, clock) } else { text }
}

fn with_offset(text: String, utc_ns: i128, clock: &Zone) -> String {
    let offset_ns = clock.offset_ns(utc_ns);
    if !clock.is_repeated(utc_ns + offset_ns) {
        return text;
    }
    let minutes = offset_ns / MINUTE_NS;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{text}{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn two_lines(instants: &[i128], step: Step, clock: &Zone) -> Vec<(String, String)> {
    let mut before = String::new();
    let lines = instants.iter().map(|utc_ns| {
        let (label, context) = lines(*utc_ns, step.precision(), clock);
        let shown = match () {
            () if context == before => String::new(),
            () => news(&context, &before).into_owned(),
        };
        before = context;
        (label, shown)
    });
    lines.collect()
}

/// What is new in a context after another: of a date and time the time alone where the date is the same.
fn news<'a>(context: &'a str, before: &str) -> Cow<'a, str> {
    match (context.split_once(' '), before.split_once(' ')) {
        (Some((date, time)), Some((same, _))) if date == same && time.contains(':') => time.into(),
        _ => context.into(),
    }
}

/// The first line, and the whole second one.
fn lines(utc_ns: i128, precision: Precision, clock: &Zone) -> (String, String) {
    let local_ns = utc_ns + clock.offset_ns(utc_ns);
    let (_, month, day) = civil_from_days(local_ns.div_euclid(DAY_NS));
    let month = MONTHS[(month - 1).rem_euclid(12) as usize];
    let year = || iso(local_ns, Precision::Year);
    match precision {
        Precision::Year => (year(), String::new()),
        Precision::Month => (month.to_owned(), year()),
        Precision::Day => (day.to_string(), format!("{month} {}", year())),
        Precision::Minute | Precision::Second => {
            let text = iso(local_ns, precision);
            let (date, time) = text.split_once('T').unwrap_or(("", &text));
            (with_offset(time.to_owned(), utc_ns, clock), date.to_owned())
        }
        Precision::Fraction(digits) => {
            // Thousandths, millionths or billionths of a second; what is left of them is in the context.
            let (group, unit) = match digits {
                0..=3 => (1, "ms"),
                4..=6 => (2, "µs"),
                _ => (3, "ns"),
            };
            let unit_ns = 10i128.pow(9 - 3 * group);
            let count = local_ns.div_euclid(unit_ns).rem_euclid(1000);
            let coarser = match group {
                1 => Precision::Second,
                _ => Precision::Fraction(3 * (group as usize - 1)),
            };
            (format!("{count} {unit}"), date_and_time(utc_ns, coarser, clock).replacen('T', " ", 1))
        }
    }
}
