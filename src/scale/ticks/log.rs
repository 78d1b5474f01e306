//! Ticks of a log axis: decades with 2 to 9 between them, thinned where they are many, 1-2-5 where they are few.

use super::decimal::{Decimal, labels};
use super::{Fit, Tick, linear};
use crate::scale::Scale;

/// Decades to a labelled tick, from fine to coarse.
const DECADES: [i32; 9] = [1, 2, 3, 5, 10, 20, 50, 100, 200];

/// Minor ticks closer than this are noise.
pub(super) const MINOR_GAP_PX: f64 = 2.0;

/// Decades whose labels are written out; beyond them they are powers.
const PLAIN: std::ops::RangeInclusive<i32> = -3..=4;

/// Ticks between two different positive floats.
pub(super) fn ticks(scale: &Scale, lo: f64, hi: f64, fit: &Fit<'_>) -> Vec<Tick> {
    let (start, end) = scale.transformed();
    let decades = end - start;
    if decades < 1.0 {
        return linear::ticks(scale, lo, hi, fit);
    }
    let exponents = start.floor() as i32 - 1..=end.ceil() as i32 + 1;
    let values_of = |digits: &[i128]| -> Vec<Decimal> {
        exponents
            .clone()
            .flat_map(|exponent| digits.iter().map(move |&digits| Decimal { digits, exponent }))
            .filter(|value| (lo..=hi).contains(&value.to_f64()))
            .collect()
    };
    let at = |value: &Decimal| scale.fraction_from_data(value.to_f64());
    let minors = |digits: &[i128]| values_of(digits).iter().map(|value| Tick::minor(at(value))).collect::<Vec<_>>();
    let labelled = |values: &[Decimal]| -> Vec<Tick> {
        values.iter().zip(log_labels(values)).map(|(value, label)| Tick::major(at(value), label)).collect()
    };

    let decade_px = fit.length_px / decades;
    if decades < 2.0 {
        let mut ticks = labelled(&values_of(&[1, 2, 5]));
        let every = labelled(&values_of(&[1]));
        if !fit.holds(&ticks) && every.len() >= 2 {
            ticks = every;
            ticks.extend(minors(&[2, 3, 4, 5, 6, 7, 8, 9]));
        } else {
            ticks.extend(minors(&[3, 4, 6, 7, 8, 9]));
        }
        return ticks;
    }
    let all = values_of(&[1]);
    let thinned = |every: i32| -> Vec<Decimal> {
        all.iter().copied().filter(|value| value.exponent.rem_euclid(every) == 0).collect()
    };
    let chosen = DECADES.into_iter().find_map(|every| {
        let ticks = labelled(&thinned(every));
        (ticks.len() >= 2 && ticks.len() <= fit.most && fit.holds(&ticks)).then_some((every, ticks))
    });
    let (every, mut ticks) = chosen.unwrap_or_else(|| {
        let coarsest = DECADES.into_iter().rev().find(|every| thinned(*every).len() >= 2).unwrap_or(1);
        (coarsest, labelled(&thinned(coarsest)))
    });
    if every == 1 && decade_px * (10.0f64 / 9.0).log10() >= MINOR_GAP_PX {
        ticks.extend(minors(&[2, 3, 4, 5, 6, 7, 8, 9]));
    } else if every > 1 && decade_px >= 2.0 * MINOR_GAP_PX {
        ticks.extend(all.iter().filter(|v| v.exponent.rem_euclid(every) != 0).map(|value| Tick::minor(at(value))));
    }
    ticks
}

/// Each written out by itself (0.1, 1, 10), or all as powers (10⁻⁵, 2×10⁻⁵).
fn log_labels(values: &[Decimal]) -> Vec<String> {
    if values.iter().all(|value| PLAIN.contains(&value.exponent)) {
        return values.iter().flat_map(|value| labels(&[*value])).collect();
    }
    values.iter().map(|value| power_label(*value)).collect()
}

/// A value as a power of ten with at most one digit before the point: `10³`, `2×10⁻⁵`, `-1.5×10⁷`; 0 is `0`.
pub(super) fn power_label(value: Decimal) -> String {
    let value = value.trimmed();
    let Some(power) = value.magnitude() else { return "0".to_owned() };
    let sign = if value.digits < 0 { "-" } else { "" };
    let mantissa = Decimal { digits: value.digits.abs(), exponent: value.exponent - power };
    let factor = if mantissa.digits == 1 { String::new() } else { format!("{}×", mantissa.plain()) };
    format!("{sign}{factor}10{}", superscript(power))
}

/// The exponent that superscript characters say; `None` for anything else.
pub(super) fn read_superscript(text: &str) -> Option<i32> {
    let plain = |c: char| {
        let digit = SUPERSCRIPTS.iter().position(|superscript| *superscript == c);
        digit.and_then(|digit| char::from_digit(digit as u32, 10)).or((c == '⁻').then_some('-'))
    };
    text.chars().map(plain).collect::<Option<String>>()?.parse().ok()
}

const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// An exponent in superscript characters.
pub(super) fn superscript(exponent: i32) -> String {
    let digits = exponent.to_string();
    digits.chars().map(|c| c.to_digit(10).map_or('⁻', |digit| SUPERSCRIPTS[digit as usize])).collect()
}
