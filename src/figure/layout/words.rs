//! A text in the room it has: in several lines, smaller, or cut, with its place in the figure.

use std::sync::Arc;

use crate::color::Rgba8;
use crate::escape::display_text;
use crate::figure::display::Op;
use crate::figure::text::{self, Mask, Room};

/// The smallest share of its size that a text takes before it is cut.
const SMALLEST_SHARE: f64 = 0.7;

/// A text, broken into lines.
#[derive(Clone, Debug)]
pub(in crate::figure) struct Words {
    /// From top to bottom.
    pub lines: Vec<Arc<Mask>>,
    /// It did not fit, and ends in an ellipsis.
    pub is_cut: bool,
    line_px: i32,
}

impl Words {
    /// In lines of at most `most_px`, first by breaking it into up to `most_lines`, then by making it smaller, at last by
    /// cutting it.
    pub fn new(text: &str, size_px: f64, most_px: i32, most_lines: usize) -> Self {
        // A mask is a little wider than its text.
        let room = Room { most_px: f64::from((most_px - 2).max(1)), most_lines };
        // Lines are the writer's own; everything else that controls a terminal is written out.
        let lines: Vec<_> = text.lines().map(|line| display_text(line)).collect();
        let fitted = text::fitted(&lines.join("\n"), size_px, room, SMALLEST_SHARE);
        Self { line_px: text::line_px(fitted.size_px), lines: fitted.lines, is_cut: fitted.is_cut }
    }

    /// The widest line.
    pub fn width_px(&self) -> i32 {
        self.lines.iter().map(|line| line.width).max().unwrap_or(0)
    }

    /// The last line.
    pub fn last_width_px(&self) -> i32 {
        self.lines.last().map_or(0, |line| line.width)
    }

    /// All lines.
    pub fn height_px(&self) -> i32 {
        self.line_px * self.lines.len() as i32
    }

    /// Lines from `top` down, each placed by its width.
    pub fn across(&self, top: i32, left_of: &dyn Fn(i32) -> i32, color: Rgba8) -> Vec<Op> {
        let line = |(number, mask): (i32, &Arc<Mask>)| {
            let top = top + number * self.line_px + (self.line_px - mask.height) / 2;
            Op::Text { left: left_of(mask.width), top, mask: Arc::clone(mask), color }
        };
        (0..).zip(&self.lines).map(line).collect()
    }

    /// Reading upwards, the first line at `left`, each in the middle of the rows `(top, height)`.
    pub fn upwards(&self, left: i32, (top, height): (i32, i32), color: Rgba8) -> Vec<Op> {
        let line = |(number, mask): (i32, &Arc<Mask>)| {
            let mask = Arc::new(mask.upwards());
            let left = left + number * self.line_px + (self.line_px - mask.width) / 2;
            Op::Text { left, top: top + (height - mask.height) / 2, mask, color }
        };
        (0..).zip(&self.lines).map(line).collect()
    }
}

/// A text that is more than blanks.
pub(super) fn worded(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_of_the_writer_breaks_the_line_and_other_controls_are_written_out() {
        let lines = |text: &str| -> Vec<String> {
            Words::new(text, 12.0, 400, 3).lines.iter().map(|line| line.run().0.text().to_owned()).collect()
        };
        assert_eq!(lines("one\ntwo\r\nthree"), ["one", "two", "three"]);
        assert_eq!(lines("a\tb"), [display_text("a\tb")]);
        assert_eq!(lines("whole"), ["whole"]);
    }
}
