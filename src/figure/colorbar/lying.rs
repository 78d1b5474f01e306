//! The colorbar below the plot area, as long as it: ticks, labels and title under it, a histogram over it.

use std::sync::Arc;

use super::labels::{self, Labels, Room};
use super::{ARROW_SHARE, TITLE_LINES, UNKNOWN_CHARS, UNKNOWN_TIME, counts_by_place};
use crate::color::Rgba8;
use crate::figure::arrow::Arrowhead;
use crate::figure::display::{Block, Op};
use crate::figure::key::Colorbar;
use crate::figure::layout::words::Words;
use crate::figure::style::Style;
use crate::figure::text;

/// Labels have at most this share of the bar each before something is taken out of them.
const LABEL_SHARE: i32 = 6;

/// The rows of a colorbar that lies, in pixels.
#[derive(Clone, Copy, Debug)]
pub(in crate::figure) struct Rows {
    histogram_px: i32,
    bar_px: i32,
    /// The title, and what the labels share at its right end.
    title_px: i32,
    title_lines: usize,
    /// The room that the title was fitted into: with more it would be larger.
    title_room_px: i32,
    /// The title is cut.
    pub is_cut: bool,
    /// How far labels may reach beyond the ends of the bar.
    pub overhang_px: i32,
}

impl Rows {
    /// Measured for a bar of that length.
    pub fn reserved(bar: &Colorbar, length_px: i32, style: &Style) -> Self {
        let bar_px = (style.tick_size_px * 1.3).round().max(1.0) as i32;
        let histogram_px = if bar.has_histogram { 2 * bar_px } else { 0 };
        let label_px = (UNKNOWN_CHARS * text::width_px("0", style.tick_size_px)).ceil() as i32;
        let (label_px, has_shared) = match &bar.norm {
            // What is not known may share something.
            None => (bar.calendar.as_ref().map_or(label_px, |_| time_px(style)), true),
            Some(_) => {
                let arrow_px = arrow_px(bar_px, length_px);
                let found = (0..3).filter_map(|arrows| labelled(bar, length_px - arrows * arrow_px, style));
                found.fold((0, false), |(most_px, is_shared), labels| {
                    (most_px.max(labels.ticks.width_px()), is_shared || !labels.shared.is_empty())
                })
            }
        };
        let shared_px = if has_shared { label_px.max(time_px(style)) + style.gap_px } else { 0 };
        let title_room_px = title_room_px(length_px, shared_px);
        let title = bar.label.as_ref().map(|label| Words::new(label, style.label_size_px, title_room_px, TITLE_LINES));
        let (title_lines, is_cut) = title.as_ref().map_or((0, false), |title| (title.lines.len(), title.is_cut));
        let shared_line_px = if has_shared { text::line_px(style.tick_size_px) } else { 0 };
        let title_px = title.map_or(0, |title| title.height_px()).max(shared_line_px);
        let title_px = if title_px > 0 { title_px + style.gap_px } else { 0 };
        Self { histogram_px, bar_px, title_px, title_lines, title_room_px, is_cut, overhang_px: label_px / 2 + 1 }
    }

    pub fn height_px(&self, style: &Style) -> i32 {
        let ticks_px = style.tick_px(false) + style.gap_px + text::line_px(style.tick_size_px);
        self.histogram_px + 2 * style.line_px + self.bar_px + ticks_px + self.title_px
    }
}

fn time_px(style: &Style) -> i32 {
    text::width_px(UNKNOWN_TIME, style.tick_size_px).ceil() as i32 + 3
}

/// What is left of a line for a title in its middle, beside what stands at its end.
fn title_room_px(length_px: i32, shared_px: i32) -> i32 {
    (length_px - 2 * shared_px).max(length_px / 3)
}

fn arrow_px(bar_px: i32, length_px: i32) -> i32 {
    bar_px.min((f64::from(length_px) * ARROW_SHARE) as i32)
}

fn labelled(bar: &Colorbar, length_px: i32, style: &Style) -> Option<Labels> {
    let norm = bar.norm.as_ref()?;
    let room = Room { length_px, label_px: (length_px / LABEL_SHARE).max(1), shared_px: length_px / 3, is_lying: true };
    Some(labels::labels(bar, norm, room, style))
}

/// The colorbar in its box; nothing while its norm is unknown. Labels stay within the columns `page`.
pub(in crate::figure) fn ops(bar: &Colorbar, rows: Rows, area: Block, page_px: i32, style: &Style) -> Vec<Op> {
    let arrow_px = arrow_px(rows.bar_px, area.width);
    let has_arrows = arrow_px >= 2;
    let over = bar.extends.over.filter(|_| has_arrows);
    let under = bar.extends.under.filter(|_| has_arrows);
    let taken = |arrow: Option<Rgba8>| if arrow.is_some() { arrow_px } else { 0 };
    let width = area.width - taken(over) - taken(under);
    let top = area.top + rows.histogram_px + style.line_px;
    let block = Block::new(area.left + taken(under), top, width, rows.bar_px);
    let Some(labels) = labelled(bar, block.width, style) else { return Vec::new() };

    let mut ops = Vec::new();
    if let Some(counts) = bar.histogram.as_ref().filter(|_| rows.histogram_px > 0) {
        let bars = counts_by_place(counts, block.width, rows.histogram_px);
        ops.extend(bars.into_iter().map(|(start, end, length)| {
            let block = Block::new(block.left + start, block.top - style.line_px - length, end - start, length);
            Op::Fill { block, color: style.histogram }
        }));
    }
    ops.extend((0..block.width).map(|column| {
        let [r, g, b] = bar.ramp.color_from_t((f64::from(column) + 0.5) / f64::from(block.width));
        // Each reaches below the next: no seam where the picture is scaled.
        let width = 2.min(block.width - column);
        Op::Fill { block: Block { left: block.left + column, width, ..block }, color: Rgba8::opaque(r, g, b) }
    }));
    ops.extend(Op::frame(block, style.line_px, style.spine_ink));
    ops.extend(arrow_ops(over, under, block, arrow_px, style));
    ops.extend(labels.ticks.below(block, 0..page_px, true, style));

    let line_top = area.bottom() - rows.title_px + style.gap_px;
    let mut end = area.right();
    if !labels.shared.is_empty() && rows.title_px > 0 {
        let mask = text::mask(&labels.shared, style.tick_size_px, f64::from(area.width / 2));
        let left = area.right() - mask.width;
        end = left - 2 * style.gap_px;
        ops.push(Op::Text { left, top: line_top, mask, color: style.tick_label_ink });
    }
    if let Some(label) = bar.label.as_ref().filter(|_| rows.title_lines > 0) {
        let room_px = rows.title_room_px.min(title_room_px(area.width, area.right() - end)).min(end - area.left);
        let title = Words::new(label, style.label_size_px, room_px, rows.title_lines);
        let left_of = |width: i32| (area.left + (area.width - width) / 2).min(end - width).max(area.left);
        ops.extend(title.across(line_top, &left_of, style.label_ink));
    }
    ops
}

/// Triangles left and right of the bar, on its spines.
fn arrow_ops(over: Option<Rgba8>, under: Option<Rgba8>, bar: Block, length: i32, style: &Style) -> Vec<Op> {
    if over.or(under).is_none() {
        return Vec::new();
    }
    let (top, line) = (bar.top - style.line_px, style.line_px);
    let arrow = Arrowhead::new(bar.height + 2 * line, length, line);
    let left_ones = (arrow.inside.leftwards(), arrow.outline.leftwards());
    let right_ones = (arrow.inside.downwards().leftwards(), arrow.outline.downwards().leftwards());
    let ends = [(under, bar.left - line - length, left_ones), (over, bar.right() + line, right_ones)];
    let shapes = ends.into_iter().filter_map(|(color, left, (inside, outline))| {
        let inside = Op::Shape { left, top, mask: Arc::new(inside), color: color? };
        Some([inside, Op::Shape { left, top, mask: Arc::new(outline), color: style.spine_ink }])
    });
    shapes.flatten().collect()
}
