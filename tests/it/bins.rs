//! Bins against numpy's, and time positions against Python's integers: `tests/data/bins.py` recorded both.

use pointillist::data::chunk::TimeUnit;
use pointillist::scale::{Calendar, Scale};
use serde_json::Value;

fn fixture(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(!cases.is_empty(), "{name} holds cases");
    cases
}

/// Floats from the hex digits of their bits, 16 each.
fn floats(hex: &Value) -> Vec<f64> {
    let hex = hex.as_str().unwrap().as_bytes();
    let digits = |digits: &[u8]| u64::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    hex.chunks_exact(16).map(|chunk| f64::from_bits(digits(chunk))).collect()
}

fn integers(values: &Value) -> Vec<i128> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().parse().unwrap()).collect()
}

/// numpy tells -1 and n outside; how far outside is the program's business.
fn clamped(position: i32, n: i32) -> i32 {
    (position >> 8).clamp(-1, n)
}

#[test]
fn bins_equal_numpys_ascending_flipped_and_reversed() {
    for case in fixture("bins.json") {
        let name = case["name"].as_str().unwrap();
        let n = case["n"].as_u64().unwrap() as u32;
        let last = n as i32 - 1;
        let (lo, hi) = (floats(&case["lo"])[0], floats(&case["hi"])[0]);
        let values = floats(&case["values"]);
        let expected: Vec<_> =
            case["bins"].as_array().unwrap().iter().map(|bin| bin.as_i64().unwrap() as i32).collect();
        assert_eq!(values.len(), expected.len(), "{name}: one bin a value");
        let up = Scale::linear(lo, hi).unwrap();
        let down = Scale::linear(hi, lo).unwrap();
        let ways = [
            ("ascending", up.binning(n, false), false),
            ("y", up.binning(n, true), true),
            ("reversed", down.binning(n, false), true),
            ("reversed y", down.binning(n, true), false),
        ];
        for (way, binning, is_mirrored) in ways {
            let mut positions = vec![0; values.len()];
            binning.positions_f64(&values, &mut positions);
            // One at a time takes another path than a block.
            let mut alone = vec![0; values.len()];
            for (value, position) in values.iter().zip(&mut alone) {
                binning.positions_f64(std::slice::from_ref(value), std::slice::from_mut(position));
            }
            assert_eq!(positions, alone, "{name}, {way}: a block equals its values one at a time");
            for ((value, position), bin) in values.iter().zip(&positions).zip(&expected) {
                let expected = if is_mirrored { last - bin } else { *bin };
                assert_eq!(
                    clamped(*position, n as i32),
                    expected,
                    "{name}, {way}: {value:?} on {lo:?}..{hi:?}, {n} px"
                );
            }
        }
    }
}

#[test]
fn bins_of_what_is_not_finite_are_nowhere() {
    let binning = Scale::linear(0.0, 1.0).unwrap().binning(10, false);
    let mut positions = [0; 4];
    binning.positions_f64(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.5], &mut positions);
    assert_eq!(positions[..3], [pointillist::scale::INVALID; 3], "NaN and infinities");
    assert_eq!(positions[3], 5 * 256, "and a value beside them");
}

#[test]
fn times_equal_pythons_integers() {
    let calendar = Calendar { unit: TimeUnit::Nanosecond, zone: None };
    for case in fixture("times.json") {
        let name = case["name"].as_str().unwrap();
        let n = case["n"].as_u64().unwrap() as u32;
        let limit = |key: &str| case[key].as_str().unwrap().parse::<i128>().unwrap();
        let scale = Scale::time(limit("lo"), limit("hi"), calendar.clone()).unwrap();
        let values = integers(&case["values"]);
        let expected: Vec<_> =
            case["positions"].as_array().unwrap().iter().map(|position| position.as_i64().unwrap() as i32).collect();
        let mut positions = vec![0; values.len()];
        scale.binning(n, false).positions_int(values.iter().copied(), &mut positions);
        for ((value, position), expected) in values.iter().zip(&positions).zip(&expected) {
            assert_eq!(position, expected, "{name}: {value}");
        }
        scale.binning(n, true).positions_int(values.iter().copied(), &mut positions);
        for ((value, position), expected) in values.iter().zip(&positions).zip(&expected) {
            assert_eq!(*position, n as i32 * 256 - 1 - expected, "{name}, y: {value}");
        }
    }
}
