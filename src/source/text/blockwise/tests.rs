//! Texts read block by block are held to the same texts read one record after another.

use std::io::{Cursor, Read};
use std::sync::mpsc;

use super::*;
use crate::data::chunk::{Chunk, Data, Position};
use crate::source::sieve::Wanted;
use crate::source::stdin::Once;
use crate::source::text::reader::{Cut, TextReader};
use crate::source::text::value::Kind;

/// Hands out so many bytes a call.
pub struct Drops(pub Cursor<Vec<u8>>, pub usize);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = buffer.len().min(self.1);
        self.0.read(&mut buffer[..len])
    }
}

/// A cell as text: its value bit by bit, and whether it is one.
pub fn cell(chunk: &Chunk<'_>, column: usize, row: usize) -> String {
    let column = &chunk.columns()[column];
    if column.validity.as_ref().is_some_and(|flags| flags[row] == 0) {
        return "-".into();
    }
    match &column.data {
        Data::F64(values) => format!("{:x}", values[row].to_bits()),
        Data::I64(values) => values[row].to_string(),
        Data::U64(values) => values[row].to_string(),
        Data::Dict { keys, names } => names[keys[row] as usize].clone(),
        Data::F32(_) => panic!("no text makes f32"),
    }
}

/// A row with its cells, and for each column the text that could not be read.
#[derive(Debug, PartialEq)]
struct Row {
    row: u64,
    place: (u64, u64),
    cells: Vec<String>,
    unparsed: Vec<Option<String>>,
}

/// Every row, and how reading ended.
type Told = (Vec<Row>, Option<String>, u64, u64);

/// Reads row by row, one record after another: the reference.
fn one_by_one<C: Cut>(cut: C, text: &str, kinds: &[Kind], wanted: Wanted) -> Told {
    let task = Task { kinds: kinds.to_vec(), chunk_rows: 1, input: 0, start: 0, stored: stored(text), wanted };
    let mut reader = TextReader::new(cut, task);
    let mut rows = Vec::new();
    loop {
        match reader.next() {
            Ok(Some(chunk)) => rows.push(row(&chunk)),
            Ok(None) => return (rows, None, reader.filtered_rows(), reader.bytes_read()),
            Err(error) => return (rows, Some(error.to_string()), reader.filtered_rows(), reader.bytes_read()),
        }
    }
}

fn row(chunk: &Chunk<'_>) -> Row {
    assert_eq!(chunk.len(), 1);
    let Position::Byte { offset, row, line } = chunk.origin().position else { panic!("a place in a text") };
    assert_eq!(row, chunk.origin().first_row);
    let unparsed = chunk.columns().iter().map(|column| {
        column.unparsed.as_ref().map(|told| {
            assert_eq!((told.count, &told.rows[..], told.row, told.line), (1, &[0][..], row, line));
            told.text.clone()
        })
    });
    let cells = (0..chunk.columns().len()).map(|column| cell(chunk, column, 0)).collect();
    Row { row, place: (offset, line), cells, unparsed: unparsed.collect() }
}

/// What is asked for, and how it is read.
pub struct Asking<'a> {
    pub kinds: &'a [Kind],
    pub chunk_rows: usize,
    pub wanted: Wanted,
    pub plan: Plan,
    /// Bytes that the stream hands out a call.
    pub drop_bytes: usize,
}

/// The line that texts begin on.
pub const LINE: u64 = 7;

/// Reads a text block by block and holds every chunk to its records, cut one by one by `cut`.
pub fn hold<F: Format>(text: &str, cut: impl Cut, format: &F, asking: &Asking<'_>) {
    let &Asking { kinds, chunk_rows, wanted, plan, drop_bytes } = asking;
    let (rows, end, filtered, bytes) = one_by_one(cut, text, kinds, wanted);
    let stream = Drops(Cursor::new(text.as_bytes().to_vec()), drop_bytes);
    let task = Task { kinds: kinds.to_vec(), chunk_rows, input: 3, start: 0, stored: stored(text), wanted };
    let mut reader = read(format.clone(), (stream, LINE), task, plan).unwrap();
    let mut expected = rows.iter();
    loop {
        let chunk = match reader.next() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => {
                assert_eq!(end, None);
                if wanted.limit.is_none() {
                    assert_eq!(reader.bytes_read(), bytes, "all of it");
                }
                break;
            }
            Err(error) => {
                assert_eq!(Some(error.to_string()), end);
                break;
            }
        };
        assert!((1..=chunk_rows).contains(&chunk.len()));
        assert_eq!(chunk.step(), wanted.every);
        let rows: Vec<&Row> = expected.by_ref().take(chunk.len()).collect();
        assert_eq!(rows.len(), chunk.len(), "more rows than there are");
        let Position::Byte { offset, row, line } = chunk.origin().position else { panic!("a place in a text") };
        assert_eq!((chunk.origin().input, chunk.origin().first_row), (3, row));
        assert_eq!((row, (offset, line)), (rows[0].row, rows[0].place));
        for (number, column) in chunk.columns().iter().enumerate() {
            let found: Vec<String> = (0..chunk.len()).map(|row| cell(&chunk, number, row)).collect();
            let cells: Vec<&String> = rows.iter().map(|row| &row.cells[number]).collect();
            assert_eq!(found.iter().collect::<Vec<_>>(), cells, "column {number}");
            let told: Vec<(u32, &Row)> =
                (0..).zip(rows.iter().copied()).filter(|(_, row)| row.unparsed[number].is_some()).collect();
            let Some((_, first)) = told.first() else {
                assert_eq!(column.unparsed, None);
                continue;
            };
            let unparsed = column.unparsed.as_ref().expect("something that cannot be read");
            assert_eq!(unparsed.rows, told.iter().map(|(place, _)| *place).collect::<Vec<_>>());
            assert_eq!(unparsed.count, told.len() as u64);
            assert_eq!((unparsed.row, unparsed.line), (first.row, first.place.1));
            assert_eq!(Some(&unparsed.text), first.unparsed[number].as_ref());
        }
    }
    assert_eq!(expected.next(), None, "rows are missing");
    assert_eq!(reader.filtered_rows(), filtered);
}

pub fn stored(text: &str) -> crate::source::bytes::Stored {
    let bytes = Bytes::Once(Once::new("-", Box::new(Cursor::new(text.as_bytes().to_vec()))));
    bytes.counted_reader_at(0).unwrap().1
}

/// A stream that brings what it is sent, and fails with what it is told.
pub struct Pipe(pub mpsc::Receiver<std::io::Result<Vec<u8>>>, pub Vec<u8>);

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.1.is_empty() {
            let Ok(next) = self.0.recv() else { return Ok(0) };
            self.1 = next?;
        }
        let len = self.1.len().min(buffer.len());
        buffer[..len].copy_from_slice(&self.1[..len]);
        self.1.drain(..len);
        Ok(len)
    }
}
