//! Random marks, and the plain loop over pixels and glyphs that every kernel is held to.

use crate::mark::Glyph;
use crate::program::Size;
use crate::stamp::{Marker, StampAtlas};

/// A generator with the period 2^64 (Knuth's constants); upper bits only.
pub(in crate::raster::gpu) struct Random(pub(in crate::raster::gpu) u64);

impl Random {
    pub(in crate::raster::gpu) fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }

    /// Glyphs on the canvas and around it, exactly on pixel borders now and then.
    pub(in crate::raster::gpu) fn glyphs(&mut self, size: Size, count: usize, is_opaque: bool) -> Vec<Glyph> {
        let glyph = |random: &mut Self| {
            let mut at = |side: u32| {
                let position = random.below(256 * (side + 40)) as i32 - 256 * 20;
                if random.below(8) == 0 { position & !255 } else { position }
            };
            let (x, y) = (at(size.width()), at(size.height()));
            let rgb = [random.below(256) as u8, random.below(256) as u8, random.below(256) as u8];
            let alpha = if is_opaque { 1.0 } else { random.below(1001) as f32 / 1000.0 };
            Glyph { x, y, rgb, class: 0, alpha }
        };
        (0..count).map(|_| glyph(self)).collect()
    }
}

pub(super) fn stamps() -> Vec<(&'static str, StampAtlas)> {
    let atlas = |marker, diameter, is_antialiased| StampAtlas::new(marker, diameter, is_antialiased).unwrap();
    vec![
        ("pixel", StampAtlas::pixel()),
        ("a hard square of 5 px", atlas(Marker::Square, 5.0, false)),
        ("a hard circle of 0.4 px", atlas(Marker::Circle, 0.4, false)),
        ("a circle of 3 px", atlas(Marker::Circle, 3.0, true)),
        ("a circle of 40 px", atlas(Marker::Circle, 40.0, true)),
    ]
}

/// Calls `paint(pixel index, glyph, coverage)` for everything that the glyphs cover, in order.
pub(super) fn naive(size: Size, atlas: &StampAtlas, glyphs: &[Glyph], mut paint: impl FnMut(usize, &Glyph, u8)) {
    let class = &atlas.classes()[0];
    let reach = class.reach_px() as i32;
    for glyph in glyphs {
        let mask = atlas.mask(0, class.phase(glyph.x, glyph.y));
        let (middle_x, middle_y) = (glyph.x.div_euclid(256), glyph.y.div_euclid(256));
        for (i, texel) in mask.iter().enumerate() {
            let x = middle_x - reach + i as i32 % (2 * reach + 1);
            let y = middle_y - reach + i as i32 / (2 * reach + 1);
            if (0..size.width() as i32).contains(&x) && (0..size.height() as i32).contains(&y) {
                paint(y as usize * size.width() as usize + x as usize, glyph, *texel);
            }
        }
    }
}

pub(super) fn naive_counts(size: Size, atlas: &StampAtlas, glyphs: &[Glyph]) -> Vec<u64> {
    let mut counts = vec![0; size.area()];
    naive(size, atlas, glyphs, |pixel, _, coverage| counts[pixel] += u64::from(coverage == 255));
    counts
}

pub(super) fn naive_layer(size: Size, atlas: &StampAtlas, glyphs: &[Glyph]) -> Vec<[f64; 4]> {
    let mut pixels = vec![[0.0, 0.0, 0.0, 1.0]; size.area()];
    naive(size, atlas, glyphs, |pixel, glyph, coverage| {
        let a = f64::from(glyph.alpha) * f64::from(coverage) / 255.0;
        let [r, g, b] = glyph.rgb.map(|byte| f64::from(byte) / 255.0);
        for (channel, source) in pixels[pixel].iter_mut().zip([r, g, b, 0.0]) {
            *channel = *channel * (1.0 - a) + source * a;
        }
    });
    pixels
}
