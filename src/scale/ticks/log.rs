//! Ticks of a log axis: decades with 2 to 9 between them, thinned where they are many; where they are few, values between
//! them have labels too; equal steps on a small part of a decade.

use super::decimal::{Decimal, labels};
use super::extended::density;
use super::{Fit, MINOR_GAP_PX, Tick, Worded, linear};
use crate::scale::Scale;

/// Decades to a labelled tick, from fine to coarse.
const DECADES: [i32; 9] = [1, 2, 3, 5, 10, 20, 50, 100, 200];

/// Decades whose labels are written out; beyond them they are powers.
const PLAIN: std::ops::RangeInclusive<i32> = -3..=4;

/// Digits of labelled values within each decade, of axes with so many decades at most.
const DIGITS: [(&[i128], f64); 3] = [(&[1, 2, 3, 5], 1.2), (&[1, 2, 5], 3.0), (&[1, 3], 3.0)];

/// All digits that have a tick within a decade.
const ALL_DIGITS: [i128; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/// Shorter axes are divided by equal steps: over a factor of 8, all digits would have labels.
const LEAST_DECADES: f64 = 0.9;

/// Ticks between two different positive floats.
pub(super) fn ticks(scale: &Scale, lo: f64, hi: f64, fit: &Fit<'_>) -> Worded {
    let (start, end) = scale.transformed();
    let axis = Axis { scale, fit, lo, hi, exponents: (start.floor() as i32 - 1, end.ceil() as i32 + 1) };
    let decades = end - start;
    if decades < LEAST_DECADES {
        return linear::ticks(scale, lo, hi, fit);
    }
    let whole = axis.values(&[1]);
    if whole.len() <= 2
        && let Some(ticks) = axis.split(decades)
    {
        return Worded { ticks, shared: String::new() };
    }
    // Without two decades there are no decades to label.
    if whole.len() < 2 {
        return linear::ticks(scale, lo, hi, fit);
    }
    Worded { ticks: axis.thinned(&whole, decades), shared: String::new() }
}

struct Axis<'a> {
    scale: &'a Scale,
    fit: &'a Fit<'a>,
    lo: f64,
    hi: f64,
    /// Every value on it has one of these.
    exponents: (i32, i32),
}

impl Axis<'_> {
    fn at(&self, value: &Decimal) -> f64 {
        self.scale.fraction_from_data(value.to_f64())
    }

    /// The values on the axis with these digits.
    fn values(&self, digits: &[i128]) -> Vec<Decimal> {
        let (first, last) = self.exponents;
        (first..=last)
            .flat_map(|exponent| digits.iter().map(move |&digits| Decimal { digits, exponent }))
            .filter(|value| (self.lo..=self.hi).contains(&value.to_f64()))
            .collect()
    }

    fn labelled(&self, values: &[Decimal]) -> Vec<Tick> {
        values.iter().zip(log_labels(values)).map(|(value, label)| Tick::major(self.at(value), label)).collect()
    }

    fn minors(&self, values: &[Decimal]) -> Vec<Tick> {
        values.iter().map(|value| Tick::minor(self.at(value))).collect()
    }

    /// A few values of each decade, as many as are wanted and fit; `None` where they do not.
    fn split(&self, decades: f64) -> Option<Vec<Tick>> {
        let sets = DIGITS.iter().filter(|(_, most)| decades <= *most).filter_map(|(digits, _)| {
            let ticks = self.labelled(&self.values(digits));
            (ticks.len() > 2 && self.fit.holds(&ticks)).then_some((digits, ticks))
        });
        let score = |ticks: &[Tick]| density((ticks.len() - 1) as f64, self.fit.wanted - 1.0);
        let (digits, mut ticks) = sets.max_by(|(_, a), (_, b)| score(a).total_cmp(&score(b)))?;
        let mut others = self.values(&ALL_DIGITS);
        others.retain(|value| !digits.contains(&value.digits));
        ticks.extend(self.minors(&others));
        Some(ticks)
    }

    /// Decades, as many as fit.
    fn thinned(&self, all: &[Decimal], decades: f64) -> Vec<Tick> {
        let every = |every: i32| -> Vec<Decimal> {
            all.iter().copied().filter(|value| value.exponent.rem_euclid(every) == 0).collect()
        };
        let chosen = DECADES.into_iter().find_map(|step| {
            let ticks = self.labelled(&every(step));
            (ticks.len() >= 2 && ticks.len() <= self.fit.most && self.fit.holds(&ticks)).then_some((step, ticks))
        });
        let (step, mut ticks) = chosen.unwrap_or_else(|| {
            let coarsest = DECADES.into_iter().rev().find(|step| every(*step).len() >= 2).unwrap_or(1);
            (coarsest, self.labelled(&every(coarsest)))
        });
        let decade_px = self.fit.length_px / decades;
        if step == 1 {
            let nine_px = decade_px * libm::log10(10.0 / 9.0);
            // Where 2 to 9 have no room, 2 and 5 have.
            let digits: &[i128] = match nine_px {
                px if px >= MINOR_GAP_PX => &[2, 3, 4, 5, 6, 7, 8, 9],
                px if px >= MINOR_GAP_PX / 3.0 => &[2, 5],
                _ => &[],
            };
            ticks.extend(self.minors(&self.values(digits)));
            return ticks;
        }
        // The finest decades between them that have room: those that divide the labelled ones.
        let mut finer = DECADES.into_iter().take_while(|finer| *finer < step);
        let finer = finer.find(|finer| step % finer == 0 && decade_px * f64::from(*finer) >= 2.0 * MINOR_GAP_PX);
        if let Some(finer) = finer {
            let others: Vec<Decimal> =
                every(finer).into_iter().filter(|value| value.exponent.rem_euclid(step) != 0).collect();
            ticks.extend(self.minors(&others));
        }
        ticks
    }
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
