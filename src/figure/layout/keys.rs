//! The room of legend and colorbars beside, below and inside the plot area, and how they fill it.

use super::kept::{Kept, LAST_COLORBARS, Part};
use crate::color::Rgba8;
use crate::figure::display::{Block, Op};
use crate::figure::places::Corner;
use crate::figure::style::Style;
use crate::figure::{ColorbarPlace, FigureSpec, Key, LegendPlace, SizeKey, colorbar, legend};

/// A legend beside the plot takes at most this share of the width.
const LEGEND_SHARE: f64 = 0.35;

/// A legend below it takes at most this share of the height.
const LOW_SHARE: f64 = 0.3;

/// One inside takes at most these shares of the plot's width and height.
const INSIDE_SHARES: (f64, f64) = (0.5, 0.6);

/// The most colorbars at one side: more would be a figure of bars, and no eye goes between so many.
const MOST_COLORBARS: usize = 4;

/// The shape of a key, without its place.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Of all keys that are legends.
    Legend(legend::Grid),
    /// Of the key with this number, upright.
    Upright(usize, colorbar::Columns),
    /// The same, lying.
    Lying(usize, colorbar::Rows),
}

impl Shape {
    pub fn width_px(&self, style: &Style) -> i32 {
        match self {
            Self::Legend(grid) => grid.width_px(style),
            Self::Upright(_, columns) => columns.width_px(style),
            Self::Lying(..) => 0,
        }
    }

    pub fn height_px(&self, style: &Style) -> i32 {
        match self {
            Self::Legend(grid) => grid.height_px(),
            Self::Upright(..) => 0,
            Self::Lying(_, rows) => rows.height_px(style),
        }
    }

    /// What of it is cut, if anything.
    pub fn cut(&self) -> Option<&'static str> {
        let (is_cut, name) = match self {
            Self::Legend(grid) => (grid.is_cut, "names in the legend"),
            Self::Upright(_, columns) => (columns.is_cut, "the label of the colorbar"),
            Self::Lying(_, rows) => (rows.is_cut, "the label of the colorbar"),
        };
        is_cut.then_some(name)
    }
}

/// A key at its place.
#[derive(Clone, Debug)]
pub(super) struct KeyBox {
    pub area: Block,
    pub shape: Shape,
    /// A legend on a box of its own inside the plot, in this corner of it or in the emptiest one.
    pub inside: Option<Inside>,
}

/// A legend inside a plot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inside {
    /// `None` is the emptiest one.
    pub corner: Option<Corner>,
    pub plot: Block,
    pub paper: Rgba8,
}

/// Keys as they are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'a> {
    pub spec: &'a FigureSpec,
    pub keys: &'a [Key],
}

impl<'a> Keys<'a> {
    /// How many of them stand at a side, and whether some are too many.
    pub fn count(&self, part: Part) -> (usize, bool) {
        let has_legend = self.has_legend() && self.legend_part() == Some(part);
        let bars = if self.bars_part() == part { self.bars().count() } else { 0 };
        (usize::from(has_legend) + bars.min(MOST_COLORBARS), bars > MOST_COLORBARS)
    }

    /// The names of all colorbars that have no room.
    pub fn tell_missing(&self, kept: &mut Kept) {
        if [Part::KeysRight, Part::KeysBelow].into_iter().any(|part| self.count(part).1) {
            kept.tell(LAST_COLORBARS);
        }
    }

    fn has_legend(&self) -> bool {
        self.spec.has_legend && !legend::rows(self.keys, &self.spec.size_keys, &Style::of(self.spec)).is_empty()
    }

    fn legend_part(&self) -> Option<Part> {
        match self.spec.places.legend {
            LegendPlace::Right => Some(Part::KeysRight),
            LegendPlace::Below => Some(Part::KeysBelow),
            // No corner of a grid of panels is empty.
            LegendPlace::In(_) | LegendPlace::EmptiestCorner if self.spec.facets.is_some() => Some(Part::KeysRight),
            LegendPlace::In(_) | LegendPlace::EmptiestCorner => None,
        }
    }

    fn bars_part(&self) -> Part {
        match self.spec.places.colorbar {
            ColorbarPlace::Right => Part::KeysRight,
            ColorbarPlace::Bottom => Part::KeysBelow,
        }
    }

    fn bars(&self) -> impl Iterator<Item = (usize, &'a crate::figure::Colorbar)> {
        let has_bars = self.spec.has_colorbar;
        self.keys.iter().enumerate().filter_map(move |(number, key)| match key {
            Key::Colorbar(bar) if has_bars => Some((number, bar)),
            _ => None,
        })
    }

    fn grid(&self, room: legend::Room, style: &Style) -> Option<legend::Grid> {
        let has_counts = self.keys.iter().any(|key| matches!(key, Key::Legend { has_counts: true, .. }));
        legend::Grid::reserved(&legend::rows(self.keys, &self.spec.size_keys, style), has_counts, room, style)
    }

    /// The keys right of a plot of that height on a page of that width, of which `room_px` are left for them; `None` where
    /// they take more. Names are cut to the share of the page that a legend has, and with `cuts_names` to the room there is.
    pub fn right(
        &self,
        kept: &Kept,
        (plot_height, page_width): (i32, i32),
        (room_px, cuts_names): (i32, bool),
        style: &Style,
    ) -> Option<Vec<Shape>> {
        let most = kept.count(Part::KeysRight);
        if most == 0 {
            return Some(Vec::new());
        }
        let has_legend = self.has_legend() && self.legend_part() == Some(Part::KeysRight);
        let most_bars =
            if self.bars_part() == Part::KeysRight { most.saturating_sub(usize::from(has_legend)) } else { 0 };
        let bars = self
            .bars()
            .take(most_bars)
            .map(|(number, bar)| Shape::Upright(number, colorbar::Columns::reserved(bar, plot_height, style)));
        let bars: Vec<Shape> = bars.collect();
        let apart_px = 2 * style.margin_px;
        let left_px = room_px - bars.iter().map(|bar| bar.width_px(style) + apart_px).sum::<i32>();
        if left_px < 0 {
            return None;
        }
        let mut found = Vec::new();
        if has_legend {
            let share_px = (f64::from(page_width) * LEGEND_SHARE) as i32;
            let width_px = if cuts_names { share_px.min(left_px - apart_px) } else { share_px };
            let grid = self.grid(legend::Room { width_px, height_px: plot_height, is_wide: false }, style)?;
            if grid.width_px(style) + apart_px > left_px {
                return None;
            }
            found.push(Shape::Legend(grid));
        }
        found.extend(bars);
        Some(found)
    }

    /// The keys below a plot of that width on a page of that size.
    pub fn below(&self, kept: &Kept, plot_width: i32, page: (i32, i32), style: &Style) -> Option<Vec<Shape>> {
        let most = kept.count(Part::KeysBelow);
        let has_legend = self.has_legend() && self.legend_part() == Some(Part::KeysBelow);
        let most_bars =
            if self.bars_part() == Part::KeysBelow { most.saturating_sub(usize::from(has_legend)) } else { 0 };
        let bars = self.bars().take(most_bars);
        let mut found: Vec<Shape> =
            bars.map(|(number, bar)| Shape::Lying(number, colorbar::Rows::reserved(bar, plot_width, style))).collect();
        if has_legend && most > 0 {
            let room = legend::Room {
                width_px: page.0 - 2 * style.margin_px,
                height_px: (f64::from(page.1) * LOW_SHARE) as i32,
                is_wide: true,
            };
            found.push(Shape::Legend(self.grid(room, style)?));
        }
        Some(found)
    }

    /// The legend inside a plot; an error where there is one and it has no room.
    pub fn inside(&self, plot: Block, style: &Style) -> Result<Option<KeyBox>, &'static str> {
        if !self.has_legend() || self.legend_part().is_some() {
            return Ok(None);
        }
        let (around, pad) = (2 * style.gap_px, legend::pad_px(style));
        let share = |px: i32, share: f64| (f64::from(px) * share) as i32 - 2 * pad;
        let (across, down) = INSIDE_SHARES;
        let room = legend::Room {
            width_px: share(plot.width - around, across),
            height_px: share(plot.height - around, down),
            is_wide: false,
        };
        let grid = self.grid(room, style).ok_or("the legend")?;
        let area = Block::new(plot.left, plot.top, grid.width_px(style) + 2 * pad, grid.height_px() + 2 * pad);
        let corner = match self.spec.places.legend {
            LegendPlace::In(corner) => Some(corner),
            _ => None,
        };
        let paper = self.spec.plot_background.or(self.spec.background).unwrap_or(self.spec.theme.background());
        Ok(Some(KeyBox { area, shape: Shape::Legend(grid), inside: Some(Inside { corner, plot, paper }) }))
    }
}

impl KeyBox {
    /// The finished key; nothing where another kind was reserved, or a colorbar's norm is still unknown.
    pub fn ops(
        &self,
        (keys, sizes): (&[Key], &[SizeKey]),
        page_width: i32,
        occupied: &dyn Fn(Block) -> u64,
        style: &Style,
    ) -> Vec<Op> {
        let area = self.area;
        let bar = |number: usize| match keys.get(number) {
            Some(Key::Colorbar(bar)) => Some(bar),
            _ => None,
        };
        match (&self.shape, self.inside) {
            (Shape::Legend(grid), None) => {
                legend::ops(&legend::rows(keys, sizes, style), grid, (area.left, area.top), style)
            }
            (Shape::Legend(grid), Some(inside)) => {
                let area = inside.place(area, occupied, style);
                let pad = legend::pad_px(style);
                let mut ops = legend::box_ops(area, inside.paper, style);
                ops.extend(legend::ops(
                    &legend::rows(keys, sizes, style),
                    grid,
                    (area.left + pad, area.top + pad),
                    style,
                ));
                ops
            }
            (Shape::Upright(number, columns), _) => {
                bar(*number).map_or_else(Vec::new, |bar| colorbar::ops(bar, *columns, area, style))
            }
            (Shape::Lying(number, rows), _) => {
                bar(*number).map_or_else(Vec::new, |bar| colorbar::lying_ops(bar, *rows, area, page_width, style))
            }
        }
    }
}

impl Inside {
    /// In its corner, or the one whose box has the fewest pixels that were drawn on; of equals the first of [`Corner::ALL`].
    fn place(&self, area: Block, occupied: &dyn Fn(Block) -> u64, style: &Style) -> Block {
        let around = 2 * style.gap_px;
        let plot = self.plot;
        let at = |corner: Corner| {
            let left = if corner.is_left() { plot.left + around } else { plot.right() - around - area.width };
            let top = if corner.is_top() { plot.top + around } else { plot.bottom() - around - area.height };
            Block { left, top, ..area }
        };
        let emptiest = || Corner::ALL.into_iter().min_by_key(|corner| occupied(at(*corner)));
        at(self.corner.or_else(emptiest).unwrap_or(Corner::TopRight))
    }
}
