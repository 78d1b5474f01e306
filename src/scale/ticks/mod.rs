//! The labelled places of an axis: as many round values as fit without their labels touching.
//!
//! Owns the choice among candidates; `decimal` owns exact decimal values and their labels, `linear`, `log`, `symlog` and
//! `time` make the candidates, `warped` does both for any monotone function, `shorten` takes out of labels what they share,
//! `civil` knows the calendar. Nothing here is computed by adding up floats.

pub(super) mod civil;
mod decimal;
mod linear;
mod log;
mod shorten;
mod symlog;
mod time;
mod warped;

pub(crate) use decimal::shortest;
pub(crate) use shorten::shortened;
pub(crate) use time::label as time_label;
pub(crate) use warped::{Warp, warped_ticks};

use crate::scale::{Domain, Kind, Scale};

/// Labelled ticks of an axis up to about this length; longer axes get one more every [`EMS_A_TICK`].
const USUAL_TICKS: usize = 11;

/// On long axes, the distance of labelled ticks in widths of an M.
const EMS_A_TICK: f64 = 16.0;

/// No axis has more labelled ticks.
const MOST_TICKS: f64 = 500.0;

/// One tick of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it lies: 0 at the start of the axis (left, bottom), 1 at its end.
    pub fraction: f64,
    /// The value as text; empty for a minor tick.
    pub label: String,
    /// True for the small ones between labelled ticks.
    pub is_minor: bool,
}

impl Tick {
    fn major(fraction: f64, label: String) -> Self {
        Self { fraction, label, is_minor: false }
    }

    fn minor(fraction: f64) -> Self {
        Self { fraction, label: String::new(), is_minor: true }
    }
}

/// The ticks of an axis of `length_px` pixels, by ascending fraction; `extent` measures a label along the axis in pixels.
///
/// There are always two labelled ticks or more, with different labels that read back as the value at their place. Where
/// not even two labels fit, the coarsest ticks come back all the same: the caller leaves labels out.
#[must_use]
pub fn ticks(scale: &Scale, length_px: f64, extent: &dyn Fn(&str) -> f64) -> Vec<Tick> {
    chosen(scale, &Fit::new(length_px, extent))
}

/// The same, where what the labels of times share may be written once elsewhere: the ticks, and what was taken out of their
/// labels (often nothing). Labels that follow each other need their date only where it changes.
pub(crate) fn shared_ticks(scale: &Scale, length_px: f64, extent: &dyn Fn(&str) -> f64) -> (Vec<Tick>, String) {
    if scale.kind() != Kind::Time {
        return (ticks(scale, length_px, extent), String::new());
    }
    let mut ticks = chosen(scale, &Fit { is_short: true, ..Fit::new(length_px, extent) });
    let labels: Vec<&str> = ticks.iter().map(|tick| tick.label.as_str()).collect();
    let Some(short) = shorten::short_times(&labels) else { return (ticks, String::new()) };
    for (tick, label) in ticks.iter_mut().zip(short.labels) {
        tick.label = label;
    }
    (ticks, short.shared)
}

fn chosen(scale: &Scale, fit: &Fit<'_>) -> Vec<Tick> {
    let mut ticks = match (scale.kind(), scale.domain(), scale.bend()) {
        (Kind::Log, Domain::F64 { lo, hi }, _) => log::ticks(scale, lo, hi, fit),
        (Kind::Time, Domain::Int { lo, hi }, _) => time::ticks(scale, lo, hi, fit),
        (_, Domain::F64 { lo, hi }, Some(bend)) => symlog::ticks(scale, bend, lo, hi, fit),
        (_, Domain::F64 { lo, hi }, None) => linear::ticks(scale, lo, hi, fit),
        (_, Domain::Int { lo, hi }, _) => linear::integer_ticks(scale, lo, hi, fit),
    };
    ticks.sort_by(|a, b| a.fraction.total_cmp(&b.fraction));
    ticks
}

/// The room on an axis.
struct Fit<'a> {
    length_px: f64,
    extent: &'a dyn Fn(&str) -> f64,
    gap_px: f64,
    most: usize,
    /// True when labels of times are written without what they share.
    is_short: bool,
}

impl<'a> Fit<'a> {
    fn new(length_px: f64, extent: &'a dyn Fn(&str) -> f64) -> Self {
        let gap_px = extent("M").max(1.0);
        let most = ((length_px / (EMS_A_TICK * gap_px)).min(MOST_TICKS) as usize).max(USUAL_TICKS);
        Self { length_px, extent, gap_px, most, is_short: false }
    }

    /// True when there is at least an M's width between neighbouring labels.
    fn holds(&self, ticks: &[Tick]) -> bool {
        let mut labelled: Vec<_> = ticks.iter().filter(|tick| !tick.is_minor).collect();
        labelled.sort_by(|a, b| a.fraction.total_cmp(&b.fraction));
        let given: Vec<&str> = labelled.iter().map(|tick| tick.label.as_str()).collect();
        let short = self.is_short.then(|| shorten::short_times(&given)).flatten();
        let extents: Vec<f64> = match &short {
            Some(short) => short.labels.iter().map(|label| (self.extent)(label)).collect(),
            None => given.iter().map(|label| (self.extent)(label)).collect(),
        };
        labelled.windows(2).zip(extents.windows(2)).all(|(pair, extents)| {
            let distance_px = (pair[1].fraction - pair[0].fraction) * self.length_px;
            distance_px >= (extents[0] + extents[1]) / 2.0 + self.gap_px
        })
    }

    /// The last candidate that fits, of candidates from coarse to fine; where none does, the first with two ticks.
    fn finest(&self, candidates: impl Iterator<Item = Vec<Tick>>) -> Option<Vec<Tick>> {
        // A step of 2.5 has longer labels than one of 2: a misfit does not end the search at once.
        const MOST_MISFITS: usize = 4;
        let (mut finest, mut coarsest, mut misfits) = (None, None, 0);
        for ticks in candidates.filter(|ticks| ticks.len() >= 2) {
            if ticks.len() <= self.most && self.holds(&ticks) {
                (finest, misfits) = (Some(ticks), 0);
                continue;
            }
            misfits += 1;
            if misfits == MOST_MISFITS {
                break;
            }
            coarsest.get_or_insert(ticks);
        }
        finest.or(coarsest)
    }
}

#[cfg(test)]
mod tests;
