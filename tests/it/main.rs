//! All integration tests, in one binary.
//!
//! Where a new test goes, by what it is held against:
//!
//! * a number that another program computed: a module of its own with a fixture and its script in `tests/data`
//!   (`bins`, `arrow`, `zones`,
//!   `density`), or a formula (`stamps`, `density_colour`);
//! * a picture: one more entry in `scenes`, which `oracle_parity` (CPU against a naive f64 renderer) and `gpu_parity`
//!   (GPU against CPU) draw both;
//! * another run of the same job (chunks, threads, pipes): `invariance`, `density_invariance`, `seed`, `overplot`,
//!   its kept state: `canvas_file`, or its parts: `merge`;
//! * what a person types and reads (exit codes, messages, ledger): `cli`; what appears where: `outputs`; progress and `bench`: `report`; memory: `memory` (`tests/memory.sh`);
//! * the source text (which module may know which): `layers`.
//!
//! Names start with the topic. Tests that need a Vulkan adapter call [`harness::gpu::is_required`] first: without one they
//! fail, naming what to install, unless `POINTILLIST_NO_GPU_TESTS=1` leaves them out, which they say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a panic is how a test fails"
)]

mod harness;

mod arrow;
mod bins;
mod canvas_file;
mod cli;
mod density;
mod density_categories;
mod density_colour;
mod density_edges;
mod density_invariance;
mod gpu_parity;
mod harness_test;
mod invariance;
mod layers;
mod memory;
mod merge;
mod oracle_parity;
mod outputs;
mod overplot;
mod report;
mod scenes;
mod seed;
mod stamps;
mod zones;
