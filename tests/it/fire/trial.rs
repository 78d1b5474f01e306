//! One file through the program: inspected, then drawn by the first two columns that can be; a canvas shaded; a plot file
//! followed.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::child::{End, run};
use super::targets::{Kind, Target};

/// How many ended in which way.
pub(super) type Counts = BTreeMap<String, u64>;

/// Adds one.
pub(super) fn count(counts: &mut Counts, what: &str) {
    *counts.entry(what.to_owned()).or_default() += 1;
}

/// What is left and what is right after the last run.
fn check_output(folder: &Path, end: End) -> Result<(), String> {
    let picture = folder.join("o.png");
    match (std::fs::read(&picture), end) {
        (Ok(bytes), End::Done) if bytes.starts_with(b"\x89PNG") && bytes.ends_with(b"IEND\xaeB`\x82") => {
            std::fs::remove_file(&picture).unwrap();
            Ok(())
        }
        (Err(_), End::Refused | End::Impossible) => Ok(()),
        (Ok(bytes), end) => Err(format!("{end:?} and an o.png of {} bytes", bytes.len())),
        (Err(error), end) => Err(format!("{end:?} and o.png: {error}")),
    }
}

/// Runs what draws `o.png`, and looks at what is there afterwards.
pub(super) fn drawn(folder: &Path, args: &[&str], counts: &mut Counts) -> Result<End, String> {
    let ended = run(folder, args);
    let end = ended.verdict()?;
    count(counts, &format!("{} {end:?}", args[0]));
    let slow = counts.entry("slowest run in ms".to_owned()).or_default();
    *slow = (*slow).max(ended.took.as_millis() as u64);
    if args.contains(&"-o") {
        check_output(folder, end).map_err(|what| format!("{what}: {args:?}"))?;
    }
    Ok(end)
}

/// The first two columns that can be drawn, of one alone it twice; without any the first of all.
fn columns(inspection: &[u8]) -> (bool, [String; 2]) {
    let value: Value = serde_json::from_slice(inspection).unwrap_or_default();
    let columns = value["columns"].as_array().cloned().unwrap_or_default();
    let can = |column: &&Value| column["readable"] == true && column["kind"] != "text";
    let numbers: Vec<String> = columns.iter().filter(can).map(|column| column["index"].to_string()).take(2).collect();
    match numbers.as_slice() {
        [x, y] => (true, [x.clone(), y.clone()]),
        [x] => (true, [x.clone(), x.clone()]),
        _ => (false, ["0".to_owned(), "0".to_owned()]),
    }
}

/// A data file; `more` says how it is opened. The answer is how its drawing ended.
pub(super) fn data(folder: &Path, file: &str, more: &[&str], counts: &mut Counts) -> Result<End, String> {
    let inspected = run(folder, &[&["inspect", "--json"], more, &[file]].concat());
    let end = inspected.verdict()?;
    count(counts, &format!("inspect {end:?}"));
    // The table for people shows what the JSON escapes.
    if end == End::Done {
        run(folder, &[&["inspect"], more, &[file]].concat()).verdict()?;
    }
    let (has_numbers, [x, y]) = columns(&inspected.stdout);
    let view = ["--reduce", "count", "--width", "64", "--height", "48", "--frame", "none"];
    let engine = ["--threads", "2", "--backend", "cpu", "--progress", "never", "-o", "o.png"];
    let drawn = drawn(folder, &[&["plot", file, "-x", &x, "-y", &y][..], more, &view, &engine].concat(), counts)?;
    if has_numbers && drawn == End::Impossible {
        return Err(format!("{file} {more:?}: columns {x} and {y} are there, and drawing them is a usage error"));
    }
    Ok(drawn)
}

/// The bytes of a damaged file of a target.
pub(super) fn target(folder: &Path, target: &Target, bytes: &[u8], counts: &mut Counts) -> Result<End, String> {
    let file = target.file;
    std::fs::write(folder.join(file), bytes).unwrap();
    match target.kind {
        Kind::Data => data(folder, file, target.arguments(), counts),
        Kind::Canvas => drawn(folder, &["shade", file, "-o", "o.png"], counts),
        Kind::PlotFile => {
            let engine = ["--threads", "2", "--backend", "cpu", "--progress", "never", "-o", "o.png"];
            drawn(folder, &[&["plot", "--spec", file][..], &engine].concat(), counts)
        }
    }
}
