//! What the text formats share: the window that slides over their bytes, the kinds of columns that texts make, and the
//! values gathered of them. How records and fields are cut is up to each format.

pub(in crate::source) mod column;
mod decimal_comma;
pub(in crate::source) mod time;
pub(in crate::source) mod value;
pub(in crate::source) mod window;

use crate::data::chunk::Logical;
use crate::source::Field;

/// Records that decide the kinds of columns.
pub(in crate::source) const SAMPLE_RECORDS: usize = 1000;

/// A chunk ends early when the different names of a column take this much, so that long texts stay bounded.
pub(in crate::source) const CHUNK_NAME_BYTES: usize = 16 << 20;

/// What the column that has the same name (or number, where there are no names) means in `like`.
pub(in crate::source) fn matching<'a>(like: &'a [Field], column: usize, name: Option<&str>) -> Option<&'a Logical> {
    let by_name = name.and_then(|name| like.iter().find(|field| field.name.as_deref() == Some(name)));
    by_name
        .or_else(|| like.get(column).filter(|field| field.name.is_none() || name.is_none()))
        .map(|field| &field.logical)
}
