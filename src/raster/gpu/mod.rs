//! Draws on a Vulkan device, offscreen, without a display.
//!
//! Marks go through a bounded ring into one reused vertex buffer. They are drawn from it instanced, into a texture whose
//! contents every pass preserves, or a compute pass reads it as storage and adds to integers (`add`, `adder`); either is
//! read back once. The only place that knows wgpu. No call panics or prints: all failures are errors of kind `Gpu`.
//!
//! Software driver, two shared cores, 1024 x 768 px, in M marks/s: pixels 1.2 to 1.7, cells 1.7, discs of 5 px 0.7
//! to 0.8 (a third to a half of that while other work has the cores).

mod adapter;
mod add;
mod adder;
mod device;
mod fold;
mod host;
mod kernel;
#[cfg(test)]
mod mirror;
mod painter;
mod points;
mod readback;
mod ring;
mod target;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

pub use adapter::{AdapterKind, AdapterReport, Choice};
pub use host::{DeviceNode, Host, Missing};
pub use kernel::{Kernel, needs_cpu};

use crate::canvas::Canvas;
use crate::error::{Error, Result};
use crate::program::{Accumulate, Footprint, Program, Size};
use crate::raster::Rasterizer;
use adder::Adder;
use device::Device;
use fold::FoldLimits;
use painter::Painter;
use ring::Ring;

/// A Vulkan device, and the upload ring that its rasterizers take in turn.
#[derive(Clone, Debug)]
pub struct Gpu {
    shared: Arc<Shared>,
    /// The kernel asked for.
    kernel: Option<Kernel>,
}

#[derive(Debug)]
struct Shared {
    /// Before the device: it is dropped first.
    idle_ring: Mutex<Option<Ring>>,
    device: Device,
    slot_bytes: u64,
    fold_limits: FoldLimits,
}

impl Shared {
    /// The ring of a rasterizer that ended, or a new one.
    fn take_ring(&self) -> Result<Ring> {
        let idle = self.idle_ring.lock().unwrap_or_else(PoisonError::into_inner).take();
        idle.map_or_else(|| Ring::new(&self.device, self.slot_bytes), Ok)
    }

    fn give_back(&self, ring: Ring) {
        *self.idle_ring.lock().unwrap_or_else(PoisonError::into_inner) = Some(ring);
    }

    fn description(&self) -> String {
        let report = self.device.report();
        format!("gpu, {} ({})", report.name, report.driver)
    }
}

/// All Vulkan adapters, the best first; none without a loader or a driver. Loads Vulkan.
///
/// # Errors
/// When a driver fails while it is asked.
pub fn adapters() -> Result<Vec<AdapterReport>> {
    Ok(adapter::enumerate()?.into_iter().map(|found| found.report).collect())
}

impl Gpu {
    /// Opens the chosen adapter.
    ///
    /// # Errors
    /// When no adapter serves (the text says what is missing and what to install), none has that name or number, or the
    /// driver refuses.
    pub fn new(choice: &Choice) -> Result<Self> {
        let mut found = adapter::enumerate()?;
        let reports: Vec<_> = found.iter().map(|found| found.report.clone()).collect();
        let chosen = adapter::choose(&reports, choice, &Host::probe())?;
        let device = Device::open(found.swap_remove(chosen))?;
        let slot_bytes = ring::slot_bytes(device.report().kind);
        Ok(Self { kernel: choice.kernel, ..Self::with(device, slot_bytes, FoldLimits::default()) })
    }

    fn with(device: Device, slot_bytes: u64, fold_limits: FoldLimits) -> Self {
        let shared = Shared { idle_ring: Mutex::new(None), device, slot_bytes, fold_limits };
        Self { shared: Arc::new(shared), kernel: None }
    }

    #[cfg(test)]
    fn device(&self) -> &Device {
        &self.shared.device
    }

    /// Whether the machine shows any sign of a GPU. Cheap: looks for device nodes and loads nothing.
    #[must_use]
    pub fn has_device_nodes() -> bool {
        host::has_device_nodes()
    }

    /// What is known of the adapter in use.
    #[must_use]
    pub fn adapter(&self) -> &AdapterReport {
        self.shared.device.report()
    }

    /// The kernel that draws this program: the one that was asked for, or else the one that suits it.
    ///
    /// # Errors
    /// As [`Kernel::of`].
    pub fn kernel_for(&self, program: &Program) -> Result<Kernel> {
        Kernel::of(program, self.kernel)
    }

    /// Whether the device can draw this program.
    ///
    /// # Errors
    /// When it cannot; the text names the limit, or the planes that only the CPU fills.
    pub fn fits(&self, program: &Program) -> Result<()> {
        match self.kernel_for(program)? {
            Kernel::Instanced => fits(self.adapter(), program),
            Kernel::Add => match &program.accumulate {
                Accumulate::Planes(planes) => add::fits(program.size, planes),
                Accumulate::Over | Accumulate::Veil => Ok(()),
            },
        }
    }

    /// The bytes that drawing this program takes at its peak, on the device and on the host together: texture and counts,
    /// or the planes; stamps, ring, readback and the finished canvas.
    #[must_use]
    pub fn planned_bytes(&self, program: &Program) -> u64 {
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
            _ => target::planned_bytes(program) + counts + stamps,
        };
        let ring = ring::planned_bytes(self.shared.slot_bytes);
        driver_bytes(self.adapter().kind) + drawn_on + ring + readback::planned_bytes(canvas) + canvas
    }

    /// Opens a rasterizer that goes on from `start`.
    ///
    /// # Errors
    /// When the program does not fit ([`Self::fits`]), `start` is no canvas of it, or memory is refused.
    pub fn open(&self, program: &Program, start: Canvas) -> Result<Box<dyn Rasterizer>> {
        self.fits(program)?;
        let shared = Arc::clone(&self.shared);
        match self.kernel_for(program)? {
            Kernel::Instanced => Ok(Box::new(Painter::new(shared, program, start)?)),
            Kernel::Add => Ok(Box::new(Adder::new(shared, program, start)?)),
        }
    }
}

fn foreign(program: &Program, start: &Canvas) -> Error {
    let size = |size: Size| format!("{}x{}", size.width(), size.height());
    let kind = match start {
        Canvas::Layer(_) => "colours".to_owned(),
        Canvas::Veil(_) => "transmittance".to_owned(),
        Canvas::Planes(planes) => format!("{:?}", planes.kinds()),
    };
    Error::input("the canvas to go on from is not one of this plot")
        .expected(format!("{} of {:?}", size(program.size), program.accumulate))
        .found(format!("{} of {kind}", size(start.size())))
}

/// A zeroed vector, or an error where memory does not suffice.
fn zeroed<T: bytemuck::Zeroable + Clone>(len: usize) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let refused = |error| {
        Error::gpu(format!("no memory for a canvas of {len} pixels")).because(error).hint("a smaller picture may do")
    };
    values.try_reserve_exact(len).map_err(refused)?;
    values.resize(len, T::zeroed());
    Ok(values)
}

/// Whether an adapter can draw a program instanced.
fn fits(adapter: &AdapterReport, program: &Program) -> Result<()> {
    let (width, height) = (program.size.width(), program.size.height());
    let on_cpu = "render on the CPU: --backend cpu";
    if !adapter.can_blend_f32 {
        return Err(Error::gpu(format!("the GPU {} cannot blend 32-bit floats", adapter.name)).hint(on_cpu));
    }
    if width.max(height) > adapter.max_texture_px {
        return Err(Error::gpu(format!("the canvas is larger than the GPU {} can draw", adapter.name))
            .expected(format!("sides of at most {} px", adapter.max_texture_px))
            .found(format!("{width}x{height}"))
            .hint(on_cpu));
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
fn driver_bytes(kind: AdapterKind) -> u64 {
    if kind == AdapterKind::Software { 320 << 20 } else { 128 << 20 }
}
