//! Sizes and colours of what is drawn around the points, worked out once a figure.

use super::panels::Cells;
use super::{FigureSpec, Theme};
use crate::color::Rgba8;

/// Sizes and colours of one figure; pixel sizes grow with its dpi.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub tick_size_px: f64,
    pub label_size_px: f64,
    pub title_size_px: f64,
    pub line_px: i32,
    pub gap_px: i32,
    pub margin_px: i32,
    pub ink: Rgba8,
    pub grid: Rgba8,
    pub histogram: Rgba8,
    /// Axes have the length of one cell of these.
    pub cells: Option<Cells>,
    tick_px: i32,
    minor_px: i32,
}

impl Style {
    pub fn new(theme: Theme, dpi: f64) -> Self {
        let scale = dpi / 100.0;
        let whole = |px: f64| (px * scale).round().max(1.0) as i32;
        Self {
            tick_size_px: 11.0 * scale,
            label_size_px: 12.0 * scale,
            title_size_px: 14.0 * scale,
            line_px: whole(1.0),
            gap_px: whole(3.0),
            margin_px: whole(8.0),
            ink: theme.ink(),
            grid: theme.grid(),
            histogram: Rgba8 { a: 90, ..theme.ink() },
            cells: None,
            tick_px: whole(4.0),
            minor_px: whole(2.0),
        }
    }

    /// The same for the panels of a figure.
    pub fn with_cells(self, spec: &FigureSpec) -> Self {
        Self { cells: Cells::of(spec, &self), ..self }
    }

    /// The same with smaller ticks and tick labels, for one plot area.
    pub fn smaller(self, factor: f64) -> Self {
        let px = |px: i32| (f64::from(px) * factor).round().max(1.0) as i32;
        let tick_size_px = self.tick_size_px * factor;
        Self { tick_size_px, tick_px: px(self.tick_px), minor_px: px(self.minor_px), cells: None, ..self }
    }

    /// The width of what has an axis of x, within a plot area.
    pub fn axis_width(&self, plot_width: i32) -> i32 {
        self.cells.map_or(plot_width, |cells| cells.width_px(plot_width))
    }

    /// The height of what has an axis of y.
    pub fn axis_height(&self, plot_height: i32) -> i32 {
        self.cells.map_or(plot_height, |cells| cells.height_px(plot_height))
    }

    pub fn tick_px(&self, is_minor: bool) -> i32 {
        if is_minor { self.minor_px } else { self.tick_px }
    }

    /// Ink for what matters less.
    pub fn faint_ink(&self) -> Rgba8 {
        Rgba8 { a: 170, ..self.ink }
    }
}
