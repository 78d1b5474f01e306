//! The stamps of a series: of one size, or of classes of sizes that a column chooses among.

use std::sync::Arc;

use serde_json::json;

use crate::encode::Sizing;
use crate::error::{Error, Result};
use crate::plan::columns::Columns;
use crate::plan::size_legend::SizeLegend;
use crate::plan::{Known, axes};
use crate::spec::{PointsSpec, SizeSpec};
use crate::stamp::{Marker, SizeClasses, StampAtlas};

/// What marks look like but for their colours.
#[derive(Debug)]
pub(super) struct Stamps {
    /// The masks.
    pub(super) atlas: Arc<StampAtlas>,
    /// Which of them a mark wears, where they differ.
    pub(super) sizing: Option<Sizing>,
    /// What the alpha of all marks is multiplied by.
    pub(super) dimming: f64,
    /// The least that the alpha of a mark is multiplied by beyond that; below 1, marks differ in alpha.
    pub(super) least_factor: f64,
    /// Some of the sizes with what they mean, where they differ.
    pub(super) legend: Option<SizeLegend>,
    /// The sizes, for the description.
    pub(super) description: serde_json::Value,
}

/// The stamps that are asked for.
///
/// # Errors
/// A usage error for sizes or limits that make no sense.
pub(super) fn stamps(points: &PointsSpec, columns: &Columns, known: &Known) -> Result<Stamps> {
    let is_antialiased = points.is_antialiased();
    let dimming = |diameter_px: f64| {
        // Hard marks below a pixel cover one whole.
        if is_antialiased || diameter_px >= 1.0 { 1.0 } else { points.marker.area_px2(diameter_px) }
    };
    let (Some(by), Some(column)) = (&points.size_by, &columns.size) else {
        let atlas = StampAtlas::new(points.marker, points.size_px, is_antialiased)?;
        let (dimming, description) = (dimming(points.size_px), json!(points.size_px));
        return Ok(Stamps {
            atlas: Arc::new(atlas),
            sizing: None,
            dimming,
            least_factor: 1.0,
            legend: None,
            description,
        });
    };
    let sizes = classes(points.marker, by)?;
    let (start, end) = axes::size_limits(by.limits.as_ref(), known.size, column)?;
    let (first_px, last_px) = by.range_px;
    let limits = if first_px <= last_px { (start, end) } else { (end, start) };
    let factors: Vec<f64> = sizes.diameters_px().iter().map(|diameter_px| dimming(*diameter_px)).collect();
    let least_factor = factors.iter().copied().fold(1.0, f64::min);
    let sizing = Sizing::new(&sizes, limits, factors.into_iter().map(|factor| factor as f32).collect());
    let atlas = Arc::new(StampAtlas::of_sizes(points.marker, &sizes, is_antialiased));
    let count = sizes.diameters_px().len();
    let diameter = |number: f64| sizes.diameters_px()[usize::from(sizing.class(number))];
    let legend = SizeLegend::new(column, (start, end), &diameter);
    let description = json!({
        "range_px": [first_px, last_px],
        "limits": [start, end],
        "classes": count,
        "legend": legend.to_json(),
    });
    Ok(Stamps { atlas, sizing: Some(sizing), dimming: 1.0, least_factor, legend: Some(legend), description })
}

/// The classes of sizes between the ends of a range, in either order.
fn classes(marker: Marker, by: &SizeSpec) -> Result<SizeClasses> {
    if marker == Marker::Pixel {
        return Err(Error::usage("--size-by changes nothing: the marker pixel is always one pixel")
            .hint("take --marker square, or circle"));
    }
    let (a, b) = by.range_px;
    if a.is_nan() || b.is_nan() {
        return Err(Error::usage("--size-range needs two numbers").found(format!("{a},{b}")));
    }
    SizeClasses::new(marker, a.min(b), a.max(b)).map_err(|error| error.found(format!("--size-range {a},{b} (in px)")))
}

/// The bytes that the masks will take; 0 where sizes make no sense, which the plan refuses.
pub(super) fn mask_bytes(points: &PointsSpec) -> u64 {
    let sizes = match &points.size_by {
        Some(by) => classes(points.marker, by),
        None => SizeClasses::new(points.marker, points.size_px, points.size_px),
    };
    sizes.map_or(0, |sizes| sizes.bytes())
}
