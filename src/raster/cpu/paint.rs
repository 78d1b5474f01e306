//! One stamp onto some rows of a canvas, eight pixels at a time.
//!
//! Owns where a stamp's rows lie and what they may touch; what a pixel becomes is the ink's. All of it is inlined into
//! code that is compiled for the vectors of the processor at hand (`pulp`), a whole band or batch at a time.

use crate::raster::cpu::stencils::{Eight, LANES, Stencils};

/// What becomes of pixels under a stamp. Each pixel is changed by itself, by the same operations whichever way is taken.
pub(super) trait Ink {
    /// One pixel of the canvas.
    type Pixel: Copy;
    /// What marks differ in.
    type Brush: Copy;

    /// A pixel under a texel.
    fn pixel(pixel: Self::Pixel, texel: u8, brush: Self::Brush) -> Self::Pixel;

    /// The pixels of one row of a stamp, from `at` on, of which `width` are covered; they lie inside the band.
    fn row(pixels: &mut [Self::Pixel], at: usize, width: usize, texels: &[Eight], brush: Self::Brush);
}

/// Whole rows of a canvas.
#[derive(Debug)]
pub(super) struct Band<'a, P> {
    pixels: &'a mut [P],
    width_px: i32,
    height_px: i32,
    /// The canvas row of its first one.
    top_px: i32,
}

impl<'a, P: Copy> Band<'a, P> {
    /// Rows of `width_px` pixels, of which the first is the canvas row `top_px`.
    pub(super) fn new(pixels: &'a mut [P], width_px: u32, top_px: u32) -> Self {
        let height_px = (pixels.len() / width_px as usize) as i32;
        Self { pixels, width_px: width_px as i32, height_px, top_px: top_px as i32 }
    }

    /// Paints what lies in this band of the stamp at `place`, in 24.8 fixed point of the canvas.
    #[inline(always)]
    pub(super) fn paint<I: Ink<Pixel = P>>(
        &mut self,
        stencils: &Stencils,
        class: u8,
        place: [i32; 2],
        brush: I::Brush,
    ) {
        let stencil = stencils.of(class, place);
        let left = (place[0] >> 8) + i32::from(stencil.x0);
        let upper = (place[1] >> 8) + i32::from(stencil.y0) - self.top_px;
        let (width, height) = (i32::from(stencil.width), i32::from(stencil.height));
        let first = (-upper).clamp(0, height);
        let end = (self.height_px - upper).clamp(first, height);
        if first == end {
            return;
        }
        let texels = stencils.texels(stencil, first as usize..end as usize);
        let row = (upper + first) as usize;
        if left < 0 || left + width > self.width_px {
            self.paint_clipped::<I>(texels, stencil.eights(), (left, width), row, brush);
            return;
        }
        let (stride, width) = (self.width_px as usize, width as usize);
        let mut at = row * stride + left as usize;
        if width <= LANES {
            for eight in texels {
                I::row(self.pixels, at, width, std::slice::from_ref(eight), brush);
                at += stride;
            }
        } else {
            for texels in texels.chunks_exact(stencil.eights()) {
                I::row(self.pixels, at, width, texels, brush);
                at += stride;
            }
        }
    }

    /// The same for a stamp across the left or right border, from the band's row `row` on.
    #[cold]
    #[inline(never)]
    fn paint_clipped<I: Ink<Pixel = P>>(
        &mut self,
        texels: &[Eight],
        eights: usize,
        (left, width): (i32, i32),
        row: usize,
        brush: I::Brush,
    ) {
        let (x0, x1) = (left.clamp(0, self.width_px), (left + width).clamp(0, self.width_px));
        let (skipped, stride) = ((x0 - left) as usize, self.width_px as usize);
        let rows = self.pixels[row * stride..].chunks_exact_mut(stride);
        for (row, texels) in rows.zip(texels.chunks_exact(eights)) {
            let texels = texels.as_flattened().iter().skip(skipped);
            for (pixel, texel) in row[x0 as usize..x1.max(x0) as usize].iter_mut().zip(texels) {
                *pixel = I::pixel(*pixel, *texel, brush);
            }
        }
    }
}

/// A row for ink that leaves alone what a texel of 0 covers: eights reach over the stamp's edge, into the next row even.
#[inline(always)]
pub(super) fn filled_row<I: Ink>(
    pixels: &mut [I::Pixel],
    at: usize,
    texels: &[Eight],
    brush: I::Brush,
    eight: impl Fn([I::Pixel; LANES], Eight, I::Brush) -> [I::Pixel; LANES],
) {
    for (i, texels) in texels.iter().enumerate() {
        let pixels = &mut pixels[at + LANES * i..];
        if let Some(pixels) = pixels.first_chunk_mut() {
            *pixels = eight(*pixels, *texels, brush);
        } else {
            for (pixel, texel) in pixels.iter_mut().zip(texels) {
                *pixel = I::pixel(*pixel, *texel, brush);
            }
        }
    }
}
