//! Arrow arrays as columns: their values, shared where they fit. Parquet and Arrow IPC deliver the same arrays.
//!
//! Owns the conversion; `types` owns what types mean, `places` the columns of a schema, `exact` the rounding of decimals.

mod exact;
pub(super) mod places;
pub(super) mod types;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::array::{Array, ArrayRef, AsArray, LargeStringArray, StringArray, StringViewArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit as ArrowUnit};

use crate::data::chunk::{Column, Data, Values};
use types::{decimals, is_text, logical};

/// The column at a place of a delivered array: the array itself, or the child of a struct, which is null where the struct
/// is. `None` for types that cannot be drawn.
pub(super) fn column(array: &ArrayRef, child: Option<usize>) -> Option<Column<'static>> {
    match child {
        None => convert(array, None),
        Some(child) => {
            let parent = array.as_struct_opt()?;
            convert(parent.columns().get(child)?, parent.nulls())
        }
    }
}

/// The column of an array; rows where `parent` is null are null.
pub(super) fn convert(array: &ArrayRef, parent: Option<&NullBuffer>) -> Option<Column<'static>> {
    use DataType as T;
    let unpacked = match array.data_type() {
        T::Dictionary(_, values) if !is_text(values) => Some(cast(array, values).ok()?),
        T::RunEndEncoded(_, values) => Some(cast(array, values.data_type()).ok()?),
        _ => None,
    };
    let array = unpacked.as_ref().unwrap_or(array);
    let data = match array.data_type() {
        T::Boolean => {
            let bits: Vec<i64> = array.as_boolean_opt()?.values().iter().map(i64::from).collect();
            Data::I64(bits.into())
        }
        T::Int8 => widened::<Int8Type>(array)?,
        T::Int16 => widened::<Int16Type>(array)?,
        T::Int32 => widened::<Int32Type>(array)?,
        T::Int64 => Data::I64(shared::<Int64Type>(array)?),
        T::UInt8 => widened::<UInt8Type>(array)?,
        T::UInt16 => widened::<UInt16Type>(array)?,
        T::UInt32 => widened::<UInt32Type>(array)?,
        T::UInt64 => Data::U64(shared::<UInt64Type>(array)?),
        T::Float16 => {
            let values: Vec<f32> =
                array.as_primitive_opt::<Float16Type>()?.values().iter().map(|v| v.to_f32()).collect();
            Data::F32(values.into())
        }
        T::Float32 => Data::F32(shared::<Float32Type>(array)?),
        T::Float64 => Data::F64(shared::<Float64Type>(array)?),
        T::Decimal32(_, scale) => fraction::<Decimal32Type>(array, *scale, i128::from)?,
        T::Decimal64(_, scale) => fraction::<Decimal64Type>(array, *scale, i128::from)?,
        T::Decimal128(_, scale) => fraction::<Decimal128Type>(array, *scale, |value| value)?,
        T::Decimal256(_, scale) => {
            let float = |value: &arrow::datatypes::i256| match value.to_i128() {
                Some(value) => exact::scaled(value, *scale),
                None => exact::parsed(&value.to_string(), *scale),
            };
            let values = array.as_primitive_opt::<Decimal256Type>()?.values().iter().map(float);
            Data::F64(values.collect::<Vec<f64>>().into())
        }
        T::Duration(unit) => match unit {
            ArrowUnit::Second => fraction::<DurationSecondType>(array, decimals(*unit), i128::from)?,
            ArrowUnit::Millisecond => fraction::<DurationMillisecondType>(array, decimals(*unit), i128::from)?,
            ArrowUnit::Microsecond => fraction::<DurationMicrosecondType>(array, decimals(*unit), i128::from)?,
            ArrowUnit::Nanosecond => fraction::<DurationNanosecondType>(array, decimals(*unit), i128::from)?,
        },
        T::Time32(ArrowUnit::Second) => fraction::<Time32SecondType>(array, 0, i128::from)?,
        T::Time32(unit) => fraction::<Time32MillisecondType>(array, decimals(*unit), i128::from)?,
        T::Time64(ArrowUnit::Microsecond) => fraction::<Time64MicrosecondType>(array, 6, i128::from)?,
        T::Time64(unit) => fraction::<Time64NanosecondType>(array, decimals(*unit), i128::from)?,
        T::Timestamp(ArrowUnit::Second, _) => Data::I64(shared::<TimestampSecondType>(array)?),
        T::Timestamp(ArrowUnit::Millisecond, _) => Data::I64(shared::<TimestampMillisecondType>(array)?),
        T::Timestamp(ArrowUnit::Microsecond, _) => Data::I64(shared::<TimestampMicrosecondType>(array)?),
        T::Timestamp(ArrowUnit::Nanosecond, _) => Data::I64(shared::<TimestampNanosecondType>(array)?),
        T::Date32 => widened::<Date32Type>(array)?,
        T::Date64 => {
            let days = array
                .as_primitive_opt::<Date64Type>()?
                .values()
                .iter()
                .map(|milliseconds| milliseconds.div_euclid(86_400_000));
            Data::I64(days.collect::<Vec<i64>>().into())
        }
        T::Utf8 | T::LargeUtf8 | T::Utf8View => {
            let texts = Texts::of(array)?;
            names(array.len(), |row| array.is_valid(row).then(|| texts.get(row)))
        }
        T::Dictionary(_, values) if is_text(values) => dictionary(array)?,
        _ => return None,
    };
    let nulls = NullBuffer::union(array.logical_nulls().as_ref(), parent).filter(|nulls| nulls.null_count() > 0);
    let validity = nulls.map(|nulls| nulls.iter().map(u8::from).collect::<Vec<u8>>().into());
    Some(Column { data, validity, logical: logical(array.data_type())?, unparsed: None })
}

/// The decoder's own memory.
fn shared<T: ArrowPrimitiveType>(array: &ArrayRef) -> Option<Values<'static, T::Native>> {
    Some(Values::Shared(Arc::new(array.as_primitive_opt::<T>()?.values().clone())))
}

fn widened<T: ArrowPrimitiveType>(array: &ArrayRef) -> Option<Data<'static>>
where
    T::Native: Into<i64>,
{
    let values: Vec<i64> = array.as_primitive_opt::<T>()?.values().iter().map(|&value| value.into()).collect();
    Some(Data::I64(values.into()))
}

/// Integers by a power of ten, each as the nearest f64.
fn fraction<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    scale: i8,
    whole: impl Fn(T::Native) -> i128,
) -> Option<Data<'static>> {
    let values = array.as_primitive_opt::<T>()?.values().iter().map(|&value| exact::scaled(whole(value), scale));
    Some(Data::F64(values.collect::<Vec<f64>>().into()))
}

/// Text of any layout.
enum Texts<'a> {
    Small(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
}

impl<'a> Texts<'a> {
    fn of(array: &'a ArrayRef) -> Option<Self> {
        match array.data_type() {
            DataType::Utf8 => array.as_string_opt().map(Self::Small),
            DataType::LargeUtf8 => array.as_string_opt().map(Self::Large),
            _ => array.as_string_view_opt().map(Self::View),
        }
    }

    fn get(&self, row: usize) -> &'a str {
        match self {
            Self::Small(texts) => texts.value(row),
            Self::Large(texts) => texts.value(row),
            Self::View(texts) => texts.value(row),
        }
    }
}

/// Keys and names of a dictionary array: names that are used, each once. What a chunk does not use costs it nothing.
fn dictionary(array: &ArrayRef) -> Option<Data<'static>> {
    const UNUSED: u32 = u32::MAX;
    let dictionary = array.as_any_dictionary_opt()?;
    let entries = dictionary.values();
    if entries.is_empty() {
        return Some(names(array.len(), |_| None));
    }
    let texts = Texts::of(entries)?;
    let nulls = array.logical_nulls();
    let mut key_of_entry = vec![UNUSED; entries.len()];
    let mut key_of_name: HashMap<&str, u32> = HashMap::new();
    let mut used: Vec<String> = Vec::new();
    let mut keys = Vec::with_capacity(array.len());
    for (row, entry) in dictionary.normalized_keys().into_iter().enumerate() {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            keys.push(0);
            continue;
        }
        let key = key_of_entry.get_mut(entry)?;
        if *key == UNUSED {
            // Two entries may be one name.
            *key = *key_of_name.entry(texts.get(entry)).or_insert_with(|| {
                used.push(texts.get(entry).to_owned());
                used.len() as u32 - 1
            });
        }
        keys.push(*key);
    }
    if used.is_empty() {
        used.push(String::new());
    }
    Some(Data::Dict { keys: keys.into(), names: Arc::new(used) })
}

/// Keys and names of `rows` texts; rows without one get the key 0.
fn names<'a>(rows: usize, text: impl Fn(usize) -> Option<&'a str>) -> Data<'static> {
    let mut key_of: HashMap<&str, u32> = HashMap::new();
    let mut names: Vec<String> = Vec::new();
    let mut keys = Vec::with_capacity(rows);
    let mut last: Option<(&str, u32)> = None;
    for row in 0..rows {
        let key = match (text(row), last) {
            (None, _) => 0,
            // Files are often sorted by their names; a run of one name is looked up once.
            (Some(text), Some((before, key))) if text == before => key,
            (Some(text), _) => {
                let key = *key_of.entry(text).or_insert_with(|| {
                    names.push(text.into());
                    names.len() as u32 - 1
                });
                last = Some((text, key));
                key
            }
        };
        keys.push(key);
    }
    if names.is_empty() {
        names.push(String::new());
    }
    Data::Dict { keys: keys.into(), names: Arc::new(names) }
}
