//! What a run goes on with when a GPU fails: a new device once, then the CPU, or an error that says what to do.
//!
//! Owns the backend and the count of its faults. Whoever draws begins again from the first row; nothing of what a device
//! that failed has drawn is kept.

use std::sync::Arc;

use rayon::ThreadPool;

use crate::drawing::Drawing;
use crate::engine;
use crate::error::{Error, GpuFault, Result};
use crate::program::Program;
use crate::raster::Backend;
use crate::report::{Report, Restart};
use crate::run::Watch;
use crate::spec::{BackendChoice, EngineSpec};

/// The backend of a run, through its faults.
pub(super) struct Recovery<'a> {
    /// What is asked for; the CPU once the GPU is given up.
    spec: EngineSpec,
    works: &'a [(&'a Program, Option<u64>)],
    pool: &'a Arc<ThreadPool>,
    backend: Option<Backend>,
    restarts: Vec<Restart>,
    /// A rasterizer was opened, so that memory that is refused now was there before.
    has_begun: bool,
}

impl<'a> Recovery<'a> {
    /// Nothing is opened yet. A work is a program and about how many rows it will draw.
    pub(super) fn new(spec: &EngineSpec, works: &'a [(&'a Program, Option<u64>)], pool: &'a Arc<ThreadPool>) -> Self {
        Self { spec: spec.clone(), works, pool, backend: None, restarts: Vec::new(), has_begun: false }
    }

    /// What draws; nothing before the first drawing has begun.
    pub(super) fn backend(&self) -> Option<&Backend> {
        self.backend.as_ref()
    }

    /// Begins the drawing of the data set with that 0-based number, on the backend that is open or else on one that is
    /// opened now. As nothing has been read for the first one, a fault there only changes the backend.
    ///
    /// # Errors
    /// Those of the choice and of `begin`; a fault that is not got over.
    pub(super) fn begin(
        &mut self,
        number: usize,
        begin: &dyn Fn(usize, &Backend) -> Result<Drawing>,
        watch: &mut dyn Watch,
    ) -> Result<Drawing> {
        loop {
            let begun = self.opened(watch).and_then(|backend| begin(number, backend));
            match begun {
                Err(error) if error.gpu_fault_kind().is_some() && number == 0 => self.restart(error, true, watch)?,
                begun => {
                    self.has_begun |= begun.is_ok();
                    return begun;
                }
            }
        }
    }

    fn opened(&mut self, watch: &mut dyn Watch) -> Result<&Backend> {
        if self.backend.is_none() {
            let (backend, notes) = engine::choose(&self.spec, self.works, self.pool)?;
            notes.iter().for_each(|note| watch.note(note));
            self.backend = Some(backend);
        }
        self.backend.as_ref().ok_or_else(|| Error::gpu("there is no backend"))
    }

    /// Closes the backend after a fault and decides what the next drawing begins on, with one line for the user.
    ///
    /// # Errors
    /// The fault itself, with what to do, when the rows cannot be read again, or a GPU that was asked for fails for the
    /// second time.
    pub(super) fn restart(&mut self, error: Error, can_reread: bool, watch: &mut dyn Watch) -> Result<()> {
        let Some(fault) = error.gpu_fault_kind() else { return Err(error) };
        // First, so that its memory is free for what comes.
        self.backend = None;
        if !can_reread {
            return Err(
                error.hint("the input came by once and cannot be read again: keep it in a file, or --backend cpu")
            );
        }
        let is_asked_for = self.spec.backend == BackendChoice::Gpu || self.spec.adapter.is_some();
        let is_second = !self.restarts.is_empty();
        if is_second && is_asked_for {
            return Err(error
                .hint("a new device failed as well: render on the CPU, --backend cpu, or ask 'pointillist doctor'"));
        }
        // What is refused at the very beginning, after less was asked for, will not be there a moment later.
        let is_refused = fault == GpuFault::Memory && !self.has_begun && !is_asked_for;
        let (next, text) = if is_second || is_refused {
            self.spec = EngineSpec { backend: BackendChoice::Cpu, adapter: None, ..self.spec.clone() };
            ("cpu", "on the CPU")
        } else {
            ("gpu", "on a new device")
        };
        let from = if self.has_begun { "drawing again from the first row" } else { "drawing" };
        watch.note(&format!("{}: {from} {text}", error.message()));
        self.restarts.push(Restart { fault: fault.name(), reason: error.message().to_owned(), next });
        Ok(())
    }

    /// Puts what draws into the report, and what failed before it.
    pub(super) fn report(&self, drawing: &Drawing, report: &mut Report) {
        let (backend, adapter) =
            (if matches!(self.backend, Some(Backend::Gpu(_))) { "gpu" } else { "cpu" }, drawing.description());
        let kernel = drawing.kernel();
        if report.series.is_empty() || report.kernel.is_empty() {
            kernel.clone_into(&mut report.kernel);
        } else if !report.kernel.contains(kernel) {
            report.kernel += &format!(", {kernel}");
        }
        backend.clone_into(&mut report.backend);
        report.adapter = adapter;
        report.restarts.clone_from(&self.restarts);
    }
}
