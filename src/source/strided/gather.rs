//! The values of one column while they are gathered from records.

use std::collections::HashMap;
use std::sync::Arc;

use crate::data::chunk::{Column, Data};
use crate::escape::text_of_bytes;
use crate::source::scalar::Scalar;
use crate::source::strided::item::{Item, Stored};

/// One column of a chunk in the making.
pub(super) enum Gathered {
    F32(Vec<f32>),
    F64(Vec<f64>),
    I64(Vec<i64>),
    U64(Vec<u64>),
    Text(Box<Names>),
}

/// Appends the `$scalar` at the item's offset of each record, as `$target`.
macro_rules! gather {
    ($values:expr, $block:expr, $record_bytes:expr, $item:expr, $scalar:ty, $target:ty) => {{
        const LEN: usize = size_of::<$scalar>();
        let at = $item.offset_bytes;
        let bytes = |record: &[u8]| -> [u8; LEN] { record[at..at + LEN].try_into().unwrap_or([0; LEN]) };
        let records = $block.chunks_exact($record_bytes);
        if $item.big_endian {
            $values.extend(records.map(|record| <$scalar>::from_be_bytes(bytes(record)) as $target));
        } else {
            $values.extend(records.map(|record| <$scalar>::from_le_bytes(bytes(record)) as $target));
        }
    }};
}

impl Gathered {
    pub fn new(item: &Item, rows: usize) -> Self {
        // A stream of unknown length gets its memory as it comes; a tiny one shall not pay for a whole chunk.
        let rows = rows.min(1 << 16);
        match item.stored {
            Stored::Text { .. } => Self::Text(Box::default()),
            Stored::Number(Scalar::F32) => Self::F32(Vec::with_capacity(rows)),
            Stored::Number(Scalar::F64) => Self::F64(Vec::with_capacity(rows)),
            Stored::Number(Scalar::U64) => Self::U64(Vec::with_capacity(rows)),
            Stored::Number(_) => Self::I64(Vec::with_capacity(rows)),
        }
    }

    pub fn extend(&mut self, block: &[u8], record_bytes: usize, item: &Item) {
        let scalar = match item.stored {
            Stored::Number(scalar) => scalar,
            Stored::Text { .. } => Scalar::U8,
        };
        match (self, scalar) {
            (Self::Text(names), _) => {
                let field = item.offset_bytes..item.offset_bytes + item.stored.len_bytes();
                block.chunks_exact(record_bytes).for_each(|record| names.push(&record[field.clone()], item));
            }
            (Self::F32(values), _) => gather!(values, block, record_bytes, item, f32, f32),
            (Self::F64(values), _) => gather!(values, block, record_bytes, item, f64, f64),
            (Self::U64(values), _) => gather!(values, block, record_bytes, item, u64, u64),
            (Self::I64(values), Scalar::I8) => gather!(values, block, record_bytes, item, i8, i64),
            (Self::I64(values), Scalar::I16) => gather!(values, block, record_bytes, item, i16, i64),
            (Self::I64(values), Scalar::I32) => gather!(values, block, record_bytes, item, i32, i64),
            (Self::I64(values), Scalar::U8) => gather!(values, block, record_bytes, item, u8, i64),
            (Self::I64(values), Scalar::U16) => gather!(values, block, record_bytes, item, u16, i64),
            (Self::I64(values), Scalar::U32) => gather!(values, block, record_bytes, item, u32, i64),
            (Self::I64(values), Scalar::Bool) => {
                values.extend(block.chunks_exact(record_bytes).map(|record| i64::from(record[item.offset_bytes] != 0)));
            }
            (Self::I64(values), _) => gather!(values, block, record_bytes, item, i64, i64),
        }
    }

    pub fn into_column(self, item: &Item) -> Column<'static> {
        let data = match self {
            Self::F32(values) => Data::F32(values.into()),
            Self::F64(values) => Data::F64(values.into()),
            Self::U64(values) => Data::U64(values.into()),
            Self::I64(values) => Data::I64(values.into()),
            Self::Text(names) => Data::Dict { keys: names.keys.into(), names: Arc::new(names.names) },
        };
        let (data, flags) = item.reading.apply(data, &item.logical);
        Column { data, validity: flags.map(Into::into), logical: item.logical.clone(), unparsed: None }
    }
}

/// The texts of a chunk, each once.
#[derive(Default)]
pub(super) struct Names {
    keys: Vec<u32>,
    names: Vec<String>,
    /// By the bytes as they are stored, so that a text is decoded once a chunk.
    key_of_bytes: HashMap<Vec<u8>, u32>,
    /// By the text: bytes that are no text may be shown alike.
    key_of_name: HashMap<String, u32>,
}

impl Names {
    fn push(&mut self, bytes: &[u8], item: &Item) {
        let is_wide = matches!(item.stored, Stored::Text { is_wide: true, .. });
        let width = if is_wide { 4 } else { 1 };
        let is_nul = |character: &&[u8]| character.iter().all(|&byte| byte == 0);
        // NumPy fills up with NUL, and takes all of it off.
        let filling = bytes.rchunks(width).take_while(is_nul).count() * width;
        let bytes = &bytes[..bytes.len().saturating_sub(filling)];
        if let Some(&key) = self.key_of_bytes.get(bytes) {
            self.keys.push(key);
            return;
        }
        let name = if is_wide { wide(bytes, item.big_endian) } else { text_of_bytes(bytes).into_owned() };
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let key = *self.key_of_name.entry(name.clone()).or_insert_with(|| {
            self.names.push(name);
            next
        });
        self.key_of_bytes.insert(bytes.to_vec(), key);
        self.keys.push(key);
    }
}

/// Code points of four bytes; numbers that are none as `\u{d800}`.
fn wide(bytes: &[u8], big_endian: bool) -> String {
    let mut text = String::new();
    for code in bytes.as_chunks::<4>().0 {
        let code = if big_endian { u32::from_be_bytes(*code) } else { u32::from_le_bytes(*code) };
        match char::from_u32(code) {
            Some(character) => text.push(character),
            None => text.push_str(&format!("\\u{{{code:x}}}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::chunk::Logical;
    use crate::source::strided::item::Reading;

    fn texts(block: &[u8], len_bytes: usize, is_wide: bool, big_endian: bool) -> Vec<String> {
        let stored = Stored::Text { len_bytes, is_wide };
        let item = Item { offset_bytes: 0, stored, big_endian, reading: Reading::AsIs, logical: Logical::Category };
        let mut gathered = Gathered::new(&item, 9);
        gathered.extend(block, len_bytes, &item);
        let Data::Dict { keys, names } = gathered.into_column(&item).data else { panic!("names") };
        let mut distinct = names.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), names.len(), "each name once: {names:?}");
        keys.iter().map(|&key| names[key as usize].clone()).collect()
    }

    #[test]
    fn texts_lose_their_filling_and_nothing_else() {
        assert_eq!(texts(b"ab\0\0a\0b\0\0\0\0\0ab\0\0", 4, false, false), ["ab", "a\0b", "", "ab"]);
        assert_eq!(texts(b"\xffx\0\0\\xffgr\xc3\xbc", 4, false, false), ["\\xffx", "\\xff", "grü"]);
        assert_eq!(texts(b"\xff\0\0\0\\xff", 4, false, false), ["\\xff", "\\xff"], "shown alike, one name");
        assert_eq!(
            texts(&[0, 0, 0, 0x41, 0, 1, 0xf6, 0, 0, 0, 0xd8, 0, 0, 0, 0, 0], 8, true, true),
            ["A\u{1f600}", "\\u{d800}"]
        );
        assert_eq!(texts(&[0x41, 0, 0, 0, 0, 1, 0, 0], 8, true, false), ["AĀ"]);
    }
}
