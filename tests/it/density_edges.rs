//! Densities where columns, ranges and names are not what one expects: whole numbers stored as floats, fractions that come
//! late, zeros of either sign, values at the ends of the floats, columns of one name, nothing at all.

use std::fmt::Write as _;

use crate::harness::array::Array;
use crate::harness::binary::{Bench, Run};

const VIEW: [&str; 14] =
    ["-x", "x", "-y", "y", "--xlim", "0,4", "--ylim", "0,1", "--width", "4", "--height", "1", "--frame", "none"];

fn run(bench: &Bench, more: &[&str]) -> Run {
    bench.run(&[&["plot", "in.csv"][..], &VIEW, &["-o", "o.png"], more].concat())
}

/// The numbers of the four pixels of one reduction.
fn pixels(bench: &Bench, reduce: &str, more: &[&str]) -> Vec<f64> {
    run(bench, &[&["--reduce", reduce, "--raster", "o.npy"][..], more].concat()).expect(0);
    Array::read(&bench.read("o.npy")).numbers
}

#[test]
fn edges_whole_numbers_in_text_are_categories() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y,k\n0,0,10\n0,0,9\n1,0,10\n2,0,-3\n3,0,\n");
    run(&bench, &["--reduce", "by:k", "--raster", "o.npz"]).expect(0).says("4 drawn");
    let arrays = Array::read_all(&bench.read("o.npz"));
    assert_eq!(arrays["by_k_names"].texts, ["-3", "9", "10"], "in the order of the numbers");
    assert_eq!(arrays["by_k"].plane(2), [1.0, 1.0, 0.0, 0.0]);
    bench.write("in.csv", "x,y,k\n0,0,1.5\n");
    run(&bench, &["--reduce", "by:k"]).expect(2).says("whole numbers");
}

#[test]
fn edges_a_fraction_far_down_is_drawn_by_every_reduction() {
    let bench = Bench::new();
    let mut text = String::from("x,y,v\n");
    for row in 0..2000 {
        writeln!(text, "{},0,{}", row % 4, row % 7).unwrap();
    }
    text += "0,0,-1.5\n1,0,9.5\n";
    bench.write("in.csv", text);
    assert_eq!(pixels(&bench, "min:v", &[])[0], -1.5);
    assert_eq!(pixels(&bench, "max:v", &[])[1], 9.5);
    assert_eq!(pixels(&bench, "last:v", &[])[..2], [-1.5, 9.5]);
    for reduce in ["mean:v", "min:v", "first:v"] {
        run(&bench, &["--reduce", reduce, "--value-range", "-2,10"]).expect(0).says("2,002 drawn");
    }
}

#[test]
fn edges_of_a_range_hold_zeros_of_either_sign_and_nothing_beyond() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y,v\n0,0,-0.0\n1,0,0.5\n2,0,1\n3,0,1.0000001\n");
    for reduce in ["mean:v", "min:v", "last:v"] {
        let found = pixels(&bench, reduce, &["--value-range", "0,1"]);
        assert_eq!((&found[..3], found[3].is_nan()), (&[0.0, 0.5, 1.0][..], true), "{reduce}");
    }
    bench.write("in.csv", "x,y,v\n0,0,9223372036854775807\n1,0,9223372036854775806\n");
    run(&bench, &["--reduce", "min:v", "--value-range", "1e30,1e31"]).expect(0).says("0 drawn");
}

#[test]
fn edges_deviations_do_not_overflow_where_variances_do() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y,v\n0,0,0\n0,0,1e200\n1,0,0\n1,0,0\n");
    let found = pixels(&bench, "std:v", &[]);
    assert!((found[0] / 5e199 - 1.0).abs() < 1e-11 && found[1] == 0.0, "{found:?}");
}

#[test]
fn edges_columns_of_one_name_stay_apart_and_arrays_too() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y,v,v\n0,0,1,10\n");
    run(&bench, &["--reduce", "mean:2", "--reduce", "mean:3", "--raster", "o.npz"]).expect(0);
    let arrays = Array::read_all(&bench.read("o.npz"));
    assert_eq!((arrays["mean_v_2"].numbers[0], arrays["mean_v_3"].numbers[0]), (1.0, 10.0));
    bench.write("in.csv", "x,y,a/b,a_b\n0,0,1,10\n");
    run(&bench, &["--reduce", "mean:a/b", "--reduce", "mean:a_b", "--raster", "o.npz"]).expect(0);
    let arrays = Array::read_all(&bench.read("o.npz"));
    assert_eq!((arrays["mean_a_b"].numbers[0], arrays["mean_a_b_2"].numbers[0]), (1.0, 10.0));
}

#[test]
fn edges_nothing_at_all_is_an_empty_picture() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y,k\n");
    for reduce in ["by:k", "mean:k", "first:k", "count"] {
        run(&bench, &["--reduce", reduce]).expect(0).says("no rows");
    }
}

#[test]
fn edges_of_memory_choose_the_same_categories_whatever_the_threads() {
    let bench = Bench::new();
    let mut text = String::from("x,y,k\n");
    for row in 0..3000 {
        writeln!(text, "{},{},c{}", row % 97, row % 89, row % 300).unwrap();
    }
    bench.write("in.csv", text);
    let pictures: Vec<_> = [("1", "50000"), ("5", "100")]
        .into_iter()
        .map(|(threads, rows)| {
            let engine = ["--threads", threads, "--chunk-rows", rows, "--max-memory", "250M"];
            let view = ["plot", "in.csv", "-x", "x", "-y", "y", "--reduce", "by:k", "-o", "o.png"];
            bench.run(&[&view[..], &engine].concat()).expect(0).says("as \"other\"");
            bench.read("o.png")
        })
        .collect();
    assert!(pictures[0] == pictures[1], "threads decide what is counted");
    let names: Vec<String> = (0..2000).map(|name| format!("n{name}")).collect();
    run(&bench, &["--reduce", "by:k", "--categories", &names.join(",")]).expect(2).says("--max-memory");
}

#[test]
fn edges_what_changes_nothing_or_cannot_be_is_said() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y,k,v\n0,0,a,-1\n1,0,b,-2\n");
    run(&bench, &["--reduce", "count", "--categories", "a"]).expect(0).says("--categories changes nothing");
    run(&bench, &["--reduce", "by:k", "--cmap", "fire"]).expect(0).says("colours of their own");
    run(&bench, &["--reduce", "mean:v", "--norm", "log"]).expect(0).says("no number in the picture is positive");
    run(&bench, &["--reduce", "mean:v", "--clim", "5,p50"]).expect(0).says("reversed");
    run(&bench, &["--spread", "2"]).expect(0).says("--spread changes nothing: it is of densities");
    let both = run(&bench, &["--under", "red", "--colorbar", "histogram"]).expect(0);
    let _ = both.says("--under, --colorbar histogram change nothing: they are of densities");
    run(&bench, &["--reduce", "mean:v", "--clim", "5,5"]).expect(2).says("--clim needs two different numbers");
    run(&bench, &["--color", "v", "--clim", "5,5"]).expect(2).says("--clim needs two different numbers");
    run(&bench, &["--reduce", "count", "--clim", "p50,p50"]).expect(0).says("--clim came to 1.0,1.0");
    run(&bench, &["--size-by", "v", "--size-range", "0,90"]).expect(2).says("--size-range 0,90");
    run(&bench, &["--reduce", "by:k", "--canvas", "k.canvas"]).expect(0);
    bench.run(&["shade", "k.canvas", "-o", "s.png", "--raster", "s.npy"]).expect(2).says("*.npz");
    bench.run(&["shade", "k.canvas", "-o", "-", "--raster", "-"]).expect(2);
    bench.run(&["shade", "k.canvas", "-o", "k.canvas"]).expect(2).says("replace an input");
    bench.run(&["shade", "k.canvas", "-o", "s.png", "--under", "red"]).expect(0).says("change nothing");
}

#[test]
fn edges_points_are_shown_again_as_they_were_with_their_legend_and_colorbar() {
    let bench = Bench::new();
    let mut text = String::from("x,y,k,v\n");
    for row in 0..500_u32 {
        writeln!(text, "{},{},k{},{}", row % 31, row % 17, row % 3, f64::from(row) * 4.072_745_513_640_084).unwrap();
    }
    bench.write("in.csv", text);
    let view = ["plot", "in.csv", "-x", "x", "-y", "y", "--width", "500", "--height", "400"];
    let star = &["--color", "k", "--marker", "star"][..];
    for options in [&["--color", "k"][..], star, &["--color", "v", "--norm", "sqrt"], &["--alpha", "0.3"]] {
        bench.run(&[&view[..], options, &["--canvas", "p.canvas", "-o", "p.png"]].concat()).expect(0);
        bench.run(&["shade", "p.canvas", "-o", "s.png"]).expect(0);
        assert!(bench.read("p.png") == bench.read("s.png"), "{options:?}: other bytes");
    }
}
