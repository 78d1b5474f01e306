//! Counts on canvases that no cache holds: cells are put down by piece, and added piece by piece once there are many.
//!
//! Every cell of a large canvas misses the caches and the table of pages. Sorted by pieces of 32,768 pixels (two bytes are
//! left of a cell), and added by the millions, a piece's lines and pages are looked for together: at 16384x16384 on one
//! busy thread 4.3 ns to sort and 16 ns to add, against 106 ns of a plain loop, and 4.8 ns and 23 ns with the cells of one
//! call alone; pieces of 65,536 pixels took 4.7 ns and 17 ns.

use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::canvas::{Canvas, Planes};
use crate::error::Result;
use crate::mark::{Batch, Cell, Marks};
use crate::program::Size;
use crate::raster::{Rasterizer, emptied};

/// Pixels of a piece, as a power of two: its counts (256 KiB) stay in the L2 cache.
const PIECE_SHIFT: u32 = 15;

/// Cells that are put down before they are added: 8 MiB, a trifle beside the counts of a canvas that is large enough for it.
const HELD_CELLS: usize = 4 << 20;

/// Batches that are put down at most, however few cells they have.
const HELD_BATCHES: usize = 256;

fn pieces(size: Size) -> usize {
    size.area().div_ceil(1 << PIECE_SHIFT)
}

/// Counts cells.
#[derive(Debug)]
pub(super) struct Scattering {
    pool: Arc<ThreadPool>,
    total: Planes,
    /// Cells by piece, of the first `held` batches; behind them, memory to be used again.
    sorted: Vec<Sorted>,
    held: usize,
}

impl Scattering {
    pub(super) fn new(pool: Arc<ThreadPool>, total: Planes) -> Self {
        Self { pool, total, sorted: Vec::new(), held: 0 }
    }

    /// Adds what is held.
    fn fold(&mut self) {
        let sorted = &self.sorted[..self.held];
        let counts = self.total.counts_mut();
        self.pool.install(|| {
            counts.par_chunks_mut(1 << PIECE_SHIFT).enumerate().for_each(|(piece, counts)| {
                for sorted in sorted {
                    for offset in sorted.of(piece) {
                        counts[usize::from(*offset)] += 1;
                    }
                }
            });
        });
        self.held = 0;
    }
}

/// The cells of one batch by piece.
#[derive(Debug, Default)]
struct Sorted {
    starts: Vec<u32>,
    /// Places within the pieces.
    offsets: Vec<u16>,
}

impl Sorted {
    fn sort(&mut self, cells: &[Cell], pieces: usize) {
        self.starts.clear();
        self.starts.resize(pieces + 1, 0);
        let starts = &mut self.starts[..];
        for cell in cells {
            starts[(cell.0 >> PIECE_SHIFT) as usize] += 1;
        }
        let mut next = 0;
        for start in &mut *starts {
            let count = std::mem::replace(start, next);
            next += count;
        }
        // What lies there from earlier batches is written over.
        if self.offsets.len() < cells.len() {
            self.offsets.resize(cells.len(), 0);
        }
        let offsets = &mut self.offsets[..];
        for cell in cells {
            let start = &mut starts[(cell.0 >> PIECE_SHIFT) as usize];
            offsets[*start as usize] = (cell.0 & ((1 << PIECE_SHIFT) - 1)) as u16;
            *start += 1;
        }
        // Filling moved every start to the next piece's.
        starts.rotate_right(1);
        starts[0] = 0;
    }

    fn of(&self, piece: usize) -> &[u16] {
        &self.offsets[self.starts[piece] as usize..self.starts[piece + 1] as usize]
    }

    fn len(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }
}

fn cells(batch: &Batch) -> &[Cell] {
    match &batch.marks {
        Marks::Cells(cells) => cells,
        Marks::Glyphs(_) => &[],
    }
}

impl Rasterizer for Scattering {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        let pieces = pieces(self.total.size());
        for batches in batches.chunks(HELD_BATCHES) {
            let held = self.held + batches.len();
            self.sorted.resize_with(self.sorted.len().max(held), Sorted::default);
            let fresh = &mut self.sorted[self.held..held];
            self.pool.install(|| {
                let tasks = fresh.par_iter_mut().zip(batches).with_max_len(1);
                tasks.for_each(|(sorted, batch)| sorted.sort(cells(batch), pieces));
            });
            self.held = held;
            let marks: usize = self.sorted[..held].iter().map(Sorted::len).sum();
            if marks >= HELD_CELLS || held >= HELD_BATCHES {
                self.fold();
            }
        }
        Ok(emptied(batches))
    }

    fn drain(&mut self) -> Result<()> {
        self.fold();
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
        "pieces"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Plane;

    #[test]
    fn counts_are_those_of_a_plain_loop_whatever_the_threads_and_groups() {
        // Three pieces, the last of them short.
        let size = Size::new(300, 251).unwrap();
        let cell = |i: u32| if i.is_multiple_of(3) { 70_000 } else { i.wrapping_mul(2_654_435_761) % (300 * 251) };
        let cells: Vec<Cell> = (0..40_000).map(|i| Cell(cell(i))).collect();
        let mut expected = vec![0_u64; size.area()];
        cells.iter().for_each(|cell| expected[cell.0 as usize] += 1);
        for (threads, group, batch) in [(1, 1, 7000), (2, 7, 1000), (3, 600, 71)] {
            let pool = crate::engine::pool(Some(threads)).unwrap();
            let mut scattering = Scattering::new(pool, Planes::empty(size, &[Plane::Count]));
            let batches: Vec<Batch> = (0..)
                .zip(cells.chunks(batch))
                .map(|(order, cells)| Batch { order, marks: Marks::Cells(cells.to_vec()), values: vec![] })
                .collect();
            for batches in batches.chunks(group) {
                scattering.draw(batches.to_vec()).unwrap();
            }
            let Canvas::Planes(middle) = scattering.snapshot().unwrap() else { panic!("planes") };
            assert!(middle.counts() == expected, "{threads} threads, {group}");
            scattering.draw(batches).unwrap();
            let Canvas::Planes(twice) = Box::new(scattering).finish().unwrap() else { panic!("planes") };
            assert!(twice.counts().iter().zip(&expected).all(|(found, once)| *found == 2 * once), "memory used again");
        }
    }
}
