//! One panel for each value of a column: against the plot of the rows of that value alone, and every row counted once.

use pointillist::source::dataset::{DataSet, Options};
use serde_json::{Value, json};

use crate::harness::binary::{Bench, Run, repository_file};
use crate::harness::faults::layer;
use crate::harness::gpu::{INSTALL, is_required};
use crate::harness::table::table;
use crate::harness::{EXACT, Picture, assert_same};
use crate::scenes::cloud;

const ROWS: usize = 3000;
const SMALL: [&str; 4] = ["--width", "420", "--height", "300"];
const LIMITS: [&str; 2] = ["--xlim=0,10", "--ylim=0,5"];

/// The value of column `k` of a row: 10 before 9 in the data, and some rows have none.
fn value(row: usize) -> Option<i64> {
    [Some(10), Some(9), Some(-2), None, Some(9), Some(10), Some(10)][row % 7]
}

fn name(row: usize) -> &'static str {
    ["north", "south", "south", "north", "a place"][row % 5]
}

/// The rows as CSV, those that `keep` wants.
fn csv(keep: impl Fn(usize) -> bool) -> String {
    let mut text = "x,y,k,name,v\n".to_owned();
    for (row, (x, y)) in cloud(ROWS, 5).into_iter().enumerate().filter(|(row, _)| keep(*row)) {
        let k = value(row).map_or(String::new(), |value| value.to_string());
        text += &format!("{x:?},{y:?},{k},{},{:?}\n", name(row), (x * 3.0).sin());
    }
    text
}

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("all.csv", csv(|_| true));
    bench
}

fn plot(bench: &Bench, args: &[&str], out: &str) -> Run {
    let rest = ["--progress", "never", "--report", "report.json", "-o", out];
    bench.run(&[&["plot"], args, &LIMITS, &rest].concat())
}

/// The plot area of a panel, cut out.
fn cut(picture: &Picture, area: &Value, name: &str) -> Picture {
    let [x, y, width, height] = [0, 1, 2, 3].map(|at| area[at].as_u64().unwrap() as u32);
    let pixels = (y..y + height).flat_map(|y| (x..x + width).map(move |x| (x, y)));
    Picture::new(name, width, height, pixels.flat_map(|(x, y)| picture.pixel(x, y)).collect())
}

/// Draws facets, and asserts that each panel is the plot of its rows alone.
fn assert_panels(bench: &Bench, look: &[&str], facet: &str, panels: &[(Value, &dyn Fn(usize) -> bool)]) -> Value {
    assert_panels_of(bench, look, (facet, &[]), panels)
}

/// The same with more options of facets.
fn assert_panels_of(
    bench: &Bench,
    look: &[&str],
    (facet, more): (&str, &[&str]),
    panels: &[(Value, &dyn Fn(usize) -> bool)],
) -> Value {
    let args = [&["all.csv", "-x", "x", "-y", "y", "--facet", facet], look, more, &SMALL].concat();
    plot(bench, &args, "facets.png").expect(0);
    let (picture, report) = (bench.picture("facets.png"), bench.json("report.json"));
    let told = report["panels"].as_array().unwrap();
    let values: Vec<_> = told.iter().map(|panel| &panel["value"]).collect();
    assert_eq!(values, panels.iter().map(|(value, _)| value).collect::<Vec<_>>());
    let mut sum = 0;
    for (panel, (value, keep)) in told.iter().zip(panels) {
        let area = &panel["plot"];
        bench.write("alone.csv", csv(keep));
        let [width, height] = [2, 3].map(|at| area[at].to_string());
        let size = ["--width", &width, "--height", &height, "--frame", "none"];
        let alone = [&["alone.csv", "-x", "x", "-y", "y"], look, &size].concat();
        plot(bench, &alone, "alone.png").expect(0);
        let alone = Picture { source: "alone".into(), ..bench.picture("alone.png") };
        assert_same(&format!("facets {look:?} {value}"), &alone, &cut(&picture, area, "panel"), EXACT);
        assert_eq!(panel["rows"], bench.json("report.json")["rows"], "{value}");
        sum += panel["rows"]["read"].as_u64().unwrap();
    }
    let rows = &report["rows"];
    let lost = (0..ROWS).filter(|row| panels.iter().all(|(_, keep)| !keep(*row))).count() as u64;
    assert_eq!(sum + lost, rows["total"].as_u64().unwrap(), "no row is lost, and none is counted twice");
    report
}

fn numbers() -> Vec<(Value, &'static dyn Fn(usize) -> bool)> {
    vec![
        (json!(-2), &|row| value(row) == Some(-2)),
        (json!(9), &|row| value(row) == Some(9)),
        (json!(10), &|row| value(row) == Some(10)),
    ]
}

#[test]
fn facets_are_the_plots_of_their_rows_alone() {
    let bench = bench();
    for look in [
        &["--marker", "pixel"][..],
        &["--size", "7", "--alpha", "0.3"],
        &["--color", "v", "--clim=-1,1", "--alpha", "0.5", "--size", "9"],
        &["--size-by", "v", "--size-limits=-1,1", "--color", "red"],
        &["--reduce", "count", "--clim", "1,4"],
        &["--reduce", "mean:v", "--value-range=-1,1", "--clim=-1,1"],
        &["--reduce", "first:v", "--clim=-1,1"],
        &["--reduce", "by:name", "--categories", "north,south,a place", "--clim", "1,4", "--spread", "2"],
    ] {
        let report = assert_panels(&bench, look, "k", &numbers());
        let null = (0..ROWS).filter(|row| value(*row).is_none()).count() as u64;
        assert_eq!((report["rows"]["invalid"].as_u64(), report["rows"]["filtered"].as_u64()), (Some(null), Some(0)));
        assert_eq!(report["invalid"][0]["reason"], "null");
        assert_eq!(
            (&report["invalid"][0]["first"]["row"], &report["invalid"][0]["first"]["column"]),
            (&json!(3), &json!("k"))
        );
    }
    let names: [(Value, &dyn Fn(usize) -> bool); 3] = [
        (json!("a place"), &|row| name(row) == "a place"),
        (json!("north"), &|row| name(row) == "north"),
        (json!("south"), &|row| name(row) == "south"),
    ];
    assert_panels(&bench, &["--color", "steelblue"], "name", &names);
}

#[test]
fn facets_do_not_depend_on_chunks_threads_or_the_way_of_reading() {
    let bench = bench();
    let draw = |more: &[&str], out: &str| {
        let look = ["all.csv", "-x", "x", "-y", "y", "--facet", "k", "--color", "v", "--alpha", "0.4", "--size", "8"];
        let look = [&look[..], &SMALL].concat();
        plot(&bench, &[&look[..], more].concat(), out).expect(0);
        let report = bench.json("report.json");
        (bench.read(out), report["rows"].clone(), report["panels"].clone(), report["invalid"].clone())
    };
    let first = draw(&["--threads", "1", "--chunk-rows", "all"], "a.png");
    for (rows, threads) in [("7", "3"), ("1000", "1"), ("2048", "2")] {
        let other = draw(&["--threads", threads, "--chunk-rows", rows], "b.png");
        assert!(first == other, "{rows} rows, {threads} threads");
    }
    let look = ["plot", "-", "-x", "x", "-y", "y", "--facet", "k", "--color", "v", "--alpha", "0.4", "--size", "8"];
    let piped = [&look[..], &SMALL, &LIMITS, &["--progress", "never", "-o", "pipe.png"]].concat();
    bench.pipe(&piped, &bench.read("all.csv"), 1000).expect(0);
    assert!(first.0 == bench.read("pipe.png"), "a pipe");
}

#[test]
fn facets_of_parquet_are_those_of_the_same_table_as_text() {
    let bench = Bench::new();
    let parquet = repository_file("assets/earthquakes.parquet");
    let data = DataSet::open(std::slice::from_ref(&parquet), &Options::default()).unwrap();
    let columns = table(&data, &[1, 2, 6], 1000).unwrap();
    let row = |row: usize| columns.iter().map(|column| column[row].clone().unwrap_or_default()).collect::<Vec<_>>();
    let rows = (0..columns[0].len()).map(|at| row(at).join(",") + "\n").collect::<String>();
    bench.write("text.csv", format!("longitude,latitude,type\n{rows}"));
    let draw = |input: &str, out: &str| {
        let args = ["plot", input, "-x", "longitude", "-y", "latitude", "--facet", "type", "--progress", "never"];
        bench.run(&[&args[..], &["--report", "report.json", "-o", out]].concat()).expect(0);
        bench.json("report.json")["panels"].clone()
    };
    let (from_parquet, from_text) = (draw(&parquet, "parquet.png"), draw("text.csv", "text.png"));
    assert_eq!(from_parquet, from_text);
    assert_eq!(from_parquet.as_array().unwrap().len(), 3);
    assert!(bench.read("parquet.png") == bench.read("text.png"), "the same bytes");
}

#[test]
fn facets_given_by_name_keep_their_order_and_filter_the_others() {
    let bench = bench();
    let panels: [(Value, &dyn Fn(usize) -> bool); 3] = [
        (json!(10), &|row| value(row) == Some(10)),
        (json!(77), &|_| false),
        (json!(-2), &|row| value(row) == Some(-2)),
    ];
    let report = assert_panels_of(&bench, &["--marker", "pixel"], ("k", &["--facet-values=10,77,-2"]), &panels);
    let others = (0..ROWS).filter(|row| value(*row) == Some(9)).count() as u64;
    assert_eq!(report["rows"]["filtered"].as_u64(), Some(others));
}

#[test]
fn facets_given_by_name_have_the_limits_of_their_rows() {
    let bench = bench();
    bench.write("far.csv", "x,y,k,v\n0,0,1,5\n10,10,2,6\n-500,900,3,700\n5,5,1,7\n,,3,\n1,1,,9000\n");
    bench.write("near.csv", "x,y,k,v\n0,0,1,5\n10,10,2,6\n5,5,1,7\n");
    let draw = |input: &str| {
        let args = ["plot", input, "-x", "x", "-y", "y", "--facet", "k", "--facet-values=1,2", "--color", "v"];
        bench.run(&[&args[..], &["--progress", "never", "--report", "report.json", "-o", "a.png"]].concat()).expect(0);
        (bench.json("report.json"), bench.picture("a.png").rgba)
    };
    let (far, near) = (draw("far.csv"), draw("near.csv"));
    assert_eq!(far.0["view"], near.0["view"]);
    assert!(far.1 == near.1, "the same pixels: what is not wanted decides no limit");
    let args = ["-", "-x", "x", "-y", "y", "--facet", "k", "--facet-values=1,2", "--color", "v", "-o", "b.png"];
    let piped = [&["plot"], &args[..], &["--progress", "never"]].concat();
    bench.pipe(&piped, &bench.read("far.csv"), 10).expect(0);
    assert!(bench.picture("b.png").rgba == near.1, "a pipe too");
}

#[test]
fn facets_share_the_colours_of_all_panels() {
    let bench = bench();
    let look = ["all.csv", "-x", "x", "-y", "y", "--reduce", "count", "--facet", "k", "--colorbar", "off"];
    let look = [&look[..], &["--width", "500", "--height", "300"]].concat();
    plot(&bench, &look, "found.png").expect(0);
    let areas: Vec<Value> =
        bench.json("report.json")["panels"].as_array().unwrap().iter().map(|panel| panel["plot"].clone()).collect();
    // The most in one pixel of any panel, by the plots of each alone.
    let mut most = 0;
    for ((_, keep), area) in numbers().iter().zip(&areas) {
        bench.write("alone.csv", csv(keep));
        let [width, height] = [2, 3].map(|at| area[at].to_string());
        let alone = ["alone.csv", "-x", "x", "-y", "y", "--reduce", "count", "--frame", "none", "--raster", "a.npy"];
        plot(&bench, &[&alone[..], &["--width", &width, "--height", &height]].concat(), "alone.png").expect(0);
        let bytes = bench.read("a.npy");
        let header = 10 + u16::from_le_bytes([bytes[8], bytes[9]]) as usize;
        let counts = bytes[header..].chunks_exact(8).map(|count| u64::from_le_bytes(count.try_into().unwrap()));
        most = most.max(counts.max().unwrap());
    }
    let given = format!("--clim=1,{most}");
    plot(&bench, &[&look[..], &[&given]].concat(), "given.png").expect(0);
    let named = |name: &str| Picture { source: name.into(), ..bench.picture(name) };
    assert_same("facets shared limits", &named("given.png"), &named("found.png"), EXACT);
    // An equalised norm too: where a count is the same, so is its colour.
    plot(&bench, &[&look[..], &["--norm", "eq-hist"]].concat(), "equalised.png").expect(0);
    let (linear, equalised) = (bench.picture("found.png"), bench.picture("equalised.png"));
    let mut seen = std::collections::BTreeMap::new();
    for area in &areas {
        let (linear, equalised) = (cut(&linear, area, "a"), cut(&equalised, area, "b"));
        for (count, color) in linear.rgba.chunks_exact(4).zip(equalised.rgba.chunks_exact(4)) {
            assert_eq!(seen.entry(count.to_vec()).or_insert(color.to_vec()), color);
        }
    }
    assert!(seen.len() > 2, "several counts were seen");
}

#[test]
fn needs_gpu_facets_are_the_same_on_a_gpu() {
    if !is_required("needs_gpu_facets_are_the_same_on_a_gpu") {
        return;
    }
    let bench = bench();
    for look in [&["--marker", "pixel"][..], &["--reduce", "count"], &["--color", "v", "--aa", "off", "--size", "5"]] {
        let args = [&["all.csv", "-x", "x", "-y", "y", "--facet", "k"], look].concat();
        plot(&bench, &[&args[..], &["--backend", "cpu"]].concat(), "cpu.png").expect(0);
        let run = plot(&bench, &[&args[..], &["--backend", "gpu", "--chunk-rows", "500"]].concat(), "gpu.png");
        assert_eq!(run.code, Some(0), "{}\n{INSTALL}", run.stderr);
        assert!(bench.read("cpu.png") == bench.read("gpu.png"), "{look:?}");
    }
}

#[test]
fn needs_gpu_facets_and_insets_begin_again_when_a_gpu_fails() {
    if !is_required("needs_gpu_facets_and_insets_begin_again_when_a_gpu_fails") {
        return;
    }
    for panels in [&["--facet", "k"][..], &["--inset=2,4,1,2"]] {
        let own = [&["all.csv", "-x", "x", "-y", "y", "--marker", "pixel"], panels, &SMALL].concat();
        let draw = |bench: &Bench, more: &[&str]| {
            let run = plot(bench, &[&own[..], more].concat(), "a.png");
            assert_eq!(run.code, Some(0), "{}\n{INSTALL}", run.stderr);
            let report = bench.json("report.json");
            (bench.read("a.png"), report["panels"].clone(), report["inset"].clone(), report["restarts"].clone())
        };
        let truth = draw(&bench(), &["--backend", "cpu"]);
        for n in ["1", "3"] {
            let failing = Bench::new()
                .variable("VK_LAYER_PATH", layer().to_str().unwrap())
                .variable("VK_INSTANCE_LAYERS", "VK_LAYER_POINTILLIST_fault")
                .variable("POINTILLIST_SOFTWARE_GPU", "1")
                .variable("FAULT_LOSE_AT", n);
            failing.write("all.csv", csv(|_| true));
            let found = draw(&failing, &["--chunk-rows", "700"]);
            assert_ne!(found.3, json!([]), "the device was lost");
            assert!(found.0 == truth.0 && found.1 == truth.1 && found.2 == truth.2, "{panels:?}, lost at {n}");
        }
    }
}

#[test]
fn facets_that_cannot_be_are_refused_in_one_line() {
    let bench = bench();
    bench.write("other.csv", "x,y\n1,2\n");
    for (args, expected) in [
        (&["--facet", "v"][..], "holds fractions"),
        (&["--facet", "nothing"], "nothing"),
        (&["--facet", "k", "--facet-values", "a"], "a whole number"),
        (&["--facet", "k", "--facet-values", "9,9"], "named twice"),
        (&["--facet", "k", "--raster", "a.npy", "--reduce", "count"], "--raster keeps one panel"),
        (&["--facet", "k", "--canvas", "a.canvas"], "--canvas keeps one panel"),
        (&["--facet", "k", "--inset", "1,2,1,2"], "give one of the two"),
        (&["--facet", "k", "--width", "120", "--height", "90"], "3 values"),
        (&["--facet", "k", "--series", "other.csv -x x -y y"], "series 2"),
    ] {
        let run = plot(&bench, &[&["all.csv", "-x", "x", "-y", "y"], args].concat(), "no.png").expect(2);
        assert!(run.error_line().contains(expected), "{}", run.error_line());
    }
    let many: String = (0..150).map(|i| format!("1,2,n{i}\n")).collect();
    bench.write("many.csv", format!("x,y,n\n{many}"));
    let run = plot(&bench, &["many.csv", "-x", "x", "-y", "y", "--facet", "n"], "no.png").expect(2);
    let line = run.error_line();
    assert!(line.contains("'n'") && line.contains("150 values") && line.contains("--facet-values"), "{line}");
    assert!(!bench.files().contains(&"no.png".to_owned()));
}

#[test]
fn facets_come_from_a_plot_file_as_they_are_typed() {
    let bench = bench();
    let look = ["all.csv", "-x", "x", "-y", "y", "--facet", "k", "--facet-values=9,-2", "--facet-columns", "1"];
    plot(&bench, &[&look[..], &["--write-spec", "plot.toml"]].concat(), "typed.png").expect(0);
    bench.run(&["plot", "--spec", "plot.toml", "--progress", "never", "-o", "file.png"]).expect(0);
    assert!(bench.read("typed.png") == bench.read("file.png"));
}

#[test]
fn facets_without_rows_or_values_are_empty_axes() {
    let bench = bench();
    bench.write("none.csv", "x,y,k\n");
    bench.write("null.csv", "x,y,k,n\n1,2,,1\n3,4,,1\n");
    plot(&bench, &["none.csv", "-x", "x", "-y", "y", "--facet", "k"], "none.png").expect(0);
    plot(&bench, &["null.csv", "-x", "x", "-y", "y", "--facet", "k"], "null.png").expect(0);
    let report = bench.json("report.json");
    assert_eq!((&report["rows"]["invalid"], &report["panels"][0]["value"]), (&json!(2), &Value::Null));
}

#[test]
fn a_value_that_no_row_has_is_told() {
    let bench = Bench::new();
    bench.write("a.csv", "x,y,k\n0,0,one\n1,1,two\n");
    let args = ["plot", "a.csv", "-x", "x", "-y", "y", "--facet", "k", "--facet-values", "one,tow", "-o", "a.png"];
    bench.run(&args).expect(0).says("no row has a panel of \"tow\"");
    let known = bench.run(&[&args[..8], &["-o", "a.png"]].concat()).expect(0);
    assert!(!known.stderr.contains("no row"), "{}", known.stderr);
}

#[test]
fn times_of_facets_are_those_of_the_clock_that_is_asked_for() {
    let bench = Bench::new();
    bench.write("a.csv", "x,y,t\n0,0,2024-07-01T22:30:00Z\n1,1,2024-07-02T22:30:00Z\n");
    let args = ["plot", "a.csv", "-x", "x", "-y", "y", "--facet", "t", "--tz", "Europe/Berlin"];
    let draw =
        |more: &[&str], out: &str| bench.run(&[&args[..], more, &["--report", "r.json", "-o", out]].concat()).expect(0);
    draw(&[], "a.svg");
    let svg = String::from_utf8(bench.read("a.svg")).unwrap();
    assert!(svg.contains("aria-label=\"2024-07-02T00:30:00\"") && svg.contains("aria-label=\"2024-07-03T00:30:00\""));
    draw(&["--facet-values", "2024-07-02T00:30"], "b.png");
    assert_eq!(bench.json("r.json")["panels"][0]["rows"]["drawn"], 1);
}
