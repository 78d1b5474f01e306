//! Draws on the processor's cores; the picture does not depend on how many there are.
//!
//! Layers and veils are cut into fixed bands of rows: a batch's glyphs are sorted into bands, stably and in parallel,
//! then every band walks its glyphs in the order of the data. Counts commute: workers take whole batches, each onto a
//! plane of its own, and the planes are added.

mod bands;
mod blend;
mod count;

use std::sync::Arc;

use rayon::ThreadPool;

use crate::canvas::Canvas;
use crate::error::{Error, Result};
use crate::program::{Accumulate, Footprint, Plane, Program};
use crate::raster::Rasterizer;

/// The cores that draw.
#[derive(Clone, Debug)]
pub struct Cpu {
    pool: Arc<ThreadPool>,
}

impl Cpu {
    /// Draws with the threads of `pool`.
    #[must_use]
    pub fn new(pool: Arc<ThreadPool>) -> Self {
        Self { pool }
    }

    /// What drawing `program` holds at its peak, in bytes: the canvas, or one plane a worker beside it.
    #[must_use]
    pub fn planned_bytes(&self, program: &Program) -> u64 {
        let workers = match program.accumulate {
            Accumulate::Planes(_) => count::worker_count(program.size, self.pool.current_num_threads()) as u64,
            Accumulate::Over | Accumulate::Veil => 0,
        };
        program.canvas_bytes() + workers * 4 * program.size.area() as u64
    }

    /// Opens a rasterizer that goes on from `start`.
    ///
    /// # Errors
    /// When `start` is no canvas of `program`.
    pub(super) fn open(&self, program: &Program, start: Canvas) -> Result<Box<dyn Rasterizer>> {
        let pool = Arc::clone(&self.pool);
        let is_foreign = start.size() != program.size;
        match (&program.accumulate, &program.footprint, start) {
            _ if is_foreign => Err(Error::input("the canvas to go on from has another size")),
            (Accumulate::Over, Footprint::Stamp(atlas), Canvas::Layer(layer)) => {
                Ok(Box::new(blend::Over::new(pool, Arc::clone(atlas), layer)))
            }
            (Accumulate::Veil, Footprint::Stamp(atlas), Canvas::Veil(veil)) => {
                Ok(Box::new(blend::Veiling::new(pool, Arc::clone(atlas), veil)))
            }
            (Accumulate::Planes(kinds), footprint, Canvas::Planes(planes)) if kinds[..] == [Plane::Count] => {
                let atlas = match footprint {
                    Footprint::Cell => None,
                    Footprint::Stamp(atlas) => Some(Arc::clone(atlas)),
                };
                Ok(Box::new(count::Counting::new(pool, atlas, planes)))
            }
            _ => Err(Error::input("the canvas to go on from is of another kind")),
        }
    }
}

fn description(pool: &ThreadPool) -> String {
    match pool.current_num_threads() {
        1 => "cpu, 1 thread".to_owned(),
        threads => format!("cpu, {threads} threads"),
    }
}
