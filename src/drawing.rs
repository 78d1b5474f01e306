//! One drawing under way: chunks in, canvases and ledger out. Used by the command and by the library alike.
//!
//! Chunks of any size are cut or gathered into batches of about the same size, encoded on all threads, and given to the
//! rasterizers in groups: the picture cannot depend on the size of the chunks, and neither does the speed. There is one
//! canvas in the ordinary case; of several, each takes all rows under a view of its own, or each the rows of its panel.

mod easel;
mod seconds;
mod sizes;

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
use crate::raster::{Backend, GROUP_MARKS};
use crate::stop::Stop;
use easel::Easel;
pub use seconds::Seconds;
pub use sizes::{BATCH_ROWS, planned_bytes};
use sizes::{GROUP_BATCHES, GROUP_PIXELS, LEAST_GROUP_MARKS, batch_rows, group_marks};

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
    /// The number of the encoder with what it has prepared.
    way: usize,
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
        let most_marks = match backend {
            Backend::Cpu(_) => group_marks(pool.current_num_threads()),
            Backend::Gpu(_) => GROUP_MARKS,
        };
        let group_marks = (GROUP_PIXELS / program.footprint.mean_area_px().max(1.0)) as usize;
        let easels =
            programs.iter().map(|program| Easel::open(backend, program, programs.len() == 1)).collect::<Result<_>>()?;
        Ok(Self {
            group_marks: group_marks.clamp(LEAST_GROUP_MARKS, most_marks),
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
        self.draw_runs(&[(chunk, origin)], &mut |_, _| {})
    }

    /// Draws chunks one after another, encoded together on all threads; `seen` is told of each, with the ledger behind it.
    ///
    /// # Errors
    /// As [`Self::draw`]; those before the chunk that does not fit are drawn.
    pub fn draw_all(&mut self, chunks: &[Chunk<'_>], mut seen: impl FnMut(&Chunk<'_>, &Ledger)) -> Result<()> {
        let run: Vec<_> = chunks.iter().map(|chunk| (chunk, chunk.origin())).collect();
        self.draw_runs(&run, &mut seen)
    }

    fn draw_runs(&mut self, chunks: &[(&Chunk<'_>, Origin)], seen: &mut dyn FnMut(&Chunk<'_>, &Ledger)) -> Result<()> {
        let start = Instant::now();
        let encoded = match self.facets.take() {
            None => self.encode_views(chunks, seen),
            Some(facets) => {
                let routed = chunks.iter().try_for_each(|(chunk, origin)| {
                    self.encode_panels(&facets, chunk, *origin)?;
                    seen(chunk, &self.ledger);
                    Ok(())
                });
                self.facets = Some(facets);
                routed
            }
        };
        self.seconds.encode += start.elapsed().as_secs_f64();
        encoded?;
        let marks: usize = self.easels.iter().map(Easel::marks).sum();
        let batches: usize = self.easels.iter().map(|easel| easel.batches.len()).sum();
        if marks >= self.group_marks || batches >= GROUP_BATCHES.max(2 * self.easels.len()) {
            self.flush()?;
        }
        Ok(())
    }

    /// All rows onto every canvas.
    fn encode_views(
        &mut self,
        chunks: &[(&Chunk<'_>, Origin)],
        seen: &mut dyn FnMut(&Chunk<'_>, &Ledger),
    ) -> Result<()> {
        let (encoders, views) = (std::mem::take(&mut self.encoders), self.easels.len());
        let (mut prepared, mut outcome) = (Vec::new(), Ok(()));
        for (chunk, _) in chunks {
            match encoders.iter().map(|encoder| encoder.prepare(chunk)).collect::<Result<Vec<_>>>() {
                Ok(own) => prepared.push(own),
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        let ways: Vec<_> = prepared.iter().flat_map(|own| encoders.iter().zip(own)).collect();
        let rows = |way: usize| 0..chunks.get(way / views).map_or(0, |(chunk, _)| chunk.len());
        let tasks = self.tasks((0..ways.len()).map(|way| (way, way % views, rows(way))));
        let mut tasks = self.encoded(&ways, tasks).into_iter().peekable();
        for (number, (chunk, origin)) in chunks.iter().take(prepared.len()).enumerate() {
            self.ledger.add_columns(chunk, &self.roles);
            while let Some(Task { easel, tally, .. }) = tasks.next_if(|task| task.way / views == number) {
                self.easels[easel].rows += tally.rows();
                if easel == 0 {
                    self.ledger.add(&tally, chunk, &self.roles, *origin);
                }
            }
            seen(chunk, &self.ledger);
        }
        drop(ways);
        drop(prepared);
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
            let parts = parts.filter(|(_, rows)| !rows.is_empty());
            let tasks = self.tasks(parts.map(|(easel, rows)| (0, easel, rows)));
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

    /// Finds batches for rows, each to be encoded one way onto one canvas: its last one where they fit, else new ones.
    fn tasks(&mut self, parts: impl Iterator<Item = (usize, usize, Range<usize>)>) -> Vec<Task> {
        // A batch is not cut any more, and no longer than a group.
        let most = batch_rows(self.easels.len()).min(self.group_marks);
        let mut is_first = vec![true; self.easels.len()];
        let mut tasks = Vec::new();
        for (way, easel, rows) in parts {
            let own = &mut self.easels[easel];
            // Behind rows that are only on their way, the last batch is not the last.
            if std::mem::take(&mut is_first[easel])
                && let Some(batch) = own.reopened(rows.len(), most)
            {
                tasks.push(Task { way, easel, rows, batch, tally: Tally::default() });
                continue;
            }
            for first in rows.clone().step_by(most) {
                let batch = self.spare.pop().unwrap_or_else(|| self.no_batch.clone());
                let batch = own.ordered(batch);
                let rows = first..rows.end.min(first + most);
                tasks.push(Task { way, easel, rows, batch, tally: Tally::default() });
            }
        }
        tasks
    }

    /// Encodes all tasks, on all threads where they are several, and puts their batches where they belong.
    fn encoded(&mut self, ways: &[(&Encoder, &Prepared<'_>)], mut tasks: Vec<Task>) -> Vec<Task> {
        let encode = |Task { way, rows, batch, tally, .. }: &mut Task| {
            if let Some((encoder, prepared)) = ways.get(*way) {
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
