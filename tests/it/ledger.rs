//! Every row is counted once, for what became of it: against a naive reading of the same cells, over formats, options and
//! pipes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::harness::Random;
use crate::harness::binary::Bench;

/// One cell as it is written.
#[derive(Clone, Copy, Debug)]
enum Cell {
    Number(f64),
    Missing,
    Text,
    Nan,
    Infinite,
}

impl Cell {
    fn random(random: &mut Random) -> Self {
        match below(random, 12) {
            0 => Self::Missing,
            1 => Self::Text,
            2 => Self::Nan,
            3 => Self::Infinite,
            // Half way between integers and their tenths: never near a limit or a bin's edge.
            _ => Self::Number(below(random, 30) as f64 - 9.75),
        }
    }

    fn csv(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Missing => String::new(),
            Self::Text => "bad".to_owned(),
            Self::Nan => "nan".to_owned(),
            Self::Infinite => "-inf".to_owned(),
        }
    }

    fn json(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Missing => "null".to_owned(),
            Self::Text => "\"bad\"".to_owned(),
            Self::Nan => "NaN".to_owned(),
            Self::Infinite => "\"-inf\"".to_owned(),
        }
    }

    fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Nan => Some(f64::NAN),
            Self::Infinite => Some(f64::NEG_INFINITY),
            Self::Missing | Self::Text => None,
        }
    }
}

fn below(random: &mut Random, most: u64) -> u64 {
    random.next() % most
}

/// What is plotted of the cells.
#[derive(Clone, Copy, Debug)]
struct Scene {
    args: &'static [&'static str],
    x_is_log: bool,
    /// The third column decides too: values beyond this range are invalid.
    values: Option<(f64, f64)>,
    head: usize,
    every: usize,
}

const PLAIN: Scene = Scene { args: &[], x_is_log: false, values: None, head: usize::MAX, every: 1 };

const SCENES: [Scene; 9] = [
    Scene { args: &["--marker", "pixel"], ..PLAIN },
    Scene { args: &["--marker", "circle", "--size", "1"], ..PLAIN },
    Scene { args: &["--marker", "pixel", "--xscale", "log"], x_is_log: true, ..PLAIN },
    Scene { args: &["--reduce", "count", "--yscale", "symlog"], ..PLAIN },
    Scene { args: &["--reduce", "mean:v", "--value-range", "-4,6"], values: Some((-4., 6.)), ..PLAIN },
    Scene { args: &["--color", "v", "--clim", "0,1"], values: Some((f64::MIN, f64::MAX)), ..PLAIN },
    Scene { args: &["--marker", "pixel", "--alpha", "v"], values: Some((0., 1.)), ..PLAIN },
    Scene { args: &["--marker", "pixel", "--head", "70"], head: 70, ..PLAIN },
    Scene { args: &["--marker", "pixel", "--every", "3", "--head", "95"], head: 95, every: 3, ..PLAIN },
];

/// The limits of both axes; of x on a log axis the upper one from 0.5.
const LIMITS: (f64, f64) = (-5.5, 12.5);

#[derive(Clone, Debug, Default, PartialEq)]
struct Counted {
    total: u64,
    drawn: u64,
    filtered: u64,
    /// Left, right, above, below.
    outside: [u64; 4],
    /// By reason: rows, and input, row, column of the first.
    invalid: std::collections::BTreeMap<&'static str, (u64, (usize, u64, &'static str))>,
}

/// The naive reading: row by row, nothing else.
fn counted(scene: &Scene, inputs: &[Vec<[Cell; 3]>]) -> Vec<Counted> {
    let mut before = 0;
    let mut of_inputs = Vec::new();
    for (input, rows) in inputs.iter().enumerate() {
        let mut own = Counted::default();
        for (row, cells) in rows.iter().enumerate() {
            let number = before + row;
            if number >= scene.head {
                continue;
            }
            own.total += 1;
            if number % scene.every != 0 {
                own.filtered += 1;
                continue;
            }
            let reason = |cell: Cell, is_log: bool, range: (f64, f64)| match (cell, cell.number()) {
                (Cell::Text, _) => Some("no_number"),
                (_, None) => Some("null"),
                (_, Some(number)) if !number.is_finite() => Some("not_finite"),
                (_, Some(number)) if is_log && number <= 0. => Some("not_positive"),
                (_, Some(number)) if number < range.0 || number > range.1 => Some("out_of_range"),
                _ => None,
            };
            let all = (f64::MIN, f64::MAX);
            let lacks = [("x", scene.x_is_log, Some(all)), ("y", false, Some(all)), ("v", false, scene.values)];
            let lacks = lacks.into_iter().zip(cells).find_map(|((column, is_log, range), cell)| {
                reason(*cell, is_log, range?).map(|reason| (reason, column))
            });
            if let Some((reason, column)) = lacks {
                own.invalid.entry(reason).or_insert((0, (input, row as u64, column))).0 += 1;
                continue;
            }
            let (x, y) = (cells[0].number().unwrap(), cells[1].number().unwrap());
            let left = if scene.x_is_log { 0.5 } else { LIMITS.0 };
            let side = [x < left, x > LIMITS.1, y > LIMITS.1, y < LIMITS.0].iter().position(|is_there| *is_there);
            match side {
                Some(side) => own.outside[side] += 1,
                None => own.drawn += 1,
            }
        }
        before += rows.len();
        of_inputs.push(own);
    }
    of_inputs
}

fn sum(of_inputs: &[Counted]) -> Counted {
    let mut all = Counted::default();
    for own in of_inputs {
        all.total += own.total;
        all.drawn += own.drawn;
        all.filtered += own.filtered;
        for side in 0..4 {
            all.outside[side] += own.outside[side];
        }
        for (reason, (rows, first)) in &own.invalid {
            all.invalid.entry(reason).or_insert((0, *first)).0 += rows;
        }
    }
    all
}

fn check_rows(rows: &Value, outside: &Value, want: &Counted, what: &str) {
    let invalid: u64 = want.invalid.values().map(|(rows, _)| rows).sum();
    for (key, count) in [
        ("total", want.total),
        ("read", want.total),
        ("drawn", want.drawn),
        ("outside", want.outside.iter().sum()),
        ("invalid", invalid),
        ("filtered", want.filtered),
        ("skipped", 0),
    ] {
        assert_eq!(rows[key], count, "{what}: {key} in {rows}");
    }
    for (side, count) in ["left", "right", "above", "below"].into_iter().zip(want.outside) {
        assert_eq!(outside[side], count, "{what}: {side} in {outside}");
    }
}

fn check(report: &Value, want: &[Counted], names: &[&str], what: &str) {
    let all = sum(want);
    let invalid = report["invalid"].as_array().unwrap();
    let reasons: std::collections::BTreeMap<&str, u64> = invalid
        .iter()
        .map(|invalid| (invalid["reason"].as_str().unwrap(), invalid["rows"].as_u64().unwrap()))
        .collect();
    let wanted: std::collections::BTreeMap<&str, u64> =
        all.invalid.iter().map(|(reason, (rows, _))| (*reason, *rows)).collect();
    assert_eq!(reasons, wanted, "{what}");
    for told in invalid {
        let (_, (input, row, column)) = all.invalid[told["reason"].as_str().unwrap()];
        let first = &told["first"];
        assert_eq!(
            (first["input"].as_str(), first["row"].as_u64(), first["column"].as_str()),
            (Some(names[input]), Some(row), Some(column)),
            "{what}: {told}"
        );
        if let Some(line) = first["line"].as_u64() {
            assert!(told["reason"] == "no_number" && (row + 1..=row + 2).contains(&line), "{what}: {told}");
        }
    }
    check_rows(&report["rows"], &report["outside"], &all, what);
    let inputs = report["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), names.len(), "{what}");
    for ((told, want), name) in inputs.iter().zip(want).zip(names) {
        assert_eq!(told["name"], *name, "{what}");
        check_rows(&told["rows"], &told["outside"], want, &format!("{what}: {name}"));
    }
}

#[test]
fn ledger_counts_what_a_naive_reading_counts() {
    let bench = Bench::new();
    let mut random = Random(5);
    let inputs: Vec<Vec<[Cell; 3]>> = [60, 1, 45]
        .into_iter()
        .map(|rows| {
            let mut rows: Vec<_> = (0..rows).map(|_| [(); 3].map(|()| Cell::random(&mut random))).collect();
            // So that the columns are of numbers in every file.
            rows[0] = [1.25; 3].map(Cell::Number);
            rows
        })
        .collect();
    let (mut csv, mut json) = (Vec::new(), Vec::new());
    for (number, rows) in inputs.iter().enumerate() {
        let (mut csv_text, mut json_text) = ("x,y,v\n".to_owned(), String::new());
        for [x, y, v] in rows {
            let _ = writeln!(csv_text, "{},{},{}", x.csv(), y.csv(), v.csv());
            let _ = writeln!(json_text, "{{\"x\":{},\"y\":{},\"v\":{}}}", x.json(), y.json(), v.json());
        }
        csv.push(bench.write(&format!("{number}.csv"), csv_text));
        json.push(bench.write(&format!("{number}.jsonl"), json_text));
    }
    let mut reasons = std::collections::BTreeSet::new();
    for scene in &SCENES {
        let want = counted(scene, &inputs);
        reasons.extend(sum(&want).invalid.keys().copied());
        let limits = format!("--xlim={},{}", if scene.x_is_log { 0.5 } else { LIMITS.0 }, LIMITS.1);
        let y_limits = format!("--ylim={},{}", LIMITS.0, LIMITS.1);
        for names in [&csv, &json] {
            for chunk_rows in ["7", "131072"] {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let mut args = vec!["plot"];
                args.extend(&names);
                args.extend(["-x", "x", "-y", "y", &limits, &y_limits, "--chunk-rows", chunk_rows]);
                args.extend(scene.args.iter().copied().chain(["-o", "a.png", "--report", "a.json", "--width", "300"]));
                bench.run(&args).expect(0);
                let report = bench.json("a.json");
                check(&report, &want, &names, &format!("{args:?}"));
                check(&report["series"][0], &want, &names, &format!("{args:?}, series"));
            }
        }
        // The same by a pipe, which is kept for a second reading as the limits are not given.
        let args = ["plot", "-", "-x", "x", "-y", "y", "--chunk-rows", "7", "-o", "a.png", "--report", "a.json"];
        let args: Vec<_> = args.iter().chain(scene.args).copied().collect();
        let piped = bench.pipe(&args, &bench.read("0.csv"), 100).expect(0);
        let mut want = counted(scene, &inputs[..1]);
        // Everything that is valid lies within limits that were found.
        want[0].drawn += want[0].outside.iter().sum::<u64>();
        want[0].outside = [0; 4];
        check(&bench.json("a.json"), &want, &["-"], &format!("{args:?}: {}", piped.stderr));
    }
    assert_eq!(reasons.len(), 5, "the scenes meet {reasons:?}");
}

#[test]
fn ledger_of_several_data_sets_adds_up() {
    let bench = Bench::new();
    bench.write("a.csv", "x,y\n0,0\n1,bad\n50,0\n,3\n2,2\n");
    bench.write("b.csv", "x,y\n0,0\n-50,90\n1,90\n1,-90\nnan,1\nworse,1\n");
    let series = ["--series", "b.csv -x x -y y --color red", "--series", "a.csv -x x -y y --color blue"];
    let args = [
        "plot",
        "a.csv",
        "-x",
        "x",
        "-y",
        "y",
        "--xlim=-1,3",
        "--ylim=-1,3",
        "-o",
        "o.png",
        "--report",
        "r.json",
        "-v",
    ];
    let run = bench.run(&[&args[..], &series].concat()).expect(0);
    let report = bench.json("r.json");
    assert_eq!(report["outside"], serde_json::json!({"left": 1, "right": 2, "above": 1, "below": 1}));
    assert_eq!(report["series"][1]["outside"], serde_json::json!({"left": 1, "right": 0, "above": 1, "below": 1}));
    let of = |invalid: &Value| -> Vec<(String, u64, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let all = invalid.as_array().unwrap().iter();
        all.map(|one| (text(&one["reason"]), one["rows"].as_u64().unwrap(), text(&one["first"]["input"]))).collect()
    };
    let row = |reason: &str, rows, input: &str| (reason.to_owned(), rows, input.to_owned());
    assert_eq!(
        of(&report["invalid"]),
        [row("null", 2, "a.csv"), row("no_number", 3, "a.csv"), row("not_finite", 1, "b.csv")]
    );
    assert_eq!(of(&report["series"][1]["invalid"]), [row("no_number", 1, "b.csv"), row("not_finite", 1, "b.csv")]);
    assert_eq!(report["series"][0]["invalid"][1]["first"]["line"], 3);
    let names: Vec<_> =
        report["inputs"].as_array().unwrap().iter().map(|input| input["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a.csv", "b.csv", "a.csv"]);
    assert_eq!(report["rows"]["total"], 16);
    for told in ["outside: 1 left, 2 right, 1 above, 1 below", "b.csv: 6 rows: 1 drawn, 3 outside, 2 invalid"] {
        assert!(run.stderr.contains(told), "'{told}' in: {}", run.stderr);
    }
    let run =
        bench.run(&["plot", "a.csv", "-x", "x", "-y", "y", "--xlim=100,200", "--ylim=-1,3", "-o", "o.png"]).expect(0);
    assert!(run.stderr.contains("all points lie outside the limits: 3 left"), "{}", run.stderr);
}

#[test]
fn ledger_under_strict_names_file_line_and_column_in_every_text() {
    let bench = Bench::new();
    bench.write("good.csv", "x,y\n1,2\n3,4\n");
    bench.write("bad.csv", "x,y\n1,2\n3,4\n5,\"six\"\n");
    bench.write("good.jsonl", "{\"x\":1,\"y\":2}\n{\"x\":3,\"y\":4}\n");
    bench.write("bad.jsonl", "{\"x\":1,\"y\":2}\n{\"x\":3,\"y\":4}\n{\"x\":5,\"y\":\"six\"}\n");
    bench.write("bad.json", "[{\"x\":1,\"y\":2},\n{\"x\":3,\"y\":4},\n\n{\"x\":5,\"y\":\"six\"}]\n");
    bench.write("bad.tsv", "x\ty\n1\t2\n3\t4\n5\tsix\n");
    let limits = ["--xlim", "0,9", "--ylim", "0,9"];
    for (inputs, bad, line) in [
        (&["good.csv", "bad.csv"][..], "bad.csv", 4),
        (&["bad.csv", "good.csv"], "bad.csv", 4),
        (&["good.jsonl", "bad.jsonl"], "bad.jsonl", 3),
        (&["bad.json"], "bad.json", 4),
        (&["bad.tsv"], "bad.tsv", 4),
    ] {
        for limits in [&limits[..], &[]] {
            let options = ["-x", "x", "-y", "y", "--strict", "-o", "o.png"];
            let run = bench.run(&[&["plot"][..], inputs, &options, limits].concat()).expect(1);
            let place = format!("{bad}, line {line}, column 'y'");
            assert!(run.error_line().contains(&place) && run.stderr.contains("'six'"), "'{place}' in: {}", run.stderr);
            assert!(!bench.path("o.png").exists());
        }
    }
    // The first row that has one, whichever column that is in.
    bench.write("two.csv", "x,y\n1,2\n3,four\nfive,6\n");
    let run = bench.run(&["plot", "two.csv", "-x", "x", "-y", "y", "--strict", "-o", "o.png"]).expect(1);
    assert!(run.stderr.contains("two.csv, line 3, column 'y'"), "{}", run.stderr);
    // A pipe, kept or not.
    for limits in [&limits[..], &[]] {
        let args = [&["plot", "-", "-x", "x", "-y", "y", "--strict", "-o", "o.png"], limits].concat();
        let run = bench.pipe(&args, &bench.read("bad.csv"), 5).expect(1);
        assert!(run.stderr.contains("-, line 4, column 'y'"), "{}", run.stderr);
    }
    // Without, the same rows are counted.
    bench.run(&["plot", "good.csv", "bad.csv", "-x", "x", "-y", "y", "-o", "o.png"]).expect(0).says("1 invalid");
}
