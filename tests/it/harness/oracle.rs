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
    Diamond,
    Triangle,
    Plus,
    Cross,
    Star,
    Ring,
}

/// How the points look, but for their colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) shape: Shape,
    pub(crate) diameter_px: f64,
    pub(crate) is_antialiased: bool,
}

/// One point: place, colour, opacity, and a size of its own where it has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dot {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) rgb: [u8; 3],
    pub(crate) alpha: f64,
    pub(crate) diameter_px: Option<f64>,
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
        let look = Look { diameter_px: dot.diameter_px.unwrap_or(look.diameter_px), ..*look };
        let phases = if look.diameter_px <= 32.0 { 16 } else { 4 };
        let phase = |position: i64| (position & 255) * phases / 256;
        let key = (look.diameter_px.to_bits(), phase(x), phase(y));
        let stamp = stamps.entry(key).or_insert_with(|| {
            let center = |phase: i64| (phase as f64 + 0.5) / phases as f64;
            stamp(&look, center(key.1), center(key.2))
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
    // A triangle reaches a little farther than half its size.
    let reach = (look.diameter_px * 0.6) as i64 + 2;
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
        let area = area(look);
        covered.iter_mut().for_each(|(_, _, coverage)| *coverage *= area);
    }
    covered
}

/// The width of the lines of plus, cross and ring.
fn line(diameter_px: f64) -> f64 {
    (diameter_px / 6.0).max(1.0)
}

/// The slopes of a pentagram's five lines and their distance from the centre: a point of the star is beyond one at most.
fn pentagram(radius: f64) -> [(f64, f64, f64); 5] {
    let distance = radius * 72_f64.to_radians().cos();
    // The directions of its points, measured from below.
    [36_f64, 108.0, 180.0, 252.0, 324.0].map(|degrees| {
        let angle = degrees.to_radians();
        (angle.sin(), angle.cos(), distance)
    })
}

/// The shape's area by formulas of its own.
fn area(look: &Look) -> f64 {
    let d = look.diameter_px;
    let w = line(d);
    match look.shape {
        Shape::Pixel => 1.0,
        Shape::Square => d * d,
        Shape::Circle => d * d * std::f64::consts::FRAC_PI_4,
        Shape::Diamond => d * d / 2.0,
        Shape::Triangle => d * d * 3_f64.sqrt() / 4.0,
        Shape::Plus => 2.0 * d * w.min(d) - w.min(d).powi(2),
        Shape::Cross => {
            let w = w.min(d / 2_f64.sqrt());
            2.0 * (d * 2_f64.sqrt() - w) * w - w * w
        }
        Shape::Ring => std::f64::consts::PI * (d * d / 4.0 - (d / 2.0 - w).max(0.0).powi(2)),
        // Ten triangles of centre, point and inner corner.
        Shape::Star => 5.0 * d * d / 4.0 * 0.381_966_011_250_105 * 36_f64.to_radians().sin(),
    }
}

/// True when a point, seen from the shape's centre, lies in the shape.
pub(crate) fn is_inside(look: &Look, x: f64, y: f64) -> bool {
    let (d, radius) = (look.diameter_px, look.diameter_px / 2.0);
    let bar =
        |along: f64, across: f64, length: f64, width: f64| along.abs() <= length / 2.0 && across.abs() <= width / 2.0;
    match look.shape {
        Shape::Pixel => true,
        Shape::Square => x.abs().max(y.abs()) <= radius,
        Shape::Circle => x.hypot(y) <= radius,
        Shape::Diamond => x.abs() + y.abs() <= radius,
        // An equilateral triangle: the distances from its three sides.
        Shape::Triangle => {
            let inner = d / 12_f64.sqrt();
            y <= inner && 0.75_f64.sqrt() * x.abs() - y / 2.0 <= inner
        }
        Shape::Plus => {
            let w = line(d).min(d);
            bar(x, y, d, w) || bar(y, x, d, w)
        }
        Shape::Cross => {
            let w = line(d).min(d / 2_f64.sqrt());
            let (u, v) = ((x + y) / 2_f64.sqrt(), (y - x) / 2_f64.sqrt());
            let length = d * 2_f64.sqrt() - w;
            bar(u, v, length, w) || bar(v, u, length, w)
        }
        Shape::Ring => x.hypot(y) <= radius && (radius - line(d) <= 0.0 || x.hypot(y) > radius - line(d)),
        Shape::Star => {
            pentagram(radius).iter().filter(|(sin, cos, distance)| x * sin + y * cos > *distance).count() <= 1
        }
    }
}

/// Half the width of a shape along a row, where it is one span around its middle; below 0 for nothing.
fn half(look: &Look, y: f64) -> f64 {
    let (d, radius) = (look.diameter_px, look.diameter_px / 2.0);
    match look.shape {
        Shape::Circle | Shape::Ring => disc(radius, y),
        Shape::Diamond => radius - y.abs(),
        Shape::Triangle if y <= d / 12_f64.sqrt() => (y + d / 3_f64.sqrt()) / 3_f64.sqrt(),
        Shape::Plus if y.abs() <= line(d).min(d) / 2.0 => radius,
        Shape::Plus if y.abs() <= radius => line(d).min(d) / 2.0,
        Shape::Pixel | Shape::Square if y.abs() <= radius => radius,
        _ => -1.0,
    }
}

fn disc(radius: f64, y: f64) -> f64 {
    if y.abs() <= radius { (radius * radius - y * y).sqrt() } else { -1.0 }
}

/// Where lines `a x + b y <= c` let a row begin and end.
fn span(lines: impl Iterator<Item = (f64, f64, f64)>, y: f64) -> (f64, f64) {
    let (mut start, mut end) = (f64::NEG_INFINITY, f64::INFINITY);
    for (a, b, c) in lines {
        let at = (c - b * y) / a;
        if a > 1e-12 {
            end = end.min(at);
        } else if a < -1e-12 {
            start = start.max(at);
        } else if b * y > c {
            end = f64::NEG_INFINITY;
        }
    }
    (start, end)
}

/// The spans of a cross or star along a row: of its bars, or of what lies within all lines of a pentagram but one. They
/// may overlap.
fn spans(look: &Look, pentagram: &[(f64, f64, f64); 5], y: f64) -> [(f64, f64); 5] {
    let d = look.diameter_px;
    let mut spans = [(0.0, 0.0); 5];
    if look.shape == Shape::Cross {
        let (w, s) = (line(d).min(d / 2_f64.sqrt()), 2_f64.sqrt().recip());
        let length = d * 2_f64.sqrt() - w;
        for (found, sign) in spans.iter_mut().zip([1.0, -1.0]) {
            let lines = [(s, sign * s, length / 2.0), (-s, sign * s, w / 2.0)];
            *found = span(lines.into_iter().flat_map(|(a, b, c)| [(a, b, c), (-a, -b, c)]), y);
        }
    } else {
        for (left_out, found) in spans.iter_mut().enumerate() {
            let lines = pentagram.iter().enumerate().filter(|(k, _)| *k != left_out);
            *found = span(lines.map(|(_, line)| *line), y);
        }
    }
    spans
}

/// The area of the shape within the unit pixel at `(left, top)`: thin rows, the exact spans of the shape in each. Rows
/// beat a grid of samples here because an edge parallel to the axes falls between its lines.
fn shared_area(look: &Look, left: f64, top: f64) -> f64 {
    let far = look.diameter_px * 0.6;
    if left > far || top > far || left + 1.0 < -far || top + 1.0 < -far {
        return 0.0;
    }
    // A convex shape that holds the corners of a pixel holds all of it.
    let is_convex = matches!(look.shape, Shape::Circle | Shape::Square | Shape::Diamond | Shape::Triangle);
    let corners = [(left, top), (left + 1.0, top), (left, top + 1.0), (left + 1.0, top + 1.0)];
    if is_convex && corners.iter().all(|(x, y)| is_inside(look, *x, *y)) {
        return 1.0;
    }
    let has_spans = matches!(look.shape, Shape::Cross | Shape::Star);
    let rows = if has_spans { 2048 } else { 8192 };
    let pentagram = pentagram(look.diameter_px / 2.0);
    let overlap = |start: f64, end: f64| ((left + 1.0).min(end) - left.max(start)).max(0.0);
    let mut sum = 0.0;
    for row in 0..rows {
        let y = top + (f64::from(row) + 0.5) / f64::from(rows);
        if has_spans {
            let mut spans = spans(look, &pentagram, y);
            spans.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut free_from = f64::NEG_INFINITY;
            for (start, end) in spans {
                sum += overlap(start.max(free_from), end);
                free_from = free_from.max(end);
            }
        } else {
            let half = half(look, y);
            sum += overlap(-half, half);
            let inner = look.diameter_px / 2.0 - line(look.diameter_px);
            if look.shape == Shape::Ring && inner > 0.0 {
                let hole = disc(inner, y);
                sum -= overlap(-hole, hole);
            }
        }
    }
    sum / f64::from(rows)
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
