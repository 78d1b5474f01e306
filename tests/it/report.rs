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

/// The cases of a benchmark, and everything else it says.
fn benched(bench: &Bench, args: &[&str]) -> serde_json::Value {
    let run = bench.run(&[&["bench", "--json", "-"], args].concat()).expect(0);
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn report_of_the_benchmark_compares_before_it_times() {
    if !is_required("report_of_the_benchmark_compares_before_it_times") {
        return;
    }
    let bench = Bench::new();
    let options = ["--rows", "1000", "--repeats", "1", "--backend", "gpu", "--only", "gaussians/pixel"];
    let result = benched(&bench, &options);
    let cases = result["cases"].as_array().unwrap();
    let names: Vec<_> = cases.iter().map(|case| case["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["gaussians/pixel", "gaussians/pixel/value"]);
    for case in cases {
        let largest = case["equality"]["largest_difference"].as_u64().unwrap();
        let allowed = u64::from(case["class"] == "close");
        assert!(largest <= allowed, "the pictures agree by their class: {case}");
        assert_eq!(case["equality"]["is_equal"], largest == 0, "{case}");
        assert_eq!(case["equality"]["is_allowed"], true, "{case}");
        assert_eq!(case["rows"], 1000, "{case}");
        let timings = case["timings"].as_array().unwrap();
        assert_eq!(timings.len(), 2, "{case}");
        assert_eq!(timings[0]["backend"], "cpu", "{case}");
        assert!(["gpu", "software"].contains(&timings[1]["backend"].as_str().unwrap()), "{case}");
        for timing in timings {
            assert!(timing["rows_per_second"].as_f64().unwrap() > 0.0, "{case}");
            let spread = |key: &str| timing["draw_secs"][key].as_f64().unwrap();
            assert!(0.0 < spread("min") && spread("min") <= spread("median") && spread("median") <= spread("max"));
            assert_eq!(timing["draw_secs"]["runs"].as_array().unwrap().len(), 1, "{case}");
        }
    }
    let bytes: Vec<_> = cases.iter().map(|case| case["bytes"].as_u64().unwrap()).collect();
    assert_eq!(bytes, [16_000, 24_000], "x and y, and a value");
    assert!(cases.iter().any(|case| case["class"] == "exact") && cases.iter().any(|case| case["class"] == "close"));
    for fact in ["version", "system", "threads", "adapters", "process_start_secs", "is_debug_build"] {
        assert!(!result["machine"][fact].is_null(), "{fact} in {}", result["machine"]);
    }
}

#[test]
fn report_of_the_benchmark_on_data_of_ones_own() {
    let bench = Bench::new();
    let rows: String = (0..500).map(|i| format!("{},{},{},{}\n", i % 37, i % 29, i, ["a", "b"][i % 2])).collect();
    bench.write("in.csv", format!("lon,lat,fare,kind\n{rows}"));
    let base = ["bench", "in.csv", "-x", "lon", "-y", "lat", "--repeats", "1", "--backend", "cpu"];
    let more = ["--value", "fare", "--by", "kind", "--json", "out.json", "--progress", "always"];
    let run = bench.run(&[&base[..], &more].concat()).expect(0).says("9 of 9: input/by");
    let text = String::from_utf8(run.stdout).unwrap();
    for part in ["input/disc21/value", "input: 500 rows", "CPU alone: --backend cpu", "process start"] {
        assert!(text.contains(part), "'{part}' in: {text}");
    }
    let table = text.lines().take_while(|line| !line.starts_with("warning"));
    for line in table {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let result = bench.json("out.json");
    assert_eq!(result["cases"].as_array().unwrap().len(), 9);
    assert_eq!(result["cases"][6]["rows_drawn"], 500, "{result}");
    // x and y, and a category by its number; perhaps flags.
    let bytes = result["cases"][8]["bytes"].as_u64().unwrap();
    assert!((10_000..12_000).contains(&bytes), "{bytes}");
    // Rows that memory must not hold are read by every run, and that is said.
    let result = benched(&bench, &[&base[1..], &["--keep", "1k", "--only", "count"]].concat());
    assert!(result["data"][0]["kept_bytes"].is_null() && result["cases"][0]["bytes"].is_null(), "{result}");
    assert!(result["warnings"][0].as_str().unwrap().contains("--keep"), "{result}");
    let csv = bench.read("in.csv");
    let pipe = ["bench", "-", "-x", "lon", "-y", "lat", "--repeats", "1", "--backend", "cpu", "--only", "count"];
    bench.pipe(&pipe, &csv, 100).expect(0);
    bench.pipe(&[&pipe[..], &["--keep", "1k"]].concat(), &csv, 100).expect(2).says("raise --keep");
}

#[test]
fn report_of_the_benchmark_says_what_it_lacks() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y\n1,2\n3,4\n");
    for (args, told) in [
        (&["bench", "in.csv"][..], "-x"),
        (&["bench", "--only", "disc6"], "uniform/disc5/value"),
        (&["bench", "-x", "x", "-y", "y"], "INPUT"),
        (&["bench", "--repeats", "0"], "--repeats"),
        (&["bench", "in.csv", "-x", "x", "-y", "z", "--backend", "cpu"], "'z'"),
    ] {
        bench.run(args).expect(2).says(told);
    }
    bench.run(&["bench", "--json", "no/such/folder.json"]).expect(4);
    // Without a driver the CPU is timed all the same, and the reason is given; unless a GPU is asked for.
    let without =
        Bench::new().variable("VK_DRIVER_FILES", "/nowhere.json").variable("VK_ICD_FILENAMES", "/nowhere.json");
    let options = ["bench", "--rows", "1k", "--repeats", "1", "--only", "point/count"];
    let run = without.run(&options).expect(0);
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.contains("CPU alone: no GPU") && text.contains("point/count"), "{text}");
    without.run(&[&options[..], &["--backend", "gpu"]].concat()).expect(3);
}
