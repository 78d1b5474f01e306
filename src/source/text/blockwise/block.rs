//! Cuts a stream of text into blocks that end behind whole records, so that each can be read on its own.
//!
//! Owns the bytes and their place; where records end is the format's ([`Ends`]).

use std::io::{ErrorKind, Read};

use crate::error::{Error, Result};
use crate::source::bytes::{Stored, cannot_read};

/// Where a format's records end.
pub(in crate::source) trait Ends {
    /// How many bytes at the start of `text` hold nothing but whole records, each with its line end; 0 where none ends.
    /// (`in_comment`: the text begins within a comment.)
    fn whole_len(&self, text: &[u8], in_comment: bool) -> usize;

    /// How many bytes at the start of `text` come before its first record, and whether a comment is open behind them.
    fn lead(&self, text: &[u8], in_comment: bool) -> (usize, bool);
}

/// A text that ends behind a record, or within none.
pub(in crate::source) struct Block {
    buffer: Vec<u8>,
    len: usize,
    /// Bytes of the stream before it.
    pub offset: u64,
    /// Whether the byte before it is a carriage return, to whose line end a line feed would belong.
    pub after_return: bool,
    /// Whether it begins within a comment.
    pub in_comment: bool,
    /// Stored bytes that were taken for it and all before it.
    pub stored_bytes: u64,
}

impl Block {
    /// Its bytes.
    pub fn text(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// The memory, for another one.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}

/// How blocks are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Size {
    /// Bytes of a block, more where a record is longer.
    pub block_bytes: usize,
    /// Whether a block is handed over as soon as a record has come, as of a pipe that may go on slowly.
    pub is_eager: bool,
    /// Bytes of a record beyond which it is refused.
    pub record_bytes: usize,
}

/// The blocks of a stream, one after another.
pub(in crate::source) struct Blocks<R, E> {
    name: String,
    stream: R,
    ends: E,
    size: Size,
    stored: Stored,
    /// The open record behind the last block.
    carried: Vec<u8>,
    start: u64,
    offset: u64,
    after_return: bool,
    in_comment: bool,
    is_at_end: bool,
    /// What comes behind the records before it.
    failure: Option<Error>,
}

impl<R: Read, E: Ends> Blocks<R, E> {
    /// The blocks of a stream whose first byte lies at `start`.
    pub fn new(name: &str, (stream, stored): (R, Stored), ends: E, size: Size, start: u64) -> Self {
        Self {
            name: name.into(),
            stream,
            ends,
            size,
            stored,
            carried: Vec::new(),
            start,
            offset: start,
            after_return: false,
            in_comment: false,
            is_at_end: false,
            failure: None,
        }
    }

    /// The next block, in the memory of another one; `None` at the end. The last one may end within a record, and one with a
    /// record that is too long ends there.
    ///
    /// # Errors
    /// When the stream cannot be read, behind all blocks of whole records before that.
    pub fn next(&mut self, mut buffer: Vec<u8>) -> Result<Option<Block>> {
        let wanted = self.size.block_bytes.max(self.carried.len() + 1);
        if buffer.len() < wanted {
            buffer.resize(wanted, 0);
        }
        let mut len = self.carried.len();
        buffer[..len].copy_from_slice(&self.carried);
        self.carried.clear();
        loop {
            self.fill(&mut buffer, &mut len);
            let text = &buffer[..len];
            if self.is_at_end {
                return Ok((len > 0).then(|| self.block(buffer, len, len, false)));
            }
            let whole = self.ends.whole_len(text, self.in_comment);
            if whole > 0 {
                return Ok(Some(self.block(buffer, len, whole, false)));
            }
            let (lead, in_comment) = self.ends.lead(text, self.in_comment);
            if lead > 0 {
                return Ok(Some(self.block(buffer, len, lead, in_comment)));
            }
            if len > self.size.record_bytes {
                self.is_at_end = true;
                return Ok(Some(self.block(buffer, len, len, false)));
            }
            if let Some(failure) = self.failure.take() {
                self.is_at_end = true;
                return Err(failure);
            }
            // An open record is looked at again from its start, so the room doubles while it stays open; one byte more than
            // it may have is enough to refuse it.
            if len == buffer.len() {
                buffer.resize((2 * len).min(self.size.record_bytes.saturating_add(1)).max(len + 1), 0);
            }
        }
    }

    /// Bytes of the input before what is not yet in a block.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads until the buffer is full; where blocks are handed over early, until a line end has come.
    fn fill(&mut self, buffer: &mut [u8], len: &mut usize) {
        while *len < buffer.len() && !self.is_at_end && self.failure.is_none() {
            match self.stream.read(&mut buffer[*len..]) {
                Ok(0) => self.is_at_end = true,
                Ok(got) => {
                    let came = *len..*len + got;
                    *len = came.end;
                    if self.size.is_eager && memchr::memchr2(b'\n', b'\r', &buffer[came]).is_some() {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.failure = Some(cannot_read(error, &self.name)),
            }
        }
    }

    /// The first `whole` of `len` bytes as a block; the others are carried over.
    fn block(&mut self, buffer: Vec<u8>, len: usize, whole: usize, in_comment: bool) -> Block {
        self.carried.extend_from_slice(&buffer[whole..len]);
        let (offset, after_return) = (self.offset, self.after_return);
        let was_in_comment = std::mem::replace(&mut self.in_comment, in_comment);
        self.offset += whole as u64;
        self.after_return = buffer[whole - 1] == b'\r';
        let stored_bytes = self.stored.len_bytes(self.offset - self.start);
        Block { buffer, len: whole, offset, after_return, in_comment: was_in_comment, stored_bytes }
    }
}
