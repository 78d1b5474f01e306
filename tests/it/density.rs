//! The numbers of a density against those of numpy, pandas and Python's integers: `tests/data/density.py` recorded them.
//!
//! How close they have to be, with R the range of the value column, u = 2^-41 R what fixed point may cost a value (0 for
//! whole numbers up to a range of 2^40, which are exact, and for dyadic decimals) and ulp the spacing of floats at the
//! result:
//!
//! * count, any, by, min, max, first, last: equal;
//! * mean: u + 2 ulp; sum: n (u + 2^-53 max|v|) + 2 ulp, the exact sum rounded once where u is 0;
//! * std: u + 4 ulp, for it is a seminorm: moving every value by at most u moves it by at most u;
//! * var: the square of that, u (2 std + u) + 4 ulp.

use serde_json::Value;

use crate::harness::array::Array;
use crate::harness::binary::{Bench, repository_file};
use crate::harness::gpu::is_required;

fn cases() -> Vec<Value> {
    let path = repository_file("tests/data/density/cases.json");
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(cases.len() > 20, "all cases are there");
    cases
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} is a text"))
}

/// The arguments that draw a case, without what is reduced.
fn arguments(case: &Value, backend: &str) -> Vec<String> {
    let input = repository_file(&format!("tests/data/density/{}", text(case, "input")));
    let mut args = vec!["plot".to_owned(), input];
    for (flag, key) in [("-x", "x"), ("-y", "y"), ("--xlim", "xlim"), ("--ylim", "ylim")] {
        args.extend([flag.to_owned(), text(case, key).to_owned()]);
    }
    for key in ["width", "height"] {
        args.extend([format!("--{key}"), case[key].to_string()]);
    }
    args.extend(["--frame", "none", "--backend", backend, "-o", "out.png"].map(str::to_owned));
    args.extend(case["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap().to_owned()));
    args
}

fn reductions(case: &Value) -> Vec<&str> {
    case["planes"].as_array().unwrap().iter().map(|plane| text(plane, "reduce")).collect()
}

fn run(bench: &Bench, args: &[String], more: &[&str]) -> String {
    let args: Vec<&str> = args.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let run = bench.run(&args);
    assert_eq!(run.code, Some(0), "{args:?}\n{}", run.stderr);
    run.stderr
}

/// The spacing of floats at a number.
fn ulp(number: f64) -> f64 {
    number.abs().next_up() - number.abs()
}

/// How far a number may be from the truth, by the head of this file.
fn allowed(plane: &Value, count: f64, expected: f64) -> f64 {
    let statistic = text(plane, "reduce").split(':').next().unwrap();
    if ["count", "any", "min", "max", "first", "last", "by"].contains(&statistic) {
        return 0.0;
    }
    let (lo, hi) = (plane["lo"].as_f64().unwrap(), plane["hi"].as_f64().unwrap());
    let range = hi - lo;
    let is_exact = plane["whole"] == true && range <= 2f64.powi(40) || text(plane, "reduce") == "sum:quarters";
    let u = if is_exact { 0.0 } else { range * 2f64.powi(-41) };
    let largest = lo.abs().max(hi.abs());
    match statistic {
        "mean" => u + 2.0 * ulp(expected),
        "sum" if is_exact => 0.0,
        "sum" => count * (u + largest * 2f64.powi(-53)) + 2.0 * ulp(expected),
        "std" => u + 4.0 * ulp(expected),
        "var" => u * (2.0 * expected.sqrt() + u) + 4.0 * ulp(expected),
        other => panic!("no bound for {other}"),
    }
}

/// Compares an array of the program with planes `first..` of the recorded ones.
fn compare(topic: &str, case: &Value, truth: &Array, first: usize, plane: &Value, counts: &[f64], found: &Array) {
    let names = plane["names"].as_array().map(Vec::len);
    let (width, height) = (truth.shape[2], truth.shape[1]);
    let shape = names.map_or(vec![height, width], |names| vec![names, height, width]);
    assert_eq!(found.shape, shape, "{topic}: shape");
    let is_whole = ["count", "any"].contains(&text(plane, "reduce")) || names.is_some();
    assert_eq!(found.dtype, if is_whole { "<u8" } else { "<f8" }, "{topic}: type");
    for i in 0..names.unwrap_or(1) {
        let actual = &found.numbers[i * width * height..][..width * height];
        for (pixel, ((actual, expected), count)) in actual.iter().zip(truth.plane(first + i)).zip(counts).enumerate() {
            let is_right = if expected.is_nan() {
                actual.is_nan()
            } else {
                (actual - expected).abs() <= allowed(plane, *count, *expected)
            };
            assert!(
                is_right,
                "{topic}, {}: {expected:?} expected, {actual:?} found (allowed {:?}) at ({}, {}), {count} rows",
                text(case, "name"),
                allowed(plane, *count, *expected),
                pixel % width,
                pixel / width
            );
        }
    }
}

/// What the GPU leaves to the CPU.
fn is_winner(reduction: &str) -> bool {
    ["min:", "max:", "first:", "last:"].iter().any(|winner| reduction.starts_with(winner))
}

/// Draws a case's reductions that are wanted in one pass, and compares all of them; what the program said.
fn equals_the_truth(case: &Value, backend: &str, drawn_by: &str, is_wanted: impl Fn(&str) -> bool) -> String {
    let bench = Bench::new();
    let name = text(case, "name");
    let truth = std::fs::read(repository_file(&format!("tests/data/density/{name}.expected.npy"))).unwrap();
    let truth = Array::read(&truth);
    let wanted: Vec<&str> = reductions(case).into_iter().filter(|reduction| is_wanted(reduction)).collect();
    let mut more: Vec<&str> = wanted.iter().flat_map(|reduction| ["--reduce", reduction]).collect();
    if !wanted.contains(&"count") {
        more.extend(["--reduce", "count"]);
    }
    more.extend(["--raster", "all.npz", "--report", "report.json"]);
    let said = run(&bench, &arguments(case, backend), &more);
    let report = bench.json("report.json");
    assert_eq!(report["backend"], drawn_by, "{name}: {said}");
    for (key, expected) in case["rows"].as_object().unwrap() {
        assert_eq!(&report["rows"][key], expected, "{name}: rows {key}; {said}");
    }
    let all = Array::read_all(&bench.read("all.npz"));
    let counts = &all["count"].numbers;
    let mut at = 0;
    for plane in case["planes"].as_array().unwrap() {
        let reduction = text(plane, "reduce");
        let array = reduction.replace(':', "_");
        if is_wanted(reduction) {
            let found = all.get(&array).unwrap_or_else(|| panic!("{name}: {array} among {:?}", all.keys()));
            compare(&format!("{backend}, {array}"), case, &truth, at, plane, counts, found);
        }
        at += 1;
        if let Some(names) = plane["names"].as_array() {
            let found = &all[&format!("{array}_names")];
            let expected: Vec<_> = names.iter().map(|name| name.as_str().unwrap()).collect();
            assert_eq!(found.texts, expected, "{name}: names");
            at += names.len() - 1;
        }
    }
    assert_eq!(at, truth.shape[0], "{name}: every recorded plane was met");
    said
}

#[test]
fn density_equals_numpy_pandas_and_integers() {
    for case in cases() {
        equals_the_truth(&case, "cpu", "cpu", |_| true);
    }
}

#[test]
fn density_equals_numpy_pandas_and_integers_on_the_gpu() {
    if !is_required("density_equals_numpy_pandas_and_integers_on_the_gpu") {
        return;
    }
    for case in cases() {
        equals_the_truth(&case, "gpu", "gpu", |reduction| !is_winner(reduction));
        if reductions(&case).into_iter().any(is_winner) {
            let said = equals_the_truth(&case, "gpu", "cpu", |_| true);
            let lines = said.lines().filter(|line| line.contains("on the CPU"));
            assert_eq!(lines.count(), 1, "one line says who draws winners: {said}");
        }
    }
}

#[test]
fn density_alone_is_what_it_is_among_others() {
    let case = cases().into_iter().find(|case| text(case, "name") == "integers-far").unwrap();
    let bench = Bench::new();
    let args = arguments(&case, "cpu");
    let together: Vec<&str> = reductions(&case).into_iter().flat_map(|reduction| ["--reduce", reduction]).collect();
    run(&bench, &args, &[&together[..], &["--raster", "all.npz"]].concat());
    let all = Array::read_all(&bench.read("all.npz"));
    for reduction in reductions(&case) {
        run(&bench, &args, &["--reduce", reduction, "--raster", "one.npy"]);
        let (alone, among) = (Array::read(&bench.read("one.npy")), &all[&reduction.replace(':', "_")]);
        let bits = |array: &Array| array.numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        assert_eq!(
            (&alone.dtype, &alone.shape, bits(&alone)),
            (&among.dtype, &among.shape, bits(among)),
            "{reduction}"
        );
    }
}

#[test]
fn density_of_reversed_axes_is_the_mirror_image() {
    let reversed = |limits: &str| limits.split(',').rev().collect::<Vec<_>>().join(",");
    for case in cases().into_iter().filter(|case| reductions(case)[0] == "count") {
        let bench = Bench::new();
        let mut args = arguments(&case, "cpu");
        args.extend(["--reduce", "count", "--raster", "out.npy"].map(str::to_owned));
        run(&bench, &args, &[]);
        let straight = Array::read(&bench.read("out.npy"));
        for key in ["--xlim", "--ylim"] {
            let limits = args.iter().position(|arg| arg == key).unwrap() + 1;
            args[limits] = reversed(&args[limits]);
        }
        run(&bench, &args, &[]);
        let mut turned = Array::read(&bench.read("out.npy"));
        turned.numbers.reverse();
        assert!(straight.numbers.iter().any(|n| *n != 0.0));
        assert_eq!(straight, turned, "{}", text(&case, "name"));
    }
}

#[test]
fn density_of_nothing_is_empty_everywhere() {
    let bench = Bench::new();
    let input = bench.write("none.csv", "x,y,v\n");
    let args = ["plot", &input, "-x", "x", "-y", "y", "--xlim", "0,1", "--ylim", "0,1", "--value-range", "0,1"];
    let view = ["--frame", "none", "--width", "4", "--height", "3", "--backend", "cpu", "-o", "out.png"];
    let reduced = ["--reduce", "mean:v", "--reduce", "count", "--reduce", "last:v", "--raster", "out.npz"];
    bench.run(&[&args[..], &view, &reduced].concat()).expect(0);
    let all = Array::read_all(&bench.read("out.npz"));
    assert!(all["count"].numbers.iter().all(|n| *n == 0.0) && all["count"].shape == [3, 4]);
    assert!(all["mean_v"].numbers.iter().chain(&all["last_v"].numbers).all(|n| n.is_nan()));
}

#[test]
fn density_by_category_needs_an_archive_and_words_are_checked() {
    let bench = Bench::new();
    let input = bench.write("in.csv", "x,y,c\n1,1,a\n2,2,b\n");
    let args = ["plot", &input, "-x", "x", "-y", "y", "--backend", "cpu", "-o", "out.png"];
    for (reduce, raster) in [("by:c", "out.npy"), ("maen:x", "out.npz"), ("mean", "out.npz"), ("mean:zz", "out.npz")] {
        let run = bench.run(&[&args[..], &["--reduce", reduce, "--raster", raster]].concat()).expect(2);
        assert!(run.stderr.contains(reduce.split(':').next_back().unwrap()), "{reduce}: {}", run.stderr);
        assert_eq!(bench.files(), ["in.csv"], "{reduce}: nothing is left");
    }
}
