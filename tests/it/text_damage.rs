//! Texts that are cut, flipped, packed wrongly or made to break readers: rows that are told, or one line and exit 1.

use std::io::{Cursor, Write};

use pointillist::source::dataset::{DataSet, Options};

use crate::harness::Random;
use crate::harness::binary::{Bench, repository_file};

fn data(name: &str) -> Vec<u8> {
    std::fs::read(repository_file(&format!("tests/data/text/{name}"))).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The rows that are read, and those of them where the first column holds what cannot be read.
fn read(bytes: Vec<u8>) -> pointillist::error::Result<(usize, u64)> {
    let data = DataSet::from_stream("-", Box::new(Cursor::new(bytes)), &Options::default())?;
    let Some(first) = data.fields().iter().position(|field| field.readable) else { return Ok((0, 0)) };
    let mut reader = data.read(&data.whole(), &[first], 16, &[])?;
    let (mut rows, mut unparsed) = (0, 0);
    while let Some(chunk) = reader.next()? {
        rows += chunk.len();
        unparsed += chunk.columns()[0].unparsed.as_ref().map_or(0, |unparsed| unparsed.count);
    }
    Ok((rows, unparsed))
}

#[test]
fn text_damage_cut_packed_files_leave_no_picture() {
    for name in ["gzip-members.csv.gz", "duckdb.jsonl.zst", "zstd.json.zst"] {
        let bench = Bench::new();
        let bytes = data(name);
        let cut = bench.write(name, &bytes[..bytes.len() - 5]);
        for input in [cut.as_str(), "-"] {
            let args = ["plot", input, "-x", "i", "-y", "f", "--progress", "never", "-o", "out.png"];
            let run = if input == "-" { bench.pipe(&args, &bytes[..bytes.len() - 5], 100) } else { bench.run(&args) };
            let run = run.expect(1);
            let line = run.error_line();
            assert!(line.contains(input) && line.contains("ends early") && line.contains("truncated"), "{line}");
            assert_eq!(bench.files(), [name]);
        }
    }
}

#[test]
fn text_damage_in_packed_bytes_is_never_read_as_data() {
    for name in ["gzip.tsv.gz", "zstd.json.zst"] {
        let whole = data(name);
        let expected = read(whole.clone()).unwrap();
        for at in (12..whole.len()).step_by(7) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            if let Ok(found) = read(flipped) {
                assert_eq!(found, expected, "{name}, byte {at}");
            }
        }
        assert!(read([&whole[..], b"tail"].concat()).is_err(), "{name}");
    }
}

#[test]
fn text_damage_of_any_kind_ends_in_rows_or_in_an_error() {
    let mut random = Random(4);
    for name in
        ["pandas.csv", "pandas-comma.csv", "numpy-header.txt", "pandas.jsonl", "pandas-indented.json", "duckdb.json"]
    {
        let whole = data(name);
        for at in (0..whole.len()).step_by(97) {
            // Whatever it comes to: no panic, no hang.
            let _ = read(whole[..at].to_vec());
            let mut flipped = whole.clone();
            flipped[at] = (random.unit() * 256.) as u8;
            let _ = read(flipped);
        }
    }
    // A line cut off within is one row that is told, the others stand.
    let lines = data("pandas.jsonl");
    assert_eq!(read(lines[..lines.len() - 20].to_vec()).unwrap(), (60, 1));
}

#[test]
fn text_damage_of_formats_that_cannot_be_packed_says_what_to_do() {
    let bench = Bench::new();
    for (name, content, expected) in [
        ("t.parquet.gz", &b"PAR1\x15\x04\x15 and so on"[..], "Parquet within gzip"),
        ("t.gz", b"PAR1\x15\x04\x15 and so on", "Parquet within gzip"),
        ("t.arrow.gz", b"ARROW1\0\0 and so on", "unpack it first"),
        ("twice.csv.gz", &gzip(b"x,y\n1,2\n"), "twice"),
        ("empty.csv.gz", b"", "empty"),
        ("tar.gz", b"folder/\0\0\0\0\0\0", "--format"),
        ("utf16.gz", b"\xff\xfex\0,\0y\0\n\0", "iconv"),
    ] {
        let input = bench.write(name, gzip(content));
        for input in [input.as_str(), "-"] {
            let args = ["inspect", input];
            let run = if input == "-" { bench.pipe(&args, &gzip(content), 10) } else { bench.run(&args) };
            let run = run.expect(1);
            let line = run.error_line();
            assert!(line.contains(expected), "{name}, {input}: {line}");
        }
    }
    // A name that promises more than there is: plain text is read as it is.
    let plain = bench.write("plain.csv.gz", "x,y\n1,2\n");
    bench.run(&["inspect", &plain]).expect(0);
    let raw = bench.write("r.bin.gz", gzip(&1.5f32.to_le_bytes()));
    let run = bench.run(&["inspect", &raw, "--raw", "f32"]).expect(0);
    assert!(String::from_utf8(run.stdout).unwrap().contains("1 rows"));
}

/// Files made to break other readers, where they are at hand.
#[test]
fn text_damage_of_fuzzed_files_ends() {
    let Some(corpora) = std::env::var_os("POINTILLIST_CORPORA") else { return };
    let folder = std::path::Path::new(&corpora).join("arrow-testing/csv");
    let mut files = 0;
    for entry in std::fs::read_dir(folder.join("fuzzing")).unwrap() {
        let _ = read(std::fs::read(entry.unwrap().path()).unwrap());
        files += 1;
    }
    assert!(files > 3);
    for name in ["aggregate_test_100.csv", "aggregate_test_100.csv.gz", "aggregate_test_100_with_dates.csv"] {
        let (rows, unparsed) = read(std::fs::read(folder.join(name)).unwrap()).unwrap();
        assert_eq!((rows, unparsed), (100, 0), "{name}");
    }
}
