//! The rows of one column of a batch, a run at a time, from the beginning of its buffers to their end.
//!
//! What is held is a run of rows, whatever the size of the batch; only the long texts of views, the runs of run-end
//! encoded columns and dictionaries are held whole.

use std::collections::HashMap;

use arrow::array::{Array, ArrayData, ArrayRef, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;

use super::body::{Bits, Body, Buffer, Codec};
use super::fault::{Decoded, Fault, damaged};
use super::layout::{ArrayPlan, ColumnPlan};
use super::most_text_bytes;
use crate::data::chunk::Column;
use crate::source::arrays;
use crate::source::budget::Limit;

/// Dictionaries by their number.
pub(super) type Dictionaries = HashMap<i64, ArrayRef>;

/// An open column.
pub(super) struct Leaf {
    rows: Rows,
    /// Of the struct around it.
    parent: Option<Bits>,
}

impl Leaf {
    /// Opens a column of a batch.
    pub fn open(plan: &ColumnPlan, body: &Body, codec: Codec, dictionaries: &Dictionaries) -> Decoded<Self> {
        let bits = |extent| Bits::new(body.buffer(extent, codec)?, plan.array.rows);
        let parent = plan.parent.map(bits).transpose()?;
        let rows = match &plan.runs {
            Some((ends, values)) => Rows::of_runs(plan, ends, values, body, codec)?,
            None => {
                let entries = plan.dictionary.and_then(|id| dictionaries.get(&id)).cloned();
                Rows::open(&plan.array, entries, body, codec)?
            }
        };
        Ok(Self { rows, parent })
    }

    /// True where every row's text is copied out.
    pub fn is_text(&self) -> bool {
        matches!(self.rows.values, Values::Text(_) | Values::Views { .. })
    }

    /// How many of the next `rows` rows fit in memory together: all but for very long texts.
    pub fn fitting(&mut self, rows: usize) -> Decoded<usize> {
        match &mut self.rows.values {
            Values::Text(texts) => texts.fitting(rows),
            _ => Ok(rows),
        }
    }

    /// The next rows.
    pub fn take(&mut self, rows: usize) -> Decoded<Column<'static>> {
        let parent = self.parent.as_mut().map(|bits| bits.take(rows)).transpose()?.map(NullBuffer::new);
        let array = self.rows.take(rows)?;
        arrays::convert(&array, parent.as_ref()).ok_or_else(|| damaged("a column of another type than it tells"))
    }
}

/// An open array.
struct Rows {
    data_type: DataType,
    nulls: Option<Bits>,
    values: Values,
}

enum Values {
    Fixed { buffer: Buffer, row_bytes: usize },
    Bits(Bits),
    Text(Texts),
    Views { views: Buffer, data: Vec<arrow::buffer::Buffer>, most_text: u64 },
    Keys { buffer: Buffer, row_bytes: usize, entries: ArrayData },
    Whole { array: ArrayRef, at: usize },
}

impl Rows {
    fn open(plan: &ArrayPlan, entries: Option<ArrayRef>, body: &Body, codec: Codec) -> Decoded<Self> {
        let buffer = |number: usize| {
            let extent = plan.buffers.get(number).copied();
            body.buffer(extent.ok_or_else(|| damaged("a column without its buffers"))?, codec)
        };
        let nulls = if plan.nulls > 0 { Some(Bits::new(buffer(0)?, plan.rows)?) } else { None };
        let fixed = |row_bytes: usize| {
            let buffer = buffer(1)?;
            buffer.holds(plan.rows, row_bytes as u64)?;
            Decoded::Ok((buffer, row_bytes))
        };
        let most_text = most_text_bytes(body.budgets());
        let values = match &plan.data_type {
            DataType::Boolean => Values::Bits(Bits::new(buffer(1)?, plan.rows)?),
            DataType::Utf8 => Values::Text(Texts::new(buffer(1)?, buffer(2)?, 4, plan.rows, most_text)?),
            DataType::LargeUtf8 => Values::Text(Texts::new(buffer(1)?, buffer(2)?, 8, plan.rows, most_text)?),
            DataType::Utf8View => {
                let (views, _) = fixed(16)?;
                let mut left = body.budgets().of(Limit::Page);
                let mut data = Vec::new();
                for number in 2..plan.buffers.len() {
                    let mut buffer = buffer(number)?;
                    data.push(buffer.whole(left, "long texts")?);
                    left -= buffer.len_bytes();
                }
                Values::Views { views, data, most_text }
            }
            DataType::Dictionary(keys, values) => {
                let row_bytes = keys.primitive_width().ok_or_else(|| damaged("a dictionary without keys"))?;
                let (buffer, row_bytes) = fixed(row_bytes)?;
                // A dictionary may be left out where all rows are null.
                let entries = entries.unwrap_or_else(|| arrow::array::new_empty_array(values));
                Values::Keys { buffer, row_bytes, entries: entries.to_data() }
            }
            data_type => {
                let width = data_type.primitive_width().ok_or_else(|| damaged("a column of another type"))?;
                let (buffer, row_bytes) = fixed(width)?;
                Values::Fixed { buffer, row_bytes }
            }
        };
        Ok(Self { data_type: plan.data_type.clone(), nulls, values })
    }

    /// Runs are few: their ends and values are read at once.
    fn of_runs(plan: &ColumnPlan, ends: &ArrayPlan, values: &ArrayPlan, body: &Body, codec: Codec) -> Decoded<Self> {
        let whole = |plan: &ArrayPlan| {
            let bytes = plan.rows.saturating_mul(16);
            let most = body.budgets().of(Limit::Page);
            if bytes > most {
                return Err(Fault::TooLarge("runs", bytes, most));
            }
            let mut rows = Self::open(plan, None, body, codec)?;
            let count = plan.rows as usize;
            if let Values::Text(texts) = &mut rows.values
                && texts.fitting(count)? < count
            {
                return Err(Fault::TooLarge("texts of runs", texts.most + 1, texts.most));
            }
            rows.take(count)
        };
        let data = ArrayData::builder(plan.array.data_type.clone())
            .len(plan.array.rows as usize)
            .add_child_data(whole(ends)?.to_data())
            .add_child_data(whole(values)?.to_data());
        let array = make_array(data.build()?);
        Ok(Self { data_type: plan.array.data_type.clone(), nulls: None, values: Values::Whole { array, at: 0 } })
    }

    fn take(&mut self, rows: usize) -> Decoded<ArrayRef> {
        let nulls = self.nulls.as_mut().map(|bits| bits.take(rows)).transpose()?.map(NullBuffer::new);
        let builder = ArrayData::builder(self.data_type.clone()).len(rows).nulls(nulls);
        let builder = match &mut self.values {
            Values::Fixed { buffer, row_bytes } => builder.add_buffer(buffer.take(rows * *row_bytes)?),
            Values::Bits(bits) => builder.add_buffer(bits.take(rows)?.sliced()),
            Values::Text(texts) => {
                let (offsets, bytes) = texts.take(rows)?;
                builder.add_buffer(offsets).add_buffer(bytes)
            }
            Values::Views { views, data, most_text } => {
                let views = views.take(rows * 16)?;
                // Many views may show the same bytes, each a name of its own.
                let sum: u64 = views.chunks_exact(16).map(|view| u64::from(length_of(view))).sum();
                if sum > *most_text {
                    return Err(Fault::TooLarge("texts", sum, *most_text));
                }
                builder.add_buffer(views).add_buffers(data.clone())
            }
            Values::Keys { buffer, row_bytes, entries } => {
                builder.add_buffer(buffer.take(rows * *row_bytes)?).add_child_data(entries.clone())
            }
            Values::Whole { array, at } => {
                *at += rows;
                return Ok(array.slice(*at - rows, rows));
            }
        };
        Ok(make_array(builder.build()?))
    }
}

/// Texts by their offsets.
struct Texts {
    offsets: Buffer,
    bytes: Buffer,
    offset_bytes: usize,
    /// Where the next text begins, and the ends of those that follow as far as they have been read.
    start: u64,
    ends: Vec<u64>,
    /// Bytes of texts that are held at once.
    most: u64,
}

impl Texts {
    fn new(mut offsets: Buffer, mut bytes: Buffer, offset_bytes: usize, rows: u64, most: u64) -> Decoded<Self> {
        let mut start = 0;
        // Without rows there may be no offsets at all.
        if rows > 0 {
            offsets.holds(rows + 1, offset_bytes as u64)?;
            start = number(&offsets.take(offset_bytes)?)?;
            bytes.skip(start)?;
        }
        Ok(Self { offsets, bytes, offset_bytes, start, ends: Vec::new(), most })
    }

    /// How many of the next rows have texts that fit in memory together.
    fn fitting(&mut self, rows: usize) -> Decoded<usize> {
        if let Some(missing) = rows.checked_sub(self.ends.len()).filter(|missing| *missing > 0) {
            let read = self.offsets.take(missing * self.offset_bytes)?;
            let mut last = self.ends.last().copied().unwrap_or(self.start);
            for end in read.chunks_exact(self.offset_bytes) {
                let end = number(end)?;
                if end < last {
                    return Err(damaged("texts that end before they begin"));
                }
                last = end;
                self.ends.push(end);
            }
        }
        let fitting = self.ends[..rows].partition_point(|end| end - self.start <= self.most);
        if fitting == 0 && rows > 0 {
            return Err(Fault::TooLarge("one text", self.ends[0] - self.start, self.most));
        }
        Ok(fitting)
    }

    /// Offsets from 0 on, and the bytes.
    fn take(&mut self, rows: usize) -> Decoded<(arrow::buffer::Buffer, arrow::buffer::Buffer)> {
        if self.fitting(rows)? < rows {
            return Err(Fault::TooLarge("texts", self.most + 1, self.most));
        }
        let start = self.start;
        let relative = [start].into_iter().chain(self.ends.drain(..rows)).map(|end| end - start);
        let offsets: Vec<u64> = relative.collect();
        let len = offsets.last().copied().unwrap_or(0);
        self.start += len;
        let offsets = match self.offset_bytes {
            4 => arrow::buffer::Buffer::from_vec(offsets.iter().map(|&offset| offset as i32).collect()),
            _ => arrow::buffer::Buffer::from_vec(offsets.iter().map(|&offset| offset as i64).collect::<Vec<i64>>()),
        };
        Ok((offsets, self.bytes.take(len as usize)?))
    }
}

/// The length that a view begins with.
fn length_of(view: &[u8]) -> u32 {
    view.first_chunk().map_or(0, |length| u32::from_le_bytes(*length))
}

/// An offset of 4 or 8 bytes.
fn number(bytes: &[u8]) -> Decoded<u64> {
    let number = match *bytes {
        [a, b, c, d] => i64::from(i32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => i64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => return Err(damaged("an offset of another size")),
    };
    u64::try_from(number).map_err(|_| damaged("a text that begins before its bytes"))
}
