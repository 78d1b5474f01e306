//! From measures to places: spines, ticks and texts around a plot area, each as near to it as may be.

use super::kept::Part;
use super::keys::{KeyBox, Keys, Shape};
use super::measure::Measured;
use super::parts::key_gap_px;
use crate::figure::display::{Block, Op, Plate};
use crate::figure::panels::Shown;
use crate::figure::{FigureSpec, spine, text};
use crate::scale::Scale;

impl Measured {
    /// Everything but the keys; of facets, everything around all of them.
    pub fn ops(&mut self, has_cells: bool) -> Vec<Op> {
        let mut ops = if has_cells { Vec::new() } else { self.axes() };
        self.cut_spines(&mut ops);
        ops.extend(self.titles());
        ops.extend(self.x_texts());
        ops.extend(self.y_texts());
        ops
    }

    /// The panels of facets with their axes; nothing where there is one plot.
    pub fn cells(&self, spec: &FigureSpec, (x, y): (&Scale, &Scale)) -> Vec<Plate> {
        let Some(cells) = self.style.cells else { return Vec::new() };
        let has = |part: Part| self.kept.has(part);
        let shown = Shown {
            x: has(Part::XTicks),
            x_labels: has(Part::XTickLabels),
            y: has(Part::YTicks),
            y_labels: has(Part::YTickLabels),
        };
        let bounds = (self.page.0, self.last_row());
        cells.plates(self.plot, [(x, &self.x_ticks), (y, &self.aside.y_ticks)], shown, bounds, spec, &self.style)
    }

    /// The end of what labels of y may use: the corner belongs to the labels of x.
    fn last_row(&self) -> i32 {
        let style = &self.style;
        if self.kept.has(Part::XTickLabels) {
            self.plot.bottom() + style.line_px + style.below_px() + style.gap_px
        } else {
            self.page.1
        }
    }

    /// Spines, ticks and tick labels.
    fn axes(&self) -> Vec<Op> {
        let (plot, style) = (self.plot, self.style);
        let mut ops = spine::spines(plot, &style);
        if self.kept.has(Part::XTicks) {
            ops.extend(self.x_ticks.below(plot, 0..self.page.0, self.kept.has(Part::XTickLabels), &style));
        }
        if self.kept.has(Part::YTicks) {
            let has_titles = self.above.title.is_some() || self.above.sides.is_some();
            let first_row = if has_titles { plot.top - style.line_px - self.above.gap_px } else { 0 };
            let has_labels = self.kept.has(Part::YTickLabels);
            ops.extend(self.aside.y_ticks.left_of(plot, first_row.max(0)..self.last_row(), has_labels, &style));
        }
        ops
    }

    /// Takes away what given margins have no room for, and tells it.
    fn cut_spines(&mut self, ops: &mut Vec<Op>) {
        let (page, before) = (self.page, ops.len());
        ops.retain(|op| {
            let block = op.block();
            block.left >= 0 && block.top >= 0 && block.right() <= page.0 && block.bottom() <= page.1
        });
        if ops.len() < before {
            // Those that are left end where the page does.
            for (op, block) in spine::spines(self.plot, &self.style).into_iter().map(|op| (op.clone(), op.block())) {
                if ops.contains(&op) {
                    continue;
                }
                let (left, top) = (block.left.max(0), block.top.max(0));
                let (right, bottom) = (block.right().min(page.0), block.bottom().min(page.1));
                if right > left && bottom > top {
                    let block = Block::new(left, top, right - left, bottom - top);
                    ops.push(Op::Fill { block, color: self.style.spine_ink });
                }
            }
            self.kept.tell("all of the spines");
        }
    }

    /// Where a text of a width stands in the middle of the plot, as far as the page and what begins at `end` allow.
    fn centred(&self, width: i32, end: i32) -> i32 {
        let left = self.plot.left + (self.plot.width - width) / 2;
        left.min(end - width).max(self.style.margin_px).max(0)
    }

    fn titles(&self) -> Vec<Op> {
        let (plot, style, above) = (self.plot, self.style, &self.above);
        let mut ops = Vec::new();
        let mut top = plot.top - above.extent.px;
        if let Some(title) = &above.title {
            let left_of = |width: i32| self.centred(width, self.page.0 - style.margin_px);
            ops.extend(title.across(top, &left_of, style.title_ink));
            top += title.height_px();
        }
        if let Some(sides) = &above.sides {
            if sides.is_beside_title {
                // On one baseline with the last line of the title.
                top -= text::line_px(style.title_size_px);
                top += text::ascent_px(style.title_size_px) - text::ascent_px(style.label_size_px);
            }
            let ops_of = |words: &super::words::Words, is_left: bool| {
                // With the spines, as far as margins leave room for these.
                let (start, end) =
                    ((plot.left - style.line_px).max(0), (plot.right() + style.line_px).min(self.page.0));
                let left_of = |width: i32| if is_left { start } else { end - width };
                // What has fewer lines stands on the lowest.
                let top = top + if sides.is_beside_title { 0 } else { sides.height_px() - words.height_px() };
                words.across(top, &left_of, style.title_ink)
            };
            ops.extend(sides.left.iter().flat_map(|words| ops_of(words, true)));
            ops.extend(sides.right.iter().flat_map(|words| ops_of(words, false)));
        }
        ops
    }

    /// The label of x, and what its tick labels share at the right end of its line.
    fn x_texts(&self) -> Vec<Op> {
        let (plot, style, below) = (self.plot, self.style, &self.below);
        let mut ops = Vec::new();
        let top = plot.bottom() + below.label_from_px;
        let mut end = self.page.0 - style.margin_px;
        let shared = self.x_ticks.shared();
        if !shared.is_empty() && self.kept.has(Part::XTickLabels) {
            let mask = text::mask(shared, style.tick_size_px, f64::from(self.page.0 - 2));
            let left = (plot.right() - mask.width).max(0);
            end = left - 2 * style.gap_px;
            let down = if below.label.is_some() {
                text::ascent_px(style.label_size_px) - text::ascent_px(style.tick_size_px)
            } else {
                0
            };
            ops.push(Op::Text { left, top: top + down, mask, color: style.tick_label_ink });
        }
        if let Some(label) = &below.label {
            ops.extend(label.across(top, &|width| self.centred(width, end), style.label_ink));
        }
        ops
    }

    /// The label of y, and what its tick labels share above the axis.
    fn y_texts(&self) -> Vec<Op> {
        let (plot, style, aside) = (self.plot, self.style, &self.aside);
        let mut ops = Vec::new();
        let shared = aside.y_ticks.shared();
        if !shared.is_empty() && self.kept.has(Part::YTickLabels) {
            let left = (plot.left - style.line_px).max(0);
            let mask = text::mask(shared, style.tick_size_px, f64::from(self.page.0 - left - 2));
            let top = plot.top - style.line_px - self.above.gap_px + style.gap_px;
            ops.push(Op::Text { left, top, mask, color: style.tick_label_ink });
        }
        if let Some(label) = &aside.label {
            let (up, down) = aside.label_beyond_px;
            let rows = ((plot.top - up).max(0), (plot.bottom() + down).min(self.page.1));
            let placed = label.upwards(plot.left - aside.left.px, (plot.top, plot.height), style.label_ink);
            ops.extend(placed.into_iter().map(|op| match op {
                Op::Text { left, top, mask, color } => {
                    Op::Text { left, top: top.min(rows.1 - mask.height).max(rows.0), mask, color }
                }
                op => op,
            }));
        }
        ops
    }

    /// Which texts are cut.
    pub fn cut(&self) -> Vec<&'static str> {
        let is_cut = |words: &Option<super::words::Words>| words.as_ref().is_some_and(|words| words.is_cut);
        let all = [
            (is_cut(&self.above.title), "the title"),
            (self.above.sides.as_ref().is_some_and(|sides| sides.is_cut()), "the left or right title"),
            (is_cut(&self.below.label), "the x label"),
            (is_cut(&self.aside.label), "the y label"),
        ];
        all.into_iter().filter(|(is_cut, _)| *is_cut).map(|(_, name)| name).collect()
    }

    /// The keys at their places, from the plot area outwards.
    pub fn key_boxes(&mut self, keys: &Keys<'_>) -> Vec<KeyBox> {
        let (plot, style) = (self.plot, self.style);
        let mut boxes = Vec::new();
        // Keys stand at the right end of what is there.
        let keys_px: i32 = self.aside.keys.iter().map(|key| key.width_px(&style) + 2 * style.margin_px).sum();
        let mut end = plot.right() + self.aside.right.px - keys_px;
        for shape in std::mem::take(&mut self.aside.keys) {
            let left = end + 2 * style.margin_px;
            end = left + shape.width_px(&style);
            let (mut first, mut last) = (plot.top, plot.bottom());
            if matches!(shape, Shape::Upright(..)) {
                // Spines and the labels at the ends of a bar stay on the page, whatever margins are given.
                let beyond = style.line_px + text::line_px(style.tick_size_px) / 2 + 1;
                (first, last) = (first.max(beyond), last.min(self.page.1 - beyond));
            }
            let area = Block::new(left, first, end - left, (last - first).max(1));
            boxes.push(KeyBox { area, shape, inside: None });
        }
        let mut top = plot.bottom() + self.below.keys_from_px;
        for shape in std::mem::take(&mut self.below.keys) {
            let height = shape.height_px(&style);
            let (left, width) = match &shape {
                Shape::Legend(grid) => {
                    let width = grid.width_px(&style);
                    (self.centred(width, self.page.0 - style.margin_px), width)
                }
                _ => {
                    let line = style.line_px;
                    let (first, last) = (plot.left.max(line), plot.right().min(self.page.0 - line));
                    (first, (last - first).max(1))
                }
            };
            boxes.push(KeyBox { area: Block::new(left, top, width, height), shape, inside: None });
            top += height + key_gap_px(&style);
        }
        match keys.inside(plot, &style) {
            Ok(inside) => boxes.extend(inside),
            Err(missing) => self.kept.tell(missing),
        }
        boxes
    }
}
