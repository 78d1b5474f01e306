//! Cuts delimited text into records and fields, by the rules of RFC 4180 as the `csv` crate reads them.
//!
//! Its own splitter because the place of a record has to be exact (byte offset and line, after CRLF too), a record may
//! not grow beyond a limit, and fields behind the last one in use need not be kept. What comes out does not depend on
//! the sizes in which the stream hands out its bytes.

use std::io::Read;

use crate::error::{Error, Result};
use crate::source::bytes::{cannot_read, read_full};
use crate::source::strided::MAX_COLUMNS;

/// Most bytes of a record.
pub const MAX_RECORD_BYTES: usize = 2_000_000;

/// Bytes taken from the stream at a time.
const BLOCK_BYTES: usize = 256 << 10;

/// Where a field's text lies: in the buffer as it is, or in the scratch where quotes had to be taken out.
#[derive(Clone, Copy)]
struct FieldRange {
    start: u32,
    end: u32,
    unquoted: bool,
}

/// A stream of records; holds one at a time.
pub(super) struct Records<R> {
    name: String,
    stream: R,
    delimiter: u8,
    /// Fields from this one on are counted, not kept.
    kept_fields: usize,
    buffer: Vec<u8>,
    /// The bytes of the buffer that are not yet part of a record.
    start: usize,
    end: usize,
    at_end: bool,
    /// The place of `buffer[start]`.
    offset: u64,
    line: u64,
    fields: Vec<FieldRange>,
    scratch: Vec<u8>,
    record_offset: u64,
    record_line: u64,
    field_count: usize,
    is_last_empty: bool,
}

/// What one attempt to find a record's end gave.
enum Cut {
    /// The record's bytes with its line end, and the line feeds among them.
    Whole { len: usize, line_feeds: u64 },
    /// The buffer ends before the record does.
    Open { in_quotes: bool },
}

impl<R: Read> Records<R> {
    /// Records of a stream whose first byte lies at `offset` on the 1-based `line`.
    pub fn new(name: &str, stream: R, delimiter: u8, offset: u64, line: u64) -> Self {
        Self {
            name: name.into(),
            stream,
            delimiter,
            kept_fields: usize::MAX,
            buffer: vec![0; BLOCK_BYTES],
            start: 0,
            end: 0,
            at_end: false,
            offset,
            line,
            fields: Vec::new(),
            scratch: Vec::new(),
            record_offset: offset,
            record_line: line,
            field_count: 0,
            is_last_empty: false,
        }
    }

    /// Keeps only the first `count` fields of every record.
    pub fn keeping(mut self, count: usize) -> Self {
        self.kept_fields = count;
        self
    }

    /// Goes to the next record; false at the end. Blank lines are none.
    pub fn advance(&mut self) -> Result<bool> {
        if !self.skip_line_ends()? {
            return Ok(false);
        }
        (self.record_offset, self.record_line) = (self.offset, self.line);
        loop {
            let (cut, available) = (self.cut(), self.end - self.start);
            match cut {
                Cut::Whole { len, line_feeds } => {
                    self.check_len(len)?;
                    self.start += len;
                    self.offset += len as u64;
                    self.line += line_feeds;
                    return Ok(true);
                }
                Cut::Open { in_quotes } if self.at_end => {
                    return Err(if in_quotes { self.unclosed_quote() } else { self.too_long() });
                }
                Cut::Open { .. } => {
                    self.check_len(available)?;
                    self.refill()?;
                }
            }
        }
    }

    /// The text of a field of the current record without its quotes, `None` when the record is shorter.
    pub fn field(&self, index: usize) -> Option<&[u8]> {
        let range = self.fields.get(index)?;
        let text = if range.unquoted { &self.scratch } else { &self.buffer };
        text.get(range.start as usize..range.end as usize)
    }

    /// The number of fields of the current record, those not kept too.
    pub fn field_count(&self) -> usize {
        self.field_count
    }

    /// True when the current record has more than `width` fields; an empty one behind a last delimiter does not count.
    pub fn exceeds(&self, width: usize) -> bool {
        self.field_count - usize::from(self.is_last_empty && self.field_count > 1) > width
    }

    /// Bytes before the current record.
    pub fn record_offset(&self) -> u64 {
        self.record_offset
    }

    /// The 1-based line of the current record.
    pub fn record_line(&self) -> u64 {
        self.record_line
    }

    /// The place behind the current record: byte offset and line (possibly before a line feed that belongs to it).
    pub fn place_behind(&self) -> (u64, u64) {
        (self.offset, self.line)
    }

    fn skip_line_ends(&mut self) -> Result<bool> {
        loop {
            while self.start < self.end {
                match self.buffer[self.start] {
                    b'\n' => self.line += 1,
                    b'\r' => {}
                    _ => return Ok(true),
                }
                self.start += 1;
                self.offset += 1;
            }
            if self.at_end {
                return Ok(false);
            }
            self.refill()?;
        }
    }

    /// Moves the open record to the front and fills the rest of the buffer.
    fn refill(&mut self) -> Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        // A record is scanned again from its start, so the room doubles while it stays open.
        let want = (self.end * 2).max(BLOCK_BYTES);
        if self.buffer.len() < want {
            self.buffer.resize(want, 0);
        }
        let got = read_full(&mut self.stream, &mut self.buffer[self.end..])
            .map_err(|error| cannot_read(error, &self.name))?;
        self.at_end = self.end + got < self.buffer.len();
        self.end += got;
        Ok(())
    }

    /// Finds the fields of the record at the buffer's start.
    fn cut(&mut self) -> Cut {
        self.fields.clear();
        self.scratch.clear();
        self.field_count = 0;
        let (mut at, mut line_feeds) = (self.start, 0);
        loop {
            let mut range = FieldRange { start: at as u32, end: at as u32, unquoted: false };
            if at < self.end && self.buffer[at] == b'"' {
                match self.cut_quoted(at) {
                    Some((end, quoted, feeds)) => (at, range, line_feeds) = (end, quoted, line_feeds + feeds),
                    None => return Cut::Open { in_quotes: true },
                }
            } else {
                at = self.plain_end(at);
                range.end = at as u32;
            }
            if at == self.end && !self.at_end {
                return Cut::Open { in_quotes: false };
            }
            if self.field_count < self.kept_fields {
                self.fields.push(range);
            }
            self.field_count += 1;
            self.is_last_empty = range.start == range.end;
            if at == self.end {
                return Cut::Whole { len: at - self.start, line_feeds };
            }
            match self.buffer[at] {
                byte if byte == self.delimiter => at += 1,
                b'\n' => return Cut::Whole { len: at + 1 - self.start, line_feeds: line_feeds + 1 },
                _ => return Cut::Whole { len: at + 1 - self.start, line_feeds },
            }
        }
    }

    /// The first delimiter or line end from `at` on. Looks at blocks first, which the compiler turns into vectors.
    fn plain_end(&self, at: usize) -> usize {
        const BLOCK: usize = 16;
        let delimiter = self.delimiter;
        let ends = |byte: u8| (byte == delimiter) | (byte == b'\n') | (byte == b'\r');
        let text = &self.buffer[at..self.end];
        let blocks =
            text.chunks_exact(BLOCK).take_while(|block| !block.iter().fold(false, |any, &byte| any | ends(byte)));
        let passed = blocks.count() * BLOCK;
        let rest = &text[passed..];
        at + passed + rest.iter().position(|&byte| ends(byte)).unwrap_or(rest.len())
    }

    /// The end of a quoted field, its text, and the line feeds in it; `None` when its quotes are not closed.
    fn cut_quoted(&mut self, open: usize) -> Option<(usize, FieldRange, u64)> {
        let (mut at, mut line_feeds) = (open + 1, 0);
        let scratch_start = self.scratch.len();
        let mut copied_to = at;
        let mut in_scratch = false;
        loop {
            let text = &self.buffer[at..self.end];
            let quote = at + text.iter().position(|&byte| byte == b'"')?;
            line_feeds += self.buffer[at..quote].iter().filter(|&&byte| byte == b'\n').count() as u64;
            if quote + 1 < self.end && self.buffer[quote + 1] == b'"' {
                self.scratch.extend_from_slice(&self.buffer[copied_to..=quote]);
                in_scratch = true;
                at = quote + 2;
                copied_to = at;
                continue;
            }
            // A quote that the buffer ends with may be the first of two.
            if quote + 1 == self.end && !self.at_end {
                return None;
            }
            let end = self.plain_end(quote + 1);
            if !in_scratch && end == quote + 1 {
                return Some((
                    end,
                    FieldRange { start: (open + 1) as u32, end: quote as u32, unquoted: false },
                    line_feeds,
                ));
            }
            // Text behind the closing quote belongs to the field, as it stands.
            self.scratch.extend_from_slice(&self.buffer[copied_to..quote]);
            self.scratch.extend_from_slice(&self.buffer[quote + 1..end]);
            let range = FieldRange { start: scratch_start as u32, end: self.scratch.len() as u32, unquoted: true };
            return Some((end, range, line_feeds));
        }
    }

    fn check_len(&self, len: usize) -> Result<()> {
        if len > MAX_RECORD_BYTES + 1 {
            return Err(self.too_long());
        }
        if self.field_count > MAX_COLUMNS {
            return Err(Error::input("a line has too many columns")
                .in_file(&self.name)
                .at_line(self.record_line)
                .expected(format!("at most {MAX_COLUMNS}"))
                .found(self.field_count.to_string()));
        }
        Ok(())
    }

    fn too_long(&self) -> Error {
        Error::input("a line is too long")
            .in_file(&self.name)
            .at_line(self.record_line)
            .expected(format!("at most {MAX_RECORD_BYTES} bytes"))
            .hint("look for a quote that is never closed, or name the right --format")
    }

    fn unclosed_quote(&self) -> Error {
        Error::input("a quote is never closed")
            .in_file(&self.name)
            .at_line(self.record_line)
            .hint("the file is truncated, or the line has a single '\"' too many")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hands out one byte a call.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let (Some((first, rest)), Some(slot)) = (self.0.split_first(), buffer.first_mut()) else { return Ok(0) };
            *slot = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn records(stream: impl Read) -> Result<Vec<Vec<Vec<u8>>>> {
        let mut records = Records::new("t.csv", stream, b',', 0, 1);
        let mut all = Vec::new();
        while records.advance()? {
            all.push((0..records.field_count()).map(|i| records.field(i).unwrap().to_vec()).collect());
        }
        Ok(all)
    }

    proptest! {
        /// The `csv` crate is the independent truth, except for quotes that are never closed: those are errors here.
        #[test]
        fn fields_are_those_of_the_csv_crate(text in "[ab1\",\r\n]{0,40}") {
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Vec<Vec<u8>>> =
                reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
            if let Ok(found) = records(text.as_bytes()) {
                prop_assert_eq!(&found, &expected);
                prop_assert_eq!(&records(Drops(text.as_bytes())).unwrap(), &expected);
            } else {
                prop_assert!(text.contains('"'));
            }
        }
    }

    #[test]
    fn places_are_exact_after_every_kind_of_line_end() {
        let text = b"a,b\r\n\r\n1,\"x\ny\"\r\n2,3\n4,5";
        let mut records = Records::new("t", &text[..], b',', 0, 1);
        let mut places = Vec::new();
        while records.advance().unwrap() {
            places.push((records.record_offset(), records.record_line(), records.field(0).unwrap()[0]));
        }
        assert_eq!(places, [(0, 1, b'a'), (7, 3, b'1'), (16, 5, b'2'), (20, 6, b'4')]);
    }

    #[test]
    fn lines_and_columns_have_limits() {
        let mut long = vec![b'1'; MAX_RECORD_BYTES];
        assert_eq!(records(&long[..]).unwrap().len(), 1, "the limit itself is allowed");
        long.extend(b"111\n2\n");
        let error = records(&long[..]).unwrap_err().to_string();
        assert!(error.contains("2000000"), "{error}");
        let wide = ",".repeat(MAX_COLUMNS);
        let error = records(wide.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("100000"), "{error}");
        assert!(records(std::io::repeat(b'"')).is_err(), "an endless line ends");
    }

    #[test]
    fn a_quote_that_is_never_closed_names_its_line() {
        let error = records(&b"a,b\n1,\"2\n3,4\n"[..]).unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("never closed"), "{error}");
    }
}
