//! One page, from its bytes in the file to the values of its rows.
//!
//! Declines whatever is not as it should be: the general decoder then tells what is wrong, or knows better.

use std::sync::{Arc, OnceLock};

use bytemuck::Pod;

use super::super::heads::{Head, Kind as PageKind};
use super::kind::Slots;
use super::levels;
use super::runs::{Run, Runs, unpack};
use super::unpacked::{Column, Memory, unpacked};
use crate::source::buffers::Buffer;

/// Most rows of a page, and most bytes of one, packed or not: several are under way on each thread. Most writers cut pages
/// at 1 MiB or at 20,000 rows.
const MOST_ROWS: u64 = 1 << 19;
const MOST_BYTES: usize = (4 << 20) + (256 << 10);

/// Encodings of the format.
const PLAIN: i64 = 0;
const PLAIN_DICTIONARY: i64 = 2;
const RLE: i64 = 3;
const RLE_DICTIONARY: i64 = 8;

/// The dictionary of a column chunk: read by whoever needs it first.
#[derive(Debug)]
pub(super) struct Dictionary {
    head: Head,
    /// The block with its values, and the place of the first one.
    values: OnceLock<Option<(Buffer, usize)>>,
}

impl Dictionary {
    pub fn new(head: Head) -> Self {
        Self { head, values: OnceLock::new() }
    }

    /// The values, in slots as a chunk has them.
    fn values<T: Pod>(&self, column: &Column, memory: &Memory) -> Option<&[T]> {
        let len = usize::try_from(self.head.values).ok()?;
        let read = || {
            let (page, start) = unpacked(column, &self.head, memory)?;
            let stored = page.slots().get(start..start + self.head.unpacked_bytes)?;
            if column.kind.is_as_stored() && start.is_multiple_of(8) {
                return (stored.len() >= len * column.kind.slot_bytes())
                    .then_some((page, start / column.kind.slot_bytes()));
            }
            let mut block = memory.values.take(len * column.kind.slot_bytes());
            column.kind.convert(stored, &mut Slots::of(column.kind, &mut block, len)?)?;
            Some((block, 0))
        };
        let (block, start) = self.values.get_or_init(read).as_ref()?;
        block.slots().get(*start..start + len)
    }
}

/// The values of a page.
#[derive(Clone, Debug)]
pub(super) struct Values {
    pub block: Arc<Buffer>,
    /// The first one's place in the block.
    pub start: usize,
    pub flags: Option<Arc<Vec<u8>>>,
}

/// True for a page that this can read, as far as its header tells.
pub(super) fn is_fit(head: &Head, has_dictionary: bool) -> bool {
    let is_fit = match head.kind {
        PageKind::Dictionary => matches!(head.encoding, PLAIN | PLAIN_DICTIONARY),
        PageKind::Data | PageKind::DataV2 => match head.encoding {
            PLAIN => true,
            PLAIN_DICTIONARY | RLE_DICTIONARY => has_dictionary,
            _ => false,
        },
        PageKind::Index => false,
    };
    is_fit
        && head.values <= MOST_ROWS
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
        return Some(Values { block: Arc::new(page), start: (start + values_at) / slot_bytes, flags: None });
    }
    let mut block = memory.values.take(rows * slot_bytes);
    let mut slots = Slots::of(kind, &mut block, rows)?;
    let mut compact = slots.first(levels.values)?;
    if head.encoding == PLAIN {
        kind.convert(stored, &mut compact)?;
    } else {
        let dictionary = dictionary?;
        match &mut compact {
            Slots::Narrow(slots) => look_up(stored, dictionary.values(column, memory)?, slots)?,
            Slots::Wide(slots) => look_up(stored, dictionary.values(column, memory)?, slots)?,
        }
    }
    if let Some(flags) = &levels.flags {
        levels::spread(slots, flags, levels.values)?;
    }
    Some(Values { block: Arc::new(block), start: 0, flags: levels.flags.map(Arc::new) })
}

/// Writes the values that indices stand for.
fn look_up<T: Copy>(stored: &[u8], dictionary: &[T], slots: &mut [T]) -> Option<()> {
    if slots.is_empty() {
        return Some(());
    }
    let (&bits, runs) = stored.split_first()?;
    if bits > 32 {
        return None;
    }
    let mut left = slots;
    let mut is_whole = true;
    for run in Runs::new(runs, bits.into(), left.len()) {
        let count = match run.ok()? {
            Run::Same(index, count) => {
                left[..count].fill(*dictionary.get(index as usize)?);
                count
            }
            Run::Packed(packed, count) => {
                let mut to = left[..count].iter_mut();
                unpack(packed, bits.into(), count, |indices| {
                    for (index, to) in indices.iter().zip(to.by_ref()) {
                        match dictionary.get(*index as usize) {
                            Some(value) => *to = *value,
                            None => is_whole = false,
                        }
                    }
                });
                count
            }
        };
        left = &mut left[count..];
    }
    (is_whole && left.is_empty()).then_some(())
}
