//! What this machine offers to Vulkan, found without loading it: the loader, driver files, device nodes.
//!
//! Owns the explanation of a missing GPU. Everything is read below one root, so that tests bring their own machine.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::adapter::{AdapterKind, AdapterReport};

/// A device node and whether this process may use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceNode {
    /// Its path.
    pub path: PathBuf,
    /// Whether it can be opened for reading and writing.
    pub is_accessible: bool,
}

/// Something that is missing, and the command that brings it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What is missing.
    pub what: String,
    /// What to run.
    pub command: String,
}

/// What was found on the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Host {
    /// The Vulkan loader, `libvulkan.so.1`.
    pub loader: Option<PathBuf>,
    /// The files that name Vulkan drivers.
    pub driver_files: Vec<PathBuf>,
    /// The environment variable that replaces the usual folders of driver files, with its value.
    pub driver_override: Option<String>,
    /// Nodes of GPUs under `/dev`.
    pub device_nodes: Vec<DeviceNode>,
    /// Whether NVIDIA's kernel module is loaded.
    pub has_nvidia_module: bool,
    /// Whether this looks like a container.
    pub is_container: bool,
}

/// Variables that replace the folders of driver files; the first one set wins.
const OVERRIDES: [&str; 2] = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];

impl Host {
    /// Looks at this machine.
    #[must_use]
    pub fn probe() -> Self {
        Self::probe_under(Path::new("/"), &|name| std::env::var_os(name))
    }

    fn probe_under(root: &Path, variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let chosen = OVERRIDES.into_iter().find_map(|name| set(name).map(|value| (name, value)));
        let data_folders = set("XDG_DATA_DIRS").unwrap_or_default();
        let folders = std::env::split_paths(&data_folders)
            .chain(set("XDG_DATA_HOME").map(PathBuf::from))
            .chain(set("HOME").map(|home| Path::new(&home).join(".local/share")))
            .chain(["usr/local/share", "usr/share", "etc"].map(|folder| root.join(folder)))
            .map(|folder| folder.join("vulkan/icd.d"));
        let mut driver_files: Vec<PathBuf> = match &chosen {
            Some((_, value)) => std::env::split_paths(value).filter(|path| path.exists()).collect(),
            None => folders.flat_map(|folder| children(&folder)).filter(|path| is_json(path)).collect(),
        };
        driver_files.sort();
        driver_files.dedup();
        let libraries = std::env::split_paths(&set("LD_LIBRARY_PATH").unwrap_or_default()).collect::<Vec<_>>();
        Self {
            loader: find_loader(root, &libraries),
            driver_files,
            driver_override: chosen.map(|(name, value)| format!("{name}={}", value.to_string_lossy())),
            device_nodes: device_nodes(root).map(DeviceNode::open).collect(),
            has_nvidia_module: has_nvidia_module(root),
            is_container: root.join(".dockerenv").exists()
                || root.join("run/.containerenv").exists()
                || set("NVIDIA_VISIBLE_DEVICES").is_some(),
        }
    }

    /// What stands between this machine and a GPU, given the adapters that Vulkan shows.
    #[must_use]
    pub fn missing(&self, adapters: &[AdapterReport]) -> Vec<Missing> {
        let mut missing = Vec::new();
        let mut push = |what: String, command: &str| missing.push(Missing { what, command: command.to_owned() });
        if self.loader.is_none() {
            push("the Vulkan loader (libvulkan.so.1)".to_owned(), "apt-get install libvulkan1 mesa-vulkan-drivers");
        } else if self.driver_files.is_empty() {
            match &self.driver_override {
                Some(setting) => push(format!("the driver that {setting} names"), "unset the variable"),
                None => push("a Vulkan driver".to_owned(), "apt-get install mesa-vulkan-drivers"),
            }
        }
        let is_nvidia = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().contains("nvidia"));
        let has_nvidia_node = self.device_nodes.iter().any(|node| is_nvidia(&node.path));
        if (has_nvidia_node || self.has_nvidia_module) && !self.driver_files.iter().any(is_nvidia) {
            if self.is_container {
                let what = "NVIDIA's Vulkan driver: the container lacks the `graphics` capability";
                push(
                    what.to_owned(),
                    "docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=graphics,compute,utility ...",
                );
            } else {
                let what = "NVIDIA's Vulkan driver (nvidia_icd.json), of the version of the kernel module";
                push(what.to_owned(), "apt-get install libnvidia-gl-<version>");
            }
        }
        for node in self.device_nodes.iter().filter(|node| !node.is_accessible) {
            push(
                format!("the right to use {}", node.path.display()),
                "usermod -aG render,video $USER, then log in again",
            );
        }
        let has_hardware = adapters.iter().any(|adapter| adapter.kind != AdapterKind::Software);
        if missing.is_empty() && !has_hardware {
            let (what, command) = if self.device_nodes.is_empty() {
                (
                    "a GPU: no device node under /dev",
                    "in a container, pass one in: docker run --gpus all, or --device /dev/dri",
                )
            } else {
                (
                    "a driver that knows the GPU and draws with it",
                    "apt-get install mesa-vulkan-drivers, or the maker's driver",
                )
            };
            missing.push(Missing { what: what.to_owned(), command: command.to_owned() });
        }
        missing
    }

    /// The findings, a line each, indented by two spaces.
    #[must_use]
    pub fn findings(&self) -> String {
        let paths = |paths: Vec<String>| if paths.is_empty() { "none".to_owned() } else { paths.join(", ") };
        let files = self.driver_files.iter().map(|path| path.display().to_string()).collect();
        let nodes = self.device_nodes.iter().map(|node| {
            let note = if node.is_accessible { "" } else { " (no access)" };
            format!("{}{note}", node.path.display())
        });
        let loader = self.loader.as_ref().map_or("NOT found".to_owned(), |path| path.display().to_string());
        let mut text = format!("  vulkan loader: {loader}\n  driver files: {}\n", paths(files));
        if let Some(setting) = &self.driver_override {
            text += &format!("  set: {setting}\n");
        }
        text + &format!("  device nodes: {}\n", paths(nodes.collect()))
    }

    /// Why there is no usable GPU, what to install, and the way out: the message of the error, over several lines.
    #[must_use]
    pub fn why_no_gpu(&self, adapters: &[AdapterReport]) -> String {
        let mut text = format!("no usable GPU (Vulkan adapter)\n{}", self.findings());
        for adapter in adapters {
            let why = match adapter.kind {
                _ if !adapter.can_blend_f32 => "cannot blend 32-bit floats",
                AdapterKind::Software => "software, taken only on request: --backend gpu",
                _ => "usable",
            };
            text += &format!("  adapter seen: {adapter}: {why}\n");
        }
        for missing in self.missing(adapters) {
            text += &format!("  missing: {} -> {}\n", missing.what, missing.command);
        }
        if adapters.is_empty() {
            text += "  software Vulkan needs: apt-get install libvulkan1 mesa-vulkan-drivers\n";
        }
        text + "  or render on the CPU: --backend cpu"
    }
}

impl DeviceNode {
    /// Opening is the only test of access that permissions, ACLs and device cgroups all take part in.
    fn open(path: PathBuf) -> Self {
        let opened = fs::File::options().read(true).write(true).open(&path);
        let is_denied = opened.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
        Self { path, is_accessible: !is_denied }
    }
}

/// Whether there is any sign of a GPU; cheap, and loads nothing.
pub(super) fn has_device_nodes() -> bool {
    let root = Path::new("/");
    has_nvidia_module(root) || device_nodes(root).next().is_some()
}

fn has_nvidia_module(root: &Path) -> bool {
    root.join("proc/driver/nvidia/version").exists()
}

/// `/dev/nvidia0` and so on, and `/dev/dri/renderD128` and so on.
fn device_nodes(root: &Path) -> impl Iterator<Item = PathBuf> {
    let is_numbered = |path: &PathBuf, prefix: &str| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let nvidia = children(&root.join("dev")).into_iter().filter(move |path| is_numbered(path, "nvidia"));
    nvidia.chain(children(&root.join("dev/dri")).into_iter().filter(move |path| is_numbered(path, "renderD")))
}

/// The loader in the linker's cache, in `LD_LIBRARY_PATH` or in the usual folders.
fn find_loader(root: &Path, libraries: &[PathBuf]) -> Option<PathBuf> {
    const NAME: &str = "libvulkan.so.1";
    let cache = fs::read(root.join("etc/ld.so.cache")).unwrap_or_default();
    let cached = cache.split(|byte| *byte == 0).filter_map(|text| std::str::from_utf8(text).ok());
    let cached = cached.filter(|text| text.starts_with('/') && text.ends_with(NAME)).map(PathBuf::from);
    let usual = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64", "usr/lib", "usr/local/lib"];
    let folders = libraries.iter().cloned().chain(usual.iter().map(|folder| root.join(folder)));
    cached.chain(folders.map(|folder| folder.join(NAME))).find(|path| path.exists())
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        root
    }

    fn commands(host: &Host) -> Vec<String> {
        host.missing(&[]).into_iter().map(|missing| missing.command).collect()
    }

    #[test]
    fn an_empty_machine_lacks_the_loader() {
        let root = machine(&[]);
        let host = Host::probe_under(root.path(), &|_| None);
        assert_eq!(host, Host::default());
        assert_eq!(commands(&host), ["apt-get install libvulkan1 mesa-vulkan-drivers"]);
        assert!(host.why_no_gpu(&[]).contains("vulkan loader: NOT found"), "{}", host.why_no_gpu(&[]));
    }

    #[test]
    fn a_container_with_nvidia_nodes_lacks_the_graphics_capability() {
        let root =
            machine(&["usr/lib64/libvulkan.so.1", "usr/share/vulkan/icd.d/lvp_icd.json", "dev/nvidia3", ".dockerenv"]);
        let host = Host::probe_under(root.path(), &|_| None);
        assert_eq!(host.loader, Some(root.path().join("usr/lib64/libvulkan.so.1")));
        assert_eq!(host.device_nodes.len(), 1);
        assert_eq!(commands(&host).len(), 1);
        assert!(commands(&host)[0].contains("NVIDIA_DRIVER_CAPABILITIES=graphics"), "{:?}", commands(&host));
    }

    #[test]
    fn only_numbered_nodes_are_gpus() {
        let root = machine(&["dev/nvidiactl", "dev/nvidia-uvm", "dev/nvidia12", "dev/dri/card0", "dev/dri/renderD128"]);
        let names: Vec<_> = device_nodes(root.path()).map(|path| path.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["nvidia12", "renderD128"]);
    }

    #[test]
    fn an_override_that_names_nothing_is_told() {
        let root = machine(&["usr/lib64/libvulkan.so.1", "usr/share/vulkan/icd.d/lvp_icd.json"]);
        let set = |name: &str| (name == "VK_DRIVER_FILES").then(|| OsString::from("/nonexistent"));
        let host = Host::probe_under(root.path(), &set);
        assert!(host.driver_files.is_empty(), "the override replaces the folders");
        let why = host.why_no_gpu(&[]);
        assert!(why.contains("VK_DRIVER_FILES=/nonexistent") && why.contains("unset the variable"), "{why}");
    }

    #[test]
    fn a_whole_machine_without_adapters_is_told_where_to_look() {
        let root = machine(&["usr/lib64/libvulkan.so.1", "etc/vulkan/icd.d/radeon_icd.json"]);
        let host = Host::probe_under(root.path(), &|_| None);
        assert_eq!(host.driver_files, [root.path().join("etc/vulkan/icd.d/radeon_icd.json")]);
        assert!(host.missing(&[])[0].what.contains("no device node"), "{:?}", host.missing(&[]));
    }
}
