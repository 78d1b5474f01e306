//! Colours for categories: ten chosen ones, and beyond them as many as asked for.

use std::sync::OnceLock;

use super::{Oklab, Rgba8};

/// The ten categorical colours of matplotlib and Vega ("tab10"); the first is the default colour of points.
const TAB10: [[u8; 3]; 10] = [
    [0x1f, 0x77, 0xb4],
    [0xff, 0x7f, 0x0e],
    [0x2c, 0xa0, 0x2c],
    [0xd6, 0x27, 0x28],
    [0x94, 0x67, 0xbd],
    [0x8c, 0x56, 0x4b],
    [0xe3, 0x77, 0xc2],
    [0x7f, 0x7f, 0x7f],
    [0xbc, 0xbd, 0x22],
    [0x17, 0xbe, 0xcf],
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
pub const DEFAULT: Rgba8 = Rgba8::opaque(TAB10[0][0], TAB10[0][1], TAB10[0][2]);

/// The colour of category `index` of `count`; it depends on the index alone, so that more categories change no colour.
#[must_use]
pub fn color_of(index: usize, count: usize) -> Rgba8 {
    debug_assert!(index < count, "category {index} of {count}");
    let [r, g, b] = match (TAB10.get(index), index) {
        (Some(color), _) => *color,
        (None, ..CHOSEN) => chosen()[index - TAB10.len()],
        (None, _) => made(index - CHOSEN),
    };
    Rgba8::opaque(r, g, b)
}

/// The colours after the ten: always the farthest in OKLab from all before them, from the gray of [`OTHER`], and from
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
        for rgb in TAB10.into_iter().chain([OTHER.rgb(), [0; 3], [255; 3]]) {
            next = keep_off(Oklab::from_srgb(rgb));
        }
        (TAB10.len()..CHOSEN)
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
mod tests {
    use super::*;

    /// OKLab by the inverse way (Ottosson's forward matrices), so that the test does not trust the code above.
    fn oklab(color: Rgba8) -> [f64; 3] {
        let [r, g, b] = color.rgb().map(|byte| {
            let encoded = f64::from(byte) / 255.0;
            if encoded <= 0.040_45 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
        });
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
        ]
    }

    #[test]
    fn the_first_colour_is_the_default_and_more_categories_change_none() {
        assert_eq!(color_of(0, 1), DEFAULT);
        assert_eq!(DEFAULT, Rgba8::opaque(31, 119, 180));
        for index in 0..30 {
            assert_eq!(color_of(index, 30), color_of(index, 1_000_000), "{index}");
        }
    }

    /// The smallest distance between two of the first colours, and to the gray of the rest.
    fn closest(count: usize) -> f64 {
        let colors: Vec<_> = (0..count).map(|index| color_of(index, count)).chain([OTHER]).map(oklab).collect();
        let distance = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        let pairs = colors.iter().enumerate().flat_map(|(i, a)| colors[i + 1..].iter().map(move |b| distance(a, b)));
        pairs.fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn categories_are_told_apart() {
        // 0.02 is a difference one just sees between patches side by side.
        for (count, least) in [(30, 0.11), (60, 0.085), (100, 0.07), (256, 0.045)] {
            assert!(closest(count) >= least, "{count} colours are {} apart", closest(count));
        }
    }

    #[test]
    fn a_thousand_colours_hardly_repeat() {
        let colors: std::collections::HashSet<_> = (0..1000).map(|index| color_of(index, 1000)).collect();
        assert!(colors.len() > 950, "only {} different", colors.len());
    }
}
