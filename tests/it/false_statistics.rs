//! Parquet files that state other values than they hold: noticed, told, and drawn as if they stated nothing.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::harness::binary::Bench;

const ROWS: usize = 5000;

/// Numbers from 0 to 4999 in x and their negatives in y, in five row groups.
fn honest() -> Vec<u8> {
    let column = |sign: f64| Arc::new(Float64Array::from_iter_values((0..ROWS).map(|i| sign * i as f64))) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("x", column(1.0)), ("y", column(-1.0))]).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(1000)).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// The same with another number for the largest x of the third row group, in the footer alone.
fn lying(largest: f64) -> Vec<u8> {
    let mut bytes = honest();
    let footer = bytes.len() - 8 - u32::from_le_bytes(bytes[bytes.len() - 8..][..4].try_into().unwrap()) as usize;
    let mut count = 0;
    for at in footer..bytes.len() - 8 {
        if bytes[at..].starts_with(&2999_f64.to_le_bytes()) {
            bytes[at..at + 8].copy_from_slice(&largest.to_le_bytes());
            count += 1;
        }
    }
    assert!(count > 0, "the footer states it");
    bytes
}

#[test]
fn false_statistics_are_told_and_the_limits_looked_for() {
    let bench = Bench::new();
    bench.write("honest.parquet", honest());
    let args = |file: &'static str, output: &'static str| ["plot", file, "-x", "x", "-y", "y", "-o", output];
    let told = bench.run(&args("honest.parquet", "honest.png")).expect(0);
    assert_eq!(told.stderr.lines().count(), 1, "{}", told.stderr);
    // Too small, so that rows lie outside, and so small that all later limits would be others as well.
    for largest in [2500.0, 2000.0] {
        bench.write("lying.parquet", lying(largest));
        let more = ["--report", "a.json"];
        let run = bench.run(&[&args("lying.parquet", "lying.png")[..], &more].concat()).expect(0);
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert!(lines[0].starts_with("lying.parquet, row "), "{}", run.stderr);
        assert!(lines[0].contains("statistics are not believed"), "{}", run.stderr);
        assert_eq!(bench.read("lying.png"), bench.read("honest.png"), "the same picture");
        let report = bench.json("a.json");
        assert_eq!((&report["rows"]["total"], &report["rows"]["drawn"]), (&ROWS.into(), &ROWS.into()), "each row once");
    }
}

#[test]
fn false_statistics_are_not_looked_at_where_nothing_rests_on_them() {
    let bench = Bench::new();
    bench.write("lying.parquet", lying(2500.0));
    let args = ["plot", "lying.parquet", "-x", "x", "-y", "y", "--xlim=0,5000", "--ylim=-5000,0", "-o", "a.png"];
    let run = bench.run(&args).expect(0).says("5,000 drawn");
    assert!(!run.stderr.contains("believed"), "{}", run.stderr);
}

#[test]
fn false_statistics_skip_rows_and_no_skip_decodes_them() {
    let bench = Bench::new();
    bench.write("lying.parquet", lying(2000.0));
    // The third row group says that it ends before what is seen begins.
    let args = ["plot", "lying.parquet", "-x", "x", "-y", "y", "--xlim=2500,5000", "--ylim=-5000,0", "-o", "a.png"];
    bench.run(&args).expect(0).says("3,000 skipped");
    let all = bench.run(&[&args[..], &["--no-skip"]].concat()).expect(0);
    assert!(all.stderr.contains("5,000 rows") && all.stderr.contains("0 skipped"), "{}", all.stderr);
}

#[test]
fn false_statistics_beside_a_pipe_are_not_relied_on() {
    let bench = Bench::new();
    bench.write("lying.parquet", lying(2500.0));
    let series = "lying.parquet -x x -y y --color x";
    let args =
        ["plot", "-", "-x", "x", "-y", "y", "--xlim=0,5000", "--ylim=-5000,0", "-o", "a.png", "--series", series];
    let run = bench.pipe(&args, b"x,y\n1,-1\n", 100).expect(0).says("5,001 drawn");
    assert!(!run.stderr.contains("believed"), "{}", run.stderr);
}

#[test]
fn false_statistics_leave_no_rows_behind_when_the_second_reading_fails() {
    let bench = Bench::new();
    let mut bytes = lying(2500.0);
    // The first reading ends in the third row group, the second one comes to the fifth, whose first page is no page.
    bench.write("lying.parquet", &bytes);
    let file = std::fs::File::open(bench.path("lying.parquet")).unwrap();
    let groups = SerializedFileReader::new(file).unwrap().metadata().row_groups().to_vec();
    let column = groups[4].column(0);
    let at = column.dictionary_page_offset().unwrap_or(column.data_page_offset()) as usize;
    bytes[at..at + 16].fill(0xff);
    bench.write("lying.parquet", bytes);
    let args = ["plot", "lying.parquet", "-x", "x", "-y", "y", "-o", "a.png", "--report", "a.json"];
    let run = bench.run(&args).expect(1).says("statistics are not believed").says("looked at for the limits");
    let report = bench.json("a.json");
    assert_eq!((&report["ending"], &report["rows"]["total"]), (&"failed".into(), &0.into()), "{}", run.stderr);
    assert!(!bench.path("a.png").exists());
}

/// Plain numbers in pages of 1000 rows. y is 0 but for row 10, where it is 500 and 5 is stated; its sixth page has another
/// encoding than those before.
fn changing() -> Vec<u8> {
    let x = Float64Array::from_iter_values((0..20_000).map(f64::from));
    let y = Float64Array::from_iter_values((0..20_000).map(|row| if row == 10 { 5.0 } else { 0.0 }));
    let columns: [(&str, ArrayRef); 2] = [("x", Arc::new(x)), ("y", Arc::new(y))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_data_page_row_count_limit(1000)
        .set_write_batch_size(1000);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, &bytes).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let start = reader.metadata().row_group(0).column(1).data_page_offset() as usize;
    let find = |bytes: &[u8], from: usize, what: &[u8]| {
        from + bytes[from..].windows(what.len()).position(|window| window == what).unwrap()
    };
    let five = find(&bytes, start, &5_f64.to_le_bytes());
    bytes[five..five + 8].copy_from_slice(&500_f64.to_le_bytes());
    // Of a page's header: 1000 values, plain ones. Zeros are zeros in BYTE_STREAM_SPLIT as well.
    let head = [0x2c, 0x15, 0xd0, 0x0f, 0x15, 0x00];
    let mut at = start;
    for _ in 0..6 {
        at = find(&bytes, at, &head) + head.len();
    }
    bytes[at - 1] = 9 << 1;
    bytes
}

#[test]
fn false_statistics_of_a_column_are_told_however_far_another_is_read_ahead() {
    let bench = Bench::new();
    bench.write("lying.parquet", changing());
    for threads in ["1", "3"] {
        let args = ["plot", "lying.parquet", "-x", "x", "-y", "y", "--threads", threads, "-o", "a.png"];
        let run = bench.run(&args).expect(0).says("20,000 drawn");
        assert!(run.stderr.contains("statistics are not believed"), "{threads} threads: {}", run.stderr);
    }
}
