//! What the page of a PDF shows, in pixels of the figure, y down.

use std::collections::BTreeSet;

use pdf_writer::{Content, Finish, Name, Ref, Str, TextStr};

use super::super::raster::RgbaRows;
use super::faces::Faces;
use super::file::File;
use crate::color::Rgba8;
use crate::error::Result;
use crate::figure::{Area, Image, Line, Pen, PlacedGlyph, Segment};

/// So much smaller on every side is the box of an image: Poppler stretches one whose edge lies right on a pixel's by one
/// pixel, and shifts what is in it.
const INSET_PX: f32 = 1.0 / 128.0;

/// The name of the font, image or opacity with a number.
pub(super) fn name(kind: char, number: usize) -> String {
    format!("{kind}{number}")
}

/// The page that is being drawn.
pub(super) struct Page<'a, 'b> {
    faces: &'a Faces,
    file: &'a mut File<'b>,
    content: Content,
    images: Vec<Ref>,
    alphas: BTreeSet<u8>,
    /// Of the last fill.
    color: Option<Rgba8>,
}

impl<'a, 'b> Page<'a, 'b> {
    pub fn new(faces: &'a Faces, file: &'a mut File<'b>) -> Self {
        let (content, images, alphas) = (Content::new(), Vec::new(), BTreeSet::new());
        Self { faces, file, content, images, alphas, color: None }
    }

    /// The content of a page so high, its images and opacities by their numbers; a pixel is so many units, y up.
    pub fn finish(self, height: f32, per_px: f64) -> (Vec<u8>, Vec<Ref>, BTreeSet<u8>) {
        let mut whole = Content::new();
        whole.transform([per_px as f32, 0.0, 0.0, -per_px as f32, 0.0, height]);
        let mut bytes = whole.finish().as_slice().to_vec();
        bytes.push(b'\n');
        bytes.extend_from_slice(self.content.finish().as_slice());
        (bytes, self.images, self.alphas)
    }

    fn set_color(&mut self, color: Rgba8) {
        let last = self.color.replace(color);
        if last == Some(color) {
            return;
        }
        if last.map_or(255, |last| last.a) != color.a {
            self.set_alpha(color.a);
        }
        let [r, g, b] = [color.r, color.g, color.b].map(|byte| f32::from(byte) / 255.0);
        self.content.set_fill_rgb(r, g, b);
    }

    fn set_alpha(&mut self, alpha: u8) {
        self.alphas.insert(alpha);
        self.content.set_parameters(Name(name('A', alpha.into()).as_bytes()));
    }

    /// An image over a box.
    pub fn stretched(&mut self, area: Area, size: (u32, u32), rows: &mut RgbaRows<'_>) -> Result<()> {
        let id = self.file.image(size, rows)?;
        self.images.push(id);
        if let Some(color) = self.color.as_mut().filter(|color| color.a != 255) {
            // Images have opacities of their own.
            color.a = 255;
            self.set_alpha(255);
        }
        let [left, bottom] = [area.left as f32 + INSET_PX, (area.top + area.height) as f32 - INSET_PX];
        let [width, height] = [area.width, area.height].map(|px| px as f32 - 2.0 * INSET_PX);
        self.content.save_state();
        self.content.transform([width, 0.0, 0.0, -height, left, bottom]);
        self.content.x_object(Name(name('I', self.images.len() - 1).as_bytes()));
        self.content.restore_state();
        Ok(())
    }

    /// Glyphs of one embedded face on one line, from the first's place on.
    fn show(&mut self, line: &Line<'_>, face: usize, glyphs: &[PlacedGlyph<'_>]) {
        let Some(first) = glyphs.first() else { return };
        let em = line.em_px();
        let [x, y] = line.at(first.x_px, first.y_px).map(|at| at as f32);
        self.content.set_font(Name(name('F', face).as_bytes()), em as f32);
        // Letters stand upright on a page whose y points down.
        let turn = if line.is_upwards { [0.0, -1.0, -1.0, 0.0] } else { [1.0, 0.0, 0.0, -1.0] };
        self.content.set_text_matrix([turn[0], turn[1], turn[2], turn[3], x, y]);
        let mut shown = self.content.show_positioned();
        let mut items = shown.items();
        let mut pen_px = first.x_px;
        let mut cids: Vec<u8> = Vec::new();
        for glyph in glyphs {
            let Some((_, embedded)) = self.faces.glyph(glyph.font, glyph.id) else { continue };
            // Where the advances alone would not lead; a thousandth of an em is not seen.
            let off = (glyph.x_px - pen_px) / em * 1000.0;
            if off.abs() >= 1.0 {
                if !cids.is_empty() {
                    items.show(Str(&cids));
                    cids.clear();
                }
                items.adjust(-off as f32);
                pen_px = glyph.x_px;
            }
            cids.extend_from_slice(&embedded.cid.to_be_bytes());
            pen_px += f64::from(embedded.advance) * em / 1000.0;
        }
        if !cids.is_empty() {
            items.show(Str(&cids));
        }
        items.finish();
        shown.finish();
    }

    /// A glyph of a face that is not embedded.
    fn outline(&mut self, line: &Line<'_>, glyph: &PlacedGlyph<'_>) {
        let scale = line.em_px() / f64::from(glyph.font.face().map_or(1000, |face| face.units_per_em()));
        let outline = glyph.font.outline(glyph.id);
        if outline.is_empty() {
            return;
        }
        let at = |[x, y]: [f32; 2]| {
            line.at(glyph.x_px + f64::from(x) * scale, glyph.y_px - f64::from(y) * scale).map(|at| at as f32)
        };
        let mut last = [0.0; 2];
        for segment in outline {
            match segment {
                Segment::Move(to) => {
                    let [x, y] = at(to);
                    self.content.move_to(x, y);
                    last = to;
                }
                Segment::Line(to) => {
                    let [x, y] = at(to);
                    self.content.line_to(x, y);
                    last = to;
                }
                Segment::Quad(by, to) => {
                    // The cubic curve that is the same.
                    let third = |end: [f32; 2]| [0, 1].map(|i| end[i] + (by[i] - end[i]) * (2.0 / 3.0));
                    let ([x1, y1], [x2, y2], [x, y]) = (at(third(last)), at(third(to)), at(to));
                    self.content.cubic_to(x1, y1, x2, y2, x, y);
                    last = to;
                }
                Segment::Cubic(by, then, to) => {
                    let ([x1, y1], [x2, y2], [x, y]) = (at(by), at(then), at(to));
                    self.content.cubic_to(x1, y1, x2, y2, x, y);
                    last = to;
                }
                Segment::Close => {
                    self.content.close_path();
                }
            }
        }
        self.content.fill_nonzero();
    }

    /// Glyphs in their order, those of one embedded face and height together.
    fn shown(&mut self, line: &Line<'_>, glyphs: &[PlacedGlyph<'_>]) {
        let face = |glyph: &PlacedGlyph<'_>| self.faces.glyph(glyph.font, glyph.id).map(|(number, _)| number);
        let faces: Vec<Option<usize>> = glyphs.iter().map(face).collect();
        let mut start = 0;
        while start < glyphs.len() {
            let goes_on = |at: usize| faces[at] == faces[start] && glyphs[at].y_px == glyphs[start].y_px;
            let end = (start + 1..glyphs.len()).find(|at| !goes_on(*at)).unwrap_or(glyphs.len());
            match faces[start] {
                Some(face) => {
                    self.content.begin_text();
                    self.show(line, face, &glyphs[start..end]);
                    self.content.end_text();
                }
                None => glyphs[start..end].iter().for_each(|glyph| self.outline(line, glyph)),
            }
            start = end;
        }
    }

    /// Whether a reader takes the glyph for just the characters that it stands for.
    fn is_told(&self, glyph: &PlacedGlyph<'_>) -> bool {
        self.faces.glyph(glyph.font, glyph.id).is_some_and(|(_, embedded)| embedded.text == glyph.text)
    }
}

impl Pen for Page<'_, '_> {
    fn fill(&mut self, area: Area, color: Rgba8) -> Result<()> {
        self.set_color(color);
        let [left, top, width, height] = [area.left, area.top, area.width, area.height].map(|px| px as f32);
        self.content.rect(left, top, width, height).fill_nonzero();
        Ok(())
    }

    fn image(&mut self, area: Area, image: &Image) -> Result<()> {
        let row_len = 4 * image.width as usize;
        self.stretched(area, (image.width, image.height), &mut |emit| {
            image.rgba.chunks_exact(row_len).try_for_each(emit)
        })
    }

    fn text(&mut self, line: &Line<'_>) -> Result<()> {
        self.set_color(line.color);
        let glyphs: Vec<PlacedGlyph<'_>> = line.glyphs().collect();
        let mut start = 0;
        while start < glyphs.len() {
            // Glyphs that stand for the same characters together.
            let cluster_end = |from: usize| {
                let goes_on = |at: &usize| glyphs[*at].start == glyphs[from].start;
                (from + 1..glyphs.len()).find(|at| !goes_on(at)).unwrap_or(glyphs.len())
            };
            let is_plain = |from: usize| cluster_end(from) == from + 1 && self.is_told(&glyphs[from]);
            if is_plain(start) {
                let end = (start + 1..glyphs.len()).find(|at| !is_plain(*at)).unwrap_or(glyphs.len());
                self.shown(line, &glyphs[start..end]);
                start = end;
            } else {
                let end = cluster_end(start);
                let mut marked = self.content.begin_marked_content_with_properties(Name(b"Span"));
                marked.properties().actual_text(TextStr(glyphs[start].text));
                marked.finish();
                self.shown(line, &glyphs[start..end]);
                self.content.end_marked_content();
                start = end;
            }
        }
        Ok(())
    }

    fn polygons(&mut self, [left, top]: [f64; 2], polygons: &[Vec<[f64; 2]>], color: Rgba8) -> Result<()> {
        self.set_color(color);
        for corners in polygons {
            for (i, [x, y]) in corners.iter().enumerate() {
                let (x, y) = ((left + x) as f32, (top + y) as f32);
                if i == 0 {
                    self.content.move_to(x, y)
                } else {
                    self.content.line_to(x, y)
                };
            }
            self.content.close_path();
        }
        self.content.fill_even_odd();
        Ok(())
    }
}
