//! Ordered blending on layers and veils, a stamp row at a time.

use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::canvas::{Canvas, FLOOR, Layer, Veil};
use crate::error::Result;
use crate::mark::{Batch, Glyph, Marks};
use crate::program::Size;
use crate::raster::cpu::bands::{BAND_ROWS, Bands, place};
use crate::raster::{Rasterizer, emptied};
use crate::stamp::StampAtlas;

/// Coverage and colour bytes become floats by this factor, on both backends; 255 times it is exactly 1.
pub(crate) const UNIT_FROM_BYTE: f32 = 1.0 / 255.0;

/// What is common to layers and veils: the bands, and the walk over them.
#[derive(Debug)]
struct Banded {
    pool: Arc<ThreadPool>,
    atlas: Arc<StampAtlas>,
    size: Size,
    bands: Vec<Bands>,
}

impl Banded {
    /// Draws batches onto rows of `pixels`; `blend` paints one row of a stamp: pixels, mask, glyph.
    fn draw<P: Send>(&mut self, batches: &[Batch], pixels: &mut [P], blend: impl Fn(&mut [P], &[u8], &Glyph) + Sync) {
        let (atlas, size) = (&*self.atlas, self.size);
        self.bands.resize_with(self.bands.len().max(batches.len()), Bands::default);
        let bands = &mut self.bands[..batches.len()];
        let band_len = BAND_ROWS as usize * size.width() as usize;
        self.pool.install(|| {
            bands.par_iter_mut().zip(batches).for_each(|(bands, batch)| bands.sort(glyphs(batch), atlas, size));
            pixels.par_chunks_mut(band_len).enumerate().with_max_len(1).for_each(|(band, pixels)| {
                let top = band as i32 * BAND_ROWS as i32;
                for (bands, batch) in bands.iter().zip(batches) {
                    let glyphs = glyphs(batch);
                    for i in bands.of(band) {
                        stamp(&glyphs[*i as usize], atlas, size, top, pixels, &blend);
                    }
                }
            });
        });
    }
}

fn glyphs(batch: &Batch) -> &[Glyph] {
    match &batch.marks {
        Marks::Glyphs(glyphs) => glyphs,
        Marks::Cells(_) => &[],
    }
}

/// Paints the rows of one stamp that lie in a band whose first row is `top`.
#[inline]
fn stamp<P>(
    glyph: &Glyph,
    atlas: &StampAtlas,
    size: Size,
    top: i32,
    band: &mut [P],
    blend: &impl Fn(&mut [P], &[u8], &Glyph),
) {
    let (phase, at) = place(glyph, atlas);
    let class = &atlas.classes()[usize::from(glyph.class)];
    let mask = atlas.mask(usize::from(glyph.class), phase);
    let (side, reach) = (class.side_px() as usize, class.reach_px() as i32);
    let width = size.width() as usize;
    let rows = (band.len() / width) as i32;
    let (y0, y1) = (at.y0.max(top), at.y1.min(top + rows - 1));
    let (x0, x1) = (at.x0.max(0), at.x1.min(width as i32 - 1));
    if x0 > x1 {
        return;
    }
    let len = (x1 - x0 + 1) as usize;
    let mask_x = (x0 - (glyph.x >> 8) + reach) as usize;
    for y in y0..=y1 {
        let mask_y = (y - (glyph.y >> 8) + reach) as usize;
        let pixels = (y - top) as usize * width + x0 as usize;
        let texels = mask_y * side + mask_x;
        blend(&mut band[pixels..pixels + len], &mask[texels..texels + len], glyph);
    }
}

#[inline]
fn floored(value: f32) -> f32 {
    if value > FLOOR { value } else { FLOOR }
}

/// Ordered colour on a [`Layer`].
#[derive(Debug)]
pub(super) struct Over {
    banded: Banded,
    layer: Layer,
}

impl Over {
    pub(super) fn new(pool: Arc<ThreadPool>, atlas: Arc<StampAtlas>, layer: Layer) -> Self {
        Self { banded: Banded { pool, atlas, size: layer.size(), bands: Vec::new() }, layer }
    }
}

#[inline]
fn over(pixels: &mut [[f32; 4]], mask: &[u8], glyph: &Glyph) {
    let [r, g, b] = glyph.rgb.map(|byte| f32::from(byte) * UNIT_FROM_BYTE);
    let source = [r, g, b, 0.0];
    for (pixel, texel) in pixels.iter_mut().zip(mask) {
        let a = glyph.alpha * (f32::from(*texel) * UNIT_FROM_BYTE);
        let rest = 1.0 - a;
        for (channel, source) in pixel.iter_mut().zip(source) {
            *channel = floored(*channel * rest + source * a);
        }
    }
}

impl Rasterizer for Over {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        self.banded.draw(&batches, self.layer.pixels_mut(), over);
        Ok(emptied(batches))
    }

    fn drain(&mut self) -> Result<()> {
        Ok(())
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        Ok(Canvas::Layer(self.layer.clone()))
    }

    fn finish(self: Box<Self>) -> Result<Canvas> {
        Ok(Canvas::Layer(self.layer))
    }

    fn description(&self) -> String {
        super::description(&self.banded.pool)
    }

    fn kernel(&self) -> &'static str {
        "bands"
    }
}

/// Transmittance on a [`Veil`].
#[derive(Debug)]
pub(super) struct Veiling {
    banded: Banded,
    veil: Veil,
}

impl Veiling {
    pub(super) fn new(pool: Arc<ThreadPool>, atlas: Arc<StampAtlas>, veil: Veil) -> Self {
        Self { banded: Banded { pool, atlas, size: veil.size(), bands: Vec::new() }, veil }
    }
}

#[inline]
fn veil(pixels: &mut [f32], mask: &[u8], glyph: &Glyph) {
    for (t, texel) in pixels.iter_mut().zip(mask) {
        let a = glyph.alpha * (f32::from(*texel) * UNIT_FROM_BYTE);
        *t = floored(*t * (1.0 - a));
    }
}

impl Rasterizer for Veiling {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        self.banded.draw(&batches, self.veil.pixels_mut(), veil);
        Ok(emptied(batches))
    }

    fn drain(&mut self) -> Result<()> {
        Ok(())
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        Ok(Canvas::Veil(self.veil.clone()))
    }

    fn finish(self: Box<Self>) -> Result<Canvas> {
        Ok(Canvas::Veil(self.veil))
    }

    fn description(&self) -> String {
        super::description(&self.banded.pool)
    }

    fn kernel(&self) -> &'static str {
        "bands"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_byte_is_exactly_one() {
        assert_eq!(255.0 * UNIT_FROM_BYTE, 1.0, "an opaque pixel must replace what is below it");
    }
}
