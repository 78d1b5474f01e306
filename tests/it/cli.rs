//! What a person types and reads: exit codes, one clear line an error, the ledger, outputs that appear whole or not.

use std::process::Stdio;

use crate::harness::binary::{Bench, Run, f64_bytes, repository_file};
use crate::harness::gpu::{INSTALL, is_required};

const CSV: &str = "x,y,kind\n1,2,a\n3,4,b\n5,6,a\n";

/// `plot INPUT -x x -y y -o out.png` and more.
fn plot(bench: &Bench, input: &str, more: &[&str]) -> Run {
    let mut args = vec!["plot", input, "-x", "x", "-y", "y", "-o", "out.png", "--progress", "never"];
    args.extend(more);
    bench.run(&args)
}

/// The old picture is still there, and nothing else is.
fn assert_untouched(bench: &Bench, inputs: &[&str]) {
    assert_eq!(bench.read("out.png"), b"the old picture", "the old picture stays");
    let mut expected = inputs.to_vec();
    expected.push("out.png");
    expected.sort_unstable();
    assert_eq!(bench.files(), expected, "no litter");
}

fn with_old_picture() -> Bench {
    let bench = Bench::new();
    bench.write("out.png", "the old picture");
    bench
}

#[test]
fn errors_of_the_input_are_one_line_and_exit_1() {
    let parquet = std::fs::read(repository_file("assets/earthquakes.parquet")).unwrap();
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    let header = format!("{:<117}\n", "{'descr': '<f8', 'fortran_order': False, 'shape': (1000, 2), }");
    npy.extend((header.len() as u16).to_le_bytes());
    npy.extend(header.as_bytes());
    npy.extend([0; 100]);
    let cases: [(&str, Option<&[u8]>); 8] = [
        ("missing.csv", None),
        ("missing.parquet", None),
        ("empty.csv", Some(b"")),
        ("empty.parquet", Some(b"")),
        ("cut.parquet", Some(&parquet[..parquet.len() / 2])),
        ("cut-footer.parquet", Some(&parquet[..parquet.len() - 3])),
        ("cut.npy", Some(&npy)),
        ("unknown.xyz", Some(b"\x00\x01\x02\xff\xfe unknown \x00\x00")),
    ];
    for (name, bytes) in cases {
        let bench = with_old_picture();
        let inputs: Vec<_> = bytes.map(|bytes| bench.write(name, bytes)).into_iter().collect();
        let run = bench.run(&["plot", name, "-x", "0", "-y", "1", "-o", "out.png", "--progress", "never"]);
        assert_eq!(run.code, Some(1), "{name}: {}", run.stderr);
        assert!(run.error_line().contains(name), "the line names the file: {}", run.stderr);
        assert_untouched(&bench, &inputs.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn errors_of_a_directory_are_one_line_and_exit_1() {
    let bench = with_old_picture();
    std::fs::create_dir(bench.path("folder")).unwrap();
    let run = plot(&bench, "folder", &[]).expect(1);
    assert!(run.error_line().contains("folder"), "the line names it: {}", run.stderr);
    assert_untouched(&bench, &["folder"]);
}

#[test]
fn errors_of_a_wrong_column_name_the_columns_there_are() {
    let bench = with_old_picture();
    bench.write("in.csv", CSV);
    for args in [
        ["plot", "in.csv", "-x", "x", "-y", "hight", "-o", "out.png"],
        ["plot", "in.csv", "-x", "7", "-y", "y", "-o", "out.png"],
    ] {
        let run = bench.run(&args);
        assert!(matches!(run.code, Some(1 | 2)), "{:?}: {}", run.code, run.stderr);
        let line = run.error_line();
        for name in ["x", "y", "kind"] {
            assert!(line.contains(name), "the line names column {name}: {line}");
        }
        assert_untouched(&bench, &["in.csv"]);
    }
}

#[test]
fn errors_of_usage_exit_2() {
    let bench = with_old_picture();
    bench.write("in.csv", CSV);
    let cases: &[&[&str]] = &[
        &["--no-such-flag"],
        &["--alpha", "0"],
        &["--alpha", "1.5"],
        &["--alpha", "nan"],
        &["--alpha", "1e-7", "--color", "kind"],
        &["--size", "0"],
        &["--size", "1000"],
        &["--width", "0"],
        &["--width", "70000"],
        &["--xlim", "3,3"],
        &["--xlim", "3"],
        &["--xlim", "nan,1"],
        &["--xscale", "log", "--xlim", "-1,10"],
        &["--cmap", "no-such-map", "--color", "y"],
        &["--color", "no-such-colour"],
        &["--threads", "0"],
        &["--chunk-rows", "0"],
        &["--marker", "blob"],
    ];
    for more in cases {
        let run = plot(&bench, "in.csv", more);
        assert_eq!(run.code, Some(2), "{more:?}: {}", run.stderr);
        assert!(!run.stderr.contains("panicked"), "{more:?}: {}", run.stderr);
        assert!(!run.stderr.trim().is_empty(), "{more:?} says why");
        assert_untouched(&bench, &["in.csv"]);
    }
    assert_eq!(bench.run(&["plot", "in.csv"]).code, Some(2), "columns are required");
    assert_eq!(bench.run(&["no-such-command"]).code, Some(2), "an unknown command");
}

#[test]
fn errors_of_the_plan_come_before_reading() {
    let bench = with_old_picture();
    // Reading this would take hours.
    let input = "synthetic:gaussians:10000000M:seed=7";
    let args =
        ["plot", input, "-x", "0", "-y", "1", "--xlim", "0,1", "--ylim", "0,1", "--max-memory", "1M", "-o", "out.png"];
    let run = bench.run(&args).expect(2);
    assert!(run.error_line().contains("--max-memory"), "the line names the limit: {}", run.stderr);
    assert_untouched(&bench, &[]);
}

#[test]
fn errors_without_an_adapter_exit_3_and_name_the_package() {
    let bench =
        with_old_picture().variable("VK_DRIVER_FILES", "/nowhere.json").variable("VK_ICD_FILENAMES", "/nowhere.json");
    bench.write("in.csv", CSV);
    let run = plot(&bench, "in.csv", &["--backend", "gpu"]).expect(3);
    // What a GPU lacks takes several lines; the first says what is wrong, one of the others what to install.
    assert!(run.stderr.starts_with("pointillist: no usable GPU"), "{}", run.stderr);
    assert!(run.stderr.contains("mesa-vulkan-drivers") && !run.stderr.contains("panicked"), "{}", run.stderr);
    assert_untouched(&bench, &["in.csv"]);
    // And auto draws without one.
    plot(&bench, "in.csv", &["--backend", "auto"]).expect(0);
    assert_eq!(bench.picture("out.png").width, 1024, "a picture");
}

#[test]
fn errors_beyond_the_adapters_limits_exit_3_and_name_the_limit() {
    if !is_required("errors_beyond_the_adapters_limits_exit_3_and_name_the_limit") {
        return;
    }
    let bench = with_old_picture();
    bench.write("in.csv", CSV);
    let run = plot(&bench, "in.csv", &["--backend", "gpu", "--width", "60000", "--height", "20", "--frame", "none"]);
    if run.code == Some(0) {
        assert_eq!(bench.picture("out.png").width, 60_000, "this adapter can");
        return;
    }
    assert_eq!(run.code, Some(3), "{}\n{INSTALL}", run.stderr);
    assert!(run.error_line().chars().any(|c| c.is_ascii_digit()), "the line names the limit: {}", run.stderr);
    assert_untouched(&bench, &["in.csv"]);
}

#[test]
fn output_to_a_full_device_exits_4() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = bench.command(&["plot", "in.csv", "-x", "x", "-y", "y", "-o", "-"]);
    let output = command.stdin(Stdio::null()).stdout(full).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert_eq!(stderr.trim().lines().count(), 1, "one line: {stderr}");
}

#[test]
fn output_that_fails_half_way_exits_4_and_leaves_the_old_picture() {
    let bench = with_old_picture();
    bench.write("in.csv", CSV);
    // A limit of 1 KiB a file, whose signal is ignored: writing more fails as it does on a full disk.
    let script = "ulimit -f 1; trap '' XFSZ; exec \"$0\" \"$@\"";
    let args =
        ["-c", script, env!("CARGO_BIN_EXE_pointillist"), "plot", "in.csv", "-x", "x", "-y", "y", "-o", "out.png"];
    let output = std::process::Command::new("bash")
        .args(args)
        .current_dir(bench.path(""))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert_eq!(stderr.trim().lines().count(), 1, "one line: {stderr}");
    assert!(stderr.contains("out.png"), "the line names the file: {stderr}");
    assert_untouched(&bench, &["in.csv"]);
}

#[test]
fn output_on_a_full_disk_exits_4_and_leaves_the_old_picture() {
    let bench = Bench::new();
    let folder = bench.path("disk");
    std::fs::create_dir(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    let mount = ["-t", "tmpfs", "-o", "size=8k", "tmpfs", folder];
    if !std::process::Command::new("mount").args(mount).stderr(Stdio::null()).status().is_ok_and(|s| s.success()) {
        eprintln!("left out: output_on_a_full_disk_exits_4_and_leaves_the_old_picture (may not mount a small disk)");
        return;
    }
    bench.write("in.csv", CSV);
    bench.write("disk/out.png", "the old picture");
    let run = bench.run(&["plot", "in.csv", "-x", "x", "-y", "y", "-o", "disk/out.png"]);
    let old = bench.read("disk/out.png");
    let left = std::fs::read_dir(folder).unwrap().count();
    std::process::Command::new("umount").arg(folder).status().unwrap();
    assert_eq!(run.code, Some(4), "{}", run.stderr);
    assert_eq!(old, b"the old picture", "the old picture stays");
    assert_eq!(left, 1, "no litter");
}

#[test]
fn output_into_a_missing_folder_exits_4() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    let run = bench.run(&["plot", "in.csv", "-x", "x", "-y", "y", "-o", "no/such/out.png"]).expect(4);
    assert!(run.error_line().contains("no/such"), "the line names it: {}", run.stderr);
}

#[test]
fn output_to_stdout_is_the_picture_alone() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    plot(&bench, "in.csv", &[]).expect(0);
    let run = bench.run(&["plot", "in.csv", "-x", "x", "-y", "y", "-o", "-"]).expect(0);
    assert!(run.stdout == bench.read("out.png"), "the same bytes as the file");
}

#[test]
fn readme_command_draws_the_sample_without_a_gpu() {
    for name in ["assets/earthquakes.parquet", "assets/earthquakes.csv"] {
        let bench = Bench::new().variable("VK_DRIVER_FILES", "/nowhere.json");
        let run =
            bench.run(&["plot", &repository_file(name), "-x", "longitude", "-y", "latitude", "-o", "earthquakes.png"]);
        let run = run.expect(0);
        assert!(run.stderr.to_lowercase().contains("cpu"), "the closing line names the backend: {}", run.stderr);
        assert!(run.stderr.replace([',', '_', ' '], "").contains("1707"), "and the rows: {}", run.stderr);
        let picture = bench.picture("earthquakes.png");
        assert_eq!((picture.width, picture.height), (1024, 768), "the default size");
        let blue = picture.rgba.chunks_exact(4).filter(|pixel| *pixel == [0x1f, 0x77, 0xb4, 255]).count();
        assert!(blue > 1000, "points in the default colour: {blue} pixels");
    }
}

#[test]
fn ledger_adds_up_and_knows_every_row() {
    let bench = Bench::new();
    let mut csv = String::from("x,y\n");
    for i in 0..100 {
        csv += &format!("{i},{}\n", i % 10);
    }
    csv += "abc,1\n,1\n5,inf\nnan,2\n";
    bench.write("in.csv", &csv);
    let run =
        plot(&bench, "in.csv", &["--xlim", "19.5,59.5", "--ylim", "-1,10", "--marker", "pixel", "--report", "r.json"]);
    let run = run.expect(0);
    let report = bench.json("r.json");
    let rows = |key: &str| report["rows"][key].as_u64().unwrap_or_else(|| panic!("rows.{key} in {report}"));
    assert_eq!((rows("total"), rows("read"), rows("skipped")), (104, 104, 0), "all rows were read");
    assert_eq!(
        (rows("drawn"), rows("outside"), rows("invalid"), rows("filtered")),
        (40, 60, 4, 0),
        "{}",
        report["rows"]
    );
    assert!(run.stderr.contains("abc"), "the first text that is no number is shown: {}", run.stderr);
    assert_eq!(report["view"]["width"], 1024, "the view is reported");
    assert_eq!(report["backend"], "cpu", "three rows need no GPU");
    for key in ["adapter", "class", "seconds", "peak_rss_bytes", "planned_bytes", "bytes_read", "points_per_second"] {
        assert!(!report[key].is_null(), "the report has {key}: {report}");
    }
    let strict = plot(&bench, "in.csv", &["--strict"]).expect(1);
    assert!(strict.stderr.contains("line 102"), "--strict names the line: {}", strict.stderr);
}

#[test]
fn ledger_of_a_parquet_file_adds_up_with_skipped_rows() {
    let bench = Bench::new();
    let input = repository_file("assets/earthquakes.parquet");
    for limits in [["--xlim", "-120,-110"], ["--xlim", "500,600"]] {
        let mut args = vec!["plot", &input, "-x", "longitude", "-y", "latitude", "--report", "r.json", "-o", "out.png"];
        args.extend(limits);
        bench.run(&args).expect(0);
        let report = bench.json("r.json");
        let rows = |key: &str| report["rows"][key].as_u64().unwrap();
        assert_eq!(rows("total"), 1707, "{limits:?}: every row of the file is counted");
        assert_eq!(rows("total"), rows("read") + rows("skipped"), "{limits:?}: {}", report["rows"]);
        let parts = ["drawn", "outside", "invalid", "filtered"].map(rows).iter().sum::<u64>();
        assert_eq!(rows("read"), parts, "{limits:?}: {}", report["rows"]);
    }
}

#[test]
fn empty_table_gives_empty_axes_and_a_line() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y\n");
    let run = plot(&bench, "in.csv", &["--xlim", "0,1", "--ylim", "0,1"]).expect(0);
    assert!(!run.stderr.trim().is_empty(), "a line says so");
    assert_eq!(bench.picture("out.png").height, 768, "a picture of axes");
}

#[test]
fn raster_holds_the_counts() {
    let bench = Bench::new();
    let (width, height) = (40_usize, 30_usize);
    let mut counts = vec![0_u64; width * height];
    let points: Vec<_> = (0..5000_usize)
        .map(|i| {
            let (x, y) = (i * i % 43, i * 7 % 31);
            if x < width && y < height {
                counts[(height - 1 - y) * width + x] += 1;
            }
            [x as f64 + 0.5, y as f64 + 0.5]
        })
        .collect();
    bench.write("in.f64", f64_bytes(&points));
    let mut args =
        vec!["plot", "in.f64", "--raw", "f64x2", "-x", "0", "-y", "1", "--marker", "pixel", "--frame", "none"];
    args.extend(["--width", "40", "--height", "30", "--xlim", "0,40", "--ylim", "0,30"]);
    args.extend(["--raster", "out.npy", "-o", "out.png"]);
    bench.run(&args).expect(0);
    let npy = bench.read("out.npy");
    assert_eq!(&npy[..6], b"\x93NUMPY", "numpy's format");
    let header_len = usize::from(u16::from_le_bytes([npy[8], npy[9]]));
    let header = std::str::from_utf8(&npy[10..10 + header_len]).unwrap();
    assert!(header.contains("'<u8'") && header.contains("(30, 40") && header.contains("False"), "{header}");
    let values: Vec<_> =
        npy[10 + header_len..].chunks_exact(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap())).collect();
    assert_eq!(values, counts, "row 0 on top");
}

#[test]
fn inspect_shows_columns_rows_and_extents() {
    let bench = Bench::new();
    let run = bench.run(&["inspect", &repository_file("assets/earthquakes.parquet")]).expect(0);
    let text = String::from_utf8(run.stdout).unwrap();
    for word in ["time", "longitude", "magnitude", "type", "-179.6445", "83.0422"] {
        assert!(text.contains(word), "{word} in:\n{text}");
    }
    assert!(text.replace([',', '_', '\u{202f}'], "").contains("1707"), "the rows in:\n{text}");
}

#[test]
fn doctor_names_what_is_missing() {
    let bench = Bench::new().variable("VK_DRIVER_FILES", "/nowhere.json").variable("VK_ICD_FILENAMES", "/nowhere.json");
    let run = bench.run(&["doctor"]);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let text = String::from_utf8(run.stdout).unwrap() + &run.stderr;
    assert!(text.contains("mesa-vulkan-drivers"), "the command that installs an adapter:\n{text}");
}

#[test]
fn explain_prints_the_plan() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    let run = plot(&bench, "in.csv", &["--explain"]).expect(0);
    let text = String::from_utf8(run.stdout).unwrap() + &run.stderr;
    assert!(text.to_lowercase().contains("veil"), "antialiased circles of one colour take a veil:\n{text}");
}
