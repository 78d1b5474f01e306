//! The judges judged: the comparison must reject what it is there to reject, and the oracle must agree with pictures that
//! can be counted by hand.

use crate::harness::array::Array;
use crate::harness::binary::repository_file;
use crate::harness::oracle::{self, Dot, Look, Paper, Shape};
use crate::harness::{CLOSE, CLOSE_STRONG, EXACT, Picture, Verdict, WITHIN_ONE, compare, triptych};

/// A picture in which no two channels and no two pixels are alike.
fn picture(source: &str) -> Picture {
    let rgba =
        (0..40 * 30_u32).flat_map(|i| [(i % 251) as u8, (i % 241) as u8 / 2, 200, 40 + (i % 199) as u8]).collect();
    Picture::new(source, 40, 30, rgba)
}

fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Picture {
    let mut picture = picture("actual");
    change(&mut picture.rgba);
    picture
}

#[test]
fn compare_accepts_equal_pictures_of_two_sources() {
    assert_eq!(compare(&picture("expected"), &picture("actual"), EXACT), Verdict::Same, "equal bytes");
}

#[test]
fn compare_rejects_one_pixel_off_by_one_more_than_the_tolerance() {
    for (tolerance, channel) in [(EXACT, 0), (WITHIN_ONE, 1), (CLOSE, 1)] {
        for byte in [0, 1, 2, 3, 4 * 1199 + 3] {
            let off = changed(|rgba| rgba[byte] = rgba[byte].wrapping_add(channel + 1));
            let Verdict::Different(found) = compare(&picture("expected"), &off, tolerance) else {
                panic!("{}: byte {byte} off by {} was not seen", tolerance.name, channel + 1);
            };
            assert_eq!((found.largest, found.unequal_pixels), (channel + 1, 1), "{}, byte {byte}", tolerance.name);
            assert_eq!(found.at, ((byte as u32 / 4) % 40, byte as u32 / 160), "its place");
        }
    }
    let off = changed(|rgba| rgba[8] += 1);
    assert_eq!(compare(&picture("expected"), &off, WITHIN_ONE), Verdict::Same, "the tolerance itself passes");
}

#[test]
fn compare_rejects_too_many_pixels_within_the_tolerance() {
    // 1,200 pixels: one is a share of 8.3e-4, two are 1.7e-3.
    let one = changed(|rgba| rgba[0] += 1);
    let two = changed(|rgba| {
        rgba[0] += 1;
        rgba[400] += 1;
    });
    assert_eq!(compare(&picture("expected"), &one, CLOSE), Verdict::Same, "99.9 % allow one of 1,200");
    assert!(matches!(compare(&picture("expected"), &two, CLOSE), Verdict::Different(_)), "but not two");
    assert!(matches!(compare(&picture("expected"), &one, CLOSE_STRONG), Verdict::Different(_)), "99.99 % allow none");
}

#[test]
fn compare_rejects_a_difference_of_alpha_alone() {
    let off = changed(|rgba| rgba.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = alpha.wrapping_add(9)));
    assert!(matches!(compare(&picture("expected"), &off, WITHIN_ONE), Verdict::Different(_)), "alpha is a channel");
}

#[test]
fn compare_rejects_swapped_red_and_blue() {
    let swapped = changed(|rgba| rgba.chunks_exact_mut(4).for_each(|pixel| pixel.swap(0, 2)));
    assert!(matches!(compare(&picture("expected"), &swapped, WITHIN_ONE), Verdict::Different(_)), "channels in order");
}

#[test]
fn compare_rejects_another_size_of_the_same_bytes() {
    let turned = Picture { width: 30, height: 40, ..picture("actual") };
    assert_eq!(
        compare(&picture("expected"), &turned, WITHIN_ONE),
        Verdict::Size((40, 30), (30, 40)),
        "sizes count, not bytes"
    );
}

#[test]
fn compare_rejects_a_picture_with_itself() {
    let one = picture("cpu");
    assert_eq!(compare(&one, &one, WITHIN_ONE), Verdict::Itself("cpu".into()), "the same value");
    assert_eq!(compare(&one, &one.clone(), WITHIN_ONE), Verdict::Itself("cpu".into()), "a copy under the same name");
}

#[test]
fn triptych_holds_expected_difference_and_actual_side_by_side() {
    let off = changed(|rgba| rgba[4 * 40 + 4] ^= 1);
    let path = triptych("harness_test triptych", &picture("expected"), &off);
    let three = Picture::read("read back", &path);
    assert_eq!((three.width, three.height), (120, 30), "three pictures wide");
    assert_eq!(three.pixel(1, 1), picture("expected").pixel(1, 1), "expected on the left");
    assert_eq!(three.pixel(41, 1), [67, 0, 0, 255], "a difference of one is seen");
    assert_eq!(three.pixel(42, 1), [0, 0, 0, 255], "no difference is black");
    assert_eq!(three.pixel(81, 1), off.pixel(1, 1), "actual on the right");
    std::fs::remove_file(path).unwrap();
}

/// 12x10 pixels of one unit each, transparent.
const PAPER: Paper =
    Paper { width: 12, height: 10, xlim: (0.0, 12.0), ylim: (0.0, 10.0), background: None, plot_background: None };

fn square(diameter_px: f64) -> Look {
    Look { shape: Shape::Square, diameter_px, is_antialiased: false }
}

fn dot(x: f64, y: f64, rgb: [u8; 3], alpha: f64) -> Dot {
    Dot { x, y, rgb, alpha, diameter_px: None }
}

/// One letter a pixel: `.` for nothing, `#` for opaque, `+` for in between.
fn art(rgba: &[u8], width: usize) -> Vec<String> {
    let letter = |pixel: &[u8]| match pixel[3] {
        0 => '.',
        255 => '#',
        _ => '+',
    };
    rgba.chunks_exact(width * 4).map(|row| row.chunks_exact(4).map(letter).collect()).collect()
}

#[test]
fn oracle_draws_a_square_where_it_belongs() {
    let drawn = oracle::draw(&PAPER, &square(3.0), &[dot(2.5, 7.5, [1, 2, 3], 1.0)]);
    let expected = [
        "............",
        ".###........",
        ".###........",
        ".###........",
        "............",
        "............",
        "............",
        "............",
        "............",
        "............",
    ];
    assert_eq!(art(&drawn, 12), expected, "columns 1 to 3; y counts upwards: rows 1 to 3");
    assert_eq!(drawn[(12 + 1) * 4..][..4], [1, 2, 3, 255], "in its colour");
}

#[test]
fn oracle_puts_limits_into_the_first_and_last_pixel() {
    let pixel = Look { shape: Shape::Pixel, diameter_px: 1.0, is_antialiased: false };
    let at = |x: f64, y: f64| {
        let drawn = oracle::draw(&PAPER, &pixel, &[dot(x, y, [0; 3], 1.0)]);
        let found: Vec<_> = (0..120).filter(|i| drawn[i * 4 + 3] > 0).map(|i| (i % 12, i / 12)).collect();
        assert!(found.len() <= 1, "one pixel");
        found.first().copied()
    };
    assert_eq!(at(0.0, 0.0), Some((0, 9)), "lower limits, lower left");
    assert_eq!(at(12.0, 10.0), Some((11, 0)), "upper limits, upper right");
    assert_eq!(at(11.0, 9.0), Some((11, 0)), "an edge belongs to the bin above it");
    assert_eq!(at(11.0_f64.next_down(), 9.0_f64.next_down()), Some((10, 1)), "and what is below it does not");
    assert_eq!(at(12.0_f64.next_up(), 5.0), None, "beyond the limit");
    assert_eq!(at(-1e-300, 5.0), None, "below the limit");
    assert_eq!(at(f64::NAN, 5.0), None, "nowhere");
}

#[test]
fn oracle_blends_in_order_and_rounds_once() {
    let (red, blue) = ([255, 0, 0], [0, 0, 255]);
    let over_white = Paper { background: Some([255; 4]), ..PAPER };
    let drawn = oracle::draw(&over_white, &square(1.0), &[dot(0.5, 0.5, red, 0.5), dot(0.5, 0.5, blue, 0.25)]);
    // White under red: (1, .5, .5); under blue: (.75, .375, .625); 191.25, 95.625, 159.375.
    assert_eq!(drawn[9 * 12 * 4..][..4], [191, 96, 159, 255], "red first, then blue");
    let drawn = oracle::draw(&PAPER, &square(1.0), &[dot(0.5, 0.5, red, 0.5), dot(0.5, 0.5, blue, 0.25)]);
    // Opacity 1 - .5 * .75 = .625; straight red .375 / .625 = .6, blue .25 / .625 = .4.
    assert_eq!(drawn[9 * 12 * 4..][..4], [153, 0, 102, 159], "straight, over nothing");
    let faint = oracle::draw(&PAPER, &square(0.5), &[dot(0.5, 0.5, red, 0.4)]);
    assert_eq!(faint[9 * 12 * 4..][..4], [255, 0, 0, 26], "half a pixel wide: a quarter of the opacity, 25.5 up");
    let nothing = oracle::draw(&PAPER, &square(1.0), &[dot(0.5, 0.5, red, 0.001)]);
    assert_eq!(nothing[9 * 12 * 4..][..4], [0; 4], "no colour where opacity rounds to nothing");
}

#[test]
fn oracle_covers_the_area_of_a_disc() {
    for diameter_px in [0.4, 1.0, 4.0, 7.3] {
        let disc = Look { shape: Shape::Circle, diameter_px, is_antialiased: true };
        let drawn = oracle::draw(&PAPER, &disc, &[dot(6.2, 5.1, [9; 3], 1.0)]);
        let covered: f64 = drawn.chunks_exact(4).map(|pixel| f64::from(pixel[3]) / 255.0).sum();
        let area = std::f64::consts::PI * diameter_px * diameter_px / 4.0;
        assert!((covered - area).abs() < 0.05, "{diameter_px} px: {covered} of {area}");
    }
}

#[test]
fn harness_reads_archives_of_numpy() {
    let all = Array::read_all(&std::fs::read(repository_file("tests/data/density/sample.npz")).unwrap());
    assert_eq!(all.keys().collect::<Vec<_>>(), ["count", "half", "names"]);
    assert_eq!((all["half"].shape.as_slice(), all["half"].numbers[0]), (&[1, 2][..], 0.5));
    assert!(all["half"].numbers[1].is_nan());
    assert_eq!((all["count"].dtype.as_str(), all["count"].numbers.as_slice()), ("<u8", &[3.0, 4.0][..]));
    assert_eq!(all["names"].texts, ["a", "äöü"]);
}
