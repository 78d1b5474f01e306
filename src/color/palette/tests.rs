//! The palette against the eyes of its readers.

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

/// Linear light to linear light under full protanopia, deuteranopia and tritanopia: Machado, Oliveira and Fernandes, "A
/// physiologically-based model for simulation of color vision deficiency" (2009), severity 1.
const DEFICIENCIES: [[[f64; 3]; 3]; 3] = [
    [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
];

const NORMAL: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

fn times(matrix: [[f64; 3]; 3], [r, g, b]: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * r + row[1] * g + row[2] * b)
}

fn linear(rgb: [u8; 3]) -> [f64; 3] {
    rgb.map(|byte| {
        let encoded = f64::from(byte) / 255.0;
        if encoded <= 0.040_45 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
    })
}

/// CIELAB (D65) of linear light.
fn cielab(rgb: [f64; 3]) -> [f64; 3] {
    let xyz = times(
        [
            [0.412_456_4, 0.357_576_1, 0.180_437_5],
            [0.212_672_9, 0.715_152_2, 0.072_175_0],
            [0.019_333_9, 0.119_192_0, 0.950_304_1],
        ],
        rgb,
    );
    let [x, y, z] = [xyz[0] / 0.950_47, xyz[1], xyz[2] / 1.088_83]
        .map(|t: f64| if t > 216.0 / 24_389.0 { t.cbrt() } else { (24_389.0 / 27.0 * t + 16.0) / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000: Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula: implementation notes" (2005).
fn ciede2000([l1, a1, b1]: [f64; 3], [l2, a2, b2]: [f64; 3]) -> f64 {
    let mean_chroma = f64::midpoint(a1.hypot(b1), a2.hypot(b2));
    let stretch = |chroma: f64| (chroma.powi(7) / (chroma.powi(7) + 25f64.powi(7))).sqrt();
    let g = 1.0 + 0.5 * (1.0 - stretch(mean_chroma));
    let (a1, a2) = (g * a1, g * a2);
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let turn = if c1 * c2 == 0.0 { 0.0 } else { (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0 };
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let h = if c1 * c2 == 0.0 { h1 + h2 } else { (h1 + turn / 2.0).rem_euclid(360.0) };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0) - 0.2 * cos(4.0 * h - 63.0);
    let s_l = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (s_c, s_h) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rotation = -2.0 * stretch(c) * (60.0 * (-((h - 275.0) / 25.0).powi(2)).exp()).to_radians().sin();
    let (dl, dc, dh) = ((l2 - l1) / s_l, (c2 - c1) / s_c, dh / s_h);
    (dl * dl + dc * dc + dh * dh + rotation * dc * dh).sqrt()
}

#[test]
fn distances_are_those_of_the_published_pairs() {
    // Of the table of Sharma et al.: pairs 1, 7, 13, 17, 25, 34.
    for (one, other, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, -0.001, 2.49], [50.0, 0.0009, -2.49], 4.8045),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ] {
        let found = ciede2000(one, other);
        assert!((found - expected).abs() < 1e-4, "{one:?} {other:?}: {found}");
    }
}

/// The least distance of any two of some colours, to any eyes.
fn least(colors: &[[u8; 3]]) -> f64 {
    let mut least = f64::INFINITY;
    for eyes in DEFICIENCIES.into_iter().chain([NORMAL]) {
        let seen: Vec<_> =
            colors.iter().map(|rgb| cielab(times(eyes, linear(*rgb)).map(|light| light.clamp(0.0, 1.0)))).collect();
        for (i, one) in seen.iter().enumerate() {
            least = seen[i + 1..].iter().map(|other| ciede2000(*one, *other)).fold(least, f64::min);
        }
    }
    least
}

#[test]
fn the_first_eight_are_told_apart_by_all_eyes() {
    for (count, promised) in [(3, 17.6), (4, 17.6), (5, 15.1), (6, 12.9), (7, 12.9), (8, 12.5)] {
        let found = least(&FIRST[..count]);
        assert!((found - promised).abs() < 0.05, "{count} colours are {found} apart");
    }
    // What it is better than, the figures beside the decision.
    let okabe_ito: [u32; 8] = [0x00_72b2, 0xe6_9f00, 0x00_9e73, 0xd5_5e00, 0xcc_79a7, 0x56_b4e9, 0xf0_e442, 0x00_0000];
    let tab10: [u32; 8] = [0x1f_77b4, 0xff_7f0e, 0x2c_a02c, 0xd6_2728, 0x94_67bd, 0x8c_564b, 0xe3_77c2, 0x7f_7f7f];
    let rgb = |color: u32| [(color >> 16) as u8, (color >> 8) as u8, color as u8];
    for (other, promised) in [(okabe_ito, 10.9), (tab10, 1.3)] {
        let found = least(&other.map(rgb));
        assert!((found - promised).abs() < 0.05, "{found}");
    }
}

#[test]
fn the_first_eight_are_seen_on_light_and_dark() {
    let luminance = |rgb: [u8; 3]| {
        let [r, g, b] = linear(rgb);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    for (background, promised) in [([255; 3], 2.3), ([18, 18, 20], 2.9)] {
        for rgb in FIRST {
            let (a, b) = (luminance(rgb), luminance(background));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= promised, "{rgb:?} on {background:?}: {contrast}");
        }
    }
}
