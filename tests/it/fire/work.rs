//! What one process of the sweeps does: numbered cases, each made of its number alone, so that a number is all that it
//! takes to see a case again.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

use super::judge::{Found, check_streams, read_file};
use super::targets::{self, Kind, Target};
use super::trial::{self, Counts};
use super::{corpus, crafted, mutate};

/// Some cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Mutants of a target with these numbers.
    Mutants { target: String, from: u64, to: u64 },
    /// Crafted files of a target from this number on, for a time.
    Fuzz { target: String, from: u64, most: Duration },
    /// Beginnings of the files of a folder.
    Prefixes { folder: PathBuf, from: u64, to: u64 },
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mutants { target, from, to } => write!(f, "mutants {target} {from} {to}"),
            Self::Fuzz { target, from, most } => write!(f, "fuzz {target} {from} {}", most.as_millis()),
            Self::Prefixes { folder, from, to } => write!(f, "prefixes {} {from} {to}", folder.display()),
        }
    }
}

impl FromStr for Work {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.splitn(2, ' ');
        let (kind, rest) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut last = rest.rsplitn(3, ' ');
        let mut number = || last.next().and_then(|word| word.parse::<u64>().ok()).ok_or(format!("'{text}' is no work"));
        let (to, from) = (number()?, number()?);
        let name = last.next().ok_or("a name is missing")?.to_owned();
        match kind {
            "mutants" => Ok(Self::Mutants { target: name, from, to }),
            "fuzz" => Ok(Self::Fuzz { target: name, from, most: Duration::from_millis(to) }),
            "prefixes" => Ok(Self::Prefixes { folder: name.into(), from, to }),
            other => Err(format!("'{other}' is no work")),
        }
    }
}

/// One case.
#[derive(Debug)]
pub(super) struct Case {
    number: u64,
    pub(super) bytes: Vec<u8>,
    /// The good file that it was made of, where it was one.
    origin: Option<usize>,
    pub(super) target: Target,
}

impl Case {
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

impl Work {
    /// The first case's number.
    pub(super) fn first(&self) -> u64 {
        let (Self::Mutants { from, .. } | Self::Fuzz { from, .. } | Self::Prefixes { from, .. }) = self;
        *from
    }

    /// What is left from a case on, after some time.
    pub(super) fn from(&self, case: u64, elapsed: Duration) -> Self {
        let mut work = self.clone();
        match &mut work {
            Self::Mutants { from, .. } | Self::Prefixes { from, .. } => *from = case,
            Self::Fuzz { from, most, .. } => {
                *from = case;
                *most = most.saturating_sub(elapsed);
            }
        }
        work
    }

    /// A case alone.
    fn only(&self, case: u64) -> Self {
        match self.from(case, Duration::ZERO) {
            Self::Mutants { target, .. } => Self::Mutants { target, from: case, to: case + 1 },
            Self::Prefixes { folder, .. } => Self::Prefixes { folder, from: case, to: case + 1 },
            // One case is always tried.
            Self::Fuzz { target, .. } => Self::Fuzz { target, from: case, most: Duration::ZERO },
        }
    }

    /// A case that went wrong: what, and how to see it again. Its file is kept.
    pub(super) fn fault(&self, case: u64, what: &str) -> String {
        let work = self.only(case);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fire");
        std::fs::create_dir_all(&folder).unwrap();
        let made = work.bench(&folder).next();
        let kept = made.map(|case| {
            let path = folder.join(format!(
                "{}-{}-{}",
                self.to_string().split(' ').next().unwrap_or_default(),
                case.number,
                case.target.file
            ));
            std::fs::write(&path, &case.bytes).unwrap();
            path.display().to_string()
        });
        format!("{work}: {what}\n    file: {}\n    again: tests/fire.sh case '{work}'", kept.unwrap_or_default())
    }

    /// The cases, read by the help of a folder.
    pub(super) fn bench(&self, folder: &Path) -> Bench {
        let (target, prefixes) = match self {
            Self::Mutants { target, .. } | Self::Fuzz { target, .. } => (Some(targets::target(target)), Vec::new()),
            Self::Prefixes { folder, .. } => (None, corpus::prefixes(folder)),
        };
        let before = match (&target, self) {
            (Some(target), Self::Mutants { .. }) => {
                target.seeds.iter().map(|seed| of_file(target, folder, seed)).collect()
            }
            _ => Vec::new(),
        };
        Bench {
            work: self.clone(),
            next: self.first(),
            begun: Instant::now(),
            folder: folder.to_owned(),
            target,
            before,
            prefixes,
        }
    }
}

/// Cases one after another, and the folder in which they are read.
pub(super) struct Bench {
    work: Work,
    next: u64,
    begun: Instant,
    folder: PathBuf,
    target: Option<Target>,
    /// What the good files come to.
    before: Vec<Found>,
    prefixes: Vec<corpus::Prefixed>,
}

impl Bench {
    /// The next case.
    pub(super) fn next(&mut self) -> Option<Case> {
        let number = self.next;
        self.next += 1;
        let is_over = match &self.work {
            Work::Mutants { to, .. } | Work::Prefixes { to, .. } => number >= *to,
            Work::Fuzz { from, most, .. } => number > *from && self.begun.elapsed() >= *most,
        };
        if is_over {
            return None;
        }
        match (&self.work, self.target.clone()) {
            (Work::Mutants { .. }, Some(target)) => {
                let (bytes, origin) = mutate::mutant(&target.seeds, number);
                Some(Case { number, bytes, origin, target })
            }
            (Work::Fuzz { .. }, Some(target)) => {
                Some(Case { number, bytes: crafted::crafted(&target, number), origin: None, target })
            }
            _ => {
                let (bytes, target) = corpus::prefix(&self.prefixes, number)?;
                Some(Case { number, bytes, origin: None, target })
            }
        }
    }

    /// Reads a case: how that ended, or what is wrong. `before_trial` is called when it goes to the program as well.
    pub(super) fn judge(&self, case: &Case, before_trial: impl Fn()) -> Result<Vec<String>, String> {
        let target = &case.target;
        let mut how = Vec::new();
        if matches!(self.work, Work::Fuzz { .. }) && target.can_stream() {
            let path = self.folder.join(target.file);
            std::fs::write(&path, &case.bytes).unwrap();
            check_streams(target, &path, &case.bytes, case.number)?;
        }
        if target.kind != Kind::PlotFile {
            how.push(self.outcome(case).to_owned());
        }
        let every = match (&self.work, target.kind) {
            (Work::Prefixes { .. }, _) => 400,
            (Work::Mutants { .. }, Kind::Data) => 20,
            (_, Kind::Data) => 50,
            (_, Kind::Canvas) => 4,
            (_, Kind::PlotFile) => 1,
        };
        if case.number.is_multiple_of(every) {
            before_trial();
            let mut counts = Counts::new();
            if target.kind == Kind::PlotFile {
                std::fs::write(self.folder.join("in.csv"), "x,y,v\n1,2,3\n4,5,6\n7,8,9\n").unwrap();
            }
            trial::target(&self.folder, target, &case.bytes, &mut counts)?;
            let ends = counts.into_keys().filter(|what| !what.starts_with("slowest"));
            how.extend(ends.map(|what| format!("by the program: {what}")));
        }
        Ok(how)
    }

    fn outcome(&self, case: &Case) -> &'static str {
        let before = case.origin.and_then(|origin| self.before.get(origin));
        match (of_file(&case.target, &self.folder, &case.bytes), before) {
            (Found::Refused(_), _) => "refused",
            (Found::Endless, _) => "read for as long as was looked",
            (Found::Numbers(_), None) => "read",
            (found, Some(before)) if found == *before => "read as before",
            (Found::Numbers(_), Some(_)) if case.target.has_checksums => "read with other numbers past checksums",
            (Found::Numbers(_), Some(_)) => "read with other numbers",
        }
    }
}

fn of_file(target: &Target, folder: &Path, bytes: &[u8]) -> Found {
    let path = folder.join(target.file);
    if target.kind == Kind::Data {
        std::fs::write(&path, bytes).unwrap();
    }
    read_file(target, &path, bytes)
}
