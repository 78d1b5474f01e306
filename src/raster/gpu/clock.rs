//! How long the device works on a submission, by its own clock, and how much a submission shall therefore hold.
//!
//! Without timestamps nothing is known, and nothing adapts. What a submission holds never shows in a picture.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::device::Device;

/// What a submission shall take: shorter ones cost more in handing over than in drawing, longer ones keep a desktop waiting
/// that the same GPU draws.
const SUBMISSION_SECS: std::ops::RangeInclusive<f64> = 0.005..=0.05;

/// Submissions become smaller by this power of two at most: what each costs whatever it holds stays below a tenth on software
/// Vulkan, whose clock also counts the time for which other work has the processor.
const MOST_HALVINGS: u32 = 4;

/// The features that clocks need.
pub(super) const FEATURES: wgpu::Features =
    wgpu::Features::TIMESTAMP_QUERY.union(wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS);

/// Two timestamps around the commands of one submission after the other.
#[derive(Debug)]
pub(super) struct Clock {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    readable: wgpu::Buffer,
    is_mapped: Arc<AtomicBool>,
}

const STAMPS: u32 = 2;
const STAMPS_BYTES: u64 = STAMPS as u64 * wgpu::QUERY_SIZE as u64;

impl Clock {
    /// Nothing where the adapter has no timestamps, or the device refuses: drawing goes on without.
    pub(super) fn new(device: &Device) -> Option<Self> {
        device.seconds_a_tick()?;
        let buffer =
            |label, usage| wgpu::BufferDescriptor { label, size: STAMPS_BYTES, usage, mapped_at_creation: false };
        let resolved = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
        let readable = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let made = device.make("a clock", |raw| Self {
            queries: raw.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("pointillist.clock"),
                ty: wgpu::QueryType::Timestamp,
                count: STAMPS,
            }),
            resolved: raw.create_buffer(&buffer(Some("pointillist.clock.resolved"), resolved)),
            readable: raw.create_buffer(&buffer(Some("pointillist.clock.readable"), readable)),
            is_mapped: Arc::default(),
        });
        made.ok()
    }

    /// Before the commands.
    pub(super) fn start(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.write_timestamp(&self.queries, 0);
    }

    /// After the commands. What an earlier submission left was read or is lost.
    pub(super) fn stop(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.write_timestamp(&self.queries, 1);
        encoder.resolve_query_set(&self.queries, 0..STAMPS, &self.resolved, 0);
        encoder.copy_buffer_to_buffer(&self.resolved, 0, &self.readable, 0, STAMPS_BYTES);
        let mapped = Arc::clone(&self.is_mapped);
        encoder.map_buffer_on_submit(&self.readable, wgpu::MapMode::Read, .., move |result| {
            mapped.store(result.is_ok(), Ordering::Release);
        });
    }

    /// Seconds of the last submission, which is done; once each.
    pub(super) fn read(&self, device: &Device) -> Option<f64> {
        if !self.is_mapped.swap(false, Ordering::AcqRel) {
            return None;
        }
        let ticks = self.readable.get_mapped_range(..).ok().map(|view| {
            let stamp =
                |i: usize| view.get(8 * i..8 * i + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
            stamp(1).unwrap_or(0).saturating_sub(stamp(0).unwrap_or(0))
        });
        self.readable.unmap();
        Some(ticks? as f64 * device.seconds_a_tick()?)
    }
}

/// How far submissions stay below the most they may hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    halvings: u32,
}

impl Pace {
    /// What a submission shall hold of at most so much; not less than 1.
    pub(super) fn of(self, most: u64) -> u64 {
        (most >> self.halvings).max(1)
    }

    /// Learns from a submission that took so long.
    pub(super) fn learn(&mut self, secs: f64) {
        if secs > *SUBMISSION_SECS.end() {
            self.halvings = (self.halvings + 1).min(MOST_HALVINGS);
        } else if secs < *SUBMISSION_SECS.start() {
            self.halvings = self.halvings.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::device;
    use super::*;

    #[test]
    fn long_submissions_are_halved_until_they_are_short_enough() {
        let mut pace = Pace::default();
        // A device that does 2000 a second.
        for _ in 0..20 {
            pace.learn(pace.of(1000) as f64 / 2000.0);
        }
        assert!(SUBMISSION_SECS.contains(&(pace.of(1000) as f64 / 2000.0)), "{pace:?}");
        (0..100).for_each(|_| pace.learn(1.0));
        assert_eq!((pace.of(1 << 20), pace.of(3)), (1 << 16, 1), "there is an end to it");
        (0..100).for_each(|_| pace.learn(0.001));
        assert_eq!(pace.of(1000), 1000, "short ones grow to what they may hold, and no further");
        pace.learn(0.02);
        assert_eq!(pace.of(1000), 1000);
    }

    #[test]
    fn needs_gpu_a_clock_tells_each_submission_once() {
        let Some(device) = device() else { return };
        let Some(clock) = Clock::new(&device) else { return };
        assert_eq!(clock.read(&device), None, "nothing was submitted");
        for _ in 0..3 {
            let submission = device.submit(|encoder| {
                clock.start(encoder);
                clock.stop(encoder);
            });
            device.wait(submission.unwrap()).unwrap();
            let secs = clock.read(&device).unwrap();
            assert!((0.0..1.0).contains(&secs), "{secs}");
            assert_eq!(clock.read(&device), None);
        }
    }
}
