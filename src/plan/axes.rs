//! Limits, typed or found, become scales.

mod times;

use crate::data::chunk::Logical;
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::keys::KeyKind;
use crate::plan::Known;
use crate::plan::columns::ColumnPlan;
use crate::scale::{Calendar, Domain, EXACT_INTEGER, Kind, Moment, SMALLEST_SPAN, Scale, Symlog, shortest};
use crate::spec::{AxisSpec, ColorLimit, Limits};
use times::times;
pub(super) use times::{calendar, steps_note, time_steps, unknown_zones, with_zone};

/// Added to each side of a found extent where points are drawn, as a share of it; their stamps need the room.
pub(super) const MARGIN: f64 = 0.05;

/// The kind of axis that a column gets.
///
/// # Errors
/// When the asked kind does not fit the column's type.
pub fn kind(spec: &AxisSpec, column: &ColumnPlan, flag: &str) -> Result<Kind> {
    let is_time = matches!(column.logical, Logical::Time { .. } | Logical::Date);
    match spec.scale {
        None if is_time => Ok(Kind::Time),
        None => Ok(Kind::Linear),
        Some(Kind::Time) if !is_time => Err(Error::usage(format!(
            "--{flag}scale time needs a column of times, and this one holds {}",
            column.logical.plural()
        ))
        .in_column(column.title())
        .hint(format!("leave out --{flag}scale; texts like 2024-02-29T12:30:00 are times by themselves"))),
        Some(Kind::Log | Kind::Symlog { .. } | Kind::Linear) if is_time => {
            Err(Error::usage(format!("a column of times needs --{flag}scale time")).in_column(column.title()))
        }
        Some(kind) => Ok(kind),
    }
}

/// The scale of an axis: from its limits, else from the column's extent.
///
/// Extents get a `margin` (a share of it) a side on the scale; equal ones half a unit; none at all (no row) gives 0..1.
///
/// # Errors
/// When limits make no sense for the column.
pub fn scale(spec: &AxisSpec, column: &ColumnPlan, extent: Option<Extent>, margin: f64, flag: &str) -> Result<Scale> {
    let kind = kind(spec, column, flag)?;
    // What was typed is shown as it was typed.
    let in_flag = |error: Error| match &spec.limits {
        Some(limits) => error.in_column(column.title()).found(format!("--{flag}lim {},{}", limits.start, limits.end)),
        None => error.in_column(column.title()),
    };
    match (kind, calendar(&column.logical)) {
        (Kind::Time, Some(calendar)) => {
            let (start, end) = match (&spec.limits, extent) {
                (Some(limits), _) => times(limits, &calendar).map_err(in_flag)?,
                (None, Some(extent)) => integer_margin(extent, margin),
                (None, None) => (0, 1),
            };
            Scale::time(start, end, calendar).map_err(in_flag)
        }
        (Kind::Log, _) => {
            let (start, end) = match (&spec.limits, extent) {
                (Some(limits), _) => numbers(limits).map_err(in_flag)?,
                (None, Some(extent)) => log_margin(extent, margin),
                (None, None) => (1.0, 10.0),
            };
            Scale::log(start, end).map_err(|error| {
                let error = in_flag(error);
                let is_low = start <= 0.0 || end <= 0.0;
                let todo = || format!("take two limits above 0, or --{flag}scale symlog");
                if is_low { error.hint(todo()) } else { error }
            })
        }
        (Kind::Symlog { threshold }, _) => symlog(spec, threshold, extent, margin).map_err(in_flag),
        _ => linear(spec, column, extent, margin).map_err(in_flag),
    }
}

/// A threshold that is not given comes from the limits, or from what was found before it gets its margin.
fn symlog(spec: &AxisSpec, threshold: Option<f64>, extent: Option<Extent>, share: f64) -> Result<Scale> {
    if let Some(limits) = &spec.limits {
        let (start, end) = numbers(limits)?;
        return Scale::symlog(start, end, threshold);
    }
    let Some((lo, hi)) = extent.map(floats) else { return Scale::symlog(0.0, 1.0, threshold) };
    if lo.abs().max(hi.abs()) < SMALLEST_SPAN {
        // Nothing but 0, as far as pixels go.
        return Scale::symlog(-0.5, 0.5, threshold);
    }
    let bend = Symlog::new(threshold, lo, hi)?;
    if share == 0.0 && lo < hi {
        return Scale::symlog(lo, hi, threshold);
    }
    let (start, end) = margin(bend.apply(lo), bend.apply(hi), share);
    Scale::symlog(bend.undo(start), bend.undo(end), Some(bend.threshold()))
}

fn linear(spec: &AxisSpec, column: &ColumnPlan, extent: Option<Extent>, share: f64) -> Result<Scale> {
    let is_integer = matches!(column.logical, Logical::Number { integer: true });
    // Limits as typed may be the smallest i128, whose magnitude is none.
    let is_large =
        |a: i128, b: i128| is_integer && a.unsigned_abs().max(b.unsigned_abs()) > EXACT_INTEGER.unsigned_abs();
    if let Some(limits) = &spec.limits {
        let (start, end) = numbers(limits)?;
        let (low, high) = if start <= end { (&limits.start, &limits.end) } else { (&limits.end, &limits.start) };
        if let (Some(low), Some(high)) = (integer(low, f64::floor), integer(high, f64::ceil))
            && is_large(low, high)
        {
            return if start <= end { Scale::integers(low, high) } else { Scale::integers(high, low) };
        }
        return Scale::linear(start, end);
    }
    match extent {
        None => Scale::linear(0.0, 1.0),
        Some(Extent::Int { lo, hi }) if is_large(lo, hi) => {
            let (start, end) = integer_margin(Extent::Int { lo, hi }, share);
            Scale::integers(start, end)
        }
        Some(extent) => {
            let (lo, hi) = floats(extent);
            let (start, end) = margin(lo, hi, share);
            Scale::linear(start, end)
        }
    }
}

/// A share a side; an extent of one value gets half a unit, or what an f64 of its size can tell apart.
fn margin(lo: f64, hi: f64, share: f64) -> (f64, f64) {
    if hi - lo < SMALLEST_SPAN {
        let half = 0.5_f64.max(lo.abs() * 1e-12);
        return (lo - half, hi + half);
    }
    if share == 0.0 {
        return (lo, hi);
    }
    // At least what floats of this size can tell apart.
    let largest = lo.abs().max(hi.abs());
    let side = ((hi - lo) * share).max(largest.next_up() - largest);
    let (start, end) = (lo - side, hi + side);
    // At the end of the floats there is no room for margins (and perhaps none for the axis, which its scale says).
    if (end - start).is_finite() { (start, end) } else { (lo, hi) }
}

fn log_margin(extent: Extent, share: f64) -> (f64, f64) {
    let (lo, hi) = floats(extent);
    if share == 0.0 && lo < hi {
        return (lo, hi);
    }
    let (start, end) = margin(libm::log10(lo), libm::log10(hi), share);
    (libm::exp10(start).max(f64::MIN_POSITIVE), libm::exp10(end).min(f64::MAX))
}

fn integer_margin(extent: Extent, share: f64) -> (i128, i128) {
    match extent {
        Extent::Int { lo, hi } if lo == hi => (lo - 1, hi + 1),
        Extent::Int { lo, hi } if share == 0.0 => (lo, hi),
        Extent::Int { lo, hi } => {
            // Outward to whole steps: 5 % is a twentieth.
            let side = (hi - lo + 19) / 20;
            (lo - side, hi + side)
        }
        Extent::F64 { lo, hi } => integer_margin(Extent::Int { lo: lo.floor() as i128, hi: hi.ceil() as i128 }, share),
    }
}

/// The numbers at the ends of a colormap: given, percentiles, or the extent of the column; no number at all gives 0..1.
///
/// # Errors
/// When given limits are not finite, or are equal.
pub fn color_limits(given: Option<(ColorLimit, ColorLimit)>, known: &Known, column: &ColumnPlan) -> Result<(f64, f64)> {
    let Some((lo, hi)) = given else { return Ok(known.value.map_or((0.0, 1.0), floats)) };
    let calendar = calendar(&column.logical);
    check_different((lo, hi), calendar.as_ref()).map_err(|error| error.in_column(column.title()))?;
    let number = |limit: ColorLimit, none: f64| match limit {
        ColorLimit::Time(_) | ColorLimit::Either { .. } => limit.value(calendar.as_ref()).ok_or_else(|| {
            Error::usage(format!("--clim is a time, and this column holds {}", column.logical.plural()))
                .in_column(column.title())
                .expected("two numbers")
        }),
        ColorLimit::Value(value) if value.is_finite() => Ok(value),
        ColorLimit::Value(value) => {
            Err(Error::usage("--clim needs two finite numbers").in_column(column.title()).found(value.to_string()))
        }
        ColorLimit::Percentile(percent) => {
            Ok(known.values.as_ref().and_then(|values| values.percentile(percent)).unwrap_or(none))
        }
    };
    Ok((number(lo, 0.0)?, number(hi, 1.0)?))
}

/// Refuses the two ends of a colormap where they are given as one number; percentiles may come to one.
pub(super) fn check_different((lo, hi): (ColorLimit, ColorLimit), calendar: Option<&Calendar>) -> Result<()> {
    match (lo.value(calendar), hi.value(calendar)) {
        (Some(lo), Some(hi)) if lo == hi => {
            let text = |end: f64| calendar.map_or_else(|| format!("{end}"), |of| of.unit.iso8601(end as i128));
            Err(Error::usage("--clim needs two different numbers").found(format!("{},{}", text(lo), text(hi))))
        }
        _ => Ok(()),
    }
}

/// The line of [`steps_note`] for the ends of a colormap.
pub(super) fn color_steps_note(
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

/// The numbers at the ends of a range of sizes: given, or the extent of the column; no number at all gives 0..1.
///
/// # Errors
/// A usage error when given limits make no sense for the column, or are equal.
pub(super) fn size_limits(given: Option<&Limits>, found: Option<Extent>, column: &ColumnPlan) -> Result<(f64, f64)> {
    let Some(limits) = given else { return Ok(found.map_or((0.0, 1.0), floats)) };
    let in_flag = |error: Error| error.in_column(column.title());
    let (lo, hi) = match calendar(&column.logical) {
        Some(calendar) => {
            let (lo, hi) = times(limits, &calendar).map_err(in_flag)?;
            (lo as f64, hi as f64)
        }
        None => numbers(limits).map_err(in_flag)?,
    };
    if lo.is_finite() && hi.is_finite() && lo != hi {
        return Ok((lo, hi));
    }
    Err(Error::usage("--size-limits needs two different finite numbers")
        .found(format!("{},{}", limits.start, limits.end)))
}

/// The range of values that a density gathers, as typed.
///
/// # Errors
/// A usage error when it makes no sense for the column.
pub fn value_range(limits: &Limits, column: &ColumnPlan) -> Result<Extent> {
    let in_flag = |error: Error| error.in_column(column.title());
    let is_integer = column.keys != KeyKind::F64;
    let extent = if let Some(calendar) = calendar(&column.logical) {
        let (lo, hi) = times(limits, &calendar).map_err(in_flag)?;
        Extent::Int { lo, hi }
    } else {
        let (lo, hi) = numbers(limits).map_err(in_flag)?;
        match (integer(&limits.start, f64::ceil), integer(&limits.end, f64::floor)) {
            (Some(lo), Some(hi)) if is_integer => Extent::Int { lo, hi },
            _ => Extent::F64 { lo, hi },
        }
    };
    let (lo, hi) = extent.as_f64();
    if lo.is_finite() && hi.is_finite() && lo <= hi && (hi - lo).is_finite() {
        return Ok(extent);
    }
    Err(Error::usage("--value-range needs two finite numbers, the smaller one first")
        .found(format!("{},{}", limits.start, limits.end)))
}

fn floats(extent: Extent) -> (f64, f64) {
    match extent {
        Extent::F64 { lo, hi } => (lo, hi),
        Extent::Int { lo, hi } => (lo as f64, hi as f64),
    }
}

fn numbers(limits: &Limits) -> Result<(f64, f64)> {
    let number = |text: &str| {
        text.trim().parse::<f64>().map_err(|_| {
            let error = Error::usage("a limit is no number").expected("a number").found(format!("'{text}'"));
            if Moment::parse(text).is_ok() {
                return error.hint("the column holds numbers, no times: give limits like 0,10");
            }
            error.hint("give two numbers like 0,10")
        })
    };
    Ok((number(&limits.start)?, number(&limits.end)?))
}

/// An integer as typed, or a number rounded outward to one.
fn integer(text: &str, round: impl Fn(f64) -> f64) -> Option<i128> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite()).map(|number| round(number) as i128))
}

/// Limits as text that reads back to the same: numbers, or ISO 8601 on a time axis.
#[must_use]
pub fn limits_text(scale: &Scale) -> [String; 2] {
    let (lo, hi) = match (scale.domain(), scale.calendar()) {
        (Domain::F64 { lo, hi }, _) => (format!("{lo:?}"), format!("{hi:?}")),
        (Domain::Int { lo, hi }, Some(calendar)) => (calendar.unit.iso8601(lo), calendar.unit.iso8601(hi)),
        (Domain::Int { lo, hi }, None) => (lo.to_string(), hi.to_string()),
    };
    if scale.is_reversed() { [hi, lo] } else { [lo, hi] }
}

/// The ends of a column's extent for people: times in ISO 8601, long floats to six digits, or to as many as tell the ends
/// apart from each other and from limits between them.
#[must_use]
pub fn extent_text(extent: Extent, logical: &Logical) -> [String; 2] {
    match (extent, calendar(logical)) {
        (Extent::Int { lo, hi }, Some(calendar)) => [lo, hi].map(|steps| calendar.unit.iso8601(steps)),
        (Extent::Int { lo, hi }, None) => [lo.to_string(), hi.to_string()],
        (Extent::F64 { lo, hi }, _) => [lo, hi].map(|value| {
            // Three digits of the range, behind those that both ends share.
            let shared = libm::log10(lo.abs().max(hi.abs()) / (hi - lo)).ceil().clamp(0.0, 16.0) as usize;
            let digits = (shared + 3).clamp(5, 16);
            let exact = format!("{value:?}");
            let exact = exact.strip_suffix(".0").unwrap_or(&exact);
            let rounded =
                || format!("{value:.digits$e}").parse().map_or_else(|_| exact.to_owned(), |short: f64| shortest(short));
            if exact.len() <= 10 { exact.to_owned() } else { rounded() }
        }),
    }
}

/// The same for JSON: numbers where an f64 holds them, else the text.
#[must_use]
pub fn limits_json(scale: &Scale) -> [serde_json::Value; 2] {
    limits_text(scale).map(|text| {
        let is_exact = match scale.domain() {
            Domain::F64 { .. } => true,
            Domain::Int { lo, hi } => scale.calendar().is_none() && lo.abs().max(hi.abs()) <= EXACT_INTEGER,
        };
        match text.parse::<f64>() {
            Ok(number) if is_exact => number.into(),
            _ => text.into(),
        }
    })
}

#[cfg(test)]
mod tests;
