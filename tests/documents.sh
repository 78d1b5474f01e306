#!/usr/bin/env bash
# Looks at SVGs and PDFs in Chromium beside their PNGs, and says how far they differ; not part of tests/run.sh.
#
#   tests/documents.sh [FOLDER]    keeps the pictures there (default: a temporary folder)
#
# Needs chromium, poppler-utils and ImageMagick (apt-get install chromium poppler-utils imagemagick), and the program in
# CARGO_TARGET_DIR (default: ~/.cache/pointillist-target), built by `cargo test --no-run` or `cargo build`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

program="${CARGO_TARGET_DIR:-$HOME/.cache/pointillist-target}/debug/pointillist"
folder="${1:-$(mktemp -d)}"
# The share of pixels that may differ by more than a quarter: the edges of letters.
most_percent=0.2
failed=0

for tool in chromium pdftoppm compare; do
    command -v "$tool" >/dev/null || { echo "no $tool here: apt-get install chromium poppler-utils imagemagick" >&2; exit 1; }
done
mkdir -p "$folder"

# Prints the share of pixels that differ by more than a quarter, in percent.
share() {
    local differing pixels
    differing=$(compare -metric AE -fuzz 25% "$1" "$2" "$3" 2>&1 || true)
    pixels=$(identify -format '%[fx:w*h]' "$1")
    awk -v a="$differing" -v b="$pixels" 'BEGIN { printf "%.3f", 100 * a / b }'
}

figure() {
    local name=$1 format
    shift
    for format in png svg pdf; do
        "$program" plot assets/earthquakes.parquet -x longitude -y latitude "$@" -q -o "$folder/$name.$format"
    done
    convert "$folder/$name.png" -background white -alpha remove "$folder/$name.expected.png"
    local width height
    read -r width height < <(identify -format '%w %h\n' "$folder/$name.png")
    # At 100 dpi, a point is 100/72 pixels; a browser has 96/72.
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1.0416667 \
        --window-size="$width,$height" --screenshot="$folder/$name.svg.png" "file://$(realpath "$folder")/$name.svg" \
        >/dev/null 2>&1
    convert "$folder/$name.svg.png" -crop "${width}x$height+0+0" +repage "$folder/$name.svg.png"
    pdftoppm -r 100 -png -singlefile "$folder/$name.pdf" "$folder/$name.pdf"
    for format in svg pdf; do
        local percent
        percent=$(share "$folder/$name.expected.png" "$folder/$name.$format.png" "$folder/$name.$format.diff.png")
        echo "$name.$format: $percent % of the pixels are far from the PNG's"
        if awk -v a="$percent" -v b="$most_percent" 'BEGIN { exit !(a > b) }'; then failed=1; fi
    done
}

figure points --color depth --clim 0,300 --size 6 --alpha 0.6 --grid --title 'Earthquakes & more'
figure density --reduce count --theme dark --title 'Counts'
figure categories --color type --marker star --size 12
figure bare --frame none --background none --color magnitude --size 9
figure facets --facet type --color magnitude
echo "pictures: $folder"
exit "$failed"
