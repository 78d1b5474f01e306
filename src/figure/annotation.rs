//! Lines, boxes and texts at data coordinates.
//!
//! A line of `w` pixels lies where its middle is nearest to its value, within half a pixel. Boxes show those of their sides
//! that are in the view, texts move just as far as keeps them in the plot area. Coordinates stay as they were typed until
//! the axes are known: an inset or a panel has others.

mod parse;

use std::ops::Range;

use super::Length;
use super::display::{Block, Op};
use super::style::Style;
use super::text::{self, Fitted, Room, fitted};
use crate::color::Rgba8;
use crate::error::{Error, Result};
use crate::escape::{display_lines, display_text};
use crate::scale::Scale;

/// A box is filled with its colour at this strength.
const BOX_FILL: f64 = 0.15;

/// How the line of an annotation looks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stroke {
    /// The figure's ink for lines when not given.
    pub color: Option<Rgba8>,
    /// Rounded to whole pixels; the figure's when not given.
    pub width: Option<Length>,
    /// Whether the line has gaps.
    pub dash: Dash,
}

/// The gaps of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dash {
    /// None.
    #[default]
    Solid,
    /// Dashes of 4 widths, gaps of 2.
    Dashed,
    /// Squares, gaps of 2 widths.
    Dotted,
}

impl Dash {
    const ALL: [Self; 3] = [Self::Solid, Self::Dashed, Self::Dotted];

    fn name(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Dashed => "dashed",
            Self::Dotted => "dotted",
        }
    }

    /// Pieces of a line of `line_px` and of a length, each from where to where.
    fn pieces(self, length_px: i32, line_px: i32) -> Vec<Range<i32>> {
        let (dash, gap) = match self {
            Self::Solid => (length_px.max(1), 0),
            // Not so thin that the eye joins them.
            Self::Dashed => ((4 * line_px).max(5), (2 * line_px).max(3)),
            Self::Dotted => (line_px, (2 * line_px).max(2)),
        };
        let starts = (0..length_px).step_by((dash + gap).unsigned_abs() as usize);
        starts.map(|start| start..(start + dash).min(length_px)).collect()
    }
}

/// Which point of a text stands at its coordinates: `Left` its left end, so that it reads on to the right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// The middle.
    #[default]
    Center,
    /// The middle of the left side.
    Left,
    /// The middle of the right side.
    Right,
    /// The middle of the upper side.
    Top,
    /// The middle of the lower side.
    Bottom,
    /// A corner.
    TopLeft,
    /// A corner.
    TopRight,
    /// A corner.
    BottomLeft,
    /// A corner.
    BottomRight,
}

impl Anchor {
    const ALL: [Self; 9] = [
        Self::Center,
        Self::Left,
        Self::Right,
        Self::Top,
        Self::Bottom,
        Self::TopLeft,
        Self::TopRight,
        Self::BottomLeft,
        Self::BottomRight,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Center => "center",
            Self::Left => "left",
            Self::Right => "right",
            Self::Top => "top",
            Self::Bottom => "bottom",
            Self::TopLeft => "top-left",
            Self::TopRight => "top-right",
            Self::BottomLeft => "bottom-left",
            Self::BottomRight => "bottom-right",
        }
    }

    /// Where the point lies in the box of a text, as shares of its width and its height.
    fn shares(self) -> (f64, f64) {
        let across = match self {
            Self::Left | Self::TopLeft | Self::BottomLeft => 0.0,
            Self::Center | Self::Top | Self::Bottom => 0.5,
            Self::Right | Self::TopRight | Self::BottomRight => 1.0,
        };
        let down = match self {
            Self::Top | Self::TopLeft | Self::TopRight => 0.0,
            Self::Center | Self::Left | Self::Right => 0.5,
            Self::Bottom | Self::BottomLeft | Self::BottomRight => 1.0,
        };
        (across, down)
    }
}

/// One thing at data coordinates: numbers, or ISO 8601 on an axis of times, as texts.
#[derive(Clone, Debug, PartialEq)]
pub enum Annotation {
    /// A line across the plot at a value of y.
    Horizontal {
        /// The value.
        at: String,
        /// Its look.
        stroke: Stroke,
    },
    /// A line down the plot at a value of x.
    Vertical {
        /// The value.
        at: String,
        /// Its look.
        stroke: Stroke,
    },
    /// A box: an outline, and the same colour, translucent, within it.
    Area {
        /// Its ends, in either order.
        x: [String; 2],
        /// Its ends, in either order.
        y: [String; 2],
        /// The look of its outline.
        stroke: Stroke,
    },
    /// A text, on a translucent box of the plot's background.
    Text {
        /// Where.
        x: String,
        /// Where.
        y: String,
        /// One or several lines.
        text: String,
        /// Which point of it.
        anchor: Anchor,
        /// The figure's when not given.
        color: Option<Rgba8>,
    },
}

impl Annotation {
    /// A line where nothing of it is in the view.
    pub(super) fn check(&self, x: &Scale, y: &Scale) -> Result<Option<String>> {
        let name = self.option();
        let place = |scale: &Scale, text: &str, axis: &str| {
            scale.fraction_from_text(text).map_err(|error: Error| error.in_column(format!("{axis} of {name}")))
        };
        let is_within = |fraction: f64| (0.0..=1.0).contains(&fraction);
        let meets = |a: f64, b: f64| a.min(b) < 1.0 && a.max(b) > 0.0;
        let (is_seen, shown) = match self {
            Self::Horizontal { at, .. } => (is_within(place(y, at, "y")?), at.clone()),
            Self::Vertical { at, .. } => (is_within(place(x, at, "x")?), at.clone()),
            Self::Area { x: [x0, x1], y: [y0, y1], .. } => {
                let across = meets(place(x, x0, "x")?, place(x, x1, "x")?);
                let down = meets(place(y, y0, "y")?, place(y, y1, "y")?);
                (across && down, format!("{x0},{x1},{y0},{y1}"))
            }
            Self::Text { x: at_x, y: at_y, text, .. } => {
                let is_seen = is_within(place(x, at_x, "x")?) & is_within(place(y, at_y, "y")?);
                (is_seen, format!("{at_x},{at_y},{text}"))
            }
        };
        Ok((!is_seen).then(|| format!("{name} {} is not drawn: it lies outside of the view", display_text(&shown))))
    }

    fn option(&self) -> &'static str {
        match self {
            Self::Horizontal { .. } => "--hline",
            Self::Vertical { .. } => "--vline",
            Self::Area { .. } => "--box",
            Self::Text { .. } => "--text",
        }
    }

    pub(super) fn description(&self) -> serde_json::Value {
        let mut parts = match self {
            Self::Horizontal { at, .. } => serde_json::json!({ "y": at }),
            Self::Vertical { at, .. } => serde_json::json!({ "x": at }),
            Self::Area { x, y, .. } => serde_json::json!({ "x": x, "y": y }),
            Self::Text { x, y, text, anchor, .. } => {
                serde_json::json!({ "x": x, "y": y, "text": text, "at": anchor.name() })
            }
        };
        let color = match self {
            Self::Horizontal { stroke, .. } | Self::Vertical { stroke, .. } | Self::Area { stroke, .. } => {
                parts["dash"] = stroke.dash.name().into();
                if let Some(width) = stroke.width {
                    parts["width"] = format!("{width:?}").into();
                }
                stroke.color
            }
            Self::Text { color, .. } => *color,
        };
        if let Some(Rgba8 { r, g, b, a }) = color {
            parts["color"] = [r, g, b, a].to_vec().into();
        }
        parts
    }
}

/// What is painted of an annotation on a plot area with these axes; nothing for a coordinate that is none of them.
pub(super) fn ops(annotation: &Annotation, (x, y): (&Scale, &Scale), plot: Block, style: &Style) -> Vec<Op> {
    let at = |scale: &Scale, text: &str| scale.fraction_from_text(text).ok().filter(|fraction| !fraction.is_nan());
    let ops = match annotation {
        Annotation::Horizontal { at: value, stroke } => at(y, value).map(|fraction| {
            let (line_px, color) = stroke.resolved(style);
            let span = span(1.0 - fraction, plot.height, line_px);
            let bar = |rows: Range<i32>| bars(rows, 0..plot.width, true, *stroke, line_px);
            placed(span.map_or_else(Vec::new, bar), plot, color)
        }),
        Annotation::Vertical { at: value, stroke } => at(x, value).map(|fraction| {
            let (line_px, color) = stroke.resolved(style);
            let span = span(fraction, plot.width, line_px);
            let bar = |columns: Range<i32>| bars(columns, 0..plot.height, false, *stroke, line_px);
            placed(span.map_or_else(Vec::new, bar), plot, color)
        }),
        Annotation::Area { x: [x0, x1], y: [y0, y1], stroke } => {
            let across = at(x, x0).zip(at(x, x1));
            let down = at(y, y0).zip(at(y, y1)).map(|(from, to)| (1.0 - from, 1.0 - to));
            across.zip(down).map(|(across, down)| area_ops(across, down, *stroke, plot, style))
        }
        Annotation::Text { x: at_x, y: at_y, text, anchor, color } => {
            let place = at(x, at_x).zip(at(y, at_y)).filter(|(x, y)| [x, y].iter().all(|f| (0.0..=1.0).contains(*f)));
            place.map(|place| text_ops(text, place, *anchor, color.unwrap_or(style.text_ink), plot, style))
        }
    };
    ops.unwrap_or_default()
}

impl Stroke {
    /// Whole pixels, and the colour.
    fn resolved(self, style: &Style) -> (i32, Rgba8) {
        let width_px = self.width.map_or(style.reference_px, |width| width.px(style.dpi));
        (width_px.round().clamp(1.0, 1e4) as i32, self.color.unwrap_or(style.reference_ink))
    }
}

/// The pixels of a line at a fraction: those whose middle is nearest to it; `None` outside of the axis. At an end the line
/// moves by half its width, so that it stays in the plot.
fn span(fraction: f64, length_px: i32, line_px: i32) -> Option<Range<i32>> {
    // A value at a limit may come out beside it by rounding.
    const END: f64 = 1e-9;
    if !(-END..=1.0 + END).contains(&fraction) {
        return None;
    }
    let start = (fraction * f64::from(length_px) - f64::from(line_px) / 2.0).round() as i32;
    let start = start.clamp(0, (length_px - line_px).max(0));
    Some(start..(start + line_px).min(length_px))
}

/// The pieces of a line that takes `thick` across its way, and `way` along it.
fn bars(thick: Range<i32>, way: Range<i32>, is_across: bool, stroke: Stroke, line_px: i32) -> Vec<Block> {
    let pieces = stroke.dash.pieces(way.end - way.start, line_px);
    let block = |piece: Range<i32>| {
        let (start, length) = (way.start + piece.start, piece.end - piece.start);
        match is_across {
            true => Block::new(start, thick.start, length, thick.end - thick.start),
            false => Block::new(thick.start, start, thick.end - thick.start, length),
        }
    };
    pieces.into_iter().map(block).collect()
}

fn placed(blocks: Vec<Block>, plot: Block, color: Rgba8) -> Vec<Op> {
    let moved = |block: Block| Block { left: block.left + plot.left, top: block.top + plot.top, ..block };
    blocks.into_iter().map(|block| Op::Fill { block: moved(block), color }).collect()
}

/// The outline lies within the box, so that two boxes side by side do not overlap; its sides outside of the view are none.
fn area_ops(across: (f64, f64), down: (f64, f64), stroke: Stroke, plot: Block, style: &Style) -> Vec<Op> {
    let (line_px, color) = stroke.resolved(style);
    let edge = |fraction: f64, length_px: i32| (fraction.clamp(0.0, 1.0) * f64::from(length_px)).round() as i32;
    let ends = |(a, b): (f64, f64), length_px: i32| {
        let (lo, hi) = (a.min(b), a.max(b));
        let (mut from, mut to) = (edge(lo, length_px), edge(hi, length_px));
        if to <= from {
            // Too thin for a pixel: the one that holds it.
            from = from.min(length_px - 1);
            to = from + 1;
        }
        (lo < 1.0 && hi > 0.0).then_some((from..to, lo >= 0.0, hi <= 1.0))
    };
    let Some((columns, has_left, has_right)) = ends(across, plot.width) else { return Vec::new() };
    let Some((rows, has_top, has_bottom)) = ends(down, plot.height) else { return Vec::new() };
    let fill = Rgba8 { a: (f64::from(color.a) * BOX_FILL).round() as u8, ..color };
    let inside = Block::new(columns.start, rows.start, columns.end - columns.start, rows.end - rows.start);
    let mut ops = placed(vec![inside], plot, fill);
    // Upright sides leave the corners to the others: no pixel is painted twice.
    let line_y = line_px.min(inside.height);
    let line_x = line_px.min(inside.width);
    let upright = rows.start + if has_top { line_y } else { 0 }..rows.end - if has_bottom { line_y } else { 0 };
    let sides = [
        (has_top, rows.start..rows.start + line_y, columns.clone(), true),
        (has_bottom && inside.height > line_y, rows.end - line_y..rows.end, columns.clone(), true),
        (has_left, columns.start..columns.start + line_x, upright.clone(), false),
        (has_right && inside.width > line_x, columns.end - line_x..columns.end, upright, false),
    ];
    for (_, thick, way, is_across) in sides.into_iter().filter(|(is_there, ..)| *is_there) {
        if way.start < way.end {
            ops.extend(placed(bars(thick, way, is_across, stroke, line_px), plot, color));
        }
    }
    ops
}

/// The least size of a text that has no room, as a share of what it should have.
const LEAST_SHARE: f64 = 0.7;

/// Beside and above a text in its box.
fn pads_px(style: &Style) -> (i32, i32) {
    (style.gap_px, style.gap_px / 3)
}

/// A text on as few lines as a plot area of that size has room for; `None` where it has none for a line.
fn fit(text: &str, (width, height): (i32, i32), style: &Style) -> Option<Fitted> {
    let (pad_x_px, pad_y_px) = pads_px(style);
    let most_lines = (height - 2 * pad_y_px) / text::line_px(style.text_size_px).max(1);
    // A mask is a little wider than its text.
    let most_px = f64::from(width - 2 * pad_x_px - 2);
    let room = Room { most_px, most_lines: usize::try_from(most_lines).unwrap_or(0) };
    (most_lines >= 1 && most_px >= 1.0).then(|| fitted(&display_lines(text), style.text_size_px, room, LEAST_SHARE))
}

impl Annotation {
    /// Whether it is a text that is cut in a plot area of that size, and whether it is one that has no room at all.
    pub(super) fn losses(&self, size: (i32, i32), style: &Style) -> (bool, bool) {
        let Self::Text { text, .. } = self else { return (false, false) };
        fit(text, size, style).map_or((false, true), |fitted| (fitted.is_cut, false))
    }
}

/// A box with the lines of a text: moved into the plot area, its lines broken where they are wider.
fn text_ops(text: &str, (x, y): (f64, f64), anchor: Anchor, color: Rgba8, plot: Block, style: &Style) -> Vec<Op> {
    let Some(fitted) = fit(text, (plot.width, plot.height), style) else { return Vec::new() };
    let (pad_px, pad_y_px) = pads_px(style);
    let (text_px, line_px) = (fitted.width_px(), text::line_px(fitted.size_px));
    let (width, height) = (text_px + 2 * pad_px, fitted.height_px() + 2 * pad_y_px);
    let (across, down) = anchor.shares();
    let start = |fraction: f64, length_px: i32, size: i32, share: f64| {
        let start = (fraction * f64::from(length_px) - share * f64::from(size)).round() as i32;
        start.clamp(0, (length_px - size).max(0))
    };
    let left = plot.left + start(x, plot.width, width, across);
    let top = plot.top + start(1.0 - y, plot.height, height, down);
    let mut ops = vec![Op::Fill { block: Block::new(left, top, width, height), color: style.text_box }];
    for (number, mask) in (0..).zip(fitted.lines) {
        // Several lines lean to the side that stands at the place.
        let left = left + pad_px + (across * f64::from(text_px - mask.width)).round() as i32;
        ops.push(Op::Text { left, top: top + pad_y_px + number * line_px, mask, color });
    }
    ops
}

#[cfg(test)]
mod tests;
