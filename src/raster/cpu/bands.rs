//! Which marks touch which band of rows: a stable counting sort of one batch, which copies places and looks.
//!
//! Copies let a band walk its marks through memory in order; sorting indices and fetching the glyphs by them took 2 ns more
//! a disc to sort and 5 to blend. Bands of whole rows do as well as tiles that fit L1: the stamps' rows, not the cache, are
//! what blending waits for.

use bytemuck::{Pod, Zeroable};

use crate::mark::Glyph;
use crate::program::Size;
use crate::raster::cpu::stencils::Stencils;

/// How a mark looks: the second half of a glyph.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(super) struct Look {
    pub(super) rgb: [u8; 3],
    pub(super) class: u8,
    pub(super) alpha: f32,
}

/// Where a mark lies, in 24.8 fixed point.
pub(super) type Place = [i32; 2];

/// Bands of a canvas, all of the same height but for the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// Rows of a band, as a power of two.
    shift: u32,
    bands: usize,
}

impl Cut {
    /// Rows that a band has at most: then one disc of 5 px in twelve straddles two.
    const MOST_ROWS_SHIFT: u32 = 6;

    /// Rows that a band has at least: then it is one in three.
    const LEAST_ROWS_SHIFT: u32 = 4;

    /// What sorting a mark holds, in bytes, that touches one band or two.
    pub(super) const MARK_BYTES: usize = size_of::<[u16; 2]>() + 2 * (size_of::<Place>() + size_of::<Look>());

    /// Bytes of a band that stay in the L2 cache.
    const CACHED_BYTES: usize = 512 << 10;

    /// Bands enough for so many threads to share out, of pixels of so many bytes. Any other cut gives the same picture.
    pub(super) fn new(size: Size, pixel_bytes: usize, threads: usize) -> Self {
        let height = size.height() as usize;
        let fits = |shift: u32| {
            let is_cached = (size.width() as usize * pixel_bytes) << shift <= Self::CACHED_BYTES;
            is_cached && height >> shift >= 4 * threads
        };
        let shift = (Self::LEAST_ROWS_SHIFT..=Self::MOST_ROWS_SHIFT).rev().find(|shift| fits(*shift));
        let shift = shift.unwrap_or(Self::LEAST_ROWS_SHIFT);
        Self { shift, bands: height.div_ceil(1 << shift) }
    }

    /// Rows of every band but the last.
    pub(super) fn rows(self) -> usize {
        1 << self.shift
    }

    /// The band of a row; of those beyond the canvas, the first or the last.
    #[inline(always)]
    fn band(self, row: i32) -> u16 {
        // Canvases have at most 65,535 rows.
        (row >> self.shift).clamp(0, self.bands as i32 - 1) as u16
    }

    /// The most bands that one stamp touches.
    pub(super) fn most_touched(self, tallest_px: u32) -> usize {
        (tallest_px as usize).saturating_sub(1).div_ceil(self.rows()) + 1
    }
}

/// A batch's marks, band by band, each in the order of the data; a mark that straddles is in every band.
#[derive(Debug, Default)]
pub(super) struct Bands {
    /// First and last band of each mark.
    touched: Vec<[u16; 2]>,
    begins: Vec<u32>,
    ends: Vec<u32>,
    places: Vec<Place>,
    /// Of marks that look different.
    looks: Vec<Look>,
    /// Of marks that all look the same.
    look: Option<Look>,
}

impl Bands {
    /// Sorts `glyphs`, reusing the memory of an earlier batch. Bands may get marks that just miss them.
    pub(super) fn sort(&mut self, glyphs: &[Glyph], stencils: &Stencils, cut: Cut) {
        pulp::Arch::new().dispatch(Sorting { bands: self, glyphs, stencils, cut });
    }

    /// Marks in a band.
    pub(super) fn len(&self, band: usize) -> usize {
        (self.ends[band] - self.begins[band]) as usize
    }

    /// Does something with every mark of a band, in order.
    #[inline(always)]
    pub(super) fn walk(&self, band: usize, mut each: impl FnMut(Place, &Look)) {
        let marks = self.begins[band] as usize..self.ends[band] as usize;
        let places = &self.places[marks.clone()];
        match &self.look {
            Some(look) => places.iter().for_each(|place| each(*place, look)),
            None => places.iter().zip(&self.looks[marks]).for_each(|(place, look)| each(*place, look)),
        }
    }
}

/// The sorting of a batch, for every set of vector instructions.
struct Sorting<'a> {
    bands: &'a mut Bands,
    glyphs: &'a [Glyph],
    stencils: &'a Stencils,
    cut: Cut,
}

impl pulp::WithSimd for Sorting<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let Self { bands, glyphs, stencils, cut } = self;
        let class = stencils.only_rows();
        let words = |glyph: &Glyph| -> [u32; 4] { bytemuck::cast(*glyph) };
        let [.., first_look, first_alpha] = glyphs.first().map(words).unwrap_or_default();
        let mut differing = 0;
        bands.touched.resize(glyphs.len(), [0; 2]);
        // One pass in vectors, so that the two after it only count and copy.
        for (touched, glyph) in bands.touched.iter_mut().zip(glyphs) {
            let [.., look, alpha] = words(glyph);
            differing |= (look ^ first_look) | (alpha ^ first_alpha);
            let rows = class.unwrap_or_else(|| stencils.rows(glyph.class));
            let row = glyph.y >> 8;
            *touched = [cut.band(row + rows.first), cut.band(row + rows.last)];
        }
        bands.look = (differing == 0).then(|| bytemuck::cast([first_look, first_alpha]));
        let is_short = cut.most_touched(stencils.tallest_px()) <= 2;
        bands.count(cut, is_short);
        match (&bands.look, is_short) {
            (Some(_), true) => bands.fill::<false, true>(glyphs),
            (Some(_), false) => bands.fill::<false, false>(glyphs),
            (None, true) => bands.fill::<true, true>(glyphs),
            (None, false) => bands.fill::<true, false>(glyphs),
        }
    }
}

impl Bands {
    /// Finds where each band begins; there is one place more behind each.
    #[inline(always)]
    fn count(&mut self, cut: Cut, is_short: bool) {
        let Self { touched, begins, ends, .. } = self;
        ends.clear();
        ends.resize(cut.bands, 0);
        let ends = &mut ends[..];
        if is_short {
            for [first, last] in &*touched {
                ends[usize::from(*first)] += 1;
                ends[usize::from(*last)] += u32::from(first != last);
            }
        } else {
            for [first, last] in &*touched {
                ends[usize::from(*first)..=usize::from(*last)].iter_mut().for_each(|count| *count += 1);
            }
        }
        begins.clear();
        let mut next = 0;
        begins.extend(ends.iter_mut().map(|end| {
            let begin = next;
            next += *end + 1;
            *end = begin;
            begin
        }));
        let len = next as usize;
        // What lies there from earlier batches is written over.
        if self.places.len() < len {
            self.places.resize(len, [0; 2]);
        }
        if self.look.is_none() && self.looks.len() < len {
            self.looks.resize(len, Look::zeroed());
        }
    }

    /// Copies the marks to their bands, moving the ends on.
    #[inline(always)]
    fn fill<const HAS_LOOKS: bool, const IS_SHORT: bool>(&mut self, glyphs: &[Glyph]) {
        let Self { touched, ends, places, looks, .. } = self;
        let (ends, places, looks) = (&mut ends[..], &mut places[..], &mut looks[..]);
        for ([first, last], glyph) in touched.iter().zip(glyphs) {
            let Glyph { x, y, rgb, class, alpha } = *glyph;
            let mut put = |band: usize, taken: u32| {
                let at = ends[band];
                places[at as usize] = [x, y];
                if HAS_LOOKS {
                    looks[at as usize] = Look { rgb, class, alpha };
                }
                ends[band] = at + taken;
            };
            let (first, last) = (usize::from(*first), usize::from(*last));
            if IS_SHORT {
                put(first, 1);
                // A guess whether it straddles would be wrong too often: all are written twice, most to no avail.
                put(last, u32::from(first != last));
            } else {
                (first..=last).for_each(|band| put(band, 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::{Marker, StampAtlas};

    #[test]
    fn every_band_has_the_marks_that_touch_it_in_order() {
        let size = Size::new(50, 300).unwrap();
        for (diameter_px, is_colored) in [(5.0, false), (5.0, true), (100.0, false), (100.0, true)] {
            let atlas = StampAtlas::new(Marker::Circle, diameter_px, true).unwrap();
            let stencils = Stencils::new(&atlas);
            let cut = Cut::new(size, 4, 3);
            let glyph = |i: i32| {
                let rgb = [if is_colored { i as u8 } else { 7 }, 1, 2];
                Glyph { x: 25 << 8, y: (i * 7919 % 400 - 50) << 8 | (i & 255), rgb, class: 0, alpha: 0.5 }
            };
            let glyphs: Vec<Glyph> = (0..3000).map(glyph).collect();
            let mut bands = Bands::default();
            // The second time with the memory of the first.
            for glyphs in [&glyphs[..], &glyphs[1000..2000]] {
                bands.sort(glyphs, &stencils, cut);
                for band in 0..cut.bands {
                    let (top, below) = ((band * cut.rows()) as i32, ((band + 1) * cut.rows()) as i32);
                    let touches = |glyph: &Glyph, by: i32| {
                        let class = &atlas.classes()[0];
                        let covered = class.covered(class.phase(glyph.x, glyph.y));
                        let (y0, y1) = ((glyph.y >> 8) + covered.y0, (glyph.y >> 8) + covered.y1);
                        y0 < below + by && y1 >= top - by
                    };
                    let mut expected = glyphs.iter().filter(|glyph| touches(glyph, 0)).peekable();
                    bands.walk(band, |place, look| {
                        let is_next = |glyph: &&&Glyph| place == [glyph.x, glyph.y] && look.rgb == glyph.rgb;
                        if expected.peek().filter(is_next).is_some() {
                            expected.next();
                        } else {
                            let is_beyond = place[1] < 0 || place[1] >> 8 >= 300;
                            let near = glyphs.iter().find(|glyph| place == [glyph.x, glyph.y]).unwrap();
                            assert!(is_beyond || touches(near, 1), "{place:?} is far from band {band}");
                        }
                    });
                    assert_eq!(expected.next(), None, "band {band} lacks one, or the order is another");
                }
            }
        }
    }
}
