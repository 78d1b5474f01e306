//! The upload: a bounded ring of mapped staging buffers in front of one reused vertex buffer.
//!
//! `Queue::write_buffer` would allocate at every call, never wait, and lose the device when its staging memory runs out.
//! Here each slot waits for its own submission, so that the bytes held never depend on the number of points.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::adapter::AdapterKind;
use super::clock::{Clock, Pace};
use super::device::{Device, Refusal, shrinking};
use crate::error::{Error, GpuFault, Result};

/// Slots in the ring: one is being filled, one copied or drawn, and two are ready for a host that is ahead for a while.
/// More only adds memory: copies and draws share one queue.
const SLOTS: usize = 4;

/// A slot never becomes smaller than this when memory is refused.
const SMALLEST_SLOT_BYTES: u64 = 1 << 20;

/// The bytes of a slot: on hardware, enough points for some milliseconds of drawing, while the ring stays below the
/// 256 MiB that a card without a resizable BAR shows to the host. Chosen, not measured: on software Vulkan 1 MiB fell within
/// the noise of 8 MiB (0.6 to 1.7 M points/s at 1 px).
pub(super) fn slot_bytes(kind: AdapterKind) -> u64 {
    match kind {
        AdapterKind::Discrete => 32 << 20,
        AdapterKind::Integrated | AdapterKind::Virtual | AdapterKind::Other => 16 << 20,
        AdapterKind::Software => 8 << 20,
    }
}

/// The bytes of a ring and its vertex buffer.
pub(super) fn planned_bytes(slot_bytes: u64) -> u64 {
    (SLOTS as u64 + 1) * slot_bytes
}

/// Staging buffers in turn, and the vertex buffer that all of them are copied to.
#[derive(Debug)]
pub(super) struct Ring {
    slots: Vec<Slot>,
    /// No further slots: memory was refused.
    is_complete: bool,
    current: usize,
    slot_bytes: u64,
    vertices: wgpu::Buffer,
    filling: Option<Filling>,
    pace: Pace,
    /// What the device worked since [`Self::restart_clock`], as far as it has a clock.
    gpu_secs: Option<f64>,
}

#[derive(Debug)]
struct Slot {
    staging: wgpu::Buffer,
    /// Of the submission that reads the slot.
    clock: Option<Clock>,
    /// The submission that reads the slot, and whether the slot has been mapped again after it.
    flight: Option<(wgpu::SubmissionIndex, Arc<AtomicBool>)>,
}

/// The slot being filled.
#[derive(Debug)]
struct Filling {
    view: wgpu::BufferViewMut,
    /// Where the last byte ends.
    len_bytes: usize,
}

impl Ring {
    /// A ring with slots of so many bytes, or half as large as often as memory is refused, down to 1 MiB. One slot is
    /// made now, the others when they are first needed: a small job never pays for them.
    pub(super) fn new(device: &Device, slot_bytes: u64) -> Result<Self> {
        let most = slot_bytes.min(device.report().max_buffer_bytes);
        shrinking(most, SMALLEST_SLOT_BYTES, |bytes| {
            let vertices = vertex_buffer(device, bytes)?;
            let slots = vec![Slot::new(device, bytes)?];
            let pace = Pace::default();
            let (is_complete, current, filling, gpu_secs) = (false, 0, None, None);
            Ok(Self { slots, is_complete, current, slot_bytes: bytes, vertices, filling, pace, gpu_secs })
        })
    }

    /// Bytes in a slot.
    pub(super) fn slot_bytes(&self) -> u64 {
        self.slot_bytes
    }

    /// How much a submission shall hold of what it may.
    pub(super) fn pace(&self) -> Pace {
        self.pace
    }

    /// Begins to count the seconds of the device anew.
    pub(super) fn restart_clock(&mut self) {
        self.gpu_secs = None;
    }

    /// What the device worked on submissions that are known to be done; nothing where it has no clock.
    pub(super) fn gpu_secs(&self) -> Option<f64> {
        self.gpu_secs
    }

    /// The buffer that every slot is copied to.
    pub(super) fn vertices(&self) -> &wgpu::Buffer {
        &self.vertices
    }

    /// The end of what was written since the last submission.
    pub(super) fn filled_bytes(&self) -> usize {
        self.filling.as_ref().map_or(0, |filling| filling.len_bytes)
    }

    /// Appends bytes to the current slot; waits for its last submission first. The bytes fit: the caller knows
    /// [`Self::slot_bytes`] and [`Self::filled_bytes`].
    pub(super) fn write(&mut self, device: &Device, bytes: &[u8]) -> Result<()> {
        let first = self.filled_bytes() as u64;
        self.write_at(device, first, bytes)
    }

    /// Writes bytes at a place in the current slot, inside which they lie; waits for its last submission first.
    pub(super) fn write_at(&mut self, device: &Device, first: u64, bytes: &[u8]) -> Result<()> {
        if self.filling.is_none() {
            let view = self.slots[self.current].map(device)?;
            self.read_clock(device, self.current);
            self.filling = Some(Filling { view, len_bytes: 0 });
        }
        let Some(filling) = &mut self.filling else { return Ok(()) };
        let end = first as usize + bytes.len();
        filling.view.slice(first as usize..end).copy_from_slice(bytes);
        filling.len_bytes = filling.len_bytes.max(end);
        Ok(())
    }

    /// Submits what was written: copies these ranges to the same places in the vertex buffer, then does what `record`
    /// does with them; goes on to the next slot. Does nothing when nothing was written.
    pub(super) fn submit(
        &mut self,
        device: &Device,
        ranges: impl Iterator<Item = Range<u64>>,
        record: impl FnOnce(&mut wgpu::CommandEncoder, &wgpu::Buffer),
    ) -> Result<()> {
        let Some(Filling { view, .. }) = self.filling.take() else { return Ok(()) };
        drop(view);
        let Slot { staging, clock, flight } = &mut self.slots[self.current];
        staging.unmap();
        let is_mapped = Arc::new(AtomicBool::new(false));
        let mapped = Arc::clone(&is_mapped);
        let submission = device.submit(|encoder| {
            clock.iter().for_each(|clock| clock.start(encoder));
            for range in ranges {
                encoder.copy_buffer_to_buffer(
                    staging,
                    range.start,
                    &self.vertices,
                    range.start,
                    range.end - range.start,
                );
            }
            record(encoder, &self.vertices);
            clock.iter().for_each(|clock| clock.stop(encoder));
            encoder.map_buffer_on_submit(staging, wgpu::MapMode::Write, .., move |result| {
                mapped.store(result.is_ok(), Ordering::Release);
            });
        })?;
        *flight = Some((submission, is_mapped));
        self.advance(device)
    }

    /// Waits until everything submitted is drawn.
    pub(super) fn drain(&mut self, device: &Device) -> Result<()> {
        // One after another, the oldest first: each is progress.
        for slot in (self.current..self.slots.len()).chain(0..self.current) {
            if let Some((submission, _)) = &self.slots[slot].flight {
                device.wait(submission.clone())?;
                self.read_clock(device, slot);
            }
        }
        Ok(())
    }

    fn read_clock(&mut self, device: &Device, slot: usize) {
        if let Some(secs) = self.slots[slot].clock.as_ref().and_then(|clock| clock.read(device)) {
            self.pace.learn(secs);
            *self.gpu_secs.get_or_insert(0.0) += secs;
        }
    }

    fn advance(&mut self, device: &Device) -> Result<()> {
        let is_growing = !self.is_complete && self.current + 1 == self.slots.len() && self.slots.len() < SLOTS;
        if is_growing {
            match Slot::new(device, self.slot_bytes) {
                Ok(slot) => self.slots.push(slot),
                Err(refusal) if refusal.is_memory => self.is_complete = true,
                Err(refusal) => return Err(refusal.into()),
            }
        }
        self.current = (self.current + 1) % self.slots.len();
        Ok(())
    }
}

impl Slot {
    fn new(device: &Device, bytes: u64) -> std::result::Result<Self, Refusal> {
        let descriptor = wgpu::BufferDescriptor {
            label: Some("pointillist.ring.staging"),
            size: bytes,
            usage: wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: true,
        };
        let staging = device.make("an upload buffer", |raw| raw.create_buffer(&descriptor))?;
        Ok(Self { staging, clock: Clock::new(device), flight: None })
    }

    /// The slot's bytes, to write to, once its last submission is done.
    fn map(&mut self, device: &Device) -> Result<wgpu::BufferViewMut> {
        let refused = || device.fail(&Error::gpu_fault(GpuFault::Other, "the GPU's upload buffer cannot be written"));
        if let Some((submission, is_mapped)) = self.flight.take() {
            device.wait(submission)?;
            if !is_mapped.load(Ordering::Acquire) {
                return Err(refused());
            }
        }
        self.staging.get_mapped_range_mut(..).map_err(|_| refused())
    }
}

/// Storage as well: the computing kernels read the same bytes, and copy from them.
fn vertex_buffer(device: &Device, bytes: u64) -> std::result::Result<wgpu::Buffer, Refusal> {
    let descriptor = wgpu::BufferDescriptor {
        label: Some("pointillist.ring.vertices"),
        size: bytes,
        usage: wgpu::BufferUsages::VERTEX
            | wgpu::BufferUsages::STORAGE
            | wgpu::BufferUsages::COPY_DST
            | wgpu::BufferUsages::COPY_SRC,
        mapped_at_creation: false,
    };
    device.make("the vertex buffer", |raw| raw.create_buffer(&descriptor))
}

#[cfg(test)]
mod tests {
    use super::super::readback::Readback;
    use super::super::tests::gpu;
    use super::*;

    #[test]
    fn needs_gpu_every_slot_arrives_whole_and_in_order_however_often_the_ring_turns() {
        let Some(gpu) = gpu() else { return };
        let device = gpu.device();
        let mut ring = Ring::new(device, 1024).unwrap();
        let turns = 3 * SLOTS as u32 + 1;
        let descriptor = wgpu::BufferDescriptor {
            label: None,
            size: u64::from(turns) * 1024,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        };
        let sink = device.make("a sink", |raw| raw.create_buffer(&descriptor)).unwrap();
        // The vertex buffer itself cannot be copied from: draw nothing, copy the staging bytes of each turn instead.
        let mut expected = Vec::new();
        for turn in 0..turns {
            let words: Vec<u32> = (0..256).map(|i| turn * 1000 + i).collect();
            ring.write(device, bytemuck::cast_slice(&words[..100])).unwrap();
            ring.write(device, bytemuck::cast_slice(&words[100..])).unwrap();
            assert_eq!(ring.filled_bytes(), 1024);
            let staging = ring.slots[ring.current].staging.clone();
            ring.submit(device, std::iter::once(0..1024), |encoder, _| {
                encoder.copy_buffer_to_buffer(&staging, 0, &sink, u64::from(turn) * 1024, 1024);
            })
            .unwrap();
            expected.extend(words);
        }
        ring.drain(device).unwrap();
        assert_eq!(ring.slots.len(), SLOTS, "the ring does not grow beyond its slots");
        let mut found = vec![0_u32; expected.len()];
        Readback::default().buffer_bytes(device, &sink, bytemuck::cast_slice_mut(&mut found)).unwrap();
        assert_eq!(found, expected);
    }
}
