//! The curve of an equalised histogram: the share of values up to each one, straight in between.

use std::sync::Arc;

use crate::distribution::Distribution;

/// Knots from value to share, shared between the copies of a norm.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Equalized {
    /// Values and shares, both strictly ascending; the first share is 0, the last one 1; at least two.
    knots: Arc<[(f64, f64)]>,
}

impl Equalized {
    /// The curve of the values from `lo` to `hi` (in that order) and the smallest of them; no curve where they are fewer
    /// than two different ones.
    ///
    /// The share at the i-th value is (C_i - C_0) / (N - C_0) with C_i the number of values up to it and N that of all.
    pub fn new(distribution: &Distribution, lo: f64, hi: f64) -> (Option<Self>, Option<f64>) {
        let mut steps = distribution.steps_within(lo, hi);
        let Some(&(first, first_count)) = steps.first() else { return (None, None) };
        if !distribution.is_exact() {
            // The last entry's values lie between its edge and this.
            let reach = distribution.most().map_or(hi, |most| most.min(hi));
            match &mut steps[..] {
                [_] if first < reach => steps.push((reach, 1)),
                [.., last] => last.0 = reach.max(last.0),
                [] => {}
            }
        }
        let above_first: u64 = steps[1..].iter().map(|step| step.1).sum();
        if above_first == 0 {
            return (None, Some(first));
        }
        let mut up_to = 0;
        let mut knots: Vec<(f64, f64)> = Vec::with_capacity(steps.len());
        for (value, count) in steps {
            up_to += count;
            let share = (up_to - first_count) as f64 / above_first as f64;
            // Beyond 2^53 values a share may be no larger than the one before: the curve stays invertible without it.
            if knots.last().is_none_or(|last| last.0 < value && last.1 < share) {
                knots.push((value, share));
            }
        }
        (Some(Self { knots: knots.into() }), Some(first))
    }

    /// The smallest and the largest value.
    pub fn limits(&self) -> (f64, f64) {
        (self.knots[0].0, self.knots[self.knots.len() - 1].0)
    }

    /// The share up to a value, clamped to 0..=1.
    pub fn t_from_value(&self, value: f64) -> f64 {
        between(&self.knots, value, |knot| knot)
    }

    /// The value up to which that share of values lies.
    pub fn value_from_t(&self, t: f64) -> f64 {
        between(&self.knots, t, |(value, share)| (share, value))
    }
}

/// Straight lines through knots with ascending x, read at `at`; the nearest end beyond them.
fn between(knots: &[(f64, f64)], at: f64, xy: impl Fn((f64, f64)) -> (f64, f64)) -> f64 {
    let next = knots.partition_point(|knot| xy(*knot).0 <= at);
    let ends = (knots.get(next.wrapping_sub(1)).copied().map(&xy), knots.get(next).copied().map(&xy));
    match ends {
        (Some((x0, y0)), Some((x1, y1))) => {
            // Halved, so that values at both ends of the floats do not overflow.
            let part = (at / 2.0 - x0 / 2.0) / (x1 / 2.0 - x0 / 2.0);
            (y0 * (1.0 - part) + y1 * part).clamp(y0, y1)
        }
        (Some((_, y)), None) | (None, Some((_, y))) => y,
        (None, None) => at,
    }
}
