//! What is kept around a plot area and how wide its margins are: for a figure of a given size, and around a given plot.
//!
//! Down first, which depends on no label; then across, where the labels of y have a width; last the end of the x axis.

use super::super::axis::{AxisTicks, labels_px};
use super::super::style::Style;
use super::super::{FigureSpec, Key, colorbar, legend, text};
use super::{KeyColumns, checked_side};
use crate::error::Result;
use crate::scale::Scale;

/// Below this share of the figure (or this many pixels at 100 dpi) the plot area is not worth a label.
const WORTHWHILE_SHARE: f64 = 0.4;
const WORTHWHILE_PX: f64 = 160.0;

/// A text with less room than this many ems is left out rather than cut.
const SHORTEST_TEXT_EM: f64 = 3.0;

/// A legend takes at most this share of the width.
const LEGEND_SHARE: f64 = 0.35;

/// The most colorbars side by side: more would be a figure of bars, and no eye goes between so many.
const MOST_COLORBARS: usize = 4;

/// A figure around a given plot grows at most this often until its legend fits.
const MOST_GROWTHS: usize = 200;

/// What is still drawn along one direction, and the order in which it is given up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    /// The title (down), the legend and colorbars (across).
    pub extra: bool,
    pub label: bool,
    pub tick_labels: bool,
    pub ticks: bool,
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
const LAST_COLORBARS: &str = "some of the colorbars";
const ACROSS: [&str; 4] = ["the legend or colorbar", "the y label", "the tick labels of y", "the ticks of y"];

/// Sizes in pixels, what is kept, and the measured ticks and key.
pub(super) struct Margins {
    pub left: i32,
    pub right: i32,
    pub top: i32,
    pub bottom: i32,
    pub down: Kept,
    pub across: Kept,
    pub x_ticks: AxisTicks,
    pub y_ticks: AxisTicks,
    /// From left to right.
    pub keys: Vec<KeyColumns>,
    pub left_out: Vec<&'static str>,
}

/// What is asked of a figure, once for both ways of measuring.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub spec: &'a FigureSpec,
    pub x: &'a Scale,
    pub y: &'a Scale,
    pub keys: &'a [Key],
    pub style: &'a Style,
}

impl Request<'_> {
    fn all_down(&self) -> Kept {
        Kept { extra: self.spec.title.is_some(), label: self.spec.x_label.is_some(), tick_labels: true, ticks: true }
    }

    fn all_across(&self, keys: &[KeyColumns]) -> Kept {
        Kept { extra: !keys.is_empty(), label: self.spec.y_label.is_some(), tick_labels: true, ticks: true }
    }

    /// Whether a title and a label of x have room to be read.
    fn is_wide_enough(&self, width: i32) -> bool {
        f64::from(width - 2 * self.style.margin_px) >= SHORTEST_TEXT_EM * self.style.title_size_px
    }

    /// Whether a label of y has.
    fn is_high_enough(&self, plot_height: i32) -> bool {
        f64::from(plot_height) >= SHORTEST_TEXT_EM * self.style.label_size_px
    }

    /// The margins of a figure of that size.
    pub fn within(&self, width: i32, height: i32) -> Margins {
        let Self { spec, style, .. } = self;
        let mut left_out = Vec::new();
        let mut down = self.all_down();
        if !self.is_wide_enough(width) {
            down.drop_texts(&DOWN, &mut left_out);
        }
        let (top, bottom) = loop {
            let (top, bottom) = margins_down(down, labels_px(self.x, style), style);
            if height - top - bottom >= worthwhile(height, spec.dpi) {
                break (top, bottom);
            }
            match down.give_up(&DOWN) {
                Some(name) => left_out.push(name),
                None => break (style.line_px, style.line_px),
            }
        };
        let plot_height = height - top - bottom;

        let mut keys = self.key_columns(plot_height, width, &mut left_out);
        let mut across = self.all_across(&keys);
        // A plot too low for ticks below it is too low for anything beside it.
        while !down.ticks
            && let Some(name) = across.give_up(&ACROSS)
        {
            left_out.push(name);
        }
        if !self.is_high_enough(plot_height) {
            across.drop_texts(&ACROSS, &mut left_out);
        }
        // What the labels of y share stands on the line of its label.
        let mut y_ticks = AxisTicks::upwards(self.y, plot_height, across.label, style);
        let (left, mut right) = loop {
            let (left, right) = margins_across(across, y_ticks.width_px(), &keys, style);
            if width - left - right >= worthwhile(width, spec.dpi) {
                break (left, right);
            }
            // The last one first: the legend stays longest.
            if across.extra && keys.len() > 1 {
                keys.pop();
                if !left_out.contains(&LAST_COLORBARS) {
                    left_out.push(LAST_COLORBARS);
                }
                continue;
            }
            let had_label = across.label;
            match across.give_up(&ACROSS) {
                Some(name) => left_out.push(name),
                None => break (style.line_px, style.line_px),
            }
            if had_label && !across.label {
                y_ticks = AxisTicks::upwards(self.y, plot_height, false, style);
            }
        };
        // The last label of x may stick out at the end.
        let mut x_ticks = AxisTicks::across(self.x, width - left - right, down.label, style);
        if down.tick_labels {
            let missing = self.missing_px(&x_ticks, width - left - right, right);
            if missing > 0 && width - left - right - missing >= worthwhile(width, spec.dpi) {
                right += missing;
                x_ticks = AxisTicks::across(self.x, width - left - right, down.label, style);
            }
        }
        keys.retain(|_| across.extra);
        Margins { left, right, top, bottom, down, across, x_ticks, y_ticks, keys, left_out }
    }

    /// The margins around a plot area of that size: nothing is left out but what has no room beside so small a plot.
    ///
    /// # Errors
    /// A usage error when the figure is wider than a figure can be.
    pub fn around(&self, plot_width: i32, plot_height: i32) -> Result<Margins> {
        let style = self.style;
        let mut left_out = Vec::new();
        let has_y_label = self.spec.y_label.is_some() && self.is_high_enough(plot_height);
        let y_ticks = AxisTicks::upwards(self.y, plot_height, has_y_label, style);
        // A legend takes a share of a width that it is a part of: from its full width downwards.
        let mut width = i32::MAX;
        let mut growths = 0;
        let (across, keys, left, right) = loop {
            left_out.clear();
            let mut keys = self.key_columns(plot_height, width, &mut left_out);
            let mut across = self.all_across(&keys);
            if !self.is_high_enough(plot_height) {
                across.drop_texts(&ACROSS, &mut left_out);
            }
            keys.retain(|_| across.extra);
            let (left, right) = margins_across(across, y_ticks.width_px(), &keys, style);
            let found = plot_width.saturating_add(left + right);
            growths += 1;
            if found >= width || growths == MOST_GROWTHS {
                break (across, keys, left, right);
            }
            width = found;
        };
        let mut down = self.all_down();
        if !self.is_wide_enough(plot_width + left + right) {
            down.drop_texts(&DOWN, &mut left_out);
        }
        // Room for the last label of x, as a figure of the size that comes out would make it.
        let x_ticks = AxisTicks::across(self.x, plot_width, down.label, style);
        let of_grown = |missing: i32| {
            let ticks = AxisTicks::across(self.x, plot_width + missing, down.label, style);
            let found = self.missing_px(&ticks, plot_width + missing, right).max(0);
            let is_worth_it = plot_width + missing - found
                >= worthwhile(plot_width.saturating_add(missing + left + right), self.spec.dpi);
            (if is_worth_it { found } else { 0 }) == missing
        };
        let most_px = self.missing_px(&x_ticks, plot_width, right).max(0);
        let missing = (0..=2 * most_px).find(|missing| of_grown(*missing)).unwrap_or(most_px);
        let right = right + missing;
        checked_side(i64::from(plot_width) + i64::from(left) + i64::from(right), "wide")?;

        let (top, bottom) = margins_down(down, labels_px(self.x, style), style);
        checked_side(i64::from(plot_height) + i64::from(top) + i64::from(bottom), "high")?;
        Ok(Margins { left, right, top, bottom, down, across, x_ticks, y_ticks, keys, left_out })
    }

    /// How much more room the last label of x needs on the right than there is.
    fn missing_px(&self, x_ticks: &AxisTicks, plot_width: i32, right: i32) -> i32 {
        x_ticks.overhang_px(plot_width) + self.style.margin_px / 2 - right
    }

    /// The legend of all keys that have entries, then the colorbars.
    fn key_columns(&self, plot_height: i32, width: i32, left_out: &mut Vec<&'static str>) -> Vec<KeyColumns> {
        let Self { spec, style, .. } = self;
        let mut found = Vec::new();
        let rows = legend::rows(self.keys);
        // A legend without one name explains nothing.
        if spec.has_legend && legend::has_room(&rows, plot_height, style) {
            let most_px = (f64::from(width) * LEGEND_SHARE) as i32;
            let has_counts = self.keys.iter().any(|key| matches!(key, Key::Legend { has_counts: true, .. }));
            let columns = legend::Columns::reserved(&rows, has_counts, plot_height, most_px, style);
            found.push(KeyColumns::Legend(columns));
        }
        let bars = self.keys.iter().enumerate().filter_map(|(number, key)| match key {
            Key::Colorbar(bar) if spec.has_colorbar => Some((number, bar)),
            _ => None,
        });
        for (i, (number, bar)) in bars.enumerate() {
            if i == MOST_COLORBARS {
                left_out.push(LAST_COLORBARS);
                break;
            }
            found.push(KeyColumns::Colorbar(number, colorbar::Columns::reserved(bar, plot_height, style)));
        }
        found
    }
}

fn worthwhile(side_px: i32, dpi: f64) -> i32 {
    (f64::from(side_px) * WORTHWHILE_SHARE).min(WORTHWHILE_PX * dpi / 100.0).ceil().max(1.0) as i32
}

fn margins_down(kept: Kept, tick_label_px: i32, style: &Style) -> (i32, i32) {
    if !kept.ticks {
        return (style.line_px, style.line_px);
    }
    // The uppermost label of y sticks out by half its height and stays clear of the title.
    let sticking_out = text::middle_px(style.tick_size_px) + 1;
    let title = if kept.extra { text::line_px(style.title_size_px) + (2 * style.gap_px).max(sticking_out) } else { 0 };
    let label = if kept.label { text::line_px(style.label_size_px) + style.gap_px } else { 0 };
    let tick_label = if kept.tick_labels { tick_label_px + style.gap_px } else { 0 };
    let top = style.margin_px + title + style.line_px;
    (top, style.line_px + style.tick_px(false) + tick_label + label + style.margin_px)
}

fn margins_across(kept: Kept, tick_label_px: i32, keys: &[KeyColumns], style: &Style) -> (i32, i32) {
    if !kept.ticks {
        return (style.line_px, style.line_px);
    }
    let keys_px = keys.iter().map(|columns| columns.width_px(style) + 2 * style.margin_px).sum();
    let key = if kept.extra { keys_px } else { 0 };
    let label = if kept.label { text::line_px(style.label_size_px) + style.gap_px } else { 0 };
    let tick_label = if kept.tick_labels { tick_label_px + style.gap_px } else { 0 };
    (style.margin_px + label + tick_label + style.tick_px(false) + style.line_px, style.line_px + key + style.margin_px)
}
