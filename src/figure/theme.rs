//! The themes: sets of default colours. Sizes of a theme are in `style`.

use super::spine::Sides;
use crate::color::Rgba8;

/// A set of defaults for colours, lines and sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on white, a spine on every side.
    #[default]
    Light,
    /// Light ink on near black.
    Dark,
    /// For print: black on white, thin lines, ticks inwards on all sides, sizes in points (7 to 9) that suit the columns
    /// of journals at the resolution of the figure.
    Paper,
    /// A light grid, gray spines at the left and below alone.
    Minimal,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Paper, Self::Minimal];

    /// As it is typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Paper => "paper",
            Self::Minimal => "minimal",
        }
    }

    /// Behind the whole figure.
    #[must_use]
    pub fn background(self) -> Rgba8 {
        match self {
            Self::Light | Self::Paper | Self::Minimal => Rgba8::opaque(255, 255, 255),
            Self::Dark => Rgba8::opaque(18, 18, 20),
        }
    }

    /// Behind the points.
    #[must_use]
    pub fn plot_background(self) -> Rgba8 {
        self.background()
    }

    /// Text, and of most themes spines and ticks.
    #[must_use]
    pub fn ink(self) -> Rgba8 {
        match self {
            Self::Light => Rgba8::opaque(28, 28, 30),
            Self::Dark => Rgba8::opaque(226, 226, 230),
            Self::Paper => Rgba8::opaque(0, 0, 0),
            Self::Minimal => Rgba8::opaque(46, 46, 50),
        }
    }

    /// Grid lines: thin ink, so that they show on any background.
    #[must_use]
    pub fn grid(self) -> Rgba8 {
        Rgba8 { a: 40, ..self.ink() }
    }

    /// Spines and ticks.
    pub(super) fn spine(self) -> Rgba8 {
        match self {
            Self::Minimal => Rgba8 { a: 140, ..self.ink() },
            _ => self.ink(),
        }
    }

    /// Which spines there are.
    pub(super) fn spines(self) -> Sides {
        match self {
            Self::Minimal => Sides { left: true, bottom: true, ..Sides::NONE },
            _ => Sides::ALL,
        }
    }

    /// Whether ticks reach into the plot, from all sides.
    pub(super) fn has_inward_ticks(self) -> bool {
        self == Self::Paper
    }

    /// Whether there is a grid.
    pub(super) fn has_grid(self) -> bool {
        self == Self::Minimal
    }
}
