//! The corner of an inset: the one that was asked for, else the emptiest that does not hide what the inset shows.

use crate::figure::Rect;
use crate::render::Subject;
use crate::render::occupied::occupied;
use crate::spec::Corner;

/// The corner, where there is an inset, with a line to tell the user where it hides a part of what it shows.
pub(super) fn of(subject: &Subject<'_>) -> (Option<Corner>, Option<String>) {
    let (Some((_, given)), Some(covers)) = (subject.inset, subject.layout.inset_covers()) else { return (None, None) };
    let plot = subject.layout.plot_area();
    let in_plot = |area: Rect| Rect { x: area.x.saturating_sub(plot.x), y: area.y.saturating_sub(plot.y), ..area };
    let mains = || subject.drawn.iter().filter_map(|drawn| drawn.canvases.first());
    let cost = |corner: Corner| {
        let (area, hides) = covers[corner.number()];
        (hides, occupied(mains(), in_plot(area)))
    };
    let corner = given.or_else(|| Corner::ALL.into_iter().min_by_key(|corner| cost(*corner)));
    let hides = corner.is_some_and(|corner| covers[corner.number()].1);
    let note = hides.then(|| {
        "the inset covers a part of what it shows: give it another corner (--inset-at) or make it smaller (--inset-size)"
            .to_owned()
    });
    (corner, note)
}
