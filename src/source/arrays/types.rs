//! What Arrow types mean: which can be drawn, what their values are, and their names for people.

use arrow::datatypes::{DataType, TimeUnit as ArrowUnit};

use crate::data::chunk::{Logical, TimeUnit};

/// What a type means; `None` for types that cannot be drawn.
pub(in crate::source) fn logical(data_type: &DataType) -> Option<Logical> {
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
        // In seconds.
        T::Duration(_) | T::Time32(_) | T::Time64(_) => Logical::Number { integer: false },
        T::Timestamp(unit, zone) => {
            Logical::Time { unit: unit_of(*unit), zone: zone.as_ref().map(|zone| zone.to_string()) }
        }
        T::Date32 | T::Date64 => Logical::Date,
        T::Utf8 | T::LargeUtf8 | T::Utf8View => Logical::Category,
        T::Dictionary(_, values) => return plain(values).then(|| logical(values)).flatten(),
        T::RunEndEncoded(_, values) => return plain(values.data_type()).then(|| logical(values.data_type())).flatten(),
        _ => return None,
    })
}

/// True for types that are not themselves encodings of another.
fn plain(data_type: &DataType) -> bool {
    !matches!(data_type, DataType::Dictionary(..) | DataType::RunEndEncoded(..))
}

/// True for text of any layout.
pub(in crate::source) fn is_text(data_type: &DataType) -> bool {
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

fn unit_name(unit: ArrowUnit) -> &'static str {
    match unit {
        ArrowUnit::Second => "s",
        ArrowUnit::Millisecond => "ms",
        ArrowUnit::Microsecond => "us",
        ArrowUnit::Nanosecond => "ns",
    }
}

/// How many decimals a unit adds to seconds.
pub(super) fn decimals(unit: ArrowUnit) -> i8 {
    match unit {
        ArrowUnit::Second => 0,
        ArrowUnit::Millisecond => 3,
        ArrowUnit::Microsecond => 6,
        ArrowUnit::Nanosecond => 9,
    }
}

/// A type's name for people.
pub(in crate::source) fn stored(data_type: &DataType) -> String {
    match data_type {
        data_type if is_text(data_type) => "text".into(),
        DataType::Dictionary(_, values) => format!("{} (dictionary)", stored(values)),
        DataType::RunEndEncoded(_, values) => format!("{} (runs)", stored(values.data_type())),
        DataType::Boolean => "bool".into(),
        DataType::Timestamp(unit, None) => format!("timestamp[{}]", unit_name(*unit)),
        DataType::Timestamp(unit, Some(zone)) => format!("timestamp[{}, {zone}]", unit_name(*unit)),
        DataType::Duration(unit) => format!("duration[{}] in seconds", unit_name(*unit)),
        DataType::Time32(unit) => format!("time32[{}] in seconds since midnight", unit_name(*unit)),
        DataType::Time64(unit) => format!("time64[{}] in seconds since midnight", unit_name(*unit)),
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => "list".into(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "binary".into()
        }
        DataType::Struct(_) => "struct".into(),
        DataType::Map(..) => "map".into(),
        DataType::Union(..) => "union".into(),
        data_type => data_type.to_string().to_lowercase(),
    }
}
