//! Symlog axes against matplotlib's function and numpy's histograms (`tests/data/symlog.py` recorded both), and what a
//! person sees of them: margins, thresholds, refusals, kept canvases.

use std::fmt::Write as _;

use pointillist::scale::Scale;
use serde_json::Value;

use crate::harness::array::Array;
use crate::harness::binary::{Bench, repository_file};

fn fixture() -> Value {
    serde_json::from_slice(&std::fs::read(repository_file("tests/data/symlog.json")).unwrap()).unwrap()
}

/// Floats from the hex digits of their bits, 16 each.
fn floats(hex: &Value) -> Vec<f64> {
    let hex = hex.as_str().unwrap().as_bytes();
    let digits = |digits: &[u8]| u64::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    hex.chunks_exact(16).map(|chunk| f64::from_bits(digits(chunk))).collect()
}

#[test]
fn symlog_bins_equal_numpys_of_matplotlibs_function() {
    for case in fixture()["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let n = case["n"].as_u64().unwrap() as u32;
        let (lo, hi, threshold) = (floats(&case["lo"])[0], floats(&case["hi"])[0], floats(&case["threshold"])[0]);
        let (values, bent) = (floats(&case["values"]), floats(&case["bent"]));
        let up = Scale::symlog(lo, hi, Some(threshold)).unwrap();
        let down = Scale::symlog(hi, lo, Some(threshold)).unwrap();
        let (start, end) = up.transformed();
        for (value, bent) in values.iter().zip(&bent) {
            let expected = (bent - start) / (end - start);
            assert!((up.fraction_from_data(*value) - expected).abs() < 1e-13, "{name}: {value}");
            assert!((down.fraction_from_data(*value) - (1.0 - expected)).abs() < 1e-13, "{name}: {value} reversed");
        }
        let mut positions = vec![0; values.len()];
        for (binning, is_mirrored) in [(up.binning(n, false), false), (up.binning(n, true), true)] {
            binning.positions_f64(&values, &mut positions);
            for ((value, position), bin) in values.iter().zip(&positions).zip(case["bins"].as_array().unwrap()) {
                let (bin, last) = (bin.as_i64().unwrap() as i32, n as i32 - 1);
                let expected = if is_mirrored { last - bin } else { bin };
                assert_eq!((position >> 8).clamp(-1, n as i32), expected, "{name}: {value}");
            }
        }
    }
}

#[test]
fn symlog_densities_equal_numpys_histogram() {
    let bench = Bench::new();
    let density = &fixture()["density"];
    let mut text = "x,y\n".to_owned();
    for row in density["rows"].as_array().unwrap() {
        writeln!(text, "{:?},{:?}", row[0].as_f64().unwrap(), row[1].as_f64().unwrap()).unwrap();
    }
    let input = bench.write("in.csv", text);
    let pair = |key: &str| format!("{:?},{:?}", density[key][0].as_f64().unwrap(), density[key][1].as_f64().unwrap());
    let (xlim, ylim) = (pair("xlim"), pair("ylim"));
    let (width, height) = (density["width"].to_string(), density["height"].to_string());
    let run = bench.run(&[
        "plot",
        &input,
        "-x",
        "x",
        "-y",
        "y",
        "--xlim",
        &xlim,
        "--ylim",
        &ylim,
        "--xscale",
        "symlog=2",
        "--yscale",
        "symlog=0.5",
        "--width",
        &width,
        "--height",
        &height,
        "--frame",
        "none",
        "--reduce",
        "count",
        "--raster",
        "counts.npy",
        "--backend",
        "cpu",
        "-o",
        "out.png",
    ]);
    run.expect(0);
    let found = Array::read(&bench.read("counts.npy"));
    let rows = density["counts"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
    let expected: Vec<f64> = rows.map(|count| count.as_f64().unwrap()).collect();
    assert_eq!(found.numbers, expected);
}

/// x from -5000 to 20 with zeros, an infinity and a text among them.
fn both_signs(bench: &Bench) -> String {
    bench.write(
        "in.csv",
        "x,y,t\n-5000,1,2024-01-01\n0,2,2024-01-02\n20,3,2024-01-03\n0.5,4,2024-01-04\ninf,1,2024-01-05\n",
    )
}

#[test]
fn symlog_axes_take_zero_and_both_signs_with_margins_on_the_scale() {
    let bench = Bench::new();
    let input = both_signs(&bench);
    let args = ["plot", &input, "-x", "x", "-y", "y", "-o", "out.png", "--report", "report.json"];
    bench.run(&[&args[..], &["--xscale", "symlog"]].concat()).expect(0);
    let report = bench.json("report.json");
    assert_eq!((&report["rows"]["drawn"], &report["rows"]["invalid"]), (&4.into(), &1.into()), "inf is no place");
    // The threshold is a thousandth of 5000; the margin 5 % of the distance in decades.
    let bend = |v: f64| if v.abs() <= 5.0 { v / 5.0 / 0.9 } else { (1.0 / 0.9 + (v.abs() / 5.0).log10()).copysign(v) };
    let (lo, hi) = (bend(-5000.0), bend(20.0));
    let undo = |b: f64| (5.0 * 10f64.powf(b.abs() - 1.0 / 0.9)).copysign(b);
    for (found, expected) in [(0, undo(lo - 0.05 * (hi - lo))), (1, undo(hi + 0.05 * (hi - lo)))] {
        let found = report["view"]["xlim"][found].as_f64().unwrap();
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    }
    let run = bench.run(&[&args[..], &["--xscale", "symlog=0.1", "--xlim", "-10,10", "--explain"]].concat()).expect(0);
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(said.contains("-10.0 to 10.0, symlog=0.1"), "{said}");
}

#[test]
fn symlog_axes_refuse_times_and_thresholds_that_make_no_sense() {
    let bench = Bench::new();
    let input = both_signs(&bench);
    let plot =
        |x: &str, more: &[&str]| bench.run(&[&["plot", &input, "-x", x, "-y", "y", "-o", "out.png"], more].concat());
    plot("t", &["--xscale", "symlog"]).expect(2).says("--xscale time");
    plot("x", &["--xscale", "symlog=0"]).expect(2).says("above 0");
    plot("x", &["--xscale", "simlog"]).expect(2).says("did you mean symlog?");
    plot("x", &["--xscale", "symlog=1e-320", "--xlim", "-1,1"]).expect(2).says("a thousandth of the largest limit");
    plot("x", &["--xscale", "symlog", "--xlim", "3,3"]).expect(2);
    assert_eq!(bench.files(), ["in.csv"], "nothing was drawn");
}

#[test]
fn symlog_axes_of_nothing_but_zero_have_room() {
    let bench = Bench::new();
    let input = bench.write("in.csv", "x,y\n0,0\n0,0\n");
    bench
        .run(&["plot", &input, "-x", "x", "-y", "y", "--xscale", "symlog", "--yscale", "symlog=2", "-o", "out.png"])
        .expect(0);
}

#[test]
fn symlog_canvases_are_kept_with_their_threshold() {
    let bench = Bench::new();
    let input = both_signs(&bench);
    let run = bench.run(&[
        "plot",
        &input,
        "-x",
        "x",
        "-y",
        "y",
        "--xscale",
        "symlog=3",
        "--reduce",
        "count",
        "--canvas",
        "kept.canvas",
        "-o",
        "a.png",
    ]);
    run.expect(0);
    bench.run(&["shade", "kept.canvas", "-o", "b.png"]).expect(0);
    assert_eq!(bench.read("a.png"), bench.read("b.png"));
}

#[test]
fn symlog_ticks_have_zero_and_decades_of_both_signs() {
    let scale = Scale::symlog(-1000.0, 1000.0, Some(1.0)).unwrap();
    let ticks = pointillist::scale::ticks(&scale, 800.0, &|label| 8.0 * label.chars().count() as f64);
    let labels: Vec<&str> = ticks.iter().filter(|tick| !tick.is_minor).map(|tick| tick.label.as_str()).collect();
    for label in ["0", "-1000", "1000", "-10", "10"] {
        assert!(labels.contains(&label), "{label} in {labels:?}");
    }
    let places: Vec<f64> = ticks.iter().map(|tick| tick.fraction).collect();
    for (place, mirrored) in places.iter().zip(places.iter().rev()) {
        assert!((place - (1.0 - mirrored)).abs() < 1e-12, "ticks mirror themselves");
    }
    assert!(ticks.iter().filter(|tick| tick.is_minor).count() >= 2 * 3 * 8, "2 to 9 of three decades on both sides");
    for pair in places.windows(2) {
        assert!((pair[1] - pair[0]) * 800.0 > 0.9, "no two on one place");
    }
}
