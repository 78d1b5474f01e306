//! One canvas of integer planes being gathered on the device: the rasterizer that computes.
//!
//! Cells and their values go through the same ring as drawn marks, segment by segment; one submission an upload adds them
//! to every plane.

use std::sync::Arc;

use super::AdapterKind;
use super::add::{Accumulators, UploadLayout};
use super::kernel::Kernel;
use super::readback::Readback;
use super::ring::Ring;
use super::workshop::Shared;
use crate::canvas::Canvas;
use crate::error::{Error, Result};
use crate::mark::{Batch, Cell, Marks};
use crate::program::{Accumulate, Program};
use crate::raster::{Rasterizer, emptied};

/// How often the marks of a submission may be looked at: as with `painter`'s fragments, a second at most. The software
/// driver adds 11 to 35 M marks a second to a plane.
fn submission_looks(kind: AdapterKind) -> usize {
    if kind == AdapterKind::Software { 1 << 23 } else { 1 << 30 }
}

/// Gathers onto one canvas.
#[derive(Debug)]
pub(super) struct Adder {
    shared: Arc<Shared>,
    ring: Ring,
    layout: UploadLayout,
    accumulators: Accumulators,
    slots: usize,
    /// Marks of the upload under way.
    marks: usize,
    /// Marks of an upload.
    most_marks: usize,
    readback: Readback,
}

impl Adder {
    /// An adder that goes on from `start`; the program fits the device.
    pub(super) fn new(shared: Arc<Shared>, program: &Program, start: Canvas) -> Result<Self> {
        let (Accumulate::Planes(kinds), Canvas::Planes(planes)) = (&program.accumulate, &start) else {
            return Err(super::foreign(program, &start));
        };
        if planes.kinds() != kinds || planes.size() != program.size {
            return Err(super::foreign(program, &start));
        }
        let ring = shared.take_ring()?;
        let slots = program.slots();
        let layout = UploadLayout::new(ring.slot_bytes(), slots);
        let band_bytes = shared.fold_limits.band_bytes;
        let accumulators = Accumulators::new(&shared.device, program, kinds, layout, ring.vertices(), band_bytes)?;
        accumulators.write(&shared.device, planes)?;
        let most = submission_looks(shared.device.report().kind) / accumulators.dispatches().max(1);
        let most_marks = layout.most_marks().min(most.max(1));
        Ok(Self { shared, ring, layout, accumulators, slots, marks: 0, most_marks, readback: Readback::default() })
    }

    fn flush(&mut self) -> Result<()> {
        let marks = std::mem::take(&mut self.marks);
        if marks == 0 {
            return Ok(());
        }
        let (device, layout, accumulators) = (&self.shared.device, self.layout, &self.accumulators);
        self.ring.write_at(device, 0, bytemuck::cast_slice(&UploadLayout::head(marks)))?;
        let values = (0..self.slots).map(|slot| layout.value_at(slot, 0)..layout.value_at(slot, marks));
        let segments = std::iter::once(0..layout.mark_at(marks)).chain(values);
        self.ring.submit(device, segments, |encoder, _| accumulators.record(encoder, marks))
    }

    /// The cells of a batch, which has a value in every slot for each of them.
    fn cells<'b>(&self, batch: &'b Batch) -> Result<&'b [Cell]> {
        match &batch.marks {
            marks if marks.is_empty() => Ok(&[]),
            Marks::Cells(cells)
                if batch.values.len() >= self.slots
                    && batch.values[..self.slots].iter().all(|values| values.len() == cells.len()) =>
            {
                Ok(cells)
            }
            marks => Err(Error::usage("the marks are not those of the program")
                .expected(format!("cells with {} values each", self.slots))
                .found(match marks {
                    Marks::Cells(cells) => {
                        format!("{} cells, {} values", cells.len(), batch.values.iter().map(Vec::len).sum::<usize>())
                    }
                    Marks::Glyphs(_) => "glyphs".to_owned(),
                })),
        }
    }
}

impl Rasterizer for Adder {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        for batch in &batches {
            let cells = self.cells(batch)?;
            let mut first = 0;
            while first < cells.len() {
                let most = self.ring.pace().of(self.most_marks as u64) as usize;
                let room = most.saturating_sub(self.marks);
                let now = first..cells.len().min(first + room);
                let device = &self.shared.device;
                self.ring.write_at(
                    device,
                    self.layout.mark_at(self.marks),
                    bytemuck::cast_slice(&cells[now.clone()]),
                )?;
                for (slot, values) in batch.values[..self.slots].iter().enumerate() {
                    // A u64 is two words, the low one first.
                    let bytes = bytemuck::cast_slice(&values[now.clone()]);
                    self.ring.write_at(device, self.layout.value_at(slot, self.marks), bytes)?;
                }
                self.marks += now.len();
                if now.len() == room {
                    self.flush()?;
                }
                first = now.end;
            }
        }
        Ok(emptied(batches))
    }

    fn drain(&mut self) -> Result<()> {
        self.flush()?;
        self.ring.drain(&self.shared.device)
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        self.drain()?;
        Ok(Canvas::Planes(self.accumulators.read(&self.shared.device, &mut self.readback)?))
    }

    fn gpu_secs(&mut self) -> Option<f64> {
        self.ring.gpu_secs()
    }

    fn finish(mut self: Box<Self>) -> Result<Canvas> {
        let canvas = self.snapshot()?;
        let Self { shared, ring, .. } = *self;
        shared.give_back(ring);
        Ok(canvas)
    }

    fn description(&self) -> String {
        self.shared.description()
    }

    fn kernel(&self) -> &'static str {
        Kernel::Add.name()
    }
}

#[cfg(test)]
mod tests;
