//! Ordered colour: `C = C*(1-a) + c*a`, `T = T*(1-a)` a pixel, in f32, never fused.

use crate::program::Size;

/// What a stack of marks may not fall below: transmittance and colours decay into denormals after some 800 marks at
/// alpha 0.1, which halves the CPU's speed; 1e-18 is invisible in any picture.
pub const FLOOR: f32 = 1e-18;

/// Premultiplied red, green, blue and transmittance T (1 where nothing was drawn), one `[f32; 4]` a pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    size: Size,
    pixels: Vec<[f32; 4]>,
}

impl Layer {
    /// Nothing drawn: colour 0, T 1.
    #[must_use]
    pub fn empty(size: Size) -> Self {
        Self { size, pixels: vec![[0.0, 0.0, 0.0, 1.0]; size.area()] }
    }

    /// Takes pixels over, rows from top to bottom.
    ///
    /// # Panics
    /// When there are not exactly `size.area()` pixels: a bug of the rasterizer.
    #[must_use]
    pub fn from_pixels(size: Size, pixels: Vec<[f32; 4]>) -> Self {
        assert_eq!(pixels.len(), size.area(), "a layer holds one pixel each");
        Self { size, pixels }
    }

    /// The side lengths.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// All pixels, rows from top to bottom.
    #[must_use]
    pub fn pixels(&self) -> &[[f32; 4]] {
        &self.pixels
    }

    /// All pixels, to draw on.
    pub fn pixels_mut(&mut self) -> &mut [[f32; 4]] {
        &mut self.pixels
    }

    /// Puts `later` over `self`; sizes are equal.
    pub(super) fn merge(&mut self, later: &Self) {
        for (a, b) in self.pixels.iter_mut().zip(&later.pixels) {
            let t = b[3];
            for c in 0..3 {
                a[c] = a[c] * t + b[c];
            }
            a[3] *= t;
        }
    }
}
