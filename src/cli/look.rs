//! How the rows of one data set are drawn: points or a density, and colours.

use clap::{Args as ClapArgs, ValueEnum};
use pointillist::reduce::Reduction;
use pointillist::spec::{AlphaSpec, ColorOptions, ColorSpec, DensitySpec, Limits, PointsSpec, SizeSpec, Spec};
use pointillist::stamp::Marker;

use super::options::{ColorArgs, Switch};
use super::value::{self, Diameter};

/// The marks that can be chosen.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum MarkerName {
    Pixel,
    Circle,
    Square,
    Diamond,
    Triangle,
    Plus,
    Cross,
    Star,
    Ring,
}

/// Points, densities, colours: the same for the first data set and within `--series`.
#[derive(Debug, ClapArgs)]
pub(super) struct LookArgs {
    /// Colour of the points, or the column that gives it: a number by colormap, a text by palette
    /// (col:NAME and css:NAME where a word is both) (default: #1f77b4, with --series the palette's colours in turn)
    #[arg(long, value_name = "CSS|COL", value_parser = value::color, conflicts_with = "rgb", requires = "inputs",
        help_heading = "Points")]
    color: Option<ColorSpec>,
    /// Columns of red, green, blue and perhaps alpha: floats 0..1 or integers 0..255
    #[arg(long, value_name = "R,G,B[,A]", value_delimiter = ',', requires = "inputs", help_heading = "Points")]
    rgb: Option<Vec<String>>,
    /// Opacity of a point, or the column that gives it (col:NAME for a name that is a number)
    #[arg(long, value_name = "A|COL", value_parser = value::alpha, default_value = "1", requires = "inputs",
        help_heading = "Points")]
    alpha: AlphaSpec,
    /// Diameter of a point: pixels (0.1 to 256), or 2pt
    #[arg(long, value_name = "PX|2pt", value_parser = value::diameter, default_value = "3", requires = "inputs",
        help_heading = "Points")]
    size: Diameter,
    /// Column of numbers or times that decide the area of each point
    #[arg(long, value_name = "COL", conflicts_with = "size", requires = "inputs", help_heading = "Points")]
    size_by: Option<String>,
    /// Diameters of the smallest and the largest number; areas grow linearly between them, and A above B gives small
    /// numbers large points
    #[arg(long, value_name = "A,B", value_parser = value::diameters, default_value = "2,20", requires = "size_by",
        help_heading = "Points")]
    size_range: (Diameter, Diameter),
    /// Numbers at those diameters; others beyond them are clamped (default: the smallest and the largest)
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, requires = "size_by",
        help_heading = "Points")]
    size_limits: Option<Limits>,
    /// Shape of a point
    #[arg(long, value_name = "SHAPE", default_value = "circle", requires = "inputs", help_heading = "Points")]
    marker: MarkerName,
    /// Smooth edges (default: on, off for pixel and square)
    #[arg(long, value_name = "on|off", requires = "inputs", help_heading = "Points")]
    aa: Option<Switch>,

    /// Reduce rows pixel by pixel instead of drawing points: count, any, by:COL (counts by category), or sum, mean, min,
    /// max, var, std, first, last of a column (mean:COL)
    ///
    /// Given more than once, the first is the picture and --raster holds all of them.
    #[arg(long, value_name = "R", value_parser = value::reduction, requires = "inputs", help_heading = "Density",
        conflicts_with_all = ["color", "rgb", "alpha", "size", "size_by", "marker", "aa"])]
    reduce: Vec<Reduction>,
    /// Range of the values that are reduced; a value outside makes its row invalid (default: the column's extent)
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, requires = "reduce",
        help_heading = "Density")]
    value_range: Option<Limits>,
    /// Categories that by:COL counts, in this order; all others are one (default: the most frequent)
    #[arg(long, value_name = "A,B,..", value_delimiter = ',', requires = "reduce", help_heading = "Density")]
    categories: Option<Vec<String>>,

    #[command(flatten)]
    colors: ColorArgs,
}

impl LookArgs {
    /// Whether a colour is needed and none was asked for.
    pub(super) fn takes_default_color(&self) -> bool {
        self.color.is_none() && self.rgb.is_none() && self.reduce.is_empty()
    }

    /// Whether anything was said of how numbers become colours.
    pub(super) fn has_color_options(&self) -> bool {
        self.colors.options() != ColorOptions::default()
    }

    /// The look within a figure: axes, figure and engine of `around`, sizes at `dpi`; `default` is the colour of points
    /// that have been given none.
    pub(super) fn spec(self, around: &Spec, dpi: f64, default: ColorSpec) -> Spec {
        let marker = match self.marker {
            MarkerName::Pixel => Marker::Pixel,
            MarkerName::Circle => Marker::Circle,
            MarkerName::Square => Marker::Square,
            MarkerName::Diamond => Marker::Diamond,
            MarkerName::Triangle => Marker::Triangle,
            MarkerName::Plus => Marker::Plus,
            MarkerName::Cross => Marker::Cross,
            MarkerName::Star => Marker::Star,
            MarkerName::Ring => Marker::Ring,
        };
        let density = (!self.reduce.is_empty()).then_some(DensitySpec {
            reductions: self.reduce,
            value_range: self.value_range,
            categories: self.categories,
        });
        Spec {
            points: PointsSpec {
                marker,
                size_px: self.size.px(dpi),
                is_antialiased: self.aa.map(Switch::is_on),
                color: self.rgb.map(ColorSpec::Rgb).or(self.color).unwrap_or(default),
                alpha: self.alpha,
                size_by: self.size_by.map(|column| SizeSpec {
                    column,
                    range_px: (self.size_range.0.px(dpi), self.size_range.1.px(dpi)),
                    limits: self.size_limits,
                }),
            },
            density,
            colors: self.colors.options(),
            ..around.clone()
        }
    }
}
