//! How much goes together: rows of a batch, marks of a group, and what all of it holds.

use crate::raster::GROUP_MARKS;
use crate::raster::cpu::sorted_bytes;

/// Rows that one thread encodes into one batch.
pub const BATCH_ROWS: usize = 1 << 16;

/// So many canvases may each gather a whole batch; of more, each gathers a smaller one, so that what waits stays bounded.
pub(super) const WHOLE_BATCHES: usize = 16;

/// A batch is never smaller than this, however many canvases there are.
pub(super) const LEAST_BATCH_ROWS: usize = 1 << 12;

/// Pixels that are blended between two looks at whether the run shall end: about a second of one thread.
pub(super) const GROUP_PIXELS: f64 = (1 << 28) as f64;

/// A group is never smaller than this, however large its marks.
pub(super) const LEAST_GROUP_MARKS: usize = 1 << 10;

/// Batches that are handed over together even with few marks in them: a zoom into a large file leaves most rows outside,
/// and memory must not grow with them.
pub(super) const GROUP_BATCHES: usize = 64;

/// What a drawing holds besides the canvases and the chunk, in bytes: a group of marks with their values, one chunk's
/// more for each of the `views` that take all rows, and of each of the `panels` (one in the ordinary case) a batch that
/// was as full once.
#[must_use]
pub fn planned_bytes(chunk_rows: u64, slots: u64, views: u64, panels: u64, threads: usize) -> u64 {
    let waiting = (panels.max(1) - 1) * batch_rows(usize::try_from(panels).unwrap_or(usize::MAX)) as u64;
    // One group waits, and one is drawn.
    let glyphs =
        2 * group_marks(threads) as u64 + views.max(1) * chunk_rows.max((2 * threads * BATCH_ROWS) as u64) + waiting;
    // A glyph, its values and, where it is gathered, its place in the pieces; those that are blended are sorted in rounds.
    glyphs * (16 + if slots > 0 { 4 + 8 * slots } else { 0 }) + sorted_bytes(threads)
}

/// Marks that are handed over together: two batches for each thread at least.
pub(super) fn group_marks(threads: usize) -> usize {
    GROUP_MARKS.max(2 * threads * BATCH_ROWS)
}

/// Rows of a batch beside those of other canvases.
pub(super) fn batch_rows(canvases: usize) -> usize {
    (BATCH_ROWS * WHOLE_BATCHES / canvases.max(1)).clamp(LEAST_BATCH_ROWS, BATCH_ROWS)
}
