//! What can be set of a figure's look, by name: `ink=#333`, `title-size=16pt`.
//!
//! One table says which names there are, what their values may be, and what they mean; the command's help is made of it.

use crate::color::{Rgba8, parse_css};
use crate::error::{Error, Result};
use crate::nearest::nearest;

/// A length in pixels, whatever the dpi, or in points, 72 an inch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Pixels.
    Px(f64),
    /// Points.
    Pt(f64),
}

impl Length {
    /// Reads `2`, `2px` or `1.5pt`.
    ///
    /// # Errors
    /// A usage error for anything else, what is negative or not finite included.
    pub fn parse(text: &str) -> Result<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let (number, unit): (_, fn(f64) -> Self) = match (lower.strip_suffix("pt"), lower.strip_suffix("px")) {
            (Some(number), _) => (number, Self::Pt),
            (None, Some(number)) => (number, Self::Px),
            (None, None) => (lower.as_str(), Self::Px),
        };
        let number = number.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        number.map(unit).ok_or_else(|| {
            Error::usage("not a length")
                .expected("pixels like 2 or 2px, or points like 1.5pt")
                .found(format!("'{}'", text.escape_debug()))
        })
    }

    /// The same in pixels.
    #[must_use]
    pub fn px(self, dpi: f64) -> f64 {
        match self {
            Self::Px(px) => px,
            Self::Pt(pt) => pt * dpi / 72.0,
        }
    }
}

/// What a setting can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StyleValue {
    /// A colour.
    Color(Rgba8),
    /// The width of a line, a distance, or the size of a text.
    Length(Length),
    /// One of the words that a key has.
    Word(&'static str),
}

/// One thing that is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StyleSetting {
    key: &'static StyleKey,
    value: StyleValue,
}

/// One thing that can be set.
#[derive(Debug, PartialEq)]
pub struct StyleKey {
    /// As it is typed.
    pub name: &'static str,
    /// What it is, in a few words.
    pub meaning: &'static str,
    kind: Values,
}

#[derive(Debug, PartialEq)]
enum Values {
    Color,
    /// Lengths from so many pixels to so many.
    Length(f64, f64),
    Words(&'static [&'static str]),
}

const fn color(name: &'static str, meaning: &'static str) -> StyleKey {
    StyleKey { name, meaning, kind: Values::Color }
}

/// A line that can be drawn: at least a pixel of it is.
const fn line(name: &'static str, meaning: &'static str) -> StyleKey {
    StyleKey { name, meaning, kind: Values::Length(0.1, 200.0) }
}

/// A text that can be read, up to one that fills a page.
const fn text(name: &'static str, meaning: &'static str) -> StyleKey {
    StyleKey { name, meaning, kind: Values::Length(1.0, 2_000.0) }
}

const fn distance(name: &'static str, meaning: &'static str) -> StyleKey {
    StyleKey { name, meaning, kind: Values::Length(0.0, 2_000.0) }
}

const fn words(name: &'static str, meaning: &'static str, words: &'static [&'static str]) -> StyleKey {
    StyleKey { name, meaning, kind: Values::Words(words) }
}

/// All keys, colours first.
pub const STYLE_KEYS: &[StyleKey] = &[
    color("ink", "all texts and lines that have no colour of their own"),
    color("title", "the title"),
    color("label", "the labels of axes"),
    color("tick-label", "the labels of ticks"),
    color("spine", "spines, and ticks without a colour of their own"),
    color("tick", "ticks"),
    color("grid", "grid lines"),
    color("minor-grid", "grid lines at ticks without a label"),
    color("histogram", "the histogram beside a colorbar"),
    color("line", "reference lines and boxes"),
    color("text", "the texts of --text"),
    color("text-box", "what lies behind them"),
    text("font-size", "labels of ticks, and all texts in proportion"),
    text("label-size", "labels of axes"),
    text("title-size", "the title"),
    text("text-size", "the texts of --text"),
    line("spine-width", "spines, and ticks without a width of their own"),
    line("tick-width", "ticks"),
    line("grid-width", "grid lines"),
    line("line-width", "reference lines and boxes"),
    distance("tick-length", "ticks with a label"),
    distance("minor-tick-length", "ticks without one"),
    distance("gap", "between ticks, labels and texts"),
    distance("margin", "around the figure and its keys"),
    words("tick-direction", "out of the plot or into it", &["out", "in"]),
    words("tick-sides", "left and below, or on every spine", &["main", "all"]),
];

/// Names that belong to options of their own.
const ELSEWHERE: &[(&str, &str)] = &[
    ("background", "--background"),
    ("plot-background", "--plot-background"),
    ("spines", "--spines"),
    ("theme", "--theme"),
    ("dpi", "--dpi"),
    ("width", "--width"),
    ("height", "--height"),
];

impl StyleSetting {
    /// Reads `KEY=VALUE`, in any case.
    ///
    /// # Errors
    /// A usage error that names the closest key, or says which values the key has.
    pub fn parse(setting: &str) -> Result<Self> {
        let shown = || format!("'{}'", setting.escape_debug());
        let Some((name, value)) = setting.split_once('=') else {
            return Err(Error::usage("not a setting")
                .expected("KEY=VALUE, like grid=#ddd or title-size=16pt")
                .found(shown()));
        };
        let (name, value) = (name.trim().to_ascii_lowercase().replace('_', "-"), value.trim());
        let key = STYLE_KEYS.iter().find(|key| key.name == name).ok_or_else(|| unknown(&name))?;
        let failed = |error: Error| error.hint(format!("{} is {}", key.name, key.expected()));
        let value = match key.kind {
            Values::Color => StyleValue::Color(parse_css(value)?),
            Values::Length(least, most) => {
                let length = Length::parse(value).map_err(failed)?;
                let (Length::Px(number) | Length::Pt(number)) = length;
                if !(least..=most).contains(&number) {
                    return Err(Error::usage(format!("{name} is out of range"))
                        .expected(key.expected())
                        .found(shown()));
                }
                StyleValue::Length(length)
            }
            Values::Words(words) => {
                let lower = value.to_ascii_lowercase();
                let word = words.iter().find(|word| **word == lower);
                StyleValue::Word(word.ok_or_else(|| {
                    Error::usage(format!("{name} has no such value")).expected(key.expected()).found(shown())
                })?)
            }
        };
        Ok(Self { key, value })
    }

    /// The name of what is set.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.key.name
    }

    /// What it is set to.
    #[must_use]
    pub fn value(&self) -> StyleValue {
        self.value
    }

    /// The setting as [`StyleSetting::parse`] reads it.
    #[must_use]
    pub fn text(&self) -> String {
        let value = match self.value {
            StyleValue::Color(Rgba8 { r, g, b, a }) => format!("#{r:02x}{g:02x}{b:02x}{a:02x}"),
            StyleValue::Length(Length::Px(px)) => format!("{px}px"),
            StyleValue::Length(Length::Pt(pt)) => format!("{pt}pt"),
            StyleValue::Word(word) => word.to_owned(),
        };
        format!("{}={value}", self.key.name)
    }
}

impl StyleKey {
    /// What kind of values it has, as a heading over all such keys.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.kind {
            Values::Color => "Colours (CSS)",
            Values::Length(..) => "Lengths in pixels (2, 2px) or points (1.5pt)",
            Values::Words(_) => "Words",
        }
    }

    /// The range of its lengths, or its words; nothing of colours.
    #[must_use]
    pub fn range(&self) -> String {
        match self.kind {
            Values::Color => String::new(),
            Values::Length(least, most) => format!("{least}..{most}"),
            Values::Words(words) => words.join("|"),
        }
    }

    /// What a value of it looks like.
    #[must_use]
    pub fn expected(&self) -> String {
        match self.kind {
            Values::Color => "a CSS colour".to_owned(),
            Values::Length(least, most) => format!("{least} to {most} pixels (2, 2px) or points (1.5pt)"),
            Values::Words(words) => words.join(" or "),
        }
    }
}

fn unknown(name: &str) -> Error {
    let error = Error::usage(format!("'{}' is nothing that --style sets", name.escape_debug()));
    if let Some((_, option)) = ELSEWHERE.iter().find(|(known, _)| *known == name) {
        return error.hint(format!("{option} does"));
    }
    // The names of other programs' settings end like this.
    let bare = name.strip_suffix("-color").or_else(|| name.strip_suffix("-colour")).unwrap_or(name);
    let names = || STYLE_KEYS.iter().map(|key| key.name);
    let near =
        names().find(|known| *known == bare).or_else(|| nearest(name, names())).or_else(|| nearest(bare, names()));
    match near {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint(format!("the keys are {}", names().collect::<Vec<_>>().join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads_its_values_and_writes_them_back() {
        for key in STYLE_KEYS {
            let values: &[&str] = match key.kind {
                Values::Color => &["red", "#12345678", "rgb(1 2 3 / 50%)"],
                Values::Length(..) => &["2", "1.5px", "3 pt"],
                Values::Words(words) => words,
            };
            for value in values {
                let setting = StyleSetting::parse(&format!("{} = {value}", key.name.to_uppercase())).unwrap();
                assert_eq!(setting.name(), key.name);
                assert_eq!(StyleSetting::parse(&setting.text()).unwrap(), setting, "{value}");
            }
            for value in ["", "nonsense", "-1", "nan", "1e9", "2em"] {
                let error = StyleSetting::parse(&format!("{}={value}", key.name)).unwrap_err();
                assert_eq!(error.kind().exit_code(), 2, "{}={value}", key.name);
                assert!(error.to_string().contains("expected"), "{error}");
            }
        }
    }

    #[test]
    fn unknown_keys_are_answered_with_what_was_meant() {
        for (text, says) in [
            ("ynk=red", "did you mean ink?"),
            ("grid-color=red", "did you mean grid?"),
            ("tick_lenght=3", "did you mean tick-length?"),
            ("background=red", "--background does"),
            ("zzzzzz=1", "the keys are ink, title"),
            ("ink", "KEY=VALUE"),
            ("title-size=0", "out of range"),
            ("tick-direction=up", "out or in"),
        ] {
            let error = StyleSetting::parse(text).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
        assert_eq!(Length::parse("1.5pt").unwrap().px(144.0), 3.0);
        assert_eq!(Length::parse("1.5").unwrap().px(144.0), 1.5);
    }
}
