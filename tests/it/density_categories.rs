//! Many categories: as many colours as there are, and where they are too many the most frequent ones exactly, the rest as
//! "other", and a line that says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::harness::Random;
use crate::harness::array::Array;
use crate::harness::binary::{Bench, Run};

const SIZE: usize = 100;

/// Rows of categories `c0`, `c1`, ...: `rows(k)` of the k-th, at random pixels; with the counts by name and pixel.
fn written(bench: &Bench, size: usize, categories: usize, rows: impl Fn(usize) -> usize) -> BTreeMap<String, Vec<f64>> {
    let mut random = Random(8);
    let mut text = String::from("x,y,kind\n");
    let mut truth = BTreeMap::new();
    for k in 0..categories {
        let counts: &mut Vec<f64> = truth.entry(format!("c{k}")).or_insert_with(|| vec![0.0; size * size]);
        for _ in 0..rows(k) {
            let [x, y] = std::array::from_fn(|_| random.next() as usize % size);
            writeln!(text, "{x}.5,{y}.5,c{k}").unwrap();
            counts[(size - 1 - y) * size + x] += 1.0;
        }
    }
    bench.write("in.csv", text);
    truth
}

/// A plot area alone, of that width and height.
fn plot(size: usize, more: &[&str]) -> Vec<String> {
    let (limits, pixels) = (format!("0,{size}"), size.to_string());
    let view = ["plot", "in.csv", "-x", "x", "-y", "y", "--xlim", &limits, "--ylim", &limits];
    let plot = ["--width", &pixels, "--height", &pixels, "--frame", "none", "--backend", "cpu", "--reduce", "by:kind"];
    [&view[..], &plot, &["--raster", "out.npz", "-o", "out.png"], more]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect()
}

fn run(bench: &Bench, size: usize, more: &[&str]) -> Run {
    let args = plot(size, more);
    bench.run(&args.iter().map(String::as_str).collect::<Vec<_>>()).expect(0)
}

/// The counts by category of the raster are the true ones of the categories it names, and all the others' together.
fn assert_counts(bench: &Bench, truth: &BTreeMap<String, Vec<f64>>, has_other: bool) -> Vec<String> {
    let all = Array::read_all(&bench.read("out.npz"));
    let (planes, mut names) = (&all["by_kind"], all["by_kind_names"].texts.clone());
    assert_eq!(planes.shape[0], names.len());
    let mut rest = vec![0.0; planes.plane(0).len()];
    for counts in truth.iter().filter(|(name, _)| !names.contains(name)).map(|(_, counts)| counts) {
        rest.iter_mut().zip(counts).for_each(|(rest, count)| *rest += count);
    }
    if has_other {
        let other = names.pop().unwrap();
        assert!(other.starts_with("other"), "the last holds all others: {other}");
        assert!(planes.plane(names.len()) == rest, "{other}: counts");
    } else {
        assert_eq!(names.len(), truth.len(), "all are there");
    }
    for (i, name) in names.iter().enumerate() {
        assert!(planes.plane(i) == truth[name], "{name}: counts");
    }
    assert!(names.is_sorted(), "in the order of their names");
    names
}

/// The names of those that have most rows.
fn most_frequent(truth: &BTreeMap<String, Vec<f64>>, most: usize) -> BTreeSet<String> {
    let mut by_rows: Vec<_> = truth.iter().map(|(name, counts)| (counts.iter().sum::<f64>(), name.clone())).collect();
    by_rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    by_rows.into_iter().take(most).map(|(_, name)| name).collect()
}

#[test]
fn categories_by_the_hundred_have_counts_and_colours_of_their_own() {
    let bench = Bench::new();
    // One row each, in a pixel of its own, all of one total: as many colours as categories.
    let mut text = String::from("x,y,kind\n");
    let mut truth = BTreeMap::new();
    for k in 0..300 {
        writeln!(text, "{}.5,{}.5,c{k}", k % SIZE, k / SIZE).unwrap();
        let mut counts = vec![0.0; SIZE * SIZE];
        counts[(SIZE - 1 - k / SIZE) * SIZE + k % SIZE] = 1.0;
        truth.insert(format!("c{k}"), counts);
    }
    bench.write("in.csv", text);
    let run = run(&bench, SIZE, &["--plot-background", "white"]);
    assert!(!run.stderr.contains("other"), "all are counted one by one: {}", run.stderr);
    assert_counts(&bench, &truth, false);
    let picture = bench.picture("out.png");
    let colour = |k: usize| picture.pixel((k % SIZE) as u32, (SIZE - 1 - k / SIZE) as u32);
    let colours: BTreeSet<_> = (0..300).map(colour).collect();
    assert!(colours.len() > 280, "{} colours", colours.len());
    assert!(!colours.contains(&[255; 4]), "every category is seen");
}

#[test]
fn categories_beyond_the_most_are_other_and_the_most_frequent_exact() {
    let bench = Bench::new();
    // Names do not follow frequency, and many are equally frequent.
    let truth = written(&bench, SIZE, 1300, |k| 1 + (k * 7919 % 1300) / 40);
    let run = run(&bench, SIZE, &[]);
    let line = run.stderr.lines().find(|line| line.contains("other")).unwrap_or_else(|| panic!("{}", run.stderr));
    assert!(line.contains("1300") && line.contains("kind"), "how many, of which column: {line}");
    let names = assert_counts(&bench, &truth, true);
    let frequencies = |name: &String| truth[name].iter().sum::<f64>();
    let least = names.iter().map(frequencies).fold(f64::INFINITY, f64::min);
    let left_out = truth.keys().filter(|name| !names.contains(name)).map(frequencies).fold(0.0, f64::max);
    assert!(left_out <= least, "{left_out} rows left out, {least} counted alone");
    assert!(names.len() > 500, "{} counted one by one", names.len());
}

#[test]
fn categories_within_little_memory_are_the_most_frequent_ones() {
    let bench = Bench::new();
    let truth = written(&bench, 300, 400, |k| 1 + k * 7919 % 400);
    let mut kept = Vec::new();
    for memory in ["300M", "240M"] {
        let run = run(&bench, 300, &["--max-memory", memory, "--report", "report.json", "--threads", "2"]);
        let planned = bench.json("report.json")["planned_bytes"].as_u64().unwrap();
        let most = memory.trim_end_matches('M').parse::<u64>().unwrap() << 20;
        assert!(planned <= most, "{memory}: {planned} bytes planned");
        assert!(run.stderr.lines().any(|line| line.contains("other") && line.contains("400")), "{}", run.stderr);
        let names = assert_counts(&bench, &truth, true);
        assert_eq!(names.iter().cloned().collect::<BTreeSet<_>>(), most_frequent(&truth, names.len()), "{memory}");
        kept.push(names.len());
    }
    assert!(kept[1] < kept[0], "less memory, fewer categories: {kept:?}");
}

#[test]
fn categories_given_by_hand_keep_their_order_and_leave_the_rest_to_other() {
    let bench = Bench::new();
    let truth = written(&bench, SIZE, 6, |k| 30 + k);
    for threads in ["1", "3"] {
        run(&bench, SIZE, &["--threads", threads, "--categories", "c4,c1"]);
        let all = Array::read_all(&bench.read("out.npz"));
        let (planes, names) = (&all["by_kind"], &all["by_kind_names"].texts);
        assert_eq!(names[..2], ["c4", "c1"]);
        assert!(planes.plane(0) == truth["c4"] && planes.plane(1) == truth["c1"]);
        let total: f64 = planes.numbers.iter().sum();
        assert_eq!(total, (0..6).map(|k| 30.0 + f64::from(k)).sum::<f64>(), "no row vanishes");
    }
}
