//! Glyphs as outlines, and what a document has to know of a face to embed it.

use ttf_parser::{Face, GlyphId, OutlineBuilder};

use super::font::Font;

/// A part of an outline, in units of the font, y up; filled by the nonzero rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Begins a contour.
    Move([f32; 2]),
    /// A straight line.
    Line([f32; 2]),
    /// A quadratic curve by its control point and its end.
    Quad([f32; 2], [f32; 2]),
    /// A cubic curve by its control points and its end.
    Cubic([f32; 2], [f32; 2], [f32; 2]),
    /// Closes the contour.
    Close,
}

struct Segments(Vec<Segment>);

impl OutlineBuilder for Segments {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Move([x, y]));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Line([x, y]));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.push(Segment::Quad([x1, y1], [x, y]));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.push(Segment::Cubic([x1, y1], [x2, y2], [x, y]));
    }

    fn close(&mut self) {
        self.0.push(Segment::Close);
    }
}

impl Font {
    /// Its tables; a checked font has them.
    pub(crate) fn face(&self) -> Option<Face<'_>> {
        Face::parse(self.bytes(), self.index()).ok()
    }

    /// The outline of a glyph; nothing for a blank.
    pub(crate) fn outline(&self, glyph: u16) -> Vec<Segment> {
        let mut segments = Segments(Vec::new());
        if self.is_drawable(glyph)
            && let Some(face) = self.face()
        {
            face.outline_glyph(GlyphId(glyph), &mut segments);
        }
        segments.0
    }
}
