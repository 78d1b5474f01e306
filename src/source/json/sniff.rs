//! Looks at the first records of JSON: how they lie, which columns there are, and of what kinds.

use std::collections::HashMap;
use std::io;

use crate::error::{Error, Result};
use crate::escape::text_of_bytes;
use crate::source::Field;
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::Bytes;
use crate::source::json::record::{Arrangement, Records, value_end};
use crate::source::json::scan::{self, Member, Value, unescaped};
use crate::source::text::value::{Evidence, Kind};
use crate::source::text::{SAMPLE_RECORDS, mark_len, matching};

/// Bytes that are looked at; more only while they hold less than a few records.
const SAMPLE_BYTES: usize = 256 << 10;
const FEW_RECORDS: usize = 8;

/// Where a column's values stand: under a key, or under a key of the object there. Without escapes.
pub(super) type Path = (Vec<u8>, Option<Vec<u8>>);

/// A column's place and kind; none for lists and objects.
pub(super) type Column = (Path, Option<Kind>);

/// What is known of an input before it is read.
#[derive(Debug)]
pub(super) struct Shape {
    pub arrangement: Arrangement,
    /// The columns in the order of their first appearance.
    pub columns: Vec<Column>,
    /// True when there are records that were not looked at.
    pub has_more: bool,
    /// Bytes before the first record or the array.
    pub start: u64,
}

/// What the sample says of a column.
#[derive(Default)]
struct Found {
    evidence: Evidence,
    /// An object was seen whose members are columns of their own.
    is_parent: bool,
    has_values: bool,
}

/// Looks at the head of `bytes`. `like` are the columns that this input has to go with, `rows` how many of its
/// rows are wanted.
pub(super) fn sniff(bytes: &Bytes, like: Option<&[Field]>, rows: Option<u64>) -> Result<Shape> {
    let in_file = |error: Error| error.in_file(bytes.name());
    let mut len = SAMPLE_BYTES;
    let most = bytes.budgets().len_of(Limit::Line).saturating_mul(2);
    let mut lines = rows;
    loop {
        let (head, is_cut) = bytes.head_of_records(len, lines)?;
        let whole = !is_cut && head.len() < len;
        let start = mark_len(&head).map_err(in_file)?;
        let text = &head[start..];
        let arrangement = arrangement(text).map_err(in_file)?;
        let is_last = !is_cut && whole || len > most;
        let (columns, records) = columns(bytes, text, arrangement, whole, is_last, like)?;
        let few = rows.map_or(FEW_RECORDS, |rows| FEW_RECORDS.min(usize::try_from(rows).unwrap_or(FEW_RECORDS)).max(1));
        if !is_last && records < few {
            if is_cut {
                // A record that goes on over lines.
                lines = lines.map(|lines| 2 * lines + 1);
            } else {
                len = (len * 4).min(most.saturating_add(1)).max(len + 1);
            }
            continue;
        }
        if columns.is_empty() {
            let error = if records == 0 {
                Error::input("the input holds no records").hint("it needs at least one object to name the columns")
            } else {
                Error::input("the first records hold no fields").expected("objects such as {\"x\": 1.5, \"y\": 2}")
            };
            return Err(in_file(error));
        }
        let has_more = !whole || records == SAMPLE_RECORDS;
        return Ok(Shape { arrangement, columns, has_more, start: start as u64 });
    }
}

/// How the records of a text lie.
fn arrangement(text: &[u8]) -> Result<Arrangement> {
    let refusal = || {
        Error::input("the input is no JSON of objects")
            .expected("objects such as {\"x\": 1.5, \"y\": 2}, one a line or in one array")
            .found(format!("'{}'", String::from_utf8_lossy(&text[..text.len().min(30)]).trim()))
            .hint("name the right format with --format, or write the rows as objects or as CSV")
    };
    let text = text.trim_ascii_start();
    match text.first() {
        None => Ok(Arrangement::Lines),
        Some(b'[') => match text[1..].trim_ascii_start().first() {
            None | Some(b'{' | b']') => Ok(Arrangement::Array),
            Some(_) => Err(refusal()),
        },
        Some(b'{') => {
            let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
            Ok(match value_end(line) {
                Some(end) if line[end..].trim_ascii().is_empty() => Arrangement::Lines,
                Some(_) => Arrangement::Values,
                None if is_damaged_line(line, &text[line.len()..]) => Arrangement::Lines,
                None => Arrangement::Values,
            })
        }
        Some(_) => Err(refusal()),
    }
}

/// True for a first line whose object is not closed when the next line begins with one: within an object that goes on
/// over lines, a line begins so only where the one before may end before a value.
fn is_damaged_line(line: &[u8], behind: &[u8]) -> bool {
    let may_open = match line.trim_ascii_end().last() {
        Some(b':' | b'[') => true,
        Some(b',') => line.contains(&b'['),
        _ => false,
    };
    behind.is_empty() || (!may_open && behind.trim_ascii_start().starts_with(b"{"))
}

/// The columns of the sample's records, and the number of these.
fn columns(
    bytes: &Bytes,
    text: &[u8],
    arrangement: Arrangement,
    whole: bool,
    fail: bool,
    like: Option<&[Field]>,
) -> Result<(Vec<Column>, usize)> {
    let mut places: HashMap<Path, usize> = HashMap::new();
    let mut columns: Vec<(Path, Found)> = Vec::new();
    let (name, budgets): (&str, &Budgets) = (bytes.name(), bytes.budgets());
    let most_depth = budgets.len_of(Limit::Nesting);
    let mut records = Records::new(name, io::Cursor::new(text), arrangement, 0, 1).within(budgets);
    if !whole {
        records = records.left_open();
    }
    let mut count = 0;
    while count < SAMPLE_RECORDS {
        match records.advance() {
            Ok(true) => {}
            Ok(false) => break,
            // It comes again, with its place, when the data is read; unless there is nothing before it.
            Err(error) if fail && count == 0 => return Err(error),
            Err(_) => break,
        }
        // The last record may be cut off by the sample's end.
        if !whole && records.is_at_end() {
            break;
        }
        count += 1;
        let record = records.text();
        // A damaged record names no columns.
        if scan::object(record, most_depth, |_| {}).is_err() {
            continue;
        }
        let add = |Member { outer, inner, value, .. }: Member<'_>| {
            let path = (unescaped(outer).into_owned(), inner.map(|inner| unescaped(inner).into_owned()));
            let at = *places.entry(path.clone()).or_insert_with(|| {
                columns.push((path, Found::default()));
                columns.len() - 1
            });
            columns[at].1.add(value, inner.is_none());
        };
        // The record has been checked.
        let _ = scan::object(record, most_depth, add);
        let checked = budgets.check(Limit::Columns, columns.len() as u64, "there are too many columns");
        checked.map_err(|error| error.in_file(name).at_line(records.place().1))?;
    }
    // An object's own column is that of its members; with other values beside it, it is one too.
    columns.retain(|(_, found)| found.has_values || !found.is_parent);
    let kind = |(number, (path, found)): (usize, (Path, Found))| {
        let name = column_name(&path);
        let kind = match like.and_then(|like| matching(like, number, Some(&name))) {
            Some(like) => found.evidence.kind_like(like),
            None => found.evidence.kind(),
        };
        (path, (!found.evidence.is_nested()).then_some(kind))
    };
    Ok((columns.into_iter().enumerate().map(kind).collect(), count))
}

impl Found {
    fn add(&mut self, value: Value<'_>, may_be_parent: bool) {
        match value {
            Value::Null => {}
            Value::Nested(text) if may_be_parent && text.starts_with(b"{") => self.is_parent = true,
            Value::Nested(_) => {
                self.evidence.add_other();
                self.has_values = true;
            }
            Value::Bare(text) => {
                self.evidence.add(text);
                self.has_values = true;
            }
            Value::String(text) => {
                self.evidence.add(&unescaped(text));
                self.has_values = true;
            }
        }
    }
}

/// `a`, or `a.b` for a key of an object.
pub(super) fn column_name((outer, inner): &Path) -> String {
    let outer = text_of_bytes(outer);
    match inner {
        Some(inner) => format!("{outer}.{}", text_of_bytes(inner)),
        None => outer.into_owned(),
    }
}
