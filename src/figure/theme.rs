//! The default colours of a figure.

use crate::color::Rgba8;

/// A set of default colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on white.
    #[default]
    Light,
    /// Light ink on near black.
    Dark,
}

impl Theme {
    /// Behind the whole figure.
    #[must_use]
    pub fn background(self) -> Rgba8 {
        match self {
            Self::Light => Rgba8::opaque(255, 255, 255),
            Self::Dark => Rgba8::opaque(18, 18, 20),
        }
    }

    /// Behind the points.
    #[must_use]
    pub fn plot_background(self) -> Rgba8 {
        self.background()
    }

    /// Text, spines and ticks.
    #[must_use]
    pub fn ink(self) -> Rgba8 {
        match self {
            Self::Light => Rgba8::opaque(28, 28, 30),
            Self::Dark => Rgba8::opaque(226, 226, 230),
        }
    }

    /// Grid lines: thin ink, so that they show on any background.
    #[must_use]
    pub fn grid(self) -> Rgba8 {
        Rgba8 { a: 40, ..self.ink() }
    }
}
