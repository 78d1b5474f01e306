//! Blocks read at once against records read one after another, and where a slow pipe is left.

use std::io::{Cursor, Read};
use std::sync::mpsc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::data::chunk::TimeUnit;
use crate::error::Result;
use crate::source::bytes::Bytes;
use crate::source::csv::fields::Separator;
use crate::source::sieve::Wanted;
use crate::source::stdin::Once;
use crate::source::text::blockwise::tests::{Asking, LINE, Pipe, cell, stored};
use crate::source::text::blockwise::{self, Plan, Size};
use crate::source::text::column::{Cell, Gathered};
use crate::source::text::reader::{Cut, Task};
use crate::source::text::value::{Kind, is_null};

const ALL: Wanted = Wanted { every: 1, rows_before: 0, limit: None };

/// Records one after another, cut by [`Records`] alone: the reference.
struct OneByOne<R> {
    records: Records<R>,
    columns: Vec<usize>,
    width: usize,
}

impl<R: Read + Send> Cut for OneByOne<R> {
    fn advance(&mut self) -> Result<bool> {
        self.records.advance()
    }

    fn place(&self) -> (u64, u64) {
        self.records.record_place()
    }

    fn offset_behind(&self) -> u64 {
        self.records.place_behind().0
    }

    fn gather(&mut self, columns: &mut [Gathered], row: u64, line: u64) {
        if self.records.exceeds(self.width) {
            let why = format!("{} fields instead of {}", self.records.field_count(), self.width);
            columns.iter_mut().for_each(|values| values.refuse(&why, row, line));
            return;
        }
        for (column, values) in self.columns.iter().zip(columns) {
            let text = self.records.field(*column).filter(|text| !is_null(text));
            values.push(text.map_or(Cell::Null, Cell::Text), row, line);
        }
    }
}

/// Held to [`OneByOne`].
fn hold(text: &str, format: &CsvBlocks, asking: &Asking<'_>) {
    let stream = Cursor::new(text.as_bytes().to_vec());
    let records = Records::new(&format.name, stream, format.cutting, 0, LINE).within(&format.budgets);
    let columns = format.columns.iter().map(|(field, _)| *field).collect();
    blockwise::tests::hold(text, OneByOne { records, columns, width: format.width }, format, asking);
}

fn kinds() -> Vec<Kind> {
    let time = Kind::Time { unit: TimeUnit::Second, zone: None };
    vec![
        Kind::Number { integer: false },
        Kind::Number { integer: true },
        Kind::Text,
        Kind::Large,
        Kind::CommaNumber,
        Kind::Bool,
        time,
    ]
}

/// Texts of records, most of them well formed.
fn text(separator: Separator) -> impl Strategy<Value = String> {
    let between = match separator {
        Separator::Byte(byte) => char::from(byte).to_string(),
        Separator::Blanks => " ".into(),
    };
    let field = prop_oneof![
        6 => prop::sample::select(vec!["1", "-2.5", "3e2", "17", "0.12345678901234567", "1.5", "-0"]).prop_map(String::from),
        2 => prop::sample::select(vec![
            "", "NA", "nan", "abc", "\"x\"", "\"1.5\"", "\"a\nb\"", "\"a\"\"b\"", " 7 ", " \"q,\" ", "é", "1,5", "\"\r\"",
            "#", "true", "12345678901234567890", "a rather long text that takes more than a word",
        ]).prop_map(String::from),
        1 => "[a1.\", #\t\r\n]{0,8}",
    ];
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r", "\n\n", "\n# \"x\r", ""]);
    let record = (prop::collection::vec(field, 1..5), end).prop_map(move |(fields, end)| fields.join(&between) + end);
    prop::collection::vec(record, 0..12).prop_map(|records| records.concat())
}

fn separator() -> impl Strategy<Value = Separator> {
    prop::sample::select(vec![
        Separator::Byte(b','),
        Separator::Byte(b','),
        Separator::Byte(b';'),
        Separator::Byte(b'\t'),
        Separator::Byte(b'-'),
        Separator::Blanks,
    ])
}

fn case() -> impl Strategy<Value = (CsvBlocks, Vec<Kind>, String)> {
    let columns = prop::collection::vec((0..3usize, prop::sample::select(kinds())), 1..4);
    (separator(), any::<bool>(), columns).prop_flat_map(|(separator, comments, columns)| {
        let (fields, kinds): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let numbers = fields.into_iter().zip(kinds.iter().map(Gathered::takes_numbers)).collect();
        let format = CsvBlocks {
            name: "t.csv".into(),
            cutting: Cutting { separator, comments },
            budgets: Budgets::default(),
            width: 3,
            columns: numbers,
        };
        text(separator).prop_map(move |text| (format.clone(), kinds.clone(), text))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn blocks_hold_the_rows_of_the_text(
        (format, kinds, text) in case(),
        (block_bytes, is_eager, drop_bytes) in (1..64usize, any::<bool>(), 1..80usize),
        (chunk_rows, every, limit) in (1..6usize, prop_oneof![3 => Just(1u64), 1 => 2..4u64], prop::option::weighted(0.2, 1..6u64)),
        threads in 0..4usize,
    ) {
        let size = Size { block_bytes, is_eager, record_bytes: 2_000_000 };
        let wanted = Wanted { every, rows_before: 5, limit };
        let threads = if wanted.is_all() { threads } else { 0 };
        let plan = Plan { size, threads };
        hold(&text, &format, &Asking { kinds: &kinds, chunk_rows, wanted, plan, drop_bytes });
    }
}

fn numbers(width: usize, line_bytes: u64) -> CsvBlocks {
    CsvBlocks {
        name: "t.csv".into(),
        cutting: Cutting { separator: Separator::Byte(b','), comments: true },
        budgets: Budgets::default().with(Limit::Line, line_bytes).unwrap(),
        width,
        columns: [(0, true)].into(),
    }
}

#[test]
fn what_is_too_long_or_open_is_told_behind_the_rows_before_it() {
    let long = "x".repeat(1025);
    let texts = [
        format!("1,2\n3,4\n{long},5\n6,7\n"),
        format!("1,2\n3,4\n\"{long}\n{long}\n{long}"),
        "1,2\n3,\"4\n5,6\n".to_owned(),
        format!("1,2\n#{long}{long}\"\n3,{}\n{long}", "x".repeat(1022)),
        format!("1,{}\n2", ",".repeat(300)),
        format!("1,\"{}\"\n2,3\n", "a\n".repeat(510)),
    ];
    let mut format = numbers(2, 1024);
    format.budgets = format.budgets.with(Limit::Columns, 200).unwrap();
    for text in &texts {
        for block_bytes in [1, 7, 64, 1000, 1 << 20] {
            for threads in [0, 1, 2] {
                let size = Size { block_bytes, is_eager: false, record_bytes: 1024 };
                let kinds = [Kind::Number { integer: false }];
                for (is_eager, drop_bytes) in [(false, 1 << 20), (true, 5)] {
                    let plan = Plan { size: Size { is_eager, ..size }, threads };
                    hold(text, &format, &Asking { kinds: &kinds, chunk_rows: 100, wanted: ALL, plan, drop_bytes });
                }
            }
        }
    }
}

#[test]
fn a_record_that_has_come_is_read_while_the_pipe_is_silent() {
    let (sender, receiver) = mpsc::channel();
    let text = "x,y\n".to_owned() + &"1,2\n".repeat(20_000);
    let bytes = Bytes::Once(Once::new("-", Box::new(Pipe(receiver, text.into_bytes()))));
    sender.send(Ok(b"3,4\r5".to_vec())).unwrap();
    let csv = crate::source::csv::Csv::open(bytes, None, None).unwrap();
    let request = crate::source::Request {
        columns: vec![1, 0],
        chunk_rows: 10,
        span: crate::source::Span::All,
        keep: vec![],
        checks_extents: false,
        threads: 4,
    };
    let (done, chunks) = mpsc::channel();
    std::thread::spawn(move || {
        use crate::source::Input;
        let wanted = Wanted { limit: Some(20_001), ..ALL };
        let mut reader = csv.read_wanted(0, &request, wanted).unwrap();
        while let Ok(Some(chunk)) = reader.next() {
            done.send((chunk.len(), cell(&chunk, 0, chunk.len() - 1))).unwrap();
        }
    });
    // The pipe stays open and brings nothing more: the row limit is reached with a carriage return.
    let mut rows = 0;
    let mut last = String::new();
    while rows < 20_001 {
        let (len, cell) = chunks.recv_timeout(Duration::from_secs(60)).expect("no record is waited for");
        (rows, last) = (rows + len, cell);
    }
    assert_eq!(last, format!("{:x}", 4f64.to_bits()));
    drop(sender);
}

#[test]
fn a_stream_that_fails_is_told_behind_its_rows() {
    for (threads, is_eager) in [(0, true), (0, false), (2, true), (2, false)] {
        let (sender, receiver) = mpsc::channel();
        for text in ["1,2\n3,", "4\n5,6\n", "7,8"] {
            sender.send(Ok(text.into())).unwrap();
        }
        sender.send(Err(std::io::Error::other("the disk is gone"))).unwrap();
        let format = numbers(2, 1024);
        let size = Size { block_bytes: 8, is_eager, record_bytes: 1024 };
        let kinds = vec![Kind::Number { integer: false }];
        let task = Task { kinds, chunk_rows: 10, input: 0, start: 0, stored: stored(""), wanted: ALL };
        let stream = Pipe(receiver, Vec::new());
        let mut reader = blockwise::read(format, (stream, 1), task, Plan { size, threads }).unwrap();
        let mut values = Vec::new();
        let error = loop {
            match reader.next() {
                Ok(chunk) => {
                    values.extend((0..chunk.as_ref().unwrap().len()).map(|row| cell(chunk.as_ref().unwrap(), 0, row)))
                }
                Err(error) => break error,
            }
        };
        assert_eq!(values, [1f64, 3., 5.].map(|value| format!("{:x}", value.to_bits())));
        assert!(error.to_string().contains("the disk is gone"), "{error}");
        drop(sender);
    }
}

/// With blocks as long as they are: a file of several.
#[test]
fn a_file_holds_the_same_rows_on_any_number_of_threads() {
    use crate::source::csv::Csv;
    use crate::source::regular::RegularFile;
    use crate::source::{Input, Request, Span};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let line = |row: u32| match row % 1000 {
        7 => format!("{row},\"a\nb\",bad\r\n"),
        8 => "# a \"comment\n\n".to_owned(),
        _ => format!("{row}.25,name{},-{row}e-3\n", row % 5),
    };
    let text = "x,n,y\n".to_owned() + &(0..200_000).map(line).collect::<String>();
    assert!(text.len() > 4 << 20, "several blocks");
    std::fs::write(&path, &text).unwrap();
    let read = |threads: usize| {
        let bytes = Bytes::of_file(RegularFile::open(&path, "t.csv").unwrap()).unwrap();
        let csv = Csv::open(bytes, None, None).unwrap();
        let request = Request {
            columns: vec![2, 0, 1],
            chunk_rows: 10_000,
            span: Span::All,
            keep: vec![],
            checks_extents: false,
            threads,
        };
        let mut reader = csv.read(0, &request).unwrap();
        let (mut cells, mut told) = (Vec::new(), Vec::new());
        while let Some(chunk) = reader.next().unwrap() {
            let first = chunk.origin().first_row;
            assert_eq!(first, cells.len() as u64);
            cells.extend((0..chunk.len()).map(|row| [0, 1, 2].map(|column| cell(&chunk, column, row))));
            if let Some(unparsed) = &chunk.columns()[0].unparsed {
                told.push((unparsed.row, unparsed.line));
                assert_eq!(unparsed.row, first + u64::from(unparsed.rows[0]));
            }
        }
        assert_eq!(reader.bytes_read(), text.len() as u64 - 6);
        (cells, told)
    };
    let (cells, told) = read(1);
    assert_eq!((cells.len(), told[0]), (199_800, (7, 9)));
    for threads in [2, 5] {
        let (found, places) = read(threads);
        assert!(found == cells, "{threads} threads");
        // A thousand lines hold 999 rows, and take three more.
        assert!(places.iter().all(|&(row, line)| line == 2 + row + row / 999 * 3), "{places:?}");
    }
}
