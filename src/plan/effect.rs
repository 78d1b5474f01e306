//! What was asked for and changes nothing: said, never passed over.

use crate::content::Content;
use crate::figure::{Frame, Grid, LegendPlace, Places};
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

/// A line for what was asked for and lies around a plot that has no frame.
pub(super) fn without_frame(spec: &Spec, has_facets: bool) -> Option<String> {
    let (figure, places, usual) = (&spec.figure, &spec.figure.places, Places::default());
    if figure.frame == Frame::Full {
        return None;
    }
    let asked = [
        (figure.title.is_some(), "the title"),
        (places.left_title.is_some() || places.right_title.is_some(), "titles at the sides"),
        (spec.x.label.is_some() || spec.y.label.is_some(), "labels of axes"),
        (figure.trim.grid.is_some_and(|grid| grid != Grid::Off), "the grid"),
        (figure.trim.spines.is_some(), "spines"),
        (places.legend != usual.legend, "the legend"),
        (places.colorbar != usual.colorbar || figure.has_histogram, "the colorbar"),
        (places.margins != usual.margins, "margins"),
        (has_facets, "the names of panels"),
    ];
    let asked: Vec<&str> = asked.into_iter().filter_map(|(is_asked, name)| is_asked.then_some(name)).collect();
    (!asked.is_empty()).then(|| format!("not drawn, as the figure has no frame: {}", asked.join(", ")))
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
