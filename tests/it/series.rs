//! Several data sets in one figure: against the naive oracle, against each of them alone, and against every other way to
//! draw the same.

use crate::harness::array::npy;
use crate::harness::binary::{Bench, Run};
use crate::harness::gpu::{INSTALL, is_required};
use crate::harness::oracle::{self, Dot, Look, Paper, Shape};
use crate::harness::{CLOSE_STRONG, EXACT, Picture, WITHIN_ONE, assert_same};
use crate::scenes::cloud;

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0x1f, 0x77, 0xb4];

/// Nothing but the plot area, 120x80, over fixed limits.
const BARE: [&str; 11] =
    ["--frame", "none", "--width", "120", "--height", "80", "--xlim=0,10", "--ylim=0,5", "--progress", "never", "-o"];

/// Two clouds and a table of values: `a.npy`, `b.npy` with x and y, `c.npy` with x, y and v.
fn bench() -> Bench {
    let bench = Bench::new();
    let rows = |count, seed| cloud(count, seed).into_iter().map(|(x, y)| [x, y]).collect::<Vec<_>>();
    bench.write("a.npy", npy(["x", "y"], &rows(400, 31)));
    bench.write("b.npy", npy(["x", "y"], &rows(250, 32)));
    let valued: Vec<_> = cloud(3000, 33).into_iter().map(|(x, y)| [x, y, (x * 7.0).sin()]).collect();
    bench.write("c.npy", npy(["x", "y", "v"], &valued));
    bench
}

fn plot(bench: &Bench, args: &[&str], out: &str) -> Run {
    bench.run(&[&["plot"], args, &BARE, &[out]].concat())
}

fn drawn(bench: &Bench, args: &[&str], out: &str) -> Picture {
    plot(bench, args, out).expect(0);
    bench.picture(out)
}

/// A whole figure with everything around the plot, found limits, a report.
fn figure(bench: &Bench, args: &[&str]) -> Run {
    let args = [args, &["--report", "report.json", "--progress", "never", "-o", "out.png"]].concat();
    bench.run(&[&["plot"], &args[..]].concat())
}

fn limits(bench: &Bench, args: &[&str], axis: &str) -> [f64; 2] {
    figure(bench, args).expect(0);
    let found = &bench.json("report.json")["view"][axis];
    [found[0].as_f64().unwrap(), found[1].as_f64().unwrap()]
}

#[test]
fn series_lie_over_each_other_as_the_oracle_has_it() {
    let bench = bench();
    let paper = Paper {
        width: 120,
        height: 80,
        xlim: (0.0, 10.0),
        ylim: (0.0, 5.0),
        background: Some([255; 4]),
        plot_background: None,
    };
    let dots = |count, seed, rgb, alpha| -> Vec<Dot> {
        cloud(count, seed).into_iter().map(|(x, y)| Dot { x, y, rgb, alpha, diameter_px: None }).collect()
    };
    let squares = (Look { shape: Shape::Square, diameter_px: 7.0, is_antialiased: false }, dots(400, 31, RED, 0.3));
    let circles = (Look { shape: Shape::Circle, diameter_px: 5.0, is_antialiased: true }, dots(250, 32, BLUE, 0.6));
    let a = "a.npy -x x -y y --marker square --size 7 --color red --alpha 0.3";
    let b = "b.npy -x x -y y --size 5 --alpha 0.6";
    let first = drawn(&bench, &["--series", a, "--series", b], "ab.png");
    let second = drawn(&bench, &["--series", b, "--series", a], "ba.png");
    let truth = |sets: &[_]| Picture::new("oracle", 120, 80, oracle::draw_all(&paper, sets));
    assert_same("series squares under circles", &truth(&[squares.clone(), circles.clone()]), &first, WITHIN_ONE);
    assert_same("series circles under squares", &truth(&[circles, squares]), &second, WITHIN_ONE);
    let differing = first.rgba.chunks(4).zip(second.rgba.chunks(4)).filter(|(a, b)| a != b).count();
    assert!(differing > 1000, "the order is seen: {differing} pixels");
}

#[test]
fn series_of_opaque_points_cover_the_density_below_and_nothing_else() {
    let bench = bench();
    let density = ["c.npy", "-x", "x", "-y", "y", "--reduce", "count"];
    let points = "b.npy -x x -y y --marker square --size 3 --color red";
    let under = drawn(&bench, &density, "under.png");
    let over = drawn(&bench, &["--series", points], "over.png");
    let both = drawn(&bench, &[&density[..], &["--series", points]].concat(), "both.png");
    let mut covered = 0;
    for (i, both) in both.rgba.chunks(4).enumerate() {
        let [under, over] = [&under, &over].map(|picture| &picture.rgba[4 * i..4 * i + 4]);
        let is_point = over == [255, 0, 0, 255];
        covered += u32::from(is_point);
        assert_eq!(both, if is_point { over } else { under }, "pixel {i}");
    }
    assert!((500..5000).contains(&covered), "points are there, and so is the density: {covered}");
    // The other way round nothing of a point is seen where a row was counted.
    let order = ["--series", points, "--series", "c.npy -x x -y y --reduce count"];
    let reversed = drawn(&bench, &order, "reversed.png");
    let white = [255; 4];
    for (i, pixel) in reversed.rgba.chunks(4).enumerate() {
        let [under, over] = [&under, &over].map(|picture| &picture.rgba[4 * i..4 * i + 4]);
        assert_eq!(pixel, if under == white { over } else { under }, "pixel {i}");
    }
}

#[test]
fn series_alone_is_the_picture_of_the_plain_form() {
    let bench = bench();
    for look in [&["--reduce", "mean:v"][..], &["--color", "v", "--size", "5", "--alpha", "0.4"], &[]] {
        let plain = ["plot", "c.npy", "-x", "x", "-y", "y", "-o", "plain.png", "--title", "a title"];
        bench.run(&[&plain[..], look].concat()).expect(0);
        let text = format!("c.npy -x x -y y {}", look.join(" "));
        bench.run(&["plot", "--series", &text, "-o", "series.png", "--title", "a title"]).expect(0);
        assert!(bench.read("plain.png") == bench.read("series.png"), "{look:?}: the same bytes");
    }
}

/// One of each kind: counts below, blended colours by value, one faint colour with soft edges.
const KINDS: [&str; 8] = [
    "c.npy",
    "-x",
    "x",
    "-y",
    "y",
    "--reduce=mean:v",
    "--series",
    "c.npy -x x -y y --color v --alpha 0.5 --cmap magma",
];
const SOFT: &str = "a.npy -x x -y y --alpha 0.7 --size 6";

#[test]
fn series_do_not_depend_on_chunks_threads_or_pipes() {
    let bench = bench();
    let kinds = [&KINDS[..], &["--series", SOFT]].concat();
    let whole = drawn(&bench, &kinds, "whole.png");
    for (rows, threads) in [("1", "1"), ("7", "2"), ("4096", "3")] {
        let args = [&kinds[..], &["--chunk-rows", rows, "--threads", threads]].concat();
        let name = format!("chunks{rows}.png");
        assert_same(&format!("series chunks of {rows}"), &whole, &drawn(&bench, &args, &name), EXACT);
        assert!(bench.read("whole.png") == bench.read(&name), "the texts of the PNG too");
    }
    // The last one through a pipe, with limits and without.
    let file = [&KINDS[..], &["--series", SOFT, "--report", "report.json", "--progress", "never", "-o"]].concat();
    bench.run(&[&["plot"], &file[..], &["file.png"]].concat()).expect(0);
    let piped: Vec<String> = file.iter().map(|arg| arg.replace("a.npy", "- --label y")).collect();
    let labelled: Vec<String> = file.iter().map(|arg| arg.replace("a.npy", "a.npy --label y")).collect();
    let run = |args: &[String], out: &str| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let args = [&["plot"], &args[..], &[out]].concat();
        bench.pipe(&args, &bench.read("a.npy"), 1000).expect(0);
        bench.read(out)
    };
    assert!(run(&piped, "piped.png") == run(&labelled, "labelled.png"), "a pipe is a file");
}

#[test]
fn series_are_the_same_on_the_gpu() {
    if !is_required("series_are_the_same_on_the_gpu") {
        return;
    }
    let bench = bench();
    let exact = ["a.npy", "-x", "x", "-y", "y", "--reduce", "count", "--series", "b.npy -x x -y y --marker pixel"];
    let opaque = "b.npy -x x -y y --marker square --size 5 --color red";
    let close = [&KINDS[..], &["--series", SOFT]].concat();
    for (topic, args, tolerance) in
        [("exact", [&exact[..], &["--series", opaque]].concat(), EXACT), ("close", close, CLOSE_STRONG)]
    {
        let on = |backend: &str| {
            let name = format!("{topic}-{backend}.png");
            let args = [&args[..], &["--backend", backend, "--report", "report.json"]].concat();
            let run = plot(&bench, &args, &name);
            assert_eq!(run.code, Some(0), "{}\n{INSTALL}", run.stderr);
            let report = bench.json("report.json");
            assert_eq!((&report["backend"], &report["class"]), (&backend.into(), &topic.into()));
            bench.picture(&name)
        };
        assert_same(&format!("series {topic}"), &on("cpu"), &on("gpu"), tolerance);
    }
}

#[test]
fn series_share_limits_that_hold_all_of_them() {
    let bench = Bench::new();
    bench.write("a.csv", "x,y\n0,1\n8,3\n");
    bench.write("b.csv", "x,y\n2,-4\n10,2\n");
    let a = ["a.csv", "-x", "x", "-y", "y"];
    let with = |look: &'static [&'static str], b: &'static str| [&a[..], look, &["--series", b]].concat();
    let points = with(&[], "b.csv -x x -y y");
    assert_eq!(limits(&bench, &points, "xlim"), [-0.5, 10.5], "0 to 10 and 5 % a side");
    assert_eq!(limits(&bench, &points, "ylim"), [-4.0 - 0.35, 3.0 + 0.35]);
    let density = with(&["--reduce", "count"], "b.csv -x x -y y");
    assert_eq!(limits(&bench, &density, "xlim"), [-0.5, 10.5], "points need the room");
    let densities = with(&["--reduce", "count"], "b.csv -x x -y y --reduce count");
    assert_eq!(limits(&bench, &densities, "xlim"), [0.0, 10.0]);
    // Values that are not positive have no place on a log axis, whichever series brings them.
    let [lo, hi] = limits(&bench, &[&points[..], &["--yscale", "log"]].concat(), "ylim");
    assert!((lo - 1.0 / 3f64.powf(0.05)).abs() < 1e-12 && (hi - 3f64.powf(1.05)).abs() < 1e-12, "1 to 3: {lo} to {hi}");
    let rows = &bench.json("report.json")["rows"];
    assert_eq!((&rows["total"], &rows["drawn"], &rows["invalid"]), (&4.into(), &3.into(), &1.into()));
    assert_eq!(limits(&bench, &[&points[..], &["--xlim=3,4"]].concat(), "xlim"), [3.0, 4.0]);
}

#[test]
fn series_of_times_in_other_units_are_one_axis() {
    let bench = Bench::new();
    bench.write("fine.csv", "t,v\n2024-01-01T00:00:00.25,1\n2024-03-01T12:00:00,5\n");
    bench.write("days.csv", "t,v\n2024-01-05,2\n2024-02-20,4\n2024-02-29,3\n");
    bench.write("as-times.csv", "t,v\n2024-01-05T00:00:00.00,2\n2024-02-20T00:00:00.00,4\n2024-02-29T00:00:00.00,3\n");
    bench.write("numbers.csv", "t,v\n1,2\n");
    let both = |second: &str| ["fine.csv", "-x", "t", "-y", "v", "--series", second].map(str::to_owned);
    let run = |second: &str| {
        let args = both(second);
        figure(&bench, &args.each_ref().map(|arg| arg.as_str())).expect(0);
        (bench.read("out.png"), bench.json("report.json")["view"].clone())
    };
    // Dates in the second series, in the first, and the same instants written out.
    let label = "-x t -y v --label days --color red";
    let (dates, view) = run(&format!("days.csv {label}"));
    let (times, expected) = run(&format!("as-times.csv {label}"));
    assert_eq!(view, expected);
    assert!(dates == times, "a day is its first instant");
    let first = ["--series", "days.csv -x t -y v", "--series", "fine.csv -x t -y v"];
    figure(&bench, &first).expect(0);
    assert_eq!(bench.json("report.json")["view"], view, "whichever comes first");
    let rows = &bench.json("report.json")["rows"];
    assert_eq!((&rows["drawn"], &rows["outside"]), (&5.into(), &0.into()));
    let run = figure(&bench, &["fine.csv", "-x", "t", "-y", "v", "--series", "numbers.csv -x t -y v"]).expect(2);
    let line = run.error_line();
    assert!(line.contains("series 2") && line.contains("column 't'"), "{line}");
}

#[test]
fn series_are_named_in_legend_report_and_closing_lines() {
    let bench = bench();
    let args = ["a.npy", "-x", "x", "-y", "y", "--series", "b.npy -x x -y y --label 'the second'"];
    let run = figure(&bench, &args).expect(0);
    let report = bench.json("report.json");
    let series = report["series"].as_array().unwrap();
    assert_eq!(series.len(), 2);
    assert_eq!((&series[0]["label"], &series[1]["label"]), (&"y".into(), &"the second".into()));
    for count in ["total", "read", "drawn", "outside", "invalid", "filtered", "skipped"] {
        let of = |rows: &serde_json::Value| rows[count].as_u64().unwrap();
        assert_eq!(of(&report["rows"]), of(&series[0]["rows"]) + of(&series[1]["rows"]), "{count}");
    }
    for line in ["out.png: 650 rows: 650 drawn", "series 1, y: 400 rows: 400 drawn", "series 2, the second: 250 rows"] {
        assert!(run.stderr.contains(line), "'{line}' in: {}", run.stderr);
    }
    // A legend takes room, unless it is not wanted; one series needs none unless it is named.
    let plot_width = |args: &[&str]| {
        figure(&bench, args).expect(0);
        bench.json("report.json")["view"]["plot"][2].as_u64().unwrap()
    };
    let (both, without) = (plot_width(&args), plot_width(&[&args[..], &["--legend", "off"]].concat()));
    assert!(both + 40 < without, "{both} and {without}");
    let alone = ["a.npy", "-x", "x", "-y", "y"];
    assert!(plot_width(&[&alone[..], &["--label", "it"]].concat()) < plot_width(&alone));
    let unnamed = ["--label", "", "--series", "b.npy -x x -y y --label ''"];
    assert_eq!(plot_width(&[&alone[..], &unnamed].concat()), plot_width(&alone), "an empty label asks for none");
    let run = figure(&bench, &[&alone[..], &unnamed].concat()).expect(0);
    assert!(run.stderr.contains("series 2, y: 250 rows"), "messages need a name: {}", run.stderr);
    // The palette's colours in turn, the first as ever.
    let opaque = |look: &str| format!("b.npy -x x -y y --marker pixel {look}");
    let (plain, orange) = (opaque(""), opaque("--color '#f29111'"));
    let in_turn = drawn(&bench, &[&alone[..], &["--series", &plain]].concat(), "turn.png");
    let named = drawn(&bench, &[&alone[..], &["--color=#1f77b4", "--series", &orange]].concat(), "named.png");
    assert_same("series colours in turn", &named, &in_turn, EXACT);
}

#[test]
fn series_say_what_is_wrong_in_one_line() {
    let bench = bench();
    // The first rows decide that the column holds numbers.
    let numbers: String = (0..200).map(|i| format!("{i},{i}\n")).collect();
    bench.write("text.csv", format!("x,y\n{numbers}1,one\n"));
    let a = ["a.npy", "-x", "x", "-y", "y"];
    let second = |text: &'static str, more: &[&'static str]| [&a[..], &["--series", text], more].concat();
    for (args, code, says) in [
        (second("b.npy -x x -y hight", &[]), 2, "series 2"),
        (second("b.npy -x x -y y --title T", &[]), 2, "--title is of the whole picture"),
        (second("b.npy -x x -y y --colour red", &[]), 2, "unexpected argument '--colour'"),
        (second("b.npy -x x -y 'y", &[]), 2, "a ' is not closed"),
        (second("none.npy -x x -y y", &[]), 1, "series 2, none.npy"),
        (second("b.npy -x x -y y --alpha 2", &[]), 2, "series 2"),
        (second("b.npy -x x -y y --color x --cmap no-such-map", &[]), 2, "series 2"),
        (second("b.npy -x x -y y", &["--raster", "out.npy"]), 2, "--raster keeps one data set"),
        (second("b.npy -x x -y y", &["--canvas", "out.canvas"]), 2, "--canvas keeps one data set"),
        (second("b.npy -x x -y y", &["--max-memory", "1M"]), 2, "--max-memory"),
        (second("text.csv -x x -y y", &["--strict"]), 1, "series 2, text.csv, line 202"),
    ] {
        let run = plot(&bench, &args, "wrong.png").expect(code);
        assert!(run.error_line().contains(says), "'{says}' in: {}", run.stderr);
    }
    let twice = ["--series", "- -x x -y y --format csv", "--series", "- -x x -y y --format csv"];
    let run = bench.pipe(&[&["plot"], &twice[..], &["-o", "wrong.png"]].concat(), b"x,y\n1,2\n", 100).expect(2);
    assert!(run.error_line().contains("series 2: standard input is read by series 1"), "{}", run.stderr);
    // Options without the input that they are of.
    plot(&bench, &["--color", "red", "--series", "a.npy -x x -y y"], "wrong.png").expect(2);
    plot(&bench, &["--cmap", "magma", "--series", "a.npy -x x -y y --color x"], "wrong.png").expect(2);
    assert!(!bench.files().contains(&"wrong.png".to_owned()), "nothing appears");
}

#[test]
fn series_hold_a_canvas_each_and_the_plan_counts_it() {
    let bench = bench();
    let planned_mb = |series: usize| {
        let mut args = vec!["plot", "--explain", "--width", "2000", "--height", "1500", "-o", "out.png"];
        args.extend(std::iter::repeat_n(["--series", "c.npy -x x -y y --color v"], series).flatten());
        let run = bench.run(&args).expect(0);
        let text = String::from_utf8(run.stdout).unwrap();
        assert_eq!(text.matches("canvas    layer").count(), series, "{text}");
        let line = text.lines().find(|line| line.starts_with("memory")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap()
    };
    let (one, three) = (planned_mb(1), planned_mb(3));
    // 16 bytes for each of 2000x1500 pixels.
    assert!((three - one - 2.0 * 48.0).abs() < 0.2, "{one} MB and {three} MB");
}
