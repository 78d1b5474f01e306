//! One page, from its bytes in the file to the values of its rows.
//!
//! Declines whatever is not as it should be: the general decoder then tells what is wrong, or knows better.

use std::sync::Arc;

use super::super::heads::{Head, Kind as PageKind};
use super::dictionary::Dictionary;
use super::kind::{Kind, Slots};
use super::levels;
use super::unpacked::{Column, Memory, unpacked};
use crate::data::chunk::Data;
use crate::source::buffers::Buffer;

/// Most bytes of a page, packed or not, or as values: several are under way on each thread. Most writers cut pages at 1 MiB
/// or at 20,000 rows, some only at the end of a row group of 2^20 rows where values are packed into few bits.
const MOST_BYTES: usize = (4 << 20) + (256 << 10);

/// Encodings of the format.
const PLAIN: i64 = 0;
const PLAIN_DICTIONARY: i64 = 2;
const RLE: i64 = 3;
const RLE_DICTIONARY: i64 = 8;

/// The values of a page.
#[derive(Clone, Debug)]
pub(super) struct Values {
    pub block: Arc<Buffer>,
    /// The first one's place in the block.
    pub start: usize,
    pub flags: Option<Arc<Vec<u8>>>,
    /// What keys of texts stand for.
    names: Arc<Vec<String>>,
}

impl Values {
    /// `len` values of that kind from the `start`-th on.
    pub fn data(&self, kind: Kind, start: usize, len: usize) -> Data<'static> {
        kind.data(&self.block, self.start + start, len, &self.names)
    }

    /// The same of a block of their own, which begins with them.
    pub fn copied(&self, kind: Kind, block: Buffer, len: usize) -> Data<'static> {
        kind.data(&Arc::new(block), 0, len, &self.names)
    }
}

/// True for a page that this can read, as far as its header tells.
pub(super) fn is_fit(head: &Head, kind: Kind, has_dictionary: bool) -> bool {
    let is_fit = match head.kind {
        PageKind::Dictionary => matches!(head.encoding, PLAIN | PLAIN_DICTIONARY),
        PageKind::Data | PageKind::DataV2 => match head.encoding {
            PLAIN => kind != Kind::Text,
            PLAIN_DICTIONARY | RLE_DICTIONARY => has_dictionary,
            _ => false,
        },
        PageKind::Index => false,
    };
    is_fit
        && head.values <= (MOST_BYTES / kind.slot_bytes()) as u64
        && head.packed_bytes.max(head.unpacked_bytes) <= MOST_BYTES
        && (head.kind != PageKind::Data || head.level_encoding == RLE)
        && head.repetition_bytes == 0
}

/// The values of a page of at least one row.
pub(super) fn read(column: &Column, head: &Head, dictionary: Option<&Dictionary>, memory: &Memory) -> Option<Values> {
    let rows = usize::try_from(head.values).ok()?;
    let (page, start) = unpacked(column, head, memory)?;
    let bytes = page.slots::<u8>().get(start..start + head.unpacked_bytes)?;
    let (level_bytes, values_at) = match head.kind {
        PageKind::DataV2 => (bytes.get(..head.level_bytes)?, head.level_bytes),
        _ if column.has_levels => {
            let (len, behind) = bytes.split_first_chunk::<4>()?;
            let len = u32::from_le_bytes(*len) as usize;
            (behind.get(..len)?, 4 + len)
        }
        _ => (&[][..], 0),
    };
    let levels =
        if column.has_levels { levels::read(level_bytes, rows)? } else { levels::Levels { flags: None, values: rows } };
    if head.kind == PageKind::DataV2 && head.nulls != (rows - levels.values) as u64 {
        return None;
    }
    let stored = bytes.get(values_at..)?;
    let (kind, slot_bytes) = (column.kind, column.kind.slot_bytes());
    let is_ready = head.encoding == PLAIN
        && kind.is_as_stored()
        && levels.flags.is_none()
        && (start + values_at).is_multiple_of(slot_bytes);
    if is_ready {
        if stored.len() < rows * slot_bytes {
            return None;
        }
        let start = (start + values_at) / slot_bytes;
        return Some(Values { block: Arc::new(page), start, flags: None, names: Arc::default() });
    }
    let mut block = memory.values.take(rows * slot_bytes);
    let mut slots = Slots::of(kind, &mut block, rows)?;
    let mut compact = slots.first(levels.values)?;
    if head.encoding == PLAIN {
        kind.convert(stored, &mut compact)?;
    } else {
        dictionary?.look_up(stored, column, memory, &mut compact)?;
    }
    if let Some(flags) = &levels.flags {
        levels::spread(slots, flags, levels.values)?;
    }
    let names = match kind {
        Kind::Text => dictionary?.names(column, memory)?,
        _ => Arc::default(),
    };
    Some(Values { block: Arc::new(block), start: 0, flags: levels.flags.map(Arc::new), names })
}
