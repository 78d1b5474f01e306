//! What is drawn, on what, in which class: resolved before the first row is drawn.
//!
//! `columns` gives the columns their roles, `shared` brings those of one axis together, `axes` turns limits and extents
//! into scales, `sizes` makes the stamps and `size_legend` explains them, `points` and `density` choose the canvas, `key` what explains it, `memory` adds
//! up bytes, `explain` says it all in words. Everything that can be wrong with a request is found here.

pub mod axes;
pub mod columns;
mod density;
pub mod effect;
pub mod explain;
pub mod facets;
pub mod hues;
mod inset;
pub mod key;
pub mod memory;
mod points;
pub mod shared;
pub(crate) mod size_legend;
mod sizes;

use crate::color::Rgba8;
use crate::content::{Content, Meaning};
use crate::data::chunk::Role;
use crate::data::survey::Extent;
use crate::distribution::Distribution;
use crate::encode::{Encoder, Measure, Opacity, Paint, Sizing};
use crate::error::{Error, Result};
use crate::figure::{Corner, FacetGrid, FigureSpec, Key, Layout, SizeKey};
use crate::program::{Program, Size};
use crate::scale::Scale;
use crate::spec::{Background, Spec};
use crate::view::View;
use columns::{Coloring, ColumnPlan, Columns};
use facets::FacetPlan;
use hues::Hues;

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
    /// Extent of the column that gives sizes.
    pub size: Option<Extent>,
    /// The categories by name, each with its number of rows.
    pub categories: Vec<(String, u64)>,
    /// The values of the column that decides the panel: names, or whole numbers and steps of times as text.
    pub facets: Vec<(String, u64)>,
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

/// What a data set is called where a figure has to name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub text: String,
    /// Whether it was asked for; else it was made of names.
    pub is_given: bool,
}

/// One data set that is to be drawn, and what is known of it.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// How it is drawn; axes, figure and engine are those of the first data set.
    pub spec: &'a Spec,
    /// Its columns and their roles.
    pub columns: Columns,
    /// What is known of them.
    pub known: &'a Known,
    /// What it is called, if anything.
    pub label: Option<Label>,
}

/// One data set on one panel.
#[derive(Clone, Debug)]
pub struct Series {
    /// What it is called, if anything.
    pub label: Option<String>,
    /// Steps of the x and the y axis in one step of its columns: other than 1 for times in a coarser unit.
    pub axis_steps: [i128; 2],
    /// Its columns and their roles.
    pub columns: Columns,
    /// Where colours come from.
    pub paint: Paint,
    /// Where alphas come from.
    pub opacity: Opacity,
    /// Where sizes come from, unless all are the same.
    pub sizing: Option<Sizing>,
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
    /// The same on a canvas of another size.
    fn on(&self, size: Size) -> Self {
        Self { program: Program { size, ..self.program.clone() }, ..self.clone() }
    }

    /// The encoder of this series under a view.
    ///
    /// # Errors
    /// When the columns lack a role.
    pub fn encoder(&self, view: &View) -> Result<Encoder> {
        let size = self.program.size;
        let [x_steps, y_steps] = self.axis_steps;
        let x = view.x.binning(size.width(), false).of_steps(x_steps);
        let binnings = (x, view.y.binning(size.height(), true).of_steps(y_steps));
        let footprint = self.program.footprint.clone();
        let (paint, measures) = (self.paint.clone(), self.measures.clone());
        // The column of panels decides no mark.
        let roles = self.columns.roles.iter().copied().filter(|role| *role != Role::Facet).collect();
        Encoder::new(binnings, size, footprint, roles, paint, self.opacity, measures)?.with_sizes(self.sizing.clone())
    }
}

/// A view of the data sets on plot areas of one size.
#[derive(Debug)]
pub struct Panel {
    /// What is shown.
    pub view: View,
    /// The data, in drawing order: the first lies under all others.
    pub series: Vec<Series>,
}

/// All that will be drawn.
#[derive(Debug)]
pub struct Plan {
    /// One panel in the ordinary case; an inset is the second.
    pub panels: Vec<Panel>,
    /// The first panel is there for each value of a column, with the rows of that value.
    pub facets: Option<FacetPlan>,
    /// The corner of the inset, if one is given.
    pub inset_corner: Option<Corner>,
    /// Where everything lies.
    pub layout: Layout,
    /// What explains the colours, one for each data set.
    pub keys: Vec<Key>,
    /// Lines to tell the user.
    pub notes: Vec<String>,
}

impl Plan {
    /// The panel that is always there.
    ///
    /// # Errors
    /// When a plan has none: a bug of this module.
    pub fn main(&self) -> Result<&Panel> {
        self.panels.first().ok_or_else(|| Error::usage("the plan has no panel"))
    }

    /// Which bytes of the picture are the same where: exact when every data set is.
    #[must_use]
    pub fn class(&self) -> Class {
        let mut series = self.panels.iter().flat_map(|panel| &panel.series);
        if series.all(|series| series.class == Class::Exact) { Class::Exact } else { Class::Close }
    }

    /// The programs of all canvases of a data set, in the order of the plates: of an inset last.
    pub fn programs(&self, number: usize) -> impl Iterator<Item = &Program> {
        let copies = self.facets.as_ref().map_or(1, |facets| facets.values.len());
        let mains = std::iter::repeat_n(self.panels.first(), copies).flatten();
        let all = mains.chain(self.panels.iter().skip(1));
        all.filter_map(move |panel| panel.series.get(number)).map(|series| &series.program)
    }
}

/// What one data set becomes before the size of its canvas is known.
enum Part {
    Points((Paint, Meaning), sizes::Stamps),
    Density(density::Gathered),
}

/// Resolves the data sets of one figure: scales, colours, layout and programs.
///
/// # Errors
/// Usage errors for everything the request gets wrong, a refused alpha or size among them; where there are several data
/// sets they name the one.
pub fn plan(requests: Vec<Request<'_>>) -> Result<Plan> {
    let Some(Request { spec, .. }) = requests.first() else { return Err(Error::usage("there is nothing to draw")) };
    let (spec, is_several) = (*spec, requests.len() > 1);
    let in_series = |number: usize| move |error: Error| if is_several { error.in_series(number + 1) } else { error };
    let columns =
        |of: fn(&Columns) -> &ColumnPlan| requests.iter().map(|request| of(&request.columns)).collect::<Vec<_>>();
    let shared_x = shared::axis(&columns(|columns| &columns.x), "x")?;
    let shared_y = shared::axis(&columns(|columns| &columns.y), "y")?;
    let margin = if requests.iter().all(|request| request.spec.density.is_some()) { 0.0 } else { axes::MARGIN };
    let extent = shared_x.extent(requests.iter().map(|request| request.known.x));
    let x = axes::scale(&spec.x, &shared_x.column, extent, margin, "x")?;
    let extent = shared_y.extent(requests.iter().map(|request| request.known.y));
    let y = axes::scale(&spec.y, &shared_y.column, extent, margin, "y")?;
    let facets = facet_plan(spec, &requests)?;
    let mut figure = figure_spec(spec, (&shared_x.column, &x), (&shared_y.column, &y));
    figure.facets = spec
        .panels
        .facet
        .as_ref()
        .zip(facets.as_ref())
        .map(|(asked, facets)| FacetGrid { strips: facets.strips.clone(), columns: asked.columns });
    let trim_notes = figure.trim.check(figure.theme, &x, &y)?;
    let background = figure.plot_background.or(figure.background);

    let mut parts = Vec::new();
    let mut keys = Vec::new();
    let mut hues = Hues::beside(requests.iter().filter_map(|request| match request.columns.coloring {
        Coloring::Constant(color) => Some(color),
        _ => None,
    }));
    for (number, Request { spec, columns, known, .. }) in requests.iter().enumerate() {
        let part = match &spec.density {
            Some(density) => density::gather(spec, density, columns, known).map(Part::Density),
            None => points::coloring(spec, columns, known, &mut hues)
                .and_then(|coloring| Ok(Part::Points(coloring, sizes::stamps(&spec.points, columns, known)?))),
        };
        let part = part.map_err(in_series(number))?;
        let key = match &part {
            Part::Density(gathered) => key::key(spec, &gathered.content, background, &mut hues),
            Part::Points((_, meaning), _) => key::of_points(meaning),
        };
        keys.push(key.map_err(in_series(number))?);
        parts.push(part);
    }
    key::name(&mut keys, &requests, background)?;
    let marker = |request: &Request<'_>| request.spec.density.is_none().then_some(request.spec.points.marker);
    key::wear(&mut keys, &requests.iter().map(marker).collect::<Vec<_>>(), &figure);
    figure.size_keys = parts.iter().zip(&requests).filter_map(|(part, request)| sizes_key(part, request)).collect();
    let mut layout = Layout::reserve(&figure, &x, &y, &keys)?;
    let size = panel_size(&layout)?;
    if let (Some(facets), Some(column)) = (&facets, requests.first().and_then(|request| request.columns.facet.as_ref()))
    {
        facets.check_size(column, (size.width(), size.height()))?;
    }

    let mut notes: Vec<String> = [shared_x.notes, shared_y.notes].concat();
    notes.extend(axes::steps_note("--xlim", spec.x.limits.as_ref(), &shared_x.column));
    notes.extend(axes::steps_note("--ylim", spec.y.limits.as_ref(), &shared_y.column));
    for (request, _) in requests.iter().zip(&keys).filter(|(_, key)| **key == Key::None) {
        if let Some(Label { text, is_given: true }) = &request.label {
            notes.push(format!("the label '{text}' is not shown: colours of the rows' own have no key"));
        }
    }
    if spec.figure.time_zone.is_some() && !requests.iter().any(|request| request.columns.have_times()) {
        notes.push("the time zone changes nothing: no column holds times of day".to_owned());
    }
    notes.extend(trim_notes);
    let has_density = requests.iter().any(|request| request.spec.density.is_some());
    let mut series = Vec::new();
    for (number, (request, part)) in requests.into_iter().zip(parts).enumerate() {
        let mut own_notes = request.columns.notes.clone();
        own_notes.extend(axes::unknown_zones(&request.columns));
        let sizes =
            request.spec.points.size_by.as_ref().and_then(|by| by.limits.as_ref()).zip(request.columns.size.as_ref());
        own_notes.extend(sizes.and_then(|(limits, column)| axes::steps_note("--size-limits", Some(limits), column)));
        let mut next = match part {
            Part::Density(gathered) => density::series(request.columns, gathered, size, &mut own_notes),
            Part::Points(coloring, stamps) => {
                // A histogram is of the densities, where there are any.
                let mut spec = request.spec.clone();
                spec.figure.has_histogram &= !has_density;
                let series = points::series(&spec, request.columns, coloring, stamps, size, &mut own_notes);
                series.map_err(in_series(number))?
            }
        };
        next.axis_steps = [shared_x.steps[number], shared_y.steps[number]];
        if let Some(label) = request.label {
            next.description["label"] = label.text.clone().into();
            next.label = Some(label.text);
        }
        let told = |note| if is_several { format!("series {}: {note}", number + 1) } else { note };
        notes.extend(own_notes.into_iter().map(told));
        series.push(next);
    }
    notes.extend(effect::without_frame(spec, facets.is_some()));
    notes.extend(layout.notes());
    let view = View { x, y, width_px: size.width(), height_px: size.height() };
    let mut panels = vec![Panel { view, series }];
    notes.extend(effect::places_without_effect(&spec.figure, facets.is_some(), spec.panels.inset.is_some()));
    if let Some(asked) = &spec.panels.inset {
        inset::check_corner(asked, &layout, &keys)?;
        let columns = (&shared_x.column, &shared_y.column);
        let inset = inset::inset(asked, columns, &panels[0], layout)?;
        layout = inset.layout;
        panels.push(inset.panel);
        notes.extend(inset.note);
    }
    let inset_corner = spec.panels.inset.as_ref().and_then(|inset| inset.corner);
    Ok(Plan { panels, facets, inset_corner, layout, keys, notes })
}

/// What explains the sizes of marks that have several: with the name of their data set where that was asked for.
fn sizes_key(part: &Part, request: &Request<'_>) -> Option<SizeKey> {
    let Part::Points((paint, _), stamps) = part else { return None };
    let legend = stamps.legend.as_ref()?;
    let title = match &request.label {
        Some(Label { text, is_given: true }) => match &legend.title {
            Some(title) => Some(format!("{text}: {title}")),
            None => Some(text.clone()),
        },
        _ => legend.title.clone(),
    };
    let color = match paint {
        Paint::Constant([r, g, b]) => Some(Rgba8::opaque(*r, *g, *b)),
        _ => None,
    };
    Some(SizeKey { title, color, entries: legend.entries(request.spec.points.marker) })
}

/// The size of every panel.
fn panel_size(layout: &Layout) -> Result<Size> {
    let area = layout.panel_areas().first().copied().unwrap_or_else(|| layout.plot_area());
    Size::new(area.width, area.height)
}

/// The panels of the facets that are asked for.
fn facet_plan(spec: &Spec, requests: &[Request<'_>]) -> Result<Option<FacetPlan>> {
    let Some(facet) = &spec.panels.facet else { return Ok(None) };
    let sets = requests.iter().filter_map(|request| Some((request.columns.facet.as_ref()?, request.known)));
    facets::facets(facet, &sets.collect::<Vec<_>>()).map(Some)
}

fn figure_spec(spec: &Spec, x: (&ColumnPlan, &Scale), y: (&ColumnPlan, &Scale)) -> FigureSpec {
    let x_label = axis_label(spec.x.label.as_ref(), x.0.name.as_ref(), x.1);
    figure(spec, x_label, axis_label(spec.y.label.as_ref(), y.0.name.as_ref(), y.1))
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
        fonts: options.fonts.afresh(),
        // An empty text asks for none.
        title: options.title.clone().filter(|text| !text.is_empty()),
        x_label: x_label.filter(|text| !text.is_empty()),
        y_label: y_label.filter(|text| !text.is_empty()),
        trim: options.trim.clone(),
        size_keys: Vec::new(),
        has_legend: options.has_legend,
        has_colorbar: options.has_colorbar,
        places: options.places.clone().without_empty_titles(),
        facets: None,
    }
}
