//! Transmittance alone: what remains of the background when every mark has one colour.

use crate::program::Size;

/// `T = T*(1-a)`, one f32 a pixel, 1 where nothing was drawn; the colour comes at shade time.
#[derive(Clone, Debug, PartialEq)]
pub struct Veil {
    size: Size,
    pixels: Vec<f32>,
}

impl Veil {
    /// Nothing drawn: T 1.
    #[must_use]
    pub fn empty(size: Size) -> Self {
        Self { size, pixels: vec![1.0; size.area()] }
    }

    /// Takes pixels over, rows from top to bottom.
    ///
    /// # Panics
    /// When there are not exactly `size.area()` pixels: a bug of the rasterizer.
    #[must_use]
    pub fn from_pixels(size: Size, pixels: Vec<f32>) -> Self {
        assert_eq!(pixels.len(), size.area(), "a veil holds one pixel each");
        Self { size, pixels }
    }

    /// The side lengths.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// All pixels, rows from top to bottom.
    #[must_use]
    pub fn pixels(&self) -> &[f32] {
        &self.pixels
    }

    /// All pixels, to draw on.
    pub fn pixels_mut(&mut self) -> &mut [f32] {
        &mut self.pixels
    }

    /// Puts `later` over `self`; sizes are equal.
    pub(super) fn merge(&mut self, later: &Self) {
        for (a, b) in self.pixels.iter_mut().zip(&later.pixels) {
            *a *= b;
        }
    }
}
