//! The `.canvas` file: a canvas with all that is needed to show it again, under another norm, colormap or title.
//!
//! `POINTCNV`, a version, a header of JSON (`header`), then the planes in tiles of about a megabyte, each compressed and
//! with a checksum of its own. Whatever a file says is checked against a budget before memory is asked for. Owns the
//! bytes; what they mean is [`crate::content`]'s and [`crate::canvas`]'s.

mod header;
mod meaning;

use std::io::{ErrorKind, Read, Write};

use crate::canvas::{Canvas, Layer, PlaneData, Planes, Veil};
use crate::content::Content;
use crate::error::{Error, Result};
use crate::ledger::Rows;
use crate::program::{Plane, Size};
use crate::view::View;
use header::{Header, Stored};

const MAGIC: &[u8; 8] = b"POINTCNV";

/// The version of the format; others are refused.
pub const FORMAT_VERSION: u32 = 1;

/// Bytes of a tile before it is compressed. zstd packs counts of 100 M Gaussian points at 1024x768 (6.3 MB) into 0.6 MB.
const TILE_BYTES: usize = 1 << 20;

/// No header is longer: a million category names fit.
const MOST_HEADER_BYTES: u32 = 64 << 20;

/// What one tile may become at most when it is packed: zstd's own bound, rounded up.
const MOST_PACKED_BYTES: u32 = (TILE_BYTES + (TILE_BYTES >> 7) + 1024) as u32;

/// Fast, and about as small as higher levels on counts.
const ZSTD_LEVEL: i32 = 3;

/// A canvas with all that is needed to show it.
#[derive(Clone, Debug)]
pub struct CanvasFile {
    /// What is shown of the data.
    pub view: View,
    /// What the canvas means.
    pub content: Content,
    /// What decides its picture beyond that.
    pub description: serde_json::Value,
    /// The names of the columns of x and y.
    pub labels: [Option<String>; 2],
    /// Width and height of the figure it was drawn for: with the same texts it comes out as large again.
    pub figure_px: (u32, u32),
    /// Where the rows went.
    pub rows: Rows,
    /// Whether a run was asked to end before all rows were in it.
    pub is_partial: bool,
    /// The canvas.
    pub canvas: Canvas,
}

fn unwritable(source: std::io::Error) -> Error {
    Error::output("the canvas cannot be written").because(source)
}

/// Writes a canvas file.
///
/// # Errors
/// Kind output when the writer fails.
pub fn write(out: &mut dyn Write, file: &CanvasFile) -> Result<()> {
    let header = serde_json::to_vec(&Header::of(file)).map_err(|source| unwritable(source.into()))?;
    let len = u32::try_from(header.len()).ok().filter(|len| *len <= MOST_HEADER_BYTES);
    let len = len.ok_or_else(|| Error::output("the header of the canvas is too long: too many category names"))?;
    let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(unwritable);
    put(MAGIC)?;
    put(&FORMAT_VERSION.to_le_bytes())?;
    put(&len.to_le_bytes())?;
    put(&crc32fast::hash(&header).to_le_bytes())?;
    put(&header)?;
    let mut tile = |bytes: &[u8]| {
        let packed = zstd::bulk::compress(bytes, ZSTD_LEVEL).map_err(unwritable)?;
        put(&(packed.len() as u32).to_le_bytes())?;
        put(&crc32fast::hash(&packed).to_le_bytes())?;
        put(&packed)
    };
    // A tile at a time: never a second plane in memory.
    let mut bytes = Vec::with_capacity(TILE_BYTES);
    match &file.canvas {
        Canvas::Layer(layer) => tiles(layer.pixels().as_flattened(), |f| f.to_le_bytes(), &mut bytes, &mut tile),
        Canvas::Veil(veil) => tiles(veil.pixels(), |f| f.to_le_bytes(), &mut bytes, &mut tile),
        Canvas::Planes(planes) => planes.data().iter().try_for_each(|data| match data {
            PlaneData::Words(words) => tiles(words, |w| w.to_le_bytes(), &mut bytes, &mut tile),
            PlaneData::Wide(wide) => tiles(wide, |w| w.to_le_bytes(), &mut bytes, &mut tile),
        }),
    }
}

/// Hands over values as little-endian bytes, a tile at a time.
fn tiles<T: Copy, const N: usize>(
    values: &[T],
    to_bytes: impl Fn(T) -> [u8; N],
    bytes: &mut Vec<u8>,
    tile: &mut impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    values.chunks(TILE_BYTES / N).try_for_each(|values| {
        bytes.clear();
        values.iter().for_each(|value| bytes.extend_from_slice(&to_bytes(*value)));
        tile(bytes)
    })
}

/// Reads a canvas file whose canvas takes at most `most_bytes`.
///
/// # Errors
/// An input error for what is no canvas file, of another version, cut off, damaged, or too large.
pub fn read(input: &mut dyn Read, most_bytes: u64) -> Result<CanvasFile> {
    let magic: [u8; 8] = bytes_of(input)?;
    if &magic != MAGIC {
        return Err(Error::input("this is no canvas file").hint("pointillist plot --canvas writes one"));
    }
    let version = u32::from_le_bytes(bytes_of(input)?);
    if version != FORMAT_VERSION {
        return Err(Error::input("the canvas file has another version")
            .expected(FORMAT_VERSION.to_string())
            .found(version.to_string())
            .hint("draw it again with this version"));
    }
    let len = u32::from_le_bytes(bytes_of(input)?);
    if len > MOST_HEADER_BYTES {
        return Err(damaged("its header is too long"));
    }
    let checksum = u32::from_le_bytes(bytes_of(input)?);
    let header = exactly(input, len as usize)?;
    if crc32fast::hash(&header) != checksum {
        return Err(damaged("the checksum of its header is wrong"));
    }
    let header: Header =
        serde_json::from_slice(&header).map_err(|source| damaged("its header makes no sense").because(source))?;
    let resolved = header.resolve()?;
    let bytes = resolved.stored.pixel_bytes().saturating_mul(resolved.size.area() as u64);
    if bytes > most_bytes {
        return Err(Error::input("the canvas is too large")
            .expected(format!("at most {most_bytes} bytes"))
            .found(bytes.to_string())
            .hint("allow more with --max-memory"));
    }
    let canvas = canvas(input, resolved.size, &resolved.stored)?;
    if input.read(&mut [0]).map_err(unreadable)? != 0 {
        return Err(damaged("something follows its end"));
    }
    let header::Resolved { view, content, description, labels, figure_px, rows, is_partial, .. } = resolved;
    Ok(CanvasFile { view, content, description, labels, figure_px, rows, is_partial, canvas })
}

fn canvas(input: &mut dyn Read, size: Size, stored: &Stored) -> Result<Canvas> {
    let area = size.area();
    Ok(match stored {
        Stored::Layer => {
            let floats: Vec<f32> = floats(input, 4 * area)?;
            let pixels = floats.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2], pixel[3]]);
            Canvas::Layer(Layer::from_pixels(size, pixels.collect()))
        }
        Stored::Veil => Canvas::Veil(Veil::from_pixels(size, floats(input, area)?)),
        Stored::Planes(kinds) => {
            let data = kinds.iter().map(|kind| match kind {
                Plane::Sum(_) | Plane::Squares(_) => {
                    let mut wide = zeroed(area)?;
                    fill(input, bytemuck::cast_slice_mut(&mut wide))?;
                    wide.iter_mut().for_each(|value| *value = u128::from_le(*value));
                    Ok(PlaneData::Wide(wide))
                }
                kind => {
                    let mut words = zeroed(area * (kind.pixel_bytes() / 8) as usize)?;
                    fill(input, bytemuck::cast_slice_mut(&mut words))?;
                    words.iter_mut().for_each(|value| *value = u64::from_le(*value));
                    Ok(PlaneData::Words(words))
                }
            });
            Canvas::Planes(Planes::from_data(size, kinds.clone(), data.collect::<Result<_>>()?)?)
        }
    })
}

fn floats(input: &mut dyn Read, len: usize) -> Result<Vec<f32>> {
    let mut floats = zeroed::<f32>(len)?;
    fill(input, bytemuck::cast_slice_mut(&mut floats))?;
    floats.iter_mut().for_each(|float| *float = f32::from_bits(u32::from_le(float.to_bits())));
    // No drawing makes anything else, and shading relies on it.
    if floats.iter().any(|float| !(0.0..=1.0 + 1e-3).contains(float)) {
        return Err(damaged("a colour is out of range"));
    }
    Ok(floats)
}

/// A zeroed vector, or an error where memory does not suffice.
fn zeroed<T: bytemuck::Zeroable + Clone>(len: usize) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let refused = |source| Error::input(format!("there is no memory for a canvas of {len} values")).because(source);
    values.try_reserve_exact(len).map_err(refused)?;
    values.resize(len, T::zeroed());
    Ok(values)
}

/// Fills `out` with the tiles of one plane.
fn fill(input: &mut dyn Read, out: &mut [u8]) -> Result<()> {
    for tile in out.chunks_mut(TILE_BYTES) {
        let len = u32::from_le_bytes(bytes_of(input)?);
        if len > MOST_PACKED_BYTES {
            return Err(damaged("a tile is too long"));
        }
        let checksum = u32::from_le_bytes(bytes_of(input)?);
        let packed = exactly(input, len as usize)?;
        if crc32fast::hash(&packed) != checksum {
            return Err(damaged("the checksum of a tile is wrong"));
        }
        let unpacked = zstd::bulk::decompress_to_buffer(&packed, tile);
        let unpacked = unpacked.map_err(|source| damaged("a tile cannot be unpacked").because(source))?;
        if unpacked != tile.len() {
            return Err(damaged("a tile is too short"));
        }
    }
    Ok(())
}

fn bytes_of<const N: usize>(input: &mut dyn Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// So many bytes; memory grows with what is really there, not with what the file says.
fn exactly(input: &mut dyn Read, len: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(len as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() < len {
        return Err(damaged("it is cut off"));
    }
    Ok(bytes)
}

fn unreadable(source: std::io::Error) -> Error {
    if source.kind() == ErrorKind::UnexpectedEof {
        return damaged("it is cut off");
    }
    Error::input("the canvas file cannot be read").because(source)
}

fn damaged(what: &str) -> Error {
    Error::input(format!("the canvas file is damaged: {what}")).hint("draw it again, or take another copy")
}

#[cfg(test)]
mod tests;
