//! Micro-benchmarks of what a point goes through, one stage at a time: `cargo bench`, or `cargo bench -- encode`.
//!
//! Whole runs, on both backends and held to equal pictures, are timed by `pointillist bench`.

#![allow(missing_docs, reason = "what Criterion's macros make has none")]
#![allow(clippy::unwrap_used, reason = "a benchmark may end in the middle")]

mod blit;
mod count;
mod encode;
mod merge;
mod rows;
mod ticks;

use criterion::{criterion_group, criterion_main};

criterion_group!(stages, encode::bench, blit::bench, count::bench, merge::bench, ticks::bench);
criterion_main!(stages);
