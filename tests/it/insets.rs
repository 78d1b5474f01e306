//! An enlarged part of a plot: against the plot of that part alone, and what the picture around it keeps.

use serde_json::{Value, json};

use crate::harness::binary::{Bench, Run, repository_file};
use crate::harness::gpu::{INSTALL, is_required};
use crate::harness::{EXACT, Picture, assert_same};
use crate::scenes::cloud;

const LIMITS: [&str; 2] = ["--xlim=0,10", "--ylim=0,5"];

fn bench() -> Bench {
    let bench = Bench::new();
    let rows = cloud(4000, 8).into_iter().map(|(x, y)| format!("{x:?},{y:?},{:?}\n", (x * 3.0).sin()));
    bench.write("a.csv", format!("x,y,v\n{}", rows.collect::<String>()));
    bench
}

fn plot(bench: &Bench, args: &[&str], out: &str) -> Run {
    let rest = ["--progress", "never", "--report", "report.json", "-o", out];
    bench.run(&[&["plot"], args, &rest].concat())
}

/// The plot area of a picture, cut out.
fn cut(picture: &Picture, area: &Value, name: &str) -> Picture {
    let [x, y, width, height] = [0, 1, 2, 3].map(|at| area[at].as_u64().unwrap() as u32);
    let pixels = (y..y + height).flat_map(|y| (x..x + width).map(move |x| (x, y)));
    Picture::new(name, width, height, pixels.flat_map(|(x, y)| picture.pixel(x, y)).collect())
}

#[test]
fn insets_are_the_plots_of_their_part_alone() {
    let bench = bench();
    for look in [
        &["--marker", "pixel"][..],
        &["--size", "7", "--alpha", "0.3"],
        &["--color", "v", "--clim=-1,1", "--size", "9", "--alpha", "0.5"],
        &["--reduce", "count", "--clim", "1,4"],
        &["--reduce", "mean:v", "--value-range=-1,1", "--clim=-1,1"],
        &["--xscale", "symlog=1", "--color", "red"],
    ] {
        let own = [&["a.csv", "-x", "x", "-y", "y"], look].concat();
        let size_of_all = ["--width", "500", "--height", "400"];
        let args = [&own[..], &LIMITS, &size_of_all, &["--inset=2,3.5,1,2", "--chunk-rows", "333"]].concat();
        plot(&bench, &args, "inset.png").expect(0);
        let (picture, report) = (bench.picture("inset.png"), bench.json("report.json"));
        let inset = &report["inset"];
        let [width, height] = [2, 3].map(|at| inset["plot"][at].to_string());
        let size = ["--width", &width, "--height", &height, "--frame", "none", "--xlim=2,3.5", "--ylim=1,2"];
        plot(&bench, &[&own[..], &size].concat(), "alone.png").expect(0);
        let alone = bench.json("report.json");
        assert_eq!(inset["drawn"], alone["rows"]["drawn"], "{look:?}");
        assert!(inset["drawn"].as_u64().unwrap() > 50, "there is something to see");
        let alone = Picture { source: "alone".into(), ..bench.picture("alone.png") };
        assert_same(&format!("insets {look:?}"), &alone, &cut(&picture, &inset["plot"], "inset"), EXACT);
        // The plot itself counts the rows as ever.
        plot(&bench, &[&own[..], &LIMITS, &size_of_all].concat(), "without.png").expect(0);
        let without = bench.json("report.json");
        for what in ["rows", "outside", "invalid", "view"] {
            assert_eq!(report[what], without[what], "{look:?}");
        }
    }
}

#[test]
fn insets_leave_the_rest_of_the_figure_as_it_is() {
    let bench = bench();
    let own =
        [&["a.csv", "-x", "x", "-y", "y", "--reduce", "count", "--inset-at", "bottom-left"], &LIMITS[..]].concat();
    plot(&bench, &[&own[..7], &LIMITS[..]].concat(), "without.png").expect(0);
    let (without, view) = (bench.picture("without.png"), bench.json("report.json")["view"]["plot"].clone());
    plot(&bench, &[&own[..], &["--inset=6,7,3,4"]].concat(), "with.png").expect(0);
    let with = bench.picture("with.png");
    let [left, top, width, height] = [0, 1, 2, 3].map(|at| view[at].as_u64().unwrap() as u32);
    let mut changed = 0;
    for y in 0..without.height {
        for x in 0..without.width {
            let is_in_plot = (left..left + width).contains(&x) && (top..top + height).contains(&y);
            let is_equal = with.pixel(x, y) == without.pixel(x, y);
            assert!(is_equal || is_in_plot, "({x}, {y})");
            changed += u64::from(!is_equal);
        }
    }
    assert!(changed > 3_000, "{changed}");
}

#[test]
fn insets_are_drawn_of_row_groups_that_the_plot_does_not_show() {
    let bench = Bench::new();
    let parquet = repository_file("assets/earthquakes.parquet");
    let drawn = |more: &[&str], out: &str| {
        let own = ["plot", &parquet, "-x", "longitude", "-y", "latitude", "--marker", "pixel", "--progress", "never"];
        let run = bench.run(&[&own[..], more, &["--report", "report.json", "-o", out]].concat()).expect(0);
        (run, bench.json("report.json"))
    };
    // Statistics prove that the plot shows nothing of the file, but not that the inset does not.
    let limits = ["--xlim=500,600", "--ylim=0,1"];
    let (_, without) = drawn(&limits, "without.png");
    assert_eq!((&without["rows"]["skipped"], &without["rows"]["drawn"]), (&json!(1707), &json!(0)));
    let (run, with) = drawn(&[&limits[..], &["--inset=-120,-110,30,40"]].concat(), "with.png");
    run.says("lies outside of the plot");
    let (_, alone) = drawn(&["--xlim=-120,-110", "--ylim=30,40"], "alone.png");
    assert!(with["inset"]["drawn"].as_u64().unwrap() > 500, "{}", with["inset"]);
    assert_eq!(with["inset"]["drawn"], alone["rows"]["drawn"]);
    assert_eq!((&with["rows"]["skipped"], &with["rows"]["outside"]), (&json!(0), &json!(1707)));
}

#[test]
fn insets_take_the_emptiest_corner_that_does_not_hide_their_part() {
    let bench = Bench::new();
    // Dense above on the right, a few rows below on the right, nothing on the left.
    let dense = (0..2000).map(|i| format!("{},{}\n", 70 + i % 30, 60 + i / 60));
    let few = (0..5).map(|i| format!("{},{}\n", 90 + i, 5 + i));
    bench.write("b.csv", format!("x,y\n{}{}", dense.collect::<String>(), few.collect::<String>()));
    let limits = ["b.csv", "-x", "x", "-y", "y", "--xlim=0,100", "--ylim=0,100"];
    let corner = |args: &[&str]| {
        plot(&bench, &[&limits[..], args].concat(), "b.png").expect(0);
        report_corner(&bench.json("report.json"))
    };
    // Of two empty corners the upper one; not where its part is; else where the fewest pixels are painted.
    assert_eq!(corner(&["--inset=50,60,40,50"]), (true, true));
    assert_eq!(corner(&["--inset=10,20,80,90"]), (true, false));
    assert_eq!(corner(&["--inset=10,20,20,80"]), (false, false));
    assert_eq!(corner(&["--inset=50,60,40,50", "--inset-at", "top-right"]), (false, true));
    let run = plot(&bench, &[&limits[..], &["--inset=10,20,80,90", "--inset-at", "top-left"]].concat(), "b.png");
    run.expect(0).says("covers a part of what it shows");
}

/// Whether the inset is on the left, and whether above.
fn report_corner(report: &Value) -> (bool, bool) {
    let number = |of: &Value, at: usize| of[at].as_f64().unwrap();
    let (inset, plot) = (&report["inset"]["plot"], &report["view"]["plot"]);
    let middle = |of: &Value, at: usize| number(of, at) + number(of, at + 2) / 2.0;
    (middle(inset, 0) < middle(plot, 0), middle(inset, 1) < middle(plot, 1))
}

#[test]
fn insets_wear_the_colours_of_the_plot() {
    let bench = bench();
    let own = [&["a.csv", "-x", "x", "-y", "y", "--reduce", "max:v", "--inset=2,3.5,1,2"], &LIMITS[..]].concat();
    plot(&bench, &own, "a.png").expect(0);
    let text = String::from_utf8_lossy(&bench.read("a.png")).into_owned();
    let first = text.find("{\"").unwrap();
    let description: Value = serde_json::Deserializer::from_str(&text[first..]).into_iter().next().unwrap().unwrap();
    let limits = description["series"][0]["colors"]["limits"].clone();
    plot(&bench, &["a.csv", "-x", "x", "-y", "y", "--reduce", "max:v", "--xlim=0,10", "--ylim=0,5"], "b.png").expect(0);
    let other = String::from_utf8_lossy(&bench.read("b.png")).into_owned();
    let first = other.find("{\"").unwrap();
    let other: Value = serde_json::Deserializer::from_str(&other[first..]).into_iter().next().unwrap().unwrap();
    assert_eq!(limits, other["series"][0]["colors"]["limits"], "the plot's own numbers decide");
    assert_eq!(description["inset"]["x"]["limits"], serde_json::json!([2.0, 3.5]));
    assert!(description["inset"]["at"].is_string() && other["inset"].is_null());
}

#[test]
fn needs_gpu_insets_are_the_same_on_a_gpu() {
    if !is_required("needs_gpu_insets_are_the_same_on_a_gpu") {
        return;
    }
    let bench = bench();
    for look in [&["--marker", "pixel"][..], &["--reduce", "count"], &["--color", "v", "--aa", "off", "--size", "5"]] {
        let args = [&["a.csv", "-x", "x", "-y", "y", "--inset=2,3.5,1,2"], look, &LIMITS].concat();
        plot(&bench, &[&args[..], &["--backend", "cpu"]].concat(), "cpu.png").expect(0);
        let run = plot(&bench, &[&args[..], &["--backend", "gpu", "--chunk-rows", "500"]].concat(), "gpu.png");
        assert_eq!(run.code, Some(0), "{}\n{INSTALL}", run.stderr);
        assert!(bench.read("cpu.png") == bench.read("gpu.png"), "{look:?}");
    }
}

#[test]
fn insets_that_cannot_be_are_refused_in_one_line() {
    let bench = bench();
    for (args, expected) in [
        (&["--inset=1,2,3"][..], "limits of x and of y"),
        (&["--inset=1,1,2,3"], "--inset 1,1,2,3"),
        (&["--inset=1,soon,2,3"], "--inset 1,soon,2,3"),
        (&["--inset=1,2,2,3", "--inset-size", "2"], "0.1 to 0.9"),
        (&["--inset=1,2,2,3", "--raster", "a.npy", "--reduce", "count"], "--raster keeps one panel"),
        (&["--inset=1,2,2,3", "--frame", "none", "--width", "12", "--height", "9"], "no room for the inset"),
    ] {
        let run = plot(&bench, &[&["a.csv", "-x", "x", "-y", "y"], args, &LIMITS].concat(), "no.png").expect(2);
        assert!(run.stderr.contains(expected), "{args:?}: {}", run.stderr);
    }
    let times = repository_file("assets/earthquakes.parquet");
    let own = ["-x", "time", "-y", "magnitude", "--inset=2018-02-01,2018-02-03T12:00,2,3"];
    plot(&bench, &[&[&times[..]], &own[..]].concat(), "times.png").expect(0);
    assert_eq!(bench.json("report.json")["inset"]["xlim"][0], "2018-02-01T00:00:00Z");
}

#[test]
fn insets_come_from_a_plot_file_as_they_are_typed() {
    let bench = bench();
    let look = ["a.csv", "-x", "x", "-y", "y", "--inset=2,3.5,1,2", "--inset-at", "bottom-left", "--inset-size", "0.3"];
    plot(&bench, &[&look[..], &["--write-spec", "plot.toml"]].concat(), "typed.png").expect(0);
    bench.run(&["plot", "--spec", "plot.toml", "--progress", "never", "-o", "file.png"]).expect(0);
    assert!(bench.read("typed.png") == bench.read("file.png"));
}

#[test]
fn an_inset_and_a_legend_do_not_share_a_corner() {
    let bench = bench();
    let args = ["a.csv", "-x", "x", "-y", "y", "--label", "rows", "--inset", "2,3,1,2", "--inset-at", "bottom-right"];
    let run = plot(&bench, &[&args[..], &["--legend", "bottom-right"]].concat(), "a.png").expect(2);
    assert!(run.error_line().contains("same corner"), "{}", run.stderr);
    plot(&bench, &[&args[..], &["--legend", "bottom-left"]].concat(), "a.png").expect(0);
    plot(&bench, &[&args[..9], &["--legend", "corner", "--aspect", "equal"]].concat(), "a.png")
        .expect(0)
        .says("--aspect");
}

#[test]
fn pictures_of_other_words_have_other_descriptions() {
    let bench = bench();
    let described = |more: &[&str]| {
        plot(&bench, &[&["a.csv", "-x", "x", "-y", "y", "--color", "v"], more].concat(), "a.svg").expect(0);
        let svg = String::from_utf8(bench.read("a.svg")).unwrap();
        svg.split("<metadata").nth(1).unwrap().split("</metadata>").next().unwrap().to_owned()
    };
    let usual = described(&[]);
    for more in [&["--title", "t"][..], &["--xlabel", "other"], &["--ylabel", ""], &["--colorbar", "off"]] {
        assert_ne!(described(more), usual, "{more:?}");
    }
    let none =
        plot(&bench, &["a.csv", "-x", "x", "-y", "y", "--frame", "none", "--title", "t", "--margins", "9"], "b.png");
    none.expect(0).says("not drawn, as the figure has no frame: the title, margins");
}
