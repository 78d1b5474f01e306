//! From what a person types to a colour: names, `#rgb`, `rgb()`, `hsl()`, `oklch()` and the rest of CSS.

use crate::color::Rgba8;
use crate::color::css_names::{NAMED, named};
use crate::error::{Error, Result};
use crate::nearest::nearest;

/// Reads a CSS colour; `transparent` is one, `none` is not.
///
/// Components outside their range are clamped, as CSS does; a component that is no number counts as 0.
///
/// # Errors
/// A usage error that names the closest colour name, if the text reads like one.
pub fn parse_css(text: &str) -> Result<Rgba8> {
    let trimmed = text.trim();
    if let Some(rgb) = named(trimmed) {
        let [_, r, g, b] = rgb.to_be_bytes();
        return Ok(Rgba8::opaque(r, g, b));
    }
    // Only `#` makes digits a colour: a bare `cab` is a word, and likely a mistyped one.
    let is_bare_hex = trimmed.bytes().all(|byte| byte.is_ascii_hexdigit());
    if trimmed.is_ascii()
        && !is_bare_hex
        && let Ok(color) = csscolorparser::parse(trimmed)
    {
        let [r, g, b, a] = color.to_rgba8();
        return Ok(Rgba8 { r, g, b, a });
    }
    let error = Error::usage("not a colour")
        .expected("a CSS colour such as steelblue, #1f77b4 or rgb(31 119 180 / 50%)")
        .found(format!("'{}'", trimmed.escape_debug()));
    Err(match nearest_color(trimmed) {
        Some(name) => error.hint(format!("did you mean {name}?")),
        None => error,
    })
}

/// The named colour that a mistyped one most likely meant.
#[must_use]
pub fn nearest_color(text: &str) -> Option<&'static str> {
    nearest(text, NAMED.iter().map(|entry| entry.0))
}

/// Reads a CSS colour where leaving it out makes sense; `none` and whatever is fully transparent give `None`.
///
/// # Errors
/// As [`parse_css`].
pub fn parse_css_or_none(text: &str) -> Result<Option<Rgba8>> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    parse_css(text).map(|color| Some(color).filter(|color| color.a > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_gives_its_colour() {
        let blue = Rgba8::opaque(0x46, 0x82, 0xb4);
        for text in ["steelblue", " SteelBlue ", "#4682b4", "rgb(70, 130, 180)", "rgb(70 130 180)", "#4682B4FF"] {
            assert_eq!(parse_css(text).expect(text), blue, "{text}");
        }
        assert_eq!(parse_css("#1f77b4").expect("hex"), Rgba8::opaque(31, 119, 180));
        assert_eq!(parse_css("rgba(255,0,0,0.5)").expect("rgba"), Rgba8 { r: 255, g: 0, b: 0, a: 128 });
        assert_eq!(parse_css("transparent").expect("transparent").a, 0);
    }

    #[test]
    fn none_is_a_colour_only_where_asked_for() {
        assert!(parse_css("none").is_err());
        assert_eq!(parse_css_or_none("None").expect("none"), None);
        assert_eq!(parse_css_or_none("transparent").expect("transparent"), None);
        assert_eq!(parse_css_or_none("white").expect("white"), Some(Rgba8::opaque(255, 255, 255)));
    }

    #[test]
    fn a_mistyped_name_is_answered_with_the_nearest() {
        let error = parse_css("stealblue").expect_err("no such colour");
        assert!(error.to_string().contains("did you mean steelblue?"), "{error}");
        assert_eq!(error.kind().exit_code(), 2);
        let error = parse_css("#12").expect_err("two digits");
        assert!(!error.to_string().contains("did you mean"), "{error}");
    }

    #[test]
    fn hostile_text_is_an_error_and_never_a_panic() {
        let long = "a".repeat(100_000);
        for text in
            ["", " ", "#", "#ggg", "rgb(", "rgb(nan nan nan)", "é", "#éé", "hsl(1e999 1% 1%)", "rgb(\u{202e})", &long]
        {
            let _ = parse_css(text);
        }
        let error = parse_css("a\u{202e}\nb").expect_err("no colour");
        assert!(!error.to_string().contains('\n') && !error.to_string().contains('\u{202e}'), "{error:?}");
    }
}
