#!/usr/bin/env bash
# The long sweeps: files that nobody checked, faults of the disk and of the device. Builds once, runs them, prints counts.
#
#   tests/fire.sh                  all of them
#   tests/fire.sh NAME...          those whose names hold a NAME: corpora, truncations, mutants, fuzz, properties, ...
#   tests/fire.sh list             their names
#   tests/fire.sh case 'CASE'      one case again, as the message of a fault names it
#
# A sweep is an ignored test of tests/it whose name begins with long_. What cannot run here is left out, and said so.
#
#   POINTILLIST_CORPORA       folder of other projects' test files (Parquet, Arrow, CSV, LAS, strings); default: none
#   POINTILLIST_FUZZ_SECS     seconds of crafted files for each target (default: 60)
#   POINTILLIST_FUZZ_TARGETS  only the targets that begin so, with commas: csv,parquet (default: all)
#   CARGO_TARGET_DIR          where cargo builds (default: ~/.cache/pointillist-target)
#   VK_DRIVER_FILES           set it to run GPU sweeps on that driver instead of Mesa's software Vulkan
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/pointillist-target}"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
export DEBIAN_FRONTEND=noninteractive
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/tmp}"
export POINTILLIST_FUZZ_SECS="${POINTILLIST_FUZZ_SECS:-60}"
command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"

say() { printf '%s\n' "$*" >&2; }
test_it() { cargo test --locked --all-features --test it -- "$@"; }

if [ "${1:-}" = case ]; then
    POINTILLIST_FIRE_CASE=${2:?a case, as a fault names it} test_it --ignored --exact fire::fire_case --nocapture
    exit
fi

begun=$SECONDS
say "== build"
cargo test --locked --all-features --test it --no-run
sweeps=$(test_it --ignored --list 2>/dev/null | sed -n 's/: test$//p' | grep '::long_\|^long_' || true)
if [ "${1:-}" = list ]; then
    printf '%s\n' "$sweeps"
    exit
fi
chosen=$sweeps
if [ $# -gt 0 ]; then
    chosen=$(for name in "$@"; do grep -- "$name" <<<"$sweeps" || { say "no sweep is called $name; tests/fire.sh list"; exit 2; }; done | sort -u)
fi

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }
first_of() { local path; for path in "$@"; do [ -e "$path" ] && { echo "$path"; return; }; done; }

left_out=()
# Installs packages unless a check succeeds, and says what is left out where that cannot be: WHAT CHECK PACKAGE...
need() {
    local what=$1 check=$2
    shift 2
    $check && return
    if may_install; then
        say "== installing $*"
        as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends "$@" >&2 || true
    fi
    $check || left_out+=("$what: needs $*")
}
has_strace() { command -v strace >/dev/null && strace -qq -e trace=none true 2>/dev/null; }
has_compiler() { command -v cc >/dev/null; }
has_layer_headers() { [ -n "$(first_of /usr/include/vulkan/vk_layer.h /usr/local/include/vulkan/vk_layer.h)" ]; }
has_vulkan() {
    [ -n "${VK_DRIVER_FILES:-}" ] && return
    VK_DRIVER_FILES=$(first_of /usr/share/vulkan/icd.d/lvp_icd*.json /usr/local/share/vulkan/icd.d/lvp_icd*.json /etc/vulkan/icd.d/lvp_icd*.json)
    [ -n "$VK_DRIVER_FILES" ] && [ -n "$(first_of /usr/lib/*-linux-gnu*/libvulkan.so.1 /usr/lib*/libvulkan.so.1 /usr/local/lib/libvulkan.so.1 /lib/*-linux-gnu*/libvulkan.so.1)" ]
}

# What the chosen sweeps stand on, told by their names.
gpu='gpu\|device\|layer\|vulkan'
disk='disk\|strace'
if grep -qi -- "$disk" <<<"$chosen"; then
    need "faults of the disk" has_strace strace
    has_strace || chosen=$(grep -vi -- "$disk" <<<"$chosen" || true)
fi
if grep -qi -- "$gpu" <<<"$chosen"; then
    need "faults of the device" has_vulkan mesa-vulkan-drivers libvulkan1
    need "faults of the device" has_layer_headers libvulkan-dev
    need "faults of the device" has_compiler gcc libc6-dev
    if has_vulkan && has_layer_headers && has_compiler; then
        # Loaders before 1.3.207 know only the old name.
        export VK_DRIVER_FILES VK_ICD_FILENAMES="$VK_DRIVER_FILES"
        unset POINTILLIST_NO_GPU_TESTS
        say "== software Vulkan: $VK_DRIVER_FILES"
    else
        chosen=$(grep -vi -- "$gpu" <<<"$chosen" || true)
    fi
fi
others='corpora\|truncations\|of_others'
if [ -z "${POINTILLIST_CORPORA:-}" ]; then
    without=$(grep -- "$others" <<<"$chosen" || true)
    [ -z "$without" ] || left_out+=("$(tr '\n' ' ' <<<"$without"): POINTILLIST_CORPORA names no folder")
    chosen=$(grep -v -- "$others" <<<"$chosen" || true)
elif [ ! -d "$POINTILLIST_CORPORA" ]; then
    say "POINTILLIST_CORPORA=$POINTILLIST_CORPORA is no folder"
    exit 2
fi

failed=()
for sweep in $chosen; do
    at=$SECONDS
    say "== $sweep"
    if test_it --ignored --exact "$sweep" --nocapture --test-threads=1; then
        say "== $sweep: ok, $((SECONDS - at)) s"
    else
        say "== $sweep: FAILED after $((SECONDS - at)) s"
        failed+=("$sweep")
    fi
done

for what in "${left_out[@]:-}"; do [ -z "$what" ] || say "== left out: $what"; done
if [ ${#failed[@]} -gt 0 ]; then
    say "== ${#failed[@]} of $(wc -w <<<"$chosen") sweeps failed: ${failed[*]}"
    exit 1
fi
say "== $(wc -w <<<"$chosen") sweeps passed in $((SECONDS - begun)) s"
