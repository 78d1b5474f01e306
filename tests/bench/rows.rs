//! What the benchmarks draw: made-up rows in memory, the programs and encoders for them, and drawings begun.

use std::sync::Arc;

use pointillist::Marker;
use pointillist::data::chunk::Role;
use pointillist::drawing::Drawing;
use pointillist::encode::{Encoder, Opacity, Paint};
use pointillist::mark::Batch;
use pointillist::program::{Accumulate, Footprint, Plane, Program, Size};
use pointillist::raster::Backend;
use pointillist::raster::cpu::Cpu;
use pointillist::scale::Scale;
use pointillist::stamp::StampAtlas;

/// Rows of a batch, as a drawing cuts them.
pub(crate) const BATCH: usize = 1 << 16;

/// Where rows lie within the unit square.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spread {
    /// Anywhere.
    Even,
    /// Around its middle, a tenth wide.
    Heap,
    /// All in one place.
    Point,
}

/// Random words: SplitMix64 (Steele, Lea, Flood 2014).
fn word(counter: u64) -> u64 {
    let mut z = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn unit(counter: u64) -> f64 {
    (word(counter) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Columns x and y.
pub(crate) fn columns(spread: Spread, rows: usize) -> [Vec<f64>; 2] {
    let value = |at: u64| match spread {
        Spread::Even => unit(at),
        // The sum of twelve has a deviation of one.
        Spread::Heap => 0.5 + 0.1 * ((0..12).map(|i| unit(at * 12 + i)).sum::<f64>() - 6.0),
        Spread::Point => 0.5,
    };
    [0, 1].map(|axis| (0..rows as u64).map(|row| value(2 * row + axis)).collect())
}

/// What gathers counts of cells.
pub(crate) fn counts(width: u32, height: u32) -> Program {
    let accumulate = Accumulate::Planes(vec![Plane::Count]);
    program(width, height, Footprint::Cell, accumulate)
}

/// Antialiased discs, in one colour or in colours of their own.
pub(crate) fn discs(size_px: f64, is_one_color: bool) -> Program {
    let atlas = StampAtlas::new(Marker::Circle, size_px, true).unwrap();
    let accumulate = if is_one_color { Accumulate::Veil } else { Accumulate::Over };
    program(1024, 768, Footprint::Stamp(Arc::new(atlas)), accumulate)
}

fn program(width: u32, height: u32, footprint: Footprint, accumulate: Accumulate) -> Program {
    Program { size: Size::new(width, height).unwrap(), footprint, accumulate, prefers_compute: false }
}

/// The encoder of the unit square for a program, in one colour and alpha.
pub(crate) fn encoder(program: &Program) -> Encoder {
    let scale = Scale::linear(0.0, 1.0).unwrap();
    let size = program.size;
    let binnings = (scale.binning(size.width(), false), scale.binning(size.height(), true));
    let paint = Paint::Constant([31, 119, 180]);
    let (footprint, roles) = (program.footprint.clone(), vec![Role::X, Role::Y]);
    Encoder::new(binnings, size, footprint, roles, paint, Opacity::Constant(0.1), vec![]).unwrap()
}

/// A backend of so many threads.
pub(crate) fn cpu(threads: usize) -> Backend {
    Backend::Cpu(Cpu::new(pointillist::engine::pool(Some(threads)).unwrap()))
}

/// A drawing begun on so many threads.
pub(crate) fn drawing(program: &Program, threads: usize) -> Drawing {
    let pool = pointillist::engine::pool(Some(threads)).unwrap();
    let backend = Backend::Cpu(Cpu::new(Arc::clone(&pool)));
    Drawing::begin(encoder(program), program, &backend, pool).unwrap()
}

/// Marks of rows, in batches.
pub(crate) fn batches(program: &Program, spread: Spread, rows: usize) -> Vec<Batch> {
    let [x, y] = columns(spread, rows);
    let chunk = pointillist::Chunk::xy(&x, &y);
    let encoder = encoder(program);
    let prepared = encoder.prepare(&chunk).unwrap();
    let encode = |(order, first): (u64, usize)| {
        let mut batch = encoder.no_batch();
        batch.order = order;
        encoder.encode(&prepared, first..rows.min(first + BATCH), &mut batch);
        batch
    };
    (0..).zip((0..rows).step_by(BATCH)).map(encode).collect()
}
