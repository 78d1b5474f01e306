//! Where everything goes: `reserve` fixes the boxes, `fill` puts in what was not known before.
//!
//! A small figure first gets tighter, its texts then break into lines, get smaller and are cut, and what has no room even
//! so is left out, one thing after the other, until the plot area is worth looking at; [`Layout::notes`] says what.

use std::sync::Arc;

use super::display::{Block, Figure, Op, Plate, Rect};
use super::panels::{Inset, InsetRequest};
use super::style::Style;
use super::{Corner, FigureSpec, Frame, Key, PlotArea};
use crate::error::{Error, Result};
use crate::scale::Scale;
use aspect::Ratio;
use keys::KeyBox;
use measure::{Measured, Request};

mod aspect;
mod kept;
mod keys;
mod measure;
mod parts;
mod placed;
#[cfg(test)]
mod tests;
pub(super) mod words;

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
    cut: Vec<&'static str>,
    is_tight: bool,
}

impl Layout {
    /// Measures everything and fixes the plot area.
    ///
    /// `keys` names what will be passed to [`Layout::fill`], as far as it is known, one for each data set: legends share
    /// one box, every colorbar has its own. Where the places of `spec` give the plot area, the figure grows around it, and
    /// [`Layout::spec`] has its size.
    ///
    /// # Errors
    /// A usage error when the sizes are impossible or no pixel is left for the plot; it names the smallest size. Also when
    /// the aspect does not fit the axes or the given plot area.
    pub fn reserve(spec: &FigureSpec, x: &Scale, y: &Scale, keys: &[Key]) -> Result<Self> {
        let ratio = spec.places.aspect.map(|aspect| Ratio::new(aspect, x, y)).transpose()?;
        if let Some(area) = spec.places.plot_area {
            return Self::grown(spec, plot_size(area, ratio)?, x, y, keys);
        }
        Self::shaped(spec, ratio, x, y, keys)
    }

    /// A figure of the size in the spec, its plot area of some shape.
    fn shaped(spec: &FigureSpec, ratio: Option<Ratio>, x: &Scale, y: &Scale, keys: &[Key]) -> Result<Self> {
        let (width, height) = checked_size(spec)?;
        let _fonts = spec.fonts.enter();
        let style = Style::of(spec).with_cells(spec);
        if spec.frame == Frame::None {
            // The picture is the plot area: it has its shape.
            let (width, height) = ratio.map_or((width, height), |ratio| ratio.within(width, height));
            return Ok(Self::bare(spec, (width.unsigned_abs(), height.unsigned_abs()), (x, y), style));
        }
        check_margins(spec, (width, height), &style)?;
        let measured = Request { spec, x, y, keys, style: &style, ratio }.within((width, height))?;
        Ok(Self::assembled(spec, measured, (x, y), keys))
    }

    /// The layout around a plot area of `plot` pixels (width, height); [`Layout::spec`] has the size of the figure.
    ///
    /// Where a figure of the size in `spec` has just this plot area, as it comes or by its aspect, the result is that of
    /// [`Layout::reserve`]. Else the figure gets the size that leaves nothing out, but what has no room beside a plot so
    /// small: a legend's names are cut at their share of the width as ever.
    ///
    /// # Errors
    /// A usage error when the plot has no pixel, or the figure around it would be larger than a figure can be.
    pub fn around(spec: &FigureSpec, plot: (u32, u32), x: &Scale, y: &Scale, keys: &[Key]) -> Result<Self> {
        let (width, height) = checked_size(&FigureSpec { width: plot.0, height: plot.1, ..spec.clone() })?;
        if spec.frame == Frame::Full && spec.places.plot_area.is_none() {
            for ratio in [None, Some(Ratio::of(width, height))] {
                if let Ok(layout) = Self::shaped(spec, ratio, x, y, keys)
                    && (layout.plot_area.width, layout.plot_area.height) == plot
                {
                    return Ok(layout);
                }
            }
        }
        Self::grown(spec, plot, x, y, keys)
    }

    /// The figure with just that plot area.
    fn grown(spec: &FigureSpec, plot: (u32, u32), x: &Scale, y: &Scale, keys: &[Key]) -> Result<Self> {
        let (plot_width, plot_height) = checked_size(&FigureSpec { width: plot.0, height: plot.1, ..spec.clone() })?;
        let _fonts = spec.fonts.enter();
        let style = Style::of(spec).with_cells(spec);
        if spec.frame == Frame::None {
            return Ok(Self::bare(spec, plot, (x, y), style));
        }
        let request = Request { spec, x, y, keys, style: &style, ratio: None };
        let measured = request.around((plot_width, plot_height))?;
        let (width, height) = (measured.page.0.unsigned_abs(), measured.page.1.unsigned_abs());
        Ok(Self::assembled(&FigureSpec { width, height, ..spec.clone() }, measured, (x, y), keys))
    }

    /// The plot area alone, with what lies at its data coordinates.
    fn bare(spec: &FigureSpec, (width, height): (u32, u32), scales: (&Scale, &Scale), style: Style) -> Self {
        let plot_area = Rect { x: 0, y: 0, width, height };
        let spec = Arc::new(FigureSpec { width, height, ..spec.clone() });
        let grid = Block::new(0, 0, width as i32, height as i32);
        let cells = style.cells.map_or_else(Vec::new, |cells| cells.bare(grid, scales, &spec, &style));
        let (under, over) = spec.trim.layers(grid, scales, Vec::new(), Vec::new(), &style);
        let panel = (style.axis_width(grid.width), style.axis_height(grid.height));
        let [cut, left_out] = spec.trim.losses(panel, &style).map(|text| text.into_iter().collect());
        Self {
            spec,
            style,
            plot_area,
            key_boxes: Vec::new(),
            under,
            over,
            cells,
            inset: None,
            left_out,
            cut,
            is_tight: false,
        }
    }

    /// Everything at its place.
    fn assembled(spec: &FigureSpec, mut measured: Measured, scales: (&Scale, &Scale), keys: &[Key]) -> Self {
        let Block { left, top, width, height } = measured.plot;
        let plot_area = Rect {
            x: left.unsigned_abs(),
            y: top.unsigned_abs(),
            width: width.unsigned_abs(),
            height: height.unsigned_abs(),
        };
        let cells = measured.cells(spec, scales);
        let (mut under, mut over) = (Vec::new(), measured.ops(!cells.is_empty()));
        if cells.is_empty() {
            let grid = spec.trim.grid_ops(
                spec.theme,
                measured.plot,
                &measured.x_ticks,
                &measured.aside.y_ticks,
                &measured.style,
            );
            (under, over) = spec.trim.layers(measured.plot, scales, grid, over, &measured.style);
        }
        let key_boxes = measured.key_boxes(&keys::Keys { spec, keys });
        let mut cut = measured.cut();
        let panel = (measured.style.axis_width(width), measured.style.axis_height(height));
        let [cut_text, missing_text] = spec.trim.losses(panel, &measured.style);
        cut.extend(cut_text);
        measured.kept.left_out.extend(missing_text);
        if measured.style.cells.is_some_and(|cells| cells.is_cut(width, spec, &measured.style)) {
            cut.push("names of panels");
        }
        for name in key_boxes.iter().filter_map(|key| key.shape.cut()) {
            if !cut.contains(&name) {
                cut.push(name);
            }
        }
        Self {
            spec: Arc::new(spec.clone()),
            style: measured.style,
            plot_area,
            key_boxes,
            under,
            over,
            cells,
            inset: None,
            left_out: measured.kept.left_out,
            cut,
            is_tight: measured.tightness > 0,
        }
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

    /// What the inset, where there is one, would cover in a corner, and whether that is a part of what it shows.
    #[must_use]
    pub fn inset_covers(&self, corner: Corner) -> Option<(Rect, bool)> {
        self.inset.as_ref().map(|inset| inset.covers(corner))
    }

    /// A figure of this layout with the inset, where there is one, in a corner over everything else.
    #[must_use]
    pub fn put_inset(&self, mut figure: Figure, corner: Corner) -> Figure {
        figure.plates.extend(self.inset.as_ref().map(|inset| inset.plate(corner)));
        figure
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

    /// Which texts end in an ellipsis, in words.
    #[must_use]
    pub fn cut(&self) -> &[&'static str] {
        &self.cut
    }

    /// Whether texts and gaps are smaller than usual, for want of room.
    #[must_use]
    pub fn is_tight(&self) -> bool {
        self.is_tight
    }

    /// Lines to tell the user: which texts are cut, what is left out, and which characters no font has.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some((last, others)) = self.cut.split_last() {
            let is_one = others.is_empty() && !last.starts_with("names");
            let verb = if is_one { "is" } else { "are" };
            let named =
                if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) };
            notes.push(format!("{named} {verb} cut: the figure has no room for all of the text"));
        }
        if !self.left_out.is_empty() {
            notes.push(format!("the figure has no room for: {}", self.left_out.join(", ")));
        }
        notes.extend(self.spec.fonts.missing_note());
        notes
    }

    /// The finished figure; `keys` are what was reserved, now with their values and counts.
    ///
    /// A key of another kind than the reserved one, and a colorbar whose norm is still unknown, is not drawn.
    #[must_use]
    pub fn fill(&self, keys: &[Key]) -> Figure {
        self.fill_over(keys, &|_| 0)
    }

    /// The same over points: `occupied` counts the pixels of the plot area (in its own columns and rows) that were drawn on
    /// within a box, for a legend in the emptiest corner. Where corners are equal, it goes to the upper right.
    #[must_use]
    pub fn fill_over(&self, keys: &[Key], occupied: &dyn Fn(Rect) -> u64) -> Figure {
        let _fonts = self.spec.fonts.enter();
        let mut over = self.over.clone();
        let plot = self.plot_area;
        let occupied = |block: Block| {
            let [x, y] = [block.left - plot.x as i32, block.top - plot.y as i32].map(|px| px.max(0).unsigned_abs());
            let [width, height] = [block.width, block.height].map(|px| px.max(0).unsigned_abs());
            occupied(Rect { x, y, width: width.min(plot.width - x), height: height.min(plot.height - y) })
        };
        for key_box in &self.key_boxes {
            over.extend(key_box.ops((keys, &self.spec.size_keys), self.spec.width as i32, &occupied, &self.style));
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

/// The plot area as given, the side that is not by the aspect.
fn plot_size(area: PlotArea, ratio: Option<Ratio>) -> Result<(u32, u32)> {
    let side = |px: u32| i32::try_from(px).unwrap_or(i32::MAX);
    match (area.width_px, area.height_px, ratio) {
        (Some(width), Some(height), None) => Ok((width, height)),
        (Some(width), None, Some(ratio)) => Ok((width, ratio.height_px(side(width)).unsigned_abs())),
        (None, Some(height), Some(ratio)) => Ok((ratio.width_px(side(height)).unsigned_abs(), height)),
        (Some(width), Some(height), Some(ratio)) => {
            let (high, wide) = (ratio.height_px(side(width)), ratio.width_px(side(height)));
            if high == side(height) || wide == side(width) {
                return Ok((width, height));
            }
            Err(Error::usage("the plot area has another shape than the aspect gives it")
                .expected(format!("{width}x{high} or {wide}x{height}"))
                .found(format!("{width}x{height}"))
                .hint(format!("--plot-area {width}xauto takes the height that fits")))
        }
        (_, _, _) => Err(Error::usage("a side of the plot area is auto, and nothing says how long it is")
            .hint("give --aspect, or both sides")),
    }
}

/// Refuses margins that leave no pixel.
fn check_margins(spec: &FigureSpec, (width, height): (i32, i32), style: &Style) -> Result<()> {
    let smallest = 2 * style.line_px + 1;
    let margins = spec.places.margins;
    let taken =
        |given: [Option<u32>; 2]| given.iter().map(|px| px.map_or(i64::from(style.line_px), i64::from)).sum::<i64>();
    let across = taken([margins.left_px, margins.right_px]) < i64::from(width);
    let down = taken([margins.top_px, margins.bottom_px]) < i64::from(height);
    if across && down {
        return Ok(());
    }
    let is_given = margins != super::GivenMargins::default();
    let error = Error::usage("the figure leaves no pixel for the plot").found(format!("{width}x{height}"));
    Err(if is_given {
        error.hint("give smaller --margins, or make the figure larger")
    } else {
        error
            .expected(format!("at least {smallest}x{smallest} px"))
            .hint("make it larger, or draw the plot alone with --frame none")
    })
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
