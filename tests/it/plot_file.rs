//! Plot files: what is written of a command line draws the same picture, what is typed wins, and what is wrong in one is
//! told with its place.

use crate::harness::Random;
use crate::harness::binary::{Bench, Run};

const CSV: &str = "x,y,v,kind,r,g,b\n1,2,0.5,a,255,0,0\n3,4,1.5,b,0,255,0\n5,6,2.5,a,0,0,255\n7,1,3.5,c,9,9,9\n";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    bench
}

fn plot(bench: &Bench, args: &[&str]) -> Run {
    let mut all = vec!["plot"];
    all.extend(args);
    bench.run(&all)
}

/// Draws a command line while its plot file is written, then draws that; the pictures have the same bytes.
fn assert_round_trip(args: &[&str]) {
    let bench = bench();
    let mut first = args.to_vec();
    first.extend(["-o", "first.png", "--write-spec", "plot.toml"]);
    let run = plot(&bench, &first);
    assert_eq!(run.code, Some(0), "{args:?}: {}", run.stderr);
    let again = plot(&bench, &["--spec", "plot.toml", "-o", "second.png", "--write-spec", "again.toml"]);
    let text = String::from_utf8(bench.read("plot.toml")).unwrap();
    assert_eq!(again.code, Some(0), "{args:?}: {}\n{text}", again.stderr);
    assert!(bench.read("first.png") == bench.read("second.png"), "{args:?}: the same picture of\n{text}");
    let second = String::from_utf8(bench.read("again.toml")).unwrap();
    assert_eq!(text.replace("first.png", "second.png"), second, "{args:?}: written again, it is the same");
}

#[test]
fn plot_file_of_a_command_line_draws_the_same_picture() {
    let cases: &[&[&str]] = &[
        &["in.csv", "-x", "x", "-y", "y"],
        &["in.csv", "-x", "0", "-y", "1", "--xlim=-3.50,10", "--ylim", "10,-1", "--width", "300", "--height", "200"],
        &["in.csv", "in.csv", "-x", "x", "-y", "y", "--color", "kind", "--grid", "--size", "2pt", "--dpi", "150"],
        &["in.csv", "-x", "x", "-y", "y", "--color", "#123", "--alpha", "1e-1", "--marker", "square", "--aa", "on"],
        &[
            "in.csv",
            "-x",
            "x",
            "-y",
            "y",
            "--rgb",
            "r,g,b",
            "--background",
            "none",
            "--title",
            "a \"b\" 'c' \\ d\u{e9}",
        ],
        &["in.csv", "-x", "x", "-y", "y", "--reduce", "count", "--reduce", "mean:v", "--value-range", "0,10"],
        &["in.csv", "-x", "x", "-y", "y", "--reduce", "by:kind", "--categories", "a,b"],
        &[
            "in.csv",
            "-x",
            "x",
            "-y",
            "y",
            "--reduce",
            "mean:v",
            "--clim",
            "p1,p99",
            "--cmap",
            "white,orange 30%,#800000",
        ],
        &["in.csv", "-x", "x", "-y", "y", "--strict", "--chunk-rows", "1k", "--max-memory", "4GiB", "--title", ""],
        &["in.csv", "-x", "x", "-y", "y", "--title", "007", "--xlabel", "-0", "--ylabel", "1e3", "--frame", "none"],
    ];
    for args in cases {
        assert_round_trip(args);
    }
}

#[test]
fn plot_file_round_trips_whatever_options_are_put_together() {
    let options: &[&[&str]] = &[
        &["--xlim", "-1e1,10.25"],
        &["--ylim", "0,7"],
        &["--xscale", "linear"],
        &["--color", "v"],
        &["--alpha", "0.5"],
        &["--size", "7.5"],
        &["--marker", "pixel"],
        &["--cmap", "magma_r"],
        &["--norm", "sqrt"],
        &["--theme", "dark"],
        &["--grid", "on"],
        &["--legend", "off"],
        &["--title", "100 %"],
        &["--xlabel", "a # b"],
        &["--backend", "cpu"],
        &["--threads", "1"],
        &["--progress", "never"],
        &["--format", "csv"],
    ];
    let mut random = Random(7);
    for _ in 0..25 {
        let mut args = vec!["in.csv", "-x", "x", "-y", "y", "--width", "320", "--height", "240"];
        for option in options {
            if random.next().is_multiple_of(3) {
                args.extend(*option);
            }
        }
        assert_round_trip(&args);
    }
}

#[test]
fn plot_file_values_are_written_as_one_would_write_them() {
    let bench = bench();
    bench.write(
        "plot.toml",
        "inputs = ['in.csv']\nx = 'x'\ny = 1\noutput = 'out.png'\nwidth = 300\nheight = 200\nxlim = [0, 1_0.5]\nylim = ['0', 8]\n\
         grid = true\nlegend = false\nstrict = true\nreduce = ['mean:v', 'count']\nclim = 'p1,p99'\n",
    );
    plot(&bench, &["--spec", "plot.toml"]).expect(0);
    let typed =
        ["in.csv", "-x", "x", "-y", "1", "-o", "typed.png", "--width", "300", "--height", "200", "--xlim", "0,10.5"];
    let mut typed = typed.to_vec();
    typed.extend(["--ylim", "0,8", "--grid", "on", "--legend", "off", "--strict", "--clim", "p1,p99"]);
    typed.extend(["--reduce", "mean:v", "--reduce", "count"]);
    plot(&bench, &typed).expect(0);
    assert!(bench.read("out.png") == bench.read("typed.png"), "the same as typed");
    // Switches of several words: true and false are the plain ones.
    bench.write(
        "switches.toml",
        "inputs = 'in.csv'\nx = 'x'\ny = 'y'\noutput = 's.png'\nprogress = false\nshow = false\n",
    );
    plot(&bench, &["--spec", "switches.toml"]).expect(0);
    bench.write(
        "switches.toml",
        "inputs = 'in.csv'\nx = 'x'\ny = 'y'\noutput = 's.png'\nprogress = true\nshow = true\n",
    );
    plot(&bench, &["--spec", "switches.toml"]).expect(2).says("--show needs a terminal");
    // A time is a time without quotes too.
    bench.write("t.csv", "t,y\n2024-01-01,1\n2024-01-05,2\n");
    bench.write(
        "t.toml",
        "inputs = 't.csv'\nx = 't'\ny = 'y'\noutput = 't.png'\nxlim = [2024-01-01, 2024-01-03T12:00:00]\n",
    );
    let run = plot(&bench, &["--spec", "t.toml", "--report", "t.json"]).expect(0);
    assert!(run.stderr.contains("1 drawn"), "{}", run.stderr);
    assert_eq!(bench.json("t.json")["view"]["xlim"][0], "2024-01-01", "{}", bench.json("t.json"));
}

#[test]
fn plot_file_gives_way_to_what_is_typed() {
    let bench = bench();
    bench.write(
        "plot.toml",
        "inputs = ['no.csv']\nx = 'no'\ny = 'y'\noutput = 'no.png'\nwidth = 300\ncolor = 'red'\ntitle = 't'\n",
    );
    let args = ["in.csv", "-x", "x", "--width", "400", "-o", "out.png"];
    plot(&bench, &[&["--spec", "plot.toml"][..], &args[..]].concat()).expect(0);
    assert_eq!(bench.picture("out.png").width, 400);
    let typed = ["in.csv", "-x", "x", "-y", "y", "--width", "400", "--color", "red", "--title", "t", "-o", "typed.png"];
    plot(&bench, &typed).expect(0);
    assert!(bench.read("out.png") == bench.read("typed.png"), "wherever --spec stands");
    plot(&bench, &[&args[..], &["--spec", "plot.toml"][..]].concat()).expect(0);
    assert!(bench.read("out.png") == bench.read("typed.png"), "at the end too");
    // What excludes it is typed: it is left out, and a line says so.
    let run = plot(&bench, &[&args[..], &["--spec", "plot.toml", "--reduce", "count"][..]].concat()).expect(0);
    assert!(run.stderr.contains("plot.toml:6:1: color is left out, since --reduce was typed"), "{}", run.stderr);
    assert_eq!(bench.files(), ["in.csv", "out.png", "plot.toml", "typed.png"], "nothing else is written");
}

#[test]
fn plot_file_paths_are_relative_to_the_current_folder() {
    let bench = bench();
    std::fs::create_dir(bench.path("sub")).unwrap();
    bench.write("sub/plot.toml", "inputs = 'in.csv'\nx = 'x'\ny = 'y'\noutput = 'out.png'\n");
    plot(&bench, &["--spec", "sub/plot.toml"]).expect(0);
    assert_eq!(bench.picture("out.png").width, 1024);
}

#[test]
fn plot_file_faults_are_told_with_their_place() {
    let cases = [
        ("x = 'x'\nxlimm = [0, 1]\n", "plot.toml:2:1: 'xlimm' is no option of plot; did you mean xlim?"),
        ("x = 'x'\n  max_memory = 1\n", "plot.toml:2:3: 'max_memory' is no option of plot; did you mean max-memory?"),
        ("zzzzzz = 1\n", "'pointillist plot --help' lists the options"),
        ("spec = 'plot.toml'\n", "plot.toml:1:1: 'spec' is no option of plot"),
        ("quiet = true\n", "plot.toml:1:1: 'quiet' is no option of plot"),
        ("x = 'x'\ny = = 1\n", "plot.toml:2:5: the plot file is no TOML"),
        ("strict = 'yes'\n", "plot.toml:1:10: a wrong value for strict: expected true or false, found a text"),
        ("[view]\nxlim = [0, 1]\n", "'view' is no option of plot"),
        ("xlim = { a = 1 }\n", "plot.toml:1:8: a wrong value for xlim"),
        (
            "categories = ['a,b', 'c']\n",
            "plot.toml:1:14: a wrong value for categories: expected a list of texts without commas",
        ),
        ("xlim = [[0, 1]]\n", "plot.toml:1:8: a wrong value for xlim: expected a list of texts or numbers"),
        ("x = 'x'\nwidth = 'wide'\n", "plot.toml:2:1: invalid value 'wide' for '--width <LENGTH>'"),
        ("marker = 'circl'\n", "plot.toml:1:1: invalid value 'circl' for '--marker <SHAPE>'"),
    ];
    for (text, says) in cases {
        let bench = bench();
        bench.write("plot.toml", text);
        let run = plot(&bench, &["in.csv", "-x", "x", "-y", "y", "-o", "out.png", "--spec", "plot.toml"]);
        assert_eq!(run.code, Some(2), "{text}: {}", run.stderr);
        // What was typed is not taken from the file, however wrong it is there.
        assert!(
            run.stderr.starts_with(&format!("pointillist: {says}")) || run.stderr.contains(says),
            "{text}: {}",
            run.stderr
        );
        assert!(!bench.files().contains(&"out.png".to_owned()), "{text}: nothing is drawn");
    }
    let bench = bench();
    let run = plot(&bench, &["--spec", "no.toml"]).expect(1);
    assert!(run.error_line().contains("no.toml") && run.error_line().contains("check the path"), "{}", run.stderr);
    // Without an end, and no text.
    let run = plot(&bench, &["--spec", "/dev/zero"]).expect(1);
    assert!(run.error_line().contains("too long"), "{}", run.stderr);
    bench.write("binary.toml", [0xff, 0xfe]);
    assert!(plot(&bench, &["--spec", "binary.toml"]).expect(1).error_line().contains("no text in UTF-8"));
    let run = plot(&bench, &["--spec", "in.csv"]).expect(2);
    assert!(run.error_line().contains("in.csv:1:"), "{}", run.stderr);
}

#[test]
fn plot_file_is_an_output_like_others() {
    let bench = bench();
    let args = ["in.csv", "-x", "x", "-y", "y", "-o", "out.png"];
    // To standard output, and without a picture.
    let run = plot(&bench, &[&args[..], &["--write-spec", "-", "--explain"][..]].concat()).expect(0);
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.contains("x = \"x\"\n") && text.contains("inputs = [\"in.csv\"]\n"), "{text}");
    assert!(text.contains(env!("CARGO_PKG_VERSION")), "{text}");
    assert_eq!(bench.files(), ["in.csv"], "nothing is drawn");
    // What was explained is drawn by its plot file.
    bench.write("explained.toml", &text);
    plot(&bench, &["--spec", "explained.toml"]).expect(0);
    assert_eq!(bench.picture("out.png").width, 1024);
    for name in ["explained.toml", "out.png"] {
        std::fs::remove_file(bench.path(name)).unwrap();
    }
    for (target, code) in [("no/such/plot.toml", 4), ("in.csv", 2), ("out.png", 2)] {
        let run = plot(&bench, &[&args[..], &["--write-spec", target][..]].concat()).expect(code);
        assert!(run.error_line().contains(target), "{target}: {}", run.stderr);
        assert_eq!(bench.files(), ["in.csv"], "{target}: found before drawing");
    }
    // A run that fails leaves no plot file.
    let wrong = ["in.csv", "-x", "x", "-y", "no", "-o", "out.png", "--write-spec", "plot.toml"];
    plot(&bench, &wrong).expect(2);
    assert_eq!(bench.files(), ["in.csv"]);
}
