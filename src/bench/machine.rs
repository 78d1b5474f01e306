//! What measured: processor, threads, adapters, version. No dates and no names: two runs on one machine say the same.

use serde::Serialize;

use super::{Request, asks_for_gpu};
use crate::doctor::{Doctor, doctor};
use crate::raster::gpu::{AdapterKind, AdapterReport};
use crate::spec::BackendChoice;

/// The facts that timings need beside them.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The version of this program.
    pub version: &'static str,
    /// True for a build without optimisation: its times mean nothing.
    pub is_debug_build: bool,
    /// Operating system and processor family.
    pub system: String,
    /// The processor's name, as the system gives it.
    pub cpu: Option<String>,
    /// Threads that the processor offers.
    pub cores: usize,
    /// Threads that draw.
    pub threads: usize,
    /// Vulkan adapters, the best first; empty where only the CPU is measured, as nobody looked.
    pub adapters: Vec<AdapterReport>,
    /// The adapter that `--backend auto` would take.
    pub auto_adapter: Option<usize>,
    /// Seconds until a process that does nothing has come and gone; whoever can start one sets it.
    pub process_start_secs: Option<f64>,
}

impl Machine {
    /// Looks at the machine; loads Vulkan unless only the CPU is measured.
    pub(super) fn probe(request: &Request) -> Self {
        let looks = request.backend != BackendChoice::Cpu;
        let found = looks.then(doctor);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (adapters, auto_adapter) = match found {
            Some(Doctor { adapters, auto_adapter, .. }) => (adapters, auto_adapter),
            None => (Vec::new(), None),
        };
        Self {
            version: env!("CARGO_PKG_VERSION"),
            is_debug_build: cfg!(debug_assertions),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            cpu: cpu_name(&std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default()),
            cores,
            threads: request.engine.threads.unwrap_or(cores),
            adapters,
            auto_adapter,
            process_start_secs: None,
        }
    }

    /// Why no GPU is measured, if none is.
    pub(super) fn without_gpu(&self, request: &Request) -> Option<String> {
        match (request.backend, self.auto_adapter) {
            (BackendChoice::Cpu, _) => Some("--backend cpu".to_owned()),
            (BackendChoice::Auto, None) if !asks_for_gpu(request) => Some(match self.adapters.first() {
                Some(adapter) => format!("no hardware GPU; --backend gpu measures {} ({})", adapter.name, adapter.kind),
                None => "no GPU; 'pointillist doctor' says what is missing".to_owned(),
            }),
            _ => None,
        }
    }

    /// What a drawer is called in the results: `cpu`, `gpu`, or `software` for a driver that draws on the processor.
    pub(super) fn label(&self, description: &str) -> &'static str {
        let is_it = |adapter: &&AdapterReport| description == format!("gpu, {} ({})", adapter.name, adapter.driver);
        match self.adapters.iter().find(is_it) {
            _ if !description.starts_with("gpu") => "cpu",
            Some(adapter) if adapter.kind == AdapterKind::Software => "software",
            _ => "gpu",
        }
    }

    /// What makes all numbers doubtful.
    pub(super) fn warning(&self) -> Option<String> {
        self.is_debug_build.then(|| "this is a debug build: build with --release to measure".to_owned())
    }
}

/// The first model name of `/proc/cpuinfo`.
pub(super) fn cpu_name(cpuinfo: &str) -> Option<String> {
    let mut values = cpuinfo.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == "model name" && !value.trim().is_empty()).then(|| value.trim().to_owned())
    });
    values.next()
}
