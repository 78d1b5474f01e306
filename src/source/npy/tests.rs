//! Arrays as NumPy writes them, and headers that no NumPy would write.

use std::io::Cursor;

use super::*;
use crate::data::chunk::{Chunk, Data, Logical, TimeUnit};
use crate::source::stdin::Once;

/// A version 1 file, padded as NumPy pads.
fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut text = header.to_string();
    while !(10 + text.len() + 1).is_multiple_of(64) {
        text.push(' ');
    }
    text.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
    file.extend(text.as_bytes());
    file.extend(data);
    file
}

fn pipe(bytes: Vec<u8>) -> Result<Npy> {
    Npy::open(Bytes::Once(Once::new("-", Box::new(Cursor::new(bytes)))))
}

fn all(npy: &Npy, columns: &[usize]) -> Result<Vec<Chunk<'static>>> {
    let request = Request {
        columns: columns.to_vec(),
        chunk_rows: 2,
        span: Span::All,
        keep: vec![],
        checks_extents: false,
        threads: 1,
    };
    let mut reader = npy.read(0, &request)?;
    let mut chunks = Vec::new();
    while let Some(chunk) = reader.next()? {
        chunks.push(chunk);
    }
    Ok(chunks)
}

fn floats(chunk: &Chunk<'_>, column: usize) -> Vec<f64> {
    match &chunk.columns()[column].data {
        Data::F64(values) => values.to_vec(),
        Data::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Data::I64(values) => values.iter().map(|&value| value as f64).collect(),
        other => panic!("unexpected {other:?}"),
    }
}

#[test]
fn rows_of_a_two_dimensional_array_are_rows() {
    let data: Vec<u8> = [1.0f64, 10., 2., 20., 3., 30.].iter().flat_map(|value| value.to_le_bytes()).collect();
    let npy = pipe(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }", &data)).unwrap();
    assert_eq!((npy.rows(), npy.fields().len()), (Some(3), 2));
    let chunks = all(&npy, &[1]).unwrap();
    assert_eq!(chunks.len(), 2, "two rows a chunk");
    assert_eq!((floats(&chunks[0], 0), floats(&chunks[1], 0)), (vec![10., 20.], vec![30.]));
    assert_eq!(chunks[1].origin().first_row, 2);
}

#[test]
fn structured_types_have_names_and_skip_what_is_no_number() {
    let header = "{'descr': [('x', '>f4'), ('tag', '|V3'), ('n', '<u2'), ('t', '<M8[ms]')], 'fortran_order': False, 'shape': (2,), }";
    let mut data = Vec::new();
    for (x, n, t) in [(1.5f32, 7u16, 1000i64), (-2.5, 65535, i64::MIN)] {
        data.extend(x.to_be_bytes());
        data.extend(b"abc");
        data.extend(n.to_le_bytes());
        data.extend(t.to_le_bytes());
    }
    let npy = pipe(npy(header, &data)).unwrap();
    let names: Vec<_> = npy.fields().iter().map(|field| field.name.clone().unwrap()).collect();
    assert_eq!(names, ["x", "tag", "n", "t"]);
    assert!(!npy.fields()[1].readable);
    let refused = npy.read(
        0,
        &Request { columns: vec![1], chunk_rows: 1, span: Span::All, keep: vec![], checks_extents: false, threads: 1 },
    );
    assert!(refused.err().unwrap().to_string().contains("'tag'"));
    let chunks = all(&npy, &[2, 0, 3]).unwrap();
    assert_eq!((floats(&chunks[0], 0), floats(&chunks[0], 1)), (vec![7., 65535.], vec![1.5, -2.5]));
    let time = &chunks[0].columns()[2];
    assert_eq!(time.logical, Logical::Time { unit: TimeUnit::Millisecond, zone: None });
    assert_eq!(time.validity.as_ref().map(|flags| flags.to_vec()), Some(vec![1, 0]), "NaT is null");
}

#[test]
fn wrong_lengths_are_named() {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }";
    let short = all(&pipe(npy(header, &[0; 8])).unwrap(), &[0]).unwrap_err().to_string();
    assert!(short.contains("truncated"), "{short}");
    let long = all(&pipe(npy(header, &[0; 13])).unwrap(), &[0]).unwrap_err().to_string();
    assert!(long.contains("follow"), "{long}");
    assert_eq!(all(&pipe(npy(header, &[0; 12])).unwrap(), &[0]).unwrap().len(), 2);
}

#[test]
fn hostile_headers_are_errors() {
    let deep = format!("{{'descr': {}", "[".repeat(60_000));
    let shapes = [
        "(18446744073709551615, 2)",
        "(99999999999999999999999,)",
        "(-1,)",
        "()",
        "(1, 2, 3)",
        "5",
        "(3, 0)",
        "(2, 1000000)",
        "('a',)",
    ];
    let mut headers: Vec<String> =
        shapes.iter().map(|shape| format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}")).collect();
    headers.push(deep);
    for descr in ["'|O'", "'<c16'", "'<f3'", "''", "[]", "[('a', [('b', '<f8')])]", "7", "'<é8'"] {
        headers.push(format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (3,), }}"));
    }
    headers.push("{'descr': '<f8', 'shape': (3,), }".into());
    for text in ["", "{", "{}", "None", "{'a'", "{'a':}", "'", "{'descr': '\\x"] {
        headers.push(text.into());
    }
    for header in headers {
        let opened = pipe(npy(&header, &[0; 48]));
        let refused = opened.and_then(|npy| all(&npy, &[0]));
        assert!(refused.is_err(), "{}", &header[..header.len().min(100)]);
    }
    for cut in 0..40 {
        let file = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", &[0; 8]);
        assert!(pipe(file[..cut].to_vec()).is_err(), "cut at {cut}");
    }
}

#[test]
fn columns_one_after_another_are_held_from_a_pipe_only_where_they_fit() {
    let header = |rows: u64| format!("{{'descr': '<f8', 'fortran_order': True, 'shape': ({rows}, 2), }}");
    let data: Vec<u8> = [1.0f64, 2., 3., 10., 20., 30.].iter().flat_map(|value| value.to_le_bytes()).collect();
    let chunks = all(&pipe(npy(&header(3), &data)).unwrap(), &[1, 0]).unwrap();
    assert_eq!((floats(&chunks[0], 0), floats(&chunks[1], 1)), (vec![10., 20.], vec![3.]));
    let long = all(&pipe(npy(&header(3), &[&data[..], b"x"].concat())).unwrap(), &[0]).unwrap_err().to_string();
    assert!(long.contains("follow"), "{long}");
    assert!(all(&pipe(npy(&header(3), &data[1..])).unwrap(), &[0]).is_err());
    let large = pipe(npy(&header(1 << 30), &data)).unwrap_err().to_string();
    assert!(large.contains("ascontiguousarray"), "{large}");
}

#[test]
fn the_header_may_not_ask_for_more_than_its_limit() {
    let mut file = b"\x93NUMPY\x02\x00".to_vec();
    file.extend(u32::MAX.to_le_bytes());
    let error = pipe(file).unwrap_err().to_string();
    assert!(error.contains("at most 64 KiB") && error.ends_with("--max-npy-header"), "{error}");
}

/// A file of these bytes, opened.
fn file(bytes: &[u8]) -> (tempfile::NamedTempFile, Npy) {
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), bytes).unwrap();
    let npy = Npy::open(Bytes::File(crate::source::bytes::RegularFile::open(path.path(), "a.npy").unwrap())).unwrap();
    (path, npy)
}

/// The rows of some columns as text, and whether chunks and rows are in order.
fn rows_of(npy: &Npy, columns: &[usize], (chunk_rows, threads): (usize, usize), span: &Span) -> Vec<String> {
    let (columns, span) = (columns.to_vec(), span.clone());
    let request = Request { columns, chunk_rows, span, keep: vec![], checks_extents: false, threads };
    let mut reader = npy.read(0, &request).unwrap();
    let mut rows = Vec::new();
    while let Some(chunk) = reader.next().unwrap() {
        assert!(chunk.len() <= chunk_rows);
        for row in 0..chunk.len() {
            let mut text = format!("{}:", chunk.origin().first_row + row as u64);
            for column in chunk.columns() {
                let flag = column.validity.as_ref().is_none_or(|flags| flags[row] == 1);
                text += &match &column.data {
                    _ if !flag => " null".into(),
                    Data::F64(values) => format!(" {:x}", values[row].to_bits()),
                    Data::F32(values) => format!(" {:x}f", values[row].to_bits()),
                    Data::I64(values) => format!(" {}", values[row]),
                    Data::U64(values) => format!(" {}u", values[row]),
                    Data::Dict { keys, names } => format!(" {}", names[keys[row] as usize]),
                };
            }
            rows.push(text);
        }
    }
    rows
}

#[test]
fn files_are_read_as_pipes_are_whatever_is_in_them() {
    let types = [
        ("'<f4'", 4, 3),
        ("'<f8'", 8, 3),
        ("'>f4'", 4, 2),
        ("'>f8'", 8, 1),
        ("'<i8'", 8, 2),
        ("'<u8'", 8, 1),
        ("'<i2'", 2, 2),
        ("'|i1'", 1, 2),
        ("'<u4'", 4, 1),
        ("'|b1'", 1, 5),
        ("'<f2'", 2, 2),
        ("'<M8[ms]'", 8, 1),
        ("'|S3'", 3, 2),
        ("[('x', '<f4'), ('y', '<f4')]", 8, 1),
        ("[('x', '<f8'), ('k', '|S2'), ('y', '<f8'), ('n', '<u2')]", 20, 1),
        ("[('x', '<u8'), ('y', '<i8')]", 16, 1),
    ];
    const ROWS: usize = 333;
    for (kind, value_bytes, columns) in types {
        for is_by_column in [false, true] {
            let shape = if columns == 1 { format!("({ROWS},)") } else { format!("({ROWS}, {columns})") };
            let order = if is_by_column { "True" } else { "False" };
            let header = format!("{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}");
            let mut data: Vec<u8> = (0..ROWS * columns * value_bytes).map(|at| (at * at * 7 / 11 + at) as u8).collect();
            // One that is not a time.
            data[5 * value_bytes..6 * value_bytes].fill(0);
            data[6 * value_bytes - 1] = 0x80;
            let bytes = npy(&header, &data);
            let (_path, file) = file(&bytes);
            let all: Vec<usize> = (0..file.fields().len()).filter(|column| file.fields()[*column].readable).collect();
            let last = vec![all[all.len() - 1], all[0]];
            for span in [Span::All, Span::Rows(17..290), Span::Rows(5..5)] {
                for columns in [&all, &last, &vec![]] {
                    let expected = rows_of(&pipe(bytes.clone()).unwrap(), columns, (1000, 1), &Span::All);
                    let range = match &span {
                        Span::Rows(rows) => rows.start as usize..rows.end as usize,
                        _ => 0..ROWS,
                    };
                    for how in [(1000, 1), (100, 3), (7, 2)] {
                        let found = rows_of(&file, columns, how, &span);
                        assert_eq!(found, expected[range.clone()], "{header} {columns:?} {span:?} {how:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_file_that_ends_early_while_it_is_read_is_told_at_its_row() {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000, 2), }";
    for (cut, told) in [(8 * 500, "its end after 500 rows"), (8 * 500 + 3, "row 500: the input ends within a record")] {
        let bytes = npy(header, &[1; 8000]);
        let (path, npy) = file(&bytes);
        let request = Request {
            columns: vec![0, 1],
            chunk_rows: 10,
            span: Span::All,
            keep: vec![],
            checks_extents: false,
            threads: 2,
        };
        let mut reader = npy.read(0, &request).unwrap();
        // No more than a few chunks are read ahead.
        std::fs::OpenOptions::new().write(true).open(path.path()).unwrap().set_len(128 + cut).unwrap();
        let mut rows = 0;
        let error = loop {
            match reader.next() {
                Ok(chunk) => rows += chunk.unwrap().len(),
                Err(error) => break error.to_string(),
            }
        };
        assert!(rows == 500 && error.starts_with("a.npy") && error.contains(told), "{rows}: {error}");
    }
}
