//! Colours for categories: eight for readers of any colour vision, and beyond them as many as asked for.
//!
//! The eight were searched for by simulated annealing over OKLCH, with the default colour of points as the first: the
//! greatest least distance (CIEDE2000) between any two of the first k, for every k, to normal eyes and under full
//! protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes 2009), with a contrast (WCAG) of at least 2.3
//! on white and 2.9 on the dark theme. A difference of 2 is just seen. Least distances of the first four, of all eight, and
//! contrasts: these 17.6, 12.5, 2.4 and 3.0; tab10 1.3 (orange and green are one to protanopes), 1.3, 2.5 and 3.2;
//! Okabe-Ito 12.4, 10.9, 1.3 (yellow) and 1.1 (black); Tol bright (seven) 8.6, 8.6, 1.8 and 3.1; Petroff's ten, which
//! begin with another blue, 15.9, 11.9, 1.9 and 2.7.

use std::sync::OnceLock;

use super::{Oklab, Rgba8};

/// The first colours; the very first is the default colour of points.
const FIRST: [[u8; 3]; 8] = [
    [0x1f, 0x77, 0xb4],
    [0xf2, 0x91, 0x11],
    [0x1c, 0xb8, 0x94],
    [0xcc, 0x1a, 0x0a],
    [0xc4, 0x8f, 0xf5],
    [0x94, 0x8e, 0x5b],
    [0x9c, 0x5a, 0x78],
    [0x3f, 0x69, 0x48],
];

/// Colours chosen one by one, each as far as can be from all before; beyond them they are made by rule.
const CHOSEN: usize = 256;

/// Lightness (OKLab) that shows on white and on black alike, and the least chroma that is no gray.
const LIGHTNESS: std::ops::RangeInclusive<f64> = 0.4..=0.86;
const LEAST_CHROMA: f64 = 0.05;

/// The golden angle: hues by multiples of it never come close to each other soon.
const GOLDEN_ANGLE_DEGREES: f64 = 137.507_764_050_037_85;

/// Lightness and chroma (OKLCH) of the colours made by rule, taken in turns: neighbours in hue differ in these.
const TONES: [(f64, f64); 4] = [(0.80, 0.12), (0.45, 0.13), (0.65, 0.17), (0.85, 0.10)];

/// The colour of all that has none of its own: a gray that no category has.
pub const OTHER: Rgba8 = Rgba8::opaque(0xbd, 0xbd, 0xbd);

/// The colour of points when none is asked for.
pub const DEFAULT: Rgba8 = Rgba8::opaque(FIRST[0][0], FIRST[0][1], FIRST[0][2]);

/// The colour of category `index` of `count`; it depends on the index alone, so that more categories change no colour.
#[must_use]
pub fn color_of(index: usize, count: usize) -> Rgba8 {
    debug_assert!(index < count, "category {index} of {count}");
    let [r, g, b] = match (FIRST.get(index), index) {
        (Some(color), _) => *color,
        (None, ..CHOSEN) => chosen()[index - FIRST.len()],
        (None, _) => made(index - CHOSEN),
    };
    Rgba8::opaque(r, g, b)
}

/// The colours after the first: always the farthest in OKLab from all before them, from the gray of [`OTHER`], and from
/// white and black, which lie behind points.
fn chosen() -> &'static [[u8; 3]] {
    static CHOSEN_COLORS: OnceLock<Vec<[u8; 3]>> = OnceLock::new();
    CHOSEN_COLORS.get_or_init(|| {
        // 17 steps between levels: 0, 17, .., 255.
        let levels = 0..16u8;
        let cube = levels.clone().flat_map(|r| levels.clone().flat_map(move |g| (0..16).map(move |b| [r, g, b])));
        let mut candidates: Vec<([u8; 3], Oklab, f64)> = cube
            .map(|steps| steps.map(|step| 17 * step))
            .map(|rgb| (rgb, Oklab::from_srgb(rgb), f64::INFINITY))
            .filter(|(_, lab, _)| LIGHTNESS.contains(&lab.l) && (lab.a * lab.a + lab.b * lab.b).sqrt() >= LEAST_CHROMA)
            .collect();
        let mut keep_off = |color: Oklab| {
            // The first of equals: the choice is the same everywhere.
            let mut farthest = ([0; 3], Oklab::default(), 0.0);
            for candidate in &mut candidates {
                candidate.2 = candidate.2.min(candidate.1.distance(color));
                if candidate.2 > farthest.2 {
                    farthest = *candidate;
                }
            }
            (farthest.0, farthest.1)
        };
        let mut next = Default::default();
        for rgb in FIRST.into_iter().chain([OTHER.rgb(), [0; 3], [255; 3]]) {
            next = keep_off(Oklab::from_srgb(rgb));
        }
        (FIRST.len()..CHOSEN)
            .map(|_| {
                let (rgb, lab) = next;
                next = keep_off(lab);
                rgb
            })
            .collect()
    })
}

fn made(index: usize) -> [u8; 3] {
    let (l, chroma) = TONES[index % TONES.len()];
    // Each tone walks round the hues by itself: only its own colours can come close in hue.
    let turns = (index / TONES.len()) as f64;
    let hue = ((turns * GOLDEN_ANGLE_DEGREES + 45.0 * (index % TONES.len()) as f64) % 360.0).to_radians();
    Oklab { l, a: chroma * libm::cos(hue), b: chroma * libm::sin(hue) }.to_srgb()
}

#[cfg(test)]
mod tests;
