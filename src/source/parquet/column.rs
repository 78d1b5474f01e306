//! Arrow arrays as columns: which types can be drawn, what they mean, and their values, shared where they fit.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, TimeUnit as ArrowUnit, i256};

use crate::data::chunk::{Column, Data, Logical, TimeUnit, Values};

/// What a type means; `None` for types that cannot be drawn.
pub(super) fn logical(data_type: &DataType) -> Option<Logical> {
    use DataType as T;
    Some(match data_type {
        T::Boolean => Logical::Bool,
        T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => {
            Logical::Number { integer: true }
        }
        T::Float16 | T::Float32 | T::Float64 => Logical::Number { integer: false },
        T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => {
            Logical::Number { integer: false }
        }
        T::Timestamp(unit, zone) => {
            Logical::Time { unit: unit_of(*unit), zone: zone.as_ref().map(|zone| zone.to_string()) }
        }
        T::Date32 | T::Date64 => Logical::Date,
        T::Utf8 | T::LargeUtf8 | T::Utf8View => Logical::Category,
        T::Dictionary(_, values) if is_text(values) => Logical::Category,
        _ => return None,
    })
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn unit_of(unit: ArrowUnit) -> TimeUnit {
    match unit {
        ArrowUnit::Second => TimeUnit::Second,
        ArrowUnit::Millisecond => TimeUnit::Millisecond,
        ArrowUnit::Microsecond => TimeUnit::Microsecond,
        ArrowUnit::Nanosecond => TimeUnit::Nanosecond,
    }
}

/// A type's name for people.
pub(super) fn stored(data_type: &DataType) -> String {
    match data_type {
        data_type if is_text(data_type) => "text".into(),
        DataType::Dictionary(_, values) if is_text(values) => "text (dictionary)".into(),
        DataType::Boolean => "bool".into(),
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "list".into(),
        DataType::Struct(_) => "struct".into(),
        DataType::Map(..) => "map".into(),
        data_type => data_type.to_string().to_lowercase(),
    }
}

/// The column of an array; `None` for types that cannot be drawn.
pub(super) fn convert(array: &ArrayRef) -> Option<Column<'static>> {
    use DataType as T;
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
        T::Decimal32(_, scale) => decimal::<Decimal32Type>(array, *scale, f64::from)?,
        T::Decimal64(_, scale) => decimal::<Decimal64Type>(array, *scale, |value| value as f64)?,
        T::Decimal128(_, scale) => decimal::<Decimal128Type>(array, *scale, |value| value as f64)?,
        T::Decimal256(_, scale) => decimal::<Decimal256Type>(array, *scale, wide)?,
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
        T::Utf8 => {
            let texts = array.as_string_opt::<i32>()?;
            names(array.len(), |row| texts.is_valid(row).then(|| texts.value(row)))
        }
        T::LargeUtf8 => {
            let texts = array.as_string_opt::<i64>()?;
            names(array.len(), |row| texts.is_valid(row).then(|| texts.value(row)))
        }
        T::Utf8View => {
            let texts = array.as_string_view_opt()?;
            names(array.len(), |row| texts.is_valid(row).then(|| texts.value(row)))
        }
        T::Dictionary(_, values) if is_text(values) => dictionary(array)?,
        _ => return None,
    };
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
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

/// Decimals as the nearest f64 where the digits fit 53 bits, else within two roundings of it.
fn decimal<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    scale: i8,
    float: impl Fn(T::Native) -> f64,
) -> Option<Data<'static>> {
    // Powers of ten up to 10^22 are exact, and one division rounds once.
    let power = libm::pow(10., f64::from(scale.unsigned_abs()));
    let scaled = |value: f64| if scale < 0 { value * power } else { value / power };
    let values: Vec<f64> = array.as_primitive_opt::<T>()?.values().iter().map(|&value| scaled(float(value))).collect();
    Some(Data::F64(values.into()))
}

fn wide(value: i256) -> f64 {
    match value.to_i128() {
        Some(value) => value as f64,
        None => value.to_string().parse().unwrap_or(f64::NAN),
    }
}

/// Keys and names of a dictionary array: names that are used, each once.
fn dictionary(array: &ArrayRef) -> Option<Data<'static>> {
    let dictionary = array.as_any_dictionary_opt()?;
    let Data::Dict { keys: key_of_entry, names: entries } = convert(dictionary.values())?.data else { return None };
    let nulls = array.logical_nulls();
    if key_of_entry.is_empty() {
        return Some(names(array.len(), |_| None));
    }
    const UNUSED: u32 = u32::MAX;
    let mut key_of = vec![UNUSED; entries.len()];
    let mut used: Vec<String> = Vec::new();
    let mut keys = Vec::with_capacity(array.len());
    for (row, entry) in dictionary.normalized_keys().into_iter().enumerate() {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            keys.push(0);
            continue;
        }
        let entry = *key_of_entry.get(entry)? as usize;
        if key_of[entry] == UNUSED {
            key_of[entry] = u32::try_from(used.len()).ok()?;
            used.push(entries[entry].clone());
        }
        keys.push(key_of[entry]);
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
