//! Batches one after another, and the rows of each.

use std::collections::VecDeque;

use arrow::datatypes::SchemaRef;
use arrow::ipc::MessageHeader;

use super::Block;
use super::fault::{Decoded, Fault, damaged, guarded};
use super::layout::{self, ColumnPlan};
use super::leaf::{Dictionaries, Leaf};
use super::message::{Feed, parse};
use crate::data::chunk::{Chunk, Origin, Position};
use crate::error::Result;
use crate::source::Reader;
use crate::source::arrays::places::Place;
use crate::source::budget::Limit;

/// Rows of a chunk at most where a column is text: each is copied out.
const TEXT_ROWS: usize = 8192;

/// A reader of Arrow data.
pub(super) struct IpcReader {
    pub name: String,
    pub feed: Feed,
    /// Where the batches of a file lie; `None` for a stream.
    pub blocks: Option<VecDeque<Block>>,
    pub schema: SchemaRef,
    /// The chosen columns, each once.
    pub places: Vec<Place>,
    /// For each column that was asked for, its number among `places`.
    pub order: Vec<usize>,
    pub chunk_rows: usize,
    pub input: usize,
    pub dictionaries: Dictionaries,
    pub batch: Option<Batch>,
    /// How many have been opened.
    pub batches: usize,
    pub row: u64,
    pub bytes_read: u64,
}

/// A batch that is being read.
pub(super) struct Batch {
    rows_left: u64,
    has_text: bool,
    leaves: Vec<Leaf>,
}

impl IpcReader {
    /// Opens the next batch; false at the end.
    fn next_batch(&mut self) -> Decoded<bool> {
        loop {
            let mut body_len = None;
            if let Some(blocks) = &mut self.blocks {
                let Some(block) = blocks.pop_front() else { return Ok(false) };
                self.feed.go_to(&block)?;
                body_len = Some(block);
            }
            let Some(bytes) = self.feed.message()? else {
                if body_len.is_some() {
                    return Err(damaged("a batch that is not there"));
                }
                self.feed.finish(self.batches)?;
                return Ok(false);
            };
            let message = parse(&bytes)?;
            let len = match &body_len {
                Some(block) => self.feed.go_to_body(block)?,
                None => u64::try_from(message.bodyLength()).map_err(|_| damaged("a message of a negative length"))?,
            };
            match message.header_type() {
                MessageHeader::RecordBatch => {
                    let batch = message.header_as_record_batch().ok_or_else(|| damaged("a batch that is none"))?;
                    let plan = layout::plan(&batch, message.version(), len, &self.schema, &self.places)?;
                    let wanted = plan.buffers();
                    let body = self.feed.body(len, &wanted)?;
                    self.bytes_read += wanted.iter().map(|extent| extent.1).sum::<u64>();
                    let open = |column: &ColumnPlan| Leaf::open(column, &body, plan.codec, &self.dictionaries);
                    let leaves = plan.columns.iter().map(open).collect::<Decoded<Vec<Leaf>>>()?;
                    let has_text = leaves.iter().any(Leaf::is_text);
                    self.batches += 1;
                    self.batch = Some(Batch { rows_left: plan.rows, has_text, leaves });
                    return Ok(true);
                }
                MessageHeader::DictionaryBatch if self.blocks.is_none() => {
                    let wanted = wanted_dictionaries(&self.schema, &self.places);
                    read_dictionary(&mut self.feed, &message, len, &self.schema, &wanted, &mut self.dictionaries)?;
                }
                MessageHeader::Schema => return Err(damaged("a second schema")),
                MessageHeader::Tensor | MessageHeader::SparseTensor => {
                    return Err(Fault::Unsupported("it holds a tensor"));
                }
                _ => return Err(damaged("a message of an unknown kind")),
            }
        }
    }

    fn next_chunk(&mut self) -> Decoded<Option<(usize, Vec<crate::data::chunk::Column<'static>>)>> {
        loop {
            let Some(batch) = self.batch.as_mut().filter(|batch| batch.rows_left > 0) else {
                self.batch = None;
                if !self.next_batch()? {
                    return Ok(None);
                }
                continue;
            };
            let most = self.chunk_rows.min(if batch.has_text { TEXT_ROWS } else { usize::MAX });
            let mut rows = usize::try_from(batch.rows_left).unwrap_or(usize::MAX).min(most);
            for leaf in &mut batch.leaves {
                rows = leaf.fitting(rows)?;
            }
            let columns = batch.leaves.iter_mut().map(|leaf| leaf.take(rows)).collect::<Decoded<Vec<_>>>()?;
            batch.rows_left -= rows as u64;
            return Ok(Some((rows, columns)));
        }
    }
}

impl Reader for IpcReader {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        let name = self.name.clone();
        let Some((rows, columns)) = guarded(&name, || self.next_chunk())? else { return Ok(None) };
        let origin = Origin { input: self.input, first_row: self.row, position: Position::Row(self.row) };
        self.row += rows as u64;
        // A column that was asked for twice is shared.
        let mut columns: Vec<Option<_>> = columns.into_iter().map(Some).collect();
        let mut chosen = Vec::with_capacity(self.order.len());
        for (at, &number) in self.order.iter().enumerate() {
            let is_last = !self.order[at + 1..].contains(&number);
            let column = columns.get_mut(number);
            let column = column.and_then(|column| if is_last { column.take() } else { column.as_mut().map(copied) });
            chosen.extend(column);
        }
        Chunk::new(origin, rows, chosen).map(Some)
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read
    }
}

/// A second column of the same values; the first one is changed to share its memory with it.
fn copied(column: &mut crate::data::chunk::Column<'static>) -> crate::data::chunk::Column<'static> {
    use crate::data::chunk::{Column, Data, Values};
    use std::sync::Arc;
    fn twice<T: Clone + Send + Sync + 'static>(values: &Values<'static, T>) -> Values<'static, T> {
        match values {
            Values::Shared(values) => Values::Shared(Arc::clone(values)),
            values => Values::Owned(values.to_vec()),
        }
    }
    let data = match &column.data {
        Data::F64(values) => Data::F64(twice(values)),
        Data::F32(values) => Data::F32(twice(values)),
        Data::I64(values) => Data::I64(twice(values)),
        Data::U64(values) => Data::U64(twice(values)),
        Data::Dict { keys, names } => Data::Dict { keys: twice(keys), names: Arc::clone(names) },
    };
    let validity = column.validity.as_ref().map(twice);
    Column { data, validity, logical: column.logical.clone(), unparsed: column.unparsed.clone() }
}

/// The numbers of the dictionaries that some columns need.
pub(super) fn wanted_dictionaries(schema: &arrow::datatypes::Schema, places: &[Place]) -> Vec<i64> {
    places.iter().filter_map(|place| layout::dictionary_of(schema, *place)).collect()
}

/// Takes a dictionary in, or passes over it: a new one, a replacement, or more entries.
pub(super) fn read_dictionary(
    feed: &mut Feed,
    message: &arrow::ipc::Message<'_>,
    body_len: u64,
    schema: &arrow::datatypes::Schema,
    wanted: &[i64],
    dictionaries: &mut Dictionaries,
) -> Decoded<()> {
    let batch = message.header_as_dictionary_batch().ok_or_else(|| damaged("a dictionary that is none"))?;
    if !wanted.contains(&batch.id()) {
        return feed.pass(body_len);
    }
    let data = batch.data().ok_or_else(|| damaged("a dictionary without entries"))?;
    let body = feed.whole_body(body_len, "a dictionary")?;
    let mut sum = body_len;
    if layout::codec(&data)? != super::body::Codec::Plain {
        // The decoder believes what compressed buffers say of their length.
        for buffer in data.buffers().iter().flatten().filter(|buffer| buffer.length() != 0) {
            let start = usize::try_from(buffer.offset()).ok();
            let prefix = start.and_then(|start| body.get(start..start.checked_add(8)?)?.try_into().ok());
            let len = i64::from_le_bytes(prefix.ok_or_else(|| damaged("a buffer that lies beyond its message"))?);
            sum = sum.saturating_add(u64::try_from(len).unwrap_or(0));
        }
    }
    let most = feed.budgets.of(Limit::Page);
    if sum > most {
        return Err(Fault::TooLarge("a dictionary", sum, most));
    }
    arrow::ipc::reader::read_dictionary(&body, batch, schema, dictionaries, &message.version())?;
    let bytes = dictionaries.get(&batch.id()).map_or(0, |entries| entries.get_buffer_memory_size()) as u64;
    if bytes > 2 * most {
        return Err(Fault::TooLarge("a dictionary", bytes, 2 * most));
    }
    Ok(())
}
