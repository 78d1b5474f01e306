//! Cuts one record of delimited text into fields, by the rules of RFC 4180 as the `csv` crate reads them, or at runs of
//! blanks. Unlike there, a quote opens behind blanks too: `1, "a, b"`.
//!
//! Owns those rules; where records begin, and how their bytes come, is up to its users.

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// One byte.
    Byte(u8),
    /// Spaces and tabs, as many as there are; those around a record are none.
    Blanks,
}

/// How a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cutting {
    pub separator: Separator,
    /// Whether a line that begins with `#` is no record.
    pub comments: bool,
}

/// Where a field's text lies: in the text as it is, or in the scratch where quotes had to be taken out.
#[derive(Clone, Copy)]
struct FieldRange {
    start: u32,
    end: u32,
    unquoted: bool,
}

/// What one attempt to find a record's end gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The record's bytes without its line end, and the line feeds among them.
    Whole { len: usize, line_feeds: u64 },
    /// The text ends before the record does.
    Open { in_quotes: bool },
}

/// The fields of the record that was cut last.
pub(super) struct Fields {
    cutting: Cutting,
    /// The bytes that end a field besides line ends; twice the same where there is one.
    separators: [u8; 2],
    /// Fields from this one on are counted, not kept.
    kept: usize,
    ranges: Vec<FieldRange>,
    scratch: Vec<u8>,
    count: usize,
    is_last_empty: bool,
}

impl Fields {
    /// Keeps only the first `kept` fields of every record.
    pub fn new(cutting: Cutting, kept: usize) -> Self {
        let separators = match cutting.separator {
            Separator::Byte(byte) => [byte; 2],
            Separator::Blanks => *b" \t",
        };
        let (ranges, scratch) = (Vec::new(), Vec::new());
        Self { cutting, separators, kept, ranges, scratch, count: 0, is_last_empty: false }
    }

    /// The text of a field without its quotes, `None` when the record is shorter; `text` is the one that was cut.
    pub fn field<'a>(&'a self, index: usize, text: &'a [u8]) -> Option<&'a [u8]> {
        let range = self.ranges.get(index)?;
        let text = if range.unquoted { &self.scratch } else { text };
        text.get(range.start as usize..range.end as usize)
    }

    /// The number of fields, those not kept too.
    pub fn count(&self) -> usize {
        self.count
    }

    /// True when there are more fields than `width`; an empty one behind a last delimiter does not count.
    pub fn exceed(&self, width: usize) -> bool {
        self.count - usize::from(self.is_last_empty && self.count > 1) > width
    }

    /// Finds the fields of the record that `text` begins with; when nothing follows the text (`is_last`), its end is the
    /// record's.
    pub fn cut(&mut self, text: &[u8], is_last: bool) -> Cut {
        self.ranges.clear();
        self.scratch.clear();
        self.count = 0;
        let (mut at, mut line_feeds) = (0, 0);
        let is_line_end = |at: usize| at == text.len() || matches!(text[at], b'\n' | b'\r');
        loop {
            if self.cutting.separator == Separator::Blanks {
                at += text[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                if at == text.len() && !is_last {
                    return Cut::Open { in_quotes: false };
                }
                if self.count > 0 && is_line_end(at) {
                    return Cut::Whole { len: at, line_feeds };
                }
            }
            match self.quote_behind_blanks(text, at, is_last) {
                Some(quote) => at = quote,
                None => return Cut::Open { in_quotes: false },
            }
            let mut range = FieldRange { start: at as u32, end: at as u32, unquoted: false };
            if at < text.len() && text[at] == b'"' {
                match self.cut_quoted(text, at, is_last) {
                    Some((end, quoted, feeds)) => (at, range, line_feeds) = (end, quoted, line_feeds + feeds),
                    None => return Cut::Open { in_quotes: true },
                }
            } else {
                at = self.plain_end(text, at);
                range.end = at as u32;
            }
            if at == text.len() && !is_last {
                return Cut::Open { in_quotes: false };
            }
            if self.count < self.kept {
                self.ranges.push(range);
            }
            self.count += 1;
            self.is_last_empty = range.start == range.end;
            if is_line_end(at) {
                return Cut::Whole { len: at, line_feeds };
            }
            at += 1;
        }
    }

    /// Where a field that begins at `at` opens a quote behind blanks, as in `1, "a, b"`; else `at`, where these belong to
    /// the field. `None` where more has to be seen.
    fn quote_behind_blanks(&self, text: &[u8], at: usize, is_last: bool) -> Option<usize> {
        let text = &text[at..];
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t') && !self.separators.contains(byte);
        if self.count == 0 || !text.first().is_some_and(is_blank) {
            return Some(at);
        }
        let blanks = text.iter().take_while(|byte| is_blank(byte)).count();
        match text.get(blanks) {
            Some(b'"') => Some(at + blanks),
            None if !is_last => None,
            _ => Some(at),
        }
    }

    /// The first separator or line end from `at` on. Looks at blocks first, which the compiler turns into vectors.
    fn plain_end(&self, text: &[u8], at: usize) -> usize {
        const BLOCK: usize = 16;
        let [one, other] = self.separators;
        let ends = |byte: u8| (byte == one) | (byte == other) | (byte == b'\n') | (byte == b'\r');
        let text = &text[at..];
        let blocks =
            text.chunks_exact(BLOCK).take_while(|block| !block.iter().fold(false, |any, &byte| any | ends(byte)));
        let passed = blocks.count() * BLOCK;
        let rest = &text[passed..];
        at + passed + rest.iter().position(|&byte| ends(byte)).unwrap_or(rest.len())
    }

    /// The end of a quoted field, its text, and the line feeds in it; `None` when its quotes are not closed.
    fn cut_quoted(&mut self, text: &[u8], open: usize, is_last: bool) -> Option<(usize, FieldRange, u64)> {
        let (mut at, mut line_feeds) = (open + 1, 0);
        let scratch_start = self.scratch.len();
        let mut copied_to = at;
        let mut in_scratch = false;
        loop {
            let quote = at + memchr::memchr(b'"', &text[at..])?;
            line_feeds += memchr::memchr_iter(b'\n', &text[at..quote]).count() as u64;
            if text.get(quote + 1) == Some(&b'"') {
                self.scratch.extend_from_slice(&text[copied_to..=quote]);
                in_scratch = true;
                at = quote + 2;
                copied_to = at;
                continue;
            }
            // A quote that the text ends with may be the first of two.
            if quote + 1 == text.len() && !is_last {
                return None;
            }
            let end = self.plain_end(text, quote + 1);
            if !in_scratch && end == quote + 1 {
                let range = FieldRange { start: (open + 1) as u32, end: quote as u32, unquoted: false };
                return Some((end, range, line_feeds));
            }
            // Text behind the closing quote belongs to the field, as it stands.
            self.scratch.extend_from_slice(&text[copied_to..quote]);
            self.scratch.extend_from_slice(&text[quote + 1..end]);
            let range = FieldRange { start: scratch_start as u32, end: self.scratch.len() as u32, unquoted: true };
            return Some((end, range, line_feeds));
        }
    }
}
