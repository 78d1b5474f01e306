//! Where the last whole record of a text ends: at its last line end, unless a quote is about.

use memchr::{memchr, memchr2, memrchr2};

use crate::source::csv::fields::{Cut, Cutting, Fields, Separator};
use crate::source::csv::line::{Line, Look};

/// How many bytes of `text` hold nothing but whole records, comments and blank lines, each with its line end.
///
/// Line ends before a line with a quote end records whatever they are; only such lines are cut as they will be cut again
/// when they are read.
pub(super) fn whole_len(cutting: Cutting, text: &[u8], in_comment: bool) -> usize {
    let line_end = |text: &[u8]| memrchr2(b'\n', b'\r', text).map_or(0, |at| at + 1);
    let mut fields = Fields::new(cutting, 0);
    let mut whole = 0;
    if in_comment {
        match comment_end(text) {
            Some(end) => whole = end,
            None => return 0,
        }
    }
    while let Some(quote) = memchr(b'"', &text[whole..]) {
        whole += line_end(&text[whole..whole + quote]);
        let line = &text[whole..];
        let end = if is_comment(cutting, line) { comment_end(line) } else { record_end(cutting, &mut fields, line) };
        match end {
            Some(end) => whole += end,
            None => return whole,
        }
    }
    whole + line_end(&text[whole..])
}

/// How many bytes of `text` come before its first record, and whether a comment is open behind them.
pub(super) fn lead(cutting: Cutting, text: &[u8], mut in_comment: bool) -> (usize, bool) {
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\n' | b'\r' => in_comment = false,
            _ if in_comment => {}
            b'#' if cutting.comments => in_comment = true,
            b' ' | b'\t' if cutting.separator == Separator::Blanks => {}
            _ => return (at, false),
        }
    }
    (text.len(), in_comment)
}

/// Whether a line is a comment.
fn is_comment(cutting: Cutting, line: &[u8]) -> bool {
    let is_blank = |byte: &&u8| cutting.separator == Separator::Blanks && matches!(byte, b' ' | b'\t');
    cutting.comments && line.iter().find(|byte| !is_blank(byte)) == Some(&b'#')
}

/// The place behind the line end of the comment that `text` begins in.
fn comment_end(text: &[u8]) -> Option<usize> {
    memchr2(b'\n', b'\r', text).map(|at| at + 1)
}

/// The place behind the line end of the record that `text` begins with, in whose first line is a quote.
fn record_end(cutting: Cutting, fields: &mut Fields, text: &[u8]) -> Option<usize> {
    // (Whether blanks are all spaces would have to be looked for to the end of the text, record for record.)
    if cutting.separator != Separator::Blanks
        && let Some(look) = Look::new(text, cutting.separator)
        && let Some((end, ..)) = (Line { text, look }).rest(0, usize::MAX)
        && end < text.len()
    {
        return Some(end + 1);
    }
    match fields.cut(text, false) {
        Cut::Whole { len, .. } => Some(len + 1),
        Cut::Open { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::csv::record::Records;

    /// The end of the last record that ends with a line end, by reading all of them; nothing where one cannot be cut.
    fn last_end(text: &str, cutting: Cutting) -> Option<usize> {
        // A record more, so that the last one is seen to end: as a field it goes on, as a line it does not.
        let ends = |text: &str| {
            let mut records = Records::new("", text.as_bytes(), cutting, 0, 1);
            let mut end = 0;
            while records.advance().ok()? {
                let (behind, _) = records.place_behind();
                end = behind as usize;
            }
            Some(end)
        };
        ends(text)
    }

    fn cutting() -> impl Strategy<Value = Cutting> {
        (prop_oneof![Just(Separator::Byte(b',')), Just(Separator::Blanks)], any::<bool>())
            .prop_map(|(separator, comments)| Cutting { separator, comments })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_is_whole_is_read_alike_in_parts(text in "[a1 \",#\r\n]{0,30}", cutting in cutting()) {
            let whole = whole_len(cutting, text.as_bytes(), false);
            let (parts, rest) = text.split_at(whole);
            prop_assert!(parts.is_empty() || parts.ends_with(['\n', '\r']));
            let records = |text: &str| {
                let mut records = Records::new("", text.as_bytes(), cutting, 0, 1);
                let mut all = Vec::new();
                while records.advance().ok()? {
                    let fields = (0..records.field_count()).map(|i| records.field(i).unwrap().to_vec());
                    all.push(fields.collect::<Vec<_>>());
                }
                Some(all)
            };
            // The parts are whole: they can always be read.
            let mut both = records(parts).expect("no quote is open");
            if let Some(all) = records(&text) {
                both.extend(records(rest).expect("nothing was cut in two"));
                prop_assert_eq!(both, all);
                // And no record with a line end is left.
                let end = last_end(&text, cutting).unwrap_or(0);
                if text[..end].ends_with(['\n', '\r']) {
                    prop_assert!(whole >= end, "{} of {}", whole, end);
                }
            }
        }
    }

    #[test]
    fn a_comment_ends_with_its_line_whatever_is_in_it() {
        let cutting = Cutting { separator: Separator::Byte(b','), comments: true };
        assert_eq!(whole_len(cutting, b"x \"\n1,\"2\n", true), 4);
        assert_eq!(whole_len(cutting, b"x \"", true), 0);
        assert_eq!(lead(cutting, b"x \"", true), (3, true));
        assert_eq!(lead(cutting, b"\r\n#x\n1,2", false), (5, false));
        assert_eq!(lead(cutting, b"1,2", false), (0, false));
        assert_eq!(whole_len(Cutting { comments: false, ..cutting }, b"#\"\n1\n", false), 5, "no quote opens there");
    }
}
