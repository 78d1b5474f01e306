//! From a figure and rows of points to a document: SVG or PDF, with axes, texts and shapes as vectors and the points of each
//! plot area as one image at their own resolution.
//!
//! Positions are those of the PNG, whole pixels where it has them, so that all three look the same; a document is as large
//! as its pixels at the figure's dpi. The bytes depend on the figure, the points and the texts alone. Images are streamed:
//! memory does not grow with the picture, but for a PDF's compressed opacities.

mod glyphs;
mod pdf;
mod raster;
mod svg;

use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::picture::{self, PictureSpec, Rows};

/// What a picture is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Pixels.
    #[default]
    Png,
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Document Format.
    Pdf,
}

impl Format {
    /// What a file of that name should be, by its extension; a PNG for all but `.svg` and `.pdf`.
    #[must_use]
    pub fn of_path(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("svg") => Self::Svg,
            Some(extension) if extension.eq_ignore_ascii_case("pdf") => Self::Pdf,
            _ => Self::Png,
        }
    }

    /// Its name with its article, as in "an SVG".
    #[must_use]
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Png => "a PNG",
            Self::Svg => "an SVG",
            Self::Pdf => "a PDF",
        }
    }
}

/// Writes the picture in a format; `rows` fills the points.
///
/// # Errors
/// An output error when `out` fails, and whatever `rows` fails with.
pub fn write(mut out: &mut dyn Write, format: Format, spec: PictureSpec<'_>, rows: &Rows<'_>) -> Result<()> {
    match format {
        Format::Png => return picture::write_png(out, spec, rows),
        Format::Svg => svg::write(&mut out, spec, rows)?,
        Format::Pdf => pdf::write(&mut out, spec, rows)?,
    }
    out.flush().map_err(unwritable)
}

fn unwritable(error: io::Error) -> Error {
    Error::output("the picture cannot be written").because(error)
}

/// A number with at most four decimals and no more than it needs.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
