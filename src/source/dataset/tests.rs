//! Data sets of every format, in parts and in pieces.

use std::io::Cursor;
use std::path::PathBuf;

use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::WriterProperties;
use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::record_batch::RecordBatch;
use proptest::prelude::*;

use super::*;
use crate::data::chunk::{Chunk, Data, Position};
use crate::source::spool::SpoolSettings;

const ROWS: usize = 57;

/// Hands out one byte a call, and is interrupted in between.
struct Drops(Cursor<Vec<u8>>, bool);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let len = buffer.len().min(1);
        self.0.read(&mut buffer[..len])
    }
}

fn x(row: usize) -> f64 {
    (row as f64 * 0.75).sin() * 100.
}

/// The same table of x and n in every format: file names and the options to open them.
struct Tables {
    folder: tempfile::TempDir,
}

impl Tables {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        let lines: Vec<String> =
            (0..ROWS).map(|row| format!("\"{}\",{},\"a \"\"text\"\"\nof, two\"\r\n", x(row), row)).collect();
        write("t.csv", format!("x,n,c\r\n{}", lines.concat()).as_bytes());
        let lines: Vec<String> = (0..ROWS).map(|row| format!("{}\t{}\n\n", x(row), row)).collect();
        write("t.tsv", lines.concat().as_bytes());
        let raw: Vec<u8> = (0..ROWS).flat_map(|row| [x(row), row as f64]).flat_map(f64::to_le_bytes).collect();
        write("t.bin", &raw);
        let mut npy = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        npy.extend(
            format!("{:<117}\n", format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({ROWS}, 2), }}"))
                .as_bytes(),
        );
        npy.extend(&raw);
        write("t.npy", &npy);
        let columns: [(&str, ArrayRef); 2] = [
            ("x", Arc::new(Float64Array::from_iter_values((0..ROWS).map(x)))),
            ("n", Arc::new(Int64Array::from_iter_values(0..ROWS as i64))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(10)).build();
        let file = std::fs::File::create(folder.path().join("t.parquet")).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(name: &str) -> Options {
        Options { format: name.ends_with(".bin").then(|| Format::Raw("f64x2".parse().unwrap())), ..Options::default() }
    }

    fn open(&self, name: &str) -> DataSet {
        DataSet::open(&[self.path(name).to_str().unwrap()], &Self::options(name)).unwrap()
    }
}

const NAMES: [&str; 5] = ["t.csv", "t.tsv", "t.bin", "t.npy", "t.parquet"];

fn chunks(data: &DataSet, share: &Share, columns: &[usize], chunk_rows: usize) -> Vec<Chunk<'static>> {
    let mut reader = data.read(share, columns, chunk_rows, &[]).unwrap();
    std::iter::from_fn(|| reader.next().unwrap()).collect()
}

fn numbers(chunks: &[Chunk<'_>], column: usize) -> Vec<f64> {
    let values = |chunk: &Chunk<'_>| match &chunk.columns()[column].data {
        Data::F64(values) => values.to_vec(),
        Data::I64(values) => values.iter().map(|&value| value as f64).collect::<Vec<_>>(),
        other => panic!("unexpected {other:?}"),
    };
    chunks.iter().flat_map(values).collect()
}

#[test]
fn every_format_gives_the_same_table() {
    let tables = Tables::new();
    for name in NAMES {
        let data = tables.open(name);
        for chunk_rows in [1, 7, 1000] {
            let all = chunks(&data, &data.whole(), &[1, 0], chunk_rows);
            assert_eq!(numbers(&all, 0), (0..ROWS).map(|row| row as f64).collect::<Vec<_>>(), "{name}");
            assert_eq!(numbers(&all, 1), (0..ROWS).map(x).collect::<Vec<_>>(), "{name}");
            assert!(all.iter().all(|chunk| (1..=chunk_rows).contains(&chunk.len())), "{name}");
            let mut next = 0;
            for chunk in &all {
                assert_eq!(chunk.origin().first_row, next, "{name}");
                next += chunk.len() as u64;
            }
        }
        assert_eq!(data.rows(), if name.ends_with("sv") { None } else { Some(ROWS as u64) });
        assert!(data.can_reread() && data.len_bytes().is_some());
    }
}

type ToSpan = fn(std::ops::Range<u64>) -> Span;

/// The places where a format can be cut: row numbers and the span's numbers.
fn cuts(data: &DataSet, name: &str) -> (Vec<u64>, ToSpan) {
    match name {
        "t.csv" | "t.tsv" => {
            let starts = chunks(data, &data.whole(), &[0], 1).into_iter().map(|chunk| match chunk.origin().position {
                Position::Byte { offset, .. } => offset,
                other => panic!("a text has bytes, not {other:?}"),
            });
            (starts.chain(data.len_bytes()).collect(), Span::Bytes)
        }
        "groups" => ((0..=6).collect(), Span::RowGroups),
        _ => ((0..=ROWS as u64).collect(), Span::Rows),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn parts_put_together_are_the_whole(picks in proptest::collection::vec(any::<prop::sample::Index>(), 0..6), chunk_rows in 1usize..20) {
        let tables = Tables::new();
        for name in NAMES.into_iter().chain(["groups"]) {
            let data = tables.open(if name == "groups" { "t.parquet" } else { name });
            let (places, span) = cuts(&data, name);
            let mut ends: Vec<u64> = picks.iter().map(|pick| *pick.get(&places)).collect();
            // A text's first part begins with the header.
            ends.extend([if name == "t.csv" { 0 } else { places[0] }, places[places.len() - 1]]);
            ends.sort_unstable();
            let (mut values, mut rows) = (Vec::new(), 0);
            for pair in ends.windows(2) {
                let share = Share { inputs: vec![(0, span(pair[0]..pair[1]))] };
                let part = chunks(&data, &share, &[0], chunk_rows);
                if let Some(first) = part.first().filter(|_| !name.ends_with("sv")) {
                    prop_assert_eq!(first.origin().first_row, rows);
                }
                rows += part.iter().map(Chunk::len).sum::<usize>() as u64;
                values.extend(numbers(&part, 0));
            }
            prop_assert_eq!(values, (0..ROWS).map(x).collect::<Vec<_>>(), "{}", name);
        }
    }
}

#[test]
fn a_pipe_gives_the_chunks_of_the_file_whatever_its_read_sizes() {
    let tables = Tables::new();
    for name in NAMES.into_iter().filter(|name| !name.ends_with("parquet")) {
        let bytes = std::fs::read(tables.path(name)).unwrap();
        let options = Tables::options(name);
        let expected: Vec<_> = {
            let data = tables.open(name);
            chunks(&data, &data.whole(), &[0, 1], 7)
                .iter()
                .map(|chunk| (chunk.origin(), numbers(std::slice::from_ref(chunk), 0)))
                .collect()
        };
        for one_by_one in [false, true] {
            let cursor = Cursor::new(bytes.clone());
            let stream: Box<dyn Read + Send> =
                if one_by_one { Box::new(Drops(cursor, false)) } else { Box::new(cursor) };
            let data = DataSet::from_stream("-", stream, &options).unwrap();
            assert!(!data.can_reread());
            let found: Vec<_> = chunks(&data, &data.whole(), &[0, 1], 7)
                .iter()
                .map(|chunk| (chunk.origin(), numbers(std::slice::from_ref(chunk), 0)))
                .collect();
            assert_eq!(found, expected, "{name}");
            let again = data.read(&data.whole(), &[0], 7, &[]).unwrap().next();
            assert!(again.unwrap_err().to_string().contains("only once"), "{name}");
        }
    }
    let bytes = std::fs::read(tables.path("t.parquet")).unwrap();
    let refused = DataSet::from_stream("-", Box::new(Cursor::new(bytes)), &Options::default()).err().unwrap();
    assert!(refused.to_string().contains("pipe"), "{refused}");
}

#[test]
fn a_spooled_pipe_can_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let settings = SpoolSettings { folder: folder.path().into(), limit_bytes: 1 << 20 };
    let text = b"a,x,c\n1,2,red\n3,bad,blue\n5,6,red\n";
    let pipe = DataSet::from_stream("-", Box::new(Cursor::new(text.to_vec())), &Options::default()).unwrap();
    let mut rows = 0;
    let pull: &mut Pull<'_> = &mut |mut reader, take| {
        while let Some(chunk) = reader.next()? {
            take(chunk)?;
        }
        Ok(Pulled { passed: reader.passed(), bytes_read: reader.bytes_read(), is_whole: true })
    };
    let spooled = pipe.spooled(&[1, 2], 2, &settings, pull, |chunk| {
        rows += chunk.len();
        Ok(())
    });
    let (data, bytes_read) = spooled.unwrap();
    assert_eq!(bytes_read, text.len() as u64 - 6, "all but the header, which is read when the pipe is opened");
    assert_eq!((rows, data.can_reread(), data.rows()), (3, true, Some(3)));
    for _ in 0..2 {
        let all = chunks(&data, &data.whole(), &[1], 2);
        assert_eq!(numbers(&all, 0)[2], 6.);
        assert_eq!(
            all[0].columns()[0].unparsed.as_ref().map(|unparsed| (unparsed.line, unparsed.text.as_str())),
            Some((3, "bad"))
        );
    }
    assert!(data.read(&data.whole(), &[0], 2, &[]).unwrap().next().is_err(), "column a was not kept");
}

#[test]
fn inputs_follow_one_another_with_columns_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    for (name, text) in [
        ("a.csv", "x,y\n1,2\n3,4\n"),
        ("b.csv", "y,z,x\n20.5,0,10\n"),
        ("c.csv", "x,z\n1,2\n"),
        ("d.csv", "x,y\n1,2024-01-01\n"),
        ("e.csv", "5,6\n7,8\n"),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    let data = DataSet::open(&[path("a.csv"), path("b.csv"), path("e.csv")], &Options::default()).unwrap();
    let columns = [data.column("y").unwrap(), data.column("x").unwrap()];
    let all = chunks(&data, &data.whole(), &columns, 100);
    assert_eq!((numbers(&all, 0), numbers(&all, 1)), (vec![2., 4., 20.5, 6., 8.], vec![1., 3., 10., 5., 7.]));
    let origins: Vec<(usize, u64)> = all.iter().map(|chunk| (chunk.origin().input, chunk.origin().first_row)).collect();
    assert_eq!(origins, [(0, 0), (1, 0), (2, 0)]);
    let last = Share { inputs: vec![(1, Span::All)] };
    assert_eq!(numbers(&chunks(&data, &last, &columns, 1), 0), [20.5]);
    assert!(data.read(&Share { inputs: vec![(3, Span::All)] }, &columns, 1, &[]).is_err());

    let lacking = DataSet::open(&[path("a.csv"), path("c.csv")], &Options::default()).unwrap();
    assert!(lacking.column("x").is_ok());
    let error = lacking.column("y").unwrap_err().to_string();
    assert!(error.contains("c.csv") && error.contains("'y'"), "{error}");
    let differing = DataSet::open(&[path("a.csv"), path("d.csv")], &Options::default()).unwrap();
    let error = differing.column("y").unwrap_err().to_string();
    assert!(error.contains("d.csv") && error.contains("found date"), "{error}");
}

#[test]
fn columns_are_found_by_name_then_by_number() {
    let stream = |text: &str| {
        DataSet::from_stream("-", Box::new(Cursor::new(text.as_bytes().to_vec())), &Options::default()).unwrap()
    };
    let data = stream("longitude,1,2020\n1,2,3\n");
    assert_eq!(data.column("longitude").unwrap(), 0);
    assert_eq!(data.column("1").unwrap(), 1, "here name and number agree");
    assert_eq!(data.column("0").unwrap(), 0);
    assert_eq!(data.column("2020").unwrap(), 2);
    let data = stream("q,0\n1,2\n");
    assert_eq!(data.column("0").map_err(|error| error.to_string()), Ok(1), "a name wins over a number");
    let error = stream("longitude,latitude\n1,2\n").column("longitud").unwrap_err().to_string();
    assert!(error.contains("longitude, latitude") && error.contains("did you mean 'longitude'"), "{error}");
    let error = stream("x,y\n1,2\n").column("temperature").unwrap_err().to_string();
    assert!(!error.contains("did you mean"), "{error}");
    for wrong in ["2", "-1", "+1", "", "1e0"] {
        assert!(stream("x,y\n1,2\n").column(wrong).is_err(), "{wrong}");
    }
    assert!(stream("x,x\n1,2\n").column("x").unwrap_err().to_string().contains("2 columns"));
}

#[test]
fn what_cannot_be_opened_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let refusal = |name: &str| DataSet::open(&[path(name)], &Options::default()).err().unwrap().to_string();
    for (name, bytes) in [
        ("empty.csv", &b""[..]),
        ("cut.parquet", b"PAR1\x15\x04\x15"),
        ("unknown.dat", b"\x00\x01\x02\x03"),
        ("zipped.dat", b"\x1f\x8b\x08\x00\x00"),
        ("short.npy", b"\x93NUMPY\x01\x00v\x00{'descr"),
    ] {
        std::fs::write(path(name), bytes).unwrap();
    }
    for (name, part) in [
        ("empty.csv", "empty"),
        ("cut.parquet", "damaged or truncated"),
        ("unknown.dat", "--format"),
        ("zipped.dat", "gzip data ends early"),
        ("short.npy", "ends within its header"),
        ("missing.csv", "no such file"),
        ("", "folder"),
    ] {
        let error = refusal(name);
        assert!(error.contains(part) && error.starts_with(folder.path().to_str().unwrap()), "{error}");
    }
    assert!(DataSet::open::<&str>(&[], &Options::default()).is_err());
    let empty = DataSet::from_stream("-", Box::new(std::io::empty()), &Options::default());
    assert!(empty.err().unwrap().to_string().contains("empty"));
}

#[test]
fn extents_come_from_all_inputs_or_none() {
    let tables = Tables::new();
    let parquet = tables.path("t.parquet").to_str().unwrap().to_string();
    let two = DataSet::open(&[&parquet, &parquet], &Options::default()).unwrap();
    assert_eq!(two.extent(1, false), Some(Extent::Int { lo: 0, hi: ROWS as i128 - 1 }));
    assert_eq!((two.extent(1, true), two.rows()), (None, Some(2 * ROWS as u64)));
    let csv = tables.path("t.csv").to_str().unwrap().to_string();
    let mixed = DataSet::open(&[&parquet, &csv], &Options::default()).unwrap();
    assert_eq!((mixed.extent(1, false), mixed.rows()), (None, None));
    let both = numbers(&chunks(&mixed, &mixed.whole(), &[0], 100), 0);
    assert_eq!(both.len(), 2 * ROWS, "text goes with Parquet where the types agree");
}

/// Hands out a line a call, and must not be asked for more than so many.
struct Slow {
    lines: std::vec::IntoIter<String>,
    line: Cursor<String>,
}

impl std::io::Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.line.position() == self.line.get_ref().len() as u64 {
            let line = self.lines.next();
            self.line = Cursor::new(line.ok_or_else(|| std::io::Error::other("waited for a line that is not wanted"))?);
        }
        self.line.read(buffer)
    }
}

#[test]
fn the_first_rows_of_a_pipe_that_goes_on_are_not_waited_for() {
    type Row = fn(u32) -> String;
    let texts: [(&str, Row); 3] = [
        ("# c\nx,y\n", |row| format!("{row},{}\n", row * row)),
        ("", |row| format!("{{\"x\": {row}, \"y\": {}}}\n", row * row)),
        ("[\n", |row| format!("{{\"x\": {row}, \"y\": {}}},\n", row * row)),
    ];
    for (before, row) in texts {
        let lines = before.split_inclusive('\n').map(str::to_owned).chain((0..7).map(row));
        let slow = Slow { lines: lines.collect::<Vec<_>>().into_iter(), line: Cursor::default() };
        let options = Options { choice: Choice::new(Some(5), None).unwrap(), ..Options::default() };
        let data = DataSet::from_stream("-", Box::new(slow), &options).unwrap();
        let columns = [data.column("x").unwrap(), data.column("y").unwrap()];
        let mut reader = data.read(&data.whole(), &columns, 1000, &[]).unwrap();
        let mut rows = 0;
        while let Some(chunk) = reader.next().unwrap() {
            rows += chunk.len();
        }
        assert_eq!(rows, 5, "{before}");
    }
}
