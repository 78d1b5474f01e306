//! The truth: a renderer in f64 that is as naive as it can be, written from the design and from nothing else.
//!
//! It shares no code with the program. Positions come from numpy's edges by walking them; coverage by cutting each pixel
//! into thin rows (anti-aliased) or by its centre (hard); points are blended one after another with `over`, and the
//! result is rounded once. Where the program works in steps (24.8 positions, stamp phases, u8 coverage), so does it.

use std::collections::HashMap;

/// The shape of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Pixel,
    Square,
    Circle,
}

/// How the points look, but for their colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) shape: Shape,
    pub(crate) diameter_px: f64,
    pub(crate) is_antialiased: bool,
}

/// One point: place, colour and opacity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dot {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) rgb: [u8; 3],
    pub(crate) alpha: f64,
}

/// The canvas and what lies under it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paper {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) xlim: (f64, f64),
    pub(crate) ylim: (f64, f64),
    /// Straight RGBA under everything, and over it in the plot area.
    pub(crate) background: Option<[u8; 4]>,
    pub(crate) plot_background: Option<[u8; 4]>,
}

/// Draws dots in order; straight RGBA8, rows from top to bottom.
pub(crate) fn draw(paper: &Paper, look: &Look, dots: &[Dot]) -> Vec<u8> {
    draw_all(paper, &[(*look, dots.to_vec())])
}

/// Draws data sets in order, each dot over all before.
pub(crate) fn draw_all(paper: &Paper, sets: &[(Look, Vec<Dot>)]) -> Vec<u8> {
    // Premultiplied colour and opacity.
    let mut layer = vec![[0.0_f64; 4]; paper.width as usize * paper.height as usize];
    for (look, dots) in sets {
        blend(paper, look, dots, &mut layer);
    }
    let under = over(premultiplied(paper.plot_background), premultiplied(paper.background));
    layer.into_iter().flat_map(|pixel| rounded(over(pixel, under))).collect()
}

fn blend(paper: &Paper, look: &Look, dots: &[Dot], layer: &mut [[f64; 4]]) {
    let (width, height) = (paper.width as i64, paper.height as i64);
    let mut stamps = HashMap::new();
    for dot in dots {
        let (Some(x), Some(y)) = (position(dot.x, paper.xlim, width, false), position(dot.y, paper.ylim, height, true))
        else {
            continue;
        };
        let phases = if look.diameter_px <= 32.0 { 16 } else { 4 };
        let phase = |position: i64| (position & 255) * phases / 256;
        let key = (phase(x), phase(y));
        let stamp = stamps.entry(key).or_insert_with(|| {
            let center = |phase: i64| (phase as f64 + 0.5) / phases as f64;
            stamp(look, center(key.0), center(key.1))
        });
        for (dx, dy, coverage) in stamp {
            let (x, y) = ((x >> 8) + *dx, (y >> 8) + *dy);
            if x < 0 || y < 0 || x >= width || y >= height {
                continue;
            }
            let alpha = dot.alpha * *coverage;
            let pixel = &mut layer[(y * width + x) as usize];
            for (channel, byte) in dot.rgb.into_iter().enumerate() {
                pixel[channel] = pixel[channel] * (1.0 - alpha) + f64::from(byte) / 255.0 * alpha;
            }
            pixel[3] = pixel[3] * (1.0 - alpha) + alpha;
        }
    }
}

/// The 24.8 position of a value on `n` pixels, y counted downwards; `None` for what is not finite.
fn position(value: f64, (start, end): (f64, f64), n: i64, is_downwards: bool) -> Option<i64> {
    if !value.is_finite() {
        return None;
    }
    let (lo, hi) = (start.min(end), start.max(end));
    let step = (hi - lo) / n as f64;
    let edge = |i: i64| if i == n { hi } else { i as f64 * step + lo };
    // Far outside is far outside.
    let guess = ((value - lo) * (n as f64 / (hi - lo))).clamp(-1e9, 1e9);
    let bin = if value < lo {
        (guess.floor() as i64).min(-1)
    } else if value > hi {
        (guess.floor() as i64).max(n)
    } else {
        // The last edge at or below the value; the last bin holds the upper limit too.
        (0..n).rev().find(|i| edge(*i) <= value).unwrap()
    };
    let fraction = (((guess - bin as f64) * 256.0).floor() as i64).clamp(0, 255);
    let ascending = bin * 256 + fraction;
    Some(if is_downwards == (start < end) { n * 256 - 1 - ascending } else { ascending })
}

/// The pixels that a stamp covers, from the pixel of its position, with the share of each in 255ths; its centre lies at
/// `(x, y)` in that pixel.
fn stamp(look: &Look, x: f64, y: f64) -> Vec<(i64, i64, f64)> {
    if look.shape == Shape::Pixel {
        return vec![(0, 0, 1.0)];
    }
    let reach = look.diameter_px as i64 / 2 + 2;
    let mut covered = Vec::new();
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let (left, top) = (dx as f64 - x, dy as f64 - y);
            let coverage = if look.is_antialiased {
                (shared_area(look, left, top) * 255.0).round() / 255.0
            } else if look.diameter_px >= 1.0 && is_inside(look, left + 0.5, top + 0.5) {
                1.0
            } else {
                0.0
            };
            if coverage > 0.0 {
                covered.push((dx, dy, coverage));
            }
        }
    }
    if covered.is_empty() && !look.is_antialiased {
        covered.push((0, 0, 1.0));
    }
    if look.diameter_px < 1.0 && !look.is_antialiased {
        let area = look.diameter_px
            * look.diameter_px
            * if look.shape == Shape::Circle { std::f64::consts::FRAC_PI_4 } else { 1.0 };
        covered.iter_mut().for_each(|(_, _, coverage)| *coverage *= area);
    }
    covered
}

/// True when a point, seen from the shape's centre, lies in the shape.
pub(crate) fn is_inside(look: &Look, x: f64, y: f64) -> bool {
    let radius = look.diameter_px / 2.0;
    match look.shape {
        Shape::Pixel => true,
        Shape::Square => x.abs().max(y.abs()) <= radius,
        Shape::Circle => x.hypot(y) <= radius,
    }
}

/// The area of the shape within the unit pixel at `(left, top)`: thin rows, the exact span of the shape in each. Rows
/// beat a grid of samples here because an edge parallel to the axes falls between its lines.
fn shared_area(look: &Look, left: f64, top: f64) -> f64 {
    const ROWS: u32 = 8192;
    let radius = look.diameter_px / 2.0;
    let mut sum = 0.0;
    for row in 0..ROWS {
        let y = top + (f64::from(row) + 0.5) / f64::from(ROWS);
        let half = match look.shape {
            _ if y.abs() > radius => continue,
            Shape::Circle => (radius * radius - y * y).sqrt(),
            _ => radius,
        };
        sum += ((left + 1.0).min(half) - left.max(-half)).max(0.0);
    }
    sum / f64::from(ROWS)
}

fn premultiplied(color: Option<[u8; 4]>) -> [f64; 4] {
    let [r, g, b, a] = color.unwrap_or([0; 4]).map(|byte| f64::from(byte) / 255.0);
    [r * a, g * a, b * a, a]
}

/// Porter-Duff `over`, premultiplied.
fn over(top: [f64; 4], bottom: [f64; 4]) -> [f64; 4] {
    std::array::from_fn(|channel| top[channel] + bottom[channel] * (1.0 - top[3]))
}

/// Straight bytes, half up; no colour where there is no opacity.
fn rounded(pixel: [f64; 4]) -> [u8; 4] {
    let byte = |value: f64| (value * 255.0 + 0.5).floor().clamp(0.0, 255.0) as u8;
    let alpha = byte(pixel[3]);
    if alpha == 0 {
        return [0; 4];
    }
    [byte(pixel[0] / pixel[3]), byte(pixel[1] / pixel[3]), byte(pixel[2] / pixel[3]), alpha]
}
