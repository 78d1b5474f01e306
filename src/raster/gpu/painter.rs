//! One canvas being drawn on the device: the rasterizer of this backend.

use std::sync::Arc;

use super::fold::Fold;
use super::kernel::Kernel;
use super::points::{Instances, Points};
use super::readback::Readback;
use super::ring::Ring;
use super::target::{Blending, Target};
use super::workshop::Shared;
use super::{AdapterKind, foreign, zeroed};
use crate::canvas::{Canvas, Layer, Planes, Veil};
use crate::error::{Error, Result};
use crate::mark::{Batch, Marks};
use crate::program::{Accumulate, Footprint, Plane, Program};
use crate::raster::{Rasterizer, emptied};

/// What a submission may cost, in fragments: a second at most, as drivers end jobs that take seconds (10 s on amdgpu), and a
/// device that hangs shall be told from one that works. An old card blends 10^9 fragments a second; the software driver 65 M
/// with two cores to itself: half a second. Against 2^30 there (20 s) a run of 1 M pixels, of 1 M discs of 5 px in one colour
/// and in many, or of 5000 discs of 200 px takes 0.99 to 1.01 times the processor's time (medians of 4).
fn submission_fragments(kind: AdapterKind) -> u64 {
    if kind == AdapterKind::Software { 1 << 25 } else { 1 << 30 }
}

/// What a mark costs beside its own fragments, in fragments: 0.6 us on the software driver.
const MARK_FRAGMENTS: u64 = 38;

/// Draws onto one canvas.
#[derive(Debug)]
pub(super) struct Painter {
    shared: Arc<Shared>,
    kernel: Kernel,
    program: Program,
    ring: Ring,
    stage: Stage,
    readback: Readback,
    /// Marks of a submission.
    most_marks: usize,
}

/// What a submission draws with.
#[derive(Debug)]
struct Stage {
    target: Target,
    points: Points,
    fold: Option<Fold>,
}

impl Stage {
    /// Draws the first `marks` instances of the vertex buffer, folding counts where they come due.
    fn record(&mut self, encoder: &mut wgpu::CommandEncoder, vertices: &wgpu::Buffer, marks: u32) {
        let mut first = 0;
        while first < marks {
            let room = match &mut self.fold {
                Some(fold) => fold.make_room(encoder, &mut self.target, marks - first),
                None => marks - first,
            };
            self.points.draw(&mut self.target.begin(encoder), vertices, first..first + room);
            first += room;
        }
    }
}

impl Painter {
    /// A painter that goes on from `start`; the program fits the device.
    pub(super) fn new(shared: Arc<Shared>, program: &Program, start: Canvas, kernel: Kernel) -> Result<Self> {
        let device = &shared.device;
        let mut target = Target::new(device, program.size, Blending::of(&program.accumulate))?;
        let ring = shared.take_ring()?;
        let instances = if kernel == Kernel::Blocked { Instances::Blocks } else { Instances::Marks };
        let points = Points::new(device, program, instances, ring.vertices())?;
        let mut fold = None;
        match (&program.accumulate, &start) {
            _ if start.size() != program.size => return Err(foreign(program, &start)),
            (Accumulate::Over, Canvas::Layer(layer)) => {
                if layer.pixels().iter().any(|pixel| *pixel != [0.0, 0.0, 0.0, 1.0]) {
                    target.write(device, bytemuck::cast_slice(layer.pixels()))?;
                }
            }
            (Accumulate::Veil, Canvas::Veil(veil)) => {
                if veil.pixels().iter().any(|t| *t != 1.0) {
                    target.write(device, bytemuck::cast_slice(veil.pixels()))?;
                }
            }
            (Accumulate::Planes(_), Canvas::Planes(planes)) if planes.kinds() == [Plane::Count] => {
                let counts = planes.counts();
                let made = fold.insert(Fold::new(device, &target, shared.fold_limits)?);
                if counts.iter().any(|count| *count != 0) {
                    made.write(device, counts)?;
                }
            }
            _ => return Err(foreign(program, &start)),
        }
        let most = submission_fragments(device.report().kind);
        let by_fragments = most / (points.fragments_per_mark() + MARK_FRAGMENTS);
        let most_marks = (ring.slot_bytes() / points.mark_bytes() as u64).min(by_fragments).max(1) as usize;
        let stage = Stage { target, points, fold };
        let (program, readback) = (program.clone(), Readback::default());
        Ok(Self { kernel, program, ring, stage, readback, most_marks, shared })
    }

    fn flush(&mut self) -> Result<()> {
        let bytes = self.ring.filled_bytes();
        let marks = (bytes / self.stage.points.mark_bytes()) as u32;
        let stage = &mut self.stage;
        let written = std::iter::once(0..bytes as u64);
        self.ring.submit(&self.shared.device, written, |encoder, vertices| stage.record(encoder, vertices, marks))
    }

    /// The bytes of a batch's marks, which are those that the program's footprint draws.
    fn bytes<'b>(&self, batch: &'b Batch) -> Result<&'b [u8]> {
        match (&batch.marks, &self.program.footprint) {
            (Marks::Cells(cells), Footprint::Cell) => Ok(bytemuck::cast_slice(cells)),
            (Marks::Glyphs(glyphs), Footprint::Stamp(_)) => Ok(bytemuck::cast_slice(glyphs)),
            (marks, _) if marks.is_empty() => Ok(&[]),
            _ => {
                Err(Error::usage("the marks are not those of the program")
                    .expected("cells for cells, glyphs for stamps"))
            }
        }
    }
}

impl Rasterizer for Painter {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        let mark_bytes = self.stage.points.mark_bytes();
        for batch in &batches {
            let mut rest = self.bytes(batch)?;
            while !rest.is_empty() {
                let most = self.ring.pace().of(self.most_marks as u64) as usize;
                let room = most.saturating_mul(mark_bytes).saturating_sub(self.ring.filled_bytes());
                let (now, later) = rest.split_at(rest.len().min(room));
                self.ring.write(&self.shared.device, now)?;
                if now.len() == room {
                    self.flush()?;
                }
                rest = later;
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
        let (device, size) = (&self.shared.device, self.program.size);
        let Stage { target, fold, .. } = &mut self.stage;
        if let Some(fold) = fold {
            let mut counts = zeroed(device, size.area())?;
            fold.read(device, target, &mut self.readback, &mut counts)?;
            return Ok(Canvas::Planes(Planes::from_counts(size, counts)));
        }
        target.settle(device)?;
        if self.program.accumulate == Accumulate::Over {
            let mut pixels = zeroed::<[f32; 4]>(device, size.area())?;
            self.readback.texture(device, target.texture(), bytemuck::cast_slice_mut(&mut pixels))?;
            Ok(Canvas::Layer(Layer::from_pixels(size, pixels)))
        } else {
            let mut pixels = zeroed::<f32>(device, size.area())?;
            self.readback.texture(device, target.texture(), bytemuck::cast_slice_mut(&mut pixels))?;
            Ok(Canvas::Veil(Veil::from_pixels(size, pixels)))
        }
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
        self.kernel.name()
    }
}
