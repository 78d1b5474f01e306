//! Everything around the points: title, axes, ticks, labels, grid, legend and colorbar.
//!
//! [`Layout::reserve`] fixes the plot area before the first row is drawn, and [`Layout::fill`] puts in what is known only
//! after the last. The result is a display list of whole-pixel boxes and text masks, painted in bands of rows, so that a
//! picture of any size never exists whole. Owns no data and no points.

mod annotation;
mod arrow;
mod axis;
mod banner;
mod colorbar;
mod display;
mod key;
mod layout;
mod legend;
mod panels;
mod pen;
mod places;
mod shape;
mod sheet;
mod spine;
mod style;
mod text;
mod theme;
mod trim;
mod underlay;

pub use annotation::{Anchor, Annotation, Dash, Stroke};
pub use display::{Figure, Layer, Plate, Rect};
pub use key::{Colorbar, Extends, HISTOGRAM_BINS, Key, LegendEntry, SizeEntry, SizeKey, Swatch};
pub use layout::Layout;
pub use panels::{FacetGrid, InsetRequest};
pub use pen::{Area, Image, Line, Pen, PlacedGlyph};
pub use places::{ColorbarPlace, Corner, GivenMargins, LegendPlace, Places, PlotArea};
pub use sheet::sheet;
pub use spine::Sides;
pub use style::{Length, STYLE_KEYS, StyleKey, StyleSetting, StyleValue};
pub use text::{Font, Fonts, Segment};
pub use theme::Theme;
pub use trim::{Grid, Trim};
pub use underlay::Underlay;

use crate::color::Rgba8;

/// The diameter in pixels of the shapes that the legend of a figure shows.
#[must_use]
pub fn swatch_px(spec: &FigureSpec) -> f64 {
    f64::from(legend::swatch_px(&style::Style::of(spec)))
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
    /// Settings, spines, grid, annotations and an underlay.
    pub trim: Trim,
    /// What explains the sizes of marks, in the legend.
    pub size_keys: Vec<SizeKey>,
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
            trim: Trim::default(),
            size_keys: Vec::new(),
            has_legend: true,
            has_colorbar: true,
            places: Places::default(),
            facets: None,
        }
    }
}
