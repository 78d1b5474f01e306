//! What this machine offers, what is missing, and what would bring it: the data of `pointillist doctor`.
//!
//! Prints nothing; [`Doctor`] has a text of its own and can be serialized.

use std::fmt;

use serde::Serialize;

use crate::raster::gpu::{AdapterKind, AdapterReport, Gpu, Host, Missing, adapters};

/// The findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Doctor {
    /// The version of this program.
    pub version: &'static str,
    /// Threads that the processor offers.
    pub threads: usize,
    /// Loader, driver files and device nodes.
    pub host: Host,
    /// All Vulkan adapters, the best first.
    pub adapters: Vec<AdapterReport>,
    /// What went wrong while the drivers were asked, or nothing.
    pub failure: Option<String>,
    /// What is missing for drawing on a GPU, and the commands that bring it; empty when a GPU serves.
    pub missing: Vec<Missing>,
    /// The adapter that `--backend auto` would take where a job gains by it; nothing: the CPU.
    pub auto_adapter: Option<usize>,
}

/// Looks at the machine. Loads Vulkan and asks every driver, which takes a fraction of a second.
#[must_use]
pub fn doctor() -> Doctor {
    let (adapters, failure) = match adapters() {
        Ok(adapters) => (adapters, None),
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    let host = Host::probe();
    // `auto` looks for device nodes before it loads Vulkan.
    let auto_adapter = if Gpu::has_device_nodes() { usable(&adapters) } else { None };
    let missing = if usable(&adapters).is_some() { Vec::new() } else { host.missing(&adapters) };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Doctor { version: env!("CARGO_PKG_VERSION"), threads, host, adapters, failure, missing, auto_adapter }
}

/// The first adapter that is hardware and can draw.
fn usable(adapters: &[AdapterReport]) -> Option<usize> {
    let serves = |adapter: &&AdapterReport| adapter.kind != AdapterKind::Software && adapter.can_blend_f32;
    adapters.iter().find(serves).map(|adapter| adapter.index)
}

impl fmt::Display for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "pointillist {}", self.version)?;
        writeln!(f, "  threads: {}", self.threads)?;
        f.write_str(&self.host.findings())?;
        if self.adapters.is_empty() {
            writeln!(f, "  adapters: none")?;
        }
        for adapter in &self.adapters {
            let blends = if adapter.can_blend_f32 { "blends f32" } else { "cannot blend f32" };
            let (side, buffer) = (adapter.max_texture_px, adapter.max_buffer_bytes >> 20);
            let binding = adapter.max_binding_bytes >> 20;
            writeln!(f, "  adapter {adapter}")?;
            writeln!(f, "    {blends}, canvas up to {side} px, buffers {buffer} MiB, bindings {binding} MiB")?;
        }
        if let Some(failure) = &self.failure {
            writeln!(f, "  failure: {failure}")?;
        }
        for missing in &self.missing {
            writeln!(f, "  missing: {} -> {}", missing.what, missing.command)?;
        }
        if self.adapters.is_empty() {
            writeln!(f, "  software Vulkan needs: apt-get install libvulkan1 mesa-vulkan-drivers")?;
        }
        match self.auto_adapter.and_then(|i| self.adapters.get(i)) {
            Some(adapter) => writeln!(f, "  --backend auto: {} where a job gains by it, else the CPU", adapter.name),
            None => writeln!(f, "  --backend auto: the CPU"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(kind: AdapterKind, can_blend_f32: bool) -> AdapterReport {
        AdapterReport {
            index: 0,
            name: "Card".to_owned(),
            kind,
            driver: "1.2".to_owned(),
            pci: String::new(),
            max_texture_px: 16_384,
            max_buffer_bytes: 1 << 30,
            max_binding_bytes: 1 << 27,
            can_blend_f32,
        }
    }

    fn found(adapters: Vec<AdapterReport>) -> Doctor {
        let host = Host::default();
        let missing = host.missing(&adapters);
        let auto_adapter = usable(&adapters);
        Doctor { version: "1", threads: 2, host, adapters, failure: None, missing, auto_adapter }
    }

    #[test]
    fn software_and_cards_that_cannot_blend_are_not_taken_by_auto() {
        assert_eq!(found(vec![card(AdapterKind::Software, true)]).auto_adapter, None);
        assert_eq!(found(vec![card(AdapterKind::Discrete, false)]).auto_adapter, None);
        assert_eq!(found(vec![card(AdapterKind::Integrated, true)]).auto_adapter, Some(0));
    }

    #[test]
    fn the_text_names_limits_what_is_missing_and_what_auto_takes() {
        let text = found(vec![card(AdapterKind::Discrete, true)]).to_string();
        assert!(text.contains("0: Card (discrete, 1.2)"), "{text}");
        assert!(text.contains("canvas up to 16384 px, buffers 1024 MiB, bindings 128 MiB"), "{text}");
        assert!(text.contains("-> apt-get install libvulkan1"), "{text}");
        assert!(text.contains("--backend auto: Card where"), "{text}");
        assert!(found(Vec::new()).to_string().contains("adapters: none"));
    }

    #[test]
    fn this_machine_is_described_in_json() {
        let json = serde_json::to_value(doctor()).unwrap();
        for key in ["version", "threads", "host", "adapters", "missing", "auto_adapter"] {
            assert!(json.get(key).is_some(), "{key} in {json}");
        }
    }
}
