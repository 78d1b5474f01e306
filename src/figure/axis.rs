//! The ticks and labels of one axis: measured for the layout, then placed around the plot area.

use std::ops::Range;
use std::sync::Arc;

use super::display::{Block, Op};
use super::style::Style;
use super::text::{self, Mask};
use super::{Grid, spine};
use crate::color::Rgba8;
use crate::scale::{Kind, Scale, Tick, Wording, worded_ticks};

/// The ticks of an axis with their labels as masks.
pub(super) struct AxisTicks {
    ticks: Vec<Shaped>,
    /// What was taken out of all labels, to be written once beside the axis.
    shared: String,
}

struct Shaped {
    tick: Tick,
    label: Option<Arc<Mask>>,
    /// On the second line.
    context: Option<Arc<Mask>>,
}

impl AxisTicks {
    /// The ticks of a horizontal axis: labels side by side, those of times on two lines. `has_room` for what all of them
    /// share, below them.
    pub fn across(scale: &Scale, length_px: i32, has_room: bool, style: &Style) -> Self {
        let extent = |label: &str| text::width_px(&shown(label, scale), style.tick_size_px);
        let wording = match (scale.kind(), has_room) {
            (Kind::Time, _) => Wording::TwoLines,
            (_, true) => Wording::Shared,
            (_, false) => Wording::Whole,
        };
        Self::worded(scale, style.axis_width(length_px), &extent, wording, style)
    }

    /// The ticks of a vertical axis: labels above each other. `has_room` for what they share, beside them.
    pub fn upwards(scale: &Scale, length_px: i32, has_room: bool, style: &Style) -> Self {
        let line_px = f64::from(text::line_px(style.tick_size_px));
        let wording = if has_room { Wording::Shared } else { Wording::Whole };
        Self::worded(scale, style.axis_height(length_px), &|_: &str| line_px, wording, style)
    }

    fn worded(scale: &Scale, length_px: i32, extent: &dyn Fn(&str) -> f64, wording: Wording, style: &Style) -> Self {
        let length = f64::from(length_px);
        let mut found = worded_ticks(scale, length, extent, wording);
        // It must not be cut.
        if text::width_px(&found.shared, style.tick_size_px) > length {
            found = worded_ticks(scale, length, extent, Wording::Whole);
        }
        let is_number = scale.kind() != Kind::Time;
        let shared = if is_number { with_minus(&found.shared) } else { with_blank(&found.shared) };
        Self { shared, ..Self::new(found.ticks, is_number, style) }
    }

    /// Ticks chosen elsewhere; the labels of numbers get true minus signs, those that stand for times among them.
    pub fn new(ticks: Vec<Tick>, is_number: bool, style: &Style) -> Self {
        let mask = |text: &str| text::mask(text, style.tick_size_px, f64::INFINITY);
        let shaped = ticks.into_iter().map(|tick| {
            let label = (!tick.is_minor).then(|| {
                let is_number = is_number || tick.label.parse::<f64>().is_ok();
                mask(&if is_number { with_minus(&tick.label) } else { with_blank(&tick.label) })
            });
            let context = (!tick.context.is_empty()).then(|| mask(&tick.context));
            Shaped { tick, label, context }
        });
        Self { ticks: shaped.collect(), shared: String::new() }
    }

    /// What was taken out of all labels; often nothing.
    pub fn shared(&self) -> &str {
        &self.shared
    }

    /// The widest label.
    pub fn width_px(&self) -> i32 {
        self.ticks.iter().filter_map(|shaped| shaped.label.as_ref().map(|label| label.width)).max().unwrap_or(0)
    }

    /// The labels of a horizontal axis: one line, or two.
    pub fn height_px(&self, style: &Style) -> i32 {
        let has_two = self.ticks.iter().any(|shaped| shaped.context.is_some());
        (1 + i32::from(has_two)) * text::line_px(style.tick_size_px)
    }

    /// How far the labels of a horizontal axis reach beyond its end.
    pub fn overhang_px(&self, length_px: i32, style: &Style) -> i32 {
        let length_px = style.axis_width(length_px);
        let reach = |shaped: &Shaped| {
            let masks = shaped.label.iter().chain(&shaped.context);
            let width = masks.map(|mask| mask.width).max()?;
            Some((shaped.tick.fraction * f64::from(length_px)).ceil() as i32 + width / 2 + 1 - length_px)
        };
        self.ticks.iter().filter_map(reach).max().unwrap_or(0)
    }

    /// Grid lines at the ticks inside the plot area that have some, on a vertical axis `upwards`; which of them are minor.
    pub fn grid(&self, plot: Block, is_upwards: bool, grid: Grid, style: &Style) -> Vec<(bool, Op)> {
        let line_px = style.grid_px;
        let has_line = |tick: &Tick| grid.has(!is_upwards) && (!tick.is_minor || grid == Grid::Minor);
        let lines = self.ticks.iter().map(|shaped| &shaped.tick).filter(|tick| has_line(tick)).filter_map(|tick| {
            let (along, across) = if is_upwards { (plot.height, plot.width) } else { (plot.width, plot.height) };
            let offset = offset_px(tick.fraction, along, line_px);
            // The line at either end is a spine.
            if offset <= -line_px || offset >= along {
                return None;
            }
            let block = if is_upwards {
                Block::new(plot.left, plot.bottom() - offset - line_px, across, line_px)
            } else {
                Block::new(plot.left + offset, plot.top, line_px, across)
            };
            let color = if tick.is_minor { style.minor_grid } else { style.grid };
            Some((tick.is_minor, Op::Fill { block, color }))
        });
        lines.collect()
    }

    /// Ticks and labels below a plot area, within the columns given; labels that would touch each other or leave them, and
    /// labels of times whose date has no room there, are left out.
    pub fn below(&self, plot: Block, columns: Range<i32>, has_labels: bool, style: &Style) -> Vec<Op> {
        let mut ops = Vec::new();
        let top = plot.bottom() + style.line_px;
        let label_top = top + style.below_px() + style.gap_px;
        let left_of = |tick: &Tick| plot.left + offset_px(tick.fraction, plot.width, style.tick_width_px);
        let centred = |tick: &Tick, mask: &Mask| left_of(tick) + (style.tick_width_px - mask.width).div_euclid(2);
        let contexts: Vec<(f64, i32, &Arc<Mask>)> = self
            .ticks
            .iter()
            .filter_map(|Shaped { tick, context, .. }| {
                context.as_ref().map(|mask| (tick.fraction, centred(tick, mask), mask))
            })
            .collect();
        // The first context gives way to the second one, as far as the end of its own label's tick.
        let second_from = contexts.get(1).map_or(columns.end, |(_, left, _)| left - style.gap_px);
        let first_left =
            |left: i32, mask: &Mask| left.min(second_from - mask.width).max(left - mask.width / 2).max(columns.start);
        let is_crowded = |(_, left, mask): &&(f64, i32, &Arc<Mask>)| first_left(*left, mask) + mask.width > second_from;
        let has_crowded_first = contexts.len() > 1 && contexts.first().is_some_and(|first| is_crowded(&first));
        // Labels without their context would seem to belong to the next one.
        let told_from = contexts.get(1).filter(|_| has_crowded_first).map_or(f64::NEG_INFINITY, |second| second.0);
        let mut free_from = columns.start;
        for Shaped { tick, label, .. } in &self.ticks {
            ops.extend(spine::x_tick(plot, left_of(tick), tick.is_minor, style));
            let Some(mask) = label.as_ref().filter(|_| has_labels && tick.fraction >= told_from) else { continue };
            let left = centred(tick, mask);
            if left < free_from || left + mask.width > columns.end {
                continue;
            }
            free_from = left + mask.width + style.gap_px;
            ops.push(Op::Text { left, top: label_top, mask: mask.clone(), color: style.tick_label_ink });
        }
        if !has_labels {
            return ops;
        }
        let mut free_from = columns.start;
        for (i, (_, left, mask)) in contexts.iter().enumerate() {
            let left = if i == 0 { first_left(*left, mask) } else { (*left).min(columns.end - mask.width) };
            if left < free_from || left + mask.width > columns.end || i == 0 && has_crowded_first {
                continue;
            }
            free_from = left + mask.width + style.gap_px;
            let top = label_top + text::line_px(style.tick_size_px);
            ops.push(Op::Text { left, top, mask: (*mask).clone(), color: style.tick_label_ink });
        }
        ops
    }

    /// Ticks and labels left of a plot area, within the rows `top..bottom`.
    pub fn left_of(&self, plot: Block, rows: Range<i32>, has_labels: bool, style: &Style) -> Vec<Op> {
        let mut ops = Vec::new();
        let right = plot.left - style.line_px;
        let mut free_to = rows.end;
        for Shaped { tick, label, .. } in &self.ticks {
            let top = plot.bottom() - offset_px(tick.fraction, plot.height, style.tick_width_px) - style.tick_width_px;
            ops.extend(spine::y_tick(plot, top, tick.is_minor, style));
            let Some(mask) = label.as_ref().filter(|_| has_labels) else { continue };
            let label_top = top + style.tick_width_px / 2 - text::middle_px(style.tick_size_px);
            let label_left = right - style.beside_px() - style.gap_px - mask.width;
            if label_top < rows.start || label_top + mask.height > free_to || label_left < 0 {
                continue;
            }
            free_to = label_top;
            ops.push(Op::Text { left: label_left, top: label_top, mask: mask.clone(), color: style.tick_label_ink });
        }
        ops
    }

    /// Ticks and labels right of a box (a colorbar), within the rows given; labels wider than `most_px` are left out.
    pub fn right_of(&self, bar: Block, rows: Range<i32>, most_px: i32, style: &Style) -> Vec<Op> {
        let mut ops = Vec::new();
        let left = bar.right() + style.line_px;
        let mut free_to = rows.end;
        for Shaped { tick, label, .. } in &self.ticks {
            let top = bar.bottom() - offset_px(tick.fraction, bar.height, style.line_px) - style.line_px;
            ops.push(fill(Block::new(left, top, style.tick_px(tick.is_minor), style.line_px), style.tick_ink));
            let Some(mask) = label else { continue };
            let label_top = top + style.line_px / 2 - text::middle_px(style.tick_size_px);
            if label_top < rows.start || label_top + mask.height > free_to || mask.width > most_px {
                continue;
            }
            free_to = label_top;
            let label_left = left + style.tick_px(false) + style.gap_px;
            ops.push(Op::Text { left: label_left, top: label_top, mask: mask.clone(), color: style.tick_label_ink });
        }
        ops
    }
}

fn fill(block: Block, color: Rgba8) -> Op {
    Op::Fill { block, color }
}

/// A number with a true minus sign.
pub(super) fn with_minus(label: &str) -> String {
    label.replace('-', "−")
}

/// A time with a blank between date and time of day, as people write it; ISO 8601's sign for machines is a `T`.
fn with_blank(label: &str) -> String {
    label.replace('T', " ")
}

/// A label as it will be drawn, for its width.
fn shown(label: &str, scale: &Scale) -> String {
    if scale.kind() == Kind::Time { with_blank(label) } else { with_minus(label) }
}

/// Where a line of `line_px` at a fraction begins: its middle within half a pixel of the value; at either end the spine
/// itself.
fn offset_px(fraction: f64, length_px: i32, line_px: i32) -> i32 {
    const END: f64 = 1e-9;
    if fraction <= END {
        return -line_px;
    }
    if fraction >= 1.0 - END {
        return length_px;
    }
    (fraction * f64::from(length_px) - f64::from(line_px) / 2.0).round() as i32
}

#[cfg(test)]
mod tests;
