//! What was asked for and changes nothing: said, never passed over.

use crate::content::Content;
use crate::reduce::Reducer;
use crate::spec::Spec;

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
