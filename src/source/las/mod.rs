//! LAS and LAZ, the point clouds of laser scanners: x, y, z in f64 as `integer * scale + offset`, the other fields of a
//! point as they are, extra bytes where the file describes them.
//!
//! LAS is records of equal size, read at positions; LAZ (and COPC, which is LAZ) needs the feature `las`. The header's
//! bounds are not used as extents: writers round them, keep them from files that were cut, or leave them zero, and a
//! survey is the only way to know.

mod columns;
mod header;
#[cfg(feature = "las")]
mod laz;

use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::budget::Limit;
use crate::source::bytes::Bytes;
use crate::source::strided::Layout;
use crate::source::strided::Records;
use crate::source::{Field, Input, Reader, Request};
use columns::Columns;
use header::{Header, damaged};

/// A LAS or LAZ file, or a pipe of LAS.
#[derive(Debug)]
pub struct Las {
    bytes: Bytes,
    header: Header,
    layout: Layout,
    fields: Vec<Field>,
    #[cfg(feature = "las")]
    compression: Option<laz::Compression>,
}

impl Las {
    /// Reads the header and holds it against the file's size.
    ///
    /// # Errors
    /// When it contradicts itself, tells of more points than there are bytes, or of a version or format that is
    /// unknown; for LAZ without the feature `las`, or from a pipe.
    pub fn open(bytes: Bytes) -> Result<Self> {
        let in_file = |error: Error| error.in_file(bytes.name());
        let header = Header::parse(&bytes.head(Header::BYTES)?).map_err(in_file)?;
        let what = "what stands before the first point is too long";
        bytes.budgets().check(Limit::Header, header.data_offset, what).map_err(in_file)?;
        let head_bytes = usize::try_from(header.data_offset).unwrap_or(usize::MAX);
        let head = bytes.head(head_bytes)?;
        if head.len() < head_bytes {
            return Err(in_file(damaged("it ends before its first point")));
        }
        let records = header.records(&head);
        let Columns { fields, items } = Columns::of(&header, &records);
        let layout = Layout::new(header.point_bytes, items).map_err(in_file)?;
        if header.is_compressed {
            #[cfg(not(feature = "las"))]
            return Err(in_file(
                Error::input("this build reads LAS, but not LAZ (compressed LAS)")
                    .hint("build with: cargo install pointillist --features las, or decompress it with laszip"),
            ));
            #[cfg(feature = "las")]
            {
                let compression = laz::Compression::check(&bytes, &header, &head, &records).map_err(in_file)?;
                return Ok(Self { layout, fields, compression: Some(compression), header, bytes });
            }
        }
        let data_bytes = header.points.checked_mul(header.point_bytes as u64);
        let end = data_bytes.and_then(|data_bytes| data_bytes.checked_add(header.data_offset));
        if let Some(found) = bytes.len_bytes()
            && end.is_none_or(|end| end > found)
        {
            let there = found.saturating_sub(header.data_offset) / header.point_bytes as u64;
            return Err(in_file(
                Error::input("the LAS file is truncated")
                    .expected(format!("{} points of {} bytes", header.points, header.point_bytes))
                    .found(format!("room for {there}"))
                    .hint("copy or write it again"),
            ));
        }
        Ok(Self {
            layout,
            fields,
            header,
            bytes,
            #[cfg(feature = "las")]
            compression: None,
        })
    }
}

impl Input for Las {
    fn name(&self) -> &str {
        self.bytes.name()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.header.points)
    }

    fn len_bytes(&self) -> Option<u64> {
        self.bytes.len_bytes()
    }

    fn extent(&self, _: usize, _: bool) -> Option<Extent> {
        None
    }

    fn can_reread(&self) -> bool {
        self.bytes.can_reread()
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        #[cfg(feature = "las")]
        if let Some(compression) = &self.compression {
            return compression.read(&self.bytes, &self.header, (&self.layout, &self.fields), input, request);
        }
        let (bytes, layout, fields) = (&self.bytes, &self.layout, &self.fields);
        let (offset, rows) = (self.header.data_offset, self.rows());
        Records { bytes, offset, layout, fields, rows, ends_with_rows: false }.read(input, request)
    }
}

#[cfg(test)]
mod tests;
