//! Which glyphs of which faces a figure shows: a document defines each once.

use std::collections::BTreeMap;

use crate::color::Rgba8;
use crate::error::Result;
use crate::figure::{Area, Figure, Font, Image, Layer, Line, Pen};

/// The faces of a figure with the glyphs that it shows of them.
#[derive(Default)]
pub(super) struct Used {
    faces: Vec<Face>,
}

/// One face.
pub(super) struct Face {
    pub font: Font,
    /// By number, each with the characters that it stands for, where it stands for some alone.
    pub glyphs: BTreeMap<u16, String>,
}

impl Used {
    /// Looks through all texts of a figure.
    pub fn of(figure: &Figure) -> Result<Self> {
        let mut used = Self::default();
        for plate in figure.plates() {
            plate.draw(Layer::Under, &mut used)?;
            plate.draw(Layer::Over, &mut used)?;
        }
        Ok(used)
    }

    /// The faces, in the order in which they are met.
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// The number of a face.
    pub fn number(&self, font: &Font) -> Option<usize> {
        self.faces.iter().position(|face| face.font == *font)
    }
}

impl Pen for Used {
    fn fill(&mut self, _: Area, _: Rgba8) -> Result<()> {
        Ok(())
    }

    fn image(&mut self, _: Area, _: &Image) -> Result<()> {
        Ok(())
    }

    fn text(&mut self, line: &Line<'_>) -> Result<()> {
        let mut last = None;
        for glyph in line.glyphs() {
            let number = self.number(glyph.font).unwrap_or_else(|| {
                self.faces.push(Face { font: glyph.font.clone(), glyphs: BTreeMap::new() });
                self.faces.len() - 1
            });
            let text = self.faces[number].glyphs.entry(glyph.id).or_default();
            // The first of several glyphs that stand for the same characters has them all.
            if text.is_empty() && last != Some(glyph.start) {
                *text = glyph.text.to_owned();
            }
            last = Some(glyph.start);
        }
        Ok(())
    }

    fn polygons(&mut self, _: [f64; 2], _: &[Vec<[f64; 2]>], _: Rgba8) -> Result<()> {
        Ok(())
    }
}
