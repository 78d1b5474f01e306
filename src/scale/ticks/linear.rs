//! Ticks in equal steps, on floats and on integers: of all steps of nice numbers the one that scores best.
//!
//! By the terms of `extended`, with what a fixed axis changes. Labels lie between its ends, and all multiples of the step
//! there have one: sets such as 1, 3, 5 with other starts are out, as their 2 and 4 would be missed. An end that has no
//! label has its spine, so coverage is at least 0: with the paper's, which falls to -6 within a step, 0 to 31 would take
//! 3 as its step and 0 to 2.2 0.3, for the sake of an end that nobody asked for. For the same reason steps of 3 and 4,
//! which the paper has as its last choices, are taken only where both ends have labels (-90 to 90 by 30, 0 to 24 by 4);
//! 0 to 28 has 0, 5, .. 25.

use super::decimal::{Decimal, shortest};
use super::extended::{NICE, WEIGHTS, coverage, density, simplicity};
use super::shorten::{Shortened, worded};
use super::{Fit, Tick, Worded, minor};
use crate::scale::Scale;

/// The first nice numbers are steps for any axis.
const USUAL_STEPS: usize = 4;

/// Sets with so many times the wanted number of labels are none.
const MOST_DENSE: f64 = 3.0;

/// Closer to the end of an axis, a label stands at it.
const AT_END: f64 = 1e-9;

/// The values of an axis: which ones lie on it, and where.
pub(super) struct Line<'a> {
    /// The exponent of its range.
    pub magnitude: i32,
    /// The multiples of a step between its ends; `None` where they are more than so many, or there are none so small.
    pub multiples: &'a dyn Fn(Decimal, f64) -> Option<Vec<Decimal>>,
    /// Where a value lies.
    pub at: &'a dyn Fn(Decimal) -> f64,
    /// Its ends and what they are called, where nothing between them has a label.
    pub ends: [(f64, String); 2],
}

/// Ticks between two different floats.
pub(super) fn ticks(scale: &Scale, lo: f64, hi: f64, fit: &Fit<'_>) -> Worded {
    let line = Line {
        magnitude: (hi - lo).log10().ceil() as i32,
        multiples: &|step, most| multiples_f64(lo, hi, step, most),
        at: &|value| scale.fraction_from_data(value.to_f64()),
        // Floats so close to each other that no round number lies between them twice.
        ends: [lo, hi].map(|end| (scale.fraction_from_data(end), shortest(end))),
    };
    chosen(&line, fit)
}

/// Ticks between two different integers, computed in integers.
pub(super) fn integer_ticks(scale: &Scale, lo: i128, hi: i128, fit: &Fit<'_>) -> Worded {
    let range = hi.abs_diff(lo);
    let whole = |value: Decimal| -> Option<i128> {
        let zeros = 10i128.checked_pow(value.exponent.unsigned_abs())?;
        if value.exponent >= 0 {
            return value.digits.checked_mul(zeros);
        }
        (value.digits % zeros == 0).then_some(value.digits / zeros)
    };
    let multiples = |step: Decimal, most: f64| {
        let step = whole(step).filter(|step| (range / step.unsigned_abs()) as f64 <= most)?;
        Some(multiples(lo, hi, step).map(|digits| Decimal { digits, exponent: 0 }).collect())
    };
    let line = Line {
        magnitude: range.checked_ilog10().unwrap_or(0) as i32 + 1,
        multiples: &multiples,
        at: &|value| whole(value).map_or(f64::NAN, |value| scale.fraction_from_integer(value)),
        ends: [lo, hi].map(|end| (scale.fraction_from_integer(end), end.to_string())),
    };
    chosen(&line, fit)
}

/// A set of labelled values and how good it is.
struct Set {
    step: Decimal,
    values: Vec<Decimal>,
    places: Vec<f64>,
    score: f64,
}

/// The best set whose labels do not touch; where they do in all of them, the one with the longest step.
pub(super) fn chosen(line: &Line<'_>, fit: &Fit<'_>) -> Worded {
    let mut sets = sets(line, fit);
    sets.sort_by(|a, b| b.score.total_cmp(&a.score));
    let words = |set: &Set| worded(&set.values, fit.wording);
    let fitting = sets.iter().find_map(|set| {
        let words = words(set);
        let labels = set.places.iter().copied().zip(words.labels.iter().map(String::as_str));
        fit.separates(labels).then_some((set, words))
    });
    let longest = || {
        let longest = sets.iter().max_by(|a, b| a.step.to_f64().total_cmp(&b.step.to_f64()))?;
        Some((longest, words(longest)))
    };
    let Some((set, Shortened { labels, shared })) = fitting.or_else(longest) else {
        let ticks = line.ends.clone().map(|(at, label)| Tick::major(at, label)).to_vec();
        return Worded { ticks, shared: String::new() };
    };
    let mut ticks: Vec<Tick> =
        set.places.iter().zip(labels).map(|(fraction, label)| Tick::major(*fraction, label)).collect();
    ticks.extend(minor::between(line, set.step, &set.places, fit));
    Worded { ticks, shared }
}

/// Every set of two labels or more, of steps from long to short.
fn sets(line: &Line<'_>, fit: &Fit<'_>) -> Vec<Set> {
    // Below the step of which the wanted number fits, by more than a power of ten.
    let powers = fit.wanted.log10().ceil() as i32 + 1;
    let steps = (0..=powers).flat_map(|down| {
        NICE.into_iter().enumerate().map(move |(rank, (digits, exponent))| {
            (rank, Decimal { digits, exponent: line.magnitude - down + exponent })
        })
    });
    let sets = steps.filter_map(|(rank, step)| {
        let values = (line.multiples)(step, MOST_DENSE * fit.wanted).filter(|values| values.len() >= 2)?;
        let places: Vec<f64> = values.iter().map(|value| (line.at)(*value)).collect();
        let (first, last) = (places.first()?, places.last()?);
        let (before, after) = (first.min(*last), 1.0 - first.max(*last));
        if rank >= USUAL_STEPS && before.max(after) > AT_END {
            return None;
        }
        let has_zero = values.iter().any(|value| value.digits == 0);
        let gaps_an_axis = (values.len() - 1) as f64 / (1.0 - before - after);
        let score = WEIGHTS[0] * simplicity(rank, 1.0, has_zero)
            + WEIGHTS[1] * coverage(before, after).max(0.0)
            + WEIGHTS[2] * density(gaps_an_axis, fit.wanted - 1.0);
        score.is_finite().then_some(Set { step, values, places, score })
    });
    sets.collect()
}

/// The multiples of a step between two floats; `None` when they are more than `most`, or floats cannot tell them apart.
pub(super) fn multiples_f64(lo: f64, hi: f64, step: Decimal, most: f64) -> Option<Vec<Decimal>> {
    let largest = lo.abs().max(hi.abs());
    let ulp = if largest.next_up().is_finite() { largest.next_up() - largest } else { largest - largest.next_down() };
    let step_f64 = step.to_f64();
    if !(step_f64 >= ulp && (hi - lo) / step_f64 <= most) {
        return None;
    }
    // The quotients are right within a few units; the comparison below decides.
    let first = (lo / step_f64).floor() as i128 - 2;
    let last = (hi / step_f64).ceil() as i128 + 2;
    let values = (first..=last).map(|n| Decimal { digits: n * step.digits, exponent: step.exponent });
    Some(values.filter(|value| (lo..=hi).contains(&value.to_f64())).collect())
}

/// Multiples of ever shorter steps of 5, 2.5, 2 and 1 between two floats, until there are far more than `most`.
pub(super) fn candidates(lo: f64, hi: f64, most: usize) -> impl Iterator<Item = Vec<Decimal>> {
    let top = (hi - lo).log10().ceil() as i32;
    let steps = (0..).flat_map(move |down| {
        [(5, 0), (25, -1), (2, 0), (1, 0)].map(|(digits, exponent)| Decimal { digits, exponent: top - down + exponent })
    });
    steps.map_while(move |step| multiples_f64(lo, hi, step, 4.0 * most as f64))
}

/// The multiples of a positive step in `lo..=hi`.
pub(super) fn multiples(lo: i128, hi: i128, step: i128) -> impl Iterator<Item = i128> {
    let first = lo.div_euclid(step) + i128::from(lo.rem_euclid(step) != 0);
    std::iter::successors(first.checked_mul(step), move |value| value.checked_add(step))
        .take_while(move |value| *value <= hi)
}
