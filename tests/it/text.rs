//! Texts that other programs wrote, plain and packed, against their numbers: by file, by pipe, a byte at a time, in
//! chunks of any size, in parts, and through the program.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use pointillist::data::chunk::{Chunk, Data, Logical, Position};
use pointillist::source::dataset::{DataSet, Options};
use pointillist::source::{Share, Span};
use serde_json::{Value, json};

use crate::harness::binary::{Bench, repository_file};

/// What `tests/data/text.py` wrote of one table.
const TABLES: [&str; 16] = [
    "pandas.csv",
    "pandas.tsv",
    "pandas-quoted.csv",
    "pandas-comma.csv",
    "pandas-blank.txt",
    "pandas.jsonl",
    "pandas.json",
    "pandas-indented.json",
    "python-nested.jsonl",
    "duckdb.jsonl",
    "duckdb.json",
    "duckdb.csv.gz",
    "duckdb.jsonl.zst",
    "gzip.tsv.gz",
    "gzip-members.csv.gz",
    "zstd.json.zst",
];

/// Its first two columns.
const PAIRS: [&str; 5] = ["numpy.txt", "numpy-header.txt", "numpy.csv", "numpy.npy.gz", "zstd-frames.csv.zst"];

const ROWS: usize = 60;

type Columns = BTreeMap<String, Vec<Value>>;

/// Hands out one byte a call, interrupted in between.
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

fn path(name: &str) -> String {
    repository_file(&format!("tests/data/text/{name}"))
}

fn expected() -> Columns {
    serde_json::from_slice(&std::fs::read(path("expected.json")).unwrap()).unwrap()
}

/// The three ways to the bytes of a file.
fn opened(path: &str) -> [DataSet; 3] {
    let bytes = std::fs::read(path).unwrap();
    let pipe = |stream: Box<dyn Read + Send>| DataSet::from_stream("-", stream, &Options::default()).unwrap();
    [
        DataSet::open(&[path], &Options::default()).unwrap(),
        pipe(Box::new(Cursor::new(bytes.clone()))),
        pipe(Box::new(Drops(Cursor::new(bytes), false))),
    ]
}

/// The value of a row: null where there is none and for NaN.
fn value(chunk: &Chunk<'_>, column: usize, row: usize) -> Value {
    let column = &chunk.columns()[column];
    if column.validity.as_ref().is_some_and(|flags| flags[row] == 0) {
        return Value::Null;
    }
    match &column.data {
        Data::F64(values) => json!(values[row]),
        Data::F32(values) => json!(values[row]),
        Data::I64(values) if column.logical == Logical::Bool => json!(values[row] != 0),
        Data::I64(values) => json!(values[row]),
        Data::U64(values) => json!(values[row]),
        Data::Dict { keys, names } => json!(names[keys[row] as usize]),
    }
}

/// Every readable column of a part, by name or number.
fn columns(data: &DataSet, share: &Share, chunk_rows: usize) -> Columns {
    let readable: Vec<usize> = (0..data.fields().len()).filter(|&column| data.fields()[column].readable).collect();
    let mut columns = Columns::new();
    let mut reader = data.read(share, &readable, chunk_rows, &[]).unwrap();
    while let Some(chunk) = reader.next().unwrap() {
        assert!((1..=chunk_rows).contains(&chunk.len()));
        assert!(chunk.columns().iter().all(|column| column.unparsed.is_none()), "{:?}", chunk.columns());
        for (at, &column) in readable.iter().enumerate() {
            let name = data.fields()[column].name.clone().unwrap_or_else(|| column.to_string());
            columns.entry(name).or_default().extend((0..chunk.len()).map(|row| value(&chunk, at, row)));
        }
    }
    columns
}

/// Equal as numbers where they were read as floats, else the same.
fn assert_same(found: &[Value], expected: &[Value], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        match found {
            Value::Number(number) if number.is_f64() => {
                assert_eq!(found.as_f64(), expected.as_f64(), "{what}, row {row}");
            }
            _ => assert_eq!(found, expected, "{what}, row {row}"),
        }
    }
}

#[test]
fn text_tables_of_other_programs_have_their_numbers() {
    let expected = expected();
    for name in TABLES {
        for chunk_rows in [1, 7, 1000] {
            for (way, data) in opened(&path(name)).iter().enumerate() {
                let found = columns(data, &data.whole(), chunk_rows);
                let absent = match name {
                    "pandas-blank.txt" => 3,
                    _ => 0,
                };
                let named = |column: &str| match column {
                    "i" if name.starts_with("python-nested") => "more.i".to_owned(),
                    _ => column.to_owned(),
                };
                let there: Vec<_> = expected.iter().filter(|(column, _)| found.contains_key(&named(column))).collect();
                assert_eq!(there.len(), expected.len() - absent, "{name}: {:?}", found.keys());
                for (column, values) in there {
                    assert_same(&found[&named(column)], values, &format!("{name}, way {way}, {column}"));
                }
            }
        }
    }
}

#[test]
fn text_pairs_of_numpy_have_their_numbers_and_names() {
    let expected = expected();
    for name in PAIRS {
        for chunk_rows in [1, 7, 1000] {
            for (way, data) in opened(&path(name)).iter().enumerate() {
                let found = columns(data, &data.whole(), chunk_rows);
                for (number, column) in ["f", "i"].into_iter().enumerate() {
                    let column_name = if matches!(name, "numpy.txt" | "numpy.npy.gz") {
                        number.to_string()
                    } else {
                        column.to_owned()
                    };
                    assert_same(&found[&column_name], &expected[column], &format!("{name}, way {way}, {column}"));
                }
            }
        }
    }
}

#[test]
fn text_kinds_are_those_of_the_values() {
    for name in TABLES {
        let data = &opened(&path(name))[0];
        let of = |column: &str| data.column(column).ok().map(|column| data.fields()[column].logical.to_string());
        for (column, kind) in [
            ("f", "number"),
            ("big", "integer"),
            ("u", "integer"),
            ("b", "bool"),
            ("d", "date"),
            ("t", "time (us)"),
            ("c", "text"),
        ] {
            assert!(of(column).is_none_or(|found| found == kind), "{name}, {column}: {:?}", of(column));
        }
        assert_eq!(of("big").as_deref(), Some("integer"), "{name}");
    }
}

#[test]
fn text_parts_put_together_are_the_whole() {
    for name in TABLES {
        let data = &opened(&path(name))[0];
        let all = columns(data, &data.whole(), ROWS);
        let column = data.column("big").unwrap();
        let mut starts = Vec::new();
        let mut reader = data.read(&data.whole(), &[column], 1, &[]).unwrap();
        while let Some(chunk) = reader.next().unwrap() {
            let Position::Byte { offset, .. } = chunk.origin().position else { panic!("texts have bytes") };
            starts.push(offset);
        }
        assert_eq!(starts.len(), ROWS, "{name}");
        // Where a packed text ends is known to those who have read it.
        let end = match name.ends_with("gz") || name.ends_with("zst") {
            true => u64::MAX,
            false => data.len_bytes().unwrap(),
        };
        let mut together = Columns::new();
        for (from, to) in [(0, starts[13]), (starts[13], starts[13]), (starts[13], starts[14]), (starts[14], end)] {
            let part = columns(data, &Share { inputs: vec![(0, Span::Bytes(from..to))] }, 5);
            for (column, values) in part {
                together.entry(column).or_default().extend(values);
            }
        }
        assert_eq!(together, all, "{name}");
    }
}

#[test]
fn text_of_csv_spectrum_is_read_as_its_truth_says() {
    for entry in std::fs::read_dir(repository_file("tests/data/csv-spectrum/csvs")).unwrap() {
        let csv = entry.unwrap().path();
        let case = csv.file_stem().unwrap().to_str().unwrap().to_owned();
        let json = std::fs::read(repository_file(&format!("tests/data/csv-spectrum/json/{case}.json"))).unwrap();
        let expected: Vec<BTreeMap<String, String>> = serde_json::from_slice(&json).unwrap();
        for data in &opened(csv.to_str().unwrap()) {
            let names: Vec<&str> = data.own_fields().iter().map(|field| field.name.as_deref().unwrap()).collect();
            let all: Vec<usize> = (0..names.len()).collect();
            let chunk = data.read(&data.whole(), &all, 100, &[]).unwrap().next().unwrap().unwrap();
            assert_eq!(chunk.len(), expected.len(), "{case}");
            for (row, expected) in expected.iter().enumerate() {
                assert_eq!(names.len(), expected.len(), "{case}");
                for (column, name) in names.iter().enumerate() {
                    let text = &expected[*name];
                    let found = value(&chunk, column, row);
                    let is_text = data.fields()[column].logical == Logical::Category;
                    match text.parse::<f64>() {
                        _ if text.is_empty() => assert_eq!(found, Value::Null, "{case}: nothing is null"),
                        Ok(number) if !is_text => assert_eq!(found.as_f64(), Some(number), "{case}"),
                        Err(_) if !is_text => assert_eq!(found, Value::Null, "{case}: '{text}' is no number"),
                        _ => assert_eq!(found, json!(text), "{case}"),
                    }
                }
            }
        }
    }
}

#[test]
fn text_packed_on_a_pipe_gives_the_picture_of_the_file() {
    let bench = Bench::new();
    let args = |input: &'static str, output: &'static str| {
        ["plot", input, "-x", "i", "-y", "f", "--progress", "never", "--backend", "cpu", "-o", output]
    };
    for (plain, packed) in
        [("pandas.tsv", "gzip.tsv.gz"), ("pandas.json", "zstd.json.zst"), ("duckdb.jsonl", "duckdb.jsonl.zst")]
    {
        let plain =
            bench.write(if plain.ends_with("tsv") { "t.tsv" } else { "t.json" }, std::fs::read(path(plain)).unwrap());
        let bytes = std::fs::read(path(packed)).unwrap();
        let input: &'static str = if plain == "t.tsv" { "t.tsv" } else { "t.json" };
        bench.run(&args(input, "file.png")).expect(0);
        bench.pipe(&args("-", "pipe.png"), &bytes, 7).expect(0);
        assert!(bench.read("file.png") == bench.read("pipe.png"), "{packed}");
        // Without an extension that says anything, and twice: for the limits and for the points.
        bench.write("unnamed", &bytes);
        bench.run(&args("unnamed", "unnamed.png")).expect(0);
        assert!(bench.read("file.png") == bench.read("unnamed.png"), "{packed}");
    }
}

#[test]
fn text_of_every_kind_is_inspected() {
    let i: Vec<i64> = expected()["i"].iter().map(|value| value.as_i64().unwrap()).collect();
    let extent = [i.iter().min().unwrap().to_string(), i.iter().max().unwrap().to_string()];
    for name in TABLES.into_iter().chain(PAIRS) {
        let run = Bench::new().run(&["inspect", "--json", &path(name)]).expect(0);
        let found: Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(found["rows"], json!(ROWS), "{name}");
        let column = found["columns"].as_array().unwrap().iter().find(|column| {
            column["name"] == "i" || column["name"] == "more.i" || (column["name"].is_null() && column["index"] == 1)
        });
        assert_eq!(column.unwrap()["extent"], json!(extent), "{name}: {column:?}");
    }
    let table = Bench::new().run(&["inspect", &path("python-nested.jsonl")]).expect(0);
    let text = String::from_utf8(table.stdout).unwrap();
    assert!(
        text.contains("more.deep") && text.contains("list or object") && text.contains("cannot be drawn"),
        "{text}"
    );
}
