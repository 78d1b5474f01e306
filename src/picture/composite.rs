//! The rows of a picture: composited in f32, band by band, and quantised once.
//!
//! The background, then plate after plate its background, what it has under its points, its points, and what it has over
//! them; then straight alpha, round half up, and RGB 0 where nothing is. Bands are composed on several threads and come in
//! order. Knows no file formats.

use std::ops::Range;

use crossbeam_channel::bounded;
use tiny_skia::{Color, Pixmap, PremultipliedColorU8};

use super::{Failure, Rows};
use crate::color::Rgba8;
use crate::error::{Error, Result};
use crate::figure::{Figure, Layer, Plate};

/// Pixels of a band, but for rows that are longer; a band of 2^18 pixels does not stay in the second cache.
const BAND_PIXELS: u32 = 1 << 16;

/// More threads do not compose faster than one packs.
const MOST_THREADS: usize = 8;

/// How many threads compose a picture of that size, where so many are there.
pub(super) fn threads_for((width, height): (u32, u32), threads: usize) -> usize {
    threads.min(MOST_THREADS).min(height.div_ceil(band_rows(width, height)) as usize).max(1)
}

fn band_rows(width: u32, height: u32) -> u32 {
    (BAND_PIXELS / width.max(1)).clamp(1, height.max(1))
}

/// What composing holds, in bytes: for each thread a band of colours, two of what lies under and over the points, three
/// of bytes (being made, handed over, and packed), and a row of points.
pub(super) fn planned_bytes((width, height): (u32, u32), threads: usize) -> u64 {
    let band_pixels = u64::from(band_rows(width, height)) * u64::from(width);
    threads_for((width, height), threads) as u64 * (band_pixels * (16 + 2 * 4 + 3 * 4) + 16 * u64::from(width))
}

/// Composites every row from top to bottom, on so many threads beside the caller's (on that alone for one), and hands it
/// on as bytes.
pub(super) fn each_row(
    figure: &Figure,
    threads: usize,
    rows: &Rows<'_>,
    emit: &mut dyn FnMut(&[u8]) -> std::result::Result<(), Failure>,
) -> std::result::Result<(), Failure> {
    let spec = figure.spec();
    let band_rows = band_rows(spec.width, spec.height);
    let bands = spec.height.div_ceil(band_rows);
    let band = |number: u32| number * band_rows..((number + 1) * band_rows).min(spec.height);
    let row_bytes = 4 * spec.width as usize;
    let workers = threads_for((spec.width, spec.height), threads);
    let alone = |emit: &mut dyn FnMut(&[u8]) -> std::result::Result<(), Failure>| {
        let mut composer = Composer::new(figure, rows, band_rows).map_err(Failure::Rows)?;
        let mut bytes = Vec::new();
        for number in 0..bands {
            composer.compose(band(number), &mut bytes).map_err(Failure::Rows)?;
            bytes.chunks_exact(row_bytes).try_for_each(&mut *emit)?;
        }
        Ok(())
    };
    if workers < 2 {
        return alone(emit);
    }
    std::thread::scope(|scope| {
        // Worker k composes the bands k, k + workers, ...: at most one of each waits.
        let mut composed = Vec::with_capacity(workers);
        for worker in 0..workers as u32 {
            let (sender, receiver) = bounded::<Result<Vec<u8>>>(1);
            composed.push(receiver);
            let compose = move || {
                let mut composer = match Composer::new(figure, rows, band_rows) {
                    Ok(composer) => composer,
                    Err(error) => return drop(sender.send(Err(error))),
                };
                for number in (worker..bands).step_by(workers) {
                    let mut bytes = Vec::new();
                    let outcome = composer.compose(band(number), &mut bytes).map(|()| bytes);
                    let is_last = outcome.is_err();
                    // Nobody waits for it where an earlier band has failed.
                    if sender.send(outcome).is_err() || is_last {
                        return;
                    }
                }
            };
            let started = std::thread::Builder::new().name(format!("compose-{worker}")).spawn_scoped(scope, compose);
            if started.is_err() {
                // Those that run end with the next band that nobody takes.
                drop(composed);
                return alone(emit);
            }
        }
        for number in 0..bands as usize {
            // A worker that is gone has panicked, and the scope tells so.
            let gone = || Error::usage("a thread that composes the picture is gone");
            let bytes = composed[number % workers].recv().unwrap_or_else(|_| Err(gone())).map_err(Failure::Rows)?;
            bytes.chunks_exact(row_bytes).try_for_each(&mut *emit)?;
        }
        Ok(())
    })
}

/// Composes bands of a picture.
struct Composer<'a> {
    figure: &'a Figure,
    rows: &'a Rows<'a>,
    background: [f32; 4],
    pixels: Vec<[f32; 4]>,
    points: Vec<[f32; 4]>,
    /// What is under the points of a plate, and what is over them.
    layers: [Pixmap; 2],
}

impl<'a> Composer<'a> {
    fn new(figure: &'a Figure, rows: &'a Rows<'a>, band_rows: u32) -> Result<Self> {
        let spec = figure.spec();
        let layer = Pixmap::new(spec.width, band_rows);
        let layer = layer.ok_or_else(|| Error::usage("the figure is too large to be composed"))?;
        let background = spec.background.map_or([0.0; 4], premultiplied);
        let pixels = vec![background; spec.width as usize * band_rows as usize];
        Ok(Self { figure, rows, background, pixels, points: Vec::new(), layers: [layer.clone(), layer] })
    }

    /// The rows of a band as bytes, in place of what was there.
    fn compose(&mut self, band: Range<u32>, bytes: &mut Vec<u8>) -> Result<()> {
        let width = self.figure.spec().width as usize;
        let pixels = &mut self.pixels[..band.len() * width];
        pixels.fill(self.background);
        for (number, plate) in self.figure.plates().iter().enumerate() {
            let mut painted = |at: usize, which: Layer| {
                if !plate.has_within(which, &band) {
                    return false;
                }
                self.layers[at].fill(Color::TRANSPARENT);
                plate.paint(which, band.start, &mut self.layers[at]);
                true
            };
            let are_painted = [painted(0, Layer::Under), painted(1, Layer::Over)];
            let [under, over] = &self.layers;
            for (row, (number_of_row, pixels)) in band.clone().zip(pixels.chunks_exact_mut(width)).enumerate() {
                // All that happens to a row, while it is in the first cache.
                let of_layer = row * width..(row + 1) * width;
                if let Some(area) = within(plate, number_of_row, pixels) {
                    plate
                        .background()
                        .map(premultiplied)
                        .inspect(|color| area.iter_mut().for_each(|p| blend(p, *color)));
                }
                if are_painted[0] {
                    blend_row(pixels, &under.pixels()[of_layer.clone()]);
                }
                if let Some(area) = within(plate, number_of_row, pixels) {
                    self.points.clear();
                    self.points.resize(area.len(), [0.0; 4]);
                    (self.rows)(number, number_of_row - plate.area().y, &mut self.points)?;
                    for (pixel, point) in area.iter_mut().zip(&self.points) {
                        if *point != [0.0; 4] {
                            blend(pixel, *point);
                        }
                    }
                }
                if are_painted[1] {
                    blend_row(pixels, &over.pixels()[of_layer]);
                }
            }
        }
        bytes.resize(4 * pixels.len(), 0);
        for (pixels, bytes) in pixels.chunks_exact(width).zip(bytes.chunks_exact_mut(4 * width)) {
            quantise_row(pixels, bytes);
        }
        Ok(())
    }
}

/// The pixels of a row that lie in the area of a plate.
fn within<'p>(plate: &Plate, row: u32, pixels: &'p mut [[f32; 4]]) -> Option<&'p mut [[f32; 4]]> {
    let area = plate.area();
    let is_within = (area.y..area.y + area.height).contains(&row);
    is_within.then(|| &mut pixels[area.x as usize..][..area.width as usize])
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

fn blend_row(pixels: &mut [[f32; 4]], layer: &[PremultipliedColorU8]) {
    for (pixel, over) in pixels.iter_mut().zip(layer) {
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
