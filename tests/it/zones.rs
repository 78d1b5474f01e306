//! Ticks on the clocks of time zones, against Python's zoneinfo: `tests/data/zones.py` recorded when days and hours begin.

use pointillist::data::chunk::TimeUnit;
use pointillist::scale::{Calendar, Scale, ticks};
use serde_json::Value;

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
