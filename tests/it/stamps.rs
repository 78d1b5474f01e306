//! The stamp atlas against 64x64 samples a pixel, the centre test, and the area of the shapes.

use pointillist::stamp::{Marker, StampAtlas, StampClass};

use crate::harness::oracle::{Look, Shape, is_inside};

const SIZES_PX: [f64; 12] = [0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 7.3, 16.0, 32.0, 33.0, 64.0];
const SHAPES: [(Marker, Shape); 8] = [
    (Marker::Circle, Shape::Circle),
    (Marker::Square, Shape::Square),
    (Marker::Diamond, Shape::Diamond),
    (Marker::Triangle, Shape::Triangle),
    (Marker::Plus, Shape::Plus),
    (Marker::Cross, Shape::Cross),
    (Marker::Star, Shape::Star),
    (Marker::Ring, Shape::Ring),
];

/// Corners, the middle, and two without symmetry, as fractions of the phases along an axis.
const PHASES: [(f64, f64); 6] = [(0.0, 0.0), (0.99, 0.99), (0.5, 0.5), (0.99, 0.0), (0.2, 0.7), (0.6, 0.3)];

/// Calls `check` with each picked phase: atlas index and the centre of the phase in the middle pixel.
fn for_each_phase(class: &StampClass, mut check: impl FnMut(usize, (f64, f64))) {
    let phases = 1_usize << class.phase_bits();
    for (x, y) in PHASES {
        let (px, py) = ((x * phases as f64) as usize, (y * phases as f64) as usize);
        let center = |phase: usize| (phase as f64 + 0.5) / phases as f64;
        check(py * phases + px, (center(px), center(py)));
    }
}

/// The share of 64x64 samples of a pixel that lie in the shape. No two samples share a row or a column (a Fibonacci
/// lattice): a regular grid misses by up to 2/255 at each edge parallel to the axes, this one by less than 0.3/255.
fn supersampled(look: &Look, left: f64, top: f64) -> f64 {
    let samples = 64 * 64;
    let at = |i: u32| {
        let i = f64::from(i) + 0.5;
        (left + i / f64::from(samples), top + (i * 0.618_033_988_749_894_9).fract())
    };
    let inside = (0..samples).map(at).filter(|(x, y)| is_inside(look, *x, *y)).count();
    inside as f64 / f64::from(samples)
}

/// Every pixel of a mask and a ring of one more around it, with the mask's byte (0 outside).
fn for_each_pixel(atlas: &StampAtlas, phase: usize, center: (f64, f64), mut check: impl FnMut(f64, f64, u8)) {
    let class = &atlas.classes()[0];
    let (reach, side) = (class.reach_px() as i64, i64::from(class.side_px()));
    let mask = atlas.mask(0, phase);
    assert_eq!(mask.len() as i64, side * side, "a square mask");
    for y in -reach - 1..=reach + 1 {
        for x in -reach - 1..=reach + 1 {
            let is_outside = x.abs() > reach || y.abs() > reach;
            let byte = if is_outside { 0 } else { mask[((y + reach) * side + x + reach) as usize] };
            check(x as f64 - center.0, y as f64 - center.1, byte);
        }
    }
}

#[test]
fn stamps_antialiased_equal_supersampling_within_two() {
    for (marker, shape) in SHAPES {
        for diameter_px in SIZES_PX {
            let look = Look { shape, diameter_px, is_antialiased: true };
            let atlas = StampAtlas::new(marker, diameter_px, true).unwrap();
            for_each_phase(&atlas.classes()[0], |phase, center| {
                for_each_pixel(&atlas, phase, center, |left, top, byte| {
                    let expected = supersampled(&look, left, top) * 255.0;
                    assert!(
                        (f64::from(byte) - expected).abs() <= 2.0,
                        "{shape:?} {diameter_px} px, phase {phase}, pixel at ({left}, {top}): {byte}, sampled {expected}"
                    );
                });
            });
        }
    }
}

#[test]
fn stamps_antialiased_cover_the_shapes_area() {
    for (marker, _) in SHAPES {
        for diameter_px in SIZES_PX {
            let atlas = StampAtlas::new(marker, diameter_px, true).unwrap();
            for_each_phase(&atlas.classes()[0], |phase, _| {
                let bytes = atlas.mask(0, phase);
                let sum: f64 = bytes.iter().map(|byte| f64::from(*byte) / 255.0).sum();
                // Each partly covered pixel is rounded by at most half a step.
                let partly = bytes.iter().filter(|byte| !matches!(byte, 0 | 255)).count() as f64;
                let area = marker.area_px2(diameter_px);
                assert!(
                    (sum - area).abs() <= (partly + 2.0) * 0.5 / 255.0,
                    "{marker:?} {diameter_px} px, phase {phase}: covers {sum}, area {area}"
                );
            });
        }
    }
    assert!((Marker::Circle.area_px2(2.0) - std::f64::consts::PI).abs() < 1e-12, "the area of a disc");
}

#[test]
fn stamps_hard_equal_the_centre_test() {
    for (marker, shape) in SHAPES {
        for diameter_px in SIZES_PX {
            let look = |factor: f64| Look { shape, diameter_px: diameter_px * factor, is_antialiased: false };
            // A centre on the border itself may belong to either side.
            let (smaller, larger) = (look(1.0 - 1e-9), look(1.0 + 1e-9));
            let atlas = StampAtlas::new(marker, diameter_px, false).unwrap();
            for_each_phase(&atlas.classes()[0], |phase, center| {
                let (mut has_none, mut has_only_border) = (true, true);
                for_each_pixel(&atlas, phase, center, |left, top, _| {
                    has_only_border &= !is_inside(&smaller, left + 0.5, top + 0.5);
                    has_none &= !is_inside(&larger, left + 0.5, top + 0.5);
                });
                let is_single = diameter_px < 1.0 || has_none;
                if has_only_border && !is_single {
                    return;
                }
                for_each_pixel(&atlas, phase, center, |left, top, byte| {
                    let is_middle = (left + center.0, top + center.1) == (0.0, 0.0);
                    let [in_smaller, in_larger] = [smaller, larger].map(|look| is_inside(&look, left + 0.5, top + 0.5));
                    let expected = if is_single { is_middle } else { in_larger };
                    if is_single || in_smaller == in_larger {
                        assert_eq!(
                            byte,
                            if expected { 255 } else { 0 },
                            "{shape:?} {diameter_px} px, phase {phase}, pixel at ({left}, {top})"
                        );
                    }
                });
            });
        }
    }
}

/// A mask's byte at an offset from the middle pixel, 0 outside.
fn byte_at(atlas: &StampAtlas, phase: usize, x: i64, y: i64) -> u8 {
    let class = &atlas.classes()[0];
    let (reach, side) = (i64::from(class.reach_px()), i64::from(class.side_px()));
    let is_there = x.abs() <= reach && y.abs() <= reach;
    if is_there { atlas.mask(0, phase)[((y + reach) * side + x + reach) as usize] } else { 0 }
}

#[test]
fn stamps_antialiased_are_mirror_images_at_mirrored_phases() {
    for (marker, shape) in SHAPES {
        let is_upright = matches!(shape, Shape::Triangle | Shape::Star);
        for diameter_px in SIZES_PX {
            let atlas = StampAtlas::new(marker, diameter_px, true).unwrap();
            let class = &atlas.classes()[0];
            let (phases, reach) = (1_usize << class.phase_bits(), i64::from(class.reach_px()));
            for (px, py) in [(0, 0), (1, 2), (3, 1), (phases - 1, 0), (phases / 2, phases - 2)] {
                let phase = |x: usize, y: usize| y * phases + x;
                let here = phase(px, py);
                let mirrored = [
                    Some((phase(phases - 1 - px, py), -1, 1)),
                    (!is_upright).then(|| (phase(px, phases - 1 - py), 1, -1)),
                ];
                for (there, sx, sy) in mirrored.into_iter().flatten() {
                    for (x, y) in (-reach..=reach).flat_map(|x| (-reach..=reach).map(move |y| (x, y))) {
                        assert_eq!(
                            byte_at(&atlas, here, x, y),
                            byte_at(&atlas, there, sx * x, sy * y),
                            "{shape:?} {diameter_px} px at ({x}, {y}), phases {here} and {there}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn stamps_of_a_larger_size_cover_no_pixel_less() {
    let sizes: Vec<f64> = (1..=100).map(|i| 0.3 * 1.05_f64.powi(i)).collect();
    assert!(sizes[99] < 40.0 && sizes[99] > 32.0);
    for (marker, shape) in SHAPES {
        let mut before: Option<StampAtlas> = None;
        let mut area_before = 0.0;
        for diameter_px in sizes.iter().copied().take_while(|size| *size <= 32.0) {
            let atlas = StampAtlas::new(marker, diameter_px, true).unwrap();
            assert!(marker.area_px2(diameter_px) > area_before, "{shape:?} {diameter_px}");
            area_before = marker.area_px2(diameter_px);
            // The hole of a ring grows with it.
            if let Some(before) = before.filter(|_| shape != Shape::Ring) {
                let reach = i64::from(before.classes()[0].reach_px());
                for phase in [0, 5, 100, 255] {
                    for (x, y) in (-reach..=reach).flat_map(|x| (-reach..=reach).map(move |y| (x, y))) {
                        let (small, large) = (byte_at(&before, phase, x, y), byte_at(&atlas, phase, x, y));
                        assert!(
                            small <= large,
                            "{shape:?} {diameter_px} px, phase {phase} at ({x}, {y}): {small} {large}"
                        );
                    }
                }
            }
            before = Some(atlas);
        }
    }
}

#[test]
fn stamps_hard_squares_of_whole_size_have_their_area_in_pixels() {
    for side in [1.0, 2.0, 3.0, 50.0] {
        let atlas = StampAtlas::new(Marker::Square, side, false).unwrap();
        for_each_phase(&atlas.classes()[0], |phase, _| {
            let count = atlas.mask(0, phase).iter().filter(|byte| **byte == 255).count();
            assert_eq!(count as f64, side * side, "a square of {side} px, phase {phase}");
        });
    }
}

#[test]
fn stamps_have_the_boxes_of_what_they_cover() {
    for (marker, _) in SHAPES {
        for (diameter_px, is_antialiased) in [(0.3, true), (0.3, false), (5.0, true), (7.3, false), (33.0, true)] {
            let atlas = StampAtlas::new(marker, diameter_px, is_antialiased).unwrap();
            let class = &atlas.classes()[0];
            let (reach, side) = (class.reach_px() as i32, class.side_px() as i32);
            for_each_phase(class, |phase, _| {
                let covered: Vec<(i32, i32)> = (0..side * side)
                    .filter(|i| atlas.mask(0, phase)[*i as usize] > 0)
                    .map(|i| (i % side - reach, i / side - reach))
                    .collect();
                let found = class.covered(phase);
                let xs = || covered.iter().map(|(x, _)| *x);
                let ys = || covered.iter().map(|(_, y)| *y);
                let expected = (xs().min().unwrap(), ys().min().unwrap(), xs().max().unwrap(), ys().max().unwrap());
                assert_eq!((found.x0, found.y0, found.x1, found.y1), expected, "{marker:?} {diameter_px} px, {phase}");
            });
        }
    }
}

#[test]
fn stamps_refuse_impossible_sizes() {
    for diameter_px in [0.0, -1.0, 0.099, 256.1, f64::NAN, f64::INFINITY] {
        let error = StampAtlas::new(Marker::Circle, diameter_px, true).unwrap_err();
        assert_eq!(error.kind().exit_code(), 2, "{diameter_px}: {error}");
    }
}
