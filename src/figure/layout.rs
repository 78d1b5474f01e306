//! Where everything goes: `reserve` fixes the boxes, `fill` puts in what was not known before.
//!
//! What does not fit a small figure is left out, one thing after the other, until the plot area is worth looking at; the
//! caller can say what ([`Layout::left_out`]).

use crate::escape::display_text;
use std::sync::Arc;

use super::axis::AxisTicks;
use super::display::{Block, Figure, Op, Rect};
use super::{FigureSpec, Frame, Key, Theme, colorbar, legend, text};
use crate::color::Rgba8;
use crate::error::{Error, Result};
use crate::scale::Scale;

/// Below this share of the figure (or this many pixels at 100 dpi) the plot area is not worth a label.
const WORTHWHILE_SHARE: f64 = 0.4;
const WORTHWHILE_PX: f64 = 160.0;

/// A text with less room than this many ems is left out rather than cut.
const SHORTEST_TEXT_EM: f64 = 3.0;

/// A legend takes at most this share of the width.
const LEGEND_SHARE: f64 = 0.35;

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
            tick_px: whole(4.0),
            minor_px: whole(2.0),
        }
    }

    pub fn tick_px(&self, is_minor: bool) -> i32 {
        if is_minor { self.minor_px } else { self.tick_px }
    }

    /// Ink for what matters less.
    pub fn faint_ink(&self) -> Rgba8 {
        Rgba8 { a: 170, ..self.ink }
    }
}

/// The reserved boxes of a figure: its plot area never moves again.
#[derive(Clone, Debug)]
pub struct Layout {
    spec: Arc<FigureSpec>,
    style: Style,
    plot_area: Rect,
    key_box: Option<KeyBox>,
    under: Vec<Op>,
    over: Vec<Op>,
    left_out: Vec<&'static str>,
}

/// The room of the legend or colorbar.
#[derive(Clone, Copy, Debug)]
struct KeyBox {
    area: Block,
    columns: KeyColumns,
}

#[derive(Clone, Copy, Debug)]
enum KeyColumns {
    Legend(legend::Columns),
    Colorbar(colorbar::Columns),
}

/// What is still drawn along one direction, and the order in which it is given up.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    /// The title (down), the legend or colorbar (across).
    extra: bool,
    label: bool,
    tick_labels: bool,
    ticks: bool,
}

impl Kept {
    /// Gives up everything but ticks and their labels.
    fn drop_texts(&mut self, order: &[&'static str; 4], left_out: &mut Vec<&'static str>) {
        while self.extra || self.label {
            left_out.extend(self.give_up(order));
        }
    }

    /// Gives up the next thing.
    fn give_up(&mut self, order: &[&'static str; 4]) -> Option<&'static str> {
        [&mut self.extra, &mut self.label, &mut self.tick_labels, &mut self.ticks]
            .into_iter()
            .zip(order)
            .find(|(kept, _)| **kept)
            .map(|(kept, name)| {
                *kept = false;
                *name
            })
    }
}

const DOWN: [&str; 4] = ["the title", "the x label", "the tick labels of x", "the ticks of x"];
const ACROSS: [&str; 4] = ["the legend or colorbar", "the y label", "the tick labels of y", "the ticks of y"];

impl Layout {
    /// Measures everything and fixes the plot area.
    ///
    /// `key` names what will be passed to [`Layout::fill`], as far as it is known.
    ///
    /// # Errors
    /// A usage error when the sizes are impossible or no pixel is left for the plot; it names the smallest size.
    pub fn reserve(spec: &FigureSpec, x: &Scale, y: &Scale, key: &Key) -> Result<Self> {
        let (width, height) = checked_size(spec)?;
        let style = Style::new(spec.theme, spec.dpi);
        let spec = Arc::new(spec.clone());
        if spec.frame == Frame::None {
            let plot_area = Rect { x: 0, y: 0, width: spec.width, height: spec.height };
            let (under, over, left_out) = (Vec::new(), Vec::new(), Vec::new());
            return Ok(Self { spec, style, plot_area, key_box: None, under, over, left_out });
        }
        if width < 2 * style.line_px + 1 || height < 2 * style.line_px + 1 {
            let smallest = 2 * style.line_px + 1;
            return Err(Error::usage("the figure leaves no pixel for the plot")
                .expected(format!("at least {smallest}x{smallest} px"))
                .found(format!("{width}x{height}"))
                .hint("make it larger, or draw the plot alone with --frame none"));
        }
        let mut left_out = Vec::new();

        // Down: nothing here depends on the labels' texts.
        let mut down =
            Kept { extra: spec.title.is_some(), label: spec.x_label.is_some(), tick_labels: true, ticks: true };
        if f64::from(width - 2 * style.margin_px) < SHORTEST_TEXT_EM * style.title_size_px {
            down.drop_texts(&DOWN, &mut left_out);
        }
        let (top, bottom) = loop {
            let (top, bottom) = margins_down(down, &style);
            if height - top - bottom >= worthwhile(height, spec.dpi) {
                break (top, bottom);
            }
            match down.give_up(&DOWN) {
                Some(name) => left_out.push(name),
                None => break (style.line_px, style.line_px),
            }
        };
        let plot_height = height - top - bottom;

        // Across: the labels of y have a width now.
        let y_ticks = AxisTicks::upwards(y, plot_height, &style);
        let key_columns = key_columns(&spec, key, plot_height, width, &style);
        let mut across =
            Kept { extra: key_columns.is_some(), label: spec.y_label.is_some(), tick_labels: true, ticks: true };
        // A plot too low for ticks below it is too low for anything beside it.
        while !down.ticks
            && let Some(name) = across.give_up(&ACROSS)
        {
            left_out.push(name);
        }
        if f64::from(plot_height) < SHORTEST_TEXT_EM * style.label_size_px {
            across.drop_texts(&ACROSS, &mut left_out);
        }
        let key_px = key_columns.map_or(0, |columns| columns.width_px(&style));
        let (left, right) = loop {
            let (left, right) = margins_across(across, y_ticks.width_px(), key_px, &style);
            if width - left - right >= worthwhile(width, spec.dpi) {
                break (left, right);
            }
            match across.give_up(&ACROSS) {
                Some(name) => left_out.push(name),
                None => break (style.line_px, style.line_px),
            }
        };
        // The last label of x may stick out at the end.
        let mut x_ticks = AxisTicks::across(x, width - left - right, &style);
        let mut right = right;
        if down.tick_labels {
            let missing = x_ticks.overhang_px(width - left - right) + style.margin_px / 2 - right;
            if missing > 0 && width - left - right - missing >= worthwhile(width, spec.dpi) {
                right += missing;
                x_ticks = AxisTicks::across(x, width - left - right, &style);
            }
        }

        let plot = Block::new(left, top, width - left - right, plot_height);
        let mut under = Vec::new();
        if spec.has_grid {
            under.extend(x_ticks.grid(plot, false, &style));
            under.extend(y_ticks.grid(plot, true, &style));
        }
        let mut over = Op::frame(plot, style.line_px, style.ink).to_vec();
        if down.ticks {
            over.extend(x_ticks.below(plot, width, down.tick_labels, &style));
        }
        if across.ticks {
            let first_row = if down.extra { style.margin_px + text::line_px(style.title_size_px) } else { 0 };
            // The corner belongs to the labels of x.
            let last_row = if down.tick_labels {
                plot.bottom() + style.line_px + style.tick_px(false) + style.gap_px
            } else {
                height
            };
            over.extend(y_ticks.left_of(plot, first_row..last_row, across.tick_labels, &style));
        }
        over.extend(texts(&spec, plot, (width, height), down, across, &style));
        let key_box = key_columns.filter(|_| across.extra).map(|columns| {
            let left = plot.right() + style.line_px + 2 * style.margin_px;
            KeyBox { area: Block::new(left, plot.top, columns.width_px(&style), plot.height), columns }
        });
        let plot_area = Rect {
            x: plot.left.unsigned_abs(),
            y: plot.top.unsigned_abs(),
            width: plot.width.unsigned_abs(),
            height: plot.height.unsigned_abs(),
        };
        Ok(Self { spec, style, plot_area, key_box, under, over, left_out })
    }

    /// Where the points will be; it holds at least one pixel.
    #[must_use]
    pub fn plot_area(&self) -> Rect {
        self.plot_area
    }

    /// What was asked for.
    #[must_use]
    pub fn spec(&self) -> &FigureSpec {
        &self.spec
    }

    /// What a small figure has no room for, in words.
    #[must_use]
    pub fn left_out(&self) -> &[&'static str] {
        &self.left_out
    }

    /// The finished figure; `key` is what was reserved, now with its values and counts.
    ///
    /// A key of another kind than the reserved one, and a colorbar whose norm is still unknown, is not drawn.
    #[must_use]
    pub fn fill(&self, key: &Key) -> Figure {
        let mut over = self.over.clone();
        if let Some(KeyBox { area, columns }) = self.key_box {
            match (columns, key) {
                (KeyColumns::Legend(columns), Key::Legend { entries, .. }) => {
                    over.extend(legend::ops(entries, columns, area, &self.style));
                }
                (KeyColumns::Colorbar(columns), Key::Colorbar { norm: Some(norm), calendar, colormap, label }) => {
                    let values = colorbar::Values { norm, calendar: calendar.as_ref() };
                    over.extend(colorbar::ops(values, colormap.clone(), label.as_deref(), columns, area, &self.style));
                }
                _ => {}
            }
        }
        Figure { spec: self.spec.clone(), plot_area: self.plot_area, under: self.under.clone(), over }
    }
}

impl KeyColumns {
    fn width_px(&self, style: &Style) -> i32 {
        match self {
            Self::Legend(columns) => columns.width_px(style),
            Self::Colorbar(columns) => columns.width_px(style),
        }
    }
}

fn checked_size(spec: &FigureSpec) -> Result<(i32, i32)> {
    let side = |px: u32| i32::try_from(px).ok().filter(|px| (1..=65_535).contains(px));
    let Some(size) = side(spec.width).zip(side(spec.height)) else {
        return Err(Error::usage("the figure has an impossible size")
            .expected("sides of 1 to 65535 px")
            .found(format!("{}x{}", spec.width, spec.height)));
    };
    if !(1.0..=10_000.0).contains(&spec.dpi) {
        return Err(Error::usage("the dpi are impossible").expected("1 to 10000").found(spec.dpi.to_string()));
    }
    Ok(size)
}

fn worthwhile(side_px: i32, dpi: f64) -> i32 {
    (f64::from(side_px) * WORTHWHILE_SHARE).min(WORTHWHILE_PX * dpi / 100.0).ceil().max(1.0) as i32
}

fn margins_down(kept: Kept, style: &Style) -> (i32, i32) {
    if !kept.ticks {
        return (style.line_px, style.line_px);
    }
    // The uppermost label of y sticks out by half its height and stays clear of the title.
    let sticking_out = text::middle_px(style.tick_size_px) + 1;
    let title = if kept.extra { text::line_px(style.title_size_px) + (2 * style.gap_px).max(sticking_out) } else { 0 };
    let label = if kept.label { text::line_px(style.label_size_px) + style.gap_px } else { 0 };
    let tick_label = if kept.tick_labels { text::line_px(style.tick_size_px) + style.gap_px } else { 0 };
    let top = style.margin_px + title + style.line_px;
    (top, style.line_px + style.tick_px(false) + tick_label + label + style.margin_px)
}

fn margins_across(kept: Kept, tick_label_px: i32, key_px: i32, style: &Style) -> (i32, i32) {
    if !kept.ticks {
        return (style.line_px, style.line_px);
    }
    let key = if kept.extra { key_px + 2 * style.margin_px } else { 0 };
    let label = if kept.label { text::line_px(style.label_size_px) + style.gap_px } else { 0 };
    let tick_label = if kept.tick_labels { tick_label_px + style.gap_px } else { 0 };
    (style.margin_px + label + tick_label + style.tick_px(false) + style.line_px, style.line_px + key + style.margin_px)
}

fn key_columns(spec: &FigureSpec, key: &Key, plot_height: i32, width: i32, style: &Style) -> Option<KeyColumns> {
    match key {
        Key::Legend { entries, has_counts } if spec.has_legend && !entries.is_empty() => {
            // A legend without one name explains nothing.
            (legend::shown_of(entries.len(), plot_height, style).0 > 0).then(|| {
                let most_px = (f64::from(width) * LEGEND_SHARE) as i32;
                KeyColumns::Legend(legend::Columns::reserved(entries, *has_counts, plot_height, most_px, style))
            })
        }
        Key::Colorbar { norm, calendar, label, .. } if spec.has_colorbar => {
            let values = norm.as_ref().map(|norm| colorbar::Values { norm, calendar: calendar.as_ref() });
            Some(KeyColumns::Colorbar(colorbar::Columns::reserved(values, label.is_some(), plot_height, style)))
        }
        _ => None,
    }
}

/// Title and axis labels, centred on the plot area as far as the page allows.
fn texts(spec: &FigureSpec, plot: Block, page: (i32, i32), down: Kept, across: Kept, style: &Style) -> Vec<Op> {
    let mut ops = Vec::new();
    let centred = |start: i32, length: i32, size: i32, page: i32| {
        (start + (length - size) / 2).min(page - style.margin_px - size).max(0)
    };
    let room = |page: i32| f64::from(page - 2 * style.margin_px);
    if let Some(title) = spec.title.as_ref().filter(|_| down.extra) {
        let mask = text::mask(&display_text(title), style.title_size_px, room(page.0));
        let left = centred(plot.left, plot.width, mask.width, page.0);
        ops.push(Op::Text { left, top: style.margin_px, mask, color: style.ink });
    }
    if let Some(label) = spec.x_label.as_ref().filter(|_| down.label) {
        let mask = text::mask(&display_text(label), style.label_size_px, room(page.0));
        let left = centred(plot.left, plot.width, mask.width, page.0);
        ops.push(Op::Text { left, top: page.1 - style.margin_px - mask.height, mask, color: style.ink });
    }
    if let Some(label) = spec.y_label.as_ref().filter(|_| across.label) {
        // The corners belong to the title and to the labels of x.
        let first = if down.extra { plot.top } else { style.margin_px };
        let last = if down.tick_labels || down.label { plot.bottom() } else { page.1 - style.margin_px };
        let mask =
            Arc::new(text::mask(&display_text(label), style.label_size_px, f64::from(last - first - 2)).upwards());
        let top = (plot.top + (plot.height - mask.height) / 2).min(last - mask.height).max(first);
        ops.push(Op::Text { left: style.margin_px, top, mask, color: style.ink });
    }
    ops
}

#[cfg(test)]
mod tests;
