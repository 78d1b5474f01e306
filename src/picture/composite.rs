//! The rows of a picture: composited in f32, band by band, and quantised once.
//!
//! The background, then plate after plate its background, what it has under its points, its points, and what it has over
//! them; then straight alpha, round half up, and RGB 0 where nothing is. Knows no file formats.

use std::ops::Range;

use tiny_skia::{Color, Pixmap, PremultipliedColorU8};

use super::{Failure, Rows};
use crate::color::Rgba8;
use crate::error::Error;
use crate::figure::{Figure, Layer, Plate, Rect};

/// Pixels of a band: 4 MiB of colours and 1 MiB of what is painted over them, so that a picture of any size takes 5 MiB.
const BAND_PIXELS: u32 = 1 << 18;

/// Composites every row from top to bottom and hands it on as bytes.
pub(super) fn each_row(
    figure: &Figure,
    rows: &mut Rows<'_>,
    emit: &mut dyn FnMut(&[u8]) -> std::result::Result<(), Failure>,
) -> std::result::Result<(), Failure> {
    let spec = figure.spec();
    let band_rows = (BAND_PIXELS / spec.width).clamp(1, spec.height);
    let width = spec.width as usize;
    let background = spec.background.map_or([0.0; 4], premultiplied);
    let mut pixels = vec![background; width * band_rows as usize];
    let mut layer = Pixmap::new(spec.width, band_rows)
        .ok_or_else(|| Failure::Rows(Error::usage("the figure is too large to be composed")))?;
    let mut bytes = vec![0; 4 * width];
    for first_row in (0..spec.height).step_by(band_rows as usize) {
        let band = first_row..(first_row + band_rows).min(spec.height);
        pixels.fill(background);
        for (number, plate) in figure.plates().iter().enumerate() {
            let mut painted = |which: Layer, pixels: &mut [[f32; 4]]| {
                if plate.has_within(which, &band) {
                    layer.fill(Color::TRANSPARENT);
                    plate.paint(which, first_row, &mut layer);
                    blend_band(pixels, layer.pixels());
                }
            };
            fill_area(&mut pixels, width, &band, plate);
            painted(Layer::Under, &mut pixels);
            put_points(&mut pixels, width, &band, (number, plate.area()), rows)?;
            painted(Layer::Over, &mut pixels);
        }
        for row in pixels.chunks_exact(width).take(band.len()) {
            quantise_row(row, &mut bytes);
            emit(&bytes)?;
        }
    }
    Ok(())
}

/// The rows of an area within a band: their places in the band, and their numbers in the area.
fn rows_within(band: &Range<u32>, area: Rect) -> impl Iterator<Item = (usize, u32)> {
    let (first, first_in_area) = (band.start, area.y);
    (band.start.max(area.y)..band.end.min(area.y + area.height))
        .map(move |row| ((row - first) as usize, row - first_in_area))
}

/// Puts the background of a plate behind its points.
fn fill_area(pixels: &mut [[f32; 4]], width: usize, band: &Range<u32>, plate: &Plate) {
    let (area, Some(color)) = (plate.area(), plate.background().map(premultiplied)) else { return };
    for (row, _) in rows_within(band, area) {
        let row = &mut pixels[row * width..][area.x as usize..][..area.width as usize];
        row.iter_mut().for_each(|pixel| blend(pixel, color));
    }
}

/// Puts the points of a plate into its area.
fn put_points(
    pixels: &mut [[f32; 4]],
    width: usize,
    band: &Range<u32>,
    (plate, area): (usize, Rect),
    rows: &mut Rows<'_>,
) -> std::result::Result<(), Failure> {
    let mut points = vec![[0.0; 4]; area.width as usize];
    for (row, row_in_area) in rows_within(band, area) {
        points.fill([0.0; 4]);
        rows(plate, row_in_area, &mut points).map_err(Failure::Rows)?;
        let row = &mut pixels[row * width..][area.x as usize..][..area.width as usize];
        for (pixel, point) in row.iter_mut().zip(&points) {
            if *point != [0.0; 4] {
                blend(pixel, *point);
            }
        }
    }
    Ok(())
}

/// One row as bytes.
fn quantise_row(pixels: &[[f32; 4]], bytes: &mut [u8]) {
    // Neighbours are mostly equal: background, or a point's inside.
    let (mut last, mut last_bytes) = ([0.0; 4], [0; 4]);
    for (bytes, pixel) in bytes.chunks_exact_mut(4).zip(pixels) {
        if *pixel != last {
            (last, last_bytes) = (*pixel, quantised(*pixel));
        }
        bytes.copy_from_slice(&last_bytes);
    }
}

fn premultiplied(color: Rgba8) -> [f32; 4] {
    let [r, g, b, a] = [color.r, color.g, color.b, color.a].map(|byte| f32::from(byte) / 255.0);
    [r * a, g * a, b * a, a]
}

/// Puts a premultiplied colour over another: the one `over` of every picture.
pub(crate) fn blend(under: &mut [f32; 4], over: [f32; 4]) {
    let rest = 1.0 - over[3];
    for (under, over) in under.iter_mut().zip(over) {
        *under = *under * rest + over;
    }
}

fn blend_band(pixels: &mut [[f32; 4]], band: &[PremultipliedColorU8]) {
    for (pixel, over) in pixels.iter_mut().zip(band) {
        if over.alpha() > 0 {
            let over = [over.red(), over.green(), over.blue(), over.alpha()];
            blend(pixel, over.map(|byte| f32::from(byte) / 255.0));
        }
    }
}

/// Straight alpha, round half up; RGB 0 where alpha is 0. What is no number counts as 0.
pub(crate) fn quantised([r, g, b, a]: [f32; 4]) -> [u8; 4] {
    // `as` saturates, and turns NaN into 0.
    let byte = |value: f32| (value * 255.0 + 0.5) as u8;
    let alpha = byte(a);
    match alpha {
        0 => [0; 4],
        255 => [byte(r), byte(g), byte(b), alpha],
        _ => [byte(r / a), byte(g / a), byte(b / a), alpha],
    }
}
