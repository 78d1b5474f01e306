//! A line over the points that nobody shall miss: what the picture does not show.

use super::Figure;
use super::display::{Block, Op};
use super::layout::words::Words;
use super::style::Style;
use crate::color::Rgba8;

/// On a narrow plot it is broken into so many lines.
const MOST_LINES: usize = 4;

impl Figure {
    /// The same with a line of text in a box at the upper left of the first plot area, in several lines where it is narrow; what
    /// has no room even so ends in an ellipsis.
    #[must_use]
    pub fn with_banner(mut self, line: &str) -> Self {
        let _fonts = self.spec.fonts.enter();
        let style = Style::of(&self.spec);
        let Some(area) = self.plates.first().map(|plate| plate.area) else { return self };
        // On a small plot the box is near its corner.
        let side = |share: i32| (area.width.min(area.height) as i32 / share).max(1);
        let pad_px = style.gap_px.min(side(16));
        let words = Words::new(line, style.label_size_px, area.width as i32 - 4 * pad_px, MOST_LINES);
        let (left, top) = (area.x as i32 + pad_px, area.y as i32 + pad_px);
        let paper = Rgba8 { a: 230, ..self.spec.theme.background() };
        let block = Block::new(left, top, words.width_px() + 2 * pad_px, words.height_px() + 2 * pad_px);
        // Over everything: an inset may have that corner.
        let Some(plate) = self.plates.last_mut() else { return self };
        plate.over.push(Op::Fill { block, color: paper });
        plate.over.extend(Op::frame(block, style.line_px, style.ink));
        plate.over.extend(words.across(top + pad_px, &|_| left + pad_px, style.ink));
        self
    }
}
