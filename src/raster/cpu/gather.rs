//! Integer planes of cells: gathered on planes of each worker, or by pieces of the one canvas.
//!
//! Workers take whole batches and their planes are added at the end: fastest while planes are small. Pieces sort the
//! cells of a batch by place, stably, and each piece walks its cells in the order of the data: no second set of planes,
//! memory touched in order, and the first and last of a pixel's values for free. Both give the same planes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::canvas::{Canvas, Part, Piece, Planes};
use crate::error::Result;
use crate::mark::{Batch, Cell, Marks};
use crate::program::{Pick, Plane, Program};
use crate::raster::{Rasterizer, emptied};

/// Pixels of a piece, as a power of two: its counts (512 KiB) stay in the L2 cache.
const PIECE_SHIFT: u32 = 16;

/// Workers' planes together take at most this much.
const WORKERS_BYTES: u64 = 256 << 20;

/// How many workers gather on planes of their own; 0 where pieces are used.
pub(super) fn worker_count(program: &Program, planes: &[Plane], threads: usize) -> usize {
    let bytes = program.canvas_bytes();
    let fits = bytes.saturating_mul(threads as u64) <= WORKERS_BYTES;
    // Categories take what memory there is for one canvas, whatever the number of threads.
    let is_one = planes.iter().any(|plane| plane.is_ordered() || matches!(plane, Plane::CountBy(..)));
    if fits && !is_one { threads.max(1) } else { 0 }
}

/// Gathers cells and their values.
#[derive(Debug)]
pub(super) struct Gathering {
    pool: Arc<ThreadPool>,
    total: Planes,
    /// Planes of each worker; none where pieces are used.
    workers: Vec<Planes>,
    sorted: Vec<Sorted>,
}

impl Gathering {
    pub(super) fn new(pool: Arc<ThreadPool>, workers: usize, total: Planes) -> Self {
        let workers = (0..workers).map(|_| Planes::empty(total.size(), total.kinds())).collect();
        Self { pool, total, workers, sorted: Vec::new() }
    }

    fn fold(&mut self) -> Result<()> {
        for worker in &mut self.workers {
            let empty = Planes::empty(worker.size(), worker.kinds());
            self.total.add(&std::mem::replace(worker, empty))?;
        }
        Ok(())
    }

    fn gather_by_workers(&mut self, batches: &[Batch]) {
        let next = AtomicUsize::new(0);
        let workers = &mut self.workers;
        self.pool.install(|| {
            workers.par_iter_mut().with_max_len(1).for_each(|planes| {
                let area = planes.size().area();
                for piece in &mut planes.pieces(area) {
                    while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let cells = cells(batch);
                        let marks = cells.iter().enumerate().map(|(i, cell)| (cell.0 as usize, i));
                        gather(piece, batch, marks);
                    }
                }
            });
        });
    }

    fn gather_by_pieces(&mut self, batches: &[Batch]) {
        self.sorted.resize_with(self.sorted.len().max(batches.len()), Sorted::default);
        let sorted = &mut self.sorted[..batches.len()];
        let pieces = (self.total.size().area() >> PIECE_SHIFT) + 1;
        let mut windows = self.total.pieces(1 << PIECE_SHIFT);
        self.pool.install(|| {
            sorted.par_iter_mut().zip(batches).for_each(|(sorted, batch)| sorted.sort(cells(batch), pieces));
            windows.par_iter_mut().enumerate().with_max_len(1).for_each(|(at, piece)| {
                for (sorted, batch) in sorted.iter().zip(batches) {
                    let cells = cells(batch);
                    let first = piece.first;
                    let marks = sorted.of(at).iter().map(|i| (cells[*i as usize].0 as usize - first, *i as usize));
                    gather(piece, batch, marks);
                }
            });
        });
    }
}

fn cells(batch: &Batch) -> &[Cell] {
    match &batch.marks {
        Marks::Cells(cells) => cells,
        Marks::Glyphs(_) => &[],
    }
}

/// Adds marks, each a pixel of the piece and its place in the batch, plane by plane; the count comes last, so that what
/// was drawn before this batch can be told.
#[inline]
fn gather(piece: &mut Piece<'_>, batch: &Batch, marks: impl DoubleEndedIterator<Item = (usize, usize)> + Clone) {
    let (counts, rest) = match piece.parts.split_first_mut() {
        Some((Part::Count(counts), rest)) => (counts, rest),
        _ => return,
    };
    for part in rest {
        let marks = marks.clone();
        match part {
            Part::Count(words) => marks.for_each(|(pixel, _)| words[pixel] += 1),
            Part::Sum(slot, wide) => {
                let values = &batch.values[usize::from(*slot)];
                marks.for_each(|(pixel, i)| wide[pixel] = wide[pixel].wrapping_add(u128::from(values[i])));
            }
            Part::Squares(slot, wide) => {
                let values = &batch.values[usize::from(*slot)];
                marks.for_each(|(pixel, i)| {
                    let value = u128::from(values[i]);
                    wide[pixel] = wide[pixel].wrapping_add(value * value);
                });
            }
            Part::Winner(slot, pick, keys) => {
                let values = &batch.values[usize::from(*slot)];
                match pick {
                    Pick::Min => marks.for_each(|(pixel, i)| keys[pixel] = keys[pixel].min(values[i])),
                    Pick::Max => marks.for_each(|(pixel, i)| keys[pixel] = keys[pixel].max(values[i])),
                    Pick::Last => marks.for_each(|(pixel, i)| keys[pixel] = values[i]),
                    // Backwards, the earliest of a batch comes to lie on top.
                    Pick::First => marks.rev().filter(|(pixel, _)| counts[*pixel] == 0).for_each(|(pixel, i)| {
                        keys[pixel] = values[i];
                    }),
                }
            }
            Part::CountBy(slot, canvases) => {
                let values = &batch.values[usize::from(*slot)];
                marks.for_each(|(pixel, i)| canvases[values[i] as usize][pixel] += 1);
            }
        }
    }
    marks.for_each(|(pixel, _)| counts[pixel] += 1);
}

/// The cells of one batch by piece, each piece in the order of the data.
#[derive(Debug, Default)]
struct Sorted {
    starts: Vec<u32>,
    order: Vec<u32>,
}

impl Sorted {
    fn sort(&mut self, cells: &[Cell], pieces: usize) {
        self.starts.clear();
        self.starts.resize(pieces + 1, 0);
        for cell in cells {
            self.starts[(cell.0 >> PIECE_SHIFT) as usize + 1] += 1;
        }
        for piece in 0..pieces {
            self.starts[piece + 1] += self.starts[piece];
        }
        self.order.clear();
        self.order.resize(cells.len(), 0);
        for (i, cell) in (0_u32..).zip(cells) {
            let start = &mut self.starts[(cell.0 >> PIECE_SHIFT) as usize];
            self.order[*start as usize] = i;
            *start += 1;
        }
        // Filling moved every start to the next piece's.
        self.starts.rotate_right(1);
        self.starts[0] = 0;
    }

    fn of(&self, piece: usize) -> &[u32] {
        &self.order[self.starts[piece] as usize..self.starts[piece + 1] as usize]
    }
}

impl Rasterizer for Gathering {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        if self.workers.is_empty() {
            self.gather_by_pieces(&batches);
        } else {
            self.gather_by_workers(&batches);
        }
        Ok(emptied(batches))
    }

    fn drain(&mut self) -> Result<()> {
        Ok(())
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        self.fold()?;
        Ok(Canvas::Planes(self.total.clone()))
    }

    fn finish(mut self: Box<Self>) -> Result<Canvas> {
        self.fold()?;
        Ok(Canvas::Planes(self.total))
    }

    fn description(&self) -> String {
        super::description(&self.pool)
    }

    fn kernel(&self) -> &'static str {
        if self.workers.is_empty() { "pieces" } else { "planes" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Accumulate, Footprint, Size};
    use crate::raster::cpu::Cpu;

    const KINDS: [Plane; 6] = [
        Plane::Count,
        Plane::Sum(0),
        Plane::Squares(0),
        Plane::Winner(0, Pick::Min),
        Plane::Winner(0, Pick::Max),
        Plane::CountBy(1, 3),
    ];

    /// Cells all over a canvas of more than one piece, many of them twice, with a value and a category each.
    fn batches(size: Size) -> Vec<Batch> {
        let area = size.area() as u64;
        let mark = |i: u64| (i * i * 7919 % area / 3 * 3) as u32;
        let batch = |order: u64| {
            let marks = (0..5000).map(|i| order * 5000 + i);
            let cells = marks.clone().map(|i| Cell(mark(i))).collect();
            let values = vec![marks.clone().map(|i| i * 31 % (1 << 41)).collect(), marks.map(|i| i % 3).collect()];
            Batch { order, marks: Marks::Cells(cells), values }
        };
        (0..7).map(batch).collect()
    }

    fn drawn(size: Size, kinds: &[Plane], workers: usize, threads: usize, group: usize) -> Planes {
        let pool = crate::engine::pool(Some(threads)).unwrap();
        let mut gathering = Gathering::new(pool, workers, Planes::empty(size, kinds));
        for batches in batches(size).chunks(group) {
            gathering.draw(batches.to_vec()).unwrap();
        }
        let Canvas::Planes(planes) = Box::new(gathering).finish().unwrap() else { panic!("planes") };
        planes
    }

    #[test]
    fn workers_and_pieces_gather_the_same_whatever_the_threads_and_groups() {
        let size = Size::new(401, 397).unwrap();
        let naive = drawn(size, &KINDS, 0, 1, 1);
        assert_eq!(naive.counts().iter().sum::<u64>(), 35_000);
        for (workers, threads, group) in [(0, 2, 3), (0, 5, 7), (1, 1, 2), (2, 2, 7), (5, 5, 1)] {
            assert!(
                drawn(size, &KINDS, workers, threads, group) == naive,
                "{workers} workers, {threads} threads, {group}"
            );
        }
    }

    #[test]
    fn planes_are_those_of_a_plain_loop_and_first_and_last_follow_the_data() {
        let size = Size::new(401, 397).unwrap();
        let kinds = [Plane::Count, Plane::Winner(0, Pick::First), Plane::Winner(0, Pick::Last), Plane::Sum(0)];
        let planes = drawn(size, &kinds, 0, 3, 4);
        let mut expected = vec![(0_u64, 0_u64, 0_u64, 0_u128); size.area()];
        for batch in batches(size) {
            let Marks::Cells(cells) = &batch.marks else { panic!("cells") };
            for (cell, value) in cells.iter().zip(&batch.values[0]) {
                let pixel = &mut expected[cell.0 as usize];
                if pixel.0 == 0 {
                    pixel.1 = *value;
                }
                *pixel = (pixel.0 + 1, pixel.1, *value, pixel.3 + u128::from(*value));
            }
        }
        for (i, pixel) in expected.iter().enumerate().filter(|(_, pixel)| pixel.0 > 0) {
            let found = (planes.counts()[i], planes.words(1)[i], planes.words(2)[i], planes.wide(3)[i]);
            assert_eq!(found, *pixel, "pixel {i}");
        }
    }

    #[test]
    fn counts_and_sums_pass_what_32_and_64_bits_hold() {
        let size = Size::new(3, 1).unwrap();
        let pool = crate::engine::pool(Some(2)).unwrap();
        for kinds in [&KINDS[..1], &KINDS[..2]] {
            let mut start = Planes::empty(size, kinds);
            start.counts_mut()[1] = (1 << 32) - 2;
            for part in start.pieces(3).remove(0).parts {
                if let Part::Sum(_, wide) = part {
                    wide[1] = u128::from(u64::MAX) - 1;
                }
            }
            let accumulate = Accumulate::Planes(kinds.to_vec());
            let program = Program { size, footprint: Footprint::Cell, accumulate, prefers_compute: true };
            let backend = crate::raster::Backend::Cpu(Cpu::new(Arc::clone(&pool)));
            let mut rasterizer = crate::raster::open(&backend, &program, Canvas::Planes(start)).unwrap();
            let values = vec![vec![7; 5]; program.slots()];
            rasterizer.draw(vec![Batch { order: 0, marks: Marks::Cells(vec![Cell(1); 5]), values }]).unwrap();
            let Canvas::Planes(planes) = rasterizer.finish().unwrap() else { panic!("planes") };
            assert_eq!(planes.counts(), [0, (1 << 32) + 3, 0]);
            if kinds.len() > 1 {
                assert_eq!(planes.wide(1), [0, u128::from(u64::MAX) + 34, 0]);
            }
        }
    }
}
