//! What explains the colours of a canvas: from its content to a legend or a colorbar.

use crate::color::{Colormap, Norm, NormKind, Ramp, Rgba8, palette};
use crate::content::{Content, Meaning};
use crate::error::{Error, Result};
use crate::figure::{Colorbar, FigureSpec, Key, LegendEntry, Swatch, swatch_px};
use crate::plan::columns::Coloring;
use crate::plan::hues::Hues;
use crate::plan::{Request, axes};
use crate::reduce::{Reducer, Reduction};
use crate::scale::Calendar;
use crate::spec::{ColorLimit, ColorOptions, DensitySpec, Spec};
use crate::stamp::{Marker, StampAtlas};

/// What explains the colours of a canvas, as far as it is known before it is drawn; `background` lies behind the plot.
///
/// # Errors
/// A usage error for an unknown colormap, or limits that do not fit the norm.
pub fn key(spec: &Spec, content: &Content, background: Option<Rgba8>, hues: &mut Hues) -> Result<Key> {
    let (reduced, calendar) = match content {
        Content::Points { meaning, .. } => return of_points(meaning),
        Content::Density { reduced, calendar } => (reduced, calendar),
    };
    let Some(first) = reduced.first() else { return Ok(Key::None) };
    let ramp = Ramp::new(Colormap::parse(spec.colors.colormap_name())?, background);
    let kind = spec.colors.norm.unwrap_or(NormKind::Linear);
    check_limits(spec, kind, calendar.as_ref())?;
    if let Reducer::By { names, has_other, .. } = &first.reducer {
        return Ok(Key::Legend { title: None, entries: entries(names, *has_other, hues), has_counts: true });
    }
    if first.reducer == Reducer::Any {
        return Ok(Key::None);
    }
    let ends = spec.colors.limits.map(|(lo, hi)| (lo.value(calendar.as_ref()), hi.value(calendar.as_ref())));
    let norm = match ends {
        Some((Some(lo), Some(hi))) if kind != NormKind::EqHist => Some(Norm::new(kind, lo, hi)?),
        _ => None,
    };
    Ok(Key::Colorbar(Colorbar {
        norm,
        label: axes::with_zone(Some(first.label.clone()), calendar.as_ref()),
        calendar: calendar.clone().filter(|_| kind == NormKind::Linear),
        is_whole: first.reducer.is_whole(),
        has_histogram: spec.figure.has_histogram,
        ..Colorbar::new(ramp)
    }))
}

/// What explains the colours of points.
///
/// # Errors
/// A usage error for an unknown colormap.
pub(super) fn of_points(meaning: &Meaning) -> Result<Key> {
    Ok(match meaning {
        Meaning::None => Key::None,
        Meaning::Categories(colored) => {
            let entries = colored.iter().map(|(name, color)| entry(name, *color)).collect();
            Key::Legend { title: None, entries, has_counts: false }
        }
        Meaning::Values { norm, colormap, label, calendar } => {
            // Points wear the colours of the map as they are, so the bar does too.
            let ramp = Ramp::new(Colormap::parse(colormap)?, None);
            Key::Colorbar(Colorbar {
                norm: Some(norm.clone()),
                label: axes::with_zone(label.clone(), calendar.as_ref()),
                calendar: calendar.clone(),
                ..Colorbar::new(ramp)
            })
        }
    })
}

/// Names the data sets in their keys: an entry for one of one colour, a title above categories, and the name before a
/// colorbar's label where it was asked for or another bar has the same label.
///
/// # Errors
/// A usage error for an unknown colormap.
pub(super) fn name(keys: &mut [Key], requests: &[Request<'_>], background: Option<Rgba8>) -> Result<()> {
    let labels: Vec<Option<String>> = keys
        .iter()
        .map(|key| match key {
            Key::Colorbar(bar) => bar.label.clone(),
            _ => None,
        })
        .collect();
    for (number, (key, request)) in keys.iter_mut().zip(requests).enumerate() {
        let Some(label) = &request.label else { continue };
        let own = &labels[number];
        let is_shared = labels.iter().enumerate().any(|(other, label)| other != number && label == own);
        name_one(key, &label.text, label.is_given || is_shared, color(request, background)?);
    }
    Ok(())
}

/// The same for one key; a colorbar bears the name where `is_wanted`, and what has one colour alone gets an entry.
pub(crate) fn name_one(key: &mut Key, text: &str, is_wanted: bool, color: Option<Rgba8>) {
    match key {
        Key::Legend { title, .. } => *title = Some(text.to_owned()),
        Key::Colorbar(bar) if is_wanted => {
            bar.label = Some(match &bar.label {
                Some(own) => format!("{text}: {own}"),
                None => text.to_owned(),
            });
        }
        Key::Colorbar(_) => {}
        Key::None => {
            if let Some(color) = color {
                *key = Key::Legend { title: None, entries: vec![entry(text, color)], has_counts: false };
            }
        }
    }
}

/// Gives the names of points the shape of their marks, `marker` of each data set (`None` of a density): where the shapes
/// differ, or are others than those of which a square reminds.
pub(crate) fn wear(keys: &mut [Key], markers: &[Option<Marker>], figure: &FigureSpec) {
    let worn = || markers.iter().flatten();
    let is_plain = worn().all(|marker| matches!(marker, Marker::Circle | Marker::Square | Marker::Pixel));
    if is_plain && worn().zip(worn().skip(1)).all(|(one, next)| one == next) {
        return;
    }
    for (key, marker) in keys.iter_mut().zip(markers) {
        let (Key::Legend { entries, .. }, Some(marker)) = (key, marker) else { continue };
        // A pixel has no shape but the square.
        let marker = if *marker == Marker::Pixel { Marker::Square } else { *marker };
        let (side_px, coverage) = StampAtlas::alone(marker, swatch_px(figure));
        let swatch = Swatch { side_px, coverage: coverage.into() };
        entries.iter_mut().for_each(|entry| entry.swatch = Some(swatch.clone()));
    }
}

/// The one colour of a data set that has one.
fn color(request: &Request<'_>, background: Option<Rgba8>) -> Result<Option<Rgba8>> {
    if let Coloring::Constant(color) = request.columns.coloring {
        return Ok(Some(color));
    }
    let spec = request.spec;
    let is_any = |density: &DensitySpec| matches!(density.reductions[..], [Reduction::Any, ..]);
    if spec.density.as_ref().is_some_and(is_any) { any_color(&spec.colors, background) } else { Ok(None) }
}

/// The one colour of pixels that some row fell into: their number, 1, is at the end of the colormap, unless it has limits.
///
/// # Errors
/// A usage error for an unknown colormap.
pub(crate) fn any_color(colors: &ColorOptions, background: Option<Rgba8>) -> Result<Option<Rgba8>> {
    if colors.limits.is_some() {
        return Ok(None);
    }
    let [r, g, b] = Ramp::new(Colormap::parse(colors.colormap_name())?, background).color_from_t(1.0);
    Ok(Some(Rgba8::opaque(r, g, b)))
}

fn entry(name: &str, color: Rgba8) -> LegendEntry {
    // A name of nothing would leave its swatch alone.
    let name = if name.trim().is_empty() { format!("'{name}'") } else { name.to_owned() };
    LegendEntry { name, color, swatch: None, count: None }
}

/// Refuses limits that no number of a picture could mend.
fn check_limits(spec: &Spec, kind: NormKind, calendar: Option<&Calendar>) -> Result<()> {
    let Some((lo, hi)) = spec.colors.limits else { return Ok(()) };
    for limit in [lo, hi] {
        match (limit, limit.value(calendar)) {
            (ColorLimit::Time(_), None) => {
                return Err(Error::usage("--clim is a time, and the colours are none").expected("two numbers"));
            }
            (_, Some(value)) if !value.is_finite() => {
                return Err(Error::usage("--clim needs two finite numbers").found(value.to_string()));
            }
            (_, Some(value)) if kind == NormKind::Log && value <= 0.0 => {
                return Err(Error::usage("a log norm needs positive limits")
                    .found(value.to_string())
                    .hint("raise --clim, or take --norm symlog or asinh, which go through zero"));
            }
            _ => {}
        }
    }
    axes::check_different((lo, hi), calendar)
}

/// The categories with their colours; the one that holds all others is gray.
fn entries(names: &[String], has_other: bool, hues: &mut Hues) -> Vec<LegendEntry> {
    let is_other = |at: usize| has_other && at + 1 == names.len();
    let mut color = |at: usize, name: &str| if is_other(at) { palette::OTHER } else { hues.of(name) };
    names.iter().enumerate().map(|(at, name)| entry(name, color(at, name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_wear_the_shape_of_their_marks_where_a_square_does_not_say_it() {
        let worn = |markers: &[Option<Marker>]| {
            let key =
                || Key::Legend { title: None, entries: vec![entry("name", Rgba8::opaque(1, 2, 3))], has_counts: false };
            let mut keys: Vec<Key> = markers.iter().map(|_| key()).collect();
            wear(&mut keys, markers, &FigureSpec::new(10, 10));
            let swatch = |key: Key| match key {
                Key::Legend { entries, .. } => entries.into_iter().next().and_then(|entry| entry.swatch),
                _ => None,
            };
            keys.into_iter().map(swatch).collect::<Vec<_>>()
        };
        let (circle, square, star) = (Some(Marker::Circle), Some(Marker::Square), Some(Marker::Star));
        assert_eq!(worn(&[circle, None, circle]), [None, None, None], "squares, as ever");
        let shapes = worn(&[circle, square, None, star, star]);
        assert!(shapes[2].is_none(), "a density has no marks");
        assert!(shapes[0].is_some() && shapes[0] != shapes[1] && shapes[0] != shapes[3]);
        assert_eq!(shapes[3], shapes[4]);
        assert_eq!(worn(&[star, None])[0], shapes[3]);
        assert_eq!(worn(&[circle, square])[0], shapes[0], "different ones are told apart");
    }
}
