//! The picture as SVG 1.1: glyphs are outlines, defined once and used, so that it looks the same everywhere.
//!
//! Each line of text is a group with its text as label, for those who listen instead of looking.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;

use base64::engine::general_purpose::STANDARD;
use base64::write::EncoderWriter;

use super::glyphs::Used;
use super::raster::RgbaRows;
use super::{number, raster, unwritable};
use crate::color::Rgba8;
use crate::error::{Error, Result};
use crate::figure::{Area, Image, Layer, Line, Pen, Segment};
use crate::picture::{PictureSpec, Rows};

/// Points an inch.
const POINTS: f64 = 72.0;

/// Writes the whole document.
pub(super) fn write(out: &mut dyn Write, spec: PictureSpec<'_>, rows: &Rows<'_>) -> Result<()> {
    let figure = spec.figure;
    let (width, height, dpi) = (figure.spec().width, figure.spec().height, figure.spec().dpi);
    let used = Used::of(figure)?;
    let mut pen = SvgPen { out, used: &used };
    let points = |px: u32| number(f64::from(px) * POINTS / dpi);
    pen.put(&format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" \
         width=\"{}pt\" height=\"{}pt\" viewBox=\"0 0 {width} {height}\">\n",
        points(width),
        points(height)
    ))?;
    if let Some(title) = &figure.spec().title {
        pen.put(&format!("<title>{}</title>\n", escaped(title)))?;
    }
    for (keyword, text) in spec.text {
        pen.put(&format!("<metadata id=\"{}\">{}</metadata>\n", escaped(keyword), escaped(text)))?;
    }
    pen.define()?;
    if let Some(color) = figure.spec().background {
        let (width, height) = (width as i32, height as i32);
        pen.fill(Area { left: 0, top: 0, width, height }, color)?;
    }
    for (number, plate) in figure.plates().iter().enumerate() {
        let area = plate.area();
        let area =
            Area { left: area.x as i32, top: area.y as i32, width: area.width as i32, height: area.height as i32 };
        if let Some(color) = plate.background() {
            pen.fill(area, color)?;
        }
        plate.draw(Layer::Under, &mut pen)?;
        pen.begin_image(area)?;
        png(&mut *pen.out, (plate.area().width, plate.area().height), &mut |emit| {
            raster::each_row(number, plate, rows, emit)
        })?;
        pen.end_image()?;
        plate.draw(Layer::Over, &mut pen)?;
    }
    pen.put("</svg>\n")
}

/// Writes RGBA as the base64 of a PNG.
fn png(out: &mut dyn Write, (width, height): (u32, u32), rows: &mut RgbaRows<'_>) -> Result<()> {
    let bad = |error: png::EncodingError| match error {
        png::EncodingError::IoError(error) => unwritable(error),
        error => Error::output("the points cannot be encoded").because(error),
    };
    let mut base64 = EncoderWriter::new(out, &STANDARD);
    let mut encoder = png::Encoder::new(&mut base64, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_deflate_compression(png::DeflateCompression::Level(6));
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(bad)?;
    let mut stream = writer.stream_writer().map_err(bad)?;
    rows(&mut |row| stream.write_all(row).map_err(unwritable))?;
    stream.finish().map_err(bad)?;
    writer.finish().map_err(bad)?;
    base64.finish().map_err(unwritable)?;
    Ok(())
}

struct SvgPen<'a> {
    out: &'a mut dyn Write,
    used: &'a Used,
}

impl SvgPen<'_> {
    fn put(&mut self, text: &str) -> Result<()> {
        self.out.write_all(text.as_bytes()).map_err(unwritable)
    }

    /// All glyphs, in the units of their fonts, y up.
    fn define(&mut self) -> Result<()> {
        let mut defined = BTreeSet::new();
        for (face, used) in self.used.faces().iter().enumerate() {
            for glyph in used.glyphs.keys() {
                let path = path(&used.font.outline(*glyph));
                if path.is_empty() {
                    continue;
                }
                if defined.is_empty() {
                    self.put("<defs>\n")?;
                }
                self.put(&format!("<path id=\"g{face}-{glyph}\" d=\"{path}\"/>\n"))?;
                defined.insert((face, *glyph));
            }
        }
        if defined.is_empty() { Ok(()) } else { self.put("</defs>\n") }
    }

    fn begin_image(&mut self, Area { left, top, width, height }: Area) -> Result<()> {
        // Viewers know either the property or the older attribute.
        self.put(&format!(
            "<image x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
             image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" xlink:href=\"data:image/png;base64,"
        ))
    }

    fn end_image(&mut self) -> Result<()> {
        self.put("\"/>\n")
    }
}

impl Pen for SvgPen<'_> {
    fn fill(&mut self, Area { left, top, width, height }: Area, color: Rgba8) -> Result<()> {
        self.put(&format!("<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"{}/>\n", paint(color)))
    }

    fn image(&mut self, area: Area, image: &Image) -> Result<()> {
        self.begin_image(area)?;
        let row_len = 4 * image.width as usize;
        png(&mut *self.out, (image.width, image.height), &mut |emit| {
            image.rgba.chunks_exact(row_len).try_for_each(emit)
        })?;
        self.end_image()
    }

    fn text(&mut self, line: &Line<'_>) -> Result<()> {
        let [x, y] = line.origin_px.map(number);
        let turn = if line.is_upwards { " rotate(-90)" } else { "" };
        let mut group = format!(
            "<g role=\"img\" aria-label=\"{}\" transform=\"translate({x} {y}){turn}\"{}>\n",
            escaped(line.text()),
            paint(line.color)
        );
        for glyph in line.glyphs() {
            let Some(face) = self.used.number(glyph.font) else { continue };
            let scale = line.em_px() / f64::from(glyph.font.face().map_or(1000, |face| face.units_per_em()));
            if glyph.font.outline(glyph.id).is_empty() {
                continue;
            }
            let (x, y, scale) = (number(glyph.x_px), number(glyph.y_px), format!("{scale:.7}"));
            let _ = writeln!(
                group,
                "<use xlink:href=\"#g{face}-{}\" transform=\"translate({x} {y}) scale({scale} -{scale})\"/>",
                glyph.id
            );
        }
        group.push_str("</g>\n");
        self.put(&group)
    }

    fn polygons(&mut self, [left, top]: [f64; 2], polygons: &[Vec<[f64; 2]>], color: Rgba8) -> Result<()> {
        let mut path = String::new();
        for corners in polygons {
            for (i, [x, y]) in corners.iter().enumerate() {
                path.push(if i == 0 { 'M' } else { 'L' });
                let _ = write!(path, "{} {}", number(left + x), number(top + y));
            }
            path.push('Z');
        }
        self.put(&format!("<path d=\"{path}\" fill-rule=\"evenodd\"{}/>\n", paint(color)))
    }
}

/// The attributes of a fill.
fn paint(Rgba8 { r, g, b, a }: Rgba8) -> String {
    let opacity = if a == 255 { String::new() } else { format!(" fill-opacity=\"{}\"", number(f64::from(a) / 255.0)) };
    format!(" fill=\"#{r:02x}{g:02x}{b:02x}\"{opacity}")
}

fn path(segments: &[Segment]) -> String {
    let at = |[x, y]: [f32; 2]| format!("{} {}", number(f64::from(x)), number(f64::from(y)));
    let mut path = String::new();
    for segment in segments {
        let _ = match *segment {
            Segment::Move(to) => write!(path, "M{}", at(to)),
            Segment::Line(to) => write!(path, "L{}", at(to)),
            Segment::Quad(by, to) => write!(path, "Q{} {}", at(by), at(to)),
            Segment::Cubic(by, then, to) => write!(path, "C{} {} {}", at(by), at(then), at(to)),
            Segment::Close => write!(path, "Z"),
        };
    }
    path
}

/// A text as XML 1.0 takes it: what has a meaning there is written out, and what it forbids becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
