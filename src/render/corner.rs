//! The corner of an inset: the one that was asked for, else the emptiest that does not hide what the inset shows. And what
//! is taken of the plot where something else looks for room.

use crate::figure::{Corner, LegendPlace, Rect};
use crate::render::Subject;
use crate::render::occupied::occupied;

/// The corner, where there is an inset, with a line to tell the user where it hides a part of what it shows.
pub(super) fn of(subject: &Subject<'_>) -> (Option<Corner>, Option<String>) {
    let Some((_, given)) = subject.inset else { return (None, None) };
    let legend = subject.layout.spec().places.legend;
    let cost = |corner: Corner| {
        let (area, hides) = subject.layout.inset_covers(corner).unwrap_or((NOTHING, false));
        (hides, legend == LegendPlace::In(corner), taken(subject, None, in_plot(subject, area)))
    };
    let corner = given.or_else(|| Corner::ALL.into_iter().min_by_key(|corner| cost(*corner)));
    let hides = corner.and_then(|corner| subject.layout.inset_covers(corner)).is_some_and(|(_, hides)| hides);
    let note = hides.then(|| {
        "the inset covers a part of what it shows: give it another corner (--inset-at) or make it smaller (--inset-size)"
            .to_owned()
    });
    (corner, note)
}

const NOTHING: Rect = Rect { x: 0, y: 0, width: 0, height: 0 };

/// The pixels of a part of the plot area (in its own columns and rows) that marks have touched, or that the inset covers.
pub(super) fn taken(subject: &Subject<'_>, inset: Option<Corner>, area: Rect) -> u64 {
    let panels = subject.layout.panel_areas();
    let of_panel = |(plate, panel): (usize, Rect)| {
        let part = within(in_plot(subject, panel), area);
        occupied(subject.drawn.iter().filter_map(|drawn| drawn.canvases.get(plate)), part)
    };
    let marks: u64 = panels.into_iter().enumerate().map(of_panel).sum();
    let covered = inset.and_then(|corner| subject.layout.inset_covers(corner)).map_or(0, |(paper, _)| {
        let part = within(in_plot(subject, paper), area);
        u64::from(part.width) * u64::from(part.height)
    });
    marks + covered
}

/// The same box from the upper left of the plot area.
fn in_plot(subject: &Subject<'_>, area: Rect) -> Rect {
    let plot = subject.layout.plot_area();
    Rect { x: area.x.saturating_sub(plot.x), y: area.y.saturating_sub(plot.y), ..area }
}

/// What of `area` lies within `panel`, from the upper left of that; nothing where they are apart.
fn within(panel: Rect, area: Rect) -> Rect {
    let side = |start: u32, length: u32, from: u32, size: u32| {
        let (first, end) = (from.max(start), (from + size).min(start + length));
        (first - start, end.saturating_sub(first))
    };
    let (x, width) = side(panel.x, panel.width, area.x, area.width);
    let (y, height) = side(panel.y, panel.height, area.y, area.height);
    Rect { x, y, width, height }
}
