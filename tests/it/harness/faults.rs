//! A driver that fails where a test asks for it: the Vulkan layer of `tests/fault_layer`, built here, and its variables.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Compiles a C file into a shared library beside the tests' other files.
pub(crate) fn compiled(name: &str, source: &Path) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let library = folder.join(format!("lib{name}.so"));
    // Other test processes may do the same: what they load appears whole.
    let made = folder.join(format!("lib{name}-{}.so", std::process::id()));
    let mut command = Command::new("cc");
    command.args(["-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]);
    command.arg("-fvisibility=hidden").arg("-o").arg(&made).arg(source);
    let output = command.output().expect("these tests need a C compiler: apt-get install gcc libc6-dev");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{} cannot be compiled; it needs the headers of Vulkan: apt-get install libvulkan-dev (tests/run.sh does it)\n{said}",
        source.display()
    );
    std::fs::rename(&made, &library).unwrap();
    library
}

/// The folder of the layer and its manifest.
pub(crate) fn layer() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fault_layer/fault_layer.c");
        let library = compiled("fault_layer", &source);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fault_layer");
        std::fs::create_dir_all(&folder).unwrap();
        let manifest = serde_json::json!({
            "file_format_version": "1.1.2",
            "layer": {
                "name": "VK_LAYER_POINTILLIST_fault",
                "type": "GLOBAL",
                "library_path": library,
                "api_version": "1.3.0",
                "implementation_version": "1",
                "description": "faults at the n-th call",
                "functions": {
                    "vkGetInstanceProcAddr": "fault_instance_proc",
                    "vkGetDeviceProcAddr": "fault_device_proc",
                },
            },
        });
        let made = folder.join(format!("{}", std::process::id()));
        std::fs::write(&made, manifest.to_string()).unwrap();
        std::fs::rename(made, folder.join("fault_layer.json")).unwrap();
        folder
    })
}

/// How a device fails.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    Lose,
    Refuse,
    RefuseAll,
    Hang,
    Block,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] = [Self::Lose, Self::Refuse, Self::RefuseAll, Self::Hang, Self::Block];

    pub(crate) fn variables(self, n: u32) -> Vec<(&'static str, String)> {
        let at = n.to_string();
        match self {
            Self::Lose => vec![("FAULT_LOSE_AT", at)],
            Self::Refuse => vec![("FAULT_REFUSE_AT", at)],
            Self::RefuseAll => vec![("FAULT_REFUSE_AT", at), ("FAULT_REFUSE_ALL", "1".to_owned())],
            Self::Hang => vec![("FAULT_HANG_AT", at)],
            Self::Block => vec![("FAULT_HANG_AT", at), ("FAULT_BLOCK", "1".to_owned())],
        }
    }
}
