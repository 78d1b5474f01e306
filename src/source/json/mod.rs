//! JSON objects as rows: one a line, one after another, or in one array; typed by the first ones as CSV is.
//!
//! A key is a column, a key of an object under a key is the column `a.b`; what lies deeper and lists cannot be drawn.
//! Null and a missing key are null. A value of another kind than its column, and a record that is no object, make the
//! row invalid, counted with the first place.

mod lines;
mod record;
mod scan;
mod sniff;
mod values;

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use crate::data::chunk::Logical;
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::budget::Limit;
use crate::source::bytes::Bytes;
use crate::source::json::lines::JsonLines;
use crate::source::json::record::{Arrangement, Records};
use crate::source::json::sniff::{Column, Path, Shape, column_name};
use crate::source::json::values::{Columns, Values};
use crate::source::raw::wrong_span;
use crate::source::sieve::Wanted;
use crate::source::strided::{LIST_OR_OBJECT, unreadable};
use crate::source::text::blockwise::{self, Format, Plan};
use crate::source::text::column::Gathered;
use crate::source::text::reader::{Cut, Task, TextReader};
use crate::source::text::value::Kind;
use crate::source::{Field, Input, Reader, Request, Span};

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

    fn decoding_bytes(&self) -> u64 {
        self.len_bytes().unwrap_or(u64::MAX).min(blockwise::DECODING_BYTES)
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
            Span::All => (start, self.bytes.len_bytes().unwrap_or(u64::MAX).max(start)),
            Span::Bytes(span) if span.start <= span.end && self.bytes.len_bytes().is_none_or(|len| span.end <= len) => {
                (span.start.max(start), span.end.max(start))
            }
            other => {
                return Err(wrong_span(self.name(), other, None).expected("all of it, or bytes from record to record"));
            }
        };
        let (stream, stored) = self.bytes.counted_reader_at(place)?;
        let stream = stream.take(end - place);
        let budgets = self.bytes.budgets();
        let (columns, kinds) = columns.into_iter().unzip();
        let columns = Arc::new(Columns { most_depth: budgets.len_of(Limit::Nesting), slots, columns });
        let task = Task { kinds, chunk_rows: request.chunk_rows, input, start: place, stored, wanted };
        if self.shape.arrangement == Arrangement::Lines {
            let format = JsonLines { name: self.name().into(), budgets: *budgets, columns };
            let plan = Plan::new(&self.bytes, end - place, format.record_bytes(), &task, request.threads);
            return blockwise::read(format, (stream, 1), task, plan);
        }
        let records = Records::new(self.name(), stream, self.shape.arrangement, place, 1).within(budgets);
        let records = match request.span {
            Span::All => records,
            _ if place == start => records.left_open(),
            _ => records.at_element(),
        };
        Ok(Box::new(TextReader::new(OneByOne { records, values: Values::new(columns) }, task)))
    }
}

/// Records that are cut one after another, where their ends cannot be told before.
struct OneByOne<R> {
    records: Records<R>,
    values: Values,
}

impl<R: Read + Send> Cut for OneByOne<R> {
    fn advance(&mut self) -> Result<bool> {
        self.records.advance()
    }

    fn place(&self) -> (u64, u64) {
        self.records.place()
    }

    fn offset_behind(&self) -> u64 {
        self.records.offset_behind()
    }

    fn gather(&mut self, columns: &mut [Gathered], row: u64, line: u64) {
        self.values.gather(self.records.text(), columns, row, line);
    }
}

#[cfg(test)]
mod tests;
