//! Parquet files written here, read back.

use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Date64Array, Decimal128Array, Float16Array, Float32Array, Float64Array,
    Int8Array, Int32Array, ListArray, StringArray, StringViewArray, Time64MicrosecondArray, TimestampMillisecondArray,
    TimestampSecondArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::Int32Type;
use arrow::record_batch::RecordBatch;

mod flat;
mod hostile;

use super::*;
use crate::data::chunk::{Chunk, Data, Logical, Position, TimeUnit};

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>, group_rows: usize) {
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group_rows))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .build();
    let mut writer =
        ArrowWriter::try_new(std::fs::File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn open(path: &Path) -> Result<Parquet> {
    Parquet::open(RegularFile::open(path, "t.parquet")?)
}

fn request(columns: &[usize], chunk_rows: usize, span: Span) -> Request {
    Request { columns: columns.to_vec(), chunk_rows, span, keep: vec![], checks_extents: false, threads: 1 }
}

fn chunks(parquet: &Parquet, request: &Request) -> Vec<Chunk<'static>> {
    let mut reader = parquet.read(0, request).unwrap();
    std::iter::from_fn(|| reader.next().unwrap()).collect()
}

fn floats(chunks: &[Chunk<'_>], column: usize) -> Vec<f64> {
    let values = |chunk: &Chunk<'_>| match &chunk.columns()[column].data {
        Data::F64(values) => values.to_vec(),
        other => panic!("expected f64, found {other:?}"),
    };
    chunks.iter().flat_map(values).collect()
}

fn ramp(rows: usize) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let x = Float64Array::from_iter_values((0..rows).map(|i| i as f64));
    let y = Float64Array::from_iter_values((0..rows).map(|i| 1. + i as f64));
    write(&path, vec![("x", Arc::new(x)), ("y", Arc::new(y))], 10);
    (folder, path)
}

#[test]
fn every_type_becomes_its_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let text = StringArray::from(vec![Some("b"), None, Some("a"), Some("b")]);
    let dictionary = cast(&text, &DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8))).unwrap();
    let half: Float16Array = cast(&Float32Array::from(vec![0.5, -2., 65504., 0.]), &DataType::Float16)
        .unwrap()
        .as_any()
        .downcast_ref::<Float16Array>()
        .unwrap()
        .clone();
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)]); 4]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("bool", Arc::new(BooleanArray::from(vec![true, false, true, false]))),
        ("i8", Arc::new(Int8Array::from(vec![Some(-128), None, Some(127), Some(0)]))),
        ("u64", Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1, 2]))),
        ("f16", Arc::new(half)),
        ("f32", Arc::new(Float32Array::from(vec![0.1, f32::NAN, f32::INFINITY, -0.0]))),
        ("decimal", Arc::new(Decimal128Array::from(vec![12345, -1, 0, 10]).with_precision_and_scale(20, 2).unwrap())),
        ("seconds", Arc::new(TimestampSecondArray::from(vec![1, 2, 3, -4]).with_timezone("Europe/Berlin"))),
        ("ms", Arc::new(TimestampMillisecondArray::from(vec![1, 2, 3, -4]))),
        ("date32", Arc::new(Date32Array::from(vec![0, -1, 19000, 1]))),
        ("date64", Arc::new(Date64Array::from(vec![0, -86_400_000, 86_400_000, 0]))),
        ("text", Arc::new(text.clone())),
        ("view", Arc::new(StringViewArray::from(vec![Some("b"), None, Some("a"), Some("b")]))),
        ("dictionary", dictionary),
        ("list", Arc::new(list)),
        ("clock", Arc::new(Time64MicrosecondArray::from(vec![1, 2, 3, 4]))),
    ];
    write(&path, columns, 1000);
    let parquet = open(&path).unwrap();
    let names: Vec<&str> =
        parquet.fields().iter().filter(|field| !field.readable).map(|field| field.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["list"], "this cannot be drawn");
    let refusal = parquet.read(0, &request(&[13], 10, Span::All)).err().unwrap().to_string();
    assert!(refusal.contains("'list'") && refusal.contains("found list"), "{refusal}");

    // In reverse, and one twice, so that order and repetition are tested as well.
    let wanted: Vec<usize> = (0..13).rev().chain([0]).collect();
    let chunk = chunks(&parquet, &request(&wanted, 10, Span::All)).remove(0);
    let column = |index: usize| &chunk.columns()[12 - index];
    let integers = |index: usize| match &column(index).data {
        Data::I64(values) => values.to_vec(),
        other => panic!("expected i64, found {other:?}"),
    };
    let flags = |index: usize| column(index).validity.as_ref().map(|flags| flags.to_vec());
    assert_eq!(integers(0), [1, 0, 1, 0]);
    assert!(matches!(&chunk.columns()[13].data, Data::I64(values) if values[..] == [1, 0, 1, 0]), "asked for twice");
    assert_eq!((integers(1)[0], integers(1)[2], flags(1)), (-128, 127, Some(vec![1, 0, 1, 1])));
    assert!(matches!(&column(2).data, Data::U64(values) if values[..] == [u64::MAX, 0, 1, 2]));
    assert!(matches!(&column(3).data, Data::F32(values) if values[..] == [0.5, -2., 65504., 0.]));
    assert!(matches!(&column(4).data, Data::F32(values) if values[0] == 0.1 && values[1].is_nan()));
    assert!(matches!(&column(5).data, Data::F64(values) if values[..] == [123.45, -0.01, 0., 0.1]));
    assert_eq!(column(6).logical, Logical::Time { unit: TimeUnit::Second, zone: Some("Europe/Berlin".into()) });
    assert_eq!(integers(6), [1, 2, 3, -4]);
    assert_eq!(column(7).logical, Logical::Time { unit: TimeUnit::Millisecond, zone: None });
    assert_eq!((integers(8), &column(8).logical), (vec![0, -1, 19000, 1], &Logical::Date));
    assert_eq!(integers(9), [0, -1, 1, 0]);
    for index in [10, 11, 12] {
        let Data::Dict { keys, names } = &column(index).data else { panic!("names") };
        let texts: Vec<&str> = keys.iter().map(|&key| names[key as usize].as_str()).collect();
        assert_eq!((texts[0], texts[2], texts[3], names.len()), ("b", "a", "b", 2), "column {index}");
        assert_eq!(flags(index), Some(vec![1, 0, 1, 1]));
    }
    assert_eq!(parquet.extent(1, false), Some(Extent::Int { lo: -128, hi: 127 }));
    assert_eq!(parquet.extent(2, false), Some(Extent::Int { lo: 0, hi: u64::MAX.into() }));
    assert_eq!(parquet.extent(4, false), None, "infinite");
    assert_eq!(parquet.extent(6, false), None, "stored as milliseconds, delivered as seconds");
    assert_eq!(parquet.extent(7, false), Some(Extent::Int { lo: -4, hi: 3 }));
    assert_eq!(parquet.extent(8, false), Some(Extent::Int { lo: -1, hi: 19000 }));
    assert_eq!(parquet.extent(10, false), None);
}

#[test]
fn parts_put_together_are_the_whole() {
    let (_folder, path) = ramp(35);
    let parquet = open(&path).unwrap();
    assert_eq!((parquet.rows(), parquet.row_groups()), (Some(35), 4));
    let expected: Vec<f64> = (0..35).map(f64::from).collect();
    for chunk_rows in [1, 3, 10, 1000] {
        let whole = chunks(&parquet, &request(&[0], chunk_rows, Span::All));
        assert_eq!(floats(&whole, 0), expected);
        assert!(whole.iter().all(|chunk| chunk.len() <= chunk_rows));
        let mut parts = chunks(&parquet, &request(&[0], chunk_rows, Span::RowGroups(0..1)));
        parts.extend(chunks(&parquet, &request(&[0], chunk_rows, Span::RowGroups(1..4))));
        assert_eq!(floats(&parts, 0), expected);
        let mut parts = chunks(&parquet, &request(&[0], chunk_rows, Span::Rows(0..17)));
        let second = chunks(&parquet, &request(&[0], chunk_rows, Span::Rows(17..35)));
        assert_eq!(second[0].origin().first_row, 17);
        assert_eq!(second[0].origin().position, Position::RowGroup { group: 1, row: 7 });
        parts.extend(second);
        assert_eq!(floats(&parts, 0), expected);
    }
    assert!(parquet.read(0, &request(&[0], 1, Span::RowGroups(3..5))).is_err());
    assert!(parquet.read(0, &request(&[0], 1, Span::Rows(30..36))).is_err());
    assert!(parquet.read(0, &request(&[0], 1, Span::Bytes(0..3))).is_err());
    assert!(parquet.read(0, &request(&[2], 1, Span::All)).is_err());
    let counted = chunks(&parquet, &request(&[], 100, Span::All));
    assert_eq!(counted.iter().map(Chunk::len).sum::<usize>(), 35, "rows are there without columns too");
}

#[test]
fn groups_outside_are_skipped_and_counted() {
    let (_folder, path) = ramp(35);
    let parquet = open(&path).unwrap();
    let mut request = request(&[1], 100, Span::All);
    request.keep = vec![
        Keep { column: 0, extent: Extent::F64 { lo: 9.5, hi: 19.0 }, is_positive: false },
        Keep { column: 1, extent: Extent::Int { lo: -5, hi: 1000 }, is_positive: false },
    ];
    let mut reader = parquet.read(0, &request).unwrap();
    let kept = reader.next().unwrap().unwrap();
    assert_eq!((kept.origin().first_row, kept.len()), (10, 10));
    assert!(reader.next().unwrap().is_none());
    assert_eq!(reader.skipped_rows(), 25);
    assert!(reader.bytes_read() > 0);
    // On a log axis the 0 of the first group is refused, whatever the other column holds.
    request.keep[0].is_positive = true;
    let mut reader = parquet.read(0, &request).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().origin().first_row, 0);
    while reader.next().unwrap().is_some() {}
    assert_eq!(reader.skipped_rows(), 15);
}

#[test]
fn extents_are_exact_or_none() {
    let (_folder, path) = ramp(35);
    let parquet = open(&path).unwrap();
    assert_eq!(parquet.extent(0, false), Some(Extent::F64 { lo: 0., hi: 34. }));
    assert_eq!(parquet.extent(0, true), None, "0 is not positive: the smallest positive value is not stated");
    assert_eq!(parquet.extent(1, true), Some(Extent::F64 { lo: 1., hi: 35. }));
    assert_eq!(parquet.extent(7, true), None);

    let path = path.with_file_name("nulls.parquet");
    let nulls = Float64Array::from((0..20).map(|i| (i >= 10).then_some(f64::from(i))).collect::<Vec<_>>());
    let nans = Float64Array::from_iter_values((0..20).map(|i| if i < 10 { f64::NAN } else { 1. }));
    let none = Int32Array::from(vec![None; 20]);
    write(&path, vec![("nulls", Arc::new(nulls)), ("nans", Arc::new(nans)), ("none", Arc::new(none))], 10);
    let parquet = open(&path).unwrap();
    assert_eq!(parquet.extent(0, false), Some(Extent::F64 { lo: 10., hi: 19. }), "a group of nulls adds nothing");
    assert_eq!(parquet.extent(1, false), None, "a group of NaN states nothing");
    assert_eq!(parquet.extent(2, false), None, "no values, no extent");
}

#[test]
fn damaged_files_are_one_error_that_names_them() {
    let (_folder, path) = ramp(25);
    let whole = std::fs::read(&path).unwrap();
    let damaged_path = path.with_file_name("d.parquet");
    let read_all = |bytes: &[u8]| -> Result<u64> {
        std::fs::write(&damaged_path, bytes).unwrap();
        let parquet = open(&damaged_path)?;
        let mut reader = parquet.read(0, &request(&[0, 1], 7, Span::All))?;
        let mut rows = 0;
        while let Some(chunk) = reader.next()? {
            rows += chunk.len() as u64;
        }
        Ok(rows)
    };
    assert_eq!(read_all(&whole).unwrap(), 25);
    for cut in (0..whole.len()).step_by(7) {
        let error = read_all(&whole[..cut]).unwrap_err();
        assert!(error.to_string().contains("t.parquet"), "{error}");
    }
    for at in (0..whole.len()).step_by(3) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        if let Err(error) = read_all(&flipped) {
            assert!(error.to_string().starts_with("t.parquet"), "{error}");
        }
    }
}
