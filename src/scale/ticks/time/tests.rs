//! Two lines of labels against Python's zoneinfo and strftime: `tests/data/clocks.py` recorded instants and texts.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::scale::ticks::{Wording, worded_ticks};

const CHAR_PX: f64 = 7.0;

fn two_lines(scale: &Scale, length_px: f64) -> Vec<Tick> {
    let extent = |label: &str| label.chars().count() as f64 * CHAR_PX;
    worded_ticks(scale, length_px, &extent, Wording::TwoLines).ticks
}

fn whole(of: &Value) -> i128 {
    of.as_str().and_then(|text| text.parse().ok()).expect("an integer")
}

#[test]
fn instants_and_both_lines_are_those_of_zoneinfo() {
    let path = format!("{}/tests/data/clocks.json", env!("CARGO_MANIFEST_DIR"));
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).expect("the file")).expect("JSON");
    assert!(cases.len() > 10, "{} cases", cases.len());
    for case in cases {
        let zone = Some(case["zone"].as_str().expect("a name").to_owned());
        let (lo, hi) = (whole(&case["lo"]), whole(&case["hi"]));
        let length_px = case["length_px"].as_f64().expect("a length");
        let expected: Vec<(i128, String, String)> = case["ticks"]
            .as_array()
            .expect("ticks")
            .iter()
            .map(|tick| (whole(&tick[0]), tick[1].as_str().unwrap_or("").into(), tick[2].as_str().unwrap_or("").into()))
            .collect();
        for (unit, ns) in [(TimeUnit::Millisecond, 1_000_000), (TimeUnit::Nanosecond, 1)] {
            let scale = Scale::time(lo / ns, hi / ns, Calendar { unit, zone: zone.clone() }).expect("limits");
            let labelled = two_lines(&scale, length_px).into_iter().filter(|tick| !tick.is_minor);
            let at = |fraction: f64| lo + ((fraction * (hi - lo) as f64 / 1e6).round() as i128) * 1_000_000;
            let found: Vec<_> = labelled.map(|tick| (at(tick.fraction), tick.label, tick.context)).collect();
            assert_eq!(found, expected, "{} by {} in {unit:?}", case["zone"], case["step"]);
        }
    }
}

#[test]
fn minor_ticks_divide_by_the_calendar() {
    let minors = |start: &str, end: &str| {
        let ns = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_nanosecond();
        let (lo, hi) = (ns(start), ns(end));
        let calendar = Calendar { unit: TimeUnit::Nanosecond, zone: Some("UTC".to_owned()) };
        let ticks = two_lines(&Scale::time(lo, hi, calendar.clone()).expect("limits"), 600.0);
        let at = |tick: &Tick| lo + (tick.fraction * (hi - lo) as f64 / 1e9).round() as i128 * 1_000_000_000;
        let minors = ticks.iter().filter(|tick| tick.is_minor).map(|tick| label(at(tick), &calendar));
        (ticks.iter().filter(|tick| !tick.is_minor).count(), minors.collect::<Vec<_>>())
    };
    // Days between Mondays, over a leap day.
    let (labelled, days) = minors("2024-02-19T00:00:00Z", "2024-03-25T00:00:00Z");
    assert_eq!((labelled, days.len()), (6, 30));
    assert!(days.contains(&"2024-02-29T00:00:00.000000000".to_owned()), "{days:?}");
    // Months between years, which are not equally long.
    let (labelled, months) = minors("2019-12-31T00:00:00Z", "2025-01-02T00:00:00Z");
    assert_eq!((labelled, months.len()), (6, 55));
    assert!(months.iter().all(|month| month[7..10] == *"-01"), "{months:?}");
    // Hours between quarters of a day.
    assert_eq!(minors("2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z").0, 9);
}

#[test]
fn of_an_hour_that_comes_twice_one_label_is_enough_where_two_have_no_room() {
    // Havana goes back at 1:00 to midnight.
    let (lo, hi) = (1_730_577_600, 1_730_635_200);
    let calendar = Calendar { unit: TimeUnit::Second, zone: Some("America/Havana".to_owned()) };
    let scale = Scale::time(lo, hi, calendar).expect("limits");
    let labelled = two_lines(&scale, 900.0).into_iter().filter(|tick| !tick.is_minor);
    let labels: Vec<String> = labelled.map(|tick| tick.label).collect();
    assert_eq!(labels, ["16:00", "18:00", "20:00", "22:00", "00:00-04:00", "02:00", "04:00", "06:00"]);
}

#[test]
fn fractions_of_a_second_belong_to_the_texts_below_them() {
    let lines = |start: &str, end: &str| {
        let ns = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_nanosecond();
        let calendar = Calendar { unit: TimeUnit::Nanosecond, zone: None };
        let ticks = two_lines(&Scale::time(ns(start), ns(end), calendar).expect("limits"), 700.0);
        let labelled = ticks.into_iter().filter(|tick| !tick.is_minor);
        labelled.map(|tick| (tick.label, tick.context)).collect::<Vec<_>>()
    };
    let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect::<Vec<_>>();
    assert_eq!(
        lines("2024-02-29T23:59:59.9999Z", "2024-03-01T00:00:00.00015Z"),
        own(&[
            ("900 µs", "2024-02-29 23:59:59.999"),
            ("950 µs", ""),
            ("0 µs", "2024-03-01 00:00:00.000"),
            ("50 µs", ""),
            ("100 µs", ""),
            ("150 µs", "")
        ])
    );
    assert_eq!(
        lines("2024-02-29T00:00:00.001002998Z", "2024-02-29T00:00:00.001003001Z"),
        own(&[("998 ns", "2024-02-29 00:00:00.001002"), ("999 ns", ""), ("0 ns", "00:00:00.001003"), ("1 ns", "")])
    );
}

/// What two lines say, put together as a person would.
fn read(label: &str, context: &str) -> Option<jiff::civil::DateTime> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = |name: &str| MONTHS.find(name).map(|at| at / 3 + 1);
    let text = if let Some((count, unit)) = label.split_once(' ') {
        let digits = match unit {
            "ms" => format!(".{count:0>3}"),
            "µs" | "ns" => format!("{count:0>3}"),
            _ => return None,
        };
        format!("{}{digits}", context.replace(' ', "T"))
    } else if label.contains(':') {
        format!("{context}T{label}")
    } else if context.is_empty() {
        format!("{label}-01-01")
    } else if let Some(month) = month(label) {
        format!("{context}-{month:02}-01")
    } else {
        let (name, year) = context.split_once(' ')?;
        format!("{year}-{:02}-{label:0>2}", month(name)?)
    };
    text.parse().ok()
}

proptest! {
    /// The label, with the context that was written last, is the time at its place; on either direction of the axis.
    #[test]
    fn two_lines_read_back(lo in -60_000_000_000i64..180_000_000_000, bits in 0..62u32, rest: u64, length_px in 120.0..3000.0f64, is_reversed: bool) {
        // From nanoseconds to a century and a half.
        let lo = i128::from(lo) * 1_000_000_000 + i128::from(rest % 1_000_000_000);
        let span = 1 + i128::from(rest >> (63 - bits));
        let (start, end) = if is_reversed { (lo + span, lo) } else { (lo, lo + span) };
        let calendar = Calendar { unit: TimeUnit::Nanosecond, zone: None };
        let scale = Scale::time(start, end, calendar).expect("limits");
        let ticks = two_lines(&scale, length_px);
        prop_assert!(ticks.windows(2).all(|pair| pair[0].fraction < pair[1].fraction), "{:?}", ticks);
        let labelled: Vec<&Tick> = ticks.iter().filter(|tick| !tick.is_minor).collect();
        prop_assert!(labelled.len() >= 2);
        let mut context = String::new();
        for tick in labelled {
            if !tick.context.is_empty() {
                // A time of day alone goes on with the date.
                let is_time = tick.context.contains(':') && !tick.context.contains(' ');
                context = match (is_time, context.split_once(' ')) {
                    (true, Some((date, _))) => format!("{date} {}", tick.context),
                    _ => tick.context.clone(),
                };
            }
            let civil = read(&tick.label, &context);
            prop_assert!(civil.is_some(), "'{}' below '{}'", context, tick.label);
            let civil = civil.and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC).ok());
            let ns = civil.expect("in UTC").timestamp().as_nanosecond();
            prop_assert_eq!(scale.fraction_from_integer(ns), tick.fraction, "'{}' below '{}'", context, tick.label);
        }
    }
}
