//! A finished picture shown in a terminal: the way it takes there, and how large it gets.
//!
//! Owns sizes and the choice of the encoder; each protocol is one file that writes bytes and knows no terminal. What the
//! environment says is read in [`terminal`]. Holds the file's bytes in pieces or a picture of the terminal's size, never
//! the whole picture.

mod blocks;
mod iterm;
mod kitty;
mod palette;
mod sixel;
pub mod terminal;
#[cfg(test)]
mod tests;
mod thumbnail;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::picture::PngRows;
use terminal::{Carrier, Protocol};
use thumbnail::Thumbnail;

/// Width and height of a character cell, in pixels: what terminals use at a common size. Only their ratio matters for
/// half blocks; pictures of the other protocols come out larger or smaller on other cells, never distorted.
const CELL_PX: (u32, u32) = (8, 16);

/// The longest side of a sixel picture: xterm shows no more unless told so (`maxGraphicSize`, see its manual).
const SIXEL_MOST_PX: u32 = 1000;

/// Lines that stay free for the prompt and for what is said about the picture.
const FREE_ROWS: u32 = 2;

/// The most columns and rows that are filled: a terminal that claims more is not believed.
const MOST_CELLS: u32 = 1000;

/// The character cells that a picture may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    columns: u32,
    rows: u32,
}

impl Screen {
    /// Of a terminal of so many columns and rows, two of which stay free; at least one cell and at most 1000 x 1000.
    #[must_use]
    pub fn of(columns: u32, rows: u32) -> Self {
        let most = |cells: u32| cells.clamp(1, MOST_CELLS);
        Self { columns: most(columns), rows: most(rows.saturating_sub(FREE_ROWS)) }
    }

    /// Columns and rows for a picture of this size in pixels: all of it is seen, nothing is enlarged.
    fn cells(self, size_px: (u32, u32)) -> (u32, u32) {
        let room = (self.columns * CELL_PX.0, self.rows * CELL_PX.1);
        let (width, height) = fitted(size_px, room);
        (width.div_ceil(CELL_PX.0), height.div_ceil(CELL_PX.1))
    }
}

/// The size that a picture gets in a room: never larger than it is, of its own shape to half a pixel, at least 1 x 1.
fn fitted((width, height): (u32, u32), room: (u32, u32)) -> (u32, u32) {
    let scaled = |side: u32, by: u32, of: u32| {
        let (side, by, of) = (u64::from(side), u64::from(by), u64::from(of.max(1)));
        // Round half up; at most `side`, which is a u32.
        u32::try_from((2 * side * by + of) / (2 * of)).unwrap_or(u32::MAX).max(1)
    };
    let narrowed = width.min(room.0).max(1);
    let lowered = scaled(height, narrowed, width);
    if lowered <= room.1 {
        return (narrowed, lowered);
    }
    let lowered = room.1.max(1);
    (scaled(width, lowered, height).min(room.0.max(1)), lowered)
}

/// Writes the PNG at `path` to a terminal, from the beginning of a line to the beginning of another.
///
/// # Errors
/// An input error when the picture cannot be read back, an output error when `out` fails; a usage error for a way that
/// the terminal between cannot carry.
pub fn show(path: &Path, protocol: Protocol, carrier: Carrier, screen: Screen, out: &mut dyn Write) -> Result<()> {
    let mut rows = PngRows::open(path)?;
    let cells = screen.cells(rows.size_px());
    match protocol {
        Protocol::Kitty => {
            let file = File::open(path).map_err(|source| unreadable(path, source))?;
            kitty::write(&mut Pieces::of(file), cells.0, carrier, out).map_err(|error| error.named(path))?;
        }
        Protocol::Iterm => {
            let file = File::open(path).map_err(|source| unreadable(path, source))?;
            let len_bytes = file.metadata().map_err(|source| unreadable(path, source))?.len();
            iterm::check(len_bytes, carrier)?;
            iterm::write(&mut Pieces::of(file), len_bytes, cells, carrier, out).map_err(|error| error.named(path))?;
        }
        Protocol::Sixel => {
            let most = |cells: u32, cell_px: u32| (cells * cell_px).min(SIXEL_MOST_PX);
            let room = (most(screen.columns, CELL_PX.0), most(screen.rows, CELL_PX.1));
            sixel::write(&Thumbnail::read(&mut rows, room)?, out).map_err(unwritable)?;
        }
        Protocol::Blocks(ink) => {
            let room = (screen.columns, screen.rows * 2);
            blocks::write(&Thumbnail::read(&mut rows, room)?, ink, out).map_err(unwritable)?;
        }
    }
    out.flush().map_err(unwritable)
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::input("the picture cannot be read back").in_file(path.display().to_string()).because(source)
}

fn unwritable(source: io::Error) -> Error {
    Error::output("the preview cannot be written").because(source)
}

/// Bytes that are encoded at a time: 4096 characters of base64.
const PIECE_BYTES: usize = 3072;

/// A file in pieces of equal size, each with the knowledge whether it is the last.
struct Pieces<R> {
    file: R,
    next: Vec<u8>,
    has_begun: bool,
}

/// Reading and writing kept apart, as they are told in different words.
enum Failure {
    Read(io::Error),
    Write(io::Error),
}

impl Failure {
    fn named(self, path: &Path) -> Error {
        match self {
            Self::Read(source) => unreadable(path, source),
            Self::Write(source) => unwritable(source),
        }
    }
}

impl<R: Read> Pieces<R> {
    fn of(file: R) -> Self {
        Self { file, next: Vec::new(), has_begun: false }
    }

    fn fill(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        self.file.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
        Ok(piece)
    }

    /// The next piece in base64 and whether it is the last; `None` behind that. Even an empty file has one.
    fn next(&mut self) -> Option<io::Result<(String, bool)>> {
        let mut step = || {
            if !self.has_begun {
                self.has_begun = true;
                self.next = self.fill()?;
            } else if self.next.is_empty() {
                return Ok(None);
            }
            let following = self.fill()?;
            let piece = std::mem::replace(&mut self.next, following);
            let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, piece);
            Ok(Some((text, self.next.is_empty())))
        };
        step().transpose()
    }
}
