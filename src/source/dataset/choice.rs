//! Which rows of a data set are its rows: the first so many, and of those every n-th.

use crate::error::{Error, Result};

/// A choice among the rows of a data set, counted across its inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    head: Option<u64>,
    every: Option<u64>,
}

impl Choice {
    /// The data set ends after `head` rows; of its rows 0, `every`, 2 `every`, ... are kept, the others are counted as
    /// filtered. `None` and an `every` of 1 leave all rows.
    ///
    /// # Errors
    /// When `every` is 0.
    pub fn new(head: Option<u64>, every: Option<u64>) -> Result<Self> {
        if every == Some(0) {
            return Err(Error::usage("every 0th row is none").expected("1 or more").found("0"));
        }
        Ok(Self { head, every: every.filter(|every| *every > 1) })
    }

    /// Rows after which the data set ends.
    #[must_use]
    pub fn head(self) -> Option<u64> {
        self.head
    }

    /// From a row that is kept to the next one, at least 1.
    #[must_use]
    pub fn every(self) -> u64 {
        self.every.unwrap_or(1)
    }

    /// True when every row is kept.
    #[must_use]
    pub fn is_all(self) -> bool {
        self == Self::default()
    }

    /// What there is to say of a run over `total` rows.
    #[must_use]
    pub fn remark(self, total: u64) -> Option<String> {
        let head = self.head.filter(|head| *head == total)?;
        Some(format!("--head {head}: the data set ends after its first {head} rows; any others were not read"))
    }
}
