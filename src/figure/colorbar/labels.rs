//! The ticks of a colorbar: values of any norm at their places, with labels that fit the room there is.

use crate::color::{Norm, NormKind};
use crate::figure::axis::{AxisTicks, with_minus};
use crate::figure::key::Colorbar;
use crate::figure::style::Style;
use crate::figure::text;
use crate::scale::{Scale, Tick, Warp, shortened, ticks, time_label, warped_ticks};

/// How much sparser the ticks become until their labels fit: sparse values have fewer digits.
const SPARSER: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

/// As many intervals as a bar of any length usually has.
const USUAL_INTERVALS: f64 = 12.0;

/// The room of labels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Along the bar.
    pub length_px: i32,
    /// Across the bar beside an upright one, along it below one that lies.
    pub label_px: i32,
    /// For what the labels share, written once; nothing may be taken out of labels where this is 0.
    pub shared_px: i32,
    /// The bar lies, and its labels stand side by side.
    pub is_lying: bool,
}

/// The ticks, and what the labels share: `×10³`, `+1e9`, or nothing.
pub(super) struct Labels {
    pub ticks: AxisTicks,
    pub shared: String,
    /// Fractions and labels.
    #[cfg(test)]
    pub texts: Vec<(f64, String)>,
}

impl Labels {
    fn new(ticks: Vec<Tick>, is_number: bool, shared: String, style: &Style) -> Self {
        Self {
            #[cfg(test)]
            texts: {
                let shown = |label: &str| if is_number { with_minus(label) } else { label.to_owned() };
                ticks.iter().filter(|t| !t.is_minor).map(|t| (t.fraction, shown(&t.label))).collect()
            },
            ticks: AxisTicks::new(ticks, is_number, style),
            shared,
        }
    }
}

/// The labels of a bar whose norm is known: the first form that fits, else the narrowest.
pub(super) fn labels(bar: &Colorbar, norm: &Norm, room: Room, style: &Style) -> Labels {
    let most_shared_px = f64::from(room.shared_px);
    let mut narrowest: Option<(i32, Labels)> = None;
    for sparser in SPARSER {
        let (ticks, is_number) = chosen(bar, norm, room, sparser, style);
        let given: Vec<String> = ticks.iter().filter(|tick| !tick.is_minor).map(|tick| tick.label.clone()).collect();
        for form in shortened(&given) {
            let shared = if is_number { with_minus(&form.shared) } else { form.shared.clone() };
            // The mask is a little wider than the text.
            if !shared.is_empty() && text::width_px(&shared, style.tick_size_px) + 3.0 > most_shared_px {
                continue;
            }
            let mut labels = form.labels.into_iter();
            let relabelled = ticks.iter().map(|tick| match tick.is_minor {
                true => tick.clone(),
                false => Tick { label: labels.next().unwrap_or_default(), ..tick.clone() },
            });
            let relabelled: Vec<Tick> = relabelled.collect();
            let found = Labels::new(relabelled, is_number, shared, style);
            let width_px = found.ticks.width_px();
            if width_px <= room.label_px {
                return found;
            }
            if narrowest.as_ref().is_none_or(|(least_px, _)| width_px < *least_px) {
                narrowest = Some((width_px, found));
            }
        }
    }
    narrowest.map_or_else(|| Labels::new(Vec::new(), true, String::new(), style), |(_, labels)| labels)
}

/// The ticks by the norm's kind, and whether their labels are numbers.
fn chosen(bar: &Colorbar, norm: &Norm, room: Room, sparser: f64, style: &Style) -> (Vec<Tick>, bool) {
    let (lo, hi) = norm.limits();
    let length_px = f64::from(room.length_px);
    let line_px = f64::from(text::line_px(style.tick_size_px));
    // Neighbours are two extents apart: a label and a gap.
    let least_px = if sparser > 1.0 { length_px * sparser / (2.0 * USUAL_INTERVALS) } else { 0.0 };
    let extent = |label: &str| {
        // What is taken out of labels that lie side by side lets more of them fit.
        let own_px = || text::width_px(label, style.tick_size_px).min(f64::from(room.label_px));
        (if room.is_lying { own_px() } else { line_px }).max(least_px)
    };
    if let Some(calendar) = &bar.calendar
        && let Ok(scale) = Scale::time(lo as i128, hi as i128, calendar.clone())
    {
        return (labelled(ticks(&scale, length_px, &extent)), false);
    }
    if let Some(calendar) = bar.calendar.as_ref().filter(|_| lo as i128 == hi as i128) {
        let label = time_label(lo as i128, calendar);
        return (vec![Tick::major(norm.t_from_value(lo), label)], false);
    }
    if lo == hi {
        // One value alone: in the middle of the bar, where its colour is.
        let label = short_value(lo, sparser);
        return (vec![Tick::major(norm.t_from_value(lo), label)], true);
    }
    let scale = match norm.kind() {
        NormKind::Linear => Scale::linear(lo, hi).ok(),
        NormKind::Log => Scale::log(lo, hi).ok(),
        _ => None,
    };
    if let Some(scale) = scale {
        let mut ticks = ticks(&scale, length_px, &extent);
        if norm.kind() == NormKind::Linear {
            ticks = labelled(ticks);
        }
        let is_allowed = |tick: &Tick| tick.is_minor || !tick.label.contains('.') && !tick.label.contains("e-");
        if !bar.is_whole || ticks.iter().all(is_allowed) {
            return (ticks, true);
        }
    }
    let (t_from_value, value_from_t) = (|value| norm.t_from_value(value), |t| norm.value_from_t(t));
    let warp =
        Warp { limits: (lo, hi), t_from_value: &t_from_value, value_from_t: &value_from_t, is_whole: bar.is_whole };
    (warped_ticks(&warp, length_px, &extent), true)
}

/// Equal steps beside a narrow bar need no ruler.
fn labelled(mut ticks: Vec<Tick>) -> Vec<Tick> {
    ticks.retain(|tick| !tick.is_minor);
    ticks
}

/// A value whose label cannot be made shorter by choosing another: all of its digits, else fewer after a `≈`.
fn short_value(value: f64, sparser: f64) -> String {
    let exact = crate::scale::shortest(value);
    let digits = match sparser {
        1.0 => return exact,
        2.0 => 2,
        4.0 => 1,
        _ => 0,
    };
    let rounded = format!("{value:.digits$e}");
    match rounded.parse::<f64>() {
        Ok(same) if same == value => crate::scale::shortest(same),
        Ok(near) => format!("≈{}", crate::scale::shortest(near)),
        Err(_) => exact,
    }
}

#[cfg(test)]
pub(super) mod tests;
