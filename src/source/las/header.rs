//! The header of a LAS file and what its variable length records say of extra bytes and compression.
//!
//! After the ASPRS LAS specifications 1.0 to 1.4 R15. Lengths are held against the file before they are believed.

use crate::error::{Error, Result};

/// Bytes of a variable length record before its content.
pub(super) const RECORD_HEAD_BYTES: usize = 54;

/// Bytes of a point of each format without extra bytes.
const POINT_BYTES: [u16; 11] = [20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67];

/// What a header says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    /// 1 to 4 of LAS 1.1 to 1.4, 0 of 1.0.
    #[cfg_attr(not(feature = "las"), allow(dead_code, reason = "decompression asks for it"))]
    pub minor_version: u8,
    pub header_bytes: usize,
    /// Where the points begin.
    pub data_offset: u64,
    pub records: u32,
    /// 0 to 10.
    pub format: u8,
    pub is_compressed: bool,
    pub point_bytes: usize,
    pub points: u64,
    pub scale: [f64; 3],
    pub offset: [f64; 3],
}

/// A variable length record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub user: &'a [u8],
    pub id: u16,
    /// The record itself, head and content.
    #[cfg_attr(not(feature = "las"), allow(dead_code, reason = "decompression asks for it"))]
    pub whole: &'a [u8],
    pub content: &'a [u8],
}

/// Little-endian numbers of a slice that has been found long enough.
fn bytes<const N: usize>(head: &[u8], at: usize) -> [u8; N] {
    head.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
}

pub(super) fn u16_at(head: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes(head, at))
}

pub(super) fn u32_at(head: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes(head, at))
}

pub(super) fn f64_at(head: &[u8], at: usize) -> f64 {
    f64::from_le_bytes(bytes(head, at))
}

pub(super) fn damaged(what: impl std::fmt::Display) -> Error {
    Error::input(format!("the LAS file is damaged ({what})")).hint("copy or write it again")
}

impl Header {
    /// Bytes of the longest header.
    pub const BYTES: usize = 375;

    /// Reads the first bytes of a file.
    pub fn parse(head: &[u8]) -> Result<Self> {
        if !head.starts_with(b"LASF") {
            return Err(Error::input("this is no LAS file").hint("name the format with --format"));
        }
        if head.len() < 227 {
            return Err(damaged("it ends within its header"));
        }
        let (major, minor_version) = (head[24], head[25]);
        if (major, minor_version > 4) != (1, false) {
            return Err(Error::input("this version of LAS is unknown")
                .expected("1.0 to 1.4")
                .found(format!("{major}.{minor_version}")));
        }
        let least = match minor_version {
            0..=2 => 227,
            3 => 235,
            _ => Self::BYTES,
        };
        let (header_bytes, data_offset) = (usize::from(u16_at(head, 94)), u32_at(head, 96));
        if header_bytes < least || head.len() < least || (data_offset as usize) < header_bytes {
            return Err(damaged("its header contradicts itself"));
        }
        let (format, point_bytes) = (head[104], u16_at(head, 105));
        // LASzip marks compressed points with the highest bit.
        let (format, is_compressed) = (format & 0x7f, format & 0x80 != 0);
        let least = *POINT_BYTES.get(usize::from(format)).ok_or_else(|| {
            Error::input("this format of points is unknown").expected("0 to 10").found(format.to_string())
        })?;
        if point_bytes < least {
            return Err(damaged(format!("points of format {format} have {least} bytes or more, not {point_bytes}")));
        }
        let old_points = u64::from(u32_at(head, 107));
        let points = match minor_version {
            4 => match u64::from_le_bytes(bytes(head, 247)) {
                // A writer that knew only the old field.
                0 => old_points,
                points => points,
            },
            _ => old_points,
        };
        let three = |at: usize| [0, 8, 16].map(|more| f64_at(head, at + more));
        let (scale, offset) = (three(131), three(155));
        if !scale.iter().chain(&offset).all(|number| number.is_finite()) {
            return Err(damaged("its scale or its offset is no number"));
        }
        let data_offset = u64::from(data_offset);
        let (records, point_bytes) = (u32_at(head, 100), usize::from(point_bytes));
        Ok(Self {
            minor_version,
            header_bytes,
            data_offset,
            records,
            format,
            is_compressed,
            point_bytes,
            points,
            scale,
            offset,
        })
    }

    /// Bytes of a point that are not those of its format.
    pub fn extra_bytes(&self) -> usize {
        self.point_bytes - self.standard_bytes()
    }

    /// Bytes of a point of its format.
    pub fn standard_bytes(&self) -> usize {
        usize::from(POINT_BYTES[usize::from(self.format)])
    }

    /// The variable length records of the bytes before the points; ends early where one sticks out.
    pub fn records<'a>(&self, head: &'a [u8]) -> Vec<Record<'a>> {
        let mut rest = head.get(self.header_bytes..).unwrap_or_default();
        let mut records = Vec::new();
        for _ in 0..self.records {
            let content_bytes = usize::from(u16_at(rest, 20));
            let Some(whole) = rest.get(..RECORD_HEAD_BYTES + content_bytes) else { break };
            let user = whole[2..18].split(|byte| *byte == 0).next().unwrap_or_default();
            let content = &whole[RECORD_HEAD_BYTES..];
            records.push(Record { user, id: u16_at(whole, 18), whole, content });
            rest = &rest[whole.len()..];
        }
        records
    }
}
