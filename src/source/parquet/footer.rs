//! The footer of a Parquet file before it is decoded: its length, and how much it makes the decoder hold.
//!
//! The decoder follows a schema's depth on the stack and keeps hundreds of bytes of each column of each row group, which
//! may be written in twenty.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::fault::damaged;
use super::thrift::{Cursor, Flaw, Read as Thrift, STRUCT};
use crate::error::Result;
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::{RegularFile, cannot_read};

/// The length of the footer and the magic, at the end of a file.
const TAIL_BYTES: u64 = 8;

/// What the decoder holds of a column of a row group: measured.
const CHUNK_BYTES: u64 = 600;

/// What it holds of a column of the schema: measured, with the names of its types.
const ELEMENT_BYTES: u64 = 1000;

/// What a footer makes the decoder hold, as the counts in it tell.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    elements: u64,
    levels: u64,
    groups: u64,
    chunks: u64,
}

/// Checks the footer of a file. What it says beyond its sizes is left to the decoder, a file without one too.
///
/// # Errors
/// When the footer is longer than the file, or asks for more than its budgets.
pub(super) fn check(file: &RegularFile, handle: &File) -> Result<()> {
    let failed = |error: io::Error| cannot_read(error, file.name());
    let Some(end) = file.len_bytes().checked_sub(TAIL_BYTES) else { return Ok(()) };
    let mut handle = handle;
    let mut tail = [0; TAIL_BYTES as usize];
    handle.seek(SeekFrom::Start(end)).and_then(|_| handle.read_exact(&mut tail)).map_err(failed)?;
    let [a, b, c, d, magic @ ..] = tail;
    if &magic != b"PAR1" {
        return Ok(());
    }
    let len = u64::from(u32::from_le_bytes([a, b, c, d]));
    let start = end.checked_sub(len);
    let start = start.ok_or_else(|| damaged(file.name(), "its footer is longer than the file"))?;
    let in_file = |error: crate::error::Error| error.in_file(file.name());
    let budgets = file.budgets();
    budgets.check(Limit::Header, len, &format!("the footer at byte {start} is too long")).map_err(in_file)?;
    let mut footer = Vec::new();
    handle.seek(SeekFrom::Start(start)).map_err(failed)?;
    handle.take(len).read_to_end(&mut footer).map_err(failed)?;
    match counts(&footer) {
        Ok(counts) => counts.check(start, budgets).map_err(in_file),
        Err(_) => Err(damaged(file.name(), "its footer cannot be read")),
    }
}

impl Counts {
    fn check(&self, start: u64, budgets: &Budgets) -> Result<()> {
        let footer = |what: &str| format!("the footer at byte {start} tells of {what}");
        budgets.check(Limit::Nesting, self.levels, &footer("columns that are nested too deeply"))?;
        // Lists and structs take elements of their own.
        let most = budgets.of(Limit::Columns).saturating_mul(4);
        if self.elements > most {
            return Err(budgets.refusal(Limit::Columns, Some(self.elements), &footer("too many columns")));
        }
        let (chunks, elements) = (self.chunks.saturating_mul(CHUNK_BYTES), self.elements.saturating_mul(ELEMENT_BYTES));
        let held = chunks.saturating_add(elements);
        if held > budgets.of(Limit::Header).saturating_mul(4) {
            let what = format!("{} column chunks in {} row groups, which is too much", self.chunks, self.groups);
            return Err(budgets.refusal(Limit::Header, Some(held.div_ceil(4)), &footer(&what)));
        }
        Ok(())
    }
}

/// Counts what a footer tells of.
fn counts(footer: &[u8]) -> Thrift<Counts> {
    let mut counts = Counts::default();
    Cursor::new(footer).fields(|cursor, number, kind| match (number, kind) {
        (2, 9) => {
            let (kind, elements) = structs(cursor)?;
            // How many children are left of each element that this one is within.
            let mut open: Vec<u64> = Vec::new();
            for element in 0..elements {
                let children = if kind { children(cursor)? } else { 0 };
                // The decoder makes room for as many as it is told of.
                if children > elements - element - 1 {
                    return Err(Flaw::Damaged);
                }
                counts.elements += 1;
                // The root is no level.
                counts.levels = counts.levels.max(open.len() as u64);
                if let Some(left) = open.last_mut() {
                    *left -= 1;
                }
                if children > 0 {
                    open.push(children);
                }
                while open.last() == Some(&0) {
                    open.pop();
                }
            }
            Ok(true)
        }
        (4, 9) => {
            let (kind, groups) = structs(cursor)?;
            for _ in 0..groups {
                counts.groups += 1;
                if kind {
                    counts.chunks += chunks(cursor)?;
                }
            }
            Ok(true)
        }
        _ => Ok(false),
    })?;
    Ok(counts)
}

/// The number of a list's structs; false with a list of nothing.
fn structs(cursor: &mut Cursor<'_>) -> Thrift<(bool, u64)> {
    let (kind, count) = cursor.list()?;
    if count > 0 && kind != STRUCT { Err(Flaw::Damaged) } else { Ok((count > 0, count)) }
}

/// The number of children of an element of the schema.
fn children(cursor: &mut Cursor<'_>) -> Thrift<u64> {
    let mut children = 0;
    cursor.fields(|cursor, number, kind| {
        if (number, kind) == (5, 5) {
            children = u64::try_from(cursor.signed()?).map_err(|_| Flaw::Damaged)?;
            return Ok(true);
        }
        Ok(false)
    })?;
    Ok(children)
}

/// The number of column chunks of a row group.
fn chunks(cursor: &mut Cursor<'_>) -> Thrift<u64> {
    let mut chunks = 0;
    cursor.fields(|cursor, number, kind| {
        if (number, kind) != (1, 9) {
            return Ok(false);
        }
        let (_, count) = structs(cursor)?;
        for _ in 0..count {
            chunks += 1;
            cursor.fields(|_, _, _| Ok(false))?;
        }
        Ok(true)
    })?;
    Ok(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A schema of elements with so many children each, and nothing else.
    fn schema(children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x29, 0xfc];
        let mut count = children.len();
        while count >= 0x80 {
            bytes.push((count & 0x7f) as u8 | 0x80);
            count >>= 7;
        }
        bytes.push(count as u8);
        for children in children {
            bytes.extend([0x48, 1, b'a', 0x15, children * 2, 0]);
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn levels_are_those_of_the_tree() {
        // root { a, b { c, d { e } }, f }
        let found = counts(&schema(&[3, 0, 2, 0, 1, 0, 0])).unwrap();
        assert_eq!(found, Counts { elements: 7, levels: 3, ..Counts::default() });
        let chain = counts(&schema(&[&[1; 999][..], &[0]].concat())).unwrap();
        assert!(counts(&schema(&[2, 0])).is_err() && counts(&schema(&[1])).is_err(), "children that are not there");
        let told = chain.check(4, &Budgets::default()).unwrap_err().to_string();
        assert!(
            told.contains("at byte 4") && told.contains("at most 64, found 999") && told.ends_with("--max-nesting")
        );
        chain.check(4, &Budgets::default().with(Limit::Nesting, 256).unwrap()).unwrap_err();
        let wide = counts(&schema(&vec![0; 500_000])).unwrap();
        let told = wide.check(4, &Budgets::default()).unwrap_err().to_string();
        assert!(told.contains("found 500000") && told.ends_with("--max-columns"), "{told}");
    }

    #[test]
    fn row_groups_of_many_columns_are_counted_before_they_are_kept() {
        // One row group of 2,000,000 empty column chunks: two million bytes that would be held as a gigabyte.
        let mut footer = vec![0x49, 0x1c, 0x19, 0xfc, 0x80, 0x89, 0x7a];
        footer.extend(vec![0; 2_000_000 + 2]);
        let found = counts(&footer).unwrap();
        assert_eq!((found.groups, found.chunks), (1, 2_000_000));
        let told = found.check(4, &Budgets::default()).unwrap_err().to_string();
        assert!(told.contains("2000000 column chunks in 1 row groups") && told.ends_with("--max-header"), "{told}");
        assert_eq!(counts(&footer[..1000]), Err(Flaw::Ends));
    }
}
