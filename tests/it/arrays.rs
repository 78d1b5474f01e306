//! NumPy's files of every kind against their values by NumPy and Python: files, pipes, byte by byte, any chunk size.

use std::io::{Cursor, Write as _};

use pointillist::source::dataset::{DataSet, Options};
use serde_json::Value;

use crate::harness::binary::repository_file;
use crate::harness::table::{byte_by_byte, table};

/// A text as the table has it: floats in Rust's words.
fn canonical(kind: &str, value: &Value) -> Option<String> {
    let text = value.as_str()?;
    Some(if kind == "number" { format!("{:?}", text.parse::<f64>().unwrap()) } else { text.to_owned() })
}

fn cases() -> Vec<Value> {
    let text = std::fs::read_to_string(repository_file("tests/data/arrays/cases.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn path(case: &Value) -> String {
    repository_file(&format!("tests/data/arrays/{}", case["input"].as_str().unwrap()))
}

/// The columns of a case are those of the data set, in order, with their values.
fn check(case: &Value, open: &dyn Fn() -> DataSet, chunk_rows: usize, what: &str) {
    let data = open();
    let expected = case["columns"].as_array().unwrap();
    let input = &case["input"];
    assert_eq!(data.own_fields().len(), expected.len(), "{input} {what}");
    let mut readable = Vec::new();
    for (index, (field, expected)) in data.own_fields().iter().zip(expected).enumerate() {
        assert_eq!(field.name.as_deref(), expected["name"].as_str(), "{input} {what}");
        assert_eq!(field.readable, expected["kind"].is_string(), "{input} {what} {:?}", field.name);
        if field.readable {
            assert_eq!(field.logical.to_string(), expected["kind"].as_str().unwrap(), "{input} {:?}", field.name);
            readable.push(index);
        }
    }
    let found = table(&data, &readable, chunk_rows).unwrap();
    for (values, index) in found.iter().zip(&readable) {
        let expected = &expected[*index];
        let kind = expected["kind"].as_str().unwrap();
        let wanted: Vec<_> =
            expected["values"].as_array().unwrap().iter().map(|value| canonical(kind, value)).collect();
        assert_eq!(values, &wanted, "{input} {what}, column {}", expected["name"]);
    }
    // Columns in another order, one of them twice.
    let turned: Vec<usize> = readable.iter().rev().chain(readable.first()).copied().collect();
    let mut again: Vec<_> = found.iter().rev().cloned().collect();
    again.push(found[0].clone());
    assert_eq!(table(&open(), &turned, chunk_rows).unwrap(), again, "{input} {what}");
}

#[test]
fn arrays_are_what_numpy_says() {
    let mut piped = 0;
    for case in cases().iter().filter(|case| case["columns"].is_array()) {
        for chunk_rows in [1, 7, 1000] {
            check(case, &|| DataSet::open(&[path(case)], &Options::default()).unwrap(), chunk_rows, "file");
            let Ok(bytes) = std::fs::read(path(case)) else { continue };
            if !path(case).ends_with(".npy") {
                continue;
            }
            piped += 1;
            let pipe = || DataSet::from_stream("-", Box::new(Cursor::new(bytes.clone())), &Options::default()).unwrap();
            check(case, &pipe, chunk_rows, "pipe");
            let bytes = || DataSet::from_stream("-", byte_by_byte(bytes.clone()), &Options::default()).unwrap();
            check(case, &bytes, chunk_rows, "byte by byte");
        }
    }
    assert!(piped > 30, "{piped}");
}

#[test]
fn arrays_that_are_no_table_are_refused_in_one_line() {
    let mut refused = 0;
    for case in cases().iter().filter(|case| case["error"].is_string()) {
        let opened = DataSet::open(&[path(case)], &Options::default());
        let read = opened.and_then(|data| {
            let all: Vec<usize> = (0..data.own_fields().len()).collect();
            table(&data, &all, 10)
        });
        let error = read.expect_err(&case.to_string()).to_string();
        // Paths stand in hints too.
        let error = error.replace(&repository_file("tests/data/arrays/"), "");
        let input = case["input"].as_str().unwrap();
        assert!(error.contains(case["error"].as_str().unwrap()), "{input}: {error}");
        assert!(error.starts_with(input.split(':').next().unwrap()), "{input}: {error}");
        assert!(!error.contains('\n'), "{error}");
        refused += 1;
    }
    assert!(refused >= 10);
}

#[test]
fn arrays_in_fortran_order_are_read_in_parts() {
    use pointillist::source::{Share, Span};
    let data = DataSet::open(&[repository_file("tests/data/arrays/columns.npy")], &Options::default()).unwrap();
    let whole = table(&data, &[0, 2], 100).unwrap();
    for cut in [0, 1, 9, 23] {
        let mut parts = vec![vec![]; 2];
        for span in [0..cut, cut..23] {
            let share = Share { inputs: vec![(0, Span::Rows(span))] };
            let mut reader = data.read(&share, &[0, 2], 4, &[]).unwrap();
            while let Some(chunk) = reader.next().unwrap() {
                for (at, part) in parts.iter_mut().enumerate() {
                    let column = &chunk.columns()[at];
                    part.extend((0..chunk.len()).map(|row| crate::harness::table::text(column, row)));
                }
            }
        }
        assert_eq!(parts, whole, "cut at {cut}");
    }
}

#[test]
fn arrays_cut_anywhere_are_errors() {
    for name in ["columns.npy", "stored.npz", "deflated.npz", "nested.npy"] {
        let bytes = std::fs::read(repository_file(&format!("tests/data/arrays/{name}"))).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name).to_str().unwrap().to_owned();
        for len in (1..bytes.len()).step_by(bytes.len() / 60 + 1) {
            std::fs::write(&path, &bytes[..len]).unwrap();
            let read = DataSet::open(&[&path], &Options::default()).and_then(|data| table(&data, &[0], 10));
            assert!(read.is_err(), "{name} cut at {len}");
        }
    }
}

/// Readers of single columns end before the last byte, and the archive's checksum covers all of them.
#[test]
fn arrays_by_column_in_an_archive_are_held_against_its_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.npz");
    let whole = std::fs::read(repository_file("tests/data/arrays/table.npz")).unwrap();
    let read = |bytes: &[u8], column| {
        std::fs::write(&path, bytes).unwrap();
        table(&DataSet::open(&[path.to_str().unwrap()], &Options::default())?, &[column], 7)
    };
    let mut refused = 0;
    for column in 0..3 {
        let expected = read(&whole, column).unwrap();
        for at in (200..whole.len() - 120).step_by(11) {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            match read(&flipped, column) {
                Ok(found) => assert!(found == expected, "byte {at}: other numbers in column {column}"),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 100, "{refused}");
}

/// One array of an archive that is damaged keeps none of the others from being read, and says itself what is wrong.
#[test]
fn a_damaged_array_beside_others_tells_its_own_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.npz");
    let array = |descr: &str, data: &[u8]| {
        let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}");
        text.push_str(&" ".repeat(117 - text.len()));
        [b"\x93NUMPY\x01\x00\x76\x00", text.as_bytes(), b"\n", data].concat()
    };
    let values: Vec<u8> = [1.5f64, 2.5].iter().flat_map(|value| value.to_le_bytes()).collect();
    let (good, longer) = (array("<f8", &values), array("<f8", &[&values[..], b"behind"].concat()));
    std::fs::write(&path, stored(&[("x", &good), ("y", &longer)])).unwrap();
    let open = || DataSet::open(&[path.to_str().unwrap()], &Options::default()).unwrap();
    assert_eq!(table(&open(), &[0], 7).unwrap()[0].len(), 2);
    let told = table(&open(), &[1], 7).unwrap_err().to_string();
    assert!(told.contains("y") && !told.contains("unknown") && !told.contains("type"), "{told}");
    assert!(told.contains("bytes"), "{told}");
}

/// A ZIP archive whose members are stored as they are.
fn stored(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in members {
        writer.start_file(format!("{name}.npy"), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
