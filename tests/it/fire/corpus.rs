//! The files of other projects' tests, where they are at hand: all of a folder, and what each is said to be.

use std::path::{Path, PathBuf};

use pointillist::source::format::Format;

use super::targets::{Kind, Target};

/// Beginnings are taken of files up to this length,
const MOST_CUT_BYTES: u64 = 64 << 10;

/// every one of those up to this,
const SMALL_BYTES: u64 = 4 << 10;

/// and every so manieth of the others.
const STEP_BYTES: u64 = 37;

/// All files below a folder, by name.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// What a file is by the name of its folders, where its own name does not say so.
pub(super) fn format_name(path: &Path) -> Option<&'static str> {
    if Format::from_extension(path).is_some() {
        return None;
    }
    let text = path.to_string_lossy();
    let by_folder = [
        ("parquet", "parquet"),
        ("ipc", "arrow"),
        ("las", "las"),
        ("csv", "csv"),
        ("naughty", "csv"),
        ("json", "json"),
    ];
    by_folder.into_iter().find(|(part, _)| text.contains(part)).map(|(_, format)| format)
}

/// A file with the number of its first beginning among all of the folder.
#[derive(Debug)]
pub(super) struct Prefixed {
    path: PathBuf,
    len: u64,
    first: u64,
}

fn step(len: u64) -> u64 {
    if len <= SMALL_BYTES { 1 } else { STEP_BYTES }
}

/// Files of which beginnings are taken.
pub(super) fn prefixes(folder: &Path) -> Vec<Prefixed> {
    let mut next = 0;
    let mut all = Vec::new();
    for path in files(folder) {
        let len = std::fs::metadata(&path).unwrap().len();
        if len > 0 && len <= MOST_CUT_BYTES {
            all.push(Prefixed { path, len, first: next });
            next += len.div_ceil(step(len));
        }
    }
    all
}

/// How many beginnings there are.
pub(super) fn prefix_count(prefixes: &[Prefixed]) -> u64 {
    prefixes.last().map_or(0, |last| last.first + last.len.div_ceil(step(last.len)))
}

/// A beginning by its number.
pub(super) fn prefix(prefixes: &[Prefixed], number: u64) -> Option<(Vec<u8>, Target)> {
    let at = prefixes.partition_point(|file| file.first <= number).checked_sub(1)?;
    let file = &prefixes[at];
    let len = (number - file.first) * step(file.len);
    if len >= file.len {
        return None;
    }
    let mut bytes = std::fs::read(&file.path).unwrap();
    bytes.truncate(usize::try_from(len).unwrap());
    Some((bytes, target(&file.path)))
}

/// How a file of a corpus is read.
fn target(path: &Path) -> Target {
    let (name, file) = match format_name(path) {
        // A name that the format goes by.
        Some("parquet") => ("parquet", "a.parquet"),
        Some("arrow") => ("arrow", "a.arrow"),
        Some("las") => ("las", "a.las"),
        Some("json") => ("json", "a.json"),
        Some(_) => ("csv", "a.csv"),
        None => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            let known = ["a.csv.gz", "a.json.gz", "a.csv", "a.json", "a.parquet", "a.arrow", "a.las", "a.laz", "a.npy"];
            let is_like = |known: &&str| name.ends_with(known.trim_start_matches('a'));
            ("corpus", known.into_iter().find(is_like).unwrap_or("a.csv"))
        }
    };
    Target { name, file, kind: Kind::Data, seeds: Vec::new(), has_checksums: false }
}
