//! Masks laid out for vectors: the covered rows of every stamp alone, filled up to whole eights of texels.
//!
//! Owns the layout and finds a mark's stencil. The masks themselves are the atlas's, and stay bytes here: as f32 factors of
//! one alpha they would save a tenth of the blending, and leave the L1 cache at 5 px already.

use std::ops::Range;

use crate::stamp::{StampAtlas, StampBox, StampClass};

/// Texels that are taken together.
pub(super) const LANES: usize = 8;

/// Coverage of neighbouring pixels in a row; what is filled up covers nothing.
pub(super) type Eight = [u8; LANES];

/// The stamp of one size and phase.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stencil {
    /// Of the upper left covered pixel, from the pixel of the position.
    pub(super) x0: i16,
    pub(super) y0: i16,
    /// Covered columns and rows; none of either for a stamp that covers nothing.
    pub(super) width: u16,
    pub(super) height: u16,
    first: u32,
}

impl Stencil {
    /// Eights in a row.
    #[inline(always)]
    pub(super) fn eights(&self) -> usize {
        usize::from(self.width).div_ceil(LANES)
    }
}

/// The stamps of one size.
#[derive(Debug)]
struct Class {
    first: usize,
    phase_bits: u32,
    /// Rows above and below the position that any of its stamps covers.
    rows: Rows,
}

/// Rows from that of a position, both inclusive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub(super) first: i32,
    pub(super) last: i32,
}

/// All stamps of a plot.
#[derive(Debug)]
pub(super) struct Stencils {
    classes: Vec<Class>,
    stencils: Vec<Stencil>,
    texels: Vec<Eight>,
}

impl Stencils {
    pub(super) fn new(atlas: &StampAtlas) -> Self {
        let phases = |class: &StampClass| 1_usize << (2 * class.phase_bits());
        let eights = |covered: StampBox| {
            let (width, height) = (covered.x1 - covered.x0 + 1, covered.y1 - covered.y0 + 1);
            (width.max(0) as usize).div_ceil(LANES) * height.max(0) as usize
        };
        let of_class = |class: &StampClass| (0..phases(class)).map(|phase| eights(class.covered(phase))).sum::<usize>();
        // All memory at once: large stamps would be copied while it grows.
        let mut all = Self {
            classes: Vec::new(),
            stencils: Vec::with_capacity(atlas.classes().iter().map(phases).sum()),
            texels: Vec::with_capacity(atlas.classes().iter().map(of_class).sum()),
        };
        for (number, class) in atlas.classes().iter().enumerate() {
            let first = all.stencils.len();
            let mut rows = Rows { first: 0, last: 0 };
            for phase in 0..phases(class) {
                let covered = class.covered(phase);
                all.push(atlas.mask(number, phase), class.side_px() as usize, class.reach_px() as i32, covered);
                rows = Rows { first: rows.first.min(covered.y0), last: rows.last.max(covered.y1) };
            }
            all.classes.push(Class { first, phase_bits: class.phase_bits(), rows });
        }
        all
    }

    fn push(&mut self, mask: &[u8], side: usize, reach: i32, covered: StampBox) {
        let first = self.texels.len() as u32;
        let (width, height) = (covered.x1 - covered.x0 + 1, covered.y1 - covered.y0 + 1);
        let (width, height) = if width > 0 && height > 0 { (width as usize, height as usize) } else { (0, 0) };
        for row in mask.chunks_exact(side).skip((covered.y0 + reach) as usize).take(height) {
            for texels in row[(covered.x0 + reach) as usize..][..width].chunks(LANES) {
                let mut eight = [0; LANES];
                eight[..texels.len()].copy_from_slice(texels);
                self.texels.push(eight);
            }
        }
        let (x0, y0) = (covered.x0 as i16, covered.y0 as i16);
        self.stencils.push(Stencil { x0, y0, width: width as u16, height: height as u16, first });
    }

    /// The stamp of a position in 24.8 fixed point.
    #[inline(always)]
    pub(super) fn of(&self, class: u8, [x, y]: [i32; 2]) -> &Stencil {
        let class = &self.classes[usize::from(class)];
        let (bits, shift) = (class.phase_bits, 8 - class.phase_bits);
        let phase = ((y & 255) >> shift << bits) + ((x & 255) >> shift);
        &self.stencils[class.first + phase as usize]
    }

    /// The texels of some rows of a stencil, row after row.
    #[inline(always)]
    pub(super) fn texels(&self, stencil: &Stencil, rows: Range<usize>) -> &[Eight] {
        let (first, eights) = (stencil.first as usize, stencil.eights());
        &self.texels[first + rows.start * eights..first + rows.end * eights]
    }

    /// The rows that a class may cover.
    #[inline(always)]
    pub(super) fn rows(&self, class: u8) -> Rows {
        self.classes[usize::from(class)].rows
    }

    /// The same of the only class, where there is one.
    pub(super) fn only_rows(&self) -> Option<Rows> {
        if let [class] = &self.classes[..] { Some(class.rows) } else { None }
    }

    /// The most rows that any stamp spans.
    pub(super) fn tallest_px(&self) -> u32 {
        let heights = self.classes.iter().map(|class| class.rows.last - class.rows.first + 1);
        heights.max().unwrap_or_default() as u32
    }
}
