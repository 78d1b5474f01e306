//! A text in the room it has: in several lines, smaller, or cut, with its place in the figure.

use std::sync::Arc;

use crate::color::Rgba8;
use crate::escape::display_text;
use crate::figure::display::Op;
use crate::figure::text::{self, Mask};

/// The smallest share of its size that a text takes before it is cut.
const SMALLEST_SHARE: f64 = 0.7;

/// No text has narrower characters on average.
const NARROWEST_EM: f64 = 0.1;

/// A text, broken into lines.
#[derive(Clone, Debug)]
pub(in crate::figure) struct Words {
    /// From top to bottom; one at least.
    pub lines: Vec<Arc<Mask>>,
    /// It did not fit, and ends in an ellipsis.
    pub is_cut: bool,
    line_px: i32,
}

impl Words {
    /// In lines of at most `most_px`, first by breaking it into up to `most_lines`, then by making it smaller, at last by
    /// cutting it.
    pub fn new(text: &str, size_px: f64, most_px: i32, most_lines: usize) -> Self {
        let text = display_text(text);
        let most_px = f64::from((most_px - 2).max(1));
        // What is longer than any line of it could hold is cut anyway, and not measured whole again and again.
        let most_chars = (most_px * most_lines as f64 / (NARROWEST_EM * size_px)) as usize + 16;
        let end = text.char_indices().nth(most_chars).map_or(text.len(), |(at, _)| at);
        let is_short = end == text.len();
        let text = &text[..end];
        let sizes = [1.0, 0.9, 0.8, SMALLEST_SHARE].map(|share| share * size_px);
        for size in sizes.into_iter().filter(|_| is_short) {
            if let Some(lines) = broken(text, size, most_px, most_lines) {
                return Self { lines, is_cut: false, line_px: text::line_px(size_px) };
            }
        }
        Self { lines: vec![text::mask(text, sizes[3], most_px)], is_cut: true, line_px: text::line_px(size_px) }
    }

    /// The widest line.
    pub fn width_px(&self) -> i32 {
        self.lines.iter().map(|line| line.width).max().unwrap_or(0)
    }

    /// The last line.
    pub fn last_width_px(&self) -> i32 {
        self.lines.last().map_or(0, |line| line.width)
    }

    /// All lines, as high as those of the size asked for.
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

/// The lines of a text, as many as it needs; `None` where they are more than `most_lines` or one word is too wide.
fn broken(text: &str, size_px: f64, most_px: f64, most_lines: usize) -> Option<Vec<Arc<Mask>>> {
    let whole = text::mask(text, size_px, f64::INFINITY);
    if f64::from(whole.width - 2) <= most_px {
        return Some(vec![whole]);
    }
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|longer| text::width_px(longer, size_px) + 1.0 <= most_px) {
            Some(longer) => {
                if let Some(line) = lines.last_mut() {
                    *line = longer;
                }
            }
            None if lines.len() == most_lines => return None,
            None => lines.push(word.to_owned()),
        }
    }
    let lines: Vec<_> = lines.iter().map(|line| text::mask(line, size_px, f64::INFINITY)).collect();
    let fits = !lines.is_empty() && lines.iter().all(|line| f64::from(line.width - 2) <= most_px);
    fits.then_some(lines)
}
