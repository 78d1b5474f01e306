#!/usr/bin/env bash
# Draws the gallery of tests/figures/figures.toml, measures it, and keeps the pictures to be looked at.
#
#   tests/figures.sh [FOLDER [NAME]]   all figures, or those whose names hold NAME, into FOLDER
#                                      (default: figures in the target folder)
#
# Where Python 3.11 has matplotlib, pandas and Pillow, FOLDER/beside holds each figure beside matplotlib's default of the same
# data. PYTHON names another interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/pointillist-target}"
command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
python=${PYTHON:-python3}
folder=$(mkdir -p "${1:-$CARGO_TARGET_DIR/figures}" && cd "${1:-$CARGO_TARGET_DIR/figures}" && pwd)

POINTILLIST_FIGURES=$folder POINTILLIST_FIGURE=${2:-} \
    cargo test --locked --all-features --test it -- figures:: --nocapture
if "$python" -c 'import matplotlib, pandas, PIL, tomllib' 2>/dev/null; then
    "$python" tests/figures/beside.py "$folder"
else
    echo "no matplotlib for $python: nothing is put beside the figures" >&2
fi
echo "$folder"
