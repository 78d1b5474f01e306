//! Records of equal size, as raw files and NumPy arrays hold them: which number lies where, and how it is read.
//!
//! Owns the record layout and the decoder; headers and file sizes belong to the formats.

mod gather;
mod item;
mod placed;
mod records;

use std::io::Read;

use crate::data::chunk::{Chunk, Origin, Position};
use crate::error::{Error, Result};
use crate::source::buffers::Buffers;
use crate::source::bytes::{cannot_read, read_full};
use crate::source::{Field, Reader};
use gather::Gathered;
pub use item::{Item, Reading, Stored};
pub(crate) use records::Records;

/// Most columns of an input.
pub const MAX_COLUMNS: usize = 100_000;

/// How JSON stores what is no scalar.
pub(crate) const LIST_OR_OBJECT: &str = "list or object";

/// Bytes that are read and decoded at a time: large enough for positioned reads, small enough for the second cache.
const BLOCK_BYTES: usize = 1 << 20;

/// Chunks whose memory is kept for later ones.
const FREE_CHUNKS: usize = 3;

/// Most bytes that the texts of a column of one chunk take as they are stored.
const CHUNK_TEXT_BYTES: usize = 8 << 20;

/// Where the columns of a record lie; `None` for fields that cannot be read as numbers.
#[derive(Clone, Debug)]
pub struct Layout {
    record_bytes: usize,
    items: Vec<Option<Item>>,
}

impl Layout {
    /// Checks that every item lies within the record.
    ///
    /// # Errors
    /// When the record is empty, or an item sticks out.
    pub fn new(record_bytes: usize, items: Vec<Option<Item>>) -> Result<Self> {
        let inside =
            |item: &Item| item.offset_bytes.checked_add(item.stored.len_bytes()).is_some_and(|end| end <= record_bytes);
        if record_bytes == 0 || items.is_empty() || !items.iter().flatten().all(inside) {
            return Err(Error::input("the record layout is empty or reaches beyond the record"));
        }
        Ok(Self { record_bytes, items })
    }

    /// The size of a record.
    #[must_use]
    pub fn record_bytes(&self) -> usize {
        self.record_bytes
    }

    /// The item of a column.
    ///
    /// # Errors
    /// When there is no such column, or it cannot be read.
    pub fn item(&self, column: usize, fields: &[Field]) -> Result<&Item> {
        self.items.get(column).and_then(Option::as_ref).ok_or_else(|| match fields.get(column) {
            Some(field) => unreadable(field, column),
            None => Error::usage(format!("there is no column {column}")),
        })
    }
}

/// Most rows of a chunk, so that its texts stay within [`CHUNK_TEXT_BYTES`] also where each is another.
pub(crate) fn text_rows(items: &[Item]) -> usize {
    let texts = items.iter().filter(|item| matches!(item.stored, Stored::Text { .. }));
    let longest = texts.map(|item| item.stored.len_bytes()).max().unwrap_or(0);
    CHUNK_TEXT_BYTES.checked_div(longest).map_or(usize::MAX, |rows| rows.max(1))
}

/// The error for choosing a column of a type that cannot be drawn.
pub(crate) fn unreadable(field: &Field, column: usize) -> Error {
    Error::input("the column's type cannot be drawn")
        .in_column(field.name.clone().unwrap_or_else(|| column.to_string()))
        .expected("numbers, times, bools or text")
        .found(field.stored.clone())
        .hint(if field.stored == LIST_OR_OBJECT {
            "choose another column; a row is an object of its own: {\"x\": 1, \"y\": 2}, not {\"x\": [1, 3], \"y\": [2, 4]}"
        } else {
            "choose another column"
        })
}

/// A reader of records: fills chunks from blocks, whatever sizes the stream hands out.
pub struct StridedReader {
    name: String,
    stream: Box<dyn Read + Send>,
    record_bytes: usize,
    items: Vec<Item>,
    chunk_rows: usize,
    input: usize,
    next_row: u64,
    /// Rows still to come when the format knows; `None` reads until the stream ends.
    rows_left: Option<u64>,
    /// Whether anything after the last row is an error.
    ends_with_rows: bool,
    block: Vec<u8>,
    buffers: Buffers,
    bytes_read: u64,
    done: bool,
}

impl std::fmt::Debug for StridedReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StridedReader").field("name", &self.name).finish_non_exhaustive()
    }
}

impl StridedReader {
    /// Reads `rows` rows (or all there are) of `layout`, the first of which is row `first_row`, at the stream's start.
    #[must_use]
    pub fn new(
        name: &str,
        stream: Box<dyn Read + Send>,
        layout: &Layout,
        items: Vec<Item>,
        rows: Option<u64>,
        first_row: u64,
    ) -> Self {
        let record_bytes = layout.record_bytes();
        let block_bytes = (BLOCK_BYTES / record_bytes).max(1) * record_bytes;
        let items_len = items.len();
        Self {
            name: name.into(),
            stream,
            record_bytes,
            items,
            chunk_rows: 1,
            input: 0,
            next_row: first_row,
            rows_left: rows,
            ends_with_rows: false,
            block: vec![0; block_bytes],
            buffers: Buffers::new(FREE_CHUNKS * items_len),
            bytes_read: 0,
            done: false,
        }
    }

    /// Sets the most rows in a chunk (at least 1; fewer where texts are long) and the input's number.
    #[must_use]
    pub fn in_chunks(mut self, chunk_rows: usize, input: usize) -> Self {
        self.chunk_rows = chunk_rows.min(text_rows(&self.items)).max(1);
        self.input = input;
        self
    }

    /// Makes bytes after the last row an error.
    #[must_use]
    pub fn to_the_end(mut self) -> Self {
        self.ends_with_rows = true;
        self
    }

    /// The next rows into the columns; less than `rows` at the end only.
    fn fill(&mut self, columns: &mut [Gathered], rows: usize) -> Result<usize> {
        let mut filled = 0;
        while filled < rows {
            let want = (rows - filled).min(self.block.len() / self.record_bytes) * self.record_bytes;
            let got =
                read_full(&mut self.stream, &mut self.block[..want]).map_err(|error| cannot_read(error, &self.name))?;
            self.bytes_read += got as u64;
            let whole = got / self.record_bytes;
            let block = &self.block[..whole * self.record_bytes];
            for (column, item) in columns.iter_mut().zip(&self.items) {
                column.extend(block, self.record_bytes, item);
            }
            filled += whole;
            if got < want {
                self.check_end(got % self.record_bytes, filled)?;
                break;
            }
        }
        Ok(filled)
    }

    /// The stream is over although more rows could have come.
    fn check_end(&mut self, left_over_bytes: usize, filled: usize) -> Result<()> {
        self.done = true;
        let more = self.rows_left.map_or(0, |left| left - filled as u64);
        check_end(&self.name, self.record_bytes, left_over_bytes, self.next_row + filled as u64, more)
    }

    /// After the last row: nothing more may come.
    fn check_nothing_follows(&mut self) -> Result<()> {
        if self.ends_with_rows {
            self.ends_with_rows = false;
            let mut byte = [0];
            let more = read_full(&mut self.stream, &mut byte).map_err(|error| cannot_read(error, &self.name))?;
            if more > 0 {
                return Err(Error::input("bytes follow the last row that the header tells of")
                    .in_file(&self.name)
                    .at_row(self.next_row)
                    .hint("write one array a file"));
            }
        }
        Ok(())
    }
}

/// Tells what is missing where an input ends after `rows` rows and some bytes although `more` rows should follow.
fn check_end(name: &str, record_bytes: usize, left_over_bytes: usize, rows: u64, more: u64) -> Result<()> {
    if left_over_bytes > 0 {
        return Err(Error::input("the input ends within a record")
            .in_file(name)
            .at_row(rows)
            .expected(format!("records of {record_bytes} bytes"))
            .found(format!("{left_over_bytes} bytes left over"))
            .hint("check the layout, or whether the file is complete"));
    }
    if more > 0 {
        return Err(Error::input("the input is truncated")
            .in_file(name)
            .expected(format!("{more} rows more"))
            .found(format!("its end after {rows} rows"))
            .hint("copy or write the file again"));
    }
    Ok(())
}

impl Reader for StridedReader {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        let rows = self
            .rows_left
            .map_or(self.chunk_rows, |left| self.chunk_rows.min(usize::try_from(left).unwrap_or(usize::MAX)));
        if self.done || rows == 0 {
            self.check_nothing_follows()?;
            return Ok(None);
        }
        let mut columns: Vec<Gathered> =
            self.items.iter().map(|item| Gathered::new(item, rows, &self.buffers)).collect();
        let filled = self.fill(&mut columns, rows)?;
        if filled == 0 {
            return Ok(None);
        }
        let origin = Origin { input: self.input, first_row: self.next_row, position: Position::Row(self.next_row) };
        self.next_row += filled as u64;
        self.rows_left = self.rows_left.map(|left| left - filled as u64);
        let columns = columns.into_iter().zip(&self.items).map(|(stored, item)| stored.into_column(item)).collect();
        Chunk::new(origin, filled, columns).map(Some)
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read
    }
}
