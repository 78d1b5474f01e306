//! Sizes from a column, sizes in points, and edges, as a person asks for them: areas in pixels, rows without a size, and
//! what is refused. How each mark looks is in `scenes` and `stamps`.

use crate::harness::array::Array;
use crate::harness::binary::{Bench, Run};

const FIVE: &str = "x,y,s,t,name,bright\n1,1,0,2024-01-01,a,0.5\n3,1,25,2024-01-02,b,1\n5,1,100,2024-01-05,c,0.25\n7,1,,2024-01-03,d,1\n9,1,nan,2024-01-04,e,1\n";

fn plot(bench: &Bench, more: &[&str]) -> Run {
    let args = [
        "plot",
        "in.csv",
        "-x",
        "x",
        "-y",
        "y",
        "--xlim",
        "0,10",
        "--ylim",
        "0,2",
        "--width",
        "500",
        "--height",
        "100",
        "--frame",
        "none",
        "--backend",
        "cpu",
        "--report",
        "report.json",
        "-o",
        "out.png",
    ];
    bench.run(&[&args, more].concat())
}

/// How many pixels of each fifth of the plot are covered.
fn covered(bench: &Bench) -> Vec<u64> {
    let counts = Array::read(&bench.read("counts.npy"));
    assert_eq!(counts.shape, [100, 500]);
    let fifth = |fifth: usize| counts.numbers.chunks(500).flat_map(move |row| row[fifth * 100..][..100].to_vec());
    (0..5).map(|at| fifth(at).sum::<f64>() as u64).collect()
}

fn five() -> Bench {
    let bench = Bench::new();
    bench.write("in.csv", FIVE);
    bench
}

const COUNTED: [&str; 6] = ["--size-by", "s", "--marker", "square", "--raster", "counts.npy"];

#[test]
fn sizes_give_areas_that_grow_linearly_with_the_numbers() {
    let bench = five();
    plot(&bench, &COUNTED).expect(0).says("column 's': no value (1 row)").says("column 's': not finite (1 row)");
    // 2 and 20 px at the limits; between them the class nearest to sqrt(4 + 0.25 * 396) px, within a pixel a side.
    let areas = covered(&bench);
    assert_eq!((areas[0], areas[2], areas[3], areas[4]), (4, 400, 0, 0));
    assert!((9 * 9..=11 * 11).contains(&areas[1]), "{areas:?}");
    let report = bench.json("report.json");
    assert_eq!((&report["rows"]["drawn"], &report["rows"]["invalid"]), (&3.into(), &2.into()));
    assert_eq!(report["class"], "exact", "hard squares of one colour are counted whatever their sizes");

    plot(&bench, &[&COUNTED[..], &["--size-range", "30,10"]].concat()).expect(0);
    let areas = covered(&bench);
    assert_eq!((areas[0], areas[2]), (900, 100), "small numbers, large marks");

    plot(&bench, &[&COUNTED[..], &["--size-limits", "25,50"]].concat()).expect(0);
    assert_eq!(covered(&bench), [4, 4, 400, 0, 0], "numbers beyond the limits are clamped");

    plot(&bench, &[&COUNTED[..], &["--size-range", "7.2pt,14.4pt", "--dpi", "200"]].concat()).expect(0);
    let areas = covered(&bench);
    assert_eq!((areas[0], areas[2]), (400, 1600), "20 and 40 px at 200 dpi");
}

#[test]
fn sizes_come_from_times_too() {
    let bench = five();
    let args = ["--size-by", "t", "--marker", "square", "--raster", "counts.npy"];
    plot(&bench, &args).expect(0);
    let areas = covered(&bench);
    assert_eq!((areas[0], areas[2]), (4, 400));
    assert!(areas[1] < areas[3] && areas[3] < areas[4], "{areas:?}");
    plot(&bench, &[&args[..], &["--size-limits", "2024-01-02,2024-01-03"]].concat()).expect(0);
    assert_eq!(covered(&bench), [4, 4, 400, 400, 400]);
}

#[test]
fn sizes_do_not_depend_on_chunks_threads_or_pipes() {
    let bench = five();
    let args = ["--size-by", "s", "--color", "s", "--alpha", "bright"];
    plot(&bench, &args).expect(0);
    let whole = bench.read("out.png");
    for more in [["--chunk-rows", "1"], ["--chunk-rows", "2"], ["--threads", "1"]] {
        plot(&bench, &[&args[..], &more].concat()).expect(0);
        assert_eq!(bench.read("out.png"), whole, "{more:?}");
    }
    for piece in [1, 7] {
        let piped = [
            "plot",
            "-",
            "-x",
            "x",
            "-y",
            "y",
            "--xlim",
            "0,10",
            "--ylim",
            "0,2",
            "--width",
            "500",
            "--height",
            "100",
            "--frame",
            "none",
            "--backend",
            "cpu",
            "-o",
            "out.png",
        ];
        bench.pipe(&[&piped, &args[..]].concat(), FIVE.as_bytes(), piece).expect(0);
        assert_eq!(bench.read("out.png"), whole, "pieces of {piece}");
    }
}

#[test]
fn sizes_that_make_no_sense_say_what_would() {
    let bench = five();
    for (args, part) in [
        (&["--size-by", "name"][..], "--size-by needs numbers or times"),
        (&["--size-by", "nothing"], "nothing"),
        (&["--size-by", "s", "--marker", "pixel"], "take --marker square"),
        (&["--size-by", "s", "--size", "3"], "--size"),
        (&["--size-range", "1,2"], "--size-by"),
        (&["--size-by", "s", "--size-range", "0,20"], "0.1 to 256 px"),
        (&["--size-by", "s", "--size-range", "2,nan"], "needs two numbers"),
        (&["--size-by", "s", "--size-range", "2"], "like 2,20"),
        (&["--size-by", "s", "--size-limits", "3,3"], "two different finite numbers"),
        (&["--size-by", "s", "--size-limits", "a,b"], "'a'"),
        (&["--size-by", "s", "--reduce", "count"], "--reduce"),
    ] {
        let run = plot(&bench, args);
        assert!(matches!(run.code, Some(1 | 2)), "{args:?}: {}", run.stderr);
        run.says(part);
        assert!(!bench.path("out.png").exists(), "{args:?} draws nothing");
    }
}

#[test]
fn sizes_of_large_marks_are_planned_and_explained() {
    let bench = five();
    let args = ["--size-by", "s", "--size-range", "200,256", "--explain"];
    let said = String::from_utf8(plot(&bench, &args).expect(0).stdout).unwrap();
    assert!(said.contains("gives the sizes") && said.contains("stamps of up to 257x257 px"), "{said}");
    // Their masks take 32 MB, and twice as much more as rows of whole vectors.
    plot(&bench, &["--size", "3", "--max-memory", "125M"]).expect(0);
    plot(&bench, &[&args[..], &["--max-memory", "125M"]].concat()).expect(2).says("--max-memory");
}

#[test]
fn sizes_in_points_follow_the_dpi_and_those_in_pixels_do_not() {
    let bench = five();
    let counted = ["--marker", "square", "--raster", "counts.npy"];
    for (size, dpi, area) in
        [("7.2pt", "100", 100), ("7.2pt", "200", 400), ("10", "200", 100), ("10px", "50", 100), ("1pt", "72", 1)]
    {
        plot(&bench, &[&counted[..], &["--size", size, "--dpi", dpi]].concat()).expect(0);
        assert_eq!(covered(&bench), [area; 5], "{size} at {dpi} dpi");
    }
}

#[test]
fn edges_are_smooth_or_hard_as_asked_for_whatever_the_shape() {
    let bench = five();
    for marker in ["circle", "square", "diamond", "triangle", "plus", "cross", "star", "ring"] {
        for (aa, class) in [("on", "close"), ("off", "exact")] {
            plot(&bench, &["--marker", marker, "--aa", aa, "--size", "9.5"]).expect(0);
            assert_eq!(bench.json("report.json")["class"], class, "{marker}, --aa {aa}");
            let picture = bench.picture("out.png");
            let colors: std::collections::BTreeSet<_> =
                picture.rgba.chunks_exact(4).map(|pixel| pixel.to_vec()).collect();
            assert_eq!(colors.len() > 2, aa == "on", "{marker}, --aa {aa}: {} colours", colors.len());
        }
        let default = if marker == "square" { "exact" } else { "close" };
        plot(&bench, &["--marker", marker]).expect(0);
        assert_eq!(bench.json("report.json")["class"], default, "{marker}");
    }
}

#[test]
fn colours_alphas_and_sizes_come_from_columns_together() {
    let bench = five();
    let colors = [&["--color", "s"][..], &["--color", "name"], &["--color", "red"], &["--rgb", "bright,bright,bright"]];
    let mut pictures = Vec::new();
    for color in colors {
        for alpha in [&["--alpha", "0.5"][..], &["--alpha", "bright"]] {
            for size in [&["--size", "12"][..], &["--size-by", "x"]] {
                plot(&bench, &[color, alpha, size].concat()).expect(0);
                pictures.push(bench.read("out.png"));
            }
        }
    }
    let all = pictures.len();
    pictures.sort();
    pictures.dedup();
    assert_eq!((all, pictures.len()), (16, 16), "each is a picture of its own");
}

#[test]
fn integer_alphas_are_bytes_beside_bytes_alone() {
    let bench = Bench::new();
    let first_pixel = |colors: &str, alpha: &str| {
        bench.write("in.csv", format!("x,y,r,g,b,a\n1,1,{colors},{alpha}\n1,1,{colors},0\n"));
        plot(
            &bench,
            &[
                "--rgb",
                "r,g,b,a",
                "--marker",
                "square",
                "--size",
                "256",
                "--background",
                "none",
                "--plot-background",
                "none",
            ],
        )
        .expect(0);
        let picture = bench.picture("out.png");
        picture.pixel(50, 50)
    };
    assert_eq!(first_pixel("255,0,0", "51"), [255, 0, 0, 51]);
    assert_eq!(first_pixel("1.0,0.0,0.0", "0.2"), [255, 0, 0, 51]);
    assert_eq!(first_pixel("1.0,0.5,0.0", "1"), [255, 128, 0, 255], "0 and 1 beside floats are no bytes");
}

#[test]
fn bytes_of_nothing_but_0_and_1_are_told() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y,r,g,b\n1,1,1,0,0\n2,1,0,1,1\n");
    let told = "read as bytes";
    plot(&bench, &["--rgb", "r,g,b"]).expect(0).says(told);
    bench.write("in.csv", "x,y,r,g,b\n1,1,1,0,0\n2,1,0,2,1\n");
    let run = plot(&bench, &["--rgb", "r,g,b"]).expect(0);
    assert!(!run.stderr.contains(told), "{}", run.stderr);
    bench.write("in.csv", "x,y,r,g,b\n1,1,1.0,0,0\n2,1,0,1.0,1.0\n");
    let run = plot(&bench, &["--rgb", "r,g,b"]).expect(0);
    assert!(!run.stderr.contains(told), "{}", run.stderr);
}
