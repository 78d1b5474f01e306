//! The pages of the chosen columns in the order in which their rows are needed: found one after another, by their headers
//! alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::parquet::file::metadata::ParquetMetaData;

use super::super::claims::{Claim, contradiction};
use super::super::heads::{Head, Heads, Kind as PageKind};
use super::super::pages::{MOST_PASSED, place_of};
use super::super::reader::Part;
use super::dictionary::Dictionary;
use super::kind::Kind;
use super::page::{self, Values};
use super::unpacked::{self, Memory, is_known};
use crate::data::chunk::{Column, Logical, Values as Shared};
use crate::error::Result;
use crate::source::bytes::RegularFile;

/// What is walked.
#[derive(Debug)]
pub(super) struct Route {
    pub file: RegularFile,
    pub metadata: Arc<ParquetMetaData>,
    pub parts: Arc<[Part]>,
    /// The leaves, each once, with what their values become.
    pub leaves: Vec<(usize, Kind)>,
    /// For each of them, which of a part's claims is about it.
    pub claims: Vec<usize>,
    /// Parts before this one are wanted no longer.
    pub given_up: Arc<AtomicUsize>,
}

/// A page that is to be read.
#[derive(Debug)]
pub(super) struct Job {
    part: usize,
    leaf: usize,
    first_row: u64,
    column: Arc<unpacked::Column>,
    head: Head,
    dictionary: Option<Arc<Dictionary>>,
    claim: Claim,
}

/// What there is to do.
#[derive(Debug)]
pub(super) enum Task {
    Page(Box<Job>),
    /// From here on, the part is for the general decoder.
    Rest(usize),
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Page(Piece),
    Rest(usize),
}

/// The rows of a page.
#[derive(Debug)]
pub(super) struct Piece {
    pub part: usize,
    /// Which of the leaves.
    pub leaf: usize,
    /// The first row within the row group.
    pub first_row: u64,
    pub rows: u64,
    /// `None` where the page is for the general decoder.
    pub values: Option<Values>,
    /// True when no value contradicts what the file states.
    pub is_clean: bool,
}

/// Where the walk is.
pub(super) struct Walk {
    route: Arc<Route>,
    part: usize,
    open: Vec<Step>,
}

/// Where it is within a column chunk.
struct Step {
    heads: Heads,
    column: Arc<unpacked::Column>,
    row: u64,
    dictionary: Option<Arc<Dictionary>>,
}

impl Walk {
    pub fn new(route: Arc<Route>) -> Self {
        Self { route, part: 0, open: Vec::new() }
    }

    /// The next page.
    ///
    /// # Errors
    /// When the file is no longer what it was.
    pub fn next(&mut self) -> Result<Option<Task>> {
        let route = Arc::clone(&self.route);
        while let Some(part) = route.parts.get(self.part) {
            if part.is_outside || self.part < route.given_up.load(Ordering::Relaxed) {
                self.leave();
                continue;
            }
            if self.open.is_empty() && !self.enter(part)? {
                return Ok(Some(self.rest()));
            }
            let Some((leaf, step)) = self.open.iter_mut().enumerate().min_by_key(|(_, step)| step.row) else {
                return Ok(Some(self.rest()));
            };
            if step.row >= part.rows.end {
                self.leave();
                continue;
            }
            let rows = route.metadata.row_group(part.group).num_rows();
            let Some(head) = step.next(u64::try_from(rows).unwrap_or(0)) else { return Ok(Some(self.rest())) };
            let first_row = step.row;
            step.row += head.values;
            if step.row <= part.rows.start {
                continue;
            }
            let claim = route.claims.get(leaf).and_then(|claim| part.claims.get(*claim)).copied().flatten();
            let (column, dictionary) = (Arc::clone(&step.column), step.dictionary.clone());
            let job = Job { part: self.part, leaf, first_row, column, head, dictionary, claim };
            return Ok(Some(Task::Page(Box::new(job))));
        }
        Ok(None)
    }

    fn leave(&mut self) {
        self.part += 1;
        self.open.clear();
    }

    fn rest(&mut self) -> Task {
        self.leave();
        Task::Rest(self.part - 1)
    }

    /// Begins with a part; false where a column chunk is none that can be read here.
    fn enter(&mut self, part: &Part) -> Result<bool> {
        let group = self.route.metadata.row_group(part.group);
        let file = Arc::new(self.route.file.handle()?);
        for &(leaf, kind) in &self.route.leaves {
            let chunk = group.columns().get(leaf).filter(|chunk| is_known(chunk.compression()));
            let Some(chunk) = chunk else { return Ok(false) };
            let Some(place) = place_of(self.route.file.name(), part.group, chunk) else { return Ok(false) };
            let column = unpacked::Column {
                file: Arc::clone(&file),
                kind,
                compression: chunk.compression(),
                has_levels: place.has_levels,
            };
            let heads = Heads::new(Arc::clone(&file), place, *self.route.file.budgets());
            self.open.push(Step { heads, column: Arc::new(column), row: 0, dictionary: None });
        }
        Ok(true)
    }
}

impl Step {
    /// The next page of values of a row group of so many rows; `None` for what is not for this reader.
    fn next(&mut self, rows: u64) -> Option<Head> {
        for _ in 0..MOST_PASSED {
            let head = self.heads.next().ok()??;
            match head.kind {
                PageKind::Index => {}
                PageKind::Dictionary if self.dictionary.is_none() && page::is_fit(&head, self.column.kind, false) => {
                    self.dictionary = Some(Arc::new(Dictionary::new(head)));
                }
                PageKind::Dictionary => return None,
                PageKind::Data | PageKind::DataV2 => {
                    if !page::is_fit(&head, self.column.kind, self.dictionary.is_some()) {
                        return None;
                    }
                    let end = self.row + head.values;
                    // What comes behind the last row is an error, which is not told here.
                    if end > rows || (end == rows && !matches!(self.heads.next(), Ok(None))) {
                        return None;
                    }
                    if head.values > 0 {
                        return Some(head);
                    }
                }
            }
        }
        None
    }
}

impl Task {
    /// Does it. The logical type of a column is of no matter to what is done here.
    pub fn work(self, memory: &Memory) -> Outcome {
        let job = match self {
            Self::Page(job) => job,
            Self::Rest(part) => return Outcome::Rest(part),
        };
        let values = page::read(&job.column, &job.head, job.dictionary.as_deref(), memory);
        let is_clean = job.claim.is_none() || values.as_ref().is_some_and(|values| job.is_clean(values));
        let Job { part, leaf, first_row, .. } = *job;
        Outcome::Page(Piece { part, leaf, first_row, rows: job.head.values, values, is_clean })
    }
}

impl Job {
    fn is_clean(&self, values: &Values) -> bool {
        let Ok(rows) = usize::try_from(self.head.values) else { return false };
        let column = Column {
            data: values.data(self.column.kind, 0, rows),
            validity: values.flags.clone().map(|flags| Shared::Shared(flags)),
            logical: Logical::Bool,
            unparsed: None,
        };
        contradiction(&column, self.claim).is_none()
    }
}
