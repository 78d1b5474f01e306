//! What a figure is trimmed with, as typed: settings of its look, spines, grid, lines, boxes, texts, an underlay.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum, ValueHint};
use pointillist::Error;
use pointillist::figure::{Annotation, Grid, STYLE_KEYS, Sides, StyleSetting, Trim, Underlay};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GridName {
    On,
    Off,
    /// At the ticks of x alone
    X,
    /// At the ticks of y alone
    Y,
    /// At ticks without a label too
    Minor,
}

impl From<GridName> for Grid {
    fn from(name: GridName) -> Self {
        match name {
            GridName::On => Self::On,
            GridName::Off => Self::Off,
            GridName::X => Self::X,
            GridName::Y => Self::Y,
            GridName::Minor => Self::Minor,
        }
    }
}

/// Settings, spines, grid, annotations, underlay.
#[derive(Debug, ClapArgs)]
pub(super) struct TrimArgs {
    /// Lines at the ticks, below the points; minor: at ticks without a label too (default: on with the theme minimal,
    /// else off)
    #[arg(long, value_name = "on|off|x|y|minor", num_args = 0..=1, default_missing_value = "on",
        hide_possible_values = true, help_heading = "Figure")]
    grid: Option<GridName>,
    /// Sides of the plot that have a spine: all, none, or some like left,bottom (default: as the theme has it)
    #[arg(long, value_name = "SIDES", value_parser = Sides::parse, help_heading = "Figure")]
    spines: Option<Sides>,
    /// Ticks that reach into the plot, lines, boxes and texts below the points instead of above them
    #[arg(long, help_heading = "Figure")]
    axes_below: bool,
    /// A colour, width or size of the figure, like grid=#ddd, spine-width=1.5px or title-size=16pt; may be repeated
    /// (--help lists the keys)
    #[arg(long, value_name = "KEY=VALUE", value_parser = StyleSetting::parse, long_help = style_help(),
        help_heading = "Figure")]
    style: Vec<StyleSetting>,
    /// Line across the plot at a value of y, with a colour, a width and dashed or dotted as wanted; may be repeated
    #[arg(long, value_name = "Y[,CSS][,WIDTH][,DASH]", value_parser = Annotation::hline, allow_hyphen_values = true,
        help_heading = "Annotations")]
    hline: Vec<Annotation>,
    /// The same at a value of x; values are numbers, or ISO 8601 times
    #[arg(long, value_name = "X[,CSS][,WIDTH][,DASH]", value_parser = Annotation::vline, allow_hyphen_values = true,
        help_heading = "Annotations")]
    vline: Vec<Annotation>,
    /// Box between two values of x and two of y, its colour translucent within it; may be repeated
    #[arg(long = "box", value_name = "X0,X1,Y0,Y1[,CSS][,WIDTH][,DASH]", value_parser = Annotation::area,
        allow_hyphen_values = true, help_heading = "Annotations")]
    boxes: Vec<Annotation>,
    /// Text at a value of x and one of y; \n breaks its line. May be repeated
    ///
    /// at= says which point of the text lies there: center (the default), left (the text reads on from the point), right,
    /// top, bottom, top-left, .. A text that would leave the plot is moved into it.
    #[arg(long, value_name = "X,Y[,at=ANCHOR][,color=CSS],TEXT", value_parser = Annotation::text,
        allow_hyphen_values = true, help_heading = "Annotations")]
    text: Vec<Annotation>,
    /// PNG below the points, such as a map
    #[arg(long, value_name = "PNG", value_hint = ValueHint::FilePath, help_heading = "Annotations")]
    underlay: Option<PathBuf>,
    /// The data at its left, right, lower and upper border (default: those of the view)
    #[arg(long, value_name = "X0,X1,Y0,Y1", value_parser = extent, allow_hyphen_values = true, requires = "underlay",
        help_heading = "Annotations")]
    underlay_extent: Option<Extent>,
}

/// A list that clap takes for one value.
#[derive(Clone, Debug)]
struct Extent([String; 4]);

fn extent(text: &str) -> Result<Extent, Error> {
    Underlay::parse_extent(text).map(Extent)
}

/// The keys with what they mean, one a line.
fn style_help() -> String {
    let mut lines = Vec::new();
    for (number, key) in STYLE_KEYS.iter().enumerate() {
        if number == 0 || STYLE_KEYS[number - 1].kind() != key.kind() {
            lines.push(format!("{}:", key.kind()));
        }
        let range = if key.range().is_empty() { String::new() } else { format!(" ({})", key.range()) };
        lines.push(format!("  {:<18}{}{range}", key.name, key.meaning));
    }
    format!(
        "A colour, width or size of the figure, like grid=#ddd, spine-width=1.5px or title-size=16pt; may be repeated\n\n\
         Pixels are the figure's, points grow with --dpi (72 an inch).\n\n{}",
        lines.join("\n")
    )
}

impl TrimArgs {
    /// What was typed, the underlay read.
    pub(super) fn trim(self) -> Result<Trim, Error> {
        let extent = self.underlay_extent.map(|extent| extent.0);
        let underlay = self.underlay.map(|path| Underlay::open(&path, extent)).transpose()?;
        Ok(Trim {
            settings: self.style,
            spines: self.spines,
            grid: self.grid.map(Grid::from),
            is_below: self.axes_below,
            // Boxes lie below lines, and texts above all.
            annotations: [self.boxes, self.hline, self.vline, self.text].concat(),
            underlay,
        })
    }

    /// The file of the underlay, which no output may replace.
    pub(super) fn input(&self) -> Option<String> {
        self.underlay.as_ref().map(|path| path.display().to_string())
    }
}
