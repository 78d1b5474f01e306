//! Exact counts: each worker adds whole batches to a plane of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::canvas::{Canvas, Planes};
use crate::error::Result;
use crate::mark::{Batch, Glyph, Marks};
use crate::program::Size;
use crate::raster::cpu::inks::Count;
use crate::raster::cpu::paint::Band;
use crate::raster::cpu::stencils::Stencils;
use crate::raster::{Rasterizer, emptied};
use crate::stamp::StampAtlas;

/// Workers' planes together take at most this much, whatever the number of threads (but one is always there).
const PLANES_BYTES: u64 = 512 << 20;

/// How many workers count: the threads, or as many as their planes fit the budget.
pub(super) fn worker_count(size: Size, threads: usize) -> usize {
    let plane_bytes = 4 * size.area() as u64;
    let fitting = usize::try_from(PLANES_BYTES / plane_bytes).unwrap_or(usize::MAX);
    fitting.clamp(1, threads.max(1))
}

/// Counts in u32 a worker, in u64 in all.
#[derive(Debug)]
pub(super) struct Counting {
    pool: Arc<ThreadPool>,
    stencils: Option<Stencils>,
    total: Planes,
    workers: Vec<Vec<u32>>,
    /// Marks since the workers' planes were last added to the total: no count can be higher.
    unfolded: u64,
}

impl Counting {
    pub(super) fn new(pool: Arc<ThreadPool>, atlas: Option<&StampAtlas>, total: Planes) -> Self {
        let workers = worker_count(total.size(), pool.current_num_threads());
        let area = total.size().area();
        Self { pool, stencils: atlas.map(Stencils::new), total, workers: vec![vec![0; area]; workers], unfolded: 0 }
    }

    fn fold(&mut self) {
        let total = self.total.counts_mut();
        for worker in &mut self.workers {
            for (total, count) in total.iter_mut().zip(worker) {
                *total += u64::from(*count);
                *count = 0;
            }
        }
        self.unfolded = 0;
    }
}

/// One batch onto a plane, for every set of vector instructions.
struct Adding<'a> {
    counts: &'a mut [u32],
    size: Size,
    stencils: Option<&'a Stencils>,
    batch: &'a Batch,
}

impl pulp::WithSimd for Adding<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        match (&self.batch.marks, self.stencils) {
            (Marks::Cells(cells), _) => {
                for cell in cells {
                    self.counts[cell.0 as usize] += 1;
                }
            }
            (Marks::Glyphs(glyphs), Some(stencils)) => {
                let mut band = Band::new(self.counts, self.size.width(), 0);
                for Glyph { x, y, class, .. } in glyphs {
                    band.paint::<Count>(stencils, *class, [*x, *y], ());
                }
            }
            (Marks::Glyphs(_), None) => {}
        }
    }
}

impl Rasterizer for Counting {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        let marks: u64 = batches.iter().map(|batch| batch.marks.len() as u64).sum();
        if self.unfolded + marks > u64::from(u32::MAX) {
            self.fold();
        }
        self.unfolded += marks;
        let (size, stencils, next) = (self.total.size(), self.stencils.as_ref(), AtomicUsize::new(0));
        let workers = &mut self.workers;
        self.pool.install(|| {
            workers.par_iter_mut().with_max_len(1).for_each(|counts| {
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    pulp::Arch::new().dispatch(Adding { counts, size, stencils, batch });
                }
            });
        });
        Ok(emptied(batches))
    }

    fn drain(&mut self) -> Result<()> {
        Ok(())
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        self.fold();
        Ok(Canvas::Planes(self.total.clone()))
    }

    fn finish(mut self: Box<Self>) -> Result<Canvas> {
        self.fold();
        Ok(Canvas::Planes(self.total))
    }

    fn description(&self) -> String {
        super::description(&self.pool)
    }

    fn kernel(&self) -> &'static str {
        "planes"
    }
}
