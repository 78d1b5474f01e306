//! The picture of an underlay from its file: PNG, and no larger than a figure may well be.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::{ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{Underlay, check_sides};
use crate::error::{Error, Result};
use crate::nearest::missing_file;
use crate::units::grouped;

/// The most pixels of a picture: as many as the largest figure has by default.
const MOST_PIXELS: u64 = 1 << 28;

/// The most bytes that are asked for to decode it.
const MOST_BYTES: u64 = 1 << 30;

impl Underlay {
    /// Reads a PNG; `extent` has the data at its left, right, lower and upper border, and without one it fills the view.
    ///
    /// The pixels are held until the picture is written: four bytes each, eight while a file of 16 bits is read.
    ///
    /// # Errors
    /// An input error for a file that is not there, no PNG, damaged, or of more than 268 million pixels.
    pub fn open(path: &Path, extent: Option<[String; 4]>) -> Result<Self> {
        let name = path.display().to_string();
        let failed = |message: &str| Error::input(message.to_owned()).in_file(name.clone());
        let file = File::open(path).map_err(|source| {
            let error = failed("the underlay cannot be opened");
            let is_missing = source.kind() == std::io::ErrorKind::NotFound;
            if is_missing { error.hint(missing_file(path)) } else { error }.because(source)
        })?;
        let reader = ImageReader::new(BufReader::new(file)).with_guessed_format();
        let mut reader = reader.map_err(|source| failed("the underlay cannot be read").because(source))?;
        if reader.format() != Some(ImageFormat::Png) {
            return Err(failed("the underlay is no PNG").hint("convert it to PNG first"));
        }
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(MOST_BYTES);
        reader.limits(limits);
        let damaged = |source: image::ImageError| failed("the underlay cannot be read").because(source);
        let decoder = reader.into_decoder().map_err(damaged)?;
        // Before anything is allocated for them.
        let (width, height) = decoder.dimensions();
        check_sides(width, height).map_err(|error| error.in_file(path.display().to_string()))?;
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MOST_PIXELS || decoder.total_bytes() > MOST_BYTES {
            return Err(failed("the underlay is too large")
                .expected(format!("at most {} pixels and {} bytes", grouped(MOST_PIXELS), grouped(MOST_BYTES)))
                .found(format!("{width}x{height}"))
                .hint("scale it down first: a figure shows no more than its own pixels"));
        }
        let image = image::DynamicImage::from_decoder(decoder).map_err(damaged)?.into_rgba8();
        Self::from_rgba(width, height, image.into_raw(), extent)
    }
}
