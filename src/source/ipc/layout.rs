//! Which nodes and buffers of a batch belong to which column: the order in which Arrow writes them down.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use arrow::datatypes::{DataType, Schema, UnionMode};
use arrow::ipc::{MetadataVersion, RecordBatch};

use super::body::{Codec, Section};
use super::fault::{Decoded, Fault, damaged};
use crate::source::arrays::places::{self, Place};

/// More rows than this in one batch are a mistake: no column of them could be read to its end.
const MOST_ROWS: u64 = 1 << 40;

/// Runs stand for at most this many rows, so that a few bytes are not hours of work.
const MOST_RUN_ROWS: u64 = 1 << 31;

/// One array of a batch, not yet read.
#[derive(Clone, Debug)]
pub(super) struct ArrayPlan {
    pub data_type: DataType,
    pub rows: u64,
    pub nulls: u64,
    pub buffers: Vec<Section>,
}

/// One wanted column of a batch, not yet read.
#[derive(Clone, Debug)]
pub(super) struct ColumnPlan {
    pub array: ArrayPlan,
    /// The validity of the struct around it, where it has nulls.
    pub parent: Option<Section>,
    /// The ends and values of runs.
    pub runs: Option<(ArrayPlan, ArrayPlan)>,
    /// Which dictionary its keys mean.
    pub dictionary: Option<i64>,
}

impl ColumnPlan {
    fn arrays(&self) -> impl Iterator<Item = &ArrayPlan> {
        let runs = self.runs.as_ref().map(|(ends, values)| [ends, values]);
        [&self.array].into_iter().chain(runs.into_iter().flatten())
    }
}

/// A batch, not yet read.
pub(super) struct BatchPlan {
    pub rows: u64,
    pub codec: Codec,
    /// In the order of the places that were asked for.
    pub columns: Vec<ColumnPlan>,
}

impl BatchPlan {
    /// Every buffer that will be read, in the order of the body, each once.
    pub fn buffers(&self) -> Vec<Section> {
        let own = self.columns.iter().flat_map(ColumnPlan::arrays).flat_map(|array| &array.buffers);
        let parents = self.columns.iter().filter_map(|column| column.parent.as_ref());
        let mut all: Vec<Section> = own.chain(parents).copied().filter(|extent| extent.1 > 0).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The dictionary of a field.
#[expect(deprecated, reason = "there is no other way to learn the number that dictionary batches go by")]
pub(super) fn dictionary_of(schema: &Schema, place: Place) -> Option<i64> {
    let field = places::field(schema, place)?;
    matches!(field.data_type(), DataType::Dictionary(..)).then(|| field.dict_id()).flatten()
}

/// How a batch is compressed.
pub(super) fn codec(batch: &RecordBatch<'_>) -> Decoded<Codec> {
    use arrow::ipc::CompressionType;
    match batch.compression().map(|compression| compression.codec()) {
        None => Ok(Codec::Plain),
        Some(CompressionType::LZ4_FRAME) => Ok(Codec::Lz4),
        Some(CompressionType::ZSTD) => Ok(Codec::Zstd),
        Some(_) => Err(Fault::Unsupported("its compression is unknown")),
    }
}

/// Finds the wanted columns (distinct places) in a batch whose body has that length.
pub(super) fn plan(
    batch: &RecordBatch<'_>,
    version: MetadataVersion,
    body_len: u64,
    schema: &Schema,
    wanted: &[Place],
) -> Decoded<BatchPlan> {
    let rows = u64::try_from(batch.length()).ok().filter(|rows| *rows <= MOST_ROWS);
    let rows = rows.ok_or_else(|| damaged("a batch of an impossible number of rows"))?;
    let counts = batch.variadicBufferCounts().into_iter().flatten().collect();
    let mut cursor = Cursor { batch, body_len, node: 0, buffer: 0, counts, is_old: version < MetadataVersion::V5 };
    let mut found = BTreeMap::new();
    for (root, field) in schema.fields().iter().enumerate() {
        let of_root = |place: &&Place| place.root == root;
        let DataType::Struct(children) = field.data_type() else {
            let slots = cursor.pass(field.data_type())?;
            if let Some(&place) = wanted.iter().find(of_root) {
                found.insert(place, cursor.column(field.data_type(), &slots, None)?);
            }
            continue;
        };
        if !wanted.iter().any(|place| place.root == root) {
            cursor.pass(field.data_type())?;
            continue;
        }
        let parent = cursor.own(1)?;
        let (parent_rows, nulls) = cursor.node(parent.node)?;
        if parent_rows != rows {
            return Err(damaged("a struct of another length than its batch"));
        }
        let validity = if nulls > 0 { Some(cursor.extent(parent.buffers.start)?) } else { None };
        for (child, field) in children.iter().enumerate() {
            let slots = cursor.pass(field.data_type())?;
            let place = Place { root, child: Some(child) };
            if wanted.contains(&place) {
                found.insert(place, cursor.column(field.data_type(), &slots, validity)?);
            }
        }
    }
    let column = |place: &Place| {
        let mut column = found.get(place).cloned().ok_or_else(|| damaged("a column that is not there"))?;
        if column.array.rows != rows || column.runs.is_some() && rows > MOST_RUN_ROWS {
            return Err(damaged("a column of another length than its batch"));
        }
        column.dictionary = dictionary_of(schema, *place);
        Ok(column)
    };
    Ok(BatchPlan { rows, codec: codec(batch)?, columns: wanted.iter().map(column).collect::<Decoded<_>>()? })
}

/// The node of an array and its own buffers, without those of its children.
struct Slots {
    node: usize,
    buffers: Range<usize>,
    children: Vec<Slots>,
}

struct Cursor<'a> {
    batch: &'a RecordBatch<'a>,
    body_len: u64,
    node: usize,
    buffer: usize,
    /// How many data buffers each array of views has.
    counts: VecDeque<i64>,
    /// Before version 5 unions had a validity.
    is_old: bool,
}

impl Cursor<'_> {
    /// The next node with its next buffers.
    fn own(&mut self, buffers: usize) -> Decoded<Slots> {
        let all = self.batch.buffers().map_or(0, |buffers| buffers.len());
        let end = self.buffer.checked_add(buffers).filter(|end| *end <= all);
        let end = end.ok_or_else(|| damaged("a batch of fewer buffers than its columns need"))?;
        let slots = Slots { node: self.node, buffers: self.buffer..end, children: Vec::new() };
        self.node += 1;
        self.buffer = end;
        Ok(slots)
    }

    /// Passes over an array with all that belongs to it.
    fn pass(&mut self, data_type: &DataType) -> Decoded<Slots> {
        use DataType as T;
        let mut own = match data_type {
            T::Null | T::RunEndEncoded(..) => self.own(0)?,
            T::Struct(_) | T::FixedSizeList(..) => self.own(1)?,
            T::Utf8 | T::LargeUtf8 | T::Binary | T::LargeBinary | T::ListView(_) | T::LargeListView(_) => {
                self.own(3)?
            }
            T::Utf8View | T::BinaryView => {
                let count = self.counts.pop_front().and_then(|count| usize::try_from(count).ok());
                let count = count.ok_or_else(|| damaged("views without the number of their buffers"))?;
                self.own(count.saturating_add(2))?
            }
            T::Union(_, mode) => self.own(1 + usize::from(self.is_old) + usize::from(*mode == UnionMode::Dense))?,
            _ => self.own(2)?,
        };
        match data_type {
            T::List(field)
            | T::LargeList(field)
            | T::ListView(field)
            | T::LargeListView(field)
            | T::FixedSizeList(field, _)
            | T::Map(field, _) => own.children.push(self.pass(field.data_type())?),
            T::Struct(fields) => {
                for field in fields {
                    own.children.push(self.pass(field.data_type())?);
                }
            }
            T::RunEndEncoded(ends, values) => {
                own.children.push(self.pass(ends.data_type())?);
                own.children.push(self.pass(values.data_type())?);
            }
            T::Union(fields, _) => {
                for (_, field) in fields.iter() {
                    own.children.push(self.pass(field.data_type())?);
                }
            }
            _ => {}
        }
        Ok(own)
    }

    /// Rows and nulls of a node.
    fn node(&self, number: usize) -> Decoded<(u64, u64)> {
        let nodes = self.batch.nodes().filter(|nodes| number < nodes.len());
        let node = nodes.ok_or_else(|| damaged("a batch of fewer nodes than its columns need"))?.get(number);
        let (rows, nulls) = (u64::try_from(node.length()).ok(), u64::try_from(node.null_count()).ok());
        rows.zip(nulls).ok_or_else(|| damaged("a column of a negative length"))
    }

    /// Where a buffer lies, held against the length of the body.
    fn extent(&self, number: usize) -> Decoded<Section> {
        let buffers = self.batch.buffers().filter(|buffers| number < buffers.len());
        let buffer = buffers.ok_or_else(|| damaged("a batch of fewer buffers than its columns need"))?.get(number);
        let extent = u64::try_from(buffer.offset()).ok().zip(u64::try_from(buffer.length()).ok());
        extent
            .filter(|(offset, len)| offset.checked_add(*len).is_some_and(|end| end <= self.body_len))
            .ok_or_else(|| damaged("a buffer that lies beyond its message"))
    }

    fn array(&self, data_type: &DataType, slots: &Slots) -> Decoded<ArrayPlan> {
        let (rows, nulls) = self.node(slots.node)?;
        let buffers = slots.buffers.clone().map(|number| self.extent(number)).collect::<Decoded<_>>()?;
        Ok(ArrayPlan { data_type: data_type.clone(), rows, nulls, buffers })
    }

    fn column(&self, data_type: &DataType, slots: &Slots, parent: Option<Section>) -> Decoded<ColumnPlan> {
        let runs = match (data_type, &slots.children[..]) {
            (DataType::RunEndEncoded(ends, values), [end_slots, value_slots]) => {
                Some((self.array(ends.data_type(), end_slots)?, self.array(values.data_type(), value_slots)?))
            }
            _ => None,
        };
        Ok(ColumnPlan { array: self.array(data_type, slots)?, parent, runs, dictionary: None })
    }
}
