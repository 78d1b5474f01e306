//! Limits as they were typed: numbers, whole numbers, times, and steps of a column of times.
//!
//! What they come to is of `axes`; the forms of a time are of [`Moment`].

use super::calendar;
use crate::error::{Error, Result};
use crate::plan::columns::ColumnPlan;
use crate::scale::{Calendar, Moment};
use crate::spec::{ColorLimit, Limits};

/// Two numbers.
pub(super) fn numbers(limits: &Limits) -> Result<(f64, f64)> {
    let number = |text: &str| {
        text.trim().parse::<f64>().map_err(|source| {
            Error::usage("a limit is no number").expected("a number").found(format!("'{text}'")).because(source)
        })
    };
    Ok((number(&limits.start)?, number(&limits.end)?))
}

/// An integer as typed, or a number rounded outward to one.
pub(super) fn integer(text: &str, round: impl Fn(f64) -> f64) -> Option<i128> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite()).map(|number| round(number) as i128))
}

/// Limits on a time axis, rounded outward to whole steps.
pub(super) fn times(limits: &Limits, calendar: &Calendar) -> Result<(i128, i128)> {
    let (start, end) = (time(&limits.start, calendar)?, time(&limits.end, calendar)?);
    let per_step = i128::from(calendar.unit.nanoseconds());
    let floor = |nanoseconds: i128| nanoseconds.div_euclid(per_step);
    let ceil = |nanoseconds: i128| -(-nanoseconds).div_euclid(per_step);
    Ok(if start <= end { (floor(start), ceil(end)) } else { (ceil(start), floor(end)) })
}

/// Nanoseconds since 1970 of an ISO 8601 text; an integer that is no year and no date (`20240229`) is a number of the
/// column's own steps.
fn time(text: &str, calendar: &Calendar) -> Result<i128> {
    match steps(text) {
        Some(steps) => Ok(i128::from(steps) * i128::from(calendar.unit.nanoseconds())),
        None => Ok(Moment::parse(text)?.ns(calendar)),
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

/// The line of [`steps_note`] for the ends of a colormap.
pub(in crate::plan) fn color_steps_note(
    limits: Option<(ColorLimit, ColorLimit)>,
    calendar: Option<&Calendar>,
) -> Option<String> {
    let ((lo, hi), calendar) = (limits?, calendar?);
    let read = [lo, hi].into_iter().filter_map(|limit| match limit {
        ColorLimit::Value(steps) => Some(format!("{steps} is {}", calendar.unit.iso8601(steps as i128))),
        ColorLimit::Percentile(_) | ColorLimit::Time(_) | ColorLimit::Either { .. } => None,
    });
    let read: Vec<String> = read.collect();
    (!read.is_empty()).then(|| format!("--clim counts steps of the column's times from 1970 on: {}", read.join(", ")))
}
