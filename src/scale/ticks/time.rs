//! Ticks of a time axis: steps of the calendar from years to nanoseconds on the clock of a zone; of those whose labels do
//! not touch, the one whose number of ticks comes closest to the wanted one.
//!
//! `words` says what a label reads, `steps` which steps there are.

use super::extended::density;
use super::linear::integer_ticks;
use super::{Fit, Tick, Worded, Wording, minor};
use crate::data::chunk::TimeUnit;
use crate::scale::{Calendar, Scale, Zone};
use steps::{Step, steps};
use words::{date_and_time, texts};

mod steps;
mod words;

/// Steps with so many times the wanted number of ticks are none.
const MOST_DENSE: f64 = 3.0;

/// Nanoseconds in so many steps; `None` far beyond any 64-bit number of days. An axis may end beyond its column's 64 bits:
/// by a margin, by limits, or beside a column in a coarser unit.
fn nanoseconds(steps: i128, unit: TimeUnit) -> Option<i128> {
    const MOST: u128 = 1 << 112;
    steps.checked_mul(i128::from(unit.nanoseconds())).filter(|ns| ns.unsigned_abs() <= MOST)
}

/// The label of one time by itself, in steps of its calendar; far beyond 64 bits the number.
pub(crate) fn label(steps: i128, calendar: &Calendar) -> String {
    match nanoseconds(steps, calendar.unit) {
        Some(ns) => date_and_time(ns, Step::of_unit(calendar.unit).precision(), &calendar.clock()),
        None => steps.to_string(),
    }
}

/// The axis in nanoseconds.
struct Axis<'a> {
    scale: &'a Scale,
    lo_ns: i128,
    hi_ns: i128,
    unit_ns: i128,
    clock: Zone,
}

impl Axis<'_> {
    fn at(&self, ns: i128) -> f64 {
        self.scale.fraction_from_integer(ns.div_euclid(self.unit_ns))
    }

    /// Whether the steps of the axis's integers can say its ticks.
    fn has(&self, step: Step) -> bool {
        step.is_of_months() || step.ns() % self.unit_ns == 0
    }

    /// The instants of a step; none where they would be more than `most`.
    fn instants(&self, step: Step, most: f64) -> Vec<i128> {
        if !self.has(step) || (self.hi_ns - self.lo_ns) as f64 / step.ns() as f64 > most {
            return Vec::new();
        }
        step.instants(self.lo_ns, self.hi_ns, &self.clock)
    }

    /// The labelled ticks at some instants, in the order of the axis.
    fn ticks(&self, instants: &[i128], step: Step, wording: Wording) -> Worded {
        let mut instants = instants.to_vec();
        if self.scale.is_reversed() {
            instants.reverse();
        }
        let (texts, shared) = texts(&instants, step, &self.clock, wording);
        let ticks = instants.iter().zip(texts);
        let ticks = ticks.map(|(ns, (label, context))| Tick { context, ..Tick::major(self.at(*ns), label) });
        Worded { ticks: ticks.collect(), shared }
    }

    /// The instants without the later of two that the clock shows as one time.
    fn without_repeats(&self, instants: &[i128]) -> Vec<i128> {
        let local = |ns: i128| ns + self.clock.offset_ns(ns);
        let is_repeat = |at: usize| {
            self.clock.is_repeated(local(instants[at])) && (0..at).any(|i| local(instants[i]) == local(instants[at]))
        };
        (0..instants.len()).filter(|at| !is_repeat(*at)).map(|at| instants[at]).collect()
    }

    /// Small ticks between those of a step, of the finest of its parts that has room.
    fn minors(&self, instants: &[i128], step: Step, fit: &Fit<'_>) -> Vec<Tick> {
        let axis_ns = (self.hi_ns - self.lo_ns) as f64;
        let has_room = |part: &Step| part.ns() as f64 / axis_ns * fit.length_px >= minor::gap_px(fit);
        let Some(part) = step.parts().into_iter().find(|part| self.has(*part) && has_room(part)) else {
            return Vec::new();
        };
        let all = self.instants(part, f64::INFINITY).into_iter().filter(|ns| instants.binary_search(ns).is_err());
        all.map(|ns| Tick::minor(self.at(ns))).collect()
    }
}

/// How far the first context may reach beyond the start of the axis, in widths of an M: labels of the other axis are there.
const OVERHANG_EMS: f64 = 4.0;

/// True when neighbours keep an M's width on both lines.
///
/// The first context may move to the left, and where it has no room is left out, unless the second one is a time of day
/// that needs its date.
fn holds(worded: &Worded, fit: &Fit<'_>) -> bool {
    let contexts: Vec<&Tick> = worded.ticks.iter().filter(|tick| !tick.context.is_empty()).collect();
    let others = contexts.iter().skip(1).map(|tick| (tick.fraction, tick.context.as_str()));
    let has_date = match contexts.as_slice() {
        [first, second, ..] if second.context.contains(':') && !second.context.contains(' ') => {
            let width_px = (fit.extent)(&first.context);
            let left_px = (first.fraction * fit.length_px - width_px).max(-OVERHANG_EMS * fit.gap_px);
            let next_px = second.fraction * fit.length_px - (fit.extent)(&second.context) / 2.0;
            left_px + width_px + fit.gap_px <= next_px
        }
        _ => true,
    };
    has_date && fit.holds(&worded.ticks) && fit.separates(others)
}

/// Ticks between two different times.
pub(super) fn ticks(scale: &Scale, lo: i128, hi: i128, fit: &Fit<'_>) -> Worded {
    let in_ns = |calendar: &Calendar| nanoseconds(lo, calendar.unit).zip(nanoseconds(hi, calendar.unit));
    let Some((calendar, (lo_ns, hi_ns))) = scale.calendar().and_then(|calendar| Some((calendar, in_ns(calendar)?)))
    else {
        return integer_ticks(scale, lo, hi, fit);
    };
    let unit_ns = i128::from(calendar.unit.nanoseconds());
    let axis = Axis { scale, lo_ns, hi_ns, unit_ns, clock: calendar.clock() };
    let axis_ns = (hi_ns - lo_ns) as f64;
    let score = |step: Step| density(axis_ns / step.ns() as f64, fit.wanted - 1.0);
    // Only steps of which two ticks can lie on the axis, from coarse to fine.
    let mut usual: Vec<Step> = steps().filter(|step| axis_ns / step.ns() as f64 <= MOST_DENSE * fit.wanted).collect();
    let first = usual.partition_point(|step| step.ns() as f64 > 1.1 * axis_ns);
    usual.drain(..first);
    let coarsest = usual.iter().find_map(|step| {
        let instants = axis.instants(*step, f64::INFINITY);
        (instants.len() >= 2).then_some((*step, instants))
    });
    usual.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
    let fitting = usual.into_iter().find_map(|step| {
        let instants = axis.instants(step, MOST_DENSE * fit.wanted);
        if instants.len() < 2 {
            return None;
        }
        let worded = axis.ticks(&instants, step, fit.wording);
        if holds(&worded, fit) {
            return Some((step, instants, worded));
        }
        // An hour that comes twice has two long labels close together: the first one is enough.
        let once = axis.without_repeats(&instants);
        let worded = axis.ticks(&once, step, fit.wording);
        (once.len() < instants.len() && once.len() > 1 && holds(&worded, fit)).then_some((step, once, worded))
    });
    let chosen = fitting.or_else(|| {
        let (step, instants) = coarsest?;
        let worded = axis.ticks(&instants, step, fit.wording);
        Some((step, instants, worded))
    });
    match chosen {
        Some((step, instants, mut worded)) => {
            worded.ticks.extend(axis.minors(&instants, step, fit));
            worded
        }
        // Neighbouring instants, with no round one between them.
        None => axis.ticks(&[lo_ns, hi_ns], Step::of_unit(calendar.unit), fit.wording),
    }
}

#[cfg(test)]
mod tests;
