//! Small ticks between those in equal steps: where the next rounder values are.

use super::decimal::Decimal;
use super::linear::Line;
use super::{Fit, MINOR_GAP_PX, Tick};

/// They keep this share of an M from each other: as close as [`MINOR_GAP_PX`] a linear axis would be a ruler.
const GAP_EM: f64 = 0.4;

/// The least distance of minor ticks in equal steps.
pub(super) fn gap_px(fit: &Fit<'_>) -> f64 {
    MINOR_GAP_PX.max(GAP_EM * fit.gap_px)
}

/// Into how many parts a step may be cut, most first: those of 1, 2.5 and 5 into fifths, of 2 and 4 into quarters.
fn parts(step: Decimal) -> &'static [i128] {
    match step.trimmed().digits {
        1 => &[5, 2],
        2 | 4 => &[4, 2],
        3 => &[3],
        _ => &[5],
    }
}

/// The minor ticks between labelled ones at `places`, in the largest number of parts that leaves room between them; none
/// where the values between are none of the axis's (halves of an integer).
pub(super) fn between(line: &Line<'_>, step: Decimal, places: &[f64], fit: &Fit<'_>) -> Vec<Tick> {
    let least = gap_px(fit) / fit.length_px;
    // Not even a bent axis has more.
    let most = fit.length_px / MINOR_GAP_PX;
    let mut found = parts(step).iter().filter_map(|parts| {
        // One more digit holds a fifth, two a quarter.
        let part = Decimal { digits: step.digits * (100 / parts), exponent: step.exponent - 2 };
        let part = if 100 % parts == 0 { part } else { Decimal { digits: step.digits / parts, ..step } };
        let all: Vec<f64> = (line.multiples)(part.trimmed(), most)?.into_iter().map(|value| (line.at)(value)).collect();
        all.windows(2).all(|pair| (pair[1] - pair[0]).abs() >= least).then_some(all)
    });
    let is_labelled = |at: f64| places.iter().any(|place| (place - at).abs() < least / 2.0);
    found.next().unwrap_or_default().into_iter().filter(|at| !is_labelled(*at)).map(Tick::minor).collect()
}
