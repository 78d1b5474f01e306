//! Ticks on the clocks of time zones, against Python's zoneinfo: `tests/data/zones.py` recorded when days and hours begin.

use pointillist::data::chunk::TimeUnit;
use pointillist::scale::{Calendar, Scale, ticks};
use serde_json::Value;

use crate::harness::binary::{Bench, repository_file};

/// The instants of the labelled ticks of an axis so long that labels fit `distance_s` seconds apart and no closer.
fn instants(case: &Value, unit: TimeUnit, distance_s: i64) -> Vec<(i64, String)> {
    let (lo, hi) = (case["lo"].as_i64().unwrap(), case["hi"].as_i64().unwrap());
    let steps = 1_000_000_000 / unit.nanoseconds();
    let zone = Some(case["zone"].as_str().unwrap().to_owned());
    let (start, end) = (i128::from(lo * steps), i128::from(hi * steps));
    let scale = Scale::time(start, end, Calendar { unit, zone }).unwrap();
    // Labels of 10 px and a gap of 1 fit every 17 px, and not every 8.5.
    let pixels = 17.0 * (hi - lo) as f64 / distance_s as f64;
    let found = ticks(&scale, pixels, &|label| if label == "M" { 1.0 } else { 10.0 });
    let instant = |fraction: f64| lo + (fraction * (hi - lo) as f64).round() as i64;
    found.into_iter().filter(|tick| !tick.is_minor).map(|tick| (instant(tick.fraction), tick.label)).collect()
}

fn cases() -> Vec<Value> {
    let path = format!("{}/tests/data/zones.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn times(of: &Value) -> Vec<i64> {
    of.as_array().unwrap().iter().map(|time| time.as_i64().unwrap()).collect()
}

#[test]
fn zones_days_begin_where_zoneinfo_says() {
    for case in cases() {
        for unit in [TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Nanosecond] {
            let found: Vec<i64> = instants(&case, unit, 86_400).into_iter().map(|(instant, _)| instant).collect();
            assert_eq!(found, times(&case["midnights"]), "{} in {unit:?}", case["zone"]);
        }
    }
}

#[test]
fn zones_hours_begin_where_zoneinfo_says_and_no_label_comes_twice() {
    for case in cases() {
        let found = instants(&case, TimeUnit::Second, 3600);
        let mut labels: Vec<&str> = found.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(
            found.iter().map(|(instant, _)| *instant).collect::<Vec<_>>(),
            times(&case["hours"]),
            "{}",
            case["zone"]
        );
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), found.len(), "{}", case["zone"]);
    }
}

/// The picture of a run that succeeds, and what it said.
fn picture(bench: &Bench, args: &[&str]) -> (Vec<u8>, String) {
    let mut all = vec!["plot"];
    all.extend(args);
    all.extend(["-o", "out.png", "--progress", "never", "--backend", "cpu", "--width", "400", "--height", "300"]);
    let run = bench.run(&all);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    (bench.read("out.png"), run.stderr)
}

#[test]
fn zones_limits_mean_the_same_instants_however_they_are_written() {
    let bench = Bench::new();
    let file = repository_file("tests/data/arrow/plain.arrow");
    let file = file.as_str();
    let same = |ways: &[&[&str]]| {
        let pictures: Vec<Vec<u8>> = ways.iter().map(|way| picture(&bench, way).0).collect();
        assert!(pictures.windows(2).all(|pair| pair[0] == pair[1]), "{ways:?}");
        pictures[0].clone()
    };
    // The column `ns` is on Berlin's clock.
    let of = |limits| [file, "-x", "ns", "-y", "after", "--xlim", limits];
    let berlin = same(&[
        &of("1990-01-01,1990-07-01"),
        &of("1990-01-01T00:00+01:00,1990-07-01T00:00+02:00"),
        &of("1989-12-31T23:00Z,1990-06-30T22:00:00Z"),
    ]);
    assert!(berlin != picture(&bench, &of("1990-01-01T00:00Z,1990-07-01T00:00Z")).0);
    // Colours: points, and a density's numbers.
    let of = |limits| [file, "-x", "i8", "-y", "after", "--color", "ms", "--clim", limits];
    same(&[&of("1980-01-01,1990-01-01"), &of("315532800000,631152000000")]);
    let of = |limits| [file, "-x", "i8", "-y", "after", "--reduce", "mean:ns", "--clim", limits];
    same(&[&of("1980-01-01,1990-01-01"), &of("315529200000000000,631148400000000000")]);
    let of = |limits| [file, "-x", "i8", "-y", "after", "--reduce", "mean:ns", "--value-range", limits];
    same(&[&of("1980-01-01,1990-01-01"), &of("1979-12-31T23:00Z,1989-12-31T23:00Z")]);
    let wrong = bench.run(&[
        "plot",
        file,
        "-x",
        "i8",
        "-y",
        "after",
        "--color",
        "f64",
        "--clim",
        "1980-01-01,1990-01-01",
        "-o",
        "o.png",
    ]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("is a time"), "{}", wrong.stderr);
}

#[test]
fn zones_that_nobody_knows_are_utc_and_said_so() {
    let bench = Bench::new();
    let file = repository_file("tests/data/arrow/mars.arrow");
    let (_, said) = picture(&bench, &[&file, "-x", "t", "-y", "y"]);
    assert!(said.contains("'Mars/Olympus'") && said.contains("UTC"), "{said}");
}

#[test]
fn zones_limits_of_times_are_kept_by_a_canvas() {
    let bench = Bench::new();
    let file = repository_file("tests/data/arrow/plain.arrow");
    let limits = ["--clim", "1980-01-01,1990-01-01"];
    // The plot alone: a colorbar whose limits are known takes another width.
    let mut args = vec![&file, "-x", "i8", "-y", "after", "--reduce", "max:ns", "--frame", "none"];
    args.extend(["--canvas", "c.canvas"]);
    picture(&bench, &args);
    let shaded = bench.run(&["shade", "c.canvas", limits[0], limits[1], "-o", "shaded.png", "--frame", "none"]);
    assert_eq!(shaded.code, Some(0), "{}", shaded.stderr);
    args.truncate(9);
    args.extend(limits);
    assert!(picture(&bench, &args).0 == bench.read("shaded.png"), "shaded again, with limits on Berlin's clock");
}

#[test]
fn zones_asked_for_show_the_same_instants_by_another_clock() {
    let bench = Bench::new();
    let file = repository_file("tests/data/arrow/plain.arrow");
    let of = |more: &[&str]| {
        let mut args = vec![&*file, "-x", "ns", "-y", "after"];
        args.extend(more);
        picture(&bench, &args)
    };
    // The column `ns` is on Berlin's clock.
    assert!(of(&["--tz", "europe/berlin"]).0 == of(&[]).0, "its own zone");
    assert!(of(&["--tz", "UTC"]).0 != of(&[]).0);
    let limits = ["--xlim", "1990-01-01,1990-07-01"];
    let instants = ["--xlim", "1990-01-01T00:00Z,1990-07-01T00:00Z"];
    let by_utc = of(&["--tz", "UTC", limits[0], limits[1]]).0;
    assert!(by_utc == of(&["--tz", "UTC", instants[0], instants[1]]).0, "limits are read by the zone");
    assert!(by_utc != of(&limits).0);
    let by_offset = of(&["--tz", "-03:30", limits[0], limits[1]]).0;
    assert!(by_offset == of(&["--tz=-03:30", "--xlim", "1990-01-01T00:00-03:30,1990-07-01T00:00-03:30"]).0);
    // Colours, reduced numbers and sizes too.
    let of = |args: &[&str], zone: &str| {
        let mut all = vec![&*file, "-x", "i8", "-y", "after", "--tz", zone];
        all.extend(args);
        picture(&bench, &all).0
    };
    for (flag, column, limits) in
        [("--color", "ns", "--clim"), ("--reduce", "mean:ns", "--clim"), ("--size-by", "ns", "--size-limits")]
    {
        let typed = of(&[flag, column, limits, "1980-01-01,1990-01-01"], "Asia/Tokyo");
        let same = of(&[flag, column, limits, "1980-01-01T00:00+09:00,1990-01-01T00:00+09:00"], "Asia/Tokyo");
        assert!(typed == same, "{flag}");
        assert!(typed != of(&[flag, column, limits, "1980-01-01,1990-01-01"], "America/New_York"), "{flag}");
    }
}

#[test]
fn zones_asked_for_are_told_where_times_have_none_and_where_they_change_nothing() {
    let bench = Bench::new();
    bench.write("in.csv", "t,d,y\n2024-03-31 00:30:00,2024-03-31,1\n2024-03-31 05:30:00,2024-04-02,2\n");
    let (bare, said) = picture(&bench, &["in.csv", "-x", "t", "-y", "y", "--tz", "Europe/Berlin"]);
    assert!(
        said.contains("column 't' has no time zone: its times are read as UTC and shown in Europe/Berlin"),
        "{said}"
    );
    bench.write("in.csv", "t,d,y\n2024-03-31T01:30:00+01:00,2024-03-31,1\n2024-03-31T07:30:00+02:00,2024-04-02,2\n");
    let (zoned, said) = picture(&bench, &["in.csv", "-x", "t", "-y", "y", "--tz", "Europe/Berlin"]);
    assert!(!said.contains("time zone") && zoned == bare, "the same instants: {said}");
    let (_, said) = picture(&bench, &["in.csv", "-x", "d", "-y", "y", "--tz", "Europe/Berlin"]);
    assert!(said.contains("the time zone changes nothing"), "{said}");
    for (typed, hint) in
        [("Berlin", "did you mean Europe/Berlin?"), ("Europe/Berlim", "Europe/Berlin"), ("+99", "AREA/CITY")]
    {
        let wrong = bench.run(&["plot", "missing.csv", "-x", "t", "-y", "y", "--tz", typed, "-o", "o.png"]);
        assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
        assert!(wrong.stderr.contains("no such time zone") && wrong.stderr.contains(hint), "{}", wrong.stderr);
    }
}

#[test]
fn zones_asked_for_hold_for_canvases_and_plot_files() {
    let bench = Bench::new();
    let file = repository_file("tests/data/arrow/plain.arrow");
    // The plot alone has its size whatever its labels.
    let args = [&*file, "-x", "ns", "-y", "after", "--reduce", "max:ms", "--frame", "none"];
    let mut kept = args.to_vec();
    kept.extend(["--canvas", "c.canvas"]);
    picture(&bench, &kept);
    let mut tokyo = args.to_vec();
    tokyo.extend(["--tz", "Asia/Tokyo", "--clim", "1980-01-01,1990-01-01"]);
    let mut written = tokyo.clone();
    written.extend(["--write-spec", "plot.toml"]);
    let (direct, _) = picture(&bench, &written);
    let shaded = bench.run(&[
        "shade",
        "c.canvas",
        "--tz",
        "Asia/Tokyo",
        "--clim",
        "1980-01-01,1990-01-01",
        "-o",
        "s.png",
        "--frame",
        "none",
    ]);
    assert_eq!(shaded.code, Some(0), "{}", shaded.stderr);
    assert!(direct == bench.read("s.png"), "shaded by another clock");
    let again = bench.run(&["plot", "--spec", "plot.toml", "-o", "again.png"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(
        direct == bench.read("again.png") && String::from_utf8(bench.read("plot.toml")).unwrap().contains("Asia/Tokyo")
    );
}
