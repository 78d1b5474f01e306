//! Canvases merge and resume: the laws that threads, shards, checkpoints and recovery rest on.
//!
//! Counts by equality. Layers and veils: identity, order and resumption by equality; regrouping the same parts within
//! 4e-7 a merge; parts against the single run within 2^-24 / a a channel, a the smallest alpha.

use std::sync::Arc;

use pointillist::canvas::Canvas;
use pointillist::mark::{Batch, Glyph, Marks};
use pointillist::program::{Accumulate, Footprint, Plane, Program, Size};
use pointillist::raster::cpu::Cpu;
use pointillist::raster::{Backend, open};
use pointillist::stamp::{Marker, StampAtlas};

use crate::harness::Random;

const ALPHA: f32 = 0.05;

fn program(accumulate: Accumulate, is_soft: bool) -> Program {
    let atlas = Arc::new(StampAtlas::new(Marker::Circle, 6.0, is_soft).unwrap());
    Program { size: Size::new(97, 83).unwrap(), footprint: Footprint::Stamp(atlas), accumulate, prefers_compute: false }
}

/// Overlapping glyphs of random colours, some beyond the edges.
fn glyphs(seed: u64, count: usize) -> Vec<Glyph> {
    let mut random = Random(seed);
    let mut coordinate = |length: f64| ((random.unit() * (length + 20.0) - 10.0) * 256.0) as i32;
    let places: Vec<_> = (0..count).map(|_| (coordinate(97.0), coordinate(83.0))).collect();
    let mut random = Random(seed + 1);
    let mut byte = || (random.unit() * 256.0) as u8;
    places.into_iter().map(|(x, y)| Glyph { x, y, rgb: [byte(), byte(), byte()], class: 0, alpha: ALPHA }).collect()
}

fn drawn(program: &Program, start: Canvas, glyphs: &[Glyph]) -> Canvas {
    let backend = Backend::Cpu(Cpu::new(pointillist::engine::pool(Some(2)).unwrap()));
    let mut rasterizer = open(&backend, program, start).unwrap();
    let marks = Marks::Glyphs(glyphs.to_vec());
    rasterizer.draw(vec![Batch { order: 0, marks, values: Vec::new() }]).unwrap();
    rasterizer.finish().unwrap()
}

fn merged<'a>(parts: impl IntoIterator<Item = &'a Canvas>) -> Canvas {
    let mut parts = parts.into_iter();
    let mut canvas = parts.next().unwrap().clone();
    parts.for_each(|part| canvas.merge(part).unwrap());
    canvas
}

/// All channels of a blended canvas.
fn channels(canvas: &Canvas) -> Vec<f32> {
    match canvas {
        Canvas::Layer(layer) => layer.pixels().iter().flatten().copied().collect(),
        Canvas::Veil(veil) => veil.pixels().to_vec(),
        Canvas::Planes(_) => panic!("counts are compared by equality"),
    }
}

fn largest_difference(a: &Canvas, b: &Canvas) -> f32 {
    channels(a).iter().zip(channels(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn merge_of_counts_is_exact_in_any_grouping_and_order() {
    let program = program(Accumulate::Planes(vec![Plane::Count]), false);
    let glyphs = glyphs(1, 3000);
    let empty = Canvas::empty(&program);
    let whole = drawn(&program, empty.clone(), &glyphs);
    let parts: Vec<_> = glyphs.chunks(700).map(|part| drawn(&program, empty.clone(), part)).collect();
    assert_eq!(merged(&parts), whole, "parts in order");
    assert_eq!(merged(parts.iter().rev()), whole, "counts commute");
    let (left, right) = parts.split_at(2);
    assert_eq!(merged([&merged(left), &merged(right)]), whole, "counts associate");
    assert_eq!(merged([&empty, &whole, &empty]), whole, "nothing adds nothing");
}

#[test]
fn merge_of_layers_and_veils_keeps_order_and_bounds() {
    for accumulate in [Accumulate::Over, Accumulate::Veil] {
        let program = program(accumulate.clone(), true);
        let glyphs = glyphs(2, 3000);
        let empty = Canvas::empty(&program);
        let whole = drawn(&program, empty.clone(), &glyphs);
        let parts: Vec<_> = glyphs.chunks(700).map(|part| drawn(&program, empty.clone(), part)).collect();
        let in_order = merged(&parts);
        assert_eq!(merged([&empty, &whole]), whole, "{accumulate:?}: nothing below");
        assert_eq!(merged([&whole, &empty]), whole, "{accumulate:?}: nothing above");
        // The smallest a is that of the faintest coverage, 1/255.
        let bound = 2f32.powi(-24) / (ALPHA / 255.0);
        let off = largest_difference(&in_order, &whole);
        assert!(off <= bound, "{accumulate:?}: parts against the single run: {off} above {bound}");
        let (left, right) = parts.split_at(2);
        let regrouped = merged([&merged(left), &merged(right)]);
        let off = largest_difference(&regrouped, &in_order);
        let merges = parts.len() as f32;
        assert!(off <= 4e-7 * merges, "{accumulate:?}: regrouped: {off}");
        // And the order matters where colours do: the test would see a merge that forgets it.
        if accumulate == Accumulate::Over {
            let off = largest_difference(&merged(parts.iter().rev()), &whole);
            assert!(off > 0.05, "the upper parts hide the lower ones: {off}");
        }
    }
}

#[test]
fn merge_and_resume_agree_with_the_single_run_to_the_bit() {
    for (accumulate, is_soft) in
        [(Accumulate::Over, true), (Accumulate::Veil, true), (Accumulate::Planes(vec![Plane::Count]), false)]
    {
        let program = program(accumulate.clone(), is_soft);
        let glyphs = glyphs(3, 2000);
        let (first, second) = glyphs.split_at(777);
        let whole = drawn(&program, Canvas::empty(&program), &glyphs);
        let half = drawn(&program, Canvas::empty(&program), first);
        assert_eq!(drawn(&program, half, second), whole, "{accumulate:?}: a resumed canvas continues the same fold");
    }
}

#[test]
fn merge_refuses_what_does_not_belong_together() {
    let layer = Canvas::empty(&program(Accumulate::Over, true));
    let veil = Canvas::empty(&program(Accumulate::Veil, true));
    let mut small = program(Accumulate::Over, true);
    small.size = Size::new(5, 5).unwrap();
    for other in [veil, Canvas::empty(&small)] {
        let error = layer.clone().merge(&other).unwrap_err();
        assert!(error.to_string().contains("cannot be merged"), "{error}");
    }
}
