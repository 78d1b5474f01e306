//! Sizes, margins and places of the parts of a figure.

use clap::builder::TypedValueParser;
use clap::{Args as ClapArgs, ValueEnum};
use pointillist::figure::{ColorbarPlace, Corner, GivenMargins, LegendPlace, Places, PlotArea};
use pointillist::{Error, Result};

use super::length::{Length, length, length_or_auto};
use super::value::Worded;

/// Where the legend goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LegendName {
    /// Right of the plot, where it covers nothing
    #[value(alias = "auto")]
    On,
    Off,
    /// The same as on
    Right,
    /// Below the plot, in columns
    #[value(alias = "below")]
    Bottom,
    /// In the corner of the plot with the fewest points
    #[value(alias = "best")]
    Corner,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

/// Whether there is a colorbar, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ColorbarChoice {
    pub(super) is_on: bool,
    pub(super) has_histogram: bool,
    place: ColorbarPlace,
}

/// `on`, `off`, or a place, with or without the histogram.
fn colorbar(text: &str) -> std::result::Result<ColorbarChoice, String> {
    let mut choice = ColorbarChoice { is_on: true, has_histogram: false, place: ColorbarPlace::Right };
    for word in text.split(',') {
        match word.trim() {
            "on" | "right" => {}
            "off" if text.trim() == "off" => choice.is_on = false,
            "histogram" => choice.has_histogram = true,
            "bottom" | "below" => choice.place = ColorbarPlace::Bottom,
            _ => return Err("expected on, off, or right, bottom and histogram, like bottom,histogram".to_owned()),
        }
    }
    Ok(choice)
}

fn colorbars() -> impl TypedValueParser<Value = ColorbarChoice> {
    Worded { parser: colorbar, words: vec!["on", "off", "right", "bottom", "histogram", "bottom,histogram"] }
}

/// Margins that are given, from the top clockwise.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Margins([Option<Length>; 4]);

/// One to four lengths, as in CSS.
fn margins(text: &str) -> std::result::Result<Margins, String> {
    let sides: Vec<Option<Length>> = text.split(',').map(length_or_auto).collect::<std::result::Result<_, _>>()?;
    match sides[..] {
        [all] => Ok(Margins([all; 4])),
        [down, across] => Ok(Margins([down, across, down, across])),
        [top, across, bottom] => Ok(Margins([top, across, bottom, across])),
        [top, right, bottom, left] => Ok(Margins([top, right, bottom, left])),
        _ => Err("expected margins above, right, below and left, like 40,10,50,60 or 1cm,auto,auto,2cm".to_owned()),
    }
}

/// A plot area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area([Option<Length>; 2]);

/// `WxH`; one of the two may be `auto`.
fn area(text: &str) -> std::result::Result<Area, String> {
    // A px before the x has one of its own.
    let sides = text.char_indices().filter(|(_, c)| matches!(c, 'x' | 'X' | '×')).find_map(|(at, c)| {
        let (wide, high) = (length_or_auto(&text[..at]).ok()?, length_or_auto(&text[at + c.len_utf8()..]).ok()?);
        (wide.is_some() || high.is_some()).then_some([wide, high])
    });
    sides
        .map(Area)
        .ok_or_else(|| "expected width and height, like 600x400, 80mmx60mm or, with --aspect, 600xauto".to_owned())
}

/// `equal`, or a number.
fn aspect(text: &str) -> std::result::Result<f64, String> {
    let wrong = || "expected equal, or a number above 0".to_owned();
    match text.trim() {
        "equal" => Ok(1.0),
        number => number.parse().ok().filter(|aspect: &f64| aspect.is_finite() && *aspect > 0.0).ok_or_else(wrong),
    }
}

/// Titles at the sides, places of keys, margins: of every figure.
#[derive(Debug, ClapArgs)]
pub(super) struct PlaceArgs {
    /// Smaller text above the left end of the plot
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    left_title: Option<String>,
    /// Smaller text above the right end of the plot
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    right_title: Option<String>,
    /// Legend of categories, and of data sets: on (right of the plot), off, bottom, corner (the emptiest one inside the
    /// plot), top-left, top-right, bottom-left, bottom-right
    #[arg(long, value_name = "PLACE", default_value = "on", hide_possible_values = true, help_heading = "Figure")]
    legend: LegendName,
    /// Colorbar of numbers: on (right of the plot), off, bottom; with a histogram of them: histogram, or bottom,histogram
    #[arg(long, value_name = "PLACE", value_parser = colorbars(), default_value = "on", hide_possible_values = true,
        help_heading = "Figure")]
    colorbar: ColorbarChoice,
    /// Exact margins around the plot area, above, right, below and left (one to four, as in CSS); auto takes what is needed
    ///
    /// Lengths as of --width. What has no room in a given margin is cut or left out, and a line says so.
    #[arg(long, value_name = "T,R,B,L", value_parser = margins, help_heading = "Figure")]
    margins: Option<Margins>,
}

impl PlaceArgs {
    pub(super) fn has_legend(&self) -> bool {
        self.legend != LegendName::Off
    }

    pub(super) fn colorbar(&self) -> ColorbarChoice {
        self.colorbar
    }

    pub(super) fn places(self, dpi: f64) -> Places {
        let px = |length: Option<Length>| length.map(|length| length.px(dpi));
        let [top_px, right_px, bottom_px, left_px] = self.margins.map_or([None; 4], |Margins(sides)| sides.map(px));
        Places {
            left_title: self.left_title,
            right_title: self.right_title,
            legend: match self.legend {
                LegendName::On | LegendName::Off | LegendName::Right => LegendPlace::Right,
                LegendName::Bottom => LegendPlace::Below,
                LegendName::Corner => LegendPlace::EmptiestCorner,
                LegendName::TopLeft => LegendPlace::In(Corner::TopLeft),
                LegendName::TopRight => LegendPlace::In(Corner::TopRight),
                LegendName::BottomLeft => LegendPlace::In(Corner::BottomLeft),
                LegendName::BottomRight => LegendPlace::In(Corner::BottomRight),
            },
            colorbar: self.colorbar.place,
            margins: GivenMargins { top_px, right_px, bottom_px, left_px },
            ..Places::default()
        }
    }
}

/// The size of the figure or of its plot area: of figures that are drawn from rows.
#[derive(Debug, ClapArgs)]
pub(super) struct SizeArgs {
    /// Width of the figure: pixels, or a length on paper at --dpi like 8in, 180mm, 18cm or 500pt
    #[arg(long, value_name = "LENGTH", value_parser = length, default_value = "1024", help_heading = "View")]
    width: Length,
    /// Height of the figure
    #[arg(long, value_name = "LENGTH", value_parser = length, default_value = "768", help_heading = "View")]
    height: Length,
    /// Exact size of the plot area, like 600x400 or 80mmx60mm; the figure grows around it. One side may be auto with --aspect
    #[arg(long, value_name = "WxH", value_parser = area, conflicts_with_all = ["width", "height"], help_heading = "View")]
    plot_area: Option<Area>,
    /// How many times as long as one unit of x one unit of y is drawn; equal is 1. On log axes units are decades
    #[arg(long, value_name = "equal|N", value_parser = aspect, help_heading = "View")]
    aspect: Option<f64>,
}

/// The longest side of a figure.
const MOST_PX: u32 = 65_535;

impl SizeArgs {
    /// The size of the figure in pixels, as far as it is known before anything is measured, with the places completed.
    ///
    /// # Errors
    /// A usage error for sizes that no figure has, and for margins that leave nothing to the plot.
    pub(super) fn resolve(&self, dpi: f64, places: Places) -> Result<((u32, u32), Places)> {
        let asked = self.plot_area.map(|Area(sides)| sides.map(|side| side.map(|side| side.px(dpi))));
        let size = asked.map_or((self.width.px(dpi), self.height.px(dpi)), |[wide, high]| {
            let either = wide.or(high).unwrap_or_default();
            (wide.unwrap_or(either), high.unwrap_or(either))
        });
        let is_possible = |px: u32| (1..=MOST_PX).contains(&px);
        if !(is_possible(size.0) && is_possible(size.1)) {
            let what = if asked.is_some() { "the plot area" } else { "the figure" };
            return Err(Error::usage(format!("{what} has an impossible size"))
                .expected(format!("sides of 1 to {MOST_PX} px"))
                .found(format!("{}x{} px at {dpi} dpi", size.0, size.1))
                .hint("lengths are pixels, or like 8in, 180mm, 18cm, 500pt"));
        }
        if asked.is_some_and(|sides| sides.contains(&None)) && self.aspect.is_none() {
            return Err(Error::usage("a side of --plot-area is auto, and nothing says how long it is")
                .hint("give --aspect, or both sides"));
        }
        let margins = places.margins;
        let taken = |sides: [Option<u32>; 2]| sides.iter().map(|side| u64::from(side.unwrap_or(0))).sum::<u64>();
        let (across, down) = (taken([margins.left_px, margins.right_px]), taken([margins.top_px, margins.bottom_px]));
        if asked.is_none() && (across >= u64::from(size.0) || down >= u64::from(size.1)) {
            return Err(Error::usage("the margins leave no pixel for the plot")
                .expected(format!("less than {} px across and {} px down", size.0, size.1))
                .found(format!("{across} px across, {down} px down"))
                .hint("give smaller --margins, or a larger figure"));
        }
        let plot_area = asked.map(|[width_px, height_px]| PlotArea { width_px, height_px });
        Ok((size, Places { plot_area, aspect: self.aspect, ..places }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colorbars_have_places_and_histograms() {
        let read = |text| colorbar(text).map(|choice| (choice.is_on, choice.has_histogram, choice.place));
        assert_eq!(read("on"), Ok((true, false, ColorbarPlace::Right)));
        assert_eq!(read("off"), Ok((false, false, ColorbarPlace::Right)));
        assert_eq!(read("histogram"), Ok((true, true, ColorbarPlace::Right)));
        assert_eq!(read("bottom, histogram"), Ok((true, true, ColorbarPlace::Bottom)));
        for wrong in ["", "left", "off,bottom", "bottom,"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn margins_go_clockwise_and_areas_have_two_sides() {
        let px = |text| margins(text).map(|Margins(sides)| sides.map(|side| side.map(|side| side.px(100.0))));
        assert_eq!(px("5"), Ok([Some(5); 4]));
        assert_eq!(px("1in, auto"), Ok([Some(100), None, Some(100), None]));
        assert_eq!(px("1,2,3"), Ok([1, 2, 3, 2].map(Some)));
        assert_eq!(px("1,2,3,4"), Ok([1, 2, 3, 4].map(Some)));
        assert!(px("1,2,3,4,5").is_err() && px("").is_err() && px("-1").is_err());
        let sides = |text| area(text).map(|Area(sides)| sides.map(|side| side.map(|side| side.px(100.0))));
        assert_eq!(sides("600x400"), Ok([Some(600), Some(400)]));
        assert_eq!(sides("600pxx400px"), Ok([Some(600), Some(400)]));
        assert_eq!(sides("6in×4in"), Ok([Some(600), Some(400)]));
        assert_eq!(sides("600xauto"), Ok([Some(600), None]));
        assert!(sides("600").is_err() && sides("autoxauto").is_err() && sides("x").is_err());
        assert_eq!((aspect("equal"), aspect("0.5")), (Ok(1.0), Ok(0.5)));
        assert!(aspect("0").is_err() && aspect("nan").is_err() && aspect("square").is_err());
    }
}
