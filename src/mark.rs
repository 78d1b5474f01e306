//! What crosses the seam between encode and the rasterizers: marks at integer positions, in order.
//!
//! No rasterizer ever sees a data value. Positions are 24.8 fixed point in canvas pixels, y down, already flipped.

use bytemuck::{Pod, Zeroable};

/// Fixed-point steps in one pixel.
pub const SUBPIXELS: i32 = 256;

/// A pixel index `y * width + x` of the canvas; always inside it.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Cell(pub u32);

/// One stamp at one place: 16 bytes, the instance that the GPU draws.
///
/// The stamp's mask is chosen by the class and by the upper bits of the fractions; it is blended in one colour with
/// `alpha * coverage / 255`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Glyph {
    /// Horizontal position, 24.8.
    pub x: i32,
    /// Vertical position, 24.8, y down.
    pub y: i32,
    /// Straight colour, sRGB.
    pub rgb: [u8; 3],
    /// Size class in the stamp atlas.
    pub class: u8,
    /// Opacity in 0..=1.
    pub alpha: f32,
}

/// The marks of a batch, all of one kind.
#[derive(Clone, Debug)]
pub enum Marks {
    /// Single pixels.
    Cells(Vec<Cell>),
    /// Stamps.
    Glyphs(Vec<Glyph>),
}

impl Marks {
    /// The number of marks.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Cells(cells) => cells.len(),
            Self::Glyphs(glyphs) => glyphs.len(),
        }
    }

    /// True without marks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets the marks and keeps the memory.
    pub fn clear(&mut self) {
        match self {
            Self::Cells(cells) => cells.clear(),
            Self::Glyphs(glyphs) => glyphs.clear(),
        }
    }
}

/// Marks in the order of the data, with a stream of integer values for each slot of the program.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Batches are drawn by ascending order.
    pub order: u64,
    /// What is drawn.
    pub marks: Marks,
    /// For each slot, one value a mark: biased fixed point, order-preserving keys, or numbers of categories.
    pub values: Vec<Vec<u64>>,
}

impl Batch {
    /// Forgets marks and values and keeps the memory.
    pub fn clear(&mut self) {
        self.marks.clear();
        self.values.iter_mut().for_each(Vec::clear);
    }
}
