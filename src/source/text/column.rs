//! Gathers the texts of one column of a chunk as values, flags, and a note of what could not be read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::data::chunk::{Column, Data, TimeUnit, Unparsed};
use crate::escape::text_of_bytes;
use crate::source::text::time;
use crate::source::text::value::{Kind, boolean, comma_number, is_null, number, unsigned_number, whole_number};

/// Most characters of a text that is shown.
const SHOWN_CHARACTERS: usize = 80;

/// What a record holds for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Cell<'a> {
    /// No value.
    Null,
    /// A value as it was written.
    Text(&'a [u8]),
    /// A value that is no scalar, as it was written.
    Other(&'a [u8]),
}

/// One column while a chunk is read.
pub(in crate::source) struct Gathered {
    kind: Kind,
    floats: Vec<f64>,
    integers: Vec<i64>,
    unsigned: Vec<u64>,
    names: Names,
    validity: Option<Vec<u8>>,
    unparsed: Option<Unparsed>,
}

/// The names of a chunk, each once.
#[derive(Default)]
struct Names {
    keys: Vec<u32>,
    names: Vec<String>,
    key_of: HashMap<String, u32>,
    len_bytes: usize,
}

impl Gathered {
    pub fn new(kind: Kind, rows: usize) -> Self {
        let rows = rows.min(1 << 16);
        let (mut floats, mut integers, mut unsigned) = (Vec::new(), Vec::new(), Vec::new());
        let mut names = Names::default();
        match kind {
            Kind::Number { .. } | Kind::CommaNumber => floats.reserve(rows),
            Kind::Text => names.keys.reserve(rows),
            Kind::Unsigned => unsigned.reserve(rows),
            _ => integers.reserve(rows),
        }
        Self { kind, floats, integers, unsigned, names, validity: None, unparsed: None }
    }

    /// Bytes of the names so far.
    pub fn name_bytes(&self) -> usize {
        self.names.len_bytes
    }

    /// Adds the value of one row.
    pub fn push(&mut self, cell: Cell<'_>, row: u64, line: u64) {
        let text = match cell {
            Cell::Text(text) => Some(text),
            Cell::Null | Cell::Other(_) => None,
        };
        let read = match &self.kind {
            Kind::Number { .. } => {
                let value = text.and_then(|text| number(text).or_else(|| number(text.trim_ascii())));
                self.floats.push(value.unwrap_or(f64::NAN));
                value.is_some()
            }
            Kind::CommaNumber => {
                let value = text.and_then(|text| comma_number(text.trim_ascii()));
                self.floats.push(value.unwrap_or(f64::NAN));
                value.is_some()
            }
            Kind::Text => {
                self.names.push(&text.map_or(Cow::Borrowed(""), text_of_bytes), text.is_some());
                text.is_some()
            }
            Kind::Unsigned => {
                let value = text.and_then(|text| unsigned_number(text.trim_ascii()));
                self.unsigned.push(value.unwrap_or(0));
                value.is_some()
            }
            kind => {
                let value = text.and_then(|text| integer(kind, text.trim_ascii()));
                self.integers.push(value.unwrap_or(0));
                value.is_some()
            }
        };
        if read {
            if let Some(validity) = &mut self.validity {
                validity.push(1);
            }
            return;
        }
        let rows_before = self.len() - 1;
        self.validity.get_or_insert_with(|| vec![1; rows_before]).push(0);
        match cell {
            Cell::Null => {}
            Cell::Other(text) => self.note(text, row, line),
            Cell::Text(text) => {
                let text = text.trim_ascii();
                // NaN among large integers cannot be stored, and is as good as no value.
                if !is_null(text) && !text.eq_ignore_ascii_case(b"nan") {
                    self.note(text, row, line);
                }
            }
        }
    }

    /// Whether values are f64 with a decimal point.
    pub fn takes_numbers(kind: &Kind) -> bool {
        matches!(kind, Kind::Number { .. })
    }

    /// Adds the value of one row to a column that takes numbers ([`Self::takes_numbers`]).
    #[inline]
    pub fn push_number(&mut self, value: f64) {
        self.floats.push(value);
        if let Some(validity) = &mut self.validity {
            validity.push(1);
        }
    }

    /// Adds a row that cannot be read for a reason of the whole record.
    pub fn refuse(&mut self, why: &str, row: u64, line: u64) {
        self.push(Cell::Null, row, line);
        self.note(why.as_bytes(), row, line);
    }

    fn note(&mut self, text: &[u8], row: u64, line: u64) {
        let place = u32::try_from(self.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let unparsed = self.unparsed.get_or_insert_with(|| {
            let text = text_of_bytes(&text[..text.len().min(4 * SHOWN_CHARACTERS)]);
            Unparsed { count: 0, rows: Vec::new(), row, line, text: text.chars().take(SHOWN_CHARACTERS).collect() }
        });
        unparsed.count += 1;
        unparsed.rows.push(place);
    }

    fn len(&self) -> usize {
        match self.kind {
            Kind::Number { .. } | Kind::CommaNumber => self.floats.len(),
            Kind::Text => self.names.keys.len(),
            Kind::Unsigned => self.unsigned.len(),
            _ => self.integers.len(),
        }
    }

    pub fn into_column(self) -> Column<'static> {
        let logical = self.kind.logical();
        let data = match self.kind {
            Kind::Number { .. } | Kind::CommaNumber => Data::F64(self.floats.into()),
            Kind::Unsigned => Data::U64(self.unsigned.into()),
            Kind::Text => self.names.into_data(),
            _ => Data::I64(self.integers.into()),
        };
        Column { data, validity: self.validity.map(Into::into), logical, unparsed: self.unparsed }
    }
}

fn integer(kind: &Kind, text: &[u8]) -> Option<i64> {
    match kind {
        Kind::Large => whole_number(text),
        Kind::Bool => boolean(text).map(i64::from),
        Kind::Date => time::parse(text).filter(|written| written.date_only)?.steps(TimeUnit::Day),
        Kind::Time { unit, .. } => time::parse(text)?.steps(*unit),
        _ => None,
    }
}

impl Names {
    fn push(&mut self, name: &str, is_value: bool) {
        // Rows without a value get a key that is within bounds, and no name where there is one already.
        if !is_value && !self.names.is_empty() {
            self.keys.push(0);
            return;
        }
        let key = match self.key_of.get(name) {
            Some(&key) => key,
            None => {
                let key = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.names.push(name.into());
                self.key_of.insert(name.into(), key);
                self.len_bytes += name.len();
                key
            }
        };
        self.keys.push(key);
    }

    fn into_data(self) -> Data<'static> {
        Data::Dict { keys: self.keys.into(), names: Arc::new(self.names) }
    }
}
