//! What is drawn, on what, in which class: resolved before the first row is drawn.
//!
//! `columns` gives the columns their roles, `axes` turns limits and extents into scales, `points` and `density` choose the
//! canvas, `key` what explains it, `memory` adds up bytes, `explain` says it all in words. Everything that can be wrong with a request is found
//! here.

pub mod axes;
pub mod columns;
mod density;
pub mod effect;
pub mod explain;
pub mod key;
pub mod memory;
mod points;

use crate::color::Rgba8;
use crate::content::Content;
use crate::data::survey::Extent;
use crate::distribution::Distribution;
use crate::encode::{Encoder, Measure, Opacity, Paint};
use crate::error::Result;
use crate::figure::{FigureSpec, Frame, Key, Layout};
use crate::program::{Program, Size};
use crate::scale::Scale;
use crate::spec::{Background, Spec};
use crate::view::View;
use columns::Columns;

/// What is known of the data before it is drawn.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Extent of the x column (over positive values on a log axis).
    pub x: Option<Extent>,
    /// Extent of the y column.
    pub y: Option<Extent>,
    /// Extent of the value column.
    pub value: Option<Extent>,
    /// How often each value occurs, where percentiles or an equalised norm ask for it.
    pub values: Option<Distribution>,
    /// The categories by name, each with its number of rows.
    pub categories: Vec<(String, u64)>,
    /// Of each column that a density gathers.
    pub gathered: Vec<KnownColumn>,
}

/// What is known of a column that a density gathers.
#[derive(Clone, Debug, Default)]
pub struct KnownColumn {
    /// Its extent.
    pub extent: Option<Extent>,
    /// Its categories by name, each with its number of rows.
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

/// One data set on one panel.
#[derive(Debug)]
pub struct Series {
    /// Its columns and their roles.
    pub columns: Columns,
    /// Where colours come from.
    pub paint: Paint,
    /// Where alphas come from.
    pub opacity: Opacity,
    /// Where the values of each slot come from.
    pub measures: Vec<Measure>,
    /// What its canvas accumulates.
    pub program: Program,
    /// What the canvas means.
    pub content: Content,
    /// What decides its picture, but for what can be chosen when it is shaded.
    pub description: serde_json::Value,
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
        let (roles, paint, measures) = (self.columns.roles.clone(), self.paint.clone(), self.measures.clone());
        Encoder::new(binnings, size, footprint, roles, paint, self.opacity, measures)
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
    let margin = if spec.density.is_some() { 0.0 } else { axes::MARGIN };
    let x = axes::scale(&spec.x, &columns.x, known.x, margin, "x")?;
    let y = axes::scale(&spec.y, &columns.y, known.y, margin, "y")?;
    notes.extend(axes::unknown_zones(&columns));
    let figure = figure_spec(spec, &columns, (&x, &y));
    let (layout, key, series) = match &spec.density {
        Some(density) => {
            let gathered = density::gather(spec, density, &columns, known)?;
            let background = figure.plot_background.or(figure.background);
            let key = key::key(spec, &gathered.content, background)?;
            let layout = Layout::reserve(&figure, &x, &y, &key)?;
            let series = density::series(columns, gathered, plot_size(&layout)?, &mut notes);
            (layout, key, series)
        }
        None => {
            let coloring = points::coloring(spec, &columns, known)?;
            let key = key::of_points(&coloring.1)?;
            let layout = Layout::reserve(&figure, &x, &y, &key)?;
            let series = points::series(spec, columns, coloring, plot_size(&layout)?, &mut notes)?;
            (layout, key, series)
        }
    };
    if spec.figure.frame == Frame::None && (spec.figure.title.is_some() || spec.figure.has_grid) {
        notes.push("the title and the grid are not drawn: the figure has no frame".to_owned());
    }
    if !layout.left_out().is_empty() {
        notes.push(format!("the figure has no room for: {}", layout.left_out().join(", ")));
    }
    let size = series.program.size;
    let view = View { x, y, width_px: size.width(), height_px: size.height() };
    Ok(Plan { panels: vec![Panel { view, layout, key, series: vec![series] }], notes })
}

fn plot_size(layout: &Layout) -> Result<Size> {
    let area = layout.plot_area();
    Size::new(area.width, area.height)
}

fn figure_spec(spec: &Spec, columns: &Columns, (x, y): (&Scale, &Scale)) -> FigureSpec {
    let x_label = axis_label(spec.x.label.as_ref(), columns.x.name.as_ref(), x);
    figure(spec, x_label, axis_label(spec.y.label.as_ref(), columns.y.name.as_ref(), y))
}

/// The label of an axis: the one asked for, else the column's name, with the zone of its clock where it has one.
#[must_use]
pub fn axis_label(own: Option<&String>, name: Option<&String>, scale: &Scale) -> Option<String> {
    own.cloned().or_else(|| axes::with_zone(name.cloned(), scale.calendar()))
}

/// The figure as asked for, with the labels of its axes.
#[must_use]
pub fn figure(spec: &Spec, x_label: Option<String>, y_label: Option<String>) -> FigureSpec {
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
        x_label: x_label.filter(|text| !text.is_empty()),
        y_label: y_label.filter(|text| !text.is_empty()),
        has_grid: options.has_grid,
        has_legend: options.has_legend,
        has_colorbar: options.has_colorbar,
    }
}
