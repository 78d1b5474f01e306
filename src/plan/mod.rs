//! What is drawn, on what, in which class: resolved before the first row is drawn.
//!
//! `columns` gives the columns their roles, `axes` turns limits and extents into scales, `memory` adds up bytes,
//! `explain` says it all in words. Everything that can be wrong with a request is found here.

pub mod axes;
pub mod columns;
pub mod explain;
pub mod memory;

use std::collections::HashMap;
use std::sync::Arc;

use crate::color::Colormap;
use crate::color::Norm;
use crate::color::Ramp;
use crate::color::Rgba8;
use crate::color::palette;
use crate::data::survey::Extent;
use crate::encode::{Encoder, Opacity, Paint, SMALLEST_LAYER_ALPHA};
use crate::error::{Error, Result};
use crate::figure::{Colorbar, FigureSpec, Frame, Key, Layout, LegendEntry};
use crate::program::{Accumulate, Footprint, Plane, Program, Size};
use crate::scale::Scale;
use crate::spec::{AlphaSpec, Background, DEFAULT_SIZE_PX, PointsSpec, Spec};
use crate::stamp::{Marker, StampAtlas};
use columns::{Coloring, Columns};

/// What is known of the data before it is drawn.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Extent of the x column (over positive values on a log axis).
    pub x: Option<Extent>,
    /// Extent of the y column.
    pub y: Option<Extent>,
    /// Extent of the value column.
    pub value: Option<Extent>,
    /// The categories by name, each with its number of rows.
    pub categories: Vec<(String, u64)>,
}

/// Which bytes are the same where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The same PNG bytes on every backend.
    Exact,
    /// The same bytes on one backend, within 1/255 on another.
    Close,
}

/// What is shown of the data: one scale an axis.
#[derive(Clone, Debug)]
pub struct View {
    /// The horizontal axis.
    pub x: Scale,
    /// The vertical axis.
    pub y: Scale,
    /// Pixels of the plot area along x.
    pub width_px: u32,
    /// Pixels of the plot area along y.
    pub height_px: u32,
}

/// One data set on one panel.
#[derive(Debug)]
pub struct Series {
    /// Its columns and their roles.
    pub columns: Columns,
    /// Where colours come from.
    pub paint: Paint,
    /// Where alphas come from.
    pub opacity: Opacity,
    /// What its canvas accumulates.
    pub program: Program,
    /// The colour of one-colour canvases at shade time.
    pub color: Rgba8,
    /// The alpha of one mark of a count canvas.
    pub alpha: f64,
    /// Which bytes are the same where.
    pub class: Class,
}

impl Series {
    /// The encoder of this series under a view.
    ///
    /// # Errors
    /// When the columns lack a role.
    pub fn encoder(&self, view: &View) -> Result<Encoder> {
        let size = self.program.size;
        let binnings = (view.x.binning(size.width(), false), view.y.binning(size.height(), true));
        let footprint = self.program.footprint.clone();
        Encoder::new(binnings, size, footprint, self.columns.roles.clone(), self.paint.clone(), self.opacity)
    }
}

/// One plot area with its axes.
#[derive(Debug)]
pub struct Panel {
    /// What is shown.
    pub view: View,
    /// Where everything lies.
    pub layout: Layout,
    /// What explains the colours.
    pub key: Key,
    /// The data, in drawing order.
    pub series: Vec<Series>,
}

/// All that will be drawn.
#[derive(Debug)]
pub struct Plan {
    /// One panel in the ordinary case.
    pub panels: Vec<Panel>,
    /// Lines to tell the user.
    pub notes: Vec<String>,
}

/// Resolves a request: scales, colours, layout and program.
///
/// # Errors
/// Usage errors for everything the request gets wrong, a refused alpha or size among them.
pub fn plan(spec: &Spec, columns: Columns, known: &Known) -> Result<Plan> {
    let mut notes = columns.notes.clone();
    let x = axes::scale(&spec.x, &columns.x, known.x, "x")?;
    let y = axes::scale(&spec.y, &columns.y, known.y, "y")?;
    let (paint, key) = coloring(spec, &columns, known)?;
    let figure = figure_spec(spec, &columns);
    let layout = Layout::reserve(&figure, &x, &y, &key)?;
    let area = layout.plot_area();
    let size = Size::new(area.width, area.height)?;
    let atlas = Arc::new(atlas(&spec.points)?);
    let dimming = dimming(&spec.points, &atlas);
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
    let program = program(size, &paint, opacity, &atlas, spec.points.marker);
    let is_counted = matches!(program.accumulate, Accumulate::Planes(_));
    if !is_counted && !columns.has_alpha_column() && alpha < SMALLEST_LAYER_ALPHA {
        return Err(Error::usage(
            "points of several colours or with smooth edges cannot be this faint: f32 would lose them",
        )
        .expected(format!("an alpha (times the area of marks below a pixel) of at least {SMALLEST_LAYER_ALPHA:e}"))
        .found(format!("{alpha:e}"))
        .hint("one colour with hard edges (--aa off, or --marker pixel) is counted, exactly, at any alpha"));
    }
    // What is counted is whole; its alpha comes in at shade time, in f64.
    let opacity = if is_counted { Opacity::Constant(1.0) } else { opacity };
    let is_opaque = matches!(opacity, Opacity::Constant(alpha) if alpha >= 1.0);
    let is_exact = match program.accumulate {
        Accumulate::Planes(_) => true,
        Accumulate::Over => is_opaque && atlas.is_hard(),
        Accumulate::Veil => false,
    };
    if !matches!(columns.coloring, Coloring::Value(_)) {
        for (is_given, flag) in
            [(spec.points.colormap.is_some(), "colormap"), (spec.points.color_limits.is_some(), "limits")]
        {
            if is_given {
                notes.push(format!("the colour {flag} change nothing: colours do not come from a column of numbers"));
            }
        }
    }
    if spec.points.marker == Marker::Pixel && !matches!(spec.points.size_px, 1.0 | DEFAULT_SIZE_PX) {
        notes.push("the size changes nothing: the marker pixel is always one pixel (square has a size)".to_owned());
    }
    if spec.figure.frame == Frame::None && (spec.figure.title.is_some() || spec.figure.has_grid) {
        notes.push("the title and the grid are not drawn: the figure has no frame".to_owned());
    }
    if !layout.left_out().is_empty() {
        notes.push(format!("the figure has no room for: {}", layout.left_out().join(", ")));
    }
    if dimming < 1.0 {
        notes.push(format!("marks below one pixel without anti-aliasing are dimmed by their area, {dimming:.3} px^2"));
    }
    let class = if is_exact { Class::Exact } else { Class::Close };
    let series = Series { columns, paint, opacity, program, color, alpha, class };
    let view = View { x, y, width_px: size.width(), height_px: size.height() };
    Ok(Plan { panels: vec![Panel { view, layout, key, series: vec![series] }], notes })
}

fn checked_alpha(alpha: f64) -> Result<f64> {
    if alpha > 0.0 && alpha <= 1.0 {
        return Ok(alpha);
    }
    Err(Error::usage("--alpha is out of range").expected("a number above 0 and up to 1").found(alpha.to_string()))
}

fn atlas(points: &PointsSpec) -> Result<StampAtlas> {
    let is_antialiased = points.is_antialiased.unwrap_or(points.marker.is_antialiased_by_default());
    StampAtlas::new(points.marker, points.size_px, is_antialiased)
}

/// What alpha is multiplied by: the area of hard marks below a pixel, which cover one whole.
fn dimming(points: &PointsSpec, atlas: &StampAtlas) -> f64 {
    let is_hard = !points.is_antialiased.unwrap_or(points.marker.is_antialiased_by_default());
    if is_hard && atlas.is_hard() && points.size_px < 1.0 { points.marker.area_px2(points.size_px) } else { 1.0 }
}

/// The smallest state that holds the picture exactly: counts, else transmittance, else ordered colour.
fn program(size: Size, paint: &Paint, opacity: Opacity, atlas: &Arc<StampAtlas>, marker: Marker) -> Program {
    let is_one_color = matches!(paint, Paint::Constant(_));
    let is_one_alpha = matches!(opacity, Opacity::Constant(_));
    let stamp = Footprint::Stamp(Arc::clone(atlas));
    let (footprint, accumulate) = match (is_one_color, is_one_alpha && atlas.is_hard()) {
        (true, true) if marker == Marker::Pixel => (Footprint::Cell, Accumulate::Planes(vec![Plane::Count])),
        (true, true) => (stamp, Accumulate::Planes(vec![Plane::Count])),
        (true, false) => (stamp, Accumulate::Veil),
        (false, _) => (stamp, Accumulate::Over),
    };
    Program { size, footprint, accumulate }
}

fn coloring(spec: &Spec, columns: &Columns, known: &Known) -> Result<(Paint, Key)> {
    match &columns.coloring {
        Coloring::Constant(color) => Ok((Paint::Constant(color.rgb()), Key::None)),
        Coloring::Rgb => Ok((Paint::Rgb, Key::None)),
        Coloring::Value(column) => {
            let (lo, hi) = axes::color_limits(spec.points.color_limits, known.value, column)?;
            let norm = Norm::linear(lo, hi)?;
            let colormap = Colormap::by_name(spec.points.colormap_name())?;
            let label = column.name.clone();
            let calendar = axes::calendar(&column.logical);
            // Points wear the colours of the map as they are, so the bar does too.
            let ramp = Ramp::new(colormap.clone(), None);
            let bar = Colorbar { norm: Some(norm.clone()), calendar, label, ..Colorbar::new(ramp) };
            Ok((Paint::Value(norm, Arc::new(colormap)), Key::Colorbar(bar)))
        }
        Coloring::Category(_) => {
            let count = known.categories.len();
            let entry = |(i, (name, _)): (usize, &(String, u64))| LegendEntry {
                // A name of nothing would leave its swatch alone.
                name: if name.trim().is_empty() { format!("'{name}'") } else { name.clone() },
                color: palette::color_of(i, count),
                count: None,
            };
            let entries: Vec<LegendEntry> = known.categories.iter().enumerate().map(entry).collect();
            let names = known.categories.iter().map(|(name, _)| name.clone());
            let colors: HashMap<String, Rgba8> = names.zip(entries.iter().map(|entry| entry.color)).collect();
            Ok((Paint::Category(Arc::new(colors)), Key::Legend { entries, has_counts: false }))
        }
    }
}

fn figure_spec(spec: &Spec, columns: &Columns) -> FigureSpec {
    let options = &spec.figure;
    let resolve = |background: Background, theme: Rgba8| match background {
        Background::Theme => Some(theme),
        Background::None => None,
        Background::Color(color) => Some(color),
    };
    FigureSpec {
        width: options.width_px,
        height: options.height_px,
        dpi: options.dpi,
        frame: options.frame,
        theme: options.theme,
        background: resolve(options.background, options.theme.background()),
        plot_background: resolve(options.plot_background, options.theme.plot_background()),
        // An empty text asks for none.
        title: options.title.clone().filter(|text| !text.is_empty()),
        x_label: spec.x.label.clone().or_else(|| columns.x.name.clone()).filter(|text| !text.is_empty()),
        y_label: spec.y.label.clone().or_else(|| columns.y.name.clone()).filter(|text| !text.is_empty()),
        has_grid: options.has_grid,
        has_legend: options.has_legend,
        has_colorbar: options.has_colorbar,
    }
}
