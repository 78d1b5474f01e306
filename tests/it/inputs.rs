//! What names stand for: patterns of files in natural order, arrays of archives, and the column of the inputs' names.

use crate::harness::array::Array;
use crate::harness::binary::{Bench, Run, repository_file};

const VIEW: [&str; 12] =
    ["-x", "x", "-y", "y", "-o", "out.png", "--progress", "never", "--backend", "cpu", "--report", "report.json"];

fn plot(bench: &Bench, inputs: &[&str], more: &[&str]) -> Run {
    let args: Vec<_> = ["plot"].iter().chain(inputs).chain(&VIEW).chain(more).copied().collect();
    bench.run(&args)
}

/// Eleven files of one, two, .. rows, in a folder.
fn parts() -> Bench {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.path("data/more")).unwrap();
    for part in 1..=11 {
        let rows: String = (0..part).map(|row| format!("{part},{row}\n")).collect();
        bench.write(&format!("data/part-{part}.csv"), format!("x,y\n{rows}"));
    }
    bench
}

#[test]
fn inputs_of_a_pattern_come_in_natural_order() {
    let bench = parts();
    let list: Vec<String> = (1..=11).map(|part| format!("data/part-{part}.csv")).collect();
    // Opaque points on one another: the order shows.
    let look = ["--color", "x", "--size", "90"];
    plot(&bench, &list.iter().map(String::as_str).collect::<Vec<_>>(), &look).expect(0);
    let expected = bench.picture("out.png");
    plot(&bench, &["data/part-*.csv"], &look).expect(0);
    assert_eq!(bench.picture("out.png").rgba, expected.rgba);
    assert_eq!(bench.json("report.json")["rows"]["total"], 66);
    plot(&bench, &["data/part-1*.csv", "data/**/part-[2-9].csv"], &look).expect(0);
    assert_ne!(bench.picture("out.png").rgba, expected.rgba, "another order is another picture");
    assert_eq!(bench.json("report.json")["rows"]["total"], 66);
    let inspected = bench.run(&["inspect", "data/*.csv"]).expect(0);
    let text = String::from_utf8(inspected.stdout).unwrap();
    assert!(text.contains("66 rows") && text.contains("(11 inputs)") && text.contains("_input"), "{text}");
}

#[test]
fn inputs_of_a_pattern_are_named_where_none_fits_and_never_overwritten() {
    let bench = parts();
    let missing = plot(&bench, &["data/part-*.cvs"], &[]).expect(1);
    assert!(missing.error_line().contains("no file matches"), "{}", missing.stderr);
    let listed = plot(&bench, &["dta/*.csv"], &[]).expect(1);
    assert!(listed.error_line().contains("did you mean data?"), "{}", listed.stderr);
    let folder = plot(&bench, &["data"], &[]).expect(1);
    assert!(folder.error_line().contains("FOLDER/*.parquet"), "{}", folder.stderr);
    let before = bench.read("data/part-3.csv");
    let args = ["plot", "data/*.csv", "-x", "x", "-y", "y", "-o", "data/part-3.csv", "--progress", "never"];
    let refused = bench.run(&args);
    assert_ne!(refused.code, Some(0), "an output is no input");
    refused.error_line();
    assert_eq!(bench.read("data/part-3.csv"), before);
}

#[test]
fn inputs_are_a_column_for_colours_and_reductions() {
    let bench = parts();
    let view = ["--xlim", "0,12", "--ylim", "-1,12", "--width", "300", "--height", "200"];
    let by = [&["--reduce", "by:_input", "--raster", "by.npz"][..], &view].concat();
    plot(&bench, &["data/*.csv"], &by).expect(0);
    let arrays = Array::read_all(&bench.read("by.npz"));
    let (counts, names) = (&arrays["by__input"], &arrays["by__input_names"].texts);
    assert_eq!(names.len(), 11);
    for (plane, name) in names.iter().enumerate() {
        let part: f64 = name.trim_start_matches("part-").trim_end_matches(".csv").parse().unwrap();
        assert_eq!(counts.plane(plane).iter().sum::<f64>(), part, "{name}");
    }
    plot(&bench, &["data/*.csv"], &[&["--color", "_input"][..], &view].concat()).expect(0);
    let by_file = bench.picture("out.png");
    // The same as a column of each file's own.
    let own: String =
        (1..=11).flat_map(|part| (0..part).map(move |row| format!("{part},{row},part-{part}.csv\n"))).collect();
    bench.write("own.csv", format!("x,y,_input\n{own}"));
    plot(&bench, &["own.csv"], &[&["--color", "_input"][..], &view].concat())
        .expect(0)
        .says("column 2 of the input itself");
    assert_eq!(bench.picture("out.png").rgba, by_file.rgba);
    // Limits to be found, one input a pipe that is kept for a second reading.
    let args = [&["plot", "data/part-1.csv", "-"][..], &VIEW, &["--color", "_input"]].concat();
    let piped = bench.pipe(&args, b"x,y\n5,6\n7,8\n", 3).expect(0);
    assert!(piped.stderr.contains("are kept"), "{}", piped.stderr);
    let piped = bench.picture("out.png");
    bench.write("own.csv", "x,y,kind\n1,0,part-1.csv\n5,6,-\n7,8,-\n");
    plot(&bench, &["own.csv"], &["--color", "kind"]).expect(0);
    assert_eq!(piped.rgba.len(), bench.picture("out.png").rgba.len());
    assert_eq!(bench.json("report.json")["rows"]["drawn"], 3);
    plot(&bench, &["data/part-2.csv"], &["-x", "_input"]).expect(2);
}

#[test]
fn inputs_of_one_file_name_are_told_apart_by_their_folders() {
    let bench = parts();
    bench.write("data/more/part-1.csv", "x,y\n3,4\n3,4\n");
    let more = ["--reduce", "by:_input", "--raster", "by.npz", "--xlim", "0,12", "--ylim", "-1,12"];
    plot(&bench, &["data/**/part-1.csv"], &more).expect(0);
    let names = Array::read_all(&bench.read("by.npz"))["by__input_names"].texts.clone();
    assert_eq!(names, ["data/part-1.csv", "more/part-1.csv"], "in the order of the names");
}

#[test]
fn inputs_with_a_colon_are_arrays_unless_there_is_such_a_file() {
    let bench = Bench::new();
    let archive = std::fs::read(repository_file("tests/data/arrays/mixed.npz")).unwrap();
    bench.write("mixed.npz", archive);
    let one = bench.run(&["inspect", "mixed.npz:table"]).expect(0);
    assert!(String::from_utf8(one.stdout).unwrap().contains("23 rows"));
    let all = bench.run(&["inspect", "mixed.npz"]).expect(1);
    assert!(all.error_line().contains("table (23, 3)"), "{}", all.stderr);
    bench.write("mixed.npz:table", "x,y\n1,2\n");
    let file = bench.run(&["inspect", "mixed.npz:table", "--format", "csv"]).expect(0);
    assert!(String::from_utf8(file.stdout).unwrap().contains("1 rows"));
}
