//! The result as a text of at most 100 columns.

use std::fmt::Write;

use super::measure::{Equality, Spread, Timing};
use super::{Bench, CaseResult};

/// The text: what measured, the table, and what is to be said about it.
#[must_use]
pub fn table(bench: &Bench) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_head(bench, &mut out);
    let _ = write_cases(bench, &mut out);
    let _ = write_foot(bench, &mut out);
    out
}

fn write_head(bench: &Bench, out: &mut String) -> std::fmt::Result {
    let machine = &bench.machine;
    let cpu = machine.cpu.as_deref().unwrap_or("a processor without a name");
    writeln!(out, "pointillist {} on {}: {}", machine.version, machine.system, cut(cpu, 60))?;
    let start = machine.process_start_secs.map_or_else(String::new, |secs| format!("; process start {}", time(secs)));
    writeln!(out, "{} threads of {}{start}", machine.threads, machine.cores)?;
    let starts = |backend: &str| {
        let of = |case: &CaseResult| case.timings.iter().find(|timing| timing.backend == backend).cloned();
        let timings: Vec<Timing> = bench.cases.iter().filter_map(of).collect();
        let description = timings.first()?.description.clone();
        Some((description, Spread::of(timings.iter().map(|timing| timing.start_secs.median).collect())))
    };
    for backend in ["gpu", "software"] {
        if let Some((description, start)) = starts(backend) {
            writeln!(out, "{backend}: {}; device start {}", cut(&description, 66), time(start.median))?;
        }
    }
    for data in &bench.data {
        let kept = match data.kept_bytes {
            Some(bytes) => format!("{} MB in memory", bytes / 1_000_000),
            None => "read anew by every run".to_owned(),
        };
        writeln!(out, "{}: {} rows, {kept}, made ready in {}", data.name, data.rows, time(data.load_secs))?;
    }
    writeln!(
        out,
        "draw: values to canvas (encode + draw + readback), median of {} runs (smallest .. largest)",
        bench.repeats
    )
}

fn write_cases(bench: &Bench, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n{:<24}{:<9}{:>9} {:<20}{:>9}{:>8}{:>10}{:>9}",
        "case", "backend", "draw", "", "M rows/s", "GB/s", "PNG", "peak MB"
    )?;
    for case in &bench.cases {
        for (i, timing) in case.timings.iter().enumerate() {
            let name = match i {
                0 => cut(&case.name, 23),
                _ => case.equality.map_or_else(String::new, equality),
            };
            write_timing(&name, timing, out)?;
        }
        // Without times of the GPU the comparison has a line of its own.
        if let (1, Some(found)) = (case.timings.len(), case.equality) {
            writeln!(
                out,
                "{:<24}beyond what the class '{}' allows: no times; {:.4} % of pixels equal",
                equality(found),
                case.class,
                100.0 * found.equal_share
            )?;
        }
    }
    Ok(())
}

fn write_timing(name: &str, timing: &Timing, out: &mut String) -> std::fmt::Result {
    let range = format!("({} .. {})", time(timing.draw_secs.min), time(timing.draw_secs.max));
    let bytes = timing.bytes_per_second.map_or_else(|| "-".to_owned(), |bytes| format!("{:.2}", bytes / 1e9));
    let peak = timing.peak_rss_bytes.map_or_else(|| "-".to_owned(), |bytes| (bytes / 1_000_000).to_string());
    let rows = timing.rows_per_second / 1e6;
    let digits = if rows < 9.995 { 2 } else { 1 };
    writeln!(
        out,
        "{name:<24}{:<9}{:>9} {range:<20}{rows:>9.digits$}{bytes:>8}{:>10}{peak:>9}",
        timing.backend,
        time(timing.draw_secs.median),
        time(timing.picture_secs.median),
    )
}

fn write_foot(bench: &Bench, out: &mut String) -> std::fmt::Result {
    if let Some(why) = &bench.without_gpu {
        writeln!(out, "\nCPU alone: {why}")?;
    }
    for warning in &bench.warnings {
        writeln!(out, "\nwarning: {warning}")?;
    }
    Ok(())
}

fn equality(found: Equality) -> String {
    match (found.is_equal, found.is_allowed) {
        (true, _) => "  = the same pixels".to_owned(),
        (false, true) => format!("  ~ {:.3} % equal, 1/255", 100.0 * found.equal_share),
        (false, false) => format!("  WRONG by {}/255", found.largest_difference),
    }
}

/// Seconds with three digits: `12.3 ms`, `1.23 s`.
fn time(secs: f64) -> String {
    let (number, unit) = if secs < 0.9995 { (secs * 1e3, "ms") } else { (secs, "s") };
    match number {
        _ if number < 9.995 => format!("{number:.2} {unit}"),
        _ if number < 99.95 => format!("{number:.1} {unit}"),
        _ => format!("{number:.0} {unit}"),
    }
}

/// At most so many characters, the last one a dot where something is missing.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}
