//! A small picture as sixels: columns of six pixels, colour by colour, as the VT340 takes them.
//!
//! VT330/VT340 Programmer Reference Manual, chapter 14: <https://vt100.net/docs/vt3xx-gp/chapter14.html>. Pixels that are
//! transparent keep the terminal's background (P2 = 1).

use std::io::{self, Write};

use super::palette::Palette;
use super::thumbnail::Thumbnail;

/// Rows of a band.
const BAND_ROWS: usize = 6;

/// Writes the picture and ends its last line.
pub(super) fn write(picture: &Thumbnail, out: &mut dyn Write) -> io::Result<()> {
    let (width, height) = (picture.width() as usize, picture.height());
    let palette = Palette::of(picture);
    // Square pixels, and how many: terminals can reserve the room before the first band.
    write!(out, "\x1bP0;1;0q\"1;1;{width};{height}")?;
    for (number, [r, g, b]) in palette.colors.iter().enumerate() {
        write!(out, "#{number};2;{r};{g};{b}")?;
    }
    for (at, band) in palette.numbers.chunks(BAND_ROWS * width).enumerate() {
        if at > 0 {
            out.write_all(b"-")?;
        }
        let mut used = [false; 256];
        band.iter().flatten().for_each(|number| used[usize::from(*number)] = true);
        let mut is_first = true;
        for number in (0..=u8::MAX).filter(|number| used[usize::from(*number)]) {
            if !is_first {
                out.write_all(b"$")?;
            }
            is_first = false;
            let bits = |column: usize| {
                let rows = band.chunks_exact(width).enumerate();
                rows.filter(|(_, row)| row[column] == Some(number)).map(|(row, _)| 1_u8 << row).sum::<u8>()
            };
            write!(out, "#{number}")?;
            runs((0..width).map(bits), out)?;
        }
    }
    out.write_all(b"\x1b\\\n")
}

/// Equal sixels next to each other as one with a count; those at the end that paint nothing are left out.
fn runs(sixels: impl Iterator<Item = u8>, out: &mut dyn Write) -> io::Result<()> {
    let mut run: Option<(u8, usize)> = None;
    for sixel in sixels {
        match &mut run {
            Some((bits, count)) if *bits == sixel => *count += 1,
            _ => {
                if let Some(run) = run {
                    write_run(run, out)?;
                }
                run = Some((sixel, 1));
            }
        }
    }
    match run {
        Some(run) if run.0 != 0 => write_run(run, out),
        _ => Ok(()),
    }
}

fn write_run((bits, count): (u8, usize), out: &mut dyn Write) -> io::Result<()> {
    let character = char::from(b'?' + bits);
    match count {
        // As short as a count, and shorter.
        1..=3 => (0..count).try_for_each(|_| write!(out, "{character}")),
        _ => write!(out, "!{count}{character}"),
    }
}
