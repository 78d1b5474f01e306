//! How much a run will hold, added up before the first byte is read.

use crate::error::{Error, Result};
use crate::plan::columns::{Coloring, Columns};
use crate::spec::Spec;

/// The program itself, its tables, font, decoder state and allocator slack; an empty plot was measured at 18 MB.
const BASE_BYTES: u64 = 48 << 20;

/// Chunks that exist at once: one being filled, two waiting, one being encoded.
pub const CHUNKS_IN_FLIGHT: u64 = 4;

/// Bytes that a run will hold at most (CPU backend), from what is known before reading: the canvas is taken to be as
/// large as the figure.
#[must_use]
pub fn planned_bytes(spec: &Spec, columns: &Columns, rows: Option<u64>, threads: usize) -> u64 {
    let area = u64::from(spec.figure.width_px) * u64::from(spec.figure.height_px);
    let is_one_color = matches!(columns.coloring, Coloring::Constant(_));
    let antialiased = spec.points.is_antialiased.unwrap_or(spec.points.marker.is_antialiased_by_default());
    let canvas = match (is_one_color, antialiased || columns.has_alpha_column()) {
        (false, _) => 16 * area,
        (true, true) => 4 * area,
        // The counts, and a plane a worker.
        (true, false) => 8 * area + (4 * area).max((4 * area * threads as u64).min(512 << 20)),
    };
    let rows = (spec.engine.chunk_rows as u64).min(rows.unwrap_or(u64::MAX));
    let chunk = rows * columns.roles.len() as u64 * 9;
    let figure_bands = 64 * u64::from(spec.figure.width_px) * (4 + 4 + 16);
    BASE_BYTES + canvas + CHUNKS_IN_FLIGHT * chunk + crate::drawing::planned_bytes(rows) + figure_bands
}

/// Bytes that categories hold: their names in the survey, the palette, the legend and the chunks under way.
///
/// Measured: 400,000 names of 10 bytes take 143 MB more than one colour, 359 bytes each.
#[must_use]
pub fn category_bytes(categories: &[(String, u64)]) -> u64 {
    categories.iter().map(|(name, _)| 4 * (name.len() as u64 + 80)).sum()
}

/// Refuses a figure that is too large, or a plan that holds more than allowed.
///
/// # Errors
/// A usage error that names the flag and what to lower.
pub fn check(spec: &Spec, planned_bytes: u64) -> Result<()> {
    let area = u64::from(spec.figure.width_px) * u64::from(spec.figure.height_px);
    if area > spec.engine.max_area_px {
        return Err(Error::usage("the figure is larger than --max-area")
            .expected(format!("at most {} pixels", spec.engine.max_area_px))
            .found(format!("{}x{} = {area}", spec.figure.width_px, spec.figure.height_px))
            .hint("lower --width and --height, or raise --max-area"));
    }
    match spec.engine.max_memory_bytes {
        Some(limit) if planned_bytes > limit => Err(Error::usage("the plan needs more memory than --max-memory")
            .expected(format!("at most {} MB", limit / 1_000_000))
            .found(format!("{} MB", planned_bytes.div_ceil(1_000_000)))
            .hint("lower --width and --height or --chunk-rows, or raise --max-memory")),
        _ => Ok(()),
    }
}
