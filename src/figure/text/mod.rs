//! Texts: shaped once, measured in pixels, drawn as coverage or as outlines.
//!
//! `font` owns faces and where they come from, `shaper` the border to the shaping library, `run` a shaped line, `fitted`
//! texts of several lines. Here are the masks that the display list holds, and the measures of a line. All of it works
//! with the fonts in use ([`Fonts::in_use`]): those of the figure that is being laid out.

mod composite;
mod drawable;
mod fitted;
mod font;
mod outline;
mod run;
mod shaper;

use std::sync::{Arc, OnceLock};

pub(super) use fitted::{Fitted, Room, fitted};
pub use font::{Font, Fonts};
pub use outline::Segment;
pub(super) use run::Run;

/// No text is shaped beyond this many characters: wider than any picture.
const MOST_CHARS: usize = 8_000;

/// A line of text as coverage, a box of whole pixels: drawn when it is first looked at.
#[derive(Debug)]
pub(super) struct Mask {
    pub width: i32,
    pub height: i32,
    run: Arc<Run>,
    is_upwards: bool,
    coverage: OnceLock<Vec<u8>>,
}

impl PartialEq for Mask {
    fn eq(&self, other: &Self) -> bool {
        self.is_upwards == other.is_upwards && self.run == other.run
    }
}

impl Eq for Mask {}

impl Mask {
    fn new(run: Run) -> Self {
        let (width, height) = run.size_px();
        Self { width, height, run: Arc::new(run), is_upwards: false, coverage: OnceLock::new() }
    }

    /// The same text reading upwards.
    pub fn upwards(&self) -> Self {
        let (width, height) = (self.height, self.width);
        Self { width, height, run: Arc::clone(&self.run), is_upwards: true, coverage: OnceLock::new() }
    }

    /// The shaped line, and whether it reads upwards.
    pub fn run(&self) -> (&Run, bool) {
        (&self.run, self.is_upwards)
    }

    /// `width * height` bytes, row by row.
    pub fn coverage(&self) -> &[u8] {
        self.coverage.get_or_init(|| {
            let drawn = self.run.drawn();
            if self.is_upwards { turned(&drawn, self.height as usize, self.width as usize) } else { drawn }
        })
    }
}

/// A box of bytes turned so that its rows read upwards.
fn turned(bytes: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut turned = Vec::with_capacity(bytes.len());
    for y in 0..width {
        turned.extend((0..height).map(|x| bytes[x * width + width - 1 - y]));
    }
    turned
}

/// Rows from the top of a mask to its baseline.
pub(super) fn ascent_px(size_px: f64) -> i32 {
    Fonts::in_use().measures().ascent_px(size_px)
}

/// Rows of a mask.
pub(super) fn line_px(size_px: f64) -> i32 {
    Fonts::in_use().measures().line_px(size_px)
}

/// The row of a mask that runs through the middle of its digits.
pub(super) fn middle_px(size_px: f64) -> i32 {
    let measures = *Fonts::in_use().measures();
    measures.ascent_px(size_px) - (measures.digit_em * size_px / 2.0).round() as i32
}

/// The width of a short label: the sum of its characters', which for numbers is exact.
pub(super) fn width_px(text: &str, size_px: f64) -> f64 {
    let fonts = Fonts::in_use();
    let mut shaper = fonts.shaper();
    text.chars().map(|c| shaper.advance_em(c)).sum::<f64>() * size_px
}

/// The mask of a text (already made safe to show), cut with an ellipsis where it is wider than `most_px`.
pub(super) fn mask(text: &str, size_px: f64, most_px: f64) -> Arc<Mask> {
    let fonts = Fonts::in_use();
    let text = beginning(text);
    let mut run = fonts.run(text, size_px);
    if run.width_px() > most_px {
        // The longest beginning that fits with its ellipsis.
        run = fitted::cut(&run.cluster_starts(), |end| {
            let run = fonts.run(&shortened(text, end), size_px);
            let fits = run.width_px() <= most_px;
            (run, fits)
        });
    }
    fonts.note_missing(&run);
    Arc::new(Mask::new(run))
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(MOST_CHARS).map_or(text, |(end, _)| &text[..end])
}

fn shortened(text: &str, end: usize) -> String {
    format!("{}…", text[..end].trim_end())
}

#[cfg(test)]
mod tests;
