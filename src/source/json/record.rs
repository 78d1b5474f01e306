//! Cuts JSON into the texts of its records: one a line, one after another over lines, or the elements of one array.

use std::io::Read;

use crate::error::{Error, Result};
use crate::source::budget::{Budgets, Limit};
use crate::source::text::window::Window;

/// How the records lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// Each line is one.
    Lines,
    /// Values one after another, each over as many lines as it takes.
    Values,
    /// The elements of one array.
    Array,
}

/// What comes next in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Opening,
    /// Behind `[`.
    ElementOrEnd,
    /// Behind a comma.
    Element,
    /// Behind an element.
    CommaOrEnd,
    /// Behind `]`.
    Nothing,
}

/// A stream of records; holds one at a time.
pub(super) struct Records<R> {
    window: Window<R>,
    arrangement: Arrangement,
    next: Next,
    /// Whether an array has to be closed: not within a part of it.
    must_close: bool,
    /// Where the current record's text lies in the window's buffer.
    start: usize,
    end: usize,
    offset: u64,
    line: u64,
}

impl<R: Read> Records<R> {
    /// Records of a stream whose first byte lies at `offset` on the 1-based `line`.
    pub fn new(name: &str, stream: R, arrangement: Arrangement, offset: u64, line: u64) -> Self {
        let window = Window::new(name, stream, offset, line);
        Self { window, arrangement, next: Next::Opening, must_close: true, start: 0, end: 0, offset, line }
    }

    /// Refuses what is beyond other budgets than the usual ones.
    pub fn within(mut self, budgets: &Budgets) -> Self {
        self.window.budgets = *budgets;
        self
    }

    /// Takes an array that ends early for one.
    pub fn left_open(mut self) -> Self {
        self.must_close = false;
        self
    }

    /// Begins at an element of the array, and may end behind one.
    pub fn at_element(mut self) -> Self {
        self.next = Next::Element;
        self.left_open()
    }

    /// Goes to the next record; false at the end.
    pub fn advance(&mut self) -> Result<bool> {
        if !self.pass_to_record()? {
            return Ok(false);
        }
        (self.offset, self.line) = (self.window.offset, self.window.line);
        loop {
            let rest = self.window.rest();
            let end = match self.arrangement {
                Arrangement::Lines => rest.iter().position(|&byte| byte == b'\n'),
                Arrangement::Values | Arrangement::Array => value_end(rest),
            };
            let is_cut = end.is_none() && self.window.at_end;
            if is_cut && self.arrangement == Arrangement::Array && self.must_close {
                return Err(self.unclosed());
            }
            // What is cut off at the end is a damaged record.
            let Some(len) = end.or(is_cut.then_some(rest.len())) else {
                self.check_len(rest.len())?;
                self.window.refill()?;
                continue;
            };
            self.check_len(len)?;
            let line_feeds = rest[..len].iter().filter(|&&byte| byte == b'\n').count() as u64;
            (self.start, self.end) = (self.window.start, self.window.start + len);
            self.window.take(len, line_feeds);
            self.next = Next::CommaOrEnd;
            return Ok(true);
        }
    }

    /// The text of the current record.
    pub fn text(&self) -> &[u8] {
        &self.window.buffer[self.start..self.end]
    }

    /// Bytes before the current record, and its 1-based line.
    pub fn place(&self) -> (u64, u64) {
        (self.offset, self.line)
    }

    /// Bytes before the first one that has not been taken.
    pub fn offset_behind(&self) -> u64 {
        self.window.offset
    }

    /// True when the last record ends where the stream ends.
    pub fn is_at_end(&self) -> bool {
        self.window.at_end && self.window.rest().is_empty()
    }

    /// Passes over what stands between records; false at the end.
    fn pass_to_record(&mut self) -> Result<bool> {
        loop {
            while let Some(&byte) = self.window.rest().first() {
                if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                    self.window.take_byte();
                    continue;
                }
                if self.arrangement != Arrangement::Array {
                    return Ok(true);
                }
                self.next = match (self.next, byte) {
                    (Next::Opening, b'[') => Next::ElementOrEnd,
                    (Next::CommaOrEnd, b',') => Next::Element,
                    (Next::ElementOrEnd | Next::CommaOrEnd, b']') => Next::Nothing,
                    (Next::Element, b']') => {
                        let error = self.misplaced("an element behind ','");
                        return Err(error.hint("there is a comma too many: remove the one before ']'"));
                    }
                    (Next::Element | Next::ElementOrEnd, _) => return Ok(true),
                    (Next::Opening, _) => return Err(self.misplaced("'['")),
                    (Next::CommaOrEnd, _) => return Err(self.misplaced("',' or ']' behind an element")),
                    (Next::Nothing, _) => return Err(self.misplaced("nothing behind the array")),
                };
                self.window.take_byte();
            }
            if self.window.at_end {
                let is_open = self.arrangement == Arrangement::Array && self.next != Next::Nothing;
                return if is_open && self.must_close { Err(self.unclosed()) } else { Ok(false) };
            }
            self.window.refill()?;
        }
    }

    fn check_len(&self, len: usize) -> Result<()> {
        if len > self.window.budgets.len_of(Limit::Line) {
            let hint = "each row is an object of its own, on a line or in one array; a quote that is never closed may \
                        run on, too";
            return Err(self.window.too_long(self.offset, self.line, hint));
        }
        Ok(())
    }

    fn misplaced(&self, expected: &str) -> Error {
        let shown = String::from_utf8_lossy(&self.window.rest()[..self.window.rest().len().min(20)]).into_owned();
        Error::input("the JSON array is damaged")
            .in_file(&self.window.name)
            .at_line(self.window.line)
            .expected(expected)
            .found(format!("'{shown}'"))
    }

    fn unclosed(&self) -> Error {
        Error::input("the JSON array is never closed")
            .in_file(&self.window.name)
            .at_line(self.window.line)
            .expected("']'")
            .found("the end")
            .hint("the file is truncated: copy or write it again")
    }
}

/// The length of the value that `text` begins with; `None` when the text ends before. A scalar ends before a blank, a
/// comma or a bracket.
pub(super) fn value_end(text: &[u8]) -> Option<usize> {
    let first = text.first()?;
    if !matches!(first, b'{' | b'[' | b'"') {
        let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b'{' | b'[' | b']' | b'}');
        return text[1..].iter().position(ends).map(|at| at + 1);
    }
    let (mut depth, mut at) = (0usize, 0);
    loop {
        match text.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => at = string_end(text, at)?,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The place of the quote that closes the string which the one at `open` opens.
fn string_end(text: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += text.get(at..)?.iter().position(|&byte| byte == b'"' || byte == b'\\')?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}
