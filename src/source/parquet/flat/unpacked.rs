//! A page from its bytes in the file to those that its values are written in: read, held against its checksum, unpacked.

use std::fs::File;
use std::sync::Arc;

use ::parquet::basic::Compression;

use super::super::heads::{Head, Kind as PageKind};
use super::kind::Kind;
use super::snappy;
use crate::source::buffers::{Buffer, Buffers};
use crate::source::positioned::read_full_at;

/// Bytes of a page that are read at a time where it can be unpacked in pieces: at first and behind a long literal, and at
/// most. Pieces stay in the cache; literals from so many bytes on are read to where they stay, which is nearly all of
/// numbers that do not pack.
const FIRST_BYTES: usize = 4 << 10;
const PIECE_BYTES: usize = 128 << 10;
const LONG_BYTES: usize = 4 << 10;

/// Bytes of a piece that an unpacker may leave for the next one.
const KEPT_BYTES: usize = 8;

/// What the pages of a column chunk have in common.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub file: Arc<File>,
    pub kind: Kind,
    pub compression: Compression,
    /// Whether rows may have no value.
    pub has_levels: bool,
}

/// Memory that pages are read and unpacked into.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    pub packed: Buffers,
    pub values: Buffers,
}

/// The bytes of a page as they are stored, one after another.
struct Stored<'a> {
    file: &'a File,
    at: u64,
    left: usize,
    checksum: Option<(u32, crc32fast::Hasher)>,
}

impl<'a> Stored<'a> {
    fn new(file: &'a File, head: &Head) -> Self {
        let checksum = head.checksum.map(|checksum| (checksum, crc32fast::Hasher::new()));
        Self { file, at: head.data_at, left: head.packed_bytes, checksum }
    }

    /// The next ones; `None` where there are not so many.
    fn read(&mut self, bytes: &mut [u8]) -> Option<()> {
        self.left = self.left.checked_sub(bytes.len())?;
        (read_full_at(self.file, bytes, self.at).ok()? == bytes.len()).then_some(())?;
        self.at += bytes.len() as u64;
        if let Some((_, hasher)) = &mut self.checksum {
            hasher.update(bytes);
        }
        Some(())
    }

    /// `None` where they are not those that were written.
    fn end(self) -> Option<()> {
        let is_sound = self.checksum.is_none_or(|(checksum, hasher)| hasher.finalize() == checksum);
        (is_sound && self.left == 0).then_some(())
    }
}

/// A page in memory with the place of its first byte. Where its values are written out, they lie there as they would in a
/// chunk as far as that can be foreseen.
pub(super) fn unpacked(column: &Column, head: &Head, memory: &Memory) -> Option<(Buffer, usize)> {
    let len = head.unpacked_bytes;
    let is_packed =
        column.compression != Compression::UNCOMPRESSED && (head.kind != PageKind::DataV2 || head.is_packed);
    let mut stored = Stored::new(&column.file, head);
    // Levels of the second version are never packed; of the first, their length comes first.
    let (before, has_length) = match head.kind {
        PageKind::DataV2 => (head.level_bytes, false),
        kind => (0, kind == PageKind::Data && column.has_levels),
    };
    let start_for = |first: Option<[u8; 4]>| {
        let length = first.filter(|_| has_length).map_or(0, |len| (u32::from_le_bytes(len) as usize).saturating_add(4));
        (8 - (before + length) % 8) % 8
    };
    if !is_packed {
        if head.packed_bytes != len {
            return None;
        }
        let mut first = [0; 4];
        let known = if has_length { 4 } else { 0 };
        stored.read(&mut first[..known])?;
        let start = start_for(Some(first));
        let mut page = memory.values.take(start + len);
        let (to_first, to) = page.slots_mut::<u8>().get_mut(start..start + len)?.split_at_mut_checked(known)?;
        to_first.copy_from_slice(&first[..known]);
        stored.read(to)?;
        stored.end()?;
        return Some((page, start));
    }
    let is_in_pieces = column.compression == Compression::SNAPPY;
    let packed_bytes = stored.left.checked_sub(before)?;
    let piece_bytes = if is_in_pieces { packed_bytes.min(FIRST_BYTES) } else { packed_bytes };
    let mut packed = memory.packed.take(before.max(piece_bytes).max(PIECE_BYTES + KEPT_BYTES));
    let packed = packed.slots_mut::<u8>();
    // What is left behind by an unpacker is read no more.
    let mut levels = Vec::with_capacity(before);
    if before > 0 {
        stored.read(packed.get_mut(..before)?)?;
        levels.extend_from_slice(packed.get(..before)?);
    }
    stored.read(packed.get_mut(..piece_bytes)?)?;
    let start = start_for(snappy::first(packed.get(..piece_bytes)?).filter(|_| is_in_pieces));
    let mut page = memory.values.take(start + len);
    let (to_levels, to) = page.slots_mut::<u8>().get_mut(start..start + len)?.split_at_mut_checked(before)?;
    to_levels.copy_from_slice(&levels);
    let piece = packed.get(..piece_bytes)?;
    match column.compression {
        _ if to.is_empty() => {}
        Compression::SNAPPY => in_pieces(&mut stored, packed, piece_bytes, to)?,
        Compression::LZ4_RAW => (lz4_flex::block::decompress_into(piece, to).ok()? == to.len()).then_some(())?,
        Compression::ZSTD(_) => (zstd::bulk::decompress_to_buffer(piece, to).ok()? == to.len()).then_some(())?,
        _ => return None,
    }
    stored.end()?;
    Some((page, start))
}

/// Unpacks a page of Snappy that has been read as far as the first `end` bytes of `packed`.
fn in_pieces(stored: &mut Stored<'_>, packed: &mut [u8], mut end: usize, to: &mut [u8]) -> Option<()> {
    let (mut unpacker, mut at) = snappy::Unpacker::new(packed.get(..end)?, to)?;
    let mut next_bytes = FIRST_BYTES;
    loop {
        let is_last = stored.left == 0;
        at += unpacker.feed(packed.get(at..end)?, is_last)?;
        if is_last {
            return (unpacker.is_whole() && at == end).then_some(());
        }
        next_bytes = match unpacker.literal(LONG_BYTES) {
            Some(room) => {
                stored.read(room)?;
                FIRST_BYTES
            }
            None => (4 * next_bytes).min(PIECE_BYTES),
        };
        // A few bytes of an element that goes on come first.
        let kept = end - at;
        packed.copy_within(at..end, 0);
        end = kept + stored.left.min(next_bytes);
        stored.read(packed.get_mut(kept..end)?)?;
        at = 0;
    }
}

/// True for a compression that is unpacked here.
pub(super) fn is_known(compression: Compression) -> bool {
    matches!(compression, Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::LZ4_RAW | Compression::ZSTD(_))
}
