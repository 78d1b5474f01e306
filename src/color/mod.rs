//! Colours: CSS names, colormaps, palettes, and the norm from values to positions on a colormap.

mod colormap;
mod css;
mod css_names;
mod equalized;
mod norm;
mod norm_kind;
mod oklab;
pub mod palette;
mod ramp;
mod stops;

pub use colormap::{Colormap, ColormapKind};
pub use css::{nearest_color, parse_css, parse_css_or_none};
pub use norm::{Norm, Side};
pub use norm_kind::NormKind;
pub use oklab::Oklab;
pub use ramp::Ramp;

/// A straight (not premultiplied) sRGB colour, bytes in RGBA order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgba8 {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// Opacity.
    pub a: u8,
}

impl Rgba8 {
    /// An opaque colour.
    #[must_use]
    pub const fn opaque(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b, a: 255 }
    }

    /// Red, green, blue.
    #[must_use]
    pub fn rgb(self) -> [u8; 3] {
        [self.r, self.g, self.b]
    }
}
