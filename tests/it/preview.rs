//! `--show` as a person over ssh has it: what arrives on standard output, what is left behind, and when it is refused.

use std::io::Read;
use std::process::Stdio;

use base64::Engine as _;

use crate::harness::binary::{Bench, Run, repository_file};

/// A terminal of known size and colours, whatever the tests run in.
fn bench() -> Bench {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("temporary")).unwrap();
    let temporary = bench.path("temporary").to_str().unwrap().to_owned();
    bench
        .variable("TERM", "xterm-256color")
        .variable("COLORTERM", "truecolor")
        .variable("NO_COLOR", "")
        .variable("TMUX", "")
        .variable("STY", "")
        .variable("COLUMNS", "40")
        .variable("LINES", "12")
        .variable("TMPDIR", &temporary)
}

fn quakes(bench: &Bench, more: &[&str]) -> Run {
    let input = repository_file("assets/earthquakes.parquet");
    bench.run(&[&["plot", &input, "-x", "longitude", "-y", "latitude", "--color", "magnitude"], more].concat())
}

/// The characters of a line without its colours.
fn characters(line: &str) -> String {
    let mut parts = line.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.map(|part| part.split_once('m').expect("an SGR sequence").1).collect::<String>()
}

fn temporary_files(bench: &Bench) -> usize {
    std::fs::read_dir(bench.path("temporary")).unwrap().count()
}

#[test]
fn preview_in_blocks_fits_the_terminal_and_leaves_nothing() {
    let bench = bench();
    let run = quakes(&bench, &["--show=blocks"]).expect(0).says("shown: ");
    let text = String::from_utf8(run.stdout).unwrap();
    let lines: Vec<_> = text.lines().map(characters).collect();
    // 40 x 12 less two lines is 40 x 20 pixels; 1024 x 768 is 27 x 20 of them.
    assert_eq!(lines.len(), 10, "{text}");
    for line in &lines {
        assert_eq!(line.chars().count(), 27, "{line}");
        assert!(line.chars().all(|character| " ▀▄".contains(character)), "{line}");
    }
    assert!(text.lines().all(|line| line.ends_with("\x1b[0m")), "colours end with the line");
    assert!(lines.iter().any(|line| line.contains('▀')), "{text}");
    assert_eq!(temporary_files(&bench), 0, "the temporary picture is gone");
    assert_eq!(bench.files(), ["temporary"]);
}

#[test]
fn preview_changes_nothing_of_the_picture_that_is_kept() {
    let bench = bench();
    quakes(&bench, &["-o", "plain.png"]).expect(0);
    let run = quakes(&bench, &["-o", "kept.png", "--show=kitty"]).expect(0).says("kept.png: ");
    assert!(bench.read("plain.png") == bench.read("kept.png"), "the same bytes");
    let text = String::from_utf8(run.stdout).unwrap();
    let payload: String =
        text.trim_end().split("\x1b\\").filter_map(|part| part.split_once(';')).map(|(_, payload)| payload).collect();
    let sent = base64::engine::general_purpose::STANDARD.decode(payload).unwrap();
    assert!(sent == bench.read("kept.png"), "the file itself is sent");
    let run = quakes(&bench, &["-o", "kept.png", "--show=iterm"]).expect(0);
    let size = format!("size={};", bench.read("kept.png").len());
    assert!(String::from_utf8(run.stdout).unwrap().contains(&size), "{size}");
    let run = quakes(&bench, &["--show=sixel"]).expect(0);
    assert!(run.stdout.starts_with(b"\x1bP0;1;0q\"1;1;213;160"), "40 x 10 cells of 8 x 16 px, 4:3");
    assert_eq!(temporary_files(&bench), 0);
}

#[test]
fn preview_without_colours_is_plain_text() {
    let run = quakes(&bench().variable("NO_COLOR", "1"), &["--show=blocks"]).expect(0);
    let shades = String::from_utf8(run.stdout).unwrap();
    assert!(!shades.contains('\x1b') && shades.contains('░'), "{shades}");
    let run = quakes(&bench().variable("TERM", "dumb"), &["--show=blocks"]).expect(0);
    assert!(run.stdout.is_ascii() && !run.stdout.contains(&0x1b));
}

#[test]
fn preview_of_a_canvas_is_shown_too() {
    let bench = bench();
    quakes(&bench, &["-o", "a.png", "--canvas", "a.canvas"]).expect(0);
    let run = bench.run(&["shade", "a.canvas", "--title", "Again", "--show=blocks"]).expect(0).says("shown: ");
    assert_eq!(String::from_utf8(run.stdout).unwrap().lines().count(), 10);
    assert_eq!(bench.files(), ["a.canvas", "a.png", "temporary"]);
}

#[test]
fn preview_is_refused_with_a_way_out() {
    let bench = bench();
    for (options, told) in [
        // Standard output is a pipe here.
        (&["--show"][..], "--show=blocks"),
        (&["--show=auto", "-o", "a.png"], "--show=blocks"),
        (&["--show=blocks", "-o", "-"], "standard output"),
        (&["--show=blocks", "--report", "-"], "standard output"),
        (&["--show=blocks", "-o", "/dev/null"], "no file"),
        (&["--show=pictures"], "kitty"),
        (&[], "--output"),
    ] {
        let run = quakes(&bench, options).expect(2).says(told);
        assert!(run.stdout.is_empty(), "{options:?}");
        assert_eq!((bench.files(), temporary_files(&bench)), (vec!["temporary".to_owned()], 0), "{options:?}");
    }
    let screen = self::bench().variable("STY", "1.pts");
    quakes(&screen, &["--show=kitty"]).expect(2).says("--show=blocks");
    quakes(&screen, &["--show=blocks"]).expect(0);
    // What fails leaves nothing either.
    quakes(&bench, &["--show=blocks", "--cmap", "no-such-map"]).expect(2);
    assert_eq!(temporary_files(&bench), 0);
}

#[test]
fn preview_whose_reader_went_away_is_no_failure() {
    let bench = bench();
    let input = repository_file("assets/earthquakes.parquet");
    let args = ["plot", &input, "-x", "longitude", "-y", "latitude", "--show=kitty", "-o", "a.png"];
    let mut child = bench.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(child.wait().unwrap().success(), "{told}");
    assert!(told.starts_with("a.png: "), "{told}");
}
