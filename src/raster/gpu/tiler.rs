//! One canvas that stamps are blended into tile by tile, in order: the rasterizer of the tiles kernel.

use std::sync::Arc;

use super::kernel::Kernel;
use super::readback::Readback;
use super::ring::Ring;
use super::tile_sort::{TileSort, Words, most_entries_per_mark};
use super::tiles::{Lanes, TileCanvas, band_rows};
use super::workshop::Shared;
use super::{AdapterKind, foreign};
use crate::canvas::Canvas;
use crate::error::{Error, Result};
use crate::mark::{Batch, Marks};
use crate::program::{Accumulate, Footprint, Plane, Program};
use crate::raster::{Rasterizer, emptied};
use crate::stamp::StampAtlas;

/// Pixels that a submission may blend: 10 to 15 ns of a thread each on the software driver, so 20 to 60 ms. On hardware the
/// ring ends a submission before that.
fn submission_pixels(kind: AdapterKind) -> u64 {
    if kind == AdapterKind::Software { 1 << 22 } else { 1 << 28 }
}

/// Blends onto one canvas.
#[derive(Debug)]
pub(super) struct Tiler {
    shared: Arc<Shared>,
    atlas: Arc<StampAtlas>,
    ring: Ring,
    sort: TileSort,
    canvas: TileCanvas,
    readback: Readback,
    /// Entries of a submission.
    most_entries: usize,
    most_pixels: u64,
}

impl Tiler {
    /// A tiler that goes on from `start`; the program fits the device.
    pub(super) fn new(shared: Arc<Shared>, program: &Program, start: &Canvas) -> Result<Self> {
        let is_own = match (&program.accumulate, start) {
            (Accumulate::Over, Canvas::Layer(_)) | (Accumulate::Veil, Canvas::Veil(_)) => true,
            (Accumulate::Planes(kinds), Canvas::Planes(planes)) => {
                kinds[..] == [Plane::Count] && planes.kinds() == kinds
            }
            _ => false,
        };
        let (true, Footprint::Stamp(atlas)) = (is_own && start.size() == program.size, &program.footprint) else {
            return Err(foreign(program, start));
        };
        let (device, report) = (&shared.device, shared.device.report());
        let ring = shared.take_ring()?;
        // An entry may need a piece and a job of its own.
        let most_entries = ring.slot_bytes() / size_of::<Words>() as u64 / 3;
        if most_entries_per_mark(atlas) > most_entries {
            return Err(
                Error::gpu("a marker is larger than what the GPU takes at once").hint("draw on the CPU: --backend cpu")
            );
        }
        let band_bytes = report.max_binding_bytes.min(report.max_buffer_bytes).min(shared.fold_limits.band_bytes);
        let band_rows = band_rows(program, band_bytes);
        let canvas = TileCanvas::new(device, program, atlas, start, shared.lanes, band_rows, ring.vertices())?;
        Ok(Self {
            atlas: Arc::clone(atlas),
            ring,
            sort: TileSort::new(program.size, band_rows, shared.lanes == Lanes::Tiles),
            canvas,
            readback: Readback::default(),
            most_entries: most_entries as usize,
            most_pixels: submission_pixels(report.kind),
            shared,
        })
    }

    fn flush(&mut self) -> Result<()> {
        if self.sort.is_empty() {
            return Ok(());
        }
        let (device, canvas) = (&self.shared.device, &self.canvas);
        let (upload, dispatches) = self.sort.sort(&self.atlas);
        let bytes: &[u8] = bytemuck::cast_slice(upload);
        self.ring.write(device, bytes)?;
        let written = std::iter::once(0..bytes.len() as u64);
        self.ring.submit(device, written, |encoder, upload| canvas.record(encoder, upload, dispatches))
    }
}

impl Rasterizer for Tiler {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        for batch in &batches {
            let mut rest = match &batch.marks {
                Marks::Glyphs(glyphs) => &glyphs[..],
                marks if marks.is_empty() => &[],
                Marks::Cells(_) => {
                    return Err(Error::usage("the marks are not those of the program").expected("glyphs for stamps"));
                }
            };
            while !rest.is_empty() {
                let most_pixels = self.ring.pace().of(self.most_pixels);
                let taken = self.sort.take(rest, &self.atlas, self.most_entries, most_pixels);
                rest = &rest[taken..];
                if !rest.is_empty() {
                    self.flush()?;
                }
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
        self.canvas.read(&self.shared.device, &mut self.readback)
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
        Kernel::Tiles.name()
    }
}
