//! Whether tests that need a Vulkan adapter run.
//!
//! They run unless a person says otherwise: a machine without an adapter fails them with the program's own words, so that
//! a check left out never looks like one that passed.

/// The variable that leaves the GPU tests out.
const LEAVE_OUT: &str = "POINTILLIST_NO_GPU_TESTS";

/// What every failure without an adapter adds.
pub(crate) const INSTALL: &str = "these tests need a Vulkan adapter; software will do: \
    apt-get install mesa-vulkan-drivers libvulkan1 (tests/run.sh does it), or POINTILLIST_NO_GPU_TESTS=1 to leave them out";

/// True when `test` must run; false, said on stderr, when the GPU tests are left out.
pub(crate) fn is_required(test: &str) -> bool {
    if std::env::var(LEAVE_OUT).is_ok_and(|value| value == "1") {
        eprintln!("left out, {LEAVE_OUT}=1: {test} (needs a Vulkan adapter)");
        return false;
    }
    true
}
