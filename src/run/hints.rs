//! Lines that help with the next picture, from what the canvas and the ledger show of this one: saturated points, limits
//! stretched by a few far rows, points that all lie outside, swapped axes, a log axis over zeros, categories that cannot be
//! told apart.
//!
//! A hint says what is so, with numbers, and what to try; it is given only where both are true.

use crate::canvas::Canvas;
use crate::color::palette;
use crate::content::{Content, Meaning};
use crate::data::chunk::{Chunk, Column, Data};
use crate::data::extent::Extent;
use crate::data::survey::{Ask, Survey};
use crate::ledger::{Ledger, Rows};
use crate::plan::Series;
use crate::plan::axes::extent_text;
use crate::plan::columns::{Coloring, ColumnPlan, Columns};
use crate::run::stretched;
use crate::scale::{Domain, Kind, Scale};
use crate::source::dataset::DataSet;
use crate::spec::{AlphaSpec, ColorSpec, DEFAULT_SIZE_RANGE_PX, PointsSpec, Spec};
use crate::units::grouped;
use crate::view::View;

/// Pixels in which so little of the background is left are saturated: more points change nothing that can be seen.
const SATURATED_T: f64 = 0.01;

/// Saturation is told from this share of the painted pixels on, where so many points lie on each of them on average:
/// with fewer, a saturated pixel is just what an opaque point looks like.
const TOLD_FROM: (f64, f64) = (0.5, 8.0);

/// Pixels that say anything about a picture.
const FEWEST_PIXELS: u64 = 100;

/// More categories than this have colours that are hard to tell apart.
const MOST_CATEGORIES: usize = 20;

/// What the chunks show while they pass by, as far as a hint needs it: nothing once rows are drawn, unless the axes seem
/// to be swapped, and no axis is log.
pub(super) struct Glimpse {
    survey: Option<Survey>,
    view: Shown,
    is_log: [bool; 2],
    invalid: u64,
    not_positive: u64,
}

impl Glimpse {
    pub(super) fn new(view: &View, series: &Series) -> Self {
        let columns = series.columns.roles.len();
        let ask = |_| Ask { name: String::new(), categories: false, values: false };
        let is_log = [&view.x, &view.y].map(|scale| scale.kind() == Kind::Log);
        let survey = Some(Survey::new((0..columns).map(ask)));
        Self { survey, view: Shown::new(view), is_log, invalid: 0, not_positive: 0 }
    }

    /// Looks at a chunk that has just been drawn.
    pub(super) fn look(&mut self, chunk: &Chunk<'_>, ledger: &Ledger) {
        let rows = &ledger.rows;
        if rows.drawn > 0 && !is_much(rows.outside, rows.drawn) {
            self.survey = None;
        }
        if self.survey.as_mut().is_some_and(|survey| survey.add(chunk).is_err()) {
            self.survey = None;
        }
        // Where it shows that they are not, no more rows are looked at.
        if rows.drawn > 0 && !self.surveyed().is_some_and(|extents| self.view.fits_crosswise(extents)) {
            self.survey = None;
        }
        // Only where some of its rows were refused.
        if self.is_log.contains(&true) && ledger.rows.invalid > self.invalid {
            self.invalid = ledger.rows.invalid;
            let mut is_low = vec![false; chunk.len()];
            for (column, _) in chunk.columns().iter().zip(self.is_log).filter(|(_, is_log)| *is_log) {
                mark_not_positive(column, &mut is_low);
            }
            self.not_positive += is_low.iter().filter(|is_low| **is_low).count() as u64;
        }
    }

    /// The extents of x and y of the rows read.
    fn surveyed(&self) -> Option<[Extent; 2]> {
        let extent = |at: usize| self.survey.as_ref()?.columns().get(at)?.extent(self.is_log[at]);
        Some([extent(0)?, extent(1)?])
    }

    /// The extents of the columns of x and y: of all rows by the statistics of the inputs, else of those read.
    fn extents(&self, columns: &Columns, data: &DataSet) -> Option<[Extent; 2]> {
        let known = |column: &ColumnPlan, at: usize| data.extent(column.index, self.is_log[at]);
        match (known(&columns.x, 0), known(&columns.y, 1)) {
            (Some(x), Some(y)) => Some([x, y]),
            _ => self.surveyed(),
        }
    }
}

/// What the axes show, and whether both show times or none does.
struct Shown {
    x: Extent,
    y: Extent,
    is_of_one_kind: bool,
}

impl Shown {
    fn new(view: &View) -> Self {
        let extent = |scale: &Scale| match scale.domain() {
            Domain::F64 { lo, hi } => Extent::F64 { lo, hi },
            Domain::Int { lo, hi } => Extent::Int { lo, hi },
        };
        let is_of_one_kind = view.x.calendar().is_some() == view.y.calendar().is_some();
        Self { x: extent(&view.x), y: extent(&view.y), is_of_one_kind }
    }

    /// True when each column lies within the other's axis.
    fn fits_crosswise(&self, [x, y]: [Extent; 2]) -> bool {
        let lies_within = |inner: Extent, outer: Extent| {
            let ((lo, hi), (first, last)) = (inner.as_f64(), outer.as_f64());
            first <= lo && hi <= last
        };
        self.is_of_one_kind && lies_within(x, self.y) && lies_within(y, self.x)
    }
}

/// Marks the rows with a number that a log axis cannot show.
fn mark_not_positive(column: &Column<'_>, is_low: &mut [bool]) {
    fn mark<T: Copy>(values: &[T], flags: Option<&[u8]>, is_low: &mut [bool], is_refused: impl Fn(T) -> bool) {
        match flags {
            None => is_low.iter_mut().zip(values).for_each(|(low, value)| *low |= is_refused(*value)),
            Some(flags) => is_low
                .iter_mut()
                .zip(values.iter().zip(flags))
                .for_each(|(low, (value, flag))| *low |= *flag != 0 && is_refused(*value)),
        }
    }
    let flags = column.validity.as_deref();
    match &column.data {
        Data::F64(values) => mark(values, flags, is_low, |value| value <= 0.0 && value > f64::NEG_INFINITY),
        Data::F32(values) => mark(values, flags, is_low, |value| value <= 0.0 && value > f32::NEG_INFINITY),
        Data::I64(values) => mark(values, flags, is_low, |value| value <= 0),
        Data::U64(values) => mark(values, flags, is_low, |value| value == 0),
        Data::Dict { .. } => {}
    }
}

/// What there is to try, in the order of importance; less where no one canvas holds all rows.
pub(super) fn hints(
    spec: &Spec,
    view: &View,
    series: &Series,
    canvas: Option<&Canvas>,
    ledger: &Ledger,
    (glimpse, data): (&Glimpse, &DataSet),
) -> Vec<String> {
    let mut hints = Vec::new();
    hints.extend(log_axis(glimpse));
    hints.extend(outside(&series.columns, &ledger.rows, (glimpse, data)));
    if let Some(canvas) = canvas {
        let stretched = stretched::stretched(spec, view, canvas, &ledger.rows);
        // Where a few rows squeeze all others together, their overplot is no fault of alpha.
        hints.extend(stretched.or_else(|| saturated(spec, series, canvas, &ledger.rows)));
    }
    hints.extend(many_categories(spec, series));
    hints
}

fn log_axis(glimpse: &Glimpse) -> Option<String> {
    let axis = ['x', 'y'].into_iter().zip(glimpse.is_log).find_map(|(axis, is_log)| is_log.then_some(axis))?;
    let rows = |count: u64| if count == 1 { "1 row is".to_owned() } else { format!("{} rows are", grouped(count)) };
    (glimpse.not_positive > 0).then(|| {
        format!(
            "{} zero or negative, which a log axis cannot show: leave them out, or try --{axis}scale symlog",
            rows(glimpse.not_positive)
        )
    })
}

/// A quarter of the rows, at least one.
fn is_much(outside: u64, drawn: u64) -> bool {
    outside > 0 && outside.saturating_mul(3) >= drawn
}

/// All rows lie outside, or many of them do and none would with the axes swapped.
fn outside(columns: &Columns, rows: &Rows, (glimpse, data): (&Glimpse, &DataSet)) -> Option<String> {
    if !is_much(rows.outside + rows.skipped, rows.drawn) {
        return None;
    }
    let [x, y] = glimpse.extents(columns, data)?;
    let shown = &glimpse.view;
    if rows.drawn > 0 && !shown.fits_crosswise([x, y]) {
        return None;
    }
    let range = |extent: Extent, column: &ColumnPlan| {
        let [lo, hi] = extent_text(extent, &column.logical);
        format!("{} goes from {lo} to {hi}", column.title())
    };
    let is_apart = x.is_apart_from(shown.x) || y.is_apart_from(shown.y);
    let is_swapped = is_apart && shown.is_of_one_kind && !x.is_apart_from(shown.y) && !y.is_apart_from(shown.x);
    let todo = if is_swapped || rows.drawn > 0 {
        "are -x and -y swapped?"
    } else {
        "change --xlim and --ylim, or leave them out"
    };
    Some(format!("{}, {}: {todo}", range(x, &columns.x), range(y, &columns.y)))
}

fn saturated(spec: &Spec, series: &Series, canvas: &Canvas, rows: &Rows) -> Option<String> {
    let Content::Points { alpha, .. } = &series.content else { return None };
    let (painted, saturated, overplot) = match canvas {
        Canvas::Planes(planes) => {
            let t = |count: &u64| if *alpha >= 1.0 { 0.0 } else { libm::exp(*count as f64 * libm::log1p(-alpha)) };
            let painted = planes.counts().iter().filter(|count| **count > 0);
            let (painted, saturated) = tally(painted.map(t));
            (painted, saturated, planes.counts().iter().sum::<u64>() as f64 / painted as f64)
        }
        Canvas::Veil(veil) => of_transmittance(veil.pixels().iter().copied(), spec, rows),
        Canvas::Layer(layer) => of_transmittance(layer.pixels().iter().map(|pixel| pixel[3]), spec, rows),
    };
    let share = saturated as f64 / painted as f64;
    if painted < FEWEST_PIXELS || share < TOLD_FROM.0 || overplot < TOLD_FROM.1 {
        return None;
    }
    let reduction = match &series.columns.coloring {
        Coloring::Value(column) => quoted(&format!("mean:{}", column.title())),
        Coloring::Category(column) => quoted(&format!("by:{}", column.title())),
        Coloring::Rgb | Coloring::Constant(_) | Coloring::Density => "count".to_owned(),
    };
    let reduce = format!("--reduce {reduction}{}", instead(&spec.points));
    let is_sized = spec.points.size_by.is_some();
    // Half of what lies behind an ordinary pixel shows through.
    let suggested = one_digit(-libm::expm1(-std::f64::consts::LN_2 / overplot));
    let is_layer = matches!(canvas, Canvas::Layer(_));
    let alpha = match spec.points.alpha {
        AlphaSpec::Constant(alpha) if !is_sized && suggested < alpha && !(is_layer && suggested < 1e-5) => {
            format!("--alpha {suggested} or ")
        }
        _ => String::new(),
    };
    let percent = (100.0 * share).floor();
    let least = if is_sized { "at least " } else { "" };
    Some(format!(
        "{percent} % of the painted pixels are saturated ({least}{overplot:.0} points on each, on average): try {alpha}{reduce}"
    ))
}

/// Painted and saturated pixels, and the points on a painted one: the area of all points over that of the pixels.
fn of_transmittance(pixels: impl Iterator<Item = f32>, spec: &Spec, rows: &Rows) -> (u64, u64, f64) {
    let (painted, saturated) = tally(pixels.filter(|t| *t < 1.0).map(f64::from));
    // Where a column gives sizes, all are at least the smallest.
    let size_px = spec.points.size_by.as_ref().map_or(spec.points.size_px, |by| by.range_px.0.min(by.range_px.1));
    let area = rows.drawn as f64 * spec.points.marker.area_px2(size_px);
    (painted, saturated, area / painted as f64)
}

/// What a density is instead of, where options of points were given.
fn instead(points: &PointsSpec) -> String {
    match of_points(points).split_last() {
        None => String::new(),
        Some((only, [])) => format!(" instead of {only}"),
        Some((last, others)) => format!(" instead of {} and {last}", others.join(", ")),
    }
}

/// The options that were given and that --reduce does not go with, as far as what they say tells.
fn of_points(points: &PointsSpec) -> Vec<&'static str> {
    let ordinary = PointsSpec::default();
    let is_colored = match &points.color {
        // What several data sets get by themselves.
        ColorSpec::Css(color) => (0..10).all(|index| palette::color_of(index, 10) != *color),
        ColorSpec::Word(_) | ColorSpec::Column(_) => true,
        ColorSpec::Rgb(_) => false,
    };
    let by = points.size_by.as_ref();
    let given = [
        (is_colored, "--color"),
        (matches!(points.color, ColorSpec::Rgb(_)), "--rgb"),
        (points.alpha != ordinary.alpha, "--alpha"),
        (by.is_some(), "--size-by"),
        (by.is_some_and(|by| by.range_px != DEFAULT_SIZE_RANGE_PX), "--size-range"),
        (by.is_some_and(|by| by.limits.is_some()), "--size-limits"),
        (by.is_none() && points.size_px != ordinary.size_px, "--size"),
        (points.marker != ordinary.marker, "--marker"),
        (points.is_antialiased.is_some(), "--aa"),
    ];
    given.into_iter().filter(|(is_given, _)| *is_given).map(|(_, option)| option).collect()
}

fn tally(transmittances: impl Iterator<Item = f64>) -> (u64, u64) {
    transmittances.fold((0, 0), |(painted, saturated), t| (painted + 1, saturated + u64::from(t <= SATURATED_T)))
}

/// A number rounded to one digit.
fn one_digit(value: f64) -> f64 {
    format!("{value:.0e}").parse().unwrap_or(value)
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || "_-.:,/+@%".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn many_categories(spec: &Spec, series: &Series) -> Option<String> {
    let Content::Points { meaning: Meaning::Categories(names), .. } = &series.content else { return None };
    let Coloring::Category(column) = &series.columns.coloring else { return None };
    let (by, instead) = (quoted(&format!("by:{}", column.title())), instead(&spec.points));
    (names.len() > MOST_CATEGORIES).then(|| {
        format!(
            "the colours of {} categories are hard to tell apart: --reduce {by} --categories A,B,..{instead} shows those you name",
            grouped(names.len() as u64)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_a_log_axis_cannot_show_are_counted_and_no_others() {
        let x = [1.0, 0.0, -2.0, f64::NAN, f64::NEG_INFINITY, 5.0, -0.0];
        let mut is_low = vec![false; x.len()];
        mark_not_positive(&Chunk::xy(&x, &x).columns()[0], &mut is_low);
        assert_eq!(is_low, [false, true, true, false, false, false, true]);
    }

    #[test]
    fn alphas_are_rounded_to_one_digit_and_words_quoted_for_a_shell() {
        assert_eq!([0.0193, 0.5, 0.96, 3.4e-7].map(one_digit), [0.02, 0.5, 1.0, 3e-7]);
        assert_eq!(quoted("mean:fare"), "mean:fare");
        assert_eq!(quoted("mean:it's"), "'mean:it'\\''s'");
    }
}
