//! Delimited text that the `csv` crate wrote: read back it is the same, whole, byte by byte, and from any cut at record
//! starts.

use std::fmt::Write as _;

use pointillist::data::chunk::Position;
use pointillist::source::dataset::{DataSet, Options};
use pointillist::source::format::Format;
use pointillist::source::{Share, Span};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::{LONG, holds};
use crate::harness::table::{byte_by_byte, chunks, table, text};

/// How a text is written.
#[derive(Clone, Copy, Debug)]
struct Dialect {
    is_tsv: bool,
    has_crlf: bool,
    quotes_all: bool,
    has_last_end: bool,
}

fn dialects() -> impl Strategy<Value = Dialect> {
    any::<(bool, bool, bool, bool)>().prop_map(|(is_tsv, has_crlf, quotes_all, has_last_end)| Dialect {
        is_tsv,
        has_crlf,
        quotes_all,
        has_last_end,
    })
}

/// Rows: a number, and a text that begins with a letter, so that its column holds texts.
fn rows() -> impl Strategy<Value = Vec<(i32, String)>> {
    proptest::collection::vec((any::<i32>(), "[a-zé][a-z0-9 \"',\t\r\n#é–]{0,12}[a-z]"), 1..30)
}

fn written(rows: &[(i32, String)], dialect: Dialect) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(if dialect.is_tsv { b'\t' } else { b',' })
        .terminator(if dialect.has_crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') })
        .quote_style(if dialect.quotes_all { ::csv::QuoteStyle::Always } else { ::csv::QuoteStyle::Necessary })
        .from_writer(Vec::new());
    writer.write_record(["number", "text", "again"]).unwrap();
    for (number, text) in rows {
        writer.write_record([&number.to_string(), text, &number.wrapping_mul(3).to_string()]).unwrap();
    }
    let mut bytes = writer.into_inner().unwrap();
    if !dialect.has_last_end {
        while bytes.last().is_some_and(|byte| b"\r\n".contains(byte)) {
            bytes.pop();
        }
    }
    bytes
}

fn expected(rows: &[(i32, String)]) -> Vec<Vec<Option<String>>> {
    let numbers = rows.iter().map(|(number, _)| Some(format!("{:?}", f64::from(*number)))).collect();
    let texts = rows.iter().map(|(_, text)| Some(text.clone())).collect();
    let again = rows.iter().map(|(number, _)| Some(format!("{:?}", f64::from(number.wrapping_mul(3))))).collect();
    vec![numbers, texts, again]
}

fn law(
    (rows, dialect, picks, chunk_rows): (Vec<(i32, String)>, Dialect, Vec<prop::sample::Index>, usize),
) -> Result<(), TestCaseError> {
    let bytes = written(&rows, dialect);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in");
    std::fs::write(&path, &bytes).unwrap();
    let options =
        Options { format: Some(if dialect.is_tsv { Format::Tsv } else { Format::Csv }), ..Options::default() };
    let open = || DataSet::open(&[path.to_str().unwrap()], &options);
    let shown = || {
        String::from_utf8_lossy(&bytes).escape_debug().fold(String::new(), |mut all, c| {
            let _ = write!(all, "{c}");
            all
        })
    };
    let fail = |error: pointillist::Error| TestCaseError::fail(format!("{error} in {}", shown()));
    let data = open().map_err(fail)?;
    let expected = expected(&rows);
    prop_assert_eq!(&table(&data, &[0, 1, 2], chunk_rows).map_err(fail)?, &expected, "the whole of {}", shown());
    let stream = DataSet::from_stream("-", byte_by_byte(bytes.clone()), &options).map_err(fail)?;
    prop_assert_eq!(&table(&stream, &[0, 1, 2], chunk_rows).map_err(fail)?, &expected, "byte by byte {}", shown());
    // Record starts are where chunks of one row come from.
    let starts = chunks(&data, &[0], 1).map_err(fail)?.into_iter().map(|chunk| match chunk.origin().position {
        Position::Byte { offset, .. } => offset,
        other => panic!("a text has bytes, not {other:?}"),
    });
    let places: Vec<u64> = starts.chain([bytes.len() as u64]).collect();
    prop_assert_eq!(places.len(), rows.len() + 1, "a record a row: {}", shown());
    let mut ends: Vec<u64> = picks.iter().map(|pick| *pick.get(&places)).collect();
    ends.extend([0, bytes.len() as u64]);
    ends.sort_unstable();
    let mut found = vec![Vec::new(); 2];
    for pair in ends.windows(2) {
        let share = Share { inputs: vec![(0, Span::Bytes(pair[0]..pair[1]))] };
        let mut reader = data.read(&share, &[0, 1], chunk_rows, &[]).map_err(fail)?;
        while let Some(chunk) = reader.next().map_err(fail)? {
            for (column, found) in chunk.columns().iter().zip(&mut found) {
                found.extend((0..chunk.len()).map(|row| text(column, row)));
            }
        }
    }
    prop_assert_eq!(&found[..], &expected[..2], "cut at {:?}: {}", ends, shown());
    Ok(())
}

fn inputs() -> impl Strategy<Value = (Vec<(i32, String)>, Dialect, Vec<prop::sample::Index>, usize)> {
    (rows(), dialects(), proptest::collection::vec(any::<prop::sample::Index>(), 0..6), 1usize..20)
}

#[test]
fn properties_text_is_read_as_it_was_written_from_any_cut() {
    holds(128, inputs(), law);
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_properties_splitting() {
    holds(LONG / 4, inputs(), law);
    println!("splitting: {} cases", LONG / 4);
}
