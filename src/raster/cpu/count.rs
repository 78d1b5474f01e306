//! Exact counts: each worker adds whole batches to a plane of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::canvas::{Canvas, Planes};
use crate::error::Result;
use crate::mark::{Batch, Glyph, Marks};
use crate::program::Size;
use crate::raster::cpu::bands::place;
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
    atlas: Option<Arc<StampAtlas>>,
    total: Planes,
    workers: Vec<Vec<u32>>,
    /// Marks since the workers' planes were last added to the total: no count can be higher.
    unfolded: u64,
}

impl Counting {
    pub(super) fn new(pool: Arc<ThreadPool>, atlas: Option<Arc<StampAtlas>>, total: Planes) -> Self {
        let workers = worker_count(total.size(), pool.current_num_threads());
        let area = total.size().area();
        Self { pool, atlas, total, workers: vec![vec![0; area]; workers], unfolded: 0 }
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

fn add(counts: &mut [u32], size: Size, atlas: Option<&StampAtlas>, batch: &Batch) {
    match (&batch.marks, atlas) {
        (Marks::Cells(cells), _) => {
            for cell in cells {
                counts[cell.0 as usize] += 1;
            }
        }
        (Marks::Glyphs(glyphs), Some(atlas)) => {
            for glyph in glyphs {
                add_stamp(counts, size, atlas, glyph);
            }
        }
        (Marks::Glyphs(_), None) => {}
    }
}

fn add_stamp(counts: &mut [u32], size: Size, atlas: &StampAtlas, glyph: &Glyph) {
    let (phase, at) = place(glyph, atlas);
    let class = &atlas.classes()[usize::from(glyph.class)];
    let mask = atlas.mask(usize::from(glyph.class), phase);
    let (side, reach, width) = (class.side_px() as usize, class.reach_px() as i32, size.width() as usize);
    let (x0, x1) = (at.x0.max(0), at.x1.min(size.width() as i32 - 1));
    if x0 > x1 {
        return;
    }
    for y in at.y0.max(0)..=at.y1.min(size.height() as i32 - 1) {
        let texels = (y - (glyph.y >> 8) + reach) as usize * side + (x0 - (glyph.x >> 8) + reach) as usize;
        let pixels = y as usize * width + x0 as usize;
        let len = (x1 - x0 + 1) as usize;
        for (count, texel) in counts[pixels..pixels + len].iter_mut().zip(&mask[texels..texels + len]) {
            *count += u32::from(*texel == 255);
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
        let (size, atlas, next) = (self.total.size(), self.atlas.as_deref(), AtomicUsize::new(0));
        let workers = &mut self.workers;
        self.pool.install(|| {
            workers.par_iter_mut().with_max_len(1).for_each(|counts| {
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    add(counts, size, atlas, batch);
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
