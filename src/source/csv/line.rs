//! Looks for the ends of fields and lines in a text, eight bytes at a time.

use memchr::memchr;

use crate::source::csv::fields::Separator;

/// The same byte eight times.
const fn eightfold(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

const LOW_BITS: u64 = eightfold(0x7f);

/// The high bit of each byte of `word` that is `byte`, the byte eight times.
#[inline]
fn matches(word: u64, byte: u64) -> u64 {
    let differs = word ^ byte;
    // Exact in every byte: no carry leaves one.
    !(((differs & LOW_BITS) + LOW_BITS) | differs | LOW_BITS)
}

/// What a text is looked at for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    separator: u8,
    separators: u64,
    /// Whether several separators are one.
    are_runs: bool,
    /// Whether quotes are to be looked for.
    has_quotes: bool,
}

impl Look {
    /// For fields of `text`, or of what it ends with; `None` where the separator is nothing to look for by itself: a quote
    /// or a line end, or blanks that are not all spaces.
    pub fn new(text: &[u8], separator: Separator) -> Option<Self> {
        let (separator, are_runs) = match separator {
            Separator::Byte(b'"' | b'\n' | b'\r') => return None,
            Separator::Byte(byte) => (byte, false),
            Separator::Blanks if memchr(b'\t', text).is_some() => return None,
            Separator::Blanks => (b' ', true),
        };
        let has_quotes = memchr(b'"', text).is_some();
        Some(Self { separator, separators: eightfold(separator), are_runs, has_quotes })
    }
}

/// A text of fields between one separator.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub text: &'a [u8],
    pub look: Look,
}

impl Line<'_> {
    /// True where a field ends: at a separator or a line end.
    #[inline]
    pub fn ends_field(&self, at: usize) -> bool {
        self.text.get(at).is_none_or(|&byte| byte == self.look.separator || byte == b'\n' || byte == b'\r')
    }

    /// The place behind the separator at `at`, or the run of them; `None` where none is.
    #[inline]
    pub fn behind_separator(&self, at: usize) -> Option<usize> {
        if self.text.get(at) != Some(&self.look.separator) {
            return None;
        }
        let mut next = at + 1;
        while self.look.are_runs && self.text.get(next) == Some(&self.look.separator) {
            next += 1;
        }
        Some(next)
    }

    /// Whether the field that begins at `at` is in quotes.
    #[inline]
    pub fn is_quoted(&self, at: usize) -> bool {
        self.look.has_quotes && self.text.get(at) == Some(&b'"')
    }

    /// The place behind so many closing quotes (none or one); `None` where there is none.
    #[inline]
    pub fn behind_quotes(&self, at: usize, quotes: usize) -> Option<usize> {
        (quotes == 0 || self.text.get(at) == Some(&b'"')).then_some(at + quotes)
    }

    /// The end of the field that begins at `at`, and the line feeds in it; `None` where a quote is that is not just around
    /// it, or may come behind blanks, and behind blanks that end a line.
    #[inline]
    pub fn field_end(&self, at: usize) -> Option<(usize, u64)> {
        if self.look.are_runs && self.ends_field(at) {
            return None;
        }
        if self.look.has_quotes {
            match self.text.get(at) {
                Some(b'"') => return self.quoted_end(at),
                Some(b' ' | b'\t') => return None,
                _ => {}
            }
        }
        Some((self.plain_end(at), 0))
    }

    /// The first separator or line end from `at` on.
    #[inline]
    fn plain_end(&self, mut at: usize) -> usize {
        while let Some(word) = self.word(at) {
            let ends = matches(word, self.look.separators) | line_ends(word);
            if ends != 0 {
                return at + ends.trailing_zeros() as usize / 8;
            }
            at += 8;
        }
        while !self.ends_field(at) {
            at += 1;
        }
        at
    }

    fn quoted_end(&self, open: usize) -> Option<(usize, u64)> {
        let inside = &self.text[open + 1..];
        let len = memchr(b'"', inside)?;
        let end = open + 1 + len + 1;
        let line_feeds = inside[..len].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.ends_field(end).then_some((end, line_feeds))
    }

    /// The end of the line in which a field begins at `at`, the fields up to there, and the line feeds in them; `None`
    /// as in [`Self::field_end`], and when there are more than `most` fields.
    #[inline]
    pub fn rest(&self, mut at: usize, most: usize) -> Option<(usize, usize, u64)> {
        let (mut fields, mut line_feeds) = (1, 0);
        if self.look.has_quotes || self.look.are_runs {
            loop {
                let (end, feeds) = self.field_end(at)?;
                line_feeds += feeds;
                match self.behind_separator(end) {
                    Some(next) if fields < most => (at, fields) = (next, fields + 1),
                    Some(_) => return None,
                    None => return Some((end, fields, line_feeds)),
                }
            }
        }
        while let Some(word) = self.word(at) {
            let (separators, ends) = (matches(word, self.look.separators), line_ends(word));
            if ends != 0 {
                // Those before the first line end.
                let before = separators & (ends ^ (ends - 1));
                return Some((at + ends.trailing_zeros() as usize / 8, fields + before.count_ones() as usize, 0));
            }
            fields += separators.count_ones() as usize;
            at += 8;
        }
        loop {
            let end = self.plain_end(at);
            match self.behind_separator(end) {
                Some(next) => (at, fields) = (next, fields + 1),
                None => return Some((end, fields, 0)),
            }
        }
    }

    #[inline]
    fn word(&self, at: usize) -> Option<u64> {
        self.text.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }
}

#[inline]
fn line_ends(word: u64) -> u64 {
    matches(word, eightfold(b'\n')) | matches(word, eightfold(b'\r'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Byte by byte.
        #[test]
        fn ends_are_those_of_a_plain_look(text in "[a1,+-.\u{8c}\u{8d}\r\n]{0,40}", from in 0..4usize) {
            let from = from.min(text.len());
            let bytes = text.as_bytes();
            let line = Line { text: bytes, look: Look::new(bytes, Separator::Byte(b',')).unwrap() };
            let is_end = |byte: &u8| matches!(byte, b',' | b'\n' | b'\r');
            let end = bytes[from..].iter().position(is_end).map_or(bytes.len(), |at| from + at);
            prop_assert_eq!(line.field_end(from), Some((end, 0)));
            let rest = bytes[from..].split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
            let fields = rest.split(|byte| *byte == b',').count();
            prop_assert_eq!(line.rest(from, 100), Some((from + rest.len(), fields, 0)));
        }
    }

    fn line_of(text: &[u8], separator: Separator) -> Line<'_> {
        Line { text, look: Look::new(text, separator).unwrap() }
    }

    #[test]
    fn runs_of_spaces_are_one_separator() {
        let line = line_of(b"1  2.5   x\n3 4 \n", Separator::Blanks);
        assert_eq!((line.behind_separator(1), line.field_end(3)), (Some(3), Some((6, 0))));
        assert_eq!(line.rest(0, 3), Some((10, 3, 0)));
        assert_eq!(line.rest(11, 3), None, "one more would end the line");
        assert!(Look::new(b"1 2\t3", Separator::Blanks).is_none());
    }

    #[test]
    fn quotes_around_a_field_are_known_and_others_are_not() {
        let line = line_of(b"\"a,\nb\",c\"d,\"e\"f,\"g\"\"h\", \"i\"\n", Separator::Byte(b','));
        assert_eq!((line.field_end(0), line.is_quoted(0)), (Some((6, 1)), true));
        assert_eq!((line.field_end(7), line.is_quoted(7)), (Some((10, 0)), false));
        assert_eq!([line.field_end(11), line.field_end(16), line.field_end(23)], [None; 3]);
        let line = line_of(b"1,\"a\n\",3\n", Separator::Byte(b','));
        assert_eq!((line.rest(0, 3), line.rest(0, 2)), (Some((8, 3, 1)), None));
    }
}
