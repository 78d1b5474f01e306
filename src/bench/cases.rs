//! What is drawn: data sets times marks and reductions.
//!
//! A case is called `DATA/MARK` (`uniform/disc5`), `DATA/MARK/value` where a column gives the colours, or
//! `DATA/REDUCTION`.

use crate::color::Rgba8;
use crate::reduce::{Reduction, Statistic};
use crate::spec::{AlphaSpec, ColorLimit, ColorSpec, DensitySpec, Limits, PointsSpec, Spec};
use crate::stamp::Marker;

/// The rows that are drawn.
#[derive(Clone, Debug)]
pub enum Input {
    /// Made up: so many in each of three shapes.
    Synthetic {
        /// Rows of each.
        rows: u64,
    },
    /// A user's own.
    Files(Box<Files>),
}

/// A user's own data set.
#[derive(Clone, Debug)]
pub struct Files {
    /// The inputs, in order.
    pub inputs: Vec<String>,
    /// The column of x.
    pub x: String,
    /// The column of y.
    pub y: String,
    /// The column of numbers, for colours and means; without it there are no such cases.
    pub value: Option<String>,
    /// The column of names, for counts by category; without it there is no such case.
    pub category: Option<String>,
    /// Limits of x; found from the data when not given.
    pub xlim: Option<Limits>,
    /// Limits of y.
    pub ylim: Option<Limits>,
}

/// One picture.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// How it is drawn; the engine is not looked at.
    pub spec: Spec,
    /// The columns that are read for it.
    pub columns: Vec<String>,
}

/// A data set and its pictures.
#[derive(Clone, Debug)]
pub struct DataCases {
    /// Its name.
    pub name: String,
    /// The inputs that make it up.
    pub inputs: Vec<String>,
    /// The columns of x and y.
    pub xy: [String; 2],
    /// The pictures.
    pub cases: Vec<Case>,
}

/// Marks by name: a pixel, a small disc, a large one.
const MARKS: [(&str, Marker, f64); 3] =
    [("pixel", Marker::Pixel, 1.0), ("disc5", Marker::Circle, 5.0), ("disc21", Marker::Circle, 21.0)];

/// The opacity of all marks: points overlap and have to be blended.
const ALPHA: f64 = 0.1;

/// Made-up data by name: evenly spread, five Gaussians, all in one pixel; with limits that show them.
const SYNTHETIC: [(&str, &str, &str); 3] = [("uniform", "0", "1"), ("gaussians", "-10", "10"), ("point", "0", "1")];

/// All cases, by data set.
#[must_use]
pub fn cases(input: &Input) -> Vec<DataCases> {
    match input {
        Input::Synthetic { rows } => {
            let group = |(name, start, end): (&str, &str, &str)| {
                let limits = || Some(Limits { start: start.to_owned(), end: end.to_owned() });
                let mut base = Spec::default();
                (base.x.limits, base.y.limits) = (limits(), limits());
                // The values are known to lie in 0..1.
                base.colors.limits = Some((ColorLimit::Value(0.0), ColorLimit::Value(1.0)));
                let range = Limits { start: "0".to_owned(), end: "1".to_owned() };
                let columns = Columns { x: "x", y: "y", value: Some("v"), category: Some("c"), range: Some(range) };
                let inputs = vec![format!("synthetic:{name}:{rows}:seed=7")];
                columns.group(name, inputs, &base)
            };
            SYNTHETIC.into_iter().map(group).collect()
        }
        Input::Files(files) => {
            let mut base = Spec::default();
            (base.x.limits, base.y.limits) = (files.xlim.clone(), files.ylim.clone());
            let columns = Columns {
                x: &files.x,
                y: &files.y,
                value: files.value.as_deref(),
                category: files.category.as_deref(),
                range: None,
            };
            vec![columns.group("input", files.inputs.clone(), &base)]
        }
    }
}

struct Columns<'a> {
    x: &'a str,
    y: &'a str,
    value: Option<&'a str>,
    category: Option<&'a str>,
    /// Of the values, where it is known.
    range: Option<Limits>,
}

impl Columns<'_> {
    fn group(&self, name: &str, inputs: Vec<String>, base: &Spec) -> DataCases {
        let mut cases = Vec::new();
        let mut add = |what: String, spec: Spec, third: Option<&str>| {
            let columns = [Some(self.x), Some(self.y), third].into_iter().flatten().map(str::to_owned).collect();
            cases.push(Case { name: format!("{name}/{what}"), spec, columns });
        };
        for (mark, marker, size_px) in MARKS {
            let points = |color| PointsSpec {
                marker,
                size_px,
                color,
                alpha: AlphaSpec::Constant(ALPHA),
                ..PointsSpec::default()
            };
            let red = ColorSpec::Css(Rgba8::opaque(214, 39, 40));
            // Limits of colours would only be told to have no effect.
            let plain = Spec { colors: Spec::default().colors, points: points(red), ..base.clone() };
            add(mark.to_owned(), plain, None);
            if let Some(value) = self.value {
                let colored = Spec { points: points(ColorSpec::Column(value.to_owned())), ..base.clone() };
                add(format!("{mark}/value"), colored, Some(value));
            }
        }
        let density = |reduction| {
            let value_range = self.range.clone();
            let density = DensitySpec { value_range, ..DensitySpec::of(reduction) };
            Spec { colors: Spec::default().colors, density: Some(density), ..base.clone() }
        };
        add("count".to_owned(), density(Reduction::Count), None);
        if let Some(value) = self.value {
            add("mean".to_owned(), density(Reduction::Of(Statistic::Mean, value.to_owned())), Some(value));
        }
        if let Some(category) = self.category {
            add("by".to_owned(), density(Reduction::By(category.to_owned())), Some(category));
        }
        DataCases { name: name.to_owned(), inputs, xy: [self.x, self.y].map(str::to_owned), cases }
    }
}
