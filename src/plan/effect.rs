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
            let is_of_densities = has_ends || colors.empty.is_some() || colors.spread_px > 0 || has_histogram;
            vec![(
                is_of_densities,
                "--under, --over, --empty, --spread and --colorbar histogram change nothing: they are of densities (--reduce)",
            )]
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
