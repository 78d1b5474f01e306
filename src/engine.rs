//! Who draws: threads, and the choice between CPU and GPU.

use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Error, Result};
use crate::program::{Accumulate, Footprint, Program};
use crate::raster::Backend;
use crate::raster::cpu::Cpu;
use crate::raster::gpu::{Choice, Gpu};
use crate::spec::{BackendChoice, EngineSpec};

/// `auto` takes a hardware GPU when the CPU would draw longer than this: opening a device, compiling its pipelines and
/// the upload take about a second together.
///
/// An estimate from published start-up times, not yet measured on hardware; the constants below it are measured with
/// 10 M Gaussian points at 1024x768.
const GPU_PAYS_FROM_SECS: f64 = 2.0;

/// One thread's nanoseconds for a row: values to marks (11 to 14).
const ROW_NS: f64 = 12.0;

/// One thread's nanoseconds for a pixel of a layer's mask: 5 px discs, 7x7 masks, 190 ns each.
const PIXEL_NS: f64 = 4.0;

/// What a pixel of a veil or of counts costs of that: 127 ns for the same disc on a veil.
const ONE_COLOR_SHARE: f64 = 0.67;

/// The threads of a run: as many as asked for, else all cores.
///
/// # Errors
/// A usage error for no thread, or more than the system gives.
pub fn pool(threads: Option<usize>) -> Result<Arc<ThreadPool>> {
    if threads == Some(0) {
        return Err(Error::usage("--threads needs at least 1"));
    }
    let available = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = threads.unwrap_or_else(available);
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("draw-{i}")).build();
    pool.map(Arc::new).map_err(|source| {
        Error::usage(format!("{threads} threads cannot be started")).hint("lower --threads").because(source)
    })
}

/// Opens the backend for a program that will draw about `rows` rows (unknown: a pipe), with lines to tell the user.
///
/// # Errors
/// Kind GPU when a GPU is asked for and there is none, or the canvas exceeds its limits.
pub fn choose(
    spec: &EngineSpec,
    program: &Program,
    rows: Option<u64>,
    pool: &Arc<ThreadPool>,
) -> Result<(Backend, Vec<String>)> {
    let cpu = || Backend::Cpu(Cpu::new(Arc::clone(pool)));
    match spec.backend {
        BackendChoice::Cpu => Ok((cpu(), vec![])),
        BackendChoice::Gpu => {
            let gpu = Gpu::new(&Choice { adapter: spec.adapter.clone(), allow_software: true })?;
            gpu.fits(program)?;
            Ok((Backend::Gpu(gpu), vec![]))
        }
        BackendChoice::Auto => {
            let pays =
                rows.is_some_and(|rows| cpu_secs(program, rows, pool.current_num_threads()) > GPU_PAYS_FROM_SECS);
            // Who names an adapter wants it.
            if spec.adapter.is_none() && (!pays || !Gpu::has_device_nodes()) {
                return Ok((cpu(), vec![]));
            }
            let opened = Gpu::new(&Choice { adapter: spec.adapter.clone(), allow_software: false });
            match opened.and_then(|gpu| gpu.fits(program).map(|()| gpu)) {
                Ok(gpu) => Ok((Backend::Gpu(gpu), vec![])),
                Err(error) => Ok((cpu(), vec![format!("drawing on the CPU: {}", first_line(&error))])),
            }
        }
    }
}

/// A device's refusal has several lines; the first says what it is.
fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// What the CPU would need to draw, roughly.
fn cpu_secs(program: &Program, rows: u64, threads: usize) -> f64 {
    let pixels = match (&program.footprint, &program.accumulate) {
        (Footprint::Cell, _) => 0.0,
        (Footprint::Stamp(atlas), accumulate) => {
            let side = f64::from(atlas.classes()[0].side_px());
            let share = if matches!(accumulate, Accumulate::Over) { 1.0 } else { ONE_COLOR_SHARE };
            side * side * share
        }
    };
    rows as f64 * (ROW_NS + pixels * PIXEL_NS) * 1e-9 / threads as f64
}
