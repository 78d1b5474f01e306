//! Delimited text as a format that is read block by block.

use std::sync::Arc;

use crate::error::Error;
use crate::source::budget::{Budgets, Limit};
use crate::source::csv::ends;
use crate::source::csv::fields::Cutting;
use crate::source::csv::record::Records;
use crate::source::csv::take::TakeCsv;
use crate::source::text::blockwise::{Ends, Format};

/// How the columns of a text are read.
#[derive(Clone, Debug)]
pub(super) struct CsvBlocks {
    pub name: Arc<str>,
    pub cutting: Cutting,
    pub budgets: Budgets,
    /// Fields of a record.
    pub width: usize,
    /// The field of each column asked for, and whether it is a plain number.
    pub columns: Arc<[(usize, bool)]>,
}

impl Ends for CsvBlocks {
    fn whole_len(&self, text: &[u8], in_comment: bool) -> usize {
        ends::whole_len(self.cutting, text, in_comment)
    }

    fn lead(&self, text: &[u8], in_comment: bool) -> (usize, bool) {
        ends::lead(self.cutting, text, in_comment)
    }
}

impl Format for CsvBlocks {
    type Take = TakeCsv;

    fn name(&self) -> &str {
        &self.name
    }

    fn record_bytes(&self) -> usize {
        self.budgets.len_of(Limit::Line)
    }

    fn take(&self) -> TakeCsv {
        TakeCsv::new(self.cutting, &self.budgets, self.width, &self.columns)
    }

    /// Cut once more by who can tell what is wrong.
    fn fault(&self, text: &[u8], offset: u64, line: u64) -> Error {
        let mut records = Records::new(&self.name, text, self.cutting, offset, line).within(&self.budgets);
        records.advance().err().unwrap_or_else(|| {
            Error::input("the record cannot be read").in_file(&*self.name).at_line(line).hint("this is a bug")
        })
    }
}

#[cfg(test)]
mod tests;
