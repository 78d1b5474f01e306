//! What the text formats share: the window that slides over their bytes, the kinds of columns that texts make, and the
//! values gathered of them. How records and fields are cut is up to each format.

pub(in crate::source) mod blockwise;
pub(in crate::source) mod column;
pub(in crate::source) mod decimal;
mod decimal_comma;
pub(in crate::source) mod reader;
pub(in crate::source) mod time;
pub(in crate::source) mod value;
pub(in crate::source) mod window;

use crate::data::chunk::Logical;
use crate::error::{Error, Result};
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

/// Bytes of the mark that UTF-8 may begin with.
///
/// # Errors
/// When the mark is that of UTF-16.
pub(in crate::source) fn mark_len(head: &[u8]) -> Result<usize> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(Error::input("the text is UTF-16")
            .expected("UTF-8")
            .hint("convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"));
    }
    Ok(if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 })
}
