//! GPUs that are lost, hang, refuse memory or cannot be opened: the same picture, or exit 3 with what to do, in time.
//!
//! A Vulkan layer (`tests/fault_layer`) makes software Vulkan fail at the n-th submission or allocation. The pictures are
//! held against those of the CPU: equal bytes in the exact class. A few n run with all tests; n from 1 to 30 for every fault
//! in `cargo test --test it long_gpu_faults -- --ignored`.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::harness::binary::{Bench, Run, f32_bytes};
use crate::harness::faults::{Fault, compiled, layer};
use crate::harness::gpu::{INSTALL, is_required};
use crate::harness::{CLOSE, Picture, Random, assert_same};

/// What every run must end within, whatever fails.
const LIMIT: Duration = Duration::from_secs(30);

/// How long a device may hang in these tests, so that they end soon.
const PATIENCE_SECS: &str = "1";

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Work {
    /// Opaque pixels in three colours: three canvases of counts.
    Exact,
    /// The same eight times over: more than thirty submissions.
    Many,
    /// The same as a density: one canvas, added to by the other kernel.
    Density,
    /// Large translucent discs in colours of a column: a layer, blended by the tiles kernel.
    Layer,
    /// Counts of a larger picture, for which the memory that a driver gives in one go does not suffice.
    Large,
}

/// Rows of one data set.
const ROWS: usize = 3000;

impl Work {
    fn args(self) -> Vec<&'static str> {
        let size = ["--width", "360", "--height", "270", "--gpu-kernel", "instanced"];
        let computed = ["--width", "360", "--height", "270"];
        let pixels = ["plot", "a.f32", "--raw", "f32x2", "-x", "0", "-y", "1", "--marker", "pixel", "--color", "black"];
        let more = ["--series", "b.f32 --raw f32x2 -x 0 -y 1 --marker pixel --color red"];
        let most = ["--series", "c.f32 --raw f32x2 -x 0 -y 1 --marker pixel --color blue"];
        match self {
            Self::Exact => [&pixels[..], &more, &most, &size].concat(),
            Self::Many => {
                let sets = [more, most, more, most, more, most, more].concat();
                [&pixels[..], &sets, &["--width", "480", "--height", "360"], &size[4..]].concat()
            }
            Self::Density => {
                [&["plot", "a.f32", "--raw", "f32x2", "-x", "0", "-y", "1", "--reduce", "count"][..], &computed]
                    .concat()
            }
            Self::Layer => {
                let discs = ["plot", "a.f32", "--raw", "f32x2", "-x", "0", "-y", "1", "--color", "1", "--alpha", "0.2"];
                [&discs[..], &["--size", "9"], &computed].concat()
            }
            Self::Large => [&pixels[..], &["--width", "1000", "--height", "800"], &size[4..]].concat(),
        }
    }
}

impl Work {
    fn rows(self) -> usize {
        match self {
            Self::Exact => 3 * ROWS,
            Self::Many => 8 * ROWS,
            Self::Density | Self::Layer | Self::Large => ROWS,
        }
    }
}

/// A folder with the data, and the environment of a machine whose driver fails.
fn bench(variables: &[(&str, String)]) -> Bench {
    let mut bench = Bench::new()
        .variable("VK_LAYER_PATH", layer().to_str().unwrap())
        .variable("VK_INSTANCE_LAYERS", "VK_LAYER_POINTILLIST_fault")
        .variable("POINTILLIST_GPU_TIMEOUT_SECS", PATIENCE_SECS);
    for (name, value) in variables {
        bench = bench.variable(name, value);
    }
    for (seed, name) in [(1, "a.f32"), (2, "b.f32"), (3, "c.f32")] {
        let mut random = Random(seed);
        let rows: Vec<[f32; 2]> = (0..ROWS).map(|_| [random.unit() as f32, random.unit() as f32]).collect();
        bench.write(name, f32_bytes(&rows));
    }
    bench
}

/// Runs, and fails when that takes longer than anything may; no process is left.
fn run(bench: &Bench, args: &[&str]) -> Run {
    let mut command = bench.command(args);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
            panic!("{args:?} did not end within {LIMIT:?}: {:?}", child.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("panicked") && !stderr.contains("a bug"), "{args:?}: {stderr}");
    Run { code: output.status.code(), stdout: output.stdout, stderr }
}

/// The picture that the CPU draws: its bytes.
fn truth(work: Work) -> Vec<u8> {
    let bench = bench(&[]);
    run(&bench, &[&work.args()[..], &["-o", "cpu.png", "--backend", "cpu"]].concat()).expect(0);
    bench.read("cpu.png")
}

/// The run of an `auto` that takes the software driver, whose GPU fails: the same picture, and how often it began again.
fn recovers(work: Work, truth: &[u8], fault: &[(&str, String)]) -> serde_json::Value {
    let bench = bench(fault).variable("POINTILLIST_SOFTWARE_GPU", "1");
    let run = run(&bench, &[&work.args()[..], &["-o", "a.png", "--report", "r.json"]].concat());
    let (told, run) = (run.stderr.clone(), run.expect(0));
    assert!(!told.contains("no usable GPU"), "{INSTALL}\n{told}");
    let report = bench.json("r.json");
    if work == Work::Layer {
        let found = Picture::from_png(format!("{fault:?}"), &bench.read("a.png"));
        assert_same("a layer", &Picture::from_png("cpu", truth), &found, CLOSE);
    } else {
        assert!(bench.read("a.png") == truth, "{work:?} under {fault:?} is another picture: {told}");
    }
    assert_eq!(report["rows"]["drawn"], work.rows(), "no row twice, none lost: {told}");
    let restarts = report["restarts"].as_array().unwrap();
    for restart in restarts {
        let line = restart["reason"].as_str().unwrap();
        assert!(told.lines().any(|told| told.starts_with(line)), "a line each, '{line}': {told}");
    }
    assert!(restarts.len() <= 2, "{report}");
    drop(run);
    report
}

/// A GPU that was asked for and fails for ever: the same picture or exit 3 with what to do, and no file.
fn refuses(work: Work, truth: &[u8], fault: &[(&str, String)]) -> bool {
    let bench = bench(fault);
    let run = run(&bench, &[&work.args()[..], &["-o", "a.png", "--backend", "gpu"]].concat());
    if run.code == Some(0) {
        if work != Work::Layer {
            assert!(bench.read("a.png") == truth, "{work:?} under {fault:?} is another picture");
        }
        return false;
    }
    assert!(run.stderr.lines().last().unwrap().contains("--backend cpu"), "what to do: {}", run.stderr);
    let lines = run.stderr.lines().filter(|line| line.contains("GPU"));
    assert!(lines.count() <= 2, "a line a fault: {}", run.stderr);
    run.expect(3);
    assert!(!bench.files().contains(&"a.png".to_owned()));
    true
}

fn skipped(test: &str) -> bool {
    !is_required(test)
}

#[test]
fn gpu_faults_without_any_leave_no_trace() {
    if skipped("gpu_faults_without_any_leave_no_trace") {
        return;
    }
    let report = recovers(Work::Exact, &truth(Work::Exact), &[]);
    assert_eq!((&report["backend"], &report["restarts"]), (&"gpu".into(), &serde_json::json!([])));
}

#[test]
fn gpu_faults_of_every_kind_end_in_the_same_bytes() {
    if skipped("gpu_faults_of_every_kind_end_in_the_same_bytes") {
        return;
    }
    let truth = truth(Work::Exact);
    for fault in [Fault::Lose, Fault::Hang, Fault::Block] {
        for n in [1, 4] {
            let report = recovers(Work::Exact, &truth, &fault.variables(n));
            assert_eq!(report["backend"], "cpu", "{fault:?} {n}: {report}");
            let faults: Vec<_> =
                report["restarts"].as_array().unwrap().iter().map(|r| (&r["fault"], &r["next"])).collect();
            let name = if matches!(fault, Fault::Lose) { "lost" } else { "hung" };
            assert_eq!(faults, [(&name.into(), &"gpu".into()), (&name.into(), &"cpu".into())]);
        }
    }
}

#[test]
fn gpu_faults_of_one_device_go_on_with_another_one() {
    if skipped("gpu_faults_of_one_device_go_on_with_another_one") {
        return;
    }
    for (work, n) in [(Work::Exact, 5), (Work::Density, 1), (Work::Layer, 2)] {
        let truth = truth(work);
        for fault in [Fault::Lose, Fault::Block] {
            let once = [fault.variables(n), vec![("FAULT_DEVICES", "1".to_owned())]].concat();
            let report = recovers(work, &truth, &once);
            assert_eq!((&report["backend"], report["restarts"].as_array().unwrap().len()), (&"gpu".into(), 1));
            assert!(!refuses(work, &truth, &once), "one retry with --backend gpu too");
        }
    }
}

#[test]
fn gpu_faults_of_a_gpu_that_was_asked_for_exit_3() {
    if skipped("gpu_faults_of_a_gpu_that_was_asked_for_exit_3") {
        return;
    }
    let truth = truth(Work::Exact);
    for (fault, n) in [(Fault::Lose, 3), (Fault::Block, 3), (Fault::RefuseAll, 1)] {
        assert!(refuses(Work::Exact, &truth, &fault.variables(n)), "{fault:?}");
    }
}

#[test]
fn gpu_faults_of_memory_take_less_then_the_cpu() {
    if skipped("gpu_faults_of_memory_take_less_then_the_cpu") {
        return;
    }
    // The second piece of memory is for uploads, which are cut smaller.
    let report = recovers(Work::Exact, &truth(Work::Exact), &Fault::Refuse.variables(2));
    assert_eq!((&report["backend"], &report["restarts"]), (&"gpu".into(), &serde_json::json!([])), "smaller slots do");
    let truth = truth(Work::Large);
    for n in [1, 4] {
        recovers(Work::Large, &truth, &Fault::Refuse.variables(n));
        recovers(Work::Large, &truth, &Fault::RefuseAll.variables(n));
    }
    let report = recovers(Work::Large, &truth, &Fault::RefuseAll.variables(2));
    assert_eq!(report["restarts"][0]["fault"], "out of memory", "{report}");
    assert_eq!((&report["backend"], report["restarts"].as_array().unwrap().len()), (&"cpu".into(), 1));
}

#[test]
fn gpu_faults_with_input_that_came_by_once_say_what_to_do() {
    if skipped("gpu_faults_with_input_that_came_by_once_say_what_to_do") {
        return;
    }
    let fault = [("FAULT_LOSE_AT", "2".to_owned()), ("POINTILLIST_SOFTWARE_GPU", "1".to_owned())];
    let bench = bench(&fault);
    let rows = bench.read("a.f32");
    let args =
        ["plot", "-", "--raw", "f32x2", "-x", "0", "-y", "1", "--marker", "pixel", "--color", "black", "-o", "p.png"];
    // That kernel submits something before the first row is read.
    let limits = ["--xlim", "0,1", "--ylim", "0,1", "--gpu-kernel", "instanced"];
    let run = bench.pipe(&[&args[..], &limits].concat(), &rows, 1000).expect(3);
    assert!(run.error_line().contains("keep it in a file"), "{}", run.stderr);
    assert!(!bench.files().contains(&"p.png".to_owned()));
    // Before the first row is read nothing is lost.
    let early = self::bench(&[("FAULT_LOSE_AT", "1".to_owned()), ("POINTILLIST_SOFTWARE_GPU", "1".to_owned())]);
    early.pipe(&[&args[..], &limits].concat(), &rows, 1000).expect(0);
    // For its limits a pipe is kept, and can be read again.
    bench.pipe(&args, &rows, 1000).expect(0).says("drawing again from the first row on the CPU");
    let mut file = args;
    file[1] = "a.f32";
    file[13] = "f.png";
    bench.run(&[&file[..], &["--backend", "cpu"]].concat()).expect(0);
    assert!(bench.read("p.png") == bench.read("f.png"));
}

#[test]
fn gpu_faults_of_a_device_that_cannot_be_opened_exit_3_or_take_the_cpu() {
    if skipped("gpu_faults_of_a_device_that_cannot_be_opened_exit_3_or_take_the_cpu") {
        return;
    }
    let truth = truth(Work::Exact);
    let fault = [("FAULT_OPEN", "1".to_owned())];
    assert!(refuses(Work::Exact, &truth, &fault));
    assert_eq!(recovers(Work::Exact, &truth, &fault)["backend"], "cpu");
}

/// Drivers that are none, in files that name them.
#[test]
fn gpu_faults_of_loaders_and_drivers_are_told_and_doctor_goes_on() {
    let manifest = |library: &str| {
        format!(r#"{{"file_format_version":"1.0.0","ICD":{{"library_path":"{library}","api_version":"1.3.0"}}}}"#)
    };
    let cases = [
        ("empty.json", String::new()),
        ("broken.json", "{\"ICD\": [".to_owned()),
        ("nowhere.json", manifest("/nonexistent/libvulkan_none.so")),
        ("text.json", manifest("./a.f32")),
    ];
    for (name, text) in cases {
        let bench = bench(&[]).variable("VK_INSTANCE_LAYERS", "").variable("POINTILLIST_SOFTWARE_GPU", "1");
        bench.write(name, text);
        let path = bench.path(name);
        let bench = bench
            .variable("VK_DRIVER_FILES", path.to_str().unwrap())
            .variable("VK_ICD_FILENAMES", path.to_str().unwrap());
        without_a_gpu(&bench, name);
    }
    // A loader that is no library: it comes before the system's.
    let bench = bench(&[]).variable("VK_INSTANCE_LAYERS", "").variable("POINTILLIST_SOFTWARE_GPU", "1");
    let folder = bench.path("lib");
    std::fs::create_dir(&folder).unwrap();
    for name in ["libvulkan.so.1", "libvulkan.so"] {
        std::fs::write(folder.join(name), "no library").unwrap();
    }
    without_a_gpu(&bench.variable("LD_LIBRARY_PATH", folder.to_str().unwrap()), "no loader");
}

fn without_a_gpu(bench: &Bench, what: &str) {
    let args = Work::Exact.args();
    let refused = run(bench, &[&args[..], &["-o", "a.png", "--backend", "gpu"]].concat()).expect(3);
    assert!(
        refused.stderr.contains("no usable GPU") && refused.stderr.contains("--backend cpu"),
        "{what}: {}",
        refused.stderr
    );
    let taken = run(bench, &[&args[..], &["-o", "a.png"]].concat()).expect(0);
    assert!(taken.stderr.contains("cpu, "), "{what}: {}", taken.stderr);
    let doctor = run(bench, &["doctor"]).expect(0);
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("adapters: none"), "{what}");
}

/// A loader that ends the process as soon as it is loaded.
#[test]
fn gpu_faults_never_meet_a_run_on_the_cpu_because_vulkan_is_not_loaded() {
    let bench = bench(&[]).variable("VK_INSTANCE_LAYERS", "");
    let source = bench.path("loader.c");
    std::fs::write(
        &source,
        "#include <unistd.h>\n__attribute__((constructor)) static void loaded(void) { _exit(99); }\n",
    )
    .unwrap();
    let (library, folder) = (compiled("loader", &source), bench.path("lib"));
    std::fs::create_dir(&folder).unwrap();
    for name in ["libvulkan.so.1", "libvulkan.so"] {
        std::fs::copy(&library, folder.join(name)).unwrap();
    }
    let bench = bench.variable("LD_LIBRARY_PATH", folder.to_str().unwrap());
    let args = Work::Exact.args();
    run(&bench, &[&args[..], &["-o", "a.png", "--backend", "cpu"]].concat()).expect(0);
    run(&bench, &["inspect", "a.f32", "--raw", "f32x2"]).expect(0);
    run(&bench, &[&args[..], &["-o", "a.png", "--backend", "gpu"]].concat()).expect(99);
}

#[test]
fn gpu_faults_end_a_benchmark_with_what_to_do() {
    if skipped("gpu_faults_end_a_benchmark_with_what_to_do") {
        return;
    }
    for fault in [Fault::Lose, Fault::Block] {
        let bench = bench(&fault.variables(2));
        let args = ["bench", "--rows", "1000", "--repeats", "1", "--only", "pixel", "--backend", "gpu"];
        let run = run(&bench, &args).expect(3);
        assert!(run.stderr.contains("--backend cpu"), "{}", run.stderr);
    }
}

/// Every n of a kind of fault, as far as the work comes: both what `auto` and what `--backend gpu` does. `most` is how
/// often it must have been met with many submissions.
fn sweep(name: &str, fault: Fault, most: u32) {
    if skipped(name) {
        return;
    }
    let marks = tempfile::tempdir().unwrap();
    for work in [Work::Many, Work::Density, Work::Layer, Work::Large] {
        let truth = truth(work);
        let mut met = 0;
        for n in 1..=30 {
            let mark = marks.path().join(format!("{work:?}-{n}"));
            let variables = [fault.variables(n), vec![("FAULT_MARK", mark.to_str().unwrap().to_owned())]].concat();
            recovers(work, &truth, &variables);
            if !mark.exists() {
                break;
            }
            met = n;
            refuses(work, &truth, &variables);
        }
        println!("{name}: {work:?} met the fault at n = 1 to {met}");
        assert!(met >= if work == Work::Many { most } else { 1 }, "{name}: met {met} times only");
    }
}

macro_rules! sweeps {
    ($($name:ident: $fault:expr, $most:expr;)*) => {
        $(
            #[test]
            #[ignore = "minutes: n from 1 to 30"]
            fn $name() {
                sweep(stringify!($name), $fault, $most);
            }
        )*

        #[test]
        fn gpu_faults_are_swept_each() {
            assert_eq!([$(stringify!($name)),*].len(), Fault::ALL.len());
        }
    };
}

sweeps! {
    long_gpu_faults_lose: Fault::Lose, 30;
    long_gpu_faults_refuse_once: Fault::Refuse, 5;
    long_gpu_faults_refuse_for_ever: Fault::RefuseAll, 5;
    long_gpu_faults_hang: Fault::Hang, 30;
    long_gpu_faults_block: Fault::Block, 30;
}
