//! Which Vulkan adapters there are, in our own order, and which one a choice means.
//!
//! Creates no device. wgpu's own preference is not used: without one it takes the first adapter found, which may be the
//! software driver on a machine with a graphics card.

use std::fmt;
use std::sync::OnceLock;

use serde::Serialize;

use super::device::guarded;
use super::host::Host;
use super::kernel::Kernel;
use crate::error::{Error, Result};
use crate::escape::display_text;
use crate::nearest::nearest;

/// What an adapter is; the order is the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AdapterKind {
    /// A graphics card with memory of its own.
    Discrete,
    /// A GPU that shares the processor's memory.
    Integrated,
    /// A GPU of a virtual machine.
    Virtual,
    /// The driver does not say.
    Other,
    /// A driver that draws on the processor.
    Software,
}

impl fmt::Display for AdapterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discrete => "discrete",
            Self::Integrated => "integrated",
            Self::Virtual => "virtual",
            Self::Other => "other",
            Self::Software => "software",
        })
    }
}

impl From<wgpu::DeviceType> for AdapterKind {
    fn from(kind: wgpu::DeviceType) -> Self {
        match kind {
            wgpu::DeviceType::DiscreteGpu => Self::Discrete,
            wgpu::DeviceType::IntegratedGpu => Self::Integrated,
            wgpu::DeviceType::VirtualGpu => Self::Virtual,
            wgpu::DeviceType::Other => Self::Other,
            wgpu::DeviceType::Cpu => Self::Software,
        }
    }
}

/// What is known of one adapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdapterReport {
    /// Its number in the order of preference, as `--adapter` takes it.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: AdapterKind,
    /// Driver and version.
    pub driver: String,
    /// Its place on the PCI bus, or nothing.
    pub pci: String,
    /// The longest side of a canvas, in pixels.
    pub max_texture_px: u32,
    /// The largest buffer in bytes.
    pub max_buffer_bytes: u64,
    /// The largest part of a buffer that a shader sees at once, in bytes.
    pub max_binding_bytes: u64,
    /// Whether it blends 32-bit floats, without which it cannot draw points.
    pub can_blend_f32: bool,
}

impl AdapterReport {
    fn new(index: usize, adapter: &wgpu::Adapter) -> Self {
        let (info, limits) = (adapter.get_info(), adapter.limits());
        Self {
            index,
            name: info.name,
            kind: info.device_type.into(),
            driver: [info.driver, info.driver_info].join(" ").trim().to_owned(),
            pci: info.device_pci_bus_id,
            max_texture_px: limits.max_texture_dimension_2d,
            max_buffer_bytes: limits.max_buffer_size,
            max_binding_bytes: limits.max_storage_buffer_binding_size,
            can_blend_f32: adapter.features().contains(wgpu::Features::FLOAT32_BLENDABLE),
        }
    }
}

impl fmt::Display for AdapterReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({}, {})", self.index, self.name, self.kind, self.driver)
    }
}

/// Which adapter to take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// An adapter's number, or a part of its name in any case; the number wins where both fit. Nothing: the first one.
    pub adapter: Option<String>,
    /// Whether a software driver will do when no adapter is named.
    pub allow_software: bool,
    /// Which kernel draws where there is a choice. Nothing: the one that the program prefers.
    pub kernel: Option<Kernel>,
}

/// An adapter with what is known of it.
pub(super) struct Found {
    pub(super) adapter: wgpu::Adapter,
    pub(super) report: AdapterReport,
}

/// All Vulkan adapters, the best first; none without a loader or a driver.
pub(super) fn enumerate() -> Result<Vec<Found>> {
    guarded("looking for GPUs", || {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::VULKAN;
        // The default of a release build validates indirect draws, of which there are none, and caps buffers at 4 GiB.
        descriptor.flags = wgpu::InstanceFlags::empty().with_env();
        // Never dropped, so that the drivers stay loaded: NVIDIA's (580) takes memory for the storage of its threads at every
        // loading and gives none of it back; the 33rd in one process found no driver any more.
        static FIRST: OnceLock<wgpu::Instance> = OnceLock::new();
        let instance = wgpu::Instance::new(descriptor);
        FIRST.get_or_init(|| instance.clone());
        let mut adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::VULKAN));
        adapters.sort_by_key(|adapter| AdapterKind::from(adapter.get_info().device_type));
        let found = adapters.into_iter().enumerate();
        found.map(|(i, adapter)| Found { report: AdapterReport::new(i, &adapter), adapter }).collect()
    })
}

/// The index of the chosen adapter.
pub(super) fn choose(adapters: &[AdapterReport], choice: &Choice, host: &Host) -> Result<usize> {
    let list = || match adapters {
        [] => "no adapter at all".to_owned(),
        _ => adapters.iter().map(AdapterReport::to_string).collect::<Vec<_>>().join("; "),
    };
    if let Some(wanted) = &choice.adapter {
        let by_index = wanted.parse().ok().filter(|i: &usize| *i < adapters.len());
        let lower = wanted.to_lowercase();
        let by_name = || adapters.iter().position(|adapter| adapter.name.to_lowercase().contains(&lower));
        return by_index.or_else(by_name).ok_or_else(|| {
            // A part of a name is enough, so a mistyped part is held against the words.
            let words = adapters.iter().flat_map(|adapter| adapter.name.split_whitespace());
            let near = nearest(wanted, words).map_or_else(String::new, |near| format!("did you mean {near}? "));
            Error::gpu(format!("there is no GPU adapter '{}'", display_text(wanted)))
                .found(list())
                .hint(format!("{near}name one of these or its number ('pointillist doctor' lists them)"))
        });
    }
    let can_serve = |adapter: &&AdapterReport| {
        adapter.can_blend_f32 && (choice.allow_software || adapter.kind != AdapterKind::Software)
    };
    let first = adapters.iter().find(can_serve).map(|adapter| adapter.index);
    first.ok_or_else(|| Error::gpu(host.why_no_gpu(adapters)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn adapters(kinds: &[(&str, AdapterKind)]) -> Vec<AdapterReport> {
        let report = |(index, (name, kind)): (usize, &(&str, AdapterKind))| AdapterReport {
            index,
            name: (*name).to_owned(),
            kind: *kind,
            driver: String::new(),
            pci: String::new(),
            max_texture_px: 16384,
            max_buffer_bytes: 1 << 30,
            max_binding_bytes: 1 << 27,
            can_blend_f32: true,
        };
        kinds.iter().enumerate().map(report).collect()
    }

    fn named(adapter: &str) -> Choice {
        Choice { adapter: Some(adapter.to_owned()), ..Choice::default() }
    }

    #[test]
    fn discrete_cards_come_first_and_software_last() {
        use AdapterKind::{Discrete, Integrated, Other, Software, Virtual};
        let mut kinds = [Software, Other, Virtual, Integrated, Discrete];
        kinds.sort();
        assert_eq!(kinds, [Discrete, Integrated, Virtual, Other, Software]);
    }

    #[test]
    fn software_is_taken_only_where_allowed_or_named() {
        let only = adapters(&[("llvmpipe", AdapterKind::Software)]);
        let host = Host::default();
        let refused = choose(&only, &Choice::default(), &host).expect_err("software is not a GPU");
        assert_eq!(refused.kind(), ErrorKind::Gpu);
        assert!(refused.to_string().contains("llvmpipe"), "the error lists what was seen: {refused}");
        assert!(refused.to_string().contains("--backend cpu"), "and the way out: {refused}");
        assert_eq!(choose(&only, &Choice { allow_software: true, ..Choice::default() }, &host).unwrap(), 0);
        assert_eq!(choose(&only, &named("LLVM"), &host).unwrap(), 0);
    }

    #[test]
    fn names_and_numbers_choose() {
        let two = adapters(&[("Card 5090", AdapterKind::Discrete), ("Card 1", AdapterKind::Discrete)]);
        let host = Host::default();
        assert_eq!(choose(&two, &named("1"), &host).unwrap(), 1, "a number is an index first");
        assert_eq!(choose(&two, &named("5090"), &host).unwrap(), 0, "and else a part of a name");
        assert_eq!(choose(&two, &named("card"), &host).unwrap(), 0, "the best of several");
        let missing = choose(&two, &named("Arc"), &host).expect_err("no such card").to_string();
        assert!(missing.contains("Card 5090") && missing.contains("'Arc'"), "{missing}");
        let lines = choose(&two, &named("a\nb\u{1b}[2J"), &host).expect_err("no such card").to_string();
        assert!(lines.contains("'a\\nb\\u{1b}[2J'") && !lines.contains(['\n', '\u{1b}']), "{lines}");
        let mistyped = choose(&two, &named("5900"), &host).expect_err("no such card").to_string();
        assert!(mistyped.contains("did you mean 5090?"), "{mistyped}");
    }

    #[test]
    fn an_adapter_that_cannot_blend_floats_is_passed_over() {
        let mut two = adapters(&[("old", AdapterKind::Discrete), ("new", AdapterKind::Integrated)]);
        two[0].can_blend_f32 = false;
        assert_eq!(choose(&two, &Choice::default(), &Host::default()).unwrap(), 1);
    }
}
