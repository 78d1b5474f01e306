//! The library: a figure is described, opened, drawn on chunk by chunk, and saved.

use std::path::Path;
use std::sync::Arc;

use rayon::ThreadPool;

use crate::color::Rgba8;
use crate::data::chunk::{Chunk, Data, Origin, Position, Role};
use crate::drawing::Drawing;
use crate::engine;
use crate::error::{Error, Result};
use crate::figure::{Frame, Theme};
use crate::ledger::Ledger;
use crate::output::Destination;
use crate::plan::columns::{self, ColumnPlan};
use crate::plan::{self, Known, Panel};
use crate::render::Rendering;
use crate::scale::Kind;
use crate::spec::{AlphaSpec, BackendChoice, Background, ColorSpec, Limits, Spec};
use crate::stamp::Marker;

/// A figure as it is described, before anything is drawn.
#[derive(Clone, Debug)]
pub struct Figure {
    spec: Spec,
    expected_rows: Option<u64>,
}

impl Figure {
    /// A figure of `width` by `height` pixels, axes included.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let mut spec = Spec::default();
        spec.figure.width_px = width;
        spec.figure.height_px = height;
        Self { spec, expected_rows: None }
    }

    fn with(mut self, change: impl FnOnce(&mut Spec)) -> Self {
        change(&mut self.spec);
        self
    }

    /// The limits of x; `end < start` reverses the axis.
    #[must_use]
    pub fn xlim(self, start: f64, end: f64) -> Self {
        self.with(|spec| spec.x.limits = Some(limits(start, end)))
    }

    /// The limits of y; `end < start` reverses the axis.
    #[must_use]
    pub fn ylim(self, start: f64, end: f64) -> Self {
        self.with(|spec| spec.y.limits = Some(limits(start, end)))
    }

    /// The kind of the x axis: linear or log.
    #[must_use]
    pub fn xscale(self, kind: Kind) -> Self {
        self.with(|spec| spec.x.scale = Some(kind))
    }

    /// The kind of the y axis: linear or log.
    #[must_use]
    pub fn yscale(self, kind: Kind) -> Self {
        self.with(|spec| spec.y.scale = Some(kind))
    }

    /// The text above the plot.
    #[must_use]
    pub fn title(self, text: &str) -> Self {
        self.with(|spec| spec.figure.title = Some(text.to_owned()))
    }

    /// The text below the x axis.
    #[must_use]
    pub fn xlabel(self, text: &str) -> Self {
        self.with(|spec| spec.x.label = Some(text.to_owned()))
    }

    /// The text beside the y axis.
    #[must_use]
    pub fn ylabel(self, text: &str) -> Self {
        self.with(|spec| spec.y.label = Some(text.to_owned()))
    }

    /// Axes around the plot area, or nothing but the plot area.
    #[must_use]
    pub fn frame(self, frame: Frame) -> Self {
        self.with(|spec| spec.figure.frame = frame)
    }

    /// Default colours.
    #[must_use]
    pub fn theme(self, theme: Theme) -> Self {
        self.with(|spec| spec.figure.theme = theme)
    }

    /// Pixels an inch.
    #[must_use]
    pub fn dpi(self, dpi: f64) -> Self {
        self.with(|spec| spec.figure.dpi = dpi)
    }

    /// Lines at the ticks.
    #[must_use]
    pub fn grid(self, has_grid: bool) -> Self {
        self.with(|spec| spec.figure.has_grid = has_grid)
    }

    /// Behind the whole figure; `None` is transparent.
    #[must_use]
    pub fn background(self, color: Option<Rgba8>) -> Self {
        self.with(|spec| spec.figure.background = background(color))
    }

    /// Behind the plot area; `None` is transparent.
    #[must_use]
    pub fn plot_background(self, color: Option<Rgba8>) -> Self {
        self.with(|spec| spec.figure.plot_background = background(color))
    }

    /// The shape of the points.
    #[must_use]
    pub fn points(self, marker: Marker) -> Self {
        self.with(|spec| spec.points.marker = marker)
    }

    /// The diameter of the points in pixels, 0.1 to 256.
    #[must_use]
    pub fn size(self, diameter_px: f64) -> Self {
        self.with(|spec| spec.points.size_px = diameter_px)
    }

    /// Smooth or hard edges.
    #[must_use]
    pub fn antialiased(self, is_antialiased: bool) -> Self {
        self.with(|spec| spec.points.is_antialiased = Some(is_antialiased))
    }

    /// The opacity of a point, above 0 and up to 1; chunks with alphas have their own.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        self.with(|spec| spec.points.alpha = AlphaSpec::Constant(alpha))
    }

    /// The colour of points in chunks that bring none.
    #[must_use]
    pub fn color(self, color: Rgba8) -> Self {
        self.with(|spec| spec.points.color = ColorSpec::Css(color))
    }

    /// The colormap of chunks with values.
    #[must_use]
    pub fn colormap(self, name: &str) -> Self {
        self.with(|spec| spec.points.colormap = Some(name.to_owned()))
    }

    /// The values at the ends of the colormap.
    #[must_use]
    pub fn clim(self, lo: f64, hi: f64) -> Self {
        self.with(|spec| spec.points.color_limits = Some((lo, hi)))
    }

    /// How many threads draw; all cores unless given.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        self.with(|spec| spec.engine.threads = Some(threads))
    }

    /// How many points will come, roughly: with it [`BackendChoice::Auto`] can tell whether a GPU pays; without it, it
    /// draws on the CPU.
    #[must_use]
    pub fn expected_rows(mut self, rows: u64) -> Self {
        self.expected_rows = Some(rows);
        self
    }

    /// Starts drawing with a backend.
    ///
    /// # Errors
    /// A usage error when limits are missing: a stream cannot be read twice to find them.
    pub fn open(mut self, backend: BackendChoice) -> Result<Plot> {
        self.spec.engine.backend = backend;
        for (axis, flag) in [(&self.spec.x, "x"), (&self.spec.y, "y")] {
            if axis.limits.is_none() {
                return Err(Error::usage(format!("the figure has no limits for {flag}"))
                    .hint(format!("call .{flag}lim(start, end) before .open()")));
            }
        }
        let pool = engine::pool(self.spec.engine.threads)?;
        Ok(Plot { spec: self.spec, expected_rows: self.expected_rows, pool, open: None, notes: Vec::new() })
    }
}

fn limits(start: f64, end: f64) -> Limits {
    Limits { start: format!("{start:?}"), end: format!("{end:?}") }
}

fn background(color: Option<Rgba8>) -> Background {
    color.map_or(Background::None, Background::Color)
}

/// A figure that is being drawn.
#[derive(Debug)]
pub struct Plot {
    spec: Spec,
    pool: Arc<ThreadPool>,
    expected_rows: Option<u64>,
    open: Option<Open>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Open {
    panel: Panel,
    drawing: Drawing,
}

impl Plot {
    /// Draws the points of a chunk over all earlier ones. The first chunk decides which columns there are.
    ///
    /// # Errors
    /// When slices differ in length, a later chunk has other columns than the first, values have no limits, or the
    /// backend fails.
    pub fn draw(&mut self, chunk: &Chunk<'_>) -> Result<()> {
        chunk.check()?;
        if self.open.is_none() {
            let (open, notes) = self.begin(chunk)?;
            self.open = Some(open);
            self.notes = notes;
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        let roles = &open.panel.series[0].columns.roles;
        if chunk.roles() != &roles[..] {
            return Err(Error::usage("a chunk has other columns than the first one")
                .expected(format!("{roles:?}"))
                .found(format!("{:?}", chunk.roles())));
        }
        // A caller's chunks are one data set: its rows count through.
        let first_row = open.drawing.ledger().rows.total;
        open.drawing.draw_from(chunk, Origin { first_row, position: Position::Row(first_row), ..Origin::default() })
    }

    fn begin(&self, chunk: &Chunk<'_>) -> Result<(Open, Vec<String>)> {
        let mut spec = self.spec.clone();
        let index = |role: Role| chunk.roles().iter().position(|have| *have == role);
        let number = |role: Role| index(role).map(|index| index.to_string());
        if let (Some(red), Some(green), Some(blue)) = (number(Role::Red), number(Role::Green), number(Role::Blue)) {
            let columns = [red, green, blue].into_iter().chain(number(Role::Alpha)).collect();
            spec.points.color = ColorSpec::Rgb(columns);
        } else if let Some(alpha) = number(Role::Alpha) {
            spec.points.alpha = AlphaSpec::Column(alpha);
        }
        if let Some(column) = number(Role::Value).or_else(|| number(Role::Category)) {
            spec.points.color = ColorSpec::Column(column);
        }
        if index(Role::Value).is_some() && spec.points.color_limits.is_none() {
            return Err(Error::usage("a chunk brings values, and the figure has no limits for them")
                .hint("call .clim(lo, hi) before .open()"));
        }
        let find = |text: &str| {
            let index = text.parse::<usize>().ok().filter(|index| *index < chunk.columns().len());
            let index = index.ok_or_else(|| Error::usage("the chunk lacks a column").in_column(text))?;
            Ok(ColumnPlan { index, name: None, logical: chunk.columns()[index].logical.clone() })
        };
        let columns = columns::resolve(("0", "1"), &spec.points, &find, &|_| false)?;
        let known = Known { categories: categories(chunk, index(Role::Category)), ..Known::default() };
        let plan = plan::plan(&spec, columns, &known)?;
        let mut notes = plan.notes;
        let panel = plan.panels.into_iter().next().ok_or_else(|| Error::usage("the plan has no panel"))?;
        let series = &panel.series[0];
        let (backend, more) = engine::choose(&spec.engine, &series.program, self.expected_rows, &self.pool)?;
        notes.extend(more);
        let drawing = Drawing::begin(series.encoder(&panel.view)?, &series.program, &backend, Arc::clone(&self.pool))?;
        Ok((Open { panel, drawing }, notes))
    }

    /// What the plan changed or left out, in lines for the user; known from the first chunk on.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Where the points went so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.open.as_ref().map(|open| open.drawing.ledger().clone()).unwrap_or_default()
    }

    /// Ends drawing and writes the PNG; it appears whole or not at all. Without a draw it shows empty axes.
    ///
    /// # Errors
    /// When the backend fails or the file cannot be written.
    pub fn save(self, path: impl AsRef<Path>) -> Result<Ledger> {
        let destination = Destination::Path(path.as_ref().to_owned());
        self.finish(|rendering| destination.write(|out| rendering.write_png(out)))
    }

    /// Ends drawing and returns the picture: straight RGBA.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn render(self) -> Result<image::RgbaImage> {
        let mut picture = None;
        self.finish(|rendering| {
            picture = Some(rendering.to_image()?);
            Ok(())
        })?;
        picture.ok_or_else(|| Error::output("there is no picture"))
    }

    fn finish(mut self, publish: impl FnOnce(&Rendering<'_>) -> Result<()>) -> Result<Ledger> {
        if self.open.is_none() {
            let nothing: [f64; 0] = [];
            self.open = Some(self.begin(&Chunk::xy(&nothing, &nothing))?.0);
        }
        let Some(Open { panel, drawing }) = self.open else { return Ok(Ledger::default()) };
        let (canvas, ledger, _) = drawing.finish()?;
        publish(&Rendering::new(&self.spec, &panel, &canvas, &ledger))?;
        Ok(ledger)
    }
}

/// The names of the first chunk, in its order.
fn categories(chunk: &Chunk<'_>, index: Option<usize>) -> Vec<(String, u64)> {
    match index.map(|index| &chunk.columns()[index].data) {
        Some(Data::Dict { names, .. }) => names.iter().map(|name| (name.clone(), 0)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_count_through_all_chunks() {
        let figure = Figure::new(200, 150).xlim(0.0, 1.0).ylim(0.0, 1.0).points(Marker::Pixel).threads(1);
        let mut plot = figure.open(BackendChoice::Cpu).unwrap();
        plot.draw(&Chunk::xy(&[0.5; 10], &[0.5; 10])).unwrap();
        plot.draw(&Chunk::xy(&[0.5, f64::NAN], &[0.5, 0.5])).unwrap();
        let first = plot.ledger().first_invalid.unwrap();
        assert_eq!((first.row, first.role), (11, Role::X), "the second row of the second chunk");
    }
}
