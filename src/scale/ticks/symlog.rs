//! Ticks of a symlog axis: round values spread evenly, decades and their parts between them on both sides of 0.

use super::decimal::Decimal;
use super::warped::fitting_ticks;
use super::{Fit, MINOR_GAP_PX, Tick, USUAL_TICKS, Warp, Worded, linear};
use crate::scale::Scale;
use crate::scale::symlog::Symlog;

/// As many ticks as axes of usual length have at most: with 11, decades of 130 px get values between some of them (10⁶, 10⁷,
/// 2×10⁷, 10⁸).
const USUAL_SYMLOG_TICKS: usize = 8;

/// Long axes have no more: 130 on 20000 px take 50 ms to choose, as each is tried against the others, these 5 ms.
const MOST_SYMLOG_TICKS: usize = 40;

/// Ticks between two different floats.
pub(super) fn ticks(scale: &Scale, symlog: Symlog, lo: f64, hi: f64, fit: &Fit<'_>) -> Worded {
    let threshold = symlog.threshold();
    if lo >= -threshold && hi <= threshold {
        return linear::ticks(scale, lo, hi, fit);
    }
    let (start, end) = scale.transformed();
    let limits = if scale.is_reversed() { (hi, lo) } else { (lo, hi) };
    let value_from_t = |t: f64| {
        let t = if scale.is_reversed() { 1.0 - t } else { t };
        symlog.undo(start * (1.0 - t) + end * t)
    };
    let t_from_value = |value: f64| scale.fraction_from_data(value);
    let warp = Warp { limits, t_from_value: &t_from_value, value_from_t: &value_from_t, is_whole: false };
    let bent = Fit { most: (fit.most - (USUAL_TICKS - USUAL_SYMLOG_TICKS)).min(MOST_SYMLOG_TICKS), ..*fit };
    let mut ticks = fitting_ticks(&warp, bent);

    let decade_px = fit.length_px / (end - start);
    let digits = match decade_px {
        px if px * libm::log10(10.0 / 9.0) >= MINOR_GAP_PX => 1..=9,
        px if px >= 2.0 * MINOR_GAP_PX => 1..=1,
        _ => return Worded { ticks, shared: String::new() },
    };
    let exponents = libm::log10(threshold).floor() as i32..=libm::log10(lo.abs().max(hi.abs())).floor() as i32;
    let labelled: Vec<f64> = ticks.iter().map(|tick| tick.fraction).collect();
    // Two ticks on one place are one.
    let is_free =
        |fraction: f64| labelled.iter().all(|other| (fraction - other).abs() * fit.length_px >= MINOR_GAP_PX / 2.0);
    let sizes = exponents.flat_map(|exponent| digits.clone().map(move |digits| Decimal { digits, exponent }.to_f64()));
    let minors = sizes.filter(|size| *size >= threshold).flat_map(|size| [size, -size]);
    let minors = minors.filter(|value| (lo..=hi).contains(value)).map(t_from_value).filter(|t| is_free(*t));
    ticks.extend(minors.map(Tick::minor));
    Worded { ticks, shared: String::new() }
}
