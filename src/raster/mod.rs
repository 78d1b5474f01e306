//! The seam between backends: marks in, canvas out.
//!
//! Owns the contract; `cpu` and `gpu` own the work. Nothing here knows of data, scales or figures.

mod behind;
pub mod cpu;
pub mod gpu;

use crate::canvas::Canvas;
use crate::error::Result;
use crate::mark::Batch;
use crate::program::Program;
use behind::Behind;

/// Marks that a caller hands over together: enough for all threads, small enough to stay in memory (8 MiB, and as many
/// that are drawn meanwhile).
pub const GROUP_MARKS: usize = 1 << 19;

/// Draws marks onto one canvas, in the order given.
pub trait Rasterizer {
    /// Draws the batches in order, now or while the caller goes on; cutting one call into several changes nothing. Takes
    /// the batches whole, as nothing may be borrowed by a device that never answers, and returns empty ones to be filled
    /// again: these, or those of the call before.
    ///
    /// # Errors
    /// When the backend fails (a lost or refusing GPU), now or since the call before.
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>>;

    /// Waits until everything given so far is drawn.
    ///
    /// # Errors
    /// When the backend fails.
    fn drain(&mut self) -> Result<()>;

    /// A copy of the canvas as it stands after everything given so far.
    ///
    /// # Errors
    /// When the backend fails.
    fn snapshot(&mut self) -> Result<Canvas>;

    /// Ends drawing and returns the canvas.
    ///
    /// # Errors
    /// When the backend fails.
    fn finish(self: Box<Self>) -> Result<Canvas>;

    /// Seconds that a device worked on what was drawn, by its own clock; nothing where there is none.
    fn gpu_secs(&mut self) -> Option<f64> {
        None
    }

    /// What does the work, for reports: `cpu, 16 threads` or `gpu, <adapter> (<driver>)`.
    fn description(&self) -> String;

    /// How it does it, for reports: `bands`, `planes` or `pieces` on a CPU, `instanced`, `blocked`, `tiles` or `add` on a GPU.
    fn kernel(&self) -> &'static str;
}

/// Who draws: owns the threads, or the device and its upload ring, shared by all its rasterizers.
#[derive(Debug)]
pub enum Backend {
    /// The processor's cores.
    Cpu(cpu::Cpu),
    /// A Vulkan device.
    Gpu(gpu::Gpu),
}

/// The batches without their marks.
fn emptied(mut batches: Vec<Batch>) -> Vec<Batch> {
    batches.iter_mut().for_each(Batch::clear);
    batches
}

/// Opens a rasterizer for `program` that goes on from `start`: an empty, resumed or recovered canvas.
///
/// # Errors
/// When `start` is no canvas of this program, or the device cannot hold it.
pub fn open(backend: &Backend, program: &Program, start: Canvas) -> Result<Box<dyn Rasterizer>> {
    match backend {
        Backend::Cpu(cpu) => Ok(Box::new(Behind::new(cpu.open(program, start)?)?)),
        Backend::Gpu(gpu) => gpu.open(program, start),
    }
}
