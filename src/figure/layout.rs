//! Where everything goes: `reserve` fixes the boxes, `fill` puts in what was not known before.
//!
//! What does not fit a small figure is left out, one thing after the other, until the plot area is worth looking at; the
//! caller can say what ([`Layout::left_out`]).

use std::sync::Arc;

use super::display::{Block, Figure, Op, Plate, Rect};
use super::panels::{Inset, InsetRequest, Shown};
use super::style::Style;
use super::{FigureSpec, Frame, Key, colorbar, legend, text};
use crate::error::{Error, Result};
use crate::escape::display_text;
use crate::scale::Scale;
use margins::{Kept, Margins, Request};

mod margins;

/// The reserved boxes of a figure: its plot area never moves again.
#[derive(Clone, Debug)]
pub struct Layout {
    spec: Arc<FigureSpec>,
    style: Style,
    plot_area: Rect,
    key_boxes: Vec<KeyBox>,
    under: Vec<Op>,
    over: Vec<Op>,
    /// Of facets; without, the plot area is the only plate.
    cells: Vec<Plate>,
    inset: Option<Inset>,
    left_out: Vec<&'static str>,
}

/// The room of the legend or of a colorbar.
#[derive(Clone, Copy, Debug)]
struct KeyBox {
    area: Block,
    columns: KeyColumns,
}

#[derive(Clone, Copy, Debug)]
enum KeyColumns {
    /// Of all keys that are legends.
    Legend(legend::Columns),
    /// Of the key with this number.
    Colorbar(usize, colorbar::Columns),
}

impl Layout {
    /// Measures everything and fixes the plot area.
    ///
    /// `keys` names what will be passed to [`Layout::fill`], as far as it is known, one for each data set: legends share
    /// one box, every colorbar has its own.
    ///
    /// # Errors
    /// A usage error when the sizes are impossible or no pixel is left for the plot; it names the smallest size.
    pub fn reserve(spec: &FigureSpec, x: &Scale, y: &Scale, keys: &[Key]) -> Result<Self> {
        let (width, height) = checked_size(spec)?;
        let style = Style::new(spec.theme, spec.dpi).with_cells(spec);
        if spec.frame == Frame::None {
            return Ok(Self::bare(spec.clone(), style));
        }
        if width < 2 * style.line_px + 1 || height < 2 * style.line_px + 1 {
            let smallest = 2 * style.line_px + 1;
            return Err(Error::usage("the figure leaves no pixel for the plot")
                .expected(format!("at least {smallest}x{smallest} px"))
                .found(format!("{width}x{height}"))
                .hint("make it larger, or draw the plot alone with --frame none"));
        }
        let margins = Request { spec, x, y, keys, style: &style }.within(width, height);
        Ok(Self::assembled(spec.clone(), style, margins))
    }

    /// The layout around a plot area of `plot` pixels (width, height); [`Layout::spec`] has the size of the figure.
    ///
    /// Where a figure of the size in `spec` has just this plot area, the result is that of [`Layout::reserve`]. Else the
    /// figure gets the size that leaves nothing out, but what has no room beside a plot so small: a legend's names are
    /// cut at their share of the width as ever.
    ///
    /// # Errors
    /// A usage error when the plot has no pixel, or the figure around it would be larger than a figure can be.
    pub fn around(spec: &FigureSpec, plot: (u32, u32), x: &Scale, y: &Scale, keys: &[Key]) -> Result<Self> {
        let (plot_width, plot_height) = checked_size(&FigureSpec { width: plot.0, height: plot.1, ..spec.clone() })?;
        let style = Style::new(spec.theme, spec.dpi).with_cells(spec);
        if spec.frame == Frame::None {
            return Ok(Self::bare(FigureSpec { width: plot.0, height: plot.1, ..spec.clone() }, style));
        }
        if let Ok(layout) = Self::reserve(spec, x, y, keys)
            && (layout.plot_area.width, layout.plot_area.height) == plot
        {
            return Ok(layout);
        }
        let margins = Request { spec, x, y, keys, style: &style }.around(plot_width, plot_height)?;
        let width = (plot_width + margins.left + margins.right).unsigned_abs();
        let height = (plot_height + margins.top + margins.bottom).unsigned_abs();
        Ok(Self::assembled(FigureSpec { width, height, ..spec.clone() }, style, margins))
    }

    /// The plot area alone.
    fn bare(spec: FigureSpec, style: Style) -> Self {
        let plot_area = Rect { x: 0, y: 0, width: spec.width, height: spec.height };
        let (under, over, left_out) = (Vec::new(), Vec::new(), Vec::new());
        let grid = Block::new(0, 0, plot_area.width as i32, plot_area.height as i32);
        let cells = style.cells.map_or_else(Vec::new, |cells| cells.bare(grid, &spec));
        Self {
            spec: Arc::new(spec),
            style,
            plot_area,
            key_boxes: Vec::new(),
            under,
            over,
            cells,
            inset: None,
            left_out,
        }
    }

    /// Everything at its place.
    fn assembled(spec: FigureSpec, style: Style, margins: Margins) -> Self {
        let Margins { left, right, top, bottom, down, across, x_ticks, y_ticks, keys, left_out } = margins;
        // Both were checked to be at most 65535.
        let (width, height) = (spec.width as i32, spec.height as i32);
        let plot = Block::new(left, top, width - left - right, height - top - bottom);
        let mut under = Vec::new();
        // The corner belongs to the labels of x.
        let last_row =
            if down.tick_labels { plot.bottom() + style.line_px + style.tick_px(false) + style.gap_px } else { height };
        let shown = Shown { x: down.ticks, x_labels: down.tick_labels, y: across.ticks, y_labels: across.tick_labels };
        let cells = style.cells.map_or_else(Vec::new, |cells| {
            cells.plates(plot, (&x_ticks, &y_ticks), shown, (width, last_row), &spec, &style)
        });
        let is_one = cells.is_empty();
        if spec.has_grid && is_one {
            under.extend(x_ticks.grid(plot, false, &style));
            under.extend(y_ticks.grid(plot, true, &style));
        }
        let mut over = if is_one { Op::frame(plot, style.line_px, style.ink).to_vec() } else { Vec::new() };
        if down.ticks && is_one {
            over.extend(x_ticks.below(plot, width, down.tick_labels, &style));
        }
        if across.ticks && is_one {
            let first_row = if down.extra { style.margin_px + text::line_px(style.title_size_px) } else { 0 };
            over.extend(y_ticks.left_of(plot, first_row..last_row, across.tick_labels, &style));
        }
        over.extend(texts(&spec, plot, (width, height), (down, across), (x_ticks.shared(), y_ticks.shared()), &style));
        let mut end = plot.right() + style.line_px;
        let key_boxes = keys.into_iter().map(|columns| {
            let left = end + 2 * style.margin_px;
            end = left + columns.width_px(&style);
            KeyBox { area: Block::new(left, plot.top, end - left, plot.height), columns }
        });
        let key_boxes = key_boxes.collect();
        let plot_area = Rect {
            x: plot.left.unsigned_abs(),
            y: plot.top.unsigned_abs(),
            width: plot.width.unsigned_abs(),
            height: plot.height.unsigned_abs(),
        };
        Self { spec: Arc::new(spec), style, plot_area, key_boxes, under, over, cells, inset: None, left_out }
    }

    /// Where the points will be; it holds at least one pixel.
    #[must_use]
    pub fn plot_area(&self) -> Rect {
        self.plot_area
    }

    /// The same with an inset over the plot.
    ///
    /// # Errors
    /// A usage error when the plot area is too small for it.
    pub fn with_inset(mut self, request: &InsetRequest<'_>) -> Result<Self> {
        let area = self.plot_area;
        let [x, y, width, height] = [area.x, area.y, area.width, area.height].map(|px| px as i32);
        let inset = Inset::reserved(Block::new(x, y, width, height), request, &self.spec, &self.style);
        let too_small = || {
            Error::usage("the plot has no room for the inset")
                .found(format!("a plot of {width}x{height} px"))
                .hint("make the figure larger, or change --inset-size")
        };
        self.inset = Some(inset.ok_or_else(too_small)?);
        Ok(self)
    }

    /// Width and height of the plot area of the inset, where there is one.
    #[must_use]
    pub fn inset_size_px(&self) -> Option<(u32, u32)> {
        self.inset.as_ref().map(Inset::size_px)
    }

    /// What the inset would cover above on the right, above on the left, below on the right and below on the left, and
    /// whether that is a part of what it shows.
    #[must_use]
    pub fn inset_covers(&self) -> Option<[(Rect, bool); 4]> {
        self.inset.as_ref().map(Inset::covers)
    }

    /// Where the points of each panel will be: of equal size. One that is the plot area, unless there are facets.
    #[must_use]
    pub fn panel_areas(&self) -> Vec<Rect> {
        if self.cells.is_empty() { vec![self.plot_area] } else { self.cells.iter().map(Plate::area).collect() }
    }

    /// What was asked for.
    #[must_use]
    pub fn spec(&self) -> &FigureSpec {
        &self.spec
    }

    /// What a small figure has no room for, in words.
    #[must_use]
    pub fn left_out(&self) -> &[&'static str] {
        &self.left_out
    }

    /// The finished figure with its inset in the corner with that number, as [`Self::inset_covers`] counts them.
    #[must_use]
    pub fn fill_with_inset(&self, keys: &[Key], corner: usize) -> Figure {
        let mut figure = self.fill(keys);
        figure.plates.extend(self.inset.as_ref().map(|inset| inset.plate(corner)));
        figure
    }

    /// The finished figure; `keys` are what was reserved, now with their values and counts.
    ///
    /// A key of another kind than the reserved one, and a colorbar whose norm is still unknown, is not drawn.
    #[must_use]
    pub fn fill(&self, keys: &[Key]) -> Figure {
        let mut over = self.over.clone();
        for KeyBox { area, columns } in self.key_boxes.iter().copied() {
            match columns {
                KeyColumns::Legend(columns) => {
                    over.extend(legend::ops(&legend::rows(keys), columns, area, &self.style));
                }
                KeyColumns::Colorbar(number, columns) => {
                    if let Some(Key::Colorbar(bar)) = keys.get(number) {
                        over.extend(colorbar::ops(bar, columns, area, &self.style));
                    }
                }
            }
        }
        if !self.cells.is_empty() {
            let mut plates = self.cells.clone();
            // The last, so that nothing lies over a key.
            if let Some(last) = plates.last_mut() {
                last.over.extend(over);
            }
            return Figure { spec: self.spec.clone(), plates };
        }
        let (area, background) = (self.plot_area, self.spec.plot_background);
        Figure { spec: self.spec.clone(), plates: vec![Plate { area, background, under: self.under.clone(), over }] }
    }
}

impl KeyColumns {
    fn width_px(&self, style: &Style) -> i32 {
        match self {
            Self::Legend(columns) => columns.width_px(style),
            Self::Colorbar(_, columns) => columns.width_px(style),
        }
    }
}

fn checked_size(spec: &FigureSpec) -> Result<(i32, i32)> {
    let side = |px: u32| i32::try_from(px).ok().filter(|px| (1..=65_535).contains(px));
    let Some(size) = side(spec.width).zip(side(spec.height)) else {
        return Err(Error::usage("the figure has an impossible size")
            .expected("sides of 1 to 65535 px")
            .found(format!("{}x{}", spec.width, spec.height)));
    };
    if !(1.0..=10_000.0).contains(&spec.dpi) {
        return Err(Error::usage("the dpi are impossible").expected("1 to 10000").found(spec.dpi.to_string()));
    }
    Ok(size)
}

/// A side of a figure that grows around its plot.
fn checked_side(px: i64, direction: &str) -> Result<()> {
    if px <= 65_535 {
        return Ok(());
    }
    Err(Error::usage(format!("the figure around this plot would be too {direction}"))
        .expected("sides of at most 65535 px")
        .found(format!("{px} px"))
        .hint("draw the plot alone with --frame none"))
}

/// Title and axis labels, centred on the plot area as far as the page allows.
///
/// What the labels of an axis share stands on the line of its label, at the end of the axis.
fn texts(
    spec: &FigureSpec,
    plot: Block,
    page: (i32, i32),
    (down, across): (Kept, Kept),
    (x_shared, y_shared): (&str, &str),
    style: &Style,
) -> Vec<Op> {
    let mut ops = Vec::new();
    let centred = |start: i32, length: i32, size: i32, page: i32| {
        (start + (length - size) / 2).min(page - style.margin_px - size).max(0)
    };
    let room = |page: i32| f64::from(page - 2 * style.margin_px);
    if let Some(title) = spec.title.as_ref().filter(|_| down.extra) {
        let mask = text::mask(&display_text(title), style.title_size_px, room(page.0));
        let left = centred(plot.left, plot.width, mask.width, page.0);
        ops.push(Op::Text { left, top: style.margin_px, mask, color: style.ink });
    }
    if let Some(label) = spec.x_label.as_ref().filter(|_| down.label) {
        let mut end = page.0;
        if !x_shared.is_empty() && down.tick_labels {
            let mask = text::mask(x_shared, style.tick_size_px, room(page.0) / 2.0);
            let left = (plot.right() - mask.width).max(0);
            end = left - style.gap_px;
            // On the line of the label, whose text is larger.
            let top = page.1 - style.margin_px - text::line_px(style.label_size_px) + style.line_px;
            ops.push(Op::Text { left, top, mask, color: style.ink });
        }
        let mask = text::mask(&display_text(label), style.label_size_px, room(end).max(1.0));
        let left = centred(plot.left, plot.width, mask.width, end);
        ops.push(Op::Text { left, top: page.1 - style.margin_px - mask.height, mask, color: style.ink });
    }
    if let Some(label) = spec.y_label.as_ref().filter(|_| across.label) {
        // The corners belong to the title and to the labels of x.
        let mut first = if down.extra { plot.top } else { style.margin_px };
        let last = if down.tick_labels || down.label { plot.bottom() } else { page.1 - style.margin_px };
        if !y_shared.is_empty() && across.tick_labels {
            let most_px = f64::from((last - first) / 2);
            let mask = Arc::new(text::mask(y_shared, style.tick_size_px, most_px).upwards());
            let top = plot.top.min(last - mask.height).max(first);
            first = top + mask.height + style.gap_px;
            ops.push(Op::Text { left: style.margin_px + style.line_px, top, mask, color: style.ink });
        }
        let most_px = f64::from((last - first - 2).max(1));
        let mask = Arc::new(text::mask(&display_text(label), style.label_size_px, most_px).upwards());
        let top = (plot.top + (plot.height - mask.height) / 2).min(last - mask.height).max(first);
        ops.push(Op::Text { left: style.margin_px, top, mask, color: style.ink });
    }
    ops
}

#[cfg(test)]
mod tests;
