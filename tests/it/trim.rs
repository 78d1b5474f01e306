//! What a figure is trimmed with: themes, settings, spines, grid, lines, boxes, texts, an underlay, a legend of sizes; by
//! the pixels that they leave, from the command line, the plot file, `shade` and the library.

use pointillist::figure::{Annotation, Theme, Underlay};
use pointillist::{BackendChoice, Chunk, Figure, Frame};

use crate::harness::Picture;
use crate::harness::binary::{Bench, Run};

/// A view of ten by ten over a plot of 100 by 100 pixels, without a frame, and one point far from everything.
const VIEW: [&str; 17] = [
    "plot",
    "in.csv",
    "-x",
    "x",
    "-y",
    "y",
    "--xlim",
    "0,10",
    "--ylim",
    "0,10",
    "--width",
    "100",
    "--height",
    "100",
    "--backend",
    "cpu",
    "--marker=pixel",
];
const CSV: &str = "x,y,size\n0.05,9.95,1\n5,5,20\n";

const WHITE: [u8; 4] = [255; 4];
const RED: [u8; 4] = [255, 0, 0, 255];

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    bench
}

fn bare(bench: &Bench, more: &[&str]) -> Run {
    bench.run(&[&VIEW[..], &["--frame", "none", "-o", "out.png"], more].concat())
}

fn drawn(more: &[&str]) -> Picture {
    let bench = bench();
    bare(&bench, more).expect(0);
    bench.picture("out.png")
}

/// Columns of a row (or rows of a column) that have a colour.
fn run_of(picture: &Picture, color: [u8; 4], pixel: impl Fn(u32) -> (u32, u32)) -> Vec<u32> {
    (0..picture.width).filter(|i| picture.pixel(pixel(*i).0, pixel(*i).1) == color).collect()
}

#[test]
fn trim_lines_and_boxes_lie_at_their_data() {
    let picture = drawn(&["--hline", "2.5,red,1px", "--vline=7.5,red,3", "--box", "1,3,6,8,#00f,1"]);
    // 2.5 of 10 is 25 of 100 pixels, from below.
    assert_eq!(run_of(&picture, RED, |x| (x, 75)).len(), 100);
    assert_eq!(run_of(&picture, RED, |x| (x, 74)), [74, 75, 76], "the upright line alone");
    let blue = [0, 0, 255, 255];
    assert_eq!(run_of(&picture, blue, |x| (x, 30)), [10, 29], "from 1 to 3, its sides within it");
    assert_eq!(run_of(&picture, blue, |y| (20, y)), [20, 39], "from 8 to 6");
    let [r, g, b, a] = picture.pixel(20, 30);
    assert!(r == g && r < 230 && b == 255 && a == 255, "translucent within: {r} {g} {b}");
    assert_eq!(picture.pixel(31, 30), WHITE);
}

#[test]
fn trim_lies_above_the_points_or_below_them() {
    let line = ["--hline", "5,red,3px"];
    let point = [31, 119, 180, 255];
    assert_eq!(drawn(&line).pixel(50, 49), RED);
    let below = drawn(&[&line[..], &["--axes-below"]].concat());
    assert_eq!((below.pixel(50, 49), below.pixel(51, 49)), (point, RED));
}

#[test]
fn trim_places_are_times_where_the_axis_is_one() {
    let bench = Bench::new();
    bench.write("in.csv", "t,y\n2024-01-01,0\n2024-01-05,1\n");
    let args = ["plot", "in.csv", "-x", "t", "-y", "y", "--width", "100", "--height", "100", "--frame", "none"];
    let more =
        ["--xlim", "2024-01-01,2024-01-11", "--ylim", "0,1", "-o", "out.png", "--vline", "2024-01-03T12:00,red,1"];
    bench.run(&[&args[..], &more].concat()).expect(0);
    assert_eq!(run_of(&bench.picture("out.png"), RED, |x| (x, 50)), [25]);
}

#[test]
fn trim_texts_stand_over_the_points_in_the_plot() {
    let (with, without) = (drawn(&["--text", "10,10,color=red,A,b"]), drawn(&[]));
    let changed = |x: u32, y: u32| with.pixel(x, y) != without.pixel(x, y);
    let all: Vec<(u32, u32)> =
        (0..100).flat_map(|x| (0..100).map(move |y| (x, y))).filter(|(x, y)| changed(*x, *y)).collect();
    assert!(!all.is_empty() && all.iter().all(|(x, y)| *x > 60 && *y < 20), "in the corner that was asked for");
}

#[test]
fn trim_that_lies_outside_is_told_and_wrong_places_are_refused() {
    let bench = bench();
    let outside = ["--hline", "11", "--text", "5,-3,below", "--box", "20,30,0,1"];
    let run = bare(&bench, &outside).expect(0);
    let run = run.says("--hline 11 is not drawn").says("--text 5,-3,below is not drawn");
    run.says("--box 20,30,0,1 is not drawn: it lies outside of the view");
    let one = bench.picture("out.png");
    assert_eq!(one.rgba, drawn(&[]).rgba);
    bare(&bench, &["--axes-below"]).expect(0).says("--axes-below changes nothing");
    bare(&bench, &["--text", &format!("5,5,{}", "W".repeat(1500))]).expect(0).says("a text of --text is cut");
    bare(&bench, &["--text", "5,5,t", "--style", "text-size=300"]).expect(0).says("no room for: a text of --text");
    bare(&bench, &["--spines", "left"]).expect(0).says("not drawn, as the figure has no frame: spines");
    for (args, says) in [
        (&["--hline", "soon"][..], "column 'y of --hline': the value is no number"),
        (&["--text", "1,soon,t"], "column 'y of --text'"),
        (&["--vline", "2024-01-01"], "the axis has numbers, no times"),
        (&["--box", "1,2,3"], "X0,X1,Y0,Y1"),
        (&["--text", "1,2"], "like 3,10,at=left,main shock"),
        (&["--hline", "1,dahsed"], "did you mean dashed?"),
        (&["--style", "gird=red"], "did you mean grid?"),
        (&["--style", "title-size=0"], "out of range"),
        (&["--spines", "lef"], "did you mean left?"),
        (&["--grid", "z"], "invalid value 'z'"),
        (&["--underlay-extent", "0,1,0,1"], "--underlay"),
        (&["--theme", "papr"], "paper"),
    ] {
        let run = bare(&bench, args).expect(2);
        assert!(run.stderr.contains(says), "{args:?}: {}", run.stderr);
    }
}

/// A full figure of 300 by 200 pixels, and its plot area in pixels: left, top, right, bottom.
fn framed(more: &[&str]) -> (Picture, [u32; 4]) {
    let bench = bench();
    let args =
        ["plot", "in.csv", "-x", "x", "-y", "y", "--xlim", "0,10", "--ylim", "0,10", "--width", "300", "--height"];
    let rest = ["200", "--plot-background", "#fffffe", "-o", "out.png", "--backend", "cpu"];
    bench.run(&[&args[..], &rest, more].concat()).expect(0);
    let picture = bench.picture("out.png");
    let inside: Vec<(u32, u32)> = (0..200)
        .flat_map(|y| (0..300).map(move |x| (x, y)))
        .filter(|(x, y)| picture.pixel(*x, *y) == [255, 255, 254, 255])
        .collect();
    let (xs, ys) = (inside.iter().map(|p| p.0), inside.iter().map(|p| p.1));
    let area = [xs.clone().min(), ys.clone().min(), xs.max().map(|x| x + 1), ys.max().map(|y| y + 1)];
    (picture, area.map(|side| side.expect("a plot area")))
}

#[test]
fn trim_spines_are_those_asked_for() {
    for (sides, expected) in [
        ("all", [true; 4]),
        ("none", [false; 4]),
        ("left,bottom", [true, false, false, true]),
        ("top", [false, true, false, false]),
    ] {
        let (picture, [left, top, right, bottom]) = framed(&["--spines", sides, "--style", "spine=red"]);
        let (x, y) = (u32::midpoint(left, right) + 7, u32::midpoint(top, bottom) + 7);
        let found = [(left - 1, y), (x, top - 1), (right, y), (x, bottom)].map(|(x, y)| picture.pixel(x, y) == RED);
        assert_eq!(found, expected, "{sides}");
    }
}

#[test]
fn trim_ticks_hang_on_spines_outwards_or_inwards() {
    let settings = ["--style", "tick=red", "--style", "tick-length=5", "--style", "tick-width=1"];
    let reds = |picture: &Picture, x: u32, y: u32, dx: i64, dy: i64| {
        // The pixels of the colour along a way of eight from there.
        (0..8).filter(|i| picture.pixel((i64::from(x) + dx * i) as u32, (i64::from(y) + dy * i) as u32) == RED).count()
    };
    let (out, [left, top, right, bottom]) = framed(&settings);
    // A labelled one, which is longer than those without a label, away from the spines.
    let x = (left + 9..right - 9).find(|x| out.pixel(*x, bottom + 5) == RED).expect("a tick");
    assert_eq!((reds(&out, x, bottom + 1, 0, 1), reds(&out, x, bottom - 1, 0, -1)), (5, 0));
    assert_eq!(reds(&out, x, top - 2, 0, -1), 0, "none above");
    let inward = ["--style", "tick-direction=in", "--style", "tick-sides=all"];
    let (inside, [left, top, right, bottom]) = framed(&[&settings[..], &inward].concat());
    let x = (left + 9..right - 9).find(|x| inside.pixel(*x, bottom - 5) == RED).expect("a tick");
    assert_eq!((reds(&inside, x, bottom + 1, 0, 1), reds(&inside, x, bottom - 1, 0, -1)), (0, 5));
    assert_eq!(reds(&inside, x, top, 0, 1), 5, "the same above");
    let (none, _) = framed(&[&settings[..], &["--spines", "none"]].concat());
    assert!(none.rgba.chunks_exact(4).all(|pixel| pixel != RED), "no tick without its spine");
}

#[test]
fn trim_grid_has_the_lines_asked_for() {
    let count = |more: &[&str]| {
        let (picture, [left, top, right, bottom]) = framed(&[&["--style", "grid=red"], more].concat());
        let across = (left..right).filter(|x| picture.pixel(*x, top + 1) == RED).count();
        let down = (top..bottom).filter(|y| picture.pixel(left + 1, *y) == RED).count();
        (across > 0, down > 0)
    };
    for (grid, expected) in [("on", (true, true)), ("off", (false, false)), ("x", (true, false)), ("y", (false, true))]
    {
        assert_eq!(count(&["--grid", grid]), expected, "{grid}");
    }
    assert_eq!(count(&["--grid"]), (true, true));
    assert_eq!(
        (count(&["--theme", "minimal"]), count(&["--theme", "minimal", "--grid", "off"])),
        ((true, true), (false, false))
    );
}

#[test]
fn trim_themes_differ_and_settings_win_over_them() {
    let themes = Theme::ALL.map(|theme| framed(&["--theme", theme.name(), "--background", "white"]).0.rgba);
    assert!(themes.iter().enumerate().all(|(i, one)| themes[i + 1..].iter().all(|other| one != other)));
    let (red, _) = framed(&["--theme", "dark", "--style", "ink=blue", "--style", "ink=red", "--grid", "off"]);
    assert!(
        red.rgba.chunks_exact(4).any(|pixel| pixel == RED)
            && red.rgba.chunks_exact(4).all(|pixel| pixel != [0, 0, 255, 255])
    );
}

/// A PNG of 2 by 2 pixels: red, green, blue (half as strong), nothing.
fn small_picture(bench: &Bench) {
    let rgba = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 128], [9, 9, 9, 0]].concat();
    image::save_buffer(bench.path("map.png"), &rgba, 2, 2, image::ColorType::Rgba8).unwrap();
}

#[test]
fn trim_underlay_lies_at_its_extent_below_the_points() {
    let bench = bench();
    small_picture(&bench);
    bare(&bench, &["--underlay", "map.png", "--underlay-extent", "2,6,4,8"]).expect(0);
    let picture = bench.picture("out.png");
    let (red, green, faint) = (RED, [0, 255, 0, 255], [127, 127, 255, 255]);
    assert_eq!([(21, 21), (59, 39), (21, 59), (59, 59)].map(|(x, y)| picture.pixel(x, y)), [red, green, faint, WHITE]);
    assert_eq!([(19, 30), (60, 30), (30, 19), (30, 60)].map(|(x, y)| picture.pixel(x, y)), [WHITE; 4], "no wider");
    assert_eq!(picture.pixel(50, 49), [31, 119, 180, 255], "the point is above it");
    let run = bare(&bench, &["--underlay", "map.png"]).expect(0);
    run.says("the underlay fills the view");
    assert_eq!(bench.picture("out.png").pixel(1, 1), RED);
}

#[test]
fn trim_underlay_that_cannot_be_shown_is_refused_and_never_replaced() {
    let bench = bench();
    small_picture(&bench);
    let before = bench.read("map.png");
    for (args, code, says) in [
        (&["--underlay", "mpa.png"][..], 1, "did you mean map.png?"),
        (&["--underlay", "in.csv"], 1, "no PNG"),
        (&["--underlay", "map.png", "--underlay-extent", "1,2,3"], 2, "X0,X1,Y0,Y1"),
        (&["--underlay", "map.png", "--underlay-extent", "1,1,3,4"], 2, "two different values of x"),
        (&["--underlay", "map.png", "--raster", "map.png"], 2, "map.png"),
    ] {
        let run = bare(&bench, args).expect(code);
        assert!(run.stderr.contains(says), "{args:?}: {}", run.stderr);
    }
    assert!(bench.read("map.png") == before);
    // A head that promises more than there may be, and a body that ends early.
    let mut huge = before.clone();
    huge[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
    let crc = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    bench.write("huge.png", &huge);
    bare(&bench, &["--underlay", "huge.png"]).expect(1).says("too large");
    bench.write("short.png", &before[..before.len() / 2]);
    bare(&bench, &["--underlay", "short.png"]).expect(1).says("short.png");
}

/// The checksum of PNG, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn trim_sizes_have_a_legend_of_marks_in_their_size() {
    let bench = bench();
    let args = ["plot", "in.csv", "-x", "x", "-y", "y", "--width", "500", "--height", "300", "--size-by", "size"];
    let more = ["--size-range", "4,30", "--size-limits", "0,20", "--color", "#f00", "--plot-background", "#fffffe"];
    let run = |rest: &[&str]| bench.run(&[&args[..], &more, &["-o", "out.png", "--backend", "cpu"], rest].concat());
    run(&["--canvas", "a.canvas"]).expect(0);
    let with = bench.picture("out.png");
    // Right of the plot: heights of the runs of red in the column of the marks' middles.
    let heights = |picture: &Picture| {
        let is_red = |x: u32, y: u32| picture.pixel(x, y) == RED;
        let first = (0..picture.width).rev().find(|x| (0..300).any(|y| picture.pixel(*x, y) == [255, 255, 254, 255]));
        let first = first.expect("a plot") + 2;
        let most = |x: &u32| (0..300).filter(|y| is_red(*x, *y)).count();
        let middle = (first..picture.width).max_by_key(most).expect("a column");
        let mut heights = Vec::new();
        let mut length = 0;
        for y in 0..300 {
            if is_red(middle, y) {
                length += 1
            } else if length > 0 {
                heights.push(std::mem::take(&mut length))
            }
        }
        heights
    };
    let found = heights(&with);
    assert!((3..=5).contains(&found.len()) && found.is_sorted(), "{found:?}");
    // The areas grow in equal steps, as the round numbers do: from 4 to 30 px over 0 to 20.
    let areas: Vec<f64> = found.iter().map(|px| f64::from(*px + 1).powi(2)).collect();
    let step = (areas[areas.len() - 1] - areas[0]) / (areas.len() - 1) as f64;
    assert!(areas.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 0.25 * step), "{found:?}");
    run(&["--legend", "off"]).expect(0);
    assert!(heights(&bench.picture("out.png")).is_empty());
    bench.run(&["shade", "a.canvas", "-o", "out.png", "--plot-background", "#fffffe"]).expect(0);
    assert!(bench.picture("out.png").rgba == with.rgba, "shown again, it is the same");
}

#[test]
fn trim_comes_from_plot_files_too() {
    let bench = bench();
    small_picture(&bench);
    let trim = [
        "--theme",
        "paper",
        "--grid",
        "minor",
        "--spines",
        "left,bottom",
        "--axes-below",
        "--style",
        "grid=#ddd",
        "--style",
        "title-size=16pt",
        "--hline",
        "2,rgb(1,2,3),dashed",
        "--hline=-1",
        "--vline",
        "3",
        "--box",
        "1,2,3,4",
        "--text",
        "1,2,at=left,a, b",
        "--text",
        "3,4,\"c\"",
        "--underlay",
        "map.png",
        "--underlay-extent",
        "0,1,0,1",
    ];
    let run = |more: &[&str]| bench.run(&[&VIEW[..], &trim, more].concat());
    run(&["-o", "first.png", "--write-spec", "plot.toml"]).expect(0);
    let text = String::from_utf8(bench.read("plot.toml")).unwrap();
    bench.run(&["plot", "--spec", "plot.toml", "-o", "second.png", "--write-spec", "again.toml"]).expect(0);
    assert!(bench.read("first.png") == bench.read("second.png"), "{text}");
    assert_eq!(String::from_utf8(bench.read("again.toml")).unwrap(), text.replace("first.png", "second.png"));
    bench.write(
        "own.toml",
        "inputs = ['in.csv']\nx = 'x'\ny = 'y'\nxlim = [0, 10]\nylim = [0, 10]\nwidth = 100\nheight = 100\nframe = 'none'\n\
         marker = 'pixel'\noutput = 'out.png'\nhline = ['2.5,red,1px']\nstyle = ['line=blue', 'line-width=3']\ngrid = false\n\
         axes-below = true\nbox = '1,3,6,8,#00f,1'\n",
    );
    bench.run(&["plot", "--spec", "own.toml"]).expect(0);
    let read = bench.picture("out.png");
    let typed = drawn(&["--hline", "2.5,red,1px", "--axes-below", "--box", "1,3,6,8,#00f,1"]);
    assert!(read.rgba == typed.rgba);
    bench.write("wrong.toml", "hline = ['2.5,rde']\n");
    let run = bench.run(&[&VIEW[..], &["--spec", "wrong.toml", "-o", "out.png"]].concat()).expect(2);
    run.says("wrong.toml:1:1").says("did you mean red?");
}

#[test]
fn trim_decides_the_picture_and_stands_in_its_description() {
    let bench = bench();
    small_picture(&bench);
    let described = |more: &[&str]| {
        bare(&bench, more).expect(0);
        let png = bench.read("out.png");
        let at = png.windows(12).position(|bytes| bytes == b"pointillist\0").expect("a text chunk") + 12;
        let end = at + png[at..].windows(4).position(|bytes| bytes == b"IDAT").expect("pixels") - 8;
        let text = std::str::from_utf8(&png[at..end]).unwrap();
        serde_json::from_str::<serde_json::Value>(text).unwrap()["trim"].clone()
    };
    assert!(described(&[]).is_null());
    let trim = described(&["--style", "line=red", "--vline", "3", "--underlay", "map.png", "--grid", "x"]);
    assert_eq!(trim["style"][0], "line=#ff0000ff");
    assert_eq!(trim["annotations"][0]["x"], "3");
    assert_eq!((&trim["grid"], &trim["underlay"]["size"][0]), (&"X".into(), &2.into()));
    assert!(!trim.to_string().contains("map.png"), "no path");
}

#[test]
fn trim_of_the_library_is_that_of_the_command() {
    let bench = bench();
    small_picture(&bench);
    let args = ["--hline", "2.5,red,1px", "--text", "8,8,t", "--underlay", "map.png", "--underlay-extent", "2,6,4,8"];
    bare(&bench, &[&args[..], &["--style", "text=blue"]].concat()).expect(0);
    let extent = Underlay::parse_extent("2,6,4,8").unwrap();
    let figure = Figure::new(100, 100)
        .xlim(0.0, 10.0)
        .ylim(0.0, 10.0)
        .frame(Frame::None)
        .points(pointillist::Marker::Pixel)
        .style("text=blue")
        .unwrap()
        .annotate(Annotation::hline("2.5,red,1px").unwrap())
        .annotate(Annotation::text("8,8,t").unwrap())
        .underlay(Underlay::open(&bench.path("map.png"), Some(extent)).unwrap());
    let mut plot = figure.clone().open(BackendChoice::Cpu).unwrap();
    plot.draw(&Chunk::xy(&[0.05, 5.0], &[9.95, 5.0])).unwrap();
    assert!(plot.render().unwrap().into_raw() == bench.picture("out.png").rgba);
    assert_eq!(figure.clone().style("ynk=red").unwrap_err().kind().exit_code(), 2);
    let mut wrong = figure.annotate(Annotation::vline("soon").unwrap()).open(BackendChoice::Cpu).unwrap();
    assert!(wrong.draw(&Chunk::xy(&[5.0], &[5.0])).unwrap_err().to_string().contains("--vline"));
}

#[test]
fn trim_keys_are_all_in_the_help() {
    let help = Bench::new().run(&["plot", "--help"]).expect(0);
    let help = String::from_utf8(help.stdout).unwrap();
    for key in pointillist::figure::STYLE_KEYS {
        assert!(help.contains(&format!("  {} ", key.name)), "{} is not explained", key.name);
    }
}
