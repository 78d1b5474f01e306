//! Ticks of any axis: inside, ascending, apart, and read back to their values.

use proptest::prelude::*;

use super::decimal::Decimal;
use super::*;
use crate::data::chunk::TimeUnit;
use crate::scale::Calendar;

const CHAR_PX: f64 = 7.0;

fn along_x(label: &str) -> f64 {
    label.chars().count() as f64 * CHAR_PX
}

fn labels_of(scale: &Scale, length_px: f64) -> Vec<String> {
    let ticks = ticks(scale, length_px, &along_x);
    ticks.into_iter().filter(|tick| !tick.is_minor).map(|tick| tick.label).collect()
}

fn calendar(unit: TimeUnit) -> Calendar {
    Calendar { unit, zone: None }
}

/// Reads a label as a person would: `2×10⁻⁵`, `1.5e9`, `0.1`.
fn number(label: &str) -> f64 {
    let (factor, power) = match label.split_once("×10") {
        Some((factor, power)) => (factor, power),
        None => match label.strip_prefix("10") {
            Some(power) if power.chars().all(|c| "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".contains(c)) && !power.is_empty() => {
                ("1", power)
            }
            _ => return label.parse().expect("a number"),
        },
    };
    let power: String = power
        .chars()
        .map(|c| "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|s| s == c).expect("superscript"))
        .map(|i| if i == 0 { "-".to_owned() } else { (i - 1).to_string() })
        .collect();
    format!("{factor}e{power}").parse().expect("a power")
}

/// Reads `5.25e18` without going through a float.
fn whole(label: &str) -> i128 {
    let (mantissa, power) = label.split_once('e').expect("an exponent");
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let zeros = power.parse::<usize>().expect("a power") - after.len();
    format!("{before}{after}{}", "0".repeat(zeros)).parse().expect("an integer")
}

/// What must hold for every axis; the fraction of each label is computed by the caller from the label alone.
fn check(scale: &Scale, length_px: f64, fraction_of: impl Fn(&str) -> f64) -> Result<(), TestCaseError> {
    let ticks = ticks(scale, length_px, &along_x);
    let labelled: Vec<_> = ticks.iter().filter(|tick| !tick.is_minor).collect();
    prop_assert!(labelled.len() >= 2, "{} labels on {scale:?}", labelled.len());
    prop_assert!(ticks.windows(2).all(|pair| pair[0].fraction < pair[1].fraction), "not ascending: {ticks:?}");
    prop_assert!(ticks.iter().all(|tick| (0.0..=1.0).contains(&tick.fraction)), "outside: {ticks:?}");
    for (i, tick) in labelled.iter().enumerate() {
        let distance_px = (fraction_of(&tick.label) - tick.fraction).abs() * length_px;
        prop_assert!(distance_px <= 0.5, "{} lies {distance_px} px off on {scale:?}", tick.label);
        prop_assert!(!tick.label.starts_with("-0") || number(&tick.label) != 0.0, "negative zero: {}", tick.label);
        prop_assert!(labelled[..i].iter().all(|other| other.label != tick.label), "{} twice", tick.label);
    }
    Ok(())
}

#[test]
fn usual_axes_have_the_usual_labels() {
    let linear = |lo, hi| labels_of(&Scale::linear(lo, hi).expect("limits"), 500.0);
    assert_eq!(linear(0.0, 1.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    assert_eq!(linear(-5.0, 105.0), ["0", "20", "40", "60", "80", "100"]);
    assert_eq!(linear(0.0, 9.0), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(linear(1.3, 7.9), ["2", "3", "4", "5", "6", "7"]);
    assert_eq!(linear(0.0, 2e9)[..3], ["0", "2.5e8", "5.0e8"].map(String::from));
    // Threes and fours only where they reach both ends.
    assert_eq!(linear(-90.0, 90.0), ["-90", "-60", "-30", "0", "30", "60", "90"]);
    assert_eq!(linear(0.0, 24.0), ["0", "4", "8", "12", "16", "20", "24"]);
    assert_eq!(linear(0.0, 28.5), ["0", "5", "10", "15", "20", "25"]);
    assert_eq!(linear(0.0, 2.2), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
    assert_eq!(
        linear(1e9, 1e9 + 0.0021),
        ["1000000000.0000", "1000000000.0005", "1000000000.0010", "1000000000.0015", "1000000000.0020"]
    );
    assert_eq!(linear(3.0, 0.0), linear(0.0, 3.0).into_iter().rev().collect::<Vec<_>>(), "reversed");
}

#[test]
fn integers_stay_integers() {
    let labels = |lo, hi| labels_of(&Scale::integers(lo, hi).expect("limits"), 500.0);
    assert_eq!(labels(0, 4), ["0", "1", "2", "3", "4"]);
    let base = 1i128 << 60;
    assert_eq!(labels(base, base + 1), [base.to_string(), (base + 1).to_string()]);
    assert_eq!(labels(0, 10_000_000_000_000_000_000)[1], "2e18");
}

#[test]
fn log_axes_have_decades_or_less() {
    let labels = |lo, hi| labels_of(&Scale::log(lo, hi).expect("limits"), 500.0);
    assert_eq!(labels(1.0, 1000.0), ["1", "10", "100", "1000"]);
    assert_eq!(labels(0.01, 10.0), ["0.01", "0.1", "1", "10"]);
    assert_eq!(labels(1.0, 1e6), ["10⁰", "10¹", "10²", "10³", "10⁴", "10⁵", "10⁶"]);
    assert_eq!(labels(1.0, 50.0), ["1", "2", "5", "10", "20", "50"]);
    assert_eq!(labels(2.0, 5.0)[..3], ["2.0", "2.5", "3.0"].map(String::from));
    assert_eq!(labels(1.0, 10.0), ["1", "2", "3", "5", "10"]);
    assert_eq!(labels(3.0, 600.0), ["5", "10", "20", "50", "100", "200", "500"]);
    assert_eq!(labels(0.9, 110.0), ["1", "10", "100"]);
    assert_eq!(labels(1e-300, 1e300), ["10⁻³⁰⁰", "10⁻²⁰⁰", "10⁻¹⁰⁰", "10⁰", "10¹⁰⁰", "10²⁰⁰", "10³⁰⁰"]);
    let minors = ticks(&Scale::log(1.0, 100.0).expect("limits"), 500.0, &along_x);
    assert_eq!(minors.iter().filter(|tick| tick.is_minor).count(), 16, "2 to 9 in two decades");
}

#[test]
fn time_axes_step_by_the_calendar() {
    let labels = |start: &str, end: &str| {
        let ms = |text: &str| i128::from(text.parse::<jiff::Timestamp>().expect("time").as_millisecond());
        let scale = Scale::time(ms(start), ms(end), calendar(TimeUnit::Millisecond)).expect("limits");
        labels_of(&scale, 600.0)
    };
    assert_eq!(
        labels("2024-01-01T00:00Z", "2024-07-10T00:00Z")[..3],
        ["2024-01", "2024-02", "2024-03"].map(String::from)
    );
    assert_eq!(
        labels("2024-02-27T00:00Z", "2024-03-02T00:00Z"),
        ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]
    );
    assert_eq!(
        labels("2024-01-01T11:00Z", "2024-01-01T13:00Z"),
        ["2024-01-01T11:00", "2024-01-01T11:30", "2024-01-01T12:00", "2024-01-01T12:30", "2024-01-01T13:00"]
    );
    assert_eq!(labels("1950-01-01T00:00Z", "2050-01-01T00:00Z"), ["1960", "1980", "2000", "2020", "2040"]);
    assert_eq!(
        labels("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.002Z"),
        ["2024-01-01T00:00:00.000", "2024-01-01T00:00:00.001", "2024-01-01T00:00:00.002"]
    );
}

/// Labels of an axis between two instants, on a clock; with what they share.
fn clock_labels(start: &str, end: &str, unit: TimeUnit, zone: &str, length_px: f64) -> (Vec<String>, String) {
    let steps = |text: &str| {
        let ns = text.parse::<jiff::Timestamp>().expect("time").as_nanosecond();
        ns / i128::from(unit.nanoseconds())
    };
    let calendar = Calendar { unit, zone: Some(zone.to_owned()) };
    let scale = Scale::time(steps(start), steps(end), calendar).expect("limits");
    let Worded { ticks, shared } = worded_ticks(&scale, length_px, &along_x, Wording::Shared);
    (ticks.into_iter().filter(|tick| !tick.is_minor).map(|tick| tick.label).collect(), shared)
}

#[test]
fn ticks_are_those_of_the_zones_clock() {
    let (labels, shared) =
        clock_labels("2024-03-30T23:00Z", "2024-03-31T22:00Z", TimeUnit::Second, "Europe/Berlin", 700.0);
    assert_eq!(labels, ["2024-03-31", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "2024-04-01"]);
    assert_eq!(shared, "");
    // The hour from 2 to 3 comes twice: both have their offset.
    let (labels, shared) =
        clock_labels("2024-10-26T23:30Z", "2024-10-27T02:30Z", TimeUnit::Millisecond, "Europe/Berlin", 900.0);
    assert_eq!(
        labels,
        ["01:30", "02:00+02:00", "02:30+02:00", "02:00+01:00", "02:30+01:00", "03:00", "03:30"],
        "and every label is another"
    );
    assert_eq!(shared, "2024-10-27");
    let (labels, _) = clock_labels("2024-10-25T00:00Z", "2024-10-30T00:00Z", TimeUnit::Second, "Asia/Kolkata", 600.0);
    assert_eq!(labels, ["2024-10-26", "2024-10-27", "2024-10-28", "2024-10-29", "2024-10-30"]);
    // Samoa had no 30 December 2011.
    let (labels, _) = clock_labels("2011-12-28T12:00Z", "2012-01-01T12:00Z", TimeUnit::Second, "Pacific/Apia", 600.0);
    assert_eq!(labels, ["2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02"]);
}

#[test]
fn nanoseconds_have_labels_of_their_own() {
    let (labels, shared) = clock_labels(
        "2024-03-31T01:02:03.123456700Z",
        "2024-03-31T01:02:03.123456800Z",
        TimeUnit::Nanosecond,
        "UTC",
        900.0,
    );
    assert_eq!((labels[0].as_str(), labels[1].as_str()), (".12345670", ".12345672"));
    assert_eq!((labels.len(), shared.as_str()), (6, "2024-03-31T01:02:03"));
    assert_eq!(time_label(1, &Calendar { unit: TimeUnit::Day, zone: None }), "1970-01-02");
}

#[test]
fn times_beyond_64_bits_keep_their_calendar() {
    // 1700 to 2200 in nanoseconds, with margins of 5 %: outside of 64 bits on the left.
    let ns = |year: i128| super::civil::days_from_civil(year, 1, 1) * super::civil::DAY_NS;
    let scale = Scale::time(ns(1675), ns(2225), calendar(TimeUnit::Nanosecond)).expect("limits");
    assert!(i64::try_from(ns(1675)).is_err());
    assert_eq!(labels_of(&scale, 500.0), ["1700", "1800", "1900", "2000", "2100", "2200"]);
    let far = Scale::time(ns(-30_000), ns(30_000), calendar(TimeUnit::Nanosecond)).expect("limits");
    assert!(labels_of(&far, 500.0).contains(&"+020000".to_owned()), "{:?}", labels_of(&far, 500.0));
    assert_eq!(time_label(ns(2500), &calendar(TimeUnit::Nanosecond)), "2500-01-01T00:00:00.000000000");
}

#[test]
fn extreme_axes_do_not_panic() {
    for unit in [TimeUnit::Day, TimeUnit::Second, TimeUnit::Nanosecond] {
        for (lo, hi) in [
            (i128::from(i64::MIN), i128::from(i64::MAX)),
            (0, 1),
            (i128::from(i64::MAX) - 1, i128::from(i64::MAX)),
            (0, 1 << 90),
        ] {
            let scale = Scale::time(lo, hi, calendar(unit)).expect("limits");
            assert!(labels_of(&scale, 500.0).len() >= 2, "{lo}..{hi} {unit:?}");
        }
    }
    for (lo, hi) in [(0.0, 1e-300), (1.0, 1.0f64.next_up()), (0.0, f64::MAX), (-1e308, 7e307), (1e308, f64::MAX)] {
        assert!(labels_of(&Scale::linear(lo, hi).expect("limits"), 500.0).len() >= 2, "{lo}..{hi}");
    }
    let scale = Scale::linear(0.0, 1.0).expect("limits");
    for extent in [0.0, f64::NAN, f64::INFINITY, -5.0] {
        for length_px in [0.0, 1.0, 1e9, f64::NAN] {
            assert!(ticks(&scale, length_px, &|_| extent).len() >= 2, "{extent} {length_px}");
        }
    }
}

proptest! {
    #[test]
    fn linear_ticks_are_right(a in -1e12..1e12f64, magnitude in -12..12i32, mantissa in 1.0..10.0f64, length_px in 80.0..4000.0f64, is_reversed: bool) {
        let b = a + mantissa * 10f64.powi(magnitude);
        let b = if a == b { a.next_up() } else { b };
        let scale = if is_reversed { Scale::linear(b, a) } else { Scale::linear(a, b) }.expect("limits");
        check(&scale, length_px, |label| scale.fraction_from_data(number(label)))?;
    }

    #[test]
    fn small_domains_give_right_ticks(a in -10.0..10.0f64, magnitude in -300..300i32, mantissa in 1.0..10.0f64, length_px in 80.0..2000.0f64) {
        let unit = 10f64.powi(magnitude);
        let scale = Scale::linear(a * unit, (a + mantissa) * unit).expect("limits");
        check(&scale, length_px, |label| scale.fraction_from_data(number(label)))?;
    }

    #[test]
    fn log_ticks_are_right(start in -300.0..300.0f64, decades in 0.001..600.0f64, length_px in 80.0..4000.0f64, is_reversed: bool) {
        let (lo, hi) = (10f64.powf(start), 10f64.powf((start + decades).min(308.0)));
        let hi = if lo < hi { hi } else { lo * 1.5 };
        let scale = if is_reversed { Scale::log(hi, lo) } else { Scale::log(lo, hi) }.expect("limits");
        check(&scale, length_px, |label| scale.fraction_from_data(number(label)))?;
    }

    #[test]
    fn integer_ticks_are_right(lo: i64, bits in 0..63u32, rest: u64, length_px in 80.0..4000.0f64) {
        let hi = i128::from(lo) + 1 + i128::from(rest >> (63 - bits));
        let scale = Scale::integers(i128::from(lo), hi).expect("limits");
        check(&scale, length_px, |label| match label.parse::<i128>() {
            Ok(integer) => scale.fraction_from_integer(integer),
            Err(_) => scale.fraction_from_integer(whole(label)),
        })?;
    }

    #[test]
    fn time_ticks_are_right(lo in -60_000_000_000i64..180_000_000_000, bits in 0..36u32, rest: u64, length_px in 80.0..4000.0f64, is_milli: bool) {
        let (unit, steps) = if is_milli { (TimeUnit::Millisecond, 1000) } else { (TimeUnit::Second, 1) };
        let lo = i128::from(lo) * steps;
        let hi = lo + 1 + i128::from(rest >> (63 - bits));
        let scale = Scale::time(lo, hi, calendar(unit)).expect("limits");
        check(&scale, length_px, |label| {
            // Jiff reads what the label says; a year or a month alone begins with its first day.
            let date = match label.trim_start_matches(['+', '-']).matches('-').count() {
                0 => format!("{label}-01-01"),
                1 => format!("{label}-01"),
                _ => label.to_owned(),
            };
            let civil: jiff::civil::DateTime = date.parse().expect("ISO 8601");
            let stamp = civil.to_zoned(jiff::tz::TimeZone::UTC).expect("UTC").timestamp();
            scale.fraction_from_integer(stamp.as_nanosecond() / i128::from(unit.nanoseconds()))
        })?;
    }
}

/// What a label says, with what all of them share: `×10³`, `+10⁹`, or both.
fn with_shared(label: &str, shared: &str) -> Decimal {
    let mut parts = shared.split_whitespace().peekable();
    let power = parts.next_if(|part| part.starts_with('×')).map_or(0, |part| {
        let power = Decimal::parse(&part['×'.len_utf8()..]).expect("a power");
        assert_eq!(power.digits, 1, "{shared}");
        power.exponent
    });
    let own = Decimal::parse(label).expect(label);
    let own = Decimal { exponent: own.exponent + power, ..own };
    let Some(offset) = parts.next() else { return own };
    let offset = Decimal::parse(offset.trim_start_matches('+')).expect("an offset");
    let both = decimal::with_common_exponent(&[own, offset]).expect("near enough");
    Decimal { digits: both[0].digits + both[1].digits, exponent: both[0].exponent.min(both[1].exponent) }
}

#[test]
fn what_labels_share_is_taken_out_of_them() {
    let words = |scale: Scale| {
        let Worded { ticks, shared } = worded_ticks(&scale, 500.0, &along_x, Wording::Shared);
        let labels: Vec<String> = ticks.into_iter().filter(|tick| !tick.is_minor).map(|tick| tick.label).collect();
        (labels.join(" "), shared)
    };
    let linear = |lo, hi| words(Scale::linear(lo, hi).expect("limits"));
    let of = |labels: &str, shared: &str| (labels.to_owned(), shared.to_owned());
    assert_eq!(linear(1e6, 5e6), of("1.0 1.5 2.0 2.5 3.0 3.5 4.0 4.5 5.0", "×10⁶"));
    assert_eq!(linear(5e6, 1e6), of("5.0 4.5 4.0 3.5 3.0 2.5 2.0 1.5 1.0", "×10⁶"), "reversed");
    assert_eq!(linear(1_000_000.1, 1_000_000.6), of("0.1 0.2 0.3 0.4 0.5 0.6", "+1000000"));
    assert_eq!(linear(-1_000_000.6, -1_000_000.1), of("-0.6 -0.5 -0.4 -0.3 -0.2 -0.1", "-1000000"));
    assert_eq!(linear(1e-5, 6e-5), of("1 2 3 4 5 6", "×10⁻⁵"));
    assert_eq!(linear(1e9, 1e9 + 0.003), of("0.0 0.5 1.0 1.5 2.0 2.5 3.0", "×10⁻³ +10⁹"));
    // Short ones keep what they have.
    assert_eq!(linear(2000.0, 2010.0), of("2000 2002 2004 2006 2008 2010", ""));
    assert_eq!(linear(0.0, 500_000.0), of("0 100000 200000 300000 400000 500000", ""));
    assert_eq!(linear(-0.0004, 0.0004).1, "");
    let base = 1_i128 << 60;
    assert_eq!(words(Scale::integers(base, base + 5).expect("limits")), of("6 7 8 9 10 11", "+1152921504606846970"));
}

proptest! {
    #[test]
    fn shared_parts_and_labels_make_the_value(a in -1e12..1e12f64, magnitude in -12..12i32, mantissa in 1.0..10.0f64, length_px in 80.0..4000.0f64, is_reversed: bool) {
        let b = a + mantissa * 10f64.powi(magnitude);
        let b = if a == b { a.next_up() } else { b };
        let scale = if is_reversed { Scale::linear(b, a) } else { Scale::linear(a, b) }.expect("limits");
        let Worded { ticks, shared } = worded_ticks(&scale, length_px, &along_x, Wording::Shared);
        prop_assert!(ticks.iter().filter(|tick| !tick.is_minor).count() >= 2);
        for tick in ticks.iter().filter(|tick| !tick.is_minor) {
            let value = with_shared(&tick.label, &shared).to_f64();
            prop_assert_eq!(scale.fraction_from_data(value), tick.fraction, "{} {} on {:?}", tick.label, shared, scale);
        }
    }

    #[test]
    fn shared_parts_of_integers_are_exact(lo: i64, bits in 0..63u32, rest: u64, length_px in 80.0..4000.0f64) {
        let hi = i128::from(lo) + 1 + i128::from(rest >> (63 - bits));
        let scale = Scale::integers(i128::from(lo), hi).expect("limits");
        let Worded { ticks, shared } = worded_ticks(&scale, length_px, &along_x, Wording::Shared);
        for tick in ticks.iter().filter(|tick| !tick.is_minor) {
            let value = with_shared(&tick.label, &shared).trimmed();
            prop_assert!(value.exponent >= 0, "{} {}", tick.label, shared);
            let value = value.digits * 10_i128.pow(value.exponent.unsigned_abs());
            prop_assert_eq!(scale.fraction_from_integer(value), tick.fraction, "{} {}", tick.label, shared);
        }
    }

    /// Minor ticks cut the distances of labelled ones into equal parts, and never crowd.
    #[test]
    fn minor_ticks_are_round_and_apart(a in -1e6..1e6f64, magnitude in -3..6i32, mantissa in 1.0..10.0f64, length_px in 80.0..2000.0f64) {
        let scale = Scale::linear(a, a + mantissa * 10f64.powi(magnitude)).expect("limits");
        let all = ticks(&scale, length_px, &along_x);
        let apart_px = all.windows(2).map(|pair| (pair[1].fraction - pair[0].fraction) * length_px);
        prop_assert!(apart_px.fold(f64::INFINITY, f64::min) >= MINOR_GAP_PX - 1e-6);
        let majors: Vec<usize> = (0..all.len()).filter(|i| !all[*i].is_minor).collect();
        let between: Vec<usize> = majors.windows(2).map(|pair| pair[1] - pair[0]).collect();
        prop_assert!(between.iter().all(|count| *count == between[0]), "{:?}", between);
        prop_assert!([1, 2, 3, 4, 5].contains(&between[0]), "{:?}", between);
        for pair in majors.windows(2) {
            let (start, end) = (all[pair[0]].fraction, all[pair[1]].fraction);
            for i in pair[0]..pair[1] {
                let even = start + (end - start) * (i - pair[0]) as f64 / between[0] as f64;
                prop_assert!((all[i].fraction - even).abs() * length_px < 1e-3, "{} of {:?}", i, all);
            }
        }
    }
}
