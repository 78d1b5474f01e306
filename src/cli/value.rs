//! Words of the command line: limits, sizes, counts, colours, alphas.

use pointillist::color::{NormKind, parse_css, parse_css_or_none};
use pointillist::reduce::Reduction;
use pointillist::scale::{Kind, Moment};
use pointillist::spec::{AlphaSpec, Background, ColorLimit, ColorSpec, Limits};

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
            (Ok(number), _) => Ok(ColorLimit::Value(number)),
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

/// A count with k, M or G (powers of 1000), or `all`.
pub(super) fn count(text: &str) -> Result<u64, String> {
    if text == "all" {
        return Ok(u64::from(u32::MAX));
    }
    scaled(text, &[("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12)])
}

/// A count of at least one.
pub(super) fn positive_count(text: &str) -> Result<u64, String> {
    match count(text)? {
        0 => Err("expected at least 1".to_owned()),
        count => Ok(count),
    }
}

/// A number of bytes with k, M, G (powers of 1000) or KiB, MiB, GiB (powers of 1024).
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let text = text.strip_suffix('B').filter(|rest| !rest.ends_with('i')).unwrap_or(text);
    let units = [
        ("KiB", 1024.0),
        ("MiB", 1048576.0),
        ("GiB", 1073741824.0),
        ("k", 1e3),
        ("K", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
    ];
    scaled(text, &units)
}

fn scaled(text: &str, units: &[(&str, f64)]) -> Result<u64, String> {
    let found = units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
    let (number, factor) = found.unwrap_or((text, 1.0));
    match number.trim().replace('_', "").parse::<f64>() {
        Ok(number) if number >= 0.0 && number * factor < 1e18 => Ok((number * factor).round() as u64),
        _ => Err("expected a number, perhaps with k, M or G, like 512M".to_owned()),
    }
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

/// The kind of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum AxisKind {
    Linear,
    Log,
    Time,
}

impl From<AxisKind> for Kind {
    fn from(kind: AxisKind) -> Self {
        match kind {
            AxisKind::Linear => Self::Linear,
            AxisKind::Log => Self::Log,
            AxisKind::Time => Self::Time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_bytes_take_human_units() {
        assert_eq!(count("100M"), Ok(100_000_000));
        assert_eq!(count("1.5k"), Ok(1500));
        assert_eq!(bytes("512M"), Ok(512_000_000));
        assert_eq!(bytes("2MiB"), Ok(2 << 20));
        assert_eq!(bytes("20GB"), Ok(20_000_000_000));
        assert!(count("many").is_err());
        assert!(count("-1").is_err());
    }

    #[test]
    fn limits_may_be_negative_numbers_or_times() {
        let read = limits("-10, 2024-01-01T00:00:00").map(|limits| (limits.start, limits.end));
        assert_eq!(read, Ok(("-10".to_owned(), "2024-01-01T00:00:00".to_owned())));
        for wrong in ["1", "1,", ",1", "1,2,3", ""] {
            assert!(limits(wrong).is_err(), "{wrong}");
        }
    }
}
