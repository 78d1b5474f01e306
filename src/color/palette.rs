//! Colours for categories: ten chosen ones, and beyond them as many as asked for.

use crate::color::Rgba8;

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

/// The golden angle: hues by multiples of it never come close to each other soon.
const GOLDEN_ANGLE_DEGREES: f64 = 137.507_764_050_037_85;

/// Lightness and chroma (OKLCH) of the generated colours, taken in turns: neighbours in hue differ in these.
const TONES: [(f64, f64); 4] = [(0.80, 0.12), (0.45, 0.13), (0.65, 0.17), (0.90, 0.10)];

/// The colour of points when none is asked for.
pub const DEFAULT: Rgba8 = Rgba8::opaque(TAB10[0][0], TAB10[0][1], TAB10[0][2]);

/// The colour of category `index` of `count`; it depends on the index alone, so that more categories change no colour.
#[must_use]
pub fn color_of(index: usize, count: usize) -> Rgba8 {
    debug_assert!(index < count, "category {index} of {count}");
    let [r, g, b] = TAB10.get(index).copied().unwrap_or_else(|| generated(index - TAB10.len()));
    Rgba8::opaque(r, g, b)
}

fn generated(index: usize) -> [u8; 3] {
    let (lightness, chroma) = TONES[index % TONES.len()];
    // Each tone walks round the hues by itself: only its own colours can come close in hue.
    let turns = (index / TONES.len()) as f64;
    let hue = ((turns * GOLDEN_ANGLE_DEGREES + 45.0 * (index % TONES.len()) as f64) % 360.0).to_radians();
    srgb_from_oklab(lightness, chroma * libm::cos(hue), chroma * libm::sin(hue))
}

/// Björn Ottosson's OKLab (2020), clipped to sRGB.
fn srgb_from_oklab(lightness: f64, a: f64, b: f64) -> [u8; 3] {
    let l = lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b;
    let m = lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b;
    let s = lightness - 0.089_484_177_5 * a - 1.291_485_548 * b;
    let (l, m, s) = (l * l * l, m * m * m, s * s * s);
    let linear = [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
    ];
    linear.map(|linear| {
        let encoded = if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * libm::pow(linear, 1.0 / 2.4) - 0.055 };
        (encoded * 255.0).round() as u8
    })
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

    #[test]
    fn thirty_categories_are_told_apart() {
        let colors: Vec<_> = (0..30).map(|index| oklab(color_of(index, 30))).collect();
        for (i, a) in colors.iter().enumerate() {
            for (j, b) in colors.iter().enumerate().skip(i + 1) {
                let distance = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
                // 0.02 is a difference one just sees between patches side by side.
                assert!(distance > 0.03, "{i} and {j} are {distance} apart");
            }
        }
    }

    #[test]
    fn a_thousand_colours_hardly_repeat() {
        let colors: std::collections::HashSet<_> = (0..1000).map(|index| color_of(index, 1000)).collect();
        assert!(colors.len() > 950, "only {} different", colors.len());
    }
}
