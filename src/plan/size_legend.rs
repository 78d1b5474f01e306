//! Some round numbers of a column that gives sizes, each with the diameter of its marks: for the legend.

use serde_json::{Value, json};

use crate::data::chunk::TimeUnit;
use crate::figure::{SizeEntry, Swatch};
use crate::plan::axes;
use crate::plan::columns::ColumnPlan;
use crate::scale::{Calendar, Scale, shortest, ticks};
use crate::stamp::{Marker, StampAtlas};

/// More would be no easier to compare.
const MOST: usize = 5;

/// Numbers, or times, with their diameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SizeLegend {
    /// The column's name, with the zone of its times.
    pub(crate) title: Option<String>,
    /// Labels with diameters in pixels, from the first limit to the second.
    sizes: Vec<(String, f64)>,
}

impl SizeLegend {
    /// Three to five round numbers between the limits, in either order, where there are so many; a single one where the
    /// limits are equal. `diameter` gives the pixels of a number.
    pub(super) fn new(column: &ColumnPlan, (start, end): (f64, f64), diameter: &dyn Fn(f64) -> f64) -> Self {
        let calendar = axes::calendar(&column.logical);
        let title = axes::with_zone(column.name.clone(), calendar.as_ref());
        let sizes = match scale(start, end, calendar) {
            // Areas grow linearly between the limits, as the axis does.
            Some(scale) => round_values(&scale)
                .into_iter()
                .map(|(label, fraction)| (label, diameter(start * (1.0 - fraction) + end * fraction)))
                .collect(),
            None => vec![(label_of_one(start, column), diameter(start))],
        };
        Self { title, sizes }
    }

    /// The marks of the sizes.
    pub(crate) fn entries(&self, marker: Marker) -> Vec<SizeEntry> {
        let entry = |(label, diameter_px): &(String, f64)| {
            let (side_px, coverage) = StampAtlas::alone(marker, *diameter_px);
            SizeEntry { label: label.clone(), swatch: Swatch { side_px, coverage: coverage.into() } }
        };
        self.sizes.iter().map(entry).collect()
    }

    /// For the description of a picture, from which `shade` makes the legend again.
    pub(super) fn to_json(&self) -> Value {
        json!({ "title": self.title, "sizes": self.sizes })
    }

    /// What [`SizeLegend::to_json`] wrote; `None` for anything else.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let size = |size: &Value| {
            let diameter_px = size[1].as_f64().filter(|diameter_px| diameter_px.is_finite())?;
            Some((size[0].as_str()?.to_owned(), diameter_px))
        };
        let sizes = value["sizes"].as_array()?.iter().take(MOST).map(size).collect::<Option<_>>()?;
        Some(Self { title: value["title"].as_str().map(str::to_owned), sizes })
    }
}

/// An axis from one limit to the other; `None` where they are one.
fn scale(start: f64, end: f64, calendar: Option<Calendar>) -> Option<Scale> {
    match calendar {
        Some(calendar) => Scale::time(start as i128, end as i128, calendar).ok(),
        None => Scale::linear(start, end).ok(),
    }
}

/// The labelled ticks of an axis where it has room for as many as are wanted.
fn round_values(scale: &Scale) -> Vec<(String, f64)> {
    let of_length = |length: u32| -> Vec<(String, f64)> {
        let ticks = ticks(scale, f64::from(length), &|_| 1.0).into_iter();
        ticks.filter(|tick| !tick.is_minor).map(|tick| (tick.label, tick.fraction)).collect()
    };
    let mut best = of_length(1);
    for length in 2..40 {
        let next = of_length(length);
        if next.len() > MOST {
            break;
        }
        if next.len() > best.len() || best.len() > MOST {
            best = next;
        }
    }
    best.truncate(MOST);
    best
}

fn label_of_one(number: f64, column: &ColumnPlan) -> String {
    match axes::calendar(&column.logical) {
        Some(Calendar { unit, .. }) if number.is_finite() => TimeUnit::iso8601(unit, number as i128),
        _ => shortest(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::chunk::Logical;
    use crate::keys::KeyKind;

    fn column(logical: Logical) -> ColumnPlan {
        ColumnPlan { index: 0, name: Some("mass".to_owned()), logical, keys: KeyKind::F64 }
    }

    #[test]
    fn numbers_are_round_and_few() {
        let number = column(Logical::Number { integer: false });
        for limits in
            [(0.0, 1.0), (3.7, 812.0), (812.0, 3.7), (-5.0, 5.0), (1e-9, 2.5e-9), (1e12, 1.0001e12), (0.0, 3e300)]
        {
            let legend = SizeLegend::new(&number, limits, &|number| number);
            assert!((2..=MOST).contains(&legend.sizes.len()), "{limits:?}: {legend:?}");
            let (lo, hi) = (limits.0.min(limits.1), limits.0.max(limits.1));
            for (label, number) in &legend.sizes {
                assert!((lo..=hi).contains(number), "{label} of {limits:?}");
                let read: f64 = label.parse().expect(label);
                assert!((read - number).abs() <= 1e-9 * hi.abs().max(lo.abs()), "{label} stands at {number}");
            }
            assert_eq!(SizeLegend::from_json(&legend.to_json()), Some(legend));
        }
        let one = SizeLegend::new(&number, (7.5, 7.5), &|number| 2.0 * number);
        assert_eq!(one.sizes, [("7.5".to_owned(), 15.0)]);
        assert_eq!(SizeLegend::from_json(&json!({ "sizes": [["a", "b"]] })), None);
    }

    #[test]
    fn times_are_labelled_as_times() {
        let times = column(Logical::Time { unit: TimeUnit::Second, zone: Some("UTC".to_owned()) });
        let legend = SizeLegend::new(&times, (1_704_067_200.0, 1_704_067_200.0 + 4.0 * 86_400.0), &|_| 5.0);
        assert_eq!(legend.title.as_deref(), Some("mass (UTC)"));
        assert!(
            (2..=MOST).contains(&legend.sizes.len()) && legend.sizes.iter().all(|(label, _)| label.contains("01-0")),
            "{legend:?}"
        );
    }
}
