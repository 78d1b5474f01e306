//! Disks that are full, broken or read-only, and runs that are killed in the midst: the old files or the whole new ones,
//! nothing else in the folder, a line that says so, and a next run that tidies up.
//!
//! A few places are tried always; `long_disk_faults_at_every_call` tries all of them (`cargo test -- --ignored long_disk`).

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use crate::harness::binary::{Bench, Run};
use crate::harness::strace::{self, calls, is_required};

const FILES: [&str; 4] = ["out.canvas", "out.json", "out.npy", "out.png"];

/// Large enough that the raster is written in several pieces.
const ARGS: [&str; 26] = [
    "plot",
    "in.csv",
    "-x",
    "x",
    "-y",
    "y",
    "--marker",
    "pixel",
    "--frame",
    "none",
    "--width",
    "200",
    "--height",
    "200",
    "--backend",
    "cpu",
    "--threads",
    "1",
    "--raster",
    "out.npy",
    "--canvas",
    "out.canvas",
    "--report",
    "out.json",
    "-o",
    "out.png",
];

/// A folder with data, old files, and the new ones known.
struct Scene {
    bench: Bench,
    logs: tempfile::TempDir,
    new: Vec<Vec<u8>>,
}

impl Scene {
    fn new() -> Self {
        let bench = Bench::new();
        bench.write("in.csv", "x,y\n1,2\n3,4\n5,6\n");
        bench.run(&ARGS).expect(0);
        let new = FILES.iter().map(|name| bench.read(name)).collect();
        Self { bench, logs: tempfile::tempdir().unwrap(), new }
    }

    /// Old files in place of what the last run left.
    fn reset(&self) {
        for name in self.bench.files() {
            if name != "in.csv" {
                std::fs::remove_file(self.bench.path(&name)).unwrap();
            }
        }
        for name in FILES {
            self.bench.write(name, old(name));
        }
    }

    fn run(&self, call: &str, fault: &str) -> Run {
        self.reset();
        strace::run(&self.bench, &ARGS, call, Some(&format!("{call}:{fault}")), &self.log())
    }

    fn log(&self) -> std::path::PathBuf {
        self.logs.path().join("log")
    }

    /// The calls of an undisturbed run.
    fn calls(&self, call: &str) -> Vec<String> {
        self.reset();
        strace::run(&self.bench, &ARGS, call, None, &self.log()).expect(0);
        calls(&self.log(), call)
    }

    /// Whether each file is the new one; panics at one that is neither old nor new.
    fn are_new(&self, what: &str) -> [bool; 4] {
        let mut at = 0;
        FILES.map(|name| {
            let (bytes, new) = (self.bench.read(name), &self.new[at]);
            at += 1;
            // Times differ from run to run.
            let is_whole_report = || {
                let report: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
                report.is_ok_and(|report| report["rows"]["drawn"] == 3 && bytes.ends_with(b"}\n"))
            };
            // That of a run that failed is whole as well, and none of the picture's.
            let is_of_failure = || {
                let report: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
                report.is_ok_and(|report| report["ending"] == "failed" && bytes.ends_with(b"}\n"))
            };
            let is_new = if name == "out.json" { is_whole_report() && !is_of_failure() } else { bytes == *new };
            let is_told = name == "out.json" && is_of_failure();
            assert!(is_new || is_told || bytes == old(name), "{what}: {name} is neither the old nor the whole new one");
            is_new
        })
    }

    /// What else is there.
    fn litter(&self) -> Vec<String> {
        self.bench.files().into_iter().filter(|name| name != "in.csv" && !FILES.contains(&&name[..])).collect()
    }

    /// Holds a run with a failed call to what is promised; true when it did not mind.
    fn judge_error(&self, what: &str, run: &Run) -> bool {
        let are_new = self.are_new(what);
        assert!(!run.stderr.contains("panicked") && !run.stderr.contains("a bug"), "{what}: {}", run.stderr);
        let left = self.litter();
        assert!(left.is_empty(), "{what}: {left:?}");
        match run.code {
            Some(0) => assert_eq!(are_new, [true; 4], "{what}: exit 0 and a lost output: {}", run.stderr),
            // Before it is the program's turn.
            Some(127) => assert!(run.stderr.contains("error while loading shared libraries"), "{what}: {}", run.stderr),
            Some(1 | 4) => assert_eq!(run.stderr.lines().count(), 1, "{what}: one line: {}", run.stderr),
            code => panic!("{what}: exit code {code:?}: {}", run.stderr),
        }
        run.code == Some(0)
    }

    /// Holds a killed run to what is promised; true when it was over already.
    fn judge_kill(&self, what: &str, run: &Run) -> bool {
        let are_new = self.are_new(what);
        let left = self.litter();
        let allowed = FILES.map(|name| format!(".{name}.pointillist-tmp"));
        assert!(left.len() <= 1 && left.iter().all(|name| allowed.contains(name)), "{what}: {left:?}");
        assert!(run.code != Some(0) || are_new == [true; 4], "{what}");
        // The picture comes last.
        assert!(!are_new[3] || are_new == [true; 4], "{what}: the picture appeared before the rest");
        run.code == Some(0)
    }

    /// The next run tidies up.
    fn recover(&self, what: &str) {
        let run = self.bench.run(&ARGS);
        assert_eq!(run.code, Some(0), "{what}, then an undisturbed run: {}", run.stderr);
        assert_eq!(self.are_new(what), [true; 4], "{what}, then an undisturbed run");
        let left = self.litter();
        assert!(left.is_empty(), "{what}, then an undisturbed run: {left:?}");
    }
}

fn old(name: &str) -> Vec<u8> {
    format!("the old {name}").into_bytes()
}

#[test]
fn disk_faults_that_fail_a_call_leave_the_old_files() {
    if !is_required("disk_faults_that_fail_a_call_leave_the_old_files") {
        return;
    }
    let scene = Scene::new();
    // Syncs of four files, then of their folder after each rename.
    for (call, error, sites) in
        [("fsync", "EIO", 1..=8), ("write", "ENOSPC", 1..=1), ("linkat", "EDQUOT", 1..=4), ("renameat", "EIO", 1..=4)]
    {
        for n in sites {
            let what = format!("{call} {n} fails with {error}");
            let run = scene.run(call, &format!("error={error}:when={n}"));
            assert!(!scene.judge_error(&what, &run), "{what}: and it did not notice");
            assert_eq!(run.code, Some(4), "{what}: {}", run.stderr);
            assert!(run.stderr.contains("out."), "{what}: names the file: {}", run.stderr);
        }
    }
    scene.recover("failed calls");
}

#[test]
fn disk_faults_that_kill_leave_the_old_files_and_one_name() {
    if !is_required("disk_faults_that_kill_leave_the_old_files_and_one_name") {
        return;
    }
    let scene = Scene::new();
    for (call, n, left) in [
        ("write", 2, None),
        ("fsync", 4, None),
        ("linkat", 4, None),
        ("renameat", 1, Some(".out.npy.pointillist-tmp")),
        ("renameat", 4, Some(".out.png.pointillist-tmp")),
    ] {
        let what = format!("killed at {call} {n}");
        let run = scene.run(call, &format!("signal=SIGKILL:when={n}"));
        assert!(!scene.judge_kill(&what, &run), "{what}: {run:?}");
        assert_eq!(scene.litter(), left.into_iter().collect::<Vec<_>>(), "{what}");
        scene.recover(&what);
    }
}

#[test]
fn disk_faults_of_file_systems_without_unnamed_files_change_nothing() {
    if !is_required("disk_faults_of_file_systems_without_unnamed_files_change_nothing") {
        return;
    }
    let scene = Scene::new();
    let in_folder = |inject: Option<&str>| {
        scene.reset();
        strace::run_in_folder(&scene.bench, &ARGS, "openat", inject, &scene.log())
    };
    in_folder(None).expect(0);
    let opens = calls(&scene.log(), "openat");
    let unnamed: Vec<usize> =
        (1..).zip(&opens).filter(|(_, made)| made.contains("O_TMPFILE")).map(|(n, _)| n).collect();
    assert!(unnamed.len() >= 8, "each output is tried first, and made then: {opens:?}");
    for n in [unnamed[0], unnamed[unnamed.len() - 4], unnamed[unnamed.len() - 1]] {
        let what = format!("openat {n} of the folder knows no O_TMPFILE");
        let run = in_folder(Some(&format!("openat:error=EOPNOTSUPP:when={n}")));
        assert!(scene.judge_error(&what, &run), "{what}: {}", run.stderr);
        let log = std::fs::read_to_string(scene.log()).unwrap();
        assert!(log.lines().any(|line| line.contains("O_TMPFILE") && line.contains("(INJECTED)")), "{what}: {log}");
    }
    // All of them, in two ways that systems have: the first one tried tells for none but itself.
    let every = strace::run(&scene.bench, &ARGS, "linkat", Some("linkat:error=EOPNOTSUPP"), &scene.log());
    assert_eq!(every.code, Some(4), "a name that cannot be given is an error: {}", every.stderr);
    scene.recover("without names");
}

#[test]
fn disk_faults_of_devices_streams_and_limits_are_told() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y\n1,2\n3,4\n5,6\n");
    let plot = ["plot", "in.csv", "-x", "x", "-y", "y", "--backend", "cpu"];
    let with = |more: &[&str]| -> Vec<String> { plot.iter().chain(more).map(|arg| (*arg).to_owned()).collect() };
    let shell = |script: &str, more: &[&str]| {
        let program = bench.command(&[]);
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).arg(program.get_program()).args(with(more));
        command.current_dir(bench.path(".")).stdin(Stdio::null());
        let output = command.output().unwrap();
        Run { code: output.status.code(), stdout: output.stdout, stderr: String::from_utf8(output.stderr).unwrap() }
    };
    bench.write("out.png", "old");
    // No room: on a device, behind standard output, by a limit of the shell.
    bench.run(&with(&["-o", "/dev/full"]).iter().map(String::as_str).collect::<Vec<_>>()).expect(4);
    shell("exec \"$0\" \"$@\" > /dev/full", &["-o", "-"]).expect(4);
    let limited = shell("ulimit -f 1; exec \"$0\" \"$@\"", &["-o", "out.png"]).expect(4);
    assert!(limited.error_line().contains("out.png"), "{}", limited.stderr);
    assert_eq!((bench.read("out.png"), bench.files()), (b"old".to_vec(), vec!["in.csv".to_owned(), "out.png".into()]));
    // Where nothing can be made, whoever asks.
    for folder in ["/proc", "/sys"].into_iter().filter(|folder| std::path::Path::new(folder).is_dir()) {
        let out = format!("{folder}/out.png");
        let run = bench.run(&with(&["-o", &out]).iter().map(String::as_str).collect::<Vec<_>>()).expect(4);
        assert!(run.error_line().contains(&out), "{}", run.stderr);
    }
    // Streams that are closed: what was asked for is there, or it is told; never a panic.
    let null = shell("exec \"$0\" \"$@\" > /dev/null", &["-o", "-"]).expect(0);
    assert!(!null.stderr.contains("closed"), "it was asked for: {}", null.stderr);
    for script in ["exec \"$0\" \"$@\" >&-", "exec \"$0\" \"$@\" 2>&-", "exec \"$0\" \"$@\" <&- >&- 2>&-"] {
        shell(script, &["-o", "out.png"]).expect(0);
        assert!(bench.picture("out.png").width > 0, "{script}");
        bench.write("out.png", "old");
        let run = shell(script, &["-o", "-", "--report", "out.json"]);
        assert!(!run.stderr.contains("panicked"), "{script}: {}", run.stderr);
        // The runtime puts the null device in place of a closed stream, so that nothing fails; it is told.
        assert_eq!(run.code, Some(0), "{script}: {}", run.stderr);
        let is_lost = script.contains(">&-") && !script.contains("2>&-");
        assert_eq!(run.stderr.contains("standard output is closed"), is_lost, "{script}: {}", run.stderr);
        assert_eq!(bench.json("out.json")["rows"]["drawn"], 3, "{script}");
    }
    // Standard output that leads to an input.
    let data = bench.read("in.csv");
    let appended = shell("exec \"$0\" \"$@\" >> in.csv", &["-o", "-"]).expect(2);
    assert!(appended.stderr.contains("would replace an input"), "{}", appended.stderr);
    let read_from = shell("exec \"$0\" plot - -x x -y y -o in.csv < in.csv", &[]).expect(2);
    assert!(read_from.stderr.contains("would replace an input"), "{}", read_from.stderr);
    assert_eq!(bench.read("in.csv"), data);
    let twice = shell("exec \"$0\" \"$@\" > out.png", &["-o", "out.png", "--report", "-"]).expect(2);
    assert!(twice.stderr.contains("two outputs have one name"), "{}", twice.stderr);
}

#[test]
#[ignore = "minutes: every call of a run fails and kills once"]
fn long_disk_faults_at_every_call() {
    if !is_required("long_disk_faults_at_every_call") {
        return;
    }
    let scene = Scene::new();
    let mut told = String::new();
    for call in
        ["openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "linkat", "renameat", "renameat2", "rename"]
    {
        let count = scene.calls(call).len();
        let (mut refused, mut unharmed, mut killed) = (0, 0, 0);
        for n in 1..=count {
            for error in ["ENOSPC", "EIO", "EINTR", "EDQUOT", "EROFS"] {
                let what = format!("{call} {n} of {count} fails with {error}");
                let run = scene.run(call, &format!("error={error}:when={n}"));
                *if scene.judge_error(&what, &run) { &mut unharmed } else { &mut refused } += 1;
                scene.recover(&what);
            }
            let what = format!("killed at {call} {n} of {count}");
            let run = scene.run(call, &format!("signal=SIGKILL:when={n}"));
            killed += usize::from(!scene.judge_kill(&what, &run));
            scene.recover(&what);
        }
        let must_notice = ["fsync", "linkat", "renameat"].contains(&call);
        assert!(!must_notice || (unharmed == 0 && count > 0), "{call}: {unharmed} of {count} went unnoticed");
        let _ = writeln!(told, "{call}: {count} calls, {refused} refused, {unharmed} without harm, {killed} killed");
    }
    eprint!("{told}");
}

#[test]
#[ignore = "mounts a file system, which needs root"]
fn long_disk_faults_of_a_small_disk() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::new();
    bench.write("in.csv", "x,y\n1,2\n3,4\n5,6\n");
    let (mut refused, mut drawn) = (0, 0);
    for kilobytes in (4..=400).step_by(12) {
        let size = format!("size={kilobytes}k,nr_inodes=40");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).status();
        if !mount.is_ok_and(|status| status.success()) {
            eprintln!("left out: long_disk_faults_of_a_small_disk (nothing can be mounted here)");
            return;
        }
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(at("out.png"), "old").unwrap();
        let args = ["plot", "in.csv", "-x", "x", "-y", "y", "--marker", "pixel", "--width", "200", "--height", "200"];
        let (png, npy) = (at("out.png"), at("out.npy"));
        let run = bench.run(&[&args[..], &["--frame", "none", "-o", &png, "--raster", &npy]].concat());
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        let is_old = std::fs::read(&png).unwrap() == b"old";
        let unmounted = Command::new("umount").arg(folder.path()).status().unwrap();
        assert!(unmounted.success());
        match run.code {
            Some(0) => assert!(!is_old && names == ["out.npy", "out.png"], "{kilobytes} KiB: {names:?}"),
            code => assert!(code == Some(4) && is_old && names == ["out.png"], "{kilobytes} KiB: {names:?} {run:?}"),
        }
        *if run.code == Some(0) { &mut drawn } else { &mut refused } += 1;
    }
    eprintln!("disks of 4 to 400 KiB: {refused} refused, {drawn} drawn");
    assert!(refused > 0 && drawn > 0);
}
