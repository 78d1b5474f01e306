//! The headers of the pages of a column chunk, one after another, held against the budget before a page is decoded.
//!
//! The decoder allocates what a header says and decompresses without a bound, so nothing of it is asked before this.

use std::fs::File;
use std::sync::Arc;

use ::parquet::basic::Type;

use super::fault::damaged;
use super::thrift::{Cursor, Flaw, Read as Thrift, STRUCT};
use crate::error::Result;
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::cannot_read;
use crate::source::positioned::read_full_at;

/// Bytes that most headers fit in.
const FIRST_BYTES: usize = 512;

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Data,
    DataV2,
    Dictionary,
    /// Passed over by the decoder.
    Index,
}

/// What the header of a page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Where it begins in the file, and the page behind it.
    pub at: u64,
    pub data_at: u64,
    pub kind: Kind,
    /// Bytes of the page behind its header, decompressed and as they are stored.
    pub unpacked_bytes: usize,
    pub packed_bytes: usize,
    pub values: u64,
    pub encoding: i64,
    /// How the levels of the first version are written.
    pub level_encoding: i64,
    /// Of the second version: bytes before the values, which are not compressed, those of them that are about repetition,
    /// rows without a value, and whether the values are compressed.
    pub level_bytes: usize,
    pub repetition_bytes: usize,
    pub nulls: u64,
    pub is_packed: bool,
    /// The CRC-32 of the page as it is stored.
    pub checksum: Option<u32>,
}

/// Where a column chunk lies, and what its values are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The input as the user named it.
    pub name: String,
    pub column: String,
    pub group: usize,
    pub start: u64,
    pub end: u64,
    pub physical: Type,
    /// Bytes of a value of a fixed length.
    pub type_bytes: usize,
    pub has_levels: bool,
}

/// The headers of a column chunk that have not been read.
#[derive(Debug)]
pub(super) struct Heads {
    file: Arc<File>,
    place: Place,
    at: u64,
    budgets: Budgets,
    bytes: Vec<u8>,
}

/// The numbers of a header as they stand there.
#[derive(Debug, Default)]
struct Raw {
    kind: i64,
    unpacked: i64,
    packed: i64,
    values: i64,
    encoding: i64,
    level_encoding: i64,
    levels: [i64; 2],
    nulls: i64,
    is_packed: bool,
    checksum: Option<i64>,
}

impl Heads {
    /// Those of a column chunk that lies within the file.
    pub fn new(file: Arc<File>, place: Place, budgets: Budgets) -> Self {
        Self { file, at: place.start, place, budgets, bytes: Vec::new() }
    }

    /// Where they are from.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// How much they may ask for.
    pub fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// The next header, `None` behind the last page.
    ///
    /// # Errors
    /// When it is none, contradicts itself or the column chunk, or asks for more than its budget.
    pub fn next(&mut self) -> Result<Option<Head>> {
        if self.at >= self.place.end {
            return Ok(None);
        }
        let read = self.read().and_then(|(raw, len_bytes)| self.checked(&raw, len_bytes));
        let column = self.place.column.clone();
        let (head, end) = read.map_err(|error| error.in_file(&self.place.name).in_column(column))?;
        self.at = end;
        Ok(Some(head))
    }

    /// The header here, and its length.
    fn read(&mut self) -> Result<(Raw, u64)> {
        let left = self.place.end - self.at;
        let mut len = FIRST_BYTES;
        loop {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(len);
            self.bytes.resize(most, 0);
            let failed = |error| cannot_read(error, &self.place.name);
            let count = read_full_at(&self.file, &mut self.bytes, self.at).map_err(failed)?;
            match raw(&self.bytes[..count]) {
                Ok((raw, len_bytes)) => return Ok((raw, len_bytes as u64)),
                Err(Flaw::Ends) if count == len && (len as u64) < self.budgets.of(Limit::Header) => {
                    len = len.saturating_mul(16).min(self.budgets.len_of(Limit::Header));
                }
                Err(Flaw::Ends) if count == len => {
                    let what = format!("the header of {} is too long", self.page());
                    return Err(self.budgets.refusal(Limit::Header, None, &what));
                }
                Err(_) => {
                    return Err(damaged(&self.place.name, format!("the header of {} cannot be read", self.page())));
                }
            }
        }
    }

    /// What a header says, if it can be so, and where its page ends.
    fn checked(&self, raw: &Raw, len_bytes: u64) -> Result<(Head, u64)> {
        let damaged = |what: &str| damaged(&self.place.name, format!("{} {what}", self.page()));
        let number = |number: i64| u64::try_from(number).map_err(|_| damaged("has a negative size or number"));
        let (packed, unpacked) = (number(raw.packed)?, number(raw.unpacked)?);
        let (values, levels) = (number(raw.values)?, number(raw.levels[0])?.saturating_add(number(raw.levels[1])?));
        let end = self.at.saturating_add(len_bytes).saturating_add(packed);
        if end > self.place.end {
            return Err(damaged("is longer than its column chunk"));
        }
        let what = format!("{} is too large", self.page());
        self.budgets.check(Limit::Page, packed.max(unpacked), &what)?;
        let kind = match raw.kind {
            0 => Kind::Data,
            2 => Kind::Dictionary,
            3 => Kind::DataV2,
            1 => Kind::Index,
            _ => return Err(damaged("is of no kind that there is")),
        };
        if kind == Kind::DataV2 && levels > packed.min(unpacked) {
            return Err(damaged("has more levels than bytes"));
        }
        // The decoder makes room for as many values as a dictionary claims to have.
        if kind == Kind::Dictionary && values.saturating_mul(self.least_bits()) > unpacked * 8 {
            return Err(damaged("is a dictionary of more values than bytes"));
        }
        let head = Head {
            at: self.at,
            data_at: end - packed,
            kind,
            unpacked_bytes: unpacked as usize,
            packed_bytes: packed as usize,
            values,
            encoding: raw.encoding,
            level_encoding: raw.level_encoding,
            level_bytes: levels as usize,
            repetition_bytes: raw.levels[1] as usize,
            // What is no such number, no page has.
            nulls: u64::try_from(raw.nulls).unwrap_or(u64::MAX),
            is_packed: raw.is_packed,
            checksum: raw.checksum.map(|checksum| checksum as u32),
        };
        Ok((head, end))
    }

    /// Bits that a value takes at least where each is written out.
    fn least_bits(&self) -> u64 {
        match self.place.physical {
            Type::BOOLEAN => 1,
            Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 32,
            Type::INT64 | Type::DOUBLE => 64,
            Type::INT96 => 96,
            Type::FIXED_LEN_BYTE_ARRAY => self.place.type_bytes.max(1) as u64 * 8,
        }
    }

    fn page(&self) -> String {
        format!("the page at byte {} of row group {}", self.at, self.place.group)
    }
}

/// The numbers of the header that some bytes begin with, and its length.
fn raw(bytes: &[u8]) -> Thrift<(Raw, usize)> {
    let mut cursor = Cursor::new(bytes);
    // Where the second version does not say, its values are compressed.
    let mut raw = Raw { kind: -1, is_packed: true, ..Raw::default() };
    cursor.fields(|cursor, number, kind| {
        let slot = match number {
            1 => &mut raw.kind,
            2 => &mut raw.unpacked,
            3 => &mut raw.packed,
            4 => raw.checksum.insert(0),
            5 | 7 | 8 if kind == STRUCT => {
                cursor.fields(|cursor, inner, kind| {
                    let slot = match (number, inner) {
                        (_, 1) => &mut raw.values,
                        (5 | 7, 2) | (8, 4) => &mut raw.encoding,
                        (5, 3) => &mut raw.level_encoding,
                        (8, 2) => &mut raw.nulls,
                        (8, 5) => &mut raw.levels[0],
                        (8, 6) => &mut raw.levels[1],
                        (8, 7) => {
                            raw.is_packed = kind == 1;
                            return Ok(true);
                        }
                        _ => return Ok(false),
                    };
                    number_of(kind, slot, cursor)
                })?;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        number_of(kind, slot, cursor)
    })?;
    Ok((raw, cursor.taken()))
}

fn number_of(kind: u8, slot: &mut i64, cursor: &mut Cursor<'_>) -> Thrift<bool> {
    if !matches!(kind, 4..=6) {
        return Err(Flaw::Damaged);
    }
    *slot = cursor.signed()?;
    Ok(true)
}
