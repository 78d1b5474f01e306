//! What `plot` and `shade` have in common: how numbers become colours, and what is around the plot.

use clap::{Args as ClapArgs, ValueEnum};
use pointillist::Result;
use pointillist::color::NormKind;
use pointillist::figure::{Frame, Theme};
use pointillist::spec::{Background, ColorLimit, ColorOptions, FigureOptions};

use super::clock::ClockArgs;
use super::document::FontArgs;
use super::places::{PlaceArgs, SizeArgs};
use super::trim::TrimArgs;
use super::value;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FrameName {
    Full,
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ThemeName {
    Light,
    Dark,
    Paper,
    Minimal,
}

impl From<ThemeName> for Theme {
    fn from(name: ThemeName) -> Self {
        match name {
            ThemeName::Light => Self::Light,
            ThemeName::Dark => Self::Dark,
            ThemeName::Paper => Self::Paper,
            ThemeName::Minimal => Self::Minimal,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

impl Switch {
    pub(super) fn is_on(self) -> bool {
        self == Self::On
    }
}

/// Norm, colormap, limits.
#[derive(Debug, ClapArgs)]
pub(super) struct ColorArgs {
    /// Colormap of numbers ('pointillist colormaps' draws them; NAME_r is reversed), or colours like
    /// "white,orange 30%,#800000" (default: viridis)
    #[arg(long, value_name = "NAME|COLOURS", value_parser = value::colormaps(), hide_possible_values = true,
        help_heading = "Colour")]
    cmap: Option<String>,
    /// From numbers to the colormap: linear, log, symlog[=T], asinh[=W], sqrt, cbrt, power=G, eq-hist
    /// (default: linear; log for the opacity of by:COL)
    #[arg(long, value_name = "NORM", value_parser = value::norms(), hide_possible_values = true, help_heading = "Colour")]
    norm: Option<NormKind>,
    /// Numbers (or times) at the ends of the colormap, or percentiles like p1,p99 (default: the smallest and the largest)
    #[arg(long, value_name = "A,B", value_parser = value::color_limits, allow_hyphen_values = true,
        help_heading = "Colour")]
    clim: Option<(ColorLimit, ColorLimit)>,
    /// Colour of numbers below the limits of a density, or none (default: the colormap's first)
    #[arg(long, value_name = "CSS", value_parser = value::background, help_heading = "Colour")]
    under: Option<Background>,
    /// Colour of numbers above them, or none (default: the colormap's last)
    #[arg(long, value_name = "CSS", value_parser = value::background, help_heading = "Colour")]
    over: Option<Background>,
    /// Colour of pixels of a density that no row fell into (default: none)
    #[arg(long, value_name = "CSS", value_parser = value::background, help_heading = "Colour")]
    empty: Option<Background>,
    /// Such pixels show the number of the nearest pixel that has one, up to so many pixels away
    #[arg(long, value_name = "PX", value_parser = clap::value_parser!(u32).range(0..=256), default_value_t = 0,
        help_heading = "Colour")]
    spread: u32,
}

impl ColorArgs {
    pub(super) fn options(&self) -> ColorOptions {
        ColorOptions {
            colormap: self.cmap.clone(),
            norm: self.norm,
            limits: self.clim,
            under: self.under,
            over: self.over,
            empty: self.empty,
            spread_px: self.spread,
        }
    }
}

/// Frame, texts, backgrounds.
#[derive(Debug, ClapArgs)]
pub(super) struct FigureArgs {
    /// Axes around the points, or just the plot area
    #[arg(long, value_name = "FRAME", default_value = "full", help_heading = "Figure")]
    frame: FrameName,
    /// Pixels an inch: scales text and lines, and stands in the PNG
    #[arg(long, value_name = "N", value_parser = value::number, default_value_t = 100.0, help_heading = "Figure")]
    dpi: f64,
    /// Colour behind the figure, or none
    #[arg(long, value_name = "CSS", value_parser = value::background, help_heading = "Figure")]
    background: Option<Background>,
    /// Colour behind the points, or none
    #[arg(long, value_name = "CSS", value_parser = value::background, help_heading = "Figure")]
    plot_background: Option<Background>,
    /// Default colours and sizes: light, dark, paper (for print: thin black lines, ticks inwards, texts of 7 to 9 pt),
    /// minimal (a light grid, two gray spines)
    #[arg(long, value_name = "THEME", default_value = "light", help_heading = "Figure")]
    theme: ThemeName,
    #[command(flatten)]
    fonts: FontArgs,
    /// Text above the plot
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    title: Option<String>,
    /// Text below the x axis (default: the column's name)
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    xlabel: Option<String>,
    /// Text beside the y axis (default: the column's name)
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    ylabel: Option<String>,
    #[command(flatten)]
    places: PlaceArgs,
    #[command(flatten)]
    clock: ClockArgs,
    #[command(flatten)]
    trim: TrimArgs,
}

impl FigureArgs {
    pub(super) fn dpi(&self) -> f64 {
        self.dpi
    }

    /// Files that are read for the figure alone.
    pub(super) fn inputs(&self) -> Vec<String> {
        self.trim.input().into_iter().collect()
    }

    /// The labels of x and y.
    pub(super) fn labels(&self) -> (Option<String>, Option<String>) {
        (self.xlabel.clone(), self.ylabel.clone())
    }

    /// The options of a figure; its size where it has one of its own.
    ///
    /// # Errors
    /// A usage error for an impossible size or too many fonts, an input error when the underlay cannot be read.
    pub(super) fn options(self, size: Option<&SizeArgs>) -> Result<FigureOptions> {
        let colorbar = self.places.colorbar();
        let has_legend = self.places.has_legend();
        let places = self.places.places(self.dpi);
        let ((width_px, height_px), places) = match size {
            Some(size) => size.resolve(self.dpi, places)?,
            None => ((1, 1), places),
        };
        Ok(FigureOptions {
            width_px,
            height_px,
            dpi: self.dpi,
            frame: match self.frame {
                FrameName::Full => Frame::Full,
                FrameName::None => Frame::None,
            },
            theme: self.theme.into(),
            background: self.background.unwrap_or_default(),
            plot_background: self.plot_background.unwrap_or_default(),
            fonts: self.fonts.fonts()?,
            title: self.title,
            trim: self.trim.trim()?,
            has_legend,
            has_colorbar: colorbar.is_on,
            has_histogram: colorbar.has_histogram,
            places,
            time_zone: self.clock.time_zone(),
        })
    }
}
