//! The kept canvas of a density: shaded again it is the plot that a direct run draws, and damage is an error.

use crate::harness::Random;
use crate::harness::array::{crc32, npy};
use crate::harness::binary::Bench;

const DATA: [&str; 12] = ["plot", "in.npy", "-x", "x", "-y", "y", "--xlim", "0,1", "--ylim", "0,1", "--backend", "cpu"];
/// With room for everything: what a figure has to leave out, one that grows around its plot has.
const SIZE: [&str; 4] = ["--width", "420", "--height", "300"];

fn bench() -> Bench {
    let bench = Bench::new();
    let mut random = Random(11);
    let rows: Vec<[f64; 3]> = (0..4000)
        .map(|_| {
            let [a, b, c] = std::array::from_fn(|_| random.unit());
            [a * a * 1.1 - 0.05, b * a, c * 40.0 - 10.0]
        })
        .collect();
    bench.write("in.npy", npy(["x", "y", "v"], &rows));
    let kinds = ["pine", "beech", "lime"];
    let text: String =
        rows.iter().map(|[x, y, v]| format!("{x:?},{y:?},{}\n", kinds[(*v as i64).rem_euclid(3) as usize])).collect();
    bench.write("kinds.csv", format!("x,y,kind\n{text}"));
    bench
}

fn drawn(bench: &Bench, args: &[&[&str]], output: &str) -> Vec<u8> {
    bench.run(&[&args.concat()[..], &["-o", output]].concat()).expect(0);
    bench.read(output)
}

#[test]
fn canvas_shaded_again_is_the_picture_itself() {
    let bench = bench();
    for (i, options) in [
        &["--reduce", "count", "--norm", "log"][..],
        &["--reduce", "count", "--norm", "eq-hist", "--cmap", "magma", "--title", "counts"],
        &["--reduce", "mean:v", "--norm", "linear", "--clim", "-5,20", "--grid"],
        &["--reduce", "std:v", "--norm", "sqrt", "--clim", "p1,p99", "--spread", "2", "--theme", "dark"],
        &["--reduce", "min:v", "--frame", "none", "--background", "none", "--plot-background", "none"],
    ]
    .into_iter()
    .enumerate()
    {
        let canvas = format!("{i}.canvas");
        let direct = drawn(&bench, &[&DATA, &SIZE, options, &["--canvas", &canvas]], "direct.png");
        let plain = drawn(&bench, &[&DATA, &SIZE, options], "plain.png");
        assert!(direct == plain, "{options:?}: keeping a canvas changes no picture");
        let looks = looks_of(options);
        let shaded = drawn(&bench, &[&["shade", &canvas], &looks], "shaded.png");
        assert!(direct == shaded, "{options:?}: shade {looks:?} gives other bytes");
    }
}

/// The options that `shade` takes, too: all but what decides the numbers and the size.
fn looks_of<'a>(options: &[&'a str]) -> Vec<&'a str> {
    let reduce = options.iter().position(|option| *option == "--reduce").unwrap();
    [&options[..reduce], &options[reduce + 2..]].concat()
}

#[test]
fn canvas_takes_another_look_without_the_data() {
    let bench = bench();
    let looks: [&[&str]; 3] = [
        &["--norm", "asinh", "--cmap", "inferno", "--title", "another"],
        &["--norm", "eq-hist", "--cmap", "viridis_r", "--clim", "2,30", "--theme", "dark", "--title", "other"],
        &["--norm", "power=0.3", "--clim", "p5,p95", "--spread", "1", "--xlabel", "one", "--title", "more"],
    ];
    // With a title from the start: the plot area stays, and the figure around it would grow by one.
    let first = ["--reduce", "count", "--norm", "linear", "--title", "first", "--canvas", "a.canvas"];
    let first = drawn(&bench, &[&DATA, &SIZE, &first], "a.png");
    std::fs::rename(bench.path("in.npy"), bench.path("away.npy")).unwrap();
    let shaded: Vec<_> = looks.iter().map(|look| drawn(&bench, &[&["shade", "a.canvas"], look], "b.png")).collect();
    std::fs::rename(bench.path("away.npy"), bench.path("in.npy")).unwrap();
    for (look, shaded) in looks.into_iter().zip(shaded) {
        let direct = drawn(&bench, &[&DATA, &SIZE, &["--reduce", "count"], look], "c.png");
        assert!(first != direct, "{look:?}: looks different");
        assert!(direct == shaded, "{look:?}: shade gives other bytes than a direct plot");
    }
}

#[test]
fn canvas_of_categories_keeps_names_and_colours() {
    let bench = bench();
    let data = ["plot", "kinds.csv", "-x", "x", "-y", "y", "--reduce", "by:kind", "--backend", "cpu"];
    let direct = drawn(&bench, &[&data, &SIZE, &["--canvas", "a.canvas"]], "direct.png");
    let shaded = drawn(&bench, &[&["shade", "a.canvas"]], "shaded.png");
    assert!(direct == shaded, "the same bytes");
}

#[test]
fn canvas_bytes_depend_on_no_threads() {
    let bench = bench();
    let canvas = |threads: &str, chunk: &str| {
        let reduce = ["--reduce", "mean:v", "--reduce", "count", "--canvas", "a.canvas"];
        drawn(&bench, &[&DATA, &SIZE, &reduce, &["--threads", threads, "--chunk-rows", chunk]], "a.png");
        bench.read("a.canvas")
    };
    let one = canvas("1", "all");
    assert!(one == canvas("5", "7"), "the same file");
}

#[test]
fn canvas_with_a_flipped_byte_is_an_error() {
    let bench = bench();
    drawn(
        &bench,
        &[&DATA, &["--width", "60", "--height", "40", "--reduce", "mean:v", "--canvas", "a.canvas"]],
        "a.png",
    );
    let whole = bench.read("a.canvas");
    let before = bench.files();
    for at in (0..whole.len()).step_by(whole.len().div_ceil(60)).chain([whole.len() - 1]) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bench.write("a.canvas", bytes);
        let run = bench.run(&["shade", "a.canvas", "-o", "b.png"]);
        assert_eq!(run.code, Some(1), "byte {at} of {}: {}", whole.len(), run.stderr);
        assert!(run.error_line().contains("a.canvas"), "the file is named: {}", run.stderr);
    }
    assert_eq!(bench.files(), before, "no picture was written");
}

#[test]
fn canvas_cut_anywhere_is_an_error() {
    let bench = bench();
    drawn(&bench, &[&DATA, &["--width", "60", "--height", "40", "--reduce", "count", "--canvas", "a.canvas"]], "a.png");
    let whole = bench.read("a.canvas");
    for len in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
        bench.write("a.canvas", &whole[..len]);
        let run = bench.run(&["shade", "a.canvas", "-o", "b.png"]);
        assert_eq!(run.code, Some(1), "{len} of {} bytes: {}", whole.len(), run.stderr);
        assert!(!run.error_line().is_empty());
    }
    bench.write("a.canvas", [&whole[..], b"x"].concat());
    bench.run(&["shade", "a.canvas", "-o", "b.png"]).expect(1);
    bench.write("a.canvas", bench.read("a.png"));
    bench.run(&["shade", "a.canvas", "-o", "b.png"]).expect(1);
    bench.write("a.canvas", whole);
    bench.run(&["shade", "a.canvas", "-o", "b.png"]).expect(0);
}

#[test]
fn canvas_with_a_forged_header_is_shown_or_an_error() {
    let bench = bench();
    drawn(&bench, &[&DATA, &["--width", "60", "--height", "40", "--reduce", "std:v", "--canvas", "a.canvas"]], "a.png");
    let whole = bench.read("a.canvas");
    // Behind the name and the version: the length of the header, its checksum, the header.
    let len = u32::from_le_bytes(whole[12..16].try_into().unwrap()) as usize;
    let (header, tiles) = whole[20..].split_at(len);
    assert_eq!(whole[16..20], crc32(header).to_le_bytes(), "the checksum is where it is thought to be");
    let header = std::str::from_utf8(header).unwrap();
    let is_number = |at: usize| header.as_bytes()[at].is_ascii_digit() && !header.as_bytes()[at - 1].is_ascii_digit();
    let mut refused = 0;
    for at in (1..len).filter(|at| is_number(*at)) {
        let rest = header[at..].trim_start_matches(|digit: char| digit.is_ascii_digit());
        for number in ["0", "7", "4294967295", "170141183460469231731687303715884105727", "1e308"] {
            let forged = [&header[..at], number, rest].concat();
            let mut bytes = whole[..12].to_vec();
            bytes.extend((forged.len() as u32).to_le_bytes());
            bytes.extend(crc32(forged.as_bytes()).to_le_bytes());
            bytes.extend([forged.as_bytes(), tiles].concat());
            bench.write("b.canvas", bytes);
            let run = bench.run(&["shade", "b.canvas", "-o", "b.png"]);
            let is_answer = matches!(run.code, Some(0..=2));
            assert!(
                is_answer,
                "{number} for {:?}: {:?} {}",
                &header[at..header.len() - rest.len()],
                run.code,
                run.stderr
            );
            refused += usize::from(run.code == Some(1));
        }
    }
    assert!(refused > 20, "{refused} were refused");
}
