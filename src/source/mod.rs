//! Where rows come from: one data set of one or several inputs, read as chunks in file order.
//!
//! Owns the contract that every format keeps; a format is one file. Arrow stays inside this folder.

pub mod ahead;
mod arrays;
pub mod beside;
pub mod budget;
mod buffers;
pub mod bytes;
pub mod csv;
pub mod dataset;
pub mod format;
pub mod interruptible;
pub mod ipc;
pub mod json;
pub mod kept;
pub mod las;
pub mod npy;
pub mod npz;
pub mod packed;
pub mod parquet;
mod positioned;
pub mod raw;
pub mod regular;
pub mod scalar;
pub mod sieve;
pub mod spool;
pub mod stdin;
pub mod strided;
pub mod synthetic;
mod text;
pub mod zip_member;

use std::ops::Range;

use crate::data::chunk::{Chunk, Logical};
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use sieve::{Sieve, Wanted};

/// A column as an input declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name; raw, unnamed npy and headerless text have none.
    pub name: Option<String>,
    /// What its values mean.
    pub logical: Logical,
    /// How the file stores it, for people: `int32`, `float64`, `text`.
    pub stored: String,
    /// False for columns of a type that cannot be drawn (lists, binary); choosing one is an error.
    pub readable: bool,
}

impl Field {
    /// A readable column.
    #[must_use]
    pub fn new(name: Option<String>, logical: Logical, stored: impl Into<String>) -> Self {
        Self { name, logical, stored: stored.into(), readable: true }
    }
}

/// The part of one input that is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Span {
    /// All of it.
    #[default]
    All,
    /// Rows of a format with rows of equal size.
    Rows(Range<u64>),
    /// Row groups of a Parquet file.
    RowGroups(Range<u64>),
    /// Bytes of a text format; both ends are record starts (or the end of the file). Rows and lines count from the cut.
    Bytes(Range<u64>),
}

/// The part of a data set that is read: a span for each input that takes part, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// 0-based input numbers, ascending, each with its span.
    pub inputs: Vec<(usize, Span)>,
}

/// An interval outside of which rows of a column cannot be seen: row groups proven outside are skipped and counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Keep {
    /// The column's index in the schema.
    pub column: usize,
    /// The smallest and largest value that matter, inclusive.
    pub extent: Extent,
    /// Whether rows that are not positive are refused rather than outside (a log axis): where there are such rows, all are
    /// read, so that each is counted as what it is.
    pub is_positive: bool,
}

/// What a reader shall yield.
#[derive(Clone, Debug)]
pub struct Request {
    /// Schema indices of the columns, in the order the chunks shall have them.
    pub columns: Vec<usize>,
    /// Most rows in a chunk; at least 1.
    pub chunk_rows: usize,
    /// The part to read.
    pub span: Span,
    /// What may be skipped; empty: nothing.
    pub keep: Vec<Keep>,
    /// Whether decoded values are held against what the file states of them.
    pub checks_extents: bool,
    /// Threads that it may decode on; at least 1. What is read does not depend on it.
    pub threads: usize,
}

/// One file, or standard input.
pub trait Input: Send + Sync {
    /// The input as the user named it.
    fn name(&self) -> &str;

    /// The columns.
    fn fields(&self) -> &[Field];

    /// Why a column that somebody looks for may not be among these.
    fn columns_note(&self) -> Option<&'static str> {
        None
    }

    /// The number of rows when it is known without reading them.
    fn rows(&self) -> Option<u64>;

    /// The size in bytes when it is known.
    fn len_bytes(&self) -> Option<u64>;

    /// The exact extent of a column over its finite values, when the file states it without being read.
    /// (`positive`: over its positive values.)
    fn extent(&self, column: usize, positive: bool) -> Option<Extent>;

    /// Why a column cannot be read that is not readable, where it is not for its type; nothing where it is.
    fn fault_of(&self, _column: usize) -> Option<Error> {
        None
    }

    /// False when it can be read only once (a pipe).
    fn can_reread(&self) -> bool;

    /// Bytes that reading it may hold at most beside the chunks: what a pipe brings before it is its turn.
    fn held_bytes(&self) -> u64 {
        0
    }

    /// Bytes that each thread which decodes it may hold at most beside its chunk: a page, or a block of text.
    fn decoding_bytes(&self) -> u64 {
        0
    }

    /// Opens a reader for a part; `input` is the number of this input within its data set.
    ///
    /// # Errors
    /// When the input cannot be opened, or the span does not fit the format.
    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>>;

    /// True when it can be read to a row ([`Span::Rows`]) more exactly than by stopping there: where rows are skipped.
    fn ends_at_rows(&self) -> bool {
        false
    }

    /// Opens a reader for the wanted rows alone.
    ///
    /// # Errors
    /// As [`Input::read`].
    fn read_wanted(&self, input: usize, request: &Request, wanted: Wanted) -> Result<Box<dyn Reader>> {
        let mut request = request.clone();
        if let Some(limit) = wanted.limit {
            if self.ends_at_rows() && self.rows().is_some_and(|rows| limit < rows) {
                request.span = Span::Rows(0..limit);
            }
            request.chunk_rows = usize::try_from(limit).unwrap_or(usize::MAX).clamp(1, request.chunk_rows.max(1));
        }
        let reader = self.read(input, &request)?;
        Ok(if wanted.is_all() { reader } else { Box::new(Sieve::new(reader, wanted)) })
    }
}

/// Rows of an input that a reader passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// 0-based number of the input within the data set.
    pub input: usize,
    /// As in [`Reader::skipped_rows`].
    pub skipped_rows: u64,
    /// As in [`Reader::filtered_rows`].
    pub filtered_rows: u64,
}

/// A stream of chunks in file order.
pub trait Reader: Send {
    /// The next chunk, `None` at the end. Chunks are never empty.
    ///
    /// # Errors
    /// When the data cannot be read; the error names file, row or line, and column.
    fn next(&mut self) -> Result<Option<Chunk<'static>>>;

    /// Rows passed over so far because their row groups lie outside.
    fn skipped_rows(&self) -> u64;

    /// Rows passed over so far because they are not wanted.
    fn filtered_rows(&self) -> u64 {
        0
    }

    /// The same two for each input; a reader of one input has no number for it.
    fn passed(&self) -> Vec<Passed> {
        vec![Passed { input: 0, skipped_rows: self.skipped_rows(), filtered_rows: self.filtered_rows() }]
    }

    /// Bytes taken from the file so far.
    fn bytes_read(&self) -> u64;
}
