//! JSON objects as rows: one a line, one after another, or in one array; typed by the first ones as CSV is.
//!
//! A key is a column, a key of an object under a key is the column `a.b`; what lies deeper and lists cannot be drawn.
//! Null and a missing key are null. A value of another kind than its column, and a record that is no object, make the
//! row invalid, counted with the first place.

mod record;
mod scan;
mod sniff;

use std::collections::HashMap;
use std::io::Read;

use crate::data::chunk::{Chunk, Logical, Origin, Position};
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::bytes::{Bytes, Stored};
use crate::source::json::record::Records;
use crate::source::json::scan::{Member, Value, unescaped};
use crate::source::json::sniff::{Column, Path, Shape, column_name};
use crate::source::raw::wrong_span;
use crate::source::sieve::Wanted;
use crate::source::strided::{LIST_OR_OBJECT, unreadable};
use crate::source::text::CHUNK_NAME_BYTES;
use crate::source::text::column::{Cell, Gathered};
use crate::source::text::value::Kind;
use crate::source::{Field, Input, Reader, Request, Span};

/// Keys of a record whose place is remembered for the next one.
const REMEMBERED_KEYS: usize = 4096;

/// A JSON file or pipe.
#[derive(Debug)]
pub struct Json {
    bytes: Bytes,
    shape: Shape,
    fields: Vec<Field>,
    /// True when there are objects that were not looked at for columns.
    has_more: bool,
}

impl Json {
    /// Looks at the first records. `like` are the columns of an input that this one has to go with: its numbers and
    /// times are read in the same way.
    ///
    /// # Errors
    /// When it cannot be read, is no JSON of objects, or holds none.
    pub fn open(bytes: Bytes, like: Option<&[Field]>) -> Result<Self> {
        Self::open_for(bytes, like, None)
    }

    /// The same where only the first so many rows are wanted: no others are looked at, nor waited for.
    ///
    /// # Errors
    /// As [`Json::open`].
    pub fn open_for(bytes: Bytes, like: Option<&[Field]>, rows: Option<u64>) -> Result<Self> {
        let shape = sniff::sniff(&bytes, like, rows)?;
        let field = |(path, kind): &Column| {
            let name = Some(column_name(path));
            match kind {
                Some(kind) => Field::new(name, kind.logical(), stored(kind)),
                None => Field { readable: false, ..Field::new(name, Logical::Category, LIST_OR_OBJECT) },
            }
        };
        let fields = shape.columns.iter().map(field).collect();
        let has_more = shape.has_more;
        Ok(Self { bytes, shape, fields, has_more })
    }
}

/// How JSON stores a kind.
fn stored(kind: &Kind) -> &'static str {
    match kind {
        Kind::Time { .. } | Kind::Date => kind.stored(),
        _ => kind.stored().trim_end_matches(" as text"),
    }
}

impl Input for Json {
    fn name(&self) -> &str {
        self.bytes.name()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn columns_note(&self) -> Option<&'static str> {
        self.has_more.then_some("a key that first appears behind the first objects (1000, or 256 KiB) is no column")
    }

    fn len_bytes(&self) -> Option<u64> {
        self.bytes.stored_bytes()
    }

    fn extent(&self, _: usize, _: bool) -> Option<Extent> {
        None
    }

    fn can_reread(&self) -> bool {
        self.bytes.can_reread()
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        self.read_wanted(input, request, Wanted { every: 1, rows_before: 0, limit: None })
    }

    /// Records that are not wanted are passed over without a look at their members.
    fn read_wanted(&self, input: usize, request: &Request, wanted: Wanted) -> Result<Box<dyn Reader>> {
        let mut slots: HashMap<Path, usize> = HashMap::new();
        let mut columns = Vec::new();
        for &column in &request.columns {
            let (path, kind) = self
                .shape
                .columns
                .get(column)
                .ok_or_else(|| Error::usage(format!("there is no column {column}")).in_file(self.name()))?;
            let kind = kind.clone().ok_or_else(|| unreadable(&self.fields[column], column).in_file(self.name()))?;
            let free = slots.len();
            columns.push((*slots.entry(path.clone()).or_insert(free), kind));
        }
        let start = self.shape.start;
        let (place, end) = match &request.span {
            Span::All => (start, u64::MAX),
            Span::Bytes(span) if span.start <= span.end && self.bytes.len_bytes().is_none_or(|len| span.end <= len) => {
                (span.start.max(start), span.end.max(start))
            }
            other => {
                return Err(wrong_span(self.name(), other, None).expected("all of it, or bytes from record to record"));
            }
        };
        let (stream, stored) = self.bytes.counted_reader_at(place)?;
        let stream = stream.take(end - place);
        let records = Records::new(self.name(), stream, self.shape.arrangement, place, 1);
        let records = match request.span {
            Span::All => records,
            _ if place == start => records.left_open(),
            _ => records.at_element(),
        };
        Ok(Box::new(JsonReader {
            records,
            found: vec![Found::default(); slots.len()],
            slots,
            remembered: Vec::new(),
            columns,
            chunk_rows: request.chunk_rows.max(1),
            input,
            row: 0,
            start: place,
            stored,
            wanted,
            filtered_rows: 0,
        }))
    }
}

/// A value of the current record: what it is and where in the record's text it lies.
#[derive(Clone, Copy, Default)]
struct Found {
    is: Is,
    start: u32,
    end: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Is {
    #[default]
    Null,
    Bare,
    String,
    Nested,
}

/// A key as it stood at a place of the last record, and the slot that its value is for.
struct Remembered {
    outer: Vec<u8>,
    inner: Option<Vec<u8>>,
    slot: Option<usize>,
}

struct JsonReader {
    records: Records<std::io::Take<Box<dyn Read + Send>>>,
    /// The slot of each path that is read, and what the current record holds for it.
    slots: HashMap<Path, usize>,
    found: Vec<Found>,
    /// Records mostly have the same keys in the same order: no look-up then.
    remembered: Vec<Remembered>,
    /// The slot and kind of each column asked for.
    columns: Vec<(usize, Kind)>,
    chunk_rows: usize,
    input: usize,
    row: u64,
    start: u64,
    stored: Stored,
    wanted: Wanted,
    filtered_rows: u64,
}

impl JsonReader {
    /// Finds the values of the current record.
    fn scan(&mut self) -> std::result::Result<(), scan::Flaw> {
        self.found.fill(Found::default());
        let text = self.records.text();
        let (slots, found, remembered) = (&self.slots, &mut self.found, &mut self.remembered);
        let mut place = 0;
        scan::object(text, |Member { outer, inner, value, at }| {
            let slot = match remembered.get(place) {
                Some(key) if key.outer == outer && key.inner.as_deref() == inner => key.slot,
                _ => {
                    let path = (unescaped(outer).into_owned(), inner.map(|inner| unescaped(inner).into_owned()));
                    let slot = slots.get(&path).copied();
                    let key = Remembered { outer: outer.to_vec(), inner: inner.map(<[u8]>::to_vec), slot };
                    match remembered.get_mut(place) {
                        Some(there) => *there = key,
                        None if place < REMEMBERED_KEYS => remembered.push(key),
                        None => {}
                    }
                    slot
                }
            };
            place += 1;
            let Some(slot) = slot else { return };
            let (is, len) = match value {
                Value::Null => (Is::Null, 0),
                Value::Bare(part) => (Is::Bare, part.len()),
                Value::String(part) => (Is::String, part.len()),
                Value::Nested(part) => (Is::Nested, part.len()),
            };
            found[slot] = Found { is, start: at as u32, end: (at + len) as u32 };
        })
    }
}

impl Reader for JsonReader {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        let mut gathered: Vec<Gathered> =
            self.columns.iter().map(|(_, kind)| Gathered::new(kind.clone(), self.chunk_rows)).collect();
        let mut origin = None;
        let mut rows = 0;
        while rows < self.chunk_rows && self.wanted.reaches(self.row) && self.records.advance()? {
            if !self.wanted.keeps(self.row) {
                self.row += 1;
                self.filtered_rows += 1;
                continue;
            }
            let (offset, line) = self.records.place();
            let position = Position::Byte { offset, row: self.row, line };
            origin.get_or_insert(Origin { input: self.input, first_row: self.row, position });
            match self.scan() {
                Ok(()) => {
                    let text = self.records.text();
                    for ((slot, _), values) in self.columns.iter().zip(&mut gathered) {
                        let found = self.found[*slot];
                        let part = &text[found.start as usize..found.end as usize];
                        match found.is {
                            Is::Null => values.push(Cell::Null, self.row, line),
                            Is::Bare => values.push(Cell::Text(part), self.row, line),
                            Is::String => values.push(Cell::Text(&unescaped(part)), self.row, line),
                            Is::Nested => values.push(Cell::Other(part), self.row, line),
                        }
                    }
                }
                Err(flaw) => {
                    let why = format!("damaged JSON: {} at byte {}", flaw.what, flaw.at + 1);
                    gathered.iter_mut().for_each(|values| values.refuse(&why, self.row, line));
                }
            }
            rows += 1;
            self.row += 1;
            if gathered.iter().any(|values| values.name_bytes() > CHUNK_NAME_BYTES) {
                break;
            }
        }
        match origin {
            Some(origin) => {
                let columns = gathered.into_iter().map(Gathered::into_column).collect();
                Ok(Some(Chunk::new(origin, rows, columns)?.with_step(self.wanted.every)))
            }
            None => Ok(None),
        }
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn filtered_rows(&self) -> u64 {
        self.filtered_rows
    }

    fn bytes_read(&self) -> u64 {
        self.stored.len_bytes(self.records.offset_behind() - self.start)
    }
}

#[cfg(test)]
mod tests;
