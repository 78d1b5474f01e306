//! Pages that lie, and the compressions that are unpacked here.

use ::parquet::basic::{Compression, Encoding};
use ::parquet::file::properties::{WriterPropertiesBuilder, WriterVersion};
use ::parquet::schema::types::ColumnPath;

use super::*;
use crate::source::budget::{Budgets, Limit};

/// One column, in one page of one row group where it has no dictionary.
fn written(column: ArrayRef, properties: impl Fn(WriterPropertiesBuilder) -> WriterPropertiesBuilder) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter([("c", column)]).unwrap();
    let properties = properties(WriterProperties::builder().set_statistics_enabled(EnabledStatistics::Chunk)).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

struct File {
    _folder: tempfile::TempDir,
    parquet: Result<Parquet>,
}

fn file(bytes: &[u8], budgets: Budgets) -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    std::fs::write(&path, bytes).unwrap();
    File { parquet: Parquet::open(RegularFile::open(&path, "t.parquet").unwrap().within(budgets)), _folder: folder }
}

fn rows(file: &File, chunk_rows: usize) -> Result<Vec<Chunk<'static>>> {
    let parquet = file.parquet.as_ref().map_err(|error| Error::input(error.to_string()))?;
    let mut reader = parquet.read(0, &request(&[0], chunk_rows, Span::All))?;
    let mut chunks = Vec::new();
    while let Some(chunk) = reader.next()? {
        chunks.push(chunk);
    }
    Ok(chunks)
}

fn told(bytes: &[u8], budgets: Budgets) -> String {
    rows(&file(bytes, budgets), 100_000).unwrap_err().to_string()
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A field of an i32 behind the one before it.
fn number(value: i64, out: &mut Vec<u8>) {
    out.push(0x15);
    varint((value << 1 ^ value >> 63) as u64, out);
}

/// The header of a page: kind, sizes, number of values, encoding.
fn header(kind: i64, unpacked: i64, packed: i64, values: i64, encoding: i64) -> Vec<u8> {
    let mut out = Vec::new();
    [kind, unpacked, packed].iter().for_each(|value| number(*value, &mut out));
    out.push(if kind == 2 { 0x4c } else { 0x2c });
    [values, encoding, 3, 3].iter().take(if kind == 2 { 2 } else { 4 }).for_each(|value| number(*value, &mut out));
    out.extend([0, 0]);
    out
}

/// The same file with other bytes at the start of its first column chunk, made of the chunk's length.
fn with_start(bytes: &[u8], start: impl Fn(i64) -> Vec<u8>) -> Vec<u8> {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, bytes).unwrap();
    let metadata = ::parquet::file::metadata::ParquetMetaDataReader::new().parse_and_finish(&file).unwrap();
    let (at, len) = metadata.row_group(0).column(0).byte_range();
    let start = start(len as i64);
    assert!(start.len() as u64 <= len, "{} bytes into {len}", start.len());
    let mut lying = bytes.to_vec();
    lying[at as usize..at as usize + start.len()].copy_from_slice(&start);
    lying
}

/// The same with a header of one page that takes the whole chunk.
fn with_page(bytes: &[u8], page: impl Fn(i64) -> Vec<u8>) -> Vec<u8> {
    with_start(bytes, |len| {
        // The header's length hangs on the size that it tells.
        let fitting = (0..40).map(|less| page(len - less)).zip(0..).find(|(head, less)| head.len() as i64 <= *less);
        fitting.unwrap().0
    })
}

fn numbers(rows: usize) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values((0..rows).map(|row| (row / 3) as f64)))
}

fn plain(builder: WriterPropertiesBuilder) -> WriterPropertiesBuilder {
    builder.set_dictionary_enabled(false)
}

#[test]
fn headers_that_ask_for_too_much_are_refused_before_anything_is_given() {
    let good = written(numbers(500), plain);
    assert_eq!(rows(&file(&good, Budgets::default()), 100).unwrap().len(), 5);
    let lying = with_page(&good, |packed| header(0, i32::MAX.into(), packed, 500, 0));
    let text = told(&lying, Budgets::default());
    assert!(text.starts_with("t.parquet, column 'c': the page at byte 4 of row group 0 is too large"), "{text}");
    assert!(text.contains("at most 64 MiB, found 2147483647 bytes") && text.ends_with("raise --max-page"), "{text}");
    for (what, lying) in [
        ("negative size", with_page(&good, |packed| header(0, -1, packed, 500, 0))),
        ("negative size", with_page(&good, |packed| header(0, 4000, packed, -500, 0))),
        ("longer than its column chunk", with_page(&good, |packed| header(0, 4000, packed + 1, 500, 0))),
        ("more values than bytes", with_page(&good, |packed| header(2, 4000, packed, i32::MAX.into(), 0))),
        ("cannot be read", with_start(&good, |_| vec![0x1f; 9])),
        ("no kind that there is", with_start(&good, |_| vec![0; 9])),
        ("no kind that there is", with_page(&good, |packed| header(7, 4000, packed, 500, 0))),
    ] {
        let text = told(&lying, Budgets::default());
        assert!(text.contains(what) && text.contains("page at byte 4 of row group 0"), "{what}: {text}");
    }
    let small = Budgets::default().with(Limit::Page, 4096).unwrap();
    rows(&file(&good, small), 100).unwrap();
    let text = told(&written(numbers(513), plain), small);
    assert!(text.contains("at most 4 KiB, found 4104 bytes"), "{text}");
}

#[test]
fn every_compression_gives_the_same_rows() {
    let texts: Vec<Option<String>> = (0..5000).map(|row| (row % 7 > 0).then(|| format!("t{}", row % 91))).collect();
    let columns: [ArrayRef; 2] = [numbers(5000), Arc::new(StringArray::from(texts))];
    for column in columns {
        let bits = |bytes: &[u8]| -> Vec<_> {
            let chunks = rows(&file(bytes, Budgets::default()), 997).unwrap();
            chunks.iter().flat_map(|chunk| flat::bits(&chunk.columns()[0])).collect()
        };
        let expected = bits(&written(column.clone(), plain));
        for compression in [
            Compression::SNAPPY,
            Compression::GZIP(Default::default()),
            Compression::BROTLI(Default::default()),
            Compression::LZ4,
            Compression::ZSTD(Default::default()),
            Compression::LZ4_RAW,
        ] {
            for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
                for dictionary in [false, true] {
                    let bytes = written(column.clone(), |builder| {
                        let builder = builder.set_compression(compression).set_writer_version(version);
                        builder.set_dictionary_enabled(dictionary).set_data_page_row_count_limit(600)
                    });
                    assert!(bits(&bytes) == expected, "{compression:?} {version:?} {dictionary}");
                }
            }
        }
    }
}

#[test]
fn a_page_that_unpacks_to_more_than_it_says_is_an_error() {
    // Zeros, packed to a few hundred bytes, that claim to be 4000.
    let zeros = vec![0; 60_000];
    let gzip = || {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, &zeros).unwrap();
        encoder.finish().unwrap()
    };
    let lz4 = || {
        let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
        std::io::Write::write_all(&mut encoder, &zeros).unwrap();
        encoder.finish().unwrap()
    };
    let spread: ArrayRef = Arc::new(Float64Array::from_iter_values((0..5000).map(|row| f64::from(row).sqrt())));
    for (compression, bomb) in [
        (Compression::GZIP(Default::default()), gzip()),
        (Compression::LZ4, lz4()),
        (Compression::ZSTD(Default::default()), zstd::bulk::compress(&zeros, 1).unwrap()),
    ] {
        let bytes = written(spread.clone(), |builder| plain(builder).set_compression(compression));
        let page = |unpacked| [header(0, unpacked, bomb.len() as i64, 500, 0), bomb.clone()].concat();
        let first = |bytes: &[u8]| {
            let file = file(bytes, Budgets::default());
            let mut reader = file.parquet.as_ref().unwrap().read(0, &request(&[0], 100, Span::All)).unwrap();
            reader.next().map(|chunk| chunk.map_or(0, |chunk| chunk.len()))
        };
        assert_eq!(first(&with_start(&bytes, |_| page(60_000))).unwrap(), 100, "{compression:?}: as it is");
        let text = first(&with_start(&bytes, |_| page(4000))).unwrap_err().to_string();
        assert!(text.starts_with("t.parquet"), "{compression:?}: {text}");
        if matches!(compression, Compression::GZIP(_)) {
            assert!(text.contains("another size than its header says"), "{compression:?}: {text}");
        }
    }
}

#[test]
fn texts_that_rows_repeat_stay_within_their_budget() {
    let long = "x".repeat(20_000);
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..20_000).map(|_| long.as_str())));
    let text = told(&written(texts.clone(), |builder| builder), Budgets::default());
    assert!(text.contains("the dictionary at byte 4 of row group 0 holds a text that is too long"), "{text}");
    assert!(text.contains("at most 16384 bytes, found 20000 bytes") && text.ends_with("raise --max-page"), "{text}");
    let raised = Budgets::default().with(Limit::Page, 128 << 20).unwrap();
    let found = rows(&file(&written(texts.clone(), |builder| builder), raised), 100_000).unwrap();
    assert_eq!(found.iter().map(Chunk::len).sum::<usize>(), 20_000);
    // Written once before all that share it.
    let delta = |builder: WriterPropertiesBuilder| {
        builder
            .set_writer_version(WriterVersion::PARQUET_2_0)
            .set_dictionary_enabled(false)
            .set_column_encoding(ColumnPath::from("c"), Encoding::DELTA_BYTE_ARRAY)
    };
    let text = told(&written(texts, delta), Budgets::default());
    assert!(text.contains("too long to be held together") && text.ends_with("raise --max-page"), "{text}");
    let short: ArrayRef = Arc::new(StringArray::from_iter_values((0..20_000).map(|row| format!("row {row}"))));
    let found = rows(&file(&written(short, delta), Budgets::default()), 100_000).unwrap();
    assert_eq!(found.iter().map(Chunk::len).sum::<usize>(), 20_000);
}

#[test]
fn values_outside_of_their_statistics_are_noticed_where_it_is_asked_for() {
    let bytes = written(numbers(3000), |builder| plain(builder).set_max_row_group_row_count(Some(1000)));
    let check = |bytes: &[u8], checks_extents: bool| -> Result<usize> {
        let file = file(bytes, Budgets::default());
        let asked = Request { checks_extents, ..request(&[0], 64, Span::All) };
        let mut reader = file.parquet.as_ref().unwrap().read(0, &asked)?;
        let mut rows = 0;
        while let Some(chunk) = reader.next()? {
            rows += chunk.len();
        }
        Ok(rows)
    };
    assert_eq!(check(&bytes, true).unwrap(), 3000, "what is stated holds");
    // The largest value of the second row group, 666, in the footer.
    let stated = 666.0_f64.to_le_bytes();
    let mut lying = bytes.clone();
    let footer = bytes.len() - 8 - u32::from_le_bytes(bytes[bytes.len() - 8..][..4].try_into().unwrap()) as usize;
    let mut count = 0;
    for at in footer..bytes.len() - 8 {
        if bytes[at..].starts_with(&stated) {
            lying[at..at + 8].copy_from_slice(&600.0_f64.to_le_bytes());
            count += 1;
        }
    }
    assert!(count > 0, "the footer states it");
    assert_eq!(check(&lying, false).unwrap(), 3000, "nobody asks");
    let error = check(&lying, true).unwrap_err();
    assert!(error.is_false_statistics());
    let text = error.to_string();
    assert!(text.starts_with("t.parquet, row 1803, column 'c': row group 1 holds a value outside"), "{text}");
    assert!(text.contains("expected 333 to 600, found 601"), "{text}");
}
