//! How much is said, and how: --quiet and -v, colours, hints after drawing, the manual and the completions.

use std::process::{Command, Stdio};

use crate::harness::binary::{Bench, Run};

const CSV: &str = "x,y\n1,2\n3,4\n5,6\nabc,1\n";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    bench
}

fn plot(bench: &Bench, more: &[&str]) -> Run {
    let mut args = vec!["plot", "in.csv", "-x", "x", "-y", "y", "-o", "out.png"];
    args.extend(more);
    bench.run(&args)
}

#[test]
fn messages_are_silenced_by_quiet_but_for_errors() {
    let bench = bench();
    let run = plot(&bench, &["--quiet", "--report", "r.json"]).expect(0);
    assert_eq!(run.stderr, "", "nothing is said");
    assert_eq!(bench.json("r.json")["rows"]["invalid"], 1, "the ledger is still there");
    assert_eq!(bench.run(&["-q", "plot", "in.csv", "-x", "x", "-y", "y", "-o", "out.png"]).expect(0).stderr, "");
    let run = plot(&bench, &["-q", "--xlim", "3,3"]).expect(2);
    assert!(run.error_line().contains("--xlim"), "{}", run.stderr);
    assert_eq!(plot(&bench, &["-q", "-v"]).code, Some(2), "one of the two");
    // A pipe that is kept is told, unless quiet.
    let args = |quiet| ["plot", "-", "-x", "x", "-y", "y", "-o", "out.png", quiet];
    assert!(
        bench
            .pipe(&args("--progress=never"), CSV.as_bytes(), 7)
            .expect(0)
            .stderr
            .contains("standard input is read once")
    );
    assert_eq!(bench.pipe(&args("--quiet"), CSV.as_bytes(), 7).expect(0).stderr, "");
}

#[test]
fn messages_of_verbose_say_the_plan_and_the_stages() {
    let bench = bench();
    let ordinary = plot(&bench, &[]).expect(0);
    let run = plot(&bench, &["-v"]).expect(0);
    for part in
        ["canvas    veil", "backend   cpu", " planned", "seconds (they overlap): open ", ", png ", " read, at most "]
    {
        assert!(run.stderr.contains(part), "'{part}' in:\n{}", run.stderr);
        assert!(!ordinary.stderr.contains(part), "'{part}' is not said otherwise:\n{}", ordinary.stderr);
    }
    let plan = run.stderr.find("canvas    veil").unwrap();
    assert!(plan < run.stderr.find("out.png: ").unwrap(), "the plan comes before the closing line:\n{}", run.stderr);
    // In words.
    let density = ["--explain", "--reduce", "std:y", "--reduce", "last:x"];
    let args = [&["plot", "in.csv", "-x", "x", "-y", "y", "-o", "out.png"][..], &density[..]].concat();
    let explained = String::from_utf8(bench.run(&args).expect(0).stdout).unwrap();
    assert!(explained.contains("gives what is reduced"), "{explained}");
    assert!(
        explained.contains("plane     the sum of squares of stream 0") && !explained.contains("Sum("),
        "{explained}"
    );
    // What is printed does not change for it.
    let explained = plot(&bench, &["--explain"]).expect(0).stdout;
    assert_eq!(plot(&bench, &["--explain", "-v"]).expect(0).stdout, explained);
}

#[test]
fn messages_have_colours_only_where_they_are_wanted() {
    let coloured = |variables: &[(&str, &str)], args: &[&str]| {
        let bench = bench();
        let mut command = bench.command(args);
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "TERM"] {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        let output = command.stdin(Stdio::null()).output().unwrap();
        output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
    };
    let cases: [&[&str]; 4] = [
        &["plot", "no.csv", "-x", "x", "-y", "y", "-o", "out.png"],
        &["plot", "--no-such-option"],
        &["plot", "--help"],
        &["plot", "in.csv", "-x", "x", "-y", "y", "--xlim", "100,200", "-o", "out.png"],
    ];
    for args in cases {
        assert!(!coloured(&[], args), "{args:?}: a pipe is plain");
        assert!(coloured(&[("CLICOLOR_FORCE", "1")], args), "{args:?}: asked for");
        assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], args), "{args:?}: refused");
    }
}

#[test]
fn messages_hint_at_saturation_only_where_points_lie_on_one_another() {
    let bench = Bench::new();
    let hint = |args: &[&str]| {
        let mut all = vec!["plot"];
        all.extend(args);
        all.extend(["-x", "x", "-y", "y", "--width", "300", "--height", "240", "-o", "out.png"]);
        let run = bench.run(&all).expect(0);
        run.stderr.lines().find(|line| line.contains("saturated")).map(str::to_owned)
    };
    let input = "synthetic:uniform:200k:seed=7";
    let text = hint(&[input]).expect("200,000 discs of 3 px on some 60,000 pixels");
    assert!(text.starts_with("hint: ") && text.contains("--reduce count"), "{text}");
    let alpha: f64 = text.split("--alpha ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!((0.01..0.1).contains(&alpha), "{text}");
    // What it says to try helps: the hint is gone.
    assert_eq!(hint(&[input, "--alpha", &alpha.to_string()]), None);
    assert_eq!(hint(&[input, "--reduce", "count"]), None);
    assert_eq!(hint(&["synthetic:uniform:2k:seed=7"]), None, "few points are what they are");
    // Counted points, blended points.
    let counted = hint(&["synthetic:uniform:700k:seed=7", "--marker", "pixel"]).expect("counted");
    assert!(counted.contains("100 % of the painted pixels"), "{counted}");
    assert!(hint(&[input, "--color", "v"]).expect("blended").contains("--reduce mean:v instead of --color"));
    assert!(hint(&[input, "--color", "c"]).expect("blended").contains("--reduce by:c instead of --color"));
    // What has to go is named, and without it the density is drawn.
    let more = ["--color", "v", "--alpha", "0.9", "--marker", "square", "--aa", "on"];
    let given = hint(&[&[input][..], &more[..]].concat()).expect("blended");
    assert!(given.ends_with("--reduce mean:v instead of --color, --alpha, --marker and --aa"), "{given}");
    assert!(hint(&[input, "--color", "red"]).expect("red").ends_with("--reduce count instead of --color"));
    assert!(hint(&[input, "--size", "5"]).expect("large").ends_with("--reduce count instead of --size"));
    // Sizes from a column: at least the smallest.
    let sized = hint(&["synthetic:uniform:700k:seed=7", "--size-by", "v", "--size-range", "3,4"]).expect("sized");
    assert!(sized.contains("saturated (at least ") && !sized.contains("try --alpha"), "{sized}");
    assert!(sized.ends_with("instead of --size-by and --size-range"), "{sized}");
    assert_eq!(hint(&["synthetic:uniform:20k:seed=7", "--size-by", "v", "--size-range", "1,30"]), None, "not sure");
    let quiet = bench.run(&["plot", input, "-x", "x", "-y", "y", "-o", "out.png", "-q"]).expect(0);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn messages_hint_at_limits_that_a_few_rows_stretch() {
    let bench = Bench::new();
    let mut csv = String::from("x,y\n");
    for i in 0..2000 {
        csv += &format!("{},{}\n", 10.0 + f64::from(i % 100) / 100.0, f64::from(i % 37));
    }
    bench.write("whole.csv", &csv);
    csv += "100000,5\n";
    bench.write("far.csv", &csv);
    let told = |input: &str, more: &[&str]| {
        let mut args = vec!["plot", input, "-x", "x", "-y", "y", "-o", "out.png"];
        args.extend(more);
        let run = bench.run(&args).expect(0);
        run.stderr.lines().find(|line| line.starts_with("hint: ")).map(str::to_owned)
    };
    let hint = told("far.csv", &["--reduce", "count"]).expect("one row in 2001 is far away");
    let limits = hint.split("try ").nth(1).unwrap();
    assert!(hint.contains("99 % of the points share 0.1 % of an axis") && !limits.contains("ylim"), "{hint}");
    // The limits it says show them: with these the hint is gone, and hardly a row lies outside.
    bench.run(&[
        "plot", "far.csv", "-x", "x", "-y", "y", "--reduce", "count", limits, "--report", "r.json", "-o", "out.png",
    ]);
    let drawn = bench.json("r.json")["rows"]["drawn"].as_u64().unwrap();
    assert!((1980..=2000).contains(&drawn), "{hint}: {drawn} rows");
    assert_eq!(told("far.csv", &["--reduce", "count", limits]), None);
    assert_eq!(told("whole.csv", &["--reduce", "count"]), None);
    assert!(told("far.csv", &["--marker", "pixel"]).expect("counted points").contains("--xlim="));
    // Where rows are not counted, the few painted pixels tell.
    bench.write("spot.csv", "x,y\n".to_owned() + &"1,1\n".repeat(2000) + "1000,1000\n");
    assert!(told("spot.csv", &[]).expect("a spot and a far point").contains("set --xlim and --ylim"));
    // One value, or an even grid of few: nothing is far.
    bench.write("line.csv", "x,y\n".to_owned() + &(0..2000).map(|i| format!("5,{}\n", i % 100)).collect::<String>());
    bench.write("one.csv", "x,y\n".to_owned() + &"5,5\n".repeat(3000));
    let grid: String = (0..2000).map(|i| format!("{},{}\n", i % 5, i / 5 % 5)).collect();
    bench.write("grid.csv", format!("x,y\n{grid}"));
    for input in ["line.csv", "one.csv", "grid.csv"] {
        for more in [&["--reduce", "count"][..], &["--marker", "pixel"], &[], &["--color", "x"]] {
            let hint = told(input, more).filter(|hint| !hint.contains("saturated"));
            assert_eq!(hint, None, "{input} {more:?}");
        }
    }
}

#[test]
fn messages_hint_at_categories_that_cannot_be_told_apart() {
    let bench = Bench::new();
    let csv = |count: usize| {
        let rows: String = (0..100).map(|i| format!("{i},{i},name {}\n", i % count)).collect();
        format!("x,y,kind of it\n{rows}")
    };
    bench.write("many.csv", csv(40));
    bench.write("few.csv", csv(8));
    let run = |input| bench.run(&["plot", input, "-x", "x", "-y", "y", "--color", "kind of it", "-o", "out.png"]);
    run("many.csv").expect(0).says("the colours of 40 categories").says("--reduce 'by:kind of it' --categories");
    run("many.csv").says("--categories A,B,.. instead of --color shows");
    assert!(!run("few.csv").expect(0).stderr.contains("hint"));
}

#[test]
fn messages_of_help_fit_a_terminal_and_are_grouped() {
    let bench = Bench::new();
    for command in ["", "plot", "shade", "inspect", "bench", "colormaps", "doctor", "completions", "man"] {
        for flag in ["-h", "--help"] {
            let args: Vec<&str> = [command, flag].into_iter().filter(|word| !word.is_empty()).collect();
            let help = String::from_utf8(bench.run(&args).expect(0).stdout).unwrap();
            for line in help.lines() {
                assert!(line.chars().count() <= 100, "{args:?}: {line}");
            }
        }
    }
    let help = String::from_utf8(bench.run(&["plot", "--help"]).expect(0).stdout).unwrap();
    for part in [
        "Input:",
        "View:",
        "Points:",
        "Density:",
        "Colour:",
        "Figure:",
        "Engine:",
        "Outputs:",
        "Plot file:",
        "[default: 1024]",
        "[default: circle]",
        "Examples:",
        "Exit status:",
    ] {
        assert!(help.contains(part), "'{part}' in:\n{help}");
    }
    let short = String::from_utf8(bench.run(&["plot", "-h"]).expect(0).stdout).unwrap();
    assert!(short.lines().count() < help.lines().count(), "-h is the short one");
}

#[test]
fn messages_of_the_manual_are_a_page_that_man_reads() {
    let bench = Bench::new();
    let page = bench.run(&["man"]).expect(0).stdout;
    bench.write("pointillist.1", &page);
    bench.run(&["man", "--dir", "."]).expect(0);
    assert!(bench.read("pointillist.1") == page, "the same page in a folder");
    for command in ["plot", "shade", "inspect", "bench", "colormaps", "doctor", "completions", "man"] {
        assert!(bench.files().contains(&format!("pointillist-{command}.1")), "{command}: {:?}", bench.files());
    }
    // Every option of every command stands in the one page.
    let page = String::from_utf8(page).unwrap();
    for word in
        ["POINTILLIST PLOT", "\\-\\-xscale", "\\-\\-write\\-spec", "POINTILLIST BENCH", "\\-\\-repeats", ".SS EXAMPLES"]
    {
        assert!(page.contains(word), "{word} in:\n{page}");
    }
    assert!(!page.contains("has it all"), "the page is what has it all");
    for name in bench.files() {
        let text = String::from_utf8(bench.read(&name)).unwrap();
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH \"EXIT STATUS\"", ".SH EXAMPLES"] {
            assert!(text.contains(section), "{section} in {name}");
        }
        let checked = Command::new("groff").args(["-man", "-ww", "-z", "-Tutf8"]).arg(bench.path(&name)).output();
        let Ok(checked) = checked else {
            eprintln!("left out: groff is not installed, {name} is not checked");
            continue;
        };
        let faults = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success() && faults.trim().is_empty(), "{name}: {faults}");
    }
    assert_eq!(bench.run(&["man", "--dir", "no/such"]).code, Some(4), "a folder that is not there");
}

#[test]
fn messages_of_completions_are_scripts() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = String::from_utf8(bench.run(&["completions", shell]).expect(0).stdout).unwrap();
        for word in ["reduce", "write-spec", "colormaps", "quiet"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
    let script = bench.run(&["completions", "bash"]).expect(0).stdout;
    bench.write("pointillist.bash", script);
    let checked = Command::new("bash").arg("-n").arg(bench.path("pointillist.bash")).output().unwrap();
    assert!(checked.status.success() && checked.stderr.is_empty(), "{}", String::from_utf8_lossy(&checked.stderr));
    // It completes what a person begins.
    let line = "source ./pointillist.bash; COMP_WORDS=(pointillist plot --xli); COMP_CWORD=2; \
                _pointillist pointillist --xli plot; echo \"${COMPREPLY[*]}\"";
    let output = Command::new("bash").args(["-c", line]).current_dir(bench.path("")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "--xlim", "{}", String::from_utf8_lossy(&output.stderr));
    for (option, begun, word) in
        [("--cmap", "virid", "viridis"), ("--norm", "eq", "eq-hist"), ("--format", "parq", "parquet")]
    {
        let line = format!(
            "source ./pointillist.bash; COMP_WORDS=(pointillist plot {option} {begun}); COMP_CWORD=3; \
             _pointillist pointillist {begun} {option}; echo \"${{COMPREPLY[*]}}\""
        );
        let output = Command::new("bash").args(["-c", &line]).current_dir(bench.path("")).output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(words.split_whitespace().any(|found| found == word), "{option} {begun}: {words}");
    }
    assert_eq!(bench.run(&["completions", "tcsh"]).code, Some(2), "not one of them");
}
