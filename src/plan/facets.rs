//! One panel for each value of a column: which values, in which order, what their panels are called, and where the rows of
//! each data set belong.

use serde_json::json;

use crate::data::chunk::Logical;
use crate::encode::Facets;
use crate::error::{Error, Result};
use crate::plan::Known;
use crate::plan::axes::{calendar, time_steps};
use crate::plan::columns::ColumnPlan;
use crate::scale::time_label;
use crate::spec::{FacetSpec, MOST_PANELS};

/// The panels of a figure's facets.
#[derive(Clone, Debug)]
pub struct FacetPlan {
    /// The value of each panel, for reports; one panel without a value where the column holds none.
    pub values: Vec<serde_json::Value>,
    /// What stands above each.
    pub strips: Vec<String>,
    /// The panels of the rows of each data set.
    pub routes: Vec<Facets>,
}

/// A panel is at least so wide and so high, in pixels.
const LEAST_PX: u32 = 40;

impl FacetPlan {
    /// Refuses several panels that are too small to show anything, of a column with those values.
    ///
    /// # Errors
    /// A usage error that says how many there are.
    pub(super) fn check_size(&self, column: &ColumnPlan, (width_px, height_px): (u32, u32)) -> Result<()> {
        if self.values.len() < 2 || width_px.min(height_px) >= LEAST_PX {
            return Ok(());
        }
        let found = format!("{} values, {width_px}x{height_px} px each", self.values.len());
        Err(too_many(column, &found, &format!("panels of at least {LEAST_PX}x{LEAST_PX} px")))
    }
}

/// A value that has a panel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Name(String),
    Integer(i128),
    /// Nanoseconds since 1970.
    Time(i128),
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Names,
    Integers,
    Times,
}

fn holds(column: &ColumnPlan) -> Holds {
    match column.logical {
        Logical::Category | Logical::Bool => Holds::Names,
        Logical::Number { .. } => Holds::Integers,
        Logical::Time { .. } | Logical::Date => Holds::Times,
    }
}

/// Nanoseconds in a step of a column.
fn step_ns(column: &ColumnPlan) -> i128 {
    calendar(&column.logical).map_or(1, |calendar| i128::from(calendar.unit.nanoseconds()))
}

/// Finds the panels of all data sets: their columns, with what is known of each.
///
/// # Errors
/// A usage error when a column holds another kind of values than that of the first data set, a value that is given is
/// none of the column's kind or given twice, or the panels are too many.
pub(super) fn facets(spec: &FacetSpec, sets: &[(&ColumnPlan, &Known)]) -> Result<FacetPlan> {
    let Some((first, _)) = sets.first() else { return Err(Error::usage("there is nothing to draw")) };
    for (number, (column, _)) in (1..).zip(sets) {
        if holds(column) != holds(first) {
            return Err(Error::usage(format!(
                "--facet takes its panels from {}, and this column holds {}",
                first.logical.plural(),
                column.logical.plural()
            ))
            .in_series(number)
            .in_column(column.title()));
        }
    }
    let values = match &spec.values {
        Some(texts) => given(texts, first)?,
        None => found(sets),
    };
    if values.len() > MOST_PANELS {
        return Err(too_many(first, &format!("{} values", values.len()), &format!("at most {MOST_PANELS}")));
    }
    let routes = sets.iter().map(|(column, _)| route(&values, column, spec.values.is_some()));
    let (title, routes) = (first.title(), routes.collect());
    let strip = |value: &Value| match value {
        // A name of nothing would leave its panel without one.
        Value::Name(name) if name.trim().is_empty() => format!("{title} = '{name}'"),
        Value::Name(name) if first.logical == Logical::Bool => format!("{title} = {name}"),
        Value::Name(name) => name.clone(),
        Value::Integer(number) => format!("{title} = {number}"),
        Value::Time(ns) => clock_text(*ns, first).unwrap_or_else(|| text(value, first)),
    };
    let json = |value: &Value| match value {
        Value::Integer(number) => i64::try_from(*number).map_or_else(|_| json!(number.to_string()), |n| json!(n)),
        value => json!(text(value, first)),
    };
    if values.is_empty() {
        return Ok(FacetPlan { values: vec![json!(null)], strips: vec![String::new()], routes });
    }
    Ok(FacetPlan { values: values.iter().map(json).collect(), strips: values.iter().map(strip).collect(), routes })
}

/// The values of a column that are asked for, where they are: rows of others are filtered.
///
/// # Errors
/// A usage error when a value is none of the column's kind, or given twice.
pub fn choice(spec: &FacetSpec, column: &ColumnPlan) -> Result<Option<Facets>> {
    let Some(texts) = &spec.values else { return Ok(None) };
    given(texts, column).map(|values| Some(route(&values, column, true)))
}

/// The error of a column with too many values for panels that are large enough.
fn too_many(column: &ColumnPlan, found: &str, expected: &str) -> Error {
    Error::usage("--facet would make too many panels").in_column(column.title()).expected(expected).found(found).hint(
        "name those that matter with --facet-values A,B, make the figure larger, or take a column with fewer values",
    )
}

fn text(value: &Value, column: &ColumnPlan) -> String {
    match value {
        Value::Name(name) => name.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Time(ns) => calendar(&column.logical)
            .map_or_else(|| ns.to_string(), |calendar| calendar.unit.iso8601(ns.div_euclid(step_ns(column)))),
    }
}

/// What the clock of a column's zone shows; `None` without a zone.
fn clock_text(ns: i128, column: &ColumnPlan) -> Option<String> {
    let calendar =
        calendar(&column.logical).filter(|calendar| calendar.zone.as_deref().is_some_and(|zone| zone != "UTC"))?;
    let label = time_label(ns.div_euclid(step_ns(column)), &calendar);
    let Some((whole, fraction)) = label.split_once('.') else { return Some(label) };
    let digits = fraction.trim_end_matches('0');
    Some(if digits.is_empty() { whole.to_owned() } else { format!("{whole}.{digits}") })
}

/// The values that were asked for, in their order.
fn given(texts: &[String], column: &ColumnPlan) -> Result<Vec<Value>> {
    let mut values = Vec::new();
    for text in texts {
        let wrong = |expected: &str| {
            Error::usage("a value of --facet-values is none of its column's")
                .in_column(column.title())
                .expected(expected)
                .found(format!("'{text}'"))
        };
        let value = match (holds(column), calendar(&column.logical)) {
            (Holds::Names, _) if column.logical == Logical::Bool && !matches!(&text[..], "false" | "true") => {
                return Err(wrong("true or false"));
            }
            (Holds::Names, _) => Value::Name(text.clone()),
            (Holds::Times, Some(calendar)) => {
                let steps = time_steps(text, &calendar).map_err(|_| wrong("a date or time, like 2024-02-29"))?;
                Value::Time(steps * step_ns(column))
            }
            _ => Value::Integer(text.trim().parse().map_err(|_| wrong("a whole number"))?),
        };
        if values.contains(&value) {
            return Err(Error::usage("a value of --facet-values is named twice").found(format!("'{text}'")));
        }
        values.push(value);
    }
    Ok(values)
}

/// The values that occur, in their natural order.
fn found(sets: &[(&ColumnPlan, &Known)]) -> Vec<Value> {
    let values = sets.iter().flat_map(|(column, known)| {
        known.facets.iter().filter_map(|(name, _)| match holds(column) {
            Holds::Names => Some(Value::Name(name.clone())),
            Holds::Integers => name.parse().ok().map(Value::Integer),
            Holds::Times => name.parse::<i128>().ok().map(|steps| Value::Time(steps.saturating_mul(step_ns(column)))),
        })
    });
    let mut values: Vec<Value> = values.collect();
    values.sort();
    values.dedup();
    values
}

/// Where the rows of a data set belong.
fn route(values: &[Value], column: &ColumnPlan, is_choice: bool) -> Facets {
    if holds(column) == Holds::Names {
        let names = values.iter().map(|value| text(value, column));
        return Facets::of_names(&names.collect::<Vec<_>>(), is_choice);
    }
    let steps = values.iter().map(|value| match value {
        Value::Name(_) => i128::MIN,
        Value::Integer(number) => *number,
        // A time between two steps of a coarser column is none of its values.
        Value::Time(ns) if ns.rem_euclid(step_ns(column)) != 0 => i128::MIN,
        Value::Time(ns) => ns.div_euclid(step_ns(column)),
    });
    Facets::of_integers(&steps.collect::<Vec<_>>(), is_choice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::chunk::TimeUnit;
    use crate::keys::KeyKind;

    fn column(logical: Logical) -> ColumnPlan {
        ColumnPlan { index: 0, name: Some("kind".to_owned()), logical, keys: KeyKind::I64 }
    }

    fn known(names: &[&str]) -> Known {
        Known { facets: names.iter().map(|name| ((*name).to_owned(), 1)).collect(), ..Known::default() }
    }

    fn spec(values: Option<&[&str]>) -> FacetSpec {
        let values = values.map(|values| values.iter().map(|value| (*value).to_owned()).collect());
        FacetSpec { column: "kind".to_owned(), values, columns: None }
    }

    #[test]
    fn values_of_all_data_sets_come_in_their_natural_order() {
        let number = column(Logical::Number { integer: true });
        let (a, b) = (known(&["10", "9"]), known(&["-3", "9"]));
        let plan = facets(&spec(None), &[(&number, &a), (&number, &b)]).unwrap();
        assert_eq!(plan.strips, ["kind = -3", "kind = 9", "kind = 10"]);
        assert_eq!((plan.values[0].clone(), plan.routes.len(), plan.routes[1].panels()), (json!(-3), 2, 3));
        let names = column(Logical::Category);
        let found = known(&["b", "", "B"]);
        assert_eq!(facets(&spec(None), &[(&names, &found)]).unwrap().strips, ["kind = ''", "B", "b"]);
        // Days and seconds: one day is one panel.
        let (days, secs) = (column(Logical::Date), column(Logical::Time { unit: TimeUnit::Second, zone: None }));
        let (a, b) = (known(&["1", "2"]), known(&["86400", "90000"]));
        let plan = facets(&spec(None), &[(&days, &a), (&secs, &b)]).unwrap();
        assert_eq!(plan.strips.len(), 3);
        assert_eq!(plan.strips[0], "1970-01-02");
    }

    #[test]
    fn given_values_keep_their_order_and_have_to_be_of_the_column() {
        let (date, number) = (column(Logical::Date), column(Logical::Number { integer: true }));
        let none = Known::default();
        let plan = facets(&spec(Some(&["2024-03-01", "2024-02-29"])), &[(&date, &none)]).unwrap();
        assert_eq!(plan.strips, ["2024-03-01", "2024-02-29"]);
        for (values, column, expected) in [
            (&["x"][..], &number, "a whole number"),
            (&["1", "1"], &number, "named twice"),
            (&["maybe"], &column(Logical::Bool), "true or false"),
            (&["soon"], &date, "a date or time"),
        ] {
            let error = facets(&spec(Some(values)), &[(column, &none)]).unwrap_err();
            assert_eq!(error.kind().exit_code(), 2);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn too_many_and_unlike_columns_are_refused_and_none_is_one_empty_panel() {
        let (names, number) = (column(Logical::Category), column(Logical::Number { integer: true }));
        let many: Vec<String> = (0..=MOST_PANELS).map(|i| i.to_string()).collect();
        let many = known(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let error = facets(&spec(None), &[(&names, &many)]).unwrap_err().to_string();
        assert!(error.contains("101 values") && error.contains("kind") && error.contains("--facet-values"), "{error}");
        let error = facets(&spec(None), &[(&names, &many), (&number, &many)]).unwrap_err().to_string();
        assert!(error.contains("series 2"), "{error}");
        let plan = facets(&spec(None), &[(&names, &Known::default())]).unwrap();
        assert_eq!((plan.strips, plan.routes[0].panels()), (vec![String::new()], 1));
    }
}
