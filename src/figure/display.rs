//! The display list: whole-pixel boxes, colour ramps and text masks, painted in bands of rows.

use std::ops::Range;
use std::sync::Arc;

use tiny_skia::{Pixmap, PremultipliedColorU8};

use super::FigureSpec;
use super::shape::Shape;
use super::text::Mask;
use super::underlay::Placed;
use crate::color::Rgba8;

/// A box of whole pixels, y down from the top of the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// First column.
    pub x: u32,
    /// First row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// What of a plate lies below its points, and what above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The grid.
    Under,
    /// Spines, ticks, text, legend and colorbar.
    Over,
}

/// A box while it is being placed: it may still stick out of the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub left: i32,
    pub top: i32,
    pub width: i32,
    pub height: i32,
}

impl Block {
    pub fn new(left: i32, top: i32, width: i32, height: i32) -> Self {
        Self { left, top, width, height }
    }

    pub fn right(&self) -> i32 {
        self.left + self.width
    }

    pub fn bottom(&self) -> i32 {
        self.top + self.height
    }
}

/// One thing to paint.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Op {
    /// One colour.
    Fill { block: Block, color: Rgba8 },
    /// One opaque colour a row.
    Ramp { block: Block, rows: Arc<[[u8; 3]]> },
    /// A text in one colour.
    Text { left: i32, top: i32, mask: Arc<Mask>, color: Rgba8 },
    /// Any other coverage in one colour.
    Shape { left: i32, top: i32, mask: Arc<Shape>, color: Rgba8 },
    /// A picture; its rows and columns are those of the block.
    Image { block: Block, image: Arc<Placed> },
}

impl Op {
    pub fn block(&self) -> Block {
        match self {
            Self::Fill { block, .. } | Self::Ramp { block, .. } | Self::Image { block, .. } => *block,
            Self::Text { left, top, mask, .. } => Block::new(*left, *top, mask.width, mask.height),
            Self::Shape { left, top, mask, .. } => Block::new(*left, *top, mask.width, mask.height),
        }
    }

    /// Four bars around a box, outside it.
    pub fn frame(around: Block, line: i32, color: Rgba8) -> [Self; 4] {
        let Block { left, top, width, height } = around;
        [
            Block::new(left - line, top - line, width + 2 * line, line),
            Block::new(left - line, top + height, width + 2 * line, line),
            Block::new(left - line, top, line, height),
            Block::new(left + width, top, line, height),
        ]
        .map(|block| Self::Fill { block, color })
    }

    /// Paints the rows from `first_row` on that the band holds.
    fn paint(&self, first_row: u32, band: &mut Pixmap) {
        let (band_width, band_height) = (band.width() as usize, i64::from(band.height()));
        let block = self.block();
        let left = block.left.max(0) as usize;
        let right = usize::try_from(block.right()).unwrap_or(0).min(band_width);
        let top = i64::from(block.top) - i64::from(first_row);
        let rows = top.max(0)..(top + i64::from(block.height)).min(band_height);
        if left >= right {
            return;
        }
        let mut colors = Vec::new();
        let coverage = match self {
            Self::Text { mask, .. } => mask.coverage(),
            Self::Shape { mask, .. } => &mask.coverage,
            Self::Fill { .. } | Self::Ramp { .. } | Self::Image { .. } => &[],
        };
        for y in rows {
            let row_in_block = (y - top) as usize;
            let row = &mut band.pixels_mut()[y as usize * band_width..][left..right];
            match self {
                Self::Fill { color, .. } => row.iter_mut().for_each(|pixel| blend(pixel, *color, 255)),
                Self::Ramp { rows, .. } => {
                    let [r, g, b] = rows[row_in_block];
                    row.iter_mut().for_each(|pixel| blend(pixel, Rgba8::opaque(r, g, b), 255));
                }
                Self::Text { color, .. } | Self::Shape { color, .. } => {
                    let skipped = (left as i32 - block.left) as usize;
                    let coverage = &coverage[row_in_block * block.width as usize + skipped..];
                    row.iter_mut().zip(coverage).for_each(|(pixel, covered)| blend(pixel, *color, *covered));
                }
                Self::Image { image, .. } => {
                    image.row(row_in_block, &mut colors);
                    let shown = colors.iter().skip((left as i32 - block.left) as usize);
                    row.iter_mut().zip(shown).for_each(|(pixel, color)| blend(pixel, *color, 255));
                }
            }
        }
    }
}

/// Straight colour with coverage over a premultiplied pixel, rounded to nearest.
fn blend(pixel: &mut PremultipliedColorU8, color: Rgba8, covered: u8) {
    let alpha = rounded_255(u32::from(color.a) * u32::from(covered));
    if alpha == 0 {
        return;
    }
    let over = |under: u8, own: u8| {
        (rounded_255(u32::from(own) * alpha) + rounded_255(u32::from(under) * (255 - alpha))).min(255) as u8
    };
    let a = over(pixel.alpha(), 255);
    let [r, g, b] = [(pixel.red(), color.r), (pixel.green(), color.g), (pixel.blue(), color.b)]
        .map(|(under, own)| over(under, own).min(a));
    if let Some(blended) = PremultipliedColorU8::from_rgba(r, g, b, a) {
        *pixel = blended;
    }
}

fn rounded_255(product: u32) -> u32 {
    (product + 127) / 255
}

/// One plot area and what is painted with it: plates lie over each other in their order, each with its points between
/// what it has under and over them.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate {
    pub(super) area: Rect,
    pub(super) background: Option<Rgba8>,
    pub(super) under: Vec<Op>,
    pub(super) over: Vec<Op>,
}

impl Plate {
    /// Where its points are.
    #[must_use]
    pub fn area(&self) -> Rect {
        self.area
    }

    /// Behind its points; `None` is transparent.
    #[must_use]
    pub fn background(&self) -> Option<Rgba8> {
        self.background
    }

    pub(super) fn ops(&self, layer: Layer) -> &[Op] {
        if layer == Layer::Under { &self.under } else { &self.over }
    }

    /// Whether anything of a layer meets these rows of the figure.
    #[must_use]
    pub fn has_within(&self, layer: Layer, rows: &Range<u32>) -> bool {
        let meets = |block: Block| {
            i64::from(block.top) < i64::from(rows.end) && i64::from(block.bottom()) > i64::from(rows.start)
        };
        self.ops(layer).iter().any(|op| meets(op.block()))
    }

    /// Paints a layer over a band of rows that begins with `first_row` of the figure and is as wide as the figure.
    ///
    /// Backgrounds are not painted: they may be translucent, and whoever composites has more than 8 bits for that.
    pub fn paint(&self, layer: Layer, first_row: u32, band: &mut Pixmap) {
        for op in self.ops(layer) {
            op.paint(first_row, band);
        }
    }
}

/// A finished figure: everything but the points.
#[derive(Clone, Debug)]
pub struct Figure {
    pub(super) spec: Arc<FigureSpec>,
    /// The lowest first; at least one.
    pub(super) plates: Vec<Plate>,
}

impl Figure {
    /// What was asked for: size, dpi and backgrounds too.
    #[must_use]
    pub fn spec(&self) -> &FigureSpec {
        &self.spec
    }

    /// The same with the plates of another figure over its own; the size and the background stay.
    #[must_use]
    pub fn with_plates_of(mut self, other: Self) -> Self {
        self.plates.extend(other.plates);
        self
    }

    /// The plot areas with what is painted around them, the lowest first.
    #[must_use]
    pub fn plates(&self) -> &[Plate] {
        &self.plates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blending_is_premultiplied_and_rounded() {
        let mut pixel = PremultipliedColorU8::TRANSPARENT;
        blend(&mut pixel, Rgba8::opaque(200, 100, 0), 128);
        assert_eq!((pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()), (100, 50, 0, 128));
        blend(&mut pixel, Rgba8::opaque(1, 2, 3), 255);
        assert_eq!((pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()), (1, 2, 3, 255));
        blend(&mut pixel, Rgba8 { a: 0, ..Rgba8::opaque(9, 9, 9) }, 255);
        assert_eq!(pixel.red(), 1, "transparent paint changes nothing");
    }

    #[test]
    fn bands_show_the_same_as_the_whole() {
        let coverage = (0..12).map(|i| i * 20).collect();
        let mask = Arc::new(Shape { width: 3, height: 4, coverage, outline: None });
        let ops = [
            Op::Fill { block: Block::new(-2, 1, 5, 30), color: Rgba8 { r: 9, g: 8, b: 7, a: 100 } },
            Op::Ramp { block: Block::new(4, -1, 9, 3), rows: vec![[1, 1, 1], [2, 2, 2], [3, 3, 3]].into() },
            Op::Shape { left: -1, top: 3, mask, color: Rgba8::opaque(50, 60, 70) },
        ];
        let mut whole = Pixmap::new(8, 10).expect("size");
        ops.iter().for_each(|op| op.paint(0, &mut whole));
        for first_row in 0..10 {
            let mut band = Pixmap::new(8, 1).expect("size");
            ops.iter().for_each(|op| op.paint(first_row, &mut band));
            assert_eq!(band.pixels(), &whole.pixels()[first_row as usize * 8..][..8], "row {first_row}");
        }
        assert_eq!(whole.pixel(4, 0).map(|p| p.red()), Some(2), "the ramp's second row is the first seen");
    }
}
