//! Limits among times: the clock that a column is read on, and what a text means on it.

use crate::data::chunk::{Logical, TimeUnit};
use crate::error::{Error, Result};
use crate::plan::columns::{Coloring, ColumnPlan, Columns};
use crate::scale::{Calendar, Moment};
use crate::spec::Limits;

/// How the integers of a time or date column are read, by UTC where its zone is unknown; `None` for all other columns.
pub(in crate::plan) fn calendar(logical: &Logical) -> Option<Calendar> {
    match logical {
        Logical::Time { unit, zone } => {
            let calendar = Calendar { unit: *unit, zone: zone.clone() };
            let utc = || Calendar { unit: *unit, zone: Some("UTC".to_owned()) };
            Some(if calendar.is_known() { calendar } else { utc() })
        }
        Logical::Date => Some(Calendar { unit: TimeUnit::Day, zone: None }),
        _ => None,
    }
}

/// A line for each zone that is not known.
pub(in crate::plan) fn unknown_zones(columns: &Columns) -> Vec<String> {
    let value = match &columns.coloring {
        Coloring::Value(column) => Some(column),
        _ => None,
    };
    let all = [&columns.x, &columns.y].into_iter().chain(value).chain(&columns.gathered);
    let unknown = all.filter_map(|column| match &column.logical {
        Logical::Time { unit, zone: Some(zone) } => {
            let is_known = Calendar { unit: *unit, zone: Some(zone.clone()) }.is_known();
            (!is_known).then(|| {
                format!("the time zone '{zone}' of column '{}' is unknown: its times are shown in UTC", column.title())
            })
        }
        _ => None,
    });
    let mut notes: Vec<String> = unknown.collect();
    notes.dedup();
    notes
}

/// A label with the zone of the times beside it: `time (Europe/Berlin)`, the zone alone where there is no name.
pub(in crate::plan) fn with_zone(name: Option<String>, calendar: Option<&Calendar>) -> Option<String> {
    match (name, calendar.and_then(|calendar| calendar.zone.as_ref())) {
        (Some(name), Some(zone)) => Some(format!("{name} ({zone})")),
        (None, Some(zone)) => Some(zone.clone()),
        (name, None) => name,
    }
}

/// Limits on a time axis, rounded outward to whole steps.
pub(super) fn times(limits: &Limits, calendar: &Calendar) -> Result<(i128, i128)> {
    let (start, end) = (time(&limits.start, calendar)?, time(&limits.end, calendar)?);
    let per_step = i128::from(calendar.unit.nanoseconds());
    let floor = |nanoseconds: i128| nanoseconds.div_euclid(per_step);
    let ceil = |nanoseconds: i128| -(-nanoseconds).div_euclid(per_step);
    Ok(if start <= end { (floor(start), ceil(end)) } else { (ceil(start), floor(end)) })
}

/// A time in steps of the calendar, the start of the step that holds it.
///
/// # Errors
/// A usage error for a text that is no time.
pub(in crate::plan) fn time_steps(text: &str, calendar: &Calendar) -> Result<i128> {
    Ok(time(text, calendar)?.div_euclid(i128::from(calendar.unit.nanoseconds())))
}

/// Nanoseconds since 1970 of an ISO 8601 text; an integer that is no year and no date (`20240229`) is a number of the
/// column's own steps.
fn time(text: &str, calendar: &Calendar) -> Result<i128> {
    match steps(text) {
        Some(steps) => Ok(i128::from(steps) * i128::from(calendar.unit.nanoseconds())),
        None => {
            // What the parser of times has to say of a text helps nobody.
            let moment = Moment::parse(text).map_err(|_| {
                Error::usage("a limit is no time")
                    .expected("a date or time")
                    .found(format!("'{text}'"))
                    .hint("the column holds times: give limits like 2024-02-29,2024-03-01T12:30:00")
            });
            Ok(moment?.ns(calendar))
        }
    }
}

/// The steps that a limit on a time axis is, where it is no time.
fn steps(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse().ok().filter(|_| text.len() > 4 && Moment::parse(text).is_err())
}

/// A line where limits on times are numbers of steps, which one may not have meant.
pub(in crate::plan) fn steps_note(flag: &str, limits: Option<&Limits>, column: &ColumnPlan) -> Option<String> {
    let (limits, calendar) = (limits?, calendar(&column.logical)?);
    let read = [&limits.start, &limits.end].into_iter().filter_map(|text| {
        let steps = steps(text)?;
        Some(format!("{} is {}", text.trim(), calendar.unit.iso8601(i128::from(steps))))
    });
    let read: Vec<String> = read.collect();
    (!read.is_empty())
        .then(|| format!("{flag} counts steps of column '{}' from 1970 on: {}", column.title(), read.join(", ")))
}
