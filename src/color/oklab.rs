//! OKLab: a space in which equal steps look equal, for mixing colours and for telling how far apart they look.
//!
//! Björn Ottosson, "A perceptual color space for image processing" (2020), <https://bottosson.github.io/posts/oklab/>.

use std::sync::LazyLock;

/// A colour: lightness from 0 (black) to 1 (white), and two hue axes within about ±0.4.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Oklab {
    /// Lightness.
    pub l: f64,
    /// From green (negative) to red.
    pub a: f64,
    /// From blue (negative) to yellow.
    pub b: f64,
}

/// Linear light of each sRGB byte.
static LINEAR: LazyLock<[f64; 256]> =
    LazyLock::new(|| std::array::from_fn(|byte| linear_from_srgb(byte as f64 / 255.0)));

/// Linear light from which on rounding gives the next byte.
static EDGES: LazyLock<[f64; 255]> =
    LazyLock::new(|| std::array::from_fn(|byte| linear_from_srgb((byte as f64 + 0.5) / 255.0)));

/// IEC 61966-2-1.
fn linear_from_srgb(encoded: f64) -> f64 {
    if encoded <= 0.040_45 { encoded / 12.92 } else { libm::pow((encoded + 0.055) / 1.055, 2.4) }
}

impl Oklab {
    /// The linear light of an sRGB byte, 0 to 1.
    pub(super) fn linear_from_byte(byte: u8) -> f64 {
        LINEAR[usize::from(byte)]
    }

    /// The colour of sRGB bytes.
    #[must_use]
    pub fn from_srgb(rgb: [u8; 3]) -> Self {
        let [r, g, b] = rgb.map(|byte| LINEAR[usize::from(byte)]);
        let l = libm::cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b);
        let m = libm::cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b);
        let s = libm::cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b);
        Self {
            l: 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
            a: 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
            b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
        }
    }

    /// The nearest sRGB bytes; each channel that lies outside is clipped by itself.
    #[must_use]
    pub fn to_srgb(self) -> [u8; 3] {
        self.linear().map(|linear| EDGES.partition_point(|edge| *edge <= linear) as u8)
    }

    /// Linear red, green and blue, 0..=1 where sRGB has the colour.
    fn linear(self) -> [f64; 3] {
        let l = self.l + 0.396_337_777_4 * self.a + 0.215_803_757_3 * self.b;
        let m = self.l - 0.105_561_345_8 * self.a - 0.063_854_172_8 * self.b;
        let s = self.l - 0.089_484_177_5 * self.a - 1.291_485_548 * self.b;
        let (l, m, s) = (l * l * l, m * m * m, s * s * s);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ]
    }

    /// How far apart two colours look (Euclid): 0.02 is just seen between patches side by side, black and white are 1.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        let (l, a, b) = (self.l - other.l, self.a - other.a, self.b - other.b);
        (l * l + a * a + b * b).sqrt()
    }

    /// The colour at a part of the straight way to another one, 0 to 1.
    #[must_use]
    pub fn toward(self, other: Self, part: f64) -> Self {
        let between = |from: f64, to: f64| from * (1.0 - part) + to * part;
        Self { l: between(self.l, other.l), a: between(self.a, other.a), b: between(self.b, other.b) }
    }

    /// The mean of colours weighted by how often each occurs, summed in the order given; `None` when nothing occurs.
    #[must_use]
    pub fn mix(weights: impl IntoIterator<Item = (Self, u64)>) -> Option<Self> {
        let (mut sum, mut total) = (Self::default(), 0.0);
        for (color, count) in weights {
            let weight = count as f64;
            sum.l += weight * color.l;
            sum.a += weight * color.a;
            sum.b += weight * color.b;
            total += weight;
        }
        (total > 0.0).then(|| Self { l: sum.l / total, a: sum.a / total, b: sum.b / total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primaries_have_their_published_places() {
        // Of CSS Color 4's conversions, as its sample code gives them, to three digits.
        let expected = [
            ([255, 255, 255], [1.0, 0.0, 0.0]),
            ([0, 0, 0], [0.0, 0.0, 0.0]),
            ([255, 0, 0], [0.628, 0.225, 0.126]),
            ([0, 255, 0], [0.866, -0.234, 0.179]),
            ([0, 0, 255], [0.452, -0.032, -0.312]),
        ];
        for (rgb, [l, a, b]) in expected {
            let distance = Oklab::from_srgb(rgb).distance(Oklab { l, a, b });
            assert!(distance < 1e-3, "{rgb:?}: {:?}", Oklab::from_srgb(rgb));
        }
    }

    #[test]
    fn bytes_come_back() {
        for i in 0..20_000_u32 {
            let [_, r, g, b] = i.wrapping_mul(839).to_be_bytes();
            assert_eq!(Oklab::from_srgb([r, g, b]).to_srgb(), [r, g, b]);
        }
        for byte in 0..=255 {
            assert_eq!(Oklab::from_srgb([byte; 3]).to_srgb(), [byte; 3]);
        }
        assert_eq!(Oklab { l: 2.0, a: 0.0, b: 0.0 }.to_srgb(), [255; 3], "clipped");
        assert_eq!(Oklab { l: -1.0, a: 0.0, b: 0.0 }.to_srgb(), [0; 3], "clipped");
    }

    #[test]
    fn mixes_are_weighted_means() {
        let (red, blue) = (Oklab::from_srgb([255, 0, 0]), Oklab::from_srgb([0, 0, 255]));
        assert_eq!(Oklab::mix([(red, 7), (blue, 0)]).expect("something").to_srgb(), [255, 0, 0]);
        let mixed = Oklab::mix([(red, 3), (blue, 1)]).expect("something");
        assert!(mixed.distance(red.toward(blue, 0.25)) < 1e-15, "{mixed:?}");
        assert_eq!(Oklab::mix([(red, 0)]), None);
        let many = Oklab::mix([(red, u64::MAX), (blue, u64::MAX)]).expect("something");
        assert!(many.distance(red.toward(blue, 0.5)) < 1e-15, "nothing wraps");
    }
}
