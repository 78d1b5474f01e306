//! One canvas of a drawing and the marks that wait for it.

use crate::canvas::Canvas;
use crate::error::Result;
use crate::ledger::Rows;
use crate::mark::Batch;
use crate::program::Program;
use crate::raster::{self, Backend, Rasterizer};
use crate::stop::Stop;

/// Batches of marks in order, and the rasterizer that they are for.
pub(super) struct Easel {
    pub(super) rasterizer: Box<dyn Rasterizer>,
    /// With marks in each; the last may take more.
    pub(super) batches: Vec<Batch>,
    order: u64,
    /// Where the rows went that were meant for it.
    pub(super) rows: Rows,
}

impl Easel {
    /// An empty canvas; one that is alone is drawn on while the next rows are encoded.
    ///
    /// # Errors
    /// When the backend cannot hold it.
    pub(super) fn open(backend: &Backend, program: &Program, is_alone: bool) -> Result<Self> {
        let open = if is_alone { raster::open_behind } else { raster::open };
        let rasterizer = open(backend, program, Canvas::empty(program))?;
        Ok(Self { rasterizer, batches: Vec::new(), order: 0, rows: Rows::default() })
    }

    /// An empty batch as the next one in order.
    pub(super) fn ordered(&mut self, mut batch: Batch) -> Batch {
        batch.order = self.order;
        self.order += 1;
        batch
    }

    /// The last batch, where so many rows fit into it beside its marks.
    pub(super) fn reopened(&mut self, rows: usize, most: usize) -> Option<Batch> {
        let has_room = self.batches.last().is_some_and(|batch| batch.marks.len() + rows <= most);
        if has_room { self.batches.pop() } else { None }
    }

    /// Marks that wait.
    pub(super) fn marks(&self) -> usize {
        self.batches.iter().map(|batch| batch.marks.len()).sum()
    }

    /// Hands over what waits, in groups of about so many marks, and keeps the empty batches in `spare`.
    ///
    /// # Errors
    /// When the backend fails, or somebody asks it to end.
    pub(super) fn flush(&mut self, group_marks: usize, stop: &Stop, spare: &mut Vec<Batch>) -> Result<()> {
        let mut rest = std::mem::take(&mut self.batches);
        while !rest.is_empty() {
            stop.check()?;
            let mut marks = 0;
            let mut is_more = |batch: &Batch| {
                let is_first = marks == 0;
                marks += batch.marks.len();
                is_first || marks <= group_marks
            };
            let count = rest.iter().take_while(|batch| is_more(batch)).count();
            let later = rest.split_off(count.max(1));
            spare.extend(self.rasterizer.draw(rest)?);
            rest = later;
        }
        Ok(())
    }
}
