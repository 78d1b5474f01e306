//! How much a run will hold, added up before the first byte is read.

use crate::error::{Error, Result};
use crate::figure::Underlay;
use crate::picture;
use crate::plan::columns::{Coloring, Columns};
use crate::plan::{Known, sizes};
use crate::program::{Accumulate, Plane, Program};
use crate::reduce::{Reduction, Statistic};
use crate::spec::{MOST_PANELS, Spec};
use crate::units::{bytes_text, grouped};

/// The program itself, its tables, font, decoder state and allocator slack; an empty plot was measured at 18 MB.
const BASE_BYTES: u64 = 48 << 20;

/// Planes of the workers of a density, together (`raster::cpu`).
const WORKERS_BYTES: u64 = 256 << 20;

/// Chunks that exist at once beside those that threads decode, and as many that the allocator keeps for these: one being
/// handed over, four waiting, two being encoded, and two that were decoded ahead.
pub const CHUNKS_IN_FLIGHT: u64 = 9;

/// Bytes that a run will hold at most (CPU backend), from what is known before reading of each data set, and of how many
/// rows where that is known: all canvases, each taken to be as large as the figure, and what drawing the most expensive
/// of them takes, one after the other.
#[must_use]
pub fn planned_bytes(sets: &[(&Spec, &Columns, Option<u64>)], threads: usize) -> u64 {
    let Some((spec, ..)) = sets.first() else { return BASE_BYTES };
    let underlay = spec.figure.trim.underlay.as_ref().map_or(0, Underlay::bytes);
    let size = (spec.figure.width_px, spec.figure.height_px);
    let figure_bands = 64 * u64::from(spec.figure.width_px) * (4 + 4 + 16) + underlay;
    let figure_bands = figure_bands + picture::planned_bytes(size, threads);
    let canvases = sets.iter().map(|(spec, columns, _)| canvas_bytes(spec, columns, threads));
    let (kept, working): (Vec<u64>, Vec<u64>) = canvases.unzip();
    let drawing = sets.iter().zip(working).map(|((spec, columns, rows), working)| {
        let rows = (spec.engine.chunk_rows as u64).min(rows.unwrap_or(u64::MAX));
        let chunk = rows * columns.roles.len() as u64 * 9;
        let panels = &spec.panels;
        // Rows put together by panel: a chunk more, the panel and the place of each.
        let together = if panels.facet.is_some() { chunk + 16 * rows } else { 0 };
        let slots = 2 * columns.gathered.len() as u64;
        // The masks, and on the CPU their rows filled up to whole vectors: at most twice as much more.
        let stamps = if spec.density.is_some() { 0 } else { 3 * sizes::mask_bytes(&spec.points) };
        let views = 1 + u64::from(panels.inset.is_some());
        let waiting = crate::drawing::planned_bytes(rows, slots, views, most_facets(spec), threads);
        working + stamps + (CHUNKS_IN_FLIGHT + 2 * threads as u64) * chunk + together + waiting
    });
    BASE_BYTES + kept.iter().sum::<u64>() + drawing.max().unwrap_or(0) + figure_bands
}

/// The most panels that facets may come to, before their values are known.
fn most_facets(spec: &Spec) -> u64 {
    let facet = spec.panels.facet.as_ref();
    facet.map_or(1, |facet| facet.values.as_ref().map_or(MOST_PANELS, Vec::len)) as u64
}

/// Bytes of the canvases of a data set, and of what is beside them while they are drawn.
fn canvas_bytes(spec: &Spec, columns: &Columns, threads: usize) -> (u64, u64) {
    let area = u64::from(spec.figure.width_px) * u64::from(spec.figure.height_px);
    // The cells of facets are parts of the figure; an inset comes beside it.
    let inset = spec.panels.inset.as_ref().map_or(0.0, |inset| inset.share * inset.share);
    let area = area + (area as f64 * inset).ceil() as u64;
    let is_one_color = matches!(columns.coloring, Coloring::Constant(_));
    let antialiased = spec.points.is_antialiased();
    // What workers hold is bounded for each canvas.
    let canvases = most_facets(spec) + u64::from(spec.panels.inset.is_some());
    // The counts, and a plane a worker.
    let counted = (8 * area, (4 * area).max((4 * area * threads as u64).min(canvases * (512 << 20))));
    match (&spec.density, is_one_color, antialiased || columns.has_alpha_column()) {
        (Some(density), ..) => {
            let (planes, workers) = density_bytes(&density.reductions, area, threads, canvases);
            // At least what counting takes, however that is done.
            (planes, (planes + workers).max(counted.0 + counted.1) - planes)
        }
        (None, false, _) => (16 * area, 0),
        (None, true, true) => (4 * area, 0),
        (None, true, false) => counted,
    }
}

/// The planes of a density but for counts by category, which are known only when the categories are, and the planes of
/// the workers beside them.
fn density_bytes(reductions: &[Reduction], area: u64, threads: usize, canvases: u64) -> (u64, u64) {
    let pixel = |reduction: &Reduction| match reduction {
        Reduction::Count | Reduction::Any | Reduction::By(_) => 0,
        Reduction::Of(Statistic::Var | Statistic::Std, _) => 32,
        Reduction::Of(Statistic::Sum | Statistic::Mean, _) => 16,
        Reduction::Of(..) => 8,
    };
    let planes = area * (8 + reductions.iter().map(pixel).sum::<u64>());
    (planes, (planes * threads as u64).min(canvases * WORKERS_BYTES))
}

/// Bytes that categories hold: their names in the survey, the palette, the legend and the chunks under way.
///
/// Measured: 400,000 names of 10 bytes take 143 MB more than one colour, 359 bytes each.
fn category_bytes(categories: &[(String, u64)]) -> u64 {
    categories.iter().map(|(name, _)| 4 * (name.len() as u64 + 80)).sum()
}

/// Bytes that what is known of the data holds.
#[must_use]
pub fn known_bytes(known: &Known) -> u64 {
    let gathered = known.gathered.iter().map(|column| category_bytes(&column.categories));
    category_bytes(&known.categories) + gathered.sum::<u64>()
}

/// Bytes that counts by category hold, now that the categories are known; workers have none of their own.
#[must_use]
pub fn category_planes_bytes(program: &Program) -> u64 {
    let Accumulate::Planes(planes) = &program.accumulate else { return 0 };
    let by = planes.iter().filter(|plane| matches!(plane, Plane::CountBy(..)));
    program.size.area() as u64 * by.map(|plane| plane.pixel_bytes()).sum::<u64>()
}

/// Refuses a figure that is too large, or a plan that holds more than allowed.
///
/// # Errors
/// A usage error that names the flag and what to lower.
pub fn check(spec: &Spec, planned_bytes: u64) -> Result<()> {
    let area = u64::from(spec.figure.width_px) * u64::from(spec.figure.height_px);
    if area > spec.engine.max_area_px {
        return Err(Error::usage("the figure is larger than --max-area")
            .expected(format!("at most {} pixels", grouped(spec.engine.max_area_px)))
            .found(format!("{}x{} = {}", spec.figure.width_px, spec.figure.height_px, grouped(area)))
            .hint("lower --width and --height, or raise --max-area"));
    }
    match spec.engine.max_memory_bytes {
        Some(limit) if planned_bytes > limit => Err(Error::usage("the plan needs more memory than --max-memory")
            .expected(format!("at most {}", bytes_text(limit)))
            .found(bytes_text(planned_bytes))
            .hint("lower --width and --height or --chunk-rows, or raise --max-memory")),
        _ => Ok(()),
    }
}
