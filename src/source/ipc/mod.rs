//! Apache Arrow IPC: files, read at positions, and streams, from files and pipes.
//!
//! A batch may be of any size: the buffers of the chosen columns are read forward, a run of rows at a time, compressed
//! ones through streaming decoders, and the rest of the file is not touched. Of a pipe the chosen columns of one batch are
//! held, as they come. No length is believed before it is held against the file or a budget, and a panic of the decoder is
//! an error of the input.

mod body;
mod fault;
mod layout;
mod leaf;
mod message;
mod parallel;
mod reader;

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Mutex};

use arrow::datatypes::{Schema, SchemaRef};

use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::arrays::places::{self, Place};
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::{Bytes, RegularFile, SharedReader};
use crate::source::raw::wrong_span;
use crate::source::strided::unreadable;
use crate::source::{Field, Input, Reader, Request, Span};
use fault::{Decoded, Fault, damaged, guarded};
use leaf::Dictionaries;
use message::{Feed, Origin, parse};
use parallel::Parallel;
use reader::{IpcReader, read_dictionary, wanted_dictionaries};

/// The most that is held of one batch of a pipe: its chosen columns, as many as four pages.
fn most_held(budgets: &Budgets) -> u64 {
    budgets.of(Limit::Page).saturating_mul(4)
}

/// Bytes of the texts of one chunk: a page, as far as offsets of 32 bits reach.
fn most_text_bytes(budgets: &Budgets) -> u64 {
    budgets.of(Limit::Page).min(i32::MAX as u64)
}

/// Files of more batches than this do not tell their number of rows before they are read.
const MOST_COUNTED_BATCHES: usize = 4096;

/// The first bytes of an Arrow file; two more pad them.
pub(super) const MAGIC: &[u8] = b"ARROW1";
const PADDED_MAGIC_BYTES: u64 = 8;

/// The footer's length and the magic, at the end of a file.
const TAIL_BYTES: u64 = 10;

/// True for the beginning of a stream: a message that is not too long, and holds the position of its root.
pub(super) fn is_stream(head: &[u8]) -> bool {
    let number = |at: usize| Some(u32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let length = number(4).filter(|length| (8..=64 << 20).contains(length) && length % 8 == 0);
    number(0) == Some(u32::MAX) && length.zip(number(8)).is_some_and(|(length, root)| root >= 4 && root < length)
}

/// Where a message of a file lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    start: u64,
    head_bytes: u64,
    body_bytes: u64,
}

impl Block {
    fn new(block: &arrow::ipc::Block, len_bytes: u64) -> Decoded<Self> {
        let number = |number: i64| u64::try_from(number).map_err(|_| damaged("a batch at a negative place"));
        let (start, head) = (number(block.offset())?, number(i64::from(block.metaDataLength()))?);
        let body = number(block.bodyLength())?;
        if start.checked_add(head).and_then(|end| end.checked_add(body)).is_none_or(|end| end > len_bytes) {
            return Err(damaged("a batch that lies beyond the end of the file"));
        }
        Ok(Self { start, head_bytes: head, body_bytes: body })
    }
}

impl Feed {
    /// Goes to a message of a file.
    fn go_to(&mut self, block: &Block) -> Decoded<()> {
        match &mut self.source {
            Origin::File { at, .. } => *at = block.start,
            Origin::Pipe { .. } => return Err(damaged("a pipe has no places")),
        }
        Ok(())
    }

    /// Goes to the body of a message of a file, and says how long it is.
    fn go_to_body(&mut self, block: &Block) -> Decoded<u64> {
        if let Origin::File { at, .. } = &mut self.source {
            *at = block.start + block.head_bytes;
        }
        Ok(block.body_bytes)
    }
}

/// An Arrow file or stream.
#[derive(Debug)]
pub struct Ipc {
    bytes: Bytes,
    schema: SchemaRef,
    fields: Vec<Field>,
    places: Vec<Place>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// With a footer that says where its batches are.
    File { dictionaries: Vec<Block>, batches: Vec<Block>, rows: Option<u64> },
    /// Messages from an offset on, behind the schema; perhaps those of a file, and its footer.
    Stream { start: u64, is_file: bool },
}

impl Ipc {
    /// Reads the footer of a file, or the schema of a stream. A file that comes by a pipe is read as a stream: its batches
    /// lie in it in the same form.
    ///
    /// # Errors
    /// When there is none, or it contradicts itself or the size of the file.
    pub fn open(bytes: Bytes) -> Result<Self> {
        let (name, budgets) = (bytes.name().to_owned(), *bytes.budgets());
        let is_file = bytes.head(MAGIC.len())?.starts_with(MAGIC);
        let (schema, kind) = match &bytes {
            Bytes::File(file) if is_file => {
                let mut feed = file_feed(file)?;
                guarded(&name, || footer(&mut feed))?
            }
            bytes => {
                let start = if is_file {
                    guarded(&name, || first_message(&bytes.head(64 + 4).unwrap_or_default()))?
                } else {
                    0
                };
                let prefix = bytes.head(start as usize + 8)?;
                let number = |at: usize| prefix.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
                // Before 0.15 there was the length alone.
                let length = number(start as usize).filter(|length| *length != u32::MAX);
                let len = length.or_else(|| number(start as usize + 4)).unwrap_or(0);
                let len = u64::from(len).min(budgets.of(Limit::Header)) + start + 8;
                let head = bytes.head(len as usize)?;
                let (schema, taken) =
                    guarded(&name, || stream_schema(head.get(start as usize..).unwrap_or(&[]), &budgets))?;
                (schema, Kind::Stream { start: start + taken, is_file })
            }
        };
        let columns = places::columns(&schema, &budgets).map_err(|error| error.in_file(&name))?;
        let (fields, places) = columns.into_iter().unzip();
        Ok(Self { bytes, schema: Arc::new(schema), fields, places, kind })
    }

    /// True for a file of several batches of which none is large.
    fn has_small_batches(&self) -> bool {
        let Kind::File { batches, .. } = &self.kind else { return false };
        batches.len() > 1 && batches.iter().all(|block| block.body_bytes <= parallel::MOST_BATCH_BYTES)
    }

    fn feed(&self) -> Result<Feed> {
        match (&self.bytes, &self.kind) {
            (Bytes::File(file), Kind::File { .. }) => file_feed(file),
            (Bytes::File(file), Kind::Stream { start, .. }) => {
                let mut feed = file_feed(file)?;
                if let Origin::File { at, .. } = &mut feed.source {
                    *at = *start;
                }
                Ok(feed)
            }
            // Pipes, and what is unpacked on the way.
            (bytes, Kind::Stream { start, is_file }) => {
                let source = Origin::Pipe { stream: bytes.reader_at(*start)?, is_file: *is_file };
                Ok(Feed { source, budgets: *bytes.budgets() })
            }
            (_, Kind::File { .. }) => Err(Error::input("a pipe has no footer").in_file(self.name())),
        }
    }
}

fn file_feed(file: &RegularFile) -> Result<Feed> {
    let handle = Arc::new(Mutex::new(file.handle()?));
    Ok(Feed { source: Origin::File { file: handle, len_bytes: file.len_bytes(), at: 0 }, budgets: *file.budgets() })
}

fn arrow_schema(schema: arrow::ipc::Schema<'_>) -> Decoded<Schema> {
    if schema.endianness() != arrow::ipc::Endianness::Little {
        return Err(Fault::BigEndian);
    }
    Ok(arrow::ipc::convert::fb_to_schema(schema))
}

/// Where the first message of a file lies that comes by a pipe: behind the magic and what pads it.
fn first_message(head: &[u8]) -> Decoded<u64> {
    let at = (8..=64).step_by(8).find(|at| head.get(*at..at + 4).is_some_and(|word| word != [0; 4]));
    match at.filter(|at| head[*at..at + 4] == [0xff; 4]) {
        Some(at) => Ok(at as u64),
        // Polars, for one, writes a schema there that is no message.
        None => Err(Fault::Unsupported("this file does not begin with its schema, so that a pipe is not enough")),
    }
}

/// The schema of a stream, and how many bytes it takes.
fn stream_schema(mut head: &[u8], budgets: &Budgets) -> Decoded<(Schema, u64)> {
    let (bytes, taken) = message::read(&mut head, budgets)?.ok_or_else(|| damaged("it holds no schema"))?;
    let message = parse(&bytes)?;
    let schema = message.header_as_schema().ok_or_else(|| damaged("it does not begin with a schema"))?;
    Ok((arrow_schema(schema)?, taken))
}

/// The schema and the places of a file.
fn footer(feed: &mut Feed) -> Decoded<(Schema, Kind)> {
    let Origin::File { file, len_bytes, .. } = &feed.source else { return Err(damaged("no file")) };
    let (file, file_bytes) = (Arc::clone(file), *len_bytes);
    let end = file_bytes.checked_sub(TAIL_BYTES).ok_or_else(|| damaged("it has no footer"))?;
    let mut tail = [0; TAIL_BYTES as usize];
    SharedReader::at(Arc::clone(&file), end).read_exact(&mut tail)?;
    let (length, magic) = tail.split_at(4);
    if magic != MAGIC {
        return Err(damaged("it has no footer"));
    }
    let length = u64::from(length.try_into().map_or(0, u32::from_le_bytes));
    let start = end.checked_sub(length).filter(|start| *start >= PADDED_MAGIC_BYTES);
    let start = start.ok_or_else(|| damaged("a footer of an impossible length"))?;
    feed.budgets.check(Limit::Header, length, &format!("the footer at byte {start} is too long"))?;
    let mut bytes = vec![0; length as usize];
    SharedReader::at(file, start).read_exact(&mut bytes)?;
    let footer = arrow::ipc::root_as_footer(&bytes)
        .map_err(|error| damaged(format!("a footer that cannot be read: {error}")))?;
    let schema = arrow_schema(footer.schema().ok_or_else(|| damaged("a footer without a schema"))?)?;
    let blocks = |blocks: Option<_>| {
        let blocks: Option<Vec<arrow::ipc::Block>> = blocks;
        blocks.unwrap_or_default().iter().map(|block| Block::new(block, file_bytes)).collect::<Decoded<Vec<_>>>()
    };
    let dictionaries = blocks(footer.dictionaries().map(|blocks| blocks.iter().copied().collect()))?;
    let batches = blocks(footer.recordBatches().map(|blocks| blocks.iter().copied().collect()))?;
    let rows = if batches.len() <= MOST_COUNTED_BATCHES { Some(count(feed, &batches)?) } else { None };
    Ok((schema, Kind::File { dictionaries, batches, rows }))
}

/// The number of rows of some batches, as they tell it.
fn count(feed: &mut Feed, batches: &[Block]) -> Decoded<u64> {
    let mut sum = 0u64;
    for block in batches {
        feed.go_to(block)?;
        let bytes = feed.message()?.ok_or_else(|| damaged("a batch that is not there"))?;
        let batch = parse(&bytes)?;
        let batch = batch.header_as_record_batch().ok_or_else(|| damaged("a batch that is none"))?;
        let rows = u64::try_from(batch.length()).ok();
        sum = rows.and_then(|rows| sum.checked_add(rows)).ok_or_else(|| damaged("an impossible number of rows"))?;
    }
    Ok(sum)
}

impl Input for Ipc {
    fn name(&self) -> &str {
        self.bytes.name()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        match self.kind {
            Kind::File { rows, .. } => rows,
            Kind::Stream { .. } => None,
        }
    }

    fn len_bytes(&self) -> Option<u64> {
        self.bytes.len_bytes()
    }

    fn extent(&self, _column: usize, _positive: bool) -> Option<Extent> {
        None
    }

    fn can_reread(&self) -> bool {
        self.bytes.can_reread()
    }

    /// The rows of a job, and the buffers that they come from.
    fn decoding_bytes(&self) -> u64 {
        if self.has_small_batches() { 2 * parallel::MOST_BATCH_BYTES.min(self.len_bytes().unwrap_or(0)) } else { 0 }
    }

    /// The chosen columns of one batch, however small batches are: only their own turn tells.
    fn held_bytes(&self) -> u64 {
        if matches!(self.bytes, Bytes::File(_)) { 0 } else { most_held(self.bytes.budgets()) }
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        if request.span != Span::All {
            return Err(wrong_span(self.name(), &request.span, self.rows()));
        }
        let mut places: Vec<Place> = Vec::new();
        let mut order = Vec::new();
        for &column in &request.columns {
            let place = match (self.fields.get(column), self.places.get(column)) {
                (Some(field), Some(place)) if field.readable => *place,
                (Some(field), _) => return Err(unreadable(field, column).in_file(self.name())),
                _ => return Err(Error::usage(format!("there is no column {column}")).in_file(self.name())),
            };
            order.push(places.iter().position(|other| *other == place).unwrap_or_else(|| {
                places.push(place);
                places.len() - 1
            }));
        }
        let mut feed = self.feed()?;
        let mut known = Dictionaries::new();
        let mut blocks = None;
        if let Kind::File { dictionaries, batches, .. } = &self.kind {
            let wanted = wanted_dictionaries(&self.schema, &places);
            guarded(self.name(), || {
                for block in dictionaries.iter().filter(|_| !wanted.is_empty()) {
                    feed.go_to(block)?;
                    let bytes = feed.message()?.ok_or_else(|| damaged("a dictionary that is not there"))?;
                    let body_len = feed.go_to_body(block)?;
                    read_dictionary(&mut feed, &parse(&bytes)?, body_len, &self.schema, &wanted, &mut known)?;
                }
                Ok(())
            })?;
            blocks = Some(batches.iter().copied().collect::<VecDeque<Block>>());
        }
        let (name, schema) = (self.name().to_owned(), Arc::clone(&self.schema));
        let chunk_rows = request.chunk_rows.max(1);
        let open = move |feed, blocks| IpcReader {
            name: name.clone(),
            feed,
            blocks,
            schema: Arc::clone(&schema),
            places: places.clone(),
            order: order.clone(),
            chunk_rows,
            input,
            dictionaries: known.clone(),
            batch: None,
            batches: 0,
            row: 0,
            bytes_read: 0,
        };
        match (&self.bytes, blocks) {
            (Bytes::File(file), Some(blocks)) if request.threads > 1 && self.has_small_batches() => {
                let file = file.clone();
                let open = move |blocks| Ok(open(file_feed(&file)?, Some(blocks)));
                Ok(Box::new(Parallel::new(request.threads, input, blocks, open)?))
            }
            (_, blocks) => Ok(Box::new(open(feed, blocks))),
        }
    }
}

#[cfg(test)]
mod tests;
