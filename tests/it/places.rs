//! Sizes and places of figures: exact plot areas and margins, lengths on paper, aspects, side titles, places of legend and
//! colorbar; from the command line, the plot file, `shade` and the library.

use pointillist::figure::{ColorbarPlace, Corner, GivenMargins, LegendPlace};
use pointillist::{BackendChoice, Chunk, Figure};
use serde_json::Value;

use crate::harness::binary::Bench;

const DATA: [&str; 7] = ["plot", "in.csv", "-x", "x", "-y", "y", "--backend=cpu"];

fn bench() -> Bench {
    let bench = Bench::new();
    // Nothing in the lower left corner.
    let rows: String = (0..400)
        .map(|i| (f64::from(i % 20) / 2.0, f64::from(i / 20)))
        .filter(|(x, y)| *x > 5.0 || *y > 10.0)
        .map(|(x, y)| format!("{x},{y},{}\n", if y > 12.0 { "high" } else { "low" }))
        .collect();
    bench.write("in.csv", format!("x,y,kind\n{rows}"));
    bench
}

/// Figure and plot area of a run, `[width, height, x, y, plot width, plot height]`, and what it said.
fn laid_out(bench: &Bench, more: &[&str]) -> ([u64; 6], String) {
    let run = bench.run(&[&DATA[..], &["-o", "out.png", "--report", "out.json"], more].concat()).expect(0);
    let report: Value = serde_json::from_slice(&bench.read("out.json")).expect("JSON");
    let view = &report["view"];
    let number = |value: &Value| value.as_u64().expect("a number");
    let plot = |i: usize| number(&view["plot"][i]);
    ([number(&view["width"]), number(&view["height"]), plot(0), plot(1), plot(2), plot(3)], run.stderr)
}

#[test]
fn places_take_lengths_on_paper() {
    let bench = bench();
    let size = |more: &[&str]| {
        let ([width, height, ..], _) = laid_out(&bench, more);
        (width, height)
    };
    assert_eq!(size(&["--width", "4in", "--height", "3in", "--dpi", "150"]), (600, 450));
    assert_eq!(size(&["--width=80mm", "--height=6cm", "--dpi=254"]), (800, 600));
    assert_eq!(size(&["--width", "360pt", "--height", "300px"]), (500, 300));
    for (args, says) in [
        (&["--width", "8feet"][..], "like 1024, 8in, 180mm"),
        (&["--width", "0mm"], "impossible size"),
        (&["--width", "10", "--plot-area", "10x10"], "cannot be used with"),
        (&["--plot-area", "10xauto"], "give --aspect"),
        (&["--plot-area", "10"], "like 600x400"),
        (&["--margins", "500", "--width", "900"], "leave no pixel"),
        (&["--aspect", "wide"], "expected equal"),
        (&["--colorbar", "left"], "bottom,histogram"),
        (&["--legend", "left"], "possible values"),
    ] {
        // Before a byte is read: there is no such file.
        let run = bench.run(&[&["plot", "none.csv", "-x", "x", "-y", "y", "-o", "out.png"], args].concat()).expect(2);
        assert!(run.stderr.contains(says), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn places_of_plot_areas_and_margins_are_exact() {
    let bench = bench();
    let title = ["--title", "a title", "--color", "kind"];
    let ([width, height, x, y, plot_width, plot_height], said) =
        laid_out(&bench, &[&title[..], &["--plot-area", "300x200"]].concat());
    assert_eq!((plot_width, plot_height), (300, 200));
    assert!(width > 300 + x && height > 200 + y && !said.contains("no room"), "{said}");
    let margins = ["--margins", "1in,auto,60,90px"];
    let (found, said) = laid_out(&bench, &[&title[..], &margins, &["--width=500", "--height=400"]].concat());
    assert_eq!((found[2], found[3], found[5]), (90, 100, 400 - 100 - 60));
    assert!(!said.contains("no room"), "{said}");
    let both = [&title[..], &["--plot-area", "300x200", "--margins", "40,120,50,60"]].concat();
    assert_eq!(laid_out(&bench, &both).0, [480, 290, 60, 40, 300, 200]);
    // What has no room is told, and does not overlap.
    let (found, said) = laid_out(&bench, &[&title[..], &["--plot-area", "300x200", "--margins", "3"]].concat());
    assert_eq!(found, [306, 206, 3, 3, 300, 200]);
    for part in ["the title", "the legend", "the x label", "the tick labels of y"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let (found, said) = laid_out(&bench, &["--plot-area", "30x20", "--margins", "0"]);
    assert_eq!(found, [30, 20, 0, 0, 30, 20]);
    assert!(said.contains("the spines"), "{said}");
}

#[test]
fn places_of_an_aspect_have_units_of_one_length() {
    let bench = bench();
    let limits = ["--xlim", "0,10", "--ylim", "0,20", "--color", "kind"];
    for (aspect, factor) in [("equal", 2.0), ("0.5", 1.0), ("3", 6.0), ("0.01", 0.02)] {
        for size in [["--width=600", "--height=500"], ["--width=200", "--height=900"]] {
            let args = [&limits[..], &["--aspect", aspect], &size].concat();
            let (found, _) = laid_out(&bench, &args);
            let [_, _, _, _, width, height] = found.map(|px| px as f64);
            let off = (height - factor * width).abs().min((height / factor - width).abs());
            assert!(off <= 0.5, "{aspect} {size:?}: {width}x{height}");
        }
    }
    let log = ["--xscale=log", "--yscale=log", "--xlim", "1,1000", "--ylim", "1,10", "--aspect", "equal"];
    let (found, _) = laid_out(&bench, &log);
    assert!((found[5] as f64 - found[4] as f64 / 3.0).abs() <= 0.5, "decades: {found:?}");
    let (found, _) = laid_out(&bench, &[&limits[..], &["--aspect=equal", "--plot-area=150xauto"]].concat());
    assert_eq!((found[4], found[5]), (150, 300));
    let bad = bench.run(&[&DATA[..], &limits, &["--aspect=equal", "--plot-area=150x200", "-o", "o.png"]].concat());
    assert!(bad.expect(2).stderr.contains("--plot-area 150xauto"));
    bench.write("times.csv", "t,y\n2024-01-01T00:00:00,1\n2024-01-02T00:00:00,2\n");
    let times = ["plot", "times.csv", "-x", "t", "-y", "y", "--aspect", "equal", "-o", "o.png"];
    assert!(bench.run(&times).expect(2).stderr.contains("one of them alone is of times"));
}

#[test]
fn places_of_the_legend_are_measured_against_the_points() {
    let bench = bench();
    let size = ["--width", "500", "--height", "400", "--color", "kind"];
    let picture = |place: &str| {
        let args = [&DATA[..], &size, &["--legend", place, "-o", "out.png"]].concat();
        bench.run(&args).expect(0);
        bench.picture("out.png").rgba
    };
    let corner = picture("corner");
    assert!(corner == picture("bottom-left"), "the emptiest corner");
    assert!(corner != picture("top-right") && corner != picture("off"));
    let plot = |place: &str| laid_out(&bench, &[&size[..], &["--legend", place]].concat()).0;
    let (off, right, bottom) = (plot("off"), plot("right"), plot("bottom"));
    assert!(right[4] < off[4] && right[5] == off[5], "beside the plot");
    assert!(bottom[4] == off[4] && bottom[5] < off[5], "below it");
    assert_eq!(plot("corner"), off, "over it");
}

#[test]
fn places_are_the_same_from_the_plot_file_and_when_shaded_again() {
    let bench = bench();
    let places = [
        &["--legend", "bottom", "--left-title", "left", "--right-title", "right", "--margins", "50,auto,90,70"][..],
        &["--aspect", "0.4", "--legend", "corner", "--width", "5in", "--height", "9cm"],
        &["--plot-area", "200x150", "--colorbar", "bottom,histogram", "--legend", "top-left"],
    ];
    for (i, more) in places.into_iter().enumerate() {
        for reduce in ["count", "by:kind"] {
            let file = format!("{i}.toml");
            let typed = [&DATA[..], &["--reduce", reduce, "-o", "typed.png", "--canvas", "c.canvas"], more].concat();
            bench.run(&[&typed[..], &["--write-spec", &file]].concat()).expect(0);
            bench.run(&["plot", "--spec", &file, "-o", "read.png"]).expect(0);
            assert!(bench.read("typed.png") == bench.read("read.png"), "{more:?}");
            // The size is the canvas's.
            let own = ["--width", "--height", "--plot-area", "--aspect"];
            let looks: Vec<&str> = more.chunks(2).filter(|pair| !own.contains(&pair[0])).flatten().copied().collect();
            bench.run(&[&["shade", "c.canvas", "-o", "shaded.png"], &looks[..]].concat()).expect(0);
            let (typed, shaded) = (bench.picture("typed.png"), bench.picture("shaded.png"));
            assert!(typed == shaded, "{reduce} {more:?} shaded with {looks:?}");
        }
    }
}

#[test]
fn places_of_labels_survive_the_canvas() {
    let bench = bench();
    for more in [&["--color", "kind"][..], &["--color", "red", "--marker", "star"], &["--reduce", "count"]] {
        let args = [&DATA[..], more, &["--label", "the data", "-o", "direct.png", "--canvas", "c.canvas"]].concat();
        bench.run(&args).expect(0);
        bench.run(&["shade", "c.canvas", "-o", "shaded.png"]).expect(0);
        assert!(bench.read("direct.png") == bench.read("shaded.png"), "{more:?}");
        let args = [&DATA[..], more, &["--label", "other", "-o", "direct.png"]].concat();
        bench.run(&args).expect(0);
        bench.run(&["shade", "c.canvas", "--label", "other", "-o", "shaded.png"]).expect(0);
        assert!(bench.read("direct.png") == bench.read("shaded.png"), "{more:?}: another label");
    }
}

#[test]
fn places_of_a_library_are_those_of_the_command() {
    let bench = bench();
    let (x, y) = ([1.0, 5.0, 9.0], [2.0, 4.0, 8.0]);
    bench.write("xy.csv", "x,y\n1,2\n5,4\n9,8\n");
    let figure = Figure::new(400, 300).xlim(0.0, 10.0).ylim(0.0, 10.0).left_title("l").right_title("r").aspect(0.5);
    let margins = GivenMargins { bottom_px: Some(70), ..GivenMargins::default() };
    let figure = figure.margins(margins).colorbar(Some(ColorbarPlace::Bottom)).xlabel("x").ylabel("y");
    let mut plot = figure.legend(Some(LegendPlace::In(Corner::TopLeft))).open(BackendChoice::Cpu).unwrap();
    plot.draw(&Chunk::xy(&x, &y)).unwrap();
    let drawn = plot.render().unwrap();
    let args = ["plot", "xy.csv", "-x", "x", "-y", "y", "--xlim=0,10", "--ylim=0,10", "--width=400", "--height=300"];
    let places = ["--left-title=l", "--right-title=r", "--aspect=0.5", "--margins=auto,auto,70,auto", "--backend=cpu"];
    bench.run(&[&args[..], &places, &["--colorbar=bottom", "--legend=top-left", "-o", "out.png"]].concat()).expect(0);
    assert!(bench.picture("out.png").rgba == drawn.into_raw());
}

#[test]
fn places_cut_texts_with_one_line_that_names_them() {
    let bench = bench();
    let long = "a word and another ".repeat(40);
    let titles = ["--title", &long, "--xlabel", &long, "--ylabel", &long, "--width", "300", "--height", "200"];
    let (_, said) = laid_out(&bench, &titles);
    assert_eq!(said.matches("are cut").count(), 1, "{said}");
    assert!(said.contains("the title, the x label and the y label are cut"), "{said}");
    let (_, said) = laid_out(&bench, &["--title", &long[..70], "--width", "300", "--height", "200"]);
    assert!(!said.contains("cut"), "it fits on several lines: {said}");
}
