//! One PNG and one raster of a density, however the work is cut and whoever does it: threads, chunk rows, the GPU, rows in
//! another order, canvases so large that threads share one instead of having one each.

use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::harness::Random;
use crate::harness::binary::Bench;
use crate::harness::gpu::is_required;

/// More than one chunk of 65,536.
const ROWS: usize = 70_000;

const VIEW: [&str; 10] = ["-x", "x", "-y", "y", "--xlim", "0,8", "--ylim", "-3,3", "--progress", "never"];

/// What is drawn, and whether the order of rows matters to it.
const JOBS: [(&[&str], bool); 9] = [
    (&["--reduce", "count", "--norm", "log"], false),
    (&["--reduce", "count", "--norm", "eq-hist", "--spread", "2"], false),
    (&["--reduce", "mean:v", "--norm", "linear"], false),
    (&["--reduce", "var:v", "--norm", "asinh", "--clim", "p1,p99"], false),
    (&["--reduce", "max:v", "--norm", "symlog"], false),
    (&["--reduce", "by:kind"], false),
    (&["--reduce", "sum:v", "--reduce", "count", "--reduce", "std:v", "--reduce", "by:kind"], false),
    (&["--reduce", "std:v", "--reduce", "min:v", "--reduce", "count", "--reduce", "max:v"], false),
    (&["--reduce", "first:v", "--reduce", "last:v"], true),
];

/// Lines of CSV below the header, some of them of rows that are outside or invalid.
fn lines() -> &'static [String] {
    static LINES: OnceLock<Vec<String>> = OnceLock::new();
    LINES.get_or_init(|| {
        let mut random = Random(5);
        (0..ROWS)
            .map(|i| {
                // A crowd in the middle: pixels with one row and with thousands.
                let [a, b, c, d] = std::array::from_fn(|_| random.unit());
                let (x, y) = if i % 3 == 0 { (4.0 + a / 50.0, b / 40.0) } else { (a * 8.2 - 0.1, b * 6.2 - 3.1) };
                let kind = ["oak", "ash", "elm", "yew", "fir"][(d * d * 5.0) as usize];
                match i % 1000 {
                    7 => format!("{x:?},,1,oak"),
                    8 => format!("{x:?},{y:?},,ash"),
                    9 => format!("{x:?},{y:?},{c:?},"),
                    _ => format!("{x:?},{y:?},{:?},{kind}", (c - 0.4) * 1e3),
                }
            })
            .collect()
    })
}

fn csv(lines: impl Iterator<Item = &'static String>) -> String {
    lines.fold(String::from("x,y,v,kind\n"), |mut text, line| {
        writeln!(text, "{line}").unwrap();
        text
    })
}

/// The same rows in another order.
fn shuffled() -> String {
    let mut random = Random(6);
    let mut order: Vec<_> = lines().iter().map(|line| (random.next(), line)).collect();
    order.sort_unstable();
    csv(order.into_iter().map(|(_, line)| line))
}

/// The bytes of the picture and of the raster.
fn drawn(bench: &Bench, input: &str, job: &[&str], more: &[&str]) -> (Vec<u8>, Vec<u8>) {
    let args = [&["plot", input, "--raster", "out.npz", "-o", "out.png"][..], &VIEW, job, more].concat();
    let run = bench.run(&args);
    assert_eq!(run.code, Some(0), "{args:?}\n{}", run.stderr);
    let is_left_to_cpu = job.iter().any(|word| ["max:v", "min:v", "first:v"].contains(word));
    let is_on_gpu = run.stderr.lines().any(|line| line.contains("; gpu"));
    assert_eq!(is_on_gpu, more.contains(&"gpu") && !is_left_to_cpu, "who draws: {}", run.stderr);
    (bench.read("out.png"), bench.read("out.npz"))
}

/// Draws every job in every way, and compares with one thread that reads everything at once.
fn ways_agree(jobs: &[(&[&str], bool)], size: &[&str], ways: &[(&str, &[&str])]) {
    let bench = Bench::new();
    bench.write("in.csv", csv(lines().iter()));
    bench.write("shuffled.csv", shuffled());
    for (job, depends_on_order) in jobs {
        let serial = [size, &["--backend", "cpu", "--threads", "1", "--chunk-rows", "all"]].concat();
        let whole = drawn(&bench, "in.csv", job, &serial);
        for (input, way) in ways {
            if *input == "shuffled.csv" && *depends_on_order {
                continue;
            }
            let other = drawn(&bench, input, job, &[size, way].concat());
            assert!(whole.1 == other.1, "{job:?}: {input} {way:?} gives other numbers");
            assert!(whole.0 == other.0, "{job:?}: {input} {way:?} gives another picture");
        }
    }
}

const SMALL: [&str; 4] = ["--width", "420", "--height", "300"];

#[test]
fn density_bytes_depend_on_neither_threads_nor_chunks_nor_order() {
    ways_agree(
        &JOBS,
        &SMALL,
        &[
            ("in.csv", &["--backend", "cpu", "--threads", "2"]),
            ("in.csv", &["--backend", "cpu", "--threads", "5", "--chunk-rows", "1000"]),
            ("in.csv", &["--backend", "cpu", "--threads", "1", "--chunk-rows", "65536"]),
            ("in.csv", &["--backend", "cpu", "--threads", "5", "--chunk-rows", "all"]),
            ("shuffled.csv", &["--backend", "cpu", "--threads", "2", "--chunk-rows", "1000"]),
        ],
    );
}

#[test]
fn density_bytes_of_single_rows_are_the_same() {
    ways_agree(&JOBS, &SMALL, &[("in.csv", &["--backend", "cpu", "--threads", "2", "--chunk-rows", "1"])]);
}

#[test]
fn density_bytes_of_the_gpu_are_those_of_the_cpu() {
    if is_required("density_bytes_of_the_gpu_are_those_of_the_cpu") {
        ways_agree(
            &JOBS,
            &SMALL,
            &[
                ("in.csv", &["--backend", "gpu"]),
                ("in.csv", &["--backend", "gpu", "--chunk-rows", "1000"]),
                ("shuffled.csv", &["--backend", "gpu", "--chunk-rows", "65536"]),
            ],
        );
    }
}

#[test]
fn density_bytes_of_first_and_last_depend_on_the_order() {
    let bench = Bench::new();
    bench.write("in.csv", csv(lines().iter()));
    bench.write("shuffled.csv", shuffled());
    let [given, other] = ["in.csv", "shuffled.csv"].map(|input| drawn(&bench, input, JOBS[8].0, &SMALL));
    assert!(JOBS[8].1 && given.1 != other.1, "rows were shuffled, and their order matters here");
}

/// 4.2 million pixels: more than each of nine threads gets for itself.
const LARGE: [&str; 6] = ["--width", "2100", "--height", "2000", "--frame", "none"];

#[test]
fn density_bytes_of_a_large_canvas_depend_on_no_threads() {
    let jobs = [JOBS[0], JOBS[2], JOBS[8]];
    ways_agree(
        &jobs,
        &LARGE,
        &[
            ("in.csv", &["--backend", "cpu", "--threads", "2", "--chunk-rows", "1000"]),
            ("in.csv", &["--backend", "cpu", "--threads", "9"]),
        ],
    );
    if is_required("density_bytes_of_a_large_canvas_depend_on_no_threads, on the GPU") {
        ways_agree(&jobs[..2], &LARGE, &[("shuffled.csv", &["--backend", "gpu"])]);
    }
}
