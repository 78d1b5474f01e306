//! Pictures on axes, against a plain sum over small pieces of the same.

use super::*;
use crate::color::Rgba8;

/// A picture in which every pixel is another.
fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 7_u32;
    (0..width * height * 4)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

fn extent(values: [&str; 4]) -> Option<[String; 4]> {
    Some(values.map(str::to_owned))
}

fn linear(start: f64, end: f64) -> Scale {
    Scale::linear(start, end).expect("limits")
}

/// The rows of what is drawn, and where.
fn drawn(underlay: &Underlay, x: &Scale, y: &Scale, plot: Block) -> Option<(Block, Vec<Vec<Rgba8>>)> {
    let op = op(underlay, x, y, plot)?;
    let Op::Image { block, image } = &op else { panic!("an image") };
    let mut colors = Vec::new();
    let rows = (0..block.height as usize).map(|row| {
        image.row(row, &mut colors);
        assert_eq!(colors.len(), block.width as usize);
        colors.clone()
    });
    Some((*block, rows.collect()))
}

fn pixel(rgba: &[u8], width: u32, x: usize, y: usize) -> [u8; 4] {
    let at = (y * width as usize + x) * 4;
    rgba[at..at + 4].try_into().expect("four bytes")
}

#[test]
fn a_pixel_a_pixel_is_the_picture_itself_and_reversed_axes_flip_it() {
    let (width, height) = (13, 7);
    let rgba = noise(width, height);
    let underlay = Underlay::from_rgba(width, height, rgba.clone(), extent(["2", "15", "-7", "0"])).expect("size");
    let plot = Block::new(3, 5, 13, 7);
    for (flip_x, flip_y) in [(false, false), (true, false), (false, true)] {
        let x = if flip_x { linear(15.0, 2.0) } else { linear(2.0, 15.0) };
        let y = if flip_y { linear(0.0, -7.0) } else { linear(-7.0, 0.0) };
        let (block, rows) = drawn(&underlay, &x, &y, plot).expect("seen");
        assert_eq!(block, plot);
        for (down, row) in rows.iter().enumerate() {
            for (right, found) in row.iter().enumerate() {
                let at_x = if flip_x { 12 - right } else { right };
                let at_y = if flip_y { 6 - down } else { down };
                let [r, g, b, a] = pixel(&rgba, width, at_x, at_y);
                let expected = if a == 0 { Rgba8 { r: 0, g: 0, b: 0, a } } else { Rgba8 { r, g, b, a } };
                assert_eq!(*found, expected, "{right},{down}");
            }
        }
    }
}

/// The mean of a pixel of the figure over 40 x 40 places in it, premultiplied.
fn sampled(rgba: &[u8], size: (u32, u32), share_x: &dyn Fn(f64) -> f64, share_y: &dyn Fn(f64) -> f64) -> [f64; 4] {
    const PIECES: i32 = 40;
    let mut sum = [0.0; 4];
    for i in 0..PIECES * PIECES {
        let piece = |i: i32| (f64::from(i) + 0.5) / f64::from(PIECES);
        let (x, y) = (share_x(piece(i % PIECES)), share_y(piece(i / PIECES)));
        if (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y) {
            let at = |share: f64, size: u32| (share * f64::from(size)) as usize;
            let [r, g, b, a] = pixel(rgba, size.0, at(x, size.0), at(y, size.1)).map(|byte| f64::from(byte) / 255.0);
            for (sum, value) in sum.iter_mut().zip([r * a, g * a, b * a, a]) {
                *sum += value / f64::from(PIECES * PIECES);
            }
        }
    }
    sum
}

/// From a fraction of an axis to the share of an extent.
type Share = Box<dyn Fn(f64) -> f64>;

#[test]
fn pixels_are_means_of_what_they_cover_on_any_axis() {
    let size = (37, 23);
    let rgba = noise(size.0, size.1);
    let plot = Block::new(0, 0, 19, 31);
    let (log, symlog) = (Scale::log(1.0, 1e3).expect("limits"), Scale::symlog(-50.0, 50.0, Some(1.0)).expect("limits"));
    let cases: [(Scale, [&str; 2], Share); 4] = [
        (linear(0.0, 10.0), ["2.3", "8.9"], Box::new(|f| (10.0 * f - 2.3) / 6.6)),
        (linear(10.0, 0.0), ["-5", "9"], Box::new(|f| (10.0 * (1.0 - f) + 5.0) / 14.0)),
        (log, ["5", "700"], Box::new(|f| (10f64.powf(3.0 * f) - 5.0) / 695.0)),
        (
            symlog.clone(),
            ["-40", "70"],
            Box::new({
                let (lo, hi) = symlog.transformed();
                move |f| (symlog.value_from_transformed(lo + f * (hi - lo)) + 40.0) / 110.0
            }),
        ),
    ];
    let y = linear(0.0, 1.0);
    for (x, [from, to], share) in &cases {
        let underlay =
            Underlay::from_rgba(size.0, size.1, rgba.clone(), extent([from, to, "0.2", "1.1"])).expect("size");
        let (block, rows) = drawn(&underlay, x, &y, plot).expect("seen");
        for row in 0..plot.height {
            for column in 0..plot.width {
                let share_x = |piece: f64| share((f64::from(column) + piece) / f64::from(plot.width));
                let share_y = |piece: f64| {
                    let up = 1.0 - (f64::from(row) + piece) / f64::from(plot.height);
                    1.0 - (up - 0.2) / 0.9
                };
                let expected = sampled(&rgba, size, &share_x, &share_y);
                let found = usize::try_from(row - block.top).ok().and_then(|row| rows.get(row));
                let found = found.and_then(|row| row.get(usize::try_from(column - block.left).ok()?));
                let found = found.map_or([0.0; 4], |color| {
                    let a = f64::from(color.a) / 255.0;
                    [color.r, color.g, color.b]
                        .map(|byte| f64::from(byte) / 255.0 * a)
                        .into_iter()
                        .chain([a])
                        .collect::<Vec<_>>()
                        .try_into()
                        .expect("four")
                });
                for (found, expected) in found.into_iter().zip(expected) {
                    // Samples miss the borders of the picture's pixels by up to half a step each.
                    assert!((found - expected).abs() < 0.06, "{from},{to} at {column},{row}: {found} for {expected}");
                }
            }
        }
    }
}

#[test]
fn enlarged_pictures_keep_their_pixels() {
    let rgba = [[255, 0, 0, 255], [0, 0, 255, 128]].concat();
    let underlay = Underlay::from_rgba(2, 1, rgba, None).expect("size");
    let (block, rows) = drawn(&underlay, &linear(0.0, 1.0), &linear(0.0, 1.0), Block::new(0, 0, 101, 3)).expect("seen");
    assert_eq!((block.width, block.height), (101, 3), "all of the view");
    let (red, blue) = (Rgba8::opaque(255, 0, 0), Rgba8 { r: 0, g: 0, b: 255, a: 128 });
    assert!(rows.iter().all(|row| row[..50].iter().all(|c| *c == red) && row[51..].iter().all(|c| *c == blue)));
    let [r, _, b, a] = {
        let c = rows[0][50];
        [c.r, c.g, c.b, c.a]
    };
    // Half of an opaque red and half of a translucent blue, weighed by their opacity.
    assert_eq!((r, b, a), (170, 85, 192));
}

#[test]
fn far_zooms_and_extents_outside_are_no_trouble() {
    let underlay = |values| Underlay::from_rgba(3, 3, noise(3, 3), extent(values)).expect("size");
    let (x, y) = (linear(0.5, 0.5 + 1e-12), linear(0.0, 1.0));
    let plot = Block::new(0, 0, 50, 50);
    assert!(drawn(&underlay(["0", "1", "-1e300", "1e300"]), &x, &y, plot).is_some());
    let outside = underlay(["2", "3", "0", "1"]);
    assert!(drawn(&outside, &x, &y, plot).is_none());
    assert!(outside.check(&x, &y).expect("values").is_some_and(|note| note.contains("outside of the view")));
    let log = Scale::log(1.0, 10.0).expect("limits");
    for (values, says) in [(["0", "5", "0", "1"], "above 0"), (["1", "1", "0", "1"], "two different values of x")] {
        let error = underlay(values).check(&log, &y).expect_err(says);
        assert!(error.to_string().contains(says), "{error}");
    }
    assert!(Underlay::from_rgba(3, 3, vec![0; 35], None).is_err() && Underlay::from_rgba(0, 3, vec![], None).is_err());
}

#[test]
fn extents_are_four_values() {
    assert_eq!(Underlay::parse_extent("-1e1, 10,2024-01-01,2025").expect("four"), ["-1e1", "10", "2024-01-01", "2025"]);
    for wrong in ["", "1,2,3", "1,2,3,4,5", "1,,3,4", "[0,1,2,3]"] {
        let error = Underlay::parse_extent(wrong).expect_err(wrong);
        assert!(error.to_string().contains("X0,X1,Y0,Y1"), "{error}");
    }
}
