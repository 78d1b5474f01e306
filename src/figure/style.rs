//! Sizes and colours of what is drawn around the points, worked out once a figure: the theme's, and what is set.

mod setting;

use super::panels::Cells;
use super::spine::Sides;
use super::{FigureSpec, Theme};
use crate::color::Rgba8;
pub use setting::{Length, STYLE_KEYS, StyleKey, StyleSetting, StyleValue};

/// Sizes and colours of one figure; pixel sizes grow with its dpi.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub dpi: f64,
    pub tick_size_px: f64,
    pub label_size_px: f64,
    pub title_size_px: f64,
    /// Of the texts of annotations.
    pub text_size_px: f64,
    /// Of spines.
    pub line_px: i32,
    pub grid_px: i32,
    pub tick_width_px: i32,
    /// Of reference lines.
    pub reference_px: f64,
    pub gap_px: i32,
    pub margin_px: i32,
    pub ink: Rgba8,
    pub title_ink: Rgba8,
    pub label_ink: Rgba8,
    pub tick_label_ink: Rgba8,
    pub spine_ink: Rgba8,
    pub tick_ink: Rgba8,
    pub grid: Rgba8,
    pub minor_grid: Rgba8,
    pub histogram: Rgba8,
    pub reference_ink: Rgba8,
    pub text_ink: Rgba8,
    /// Behind the texts of annotations.
    pub text_box: Rgba8,
    pub spines: Sides,
    /// Ticks reach into the plot area.
    pub ticks_inward: bool,
    /// Ticks are on the right and the upper spine too.
    pub ticks_all_sides: bool,
    /// Axes have the length of one cell of these.
    pub cells: Option<Cells>,
    tick_px: i32,
    minor_px: i32,
}

/// Sizes of a theme in pixels at 100 dpi.
struct Sizes {
    tick: f64,
    label: f64,
    title: f64,
    line: f64,
    gap: f64,
    margin: f64,
    tick_length: f64,
    minor_length: f64,
}

impl Theme {
    fn sizes(self) -> Sizes {
        /// Pixels at 100 dpi.
        const PT: f64 = 100.0 / 72.0;
        let screen = Sizes {
            tick: 11.0,
            label: 12.0,
            title: 14.0,
            line: 1.0,
            gap: 3.0,
            margin: 8.0,
            tick_length: 4.0,
            minor_length: 2.0,
        };
        match self {
            Self::Light | Self::Dark => screen,
            Self::Minimal => Sizes { gap: 4.0, tick_length: 3.0, ..screen },
            Self::Paper => Sizes {
                tick: 7.0 * PT,
                label: 8.0 * PT,
                title: 9.0 * PT,
                line: 0.5 * PT,
                gap: 2.5 * PT,
                margin: 3.0 * PT,
                tick_length: 3.0 * PT,
                minor_length: 1.5 * PT,
            },
        }
    }
}

impl Style {
    /// Of a theme as it is.
    pub fn new(theme: Theme, dpi: f64) -> Self {
        let sizes = theme.sizes();
        let scale = dpi / 100.0;
        let whole = |px: f64| (px * scale).round().max(1.0) as i32;
        let (ink, spine_ink) = (theme.ink(), theme.spine());
        Self {
            dpi,
            tick_size_px: sizes.tick * scale,
            label_size_px: sizes.label * scale,
            title_size_px: sizes.title * scale,
            text_size_px: sizes.tick * scale,
            line_px: whole(sizes.line),
            grid_px: whole(sizes.line),
            tick_width_px: whole(sizes.line),
            reference_px: (1.5 * sizes.line * scale).max(1.0),
            gap_px: whole(sizes.gap),
            margin_px: whole(sizes.margin),
            ink,
            title_ink: ink,
            label_ink: ink,
            tick_label_ink: ink,
            spine_ink,
            tick_ink: spine_ink,
            grid: theme.grid(),
            minor_grid: faded(theme.grid()),
            histogram: Rgba8 { a: 90, ..ink },
            reference_ink: Rgba8 { a: 200, ..ink },
            text_ink: ink,
            text_box: Rgba8 { a: 205, ..theme.plot_background() },
            spines: theme.spines(),
            ticks_inward: theme.has_inward_ticks(),
            ticks_all_sides: theme.has_inward_ticks(),
            cells: None,
            tick_px: whole(sizes.tick_length),
            minor_px: whole(sizes.minor_length),
        }
    }

    /// Of a figure, with everything that is set in it; of two settings of one key the later one holds.
    pub fn of(spec: &FigureSpec) -> Self {
        let trim = &spec.trim;
        let mut style = Self::new(spec.theme, spec.dpi);
        if let Some(background) = spec.plot_background.or(spec.background) {
            style.text_box = Rgba8 { a: style.text_box.a, ..background };
        }
        style.spines = trim.spines.unwrap_or(style.spines);
        let color = |name: &str| match trim.setting(name) {
            Some(StyleValue::Color(color)) => Some(color),
            _ => None,
        };
        let length = |name: &str| match trim.setting(name) {
            Some(StyleValue::Length(length)) => Some(length.px(spec.dpi)),
            _ => None,
        };
        let word = |name: &str| match trim.setting(name) {
            Some(StyleValue::Word(word)) => Some(word),
            _ => None,
        };

        if let Some(ink) = color("ink") {
            // What a theme has in another strength keeps it.
            let like = |old: Rgba8| Rgba8 { a: (u32::from(old.a) * u32::from(ink.a) / 255) as u8, ..ink };
            for part in [&mut style.title_ink, &mut style.label_ink, &mut style.tick_label_ink, &mut style.text_ink] {
                *part = ink;
            }
            style.ink = ink;
            for part in [
                &mut style.spine_ink,
                &mut style.tick_ink,
                &mut style.grid,
                &mut style.minor_grid,
                &mut style.histogram,
                &mut style.reference_ink,
            ] {
                *part = like(*part);
            }
        }
        if let Some(spine) = color("spine") {
            (style.spine_ink, style.tick_ink) = (spine, spine);
        }
        if let Some(grid) = color("grid") {
            (style.grid, style.minor_grid) = (grid, faded(grid));
        }
        for (name, part) in [
            ("title", &mut style.title_ink),
            ("label", &mut style.label_ink),
            ("tick-label", &mut style.tick_label_ink),
            ("tick", &mut style.tick_ink),
            ("minor-grid", &mut style.minor_grid),
            ("histogram", &mut style.histogram),
            ("line", &mut style.reference_ink),
            ("text", &mut style.text_ink),
            ("text-box", &mut style.text_box),
        ] {
            *part = color(name).unwrap_or(*part);
        }

        if let Some(size_px) = length("font-size") {
            let factor = size_px / style.tick_size_px;
            for part in [&mut style.tick_size_px, &mut style.label_size_px, &mut style.title_size_px] {
                *part *= factor;
            }
            style.text_size_px *= factor;
        }
        for (name, part) in [
            ("label-size", &mut style.label_size_px),
            ("title-size", &mut style.title_size_px),
            ("text-size", &mut style.text_size_px),
            ("line-width", &mut style.reference_px),
        ] {
            *part = length(name).unwrap_or(*part);
        }
        let line = |name: &str| length(name).map(|px| px.round().max(1.0) as i32);
        if let Some(width_px) = line("spine-width") {
            (style.line_px, style.tick_width_px) = (width_px, width_px);
        }
        style.tick_width_px = line("tick-width").unwrap_or(style.tick_width_px);
        style.grid_px = line("grid-width").unwrap_or(style.grid_px);
        let distance = |name: &str| length(name).map(|px| px.round() as i32);
        for (name, part) in [
            ("tick-length", &mut style.tick_px),
            ("minor-tick-length", &mut style.minor_px),
            ("gap", &mut style.gap_px),
            ("margin", &mut style.margin_px),
        ] {
            *part = distance(name).unwrap_or(*part);
        }
        if let Some(direction) = word("tick-direction") {
            style.ticks_inward = direction == "in";
        }
        if let Some(sides) = word("tick-sides") {
            style.ticks_all_sides = sides == "all";
        }
        style
    }

    /// The same for the panels of a figure.
    pub fn with_cells(self, spec: &FigureSpec) -> Self {
        Self { cells: Cells::of(spec, &self), ..self }
    }

    /// The same with smaller ticks and tick labels, for one plot area.
    pub fn smaller(self, factor: f64) -> Self {
        // What is there stays there.
        let px = |px: i32| ((f64::from(px) * factor).round() as i32).max(px.min(1));
        let (tick_size_px, text_size_px) = (self.tick_size_px * factor, self.text_size_px * factor);
        let (tick_px, minor_px) = (px(self.tick_px), px(self.minor_px));
        Self { tick_size_px, text_size_px, tick_px, minor_px, cells: None, ..self }
    }

    /// The width of what has an axis of x, within a plot area.
    pub fn axis_width(&self, plot_width: i32) -> i32 {
        self.cells.map_or(plot_width, |cells| cells.width_px(plot_width))
    }

    /// The height of what has an axis of y.
    pub fn axis_height(&self, plot_height: i32) -> i32 {
        self.cells.map_or(plot_height, |cells| cells.height_px(plot_height))
    }

    /// The length of a tick.
    pub fn tick_px(&self, is_minor: bool) -> i32 {
        if is_minor { self.minor_px } else { self.tick_px }
    }

    /// How far the ticks of x stand out below the plot area and its spine.
    pub fn below_px(&self) -> i32 {
        if self.ticks_inward || !self.spines.bottom { 0 } else { self.tick_px }
    }

    /// How far the ticks of y stand out at the left.
    pub fn beside_px(&self) -> i32 {
        if self.ticks_inward || !self.spines.left { 0 } else { self.tick_px }
    }

    /// Of marks that stand for marks of all colours.
    pub fn mark_ink(&self) -> Rgba8 {
        Rgba8 { a: (u32::from(self.ink.a) * 130 / 255) as u8, ..self.ink }
    }

    /// Ink for what matters less.
    pub fn faint_ink(&self) -> Rgba8 {
        Rgba8 { a: (u32::from(self.ink.a) * 170 / 255) as u8, ..self.ink }
    }
}

/// The same colour, half as strong.
fn faded(color: Rgba8) -> Rgba8 {
    Rgba8 { a: color.a / 2, ..color }
}

#[cfg(test)]
mod tests;
