//! One drawing under way: chunks in, canvases and ledger out. Used by the command and by the library alike.
//!
//! Chunks of any size are cut or gathered into batches of about the same size, encoded on all threads, and given to the
//! rasterizers in groups: the picture cannot depend on the size of the chunks, and neither does the speed. There is one
//! canvas in the ordinary case; of several, each takes all rows under a view of its own, or each the rows of its panel.

mod easel;

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::canvas::Canvas;
use crate::data::chunk::{Chunk, Origin, Role};
use crate::encode::{Encoder, Facets, Prepared};
use crate::error::{Error, Result};
use crate::ledger::{Ledger, Rows, Tally};
use crate::mark::Batch;
use crate::program::Program;
use crate::raster::cpu::sorted_bytes;
use crate::raster::{Backend, GROUP_MARKS};
use crate::stop::Stop;
use easel::Easel;

/// Rows that one thread encodes into one batch.
const BATCH_ROWS: usize = 1 << 16;

/// So many canvases may each gather a whole batch; of more, each gathers a smaller one, so that what waits stays bounded.
const WHOLE_BATCHES: usize = 16;

/// A batch is never smaller than this, however many canvases there are.
const LEAST_BATCH_ROWS: usize = 1 << 12;

/// Pixels that are blended between two looks at whether the run shall end: about a second of one thread.
const GROUP_PIXELS: f64 = (1 << 28) as f64;

/// Batches that are handed over together even with few marks in them: a zoom into a large file leaves most rows outside,
/// and memory must not grow with them.
const GROUP_BATCHES: usize = 64;

/// What a drawing holds besides the canvases and the chunk, in bytes: a group of marks with their values, one chunk's
/// more for each of the `views` that take all rows, and of each of the `panels` (one in the ordinary case) a batch that
/// was as full once.
#[must_use]
pub fn planned_bytes(chunk_rows: u64, slots: u64, views: u64, panels: u64, threads: usize) -> u64 {
    let waiting = (panels.max(1) - 1) * batch_rows(usize::try_from(panels).unwrap_or(usize::MAX)) as u64;
    // One group waits, and one is drawn.
    let glyphs = 2 * GROUP_MARKS as u64 + views.max(1) * chunk_rows.max(BATCH_ROWS as u64) + waiting;
    // A glyph, its values and, where it is gathered, its place in the pieces; those that are blended are sorted in rounds.
    glyphs * (16 + if slots > 0 { 4 + 8 * slots } else { 0 }) + sorted_bytes(threads)
}

/// Rows of a batch beside those of other canvases.
fn batch_rows(canvases: usize) -> usize {
    (BATCH_ROWS * WHOLE_BATCHES / canvases.max(1)).clamp(LEAST_BATCH_ROWS, BATCH_ROWS)
}

/// Seconds spent, by stage.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seconds {
    /// Values to marks.
    pub encode: f64,
    /// Marks to pixels (on a GPU: handing over and waiting for it).
    pub draw: f64,
    /// Fetching the canvases.
    pub readback: f64,
    /// Of drawing, by the clock of the device; nothing where there is none.
    pub gpu: Option<f64>,
}

/// What a drawing came to.
#[derive(Debug)]
pub struct Finished {
    /// The canvases in the order in which they were begun.
    pub canvases: Vec<Canvas>,
    /// Where the rows went that were meant for each.
    pub rows: Vec<Rows>,
    /// Where all rows went: of several views, by the first.
    pub ledger: Ledger,
    /// Seconds spent.
    pub seconds: Seconds,
}

/// Chunks in, canvases and ledger out.
pub struct Drawing {
    /// One for each canvas, or one for all of them where they are panels.
    encoders: Vec<Encoder>,
    easels: Vec<Easel>,
    /// Which panel a row belongs to, by the last column of its chunk.
    facets: Option<Facets>,
    /// What each column of a chunk is for.
    roles: Vec<Role>,
    pool: Arc<ThreadPool>,
    spare: Vec<Batch>,
    /// What a new batch begins as.
    no_batch: Batch,
    /// Marks that are handed over together; fewer of large ones.
    group_marks: usize,
    stop: Stop,
    ledger: Ledger,
    seconds: Seconds,
}

impl std::fmt::Debug for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drawing").field("rasterizer", &self.description()).finish_non_exhaustive()
    }
}

/// Rows that are encoded into one batch.
struct Task {
    easel: usize,
    rows: Range<usize>,
    batch: Batch,
    tally: Tally,
}

impl Drawing {
    /// Begins on an empty canvas.
    ///
    /// # Errors
    /// When the backend cannot hold the canvas.
    pub fn begin(encoder: Encoder, program: &Program, backend: &Backend, pool: Arc<ThreadPool>) -> Result<Self> {
        Self::of_views(vec![(encoder, program)], backend, pool)
    }

    /// Begins on several empty canvases, each of which takes all rows; the ledger is that of the first. Their marks and
    /// values are of one kind.
    ///
    /// # Errors
    /// When the backend cannot hold the canvases, or there is none.
    pub fn of_views(views: Vec<(Encoder, &Program)>, backend: &Backend, pool: Arc<ThreadPool>) -> Result<Self> {
        let (encoders, programs): (Vec<Encoder>, Vec<&Program>) = views.into_iter().unzip();
        Self::new(encoders, &programs, None, backend, pool)
    }

    /// Begins on an empty canvas for each panel of `facets`. Chunks bring the column that decides the panel behind those
    /// of the encoder.
    ///
    /// # Errors
    /// As [`Self::of_views`].
    pub fn of_facets(
        (encoder, program): (Encoder, &Program),
        facets: Facets,
        backend: &Backend,
        pool: Arc<ThreadPool>,
    ) -> Result<Self> {
        let programs = vec![program; facets.panels()];
        Self::new(vec![encoder], &programs, Some(facets), backend, pool)
    }

    fn new(
        encoders: Vec<Encoder>,
        programs: &[&Program],
        facets: Option<Facets>,
        backend: &Backend,
        pool: Arc<ThreadPool>,
    ) -> Result<Self> {
        let (Some(first), Some(program)) = (encoders.first(), programs.first()) else {
            return Err(Error::usage("there is no canvas to draw on"));
        };
        let mut roles = first.roles().to_vec();
        roles.extend(facets.as_ref().map(|_| Role::Facet));
        let group_marks = (GROUP_PIXELS / program.footprint.mean_area_px().max(1.0)) as usize;
        let easels = programs.iter().map(|program| Easel::open(backend, program)).collect::<Result<_>>()?;
        Ok(Self {
            group_marks: group_marks.clamp(1, GROUP_MARKS),
            stop: Stop::default(),
            no_batch: first.no_batch(),
            encoders,
            easels,
            facets,
            roles,
            pool,
            spare: Vec::new(),
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
        match self.facets.take() {
            None => self.encode_views(chunk, origin)?,
            Some(facets) => {
                let routed = self.encode_panels(&facets, chunk, origin);
                self.facets = Some(facets);
                routed?;
            }
        }
        self.seconds.encode += start.elapsed().as_secs_f64();
        let marks: usize = self.easels.iter().map(Easel::marks).sum();
        let batches: usize = self.easels.iter().map(|easel| easel.batches.len()).sum();
        if marks >= self.group_marks || batches >= GROUP_BATCHES.max(2 * self.easels.len()) {
            self.flush()?;
        }
        Ok(())
    }

    /// All rows onto every canvas.
    fn encode_views(&mut self, chunk: &Chunk<'_>, origin: Origin) -> Result<()> {
        let encoders = std::mem::take(&mut self.encoders);
        let prepared: Result<Vec<Prepared<'_>>> = encoders.iter().map(|encoder| encoder.prepare(chunk)).collect();
        if let Ok(prepared) = &prepared {
            self.ledger.add_columns(chunk, &self.roles);
            let ways: Vec<_> = encoders.iter().zip(prepared).collect();
            let tasks = self.tasks((0..self.easels.len()).map(|easel| (easel, 0..chunk.len())));
            for Task { easel, tally, .. } in self.encoded(&ways, tasks) {
                self.easels[easel].rows += tally.rows();
                if easel == 0 {
                    self.ledger.add(&tally, chunk, &self.roles, origin);
                }
            }
        }
        let outcome = prepared.map(drop);
        self.encoders = encoders;
        outcome
    }

    /// Each row onto the canvas of its panel.
    fn encode_panels(&mut self, facets: &Facets, chunk: &Chunk<'_>, origin: Origin) -> Result<()> {
        let at = self.roles.len() - 1;
        if chunk.columns().len() != self.roles.len() {
            return Err(Error::input("a chunk has other columns than the first one")
                .expected(format!("{} columns", self.roles.len()))
                .found(chunk.columns().len().to_string()));
        }
        let routed = facets.route(chunk, at)?;
        let together = routed.partition.chunk(chunk, at)?;
        let encoders = std::mem::take(&mut self.encoders);
        let prepared = encoders.iter().map(|encoder| encoder.prepare(&together)).collect::<Result<Vec<_>>>();
        if let Ok(prepared) = &prepared {
            self.ledger.add_columns(chunk, &self.roles);
            let ways: Vec<_> = encoders.iter().zip(prepared).collect();
            let parts = routed.partition.ranges().iter().cloned().enumerate();
            let tasks = self.tasks(parts.filter(|(_, rows)| !rows.is_empty()));
            let mut all = Tally { invalid: routed.invalid, ..Tally::default() };
            for Task { easel, tally, .. } in self.encoded(&ways, tasks) {
                self.easels[easel].rows += tally.rows();
                all.join(&tally, |place| routed.partition.row(place));
            }
            self.ledger.add(&all, chunk, &self.roles, origin);
            self.ledger.filter(origin.input, routed.filtered);
        }
        let outcome = prepared.map(drop);
        self.encoders = encoders;
        outcome
    }

    /// Finds a batch for the rows of each canvas: its last one where they fit, else new ones.
    fn tasks(&mut self, parts: impl Iterator<Item = (usize, Range<usize>)>) -> Vec<Task> {
        let most = batch_rows(self.easels.len());
        let mut tasks = Vec::new();
        for (easel, rows) in parts {
            let own = &mut self.easels[easel];
            if let Some(batch) = own.reopened(rows.len(), most) {
                tasks.push(Task { easel, rows, batch, tally: Tally::default() });
                continue;
            }
            for first in rows.clone().step_by(most) {
                let batch = self.spare.pop().unwrap_or_else(|| self.no_batch.clone());
                let batch = own.ordered(batch);
                tasks.push(Task { easel, rows: first..rows.end.min(first + most), batch, tally: Tally::default() });
            }
        }
        tasks
    }

    /// Encodes all tasks, on all threads where they are several, and puts their batches where they belong. Each canvas
    /// has an encoder with what that has prepared, or all have the one there is.
    fn encoded(&mut self, ways: &[(&Encoder, &Prepared<'_>)], mut tasks: Vec<Task>) -> Vec<Task> {
        let encode = |Task { easel, rows, batch, tally }: &mut Task| {
            if let Some((encoder, prepared)) = ways.get(*easel).or_else(|| ways.first()) {
                *tally = encoder.encode(prepared, rows.clone(), batch);
            }
        };
        if let [task] = &mut tasks[..] {
            encode(task);
        } else {
            self.pool.install(|| tasks.par_iter_mut().with_max_len(1).for_each(encode));
        }
        for task in &mut tasks {
            let batch = std::mem::replace(&mut task.batch, self.no_batch.clone());
            let home = if batch.marks.is_empty() { &mut self.spare } else { &mut self.easels[task.easel].batches };
            home.push(batch);
        }
        tasks
    }

    fn flush(&mut self) -> Result<()> {
        let start = Instant::now();
        for easel in &mut self.easels {
            easel.flush(self.group_marks, &self.stop, &mut self.spare)?;
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

    /// Where the rows went so far that were meant for each canvas.
    pub fn rows(&self) -> impl Iterator<Item = Rows> + '_ {
        self.easels.iter().map(|easel| easel.rows)
    }

    /// What does the drawing.
    #[must_use]
    pub fn description(&self) -> String {
        self.easels.first().map(|easel| easel.rasterizer.description()).unwrap_or_default()
    }

    /// How marks become pixels.
    #[must_use]
    pub fn kernel(&self) -> &'static str {
        self.easels.first().map_or("", |easel| easel.rasterizer.kernel())
    }

    /// Draws what is left and fetches the first canvas, once: the only one in the ordinary case.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn finish(self) -> Result<(Canvas, Ledger, Seconds)> {
        let Finished { canvases, ledger, seconds, .. } = self.finish_all()?;
        let canvas = canvases.into_iter().next().ok_or_else(|| Error::usage("there is no canvas to draw on"))?;
        Ok((canvas, ledger, seconds))
    }

    /// Draws what is left and fetches all canvases, once.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn finish_all(mut self) -> Result<Finished> {
        self.flush()?;
        let start = Instant::now();
        for easel in &mut self.easels {
            easel.rasterizer.drain()?;
        }
        let clocks: Vec<_> = self.easels.iter_mut().filter_map(|easel| easel.rasterizer.gpu_secs()).collect();
        self.seconds.gpu = (!clocks.is_empty()).then(|| clocks.iter().sum());
        self.seconds.draw += start.elapsed().as_secs_f64();
        let start = Instant::now();
        let rows = self.rows().collect();
        let canvases = self.easels.into_iter().map(|easel| easel.rasterizer.finish()).collect::<Result<_>>()?;
        self.seconds.readback = start.elapsed().as_secs_f64();
        Ok(Finished { canvases, rows, ledger: self.ledger, seconds: self.seconds })
    }
}

#[cfg(test)]
mod tests;
