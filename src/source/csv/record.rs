//! Cuts delimited text into records and fields, by the rules of RFC 4180 as the `csv` crate reads them, or at runs of
//! blanks; passes over blank lines and comment lines. Unlike there, a quote opens behind blanks too: `1, "a, b"`.
//!
//! Its own splitter because the place of a record has to be exact (byte offset and line, after CRLF too), a record may
//! not grow beyond a limit, and fields behind the last one in use need not be kept. What comes out does not depend on
//! the sizes in which the stream hands out its bytes.

use std::io::Read;

use crate::error::{Error, Result};
use crate::source::budget::{Budgets, Limit};
use crate::source::text::window::Window;

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// One byte.
    Byte(u8),
    /// Spaces and tabs, as many as there are; those around a record are none.
    Blanks,
}

/// How a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cutting {
    pub separator: Separator,
    /// Whether a line that begins with `#` is no record.
    pub comments: bool,
}

/// Where a field's text lies: in the buffer as it is, or in the scratch where quotes had to be taken out.
#[derive(Clone, Copy)]
struct FieldRange {
    start: u32,
    end: u32,
    unquoted: bool,
}

/// A stream of records; holds one at a time.
pub(super) struct Records<R> {
    window: Window<R>,
    cutting: Cutting,
    /// The bytes that end a field besides line ends; twice the same where there is one.
    separators: [u8; 2],
    /// Fields from this one on are counted, not kept.
    kept_fields: usize,
    /// The window stands within a comment.
    in_comment: bool,
    fields: Vec<FieldRange>,
    scratch: Vec<u8>,
    record_offset: u64,
    record_line: u64,
    field_count: usize,
    is_last_empty: bool,
}

/// What one attempt to find a record's end gave.
enum Cut {
    /// The record's bytes without its line end, and the line feeds among them.
    Whole { len: usize, line_feeds: u64 },
    /// The buffer ends before the record does.
    Open { in_quotes: bool },
}

impl<R: Read> Records<R> {
    /// Records of a stream whose first byte lies at `offset` on the 1-based `line`.
    pub fn new(name: &str, stream: R, cutting: Cutting, offset: u64, line: u64) -> Self {
        let separators = match cutting.separator {
            Separator::Byte(byte) => [byte; 2],
            Separator::Blanks => *b" \t",
        };
        Self {
            window: Window::new(name, stream, offset, line),
            cutting,
            separators,
            kept_fields: usize::MAX,
            in_comment: false,
            fields: Vec::new(),
            scratch: Vec::new(),
            record_offset: offset,
            record_line: line,
            field_count: 0,
            is_last_empty: false,
        }
    }

    /// Refuses what is beyond other budgets than the usual ones.
    pub fn within(mut self, budgets: &Budgets) -> Self {
        self.window.budgets = *budgets;
        self
    }

    /// Keeps only the first `count` fields of every record.
    pub fn keeping(mut self, count: usize) -> Self {
        self.kept_fields = count;
        self
    }

    /// Goes to the next record; false at the end. Blank lines and comments are none.
    pub fn advance(&mut self) -> Result<bool> {
        if !self.pass_to_record()? {
            return Ok(false);
        }
        (self.record_offset, self.record_line) = (self.window.offset, self.window.line);
        loop {
            let (cut, available) = (self.cut(), self.window.rest().len());
            match cut {
                Cut::Whole { len, line_feeds } => {
                    self.check_len(len, true)?;
                    self.window.take(len, line_feeds);
                    // The ranges of the fields hold: nothing moves before the next record is looked for.
                    if !self.window.rest().is_empty() {
                        self.window.take_byte();
                    }
                    return Ok(true);
                }
                Cut::Open { in_quotes } if self.window.at_end => {
                    return Err(if in_quotes { self.unclosed_quote() } else { self.too_long() });
                }
                Cut::Open { .. } => {
                    self.check_len(available, false)?;
                    self.window.refill()?;
                }
            }
        }
    }

    /// The text of a field of the current record without its quotes, `None` when the record is shorter.
    pub fn field(&self, index: usize) -> Option<&[u8]> {
        let range = self.fields.get(index)?;
        let text = if range.unquoted { &self.scratch } else { &self.window.buffer };
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

    /// Bytes before the current record, and its 1-based line.
    pub fn record_place(&self) -> (u64, u64) {
        (self.record_offset, self.record_line)
    }

    /// The place behind the current record: byte offset and line (possibly before a line feed that belongs to it).
    pub fn place_behind(&self) -> (u64, u64) {
        (self.window.offset, self.window.line)
    }

    /// Passes over line ends and comments, and over blanks where they are separators; false at the end.
    fn pass_to_record(&mut self) -> Result<bool> {
        loop {
            while let Some(&byte) = self.window.rest().first() {
                match byte {
                    b'\n' | b'\r' => self.in_comment = false,
                    _ if self.in_comment => {}
                    b'#' if self.cutting.comments => self.in_comment = true,
                    b' ' | b'\t' if self.cutting.separator == Separator::Blanks => {}
                    _ => return Ok(true),
                }
                self.window.take_byte();
            }
            if self.window.at_end {
                return Ok(false);
            }
            self.window.refill()?;
        }
    }

    /// Finds the fields of the record at the window's start.
    fn cut(&mut self) -> Cut {
        self.fields.clear();
        self.scratch.clear();
        self.field_count = 0;
        let (mut at, mut line_feeds) = (self.window.start, 0);
        loop {
            if self.cutting.separator == Separator::Blanks {
                let blanks =
                    self.window.buffer[at..self.window.end].iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
                at += blanks.count();
                if at == self.window.end && !self.window.at_end {
                    return Cut::Open { in_quotes: false };
                }
                if self.field_count > 0 && self.is_line_end(at) {
                    return Cut::Whole { len: at - self.window.start, line_feeds };
                }
            }
            match self.quote_behind_blanks(at) {
                Some(quote) => at = quote,
                None => return Cut::Open { in_quotes: false },
            }
            let mut range = FieldRange { start: at as u32, end: at as u32, unquoted: false };
            if at < self.window.end && self.window.buffer[at] == b'"' {
                match self.cut_quoted(at) {
                    Some((end, quoted, feeds)) => (at, range, line_feeds) = (end, quoted, line_feeds + feeds),
                    None => return Cut::Open { in_quotes: true },
                }
            } else {
                at = self.plain_end(at);
                range.end = at as u32;
            }
            if at == self.window.end && !self.window.at_end {
                return Cut::Open { in_quotes: false };
            }
            if self.field_count < self.kept_fields {
                self.fields.push(range);
            }
            self.field_count += 1;
            self.is_last_empty = range.start == range.end;
            if self.is_line_end(at) {
                return Cut::Whole { len: at - self.window.start, line_feeds };
            }
            at += 1;
        }
    }

    /// Where a field that begins at `at` opens a quote behind blanks, as in `1, "a, b"`; else `at`, where these belong to
    /// the field. `None` where more has to be seen.
    fn quote_behind_blanks(&self, at: usize) -> Option<usize> {
        let text = &self.window.buffer[at..self.window.end];
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t') && !self.separators.contains(byte);
        if self.field_count == 0 || !text.first().is_some_and(is_blank) {
            return Some(at);
        }
        let blanks = text.iter().take_while(|byte| is_blank(byte)).count();
        match text.get(blanks) {
            Some(b'"') => Some(at + blanks),
            None if !self.window.at_end => None,
            _ => Some(at),
        }
    }

    /// True at a line end and at the end of the window.
    fn is_line_end(&self, at: usize) -> bool {
        at == self.window.end || matches!(self.window.buffer[at], b'\n' | b'\r')
    }

    /// The first separator or line end from `at` on. Looks at blocks first, which the compiler turns into vectors.
    fn plain_end(&self, at: usize) -> usize {
        const BLOCK: usize = 16;
        let [one, other] = self.separators;
        let ends = |byte: u8| (byte == one) | (byte == other) | (byte == b'\n') | (byte == b'\r');
        let text = &self.window.buffer[at..self.window.end];
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
        let window = &self.window;
        loop {
            let text = &window.buffer[at..window.end];
            let quote = at + text.iter().position(|&byte| byte == b'"')?;
            line_feeds += window.buffer[at..quote].iter().filter(|&&byte| byte == b'\n').count() as u64;
            if quote + 1 < window.end && window.buffer[quote + 1] == b'"' {
                self.scratch.extend_from_slice(&window.buffer[copied_to..=quote]);
                in_scratch = true;
                at = quote + 2;
                copied_to = at;
                continue;
            }
            // A quote that the buffer ends with may be the first of two.
            if quote + 1 == window.end && !window.at_end {
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
            self.scratch.extend_from_slice(&window.buffer[copied_to..quote]);
            self.scratch.extend_from_slice(&window.buffer[quote + 1..end]);
            let range = FieldRange { start: scratch_start as u32, end: self.scratch.len() as u32, unquoted: true };
            return Some((end, range, line_feeds));
        }
    }

    /// Refuses a record that is too long or too wide, also before its end has come.
    fn check_len(&self, len: usize, is_whole: bool) -> Result<()> {
        let budgets = &self.window.budgets;
        if len > budgets.len_of(Limit::Line) {
            return Err(self.too_long());
        }
        let count = self.field_count as u64;
        if count <= budgets.of(Limit::Columns) {
            return Ok(());
        }
        let what = format!("the record at byte {} has too many columns", self.record_offset);
        let error = budgets.refusal(Limit::Columns, is_whole.then_some(count), &what);
        Err(error.in_file(&self.window.name).at_line(self.record_line))
    }

    fn too_long(&self) -> Error {
        let hint = "look for a quote that is never closed, or name the right --format";
        self.window.too_long(self.record_offset, self.record_line, hint)
    }

    fn unclosed_quote(&self) -> Error {
        Error::input("a quote is never closed")
            .in_file(&self.window.name)
            .at_line(self.record_line)
            .hint("the file is truncated, or the line has a single '\"' too many")
    }
}

#[cfg(test)]
mod tests;
