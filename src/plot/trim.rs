//! What a library's figure is trimmed with: settings of its look, spines, grid, annotations, an underlay.

use super::Figure;
use crate::error::Result;
use crate::figure::{Annotation, Grid, Sides, StyleSetting, Underlay};

impl Figure {
    /// Lines at the labelled ticks; as the theme has it unless given. [`Figure::grid_of`] has more of them.
    #[must_use]
    pub fn grid(self, has_grid: bool) -> Self {
        self.grid_of(if has_grid { Grid::On } else { Grid::Off })
    }

    /// Lines at some of the ticks, below the points.
    #[must_use]
    pub fn grid_of(self, grid: Grid) -> Self {
        self.with(|spec| spec.figure.trim.grid = Some(grid))
    }

    /// Which sides have a spine; as the theme has it unless given.
    #[must_use]
    pub fn spines(self, sides: Sides) -> Self {
        self.with(|spec| spec.figure.trim.spines = Some(sides))
    }

    /// Ticks that reach into the plot and annotations below the points instead of above them.
    #[must_use]
    pub fn axes_below(self, is_below: bool) -> Self {
        self.with(|spec| spec.figure.trim.is_below = is_below)
    }

    /// Sets a colour, width or size of the figure, like `grid=#ddd` or `title-size=16pt`
    /// ([`crate::figure::STYLE_KEYS`]); of two for one key the later one holds.
    ///
    /// # Errors
    /// A usage error for what is no setting.
    pub fn style(self, setting: &str) -> Result<Self> {
        let setting = StyleSetting::parse(setting)?;
        Ok(self.with(|spec| spec.figure.trim.settings.push(setting)))
    }

    /// A line, a box or a text at data coordinates; a later one lies over those before. One with a coordinate that is no
    /// value of its axis is refused at the first draw.
    #[must_use]
    pub fn annotate(self, annotation: Annotation) -> Self {
        self.with(|spec| spec.figure.trim.annotations.push(annotation))
    }

    /// A picture below the points.
    #[must_use]
    pub fn underlay(self, underlay: Underlay) -> Self {
        self.with(|spec| spec.figure.trim.underlay = Some(underlay))
    }
}
