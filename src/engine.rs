//! Who draws: threads, and the choice between CPU and GPU.

use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Error, Result};
use crate::program::{Accumulate, Footprint, Program};
use crate::raster::Backend;
use crate::raster::cpu::Cpu;
use crate::raster::gpu::{Choice, Gpu, Kernel, needs_cpu};
use crate::spec::{BackendChoice, EngineSpec};

/// `auto` takes a hardware GPU when the CPU would need longer than this to blend the stamps: opening a device and compiling
/// its pipelines took 0.17 to 0.20 s on an H200 with 16 cores, where 100 M discs of 5 px then took 0.26 s instead of 3.0 s
/// of drawing (0.33 s instead of 5.4 s in colours of a column).
///
/// Single pixels stay on the CPU: they cost what it takes to find them, which the CPU does either way (100 M counted there
/// in 0.07 s with 16 threads, 0.08 s on the H200; mean and standard deviation 0.83 and 0.18 s). Large stamps stay there as
/// well where the GPU is known to be slower at them: 1 M discs of 21 px in colours took an H100 454 ms and 16 cores 171 ms.
const GPU_PAYS_FROM_SECS: f64 = 0.5;

/// One thread's nanoseconds for a pixel of a layer's mask: 5 px discs, 7x7 masks, 101 ns each sorted and blended, of Gaussian
/// points at 1024x768 on a core of 2.5 GHz (discs of 21 px, 23x23: 1.4 a pixel).
const PIXEL_NS: f64 = 2.1;

/// What a pixel of a veil or of counts costs of that: 38 ns for the same disc on a veil.
const ONE_COLOR_SHARE: f64 = 0.38;

/// Set to 1, it lets `auto` take a software driver, for any job: so that tests can follow what `auto` does when a GPU fails
/// on machines without one.
const SOFTWARE_VARIABLE: &str = "POINTILLIST_SOFTWARE_GPU";

/// What `--backend gpu` and `--adapter` are told where only the CPU can draw.
const CPU_ONLY: &str = "drawing on the CPU: no GPU kernel finds smallest, largest, first and last values";

/// Cores that this process may use.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The threads of a run: as many as asked for, else all cores.
///
/// # Errors
/// A usage error for no thread, or more than the system gives.
pub fn pool(threads: Option<usize>) -> Result<Arc<ThreadPool>> {
    if threads == Some(0) {
        return Err(Error::usage("--threads needs at least 1"));
    }
    let threads = threads.unwrap_or_else(cores);
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("draw-{i}")).build();
    pool.map(Arc::new).map_err(|source| {
        Error::usage(format!("{threads} threads cannot be started")).hint("lower --threads").because(source)
    })
}

/// Opens the one backend for all programs of a picture, each of which will draw about so many rows (unknown: a pipe), with
/// lines to tell the user.
///
/// # Errors
/// Kind GPU when a GPU is asked for and there is none, or a canvas exceeds its limits; a usage error for a kernel that
/// there is not, or that cannot draw a program.
pub fn choose(
    spec: &EngineSpec,
    works: &[(&Program, Option<u64>)],
    pool: &Arc<ThreadPool>,
) -> Result<(Backend, Vec<String>)> {
    let programs = || works.iter().map(|(program, _)| *program);
    let cpu = || Backend::Cpu(Cpu::new(Arc::clone(pool)));
    let kernel = spec.gpu_kernel.as_deref().map(Kernel::parse).transpose()?;
    let choice = |allow_software| Choice { adapter: spec.adapter.clone(), allow_software, kernel };
    let wants_gpu = spec.backend == BackendChoice::Gpu || spec.adapter.is_some();
    match spec.backend {
        BackendChoice::Cpu => Ok((cpu(), vec![])),
        // Known without a device: Vulkan is not even loaded.
        _ if programs().any(needs_cpu) => Ok((cpu(), if wants_gpu { vec![CPU_ONLY.to_owned()] } else { vec![] })),
        BackendChoice::Gpu => {
            programs().try_for_each(|program| Kernel::check(program, kernel))?;
            let gpu = Gpu::new(&choice(true))?;
            programs().try_for_each(|program| gpu.fits(program))?;
            Ok((Backend::Gpu(gpu), vec![]))
        }
        BackendChoice::Auto => {
            programs().try_for_each(|program| Kernel::check(program, kernel))?;
            let takes_software = std::env::var(SOFTWARE_VARIABLE).is_ok_and(|value| value == "1");
            let threads = pool.current_num_threads();
            let secs = works.iter().filter_map(|(program, rows)| Some(cpu_secs(program, (*rows)?, threads)));
            let cpu_secs = secs.sum::<f64>();
            let pays = cpu_secs > GPU_PAYS_FROM_SECS;
            // Who names an adapter wants it.
            if spec.adapter.is_none() && !takes_software && (!pays || !Gpu::has_device_nodes()) {
                return Ok((cpu(), vec![]));
            }
            let opened = Gpu::new(&choice(takes_software));
            // What was named and is not there is no reason to draw on something else.
            let opened = if spec.adapter.is_some() { Ok(opened?) } else { opened };
            match opened.and_then(|gpu| programs().try_for_each(|program| gpu.fits(program)).map(|()| gpu)) {
                // Where its pace is known to be below the processor's.
                Ok(gpu) if spec.adapter.is_none() && gpu_secs(&gpu, works) > cpu_secs => Ok((cpu(), vec![])),
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

/// What the CPU would need to blend the stamps, roughly: what a GPU takes over.
fn cpu_secs(program: &Program, rows: u64, threads: usize) -> f64 {
    let pixels = match (&program.footprint, &program.accumulate) {
        (Footprint::Cell, _) => 0.0,
        (footprint @ Footprint::Stamp(_), accumulate) => {
            let share = if matches!(accumulate, Accumulate::Over) { 1.0 } else { ONE_COLOR_SHARE };
            footprint.mean_area_px() * share
        }
    };
    rows as f64 * pixels * PIXEL_NS * 1e-9 / threads as f64
}

/// What the GPU would need for the same stamps, as far as that is known: no less than this.
fn gpu_secs(gpu: &Gpu, works: &[(&Program, Option<u64>)]) -> f64 {
    works.iter().filter_map(|(program, rows)| gpu.drawing_secs(program, (*rows)?)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::program::{Pick, Plane, Size};

    fn cells(planes: Vec<Plane>) -> Program {
        Program {
            size: Size::new(4, 4).unwrap(),
            footprint: Footprint::Cell,
            accumulate: Accumulate::Planes(planes),
            prefers_compute: true,
        }
    }

    #[test]
    fn winners_are_drawn_on_the_cpu_and_who_asked_for_a_gpu_is_told() {
        let program = cells(vec![Plane::Count, Plane::Winner(0, Pick::Max)]);
        let pool = pool(Some(1)).unwrap();
        // An adapter that cannot exist: opening Vulkan would fail.
        let nowhere = Some("no such adapter".to_owned());
        for (backend, adapter, notes) in [
            (BackendChoice::Cpu, None, 0),
            (BackendChoice::Auto, None, 0),
            (BackendChoice::Auto, nowhere.clone(), 1),
            (BackendChoice::Gpu, nowhere, 1),
        ] {
            let spec = EngineSpec { backend, adapter, ..EngineSpec::default() };
            let (chosen, told) = choose(&spec, &[(&program, Some(1 << 40))], &pool).unwrap();
            assert!(matches!(chosen, Backend::Cpu(_)), "{backend:?}");
            assert_eq!(told.len(), notes, "{backend:?}: {told:?}");
        }
    }

    #[test]
    fn impossible_kernels_are_refused_before_vulkan_is_loaded() {
        let pool = pool(Some(1)).unwrap();
        for (name, program) in
            [("computing", cells(vec![Plane::Count])), ("instanced", cells(vec![Plane::Count, Plane::Sum(0)]))]
        {
            let spec = EngineSpec {
                backend: BackendChoice::Gpu,
                adapter: Some("no such adapter".to_owned()),
                gpu_kernel: Some(name.to_owned()),
                ..EngineSpec::default()
            };
            assert_eq!(choose(&spec, &[(&program, None)], &pool).unwrap_err().kind(), ErrorKind::Usage, "{name}");
        }
    }
}
