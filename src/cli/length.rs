//! Lengths as people type them: `1024` pixels, `8in`, `180mm`, `10cm`, `500pt`.

use pointillist::units;

/// A length in pixels, or on paper at the figure's dpi.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Length {
    Px(f64),
    In(f64),
}

/// Inches in each unit.
const UNITS: [(&str, f64); 4] = [("in", 1.0), ("mm", 1.0 / 25.4), ("cm", 1.0 / 2.54), ("pt", 1.0 / 72.0)];

/// No figure is longer; what would be is refused where figures are laid out.
const MOST_PX: f64 = 4_294_967_295.0;

impl Length {
    /// The nearest whole number of pixels.
    pub(super) fn px(self, dpi: f64) -> u32 {
        let px = match self {
            Self::Px(px) => px,
            Self::In(inches) => inches * dpi,
        };
        // What is no number becomes 0 and is refused with it.
        px.round().clamp(0.0, MOST_PX) as u32
    }
}

/// A length with its unit; pixels, perhaps with k, without one.
pub(super) fn length(text: &str) -> Result<Length, String> {
    const EXPECTED: &str = "expected a length like 1024, 8in, 180mm, 10cm or 500pt";
    let lower = text.trim().to_ascii_lowercase();
    let number = |text: &str| {
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        number.ok_or_else(|| EXPECTED.to_owned())
    };
    for (unit, inches) in UNITS {
        if let Some(rest) = lower.strip_suffix(unit) {
            return Ok(Length::In(number(rest)? * inches));
        }
    }
    if let Some(rest) = lower.strip_suffix("px") {
        return Ok(Length::Px(number(rest)?));
    }
    let count = units::count_from_text(&lower).map_err(|_| EXPECTED.to_owned())?;
    Ok(Length::Px(count as f64))
}

/// A length, or `auto` for what follows from something else.
pub(super) fn length_or_auto(text: &str) -> Result<Option<Length>, String> {
    if text.trim().eq_ignore_ascii_case("auto") { Ok(None) } else { length(text).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units_and_become_whole_pixels() {
        for (text, dpi, px) in [
            ("1024", 300.0, 1024),
            ("1k", 100.0, 1000),
            ("640px", 100.0, 640),
            ("8in", 100.0, 800),
            ("25.4mm", 300.0, 300),
            ("180 mm", 300.0, 2126),
            ("2.54cm", 96.0, 96),
            ("72pt", 150.0, 150),
            ("1e9in", 600.0, u32::MAX),
        ] {
            assert_eq!(length(text).map(|length| length.px(dpi)), Ok(px), "{text} at {dpi} dpi");
        }
        for wrong in ["", "wide", "8inch", "-3", "-3mm", "nanmm", "1.5", "in", "3 em", "infpx"] {
            assert!(length(wrong).is_err_and(|error| error.contains("like 1024, 8in")), "{wrong}");
        }
        assert_eq!(length_or_auto(" AUTO"), Ok(None));
    }
}
