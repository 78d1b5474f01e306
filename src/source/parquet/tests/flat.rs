//! Flat columns by pages against the general decoder: the same rows, whatever the writer did.

use ::parquet::basic::{Compression, Encoding};
use ::parquet::file::properties::WriterVersion;
use arrow::array::{Int16Array, Int64Array, TimestampMicrosecondArray, UInt8Array, UInt16Array, UInt32Array};
use proptest::prelude::*;

use super::*;
use crate::data::chunk::Column;

/// What a writer may choose.
#[derive(Clone, Debug)]
struct Choices {
    compression: Compression,
    version: WriterVersion,
    has_dictionary: bool,
    page_rows: usize,
    page_bytes: usize,
    group_rows: usize,
    is_nullable: bool,
    /// Where there is no dictionary: values as they are, not as differences.
    is_plain: bool,
}

fn choices() -> impl Strategy<Value = Choices> {
    let compressions = prop::sample::select(vec![
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::LZ4_RAW,
        Compression::ZSTD(Default::default()),
        Compression::GZIP(Default::default()),
    ]);
    let versions = prop::sample::select(vec![WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0]);
    let sizes =
        (prop::sample::select(vec![1_usize, 7, 100, 5000]), prop::sample::select(vec![64_usize, 1000, 1 << 20]));
    (
        compressions,
        versions,
        any::<bool>(),
        sizes,
        prop::sample::select(vec![30_usize, 999, 100_000]),
        any::<[bool; 2]>(),
    )
        .prop_map(
            |(compression, version, has_dictionary, (page_rows, page_bytes), group_rows, [is_nullable, is_plain])| {
                Choices {
                    compression,
                    version,
                    has_dictionary,
                    page_rows,
                    page_bytes,
                    group_rows,
                    is_nullable,
                    is_plain,
                }
            },
        )
}

/// Numbers of a few bits each, as many distinct ones as `spread`, with a share of nulls in runs.
fn numbers(rows: usize, spread: u64, null_share: u64, seed: u64) -> Vec<Option<u64>> {
    let mut state = seed | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut is_null = false;
    let number = |_| {
        if next() % 5 == 0 {
            is_null = next() % 100 < null_share;
        }
        let number = (next() % spread).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        if is_null { None } else { Some(number) }
    };
    (0..rows).map(number).collect()
}

/// A column of each type that can be flat, and of one that cannot.
fn columns(numbers: &[Option<u64>]) -> Vec<(&'static str, ArrayRef)> {
    macro_rules! array {
        ($array:ty, $value:expr) => {{
            let value = $value;
            Arc::new(<$array>::from_iter(numbers.iter().map(|number| number.map(value)))) as ArrayRef
        }};
    }
    let times = TimestampMicrosecondArray::from_iter(numbers.iter().map(|number| number.map(|n| n as i64)));
    let texts = StringArray::from_iter(numbers.iter().map(|number| number.map(|n| format!("{}ß", n % 997))));
    vec![
        ("f64", array!(Float64Array, |n: u64| f64::from_bits(n))),
        ("f32", array!(Float32Array, |n: u64| f32::from_bits(n as u32))),
        ("i64", array!(Int64Array, |n: u64| n as i64)),
        ("u64", array!(UInt64Array, |n: u64| n)),
        ("i32", array!(Int32Array, |n: u64| n as i32)),
        ("u32", array!(UInt32Array, |n: u64| n as u32)),
        ("i16", array!(Int16Array, |n: u64| n as i16)),
        ("u16", array!(UInt16Array, |n: u64| n as u16)),
        ("i8", array!(Int8Array, |n: u64| n as i8)),
        ("u8", array!(UInt8Array, |n: u64| n as u8)),
        ("date", array!(Date32Array, |n: u64| n as i32)),
        ("time", Arc::new(times.clone())),
        ("zone", Arc::new(times.with_timezone("Europe/Berlin"))),
        ("text", Arc::new(texts.clone())),
        ("keys", cast(&texts, &DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))).unwrap()),
        ("view", cast(&texts, &DataType::Utf8View).unwrap()),
        ("seconds", array!(TimestampSecondArray, |n: u64| (n >> 30) as i64)),
    ]
}

const FLAT: usize = 16;

fn written(columns: Vec<(&str, ArrayRef)>, choices: &Choices) -> Vec<u8> {
    let columns = columns.into_iter().map(|(name, array)| (name, array, choices.is_nullable));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let properties = WriterProperties::builder()
        .set_compression(choices.compression)
        .set_writer_version(choices.version)
        .set_dictionary_enabled(choices.has_dictionary)
        .set_data_page_row_count_limit(choices.page_rows)
        .set_data_page_size_limit(choices.page_bytes)
        .set_dictionary_page_size_limit(choices.page_bytes)
        .set_write_batch_size(choices.page_rows.min(64))
        .set_max_row_group_row_count(Some(choices.group_rows));
    let properties = if choices.is_plain { properties.set_encoding(Encoding::PLAIN) } else { properties };
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The bits of each row, of a text its hash, `None` for nulls.
pub(super) fn bits(column: &Column<'_>) -> Vec<Option<u64>> {
    let bits: Vec<u64> = match &column.data {
        Data::F64(values) => values.iter().map(|value| value.to_bits()).collect(),
        Data::F32(values) => values.iter().map(|value| value.to_bits().into()).collect(),
        Data::I64(values) => values.iter().map(|value| *value as u64).collect(),
        Data::U64(values) => values.to_vec(),
        Data::Dict { keys, names } => keys.iter().map(|key| hash(&names[*key as usize])).collect(),
    };
    let flags = column.validity.as_deref();
    assert!(flags.is_none_or(|flags| flags.contains(&0)), "flags only where there are nulls");
    let is_there = |row: usize| flags.is_none_or(|flags| flags[row] == 1);
    bits.into_iter().enumerate().map(|(row, bits)| is_there(row).then_some(bits)).collect()
}

/// All rows of some columns, and how the first column is typed.
fn read(parquet: &Parquet, request: &Request, is_general: bool) -> (Vec<Vec<Option<u64>>>, Vec<String>) {
    let chosen: Vec<&Leaf> = request.columns.iter().map(|column| parquet.leaf(*column).unwrap()).collect();
    let mut reader = parquet.reader(0, request, &chosen, !is_general).unwrap();
    let (mut rows, mut kinds) = (vec![Vec::new(); request.columns.len()], Vec::new());
    let mut next_row = None;
    while let Some(chunk) = reader.next().unwrap() {
        assert!(!chunk.is_empty() && chunk.len() <= request.chunk_rows);
        let origin = chunk.origin();
        assert!(next_row.is_none_or(|row| row == origin.first_row), "in order");
        next_row = Some(origin.first_row + chunk.len() as u64);
        kinds = chunk.columns().iter().map(|column| format!("{:?}", column.logical)).collect();
        rows.iter_mut().zip(chunk.columns()).for_each(|(rows, column)| rows.extend(bits(column)));
    }
    (rows, kinds)
}

fn file_of(bytes: &[u8]) -> (tempfile::TempDir, Parquet) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    std::fs::write(&path, bytes).unwrap();
    let parquet = open(&path).unwrap();
    (folder, parquet)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rows_are_those_of_the_general_decoder(
        choices in choices(),
        rows in prop::sample::select(vec![1_usize, 8, 250, 1100]),
        spread in prop::sample::select(vec![1_u64, 2, 40, 1 << 40]),
        null_share in prop::sample::select(vec![0_u64, 3, 50, 100]),
        seed in any::<u64>(),
        chunk_rows in prop::sample::select(vec![3_usize, 13, 640, 100_000]),
        cut in (0..1000_u64, 0..1000_u64),
        threads in 1..4_usize,
    ) {
        let null_share = if choices.is_nullable { null_share } else { 0 };
        let columns = columns(&numbers(rows, spread, null_share, seed));
        let count = columns.len();
        let (_folder, parquet) = file_of(&written(columns, &choices));
        let span = match (cut.0 * rows as u64 / 1000, cut.1 * rows as u64 / 1000) {
            (from, to) if from < to => Span::Rows(from..to),
            _ => Span::All,
        };
        // All that can be flat, one twice; and one that makes the general decoder read, which is then the same.
        for wanted in [(0..FLAT).chain([3]).collect::<Vec<_>>(), vec![0, count - 1], vec![5], vec![14, 1]] {
            let request = Request { threads, ..request(&wanted, chunk_rows, span.clone()) };
            prop_assert_eq!(read(&parquet, &request, false), read(&parquet, &request, true));
        }
    }
}

#[test]
fn the_pages_are_read_here_and_not_by_the_general_decoder() {
    let plain = Choices {
        compression: Compression::SNAPPY,
        version: WriterVersion::PARQUET_1_0,
        has_dictionary: true,
        page_rows: 20_000,
        page_bytes: 1 << 16,
        group_rows: 70_000,
        is_nullable: true,
        is_plain: true,
    };
    for (compression, version) in [
        (Compression::SNAPPY, WriterVersion::PARQUET_1_0),
        (Compression::SNAPPY, WriterVersion::PARQUET_2_0),
        (Compression::UNCOMPRESSED, WriterVersion::PARQUET_1_0),
        (Compression::LZ4_RAW, WriterVersion::PARQUET_2_0),
        (Compression::ZSTD(Default::default()), WriterVersion::PARQUET_1_0),
    ] {
        for null_share in [0, 20] {
            let choices = Choices { compression, version, ..plain.clone() };
            let columns = columns(&numbers(100_000, 1 << 40, null_share, 5));
            let (_folder, parquet) = file_of(&written(columns, &choices));
            let wanted: Vec<usize> = (0..FLAT).collect();
            let request = Request { threads: 2, ..request(&wanted, 30_000, Span::All) };
            let chosen: Vec<&Leaf> = wanted.iter().map(|column| parquet.leaf(*column).unwrap()).collect();
            let wishes = parquet.wishes(&chosen).unwrap();
            let parts: Arc<[Part]> = parquet.chosen_parts(&request, &chosen).unwrap().into();
            let metadata = parquet.metadata.metadata().clone();
            let mut flat = Flat::new(parquet.file.clone(), metadata, Arc::clone(&parts), wishes, 2).unwrap();
            let mut rows = 0;
            for (number, part) in parts.iter().enumerate() {
                flat.begin(number);
                let mut row = 0;
                while row < part.rows.end {
                    let most = usize::try_from(part.rows.end - row).unwrap().min(30_000);
                    let next = flat.next(row, most).unwrap();
                    row += next.unwrap_or_else(|| panic!("declined {compression:?} {version:?}")).len as u64;
                }
                rows += row;
            }
            assert_eq!(rows, 100_000);
        }
    }
}
