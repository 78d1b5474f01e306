//! What was asked for and changes nothing: said, never passed over.

use crate::content::Content;
use crate::figure::LegendPlace;
use crate::reduce::Reducer;
use crate::spec::{FigureOptions, Spec};

/// Lines for colours that change nothing of such a canvas.
#[must_use]
pub fn without_effect(spec: &Spec, content: &Content) -> Vec<String> {
    let (colors, has_histogram) = (&spec.colors, spec.figure.has_histogram);
    let has_ends = colors.under.is_some() || colors.over.is_some();
    let lines = match content {
        Content::Points { .. } => {
            let given = [
                (colors.under.is_some(), "--under"),
                (colors.over.is_some(), "--over"),
                (colors.empty.is_some(), "--empty"),
                (colors.spread_px > 0, "--spread"),
                (has_histogram, "--colorbar histogram"),
            ];
            let given: Vec<&str> = given.into_iter().filter(|(is_given, _)| *is_given).map(|(_, name)| name).collect();
            return match given.as_slice() {
                [] => Vec::new(),
                [one] => vec![format!("{one} changes nothing: it is of densities (--reduce)")],
                several => vec![format!("{} change nothing: they are of densities (--reduce)", several.join(", "))],
            };
        }
        Content::Density { reduced, .. } => {
            let first = reduced.first().map(|reduced| &reduced.reducer);
            let has_mix = matches!(first, Some(Reducer::By { .. }));
            let has_bar = !has_mix && first != Some(&Reducer::Any);
            vec![
                (
                    has_mix && (colors.colormap.is_some() || has_ends),
                    "--cmap, --under and --over change nothing: categories have colours of their own",
                ),
                (has_histogram && !has_bar, "--colorbar histogram changes nothing: the picture has no colorbar"),
            ]
        }
    };
    lines.into_iter().filter(|(is_told, _)| *is_told).map(|(_, line)| line.to_owned()).collect()
}

/// Places that were asked for and that this figure does not have, in lines.
pub(super) fn places_without_effect(figure: &FigureOptions, has_facets: bool, has_inset: bool) -> Vec<String> {
    let places = &figure.places;
    let mut notes = Vec::new();
    let is_inside = matches!(places.legend, LegendPlace::In(_) | LegendPlace::EmptiestCorner);
    if has_facets && figure.has_legend && is_inside {
        notes.push("the legend stands on the right: the panels of --facet share it".to_owned());
    }
    if has_inset && places.aspect.is_some() {
        notes.push("--aspect holds for the plot, not for the inset: --inset-size decides its shape".to_owned());
    }
    notes
}
