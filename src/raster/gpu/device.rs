//! The device and its failures: every call that can fail goes through here and comes back as an error.
//!
//! wgpu reports refusals through error scopes, later ones through a handler, a lost device by a callback and a panic in
//! `poll`; all of them end as a [`GpuFault`]. After the first failure every further call returns it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::adapter::{AdapterReport, Found};
use super::border::{PIECES, Pulse, patience};
use super::clock;
use crate::error::{Error, GpuFault, Result};

/// The way out of every failure.
pub(super) const WAY_OUT: &str = "run it again, or render on the CPU: --backend cpu";

/// A device, its queue, and the first thing that went wrong.
#[derive(Debug)]
pub(super) struct Device {
    device: wgpu::Device,
    queue: wgpu::Queue,
    report: AdapterReport,
    /// Without progress for so long the device counts as hung.
    patience: Duration,
    pulse: Pulse,
    fault: Arc<OnceLock<(GpuFault, String)>>,
}

/// Why something could not be made.
#[derive(Debug)]
pub(super) struct Refusal {
    /// True when memory ran out: less may succeed.
    pub(super) is_memory: bool,
    error: Error,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        refusal.error
    }
}

impl Device {
    /// Opens the adapter with its own limits: wgpu's defaults end at 8192 px and 256 MiB.
    /// Every step that it completes moves `pulse`.
    pub(super) fn open(found: Found, pulse: Pulse) -> Result<Self> {
        let Found { adapter, report } = found;
        let own = adapter.limits();
        let wanted = wgpu::Features::FLOAT32_BLENDABLE | clock::FEATURES;
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("pointillist"),
            required_features: adapter.features() & wanted,
            required_limits: wgpu::Limits {
                max_texture_dimension_2d: own.max_texture_dimension_2d,
                max_buffer_size: own.max_buffer_size,
                max_storage_buffer_binding_size: own.max_storage_buffer_binding_size,
                ..wgpu::Limits::downlevel_defaults()
            },
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        };
        let opened = guarded("opening the GPU", || pollster::block_on(adapter.request_device(&descriptor)))?;
        let (device, queue) = opened.map_err(|error| {
            let why = one_line(&error.to_string());
            Error::gpu_fault(GpuFault::Other, format!("the GPU {} cannot be opened: {why}", report.name))
                .hint("another --adapter may do, or --backend cpu")
        })?;
        let fault = Arc::new(OnceLock::new());
        let (first, lost) = (Arc::clone(&fault), Arc::clone(&fault));
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            let fault = match error {
                wgpu::Error::OutOfMemory { .. } => GpuFault::Memory,
                _ => GpuFault::Other,
            };
            first.get_or_init(|| (fault, format!("the GPU failed: {}", one_line(&error.to_string()))));
        }));
        device.set_device_lost_callback(move |reason, message| {
            if reason != wgpu::DeviceLostReason::Destroyed {
                // In wgpu's own words there is no more to say.
                let why =
                    if message.contains("evice is lost") { String::new() } else { format!(": {}", one_line(&message)) };
                lost.get_or_init(|| (GpuFault::Lost, format!("the GPU was lost{why}")));
            }
        });
        pulse.beat();
        Ok(Self { device, queue, report, patience: patience(), pulse, fault })
    }

    /// What is known of the adapter.
    pub(super) fn report(&self) -> &AdapterReport {
        &self.report
    }

    /// Seconds from one value of a timestamp to the next; nothing where there are no timestamps between commands.
    pub(super) fn seconds_a_tick(&self) -> Option<f64> {
        let has_clock = self.device.features().contains(clock::FEATURES);
        has_clock.then(|| f64::from(self.queue.get_timestamp_period()) * 1e-9)
    }

    /// Makes resources under error scopes; `what` names them in the error.
    pub(super) fn make<T>(&self, what: &str, make: impl FnOnce(&wgpu::Device) -> T) -> std::result::Result<T, Refusal> {
        let other = |error| Refusal { is_memory: false, error };
        self.check().map_err(other)?;
        let attempt = guarded(what, || {
            // Popped in reverse: scopes are a stack.
            let memory = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
            let internal = self.device.push_error_scope(wgpu::ErrorFilter::Internal);
            let validation = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
            let made = make(&self.device);
            let validation = pollster::block_on(validation.pop());
            let internal = pollster::block_on(internal.pop());
            let memory = pollster::block_on(memory.pop());
            (made, memory.or(internal).or(validation))
        });
        let (made, error) = attempt.map_err(|error| other(self.fail(&error)))?;
        self.pulse.beat();
        match error {
            // A lost device makes everything, and says nothing of it.
            None => self.check().map(|()| made).map_err(other),
            Some(error) => {
                let is_memory = matches!(error, wgpu::Error::OutOfMemory { .. });
                let reason = if is_memory { "it has no memory left".to_owned() } else { one_line(&error.to_string()) };
                let fault = if is_memory { GpuFault::Memory } else { GpuFault::Other };
                let error = Error::gpu_fault(fault, format!("the GPU refused {what}: {reason}"))
                    .hint("a smaller picture may do, or --backend cpu");
                Err(Refusal { is_memory, error })
            }
        }
    }

    /// Records commands and hands them to the queue.
    pub(super) fn submit(&self, record: impl FnOnce(&mut wgpu::CommandEncoder)) -> Result<wgpu::SubmissionIndex> {
        self.check()?;
        let submitted = guarded("drawing on the GPU", || {
            let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            record(&mut encoder);
            self.queue.submit([encoder.finish()])
        });
        let index = submitted.map_err(|error| self.fail(&error))?;
        self.check()?;
        self.pulse.beat();
        Ok(index)
    }

    /// Waits until a submission is done and its callbacks have run. The only place that polls: `poll` panics when the
    /// device is lost.
    pub(super) fn wait(&self, submission: wgpu::SubmissionIndex) -> Result<()> {
        self.check()?;
        for _ in 0..PIECES {
            let timeout = Some(self.patience / PIECES);
            let poll = wgpu::PollType::Wait { submission_index: Some(submission.clone()), timeout };
            match guarded("waiting for the GPU", || self.device.poll(poll)) {
                Ok(Ok(_)) => {
                    self.pulse.beat();
                    return self.check();
                }
                Ok(Err(wgpu::PollError::Timeout)) => self.check()?,
                Ok(Err(error)) => {
                    let text = format!("waiting for the GPU failed: {error}");
                    return Err(self.fail(&Error::gpu_fault(GpuFault::Other, text)));
                }
                Err(error) => return Err(self.fail(&error)),
            }
        }
        let text = format!("the GPU did not answer within {} s", self.patience.as_secs_f64());
        Err(self.fail(&Error::gpu_fault(GpuFault::Hung, text)))
    }

    /// Says that work on the processor goes on: a canvas of gigabytes takes longer to make than a driver may be silent.
    pub(super) fn beat(&self) {
        self.pulse.beat();
    }

    /// The first failure, if there was one.
    fn check(&self) -> Result<()> {
        self.fault.get().map_or(Ok(()), |(fault, text)| Err(Error::gpu_fault(*fault, text.clone()).hint(WAY_OUT)))
    }

    /// Keeps a failure unless something failed before it, and returns what failed first.
    pub(super) fn fail(&self, error: &Error) -> Error {
        let fault = error.gpu_fault_kind().unwrap_or(GpuFault::Other);
        let (fault, text) = self.fault.get_or_init(|| (fault, error.message().to_owned()));
        Error::gpu_fault(*fault, text.clone()).hint(WAY_OUT)
    }
}

impl Drop for Device {
    /// A device that failed is leaked: wgpu waits for the queue when it is dropped, for ever on one that hangs, and
    /// panics on some failures.
    fn drop(&mut self) {
        if self.fault.get().is_some() {
            std::mem::forget(self.queue.clone());
        }
    }
}

/// Makes something of `bytes`, or of half as many as often as memory is refused, but not of fewer than `smallest`.
pub(super) fn shrinking<T>(
    mut bytes: u64,
    smallest: u64,
    mut make: impl FnMut(u64) -> std::result::Result<T, Refusal>,
) -> Result<T> {
    loop {
        match make(bytes) {
            Ok(made) => return Ok(made),
            Err(refusal) if refusal.is_memory && bytes / 2 >= smallest => bytes /= 2,
            Err(refusal) => return Err(refusal.into()),
        }
    }
}

/// wgpu tells causes in paragraphs.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs a call into wgpu and turns a panic there into an error.
pub(super) fn guarded<T>(what: &str, call: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        // wgpu's words for a device that the driver has given up.
        let fault = if text.contains("device is lost") { GpuFault::Lost } else { GpuFault::Other };
        Error::gpu_fault(fault, format!("{what} failed: {}", one_line(text))).hint(WAY_OUT)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::gpu;
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_panic_below_becomes_an_error() {
        let error = guarded("waiting", || panic!("device {} lost", 7)).expect_err("it panicked");
        assert_eq!(error.kind(), ErrorKind::Gpu);
        assert!(error.to_string().starts_with("waiting failed: device 7 lost; "), "{error}");
    }

    #[test]
    fn refused_memory_is_asked_for_by_halves_down_to_the_smallest() {
        let mut asked = Vec::new();
        let mut attempt = |limit: u64, is_memory: bool| {
            asked.clear();
            let made = shrinking(32, 4, |bytes| {
                asked.push(bytes);
                if bytes <= limit { Ok(bytes) } else { Err(Refusal { is_memory, error: Error::gpu("refused") }) }
            });
            (made.ok(), asked.clone())
        };
        assert_eq!(attempt(100, true), (Some(32), vec![32]));
        assert_eq!(attempt(9, true), (Some(8), vec![32, 16, 8]));
        assert_eq!(attempt(3, true), (None, vec![32, 16, 8, 4]), "not below the smallest");
        assert_eq!(attempt(9, false), (None, vec![32]), "other refusals are final");
    }

    #[test]
    fn needs_gpu_a_refused_buffer_is_an_error_and_the_device_goes_on() {
        let Some(gpu) = gpu() else { return };
        let device = gpu.device();
        let buffer = |size| wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        };
        let refusal = device.make("a buffer", |raw| raw.create_buffer(&buffer(u64::MAX / 8))).expect_err("2 EiB");
        let error = Error::from(refusal);
        assert_eq!(error.kind(), ErrorKind::Gpu);
        assert!(error.to_string().contains("refused a buffer"), "{error}");
        assert!(device.make("a buffer", |raw| raw.create_buffer(&buffer(16))).is_ok(), "a refusal is no fault");
    }

    #[test]
    fn needs_gpu_after_the_first_failure_every_call_returns_it() {
        let Some(gpu) = gpu() else { return };
        let device = gpu.device();
        let submission = device.submit(|_| {}).unwrap();
        let told = device.fail(&Error::gpu("the first"));
        assert!(told.to_string().starts_with("the first"), "{told}");
        assert!(device.fail(&Error::gpu("the second")).to_string().starts_with("the first"));
        assert!(device.wait(submission).is_err());
        assert!(device.submit(|_| {}).expect_err("failed before").to_string().contains("--backend cpu"));
    }

    #[test]
    fn needs_gpu_a_destroyed_device_ends_in_an_error_not_in_a_panic() {
        let Some(gpu) = gpu() else { return };
        let device = gpu.device();
        device.device.destroy();
        let made = device.make("a buffer", |raw| {
            raw.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: 16,
                usage: wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        let drawn = device.submit(|_| {}).and_then(|submission| device.wait(submission));
        assert!(made.is_err() || drawn.is_err(), "a destroyed device cannot draw");
    }
}
