//! A line over the points that nobody shall miss: what the picture does not show.

use super::Figure;
use super::display::{Block, Op};
use super::style::Style;
use super::text;
use crate::color::Rgba8;
use crate::escape::display_text;

impl Figure {
    /// The same with a line of text in a box at the upper left of the plot area; a long one is cut with an ellipsis.
    #[must_use]
    pub fn with_banner(mut self, line: &str) -> Self {
        let _fonts = self.spec.fonts.enter();
        let style = Style::new(self.spec.theme, self.spec.dpi);
        let Some(plate) = self.plates.first_mut() else { return self };
        let (area, pad_px) = (plate.area, style.gap_px);
        let most_px = f64::from((area.width as i32 - 4 * pad_px).max(1));
        let mask = text::mask(&display_text(line), style.label_size_px, most_px);
        let (left, top) = (area.x as i32 + pad_px, area.y as i32 + pad_px);
        let paper = Rgba8 { a: 230, ..self.spec.theme.background() };
        let block = Block::new(left, top, mask.width + 2 * pad_px, mask.height + 2 * pad_px);
        plate.over.push(Op::Fill { block, color: paper });
        plate.over.extend(Op::frame(block, style.line_px, style.ink));
        plate.over.push(Op::Text { left: left + pad_px, top: top + pad_px, mask, color: style.ink });
        self
    }
}
