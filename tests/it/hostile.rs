//! Files that ask for too much: one line that names the flag, in little memory, whatever they say.
//!
//! The files are made here, but for what only other programs write. All runs draw 4096 x 4096 pixels on the CPU, where
//! they come to that.

use std::io::{Read, Write};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, Float64Array};
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use pointillist::data::survey::Extent;
use pointillist::source::Keep;
use pointillist::source::dataset::{DataSet, Options, Trust};

use crate::harness::binary::{Bench, Run, repository_file};

/// What the README promises of the CPU backend.
const MOST_BYTES: u64 = 512 << 20;

/// The most that a run may ask the system for: it fails beyond that, before the machine does.
const MOST_ADDRESSES: &str = "--as=2147483648";

const ON_AXES: [&str; 12] =
    ["-x", "0", "-y", "1", "--backend", "cpu", "--width", "4096", "--height", "4096", "-o", "out.png"];

/// Runs `plot` under a limit of memory with endless copies of `input` on standard input; what it said, and the most that
/// it held.
fn limited(bench: &Bench, args: &[&str], input: &[u8]) -> (Run, u64) {
    let plain = bench.command(args);
    let mut command = bench.command(&[]);
    let program = plain.get_program().to_owned();
    command = {
        let mut limited = std::process::Command::new("prlimit");
        limited.arg(MOST_ADDRESSES).arg(program).args(plain.get_args());
        limited.current_dir(command.get_current_dir().unwrap());
        limited.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        limited.env_remove("RUST_LOG").env_remove("RUST_BACKTRACE");
        limited
    };
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("prlimit (util-linux)");
    let mut stdin = child.stdin.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let (code, told) = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A gigabyte, or as much as it takes.
            let copies = if input.is_empty() { 0 } else { (1 << 30) / input.len() };
            (0..copies).try_for_each(|_| stdin.write_all(input)).ok();
        });
        let told = scope.spawn(move || {
            let mut told = String::new();
            stderr.read_to_string(&mut told).unwrap();
            told
        });
        let code = loop {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let kilobytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
            peak = kilobytes.map_or(peak, |kilobytes| peak.max(kilobytes.trim().parse::<u64>().unwrap() << 10));
            if let Some(status) = child.try_wait().unwrap() {
                break status.code();
            }
            assert!(start.elapsed() < Duration::from_secs(120), "{args:?} does not end");
            std::thread::sleep(Duration::from_millis(2));
        };
        (code, told.join().unwrap())
    });
    assert!(peak < MOST_BYTES, "{args:?} held {} MiB: {told}", peak >> 20);
    (Run { code, stdout: Vec::new(), stderr: told }, peak)
}

/// Asserts that an input is refused with one line that names it and the flag, and leaves nothing.
fn refuses(bench: &Bench, name: &str, input: &[u8], more: &[&str], says: &str, flag: &str) {
    let before = bench.files();
    let args: Vec<&str> = ["plot", name].iter().chain(&ON_AXES).chain(more).copied().collect();
    let (run, _) = limited(bench, &args, input);
    let run = run.expect(1);
    // How far it came is said behind it.
    let line = run.error_line().split(" (after ").next().unwrap();
    assert!(line.contains(name) && line.contains(says) && line.ends_with(&format!("raise {flag}")), "{line}");
    assert_eq!(bench.files(), before, "{name} leaves nothing behind");
}

fn parquet(columns: Vec<(&str, ArrayRef)>, copies: usize, properties: WriterProperties) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    (0..copies).for_each(|_| writer.write(&batch).unwrap());
    writer.close().unwrap();
    bytes
}

fn equal(value: f64, rows: usize) -> ArrayRef {
    Arc::new(Float64Array::from(vec![value; rows]))
}

fn zip(content: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file("a.npy", options).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap().into_inner()
}

fn arrow(columns: Vec<(&str, ArrayRef)>, compression: CompressionType) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let options = IpcWriteOptions::default().try_with_compression(Some(compression)).unwrap();
    let mut bytes = Vec::new();
    let mut writer = FileWriter::try_new_with_options(&mut bytes, &batch.schema(), options).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

#[test]
fn hostile_texts_are_refused_in_little_memory() {
    let bench = Bench::new();
    refuses(
        &bench,
        "-",
        &[b'1'; 1 << 16],
        &["--format", "csv"],
        "line 1: the record at byte 0 is too long",
        "--max-line",
    );
    let quoted = bench.write("quoted.csv", format!("x,y\n1,\"{}", "2".repeat(3_000_000)));
    refuses(&bench, &quoted, b"", &[], "line 2: the record at byte 4 is too long", "--max-line");
    refuses(
        &bench,
        "-",
        b"{\"x\": 1, \"y\": \"",
        &["--format", "json"],
        "the record at byte 0 is too long",
        "--max-line",
    );
    let wide = bench.write("wide.csv", "1,".repeat(1_000_000) + "1\n");
    refuses(&bench, &wide, b"", &[], "line 1: the record at byte 0 has too many columns", "--max-columns");
    let keys: Vec<String> = (0..100_001).map(|key| format!("\"{key}\":1")).collect();
    let wide = bench.write("wide.json", format!("{{{}}}\n", keys.join(",")));
    refuses(&bench, &wide, b"", &[], "too many columns: expected at most 100000, found 100001", "--max-columns");
    // A record that is nested too deeply is a row that cannot be read.
    let deep = format!("{{\"x\":1,\"y\":1}}\n{{\"x\":{}1{}}}\n", "[".repeat(900_000), "]".repeat(900_000));
    let deep = bench.write("deep.json", deep);
    let (run, _) = limited(&bench, &[&["plot", &deep], &ON_AXES[..]].concat(), b"");
    run.expect(0).says("2 rows: 1 drawn, 0 outside, 1 invalid").says("nested deeper than --max-nesting");
}

#[test]
fn hostile_archives_are_refused_before_they_are_unpacked() {
    let bench = Bench::new();
    let zeros = vec![0; 80 << 20];
    let bomb = bench.write("bomb.bin.zst", zstd::bulk::compress(&zeros, 1).unwrap().repeat(20));
    refuses(&bench, &bomb, b"", &["--raw", "f64x2"], "the zstd data unpacks to too much", "--max-ratio");
    let mut npy =
        b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (5242880, 2), }".to_vec();
    npy.resize(127, b' ');
    npy.push(b'\n');
    npy.extend(&zeros);
    let bomb = bench.write("bomb.npz", zip(&npy));
    refuses(&bench, &bomb, b"", &[], "a.npy unpacks to too much", "--max-ratio");
    let long = bench.write("long.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{");
    refuses(&bench, &long, b"", &[], "the header at byte 0 is too long: expected at most 64 KiB", "--max-npy-header");
    let equal = || vec![("x", equal(1., 10 << 20)), ("y", equal(2., 10 << 20))];
    let bomb = bench.write("bomb.arrow", arrow(equal(), CompressionType::ZSTD));
    refuses(&bench, &bomb, b"", &[], "the buffer at byte 0 of a batch unpacks to too much", "--max-ratio");
    let raised = [&["plot", &bomb], &ON_AXES[..], &["--max-ratio", "100k", "--head", "200k"]].concat();
    limited(&bench, &raised, b"").0.expect(0).says("200,000 drawn");
}

#[test]
fn hostile_footers_of_parquet_are_refused() {
    let bench = Bench::new();
    let good = parquet(vec![("x", equal(1., 100)), ("y", equal(2., 100))], 1, WriterProperties::default());
    let mut lying = good.clone();
    let at = lying.len() - 8;
    lying[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    bench.write("footer.parquet", &lying);
    let run = bench.run(&["inspect", "footer.parquet"]).expect(1);
    assert!(run.error_line().contains("its footer is longer than the file"), "{}", run.stderr);
    // A footer of 70 MB that is there.
    let mut long = b"PAR1".to_vec();
    long.resize(70 << 20, 0);
    long.extend((70_u32 << 20).wrapping_sub(4).to_le_bytes());
    long.extend(b"PAR1");
    bench.write("long.parquet", &long);
    refuses(&bench, "long.parquet", b"", &[], "the footer at byte 4 is too long", "--max-header");
}

#[test]
fn hostile_numbers_of_equal_rows_are_drawn_in_little_memory() {
    let bench = Bench::new();
    let properties = || WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let columns = vec![("x", equal(1., 1_000_000)), ("y", equal(2., 1_000_000))];
    bench.write("equal.parquet", parquet(columns, 2, properties()));
    let args = [&["plot", "equal.parquet"], &ON_AXES[..], &["--reduce", "count"]].concat();
    limited(&bench, &args, b"").0.expect(0).says("2,000,000 rows: 2,000,000 drawn");
}

#[test]
#[ignore = "slow: run tests/memory.sh"]
fn hostile_memory_of_a_hundred_million_equal_rows_is_that_of_one() {
    let bench = Bench::new();
    let columns = || vec![("x", equal(1., 1_000_000)), ("y", equal(2., 1_000_000))];
    let mut peaks = Vec::new();
    for copies in [1, 100] {
        let bytes = parquet(columns(), copies, WriterProperties::default());
        assert!(bytes.len() < 2_000_000, "{} bytes", bytes.len());
        bench.write("equal.parquet", bytes);
        let args = [&["plot", "equal.parquet"], &ON_AXES[..], &["--reduce", "count"]].concat();
        let (run, peak) = limited(&bench, &args, b"");
        run.expect(0).says(" 0 outside, 0 invalid");
        peaks.push(peak >> 20);
    }
    println!("peak memory: 1M equal rows {} MiB, 100M {} MiB", peaks[0], peaks[1]);
    assert!(peaks[1] < peaks[0] + 32, "{peaks:?} MiB");
}

#[test]
fn hostile_bytes_in_pages_with_checksums_are_told() {
    let bench = Bench::new();
    let good = std::fs::read(repository_file("tests/data/hostile/checksums.parquet")).unwrap();
    bench.write("a.parquet", &good);
    bench.run(&["inspect", "a.parquet"]).expect(0);
    for at in [200, 900, 2000, 3000] {
        let mut flipped = good.clone();
        flipped[at] ^= 0x10;
        bench.write("a.parquet", flipped);
        let run = bench.run(&["inspect", "a.parquet"]).expect(1);
        assert!(run.error_line().contains("CRC"), "byte {at}: {}", run.stderr);
    }
}

#[test]
fn hostile_groups_may_be_decoded_whatever_they_state() {
    let bench = Bench::new();
    let ramp: ArrayRef = Arc::new(Float64Array::from_iter_values((0..4000).map(f64::from)));
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(1000)).build();
    bench.write("a.parquet", parquet(vec![("x", ramp.clone()), ("y", ramp)], 1, properties));
    let plot = |more: &[&str], out: &str| {
        let args = ["plot", "a.parquet", "-x", "x", "-y", "y", "--xlim=0,900", "--ylim=0,900", "-o", out];
        bench.run(&[&args[..], more].concat()).expect(0)
    };
    plot(&[], "a.png").says("902 drawn, 98 outside, 0 invalid, 0 filtered, 3,000 skipped");
    plot(&["--no-skip"], "b.png").says("902 drawn, 3,098 outside, 0 invalid, 0 filtered, 0 skipped");
    assert!(bench.read("a.png") == bench.read("b.png"));
}

#[test]
fn hostile_statistics_are_believed_as_far_as_is_asked_for() {
    let bench = Bench::new();
    let ramp: ArrayRef = Arc::new(Float64Array::from_iter_values((0..4000).map(f64::from)));
    let properties = || WriterProperties::builder().set_max_row_group_row_count(Some(1000)).build();
    let mut bytes = parquet(vec![("x", ramp)], 1, properties());
    // The last row group claims to end at 3500.
    let (stated, lie) = (3999.0_f64.to_le_bytes(), 3500.0_f64.to_le_bytes());
    let footer = bytes.len() - 1000;
    let last = (footer..bytes.len() - 8).filter(|at| bytes[*at..].starts_with(&stated)).collect::<Vec<_>>();
    assert!(!last.is_empty(), "the footer states it");
    last.iter().for_each(|at| bytes[*at..at + 8].copy_from_slice(&lie));
    bench.write("a.parquet", bytes);
    let open = |trust| {
        let path = bench.path("a.parquet").to_str().unwrap().to_owned();
        DataSet::open(&[path], &Options::default()).unwrap().with_trust(trust)
    };
    let keep = [Keep { column: 0, extent: Extent::F64 { lo: 3600., hi: 5000. }, is_positive: false }];
    let read = |trust, keep: &[Keep]| {
        let data = open(trust);
        let mut reader = data.read(&data.whole(), &[0], 300, keep)?;
        let mut rows = 0;
        while let Some(chunk) = reader.next()? {
            rows += chunk.len();
        }
        Ok::<_, pointillist::Error>((rows, reader.skipped_rows()))
    };
    assert_eq!(open(Trust::Taken).extent(0, false), Some(Extent::F64 { lo: 0., hi: 3500. }), "as it lies");
    assert_eq!(read(Trust::Taken, &keep).unwrap(), (0, 4000), "what lies is skipped as it says");
    assert_eq!(read(Trust::Taken, &[]).unwrap(), (4000, 0));
    let error = read(Trust::Checked, &[]).unwrap_err();
    assert!(error.is_false_statistics() && error.to_string().contains("row 3501, column 'x'"), "{error}");
    assert_eq!(open(Trust::Refused).extent(0, false), None);
    assert_eq!(read(Trust::Refused, &keep).unwrap(), (4000, 0), "nothing is skipped");
}

#[test]
fn hostile_limits_are_options_like_others() {
    let bench = Bench::new();
    bench.write("a.csv", "x,y\n1,2\n3,4\n");
    let plot = ["plot", "a.csv", "-x", "x", "-y", "y", "-o", "a.png"];
    let refused = bench.run(&[&plot[..], &["--max-nesting", "1000"]].concat()).expect(2);
    assert!(refused.error_line().contains("--max-nesting is out of range: expected 1 to 256, found 1000"));
    let refused = bench.run(&[&plot[..], &["--max-columns", "1"]].concat()).expect(1);
    assert!(refused.error_line().contains("a.csv, line 1") && refused.error_line().ends_with("raise --max-columns"));
    bench.run(&["inspect", "a.csv", "--max-columns", "1"]).expect(1).says("raise --max-columns");
    let refused = bench.run(&[&plot[..], &["--series", "a.csv -x x -y y --max-columns 1"]].concat()).expect(1);
    assert!(refused.error_line().contains("series 2, a.csv, line 1"), "{}", refused.stderr);
    bench.run(&[&plot[..], &["--max-page", "1Gi", "--no-skip", "--write-spec", "a.toml"]].concat()).expect(0);
    let spec = String::from_utf8(bench.read("a.toml")).unwrap();
    assert!(spec.contains("max-page = \"1Gi\"") && spec.contains("no-skip = true"), "{spec}");
}
