//! A buffer that slides over a stream: the bytes not yet taken, their place, and room that grows with an open record.
//!
//! Knows no records; what it shows does not depend on the sizes in which the stream hands out its bytes.

use std::io::{ErrorKind, Read};

use crate::error::{Error, Result};
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::cannot_read;

/// Bytes taken from the stream at a time.
const BLOCK_BYTES: usize = 256 << 10;

/// The bytes `buffer[start..end]` of a stream.
pub(in crate::source) struct Window<R> {
    pub name: String,
    stream: R,
    /// How long a record may be, among others.
    pub budgets: Budgets,
    pub buffer: Vec<u8>,
    /// The first byte that is not yet taken.
    pub start: usize,
    pub end: usize,
    /// True when nothing comes behind `end`.
    pub at_end: bool,
    /// The place of `buffer[start]`: bytes before it, and its 1-based line.
    pub offset: u64,
    pub line: u64,
    /// The last byte taken was a carriage return; a line feed right behind it belongs to the same line end.
    after_return: bool,
}

impl<R: Read> Window<R> {
    /// Looks at a stream whose first byte lies at `offset` on the 1-based `line`.
    pub fn new(name: &str, stream: R, offset: u64, line: u64) -> Self {
        Self {
            name: name.into(),
            stream,
            budgets: Budgets::default(),
            buffer: vec![0; BLOCK_BYTES],
            start: 0,
            end: 0,
            at_end: false,
            offset,
            line,
            after_return: false,
        }
    }

    /// The bytes not yet taken that are in the buffer.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Takes `len` bytes that hold `lines` line ends within and no line end last.
    pub fn take(&mut self, len: usize, lines: u64) {
        self.start += len;
        self.offset += len as u64;
        self.line += lines;
        self.after_return &= len == 0;
    }

    /// Takes the next byte; counts it when it ends a line (LF, CRLF, or CR alone).
    pub fn take_byte(&mut self) {
        let byte = self.buffer[self.start];
        let ends_line = byte == b'\r' || (byte == b'\n' && !self.after_return);
        self.take(1, u64::from(ends_line));
        self.after_return = byte == b'\r';
    }

    /// Moves the bytes not yet taken to the front and reads behind them until a line end has come (or the buffer is
    /// full): a pipe that goes on slowly is not waited for longer than a record takes.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub fn refill(&mut self) -> Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        // An open record may be looked at again from its start, so the room doubles while it stays open; one byte more
        // than it may have is enough to refuse it.
        let most = self.budgets.len_of(Limit::Line).saturating_add(1);
        let want = (self.end * 2).min(most.max(self.end + 1)).max(BLOCK_BYTES);
        if self.buffer.len() < want {
            self.buffer.resize(want, 0);
        }
        while self.end < self.buffer.len() {
            match self.stream.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(got) => {
                    let came = self.end..self.end + got;
                    self.end = came.end;
                    if self.buffer[came].iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(cannot_read(error, &self.name)),
            }
        }
        Ok(())
    }

    /// The error for a record that begins at byte `offset` on `line` and is longer than it may be.
    pub fn too_long(&self, offset: u64, line: u64, hint: &str) -> Error {
        self.budgets
            .refusal(Limit::Line, None, &format!("the record at byte {offset} is too long"))
            .in_file(&self.name)
            .at_line(line)
            .hint(format!("{hint}; if it is meant to be so, raise {}", Limit::Line.flag()))
    }
}
