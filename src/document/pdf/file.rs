//! The objects of a PDF as they are made: they go out at once, and the table that says where they lie comes last.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Chunk, Filter, Ref};

use super::super::raster::RgbaRows;
use super::super::unwritable;
use crate::error::{Error, Result};

/// A fair size for the time: level 9 takes twice as long for 2 % less.
const COMPRESSION: u32 = 6;

/// A PDF that is being written.
pub(super) struct File<'a> {
    out: Counted<'a>,
    /// Where each object begins, by its number less 1.
    offsets: Vec<Option<u64>>,
}

struct Counted<'a> {
    out: &'a mut dyn Write,
    written_bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.written_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<'a> File<'a> {
    pub fn begin(out: &'a mut dyn Write) -> Result<Self> {
        let mut file = Self { out: Counted { out, written_bytes: 0 }, offsets: Vec::new() };
        // The second line tells tools that the file is no text.
        file.raw(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")?;
        Ok(file)
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(unwritable)
    }

    /// A number for an object to come.
    pub fn id(&mut self) -> Ref {
        self.offsets.push(None);
        Ref::new(self.offsets.len() as i32)
    }

    fn note(&mut self, id: Ref) {
        let offset = self.out.written_bytes;
        if let Some(place) = usize::try_from(id.get()).ok().and_then(|id| self.offsets.get_mut(id - 1)) {
            *place = Some(offset);
        }
    }

    /// Writes an object, which is all that the chunk holds.
    pub fn put(&mut self, id: Ref, chunk: &Chunk) -> Result<()> {
        self.note(id);
        self.raw(chunk.as_bytes())
    }

    /// Writes bytes, compressed.
    pub fn stream(&mut self, id: Ref, bytes: &[u8]) -> Result<()> {
        let packed = packed(bytes).map_err(unwritable)?;
        let mut chunk = Chunk::new();
        chunk.stream(id, &packed).filter(Filter::FlateDecode);
        self.put(id, &chunk)
    }

    /// Writes rows of straight RGBA as an image; only its opacities are held in memory, compressed.
    pub fn image(&mut self, (width, height): (u32, u32), rows: &mut RgbaRows<'_>) -> Result<Ref> {
        let (id, length, mask) = (self.id(), self.id(), self.id());
        self.note(id);
        let shared = format!(
            "/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/Interpolate false\
             /Filter/FlateDecode"
        );
        self.raw(
            format!(
                "{} 0 obj\n<<{shared}/ColorSpace/DeviceRGB/SMask {} 0 R/Length {} 0 R>>\nstream\n",
                id.get(),
                mask.get(),
                length.get()
            )
            .as_bytes(),
        )?;
        let start = self.out.written_bytes;
        let mut colors = ZlibEncoder::new(&mut self.out, Compression::new(COMPRESSION));
        let mut opacities = ZlibEncoder::new(Vec::new(), Compression::new(COMPRESSION));
        let (mut rgb, mut alpha) = (Vec::new(), Vec::new());
        rows(&mut |row| {
            rgb.clear();
            alpha.clear();
            for pixel in row.chunks_exact(4) {
                rgb.extend_from_slice(&pixel[..3]);
                alpha.push(pixel[3]);
            }
            colors.write_all(&rgb).and_then(|()| opacities.write_all(&alpha)).map_err(unwritable)
        })?;
        colors.finish().map_err(unwritable)?;
        let len_bytes = self.out.written_bytes - start;
        self.raw(b"\nendstream\nendobj\n\n")?;
        self.note(length);
        self.raw(format!("{} 0 obj\n{len_bytes}\nendobj\n\n", length.get()).as_bytes())?;
        let opacities = opacities.finish().map_err(unwritable)?;
        self.note(mask);
        let len_bytes = opacities.len();
        self.raw(
            format!("{} 0 obj\n<<{shared}/ColorSpace/DeviceGray/Length {len_bytes}>>\nstream\n", mask.get()).as_bytes(),
        )?;
        self.raw(&opacities)?;
        self.raw(b"\nendstream\nendobj\n\n")?;
        Ok(id)
    }

    /// The table and the end.
    pub fn end(mut self, catalog: Ref, info: Ref) -> Result<()> {
        let start = self.out.written_bytes;
        let size = self.offsets.len() + 1;
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            match offset {
                // Ten digits are all that the table has.
                Some(offset) if *offset < 10_000_000_000 => table.push_str(&format!("{offset:010} 00000 n \n")),
                Some(_) => return Err(Error::output("the picture is too large for a PDF").hint("write a PNG")),
                None => table.push_str("0000000000 65535 f \n"),
            }
        }
        table.push_str(&format!(
            "trailer\n<</Size {size}/Root {} 0 R/Info {} 0 R>>\nstartxref\n{start}\n%%EOF\n",
            catalog.get(),
            info.get()
        ));
        self.raw(table.as_bytes())
    }
}

pub(super) fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(COMPRESSION));
    encoder.write_all(bytes)?;
    encoder.finish()
}
