//! What a writer of vector pictures draws a figure with: boxes, images, texts and paths, in pixels of the page.

use super::display::{Layer, Op, Plate};
use super::text::Run;
use super::{Font, Fonts};
use crate::color::Rgba8;
use crate::error::Result;

/// A box of whole pixels, y down from the top of the figure; it may stick out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub left: i32,
    /// First row.
    pub top: i32,
    /// Columns.
    pub width: i32,
    /// Rows.
    pub height: i32,
}

/// A small picture: straight RGBA, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Columns, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// `4 * width * height` bytes.
    pub rgba: Vec<u8>,
}

/// One glyph of a text, in pixels from the origin of its line, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacedGlyph<'a> {
    /// The face that it is of.
    pub font: &'a Font,
    /// Its number in that face.
    pub id: u16,
    /// To the right of the origin.
    pub x_px: f64,
    /// Below the baseline.
    pub y_px: f64,
    /// The characters that it, or it with its neighbours of the same text, stands for; they begin at `start`.
    pub text: &'a str,
    /// Where those begin in the text of the line, in bytes.
    pub start: usize,
}

/// A line of text.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    run: &'a Run,
    /// The left end of the baseline on the page.
    pub origin_px: [f64; 2],
    /// It reads upwards instead of to the right.
    pub is_upwards: bool,
    /// The colour of all glyphs.
    pub color: Rgba8,
}

impl<'a> Line<'a> {
    /// What is written, in reading order.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.run.text()
    }

    /// The pixels of an em.
    #[must_use]
    pub fn em_px(&self) -> f64 {
        self.run.em_px()
    }

    /// A place on the page, from one in pixels from the origin along and below the line.
    #[must_use]
    pub fn at(&self, x_px: f64, y_px: f64) -> [f64; 2] {
        let [x, y] = self.origin_px;
        if self.is_upwards { [x + y_px, y - x_px] } else { [x + x_px, y + y_px] }
    }

    /// The faces that the glyphs are of.
    #[must_use]
    pub fn fonts(&self) -> &'a Fonts {
        self.run.fonts()
    }

    /// The glyphs, from the left to the right.
    pub fn glyphs(&self) -> impl Iterator<Item = PlacedGlyph<'a>> {
        let (text, faces) = (self.run.text(), self.run.fonts().faces());
        self.run.glyphs().iter().filter_map(move |glyph| {
            Some(PlacedGlyph {
                font: faces.get(glyph.face)?,
                id: glyph.id,
                x_px: f64::from(glyph.x_px),
                y_px: f64::from(glyph.y_px),
                text: text.get(glyph.start..glyph.end).unwrap_or_default(),
                start: glyph.start,
            })
        })
    }
}

/// Draws one thing after another, each over those before; what sticks out of the page is not seen.
pub trait Pen {
    /// A box in one colour.
    ///
    /// # Errors
    /// When the writer fails, as for all of these.
    fn fill(&mut self, area: Area, color: Rgba8) -> Result<()>;

    /// A picture stretched over a box, its pixels with hard edges.
    ///
    /// # Errors
    /// As above.
    fn image(&mut self, area: Area, image: &Image) -> Result<()>;

    /// A line of text.
    ///
    /// # Errors
    /// As above.
    fn text(&mut self, line: &Line<'_>) -> Result<()>;

    /// The inside of polygons by the even-odd rule, their corners in pixels from the origin.
    ///
    /// # Errors
    /// As above.
    fn polygons(&mut self, origin_px: [f64; 2], polygons: &[Vec<[f64; 2]>], color: Rgba8) -> Result<()>;
}

impl Plate {
    /// Draws a layer, in order.
    ///
    /// # Errors
    /// When the pen fails.
    pub fn draw(&self, layer: Layer, pen: &mut dyn Pen) -> Result<()> {
        self.ops(layer).iter().try_for_each(|op| op.draw(pen))
    }
}

impl Op {
    fn draw(&self, pen: &mut dyn Pen) -> Result<()> {
        let block = self.block();
        let area = Area { left: block.left, top: block.top, width: block.width, height: block.height };
        if area.width <= 0 || area.height <= 0 {
            return Ok(());
        }
        let (left, top) = (f64::from(area.left), f64::from(area.top));
        match self {
            Self::Fill { color, .. } if color.a == 0 => Ok(()),
            Self::Fill { color, .. } => pen.fill(area, *color),
            Self::Ramp { rows, .. } => {
                let rgba = rows.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect();
                pen.image(area, &Image { width: 1, height: rows.len() as u32, rgba })
            }
            Self::Text { mask, color, .. } => {
                let (run, is_upwards) = mask.run();
                let (x, y) = run.origin_px();
                let (x, y) = (f64::from(x), f64::from(y));
                let origin_px =
                    if is_upwards { [left + y, top + f64::from(mask.height) - x] } else { [left + x, top + y] };
                pen.text(&Line { run, origin_px, is_upwards, color: *color })
            }
            Self::Image { image, .. } => {
                let (width, height) = (area.width.unsigned_abs(), area.height.unsigned_abs());
                let mut rgba = Vec::with_capacity(4 * width as usize * height as usize);
                let mut colors = Vec::new();
                for row in 0..height as usize {
                    image.row(row, &mut colors);
                    rgba.extend(colors.iter().flat_map(|Rgba8 { r, g, b, a }| [*r, *g, *b, *a]));
                }
                pen.image(area, &Image { width, height, rgba })
            }
            Self::Shape { mask, color, .. } => match &mask.outline {
                Some(outline) => pen.polygons([left, top], outline, *color),
                None => {
                    let alpha = |covered: &u8| ((u32::from(*covered) * u32::from(color.a) + 127) / 255) as u8;
                    let rgba = mask.coverage.iter().flat_map(|covered| [color.r, color.g, color.b, alpha(covered)]);
                    let (width, height) = (area.width.unsigned_abs(), area.height.unsigned_abs());
                    pen.image(area, &Image { width, height, rgba: rgba.collect() })
                }
            },
        }
    }
}
