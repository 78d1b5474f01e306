//! What lives behind the border: the device, and the upload ring that its rasterizers take in turn.

use std::sync::{Arc, Mutex, PoisonError};

use super::adapter::{self, Choice};
use super::adder::Adder;
use super::border::Pulse;
use super::capacity::Capacity;
use super::device::Device;
use super::fold::FoldLimits;
use super::host::Host;
use super::kernel::Kernel;
use super::painter::Painter;
use super::ring::{self, Ring};
use super::tiler::Tiler;
use super::tiles::Lanes;
use crate::canvas::Canvas;
use crate::error::Result;
use crate::program::Program;
use crate::raster::Rasterizer;

/// A device that draws programs.
#[derive(Clone, Debug)]
pub(super) struct Workshop {
    shared: Arc<Shared>,
}

/// What the rasterizers of a device share.
#[derive(Debug)]
pub(super) struct Shared {
    /// Before the device: it is dropped first.
    idle_ring: Mutex<Option<Ring>>,
    pub(super) device: Device,
    pub(super) fold_limits: FoldLimits,
    /// What an invocation of the tiles kernel owns.
    pub(super) lanes: Lanes,
    capacity: Capacity,
}

impl Shared {
    /// The ring of a rasterizer that ended, or a new one.
    pub(super) fn take_ring(&self) -> Result<Ring> {
        let idle = self.idle_ring.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut ring = idle.map_or_else(|| Ring::new(&self.device, self.capacity.slot_bytes()), Ok)?;
        ring.restart_clock();
        Ok(ring)
    }

    pub(super) fn give_back(&self, ring: Ring) {
        *self.idle_ring.lock().unwrap_or_else(PoisonError::into_inner) = Some(ring);
    }

    pub(super) fn description(&self) -> String {
        let report = self.device.report();
        format!("gpu, {} ({})", report.name, report.driver)
    }
}

impl Workshop {
    /// Opens the chosen adapter; every step that it completes moves `pulse`.
    pub(super) fn choose(choice: &Choice, pulse: Pulse) -> Result<Self> {
        let mut found = adapter::enumerate()?;
        pulse.beat();
        let reports: Vec<_> = found.iter().map(|found| found.report.clone()).collect();
        let chosen = adapter::choose(&reports, choice, &Host::probe())?;
        let device = Device::open(found.swap_remove(chosen), pulse)?;
        let slot_bytes = ring::slot_bytes(device.report().kind);
        Ok(Self::with(device, choice.kernel, slot_bytes, FoldLimits::default()))
    }

    /// A workshop of a device, with the kernel that was asked for.
    pub(super) fn with(device: Device, kernel: Option<Kernel>, slot_bytes: u64, fold_limits: FoldLimits) -> Self {
        let capacity = Capacity::new(device.report().clone(), kernel, slot_bytes);
        let lanes = Lanes::of(device.report().kind);
        Self { shared: Arc::new(Shared { idle_ring: Mutex::new(None), device, fold_limits, lanes, capacity }) }
    }

    /// What it can draw.
    pub(super) fn capacity(&self) -> &Capacity {
        &self.shared.capacity
    }

    /// Opens a rasterizer that goes on from `start`; see `Gpu::open`.
    pub(super) fn open(&self, program: &Program, start: Canvas) -> Result<Box<dyn Rasterizer>> {
        let shared = Arc::clone(&self.shared);
        shared.capacity.fits(program)?;
        match shared.capacity.kernel_for(program)? {
            kernel @ (Kernel::Instanced | Kernel::Blocked) => {
                Ok(Box::new(Painter::new(shared, program, start, kernel)?))
            }
            Kernel::Tiles => Ok(Box::new(Tiler::new(shared, program, &start)?)),
            Kernel::Add => Ok(Box::new(Adder::new(shared, program, start)?)),
        }
    }

    /// The same device whose tiles kernel has other lanes than suit it.
    #[cfg(test)]
    pub(super) fn with_lanes(self, lanes: Lanes) -> Self {
        let mut shared = Arc::into_inner(self.shared).unwrap();
        shared.lanes = lanes;
        Self { shared: Arc::new(shared) }
    }

    #[cfg(test)]
    pub(super) fn device(&self) -> &Device {
        &self.shared.device
    }
}
