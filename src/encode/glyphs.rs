//! Stamps of a block of rows.
//!
//! Where all rows of a group lie inside, nothing is asked row by row: passes in vectors over the whole block have found such
//! groups before, and they are only written. 100 M rows of discs took 1.9 s of a busy thread row by row, and 0.9 s so.

use std::ops::Range;

use crate::encode::{BLOCK, Block, SMALLEST_LAYER_ALPHA};
use crate::ledger::Tally;
use crate::mark::{Glyph, SUBPIXELS};
use crate::program::Size;
use crate::stamp::StampAtlas;

/// The colour and alpha of all marks, where they do not differ.
pub(super) type Uniform = Option<([u8; 3], f32)>;

/// Rows that are written together.
const GROUP: usize = 64;

const _: () = assert!(BLOCK.is_multiple_of(GROUP) && BLOCK / GROUP <= 32);

/// Which groups have nothing but valid rows inside that can be seen, a bit each; for every set of vector instructions.
struct Finding<'a> {
    block: &'a Block,
    size: Size,
    uniform: Uniform,
}

impl pulp::WithSimd for Finding<'_> {
    type Output = u32;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> u32 {
        let Self { block, size, uniform } = self;
        let steps = |pixels: u32| pixels * SUBPIXELS as u32;
        let (width, height) = (steps(size.width()), steps(size.height()));
        let smallest = SMALLEST_LAYER_ALPHA as f32;
        // Negative positions wrap to huge ones.
        let most = |positions: &[i32; GROUP]| positions.iter().fold(0, |most: u32, at| most.max(*at as u32));
        let places = block.x.as_chunks().0.iter().zip(block.y.as_chunks().0);
        let looks = block.validity.groups::<GROUP>().iter().zip(block.alpha.as_chunks::<GROUP>().0);
        let mut whole = 0;
        for (group, ((x, y), (lacks, alpha))) in places.zip(looks).enumerate().take(block.len / GROUP) {
            let is_valid = lacks.iter().fold(0, |any, lacks| any | lacks) == 0;
            let is_inside = (most(x) < width) & (most(y) < height);
            let is_seen = match uniform {
                Some((_, alpha)) => alpha >= smallest,
                None => alpha.iter().fold(true, |all, alpha| all & (*alpha >= smallest)),
            };
            whole |= u32::from(is_valid & is_inside & is_seen) << group;
        }
        whole
    }
}

impl Block {
    /// Appends the stamps of valid rows that meet the canvas and can be seen. Colours, alphas and classes are the block's;
    /// where they are `uniform`, the block's are so too, in the first class.
    pub(super) fn glyphs(
        &self,
        size: Size,
        atlas: &StampAtlas,
        uniform: Uniform,
        glyphs: &mut Vec<Glyph>,
        tally: &mut Tally,
    ) {
        let whole = pulp::Arch::new().dispatch(Finding { block: self, size, uniform });
        glyphs.reserve(self.len);
        for first in (0..self.len).step_by(GROUP) {
            let rows = first..self.len.min(first + GROUP);
            if whole >> (first / GROUP) & 1 == 1 {
                tally.drawn += GROUP as u64;
                self.write(rows, uniform, glyphs);
            } else {
                self.pick(rows, size, atlas, glyphs, tally);
            }
        }
    }

    /// Writes the stamps of all rows.
    fn write(&self, rows: Range<usize>, uniform: Uniform, glyphs: &mut Vec<Glyph>) {
        let places = self.x[rows.clone()].iter().zip(&self.y[rows.clone()]);
        if let Some((rgb, alpha)) = uniform {
            glyphs.extend(places.map(|(x, y)| Glyph { x: *x, y: *y, rgb, class: 0, alpha }));
            return;
        }
        let looks = self.rgb[rows.clone()].iter().zip(&self.class[rows.clone()]).zip(&self.alpha[rows]);
        glyphs.extend(places.zip(looks).map(|((x, y), ((rgb, class), alpha))| Glyph {
            x: *x,
            y: *y,
            rgb: *rgb,
            class: *class,
            alpha: *alpha,
        }));
    }

    /// Looks at each row.
    fn pick(&self, rows: Range<usize>, size: Size, atlas: &StampAtlas, glyphs: &mut Vec<Glyph>, tally: &mut Tally) {
        let (width, height) = (size.width() as i32, size.height() as i32);
        for i in rows {
            if !self.validity.is_valid(i) {
                continue;
            }
            let (class, alpha) = (self.class[i], self.alpha[i]);
            let glyph = Glyph { x: self.x[i], y: self.y[i], rgb: self.rgb[i], class, alpha };
            let (x, y) = (glyph.x >> 8, glyph.y >> 8);
            let is_inside = (x as u32) < size.width() && (y as u32) < size.height();
            if !is_inside {
                let class = &atlas.classes()[usize::from(glyph.class)];
                let at = class.covered(class.phase(glyph.x, glyph.y));
                let sides = &mut tally.outside;
                let side = if x + at.x1 < 0 {
                    Some(&mut sides.left)
                } else if x + at.x0 >= width {
                    Some(&mut sides.right)
                } else if y + at.y1 < 0 {
                    Some(&mut sides.above)
                } else if y + at.y0 >= height {
                    Some(&mut sides.below)
                } else {
                    None
                };
                if let Some(rows) = side {
                    *rows += 1;
                    continue;
                }
            }
            tally.drawn += 1;
            tally.faint += u64::from(glyph.alpha > 0.0 && glyph.alpha < SMALLEST_LAYER_ALPHA as f32);
            if glyph.alpha > 0.0 {
                glyphs.push(glyph);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::Marker;

    /// Rows for which one thing or another is not as usual, at some row of a block.
    fn block(len: usize, change: usize, at: usize) -> Block {
        let mut block = Block::new(0);
        block.len = len;
        for i in 0..len {
            block.x[i] = ((i * 7919) % (50 << 8)) as i32;
            block.y[i] = ((i * 104_729) % (40 << 8)) as i32;
            block.rgb[i] = [i as u8, 2, 3];
            block.class[i] = (i % 2) as u8;
            block.alpha[i] = 0.25 + (i % 3) as f32 / 8.0;
        }
        match change {
            1 => block.x[at] = -1,
            2 => block.x[at] = 50 << 8,
            3 => block.y[at] = -(100 << 8),
            4 => block.y[at] = (40 << 8) + 300,
            5 => block.alpha[at] = 0.0,
            6 => block.alpha[at] = 9e-6,
            7 => block.x[at] = (50 << 8) - 1,
            8 => block.y[at] = i32::MIN,
            _ => {}
        }
        block
    }

    #[test]
    fn whole_blocks_are_written_as_rows_one_by_one_would_be() {
        let size = Size::new(50, 40).unwrap();
        let sizes = crate::stamp::SizeClasses::new(Marker::Circle, 2.0, 2.2).unwrap();
        let atlas = StampAtlas::of_sizes(Marker::Circle, &sizes, true);
        for (len, change, at) in [(BLOCK, 0, 0), (1000, 0, 0)]
            .into_iter()
            .chain((1..9).flat_map(|change| [(777, change, 776), (777, change, 700)]))
        {
            let whole = block(len, change, at);
            let (mut glyphs, mut tally) = (vec![], Tally::default());
            whole.glyphs(size, &atlas, None, &mut glyphs, &mut tally);
            // Row by row, each its own block.
            let (mut expected, mut total) = (vec![], Tally::default());
            for i in 0..len {
                let (x, y, alpha) = (whole.x[i] >> 8, whole.y[i] >> 8, whole.alpha[i]);
                let class = &atlas.classes()[usize::from(whole.class[i])];
                let covered = class.covered(class.phase(whole.x[i], whole.y[i]));
                let meets = |at: i32, first: i32, last: i32, side: i32| at + last >= 0 && at + first < side;
                if meets(x, covered.x0, covered.x1, 50) && meets(y, covered.y0, covered.y1, 40) {
                    total.drawn += 1;
                    total.faint += u64::from(alpha > 0.0 && alpha < 1e-5);
                    if alpha > 0.0 {
                        let (rgb, class) = (whole.rgb[i], whole.class[i]);
                        expected.push(Glyph { x: whole.x[i], y: whole.y[i], rgb, class, alpha });
                    }
                }
            }
            assert!(glyphs == expected, "{len}, {change}");
            assert_eq!((tally.drawn, tally.faint), (total.drawn, total.faint), "{len}, {change}");
            // All of one look.
            let uniform = Block { rgb: [[9; 3]; BLOCK], alpha: [0.5; BLOCK], class: [0; BLOCK], ..whole };
            let (mut plain, mut fast) = (vec![], vec![]);
            uniform.glyphs(size, &atlas, None, &mut plain, &mut tally);
            uniform.glyphs(size, &atlas, Some(([9; 3], 0.5)), &mut fast, &mut tally);
            assert!(plain == fast && fast.iter().all(|glyph| glyph.rgb == [9; 3] && glyph.alpha == 0.5));
        }
    }
}
