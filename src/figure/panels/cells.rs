//! The grid of facets: cells of one size within the plot area of the layout, a strip above each, ticks and labels outside.

use super::super::axis::AxisTicks;
use super::super::display::{Block, Op, Plate, Rect};
use super::super::layout::words::Words;
use super::super::style::Style;
use super::super::{FigureSpec, Frame, spine, text};
use crate::scale::Scale;

/// Width to height of a cell that is preferred.
const SHAPE: f64 = 1.25;

/// What of the grid stays empty weighs so much against the shape of the cells.
const EMPTY_WEIGHT: f64 = 1.0;

/// Gaps between cells take at most this share of the grid.
const MOST_GAP: f64 = 0.25;

/// How many cells there are side by side and below each other, and what is between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::figure) struct Cells {
    count: i32,
    columns: i32,
    rows: i32,
    gap_x: i32,
    gap_y: i32,
    strip_px: i32,
}

/// What of the axes is drawn.
#[derive(Clone, Copy, Debug)]
pub(in crate::figure) struct Shown {
    pub x: bool,
    pub x_labels: bool,
    pub y: bool,
    pub y_labels: bool,
}

impl Cells {
    /// The grid of a figure, if it has one.
    pub fn of(spec: &FigureSpec, style: &Style) -> Option<Self> {
        let facets = spec.facets.as_ref()?;
        let count = i32::try_from(facets.strips.len()).unwrap_or(i32::MAX).max(1);
        let columns = match facets.columns {
            Some(columns) => i32::try_from(columns).unwrap_or(i32::MAX).clamp(1, count),
            None => columns(count, f64::from(spec.width) / f64::from(spec.height)),
        };
        let rows = (count + columns - 1) / columns;
        if spec.frame == Frame::None {
            return Some(Self { count, columns, rows, gap_x: style.gap_px, gap_y: style.gap_px, strip_px: 0 });
        }
        // Between two spines ticks, and room for the ends of two labels.
        let between = |ticks_px: i32| 2 * style.line_px + ticks_px;
        let is_named = facets.strips.iter().any(|strip| !strip.is_empty());
        Some(Self {
            count,
            columns,
            rows,
            gap_x: between(style.beside_px()) + (1.2 * style.tick_size_px).ceil() as i32,
            gap_y: between(style.below_px()) + 2 * style.gap_px,
            strip_px: if is_named { text::line_px(style.label_size_px) + style.gap_px } else { 0 },
        })
    }

    /// How many cells there are side by side, and below each other.
    pub fn across_and_down(&self) -> (i32, i32) {
        (self.columns, self.rows)
    }

    /// How wide one cell of a grid of that width is; at least 1.
    pub fn width_px(&self, grid_width: i32) -> i32 {
        ((grid_width - (self.columns - 1) * self.gap_x(grid_width)) / self.columns).max(1)
    }

    /// How high one cell of a grid of that height is; at least 1.
    pub fn height_px(&self, grid_height: i32) -> i32 {
        let between = self.rows * self.strip_px + (self.rows - 1) * self.gap_y;
        ((grid_height - between) / self.rows).max(1)
    }

    fn gap_x(&self, grid_width: i32) -> i32 {
        let most_px = MOST_GAP * f64::from(grid_width) / f64::from((self.columns - 1).max(1));
        self.gap_x.min(most_px as i32)
    }

    /// The column and the row of a cell.
    fn place(&self, number: i32) -> (i32, i32) {
        (number % self.columns, number / self.columns)
    }

    /// A cell within the grid. What does not divide is left on the right and at the top.
    fn cell(&self, number: i32, grid: Block) -> Block {
        let (column, row) = self.place(number);
        let (width, height) = (self.width_px(grid.width), self.height_px(grid.height));
        let rows_below = self.rows - 1 - row;
        let bottom = grid.bottom() - rows_below * (height + self.strip_px + self.gap_y);
        Block::new(grid.left + column * (width + self.gap_x(grid.width)), bottom - height, width, height)
    }

    /// Whether no cell is below this one.
    fn is_lowest(&self, number: i32) -> bool {
        number + self.columns >= self.count
    }

    /// All cells with their grid lines, spines, ticks, labels and strips. `page_width` and `last_row` bound the labels.
    pub fn plates(
        &self,
        grid: Block,
        [(x, x_ticks), (y, y_ticks)]: [(&Scale, &AxisTicks); 2],
        shown: Shown,
        (page_width, last_row): (i32, i32),
        spec: &FigureSpec,
        style: &Style,
    ) -> Vec<Plate> {
        let strips = spec.facets.as_ref().map_or(&[][..], |facets| &facets.strips);
        // Cells with their strips and spines: labels of an incomplete row begin beside those of the last one.
        let line = style.line_px;
        let boxes = (0..self.count).map(|number| self.cell(number, grid)).map(|cell| {
            let (width, height) = (cell.width + 2 * line, cell.height + 2 * line + self.strip_px);
            Block::new(cell.left - line, cell.top - line - self.strip_px, width, height)
        });
        let boxes: Vec<Block> = boxes.collect();
        let labels_px = style.below_px() + style.gap_px + x_ticks.height_px(style);
        let beside = |cell: Block| {
            let is_beside = |other: &&Block| {
                let is_level = other.top <= cell.bottom() + line + labels_px && other.bottom() > cell.bottom() + line;
                is_level && other.left < cell.left
            };
            boxes.iter().filter(is_beside).map(Block::right).max().unwrap_or(0)
        };
        // The row of cells that had labels last, and where those end: cells are neighbours.
        let mut last = (-1, 0);
        let plates = (0..self.count).map(|number| {
            let cell = self.cell(number, grid);
            let mut axes = spine::spines(cell, style);
            if shown.x {
                let has_labels = shown.x_labels && self.is_lowest(number);
                let row = self.place(number).1;
                let free_from = if last.0 == row { last.1 + style.gap_px } else { 0 };
                let below = x_ticks.below(cell, free_from.max(beside(cell))..page_width, has_labels, style);
                let texts = below.iter().filter(|op| matches!(op, Op::Text { .. }));
                let end = texts.map(|op| op.block().right()).max();
                last = end.map_or(last, |end| (row, end));
                axes.extend(below);
            }
            if shown.y {
                let has_labels = shown.y_labels && self.place(number).0 == 0;
                axes.extend(y_ticks.left_of(cell, 0..last_row, has_labels, style));
            }
            let lines = spec.trim.grid_ops(spec.theme, cell, x_ticks, y_ticks, style);
            let (under, mut over) = spec.trim.layers(cell, (x, y), lines, axes, style);
            over.extend(strips.get(number.unsigned_abs() as usize).and_then(|strip| self.strip(strip, cell, style)));
            Plate { area: rect(cell), background: spec.plot_background, under, over }
        });
        plates.collect()
    }

    /// All cells with nothing around them, but what lies at their data coordinates.
    pub fn bare(&self, grid: Block, scales: (&Scale, &Scale), spec: &FigureSpec, style: &Style) -> Vec<Plate> {
        let plate = |number| {
            let cell = self.cell(number, grid);
            let (under, over) = spec.trim.layers(cell, scales, Vec::new(), Vec::new(), style);
            Plate { area: rect(cell), background: spec.plot_background, under, over }
        };
        (0..self.count).map(plate).collect()
    }

    /// What stands above a cell, in its middle: smaller or cut where the cell is narrow.
    fn strip(&self, text: &str, cell: Block, style: &Style) -> Option<Op> {
        if self.strip_px == 0 || text.is_empty() {
            return None;
        }
        let words = self.words(text, cell.width, style);
        let top = cell.top - style.line_px - style.gap_px / 2 - words.height_px();
        words.across(top, &|width| cell.left + (cell.width - width) / 2, style.label_ink).into_iter().next()
    }

    fn words(&self, text: &str, cell_width: i32, style: &Style) -> Words {
        Words::new(text, style.label_size_px, (cell_width + 2 * style.line_px).max(1), 1)
    }

    /// Whether the name of a panel ends in an ellipsis, in a grid of that width.
    pub fn is_cut(&self, grid_width: i32, spec: &FigureSpec, style: &Style) -> bool {
        let strips = spec.facets.as_ref().map_or(&[][..], |facets| &facets.strips);
        let width = self.width_px(grid_width);
        self.strip_px > 0 && strips.iter().any(|strip| self.words(strip, width, style).is_cut)
    }
}

fn rect(block: Block) -> Rect {
    let [x, y, width, height] = [block.left, block.top, block.width, block.height].map(|px| px.max(0).unsigned_abs());
    Rect { x, y, width, height }
}

/// How many cells side by side make a grid of that shape of cells of a good shape, with little of it empty.
fn columns(count: i32, shape: f64) -> i32 {
    let cost = |columns: i32| {
        let rows = (count + columns - 1) / columns;
        let cell_shape = shape * f64::from(rows) / f64::from(columns);
        let empty = 1.0 - f64::from(count) / (f64::from(rows) * f64::from(columns));
        (libm::log(cell_shape / SHAPE)).abs() + EMPTY_WEIGHT * empty
    };
    (1..=count).min_by(|a, b| cost(*a).total_cmp(&cost(*b))).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_follow_the_shape_of_the_figure() {
        let of = |shape: f64| [1, 2, 3, 4, 5, 6, 7, 9, 12, 20].map(|count| columns(count, shape));
        assert_eq!(of(4.0 / 3.0), [1, 2, 2, 2, 3, 3, 3, 3, 4, 5]);
        assert_eq!(columns(4, 6.0), 4, "a wide figure has one row");
        assert_eq!(columns(4, 0.25), 1, "a high one a single column");
    }

    #[test]
    fn cells_are_equal_and_apart_and_within_the_grid() {
        for (count, columns) in [(1, 1), (5, 3), (7, 2), (100, 10)] {
            let strips = vec!["a".to_owned(); count];
            let facets = Some(super::super::FacetGrid { strips, columns: Some(columns) });
            let spec = FigureSpec { facets, ..FigureSpec::new(1001, 767) };
            let style = Style::new(spec.theme, spec.dpi);
            let cells = Cells::of(&spec, &style).expect("facets");
            let grid = Block::new(50, 20, 900, 700);
            let blocks: Vec<Block> = (0..count as i32).map(|number| cells.cell(number, grid)).collect();
            for (number, block) in blocks.iter().enumerate() {
                assert_eq!((block.width, block.height), (cells.width_px(900), cells.height_px(700)));
                assert!(block.left >= 50 && block.right() <= 950 && block.bottom() <= 720);
                assert!(block.top - cells.strip_px >= 20, "{block:?} has room for its strip");
                let strip = cells.strip("a", *block, &style).expect("a strip").block();
                for (other, cell) in blocks.iter().enumerate() {
                    let meets = |a: Block, b: Block| {
                        a.left < b.right() && b.left < a.right() && a.top < b.bottom() && b.top < a.bottom()
                    };
                    assert!(!meets(strip, *cell), "the strip of {number} lies on {other}");
                    assert!(other == number || !meets(*block, *cell), "{number} lies on {other}");
                }
            }
            assert!(cells.is_lowest(count as i32 - 1));
        }
    }
}
