//! A shaped line of text: which glyphs of which faces stand where.

use super::font::Fonts;

/// A line of text in glyphs, its origin at the left end of the baseline; x to the right, y down, in pixels.
#[derive(Clone, Debug)]
pub(in crate::figure) struct Run {
    fonts: Fonts,
    text: String,
    size_px: f64,
    width_px: f32,
    glyphs: Vec<Glyph>,
}

/// One glyph of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::figure) struct Glyph {
    /// The number of its face among the fonts of the run.
    pub face: usize,
    /// Its number in that face.
    pub id: u16,
    pub x_px: f32,
    pub y_px: f32,
    /// Where the characters that it stands for begin in the text.
    pub start: usize,
    /// Where they end.
    pub end: usize,
}

impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.size_px == other.size_px && self.fonts == other.fonts
    }
}

impl Run {
    /// Glyphs from left to right.
    pub(super) fn new(fonts: Fonts, text: String, size_px: f64, width_px: f32, glyphs: Vec<Glyph>) -> Self {
        Self { fonts, text, size_px, width_px, glyphs }
    }

    /// The faces that its glyphs are of.
    pub fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// What is written, in reading order.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Width and height of its mask.
    pub fn size_px(&self) -> (i32, i32) {
        // A pixel on either side for glyphs that begin before their origin.
        (self.width_px.ceil() as i32 + 2, self.fonts.measures().line_px(self.size_px))
    }

    /// Pixels of an em.
    pub fn em_px(&self) -> f64 {
        self.size_px
    }

    /// Where the origin lies in the box of the mask: column and row.
    pub fn origin_px(&self) -> (i32, i32) {
        (1, self.fonts.measures().ascent_px(self.size_px))
    }

    /// The advance of the whole line.
    pub fn width_px(&self) -> f64 {
        f64::from(self.width_px)
    }

    /// All glyphs from left to right.
    pub fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    /// The characters that no face has, in their order.
    pub fn missing(&self) -> impl Iterator<Item = char> {
        let mut clusters: Vec<&Glyph> = self.glyphs.iter().filter(|glyph| glyph.id == 0).collect();
        clusters.sort_by_key(|glyph| glyph.start);
        clusters.into_iter().flat_map(|glyph| self.text.get(glyph.start..glyph.end).unwrap_or_default().chars())
    }

    /// Where the text may be cut: the beginnings of what is one glyph or hangs together, ascending, from 0 on.
    pub(super) fn cluster_starts(&self) -> Vec<usize> {
        let mut starts: Vec<usize> = self.glyphs.iter().map(|glyph| glyph.start).chain([0]).collect();
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// The coverage of its box; what sticks out of the box is cut, so that no text touches another.
    pub(super) fn drawn(&self) -> Vec<u8> {
        self.fonts.shaper().drawn(self)
    }
}
