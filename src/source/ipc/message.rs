//! Messages one after another, from a file at positions or from a pipe: a length, what it is, and its body.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use super::body::{Body, Section};
use super::fault::{Decoded, Fault, damaged};
use super::{MAGIC, TAIL_BYTES, most_held};
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::{SharedReader, read_full};

/// Where messages come from, and how much they may ask for. What a message says of itself is a header: the schema of
/// 10,000 columns takes 2 MB.
pub(super) struct Feed {
    pub source: Origin,
    pub budgets: Budgets,
}

/// Where messages come from.
pub(super) enum Origin {
    /// A file, and the position of the next message.
    File { file: Arc<Mutex<File>>, len_bytes: u64, at: u64 },
    /// A pipe; of a file the end can be held against what was read.
    Pipe { stream: Box<dyn Read + Send>, is_file: bool },
}

/// Reads the length of a message: `None` at the end of the stream.
fn length(stream: &mut dyn Read, budgets: &Budgets) -> Decoded<Option<(u64, u64)>> {
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
        length @ 1.. => {
            let length = u64::from(length.unsigned_abs());
            budgets.check(Limit::Header, length, "the head of a message is too long")?;
            Ok(Some((prefix, length)))
        }
        _ => Err(damaged("a message of an impossible length")),
    }
}

/// The next message and how many bytes it takes with its length, without its body; `None` at the end.
pub(super) fn read(stream: &mut dyn Read, budgets: &Budgets) -> Decoded<Option<(Vec<u8>, u64)>> {
    let Some((prefix, len)) = length(stream, budgets)? else { return Ok(None) };
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
        let budgets = &self.budgets;
        match &mut self.source {
            Origin::Pipe { stream, .. } => Ok(read(stream, budgets)?.map(|(bytes, _)| bytes)),
            Origin::File { file, len_bytes, at } => {
                if *at >= *len_bytes {
                    return Ok(None);
                }
                let mut stream = SharedReader::at(Arc::clone(file), *at).take(*len_bytes - *at);
                let Some((bytes, taken)) = read(&mut stream, budgets)? else { return Ok(None) };
                *at += taken;
                Ok(Some(bytes))
            }
        }
    }

    /// The body of the message that was just read, of which only some buffers (ascending) will be looked at.
    pub fn body(&mut self, len: u64, wanted: &[Section]) -> Decoded<Body> {
        let budgets = self.budgets;
        match &mut self.source {
            Origin::File { file, at, .. } => {
                let (file, start) = (Arc::clone(file), *at);
                self.pass(len)?;
                Ok(Body::of_file(file, start, budgets))
            }
            Origin::Pipe { stream, .. } => {
                let sum = wanted.iter().fold(0u64, |sum, extent| sum.saturating_add(extent.1));
                let most = most_held(&budgets);
                if sum > most {
                    return Err(Fault::BatchTooLarge(sum, most));
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
                Ok(Body::held(held, budgets))
            }
        }
    }

    /// The whole body, as memory.
    pub fn whole_body(&mut self, len: u64, what: &'static str) -> Decoded<arrow::buffer::Buffer> {
        let most = self.budgets.of(Limit::Page);
        if len > most {
            return Err(Fault::TooLarge(what, len, most));
        }
        let mut bytes = Vec::new();
        match &mut self.source {
            Origin::Pipe { stream, .. } => stream.take(len).read_to_end(&mut bytes)?,
            Origin::File { file, at, .. } => {
                SharedReader::at(Arc::clone(file), *at).take(len).read_to_end(&mut bytes)?
            }
        };
        if let Origin::File { .. } = self.source {
            self.pass(len)?;
        }
        if (bytes.len() as u64) < len {
            return Err(damaged("it ends within a batch"));
        }
        Ok(bytes.into())
    }

    /// Holds the footer of a file that came by a pipe against the number of batches that came.
    pub fn finish(&mut self, batches: usize) -> Decoded<()> {
        let most = self.budgets.of(Limit::Header).saturating_add(TAIL_BYTES);
        let Origin::Pipe { stream, is_file: true } = &mut self.source else { return Ok(()) };
        let mut rest = Vec::new();
        stream.take(most).read_to_end(&mut rest)?;
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
        match &mut self.source {
            Origin::Pipe { stream, .. } => skip(stream, len),
            Origin::File { len_bytes, at, .. } => {
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
