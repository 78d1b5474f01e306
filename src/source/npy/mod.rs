//! NumPy arrays: one .npy with rows first, of numbers, bools, times, texts, or a structured type with named fields.
//!
//! Row by row or column by column (Fortran order), always by positioned slices.

mod dtype;
mod header;
mod literal;

use std::io::{self, Read};
use std::sync::Arc;

use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::beside::Beside;
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::{Bytes, cannot_read};
use crate::source::stdin::Once;
use crate::source::strided::{Layout, Records, text_rows};
use crate::source::{Field, Input, Reader, Request, Span};
use header::{Header, Table};

/// Most bytes of an array in Fortran order that comes through a pipe: its last column may come last, so all of it is
/// held.
const MAX_PIPED_BYTES: u64 = 256 << 20;

/// A .npy file or pipe.
#[derive(Debug)]
pub struct Npy {
    bytes: Bytes,
    data_offset: u64,
    rows: u64,
    layout: Layout,
    fields: Vec<Field>,
    /// True when the columns lie one after another.
    is_by_column: bool,
}

impl Npy {
    /// Reads the header and holds it against the file's size.
    ///
    /// # Errors
    /// When the header is none, too long, or tells of a type or shape that is not a table; when the data is shorter or
    /// longer than the shape says; when no column is of a type that can be drawn.
    pub fn open(bytes: Bytes) -> Result<Self> {
        let (header, data_offset) = read_header(&bytes)?;
        let in_file = |error: Error| error.in_file(bytes.name());
        let table = header.table(bytes.budgets()).map_err(in_file)?;
        if let Some(field) = table.fields.first().filter(|_| table.fields.iter().all(|field| !field.readable)) {
            return Err(in_file(
                Error::input("the array's type cannot be drawn")
                    .expected("numbers, bools, datetimes or text")
                    .found(format!("'{}'", field.stored))
                    .hint("convert it with array.astype(float)"),
            ));
        }
        let columns = if table.is_by_column { table.fields.len() as u64 } else { 1 };
        let data_bytes = (table.layout.record_bytes() as u64).checked_mul(columns);
        let data_bytes = data_bytes.and_then(|row_bytes| row_bytes.checked_mul(table.rows));
        let expected = data_bytes.and_then(|data_bytes| data_bytes.checked_add(data_offset));
        let expected = expected.ok_or_else(|| in_file(Error::input("the array's shape is larger than any file")))?;
        if let Some(found) = bytes.len_bytes().filter(|&found| found != expected) {
            let what =
                if found < expected { "the file is truncated" } else { "the file is longer than its header says" };
            return Err(in_file(
                Error::input(what)
                    .expected(format!("{expected} bytes for {} rows", table.rows))
                    .found(format!("{found} bytes"))
                    .hint("write the file again, one array a file"),
            ));
        }
        if table.is_by_column && !bytes.can_reread() && expected - data_offset > MAX_PIPED_BYTES {
            return Err(in_file(
                Error::input("the array is stored column by column (fortran_order), too large to be held from a pipe")
                    .expected(format!("at most {MAX_PIPED_BYTES} bytes"))
                    .found((expected - data_offset).to_string())
                    .hint("give the file itself, or save numpy.ascontiguousarray(array)"),
            ));
        }
        let Table { rows, layout, fields, is_by_column } = table;
        Ok(Self { bytes, data_offset, rows, layout, fields, is_by_column })
    }

    /// The same array with a name for its column, where it has one column without a name.
    pub(crate) fn named(mut self, name: &str) -> Self {
        if let [field @ Field { name: None, .. }] = self.fields.as_mut_slice() {
            field.name = Some(name.to_owned());
        }
        self
    }

    /// Rows of a chunk when at most so many are asked for: fewer where texts are long.
    pub(crate) fn chunk_rows(&self, asked: usize) -> usize {
        let items = (0..self.fields.len()).filter_map(|column| self.layout.item(column, &self.fields).ok().cloned());
        asked.min(text_rows(&items.collect::<Vec<_>>()))
    }

    /// Readers of columns that lie one after another, side by side.
    fn read_columns(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        // Each column ends before the archive's checksum could be compared. Where it is deflated, reaching the columns
        // takes about half as many passes as there are columns anyway.
        if let (Bytes::Member(member), Span::All) = (&self.bytes, &request.span) {
            member.check()?;
        }
        if let Some(reader) = self.records(&self.bytes, self.data_offset).read_columns(input, request)? {
            return Ok(reader);
        }
        let value_bytes = self.layout.record_bytes() as u64;
        let held = if self.bytes.can_reread() { None } else { Some(Arc::new(self.hold()?)) };
        let mut readers = Vec::new();
        // Without columns, the rows of the first one are counted.
        let columns = if request.columns.is_empty() { &[0][..] } else { &request.columns };
        for &column in columns {
            self.layout.item(column, &self.fields).map_err(|error| error.in_file(self.name()))?;
            let wanted = if request.columns.is_empty() { vec![] } else { vec![column] };
            let request = Request { columns: wanted, ..request.clone() };
            let first = column as u64 * self.rows * value_bytes;
            let reader = match &held {
                None => self.records(&self.bytes, self.data_offset + first).read(input, &request)?,
                Some(held) => {
                    let mut cursor = io::Cursor::new(Held(Arc::clone(held)));
                    cursor.set_position(first);
                    let once = Bytes::Once(Once::new(self.name(), Box::new(cursor)));
                    self.records(&once, 0).read(input, &request)?
                }
            };
            readers.push(reader);
        }
        Ok(Box::new(Beside::new(self.name(), readers)))
    }

    /// Its records, or the values of a column, from a place on.
    fn records<'a>(&'a self, bytes: &'a Bytes, offset: u64) -> Records<'a> {
        let (layout, fields) = (&self.layout, &self.fields);
        Records { bytes, offset, layout, fields, rows: self.rows(), ends_with_rows: false }
    }

    /// The bytes of an array that lies column by column.
    fn data_bytes(&self) -> u64 {
        self.rows * self.layout.record_bytes() as u64 * self.fields.len() as u64
    }

    /// Everything that a pipe brings.
    fn hold(&self) -> Result<Vec<u8>> {
        let len = self.data_bytes();
        let mut held = Vec::new();
        let mut stream = self.bytes.reader_at(self.data_offset)?;
        let read = (&mut stream).take(len + 1).read_to_end(&mut held);
        read.map_err(|error| cannot_read(error, self.name()))?;
        if held.len() as u64 != len {
            let what = if (held.len() as u64) < len { "the input is truncated" } else { "bytes follow the last row" };
            let error = Error::input(what).in_file(self.name()).expected(format!("{len} bytes of values"));
            return Err(error.hint("copy or write the file again, one array a file"));
        }
        Ok(held)
    }
}

/// Bytes that several readers share.
struct Held(Arc<Vec<u8>>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The side lengths of an array, by its header.
pub(crate) fn shape(bytes: &Bytes) -> Result<Vec<u64>> {
    Ok(read_header(bytes)?.0.shape)
}

/// The header, and where the values begin.
fn read_header(bytes: &Bytes) -> Result<(Header, u64)> {
    let in_file = |error: Error| error.in_file(bytes.name());
    let head = bytes.head(12)?;
    let (start, len) = header_range(&head, bytes.budgets()).map_err(in_file)?;
    let head = bytes.head(start + len)?;
    if head.len() < start + len {
        return Err(in_file(Error::input("the file ends within its header").hint("copy or write the file again")));
    }
    Ok((Header::parse(&head[start..], bytes.budgets()).map_err(in_file)?, (start + len) as u64))
}

/// Where the header's text lies: offset and length.
fn header_range(head: &[u8], budgets: &Budgets) -> Result<(usize, usize)> {
    if head.len() < 10 || !head.starts_with(b"\x93NUMPY") {
        return Err(
            Error::input("this is no .npy file").hint("name the format with --format, or its layout with --raw")
        );
    }
    let (start, len) = match (head[6], head.get(10..12)) {
        (1, _) => (10, usize::from(u16::from_le_bytes([head[8], head[9]]))),
        (2 | 3, Some(high)) => (12, u32::from_le_bytes([head[8], head[9], high[0], high[1]]) as usize),
        (version, _) => {
            return Err(Error::input("this version of .npy is unknown").expected("1 to 3").found(version.to_string()));
        }
    };
    budgets.check(Limit::NpyHeader, len as u64, "the header at byte 0 is too long")?;
    Ok((start, len))
}

impl Input for Npy {
    fn name(&self) -> &str {
        self.bytes.name()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows)
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

    fn held_bytes(&self) -> u64 {
        if self.is_by_column && !self.bytes.can_reread() { self.data_bytes() } else { 0 }
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        if self.is_by_column {
            return self.read_columns(input, request);
        }
        let records = self.records(&self.bytes, self.data_offset);
        Records { ends_with_rows: true, ..records }.read(input, request)
    }
}

#[cfg(test)]
mod tests;
