//! Draws on the processor's cores; the picture does not depend on how many there are.
//!
//! Layers and veils are cut into fixed bands of rows: a batch's glyphs are sorted into bands, stably and in parallel,
//! then every band walks its glyphs in the order of the data. Counts commute: workers take whole batches, each onto a
//! plane of its own, and the planes are added; those of large canvases are put down and added by pieces, and so are other
//! planes gathered.

mod bands;
mod blend;
mod count;
mod gather;
mod inks;
mod paint;
mod scatter;
mod stencils;

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
    workshop: Arc<blend::Workshop>,
}

impl Cpu {
    /// Draws with the threads of `pool`.
    #[must_use]
    pub fn new(pool: Arc<ThreadPool>) -> Self {
        Self { pool, workshop: Arc::default() }
    }

    /// Opens a rasterizer that goes on from `start`.
    ///
    /// # Errors
    /// When `start` is no canvas of `program`.
    pub(super) fn open(&self, program: &Program, start: Canvas) -> Result<Box<dyn Rasterizer + Send>> {
        let (pool, workshop) = (Arc::clone(&self.pool), Arc::clone(&self.workshop));
        let is_foreign = start.size() != program.size;
        match (&program.accumulate, &program.footprint, start) {
            _ if is_foreign => Err(Error::input("the canvas to go on from has another size")),
            (Accumulate::Over, Footprint::Stamp(atlas), Canvas::Layer(layer)) => {
                Ok(Box::new(blend::Over::new(pool, workshop, atlas, layer)))
            }
            (Accumulate::Veil, Footprint::Stamp(atlas), Canvas::Veil(veil)) => {
                Ok(Box::new(blend::Veiling::new(pool, workshop, atlas, veil)))
            }
            (Accumulate::Planes(kinds), footprint, Canvas::Planes(planes)) if planes.kinds() == kinds => {
                let threads = pool.current_num_threads();
                match footprint {
                    _ if is_counted(program, kinds, threads) => {
                        let atlas = match footprint {
                            Footprint::Cell => None,
                            Footprint::Stamp(atlas) => Some(&**atlas),
                        };
                        Ok(Box::new(count::Counting::new(pool, atlas, planes)))
                    }
                    Footprint::Cell if kinds == &[Plane::Count] => Ok(Box::new(scatter::Scattering::new(pool, planes))),
                    Footprint::Cell => {
                        let workers = gather::worker_count(program, kinds, threads);
                        Ok(Box::new(gather::Gathering::new(pool, workers, planes)))
                    }
                    Footprint::Stamp(_) => {
                        Err(Error::input("stamps are counted, and nothing else is gathered of them"))
                    }
                }
            }
            _ => Err(Error::input("the canvas to go on from is of another kind")),
        }
    }
}

/// What all drawings together hold while they sort marks to blend them, in bytes.
#[must_use]
pub fn sorted_bytes(threads: usize) -> u64 {
    blend::sorted_bytes(threads)
}

/// Canvases of counts above this many pixels are gathered by pieces: their cells miss every cache.
const COUNTED_PIXELS: usize = 1 << 22;

/// Whether workers count on planes of u32 of their own: stamps always, cells on canvases that the caches hold.
fn is_counted(program: &Program, planes: &[Plane], threads: usize) -> bool {
    let is_stamp = matches!(program.footprint, Footprint::Stamp(_));
    let fits = count::worker_count(program.size, threads) >= threads && program.size.area() <= COUNTED_PIXELS;
    planes == [Plane::Count] && (is_stamp || fits)
}

fn description(pool: &ThreadPool) -> String {
    match pool.current_num_threads() {
        1 => "cpu, 1 thread".to_owned(),
        threads => format!("cpu, {threads} threads"),
    }
}

#[cfg(test)]
mod tests;
