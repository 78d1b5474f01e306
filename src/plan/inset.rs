//! The inset of a plot: its view on the kinds of the plot's axes, and the data sets on a canvas of its own.

use crate::error::{Error, Result};
use crate::figure::{Corner, InsetRequest, Key, Layout, LegendPlace};
use crate::plan::columns::ColumnPlan;
use crate::plan::{Panel, axes};
use crate::program::Size;
use crate::scale::{Domain, Scale};
use crate::spec::{AxisSpec, InsetSpec, Limits};
use crate::view::View;

/// An inset that has been planned.
pub(super) struct Planned {
    /// What it shows.
    pub panel: Panel,
    /// The layout with its room.
    pub layout: Layout,
    /// A line to tell the user.
    pub note: Option<String>,
}

/// Refuses the corner that the legend was given.
///
/// # Errors
/// A usage error where both were put into the same corner by name.
pub(super) fn check_corner(asked: &InsetSpec, layout: &Layout, keys: &[Key]) -> Result<()> {
    let spec = layout.spec();
    let is_legend = |key: &Key| matches!(key, Key::Legend { .. });
    let has_legend = spec.has_legend && (keys.iter().any(is_legend) || !spec.size_keys.is_empty());
    let is_same = |corner: Corner| has_legend && spec.places.legend == LegendPlace::In(corner);
    match asked.corner {
        Some(corner) if is_same(corner) => Err(Error::usage(
            "the inset and the legend were put into the same corner, and one would lie over the other",
        )
        .hint("leave --inset-at out, or put the legend elsewhere: --legend right")),
        _ => Ok(()),
    }
}

/// Plans the inset of a panel: where its limits lie on the panel's axes decides what is marked.
///
/// # Errors
/// A usage error when its limits make no sense for the columns, or the plot has no room for it.
pub(super) fn inset(
    asked: &InsetSpec,
    (x_column, y_column): (&ColumnPlan, &ColumnPlan),
    main: &Panel,
    layout: Layout,
) -> Result<Planned> {
    let text = format!("--inset {},{},{},{}", asked.x.start, asked.x.end, asked.y.start, asked.y.end);
    let scale = |limits: &Limits, column: &ColumnPlan, main: &Scale, flag: &str| {
        // Both have the same function: a threshold too.
        let axis = AxisSpec { limits: Some(limits.clone()), scale: Some(main.kind()), label: None };
        axes::scale(&axis, column, None, 0.0, flag).map_err(|error| error.found(text.clone()))
    };
    let x = scale(&asked.x, x_column, &main.view.x, "x")?;
    let y = scale(&asked.y, y_column, &main.view.y, "y")?;
    let ([left, right], [bottom, top]) = (shares(&x, &main.view.x), shares(&y, &main.view.y));
    let is_outside = |a: f64, b: f64| a.max(b) <= 0.0 || a.min(b) >= 1.0;
    let note = (is_outside(left, right) || is_outside(bottom, top)).then(|| {
        format!("the part that {text} shows lies outside of the plot: nothing marks it (the plot's limits are --xlim and --ylim)")
    });
    let region = [left, right, bottom, top];
    let share = asked.share;
    let layout = layout.with_inset(&InsetRequest { x: &x, y: &y, region, share })?;
    let no_room = || Error::usage("the plot has no room for the inset");
    let (width_px, height_px) = layout.inset_size_px().ok_or_else(no_room)?;
    let size = Size::new(width_px, height_px)?;
    let mut steps = Vec::new();
    for (flag, limits, column) in [("x", &asked.x, x_column), ("y", &asked.y, y_column)] {
        steps.extend(axes::steps_note(&format!("--inset ({flag})"), Some(limits), column));
    }
    let series = main.series.iter().map(|series| series.on(size)).collect();
    let panel = Panel { view: View { x, y, width_px, height_px }, series };
    let note = note.into_iter().chain(steps).reduce(|all, next| format!("{all}; {next}"));
    Ok(Planned { panel, layout, note })
}

/// Where a scale begins and ends on another, as shares of that one's length.
fn shares(part: &Scale, whole: &Scale) -> [f64; 2] {
    let ends = match part.domain() {
        Domain::F64 { lo, hi } => [whole.fraction_from_data(lo), whole.fraction_from_data(hi)],
        Domain::Int { lo, hi } => [whole.fraction_from_integer(lo), whole.fraction_from_integer(hi)],
    };
    // What is not on the axis at all, like 0 on a log one, lies before it.
    ends.map(|share| if share.is_nan() { -1.0 } else { share })
}
