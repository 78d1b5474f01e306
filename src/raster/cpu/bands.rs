//! Which glyphs touch which band of rows: a stable counting sort of one batch.

use crate::mark::Glyph;
use crate::program::Size;
use crate::stamp::{StampAtlas, StampBox};

/// Rows in a band: low enough for many bands to share out, high enough that few 5 px stamps straddle two.
pub(super) const BAND_ROWS: u32 = 32;

/// Indices of a batch's glyphs, band by band, each in the order of the data; a glyph that straddles is in every band.
#[derive(Debug, Default)]
pub(super) struct Bands {
    starts: Vec<u32>,
    order: Vec<u32>,
}

impl Bands {
    /// Sorts `glyphs`, reusing the memory of an earlier batch. Those that touch no pixel are in no band.
    pub(super) fn sort(&mut self, glyphs: &[Glyph], atlas: &StampAtlas, size: Size) {
        let bands = size.height().div_ceil(BAND_ROWS) as usize;
        self.starts.clear();
        self.starts.resize(bands + 1, 0);
        for glyph in glyphs {
            for band in touched(glyph, atlas, size) {
                self.starts[band + 1] += 1;
            }
        }
        for band in 0..bands {
            self.starts[band + 1] += self.starts[band];
        }
        self.order.clear();
        self.order.resize(self.starts[bands] as usize, 0);
        for (i, glyph) in (0_u32..).zip(glyphs) {
            for band in touched(glyph, atlas, size) {
                self.order[self.starts[band] as usize] = i;
                self.starts[band] += 1;
            }
        }
        // Filling moved every start to the next band's.
        self.starts.rotate_right(1);
        self.starts[0] = 0;
    }

    /// The glyphs of a band.
    pub(super) fn of(&self, band: usize) -> &[u32] {
        &self.order[self.starts[band] as usize..self.starts[band + 1] as usize]
    }
}

/// The box of a glyph's stamp and its place on the canvas.
#[inline]
pub(super) fn place(glyph: &Glyph, atlas: &StampAtlas) -> (usize, StampBox) {
    let class = &atlas.classes()[usize::from(glyph.class)];
    let phase = class.phase(glyph.x, glyph.y);
    let (x, y) = (glyph.x >> 8, glyph.y >> 8);
    let covered = class.covered(phase);
    (phase, StampBox { x0: x + covered.x0, y0: y + covered.y0, x1: x + covered.x1, y1: y + covered.y1 })
}

#[inline]
fn touched(glyph: &Glyph, atlas: &StampAtlas, size: Size) -> std::ops::Range<usize> {
    let (_, at) = place(glyph, atlas);
    let (width, height) = (size.width() as i32, size.height() as i32);
    if at.x1 < 0 || at.y1 < 0 || at.x0 >= width || at.y0 >= height {
        return 0..0;
    }
    let first = at.y0.max(0) as usize / BAND_ROWS as usize;
    let last = at.y1.min(height - 1) as usize / BAND_ROWS as usize;
    first..last + 1
}
