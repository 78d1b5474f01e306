//! Where the parts of a figure go, for library users: side titles, legend, colorbar, margins, plot area and aspect.

use crate::figure::{ColorbarPlace, GivenMargins, LegendPlace, PlotArea};
use crate::plot::Figure;

impl Figure {
    /// The smaller text above the left end of the plot.
    #[must_use]
    pub fn left_title(self, text: &str) -> Self {
        self.with(|spec| spec.figure.places.left_title = Some(text.to_owned()))
    }

    /// The smaller text above the right end of the plot.
    #[must_use]
    pub fn right_title(self, text: &str) -> Self {
        self.with(|spec| spec.figure.places.right_title = Some(text.to_owned()))
    }

    /// Where the legend goes; `None` leaves it out.
    #[must_use]
    pub fn legend(self, place: Option<LegendPlace>) -> Self {
        self.with(|spec| {
            spec.figure.has_legend = place.is_some();
            spec.figure.places.legend = place.unwrap_or_default();
        })
    }

    /// Where colorbars go; `None` leaves them out.
    #[must_use]
    pub fn colorbar(self, place: Option<ColorbarPlace>) -> Self {
        self.with(|spec| {
            spec.figure.has_colorbar = place.is_some();
            spec.figure.places.colorbar = place.unwrap_or_default();
        })
    }

    /// Exact margins around the plot area; what is not given follows from what is drawn there.
    #[must_use]
    pub fn margins(self, margins: GivenMargins) -> Self {
        self.with(|spec| spec.figure.places.margins = margins)
    }

    /// The exact plot area in pixels: the figure grows around it, whatever size it was made with.
    #[must_use]
    pub fn plot_area(self, width_px: u32, height_px: u32) -> Self {
        self.with(|spec| {
            (spec.figure.width_px, spec.figure.height_px) = (width_px, height_px);
            spec.figure.places.plot_area = Some(PlotArea { width_px: Some(width_px), height_px: Some(height_px) });
        })
    }

    /// How many times as long as one unit of x one unit of y is drawn, on the scales of the axes (decades on log ones); the
    /// plot area gets the shape for it. 1 is equal.
    #[must_use]
    pub fn aspect(self, aspect: f64) -> Self {
        self.with(|spec| spec.figure.places.aspect = Some(aspect))
    }
}
