//! Every example of the README and of --help, run as it stands: a person types these first.
//!
//! The lines run in their order in one folder, which holds small files of the names that they use, each with one table in
//! it that has every column they name. Only large row counts are made small. What is left out is listed, and has to exist.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use arrow::array::{Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;

use crate::harness::binary::{Bench, repository_file};

/// Input files that examples name.
const FILES: &[&str] = &[
    "quakes.parquet",
    "flights.parquet",
    "flights.csv",
    "trips.parquet",
    "trades.csv",
    "stops.csv",
    "runs/a.jsonl.gz",
    "a.csv",
    "b.csv",
];

/// Columns of numbers that examples name.
const NUMBERS: &[&str] = &[
    "longitude",
    "latitude",
    "magnitude",
    "distance",
    "delay",
    "lon",
    "lat",
    "fare",
    "value",
    "volume",
    "price",
    "spread",
];

/// Columns of text.
const TEXTS: &[&str] = &["company", "station"];

/// Lines of the README that are no examples of this program, by their beginning, each with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("cargo run", "builds the program; what it draws is drawn in `cli`"),
    ("bash tests/run.sh", "runs this test"),
    ("pointillist plot ... --explain", "stands for any plot"),
];

/// What would take long, and what is done instead.
const SMALLER: &[(&str, &str)] = &[
    ("--rows 100M", "--rows 2k --repeats 1"),
    ("pointillist bench trips", "pointillist bench --repeats 1 trips"),
    ("pointillist bench", "pointillist bench --rows 2k --repeats 1"),
    // Standard output is no terminal here.
    ("--show ", "--show=blocks "),
    (":100M:", ":20k:"),
    // Where the rows are.
    ("--inset=-74.02,-73.97,40.70,40.76", "--inset=5,10,5,10"),
    (":10M:", ":20k:"),
];

const ROWS: usize = 200;

/// Positive, and of different columns different.
fn number(column: usize, row: usize) -> f64 {
    1.0 + ((row * (2 * column + 7)) % 97) as f64 / 4.0
}

fn text(row: usize) -> &'static str {
    ["red", "green", "blue"][row % 3]
}

/// Microseconds since 1970: January 2024, in steps of three hours.
fn time(row: usize) -> i64 {
    (1_704_067_200 + 10_800 * row as i64) * 1_000_000
}

fn csv() -> String {
    let mut out = format!("time,{},{}\n", NUMBERS.join(","), TEXTS.join(","));
    for row in 0..ROWS {
        let (day, hour) = (1 + row / 8, 3 * (row % 8));
        let _ = write!(out, "2024-01-{day:02}T{hour:02}:00:00");
        for column in 0..NUMBERS.len() {
            let _ = write!(out, ",{}", number(column, row));
        }
        for _ in TEXTS {
            let _ = write!(out, ",{}", text(row));
        }
        out.push('\n');
    }
    out
}

fn write_parquet(path: &Path) {
    let times: Vec<i64> = (0..ROWS).map(time).collect();
    let mut fields = vec![Field::new("time", DataType::Timestamp(TimeUnit::Microsecond, None), false)];
    let mut columns: Vec<Arc<dyn Array>> = vec![Arc::new(TimestampMicrosecondArray::from(times))];
    for (column, name) in NUMBERS.iter().enumerate() {
        fields.push(Field::new(*name, DataType::Float64, false));
        columns.push(Arc::new((0..ROWS).map(|row| Some(number(column, row))).collect::<Float64Array>()));
    }
    for name in TEXTS {
        fields.push(Field::new(*name, DataType::Utf8, false));
        columns.push(Arc::new((0..ROWS).map(|row| Some(text(row))).collect::<StringArray>()));
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    let mut writer = ArrowWriter::try_new(std::fs::File::create(path).unwrap(), schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// The table of [`csv`] as objects, one a line, within gzip.
fn write_packed_json(path: &Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let table = csv();
    let (names, rows) = table.split_once('\n').unwrap();
    let mut packed = flate2::write::GzEncoder::new(std::fs::File::create(path).unwrap(), flate2::Compression::fast());
    for row in rows.lines() {
        let members = names.split(',').zip(row.split(',')).map(|(name, value)| match value.parse::<f64>() {
            Ok(number) => format!("\"{name}\": {number}"),
            Err(_) => format!("\"{name}\": \"{value}\""),
        });
        writeln!(packed, "{{{}}}", members.collect::<Vec<_>>().join(", ")).unwrap();
    }
    packed.finish().unwrap();
}

/// A folder with the files, and with `pointillist` and `producer` in `bin`.
fn folder() -> Bench {
    let bench = Bench::new().variable("VK_DRIVER_FILES", "/nowhere.json");
    for name in FILES {
        match name.rsplit_once('.') {
            Some((_, "parquet")) => write_parquet(&bench.path(name)),
            Some((_, "gz")) => write_packed_json(&bench.path(name)),
            _ => drop(bench.write(name, csv())),
        }
    }
    std::fs::create_dir(bench.path("assets")).unwrap();
    std::fs::copy(repository_file("assets/earthquakes.parquet"), bench.path("assets/earthquakes.parquet")).unwrap();
    image::RgbaImage::new(40, 20).save(bench.path("map.png")).unwrap();
    std::fs::create_dir(bench.path("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_pointillist"), bench.path("bin/pointillist")).unwrap();
    // 1000 times 0.5 in 32 bits: records of two or of five numbers.
    bench.write(
        "bin/producer",
        "#!/bin/sh\ni=0; while [ $i -lt 1000 ]; do printf '\\000\\000\\000\\077'; i=$((i+1)); done\n",
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bench.path("bin/producer"), mode).unwrap();
    bench
}

fn run(bench: &Bench, line: &str) {
    let small = SMALLER.iter().find(|(long, _)| line.contains(long));
    let line = small.map_or_else(|| line.to_owned(), |(long, short)| line.replace(long, short));
    let path = format!("{}:{}", bench.path("bin").display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-c", &format!("set -o pipefail; {line}")])
        .current_dir(bench.path(""))
        .env("PATH", path)
        .env("VK_DRIVER_FILES", "/nowhere.json")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}\n{stderr}");
    assert!(!stderr.contains("panicked"), "{line}\n{stderr}");
    // A picture is named by -o, and is one.
    let words: Vec<&str> = line.split(" #").next().unwrap_or_default().split_whitespace().collect();
    for output in words.windows(2).filter(|pair| pair[0] == "-o" && pair[1] != "-").map(|pair| pair[1]) {
        match output.rsplit_once('.').map(|(_, extension)| extension) {
            Some("svg") => assert!(bench.read(output).starts_with(b"<?xml"), "{line}: an SVG"),
            Some("pdf") => assert!(bench.read(output).starts_with(b"%PDF-"), "{line}: a PDF"),
            _ => assert!(bench.picture(output).width > 100, "{line}: a picture"),
        }
    }
}

/// Commands of a shell, with lines put together that end in a backslash.
fn commands(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn examples_of_the_readme_run_as_they_stand() {
    let readme = std::fs::read_to_string(repository_file("README.md")).unwrap();
    let blocks = readme.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let lines: Vec<String> = blocks.flat_map(commands).collect();
    let is_left_out = |line: &String| LEFT_OUT.iter().any(|(start, _)| line.starts_with(start));
    for (start, why) in LEFT_OUT {
        assert!(lines.iter().any(|line| line.starts_with(start)), "'{start}' ({why}) is no longer there: drop it");
    }
    let bench = folder();
    let examples: Vec<&String> = lines.iter().filter(|line| !is_left_out(line)).collect();
    assert!(examples.len() >= 10, "the README has examples: {examples:?}");
    for line in examples {
        run(&bench, line);
    }
}

#[test]
fn examples_of_the_help_run_as_they_stand() {
    let bench = folder();
    let mut count = 0;
    for command in ["", "plot", "shade", "inspect", "bench", "colormaps", "doctor", "completions", "man"] {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let help = String::from_utf8(bench.run(&args).expect(0).stdout).unwrap();
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{command} has examples:\n{help}"));
        // They end at the first line that is not indented.
        let examples: Vec<&str> = examples.lines().take_while(|line| line.starts_with("  ")).collect();
        for line in commands(&examples.join("\n")) {
            run(&bench, &line);
            count += 1;
        }
    }
    assert!(count >= 25, "{count} examples");
}

#[test]
fn examples_of_tests_that_the_readme_names_are_there() {
    let readme = std::fs::read_to_string(repository_file("README.md")).unwrap();
    let named = readme.split('`').filter(|text| text.starts_with("tests/") || text.starts_with("src/"));
    let files: Vec<&str> = named.filter(|text| !text.contains(' ')).collect();
    assert!(files.len() > 20, "{files:?}");
    for file in files {
        assert!(std::path::Path::new(&repository_file(file)).exists(), "{file} is named and not there");
    }
}
