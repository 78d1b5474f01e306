//! The colorbar: the colours as a bar right of the plot area (`lying` has the one below it), with the values at its ticks,
//! arrows where values lie beyond its ends, and a histogram on its left.
//!
//! Its box is fixed when it is reserved; arrows, and what the labels share, take their room out of the bar's height.
//! The histogram grows away from the bar to the left, so that the ticks keep the right side to themselves; lengths go by
//! log1p of the number of pixels, as most norms are there for pictures whose counts differ by orders of magnitude, and a
//! bin of few pixels is to be seen beside one of millions.

use std::sync::Arc;

use super::arrow::Arrowhead;
use super::display::{Block, Op};
use super::key::Colorbar;
use super::layout::words::Words;
use super::style::Style;
use super::text;
use crate::color::Rgba8;
use labels::{Labels, Room};
pub(super) use lying::{Rows, ops as lying_ops};

mod labels;
mod lying;

/// Room for labels that are not known yet: a sign, four digits and a point, or a power such as `2×10¹²`.
const UNKNOWN_CHARS: f64 = 7.0;

/// The longest label of times: a picture's own are not known yet. Below a second the labels of a bar have one date, which
/// is written above it.
const UNKNOWN_TIME: &str = "0000-00-00T00:00:00";

/// The same of dates alone.
const UNKNOWN_DATE: &str = "0000-00-00";

/// Labels that are known take more before something is taken out of them.
const KNOWN_CHARS: f64 = 9.0;

/// The largest share of the bar's height that an arrow takes.
const ARROW_SHARE: f64 = 1.0 / 6.0;

/// A long title is broken into so many lines before it gets smaller.
const TITLE_LINES: usize = 2;

/// The columns of a colorbar in pixels, from its histogram on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    histogram_px: i32,
    bar_px: i32,
    label_px: i32,
    title_lines: i32,
    /// The title is cut.
    pub is_cut: bool,
}

impl Columns {
    /// Measured from the labels, or fixed where the values are not known yet.
    pub fn reserved(bar: &Colorbar, height_px: i32, style: &Style) -> Self {
        let digits_px = |chars: f64| (chars * text::width_px("0", style.tick_size_px)).ceil() as i32;
        let bar_px = (style.tick_size_px * 1.3).round().max(1.0) as i32;
        let title = bar.label.as_ref().map(|label| Words::new(label, style.label_size_px, height_px, TITLE_LINES));
        let (title_lines, is_cut) = title.map_or((0, false), |title| (title.lines.len() as i32, title.is_cut));
        let histogram_px = if bar.has_histogram { 2 * bar_px } else { 0 };
        // A mask is a little wider than its text.
        let text_px = |text: &str| text::width_px(text, style.tick_size_px).ceil() as i32 + 3;
        let label_px = match &bar.calendar {
            None => digits_px(UNKNOWN_CHARS),
            Some(calendar) if calendar.is_of_days() => text_px(UNKNOWN_DATE),
            Some(_) => text_px(UNKNOWN_TIME),
        };
        let mut columns = Self { histogram_px, bar_px, label_px, title_lines, is_cut };
        if bar.norm.is_some() {
            let wide = Self { label_px: digits_px(KNOWN_CHARS), ..columns };
            // Arrows may come, and their bar is shorter.
            let area = Block::new(0, 0, wide.width_px(style), height_px);
            // What times share is one of them, and may make the box wider.
            let shared_px = wide.right_px(style).max(bar.calendar.as_ref().map_or(0, |_| text_px(UNKNOWN_TIME)));
            let needed = [0, 1, 2].map(|arrows| {
                let inner = Block { height: area.height - arrows * arrow_px(wide, area), ..area };
                wide.labelled_within(bar, inner, shared_px, style).map_or(0, |(labels, _)| {
                    // What the labels share stands above the bar and its labels.
                    let shared_px = text::width_px(&labels.shared, style.tick_size_px).ceil() as i32 + 3;
                    labels.ticks.width_px().max(shared_px - (wide.right_px(style) - wide.label_px))
                })
            });
            columns.label_px = needed.into_iter().max().unwrap_or(0);
        }
        columns
    }

    pub fn width_px(&self, style: &Style) -> i32 {
        self.histogram_px + self.right_px(style)
    }

    /// From the left spine of the bar on.
    fn right_px(&self, style: &Style) -> i32 {
        let ticks_px = style.tick_px(false) + style.gap_px + self.label_px;
        2 * style.line_px + self.bar_px + ticks_px + self.title_px(style)
    }

    /// The title with its distance from the labels.
    fn title_px(&self, style: &Style) -> i32 {
        if self.title_lines == 0 { 0 } else { self.title_lines * text::line_px(style.label_size_px) + style.gap_px }
    }

    /// The labels of a known norm in a box, and the box that is left below what they share.
    fn labelled(&self, bar: &Colorbar, inner: Block, style: &Style) -> Option<(Labels, Block)> {
        self.labelled_within(bar, inner, self.right_px(style), style)
    }

    /// The same where what they share may be so wide.
    fn labelled_within(
        &self,
        bar: &Colorbar,
        inner: Block,
        most_shared_px: i32,
        style: &Style,
    ) -> Option<(Labels, Block)> {
        let norm = bar.norm.as_ref()?;
        // The uppermost label sticks out of the bar by half its height.
        let sticking_out_px = text::middle_px(style.tick_size_px) + 1;
        let shared_px = text::line_px(style.tick_size_px) + style.gap_px.max(sticking_out_px);
        let has_room = inner.height >= shared_px + text::line_px(style.tick_size_px);
        let room = Room {
            length_px: inner.height,
            label_px: self.label_px,
            shared_px: if has_room { most_shared_px } else { 0 },
            is_lying: false,
        };
        let found = labels::labels(bar, norm, room, style);
        if found.shared.is_empty() {
            return Some((found, inner));
        }
        let below = Block::new(inner.left, inner.top + shared_px, inner.width, inner.height - shared_px);
        let found = labels::labels(bar, norm, Room { length_px: below.height, ..room }, style);
        Some((found, below))
    }
}

/// The height of an arrow at an end of the bar.
fn arrow_px(columns: Columns, area: Block) -> i32 {
    columns.bar_px.min((f64::from(area.height) * ARROW_SHARE) as i32)
}

/// The colorbar in its box, as high as the plot area; nothing while its norm is unknown.
pub(super) fn ops(bar: &Colorbar, columns: Columns, area: Block, style: &Style) -> Vec<Op> {
    let arrow_px = arrow_px(columns, area);
    let has_arrows = arrow_px >= 2;
    let over = bar.extends.over.filter(|_| has_arrows);
    let under = bar.extends.under.filter(|_| has_arrows);
    let taken = |arrow: Option<Rgba8>| if arrow.is_some() { arrow_px } else { 0 };
    let left = area.left + columns.histogram_px + style.line_px;
    let height = area.height - taken(over) - taken(under);
    let inner = Block::new(left, area.top + taken(over), columns.bar_px, height);
    let Some((labels, block)) = columns.labelled(bar, inner, style) else { return Vec::new() };

    let mut ops = Vec::new();
    if let Some(histogram) = bar.histogram.as_ref().filter(|_| columns.histogram_px > 0) {
        ops.extend(histogram_ops(histogram, block, columns.histogram_px, style));
    }
    let rows: Arc<[[u8; 3]]> = (0..block.height)
        .map(|row| bar.ramp.color_from_t(1.0 - (f64::from(row) + 0.5) / f64::from(block.height)))
        .collect();
    ops.push(Op::Ramp { block, rows });
    ops.extend(Op::frame(block, style.line_px, style.spine_ink));
    ops.extend(arrow_ops(over, under, block, arrow_px, style));
    if !labels.shared.is_empty() {
        let mask = text::mask(&labels.shared, style.tick_size_px, f64::INFINITY);
        ops.push(Op::Text { left: block.left - style.line_px, top: area.top, mask, color: style.tick_label_ink });
    }
    let line_px = text::line_px(style.tick_size_px);
    let rows = block.top - line_px / 2 - 1..area.bottom() + line_px;
    ops.extend(labels.ticks.right_of(block, rows, columns.label_px, style));
    // Beside the labels that there are: room that was kept for wider ones would set the title apart from its bar.
    let labels_px = labels.ticks.width_px().min(columns.label_px);
    if let Some(label) = bar.label.as_ref().filter(|_| columns.title_lines > 0) {
        let title = Words::new(label, style.label_size_px, block.height, columns.title_lines as usize);
        let left = block.right() + style.line_px + style.tick_px(false) + style.gap_px + labels_px + style.gap_px;
        let left = left.min(area.right() - title.height_px());
        ops.extend(title.upwards(left, (block.top, block.height), style.label_ink));
    }
    ops
}

/// Triangles above and below the bar, on its spines.
fn arrow_ops(over: Option<Rgba8>, under: Option<Rgba8>, bar: Block, height: i32, style: &Style) -> Vec<Op> {
    if over.or(under).is_none() {
        return Vec::new();
    }
    let (left, line) = (bar.left - style.line_px, style.line_px);
    let arrow = Arrowhead::new(bar.width + 2 * line, height, line);
    let (inside, outline) = (arrow.inside.downwards(), arrow.outline.downwards());
    let ends =
        [(over, bar.top - line - height, arrow.inside, arrow.outline), (under, bar.bottom() + line, inside, outline)];
    let shapes = ends.into_iter().filter_map(|(color, top, inside, outline)| {
        let inside = Op::Shape { left, top, mask: Arc::new(inside), color: color? };
        Some([inside, Op::Shape { left, top, mask: Arc::new(outline), color: style.spine_ink }])
    });
    shapes.flatten().collect()
}

/// Bars that grow from the colorbar's left spine to the left.
fn histogram_ops(counts: &[u64], bar: Block, most_px: i32, style: &Style) -> Vec<Op> {
    let bars = counts_by_place(counts, bar.height, most_px).into_iter().rev().map(|(start, end, length)| {
        // Places count from the lower end.
        let block = Block::new(bar.left - style.line_px - length, bar.bottom() - end, length, end - start);
        Op::Fill { block, color: style.histogram }
    });
    bars.collect()
}

/// The bars of a histogram along a bar of so many pixels, from its lower end on: where each starts and ends, and its length.
fn counts_by_place(counts: &[u64], pixels: i32, most_px: i32) -> Vec<(i32, i32, i32)> {
    let bins = counts.len();
    let Some(places) = usize::try_from(pixels).ok().filter(|places| *places > 0 && bins > 0) else {
        return Vec::new();
    };
    // Where bins are finer than pixels, a pixel has those that begin in it.
    let count_at = |place: usize| -> u128 {
        if bins <= places {
            return u128::from(counts[(2 * place + 1) * bins / (2 * places)]);
        }
        let (first, end) = ((place * bins).div_ceil(places), ((place + 1) * bins).div_ceil(places));
        counts[first..end].iter().map(|count| u128::from(*count)).sum()
    };
    let by_place: Vec<u128> = (0..places).map(count_at).collect();
    let most = libm::log1p(by_place.iter().copied().max().unwrap_or(0) as f64);
    if most <= 0.0 {
        return Vec::new();
    }
    let length_px = |count: u128| match count {
        0 => 0,
        _ => ((libm::log1p(count as f64) / most * f64::from(most_px)).round() as i32).max(1),
    };
    let mut bars = Vec::new();
    let mut start = 0;
    while start < places {
        let length = length_px(by_place[start]);
        let end = (start + 1..places).find(|place| length_px(by_place[*place]) != length).unwrap_or(places);
        if length > 0 {
            bars.push((start as i32, end as i32, length));
        }
        start = end;
    }
    bars
}

#[cfg(test)]
mod tests;
