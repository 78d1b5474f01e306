//! Messages one after another, from a file at positions or from a pipe: a length, what it is, and its body.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use super::body::{Body, Section};
use super::fault::{Decoded, Fault, damaged};
use super::{MAGIC, MOST_HELD_BYTES, TAIL_BYTES};
use crate::source::bytes::{SharedReader, read_full};

/// What a message says of itself is at most this long; a schema of 10,000 columns takes 2 MB.
pub(super) const MOST_HEAD_BYTES: u64 = 64 << 20;

/// Where messages come from.
pub(super) enum Feed {
    /// A file, and the position of the next message.
    File { file: Arc<Mutex<File>>, len_bytes: u64, at: u64 },
    /// A pipe; of a file the end can be held against what was read.
    Pipe { stream: Box<dyn Read + Send>, is_file: bool },
}

/// Reads the length of a message: `None` at the end of the stream.
fn length(stream: &mut dyn Read) -> Decoded<Option<(u64, u64)>> {
    let mut bytes = [0; 4];
    match read_full(stream, &mut bytes)? {
        // A stream may just end.
        0 => return Ok(None),
        4 => {}
        _ => return Err(damaged("it ends within a message")),
    }
    // Before 0.15 there was the length alone.
    let mut prefix = 4;
    if bytes == [0xff; 4] {
        stream.read_exact(&mut bytes)?;
        prefix = 8;
    }
    match i32::from_le_bytes(bytes) {
        0 => Ok(None),
        length @ 1.. if u64::from(length.unsigned_abs()) <= MOST_HEAD_BYTES => {
            Ok(Some((prefix, u64::from(length.unsigned_abs()))))
        }
        _ => Err(damaged("a message of an impossible length")),
    }
}

/// The next message and how many bytes it takes with its length, without its body; `None` at the end.
pub(super) fn read(stream: &mut dyn Read) -> Decoded<Option<(Vec<u8>, u64)>> {
    let Some((prefix, len)) = length(stream)? else { return Ok(None) };
    let mut bytes = Vec::new();
    // The memory grows with what comes, not with what is promised.
    stream.take(len).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < len {
        return Err(damaged("it ends within a message"));
    }
    Ok(Some((bytes, prefix + len)))
}

/// What a message is; the bytes are checked.
pub(super) fn parse(bytes: &[u8]) -> Decoded<arrow::ipc::Message<'_>> {
    arrow::ipc::root_as_message(bytes).map_err(|error| damaged(format!("a message that cannot be read: {error}")))
}

impl Feed {
    /// The next message.
    pub fn message(&mut self) -> Decoded<Option<Vec<u8>>> {
        match self {
            Self::Pipe { stream, .. } => Ok(read(stream)?.map(|(bytes, _)| bytes)),
            Self::File { file, len_bytes, at } => {
                if *at >= *len_bytes {
                    return Ok(None);
                }
                let mut stream = SharedReader::at(Arc::clone(file), *at).take(*len_bytes - *at);
                let Some((bytes, taken)) = read(&mut stream)? else { return Ok(None) };
                *at += taken;
                Ok(Some(bytes))
            }
        }
    }

    /// The body of the message that was just read, of which only some buffers (ascending) will be looked at.
    pub fn body(&mut self, len: u64, wanted: &[Section]) -> Decoded<Body> {
        match self {
            Self::File { file, at, .. } => {
                let (file, start) = (Arc::clone(file), *at);
                self.pass(len)?;
                Ok(Body::File { file, start })
            }
            Self::Pipe { stream, .. } => {
                let sum = wanted.iter().fold(0u64, |sum, extent| sum.saturating_add(extent.1));
                if sum > MOST_HELD_BYTES {
                    return Err(Fault::TooLarge("the chosen columns of a record batch", sum, MOST_HELD_BYTES));
                }
                let (mut held, mut at) = (Vec::new(), 0);
                for &(offset, size) in wanted {
                    // Buffers share no bytes but in files that were made to harm.
                    let gap = offset.checked_sub(at).ok_or_else(|| damaged("buffers that lie upon each other"))?;
                    skip(stream, gap)?;
                    let mut bytes = Vec::new();
                    stream.take(size).read_to_end(&mut bytes)?;
                    if (bytes.len() as u64) < size {
                        return Err(damaged("it ends within a batch"));
                    }
                    held.push(((offset, size), Arc::from(bytes)));
                    at = offset + size;
                }
                skip(stream, len - at)?;
                Ok(Body::Held(held))
            }
        }
    }

    /// The whole body, as memory.
    pub fn whole_body(&mut self, len: u64, what: &'static str) -> Decoded<arrow::buffer::Buffer> {
        if len > MOST_HELD_BYTES {
            return Err(Fault::TooLarge(what, len, MOST_HELD_BYTES));
        }
        let mut bytes = Vec::new();
        match self {
            Self::Pipe { stream, .. } => stream.take(len).read_to_end(&mut bytes)?,
            Self::File { file, at, .. } => SharedReader::at(Arc::clone(file), *at).take(len).read_to_end(&mut bytes)?,
        };
        if let Self::File { .. } = self {
            self.pass(len)?;
        }
        if (bytes.len() as u64) < len {
            return Err(damaged("it ends within a batch"));
        }
        Ok(bytes.into())
    }

    /// Holds the footer of a file that came by a pipe against the number of batches that came.
    pub fn finish(&mut self, batches: usize) -> Decoded<()> {
        let Self::Pipe { stream, is_file: true } = self else { return Ok(()) };
        let mut rest = Vec::new();
        stream.take(MOST_HEAD_BYTES + TAIL_BYTES).read_to_end(&mut rest)?;
        let cut = || damaged("it ends before its footer");
        let (rest, tail) = rest.split_last_chunk::<{ TAIL_BYTES as usize }>().ok_or_else(cut)?;
        let (length, magic) = tail.split_at(4);
        let length = length.try_into().map_or(0, u32::from_le_bytes) as usize;
        let start = rest.len().checked_sub(length).filter(|_| magic == MAGIC).ok_or_else(cut)?;
        let footer = arrow::ipc::root_as_footer(&rest[start..])
            .map_err(|error| damaged(format!("a footer that cannot be read: {error}")))?;
        if footer.recordBatches().map_or(0, |blocks| blocks.len()) != batches {
            return Err(damaged("its footer tells of another number of batches"));
        }
        Ok(())
    }

    /// Passes over the body of the message that was just read.
    pub fn pass(&mut self, len: u64) -> Decoded<()> {
        match self {
            Self::Pipe { stream, .. } => skip(stream, len),
            Self::File { len_bytes, at, .. } => {
                let end = at.checked_add(len).filter(|end| *end <= *len_bytes);
                *at = end.ok_or_else(|| damaged("a message that lies beyond the end of the file"))?;
                Ok(())
            }
        }
    }
}

fn skip(stream: &mut dyn Read, len: u64) -> Decoded<()> {
    if io::copy(&mut stream.take(len), &mut io::sink())? < len {
        return Err(damaged("it ends within a message"));
    }
    Ok(())
}
