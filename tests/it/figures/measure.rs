//! What holds for every figure: texts lie on the page and apart, ticks at their values, labels say those values.

use serde_json::Value;

use super::svg::{Drawing, Ink, Text};

/// The kind of an axis, as the arguments ask for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Linear,
    Log,
    /// With a threshold of 1.
    Symlog,
    Time,
}

/// The function of an axis, worked out by hand.
fn transformed(kind: Kind, value: f64) -> f64 {
    match kind {
        Kind::Linear | Kind::Time => value,
        Kind::Log => value.log10(),
        Kind::Symlog if value.abs() <= 1.0 => value / 0.9,
        Kind::Symlog => value.signum() * (1.0 / 0.9 + value.abs().log10()),
    }
}

/// All texts lie on the page, and no two of them over each other.
pub(super) fn assert_apart(name: &str, drawing: &Drawing, [width, height]: [f64; 2]) {
    for (i, text) in drawing.texts.iter().enumerate() {
        let Ink { left, top, right, bottom } = text.ink;
        assert!(
            left >= 0.0 && top >= 0.0 && right <= width && bottom <= height,
            "{name}: '{}' leaves the page of {width}x{height}: {:?}",
            text.text,
            text.ink
        );
        for other in &drawing.texts[i + 1..] {
            assert!(
                !text.ink.meets(&other.ink),
                "{name}: '{}' and '{}' lie over each other: {:?} {:?}",
                text.text,
                other.text,
                text.ink,
                other.ink
            );
        }
    }
}

/// No text lies over the points.
pub(super) fn assert_beside(name: &str, drawing: &Drawing, [x, y, width, height]: [f64; 4]) {
    let plot = Ink { left: x, top: y, right: x + width, bottom: y + height };
    for text in &drawing.texts {
        assert!(!text.ink.meets(&plot), "{name}: '{}' lies over the points: {:?} {plot:?}", text.text, text.ink);
    }
}

/// A number as our labels write it: a true minus, and powers of ten with superscripts.
fn number(label: &str) -> Option<f64> {
    let plain = label.replace('−', "-");
    let (mantissa, power) = match plain.split_once("×10") {
        Some((mantissa, power)) => (mantissa, superscript(power)?),
        None => match plain.strip_prefix("-10").and_then(superscript) {
            Some(power) => ("-1", power),
            None => match plain.strip_prefix("10").and_then(superscript) {
                Some(power) => ("1", power),
                None => return plain.parse().ok(),
            },
        },
    };
    let mantissa: f64 = if mantissa.is_empty() { 1.0 } else { mantissa.parse().ok()? };
    format!("{mantissa}e{power}").parse().ok()
}

fn superscript(text: &str) -> Option<i32> {
    let digit = |c: char| match c {
        '⁻' => Some('-'),
        _ => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|digit| digit == c).and_then(|digit| char::from_digit(digit as u32, 10)),
    };
    text.chars().map(digit).collect::<Option<String>>()?.parse().ok()
}

/// What all labels of an axis share: the factor, and what is added, as text.
fn shared(text: &str) -> Option<(f64, String)> {
    let plain = text.replace([' ', '\u{a0}'], "");
    let begins = |c: char| plain.starts_with(c);
    if begins('×') {
        let cut = plain.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '−')).map_or(plain.len(), |(at, _)| at);
        let (factor, added) = plain.split_at(cut);
        return Some((number(factor)?, added.trim_start_matches('+').to_owned()));
    }
    (begins('+') || begins('−') && plain.chars().count() > 5).then(|| (1.0, plain.trim_start_matches('+').to_owned()))
}

/// How far a label's value lies above the lower limit, both in one unit: exact in integers where all are whole.
fn distance(label: f64, (factor, added): &(f64, String), lo: &Value) -> Option<f64> {
    let added = if added.is_empty() { "0" } else { added };
    let whole = |text: &str| text.replace('−', "-").parse::<i128>().ok();
    if let (Some(added), Some(lo)) = (whole(added), whole(&lo.to_string()))
        && *factor == 1.0
        && label.fract() == 0.0
        && label.abs() < 1e18
    {
        return Some((label as i128 + added - lo) as f64);
    }
    // What a label reads as is the nearest float, as the data are.
    Some((number(added)? + label * factor) - lo.as_f64()?)
}

/// One axis: which pixels it spans and which values.
struct Axis<'a> {
    name: String,
    kind: Kind,
    limits: &'a Value,
    start_px: f64,
    length_px: f64,
    labels: Vec<(&'a Text, f64)>,
    shared: (f64, String),
    /// Middles of the ticks' lines, and their width.
    ticks_px: Vec<f64>,
    line_px: f64,
}

impl Axis<'_> {
    /// Where a label's value belongs.
    fn place_px(&self, label: f64) -> Option<f64> {
        let (start, end) = (&self.limits[0], &self.limits[1]);
        let share = if self.kind == Kind::Linear {
            let length = distance(0.0, &(1.0, end.to_string()), start).filter(|length| length.is_finite())?;
            distance(label, &self.shared, start)? / length
        } else {
            let value = distance(label, &self.shared, &Value::from(0))?;
            let of = |value: f64| transformed(self.kind, value);
            (of(value) - of(start.as_f64()?)) / (of(end.as_f64()?) - of(start.as_f64()?))
        };
        Some(self.start_px + share * self.length_px)
    }

    fn check(&self, middle_px: impl Fn(&Text) -> f64) -> usize {
        let mut checked = 0;
        for (text, label) in &self.labels {
            let Some(place_px) = self.place_px(*label) else { continue };
            let nearest =
                self.ticks_px.iter().copied().min_by(|a, b| (a - place_px).abs().total_cmp(&(b - place_px).abs()));
            let tick_px = nearest.unwrap_or_else(|| panic!("{}: no tick at all", self.name));
            // Within half a pixel; at either end the tick is the spine's, which lies beside the plot.
            let share = (place_px - self.start_px) / self.length_px;
            let is_end = !(1e-9..=1.0 - 1e-9).contains(&share);
            let most_px = if is_end { self.line_px } else { 0.5 } + 1e-6;
            assert!(
                (tick_px - place_px).abs() <= most_px,
                "{}: '{}' belongs to {place_px:.3} px, and the nearest tick is at {tick_px} (shared {:?}, limits {})",
                self.name,
                text.text,
                self.shared,
                self.limits
            );
            let off_px = middle_px(text) - tick_px;
            assert!(
                off_px.abs() <= 2.0 + 1.5 * self.line_px,
                "{}: '{}' stands {off_px} px off its tick",
                self.name,
                text.text
            );
            checked += 1;
        }
        checked
    }
}

/// The labels of both axes say where their ticks are; the number of labels that were held to it.
pub(super) fn check_ticks(
    name: &str,
    drawing: &Drawing,
    plot: [f64; 4],
    kinds: [Kind; 2],
    [x_limits, y_limits]: [&Value; 2],
) -> usize {
    let [x, y, width, height] = plot;
    let (right, bottom) = (x + width, y + height);
    // Spines lie outside of the plot.
    let line_px = drawing
        .boxes
        .iter()
        .filter(|b| (b[1] - bottom).abs() < 1e-9 && b[2] >= width)
        .map(|b| b[3])
        .fold(0.0, f64::max);
    let is_thin = |px: f64| px <= (3.0 * line_px).max(1.0);
    // Ticks begin at their spine, outwards or inwards.
    let (is_short, is_near) = (|px: f64, side: f64| px < 0.1 * side.max(100.0), |a: f64, b: f64| (a - b).abs() < 1e-9);
    let is_x_tick = |b: &&[f64; 4]| {
        is_thin(b[2]) && is_short(b[3], height) && (is_near(b[1], bottom + line_px) || is_near(b[1] + b[3], bottom))
    };
    let is_y_tick = |b: &&[f64; 4]| {
        is_thin(b[3]) && is_short(b[2], width) && (is_near(b[0] + b[2], x - line_px) || is_near(b[0], x))
    };
    let x_ticks: Vec<f64> = drawing.boxes.iter().filter(is_x_tick).map(|b| b[0] + b[2] / 2.0).collect();
    let y_ticks: Vec<f64> = drawing.boxes.iter().filter(is_y_tick).map(|b| b[1] + b[3] / 2.0).collect();

    let below: Vec<&Text> = drawing.texts.iter().filter(|t| !t.is_upwards && t.ink.top >= bottom).collect();
    let first_line = below.iter().map(|text| text.origin[1]).fold(f64::INFINITY, f64::min);
    let x_labels =
        below.iter().filter(|t| t.origin[1] == first_line).filter_map(|t| Some((*t, number(&t.text)?))).collect();
    let x_shared = below
        .iter()
        .filter(|t| t.origin[1] > first_line && t.ink.right > x + width / 2.0)
        .find_map(|t| shared(&t.text));
    let beside: Vec<&Text> =
        drawing.texts.iter().filter(|t| !t.is_upwards && t.ink.right <= x && t.ink.top < bottom + 20.0).collect();
    let y_labels = beside.iter().filter_map(|t| Some((*t, number(&t.text)?))).collect();
    // Above the axis, or along it.
    let is_y_shared =
        |t: &&Text| t.ink.left < x + width / 2.0 && (t.ink.bottom <= y || t.is_upwards && t.ink.right <= x);
    let y_shared = drawing.texts.iter().filter(is_y_shared).find_map(|t| shared(&t.text));

    let none = || (1.0, String::new());
    let across = Axis {
        name: format!("{name}, x"),
        kind: kinds[0],
        limits: x_limits,
        start_px: x,
        length_px: right - x,
        labels: x_labels,
        shared: x_shared.unwrap_or_else(none),
        ticks_px: x_ticks,
        line_px,
    };
    let upwards = Axis {
        name: format!("{name}, y"),
        kind: kinds[1],
        limits: y_limits,
        start_px: bottom,
        length_px: -height,
        labels: y_labels,
        shared: y_shared.unwrap_or_else(none),
        ticks_px: y_ticks,
        line_px,
    };
    let mut checked = 0;
    if kinds[0] != Kind::Time {
        checked += across.check(|text| f64::midpoint(text.ink.left, text.ink.right));
    }
    if kinds[1] != Kind::Time {
        checked += upwards.check(|text| f64::midpoint(text.ink.top, text.ink.bottom));
    }
    checked
}

#[test]
fn labels_read_as_their_values() {
    for (label, value) in [("−0.5", -0.5), ("10⁻³", 1e-3), ("2×10⁵", 2e5), ("−10²", -100.0), ("1e-5", 1e-5)]
    {
        assert_eq!(number(label), Some(value), "{label}");
    }
    assert_eq!(number("12:00"), None);
    assert_eq!(shared("×10⁻⁵"), Some((1e-5, String::new())));
    assert_eq!(shared("+10⁹"), Some((1.0, "10⁹".into())));
    assert_eq!(shared("×10⁻¹⁶+1"), Some((1e-16, "1".into())));
    assert_eq!(shared("x"), None);
}
