//! Words of the command line: limits, sizes, counts, colours, alphas.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use pointillist::color::{Colormap, NormKind, parse_css, parse_css_or_none};
use pointillist::reduce::Reduction;
use pointillist::scale::{Kind, Moment};
use pointillist::source::format::Format;
use pointillist::spec::{AlphaSpec, Background, ColorLimit, ColorSpec, Limits};
use pointillist::units;

/// A parser whose common words are known, so that a shell can complete them; it takes others too.
#[derive(Clone)]
pub(super) struct Worded<P> {
    pub(super) parser: P,
    pub(super) words: Vec<&'static str>,
}

impl<P: TypedValueParser> TypedValueParser for Worded<P> {
    type Value = P::Value;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<P::Value, clap::Error> {
        self.parser.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.words.iter().map(PossibleValue::new)))
    }
}

/// A format by name.
pub(super) fn formats() -> impl TypedValueParser<Value = Format> {
    Worded { parser: |text: &str| text.parse::<Format>(), words: Format::NAMES.to_vec() }
}

/// A colormap, by name or as stops.
pub(super) fn colormaps() -> impl TypedValueParser<Value = String> {
    Worded { parser: StringValueParser::new(), words: Colormap::names().collect() }
}

/// A norm like `log` or `power=0.3`.
pub(super) fn norms() -> impl TypedValueParser<Value = NormKind> {
    let words = vec!["linear", "log", "symlog", "asinh", "sqrt", "cbrt", "power=", "eq-hist"];
    Worded { parser: NormKind::parse, words }
}

/// The kind of an axis, like `log` or `symlog=0.1`.
pub(super) fn axis_kinds() -> impl TypedValueParser<Value = Kind> {
    Worded { parser: Kind::parse, words: vec!["linear", "log", "symlog", "time"] }
}

/// The name of an input.
pub(super) fn input(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("expected a file; is a shell variable empty?".to_owned()) } else { Ok(text.to_owned()) }
}

/// `A,B`, each a number or a time.
pub(super) fn limits(text: &str) -> Result<Limits, String> {
    // At the end alone, a bracket may name the zone of a time.
    if text.trim().starts_with(['[', '(']) {
        let bare = text.trim().trim_matches(['[', ']', '(', ')']);
        return Err(format!("expected two limits without brackets, like {bare}"));
    }
    match text.split_once(',') {
        Some((start, end)) if !start.trim().is_empty() && !end.trim().is_empty() && !end.contains(',') => {
            Ok(Limits { start: start.trim().to_owned(), end: end.trim().to_owned() })
        }
        _ => Err("expected two limits, like 0,10".to_owned()),
    }
}

/// `A,B`, each a number, a percentile like `p99`, or a time.
pub(super) fn color_limits(text: &str) -> Result<(ColorLimit, ColorLimit), String> {
    let limits = limits(text)?;
    let limit = |text: &str| match text.strip_prefix(['p', 'P']) {
        Some(percent) => match percent.parse::<f64>() {
            Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(ColorLimit::Percentile(percent)),
            _ => Err(format!("'{text}' is no percentile: expected p0 to p100")),
        },
        None => match (text.parse::<f64>(), Moment::parse(text)) {
            (Ok(number), Ok(time)) => Ok(ColorLimit::Either { number, time }),
            (Ok(number), Err(_)) => Ok(ColorLimit::Value(number)),
            (Err(_), Ok(moment)) => Ok(ColorLimit::Time(moment)),
            (Err(_), Err(_)) => Err(format!("'{text}' is no number, percentile or time")),
        },
    };
    Ok((limit(&limits.start)?, limit(&limits.end)?))
}

/// A reduction like `mean:speed`.
pub(super) fn reduction(text: &str) -> Result<Reduction, String> {
    Reduction::parse(text).map_err(|error| error.to_string())
}

/// A count with k, M, G or T (powers of 1000).
pub(super) fn count(text: &str) -> Result<u64, String> {
    units::count_from_text(text).map_err(|error| error.to_string())
}

/// A number of rows with k, M or G.
pub(super) fn rows(text: &str) -> Result<u64, String> {
    if text == "all" { Err("expected a number; leave the option out for all rows".to_owned()) } else { count(text) }
}

/// A number of rows held at once: a count of at least one, or `all`.
pub(super) fn chunk_rows(text: &str) -> Result<u64, String> {
    if text == "all" { Ok(u64::from(u32::MAX)) } else { positive_count(text) }
}

/// A count of at least one.
pub(super) fn positive_count(text: &str) -> Result<u64, String> {
    match count(text)? {
        0 => Err("expected at least 1".to_owned()),
        count => Ok(count),
    }
}

/// A number of threads.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| "expected a whole number of threads, like 4".to_owned())
}

/// Any number.
pub(super) fn number(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| "expected a number, like 100".to_owned())
}

/// A number of bytes with k, M, G, T (powers of 1000) or Ki, Mi, Gi, Ti (powers of 1024).
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    units::bytes_from_text(text).map_err(|error| error.to_string())
}

/// A diameter: pixels, or points with `pt`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Diameter {
    Px(f64),
    Pt(f64),
}

impl Diameter {
    pub(super) fn px(self, dpi: f64) -> f64 {
        match self {
            Self::Px(px) => px,
            Self::Pt(pt) => pt * dpi / 72.0,
        }
    }
}

pub(super) fn diameter(text: &str) -> Result<Diameter, String> {
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| "expected a size like 3 or 2pt".to_owned());
    match text.strip_suffix("pt") {
        Some(text) => Ok(Diameter::Pt(number(text)?)),
        None => Ok(Diameter::Px(number(text.strip_suffix("px").unwrap_or(text))?)),
    }
}

/// `A,B`, each a diameter.
pub(super) fn diameters(text: &str) -> Result<(Diameter, Diameter), String> {
    match text.split_once(',') {
        Some((start, end)) => Ok((diameter(start.trim())?, diameter(end.trim())?)),
        None => Err("expected two sizes, like 2,20 or 1pt,12pt".to_owned()),
    }
}

/// A colour, or a column that gives one.
pub(super) fn color(text: &str) -> Result<ColorSpec, String> {
    if let Some(column) = text.strip_prefix("col:") {
        return Ok(ColorSpec::Column(column.to_owned()));
    }
    let css = text.strip_prefix("css:").or_else(|| text.starts_with('#').then_some(text));
    match css {
        Some(css) => parse_css(css).map(ColorSpec::Css).map_err(|error| error.to_string()),
        None => Ok(ColorSpec::Word(text.to_owned())),
    }
}

/// An alpha, or a column that gives one.
pub(super) fn alpha(text: &str) -> Result<AlphaSpec, String> {
    // No column is likely to be called so, and who has one writes col:.
    let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    if let Some(percent) = percent {
        return Err(format!("alpha is a number up to 1: {text} is {}", percent / 100.0));
    }
    if let Ok(number) = text.replacen(',', ".", 1).parse::<f64>()
        && text.contains(',')
    {
        return Err(format!("alpha is a number with a point: did you mean {number}?"));
    }
    match (text.strip_prefix("col:"), text.parse::<f64>()) {
        (Some(column), _) => Ok(AlphaSpec::Column(column.to_owned())),
        (None, Ok(alpha)) => Ok(AlphaSpec::Constant(alpha)),
        (None, Err(_)) => Ok(AlphaSpec::Column(text.to_owned())),
    }
}

/// A background colour or `none`.
pub(super) fn background(text: &str) -> Result<Background, String> {
    let color = parse_css_or_none(text).map_err(|error| error.to_string())?;
    Ok(color.map_or(Background::None, Background::Color))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_may_be_negative_numbers_or_times() {
        let read = limits("-10, 2024-01-01T00:00:00").map(|limits| (limits.start, limits.end));
        assert_eq!(read, Ok(("-10".to_owned(), "2024-01-01T00:00:00".to_owned())));
        for wrong in ["1", "1,", ",1", "1,2,3", ""] {
            assert!(limits(wrong).is_err(), "{wrong}");
        }
        assert!(limits("[5,10]").is_err_and(|error| error.ends_with("without brackets, like 5,10")));
    }

    #[test]
    fn alphas_are_numbers_up_to_one_or_columns() {
        assert_eq!(alpha("0.5"), Ok(AlphaSpec::Constant(0.5)));
        assert_eq!(alpha("opacity"), Ok(AlphaSpec::Column("opacity".to_owned())));
        assert_eq!(alpha("col:50%"), Ok(AlphaSpec::Column("50%".to_owned())));
        assert!(alpha("50%").is_err_and(|error| error.contains("50% is 0.5")));
        assert!(alpha("0,5").is_err_and(|error| error.contains("did you mean 0.5?")));
    }

    #[test]
    fn all_is_a_number_of_rows_to_hold_and_nothing_else() {
        assert_eq!(chunk_rows("all"), Ok(u64::from(u32::MAX)));
        assert!(chunk_rows("0").is_err());
        assert!(count("all").is_err() && positive_count("all").is_err() && rows("all").is_err());
    }
}
