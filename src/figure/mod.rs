//! Everything around the points: title, axes, ticks, labels, grid, legend and colorbar.
//!
//! [`Layout::reserve`] fixes the plot area before the first row is drawn, and [`Layout::fill`] puts in what is known only
//! after the last. The result is a display list of whole-pixel boxes and text masks, painted in bands of rows, so that a
//! picture of any size never exists whole. Owns no data and no points.

mod arrow;
mod axis;
mod banner;
mod colorbar;
mod display;
mod key;
mod layout;
mod legend;
mod panels;
mod places;
mod shape;
mod sheet;
mod style;
mod text;
mod theme;

pub use display::{Figure, Layer, Plate, Rect};
pub use key::{Colorbar, Extends, HISTOGRAM_BINS, Key, LegendEntry, Swatch};
pub use layout::Layout;
pub use panels::{FacetGrid, InsetRequest};
pub use places::{ColorbarPlace, Corner, GivenMargins, LegendPlace, Places, PlotArea};
pub use sheet::sheet;
pub use text::{Font, Fonts};
pub use theme::Theme;

use crate::color::Rgba8;

/// The diameter in pixels of the shapes that a legend shows at so many dots an inch.
#[must_use]
pub fn swatch_px(dpi: f64) -> f64 {
    f64::from(legend::swatch_px(&style::Style::new(Theme::Light, dpi)))
}

/// What is drawn around the plot area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Spines, ticks and labels.
    Full,
    /// Nothing: the picture is just the plot area.
    None,
}

/// The figure as asked for, colours resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureSpec {
    /// Pixels of the whole figure across.
    pub width: u32,
    /// Pixels of the whole figure down.
    pub height: u32,
    /// Text, lines and margins have their usual size at 100.
    pub dpi: f64,
    /// What is drawn around the plot area.
    pub frame: Frame,
    /// The colours of text and lines.
    pub theme: Theme,
    /// Behind everything; `None` is transparent.
    pub background: Option<Rgba8>,
    /// Behind the points, over the background; `None` is transparent.
    pub plot_background: Option<Rgba8>,
    /// What texts are written with.
    pub fonts: Fonts,
    /// Above the plot.
    pub title: Option<String>,
    /// Below the plot.
    pub x_label: Option<String>,
    /// Left of the plot, upwards.
    pub y_label: Option<String>,
    /// Lines at the labelled ticks, under the points.
    pub has_grid: bool,
    /// Whether a legend is drawn where there is one.
    pub has_legend: bool,
    /// Whether a colorbar is drawn where there is one.
    pub has_colorbar: bool,
    /// Where its parts go.
    pub places: Places,
    /// Panels beside each other instead of one.
    pub facets: Option<FacetGrid>,
}

impl FigureSpec {
    /// A light figure of that size at 100 dpi: axes, legend and colorbar, no grid, no texts.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            dpi: 100.0,
            frame: Frame::Full,
            theme: Theme::Light,
            background: Some(Theme::Light.background()),
            plot_background: Some(Theme::Light.plot_background()),
            fonts: Fonts::default(),
            title: None,
            x_label: None,
            y_label: None,
            has_grid: false,
            has_legend: true,
            has_colorbar: true,
            places: Places::default(),
            facets: None,
        }
    }
}
