//! Draws on a Vulkan device, offscreen, without a display.
//!
//! Marks go through a bounded ring into one reused vertex buffer. They are drawn from it instanced, into a texture whose
//! contents every pass preserves (`points`, `painter`), or a compute pass reads it as storage: stamps sorted by tile are
//! blended in order (`tile_sort`, `tiles`, `tiler`), cells are added to integers (`add`, `adder`). Either canvas is read back
//! once. The only place that knows wgpu. No call panics, prints or waits for ever: all of it lives on a thread
//! of its own (`border`), and all failures are errors of kind `Gpu`, those of the device with a fault.
//!
//! Software driver, two shared cores, 1024 x 768 px, in M marks/s: pixels 1.2 to 1.7, cells 1.7, discs of 5 px 0.7
//! to 0.8 (a third to a half of that while other work has the cores).

mod adapter;
mod add;
mod adder;
mod border;
mod capacity;
mod clock;
mod device;
mod fold;
mod host;
mod kernel;
#[cfg(test)]
mod mirror;
mod painter;
mod points;
mod readback;
mod remote;
mod ring;
mod target;
#[cfg(test)]
mod tests;
mod tile_sort;
mod tiler;
mod tiles;
mod workshop;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use adapter::{AdapterKind, AdapterReport, Choice};
pub use border::has_given_up;
pub use host::{DeviceNode, Host, Missing};
pub use kernel::{Kernel, needs_cpu};

use crate::canvas::Canvas;
use crate::error::{Error, Result};
use crate::program::{Program, Size};
use crate::raster::Rasterizer;
use border::{Border, patience};
use capacity::Capacity;
use device::Device;
use remote::{Floor, Remote};
use workshop::Workshop;

/// A Vulkan device on a thread of its own, and the upload ring that its rasterizers take in turn.
#[derive(Clone, Debug)]
pub struct Gpu {
    border: Arc<Border<Floor>>,
    capacity: Capacity,
}

/// Held while a driver is loaded and a device opened: NVIDIA's (580) spins for ever when two threads do that at once.
static OPENING: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    OPENING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All Vulkan adapters, the best first; none without a loader or a driver. Loads Vulkan.
///
/// # Errors
/// When a driver fails while it is asked, or does not answer.
pub fn adapters() -> Result<Vec<AdapterReport>> {
    let look = |_| {
        let _alone = alone();
        Ok(((), adapter::enumerate()?.into_iter().map(|found| found.report).collect()))
    };
    Border::open("looking for GPUs", patience(), look).map(|(_, reports)| reports)
}

impl Gpu {
    /// Opens the chosen adapter.
    ///
    /// # Errors
    /// When no adapter serves (the text says what is missing and what to install), none has that name or number, or the
    /// driver refuses or does not answer.
    pub fn new(choice: &Choice) -> Result<Self> {
        let choice = choice.clone();
        Self::open_behind(move |pulse| Workshop::choose(&choice, pulse))
    }

    fn open_behind(make: impl FnOnce(border::Pulse) -> Result<Workshop> + Send + 'static) -> Result<Self> {
        let make = |pulse| {
            let workshop = {
                let _alone = alone();
                make(pulse)?
            };
            let capacity = workshop.capacity().clone();
            Ok((Floor::new(workshop), capacity))
        };
        let (border, capacity) = Border::open("opening the GPU", patience(), make)?;
        Ok(Self { border: Arc::new(border), capacity })
    }

    /// Whether the machine shows any sign of a GPU. Cheap: looks for device nodes and loads nothing.
    #[must_use]
    pub fn has_device_nodes() -> bool {
        host::has_device_nodes()
    }

    /// What is known of the adapter in use.
    #[must_use]
    pub fn adapter(&self) -> &AdapterReport {
        self.capacity.adapter()
    }

    /// The kernel that draws this program: the one that was asked for, or else the one that suits it.
    ///
    /// # Errors
    /// As [`Kernel::of`].
    pub fn kernel_for(&self, program: &Program) -> Result<Kernel> {
        self.capacity.kernel_for(program)
    }

    /// Whether the device can draw this program.
    ///
    /// # Errors
    /// When it cannot; the text names the limit, or the planes that only the CPU fills.
    pub fn fits(&self, program: &Program) -> Result<()> {
        self.capacity.fits(program)
    }

    /// The bytes that drawing this program takes at its peak, on the device and on the host together: texture and counts,
    /// or the planes; stamps, ring, readback and the finished canvas; the marks that wait to be drawn.
    #[must_use]
    pub fn planned_bytes(&self, program: &Program) -> u64 {
        self.capacity.planned_bytes(program) + remote::planned_bytes(program)
    }

    /// The same for programs that are drawn beside each other: the driver's memory and the ring are there once.
    #[must_use]
    pub fn planned_bytes_together<'a>(&self, programs: impl Iterator<Item = &'a Program>) -> u64 {
        let (mut shared, mut own) = (0, 0);
        for program in programs {
            // Marks wait in one group for all.
            shared = shared.max(self.capacity.shared_bytes() + remote::planned_bytes(program));
            own += self.capacity.planned_bytes(program) - self.capacity.shared_bytes();
        }
        shared + own
    }

    /// The seconds that drawing so many marks of a program takes, as far as that was measured or follows from what was;
    /// nothing where it is unknown, and no better than a factor of two.
    #[must_use]
    pub fn drawing_secs(&self, program: &Program, rows: u64) -> Option<f64> {
        let kernel = self.kernel_for(program).ok()?;
        kernel.secs_a_mark(program, self.adapter()).map(|secs| secs * rows as f64)
    }

    /// Opens a rasterizer that goes on from `start`.
    ///
    /// # Errors
    /// When the program does not fit ([`Self::fits`]), `start` is no canvas of it, or memory is refused.
    pub fn open(&self, program: &Program, start: Canvas) -> Result<Box<dyn Rasterizer>> {
        self.fits(program)?;
        Ok(Box::new(Remote::open(Arc::clone(&self.border), program, start)?))
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

/// Elements that are made in one go.
const MADE_TOGETHER: usize = 1 << 24;

/// A zeroed vector, or an error where memory does not suffice.
fn zeroed<T: bytemuck::Zeroable + Clone>(device: &Device, len: usize) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let refused = |error| {
        Error::gpu(format!("no memory for a canvas of {len} pixels")).because(error).hint("a smaller picture may do")
    };
    values.try_reserve_exact(len).map_err(refused)?;
    while values.len() < len {
        values.resize(len.min(values.len() + MADE_TOGETHER), T::zeroed());
        device.beat();
    }
    Ok(values)
}
