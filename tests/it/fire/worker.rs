//! Many damaged files read in one process of their own, under the limits: what kills it or holds it up is told apart by
//! the number of the last file, and the next ones go to a new process.
//!
//! The process is this test binary with the one test [`fire_worker`], which announces each file before it reads it.

use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::child::{MOST_TIME, limited, wait};
use super::trial::{Counts, count};
use super::work::Work;

/// Names the work to the process.
const WORK: &str = "POINTILLIST_FIRE_WORK";

/// What lines of the process begin with, among those of the test harness.
const MARK: &str = "@fire ";

/// After so many faults the rest is likely to be the same one.
const MOST_FAULTS: usize = 20;

/// What became of some work.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) counts: Counts,
    /// Each with what to type to see it again.
    pub(super) faults: Vec<String>,
}

impl Report {
    /// Takes in another one.
    pub(super) fn add(&mut self, other: Self) {
        for (what, number) in other.counts {
            let mine = self.counts.entry(what.clone()).or_default();
            *mine = if what.starts_with("slowest") { (*mine).max(number) } else { *mine + number };
        }
        self.faults.extend(other.faults);
    }

    /// Prints the counts, and fails with the faults.
    pub(super) fn settle(self, what: &str) {
        println!("{what}: {}", shown(&self.counts));
        assert!(self.faults.is_empty(), "{what}: {} faults\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

/// Counts in one line.
pub(super) fn shown(counts: &Counts) -> String {
    counts.iter().map(|(what, number)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
}

/// Does all the work, as many processes at a time as there are processors.
pub(super) fn drive_all(all: &[Work]) -> Report {
    let (next, report) = (AtomicUsize::new(0), Mutex::new(Report::default()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(work) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let one = drive(work);
                    println!("  {work}: {}", shown(&one.counts));
                    report.lock().unwrap().add(one);
                }
            });
        }
    });
    report.into_inner().unwrap()
}

/// How a process ended.
enum Last {
    /// All is done.
    End,
    /// No word for too long after this case.
    Silent(u64),
    /// Gone with this case.
    Gone(u64, String),
}

/// Does some work, in as many processes as it takes.
pub(super) fn drive(work: &Work) -> Report {
    let mut report = Report::default();
    let (mut work, mut doubted) = (work.clone(), None);
    let begun = Instant::now();
    loop {
        let (case, what) = match process(&work, &mut report) {
            Last::End => return report,
            // Other work may have held it up: it has a second chance.
            Last::Silent(case) if doubted != Some(case) => {
                doubted = Some(case);
                work = work.from(case, begun.elapsed());
                continue;
            }
            Last::Silent(case) => (case, "more than ten seconds".to_owned()),
            Last::Gone(case, status) => (case, status),
        };
        report.faults.push(work.fault(case, &what));
        if report.faults.len() >= MOST_FAULTS {
            report.faults.push(format!("{work}: and no more was tried"));
            return report;
        }
        work = work.from(case + 1, begun.elapsed());
    }
}

fn process(work: &Work, report: &mut Report) -> Last {
    let program = std::env::current_exe().unwrap();
    let mut command = limited(program.to_str().unwrap());
    command.args(["--exact", "fire::worker::fire_worker", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(WORK, work.to_string()).env("RUST_BACKTRACE", "0");
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            if let Some((_, line)) = line.rsplit_once(MARK) {
                let _ = sender.send(line.to_owned());
            }
        }
    });
    // The program has limits of its own, and a second chance.
    let mut most = MOST_TIME;
    let mut last = work.first();
    loop {
        match lines.recv_timeout(most) {
            Ok(line) => {
                let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
                match word {
                    "case" => (last, most) = (rest.parse().unwrap(), MOST_TIME),
                    "trial" => most = 8 * MOST_TIME,
                    "note" => println!("  {}", work.fault(last, rest)),
                    "fault" => report.faults.push(work.fault(last, rest)),
                    "as" => count(&mut report.counts, rest),
                    "end" => {
                        wait(&mut child, MOST_TIME);
                        return Last::End;
                    }
                    other => panic!("{other} is no word of a worker"),
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                wait(&mut child, Duration::ZERO);
                return Last::Silent(last);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                let status = wait(&mut child, MOST_TIME);
                let status = status.map_or_else(|| "a closed output".to_owned(), |status| status.to_string());
                return Last::Gone(last, status);
            }
        }
    }
}

/// What the last panic said, caught by a reader or not.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

#[test]
#[ignore = "a process of the sweeps"]
fn fire_worker() {
    let Ok(work) = std::env::var(WORK) else { return };
    let work: Work = work.parse().unwrap();
    std::panic::set_hook(Box::new(|panic| {
        *LAST_PANIC.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(panic.to_string());
    }));
    let folder = tempfile::tempdir().unwrap();
    let mut bench = work.bench(folder.path());
    while let Some(case) = bench.next() {
        println!("{MARK}case {}", case.number());
        let outcome = catch_unwind(AssertUnwindSafe(|| bench.judge(&case, || println!("{MARK}trial"))));
        let panic = LAST_PANIC.lock().unwrap().take().map(|text| text.replace('\n', " "));
        match (outcome, panic) {
            (Ok(Ok(how)), panic) => {
                how.iter().for_each(|how| println!("{MARK}as {how}"));
                if how.iter().any(|how| how.ends_with("past checksums")) {
                    println!("{MARK}note has other numbers past checksums");
                }
                if panic.is_some() {
                    println!("{MARK}as of which with a decoder's panic caught");
                }
            }
            (Ok(Err(fault)), _) => println!("{MARK}fault {}", fault.replace('\n', " ")),
            (Err(_), panic) => println!("{MARK}fault panic: {}", panic.unwrap_or_default()),
        }
    }
    println!("{MARK}end");
}
