//! Pieces of the reader that no file of a well-behaved writer shows.

use std::io::Cursor;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::ipc::writer::{FileWriter, IpcWriteOptions};

use super::body::{Bits, Body, Codec};
use super::*;
use crate::source::stdin::Once;

fn held(bytes: &[u8], codec: Codec) -> Decoded<body::Buffer> {
    let extent = (0, bytes.len() as u64);
    Body::held(vec![(extent, Arc::from(bytes))], Budgets::default()).buffer(extent, codec)
}

#[test]
fn bits_run_on_across_bytes() {
    let bytes = [0b1010_0110, 0b0101_1001, 0b1111_0000];
    let all: Vec<bool> = (0..24).map(|bit| bytes[bit / 8] >> (bit % 8) & 1 == 1).collect();
    for step in 1..=24 {
        let mut bits = Bits::new(held(&bytes, Codec::Plain).unwrap(), 24).unwrap();
        let mut read = Vec::new();
        while read.len() < 24 {
            let run = bits.take(step.min(24 - read.len())).unwrap();
            read.extend(run.iter());
        }
        assert_eq!(read, all, "by {step}");
    }
    assert!(Bits::new(held(&bytes, Codec::Plain).unwrap(), 25).is_err());
}

#[test]
fn compressed_buffers_that_lie_are_faults() {
    let too_long = [&100i64.to_le_bytes()[..], &zstd::bulk::compress(b"abc", 1).unwrap()].concat();
    let mut buffer = held(&too_long, Codec::Zstd).unwrap();
    assert_eq!(buffer.len_bytes(), 100, "what it says");
    assert!(buffer.take(100).is_err());
    let mut plain = held(b"\xff\xff\xff\xff\xff\xff\xff\xffabc", Codec::Lz4).unwrap();
    assert_eq!(plain.take(3).unwrap().as_slice(), b"abc");
    assert!(held(b"\xfe\xff\xff\xff\xff\xff\xff\xffabc", Codec::Lz4).is_err(), "a negative length");
    assert!(held(b"abc", Codec::Zstd).is_err());
    let huge = [&i64::MAX.to_le_bytes()[..], &zstd::bulk::compress(b"abc", 1).unwrap()].concat();
    assert!(
        matches!(held(&huge, Codec::Zstd), Err(Fault::Refused(error)) if error.to_string().ends_with("--max-ratio"))
    );
}

#[test]
fn lz4_frames_of_another_writer_are_read_across_blocks() {
    // 300 KB: several blocks of a frame.
    let numbers: Vec<i64> = (0..40_000).map(|i| i * i % 1009 + i / 3).collect();
    let texts: Vec<String> = (0..40_000).map(|i| format!("text {} {}", i % 7, i)).collect();
    let columns: Vec<(&str, arrow::array::ArrayRef)> =
        vec![("n", Arc::new(Int64Array::from(numbers.clone()))), ("t", Arc::new(StringArray::from(texts.clone())))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    for codec in [arrow::ipc::CompressionType::LZ4_FRAME, arrow::ipc::CompressionType::ZSTD] {
        let options = IpcWriteOptions::default().try_with_compression(Some(codec)).unwrap();
        let mut bytes = Vec::new();
        let mut writer = FileWriter::try_new_with_options(&mut bytes, &batch.schema(), options).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        drop(writer);
        let ipc = Ipc::open(Bytes::Once(Once::new("-", Box::new(Cursor::new(bytes))))).unwrap();
        let request = Request {
            columns: vec![0, 1],
            chunk_rows: 1 << 17,
            span: Span::All,
            keep: vec![],
            checks_extents: false,
            threads: 1,
        };
        let mut reader = ipc.read(0, &request).unwrap();
        let (mut read, mut names_read) = (Vec::new(), Vec::new());
        while let Some(chunk) = reader.next().unwrap() {
            match (&chunk.columns()[0].data, &chunk.columns()[1].data) {
                (crate::data::chunk::Data::I64(values), crate::data::chunk::Data::Dict { keys, names }) => {
                    read.extend_from_slice(values);
                    names_read.extend(keys.iter().map(|key| names[*key as usize].clone()));
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(read == numbers && names_read == texts, "{codec:?}");
    }
}

#[test]
fn only_streams_are_taken_for_streams() {
    assert!(is_stream(b"\xff\xff\xff\xff\x78\x00\x00\x00\x10\x00\x00\x00"));
    for head in [&b"\xff\xff\xff\xff"[..], b"\xff\xff\xff\xff\xff\xff\xff\xff\x10\x00\x00\x00", b"ARROW1\0\0", b""] {
        assert!(!is_stream(head), "{head:?}");
    }
}

#[test]
fn a_text_longer_than_a_page_is_read_within_a_larger_budget() {
    let texts: Vec<String> = (1..4).map(|i| "x".repeat(3000 * i)).collect();
    let views = arrow::array::StringViewArray::from_iter_values(&texts);
    let columns: [arrow::array::ArrayRef; 3] = [
        Arc::new(StringArray::from(texts.clone())),
        Arc::new(arrow::array::LargeStringArray::from(texts.clone())),
        Arc::new(views),
    ];
    for column in columns {
        let batch = RecordBatch::try_from_iter([("t", column)]).unwrap();
        let mut bytes = Vec::new();
        let mut writer = FileWriter::try_new(&mut bytes, &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        drop(writer);
        let read = |page_bytes: u64| -> Result<Vec<String>> {
            let once = Once::new("-", Box::new(Cursor::new(bytes.clone())));
            let budgets = Budgets::default().with(Limit::Page, page_bytes)?;
            let ipc = Ipc::open(Bytes::Once(once.within(budgets)))?;
            let request = Request {
                columns: vec![0],
                chunk_rows: 10,
                span: Span::All,
                keep: vec![],
                checks_extents: false,
                threads: 1,
            };
            let (mut reader, mut names_read) = (ipc.read(0, &request)?, Vec::new());
            while let Some(chunk) = reader.next()? {
                let crate::data::chunk::Data::Dict { keys, names } = &chunk.columns()[0].data else { panic!("text") };
                names_read.extend(keys.iter().map(|key| names[*key as usize].clone()));
            }
            Ok(names_read)
        };
        let kind = batch.schema().field(0).data_type().clone();
        assert_eq!(read(32 << 10).unwrap(), texts, "{kind}");
        let told = read(8 << 10).unwrap_err().to_string();
        assert!(told.ends_with("; if it is meant to be so, raise --max-page"), "{kind}: {told}");
        let told = read(4 << 10).unwrap_err().to_string();
        assert!(told.contains("instead of a pipe"), "a whole batch is held: {told}");
    }
}

#[test]
fn batches_on_several_threads_are_those_of_one() {
    // Batches of every size, one empty, one that is decoded in several chunks; names come and go.
    let mut bytes = Vec::new();
    let mut writer: Option<FileWriter<&mut Vec<u8>>> = None;
    let mut row = 0;
    for rows in [3000, 1, 0, 70_000, 17, 9000, 40_000, 2] {
        let numbers: Vec<Option<f64>> =
            (row..row + rows).map(|i| (i % 97 != 0).then_some(f64::from(i) / 3.0)).collect();
        let texts: Vec<String> = (row..row + rows).map(|i| format!("t{}", (i / 500) % 11)).collect();
        let columns: Vec<(&str, arrow::array::ArrayRef)> =
            vec![("n", Arc::new(arrow::array::Float64Array::from(numbers))), ("t", Arc::new(StringArray::from(texts)))];
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap();
        if writer.is_none() {
            writer = Some(FileWriter::try_new(&mut bytes, &batch.schema()).unwrap());
        }
        writer.as_mut().unwrap().write(&batch).unwrap();
        row += rows;
    }
    let mut writer = writer.unwrap();
    writer.finish().unwrap();
    drop(writer);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    let read = |bytes: &[u8], threads: usize, columns: &[usize]| {
        std::fs::write(&path, bytes).unwrap();
        let file = RegularFile::open(&path, "a.arrow").unwrap();
        let ipc = Ipc::open(Bytes::File(file))?;
        let (columns, span) = (columns.to_vec(), Span::All);
        let request = Request { columns, chunk_rows: 20_000, span, keep: vec![], checks_extents: false, threads };
        let (mut reader, mut told) = (ipc.read(0, &request)?, Vec::new());
        let end = loop {
            match reader.next() {
                Ok(Some(chunk)) => told.push(format!("{:?} {:?}", chunk.origin(), values(&chunk))),
                Ok(None) => break String::new(),
                Err(error) => break error.to_string(),
            }
        };
        Ok::<_, Error>((told, end, reader.bytes_read()))
    };
    for columns in [&[0, 1][..], &[1, 0, 1], &[0], &[]] {
        let alone = read(&bytes, 1, columns).unwrap();
        assert_eq!(alone.1, "");
        for threads in [2, 5] {
            assert!(read(&bytes, threads, columns).unwrap() == alone, "{threads} threads, columns {columns:?}");
        }
    }
    // Damage among the offsets of the large batch's texts: the rows before it, and the same words.
    let mut damaged = bytes.clone();
    damaged[700_000..720_000].fill(0xff);
    let (alone, other) = (read(&damaged, 1, &[0, 1]).unwrap(), read(&damaged, 3, &[0, 1]).unwrap());
    assert!(!alone.1.is_empty() && !alone.0.is_empty(), "{}", alone.1);
    assert_eq!((alone.0, alone.1), (other.0, other.1));
}

fn values(chunk: &crate::data::chunk::Chunk<'_>) -> Vec<String> {
    use crate::data::chunk::Data;
    let column = |column: &crate::data::chunk::Column<'_>| match &column.data {
        Data::F64(values) => format!("{:?} {:?}", &values[..], column.validity.as_deref()),
        Data::Dict { keys, names } => {
            format!("{:?}", keys.iter().map(|key| names[*key as usize].as_str()).collect::<Vec<_>>())
        }
        other => panic!("{other:?}"),
    };
    chunk.columns().iter().map(column).collect()
}
