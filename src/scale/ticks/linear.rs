//! Ticks in equal steps of 1, 2, 2.5 or 5 times a power of ten, on floats and on integers.

use super::decimal::{Decimal, labels, shortest};
use super::{Fit, Tick};
use crate::scale::Scale;

/// Steps within a power of ten, from coarse to fine: digits, and the exponent they add.
const STEPS: [(i128, i32); 4] = [(5, 0), (25, -1), (2, 0), (1, 0)];

/// Ticks between two different floats.
pub(super) fn ticks(scale: &Scale, lo: f64, hi: f64, fit: &Fit<'_>) -> Vec<Tick> {
    let at = |value: f64| scale.fraction_from_data(value);
    fit.finest(candidates(lo, hi, fit.most).map(|values| {
        let labels = labels(&values);
        values.iter().zip(labels).map(|(value, label)| Tick::major(at(value.to_f64()), label)).collect()
    }))
    // Floats so close to each other that no round number lies between them twice.
    .unwrap_or_else(|| [lo, hi].map(|end| Tick::major(at(end), shortest(end))).to_vec())
}

/// Multiples of ever finer steps between two floats, until there are far more than `most`.
pub(super) fn candidates(lo: f64, hi: f64, most: usize) -> impl Iterator<Item = Vec<Decimal>> {
    let largest = lo.abs().max(hi.abs());
    let ulp = if largest.next_up().is_finite() { largest.next_up() - largest } else { largest - largest.next_down() };
    let range = hi - lo;
    let top = range.log10().ceil() as i32;
    (0..)
        .flat_map(move |down| STEPS.map(|(digits, exponent)| Decimal { digits, exponent: top - down + exponent }))
        .map_while(move |step| {
            let step_f64 = step.to_f64();
            (step_f64 >= ulp && range / step_f64 <= 4.0 * most as f64).then_some((step, step_f64))
        })
        .map(move |(step, step_f64)| {
            // The quotients are right within a few units; the comparison below decides.
            let first = (lo / step_f64).floor() as i128 - 2;
            let last = (hi / step_f64).ceil() as i128 + 2;
            (first..=last)
                .map(|n| Decimal { digits: n * step.digits, exponent: step.exponent })
                .filter(|value| (lo..=hi).contains(&value.to_f64()))
                .collect()
        })
}

/// Ticks between two different integers, computed in integers.
pub(super) fn integer_ticks(scale: &Scale, lo: i128, hi: i128, fit: &Fit<'_>) -> Vec<Tick> {
    let range = hi.abs_diff(lo);
    let top = range.checked_ilog10().unwrap_or(0) + 1;
    let steps = (0..=top).rev().flat_map(|power| {
        STEPS.into_iter().filter_map(move |(digits, exponent)| {
            let power = u32::try_from(power as i32 + exponent).ok()?;
            10i128.checked_pow(power)?.checked_mul(digits)
        })
    });
    let at = |value: i128| scale.fraction_from_integer(value);
    fit.finest(steps.take_while(|step| range / step.unsigned_abs() <= 4 * fit.most as u128).map(|step| {
        let values: Vec<i128> = multiples(lo, hi, step).collect();
        let labels = labels(&values.iter().map(|&digits| Decimal { digits, exponent: 0 }).collect::<Vec<_>>());
        values.iter().zip(labels).map(|(&value, label)| Tick::major(at(value), label)).collect()
    }))
    .unwrap_or_else(|| [lo, hi].map(|end| Tick::major(at(end), end.to_string())).to_vec())
}

/// The multiples of a positive step in `lo..=hi`.
pub(super) fn multiples(lo: i128, hi: i128, step: i128) -> impl Iterator<Item = i128> {
    let first = lo.div_euclid(step) + i128::from(lo.rem_euclid(step) != 0);
    std::iter::successors(first.checked_mul(step), move |value| value.checked_add(step))
        .take_while(move |value| *value <= hi)
}
