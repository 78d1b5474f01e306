//! A written picture read back row by row, so that a preview never holds a second whole one.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The rows of a PNG from top to bottom.
pub struct PngRows {
    path: PathBuf,
    reader: png::Reader<BufReader<File>>,
}

impl std::fmt::Debug for PngRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PngRows").field("path", &self.path).finish_non_exhaustive()
    }
}

impl PngRows {
    /// Opens a PNG of 8-bit RGBA, as this program writes it.
    ///
    /// # Errors
    /// An input error when there is no such file, or it is no such PNG.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|source| unreadable(path).because(source))?;
        let reader =
            png::Decoder::new(BufReader::new(file)).read_info().map_err(|source| unreadable(path).because(source))?;
        let (kind, info) = (reader.output_color_type(), reader.info());
        if kind != (png::ColorType::Rgba, png::BitDepth::Eight) || info.interlaced {
            return Err(unreadable(path).expected("RGBA of 8 bits, not interlaced").found(format!("{kind:?}")));
        }
        Ok(Self { path: path.to_owned(), reader })
    }

    /// Width and height in pixels, both at least 1.
    #[must_use]
    pub fn size_px(&self) -> (u32, u32) {
        self.reader.info().size()
    }

    /// The next row as straight RGBA, `None` after the last.
    ///
    /// # Errors
    /// An input error when the file is damaged or truncated.
    pub fn next_row(&mut self) -> Result<Option<&[u8]>> {
        match self.reader.next_row() {
            Ok(row) => Ok(row.map(|row| row.data())),
            Err(source) => Err(unreadable(&self.path).because(source)),
        }
    }
}

fn unreadable(path: &Path) -> Error {
    Error::input("the picture cannot be read back").in_file(path.display().to_string())
}
