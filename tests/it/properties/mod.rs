//! Laws that hold for any input, on inputs drawn at random: merging canvases, ticks of any axis, cuts of a text, places of
//! values.
//!
//! Each has a short test and a long one (`tests/fire.sh properties`) with more cases. What fails is shrunk, and the message
//! shows it.

mod merging;
mod placing;
mod splitting;
mod ticking;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Cases of the long tests; the short ones say how many they take.
const LONG: u32 = 20_000;

/// Holds a law against so many inputs; every run takes others.
fn holds<S: Strategy>(cases: u32, inputs: S, law: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    if let Err(failure) = TestRunner::new(config).run(&inputs, law) {
        panic!("{failure}");
    }
}
