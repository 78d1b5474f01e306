//! The colours of a density, read back from its picture, against norms worked out here from the numbers of its raster.

use std::fmt::Write as _;

use pointillist::color::palette;

use crate::harness::array::{Array, npy};
use crate::harness::binary::{Bench, repository_file};
use crate::harness::{Picture, Random};

const WIDTH: usize = 80;
const HEIGHT: usize = 60;
/// Behind the figure, and behind the points.
const PAPER: [u8; 3] = [1, 200, 90];

fn bench() -> Bench {
    let bench = Bench::new();
    let mut random = Random(3);
    let rows: Vec<[f64; 3]> = (0..6000)
        .map(|i| {
            let [a, b, c] = std::array::from_fn(|_| random.unit());
            let (x, y) = if i % 2 == 0 { (a * a, b * b * b) } else { (0.6 + a / 9.0, 0.4 + b / 9.0) };
            [x, y, c * c * 500.0 - 120.0]
        })
        .collect();
    bench.write("in.npy", npy(["x", "y", "v"], &rows));
    bench
}

/// A plot area alone, with the numbers behind it.
fn drawn(bench: &Bench, options: &[&str]) -> (Picture, Vec<f64>) {
    drawn_on(bench, &["--background", "black", "--plot-background", "rgb(1,200,90)"], options)
}

fn drawn_on(bench: &Bench, paper: &[&str], options: &[&str]) -> (Picture, Vec<f64>) {
    let view =
        ["plot", "in.npy", "-x", "x", "-y", "y", "--xlim", "0,1", "--ylim", "0,1", "--width", "80", "--height", "60"];
    let outputs = ["--frame", "none", "--backend", "cpu", "--raster", "out.npy", "-o", "out.png"];
    let run = bench.run(&[&view[..], paper, &outputs, options].concat());
    assert_eq!(run.code, Some(0), "{options:?}\n{}", run.stderr);
    let raster = Array::read(&bench.read("out.npy"));
    assert_eq!(raster.shape, [HEIGHT, WIDTH]);
    let is_count = raster.dtype == "<u8";
    assert!(raster.numbers.iter().any(|n| n.is_nan() || is_count && *n == 0.0), "some pixels are empty");
    let numbers = raster.numbers.into_iter().map(|n| if is_count && n == 0.0 { f64::NAN } else { n }).collect();
    (bench.picture("out.png"), numbers)
}

/// The entries of a colormap.
fn colormap(name: &str) -> Vec<[u8; 3]> {
    let table = std::fs::read(repository_file(&format!("assets/colormaps/{name}.rgb"))).unwrap();
    table.as_chunks::<3>().0.to_vec()
}

/// The ends of the numbers.
fn ends(numbers: &[f64]) -> (f64, f64) {
    let there = || numbers.iter().copied().filter(|n| !n.is_nan());
    (there().fold(f64::INFINITY, f64::min), there().fold(f64::NEG_INFINITY, f64::max))
}

/// Every pixel has the colour of its number's position, empty ones the paper's.
fn assert_colours(topic: &str, picture: &Picture, numbers: &[f64], map: &str, t_from: impl Fn(f64) -> f64) {
    let map = colormap(map);
    let mut entries = std::collections::BTreeSet::new();
    for (pixel, number) in numbers.iter().enumerate() {
        let (x, y) = (pixel % WIDTH, pixel / WIDTH);
        let found = picture.pixel(x as u32, y as u32);
        if number.is_nan() {
            assert_eq!(found, [PAPER[0], PAPER[1], PAPER[2], 255], "{topic}: empty at ({x}, {y})");
            continue;
        }
        let place = t_from(*number) * 256.0;
        // A position on the border of two entries may round to either.
        let near = [place - 1e-9, place + 1e-9].map(|place| (place.max(0.0) as usize).min(255));
        let is_right = near.iter().any(|entry| found[..3] == map[*entry]);
        assert!(is_right && found[3] == 255, "{topic}: {number} at ({x}, {y}) is {found:?}, not {:?}", map[near[1]]);
        entries.insert(near[1]);
    }
    assert!(entries.len() > 8, "{topic}: several colours: {entries:?}");
}

#[test]
fn colours_are_those_of_the_norm_of_the_number() {
    let bench = bench();
    for (reduce, clim) in
        [("count", None), ("mean:v", None), ("count", Some((2.0, 40.0))), ("std:v", Some((30.0, 60.0)))]
    {
        for norm in ["linear", "log", "sqrt", "cbrt", "power=0.3", "symlog=10", "asinh=10"] {
            if norm == "log" && reduce == "mean:v" {
                continue;
            }
            let text = clim.map(|(lo, hi)| format!("{lo},{hi}"));
            let mut options = vec!["--reduce", reduce, "--norm", norm, "--cmap", "inferno"];
            options.extend(text.iter().flat_map(|clim| ["--clim", clim]));
            let (picture, numbers) = drawn(&bench, &options);
            let (lo, hi) = clim.unwrap_or_else(|| ends(&numbers));
            let is_cut = |n: &f64| *n < lo || *n > hi;
            assert_eq!(numbers.iter().any(is_cut), clim.is_some(), "{options:?}: numbers beyond the limits");
            let bend = |value: f64| match norm {
                "log" => value.log10(),
                "symlog=10" => (value.abs() / 10.0).ln_1p() * value.signum(),
                "asinh=10" => (value / 10.0).asinh(),
                _ => value,
            };
            assert_colours(&format!("{options:?}"), &picture, &numbers, "inferno", |number| {
                let number = number.clamp(lo, hi);
                let t = (bend(number) - bend(lo)) / (bend(hi) - bend(lo));
                match norm {
                    "sqrt" => t.sqrt(),
                    "cbrt" => t.cbrt(),
                    "power=0.3" => t.powf(0.3),
                    _ => t,
                }
            });
        }
    }
}

#[test]
fn colours_equalised_are_shares_of_the_sorted_numbers() {
    let bench = bench();
    for reduce in ["count", "mean:v", "var:v"] {
        let (picture, numbers) = drawn(&bench, &["--reduce", reduce, "--norm", "eq-hist"]);
        let mut sorted: Vec<f64> = numbers.iter().copied().filter(|n| !n.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let up_to = |number: f64| sorted.iter().filter(|other| **other <= number).count() as f64;
        let (first, all) = (up_to(sorted[0]), sorted.len() as f64);
        assert_colours(reduce, &picture, &numbers, "viridis", |number| (up_to(number) - first) / (all - first));
    }
}

#[test]
fn colours_of_reversed_limits_and_one_number_are_defined() {
    let bench = bench();
    let (picture, numbers) = drawn(&bench, &["--reduce", "count", "--norm", "linear", "--clim", "30,2"]);
    assert_colours("reversed limits", &picture, &numbers, "viridis", |n| ((30.0 - n) / 28.0).clamp(0.0, 1.0));
    let (picture, numbers) = drawn(&bench, &["--reduce", "any", "--norm", "linear"]);
    let last = colormap("viridis")[255];
    for (pixel, number) in numbers.iter().enumerate() {
        let found = picture.pixel((pixel % WIDTH) as u32, (pixel / WIDTH) as u32);
        assert_eq!(found[..3], if number.is_nan() { PAPER } else { last }, "any: {number}");
    }
    // One number everywhere.
    let one = "x,y\n0.1,0.1\n0.5,0.5\n";
    bench.write("one.csv", one);
    let view =
        ["plot", "one.csv", "-x", "x", "-y", "y", "--xlim", "0,1", "--ylim", "0,1", "--width", "9", "--height", "9"];
    bench
        .run(&[&view[..], &["--frame", "none", "--reduce", "count", "--norm", "log", "-o", "one.png"]].concat())
        .expect(0);
    let middle = colormap("viridis")[128];
    assert_eq!(bench.picture("one.png").pixel(4, 4)[..3], middle, "between equal limits");
}

#[test]
fn colours_begin_where_they_differ_from_the_paper() {
    let bench = bench();
    let options = ["--reduce", "count", "--norm", "linear", "--cmap", "gray", "--plot-background", "black"];
    let (picture, numbers) = drawn_on(&bench, &["--background", "white"], &options);
    let (lo, hi) = ends(&numbers);
    for (pixel, number) in numbers.iter().enumerate() {
        let found = picture.pixel((pixel % WIDTH) as u32, (pixel / WIDTH) as u32);
        // Entry i of gray is (i, i, i); the first with a contrast of 1.75 on black is 55.
        let place = 55.0 + (256.0 - 55.0) * (number - lo) / (hi - lo);
        // On the border of two entries it may be either.
        let entries =
            if number.is_nan() { [0; 2] } else { [place - 1e-9, place + 1e-9].map(|place| place.min(255.0) as u8) };
        assert!(
            entries.iter().any(|entry| found == [*entry, *entry, *entry, 255]),
            "{number}: {found:?}, not {entries:?}"
        );
    }
}

/// OKLab of sRGB bytes: Ottosson's matrices (2020).
fn oklab(rgb: [u8; 3]) -> [f64; 3] {
    let linear = rgb.map(|byte| {
        let encoded = f64::from(byte) / 255.0;
        if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
    });
    let dot = |weights: [f64; 3], by: [f64; 3]| (0..3).map(|i| weights[i] * by[i]).sum::<f64>();
    let lms = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    .map(|row| dot(row, linear).cbrt());
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    .map(|row| dot(row, lms))
}

#[test]
fn colours_of_categories_are_mixed_by_counts_and_opaque_by_total() {
    let bench = Bench::new();
    let mut random = Random(4);
    let mut text = String::from("x,y,kind\n");
    for _ in 0..6000 {
        let [a, b, c] = std::array::from_fn(|_| random.unit());
        let kind = ["ash", "elm", "fir", "oak"][(c * c * 4.0) as usize];
        writeln!(text, "{:?},{:?},{kind}", a * a, b * b).unwrap();
    }
    bench.write("in.csv", text);
    let view =
        ["plot", "in.csv", "-x", "x", "-y", "y", "--xlim", "0,1", "--ylim", "0,1", "--width", "80", "--height", "60"];
    let options = ["--frame", "none", "--background", "none", "--plot-background", "none", "--reduce", "by:kind"];
    bench.run(&[&view[..], &options, &["--raster", "out.npz", "-o", "out.png", "--backend", "cpu"]].concat()).expect(0);
    let (picture, all) = (bench.picture("out.png"), Array::read_all(&bench.read("out.npz")));
    let counts = &all["by_kind"];
    let colours: Vec<_> = (0..4).map(|i| oklab(palette::color_of(i, 4).rgb())).collect();
    let totals: Vec<f64> = (0..WIDTH * HEIGHT).map(|pixel| (0..4).map(|i| counts.plane(i)[pixel]).sum()).collect();
    let most = totals.iter().copied().fold(0.0, f64::max);
    let mut mixed = 0;
    for (pixel, total) in totals.iter().enumerate() {
        let found = picture.pixel((pixel % WIDTH) as u32, (pixel / WIDTH) as u32);
        if *total == 0.0 {
            assert_eq!(found, [0; 4], "nothing where there is nothing");
            continue;
        }
        // From two fifths for one row, by the logarithm.
        let alpha = 0.4 + 0.6 * total.ln() / most.ln();
        assert!((f64::from(found[3]) - alpha * 255.0).abs() <= 0.5 + 1e-3, "{total} of {most}: alpha {}", found[3]);
        let mean: [f64; 3] =
            std::array::from_fn(|axis| (0..4).map(|i| counts.plane(i)[pixel] * colours[i][axis]).sum::<f64>() / total);
        let back = oklab([found[0], found[1], found[2]]);
        let distance = (0..3).map(|axis| (back[axis] - mean[axis]).powi(2)).sum::<f64>().sqrt();
        assert!(distance < 0.01, "({}, {}): {back:?}, not {mean:?}", pixel % WIDTH, pixel / WIDTH);
        mixed += usize::from((0..4).filter(|i| counts.plane(*i)[pixel] > 0.0).count() > 1);
    }
    assert!(mixed > 300, "{mixed} pixels mix");
}

#[test]
fn colours_between_percentiles_are_those_of_the_nearest_ranks() {
    let bench = bench();
    for reduce in ["count", "mean:v"] {
        let (picture, numbers) = drawn(&bench, &["--reduce", reduce, "--norm", "linear", "--clim", "p1,p99"]);
        let mut sorted: Vec<f64> = numbers.iter().copied().filter(|n| !n.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |percent: usize| sorted[(percent * sorted.len()).div_ceil(100) - 1];
        let (lo, hi) = (at(1), at(99));
        assert!(numbers.iter().any(|n| *n > hi), "{reduce}: some lie beyond");
        assert_colours(reduce, &picture, &numbers, "viridis", |n| ((n - lo) / (hi - lo)).clamp(0.0, 1.0));
    }
}

/// The number of the nearest pixel that has one, within `reach` pixels; the larger one of two as near.
fn spread(numbers: &[f64], reach: i64) -> Vec<f64> {
    let at = |x: i64, y: i64| {
        let is_inside = (0..WIDTH as i64).contains(&x) && (0..HEIGHT as i64).contains(&y);
        is_inside.then(|| numbers[y as usize * WIDTH + x as usize]).filter(|n| !n.is_nan())
    };
    let around = |i: usize| {
        let (x, y) = ((i % WIDTH) as i64, (i / WIDTH) as i64);
        let mut best: Option<(i64, f64)> = None;
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let distance = dx * dx + dy * dy;
                let Some(number) = at(x + dx, y + dy).filter(|_| distance <= reach * reach) else { continue };
                if best.is_none_or(|best| distance < best.0 || distance == best.0 && number > best.1) {
                    best = Some((distance, number));
                }
            }
        }
        best.map_or(f64::NAN, |best| best.1)
    };
    (0..numbers.len()).map(around).collect()
}

#[test]
fn colours_spread_to_the_nearest_empty_pixels() {
    let bench = bench();
    for (reduce, clim) in [("count", "1,60"), ("mean:v", "-120,380")] {
        let (_, alone) = drawn(&bench, &["--reduce", reduce, "--norm", "linear", "--clim", clim]);
        for (text, reach) in [("0", 0), ("1", 1), ("2", 2), ("5", 5)] {
            let options = ["--reduce", reduce, "--norm", "linear", "--clim", clim, "--spread", text];
            let (picture, numbers) = drawn(&bench, &options);
            assert!(
                numbers.iter().zip(&alone).all(|(a, b)| a.to_bits() == b.to_bits()),
                "{options:?}: the raster stays"
            );
            let (lo, hi) = clim.split_once(',').unwrap();
            let (lo, hi): (f64, f64) = (lo.parse().unwrap(), hi.parse().unwrap());
            let spread = spread(&numbers, reach);
            let filled = spread.iter().filter(|n| !n.is_nan()).count() - numbers.iter().filter(|n| !n.is_nan()).count();
            assert_eq!(filled > 0, reach > 0, "{options:?}");
            assert_colours(&format!("{options:?}"), &picture, &spread, "viridis", |n| {
                ((n - lo) / (hi - lo)).clamp(0.0, 1.0)
            });
        }
    }
}
