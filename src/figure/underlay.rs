//! A picture below the points: read once, placed by data coordinates, painted row by row.
//!
//! Its pixels are taken to be equal steps of data between the ends of its extent, whatever the axes: on a log axis they
//! are wide where the axis is. A pixel of the figure shows the mean of what it covers of the picture (premultiplied, in
//! sRGB numbers as everything here is blended): shrunk pictures do not flicker, and enlarged ones keep the sharp borders
//! of their pixels, as these may be measured values between which nothing is known.

mod file;
mod placed;

use std::sync::Arc;

use super::display::{Block, Op};
use crate::error::{Error, Result};
use crate::scale::{Kind, Scale};
use placed::Borders;
pub(super) use placed::Placed;

/// Pixels as straight RGBA, row by row from the top.
#[derive(Debug)]
pub(super) struct Pixels {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
}

/// A picture and where it lies.
#[derive(Clone, Debug)]
pub struct Underlay {
    pixels: Arc<Pixels>,
    /// Of the pixels: what decides a picture stands in its description.
    checksum: u32,
    extent: Option<[String; 4]>,
}

impl PartialEq for Underlay {
    fn eq(&self, other: &Self) -> bool {
        let size = |underlay: &Self| (underlay.pixels.width, underlay.pixels.height, underlay.checksum);
        size(self) == size(other) && self.extent == other.extent
    }
}

impl Underlay {
    /// Straight RGBA pixels, four bytes each, row by row from the top; `extent` as in [`Underlay::open`].
    ///
    /// # Errors
    /// A usage error when there is no pixel, or their number is not that of the bytes.
    pub fn from_rgba(width: u32, height: u32, rgba: Vec<u8>, extent: Option<[String; 4]>) -> Result<Self> {
        if width == 0 || height == 0 || u64::from(width) * u64::from(height) * 4 != rgba.len() as u64 {
            return Err(Error::usage("the underlay has an impossible size")
                .expected(format!("{width}x{height} pixels of four bytes"))
                .found(format!("{} bytes", rgba.len())));
        }
        check_sides(width, height)?;
        let checksum = crc32fast::hash(&rgba);
        Ok(Self { pixels: Arc::new(Pixels { width, height, rgba }), checksum, extent })
    }

    /// The bytes that its pixels take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.pixels.rgba.len() as u64
    }

    /// Reads an extent, `X0,X1,Y0,Y1`: the data at the left, right, lower and upper border.
    ///
    /// # Errors
    /// A usage error for anything but four values.
    pub fn parse_extent(text: &str) -> Result<[String; 4]> {
        let values: Vec<String> = text.split(',').map(|value| value.trim().to_owned()).collect();
        let values: Option<[String; 4]> = values.try_into().ok().filter(|values: &[String; 4]| {
            // A bracket around them all is a habit of other programs.
            values.iter().all(|value| !value.is_empty() && !value.starts_with(['[', '(']))
        });
        values.ok_or_else(|| {
            Error::usage("not an extent")
                .expected("X0,X1,Y0,Y1, the data at the left, right, lower and upper border, like -180,180,-90,90")
                .found(format!("'{}'", text.escape_debug()))
        })
    }

    /// A line where nothing of it is in the view, or nobody has said where it lies.
    pub(super) fn check(&self, x: &Scale, y: &Scale) -> Result<Option<String>> {
        let Some([x0, x1, y0, y1]) = &self.extent else {
            return Ok(Some("the underlay fills the view: --underlay-extent says where else it lies".to_owned()));
        };
        let mut is_seen = true;
        for (scale, axis, from, to) in [(x, "x", x0, x1), (y, "y", y0, y1)] {
            let place = |text: &str| {
                let fraction = scale.fraction_from_text(text);
                fraction.map_err(|error| error.in_column(format!("{axis} of --underlay-extent")))
            };
            let (a, b) = (place(from)?, place(to)?);
            if a == b {
                return Err(Error::usage("the underlay has no extent")
                    .expected(format!("two different values of {axis} in --underlay-extent"))
                    .found(format!("{from},{to}")));
            }
            is_seen &= a.min(b) < 1.0 && a.max(b) > 0.0;
        }
        Ok((!is_seen).then(|| "the underlay is not drawn: --underlay-extent lies outside of the view".to_owned()))
    }

    pub(super) fn description(&self) -> serde_json::Value {
        let Pixels { width, height, .. } = *self.pixels;
        serde_json::json!({ "size": [width, height], "crc32": self.checksum, "extent": self.extent })
    }
}

/// Refuses sides longer than a figure's: the borders of all columns and rows are held.
///
/// # Errors
/// A usage error.
pub(super) fn check_sides(width: u32, height: u32) -> Result<()> {
    const MOST_PX: u32 = 65_535;
    if width.max(height) <= MOST_PX {
        return Ok(());
    }
    Err(Error::usage("the underlay is too large")
        .expected(format!("sides of at most {MOST_PX} px"))
        .found(format!("{width}x{height}"))
        .hint("make it smaller: a figure shows no more pixels"))
}

/// The picture on a plot area with these axes; nothing where it lies outside, or its extent is none of them.
pub(super) fn op(underlay: &Underlay, x: &Scale, y: &Scale, plot: Block) -> Option<Op> {
    let Pixels { width, height, .. } = *underlay.pixels;
    let (across, down) = match &underlay.extent {
        None => (fractions(None, width)?, fractions(None, height)?),
        // Rows of pictures count from the top, and axes of y from below.
        Some([x0, x1, y0, y1]) => (fractions(Some((x, x0, x1)), width)?, fractions(Some((y, y1, y0)), height)?),
    };
    let is_upwards = underlay.extent.is_some();
    let down = down.into_iter().map(|fraction| if is_upwards { 1.0 - fraction } else { fraction });
    let columns = Borders::new(across.into_iter().map(|f| f * f64::from(plot.width)).collect(), plot.width)?;
    let rows = Borders::new(down.map(|f| f * f64::from(plot.height)).collect(), plot.height)?;
    let (right, below) = (columns.seen(), rows.seen());
    let block = Block::new(plot.left + right.start, plot.top + below.start, right.len() as i32, below.len() as i32);
    Some(Op::Image { block, image: Arc::new(Placed::new(Arc::clone(&underlay.pixels), columns, rows)) })
}

/// Where the borders of a picture's columns lie on an axis between two of its values, or on all of it.
fn fractions(between: Option<(&Scale, &str, &str)>, size: u32) -> Option<Vec<f64>> {
    let shares = (0..=size).map(|border| f64::from(border) / f64::from(size));
    let Some((scale, from, to)) = between else { return Some(shares.collect()) };
    if matches!(scale.kind(), Kind::Linear | Kind::Time) {
        let place = |text: &str| scale.fraction_from_text(text).ok().filter(|fraction| fraction.is_finite());
        let (a, b) = (place(from)?, place(to)?);
        return Some(shares.map(|share| a * (1.0 - share) + b * share).collect());
    }
    let (from, to) = (from.trim().parse::<f64>().ok()?, to.trim().parse::<f64>().ok()?);
    Some(shares.map(|share| scale.fraction_from_data(from * (1.0 - share) + to * share)).collect())
}

#[cfg(test)]
mod tests;
