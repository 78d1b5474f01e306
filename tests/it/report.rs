//! What the command tells while and after it works: progress, and the benchmark's equality before its times.

use crate::harness::binary::Bench;
use crate::harness::gpu::is_required;

#[test]
fn report_of_progress_comes_after_a_second_and_only_when_asked() {
    let bench = Bench::new();
    let job = |rows: &str, progress: &str| {
        let input = format!("synthetic:gaussians:{rows}:seed=7");
        let run = bench.run(&["plot", &input, "-x", "x", "-y", "y", "--progress", progress, "-o", "out.png"]).expect(0);
        run.stderr.lines().filter(|line| line.starts_with("surveying:") || line.starts_with("drawing:")).count()
    };
    assert_eq!(job("1k", "always"), 0, "short work says nothing");
    // Long enough for lines whatever the build: the survey alone takes over a second.
    let input = "synthetic:gaussians:40M:seed=7";
    let run = bench.run(&["plot", input, "-x", "x", "-y", "y", "--progress", "always", "-o", "out.png"]).expect(0);
    let line = run.stderr.lines().find(|line| line.starts_with("surveying:")).unwrap_or_default();
    for part in [" of 40,000,000 rows", " rows/s", " s left"] {
        assert!(line.contains(part), "'{part}' in: {}", run.stderr);
    }
    assert_eq!(job("2M", "auto"), 0, "no terminal, no progress");
}

#[test]
fn report_of_the_benchmark_compares_before_it_times() {
    if !is_required("report_of_the_benchmark_compares_before_it_times") {
        return;
    }
    let bench = Bench::new();
    let run = bench.run(&["bench", "--rows", "20k", "--runs", "1", "--json"]).expect(0);
    let result: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let scenes = result["scenes"].as_array().unwrap();
    assert!(scenes.len() >= 4, "{result}");
    for scene in scenes {
        let largest = scene["largest_difference"].as_u64().unwrap();
        let allowed = u64::from(scene["class"] == "close");
        assert!(largest <= allowed, "the pictures agree by their class: {scene}");
        assert_eq!(scene["is_equal"], largest == 0, "{scene}");
        for backend in ["cpu", "gpu"] {
            assert!(scene[backend]["points_per_second"].as_f64().unwrap() > 0.0, "{scene}");
            assert!(scene[backend]["description"].as_str().unwrap().starts_with(backend), "{scene}");
        }
    }
    assert!(scenes.iter().any(|scene| scene["class"] == "exact"), "{result}");
    // Without a driver the CPU is timed all the same, and the reason is given.
    let without =
        Bench::new().variable("VK_DRIVER_FILES", "/nowhere.json").variable("VK_ICD_FILENAMES", "/nowhere.json");
    let run = without.run(&["bench", "--rows", "1k", "--runs", "1"]).expect(0);
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.contains("without GPU: no usable GPU") && text.contains("cpu, "), "{text}");
}
