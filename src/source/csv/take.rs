//! Reads the records of a block: a quick way for plain ones, the exact one for all others.
//!
//! The quick way reads numbers where they stand and passes over the rest of the line at once; it knows one separator
//! (or runs of spaces), fields without quotes and quotes that hold no quote, and records that have all the fields that are
//! read, and none too many. What it does not know it leaves to [`Fields`].

use crate::source::budget::{Budgets, Limit};
use crate::source::csv::fields::{Cut, Cutting, Fields, Separator};
use crate::source::csv::line::{Line, Look};
use crate::source::text::blockwise::{Block, Gathering, Place, Take, Taken};
use crate::source::text::column::Cell;
use crate::source::text::decimal;
use crate::source::text::value::is_null;

/// A column that is read.
#[derive(Clone, Copy)]
struct Target {
    field: usize,
    column: usize,
    is_number: bool,
}

/// What the quick way found for a target.
#[derive(Clone, Copy)]
enum Found {
    Number(f64),
    /// Where the text lies in the block.
    Text(u32, u32),
}

/// Where a record that the quick way knows ends: the place of its line end, and the line feeds within quotes.
struct Ended {
    at: usize,
    line_feeds: u64,
}

/// Reads the columns of delimited text.
pub(in crate::source) struct TakeCsv {
    cutting: Cutting,
    width: usize,
    record_bytes: usize,
    most_fields: usize,
    /// Whether the quick way may be tried.
    is_quick: bool,
    /// What the block at an offset is looked at for: found once, however few rows a chunk takes of it.
    look: Option<(u64, Option<Look>)>,
    /// Ascending by field.
    targets: Vec<Target>,
    fields: Fields,
    found: Vec<Found>,
}

impl TakeCsv {
    /// For records of `width` fields, of which some are read: the field of each column, and whether it is a number.
    pub fn new(cutting: Cutting, budgets: &Budgets, width: usize, columns: &[(usize, bool)]) -> Self {
        let target = |(column, &(field, is_number)): (usize, &(usize, bool))| Target { field, column, is_number };
        let mut targets: Vec<Target> = columns.iter().enumerate().map(target).collect();
        targets.sort_by_key(|target| target.field);
        // Of a separator that may stand in a number the quick way knows nothing.
        let is_quick = !matches!(cutting.separator, Separator::Byte(byte) if b"0123456789+-.eE".contains(&byte));
        Self {
            cutting,
            width,
            record_bytes: budgets.len_of(Limit::Line),
            most_fields: budgets.len_of(Limit::Columns),
            is_quick,
            look: None,
            fields: Fields::new(cutting, targets.last().map_or(0, |last| last.field + 1)),
            found: Vec::with_capacity(targets.len()),
            targets,
        }
    }

    /// What the quick way looks at a block for; `None` where it knows nothing of it.
    fn look(&mut self, block: &Block) -> Option<Look> {
        match self.look {
            Some((offset, look)) if offset == block.offset => look,
            _ => {
                let look = if self.is_quick { Look::new(block.text(), self.cutting.separator) } else { None };
                self.look = Some((block.offset, look));
                look
            }
        }
    }

    /// Goes to the next record; false at the end. Blank lines and comments are none.
    fn pass_to_record(&self, text: &[u8], place: &mut Place) -> bool {
        while let Some(&byte) = text.get(place.at) {
            match byte {
                b'\n' | b'\r' => place.in_comment = false,
                _ if place.in_comment => {}
                b'#' if self.cutting.comments => place.in_comment = true,
                b' ' | b'\t' if self.cutting.separator == Separator::Blanks => {}
                _ => return true,
            }
            place.pass(byte);
        }
        false
    }

    /// Reads the record at `start` into [`Self::found`] the quick way; `None` where it does not know how.
    #[inline]
    fn find(&mut self, line: Line<'_>, start: usize) -> Option<Ended> {
        self.found.clear();
        let (mut at, mut field, mut line_feeds) = (start, 0, 0);
        let mut before = (at, field, line_feeds);
        for target in &self.targets {
            if field > target.field {
                // The same field for another column.
                (at, field, line_feeds) = before;
            }
            while field < target.field {
                let (end, feeds) = line.field_end(at)?;
                (at, line_feeds, field) = (line.behind_separator(end)?, line_feeds + feeds, field + 1);
            }
            before = (at, field, line_feeds);
            let quotes = usize::from(line.is_quoted(at));
            let number = if target.is_number { decimal::leading(&line.text[at + quotes..]) } else { None };
            let number = number.map(|(value, len)| (value, line.behind_quotes(at + quotes + len, quotes)));
            match number {
                Some((value, Some(end))) if line.ends_field(end) => {
                    at = end;
                    self.found.push(Found::Number(value));
                }
                _ => {
                    let (end, feeds) = line.field_end(at)?;
                    self.found.push(Found::Text((at + quotes) as u32, (end - quotes) as u32));
                    (at, line_feeds) = (end, line_feeds + feeds);
                }
            }
            match line.behind_separator(at) {
                Some(next) => (at, field) = (next, field + 1),
                None => {
                    // The last field: others would be missing.
                    let is_last = self.found.len() == self.targets.len() && field < self.width;
                    return is_last.then_some(Ended { at, line_feeds });
                }
            }
        }
        let (end, fields, feeds) = line.rest(at, self.width.saturating_sub(field))?;
        (field + fields <= self.width).then_some(Ended { at: end, line_feeds: line_feeds + feeds })
    }

    /// The same where the record is wanted; else only where it ends.
    #[inline]
    fn quick(&mut self, line: Line<'_>, start: usize, is_wanted: bool) -> Option<Ended> {
        if is_wanted {
            return self.find(line, start);
        }
        let (at, fields, line_feeds) = line.rest(start, self.width)?;
        (fields <= self.width).then_some(Ended { at, line_feeds })
    }

    /// Adds what was found to the chunk.
    #[inline]
    fn add_found(&self, text: &[u8], chunk: &mut Gathering) {
        for (target, found) in self.targets.iter().zip(&self.found) {
            match *found {
                Found::Number(value) => chunk.push_number(target.column, value),
                Found::Text(start, end) => chunk.push(target.column, cell(text.get(start as usize..end as usize))),
            }
        }
    }

    /// Adds the cells of the record that was cut.
    fn add_fields(&self, text: &[u8], chunk: &mut Gathering) {
        if self.fields.exceed(self.width) {
            // Which of its fields belong to which column is anybody's guess.
            let why = format!("{} fields instead of {}", self.fields.count(), self.width);
            let (columns, row, line) = chunk.columns();
            columns.iter_mut().for_each(|values| values.refuse(&why, row, line));
            return;
        }
        for target in &self.targets {
            chunk.push(target.column, cell(self.fields.field(target.field, text)));
        }
    }
}

fn cell(text: Option<&[u8]>) -> Cell<'_> {
    text.filter(|text| !is_null(text)).map_or(Cell::Null, Cell::Text)
}

impl Take for TakeCsv {
    fn take(&mut self, block: &Block, place: &mut Place, chunk: &mut Gathering) -> Taken {
        let text = block.text();
        let line = self.look(block).map(|look| Line { text, look });
        while !chunk.is_full() {
            if !self.pass_to_record(text, place) {
                return Taken::Through;
            }
            let start = place.at;
            if let Some(line) = line
                && let Some(Ended { at, line_feeds }) = self.quick(line, start, chunk.wants())
                && at - start <= self.record_bytes
            {
                if chunk.begin(block.offset + start as u64, place.line) {
                    self.add_found(text, chunk);
                    chunk.end();
                }
                place.pass_over(at - start, line_feeds);
            } else {
                let Cut::Whole { len, line_feeds } = self.fields.cut(&text[start..], true) else {
                    return Taken::Broken;
                };
                if len > self.record_bytes || self.fields.count() > self.most_fields {
                    return Taken::Broken;
                }
                if chunk.begin(block.offset + start as u64, place.line) {
                    self.add_fields(&text[start..start + len], chunk);
                    chunk.end();
                }
                place.pass_over(len, line_feeds);
            }
            if let Some(&byte) = text.get(place.at) {
                place.pass(byte);
            }
        }
        Taken::Full
    }
}
