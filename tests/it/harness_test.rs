//! The comparison itself must reject what it is there to reject.

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
