#!/usr/bin/env bash
# Sets up what the tests need, then runs every check of this project, and stops at the first that fails.
#
# The GPU tests run on Mesa's software Vulkan (lavapipe), so that they need no GPU and give the same answer everywhere.
# Where it is missing, and this is Debian or Ubuntu with root or passwordless sudo, it is installed; where it cannot be,
# the run fails: a check that was left out never looks like one that passed.
#
#   CARGO_TARGET_DIR   where cargo builds (default: ~/.cache/pointillist-target)
#   VK_DRIVER_FILES    set it to run the GPU tests on that driver instead of lavapipe
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/pointillist-target}"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
export DEBIAN_FRONTEND=noninteractive
export RUST_BACKTRACE="${RUST_BACKTRACE:-1}"
# Without it, Mesa's drivers complain of a display that nobody asked for.
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/tmp}"
# A left-over of a shell must not turn tests off here.
unset POINTILLIST_NO_GPU_TESTS POINTILLIST_NO_STRACE_TESTS POINTILLIST_NO_POPPLER_TESTS

say() { printf '%s\n' "$*" >&2; }

started=$SECONDS
# Runs one check and says how long it took.
step() {
    local name=$1 begun=$SECONDS
    shift
    say "== $name"
    if ! "$@"; then
        say "== $name: FAILED after $((SECONDS - begun)) s: $*"
        exit 1
    fi
    say "== $name: ok, $((SECONDS - begun)) s"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# The loader, wherever the system keeps it.
vulkan_loader() {
    local folder extra=${LD_LIBRARY_PATH:-}
    for folder in /usr/lib/*-linux-gnu* /usr/lib /usr/lib64 /usr/local/lib /lib/*-linux-gnu* ${extra//:/ }; do
        [ -e "$folder/libvulkan.so.1" ] && { echo "$folder/libvulkan.so.1"; return; }
    done
}

# Lavapipe's manifest: lvp_icd.json, lvp_icd.x86_64.json, lvp_icd.aarch64.json, ...; its driver must be there too.
lavapipe() {
    local manifest
    for manifest in /usr/share/vulkan/icd.d/lvp_icd*.json /usr/local/share/vulkan/icd.d/lvp_icd*.json \
        /etc/vulkan/icd.d/lvp_icd*.json; do
        [ -e "$manifest" ] && { echo "$manifest"; return; }
    done
}

set_up_cargo() {
    command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
    if ! command -v cargo >/dev/null; then
        say "cargo is not installed; see https://rustup.rs"
        return 1
    fi
    if ! { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
        rustup component add rustfmt clippy
    fi
    # The linker, and the compiler of the zstd sources.
    if ! command -v cc >/dev/null && may_install; then
        as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends gcc libc6-dev
    fi
    cargo --version
}

set_up_vulkan() {
    if [ -n "${VK_DRIVER_FILES:-}" ]; then
        say "GPU tests: the driver of VK_DRIVER_FILES=$VK_DRIVER_FILES"
        return
    fi
    if [ -z "$(vulkan_loader)" ] || [ -z "$(lavapipe)" ]; then
        if may_install; then
            say "no software Vulkan here: installing mesa-vulkan-drivers and libvulkan1"
            as_root apt-get update -qq \
                && as_root apt-get install -y -qq --no-install-recommends mesa-vulkan-drivers libvulkan1 >&2 || return 1
        fi
    fi
    if [ -z "$(vulkan_loader)" ] || [ -z "$(lavapipe)" ]; then
        say "no Vulkan adapter: install mesa-vulkan-drivers and libvulkan1 (apt-get install mesa-vulkan-drivers libvulkan1)"
        return 1
    fi
    VK_DRIVER_FILES=$(lavapipe)
    export VK_DRIVER_FILES
    # Loaders before 1.3.207 know only the old name.
    export VK_ICD_FILENAMES=$VK_DRIVER_FILES
    say "GPU tests: Mesa's software Vulkan, $VK_DRIVER_FILES, loader $(vulkan_loader)"
}

# Disks that fail on order.
set_up_strace() {
    if ! command -v strace >/dev/null && may_install; then
        say "no strace here: installing it"
        as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends strace >&2 || return 1
    fi
    if ! strace -f -qq -o /dev/null true; then
        say "strace cannot trace here: install it (apt-get install strace) and allow ptrace (docker run --cap-add SYS_PTRACE)"
        return 1
    fi
}

# Poppler looks at the PDFs.
set_up_poppler() {
    if ! { command -v pdftoppm && command -v pdftotext; } >/dev/null && may_install; then
        say "no Poppler here: installing poppler-utils"
        as_root apt-get update -qq \
            && as_root apt-get install -y -qq --no-install-recommends poppler-utils >&2 || return 1
    fi
    if ! { pdftoppm -v && pdftotext -v; } >/dev/null 2>&1; then
        say "no pdftoppm or pdftotext: install poppler-utils (apt-get install poppler-utils)"
        return 1
    fi
}

# The headers of Vulkan, for the layer of tests/fault_layer that makes a driver fail.
set_up_vulkan_headers() {
    if [ ! -e /usr/include/vulkan/vk_layer.h ] && may_install; then
        say "no headers of Vulkan here: installing libvulkan-dev"
        as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends libvulkan-dev >&2 || return 1
    fi
    if ! printf '#include <vulkan/vulkan.h>\n#include <vulkan/vk_layer.h>\n' | cc -E - >/dev/null 2>&1; then
        say "no headers of Vulkan: install libvulkan-dev (apt-get install libvulkan-dev)"
        return 1
    fi
}

# Names the adapter in the log.
doctor() { "$CARGO_TARGET_DIR/debug/pointillist" doctor; }

document() { RUSTDOCFLAGS="-D warnings" cargo doc --locked --all-features --no-deps; }

step "set-up: cargo" set_up_cargo
step "set-up: Vulkan" set_up_vulkan
step "set-up: strace" set_up_strace
step "set-up: Poppler" set_up_poppler
step "set-up: Vulkan's headers" set_up_vulkan_headers
step "format" cargo fmt --check
step "lints" cargo clippy --locked --all-targets -- -D warnings
step "lints, all features" cargo clippy --locked --all-targets --all-features -- -D warnings
step "docs" document
step "build" cargo test --locked --all-targets --all-features --no-run
step "adapter" doctor
step "tests" cargo test --locked --all-targets --all-features
step "doc tests" cargo test --locked --all-features --doc
say "== all checks passed in $((SECONDS - started)) s"
