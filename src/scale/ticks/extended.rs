//! The labelling of Talbot, Lin and Hanrahan, "An Extension of Wilkinson's Algorithm for Positioning Tick Labels on Axes"
//! (IEEE InfoVis 2010): its terms, and its search where labels may lie anywhere around the data.
//!
//! As in its reference, the function `extended` of the R package `labeling`: legibility is 1, weights and nice numbers are
//! the paper's. Axes, whose limits are fixed, choose by the same terms (see `linear`).

use super::decimal::Decimal;
use crate::scale::SMALLEST_SPAN;

/// The nice numbers of the paper, nicest first: digits, and the exponent they add.
pub(super) const NICE: [(i128, i32); 6] = [(1, 0), (5, 0), (2, 0), (25, -1), (4, 0), (3, 0)];

/// The weights of simplicity, coverage, density and legibility.
pub(super) const WEIGHTS: [f64; 4] = [0.25, 0.2, 0.5, 0.05];

/// Steps skip at most so many multiples of a nice number, and sets have at most so many labels: far beyond what any
/// range needs, against endless loops.
const MOST_SKIPPED: i128 = 100;
const MOST_LABELS: i128 = 10_000;

/// Closer to each other, as a share of their size, two numbers leave the search no floats to tell labels apart.
const CLOSEST: f64 = 1e-12;

/// How simple the nice number with this rank is as a step, where one in `skip` of its multiples has a label.
pub(super) fn simplicity(rank: usize, skip: f64, has_zero: bool) -> f64 {
    1.0 - rank as f64 / (NICE.len() - 1) as f64 - skip + f64::from(u8::from(has_zero))
}

/// How well labels cover the data: `before` and `after` are the distances of the outermost labels from its ends, as shares
/// of its range; 1 where they meet.
pub(super) fn coverage(before: f64, after: f64) -> f64 {
    1.0 - 0.5 * (before * before + after * after) / (0.1 * 0.1)
}

/// How close the number of labels on a length is to the wanted one: 1 where it is the same.
pub(super) fn density(found: f64, wanted: f64) -> f64 {
    2.0 - (found / wanted).max(wanted / found)
}

/// The best labels of the data between two numbers, ascending, about `m` of them (at least 2): inside and outside of it,
/// wherever they score best.
///
/// Numbers that are not finite, or equal, have no labels; those so close that floats hardly tell the values between them
/// apart (as in R, which goes by 2.2e-14 whatever their size) have themselves.
#[must_use]
pub fn extended(dmin: f64, dmax: f64, m: usize) -> Vec<f64> {
    let (dmin, dmax) = (dmin.min(dmax), dmin.max(dmax));
    let range = dmax - dmin;
    if !(range > 0.0 && range.is_finite()) {
        return Vec::new();
    }
    if range < SMALLEST_SPAN.max(CLOSEST * dmin.abs().max(dmax.abs())) {
        return vec![dmin, dmax];
    }
    let wanted = m.max(2) as f64 - 1.0;
    let score = |s: f64, c: f64, d: f64| WEIGHTS[0] * s + WEIGHTS[1] * c + WEIGHTS[2] * d + WEIGHTS[3];
    let (mut best_score, mut best) = (-2.0, Vec::new());
    'skips: for skip in 1..=MOST_SKIPPED {
        for (rank, (digits, exponent)) in NICE.into_iter().enumerate() {
            let q = Decimal { digits, exponent }.to_f64();
            let most_simple = simplicity(rank, skip as f64, true);
            if score(most_simple, 1.0, 1.0) < best_score {
                break 'skips;
            }
            for count in 2..=MOST_LABELS {
                let gaps = (count - 1) as f64;
                let most_dense = if gaps >= wanted { 2.0 - gaps / wanted } else { 1.0 };
                if score(most_simple, 1.0, most_dense) < best_score {
                    break;
                }
                let least = range / (count + 1) as f64 / skip as f64 / q;
                for power in (least.log10().ceil() as i32).. {
                    let unit = Decimal { digits, exponent: exponent + power };
                    let step = skip as f64 * unit.to_f64();
                    let side = (step * gaps - range) / 2.0 / range;
                    let most_covered = if side > 0.0 { coverage(side, side) } else { 1.0 };
                    if !step.is_finite() || score(most_simple, most_covered, most_dense) < best_score {
                        break;
                    }
                    let first_start = ((dmax / step).floor() as i128 - (count - 1)) * skip;
                    let last_start = (dmin / step).ceil() as i128 * skip;
                    for start in first_start..=last_start {
                        let lmin = start as f64 * (step / skip as f64);
                        let lmax = lmin + step * gaps;
                        let has_zero = start % skip == 0 && lmin <= 0.0 && lmax >= 0.0;
                        let length = lmax.max(dmax) - lmin.min(dmin);
                        let found = score(
                            simplicity(rank, skip as f64, has_zero),
                            coverage((dmin - lmin) / range, (dmax - lmax) / range),
                            density(gaps / (lmax - lmin), wanted / length),
                        );
                        if found > best_score {
                            best_score = found;
                            let value = |i: i128| Decimal { digits: (start + i * skip) * digits, ..unit }.to_f64();
                            best = (0..count).map(value).collect();
                        }
                    }
                }
            }
        }
    }
    best
}

#[cfg(test)]
mod tests;
