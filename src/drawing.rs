//! One drawing under way: chunks in, canvas and ledger out. Used by the command and by the library alike.
//!
//! Chunks of any size are cut or gathered into batches of about the same size, encoded on all threads, and given to the
//! rasterizer in groups: the picture cannot depend on the size of the chunks, and neither does the speed.

use std::sync::Arc;
use std::time::Instant;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::canvas::Canvas;
use crate::data::chunk::{Chunk, Origin};
use crate::encode::Encoder;
use crate::error::Result;
use crate::ledger::{Ledger, Tally};
use crate::mark::Batch;
use crate::program::Program;
use crate::raster::{self, Backend, GROUP_MARKS, Rasterizer};
use crate::stop::Stop;

/// Rows that one thread encodes into one batch.
const BATCH_ROWS: usize = 1 << 16;

/// Pixels that are blended between two looks at whether the run shall end: about a second of one thread.
const GROUP_PIXELS: f64 = (1 << 28) as f64;

/// Batches that are handed over together even with few marks in them: a zoom into a large file leaves most rows outside,
/// and memory must not grow with them.
const GROUP_BATCHES: usize = 64;

/// What a drawing holds besides the canvas and the chunk, in bytes: a group of marks with their values, and one chunk's
/// more.
#[must_use]
pub fn planned_bytes(chunk_rows: u64, slots: u64) -> u64 {
    let glyphs = GROUP_MARKS as u64 + chunk_rows.max(BATCH_ROWS as u64);
    // A glyph and, on the CPU, its place in the bands.
    glyphs * (16 + 6 + 8 * slots)
}

/// Seconds spent, by stage.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seconds {
    /// Values to marks.
    pub encode: f64,
    /// Marks to pixels (on a GPU: handing over and waiting for it).
    pub draw: f64,
    /// Fetching the canvas.
    pub readback: f64,
}

/// Chunks in, canvas and ledger out.
pub struct Drawing {
    encoder: Encoder,
    rasterizer: Box<dyn Rasterizer>,
    pool: Arc<ThreadPool>,
    batches: Vec<Batch>,
    spare: Vec<Batch>,
    /// Marks that are handed over together; fewer of large ones.
    group_marks: usize,
    stop: Stop,
    order: u64,
    ledger: Ledger,
    seconds: Seconds,
}

impl std::fmt::Debug for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drawing").field("rasterizer", &self.rasterizer.description()).finish_non_exhaustive()
    }
}

impl Drawing {
    /// Begins on an empty canvas.
    ///
    /// # Errors
    /// When the backend cannot hold the canvas.
    pub fn begin(encoder: Encoder, program: &Program, backend: &Backend, pool: Arc<ThreadPool>) -> Result<Self> {
        let rasterizer = raster::open(backend, program, Canvas::empty(program))?;
        let group_marks = (GROUP_PIXELS / program.footprint.mean_area_px().max(1.0)) as usize;
        Ok(Self {
            group_marks: group_marks.clamp(1, GROUP_MARKS),
            stop: Stop::default(),
            encoder,
            rasterizer,
            pool,
            batches: Vec::new(),
            spare: Vec::new(),
            order: 0,
            ledger: Ledger::default(),
            seconds: Seconds::default(),
        })
    }

    /// The same, failing between two groups of marks once somebody asks it to end.
    #[must_use]
    pub fn ended_by(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    /// Draws the rows of a chunk after all earlier ones.
    ///
    /// # Errors
    /// When the chunk has other columns than planned, or the backend fails.
    pub fn draw(&mut self, chunk: &Chunk<'_>) -> Result<()> {
        self.draw_from(chunk, chunk.origin())
    }

    /// The same for a chunk that does not know where it came from.
    ///
    /// # Errors
    /// As [`Self::draw`].
    pub fn draw_from(&mut self, chunk: &Chunk<'_>, origin: Origin) -> Result<()> {
        let start = Instant::now();
        let prepared = self.encoder.prepare(chunk)?;
        self.ledger.add_columns(chunk, self.encoder.roles());
        let has_room = self.batches.last().is_some_and(|batch| batch.marks.len() + chunk.len() <= BATCH_ROWS);
        if has_room && let Some(batch) = self.batches.last_mut() {
            let tally = self.encoder.encode(&prepared, 0..chunk.len(), batch);
            self.ledger.add(&tally, chunk, self.encoder.roles(), origin);
        } else {
            let mut blocks: Vec<(usize, Batch, Tally)> = Vec::new();
            for first in (0..chunk.len()).step_by(BATCH_ROWS) {
                let mut batch = self.spare.pop().unwrap_or_else(|| self.encoder.no_batch());
                batch.order = self.order;
                self.order += 1;
                blocks.push((first, batch, Tally::default()));
            }
            let encoder = &self.encoder;
            self.pool.install(|| {
                blocks.par_iter_mut().with_max_len(1).for_each(|(first, batch, tally)| {
                    let rows = *first..chunk.len().min(*first + BATCH_ROWS);
                    *tally = encoder.encode(&prepared, rows, batch);
                });
            });
            for (_, batch, tally) in blocks {
                self.ledger.add(&tally, chunk, self.encoder.roles(), origin);
                let home = if batch.marks.is_empty() { &mut self.spare } else { &mut self.batches };
                home.push(batch);
            }
        }
        self.seconds.encode += start.elapsed().as_secs_f64();
        let marks: usize = self.batches.iter().map(|batch| batch.marks.len()).sum();
        if marks >= self.group_marks || self.batches.len() >= GROUP_BATCHES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let start = Instant::now();
        let mut rest = std::mem::take(&mut self.batches);
        while !rest.is_empty() {
            self.stop.check()?;
            let mut marks = 0;
            let mut is_more = |batch: &Batch| {
                let is_first = marks == 0;
                marks += batch.marks.len();
                is_first || marks <= self.group_marks
            };
            let count = rest.iter().take_while(|batch| is_more(batch)).count();
            let later = rest.split_off(count.max(1));
            self.spare.extend(self.rasterizer.draw(rest)?);
            rest = later;
        }
        self.seconds.draw += start.elapsed().as_secs_f64();
        Ok(())
    }

    /// Counts rows of an input that were read and not wanted.
    pub fn filter(&mut self, input: usize, rows: u64) {
        self.ledger.filter(input, rows);
    }

    /// Counts rows of an input that were never decoded.
    pub fn skip(&mut self, input: usize, rows: u64) {
        self.ledger.skip(input, rows);
    }

    /// Where the rows went so far.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What does the drawing.
    #[must_use]
    pub fn description(&self) -> String {
        self.rasterizer.description()
    }

    /// How marks become pixels.
    #[must_use]
    pub fn kernel(&self) -> &'static str {
        self.rasterizer.kernel()
    }

    /// Draws what is left and fetches the canvas, once.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn finish(mut self) -> Result<(Canvas, Ledger, Seconds)> {
        self.flush()?;
        let start = Instant::now();
        self.rasterizer.drain()?;
        self.seconds.draw += start.elapsed().as_secs_f64();
        let start = Instant::now();
        let canvas = self.rasterizer.finish()?;
        self.seconds.readback = start.elapsed().as_secs_f64();
        Ok((canvas, self.ledger, self.seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::chunk::Role;
    use crate::encode::{Opacity, Paint};
    use crate::program::{Accumulate, Footprint, Plane, Size};
    use crate::raster::cpu::Cpu;
    use crate::scale::Scale;
    use crate::stamp::{Marker, StampAtlas};

    #[test]
    fn rows_outside_leave_nothing_behind() {
        let pool = crate::engine::pool(Some(2)).unwrap();
        let size = Size::new(10, 10).unwrap();
        let atlas = Arc::new(StampAtlas::new(Marker::Square, 1.0, false).unwrap());
        let footprint = Footprint::Stamp(atlas);
        let program = Program {
            size,
            footprint: footprint.clone(),
            accumulate: Accumulate::Planes(vec![Plane::Count]),
            prefers_compute: false,
        };
        let scale = Scale::linear(0.0, 1.0).unwrap();
        let binnings = (scale.binning(10, false), scale.binning(10, true));
        let roles = vec![Role::X, Role::Y];
        let encoder =
            Encoder::new(binnings, size, footprint, roles, Paint::Constant([0; 3]), Opacity::Constant(1.0), vec![]);
        let backend = Backend::Cpu(Cpu::new(Arc::clone(&pool)));
        let mut drawing = Drawing::begin(encoder.unwrap(), &program, &backend, pool).unwrap();
        // One row of each chunk is inside, the rest far away.
        let mut x = vec![50.0; BATCH_ROWS];
        x[7] = 0.5;
        let chunks = 3 * GROUP_BATCHES;
        for _ in 0..chunks {
            drawing.draw(&Chunk::xy(&x, &x)).unwrap();
            let held = drawing.batches.len() + drawing.spare.len();
            assert!(held <= GROUP_BATCHES + 1, "{held} batches are held");
        }
        let (canvas, ledger, _) = drawing.finish().unwrap();
        assert_eq!(ledger.rows.drawn, chunks as u64);
        assert_eq!(ledger.rows.outside, (chunks * (BATCH_ROWS - 1)) as u64);
        let Canvas::Planes(planes) = canvas else { panic!("counts") };
        assert_eq!(planes.counts().iter().sum::<u64>(), chunks as u64);
    }
}
