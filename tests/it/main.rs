//! All integration tests, in one binary.
//!
//! Where a new test goes, by what it is held against:
//!
//! * a number that another program computed: a module of its own with a fixture and its script in `tests/data`
//!   (`bins`, `symlog`, `density`, `zones`), a formula (`stamps`, `density_colour`), or files that other programs wrote
//!   (`arrays`, `arrow`, `las`, `text`);
//! * a picture: one more entry in `scenes`, which `oracle_parity` (CPU against a naive f64 renderer) and `gpu_parity`
//!   (GPU against CPU) draw both;
//! * another run of the same job (chunks, threads, pipes): `invariance`, `density_invariance`, `seed`, `overplot`,
//!   its kept state: `canvas_file`, or its parts: `merge`, `series`;
//! * which inputs and rows a name and an option stand for: `inputs`, `choice`;
//! * what a person types and reads (exit codes, messages, ledger): `cli`, `sizes`; a new user's mistakes: `mistakes`; how
//!   much is said, hints, help, manual: `messages`; examples of README and help: `examples`; plot files: `plot_file`; what
//!   appears where: `outputs`, in a terminal: `preview`; progress and `bench`: `report`; memory: `memory` (`tests/memory.sh`);
//! * damage, which ends in an error or in rows that are told: `text_damage`; files that ask for too much, and the memory
//!   that they get: `hostile`, `false_statistics`; of every format, cut, mutated and crafted: `fire` (`tests/fire.sh`); GPUs
//!   that fail: `gpu_faults`; disks that fail: `disk_faults`; signals: `signals`;
//! * other programs that render it: `documents` (resvg and Poppler against the PNG; `tests/documents.sh` adds Chromium), or
//!   that shape its texts: `fonts` (HarfBuzz);
//! * a law, on inputs drawn at random: `properties`;
//! * the source text (which module may know which): `layers`.
//!
//! Names start with the topic. Tests that need a Vulkan adapter call [`harness::gpu::is_required`] first: without one they
//! fail, naming what to install, unless `POINTILLIST_NO_GPU_TESTS=1` leaves them out, which they say; those of strace and Poppler have such variables too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a panic is how a test fails"
)]

mod harness;

mod arrays;
mod arrow;
mod bins;
mod canvas_file;
mod choice;
mod cli;
mod density;
mod density_categories;
mod density_colour;
mod density_edges;
mod density_invariance;
mod disk_faults;
mod documents;
mod examples;
mod facets;
mod false_statistics;
mod figures;
mod fire;
mod fonts;
mod gpu_faults;
mod gpu_parity;
mod harness_test;
mod hostile;
mod inputs;
mod insets;
mod invariance;
mod las;
mod layers;
mod ledger;
mod memory;
mod merge;
mod messages;
mod mistakes;
mod naughty;
mod oracle_parity;
mod outputs;
mod overplot;
mod places;
mod plot_file;
mod preview;
mod properties;
mod report;
mod scenes;
mod seed;
mod series;
mod signals;
mod sizes;
mod stamps;
mod symlog;
mod text;
mod text_damage;
mod trim;
mod zones;
