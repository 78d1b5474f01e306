//! What the footer states of values: exact bounds of a column in a row group, or nothing.

use ::parquet::file::statistics::Statistics;
use arrow::datatypes::DataType;

use crate::data::survey::Extent;

/// True when statistics of a column whose plain Parquet type is `plain` are in the unit of `delivered`.
pub(super) fn is_same_unit(plain: &DataType, delivered: &DataType) -> bool {
    match (plain, delivered) {
        (DataType::Timestamp(plain, _), DataType::Timestamp(delivered, _)) => plain == delivered,
        _ => plain == delivered,
    }
}

/// The bounds of a row group, `Some(None)` for one of nulls only, `None` where the file states nothing reliable.
/// Writers leave NaN out of minimum and maximum; where one is NaN all the same, nothing is believed. Numbers are never
/// shortened in statistics, so that those without the mark `exact` are so too.
pub(super) fn bounds(statistics: &Statistics, delivered: &DataType, rows: i64) -> Option<Option<Extent>> {
    let is_all_null = statistics.null_count_opt().is_some_and(|nulls| i64::try_from(nulls) == Ok(rows));
    if statistics.min_bytes_opt().is_none() && statistics.max_bytes_opt().is_none() && is_all_null {
        return Some(None);
    }
    // The old fields were sorted as signed numbers whatever the type, and NaN could hide others.
    let is_old = statistics.is_min_max_deprecated();
    let is_signed_integer = matches!(
        delivered,
        DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::Date32
            | DataType::Timestamp(..)
    );
    if is_old && !is_signed_integer {
        return None;
    }
    let float = |lo: f64, hi: f64| (lo <= hi).then_some(Extent::F64 { lo: lo + 0., hi: hi + 0. });
    let int = |lo: i128, hi: i128| (lo <= hi).then_some(Extent::Int { lo, hi });
    let extent = match (statistics, delivered) {
        (Statistics::Double(s), DataType::Float64) => float(*s.min_opt()?, *s.max_opt()?),
        (Statistics::Float(s), DataType::Float32) => float(f64::from(*s.min_opt()?), f64::from(*s.max_opt()?)),
        (Statistics::Boolean(s), DataType::Boolean) => int(i128::from(*s.min_opt()?), i128::from(*s.max_opt()?)),
        (Statistics::Int32(s), DataType::UInt8 | DataType::UInt16 | DataType::UInt32) => {
            int(i128::from(*s.min_opt()? as u32), i128::from(*s.max_opt()? as u32))
        }
        (Statistics::Int64(s), DataType::UInt64) => {
            int(i128::from(*s.min_opt()? as u64), i128::from(*s.max_opt()? as u64))
        }
        (Statistics::Int32(s), DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Date32) => {
            int((*s.min_opt()?).into(), (*s.max_opt()?).into())
        }
        (Statistics::Int64(s), DataType::Int64 | DataType::Timestamp(..)) => {
            int((*s.min_opt()?).into(), (*s.max_opt()?).into())
        }
        _ => None,
    };
    extent.map(Some)
}
