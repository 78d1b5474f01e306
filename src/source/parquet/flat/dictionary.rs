//! The dictionary of a column chunk, and what indices into it stand for.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use bytemuck::Pod;

use super::super::heads::Head;
use super::kind::{Kind, Slots};
use super::runs::{Run, Runs, unpack};
use super::unpacked::{Column, Memory, unpacked};
use crate::source::buffers::Buffer;

/// Most texts, and most bytes of one: every chunk goes through all of them, and long ones are for the general decoder's
/// budgets.
const MOST_NAMES: u64 = 1 << 14;
const MOST_NAME_BYTES: usize = 1 << 10;

/// A dictionary: read by whoever needs it first.
#[derive(Debug)]
pub(super) struct Dictionary {
    head: Head,
    entries: OnceLock<Option<Entries>>,
}

/// What is in it.
#[derive(Debug)]
enum Entries {
    /// The block with the numbers, in slots as a chunk has them, and the place of the first one.
    Numbers(Buffer, usize),
    /// Each once.
    Names(Arc<Vec<String>>),
}

impl Dictionary {
    /// That of a page which is not yet read.
    pub fn new(head: Head) -> Self {
        Self { head, entries: OnceLock::new() }
    }

    /// Writes the entries that indices stand for (of texts the indices themselves); `None` where an index is none, or there
    /// are too few.
    pub fn look_up(&self, stored: &[u8], column: &Column, memory: &Memory, slots: &mut Slots<'_>) -> Option<()> {
        match (self.entries(column, memory)?, slots) {
            (Entries::Numbers(block, start), Slots::Narrow(slots)) => numbers(stored, self.of(block, *start)?, slots),
            (Entries::Numbers(block, start), Slots::Wide(slots)) => numbers(stored, self.of(block, *start)?, slots),
            (Entries::Names(names), Slots::Narrow(slots)) => indices(stored, slots, names.len(), |index| index),
            (Entries::Names(_), Slots::Wide(_)) => None,
        }
    }

    /// The texts; none of numbers. One at least, that keys of rows without a text have something to point at.
    pub fn names(&self, column: &Column, memory: &Memory) -> Option<Arc<Vec<String>>> {
        match self.entries(column, memory)? {
            Entries::Names(names) if names.is_empty() => Some(Arc::new(vec![String::new()])),
            Entries::Names(names) => Some(Arc::clone(names)),
            Entries::Numbers(..) => None,
        }
    }

    fn of<'a, T: Pod>(&self, block: &'a Buffer, start: usize) -> Option<&'a [T]> {
        block.slots().get(start..start + usize::try_from(self.head.values).ok()?)
    }

    fn entries(&self, column: &Column, memory: &Memory) -> Option<&Entries> {
        self.entries.get_or_init(|| self.read(column, memory)).as_ref()
    }

    fn read(&self, column: &Column, memory: &Memory) -> Option<Entries> {
        let len = usize::try_from(self.head.values).ok()?;
        if column.kind == Kind::Text && self.head.values > MOST_NAMES {
            return None;
        }
        let (page, start) = unpacked(column, &self.head, memory)?;
        let stored = page.slots().get(start..start + self.head.unpacked_bytes)?;
        let slot_bytes = column.kind.slot_bytes();
        if column.kind == Kind::Text {
            return Some(Entries::Names(Arc::new(texts(stored, len)?)));
        }
        if column.kind.is_as_stored() && start.is_multiple_of(slot_bytes) {
            return (stored.len() >= len * slot_bytes).then_some(Entries::Numbers(page, start / slot_bytes));
        }
        let mut block = memory.values.take(len * slot_bytes);
        column.kind.convert(stored, &mut Slots::of(column.kind, &mut block, len)?)?;
        Some(Entries::Numbers(block, 0))
    }
}

/// So many texts one after another, each behind its length; `None` where one is too long, there twice, or not UTF-8.
fn texts(stored: &[u8], len: usize) -> Option<Vec<String>> {
    let mut rest = stored;
    let mut texts = Vec::new();
    for _ in 0..len {
        let (len, behind) = rest.split_first_chunk::<4>()?;
        let (text, behind) = behind.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        if text.len() > MOST_NAME_BYTES {
            return None;
        }
        texts.push(std::str::from_utf8(text).ok()?.to_owned());
        rest = behind;
    }
    let distinct: HashSet<&str> = texts.iter().map(String::as_str).collect();
    (distinct.len() == len).then_some(texts)
}

fn numbers<T: Copy + Default>(stored: &[u8], entries: &[T], slots: &mut [T]) -> Option<()> {
    indices(stored, slots, entries.len(), |index| entries.get(index as usize).copied().unwrap_or_default())
}

/// Fills slots by indices below `len`, the width of which comes first; `None` where there are others, or too few.
fn indices<T: Copy>(stored: &[u8], slots: &mut [T], len: usize, entry: impl Fn(u32) -> T) -> Option<()> {
    if slots.is_empty() {
        return Some(());
    }
    let (&bits, runs) = stored.split_first()?;
    if bits > 32 {
        return None;
    }
    let is_index = |index: u32| (index as usize) < len;
    let (mut left, mut are_indices) = (slots, true);
    for run in Runs::new(runs, bits.into(), left.len()) {
        let count = match run.ok()? {
            Run::Same(index, count) => {
                are_indices &= is_index(index);
                left[..count].fill(entry(index));
                count
            }
            Run::Packed(packed, count) => {
                let mut to = left[..count].iter_mut();
                unpack(packed, bits.into(), count, |indices| {
                    are_indices &= is_index(indices.iter().fold(0, |most, index| most.max(*index)));
                    indices.iter().zip(to.by_ref()).for_each(|(index, to)| *to = entry(*index));
                });
                count
            }
        };
        left = &mut left[count..];
    }
    (are_indices && left.is_empty()).then_some(())
}
