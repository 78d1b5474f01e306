//! Files that nobody checked: broken, cut, damaged, made to break readers. Whatever a file holds, the program ends with
//! what was asked for or with one clear line, within ten seconds and a gigabyte: no panic, no abort, no signal, no hang.
//!
//! The short tests damage the project's own files; the long ones (`tests/fire.sh`) take more of them, all files of other
//! projects' tests (`POINTILLIST_CORPORA` names their folder), and go on for as long as they are told to. A case is a number:
//! the message of a fault says what to type to see it again. `targets` are the good files, `mutate` and `crafted` damage
//! them, `judge` reads them here, `trial` gives them to the program, `child` holds it to its limits; `worker` reads many in
//! a process of its own, `work` says which.

mod child;
mod corpus;
mod crafted;
mod judge;
mod mutate;
mod targets;
mod trial;
mod words;
mod work;
mod worker;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use targets::{Kind, targets};
use trial::{Counts, count};
use work::Work;
use worker::{Report, drive_all};

/// Cases of each target that one process reads in the short test.
const SHORT_CASES: u64 = 30;

/// Cases of each target in the long one.
const LONG_CASES: u64 = 2000;

/// The files of other projects, where they are.
fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("POINTILLIST_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        println!("left out: POINTILLIST_CORPORA names no folder");
    }
    folder
}

/// Mutants of every target, in so many parts, so that no processor waits long for another.
fn mutants(to: u64, parts: u64) -> Vec<Work> {
    let part =
        |name: &str, at| Work::Mutants { target: name.to_owned(), from: to * at / parts, to: to * (at + 1) / parts };
    targets().iter().flat_map(|target| (0..parts).map(|at| part(target.name, at)).collect::<Vec<_>>()).collect()
}

fn fuzzing(most: Duration) -> Vec<Work> {
    // Another place to begin for every target, so that they do not all take the same ways.
    let work = |(number, target): (u64, &targets::Target)| Work::Fuzz {
        target: target.name.to_owned(),
        from: number << 40,
        most,
    };
    let chosen = std::env::var("POINTILLIST_FUZZ_TARGETS").ok();
    let is_chosen =
        |name: &str| chosen.as_ref().is_none_or(|names| names.split(',').any(|part| name.starts_with(part)));
    (1..).zip(&targets()).filter(|(_, target)| is_chosen(target.name)).map(work).collect()
}

/// How long each target is fuzzed.
fn fuzz_time() -> Duration {
    let secs = std::env::var("POINTILLIST_FUZZ_SECS").map_or(60, |secs| secs.parse().expect("a number of seconds"));
    Duration::from_secs(secs)
}

#[test]
fn fire_good_files_are_read_as_files_and_as_streams() {
    let folder = tempfile::tempdir().unwrap();
    for target in targets().iter().filter(|target| target.kind != Kind::PlotFile) {
        for (seed, bytes) in target.seeds.iter().enumerate() {
            let path = folder.path().join(target.file);
            std::fs::write(&path, bytes).unwrap();
            let found = judge::read_file(target, &path, bytes);
            assert!(matches!(found, judge::Found::Numbers(_)), "{}, file {seed}: {found:?}", target.name);
            if target.can_stream() {
                judge::check_streams(target, &path, bytes, 1).unwrap_or_else(|what| panic!("{}: {what}", target.name));
            }
        }
    }
}

#[test]
fn fire_damaged_files_end_in_numbers_or_in_one_line() {
    let mut works = mutants(SHORT_CASES, 1);
    works.extend(fuzzing(Duration::from_millis(30)));
    let folder = PathBuf::from(crate::harness::binary::repository_file("tests/data/fire"));
    works.extend([0, 600].map(|from| Work::Prefixes { folder: folder.clone(), from, to: from + 600 }));
    drive_all(&works).settle("damaged files");
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_mutants() {
    drive_all(&mutants(LONG_CASES, 4)).settle("mutants");
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_fuzz() {
    drive_all(&fuzzing(fuzz_time())).settle("crafted files");
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_truncations() {
    let Some(folder) = corpora() else { return };
    let all = corpus::prefix_count(&corpus::prefixes(&folder));
    let part = all.div_ceil(40).max(1);
    let work = |from| Work::Prefixes { folder: folder.clone(), from, to: all.min(from + part) };
    let works: Vec<_> = (0..all).step_by(usize::try_from(part).unwrap()).map(work).collect();
    drive_all(&works).settle("beginnings of files");
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_corpora() {
    const FORMATS: [&str; 8] = ["csv", "tsv", "json", "parquet", "arrow", "npy", "npz", "las"];
    let Some(folder) = corpora() else { return };
    let files = corpus::files(&folder);
    assert!(!files.is_empty(), "{}: no files", folder.display());
    let (next, report) = (AtomicUsize::new(0), Mutex::new(Report::default()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let room = tempfile::tempdir().unwrap();
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut counts = Counts::new();
                    let mut ways = vec![Vec::new()];
                    if pointillist::source::format::Format::from_extension(file).is_none() {
                        ways.extend(FORMATS.map(|format| vec!["--format", format]));
                        ways.push(vec!["--raw", "f32x2"]);
                    }
                    count(&mut counts, "files");
                    let mut faults = Vec::new();
                    for way in ways {
                        if let Err(fault) = trial::data(room.path(), file.to_str().unwrap(), &way, &mut counts) {
                            faults.push(fault);
                        }
                    }
                    report.lock().unwrap().add(Report { counts, faults });
                }
            });
        }
    });
    report.into_inner().unwrap().settle("files of corpora");
}

/// One case alone, as the message of a fault names it; `tests/fire.sh case`.
#[test]
#[ignore = "one case of the sweeps, by POINTILLIST_FIRE_CASE"]
fn fire_case() {
    let Ok(case) = std::env::var("POINTILLIST_FIRE_CASE") else { return };
    let work: Work = case.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut bench = work.bench(folder.path());
    let case = bench.next().unwrap();
    println!("{} bytes of {}", case.bytes.len(), case.target.file);
    if case.target.kind == Kind::Data {
        let path = folder.path().join(case.target.file);
        std::fs::write(&path, &case.bytes).unwrap();
        println!("read: {:?}", judge::read_file(&case.target, &path, &case.bytes));
    }
    println!("judged: {:?}", bench.judge(&case, || ()));
    println!("by the program: {:?}", trial::target(folder.path(), &case.target, &case.bytes, &mut Counts::new()));
}
