//! Peak memory does not grow with the number of rows. Slow: `tests/memory.sh` runs it in release.

use std::process::Stdio;
use std::time::Duration;

use crate::harness::binary::Bench;

const MEGABYTE: u64 = 1 << 20;

/// The most memory the program held, by the kernel's account and by its own report.
fn peaks_bytes(rows: &str) -> (u64, u64) {
    let bench = Bench::new();
    let input = format!("synthetic:gaussians:{rows}:seed=7");
    let args = ["plot", &input, "-x", "0", "-y", "1", "--backend", "cpu", "--report", "report.json", "-o", "out.png"];
    let mut child = bench.command(&args).stdin(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut outside = 0;
    while child.try_wait().unwrap().is_none() {
        // The high-water mark only grows: the last look before the end sees all but the last milliseconds.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        if let Some(kilobytes) = kilobytes {
            outside = outside.max(kilobytes.trim().parse::<u64>().unwrap() * 1024);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(child.wait().unwrap().success(), "{rows} rows are drawn");
    let report = bench.json("report.json");
    (outside, report["peak_rss_bytes"].as_u64().unwrap())
}

#[test]
#[ignore = "slow: run tests/memory.sh"]
fn memory_is_the_same_for_ten_and_a_hundred_million_rows() {
    let (small, small_reported) = peaks_bytes("10M");
    let (large, large_reported) = peaks_bytes("100M");
    println!("peak memory: 10M rows {} MiB, 100M rows {} MiB", small / MEGABYTE, large / MEGABYTE);
    for (name, measured, reported) in [("10M", small, small_reported), ("100M", large, large_reported)] {
        assert!(measured < 300_000_000, "{name}: {measured} bytes");
        let share = measured as f64 / reported as f64;
        assert!((0.95..1.05).contains(&share), "{name}: the report says {reported}, the kernel {measured} bytes");
    }
    let growth = large as f64 / small as f64;
    assert!((0.95..1.05).contains(&growth), "10M rows: {small} bytes, 100M rows: {large} bytes");
}
