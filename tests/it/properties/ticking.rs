//! Ticks of any axis, the most extreme ones too: within it, ascending, not too many, and each label reads back as the value
//! at its place.

use jiff::tz::TimeZone;
use pointillist::data::chunk::TimeUnit;
use pointillist::scale::{Calendar, Scale, Tick, ticks};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::{LONG, holds};
use crate::harness::Random;

/// No axis has more labelled ticks.
const MOST_LABELS: usize = 500;

/// Small ticks between two labelled ones.
const MOST_BETWEEN: usize = 100;

const ZONES: [Option<&str>; 7] = [
    None,
    Some("UTC"),
    Some("Europe/Berlin"),
    Some("Asia/Kolkata"),
    Some("Pacific/Apia"),
    Some("America/St_Johns"),
    Some("-03:30"),
];

/// Reads a number as a person would: `2×10⁻⁵`, `1.5e9`, `-10³`, `0.1`.
fn number(label: &str) -> Option<f64> {
    let (sign, rest) = label.strip_prefix('-').map_or(("", label), |rest| ("-", rest));
    let is_power = |text: &str| !text.is_empty() && text.chars().all(|c| "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".contains(c));
    let (factor, power) = match rest.split_once("×10") {
        Some((factor, power)) => (factor, power),
        None => match rest.strip_prefix("10") {
            Some(power) if is_power(power) => ("1", power),
            _ => return label.parse().ok(),
        },
    };
    let digit = |c: char| match "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|digit| digit == c) {
        Some(digit) => digit.to_string(),
        None => "-".to_owned(),
    };
    format!("{sign}{factor}e{}", power.chars().map(digit).collect::<String>()).parse().ok()
}

/// Reads a whole number without going through a float.
fn whole(label: &str) -> Option<i128> {
    let Some((mantissa, power)) = label.split_once('e') else { return label.parse().ok() };
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let zeros = power.parse::<usize>().ok()?.checked_sub(after.len())?;
    format!("{before}{after}{}", "0".repeat(zeros)).parse().ok()
}

/// Reads a time in nanoseconds on the clock of a zone.
fn time(label: &str, zone: &TimeZone) -> Option<i128> {
    if let Ok(instant) = label.parse::<jiff::Timestamp>() {
        return Some(instant.as_nanosecond());
    }
    let date = match label.trim_start_matches(['+', '-']).matches('-').count() {
        0 => format!("{label}-01-01"),
        1 => format!("{label}-01"),
        _ => label.to_owned(),
    };
    // 2024-01-01T02:00+01:00 has an offset and no seconds, which jiff reads too.
    let civil = date.parse::<jiff::civil::DateTime>().ok()?;
    Some(civil.to_zoned(zone.clone()).ok()?.timestamp().as_nanosecond())
}

fn check(scale: &Scale, length_px: f64, fraction: impl Fn(&str) -> Option<f64>) -> Result<(), TestCaseError> {
    let all = ticks(scale, length_px, &|label| label.chars().count() as f64 * 7.0);
    let labelled: Vec<&Tick> = all.iter().filter(|tick| !tick.is_minor).collect();
    prop_assert!((2..=MOST_LABELS).contains(&labelled.len()), "{} labels on {:?}", labelled.len(), scale);
    prop_assert!(all.len() <= labelled.len() * MOST_BETWEEN, "{} ticks on {:?}", all.len(), scale);
    prop_assert!(all.windows(2).all(|pair| pair[0].fraction < pair[1].fraction), "ascending on {:?}: {:?}", scale, all);
    prop_assert!(all.iter().all(|tick| (0.0..=1.0).contains(&tick.fraction)), "within {:?}: {:?}", scale, all);
    for (at, tick) in labelled.iter().enumerate() {
        let Some(place) = fraction(&tick.label) else {
            return Err(TestCaseError::fail(format!("'{}' cannot be read on {scale:?}", tick.label)));
        };
        let off_px = (place - tick.fraction).abs() * length_px;
        prop_assert!(off_px <= 0.5, "{} lies {} px off on {:?}", tick.label, off_px, scale);
        prop_assert!(
            labelled[..at].iter().all(|other| other.label != tick.label),
            "{} twice on {:?}",
            tick.label,
            scale
        );
    }
    Ok(())
}

/// Two limits of any size, near or far from each other.
fn floats(random: &mut Random) -> (f64, f64) {
    let any = |random: &mut Random| {
        let power = (random.next() % 616) as i32 - 308;
        let sign = if random.next().is_multiple_of(2) { 1.0 } else { -1.0 };
        sign * random.unit() * 10f64.powi(power)
    };
    let a = any(random);
    let b = match random.next() % 6 {
        0 => -a,
        1 => 0.0,
        // Some ulps apart.
        2 => f64::from_bits(a.to_bits() + 1 + random.next() % 10_000),
        3 => a + a.abs() * 10f64.powi(-((random.next() % 15) as i32)),
        4 => f64::MAX * random.unit(),
        _ => any(random),
    };
    if random.next().is_multiple_of(2) { (a, b) } else { (b, a) }
}

/// False where the logarithms of the limits are so few floats apart that values between them have no places of their own.
fn has_room(scale: &Scale) -> bool {
    let (lo, hi) = scale.transformed();
    hi - lo > lo.abs().max(hi.abs()) * 2f64.powi(-38)
}

fn law(seed: u64) -> Result<(), TestCaseError> {
    let mut random = Random(seed);
    let length_px = 30.0 + random.unit() * 60f64.powf(random.unit() * 2.2);
    let (a, b) = floats(&mut random);
    if let Ok(scale) = Scale::linear(a, b) {
        check(&scale, length_px, |label| Some(scale.fraction_from_data(number(label)?)))?;
    }
    if let Some(scale) = Scale::log(a.abs(), b.abs()).ok().filter(has_room) {
        check(&scale, length_px, |label| Some(scale.fraction_from_data(number(label)?)))?;
    }
    let threshold = random.next().is_multiple_of(2).then(|| a.abs().max(b.abs()) * 10f64.powf(-random.unit() * 12.0));
    if let Some(scale) = Scale::symlog(a, b, threshold).ok().filter(has_room) {
        check(&scale, length_px, |label| Some(scale.fraction_from_data(number(label)?)))?;
    }
    let any = |random: &mut Random| i128::from(random.next() as i64 >> (random.next() % 63));
    let (a, b) = (any(&mut random), any(&mut random));
    // Also beyond all columns.
    let far = if random.next().is_multiple_of(5) { a << (random.next() % 26) } else { a };
    if let Ok(scale) = Scale::integers(far, b) {
        check(&scale, length_px, |label| Some(scale.fraction_from_integer(whole(label)?)))?;
    }
    let unit = [TimeUnit::Day, TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond]
        [(random.next() % 5) as usize];
    let zone = ZONES[(random.next() % 7) as usize].filter(|_| unit != TimeUnit::Day);
    // From 1900 to 2100, nanoseconds to centuries apart.
    let step = i128::from(unit.nanoseconds());
    let century = 100 * 365 * 86_400_000_000_000_i128 / step;
    let start = century * i128::from(random.next() % 2_000_001) / 1_000_000 - century;
    let span = 1 + i128::from(random.next()) * century / (1 << 64) / (1_i128 << (random.next() % 62));
    let scale = Scale::time(start, start + span, Calendar { unit, zone: zone.map(str::to_owned) }).unwrap();
    let clock = match zone {
        None => TimeZone::UTC,
        Some("-03:30") => TimeZone::fixed(jiff::tz::Offset::from_seconds(-12_600).unwrap()),
        Some(name) => TimeZone::get(name).unwrap(),
    };
    check(&scale, length_px, |label| {
        let ns = time(label, &clock)?;
        Some((ns - start * step) as f64 / (span * step) as f64)
    })
}

#[test]
fn properties_ticks_lie_where_their_labels_say() {
    holds(256, any::<u64>(), law);
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_properties_ticking() {
    holds(LONG, any::<u64>(), law);
    println!("ticking: {LONG} cases of six axes");
}
