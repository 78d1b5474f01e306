//! Cuts a stream of delimited text into records; passes over blank lines and comment lines.
//!
//! Its own splitter because the place of a record has to be exact (byte offset and line, after CRLF too), a record may
//! not grow beyond a limit, and fields behind the last one in use need not be kept. What comes out does not depend on
//! the sizes in which the stream hands out its bytes. How a record is cut into fields: [`Fields`].

use std::io::Read;

use crate::error::{Error, Result};
use crate::source::budget::{Budgets, Limit};
use crate::source::csv::fields::{Cut, Cutting, Fields, Separator};
use crate::source::text::window::Window;

/// A stream of records; holds one at a time.
pub(super) struct Records<R> {
    window: Window<R>,
    cutting: Cutting,
    /// The window stands within a comment.
    in_comment: bool,
    fields: Fields,
    /// Where the current record begins in the window's buffer.
    start: usize,
    record_offset: u64,
    record_line: u64,
}

impl<R: Read> Records<R> {
    /// Records of a stream whose first byte lies at `offset` on the 1-based `line`.
    pub fn new(name: &str, stream: R, cutting: Cutting, offset: u64, line: u64) -> Self {
        Self {
            window: Window::new(name, stream, offset, line),
            cutting,
            in_comment: false,
            fields: Fields::new(cutting, usize::MAX),
            start: 0,
            record_offset: offset,
            record_line: line,
        }
    }

    /// Refuses what is beyond other budgets than the usual ones.
    pub fn within(mut self, budgets: &Budgets) -> Self {
        self.window.budgets = *budgets;
        self
    }

    /// Goes to the next record; false at the end. Blank lines and comments are none.
    pub fn advance(&mut self) -> Result<bool> {
        if !self.pass_to_record()? {
            return Ok(false);
        }
        (self.record_offset, self.record_line) = (self.window.offset, self.window.line);
        loop {
            self.start = self.window.start;
            let available = self.window.rest().len();
            match self.fields.cut(self.window.rest(), self.window.at_end) {
                Cut::Whole { len, line_feeds } => {
                    self.check_len(len, true)?;
                    self.window.take(len, line_feeds);
                    // The fields hold: nothing moves before the next record is looked for.
                    if !self.window.rest().is_empty() {
                        self.window.take_byte();
                    }
                    return Ok(true);
                }
                Cut::Open { in_quotes } => {
                    // Whether the end has been seen yet depends on the stream; whether the record is too long does not.
                    self.check_len(available, false)?;
                    if self.window.at_end {
                        return Err(if in_quotes { self.unclosed_quote() } else { self.too_long() });
                    }
                    self.window.refill()?;
                }
            }
        }
    }

    /// The text of a field of the current record without its quotes, `None` when the record is shorter.
    pub fn field(&self, index: usize) -> Option<&[u8]> {
        self.fields.field(index, &self.window.buffer[self.start..])
    }

    /// The number of fields of the current record, those not kept too.
    pub fn field_count(&self) -> usize {
        self.fields.count()
    }

    /// True when the current record has more than `width` fields; an empty one behind a last delimiter does not count.
    #[cfg(test)]
    pub fn exceeds(&self, width: usize) -> bool {
        self.fields.exceed(width)
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

    /// Refuses a record that is too long or too wide, also before its end has come.
    fn check_len(&self, len: usize, is_whole: bool) -> Result<()> {
        let budgets = &self.window.budgets;
        if len > budgets.len_of(Limit::Line) {
            return Err(self.too_long());
        }
        let count = self.fields.count() as u64;
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
