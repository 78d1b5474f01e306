#!/usr/bin/env bash
# Measures from outside that the peak memory of `plot` does not grow with the number of rows: 10 million and 100 million
# synthetic points at 1024x768 on the CPU, in release (a debug build would take minutes). Prints both peaks.
# The same of a Parquet file of a megabyte that holds 100 million equal rows.
# The tests themselves are in tests/it/memory.rs and hostile.rs; they are ignored in ordinary runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/pointillist-target}"
exec cargo test --release --locked --test it -- --ignored --nocapture memory:: hostile::hostile_memory
