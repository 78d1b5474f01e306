//! The plan of points: where colours and alphas come from, and the smallest canvas that holds the picture.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::json;

use crate::color::{Colormap, Norm, NormKind, Rgba8};
use crate::content::{Content, Meaning};
use crate::distribution::Distribution;
use crate::encode::{Opacity, Paint, SMALLEST_LAYER_ALPHA};
use crate::error::{Error, Result};
use crate::plan::columns::{Coloring, ColumnPlan, Columns};
use crate::plan::hues::Hues;
use crate::plan::sizes::Stamps;
use crate::plan::{Class, Known, Series, axes, effect};
use crate::program::{Accumulate, Footprint, Plane, Program, Size};
use crate::spec::{AlphaSpec, DEFAULT_SIZE_PX, Spec};
use crate::stamp::{Marker, StampAtlas};

/// The points on a canvas of that size.
pub(super) fn series(
    spec: &Spec,
    columns: Columns,
    (paint, meaning): (Paint, Meaning),
    stamps: Stamps,
    size: Size,
    notes: &mut Vec<String>,
) -> Result<Series> {
    let Stamps { atlas, sizing, dimming, least_factor, description: sizes, .. } = stamps;
    let color = match &columns.coloring {
        Coloring::Constant(color) => *color,
        _ => Rgba8::opaque(0, 0, 0),
    };
    let alpha = match spec.points.alpha {
        AlphaSpec::Constant(alpha) => checked_alpha(alpha)? * f64::from(color.a) / 255.0,
        AlphaSpec::Column(_) => f64::from(color.a) / 255.0,
    } * dimming;
    let opacity = if columns.has_alpha_column() {
        Opacity::Column { factor: alpha as f32 }
    } else {
        Opacity::Constant(alpha as f32)
    };
    let is_one_alpha = !columns.has_alpha_column() && least_factor == 1.0;
    let program = program(size, &paint, is_one_alpha, &atlas, spec.points.marker);
    let is_counted = matches!(program.accumulate, Accumulate::Planes(_));
    let faintest = alpha * least_factor;
    if !is_counted && !columns.has_alpha_column() && faintest < SMALLEST_LAYER_ALPHA {
        return Err(Error::usage(
            "points of several colours or with smooth edges cannot be this faint: f32 would lose them",
        )
        .expected(format!("an alpha (times the area of marks below a pixel) of at least {SMALLEST_LAYER_ALPHA:e}"))
        .found(format!("{faintest:e}"))
        .hint("one colour with hard edges (--aa off, or --marker pixel) is counted, exactly, at any alpha"));
    }
    // What is counted is whole; its alpha comes in at shade time, in f64.
    let opacity = if is_counted { Opacity::Constant(1.0) } else { opacity };
    let is_opaque = is_one_alpha && matches!(opacity, Opacity::Constant(alpha) if alpha >= 1.0);
    let is_exact = match program.accumulate {
        Accumulate::Planes(_) => true,
        Accumulate::Over => is_opaque && atlas.is_hard(),
        Accumulate::Veil => false,
    };
    if !matches!(columns.coloring, Coloring::Value(_)) {
        let colors = &spec.colors;
        for (is_given, what) in [
            (colors.colormap.is_some(), "--cmap"),
            (colors.limits.is_some(), "--clim"),
            (colors.norm.is_some(), "--norm"),
        ] {
            if is_given {
                notes.push(format!("{what} changes nothing: colours do not come from a column of numbers"));
            }
        }
    }
    if let Coloring::Value(column) = &columns.coloring {
        notes.extend(axes::color_steps_note(spec.colors.limits, axes::calendar(&column.logical).as_ref()));
    }
    if spec.points.marker == Marker::Pixel && !matches!(spec.points.size_px, 1.0 | DEFAULT_SIZE_PX) {
        notes.push("the size changes nothing: the marker pixel is always one pixel (square has a size)".to_owned());
    }
    if dimming < 1.0 {
        notes.push(format!("marks below one pixel without anti-aliasing are dimmed by their area, {dimming:.3} px^2"));
    } else if least_factor < 1.0 {
        notes.push("marks below one pixel without anti-aliasing are dimmed by their areas".to_owned());
    }
    let class = if is_exact { Class::Exact } else { Class::Close };
    let description = description(spec, &columns, &paint, alpha, sizes);
    let content = Content::Points { color, alpha, meaning };
    notes.extend(effect::without_effect(spec, &content));
    let measures = Vec::new();
    let axis_steps = [1; 2];
    Ok(Series {
        label: None,
        axis_steps,
        columns,
        paint,
        opacity,
        sizing,
        measures,
        program,
        content,
        description,
        class,
    })
}

fn description(
    spec: &Spec,
    columns: &Columns,
    paint: &Paint,
    alpha: f64,
    sizes: serde_json::Value,
) -> serde_json::Value {
    let points = &spec.points;
    let color = match paint {
        Paint::Constant(rgb) => json!({ "rgb": rgb }),
        Paint::Value(norm, _) => {
            let mut color = json!({ "colormap": spec.colors.colormap_name(), "limits": norm.limits() });
            if norm.kind() != NormKind::Linear {
                color["norm"] = json!(norm.kind().to_string());
            }
            color
        }
        Paint::Category(colors) => json!({ "palette": colors.len() }),
        Paint::Rgb => json!("columns"),
    };
    json!({
        "columns": columns.roles_json(),
        "marker": format!("{:?}", points.marker),
        "size_px": sizes,
        "antialiased": points.is_antialiased(),
        "color": color,
        // Of every mark, or what the column's is multiplied by.
        "alpha": alpha,
    })
}

fn checked_alpha(alpha: f64) -> Result<f64> {
    if alpha > 0.0 && alpha <= 1.0 {
        return Ok(alpha);
    }
    let error =
        Error::usage("--alpha is out of range").expected("a number above 0 and up to 1").found(alpha.to_string());
    let is_percent = alpha > 1.0 && alpha <= 100.0;
    Err(if is_percent { error.hint(format!("{alpha} % is {}", alpha / 100.0)) } else { error })
}

/// The smallest state that holds the picture exactly: counts, else transmittance, else ordered colour.
fn program(size: Size, paint: &Paint, is_one_alpha: bool, atlas: &Arc<StampAtlas>, marker: Marker) -> Program {
    let is_one_color = matches!(paint, Paint::Constant(_));
    let stamp = Footprint::Stamp(Arc::clone(atlas));
    let (footprint, accumulate) = match (is_one_color, is_one_alpha && atlas.is_hard()) {
        (true, true) if marker == Marker::Pixel => (Footprint::Cell, Accumulate::Planes(vec![Plane::Count])),
        (true, true) => (stamp, Accumulate::Planes(vec![Plane::Count])),
        (true, false) => (stamp, Accumulate::Veil),
        (false, _) => (stamp, Accumulate::Over),
    };
    Program { size, footprint, accumulate, prefers_compute: false }
}

/// Where colours come from, and what they mean.
pub(super) fn coloring(spec: &Spec, columns: &Columns, known: &Known, hues: &mut Hues) -> Result<(Paint, Meaning)> {
    match &columns.coloring {
        Coloring::Constant(color) => Ok((Paint::Constant(color.rgb()), Meaning::None)),
        Coloring::Rgb | Coloring::Density => Ok((Paint::Rgb, Meaning::None)),
        Coloring::Value(column) => {
            let norm = value_norm(spec, known, column)?;
            let name = spec.colors.colormap_name();
            let colormap = Colormap::parse(name)?;
            let calendar = axes::calendar(&column.logical).filter(|_| norm.kind() == NormKind::Linear);
            let (label, colormap_name) = (column.name.clone(), name.to_owned());
            let meaning = Meaning::Values { norm: norm.clone(), colormap: colormap_name, label, calendar };
            Ok((Paint::Value(norm, Arc::new(colormap)), meaning))
        }
        Coloring::Category(_) => {
            let colored = known.categories.iter().map(|(name, _)| (name.clone(), hues.of(name)));
            let colored: Vec<(String, Rgba8)> = colored.collect();
            let colors: HashMap<String, Rgba8> = colored.iter().cloned().collect();
            Ok((Paint::Category(Arc::new(colors)), Meaning::Categories(colored)))
        }
    }
}

/// From the numbers of a column to positions on the colormap.
fn value_norm(spec: &Spec, known: &Known, column: &ColumnPlan) -> Result<Norm> {
    let kind = spec.colors.norm.unwrap_or(NormKind::Linear);
    let (lo, hi) = axes::color_limits(spec.colors.limits, known, column)?;
    let norm = match (&known.values, kind) {
        (Some(values), NormKind::EqHist) => Norm::eq_hist(values, lo, hi),
        (None, NormKind::EqHist) => Norm::eq_hist(&Distribution::default(), lo, hi),
        (_, kind) => Norm::new(kind, lo, hi),
    };
    norm.map_err(|error| error.in_column(column.title()))
}
