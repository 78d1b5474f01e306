//! Canvases merge: integer planes by equality in any grouping, and in any order where no plane asks for one; blended ones
//! by equality for nothing and order, regrouped within 4e-7 a merge.

use pointillist::canvas::{Canvas, Layer, PlaneData, Planes, Veil};
use pointillist::program::{Pick, Plane, Size};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::{LONG, holds};
use crate::harness::Random;

const KINDS: [Plane; 9] = [
    Plane::Count,
    Plane::Sum(0),
    Plane::Squares(0),
    Plane::Winner(0, Pick::Min),
    Plane::Winner(0, Pick::Max),
    Plane::CountBy(1, 3),
    Plane::Count,
    Plane::Winner(0, Pick::First),
    Plane::Winner(0, Pick::Last),
];

/// Those of which the order does not matter.
const UNORDERED: usize = 7;

fn size(random: &mut Random) -> Size {
    let mut side = || 1 + (random.next() % 7) as u32;
    Size::new(side(), side()).unwrap()
}

/// Planes as drawing leaves them: keys that nobody drew are those of an empty canvas.
fn planes(random: &mut Random, size: Size, kinds: &[Plane]) -> Canvas {
    let mut planes = Planes::empty(size, kinds);
    let area = size.area();
    let huge = random.next().is_multiple_of(4);
    let counts: Vec<u64> = (0..area)
        .map(|_| if random.next().is_multiple_of(3) { 0 } else { random.next() % if huge { 1 << 60 } else { 5 } })
        .collect();
    let data = planes.data().iter().zip(kinds).map(|(empty, kind)| match (empty, kind) {
        (_, Plane::Count) => PlaneData::Words(counts.clone()),
        (PlaneData::Words(words), _) => PlaneData::Words(
            words
                .iter()
                .enumerate()
                .map(|(at, none)| if counts[at % area] == 0 { *none } else { random.next() >> 2 })
                .collect(),
        ),
        (PlaneData::Wide(wide), _) => PlaneData::Wide(
            (0..wide.len())
                .map(|at| if counts[at] == 0 { 0 } else { u128::from(random.next()) << (random.next() % 60) })
                .collect(),
        ),
    });
    planes = Planes::from_data(size, kinds.to_vec(), data.collect()).unwrap();
    Canvas::Planes(planes)
}

/// Blended marks: transmittance 0..1, each colour at most what it lets not through.
fn blended(random: &mut Random, size: Size, is_veil: bool) -> Canvas {
    let mut t = || match random.next() % 6 {
        0 => 1.0,
        1 => 0.0,
        2 => 1e-18,
        _ => random.unit() as f32,
    };
    let all: Vec<[f32; 4]> = (0..size.area()).map(|_| [t(), t(), t(), t()]).collect();
    if is_veil {
        return Canvas::Veil(Veil::from_pixels(size, all.iter().map(|pixel| pixel[3]).collect()));
    }
    let premultiplied = |[r, g, b, t]: [f32; 4]| [r * (1.0 - t), g * (1.0 - t), b * (1.0 - t), t];
    Canvas::Layer(Layer::from_pixels(size, all.into_iter().map(premultiplied).collect()))
}

fn merged(parts: &[&Canvas]) -> Canvas {
    let mut canvas = parts[0].clone();
    parts[1..].iter().for_each(|part| canvas.merge(part).unwrap());
    canvas
}

fn difference(a: &Canvas, b: &Canvas) -> f32 {
    let channels = |canvas: &Canvas| match canvas {
        Canvas::Layer(layer) => layer.pixels().as_flattened().to_vec(),
        Canvas::Veil(veil) => veil.pixels().to_vec(),
        Canvas::Planes(_) => Vec::new(),
    };
    channels(a).iter().zip(channels(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn planes_law(seed: u64) -> Result<(), TestCaseError> {
    let mut random = Random(seed);
    let size = size(&mut random);
    for kinds in [&KINDS[..], &KINDS[..UNORDERED]] {
        let [a, b, c, d] = std::array::from_fn(|_| planes(&mut random, size, kinds));
        let empty = Canvas::Planes(Planes::empty(size, kinds));
        let all = merged(&[&a, &b, &c, &d]);
        prop_assert_eq!(&merged(&[&merged(&[&a, &b]), &merged(&[&c, &d])]), &all, "two and two");
        prop_assert_eq!(&merged(&[&a, &merged(&[&b, &merged(&[&c, &d])])]), &all, "from the right");
        prop_assert_eq!(&merged(&[&empty, &a]), &a, "nothing before");
        prop_assert_eq!(&merged(&[&a, &empty]), &a, "nothing after");
        if kinds.len() == UNORDERED {
            prop_assert_eq!(&merged(&[&d, &b, &a, &c]), &all, "in another order");
        }
    }
    Ok(())
}

fn blended_law(seed: u64) -> Result<(), TestCaseError> {
    let mut random = Random(seed);
    let size = size(&mut random);
    for is_veil in [false, true] {
        let [a, b, c, d] = std::array::from_fn(|_| blended(&mut random, size, is_veil));
        let empty = if is_veil { Canvas::Veil(Veil::empty(size)) } else { Canvas::Layer(Layer::empty(size)) };
        prop_assert_eq!(&merged(&[&empty, &a]), &a, "nothing below");
        prop_assert_eq!(&merged(&[&a, &empty]), &a, "nothing above");
        let all = merged(&[&a, &b, &c, &d]);
        for other in
            [merged(&[&merged(&[&a, &b]), &merged(&[&c, &d])]), merged(&[&a, &merged(&[&b, &merged(&[&c, &d])])])]
        {
            let off = difference(&all, &other);
            prop_assert!(off <= 3.0 * 4e-7, "regrouped, a channel is {off} off");
        }
    }
    Ok(())
}

#[test]
fn properties_planes_merge_by_equality() {
    holds(200, any::<u64>(), planes_law);
}

#[test]
fn properties_blended_canvases_merge_within_their_bound() {
    holds(200, any::<u64>(), blended_law);
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_properties_merging() {
    holds(LONG, any::<u64>(), planes_law);
    holds(LONG, any::<u64>(), blended_law);
    println!("merging: {} cases", 2 * LONG);
}
