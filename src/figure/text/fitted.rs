//! Texts that are fitted into a room: broken into lines, then made smaller, then cut with an ellipsis.

use std::sync::Arc;

use super::font::Fonts;
use super::run::Run;
use super::shaper::{Breaks, Shaper};
use super::{Mask, beginning, line_px, shortened};

/// Sizes that are tried between the whole one and the least.
const SIZES: u32 = 12;

/// What there is for a text.
#[derive(Clone, Copy, Debug)]
pub(in crate::figure) struct Room {
    /// The width of the widest line, in pixels.
    pub most_px: f64,
    /// At least 1.
    pub most_lines: usize,
}

/// A text in its room.
#[derive(Clone, Debug)]
pub(in crate::figure) struct Fitted {
    /// From top to bottom, each as wide as its own text; none for an empty text.
    pub lines: Vec<Arc<Mask>>,
    /// The size that they have.
    pub size_px: f64,
    /// Whether an ellipsis stands for the rest.
    pub is_cut: bool,
}

impl Fitted {
    /// The widest line.
    pub fn width_px(&self) -> i32 {
        self.lines.iter().map(|line| line.width).max().unwrap_or(0)
    }

    /// All lines, one below the other.
    pub fn height_px(&self) -> i32 {
        line_px(self.size_px) * self.lines.len() as i32
    }
}

/// A text (already made safe to show) on as few lines as it needs, at the largest size that fits.
///
/// It is broken where Unicode allows it (UAX 14), into lines of about the same width; a `\n` in it always breaks. Where it
/// needs too many lines it gets smaller, down to `least_share` of the size (0 to 1); then words are broken anywhere; then
/// it is cut.
pub(in crate::figure) fn fitted(text: &str, size_px: f64, room: Room, least_share: f64) -> Fitted {
    let fonts = Fonts::in_use();
    let room = Room { most_lines: room.most_lines.max(1), ..room };
    let text = beginning(text).trim_end();
    if text.is_empty() {
        return Fitted { lines: Vec::new(), size_px, is_cut: false };
    }
    let least_share = least_share.clamp(0.05, 1.0);
    let mut paragraphs = Paragraphs::new(&fonts, text);
    let share = |step: u32| 1.0 - (1.0 - least_share) * f64::from(step) / f64::from(SIZES);
    let steps = if least_share < 1.0 { 0..=SIZES } else { 0..=0 };
    let found = steps
        .map(|step| size_px * share(step))
        .find_map(|size_px| paragraphs.lines(size_px, room, Breaks::Words).map(|runs| (runs, size_px)));
    let least_px = size_px * least_share;
    let found = found.or_else(|| paragraphs.lines(least_px, room, Breaks::Anywhere).map(|runs| (runs, least_px)));
    let is_cut = found.is_none();
    let (runs, size_px) = found.unwrap_or_else(|| (paragraphs.cut(least_px, room), least_px));
    let lines = runs.into_iter().map(|run| {
        fonts.note_missing(&run);
        Arc::new(Mask::new(run))
    });
    Fitted { lines: lines.collect(), size_px, is_cut }
}

/// A text that is shaped once and laid out in many widths and sizes.
struct Paragraphs<'a> {
    fonts: &'a Fonts,
    text: &'a str,
    lines: Vec<(&'a str, cosmic_text::BufferLine)>,
}

impl<'a> Paragraphs<'a> {
    fn new(fonts: &'a Fonts, text: &'a str) -> Self {
        Self { fonts, text, lines: text.split('\n').map(|line| (line, Shaper::line(line))).collect() }
    }

    /// The lines, where they fit into the room.
    fn lines(&mut self, size_px: f64, room: Room, breaks: Breaks) -> Option<Vec<Run>> {
        if room.most_px.is_nan() || room.most_px <= 0.0 {
            return None;
        }
        let greedy = self.broken(size_px, room.most_px, breaks);
        let fits = |runs: &[Run], most_px: f64| {
            runs.len() <= room.most_lines && runs.iter().all(|run| run.width_px() <= most_px)
        };
        if !fits(&greedy, room.most_px) {
            return None;
        }
        let (mut best, count) = (greedy, room.most_lines);
        if best.len() == self.lines.len() || count < 2 {
            return Some(best);
        }
        // The narrowest lines that are no more: all about as long, instead of a last one of one word.
        let (mut narrow, mut wide) = (1.0, room.most_px);
        while wide - narrow > 1.0 {
            let middle = f64::midpoint(narrow, wide).round();
            let runs = self.broken(size_px, middle, breaks);
            if runs.len() <= best.len() && runs.iter().all(|run| run.width_px() <= middle) {
                (best, wide) = (runs, middle);
            } else {
                narrow = middle;
            }
        }
        Some(best)
    }

    fn broken(&mut self, size_px: f64, most_px: f64, breaks: Breaks) -> Vec<Run> {
        let mut shaper = self.fonts.shaper();
        let mut runs = Vec::new();
        for (text, line) in &mut self.lines {
            let lines = shaper.broken(line, size_px, most_px, breaks);
            runs.extend(lines.iter().map(|line| shaper.run(self.fonts, text, line, size_px)));
        }
        runs
    }

    /// The longest beginning that fits with its ellipsis.
    fn cut(&self, size_px: f64, room: Room) -> Vec<Run> {
        let starts: Vec<usize> = {
            let run = self.fonts.run(self.text, size_px);
            run.cluster_starts()
        };
        cut(&starts, |end| {
            let shortened = shortened(self.text, end);
            let mut short = Paragraphs::new(self.fonts, &shortened);
            match short.lines(size_px, room, Breaks::Anywhere) {
                Some(runs) => (runs, true),
                None => (vec![self.fonts.run("…", size_px)], false),
            }
        })
    }
}

/// What `made` gives for the last of the ends with which it fits, or for the first.
pub(super) fn cut<T>(ends: &[usize], made: impl Fn(usize) -> (T, bool)) -> T {
    let (mut best, _) = made(ends.first().copied().unwrap_or(0));
    let (mut fits, mut too_long) = (0, ends.len());
    while too_long - fits > 1 {
        let middle = usize::midpoint(fits, too_long);
        match made(ends[middle]) {
            (short, true) => (best, fits) = (short, middle),
            (_, false) => too_long = middle,
        }
    }
    best
}
