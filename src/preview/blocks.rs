//! A small picture as characters, two pixels each: the upper half block in the colour of the upper pixel on that of the
//! lower one.
//!
//! Colours are those of ECMA-48's SGR as xterm extends it (38;2;R;G;B and 38;5;N, see
//! <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>). Where a pixel is transparent the terminal's own background
//! shows; what is half transparent lies on black. Every line ends with the colours reset.

use std::io::{self, Write};

use super::terminal::Ink;
use super::thumbnail::Thumbnail;

/// A half of a cell; nothing: transparent.
type Half = Option<[u8; 3]>;

/// From nothing to all ink.
const SHADES: &[&str] = &[" ", "░", "▒", "▓", "█"];
const ASCII: &[&str] = &[" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"];

/// Writes the picture, a line for every two rows.
pub(super) fn write(picture: &Thumbnail, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    match ink {
        Ink::TrueColor => colored(picture, &|[r, g, b]| format!("2;{r};{g};{b}"), out),
        Ink::Palette256 => colored(picture, &|color| format!("5;{}", nearest_of_256(color)), out),
        Ink::Shades => shaded(picture, SHADES, out),
        Ink::Ascii => shaded(picture, ASCII, out),
    }
}

/// The cells of a picture line by line: its rows in pairs; below an odd last row there is nothing.
fn lines(picture: &Thumbnail) -> impl Iterator<Item = Vec<([u8; 4], [u8; 4])>> {
    let mut rows = picture.rows();
    std::iter::from_fn(move || {
        let upper = rows.next()?;
        let lower = rows.next();
        let lower = |column: usize| lower.map_or([0; 4], |lower| lower[column]);
        Some(upper.iter().enumerate().map(|(column, pixel)| (*pixel, lower(column))).collect())
    })
}

fn colored(picture: &Thumbnail, code: &dyn Fn([u8; 3]) -> String, out: &mut dyn Write) -> io::Result<()> {
    for line in lines(picture) {
        let (mut text, mut front, mut back) = (String::new(), None::<String>, None::<String>);
        for (upper, lower) in line {
            let half = |[r, g, b, alpha]: [u8; 4]| -> Half { (alpha > 0).then_some([r, g, b]) };
            let [upper, lower] = [half(upper), half(lower)].map(|half| half.map(code));
            let (character, wanted_front, wanted_back) = match (upper, lower) {
                (None, None) => (' ', None, None),
                (None, lower) => ('▄', lower, None),
                // What looks the same all over needs one colour only.
                (upper, lower) if upper == lower => (' ', None, upper),
                (upper, lower) => ('▀', upper, lower),
            };
            if wanted_back != back {
                match &wanted_back {
                    Some(color) => text += &format!("\x1b[48;{color}m"),
                    None => text += "\x1b[49m",
                }
                back = wanted_back;
            }
            if wanted_front.is_some() && wanted_front != front {
                text.extend(wanted_front.as_ref().map(|color| format!("\x1b[38;{color}m")));
                front = wanted_front;
            }
            text.push(character);
        }
        writeln!(out, "{text}\x1b[0m")?;
    }
    Ok(())
}

/// The number of the nearest of xterm's colours 16 to 255, by the sum of squares of the sRGB numbers: a cube of six levels
/// a channel, and 24 greys.
fn nearest_of_256(color: [u8; 3]) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let distance = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    let levels =
        color.map(|value| (0..6_u8).min_by_key(|level| distance(LEVELS[usize::from(*level)], value)).unwrap_or(0));
    let to_cube: u32 =
        levels.iter().zip(color).map(|(level, value)| distance(LEVELS[usize::from(*level)], value)).sum();
    let grey_distance = |grey: u8| color.iter().map(|value| distance(8 + 10 * grey, *value)).sum::<u32>();
    let grey = (0..24_u8).min_by_key(|grey| grey_distance(*grey)).unwrap_or(0);
    if grey_distance(grey) < to_cube { 232 + grey } else { 16 + 36 * levels[0] + 6 * levels[1] + levels[2] }
}

/// A cell's character by how much its two pixels differ from the paper: white, or black in a picture that is mostly dark.
fn shaded(picture: &Thumbnail, characters: &[&str], out: &mut dyn Write) -> io::Result<()> {
    let brightness: u64 = picture.rows().flatten().map(|pixel| u64::from(luma(*pixel))).sum();
    let opacity: u64 = picture.rows().flatten().map(|pixel| u64::from(pixel[3])).sum();
    let is_light = 2 * brightness >= opacity;
    let ink = |pixel: [u8; 4]| match is_light {
        true => u32::from(pixel[3]).saturating_sub(luma(pixel)),
        false => luma(pixel),
    };
    for line in lines(picture) {
        let character = |(upper, lower): ([u8; 4], [u8; 4])| {
            let levels = characters.len() as u32 - 1;
            // Round half up of the mean of two.
            let level = ((ink(upper) + ink(lower)) * levels + 255) / 510;
            characters[level.min(levels) as usize]
        };
        let text: String = line.into_iter().map(character).collect();
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

/// Brightness from 0 to 255 by the weights of ITU-R BT.601.
fn luma([r, g, b, _]: [u8; 4]) -> u32 {
    (299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b) + 500) / 1000
}
