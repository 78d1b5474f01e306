//! Which rows count: the first so many, every n-th; however the rows come, and whatever else is left out.

use pointillist::data::survey::Extent;
use pointillist::source::Keep;
use pointillist::source::dataset::{Choice, DataSet, Options};

use crate::harness::binary::{Bench, Run, repository_file};
use crate::harness::table::{chunks, table};

const VIEW: [&str; 10] = ["-x", "x", "-y", "y", "-o", "out.png", "--progress", "never", "--report", "report.json"];
const ROWS: usize = 100;

fn line(row: usize) -> String {
    match row {
        13 => "13,,a\n".to_owned(),
        33 => "bad,33,b\n".to_owned(),
        _ => format!("{row},{},{}\n", row * row, ["a", "b", "c"][row % 3]),
    }
}

fn csv(rows: impl Iterator<Item = usize>) -> String {
    format!("x,y,kind\n{}", rows.map(line).collect::<String>())
}

/// The same rows as objects, one a line.
fn json(rows: impl Iterator<Item = usize>) -> String {
    let object = |row: usize| {
        let line = line(row);
        let members = ["x", "y", "kind"].into_iter().zip(line.trim().split(','));
        let members = members.filter(|(_, value)| !value.is_empty()).map(|(name, value)| match value.parse::<f64>() {
            Ok(number) => format!("\"{name}\": {number}"),
            Err(_) => format!("\"{name}\": \"{value}\""),
        });
        format!("{{{}}}\n", members.collect::<Vec<_>>().join(", "))
    };
    rows.map(object).collect()
}

fn args<'a>(input: &'a [&'a str], more: &'a [&'a str]) -> Vec<&'a str> {
    [&["plot"], input, &VIEW, more].concat()
}

fn rows(bench: &Bench) -> [u64; 5] {
    let report = bench.json("report.json");
    ["total", "drawn", "outside", "invalid", "filtered"].map(|name| report["rows"][name].as_u64().unwrap())
}

fn plot(bench: &Bench, inputs: &[&str], more: &[&str]) -> Run {
    bench.run(&args(inputs, more))
}

#[test]
fn choice_draws_as_if_the_other_rows_were_not_there() {
    let bench = Bench::new();
    bench.write("all.csv", csv(0..ROWS));
    // The same rows as two files: counting goes on.
    bench.write("a.csv", csv(0..41));
    bench.write("b.csv", csv(41..ROWS));
    bench.write("all.jsonl", json(0..ROWS));
    let cases: [(&[&str], Vec<usize>, [u64; 5]); 5] = [
        (&["--head", "40"], (0..40).collect(), [40, 38, 0, 2, 0]),
        (&["--head", "60"], (0..60).collect(), [60, 58, 0, 2, 0]),
        (&["--every", "7"], (0..ROWS).step_by(7).collect(), [100, 15, 0, 0, 85]),
        (&["--every", "13", "--head", "90"], (0..90).step_by(13).collect(), [90, 6, 0, 1, 83]),
        (&["--every", "1000"], vec![0], [100, 1, 0, 0, 99]),
    ];
    for (choice, kept, expected) in cases {
        for look in [&["--color", "kind"][..], &["--color", "x", "--clim", "p10,p90"]] {
            bench.write("kept.csv", csv(kept.iter().copied()));
            plot(&bench, &["kept.csv"], look).expect(0);
            let wanted = bench.picture("out.png");
            for (inputs, chunk) in [
                (&["all.csv"][..], "1"),
                (&["all.csv"], "9"),
                (&["a.csv", "b.csv"], "all"),
                (&["a.csv", "b.csv"], "4"),
                (&["all.jsonl"], "5"),
            ] {
                let more = [choice, look, &["--chunk-rows", chunk]].concat();
                let run = plot(&bench, inputs, &more).expect(0);
                assert_eq!(bench.picture("out.png").rgba, wanted.rgba, "{choice:?} {inputs:?} {chunk}");
                assert_eq!(rows(&bench), expected, "{choice:?} {inputs:?}");
                assert_eq!(run.stderr.contains("the data set ends"), choice.contains(&"--head"), "{}", run.stderr);
            }
            let more = [choice, look].concat();
            bench.pipe(&args(&["-"], &more), csv(0..ROWS).as_bytes(), 11).expect(0).says("are kept");
            assert_eq!(bench.picture("out.png").rgba, wanted.rgba, "{choice:?}, a pipe that is read twice");
            assert_eq!(rows(&bench), expected, "{choice:?}, a pipe that is read twice");
        }
    }
}

#[test]
fn choice_leaves_out_what_is_wrong_with_other_rows() {
    let bench = Bench::new();
    bench.write("all.csv", csv(0..ROWS));
    plot(&bench, &["all.csv"], &["--strict"]).expect(1);
    plot(&bench, &["all.csv"], &["--strict", "--every", "7"]).expect(0);
    plot(&bench, &["all.csv"], &["--strict", "--head", "33"]).expect(0);
    plot(&bench, &["all.csv"], &["--every", "13"]).expect(0).says("row 13 (from 0), column 'y'");
    let run = plot(&bench, &["all.csv"], &["--every", "11", "--chunk-rows", "2"]).expect(0);
    let run = run.says("cannot be read in 1 rows, first in all.csv, line 35: 'bad'");
    assert!(run.stderr.contains("row 33 (from 0)"), "{}", run.stderr);
    bench.write("all.jsonl", json(0..ROWS));
    plot(&bench, &["all.jsonl"], &["--strict", "--every", "7"]).expect(0);
    let run = plot(&bench, &["all.jsonl"], &["--every", "11"]).expect(0);
    run.says("cannot be read in 1 rows, first in all.jsonl, line 34: 'bad'").says("row 33 (from 0)");
    plot(&bench, &["all.csv"], &["--every", "0"]).expect(2);
    plot(&bench, &["all.csv"], &["--head", "0"]).expect(0).says("the axes are empty");
    plot(&bench, &["all.csv"], &["--head", "all"]).expect(2);
    let more = plot(&bench, &["all.csv"], &["--head", "1000"]).expect(0);
    assert!(!more.stderr.contains("the data set ends"), "{}", more.stderr);
}

#[test]
fn choice_does_not_wait_for_rows_that_are_not_wanted() {
    use std::io::Write;
    let bench = Bench::new();
    let limits = ["--head", "5", "--xlim", "0,10", "--ylim", "0,30"];
    let mut command = bench.command(&args(&["-"], &limits));
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than is read at a time, and open ever after.
    let writing = std::thread::spawn(move || {
        stdin.write_all(csv((0..13).cycle().take(100_000)).as_bytes()).ok();
        stdin
    });
    let start = std::time::Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(start.elapsed().as_secs() < 60, "still waiting for rows");
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert!(status.success());
    assert_eq!(rows(&bench)[0], 5);
    drop(writing.join().unwrap());
}

#[test]
fn choice_counts_rows_of_skipped_groups() {
    let parquet = repository_file("tests/data/density/random.parquet");
    let all = DataSet::open(&[&parquet, &parquet], &Options::default()).unwrap();
    let (x, rows) = (all.column("x").unwrap(), all.rows().unwrap());
    let values = table(&all, &[x], 1000).unwrap().remove(0);
    // Nothing lies there: every group is skipped, and counted.
    let keep = [Keep { column: x, extent: Extent::F64 { lo: 1e9, hi: 2e9 }, is_positive: false }];
    for (head, every) in [(Some(450), None), (Some(rows / 2 + 301), Some(7)), (None, Some(7)), (Some(2 * rows), None)] {
        let choice = Choice::new(head, every).unwrap();
        let chosen = DataSet::open(&[&parquet, &parquet], &Options { choice, ..Options::default() }).unwrap();
        let end = head.unwrap_or(rows).min(rows);
        assert_eq!(chosen.rows(), Some(end));
        assert_eq!(chosen.extent(x, false), None, "statistics speak of other rows too");
        for chunk_rows in [1, 7, 1000] {
            let expected: Vec<_> = values.iter().take(end as usize).step_by(choice.every() as usize).cloned().collect();
            assert_eq!(table(&chosen, &[x], chunk_rows).unwrap()[0], expected, "{choice:?}");
            let mut reader = chosen.read(&chosen.whole(), &[x], chunk_rows, &[]).unwrap();
            let mut kept = 0;
            while let Some(chunk) = reader.next().unwrap() {
                kept += chunk.len() as u64;
            }
            assert_eq!(kept + reader.filtered_rows() + reader.skipped_rows(), end, "{choice:?}");
            let mut reader = chosen.read(&chosen.whole(), &[x], chunk_rows, &keep).unwrap();
            let mut left = 0;
            while let Some(chunk) = reader.next().unwrap() {
                left += chunk.len() as u64;
            }
            assert!(reader.skipped_rows() >= end.saturating_sub(600), "{choice:?}: {}", reader.skipped_rows());
            assert_eq!(left + reader.filtered_rows() + reader.skipped_rows(), end, "{choice:?}");
        }
        let share = pointillist::source::Share { inputs: vec![(1, pointillist::source::Span::All)] };
        assert!(chosen.read(&share, &[x], 10, &[]).is_err(), "a part has no first row of its own");
    }
    // A row is where it was.
    let choice = Choice::new(None, Some(7)).unwrap();
    let chosen = DataSet::open(&[&parquet, &parquet], &Options { choice, ..Options::default() }).unwrap();
    for chunk in chunks(&chosen, &[x], 100).unwrap() {
        let before = chunk.origin().input as u64 * rows / 2;
        for row in 0..chunk.len() as u64 {
            let row = before + chunk.origin().first_row + row * chunk.step();
            assert!(row.is_multiple_of(7), "{row}");
        }
    }
}
