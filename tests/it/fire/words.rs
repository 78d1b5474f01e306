//! Command lines: values of options as people, scripts and enemies give them, in any combination; each ends in a picture or
//! in one error that says what is wrong.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::child::End;
use super::mutate::{below, one_of};
use super::trial::{Counts, drawn};
use super::worker::Report;
use crate::harness::Random;

/// Options with values that are right for them, or nearly.
const OPTIONS: [(&str, &[&str]); 45] = [
    (
        "--xlim",
        &[
            "0,10",
            "10,0",
            "1e308,-1e308",
            "0,0",
            "2024-01-01,2024-02-30",
            "-1e-320,1e-320",
            "0,1e-301",
            "5,",
            ",",
            "0..1",
            "2024,2025",
        ],
    ),
    (
        "--ylim",
        &["0,1", "-5,5", "0.1,0.1000000000000001", "9007199254740992,9007199254740993", "-inf,inf", "1,2,3", "1e999,1"],
    ),
    ("--xscale", &["linear", "log", "symlog", "symlog=1e-320", "symlog=0", "time", "symlog=1e308", "log=2"]),
    ("--yscale", &["log", "symlog=0.5", "time", "symlog=-1", "LINEAR"]),
    ("--width", &["1", "2", "64", "300", "0", "65535", "65536", "-1", "1e3", "64px"]),
    ("--height", &["1", "3", "48", "200", "0", "65535", "99999999999999999999"]),
    (
        "--color",
        &[
            "red",
            "#12",
            "#123456",
            "#1234567890",
            "kind",
            "v",
            "col:v",
            "css:kind",
            "rgb(1,2,3)",
            "hsl(400deg 200% -5%)",
            "transparent",
            "col:",
            "rgb(nan,1,1)",
        ],
    ),
    ("--rgb", &["x,y,v", "v,v,v,v", "x", "x,y,nothere", "0,1,2", ",,"]),
    ("--alpha", &["0", "1", "1e-5", "1e-6", "1e-300", "nan", "-0.1", "1.0000001", "v", "col:v", "kind"]),
    ("--size", &["0.1", "256", "257", "0.09", "2pt", "1e9pt", "-2pt", "nan", "pt", "3px"]),
    ("--size-by", &["v", "x", "kind", "t", "2"]),
    ("--size-range", &["2,20", "20,2", "0,0", "0.1,256", "5,5", "-1,3"]),
    ("--size-limits", &["0,1", "1,1", "1,0", "-1e308,1e308", "nan,1"]),
    ("--marker", &["pixel", "circle", "star", "ring", "cross", "hexagon", ""]),
    ("--aa", &["on", "off", "maybe"]),
    (
        "--reduce",
        &[
            "count",
            "any",
            "by:kind",
            "by:v",
            "sum:v",
            "mean:x",
            "var:v",
            "first:t",
            "last:kind",
            "min:",
            "by:",
            "median:v",
            "std:v",
            "max:9",
        ],
    ),
    ("--value-range", &["0,1", "1,0", "-1e308,1e308", "5,5", "0,1e-320", "a,b"]),
    ("--categories", &["a,b", "a,a", "", ",", "a", "nothere,b"]),
    (
        "--cmap",
        &[
            "viridis",
            "viridis_r",
            "magma",
            "white,orange 30%,#800000",
            "red 50%,blue 20%",
            "red",
            ",",
            "red -5%,blue 200%",
            "none,red",
            "viridis_r_r",
        ],
    ),
    (
        "--norm",
        &[
            "linear",
            "log",
            "symlog=0",
            "symlog=1e-300",
            "asinh=1e300",
            "sqrt",
            "cbrt",
            "power=0",
            "power=1000",
            "power=nan",
            "eq-hist",
            "power=",
        ],
    ),
    ("--clim", &["0,1", "1,0", "p1,p99", "p99,p1", "p0,p100", "p-1,p101", "5,5", "p50,3", "nan,nan", "-1e308,1e308"]),
    ("--under", &["none", "red", "#fff0", "blu"]),
    ("--over", &["none", "#000", "currentColor"]),
    ("--empty", &["none", "white", "#12345"]),
    ("--spread", &["0", "1", "5", "100", "-1", "1.5", "65535"]),
    ("--dpi", &["1", "100", "300", "0", "1e5", "-5", "nan"]),
    ("--background", &["none", "#ffffff80", "black", "rgba(0,0,0,1e9)"]),
    ("--plot-background", &["none", "white", "#1"]),
    ("--theme", &["light", "dark", "Dark"]),
    (
        "--title",
        &[
            "",
            "a title",
            "\u{202e}rtl\u{1b}[2J",
            "\n\n\n",
            "😀 é ﷽",
            "a\tb",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ],
    ),
    ("--xlabel", &["", "x [m]", "\u{7}", "--ylabel"]),
    ("--ylabel", &["", "y", "\u{2028}"]),
    ("--grid", &["on", "off", ""]),
    ("--legend", &["on", "off"]),
    ("--colorbar", &["on", "off", "histogram"]),
    ("--frame", &["full", "none", "half"]),
    ("--head", &["0", "1", "5", "1k", "99999999999T", "-1", "1.5k"]),
    ("--every", &["1", "2", "0", "18446744073709551615", "18446744073709551616"]),
    ("--chunk-rows", &["1", "2", "all", "0", "64k", "-3"]),
    ("--max-memory", &["512M", "1K", "0", "4GiB", "99999999T", "1.5G", "M"]),
    ("--label", &["", "a label", "\u{1b}]0;x\u{7}"]),
    ("--raster", &["o.npy", "o.npz", "o.txt", "o.png"]),
    ("--canvas", &["c.canvas", "o.png"]),
    ("--report", &["r.json", "o.png", "-"]),
    (
        "--series",
        &[
            "in.csv -x x -y v",
            "in.csv -x v -y y --color red --label 'two words'",
            "in.csv",
            "",
            "'",
            "\"",
            "in.csv -x x -y y --reduce count",
            "in.csv -x x -y y --width 5",
            "in.csv -x x -y y -o p.png",
            "in.csv -x t -y y",
            "-x x -y y",
            "nothere.csv -x x -y y",
            "in.csv -x x -y y \\",
            "in.csv -x x -y y --series 'in.csv -x x -y y'",
            "in.csv -x x -y y --alpha 1e-9",
            "\u{1b}[2J -x x -y y",
        ],
    ),
];

/// Columns as they are typed.
const COLUMNS: [&str; 10] = ["x", "y", "v", "t", "kind", "0", "4", "9", "nothere", "\u{1b}[31mx"];

const TABLE: &str = "x,y,v,t,kind\n1,2,3,2024-01-01,a\n4,5,-6,2024-01-02T03:04:05Z,b\n7,8,9.5,2024-02-01,a\n1e9,nan,0,2024-03-01,\n0,1,,,c\n";

/// A value, perhaps with a character more, less, or in another place.
fn value(random: &mut Random, values: &[&str]) -> String {
    let value = (*one_of(random, values)).to_owned();
    if !random.next().is_multiple_of(4) {
        return value;
    }
    let mut characters: Vec<char> = value.chars().collect();
    const OTHERS: [char; 16] =
        ['0', '9', '-', '.', ',', '=', '%', '#', ':', ' ', 'e', '\u{1b}', '\u{202e}', 'é', '\u{7f}', '\''];
    let at = below(random, characters.len() + 1);
    match random.next() % 4 {
        0 => characters.insert(at, *one_of(random, &OTHERS)),
        1 if at < characters.len() => drop(characters.remove(at)),
        2 if at < characters.len() => characters[at] = *one_of(random, &OTHERS),
        _ => characters = characters.repeat(2),
    }
    characters.into_iter().collect()
}

/// A command line by its number.
fn command_line(number: u64) -> Vec<String> {
    let mut random = Random(number);
    let mut column = |usual: &str| {
        if random.next().is_multiple_of(6) { (*one_of(&mut random, &COLUMNS)).to_owned() } else { usual.to_owned() }
    };
    let mut args = vec!["plot".to_owned(), "in.csv".into(), "-x".into(), column("x"), "-y".into(), column("y")];
    let mut size = (true, true);
    for _ in 0..below(&mut random, 6) {
        let (option, values) = one_of(&mut random, &OPTIONS);
        size.0 &= *option != "--width";
        size.1 &= *option != "--height";
        let value = value(&mut random, values);
        args.push(format!("{option}={value}"));
    }
    for (is_wanted, option) in [(size.0, "--width=64"), (size.1, "--height=48")] {
        if is_wanted {
            args.push(option.to_owned());
        }
    }
    // So that the largest pictures are refused, not drawn.
    let engine = ["--max-area=400k", "--backend=cpu", "--threads=2", "--progress=never", "-o", "o.png"];
    args.extend(engine.map(str::to_owned));
    args
}

fn judge(folder: &Path, number: u64, counts: &mut Counts) -> Result<End, String> {
    let args = command_line(number);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    drawn(folder, &args, counts).map_err(|what| format!("words {number}: {what}"))
}

/// Tries command lines from a number on, for a time or so many.
fn try_all(from: u64, most: u64, time: Duration) -> Report {
    let (next, report, begun) = (AtomicU64::new(from), Mutex::new(Report::default()), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                std::fs::write(folder.path().join("in.csv"), TABLE).unwrap();
                let mut one = Report::default();
                while begun.elapsed() < time {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= from + most {
                        break;
                    }
                    if let Err(fault) = judge(folder.path(), number, &mut one.counts) {
                        one.faults.push(fault);
                    }
                }
                report.lock().unwrap().add(one);
            });
        }
    });
    report.into_inner().unwrap()
}

#[test]
fn fire_command_lines_end_in_a_picture_or_in_one_error() {
    try_all(0, 80, Duration::from_secs(60)).settle("command lines");
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_fuzz_words() {
    try_all(1000, u64::MAX >> 1, super::fuzz_time()).settle("command lines");
}
