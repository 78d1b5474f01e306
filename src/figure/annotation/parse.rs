//! Annotations as they are typed: coordinates first, then how they look.

use super::{Anchor, Annotation, Dash, Stroke};
use crate::color::parse_css;
use crate::error::{Error, Result};
use crate::figure::Length;
use crate::nearest::nearest;

const LINE: &str = "a value, then perhaps a colour, a width and dashed or dotted, like 2.5,red,2px,dashed";
const BOX: &str = "X0,X1,Y0,Y1, then perhaps a colour, a width and dashed or dotted, like 0,10,-1,1,steelblue";
const TEXT: &str = "X,Y,TEXT, with at= and color= before the text where they are wanted, like 3,10,at=left,main shock";

/// Texts are no longer than this: more than any plot has room for.
const MOST_TEXT_CHARS: usize = 2_000;

impl Annotation {
    /// Reads a line across the plot, `Y[,CSS][,WIDTH][,dashed|dotted]`.
    ///
    /// # Errors
    /// A usage error that says what may stand there.
    pub fn hline(text: &str) -> Result<Self> {
        let ([at], stroke) = fields(text, LINE)?;
        Ok(Self::Horizontal { at, stroke })
    }

    /// Reads a line down the plot, `X[,CSS][,WIDTH][,dashed|dotted]`.
    ///
    /// # Errors
    /// As [`Annotation::hline`].
    pub fn vline(text: &str) -> Result<Self> {
        let ([at], stroke) = fields(text, LINE)?;
        Ok(Self::Vertical { at, stroke })
    }

    /// Reads a box, `X0,X1,Y0,Y1[,CSS][,WIDTH][,dashed|dotted]`.
    ///
    /// # Errors
    /// As [`Annotation::hline`].
    pub fn area(text: &str) -> Result<Self> {
        let ([x0, x1, y0, y1], stroke) = fields(text, BOX)?;
        Ok(Self::Area { x: [x0, x1], y: [y0, y1], stroke })
    }

    /// Reads a text at a place, `X,Y[,at=ANCHOR][,color=CSS],TEXT`; the text may have commas, and `\n` for line breaks.
    ///
    /// # Errors
    /// A usage error that says what may stand there.
    pub fn text(typed: &str) -> Result<Self> {
        let wrong = || Error::usage("not a text at a place").expected(TEXT).found(shown(typed));
        let (x, rest) = first_field(typed).ok_or_else(wrong)?;
        let (y, mut rest) = first_field(rest).ok_or_else(wrong)?;
        let (mut anchor, mut color) = (Anchor::default(), None);
        loop {
            let field = first_field(rest).map(|(field, rest)| (field.trim_start(), rest));
            match field.and_then(|(field, rest)| Some((field.split_once('=')?, rest))) {
                Some((("at", word), behind)) => (anchor, rest) = (Anchor::parse(word)?, behind),
                Some((("color" | "colour", css), behind)) => (color, rest) = (Some(parse_css(css)?), behind),
                _ => break,
            }
        }
        let text = rest.replace("\\n", "\n");
        let text = text.trim();
        if x.trim().is_empty() || y.trim().is_empty() || text.is_empty() {
            return Err(wrong());
        }
        if text.chars().nth(MOST_TEXT_CHARS).is_some() {
            return Err(Error::usage("the text of --text is too long")
                .expected(format!("at most {MOST_TEXT_CHARS} characters"))
                .found(text.chars().count().to_string()));
        }
        Ok(Self::Text { x: x.trim().to_owned(), y: y.trim().to_owned(), text: text.to_owned(), anchor, color })
    }
}

impl Anchor {
    fn parse(word: &str) -> Result<Self> {
        let word = word.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|anchor| anchor.name() == word).ok_or_else(|| {
            let error = Error::usage("a text cannot be anchored there")
                .expected("center, left, right, top, bottom, top-left, top-right, bottom-left or bottom-right")
                .found(shown(&word));
            match nearest(&word, Self::ALL.into_iter().map(Self::name)) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error,
            }
        })
    }
}

/// Coordinates, and the look behind them.
fn fields<const N: usize>(text: &str, expected: &'static str) -> Result<([String; N], Stroke)> {
    let wrong = || Error::usage("not what can be drawn there").expected(expected).found(shown(text));
    let mut rest = Some(text);
    let mut next = || {
        let (field, behind) =
            rest.map(|rest| first_field(rest).map_or((rest, None), |(field, rest)| (field, Some(rest))))?;
        rest = behind;
        Some(field.trim())
    };
    let mut places = [const { String::new() }; N];
    for place in &mut places {
        *place = next().filter(|field| !field.is_empty()).ok_or_else(wrong)?.to_owned();
    }
    let mut stroke = Stroke::default();
    let (mut has_dash, mut is_twice) = (false, false);
    while let Some(field) = next() {
        let lower = field.to_ascii_lowercase();
        if let Some(dash) = Dash::ALL.into_iter().find(|dash| dash.name() == lower) {
            is_twice |= has_dash;
            has_dash = true;
            stroke.dash = dash;
        } else if lower.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            let width = Length::parse(field).ok().filter(|width| (0.1..=200.0).contains(&width.px(72.0)));
            is_twice |= stroke.width.is_some();
            stroke.width = Some(width.ok_or_else(wrong)?);
        } else {
            is_twice |= stroke.color.is_some();
            stroke.color = Some(parse_css(field).map_err(|error| {
                let near = nearest(&lower, Dash::ALL.into_iter().map(Dash::name));
                let error = error.expected(expected).found(shown(field));
                match near {
                    Some(near) => error.hint(format!("did you mean {near}?")),
                    None => error,
                }
            })?);
        }
    }
    if is_twice {
        return Err(Error::usage("a line has one colour, one width and one dash")
            .expected(expected)
            .found(shown(text)));
    }
    Ok((places, stroke))
}

/// What stands before the first comma outside of brackets, and what behind it.
fn first_field(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth <= 0 => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

fn shown(text: &str) -> String {
    format!("'{}'", text.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba8;

    #[test]
    fn looks_come_in_any_order_behind_the_coordinates() {
        let red = Rgba8 { r: 255, g: 0, b: 0, a: 128 };
        let stroke = Stroke { color: Some(red), width: Some(Length::Pt(1.5)), dash: Dash::Dashed };
        for text in ["-2.5, rgb(255,0,0,0.5), 1.5pt, dashed", "-2.5,dashed,rgb(255 0 0 / 50%),1.5pt"] {
            assert_eq!(Annotation::hline(text).unwrap(), Annotation::Horizontal { at: "-2.5".into(), stroke });
        }
        let plain = Annotation::Vertical { at: "2024-02-29T12:00[Europe/Berlin]".into(), stroke: Stroke::default() };
        assert_eq!(Annotation::vline("2024-02-29T12:00[Europe/Berlin]").unwrap(), plain);
        let area = Annotation::area("0,10,-1,1e3,#123").unwrap();
        let Annotation::Area { x, y, stroke } = area else { panic!("a box") };
        assert_eq!((x, y), (["0".into(), "10".into()], ["-1".into(), "1e3".into()]));
        assert_eq!(stroke.color, Some(Rgba8::opaque(0x11, 0x22, 0x33)));
    }

    #[test]
    fn texts_keep_their_commas() {
        let read = |text: &str| match Annotation::text(text).unwrap() {
            Annotation::Text { x, y, text, anchor, color } => (x, y, text, anchor, color),
            other => panic!("{other:?}"),
        };
        let (x, y, text, anchor, color) = read("1, 2, a, b = (c, d), e");
        assert_eq!((x.as_str(), y.as_str(), text.as_str()), ("1", "2", "a, b = (c, d), e"));
        assert_eq!((anchor, color), (Anchor::Center, None));
        let (_, _, text, anchor, color) = read("1,2,at=top-left,color=rgb(1,2,3),two\\nlines");
        assert_eq!((text.as_str(), anchor, color), ("two\nlines", Anchor::TopLeft, Some(Rgba8::opaque(1, 2, 3))));
    }

    #[test]
    fn what_is_wrong_says_what_would_be_right() {
        let all = [Annotation::hline, Annotation::vline, Annotation::area, Annotation::text];
        let [hline, _, area, text] = all;
        for (read, typed, says) in [
            (hline as fn(&str) -> Result<Annotation>, "", "like 2.5,red,2px,dashed"),
            (hline, "1,2,3em", "found '1,2,3em'"),
            (hline, "1,dahsed", "did you mean dashed?"),
            (hline, "1,rde", "did you mean red?"),
            (hline, "1,", "found ''"),
            (hline, "1,0px", "like 2.5"),
            (area, "1,2,3", "X0,X1,Y0,Y1"),
            (text, "1,2", "X,Y,TEXT"),
            (text, "1,2,", "X,Y,TEXT"),
            (text, "1,2,at=lefft,a", "did you mean left?"),
            (text, "1,2,color=rde,a", "did you mean red?"),
            (text, "1,2,at=left", "X,Y,TEXT"),
        ] {
            match read(typed) {
                Err(error) => {
                    assert!(error.to_string().contains(says), "{typed}: {error}");
                    assert_eq!(error.kind().exit_code(), 2);
                }
                // The last one is a text like any other.
                Ok(read) => assert_eq!(typed, "1,2,at=left", "{read:?}"),
            }
        }
        assert!(Annotation::text(&format!("1,2,{}", "a".repeat(3000))).is_err());
        for hostile in ["((((", ",,,,,,", "1,2,3,4,\u{202e}", "\u{0}", "1,(,)"] {
            all.iter().for_each(|read| drop(read(hostile)));
        }
    }
}
