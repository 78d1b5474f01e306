//! How wide the margins around a plot area are: in a figure of a given size, and around a given plot.
//!
//! What is above and below depends on the ticks of x, these on the width that is left between the sides, and that on the
//! height of the plot: it is measured again until nothing changes. Where the plot gets too small, everything gets tighter
//! step by step; only then parts are left out.

use super::aspect::Ratio;
use super::checked_side;
use super::kept::{Kept, Lack, Part, TIGHTER, Tightness};
use super::keys::Keys;
use super::parts::{Above, Aside, Below, clamped};
use super::words::worded;
use crate::error::{Error, Result};
use crate::figure::axis::AxisTicks;
use crate::figure::display::Block;
use crate::figure::style::Style;
use crate::figure::{FigureSpec, Key, text};
use crate::scale::Scale;

/// Below this share of the figure (or this many pixels at 100 dpi) the plot area is not worth what is around it.
const WORTHWHILE_SHARE: f64 = 0.4;
const WORTHWHILE_PX: f64 = 160.0;

/// It is measured so often at most; from the second half on what has once been needed is kept.
const MOST_ROUNDS: usize = 12;

/// Everything that was measured, and where the plot area is.
pub(super) struct Measured {
    pub page: (i32, i32),
    pub plot: Block,
    pub style: Style,
    pub kept: Kept,
    pub above: Above,
    pub below: Below,
    pub aside: Aside,
    pub x_ticks: AxisTicks,
    /// How tight it is; 0 as usual.
    pub tightness: usize,
}

/// What one measurement takes for granted of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Assumed {
    pub plot: (i32, i32),
    /// From the plot area to the right edge of the page.
    pub right_px: i32,
    /// The height of the tick labels of x.
    pub x_labels_px: i32,
    /// The widths of what tick labels share.
    pub x_shared_px: i32,
    pub y_shared_px: i32,
    /// The least width that tick labels of y get.
    pub y_labels_px: i32,
}

impl Assumed {
    fn first(plot: (i32, i32), style: &Style) -> Self {
        let x_labels_px = text::line_px(style.tick_size_px);
        Self { plot, right_px: 0, x_labels_px, x_shared_px: 0, y_shared_px: 0, y_labels_px: 0 }
    }

    /// What was found instead.
    fn found(plot: (i32, i32), right_px: i32, x_ticks: &AxisTicks, aside: &Aside, style: &Style) -> Self {
        let shared_px = |ticks: &AxisTicks| match ticks.shared() {
            "" => 0,
            shared => text::mask(shared, style.tick_size_px, f64::INFINITY).width,
        };
        Self {
            plot,
            right_px,
            x_labels_px: x_ticks.height_px(style),
            x_shared_px: shared_px(x_ticks),
            y_shared_px: shared_px(&aside.y_ticks),
            y_labels_px: 0,
        }
    }

    /// Whether a measurement that took this for granted holds with what was found.
    fn holds(&self, found: &Self) -> bool {
        let is_enough = found.x_labels_px <= self.x_labels_px
            && found.x_shared_px <= self.x_shared_px
            && found.y_shared_px <= self.y_shared_px;
        is_enough && found.plot == self.plot && found.right_px == self.right_px
    }

    /// What to take for granted next; after many rounds as much room as was ever needed.
    fn next(&self, found: Self, round: usize, aside: &Aside) -> Self {
        if round < MOST_ROUNDS / 2 {
            return found;
        }
        Self {
            x_labels_px: found.x_labels_px.max(self.x_labels_px),
            x_shared_px: found.x_shared_px.max(self.x_shared_px),
            y_shared_px: found.y_shared_px.max(self.y_shared_px),
            y_labels_px: aside.tick_labels_px.max(self.y_labels_px),
            ..found
        }
    }
}

type Attempt<T> = std::result::Result<T, Lack>;

/// What is asked of a figure, once for both ways of measuring.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub spec: &'a FigureSpec,
    pub x: &'a Scale,
    pub y: &'a Scale,
    pub keys: &'a [Key],
    pub style: &'a Style,
    pub ratio: Option<Ratio>,
}

impl Request<'_> {
    pub(super) fn keys(&self) -> Keys<'_> {
        Keys { spec: self.spec, keys: self.keys }
    }

    fn everything(&self) -> Kept {
        let places = &self.spec.places;
        let mut kept = Kept::new(|part| match part {
            Part::Title => usize::from(worded(&self.spec.title).is_some()),
            Part::SideTitles => usize::from(worded(&places.left_title).or(worded(&places.right_title)).is_some()),
            Part::XLabel => usize::from(worded(&self.spec.x_label).is_some()),
            Part::YLabel => usize::from(worded(&self.spec.y_label).is_some()),
            Part::KeysBelow | Part::KeysRight => self.keys().count(part).0,
            Part::XShared | Part::YShared | Part::XTickLabels | Part::XTicks | Part::YTickLabels | Part::YTicks => 1,
        });
        self.keys().tell_missing(&mut kept);
        kept
    }

    /// The figure of that size.
    ///
    /// # Errors
    /// A usage error when given margins leave nothing to the plot.
    pub fn within(&self, page: (i32, i32)) -> Result<Measured> {
        self.tightest(&|kept, tight, is_last| self.in_page(page, kept, tight, is_last))
    }

    /// The figure around a plot area of that size: nothing is left out but what given margins or so small a plot have no
    /// room for.
    ///
    /// # Errors
    /// A usage error when the figure is larger than a figure can be.
    pub fn around(&self, plot: (i32, i32)) -> Result<Measured> {
        let measured = self.tightest(&|kept, tight, _| self.around_plot(plot, kept, tight))?;
        checked_side(i64::from(measured.page.0), "wide")?;
        checked_side(i64::from(measured.page.1), "high")?;
        Ok(measured)
    }

    /// The first that fits: ever tighter, then with ever fewer parts.
    fn tightest(&self, attempt: &dyn Fn(&Kept, Tightness, bool) -> Attempt<Measured>) -> Result<Measured> {
        let mut kept = self.everything();
        loop {
            let mut lack = Lack::Across;
            for (tightness, tight) in TIGHTER.into_iter().enumerate() {
                match attempt(&kept, tight, false) {
                    Ok(measured) => return Ok(Measured { tightness, ..measured }),
                    Err(found) => lack = found,
                }
            }
            if kept.give_up(lack) {
                continue;
            }
            // Nothing is left that could go: the plot is as small as it was asked for.
            while [Lack::Down, Lack::Across].into_iter().any(|lack| kept.give_up(lack)) {}
            let tightness = TIGHTER.len() - 1;
            return match attempt(&kept, TIGHTER[tightness], true) {
                Ok(measured) => Ok(Measured { tightness, ..measured }),
                Err(_) => Err(Error::usage("the margins leave no pixel for the plot")
                    .hint("give smaller --margins, or a larger figure")),
            };
        }
    }

    fn in_page(&self, page: (i32, i32), kept: &Kept, tight: Tightness, is_last: bool) -> Attempt<Measured> {
        let style = tight.style(self.style).with_cells(self.spec);
        let given = self.spec.places.margins;
        let mut assumed = Assumed::first((page.0 * 3 / 4, page.1 * 3 / 4), &style);
        for round in 0.. {
            let above = self.above(kept, page.0, &assumed, tight, &style)?;
            let below = self.below(kept, page, &assumed, tight, &style)?;
            let top = above.extent.margin_px(given.top_px, &style).ok_or(Lack::Above)?;
            let bottom = below.extent.margin_px(given.bottom_px, &style).ok_or(Lack::Below)?;
            let high = page.1 - top - bottom;
            let is_given = given.top_px.is_some() && given.bottom_px.is_some();
            let least =
                if is_given || is_last || !kept.has(Part::XTicks) { 1 } else { worthwhile(page.1, self.spec.dpi) };
            if high < least {
                return Err(Lack::Down);
            }
            let plot_height = if self.ratio.is_some() && round > 0 { assumed.plot.1.min(high) } else { high };

            let is_given = given.left_px.is_some() && given.right_px.is_some();
            let least =
                if is_given || is_last || !kept.has(Part::YTicks) { 1 } else { worthwhile(page.0, self.spec.dpi) };
            let right_room = given.right_px.map_or(page.0 - least, clamped);
            let aside = self.aside(kept, (plot_height, page.0, right_room), &above, &assumed, tight, &style)?;
            let left = aside.left.margin_px(given.left_px, &style).ok_or(Lack::Left)?;
            let mut right = aside.right.margin_px(given.right_px, &style).ok_or(Lack::Right)?;
            if given.right_px.is_none() {
                right = right.max(below.overhang_px + style.line_px);
            }
            let wide = page.0 - left - right;
            if wide < least {
                return Err(Lack::Across);
            }
            // The last label of x may stick out at the end.
            let x_shared = kept.has(Part::XShared) && kept.has(Part::XTickLabels);
            let shaped = |wide: i32| self.ratio.map_or((wide, high), |ratio| shaped(ratio, (wide, high), &style));
            let mut plot = shaped(wide);
            let mut x_ticks = AxisTicks::across(self.x, plot.0, x_shared, &style);
            if kept.has(Part::XTickLabels) && given.right_px.is_none() {
                let missing = missing_px(&x_ticks, plot.0, right, &style);
                if missing > 0 && wide - missing >= least {
                    right += missing;
                    plot = shaped(wide - missing);
                    x_ticks = AxisTicks::across(self.x, plot.0, x_shared, &style);
                }
            }
            let free = (page.0 - left - right - plot.0, high - plot.1);
            let left = left + share_before(free.0, given.left_px, given.right_px);
            let top = top + share_before(free.1, given.top_px, given.bottom_px);
            let found = Assumed::found(plot, page.0 - left - plot.0, &x_ticks, &aside, &style);
            if (assumed.holds(&found) && plot.1 == plot_height) || round == MOST_ROUNDS {
                let (plot, kept) = (Block::new(left, top, plot.0, plot.1), kept.clone());
                return Ok(Measured { page, plot, style, kept, above, below, aside, x_ticks, tightness: 0 });
            }
            assumed = assumed.next(found, round, &aside);
        }
        Err(Lack::Across)
    }

    fn around_plot(&self, plot: (i32, i32), kept: &Kept, tight: Tightness) -> Attempt<Measured> {
        let style = tight.style(self.style).with_cells(self.spec);
        let given = self.spec.places.margins;
        let mut assumed = Assumed::first(plot, &style);
        // A legend takes a share of a page that it is a part of: from its full size downwards.
        let mut page = (1 << 20, 1 << 20);
        for round in 0.. {
            let above = self.above(kept, page.0, &assumed, tight, &style)?;
            let below = self.below(kept, page, &assumed, tight, &style)?;
            let top = above.extent.margin_px(given.top_px, &style).ok_or(Lack::Above)?;
            let bottom = below.extent.margin_px(given.bottom_px, &style).ok_or(Lack::Below)?;
            let right_room = given.right_px.map_or(page.0, clamped);
            let aside = self.aside(kept, (plot.1, page.0, right_room), &above, &assumed, tight, &style)?;
            let left = aside.left.margin_px(given.left_px, &style).ok_or(Lack::Left)?;
            let mut right = aside.right.margin_px(given.right_px, &style).ok_or(Lack::Right)?;
            if given.right_px.is_none() {
                right = right.max(below.overhang_px + style.line_px);
            }
            let x_shared = kept.has(Part::XShared) && kept.has(Part::XTickLabels);
            let x_ticks = AxisTicks::across(self.x, plot.0, x_shared, &style);
            if kept.has(Part::XTickLabels) && given.right_px.is_none() {
                right += self.missing_of_grown(plot.0, (left, right), x_shared, &style);
            }
            let grown = (left + plot.0 + right, top + plot.1 + bottom);
            let found = Assumed::found(plot, right, &x_ticks, &aside, &style);
            if (grown == page && assumed.holds(&found)) || round == 4 * MOST_ROUNDS {
                let (plot, kept) = (Block::new(left, top, plot.0, plot.1), kept.clone());
                return Ok(Measured { page: grown, plot, style, kept, above, below, aside, x_ticks, tightness: 0 });
            }
            page = if round < 3 * MOST_ROUNDS { grown } else { (grown.0.max(page.0), grown.1.max(page.1)) };
            assumed = assumed.next(found, round / 4, &aside);
        }
        Err(Lack::Across)
    }

    /// Room for the last label of x beyond a right margin, as a figure of the size that comes out would make it.
    fn missing_of_grown(&self, plot_width: i32, (left, right): (i32, i32), x_shared: bool, style: &Style) -> i32 {
        let of = |missing: i32| {
            let ticks = AxisTicks::across(self.x, plot_width + missing, x_shared, style);
            missing_px(&ticks, plot_width + missing, right, style).max(0)
        };
        let is_kept = |missing: i32| {
            let found = of(missing);
            let least = worthwhile(plot_width.saturating_add(missing + left + right), self.spec.dpi);
            (if plot_width + missing - found >= least { found } else { 0 }) == missing
        };
        let most_px = of(0);
        (0..=2 * most_px).find(|missing| is_kept(*missing)).unwrap_or(most_px)
    }
}

/// The largest plot area of that shape in some room; of facets, each has the shape.
fn shaped(ratio: Ratio, (wide, high): (i32, i32), style: &Style) -> (i32, i32) {
    let (columns, rows) = style.cells.map_or((1, 1), |cells| cells.across_and_down());
    let one = (style.axis_width(wide), style.axis_height(high));
    let (width, height) = ratio.within(one.0, one.1);
    (wide - columns * (one.0 - width), high - rows * (one.1 - height))
}

/// How much more room the last label of x needs on the right than there is.
fn missing_px(x_ticks: &AxisTicks, plot_width: i32, right: i32, style: &Style) -> i32 {
    x_ticks.overhang_px(plot_width, style) + style.margin_px / 2 - right
}

/// What goes before a plot area that does not fill its room: half of it, or what leaves given margins exact.
fn share_before(free_px: i32, before: Option<u32>, after: Option<u32>) -> i32 {
    match (before, after) {
        (Some(_), None) => 0,
        (None, Some(_)) => free_px,
        _ => free_px / 2,
    }
}

fn worthwhile(side_px: i32, dpi: f64) -> i32 {
    (f64::from(side_px) * WORTHWHILE_SHARE).min(WORTHWHILE_PX * dpi / 100.0).ceil().max(1.0) as i32
}
