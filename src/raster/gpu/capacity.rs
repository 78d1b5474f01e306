//! What an opened device can draw and what that takes, known without asking it.

use super::adapter::{AdapterKind, AdapterReport};
use super::kernel::Kernel;
use super::{add, fold, points, readback, ring, target, tile_sort, tiles};
use crate::error::{Error, Result};
use crate::program::{Accumulate, Footprint, Program};

/// The adapter, the kernel that was asked for, and the size of the ring.
#[derive(Clone, Debug)]
pub(super) struct Capacity {
    adapter: AdapterReport,
    kernel: Option<Kernel>,
    slot_bytes: u64,
}

impl Capacity {
    pub(super) fn new(adapter: AdapterReport, kernel: Option<Kernel>, slot_bytes: u64) -> Self {
        Self { adapter, kernel, slot_bytes }
    }

    pub(super) fn adapter(&self) -> &AdapterReport {
        &self.adapter
    }

    /// Bytes of a slot of the ring.
    pub(super) fn slot_bytes(&self) -> u64 {
        self.slot_bytes
    }

    /// See `Gpu::kernel_for`.
    pub(super) fn kernel_for(&self, program: &Program) -> Result<Kernel> {
        Kernel::of(program, self.kernel, &self.adapter)
    }

    /// See `Gpu::fits`.
    pub(super) fn fits(&self, program: &Program) -> Result<()> {
        match self.kernel_for(program)? {
            Kernel::Instanced | Kernel::Blocked => fits(&self.adapter, program),
            Kernel::Tiles => tiles::fits(&self.adapter, program),
            Kernel::Add => match &program.accumulate {
                Accumulate::Planes(planes) => add::fits(program.size, planes),
                Accumulate::Over | Accumulate::Veil => Ok(()),
            },
        }
    }

    /// The bytes that drawing takes behind the border; see `Gpu::planned_bytes`.
    pub(super) fn planned_bytes(&self, program: &Program) -> u64 {
        let counts = match program.accumulate {
            Accumulate::Planes(_) => fold::planned_bytes(program.size),
            Accumulate::Over | Accumulate::Veil => 0,
        };
        let stamps = match &program.footprint {
            Footprint::Stamp(atlas) => points::atlas_rows(atlas) * u64::from(points::ATLAS_WIDTH),
            Footprint::Cell => 0,
        };
        let canvas = program.canvas_bytes();
        let drawn_on = match self.kernel_for(program) {
            // Bins have the bytes of the planes they are read into.
            Ok(Kernel::Add) => canvas,
            // The canvas is always written first, in pieces.
            Ok(Kernel::Tiles) => {
                let sort = tile_sort::planned_bytes(program.size, self.slot_bytes);
                canvas + canvas.min(target::WRITE_BYTES) + stamps + sort
            }
            _ => target::planned_bytes(program) + counts + stamps,
        };
        self.shared_bytes() + drawn_on + readback::planned_bytes(canvas) + canvas
    }

    /// The bytes of all that which are there once, whatever is drawn: the driver's and the ring.
    pub(super) fn shared_bytes(&self) -> u64 {
        driver_bytes(self.adapter.kind) + ring::planned_bytes(self.slot_bytes)
    }
}

/// Whether an adapter can draw a program instanced.
pub(super) fn fits(adapter: &AdapterReport, program: &Program) -> Result<()> {
    let (width, height) = (program.size.width(), program.size.height());
    let on_cpu = "render on the CPU: --backend cpu";
    if !adapter.can_blend_f32 {
        return Err(Error::gpu(format!("the GPU {} cannot blend 32-bit floats", adapter.name)).hint(on_cpu));
    }
    if width.max(height) > adapter.max_texture_px {
        return Err(Error::gpu(format!("the canvas is larger than the GPU {} can draw", adapter.name))
            .expected(format!("sides of at most {} px", adapter.max_texture_px))
            .found(format!("{width}x{height}"))
            .hint("leave --gpu-kernel out, or render on the CPU: --backend cpu"));
    }
    if let Footprint::Stamp(atlas) = &program.footprint {
        let (classes, rows) = (atlas.classes().len(), points::atlas_rows(atlas));
        if classes > points::MAX_CLASSES || rows > adapter.max_texture_px.into() {
            return Err(Error::gpu("the markers are too many or too large for the GPU")
                .expected(format!("{} sizes in {} rows of masks", points::MAX_CLASSES, adapter.max_texture_px))
                .found(format!("{classes} sizes in {rows} rows"))
                .hint(on_cpu));
        }
    }
    Ok(())
}

/// What the driver holds itself: on software Vulkan, code and bins of triangles (a whole process was measured at 420 MB
/// with 5 M points and 440 MB with 10 M); on hardware an estimate.
pub(super) fn driver_bytes(kind: AdapterKind) -> u64 {
    if kind == AdapterKind::Software { 320 << 20 } else { 128 << 20 }
}
