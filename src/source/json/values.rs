//! Finds the values of the columns in the text of one record after another.

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::json::scan::{self, Flaw, Member, Value, unescaped};
use crate::source::json::sniff::Path;
use crate::source::text::column::{Cell, Gathered};

/// Keys of a record whose place is remembered for the next one.
const REMEMBERED_KEYS: usize = 4096;

/// A value of the current record: what it is and where in the record's text it lies.
#[derive(Clone, Copy, Default)]
struct Found {
    is: Is,
    start: u32,
    end: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Is {
    #[default]
    Null,
    Bare,
    String,
    Nested,
}

/// A key as it stood at a place of the last record, and the slot that its value is for.
struct Remembered {
    outer: Vec<u8>,
    inner: Option<Vec<u8>>,
    slot: Option<usize>,
}

/// The columns that are read of each record.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Levels that a record may have.
    pub most_depth: usize,
    /// The slot of each path that is read.
    pub slots: HashMap<Path, usize>,
    /// The slot of each column asked for.
    pub columns: Vec<usize>,
}

/// The values of these in one record after another.
pub(super) struct Values {
    columns: Arc<Columns>,
    /// What the current record holds for each slot.
    found: Vec<Found>,
    /// Records mostly have the same keys in the same order: no look-up then.
    remembered: Vec<Remembered>,
}

impl Values {
    /// Of no record yet.
    pub fn new(columns: Arc<Columns>) -> Self {
        Self { found: vec![Found::default(); columns.slots.len()], remembered: Vec::new(), columns }
    }

    /// Finds the values of a record.
    fn scan(&mut self, text: &[u8]) -> std::result::Result<(), Flaw> {
        self.found.fill(Found::default());
        let (slots, found, remembered) = (&self.columns.slots, &mut self.found, &mut self.remembered);
        let mut place = 0;
        scan::object(text, self.columns.most_depth, |Member { outer, inner, value, at }| {
            let slot = match remembered.get(place) {
                Some(key) if key.outer == outer && key.inner.as_deref() == inner => key.slot,
                _ => {
                    let path = (unescaped(outer).into_owned(), inner.map(|inner| unescaped(inner).into_owned()));
                    let slot = slots.get(&path).copied();
                    let key = Remembered { outer: outer.to_vec(), inner: inner.map(<[u8]>::to_vec), slot };
                    match remembered.get_mut(place) {
                        Some(there) => *there = key,
                        None if place < REMEMBERED_KEYS => remembered.push(key),
                        None => {}
                    }
                    slot
                }
            };
            place += 1;
            let Some(slot) = slot else { return };
            let (is, len) = match value {
                Value::Null => (Is::Null, 0),
                Value::Bare(part) => (Is::Bare, part.len()),
                Value::String(part) => (Is::String, part.len()),
                Value::Nested(part) => (Is::Nested, part.len()),
            };
            found[slot] = Found { is, start: at as u32, end: (at + len) as u32 };
        })
    }

    /// Adds the values of a record to the columns; `row` and its `line` are for notes.
    pub fn gather(&mut self, text: &[u8], columns: &mut [Gathered], row: u64, line: u64) {
        if let Err(flaw) = self.scan(text) {
            let why = format!("damaged JSON: {} at byte {}", flaw.what, flaw.at + 1);
            columns.iter_mut().for_each(|values| values.refuse(&why, row, line));
            return;
        }
        for (slot, values) in self.columns.columns.iter().zip(columns) {
            let found = self.found[*slot];
            let part = &text[found.start as usize..found.end as usize];
            match found.is {
                Is::Null => values.push(Cell::Null, row, line),
                Is::Bare => values.push(Cell::Text(part), row, line),
                Is::String => values.push(Cell::Text(&unescaped(part)), row, line),
                Is::Nested => values.push(Cell::Other(part), row, line),
            }
        }
    }
}
