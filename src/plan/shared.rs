//! One axis under several data sets: the columns that lie on it must mean the same, and times in different units are
//! read in the finest of them, in integers.
//!
//! Owns what the columns of an axis have in common; limits and margins are of `axes`.

use crate::data::chunk::{Logical, TimeUnit};
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::plan::axes::calendar;
use crate::plan::columns::ColumnPlan;

/// Names of different columns that an axis is labelled with; more would say nothing, and the legend names them.
const MOST_NAMES: usize = 3;

/// The columns of one axis as one.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedAxis {
    /// What they come to: the finest unit of times, an integer where all are, the name where they share it.
    pub column: ColumnPlan,
    /// Steps of the axis in one step of each column, at least 1; other than 1 for times of a coarser unit alone.
    pub steps: Vec<i128>,
    /// Lines to tell the user.
    pub notes: Vec<String>,
}

impl SharedAxis {
    /// The extent of all columns, in steps of the axis.
    #[must_use]
    pub fn extent(&self, extents: impl Iterator<Item = Option<Extent>>) -> Option<Extent> {
        let in_steps = |(extent, steps): (Option<Extent>, &i128)| extent.map(|extent| scaled(extent, *steps));
        extents.zip(&self.steps).filter_map(in_steps).reduce(Extent::union)
    }
}

fn scaled(extent: Extent, steps: i128) -> Extent {
    match extent {
        Extent::Int { lo, hi } => Extent::Int { lo: lo.saturating_mul(steps), hi: hi.saturating_mul(steps) },
        // Times are integers: a float has the step 1.
        floats @ Extent::F64 { .. } => floats,
    }
}

/// Brings the columns of one axis together; `flag` is `x` or `y`.
///
/// # Errors
/// A usage error that names the data set whose column is a time among numbers, or a number among times.
pub fn axis(columns: &[&ColumnPlan], flag: &str) -> Result<SharedAxis> {
    let Some((first, others)) = columns.split_first() else {
        return Err(Error::usage("there is nothing to draw"));
    };
    let mut column = (*first).clone();
    let mut notes = Vec::new();
    for (number, other) in (2..).zip(others) {
        let calendars = (calendar(&first.logical), calendar(&other.logical));
        if calendars.0.is_some() != calendars.1.is_some() {
            return Err(Error::usage(format!(
                "the {flag} axis holds {}, and this column holds {}",
                first.logical, other.logical
            ))
            .in_series(number)
            .in_column(other.title())
            .hint("one axis shows numbers or times: name another column, or convert this one"));
        }
        if let (Some(mine), Some(theirs)) = calendars
            && mine.zone != theirs.zone
        {
            let zone =
                |zone: &Option<String>| zone.as_ref().map_or("no zone".to_owned(), |zone| format!("zone '{zone}'"));
            let clock = mine.zone.as_deref().unwrap_or("UTC");
            let is_bare = mine.zone.is_none() || theirs.zone.is_none();
            let placed = if is_bare { "; times without a zone are placed as if they were in UTC" } else { "" };
            notes.push(format!(
                "the times on the {flag} axis have {} in series 1 and {} in series {number}: \
                 all labels are on the clock of {clock}{placed}",
                zone(&mine.zone),
                zone(&theirs.zone)
            ));
        }
        match (&mut column.logical, &other.logical) {
            (Logical::Number { integer }, Logical::Number { integer: is_whole }) => *integer &= is_whole,
            (logical @ Logical::Bool, other) => logical.clone_from(other),
            _ => {}
        }
    }
    let unit_of = |column: &ColumnPlan| calendar(&column.logical).map(|calendar| calendar.unit);
    let finest = columns.iter().filter_map(|column| unit_of(column)).min_by_key(|unit: &TimeUnit| unit.nanoseconds());
    if let Some(finest) = finest.filter(|finest| unit_of(&column) != Some(*finest)) {
        let zone = calendar(&column.logical).and_then(|calendar| calendar.zone);
        column.logical = Logical::Time { unit: finest, zone };
    }
    let steps = columns.iter().map(|own| match (unit_of(own), finest) {
        (Some(own), Some(finest)) => i128::from(own.nanoseconds() / finest.nanoseconds()),
        _ => 1,
    });
    column.name = shared_name(columns);
    Ok(SharedAxis { steps: steps.collect(), column, notes })
}

/// The name that all share, or the different ones in order; none where they are too many.
fn shared_name(columns: &[&ColumnPlan]) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in columns.iter().filter_map(|column| column.name.as_deref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty() && names.len() <= MOST_NAMES).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyKind;

    fn column(name: &str, logical: Logical) -> ColumnPlan {
        ColumnPlan { index: 0, name: Some(name.to_owned()), logical, keys: KeyKind::I64 }
    }

    fn time(unit: TimeUnit, zone: Option<&str>) -> Logical {
        Logical::Time { unit, zone: zone.map(str::to_owned) }
    }

    #[test]
    fn times_are_read_in_the_finest_unit() {
        let columns = [
            column("t", time(TimeUnit::Second, None)),
            column("t", Logical::Date),
            column("t", time(TimeUnit::Nanosecond, None)),
        ];
        let axis = axis(&columns.each_ref(), "x").unwrap();
        assert_eq!(axis.steps, [1_000_000_000, 86_400_000_000_000, 1]);
        assert_eq!(axis.column, column("t", time(TimeUnit::Nanosecond, None)));
        let of = |lo, hi| Some(Extent::Int { lo, hi });
        let extent = axis.extent([of(3, 5), None, of(-7, 4_000_000_001)].into_iter());
        assert_eq!(extent, of(-7, 5_000_000_000), "five seconds, and not 4.000000001");
        assert!(axis.notes.is_empty());
    }

    #[test]
    fn other_zones_are_told_and_numbers_among_times_refused() {
        let (utc, local) = (time(TimeUnit::Second, Some("UTC")), time(TimeUnit::Second, None));
        let found = axis(&[&column("a", utc.clone()), &column("b", local)], "x").unwrap();
        let note = &found.notes[0];
        for part in ["zone 'UTC' in series 1 and no zone in series 2", "the clock of UTC", "without a zone are placed"]
        {
            assert!(note.contains(part), "{note}");
        }
        let zones = [time(TimeUnit::Second, Some("Asia/Tokyo")), time(TimeUnit::Second, Some("Europe/Berlin"))];
        let note = &axis(&[&column("a", zones[0].clone()), &column("b", zones[1].clone())], "x").unwrap().notes[0];
        assert!(note.ends_with("all labels are on the clock of Asia/Tokyo"), "{note}");
        let number = Logical::Number { integer: true };
        let error = axis(&[&column("a", utc), &column("b", number)], "x").unwrap_err();
        assert_eq!(error.kind().exit_code(), 2);
        assert!(error.to_string().contains("series 2"), "{error}");
    }

    #[test]
    fn whole_numbers_stay_whole_only_among_themselves() {
        let number = |name: &str, integer| column(name, Logical::Number { integer });
        let of = |columns: &[&ColumnPlan]| axis(columns, "x").unwrap().column;
        assert_eq!(of(&[&number("a", true), &number("a", true)]), number("a", true));
        assert_eq!(of(&[&number("a", true), &number("b", false)]), number("a, b", false));
        assert_eq!(of(&[&number("a", false), &number("b", true)]).logical, Logical::Number { integer: false });
        let many = ["a", "b", "c", "d"].map(|name| number(name, true));
        assert_eq!(of(&many.each_ref()).name, None, "four names are no label");
    }
}
