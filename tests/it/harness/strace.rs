//! System calls that fail or kill on order: `strace -e inject`.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::binary::{Bench, Run};

/// Leaves the tests out that need strace, which they say.
pub(crate) const LEAVE_OUT: &str = "POINTILLIST_NO_STRACE_TESTS";

/// True when a test that needs strace shall run. Without strace it then fails and says what to install: a test that is
/// left out must not look like one that passed.
pub(crate) fn is_required(test: &str) -> bool {
    if std::env::var(LEAVE_OUT).is_ok_and(|value| value == "1") {
        eprintln!("left out, {LEAVE_OUT}=1: {test} (needs strace)");
        return false;
    }
    let works = Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).status();
    assert!(
        works.as_ref().is_ok_and(std::process::ExitStatus::success),
        "strace cannot trace here ({works:?}): install it (apt-get install strace) and allow ptrace (docker run \
         --cap-add SYS_PTRACE), or set {LEAVE_OUT}=1 to leave these tests out"
    );
    true
}

/// Runs the program under strace, which keeps its record of the `calls` in `log`; `inject` is a fault, like
/// `fsync:error=EIO:when=2`. Calls are counted in each thread by itself.
pub(crate) fn run(bench: &Bench, args: &[&str], calls: &str, inject: Option<&str>, log: &Path) -> Run {
    run_with(&[], bench, args, calls, inject, log)
}

/// [`run`], that knows and counts calls on the folder of the `bench` alone: how many files a run opens elsewhere is the
/// machine's affair.
pub(crate) fn run_in_folder(bench: &Bench, args: &[&str], calls: &str, inject: Option<&str>, log: &Path) -> Run {
    run_with(&["-P", "."], bench, args, calls, inject, log)
}

fn run_with(flags: &[&str], bench: &Bench, args: &[&str], calls: &str, inject: Option<&str>, log: &Path) -> Run {
    let program = bench.command(args);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(flags).arg("-o").arg(log).arg("-e").arg(format!("trace={calls}"));
    if let Some(inject) = inject {
        command.arg("-e").arg(format!("inject={inject}"));
    }
    command.arg("--").arg(program.get_program()).args(args);
    command.current_dir(program.get_current_dir().unwrap());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

/// The calls of the thread that made the most of them, as strace wrote them down.
pub(crate) fn calls(log: &Path, call: &str) -> Vec<String> {
    let mut threads: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for line in std::fs::read_to_string(log).unwrap().lines() {
        let Some((thread, made)) = line.split_once(' ') else { continue };
        if made.trim_start().starts_with(&format!("{call}(")) {
            threads.entry(thread.to_owned()).or_default().push(made.trim_start().to_owned());
        }
    }
    threads.into_values().max_by_key(Vec::len).unwrap_or_default()
}
