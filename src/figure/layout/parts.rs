//! What is above, below and beside a plot area: its texts in the room they have, and how much all of it takes.

use super::kept::{Kept, Lack, Part, Tightness};
use super::keys::Shape;
use super::measure::{Assumed, Request};
use super::words::{Words, worded};
use crate::figure::axis::AxisTicks;
use crate::figure::style::Style;
use crate::figure::text;

/// A text with less room than this many ems is left out rather than cut.
const SHORTEST_TEXT_EM: f64 = 3.0;

/// What is above the plot area.
pub(super) struct Above {
    pub title: Option<Words>,
    pub sides: Option<SideTitles>,
    /// From the spine to the lowest title.
    pub gap_px: i32,
    /// From the plot area to the upper end of the titles.
    pub extent: Extent,
}

/// The titles at both ends of the plot area.
pub(super) struct SideTitles {
    pub left: Option<Words>,
    pub right: Option<Words>,
    /// On the last line of the title between them, else on lines of their own below it.
    pub is_beside_title: bool,
}

/// What is below the plot area.
pub(super) struct Below {
    pub label: Option<Words>,
    /// From the plot area to the line of the label.
    pub label_from_px: i32,
    pub keys: Vec<Shape>,
    /// From the plot area to the first key.
    pub keys_from_px: i32,
    pub extent: Extent,
    /// How much room the labels of keys need at the right of the plot.
    pub overhang_px: i32,
}

/// What is left and right of the plot area.
pub(super) struct Aside {
    pub label: Option<Words>,
    /// Rows above and below those of the plot that the label may use.
    pub label_beyond_px: (i32, i32),
    pub y_ticks: AxisTicks,
    /// The widest tick label.
    pub tick_labels_px: i32,
    pub keys: Vec<Shape>,
    /// From the plot area to the left end of the label.
    pub left: Extent,
    /// From the plot area to the right end of the keys.
    pub right: Extent,
}

/// What is drawn on one side of a plot area.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub px: i32,
    /// The spine alone, which has no distance from the edge of the page.
    pub is_bare: bool,
}

impl Extent {
    /// The margin around it: as given, where it has room there, else with the usual distance from the edge of the page.
    pub fn margin_px(self, given_px: Option<u32>, style: &Style) -> Option<i32> {
        match given_px.map(clamped) {
            // Spines alone may leave the page.
            Some(given_px) => (self.px <= given_px || self.px <= style.line_px).then_some(given_px),
            None if self.is_bare => Some(self.px),
            None => Some(self.px + style.margin_px),
        }
    }
}

/// No margin is wider than a figure.
pub(super) fn clamped(px: u32) -> i32 {
    i32::try_from(px).unwrap_or(i32::MAX).min(1 << 16)
}

type Attempt<T> = std::result::Result<T, Lack>;

/// How far the uppermost label of y sticks out.
fn sticking_out_px(kept: &Kept, style: &Style) -> i32 {
    if kept.has(Part::YTickLabels) { text::middle_px(style.tick_size_px) + 1 } else { 0 }
}

/// How far the ticks on the upper and the right spine stand out.
fn marks_px(style: &Style) -> i32 {
    if style.ticks_all_sides && !style.ticks_inward { style.tick_px(false) } else { 0 }
}

/// Between keys below a plot.
pub(super) fn key_gap_px(style: &Style) -> i32 {
    style.margin_px + style.gap_px
}

impl Request<'_> {
    /// What is above a plot area, on a page of that width.
    pub fn above(
        &self,
        kept: &Kept,
        page_width: i32,
        assumed: &Assumed,
        tight: Tightness,
        style: &Style,
    ) -> Attempt<Above> {
        let room = page_width - 2 * style.margin_px;
        let is_too_narrow = f64::from(room) < SHORTEST_TEXT_EM * style.title_size_px;
        if let Some(part) = [Part::Title, Part::SideTitles].into_iter().find(|part| is_too_narrow && kept.has(*part)) {
            return Err(Lack::Of(part));
        }
        let title = worded(&self.spec.title).filter(|_| kept.has(Part::Title));
        let title = title.map(|title| Words::new(title, style.title_size_px, room, tight.lines.0));
        let sides = if kept.has(Part::SideTitles) {
            Some(self.side_titles(title.as_ref(), assumed, tight, style).ok_or(Lack::Of(Part::SideTitles))?)
        } else {
            None
        };
        let titles_px = title.as_ref().map_or(0, Words::height_px) + sides.as_ref().map_or(0, SideTitles::height_px);
        let shared_px = if assumed.y_shared_px > 0 { text::line_px(style.tick_size_px) + 2 * style.gap_px } else { 0 };
        let marks_px = if kept.has(Part::XTicks) { marks_px(style) } else { 0 };
        let sticking_out = sticking_out_px(kept, style).max(marks_px);
        let gap_px = match (titles_px > 0, shared_px > 0) {
            (_, true) => (shared_px + marks_px).max(sticking_out),
            (true, false) => (2 * style.gap_px).max(sticking_out),
            // Within the margin, as far as that goes.
            (false, false) => (sticking_out - style.margin_px).max(0),
        };
        let is_bare = !kept.has(Part::XTicks) && titles_px == 0;
        let extent = Extent { px: style.line_px + gap_px + titles_px, is_bare };
        Ok(Above { title, sides, gap_px, extent })
    }

    /// `None` where a plot is too narrow for them.
    fn side_titles(
        &self,
        title: Option<&Words>,
        assumed: &Assumed,
        tight: Tightness,
        style: &Style,
    ) -> Option<SideTitles> {
        let places = &self.spec.places;
        let (size_px, apart) = (style.label_size_px, 4 * style.gap_px);
        let width = assumed.plot.0;
        let of = |text: &Option<String>, room: i32, lines: usize| {
            worded(text).map(|text| Words::new(text, size_px, room, lines))
        };
        let taken = |words: &Option<Words>| words.as_ref().map_or(0, |words| words.width_px() + apart);
        // Beside the title where all of it has room on one line.
        let beside = title.map_or(width, |title| (width - title.last_width_px()) / 2 - apart);
        let whole = [&places.left_title, &places.right_title].map(|text| of(text, i32::MAX / 2, 1));
        if title.is_some() && whole.iter().flatten().all(|words| words.width_px() <= beside) {
            let [left, right] = whole;
            return Some(SideTitles { left, right, is_beside_title: true });
        }
        let [_, right_px] = whole.each_ref().map(taken);
        let half_px = if whole.iter().all(Option::is_some) { (width - apart) / 2 } else { width };
        if f64::from(half_px) < SHORTEST_TEXT_EM * size_px {
            return None;
        }
        let room = |other_px: i32, has_other: bool| {
            if has_other { (width - other_px).max((width - apart) / 2) } else { width }
        };
        let left = of(&places.left_title, room(right_px, places.right_title.is_some()), tight.lines.1);
        let right = of(&places.right_title, room(taken(&left), places.left_title.is_some()), tight.lines.1);
        Some(SideTitles { left, right, is_beside_title: false })
    }

    /// What is below a plot area, on a page of that size.
    pub fn below(
        &self,
        kept: &Kept,
        page: (i32, i32),
        assumed: &Assumed,
        tight: Tightness,
        style: &Style,
    ) -> Attempt<Below> {
        let ticks_px = if kept.has(Part::XTicks) { style.below_px() } else { 0 };
        let labels_px = if kept.has(Part::XTickLabels) { style.gap_px + assumed.x_labels_px } else { 0 };
        let label_from_px = style.line_px + ticks_px + labels_px + style.gap_px;
        let shared_px = if kept.has(Part::XTickLabels) { assumed.x_shared_px } else { 0 };
        let end = if shared_px > 0 {
            page.0 - assumed.right_px - shared_px - 2 * style.gap_px
        } else {
            page.0 - style.margin_px
        };
        let room = end - style.margin_px;
        let label = worded(&self.spec.x_label).filter(|_| kept.has(Part::XLabel));
        if label.is_some() && f64::from(room) < SHORTEST_TEXT_EM * style.label_size_px {
            return Err(Lack::Of(if shared_px > 0 { Part::XShared } else { Part::XLabel }));
        }
        let label = label.map(|label| Words::new(label, style.label_size_px, room, tight.lines.1));
        let shared_line_px = if shared_px > 0 { text::line_px(style.tick_size_px) } else { 0 };
        let line_px = label.as_ref().map_or(0, Words::height_px).max(shared_line_px);
        let mut content_px = if line_px > 0 { label_from_px + line_px } else { label_from_px - style.gap_px };
        let keys = self.keys().below(kept, assumed.plot.0, page, style).ok_or(Lack::Of(Part::KeysBelow))?;
        let keys_from_px = content_px + key_gap_px(style);
        content_px += keys.iter().map(|key| key.height_px(style) + key_gap_px(style)).sum::<i32>();
        let overhang = |key: &Shape| match key {
            Shape::Lying(_, rows) => rows.overhang_px,
            _ => 0,
        };
        let overhang_px = keys.iter().map(overhang).max().unwrap_or(0);
        let extent = Extent { px: content_px, is_bare: !kept.has(Part::XTicks) && keys.is_empty() };
        Ok(Below { label, label_from_px, keys, keys_from_px, extent, overhang_px })
    }

    /// What is left and right of a plot area of that height, on a page of that width of which so much may be on the right.
    pub fn aside(
        &self,
        kept: &Kept,
        (plot_height, page_width, right_room): (i32, i32, i32),
        above: &Above,
        assumed: &Assumed,
        tight: Tightness,
        style: &Style,
    ) -> Attempt<Aside> {
        let has_titles = above.title.is_some() || above.sides.is_some();
        // The corners belong to the title and to the labels of x.
        let up = if has_titles { style.line_px + above.gap_px } else { style.line_px + above.gap_px.max(style.gap_px) };
        let ticks_px = if kept.has(Part::XTicks) { style.below_px() } else { 0 };
        // Given margins may end before.
        let (given, down) = (self.spec.places.margins, style.line_px + ticks_px);
        let most = |given_px: Option<u32>, px: i32| given_px.map_or(px, |given_px| px.min(clamped(given_px)));
        let label_beyond_px = (most(given.top_px, up - 1), most(given.bottom_px, down));
        let room = plot_height + label_beyond_px.0 + label_beyond_px.1;
        let label = worded(&self.spec.y_label).filter(|_| kept.has(Part::YLabel));
        if label.is_some() && f64::from(plot_height) < SHORTEST_TEXT_EM * style.label_size_px {
            return Err(Lack::Of(Part::YLabel));
        }
        let label = label.map(|label| Words::new(label, style.label_size_px, room, tight.lines.1));
        let has_labels = kept.has(Part::YTickLabels);
        let y_ticks = AxisTicks::upwards(self.y, plot_height, kept.has(Part::YShared) && has_labels, style);
        let tick_labels_px = y_ticks.width_px().max(assumed.y_labels_px);
        let ticks_px = if kept.has(Part::YTicks) { style.beside_px() } else { 0 };
        let labels_px = if has_labels { style.gap_px + tick_labels_px } else { 0 };
        let label_px = label.as_ref().map_or(0, |label| label.height_px() + style.gap_px);
        let left_px = style.line_px + ticks_px + labels_px + label_px;
        let room_px = right_room - left_px - 2 * style.margin_px - style.line_px;
        let room_px = if self.spec.places.margins.right_px.is_some() { right_room - style.line_px } else { room_px };
        let is_short = Lack::Of(Part::KeysRight);
        let keys = self.keys().right(kept, (plot_height, page_width), (room_px, tight.cuts_names), style);
        let keys = keys.ok_or(is_short)?;
        let keys_px: i32 = keys.iter().map(|key| key.width_px(style) + 2 * style.margin_px).sum();
        let is_bare = !kept.has(Part::YTicks);
        let marks_px = if kept.has(Part::YTicks) { marks_px(style) } else { 0 };
        let right = Extent { px: style.line_px + marks_px + keys_px, is_bare: is_bare && keys.is_empty() };
        let left = Extent { px: left_px, is_bare };
        Ok(Aside { label, label_beyond_px, y_ticks, tick_labels_px, keys, left, right })
    }
}

impl SideTitles {
    /// Lines of their own.
    pub fn height_px(&self) -> i32 {
        let high = |words: &Option<Words>| words.as_ref().map_or(0, Words::height_px);
        if self.is_beside_title { 0 } else { high(&self.left).max(high(&self.right)) }
    }

    pub fn is_cut(&self) -> bool {
        [&self.left, &self.right].into_iter().flatten().any(|words| words.is_cut)
    }
}
