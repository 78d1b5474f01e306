//! INT, TERM and HUP, closed pipes, and what is left of a run that ends early: its ledger, and the picture of `--partial`.

use std::io::Write;
use std::process::{Child, ChildStdin, Stdio};
use std::time::{Duration, Instant};

use crate::harness::binary::{Bench, Run};

/// Ends within what a person waits.
const SOON: Duration = Duration::from_secs(2);

/// A program under way, with its standard input open.
struct Running {
    child: Child,
    stdin: ChildStdin,
}

impl Running {
    /// Starts it and gives it some rows; more may come.
    fn start(bench: &Bench, args: &[&str], rows: &str) -> Self {
        let mut command = bench.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(rows.as_bytes()).unwrap();
        // It opens, surveys and waits.
        std::thread::sleep(Duration::from_millis(500));
        Self { child, stdin }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success(), "{name}");
    }

    /// Waits until it has ended, which it does soon.
    fn end(self) -> Run {
        self.end_within(SOON)
    }

    /// The same of a run that first draws what it has.
    fn end_of_partial(self) -> Run {
        self.end_within(10 * SOON)
    }

    fn end_within(self, most: Duration) -> Run {
        let begun = Instant::now();
        let output = self.child.wait_with_output().unwrap();
        assert!(begun.elapsed() < most, "it took {:?}", begun.elapsed());
        drop(self.stdin);
        Run { code: output.status.code(), stdout: output.stdout, stderr: String::from_utf8(output.stderr).unwrap() }
    }
}

/// Three rows whose last line has not ended yet.
const ROWS: &str = "x,y\n0.2,0.2\n0.5,0.5\n0.7,0.7\n0.9,0.";

const GIVEN: [&str; 12] =
    ["plot", "-", "-x", "x", "-y", "y", "--xlim=0,1", "--ylim=0,1", "-o", "a.png", "--report", "a.json"];

fn given(more: &[&'static str]) -> Vec<&'static str> {
    [&GIVEN[..], more].concat()
}

#[test]
fn signals_end_a_run_that_waits_and_leave_nothing() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let bench = Bench::new();
        let run = Running::start(&bench, &GIVEN[..GIVEN.len() - 2], ROWS);
        run.signal(name);
        let run = run.end().expect(code);
        assert!(run.error_line().contains("interrupted: nothing was written"), "{}", run.stderr);
        assert!(bench.files().is_empty(), "{:?}", bench.files());
    }
}

#[test]
fn signals_during_the_survey_say_what_makes_it_needless() {
    let bench = Bench::new();
    let run = Running::start(&bench, &["plot", "-", "-x", "x", "-y", "y", "-o", "a.png"], ROWS);
    run.signal("INT");
    run.end().expect(130).says("interrupted");
    assert!(bench.files().is_empty(), "{:?}", bench.files());
    let file = ["plot", "synthetic:gaussians:100G", "-x", "x", "-y", "y", "-o", "a.png", "--partial"];
    let run = Running::start(&bench, &file, "");
    run.signal("TERM");
    run.end().expect(143).says("interrupted while looking for the limits").says("--xlim, --ylim");
    assert!(bench.files().is_empty(), "{:?}", bench.files());
}

#[test]
fn interrupted_runs_report_the_rows_they_had_read() {
    let bench = Bench::new();
    let args = [&["plot", "synthetic:gaussians:100G"], &GIVEN[2..]].concat();
    let run = Running::start(&bench, &args, "");
    run.signal("TERM");
    let run = run.end().expect(143);
    assert!(run.error_line().contains("interrupted: nothing was written (after "), "{}", run.stderr);
    assert_eq!(bench.files(), ["a.json"]);
    let report = bench.json("a.json");
    let rows = |name: &str| report["rows"][name].as_u64().unwrap();
    assert_eq!(report["ending"], "interrupted");
    assert!(rows("total") > 0 && rows("total") == rows("drawn") + rows("outside"), "{report}");
}

#[test]
fn partial_draws_the_rows_that_came_and_says_so_on_the_figure() {
    for (args, notes) in [
        (given(&["--partial", "--canvas", "a.canvas"]), 0),
        (vec!["plot", "-", "-x", "x", "-y", "y", "-o", "a.png", "--partial", "--report", "a.json"], 1),
    ] {
        let bench = Bench::new();
        let run = Running::start(&bench, &args, ROWS);
        run.signal("INT");
        let run = run.end_of_partial().expect(130).says("3 rows: 3 drawn");
        assert!(run.stderr.lines().count() > notes, "{}", run.stderr);
        let report = bench.json("a.json");
        assert_eq!((&report["ending"], &report["rows"]["drawn"]), (&"partial".into(), &3.into()));
        let png = bench.read("a.png");
        let is_marked = |png: &[u8]| png.windows(14).any(|bytes| bytes == b"\"partial\":true");
        assert!(is_marked(&png), "the file says so");
        if notes == 0 {
            bench.run(&["shade", "a.canvas", "-o", "c.png"]).expect(0);
            assert!(is_marked(&bench.read("c.png")), "the canvas keeps it");
        }
        // The whole of the same rows looks the same but for the line over the points.
        let whole = [&["plot", "b.csv"], &args[2..], &["-o", "b.png"]].concat();
        let whole: Vec<&str> = whole.into_iter().filter(|arg| *arg != "--partial").collect();
        bench.write("b.csv", "x,y\n0.2,0.2\n0.5,0.5\n0.7,0.7\n");
        let at = whole.iter().position(|arg| *arg == "a.png").unwrap();
        let whole: Vec<&str> =
            whole.iter().enumerate().filter(|(i, _)| *i != at && *i != at - 1).map(|(_, arg)| *arg).collect();
        bench.run(&whole).expect(0);
        let (partial, whole) = (bench.picture("a.png"), bench.picture("b.png"));
        let differing: Vec<(u32, u32)> = (0..768)
            .flat_map(|y| (0..1024).map(move |x| (x, y)))
            .filter(|(x, y)| partial.pixel(*x, *y) != whole.pixel(*x, *y))
            .collect();
        assert!(differing.len() > 500, "a line of text: {}", differing.len());
        assert!(differing.iter().all(|(x, y)| *x < 400 && *y < 60), "at the upper left of the plot");
    }
}

#[test]
fn partial_stops_a_file_where_it_is() {
    let bench = Bench::new();
    let args = [&["plot", "synthetic:gaussians:100G"], &GIVEN[2..], &["--partial", "--marker", "pixel"]].concat();
    let run = Running::start(&bench, &args, "");
    run.signal("TERM");
    run.end_of_partial().expect(143).says("a.png: ");
    assert_eq!(bench.json("a.json")["ending"], "partial");
    assert_eq!(bench.files(), ["a.json", "a.png"]);
}

#[test]
fn a_second_signal_ends_a_run_at_once() {
    let bench = Bench::new();
    assert!(std::process::Command::new("mkfifo").arg(bench.path("fifo")).status().unwrap().success());
    // Nobody reads the pipe that the picture goes to.
    let args: Vec<&str> =
        given(&["--partial"]).into_iter().map(|arg| if arg == "a.png" { "fifo" } else { arg }).collect();
    let mut run = Running::start(&bench, &args, ROWS);
    run.signal("INT");
    std::thread::sleep(Duration::from_millis(2500));
    assert!(run.child.try_wait().unwrap().is_none(), "it draws what came, and may take its time");
    run.signal("INT");
    run.end().expect(130);
}

#[test]
fn what_nohup_ignores_stays_ignored() {
    let bench = Bench::new();
    let program = env!("CARGO_BIN_EXE_pointillist");
    let script = format!("trap '' HUP; exec {program} {}", GIVEN.join(" "));
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).current_dir(bench.path(""));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"x,y\n0.2,0.2\n").unwrap();
    std::thread::sleep(Duration::from_millis(400));
    assert!(
        std::process::Command::new("kill").args(["-s", "HUP", &child.id().to_string()]).status().unwrap().success()
    );
    std::thread::sleep(Duration::from_millis(400));
    stdin.write_all(b"0.4,0.4\n").unwrap();
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(bench.json("a.json")["rows"]["drawn"], 2);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let bench = Bench::new();
    let args = ["plot", "synthetic:gaussians:1M", "-x", "x", "-y", "y", "-o", "-", "--width", "2000"];
    let mut child = bench.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(141), "128 + SIGPIPE");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn failed_runs_say_and_report_the_rows_they_had_read() {
    let bench = Bench::new();
    let mut text = String::from("x,y\n0.1,0.1\nnan,0.2\n7,0.3\n");
    text.push_str(&"9".repeat(2_100_000));
    bench.write("a.csv", &text);
    for chunk_rows in ["1", "2", "100"] {
        let args = [&["plot", "a.csv"], &GIVEN[2..], &["--chunk-rows", chunk_rows]].concat();
        let run = bench.run(&args).expect(1);
        let line = run.error_line();
        assert!(line.contains("line 5: the record at byte 26 is too long"), "{line}");
        assert!(line.ends_with("(after 3 rows: 1 drawn, 1 outside, 1 invalid)"), "{line}");
        let report = bench.json("a.json");
        assert_eq!(report["ending"], "failed");
        assert!(report["error"].as_str().unwrap().contains("too long"), "{report}");
        assert_eq!((&report["rows"]["total"], &report["rows"]["drawn"]), (&3.into(), &1.into()));
        assert_eq!(bench.files(), ["a.csv", "a.json"], "no picture");
    }
}

#[test]
fn a_file_that_grows_is_drawn_as_far_as_it_went_and_told() {
    let bench = Bench::new();
    let rows = "0.5,0.5\n".repeat(400_000);
    bench.write("log.csv", format!("x,y\n{rows}"));
    // The picture goes to a pipe that is opened only after the file has grown: before that the run cannot have ended.
    let args = ["plot", "log.csv", "-x", "x", "-y", "y", "-o", "-", "--report", "a.json", "--width", "3000"];
    let child = bench.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(60));
    let mut log = std::fs::File::options().append(true).open(bench.path("log.csv")).unwrap();
    log.write_all(b"9,9\n9,9\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let stderr = String::from_utf8(output.stderr).unwrap();
    let drawn = bench.json("a.json")["rows"]["drawn"].as_u64().unwrap();
    let has_grown_before = drawn == 400_002;
    assert!(has_grown_before || stderr.contains("log.csv grew while it was read"), "{drawn} rows: {stderr}");
    assert!(has_grown_before || drawn == 400_000, "{drawn} rows");
}

#[test]
fn a_file_that_is_written_over_during_the_run_is_an_error() {
    let bench = Bench::new();
    let rows = "0.5,0.5\n".repeat(2_000_000);
    bench.write("a.csv", format!("x,y\n{rows}"));
    let args = [&["plot", "a.csv"], &GIVEN[2..]].concat();
    let child = bench.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    bench.write("a.csv", "x,y\n0.1,0.1\n");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("a.csv: the file changed while it was being read"), "{stderr}");
    assert!(!bench.files().contains(&"a.png".to_owned()));
}

#[test]
fn runs_that_fail_before_they_draw_leave_no_report_of_another() {
    let bench = Bench::new();
    bench.write("good.csv", "x,y\n1,2\n3,4\n");
    let mut text = String::from("x,y\n0.1,0.1\n");
    text.push_str(&"9".repeat(2_100_000));
    bench.write("bad.csv", &text);
    let args = |file: &'static str| ["plot", file, "-x", "x", "-y", "y", "-o", "a.png", "--report", "a.json"];
    for (file, says) in [("bad.csv", "(after 1 row looked at for the limits)"), ("missing.csv", "no such file")] {
        bench.run(&args("good.csv")).expect(0);
        assert_eq!(bench.json("a.json")["ending"], "done");
        let run = bench.run(&args(file)).expect(1).says(says);
        run.error_line();
        let report = bench.json("a.json");
        assert_eq!((&report["ending"], &report["rows"]["total"]), (&"failed".into(), &0.into()), "{file}");
    }
    // What cannot be a request is none: the report may be anybody's.
    bench.run(&args("good.csv")).expect(0);
    bench.run(&["plot", "good.csv", "-x", "x", "-y", "y", "-o", "a.json", "--report", "a.json"]).expect(2);
    assert_eq!(bench.json("a.json")["ending"], "done");
}

#[test]
fn large_marks_do_not_keep_a_run_from_ending() {
    let bench = Bench::new();
    // A chunk of these is minutes of blending.
    let args =
        [&["plot", "synthetic:gaussians:100M"], &GIVEN[2..], &["--size", "200", "--alpha", "0.1", "--backend", "cpu"]];
    let run = Running::start(&bench, &args.concat(), "");
    std::thread::sleep(Duration::from_secs(1));
    run.signal("INT");
    let run = run.end().expect(130);
    assert!(run.error_line().contains("interrupted: nothing was written"), "{}", run.stderr);
    assert!(!bench.files().contains(&"a.png".to_owned()));
}
