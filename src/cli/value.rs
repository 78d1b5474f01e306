//! Words of the command line: limits, sizes, counts, colours, alphas.

use pointillist::color::{NormKind, parse_css, parse_css_or_none};
use pointillist::reduce::Reduction;
use pointillist::scale::{Kind, Moment};
use pointillist::spec::{AlphaSpec, Background, ColorLimit, ColorSpec, Limits};
use pointillist::units;

/// `A,B`, each a number or a time.
pub(super) fn limits(text: &str) -> Result<Limits, String> {
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

/// A norm like `log` or `power=0.3`.
pub(super) fn norm(text: &str) -> Result<NormKind, String> {
    NormKind::parse(text).map_err(|error| error.to_string())
}

/// A count with k, M, G or T (powers of 1000), or `all`.
pub(super) fn count(text: &str) -> Result<u64, String> {
    if text == "all" {
        return Ok(u64::from(u32::MAX));
    }
    units::count_from_text(text).map_err(|error| error.to_string())
}

/// A number of rows with k, M or G.
pub(super) fn rows(text: &str) -> Result<u64, String> {
    if text == "all" { Err("expected a number; leave the option out for all rows".to_owned()) } else { count(text) }
}

/// A count of at least one.
pub(super) fn positive_count(text: &str) -> Result<u64, String> {
    match count(text)? {
        0 => Err("expected at least 1".to_owned()),
        count => Ok(count),
    }
}

/// A number of pixels along a side: as [`count`], at most 2^32 - 1.
pub(super) fn pixels(text: &str) -> Result<u32, String> {
    units::count_from_text(text)
        .map_err(|error| error.to_string())
        .and_then(|count| u32::try_from(count).map_err(|_| "too many pixels".to_owned()))
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

/// The kind of an axis, like `log` or `symlog=0.1`.
pub(super) fn axis_kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text).map_err(|error| error.to_string())
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
    }
}
