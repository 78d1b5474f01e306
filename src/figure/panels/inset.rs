//! An inset: a second plot area in a corner of the first, on paper of its own with its ticks and labels, and the part that
//! it shows marked and joined to it.
//!
//! Its size is fixed with the layout; its corner may be chosen once the points are drawn. Everything lies within the plot.

use std::sync::Arc;

use super::super::axis::AxisTicks;
use super::super::display::{Block, Op, Plate, Rect};
use super::super::shape::Shape;
use super::super::style::Style;
use super::super::text;
use super::super::{Corner, FigureSpec, Frame};
use crate::color::Rgba8;
use crate::scale::Scale;

/// Sizes of its texts and ticks against those of the plot.
const SMALLER: f64 = 0.85;

/// A box is not worth labels where they leave less than this share of its sides to the points.
const WORTHWHILE: f64 = 0.5;

/// Longest side in pixels of one piece of a slanted line, so that a long one never needs one mask of its whole box.
const PIECE_PX: i32 = 128;

/// An inset as asked for.
#[derive(Clone, Copy, Debug)]
pub struct InsetRequest<'a> {
    /// Its horizontal axis.
    pub x: &'a Scale,
    /// Its vertical axis.
    pub y: &'a Scale,
    /// Where the part that it shows begins and ends on the plot's own axes, as shares of them from the left, and from
    /// below: left, right, bottom, top. Beyond 0..1 it lies outside of the plot.
    pub region: [f64; 4],
    /// The share of the plot's sides that it takes.
    pub share: f64,
}

/// One corner that the inset may have.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    /// Everything that it covers.
    paper: Block,
    plate: Plate,
}

/// The inset in every corner: above on the right and on the left, below on the right and on the left.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::figure) struct Inset {
    places: [Place; 4],
    region: Block,
}

/// What an inset is made of, wherever it stands.
struct Parts<'a> {
    plot: Block,
    region: Block,
    /// Of the paper.
    size: (i32, i32),
    /// From the paper to the spines: left, right, top, bottom.
    margins: [i32; 4],
    ticks: Option<(AxisTicks, AxisTicks)>,
    scales: (&'a Scale, &'a Scale),
    style: Style,
    spec: &'a FigureSpec,
}

impl Inset {
    /// Measures an inset of a plot; `None` where the plot has no room for one.
    pub fn reserved(plot: Block, request: &InsetRequest<'_>, spec: &FigureSpec, style: &Style) -> Option<Self> {
        let style = style.smaller(SMALLER);
        let share = |px: i32| (f64::from(px) * request.share).round() as i32;
        let size = (share(plot.width), share(plot.height));
        let line = style.line_px;
        let bare = [line; 4];
        let labelled = labelled(request, size, &style).filter(|_| spec.frame == Frame::Full);
        let (ticks, margins) = labelled.map_or((None, bare), |(ticks, margins)| (Some(ticks), margins));
        let [left, right, top, bottom] = margins;
        if size.0 - left - right < 1 || size.1 - top - bottom < 1 || size.0 + 2 * style.margin_px > plot.width {
            return None;
        }
        if size.1 + 2 * style.margin_px > plot.height {
            return None;
        }
        let region = region(plot, request.region);
        let scales = (request.x, request.y);
        let parts = Parts { plot, region, size, margins, ticks, scales, style, spec };
        let corners = [Corner::TopRight, Corner::TopLeft, Corner::BottomRight, Corner::BottomLeft];
        let places = corners.map(|corner| parts.place(corner));
        Some(Self { places, region })
    }

    /// Width and height of its plot area.
    pub fn size_px(&self) -> (u32, u32) {
        let area = self.places[0].plate.area();
        (area.width, area.height)
    }

    fn at(&self, corner: Corner) -> &Place {
        let [top_right, top_left, bottom_right, bottom_left] = &self.places;
        match corner {
            Corner::TopRight => top_right,
            Corner::TopLeft => top_left,
            Corner::BottomRight => bottom_right,
            Corner::BottomLeft => bottom_left,
        }
    }

    /// What it would cover in a corner, and whether that hides a pixel of the part that it shows.
    pub fn covers(&self, corner: Corner) -> (Rect, bool) {
        let paper = self.at(corner).paper;
        (rect(paper), meets(paper, self.region))
    }

    /// The plate in a corner.
    pub fn plate(&self, corner: Corner) -> Plate {
        self.at(corner).plate.clone()
    }
}

/// Ticks, and margins on the left, on the right, above and below.
type Labelled = ((AxisTicks, AxisTicks), [i32; 4]);

/// Ticks and margins of an inset with labels, if it is worth them: below on one line, or on two.
fn labelled(request: &InsetRequest<'_>, size: (i32, i32), style: &Style) -> Option<Labelled> {
    let lines_px = [1, 2].map(|lines| lines * text::line_px(style.tick_size_px));
    let mut tried = lines_px.into_iter().filter_map(|labels_px| {
        let found = labelled_by(request, size, labels_px, style)?;
        (found.0.0.height_px(style) <= labels_px).then_some(found)
    });
    tried.next()
}

/// The same with so much room for the labels below.
fn labelled_by(
    request: &InsetRequest<'_>,
    (width, height): (i32, i32),
    labels_px: i32,
    style: &Style,
) -> Option<Labelled> {
    let (line, gap) = (style.line_px, style.gap_px);
    // Half of the uppermost label sticks out.
    let top = line + gap.max(text::middle_px(style.tick_size_px) + 1);
    let bottom = line + style.below_px() + 2 * gap + labels_px;
    let down = height - top - bottom;
    let is_worth = |px: i32, of: i32| f64::from(px) >= WORTHWHILE * f64::from(of) && px > 0;
    if !is_worth(down, height) {
        return None;
    }
    let y_ticks = AxisTicks::upwards(request.y, down, false, style);
    let left = line + style.beside_px() + 2 * gap + y_ticks.width_px();
    let mut right = line + gap;
    let mut x_ticks = AxisTicks::across(request.x, (width - left - right).max(1), false, style);
    let overhang = x_ticks.overhang_px((width - left - right).max(1), style) + gap;
    if overhang > right {
        right = overhang;
        x_ticks = AxisTicks::across(request.x, (width - left - right).max(1), false, style);
    }
    is_worth(width - left - right, width).then_some(((x_ticks, y_ticks), [left, right, top, bottom]))
}

/// The part of the plot that is shown, as far as it lies in it, in whole pixels; at least one.
fn region(plot: Block, [left, right, bottom, top]: [f64; 4]) -> Block {
    let px = |share: f64, length: i32| (share.clamp(0.0, 1.0) * f64::from(length)).round() as i32;
    let (x0, x1) = (px(left.min(right), plot.width), px(left.max(right), plot.width));
    let (y0, y1) = (px(bottom.min(top), plot.height), px(bottom.max(top), plot.height));
    Block::new(plot.left + x0, plot.bottom() - y1, (x1 - x0).max(1), (y1 - y0).max(1))
}

impl Parts<'_> {
    /// The inset in a corner.
    fn place(&self, corner: Corner) -> Place {
        let (is_left, is_top) = (corner.is_left(), corner.is_top());
        let (plot, style, (width, height)) = (self.plot, &self.style, self.size);
        let margin = style.margin_px;
        let left = if is_left { plot.left + margin } else { plot.right() - margin - width };
        let top = if is_top { plot.top + margin } else { plot.bottom() - margin - height };
        let paper = Block::new(left, top, width, height);
        let [inner_left, inner_right, inner_top, inner_bottom] = self.margins;
        let area = Block::new(
            left + inner_left,
            top + inner_top,
            width - inner_left - inner_right,
            height - inner_top - inner_bottom,
        );
        let ink = style.faint_ink();
        let mut texts = Vec::new();
        // An inset ends on all sides, whatever spines the plot has.
        let mut axes = Op::frame(area, style.line_px, style.spine_ink).to_vec();
        let mut grid = Vec::new();
        if let Some((x_ticks, y_ticks)) = &self.ticks {
            let ops = x_ticks.below(area, paper.left..paper.right(), true, style);
            let rows = paper.top..area.bottom() + style.line_px + style.below_px() + style.gap_px;
            texts.extend(ops.into_iter().chain(y_ticks.left_of(area, rows, true, style)));
            // What would stick out of the paper is not worth a label.
            texts.retain(|op| is_within(op.block(), paper));
        }
        let mut under = Op::frame(self.region, style.line_px, ink).to_vec();
        under.push(Op::Fill { block: paper, color: self.color() });
        for (from, to) in joined(self.region, grown(area, style.line_px)) {
            under.extend(line(from, to, style.line_px, ink));
        }
        // Lines pass behind the labels.
        for block in texts.iter().filter(|op| matches!(op, Op::Text { .. })).map(Op::block) {
            under.push(Op::Fill { block, color: self.color() });
        }
        if let Some((x_ticks, y_ticks)) = &self.ticks {
            grid = self.spec.trim.grid_ops(self.spec.theme, area, x_ticks, y_ticks, style);
        }
        axes.extend(texts);
        let (own, over) = self.spec.trim.layers(area, self.scales, grid, axes, style);
        under.extend(own);
        Place { paper, plate: Plate { area: rect(area), background: None, under, over } }
    }

    /// Nothing shines through.
    fn color(&self) -> Rgba8 {
        let color = self.spec.plot_background.or(self.spec.background);
        let color = color.filter(|color| color.a > 0).unwrap_or_else(|| self.spec.theme.plot_background());
        Rgba8 { a: 255, ..color }
    }
}

fn grown(block: Block, px: i32) -> Block {
    Block::new(block.left - px, block.top - px, block.width + 2 * px, block.height + 2 * px)
}

fn meets(a: Block, b: Block) -> bool {
    a.left < b.right() && b.left < a.right() && a.top < b.bottom() && b.top < a.bottom()
}

fn is_within(inner: Block, outer: Block) -> bool {
    inner.left >= outer.left
        && inner.top >= outer.top
        && inner.right() <= outer.right()
        && inner.bottom() <= outer.bottom()
}

fn rect(block: Block) -> Rect {
    let [x, y, width, height] = [block.left, block.top, block.width, block.height].map(|px| px.max(0).unsigned_abs());
    Rect { x, y, width, height }
}

type Point = (i32, i32);

/// The two lines between equal corners of two boxes that run through neither of them: those that bound the space between.
/// None where the boxes meet.
fn joined(region: Block, area: Block) -> Vec<(Point, Point)> {
    if meets(region, area) {
        return Vec::new();
    }
    let (is_right, is_left) = (area.left >= region.right(), area.right() <= region.left);
    let (is_below, is_above) = (area.top >= region.bottom(), area.bottom() <= region.top);
    // Corners by whether they are right and below.
    let corners: [(bool, bool); 2] = match (is_right || is_left, is_below || is_above) {
        // Beside each other: above and below, from the side of the area that is near, or where the area ends first from
        // the one that is far.
        (true, false) => {
            let (is_higher, is_lower) = (area.top <= region.top, area.bottom() >= region.bottom());
            [(is_left == is_higher, false), (is_left == is_lower, true)]
        }
        (false, true) => {
            let (is_wider_left, is_wider_right) = (area.left <= region.left, area.right() >= region.right());
            [(false, is_above == is_wider_left), (true, is_above == is_wider_right)]
        }
        // Across a corner: the two corners that neither box hides.
        _ => [(is_right, is_above), (is_left, is_below)],
    };
    let corner = |block: Block, (is_right, is_below): (bool, bool)| {
        let x = if is_right { block.right() - 1 } else { block.left };
        let y = if is_below { block.bottom() - 1 } else { block.top };
        (x, y)
    };
    corners.map(|which| (corner(region, which), corner(area, which))).to_vec()
}

/// The corners of a line, from `origin`.
fn quad(from: Point, to: Point, half: f64, origin: Point) -> Vec<[f64; 2]> {
    let at = |point: Point| [f64::from(point.0 - origin.0) + 0.5, f64::from(point.1 - origin.1) + 0.5];
    let ([x0, y0], [x1, y1]) = (at(from), at(to));
    let length = ((x1 - x0).powi(2) + (y1 - y0).powi(2)).sqrt();
    let (nx, ny) = (half * (y1 - y0) / length, half * (x0 - x1) / length);
    vec![[x0 + nx, y0 + ny], [x1 + nx, y1 + ny], [x1 - nx, y1 - ny], [x0 - nx, y0 - ny]]
}

/// The share of a pixel on one side of a straight line: `c` from its centre to the line along the line's normal, whose
/// parts have the magnitudes `normal`. A square casts a trapezoid onto the normal; this is its integral.
fn share_below(c: f64, normal: (f64, f64)) -> f64 {
    let (a, b) = (normal.0.max(normal.1), normal.0.min(normal.1));
    let (foot, top) = ((a + b) / 2.0, (a - b) / 2.0);
    if c.abs() <= top {
        0.5 + c / a
    } else if c.abs() >= foot {
        if c > 0.0 { 1.0 } else { 0.0 }
    } else {
        let beyond = (foot - c.abs()).powi(2) / (2.0 * a * b);
        if c > 0.0 { 1.0 - beyond } else { beyond }
    }
}

/// A line between the centres of two pixels, in pieces.
fn line(from: Point, to: Point, line_px: i32, color: Rgba8) -> Vec<Op> {
    let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = (dx * dx + dy * dy).sqrt();
    if length < 1.0 {
        return Vec::new();
    }
    let half = f64::from(line_px) / 2.0;
    let normal = (dx.abs() / length, dy.abs() / length);
    let reach = line_px;
    let (left, right) = (from.0.min(to.0) - reach, from.0.max(to.0) + reach + 1);
    let (top, bottom) = (from.1.min(to.1) - reach, from.1.max(to.1) + reach + 1);
    let mut ops = Vec::new();
    for y0 in (top..bottom).step_by(PIECE_PX as usize) {
        for x0 in (left..right).step_by(PIECE_PX as usize) {
            let (width, height) = (PIECE_PX.min(right - x0), PIECE_PX.min(bottom - y0));
            let covered = |x: i32, y: i32| {
                let (px, py) = (f64::from(x - from.0), f64::from(y - from.1));
                let (along, across) = ((px * dx + py * dy) / length, (px * dy - py * dx) / length);
                let beyond = (-along).max(along - length).max(0.0);
                let coverage = share_below(half - across, normal) - share_below(-half - across, normal);
                (coverage * (1.0 - beyond).clamp(0.0, 1.0) * 255.0).round() as u8
            };
            // Most pieces of the box hold none of the line.
            let middle = (f64::from(x0 + width / 2 - from.0), f64::from(y0 + height / 2 - from.1));
            let far = (middle.0 * dy - middle.1 * dx).abs() / length;
            if far > f64::from(width + height) + half + 1.0 {
                continue;
            }
            let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x0 + x, y0 + y)));
            let coverage: Vec<u8> = pixels.map(|(x, y)| covered(x, y)).collect();
            if coverage.iter().any(|covered| *covered > 0) {
                // The first piece has the outline of all of the line.
                let outline = if ops.is_empty() { vec![quad(from, to, half, (x0, y0))] } else { Vec::new() };
                let mask = Arc::new(Shape { width, height, coverage, outline: Some(outline) });
                ops.push(Op::Shape { left: x0, top: y0, mask, color });
            }
        }
    }
    ops
}

#[cfg(test)]
mod tests;
