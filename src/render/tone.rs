//! From a finished density to its colours: limits, norm, ramp, and what the key says of them.

use std::sync::Arc;

use crate::canvas::Planes;
use crate::color::{Colormap, Norm, NormKind, Ramp, Rgba8, Side};
use crate::distribution::Distribution;
use crate::error::Result;
use crate::figure::{Colorbar, Extends, HISTOGRAM_BINS, Key, LegendEntry};
use crate::reduce::{Reduced, Reducer};
use crate::scale::Calendar;
use crate::shade::{MixTone, Tone};
use crate::spec::{Background, ColorLimit, ColorOptions};

/// Limits where the picture has no number to take them from.
const NO_NUMBERS: (f64, f64) = (1.0, 10.0);

/// What the numbers of a picture are like.
struct Numbers {
    /// Smallest and largest.
    all: Option<(f64, f64)>,
    /// The same of the positive ones.
    positive: Option<(f64, f64)>,
    /// How often each occurs, where that is asked for.
    distribution: Option<Distribution>,
    /// How they are read where they are times.
    calendar: Option<Calendar>,
}

/// Hands over every number of the pictures, row by row.
fn each_number(pictures: &[&Planes], reducer: &Reducer, mut take: impl FnMut(f64)) {
    pictures.iter().for_each(|planes| each_number_of(planes, reducer, &mut take));
}

fn each_number_of(planes: &Planes, reducer: &Reducer, take: &mut impl FnMut(f64)) {
    let size = planes.size();
    let width = size.width() as usize;
    let mut numbers = vec![f64::NAN; width];
    for row in 0..size.height() as usize {
        reducer.numbers(planes, row * width..(row + 1) * width, &mut numbers);
        numbers.iter().filter(|number| number.is_finite()).for_each(|number| take(*number));
    }
}

impl Numbers {
    fn of(pictures: &[&Planes], reducer: &Reducer, options: &ColorOptions, kind: NormKind) -> Self {
        let has_percentile = options
            .limits
            .is_some_and(|(lo, hi)| [lo, hi].iter().any(|limit| matches!(limit, ColorLimit::Percentile(_))));
        let mut distribution = (has_percentile || kind == NormKind::EqHist).then(Distribution::default);
        let (mut all, mut positive) = (None, None);
        let bound = |bounds: &mut Option<(f64, f64)>, number: f64| {
            *bounds = Some(bounds.map_or((number, number), |(lo, hi): (f64, f64)| (lo.min(number), hi.max(number))));
        };
        each_number(pictures, reducer, |number| {
            bound(&mut all, number);
            if number > 0.0 {
                bound(&mut positive, number);
            }
            if let Some(distribution) = &mut distribution {
                distribution.add(number);
            }
        });
        Self { all, positive, distribution, calendar: None }
    }

    /// The limits: given, percentiles, or the smallest and largest number (the positive ones for a log norm).
    fn limits(&self, options: &ColorOptions, kind: NormKind) -> (f64, f64) {
        let is_log = kind == NormKind::Log;
        let found = if is_log { self.positive } else { self.all };
        let (least, most) = found.unwrap_or(NO_NUMBERS);
        let limit = |limit: ColorLimit, none: f64| match limit {
            // A plan has refused times where there is no calendar.
            ColorLimit::Value(_) | ColorLimit::Time(_) | ColorLimit::Either { .. } => {
                limit.value(self.calendar.as_ref()).unwrap_or(none)
            }
            ColorLimit::Percentile(percent) => {
                let number = self.distribution.as_ref().and_then(|distribution| distribution.percentile(percent));
                let number = number.unwrap_or(least);
                if is_log && number <= 0.0 { least } else { number }
            }
        };
        options.limits.map_or((least, most), |(lo, hi)| (limit(lo, least), limit(hi, most)))
    }

    /// Lines for limits that are not what one would think.
    fn notes(&self, options: &ColorOptions, kind: NormKind) -> Vec<String> {
        let mut notes = Vec::new();
        if kind == NormKind::Log && self.all.is_some() && self.positive.is_none() {
            notes.push("no number in the picture is positive: a log norm shows none (symlog and asinh do)".to_owned());
        }
        let has_percentile = self.distribution.is_some() && options.limits.is_some();
        if let (lo, hi) = self.limits(options, kind)
            && has_percentile
        {
            if lo > hi {
                notes.push(format!("the colormap is reversed: --clim came to {lo:?},{hi:?}"));
            } else if lo == hi {
                notes.push(format!("--clim came to {lo:?},{hi:?}: between two ends that are one, colours say little"));
            }
        }
        notes
    }

    fn norm(&self, options: &ColorOptions, kind: NormKind) -> Result<Norm> {
        let (lo, hi) = self.limits(options, kind);
        match (kind, &self.distribution) {
            (NormKind::EqHist, Some(distribution)) => Norm::eq_hist(distribution, lo, hi),
            _ => Norm::new(kind, lo, hi),
        }
    }
}

/// The norm's kind for numbers that are counts or not: the linear part of symlog and asinh ends at 1 row.
fn kind(options: &ColorOptions, default: NormKind, is_whole: bool) -> NormKind {
    match options.norm.unwrap_or(default) {
        NormKind::Symlog { threshold: None } if is_whole => NormKind::Symlog { threshold: Some(1.0) },
        NormKind::Asinh { width: None } if is_whole => NormKind::Asinh { width: Some(1.0) },
        kind => kind,
    }
}

/// A colour as asked for, or the default.
fn color(asked: Option<Background>, default: Option<Rgba8>) -> Option<Rgba8> {
    match asked {
        None | Some(Background::Theme) => default,
        Some(Background::None) => None,
        Some(Background::Color(color)) => Some(color),
    }
}

/// The colours of the numbers of a reduction.
pub(super) fn tone(
    pictures: &[&Planes],
    reduced: &Reduced,
    options: &ColorOptions,
    calendar: Option<&Calendar>,
    background: Option<Rgba8>,
) -> Result<(Tone, Vec<String>)> {
    let kind = kind(options, NormKind::Linear, reduced.reducer.is_whole());
    let (norm, notes) = if reduced.reducer == Reducer::Any && options.limits.is_none() {
        // One number alone: the colour of 1 between 0 and 1.
        (Norm::linear(0.0, 1.0)?, Vec::new())
    } else {
        let numbers = Numbers { calendar: calendar.cloned(), ..Numbers::of(pictures, &reduced.reducer, options, kind) };
        (numbers.norm(options, kind)?, numbers.notes(options, kind))
    };
    let ramp = Ramp::new(Colormap::parse(options.colormap_name())?, background);
    let end = |t: f64| {
        let [r, g, b] = ramp.color_from_t(t);
        Some(Rgba8::opaque(r, g, b))
    };
    let (under, over) = (color(options.under, end(0.0)), color(options.over, end(1.0)));
    let empty = color(options.empty, None);
    Ok((Tone { norm, ramp, under, over, empty, spread_px: options.spread_px }, notes))
}

/// The colours of counts by category.
pub(super) fn mix_tone(
    pictures: &[&Planes],
    reduced: &Reduced,
    options: &ColorOptions,
    entries: &[LegendEntry],
) -> Result<(MixTone, Vec<String>)> {
    let kind = kind(options, NormKind::Log, true);
    let numbers = Numbers::of(pictures, &reduced.reducer, options, kind);
    let (norm, notes) = (numbers.norm(options, kind)?, numbers.notes(options, kind));
    let colors = entries.iter().map(|entry| entry.color).collect();
    Ok((MixTone { norm, colors, empty: color(options.empty, None), spread_px: options.spread_px }, notes))
}

/// The key of a density with everything that is known now: of the pictures that decide the colours, and of others
/// `beside` them that wear these colours too.
pub(super) fn filled_key(
    key: &Key,
    (pictures, beside): (&[&Planes], &[&Planes]),
    reduced: &Reduced,
    options: &ColorOptions,
    tone: Option<&Tone>,
) -> Key {
    match (key, tone, &reduced.reducer) {
        (Key::Colorbar(colorbar), Some(tone), reducer) => {
            let mut bins = vec![0_u64; HISTOGRAM_BINS];
            let (mut has_under, mut has_over) = (false, false);
            // Limits found in the numbers leave none of them out, but for a log norm those that are not positive.
            let can_cut = options.limits.is_some() || tone.norm.kind() == NormKind::Log;
            if can_cut || colorbar.has_histogram {
                each_number(pictures, reducer, |number| match tone.norm.side(number) {
                    Side::Under => has_under = true,
                    Side::Over => has_over = true,
                    Side::Within => {
                        let bin = (tone.norm.t_from_value(number) * HISTOGRAM_BINS as f64) as usize;
                        bins[bin.min(HISTOGRAM_BINS - 1)] += 1;
                    }
                });
            }
            each_number(beside, reducer, |number| {
                let side = tone.norm.side(number);
                has_under |= side == Side::Under;
                has_over |= side == Side::Over;
            });
            let shown = |has: bool, color: Option<Rgba8>| {
                has.then(|| color.unwrap_or(Rgba8 { a: 0, ..Rgba8::opaque(0, 0, 0) }))
            };
            Key::Colorbar(Colorbar {
                norm: Some(tone.norm.clone()),
                ramp: tone.ramp.clone(),
                extends: Extends { under: shown(has_under, tone.under), over: shown(has_over, tone.over) },
                histogram: colorbar.has_histogram.then(|| Arc::from(bins)),
                ..colorbar.clone()
            })
        }
        (Key::Legend { title, entries, has_counts }, _, Reducer::By { plane, .. }) => {
            // Saturating: a file can hold counts that no run has made.
            let of_plane = |planes: &Planes| -> Vec<u64> {
                let counts = planes.words(*plane).chunks(planes.size().area());
                counts.map(|counts| counts.iter().copied().fold(0, u64::saturating_add)).collect()
            };
            let counts = pictures.iter().map(|planes| of_plane(planes)).reduce(|mut all, own| {
                all.iter_mut().zip(own).for_each(|(all, own)| *all = all.saturating_add(own));
                all
            });
            let counts = counts.unwrap_or_default();
            let entries =
                entries.iter().zip(counts).map(|(entry, count)| LegendEntry { count: Some(count), ..entry.clone() });
            Key::Legend { title: title.clone(), entries: entries.collect(), has_counts: *has_counts }
        }
        (key, ..) => key.clone(),
    }
}
