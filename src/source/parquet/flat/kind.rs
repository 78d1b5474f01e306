//! Which columns are flat, and what a stored value of one becomes.

use std::sync::Arc;

use ::parquet::basic::Type;
use arrow::datatypes::DataType;

use crate::data::chunk::Data;
use crate::source::arrays::types::is_text;
use crate::source::buffers::{Buffer, values};

/// What the values of a column are stored as and become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::parquet) enum Kind {
    F32,
    F64,
    I64,
    U64,
    /// Texts of a dictionary, which become keys.
    Text,
    /// Four bytes that become an `i64` within these limits.
    Short {
        lo: i64,
        hi: i64,
        is_signed: bool,
    },
}

impl Kind {
    /// That of values of a physical type that are delivered as another; `has_same_unit`: times in the unit that they are
    /// stored in. `None` for what takes more than widening.
    pub fn of(physical: Type, delivered: &DataType, has_same_unit: bool) -> Option<Self> {
        let signed = |lo: i64, hi: i64| Self::Short { lo, hi, is_signed: true };
        Some(match (physical, delivered) {
            (Type::FLOAT, DataType::Float32) => Self::F32,
            (Type::DOUBLE, DataType::Float64) => Self::F64,
            (Type::INT64, DataType::Int64) => Self::I64,
            (Type::INT64, DataType::Timestamp(..)) if has_same_unit => Self::I64,
            (Type::INT64, DataType::UInt64) => Self::U64,
            (Type::INT32, DataType::Int32 | DataType::Date32) => signed(i32::MIN.into(), i32::MAX.into()),
            (Type::INT32, DataType::UInt32) => Self::Short { lo: 0, hi: u32::MAX.into(), is_signed: false },
            (Type::INT32, DataType::Int8) => signed(i8::MIN.into(), i8::MAX.into()),
            (Type::INT32, DataType::Int16) => signed(i16::MIN.into(), i16::MAX.into()),
            (Type::INT32, DataType::UInt8) => signed(0, u8::MAX.into()),
            (Type::INT32, DataType::UInt16) => signed(0, u16::MAX.into()),
            (Type::BYTE_ARRAY, DataType::Dictionary(_, values)) if is_text(values) => Self::Text,
            (Type::BYTE_ARRAY, delivered) if is_text(delivered) => Self::Text,
            _ => return None,
        })
    }

    /// Bytes of a value in a chunk.
    pub fn slot_bytes(self) -> usize {
        if matches!(self, Self::F32 | Self::Text) { 4 } else { 8 }
    }

    /// True where a value is the same bytes in both.
    pub fn is_as_stored(self) -> bool {
        cfg!(target_endian = "little") && !matches!(self, Self::Short { .. } | Self::Text)
    }

    /// `len` values of a block, from the `start`-th on; of texts the keys of these names.
    pub fn data(self, block: &Arc<Buffer>, start: usize, len: usize, names: &Arc<Vec<String>>) -> Data<'static> {
        match self {
            Self::Text => Data::Dict { keys: values(block, start, len), names: Arc::clone(names) },
            Self::F32 => Data::F32(values(block, start, len)),
            Self::F64 => Data::F64(values(block, start, len)),
            Self::U64 => Data::U64(values(block, start, len)),
            Self::I64 | Self::Short { .. } => Data::I64(values(block, start, len)),
        }
    }

    /// Copies `len` values of a block, from the `start`-th on, to the `at`-th of another.
    pub fn copy(self, from: &Buffer, start: usize, to: &mut Buffer, at: usize, len: usize) {
        match self.slot_bytes() {
            4 => copy(from.slots::<u32>(), start, to.slots_mut(), at, len),
            _ => copy(from.slots::<u64>(), start, to.slots_mut(), at, len),
        }
    }

    /// Writes stored values into the slots of a chunk, as many as there are slots; `None` where there are too few, or one
    /// is beyond what its type can hold.
    pub(super) fn convert(self, stored: &[u8], slots: &mut Slots<'_>) -> Option<()> {
        match (self, slots) {
            (Self::F32, Slots::Narrow(slots)) => {
                let stored = stored.as_chunks::<4>().0.get(..slots.len())?;
                slots.iter_mut().zip(stored).for_each(|(slot, bytes)| *slot = u32::from_le_bytes(*bytes));
            }
            (Self::Short { lo, hi, is_signed }, Slots::Wide(slots)) => {
                let stored = stored.as_chunks::<4>().0.get(..slots.len())?;
                let (mut least, mut most) = (i64::MAX, i64::MIN);
                for (slot, bytes) in slots.iter_mut().zip(stored) {
                    let value = if is_signed {
                        i64::from(i32::from_le_bytes(*bytes))
                    } else {
                        i64::from(u32::from_le_bytes(*bytes))
                    };
                    (least, most) = (least.min(value), most.max(value));
                    *slot = value as u64;
                }
                if !slots.is_empty() && (least < lo || most > hi) {
                    return None;
                }
            }
            (Self::F64 | Self::I64 | Self::U64, Slots::Wide(slots)) => {
                let stored = stored.as_chunks::<8>().0.get(..slots.len())?;
                slots.iter_mut().zip(stored).for_each(|(slot, bytes)| *slot = u64::from_le_bytes(*bytes));
            }
            _ => return None,
        }
        Some(())
    }
}

/// Where values of a chunk are written: as bits, of their size.
#[derive(Debug)]
pub(super) enum Slots<'a> {
    Narrow(&'a mut [u32]),
    Wide(&'a mut [u64]),
}

impl<'a> Slots<'a> {
    /// The first `len` slots of a block; `None` where it has fewer.
    pub fn of(kind: Kind, block: &'a mut Buffer, len: usize) -> Option<Self> {
        Some(match kind.slot_bytes() {
            4 => Self::Narrow(block.slots_mut().get_mut(..len)?),
            _ => Self::Wide(block.slots_mut().get_mut(..len)?),
        })
    }

    /// The first `len` of them.
    pub fn first(&mut self, len: usize) -> Option<Slots<'_>> {
        Some(match self {
            Self::Narrow(slots) => Slots::Narrow(slots.get_mut(..len)?),
            Self::Wide(slots) => Slots::Wide(slots.get_mut(..len)?),
        })
    }
}

fn copy<T: Copy>(from: &[T], start: usize, to: &mut [T], at: usize, len: usize) {
    if let (Some(from), Some(to)) = (from.get(start..start + len), to.get_mut(at..at + len)) {
        to.copy_from_slice(from);
    }
}
