//! JSON lines as a format that is read block by block: every line feed ends a record, for none can be within a string.

use std::sync::Arc;

use memchr::{memchr, memrchr};

use crate::error::Error;
use crate::source::budget::{Budgets, Limit};
use crate::source::json::record::{Arrangement, Records};
use crate::source::json::values::{Columns, Values};
use crate::source::text::blockwise::{Block, Ends, Format, Gathering, Place, Take, Taken};

/// How the columns of JSON lines are read.
#[derive(Clone, Debug)]
pub(super) struct JsonLines {
    pub name: Arc<str>,
    pub budgets: Budgets,
    pub columns: Arc<Columns>,
}

/// Reads the columns of JSON lines.
pub(super) struct TakeJson {
    values: Values,
    record_bytes: usize,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

impl Ends for JsonLines {
    fn whole_len(&self, text: &[u8], _: bool) -> usize {
        memrchr(b'\n', text).map_or(0, |at| at + 1)
    }

    fn lead(&self, text: &[u8], _: bool) -> (usize, bool) {
        (text.iter().take_while(|byte| is_blank(**byte)).count(), false)
    }
}

impl Format for JsonLines {
    type Take = TakeJson;

    fn name(&self) -> &str {
        &self.name
    }

    fn record_bytes(&self) -> usize {
        self.budgets.len_of(Limit::Line)
    }

    fn take(&self) -> TakeJson {
        TakeJson { values: Values::new(Arc::clone(&self.columns)), record_bytes: self.record_bytes() }
    }

    /// Cut once more by who can tell what is wrong.
    fn fault(&self, text: &[u8], offset: u64, line: u64) -> Error {
        let mut records = Records::new(&self.name, text, Arrangement::Lines, offset, line).within(&self.budgets);
        records.advance().err().unwrap_or_else(|| {
            Error::input("the record cannot be read").in_file(&*self.name).at_line(line).hint("this is a bug")
        })
    }
}

impl Take for TakeJson {
    fn take(&mut self, block: &Block, place: &mut Place, chunk: &mut Gathering) -> Taken {
        let text = block.text();
        while !chunk.is_full() {
            while let Some(&byte) = text.get(place.at).filter(|byte| is_blank(**byte)) {
                place.pass(byte);
            }
            let rest = text.get(place.at..).unwrap_or_default();
            if rest.is_empty() {
                return Taken::Through;
            }
            // What is cut off at the end of the text is a damaged record.
            let len = memchr(b'\n', rest).unwrap_or(rest.len());
            if len > self.record_bytes {
                return Taken::Broken;
            }
            if chunk.begin(block.offset + place.at as u64, place.line) {
                let (columns, row, line) = chunk.columns();
                self.values.gather(&rest[..len], columns, row, line);
                chunk.end();
            }
            place.pass_over(len, 0);
        }
        Taken::Full
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::source::json::OneByOne;
    use crate::source::sieve::Wanted;
    use crate::source::text::blockwise::tests::{Asking, LINE, hold};
    use crate::source::text::blockwise::{Plan, Size};
    use crate::source::text::value::Kind;

    fn format(line_bytes: u64) -> (JsonLines, [Kind; 3]) {
        let path = |outer: &str, inner: Option<&str>| {
            (outer.as_bytes().to_vec(), inner.map(|inner| inner.as_bytes().to_vec()))
        };
        let slots = HashMap::from([(path("x", None), 0), (path("n", None), 1), (path("o", Some("y")), 2)]);
        let columns = Arc::new(Columns { most_depth: 8, slots, columns: vec![2, 0, 1] });
        let budgets = Budgets::default().with(Limit::Line, line_bytes).unwrap();
        let number = Kind::Number { integer: false };
        (JsonLines { name: "t.jsonl".into(), budgets, columns }, [number.clone(), number, Kind::Text])
    }

    fn held(text: &str, (format, kinds): &(JsonLines, [Kind; 3]), asking: &Asking<'_>) {
        let stream = Cursor::new(text.as_bytes().to_vec());
        let records = Records::new(&format.name, stream, Arrangement::Lines, 0, LINE).within(&format.budgets);
        let cut = OneByOne { records, values: Values::new(Arc::clone(&format.columns)) };
        hold(text, cut, format, &Asking { kinds, ..*asking });
    }

    const ALL: Wanted = Wanted { every: 1, rows_before: 0, limit: None };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn blocks_hold_the_rows_of_the_text(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{\"x\":1.5,\"o\":{\"y\":2},\"n\":\"a\"}", "{\"n\":\"b\\n\\u00e9\",\"x\":-3e2}", "{\"x\":\"4\"}", "{\"x\":[1]}", "{}",
                "{\"x\":1", "{\"o\": {\"y\": \"z\"}} ", "5", "\r", " ", "\n", "\n", "\n", "\r\n", "\"", "{\"x\":\r2}",
            ]), 0..16),
            (block_bytes, is_eager, drop_bytes) in (1..64usize, any::<bool>(), 1..80usize),
            (chunk_rows, every, limit) in (1..6usize, prop_oneof![3 => Just(1u64), 1 => 2..4u64], prop::option::weighted(0.2, 1..6u64)),
            threads in 0..4usize,
        ) {
            let wanted = Wanted { every, rows_before: 5, limit };
            let size = Size { block_bytes, is_eager, record_bytes: 2_000_000 };
            let plan = Plan { size, threads: if wanted.is_all() { threads } else { 0 } };
            held(&parts.concat(), &format(2_000_000), &Asking { kinds: &[], chunk_rows, wanted, plan, drop_bytes });
        }
    }

    #[test]
    fn what_is_too_long_is_told_behind_the_rows_before_it() {
        let long = format!("{{\"n\":\"{}\"}}", "x".repeat(1020));
        for text in [format!("{{\"x\":1}}\n\n{long}\n{{}}\n"), format!("{{\"x\":1}}\n{}{long}", " ".repeat(3000))] {
            for (block_bytes, threads) in [(1, 0), (50, 2), (1 << 20, 0), (1 << 20, 2)] {
                let plan = Plan { size: Size { block_bytes, is_eager: false, record_bytes: 1024 }, threads };
                held(
                    &text,
                    &format(1024),
                    &Asking { kinds: &[], chunk_rows: 10, wanted: ALL, plan, drop_bytes: 1 << 20 },
                );
            }
        }
    }
}
