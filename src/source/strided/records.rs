//! Records of a file or pipe from some place on: which reader reads a span of them.

use super::placed::{Group, PlacedReader};
use super::{Item, Layout, StridedReader};
use crate::error::{Error, Result};
use crate::source::bytes::Bytes;
use crate::source::raw::wrong_span;
use crate::source::{Field, Reader, Request, Span};

/// Records one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Records<'a> {
    pub bytes: &'a Bytes,
    /// Where row 0 lies.
    pub offset: u64,
    pub layout: &'a Layout,
    pub fields: &'a [Field],
    /// How many there are, where that is known.
    pub rows: Option<u64>,
    /// Whether anything behind the last row is an error; of a file, its size has told.
    pub ends_with_rows: bool,
}

impl Records<'_> {
    /// Opens the records of a span.
    ///
    /// # Errors
    /// When a column or the span is not there, or the bytes cannot be read.
    pub fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        let items = self.items(&request.columns)?;
        let (first, rows) = self.span(request)?;
        let offset = self.offset_of(first, request)?;
        if let (Bytes::File(file), Some(rows)) = (self.bytes, rows) {
            let group = Group { offset: self.offset, record_bytes: self.layout.record_bytes(), items };
            return Ok(Box::new(PlacedReader::new(file, vec![group], (first, rows), input, request)?));
        }
        let stream = self.bytes.reader_at(offset)?;
        let reader = StridedReader::new(self.bytes.name(), stream, self.layout, items, rows, first);
        let reader = reader.in_chunks(request.chunk_rows, input);
        Ok(Box::new(if self.ends_with_rows && request.span == Span::All { reader.to_the_end() } else { reader }))
    }

    /// Opens columns of a file that lie one after another, each as such records from [`Records::offset`] on; nothing where the
    /// bytes are no file's, or there are no columns.
    ///
    /// # Errors
    /// As [`Records::read`].
    pub fn read_columns(&self, input: usize, request: &Request) -> Result<Option<Box<dyn Reader>>> {
        let items = self.items(&request.columns)?;
        let (Bytes::File(file), Some(all)) = (self.bytes, self.rows.filter(|_| !items.is_empty())) else {
            return Ok(None);
        };
        let (first, rows) = self.span(request)?;
        let record_bytes = self.layout.record_bytes();
        let groups = request.columns.iter().zip(items).map(|(&column, item)| {
            let offset = self.offset + column as u64 * all * record_bytes as u64;
            Group { offset, record_bytes, items: vec![item] }
        });
        let reader = PlacedReader::new(file, groups.collect(), (first, rows.unwrap_or(0)), input, request)?;
        Ok(Some(Box::new(reader)))
    }

    fn items(&self, columns: &[usize]) -> Result<Vec<Item>> {
        let items = columns.iter().map(|&column| self.layout.item(column, self.fields).cloned());
        items.collect::<Result<Vec<Item>>>().map_err(|error| error.in_file(self.bytes.name()))
    }

    /// The first row, and how many there are from it on.
    fn span(&self, request: &Request) -> Result<(u64, Option<u64>)> {
        match &request.span {
            Span::All => Ok((0, self.rows)),
            Span::Rows(span) if span.start <= span.end && self.rows.is_none_or(|rows| span.end <= rows) => {
                Ok((span.start, Some(span.end - span.start)))
            }
            other => Err(wrong_span(self.bytes.name(), other, self.rows)),
        }
    }

    fn offset_of(&self, row: u64, request: &Request) -> Result<u64> {
        let skipped = row.checked_mul(self.layout.record_bytes() as u64);
        let offset = skipped.and_then(|skipped| skipped.checked_add(self.offset));
        offset.ok_or_else(|| -> Error { wrong_span(self.bytes.name(), &request.span, self.rows) })
    }
}
