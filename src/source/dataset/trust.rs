//! How far what files state of their own values is believed.

use super::DataSet;

/// What is made of the statistics of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// They stand for the values: extents are taken from them, and what they prove to lie outside is skipped.
    #[default]
    Taken,
    /// The same, and every decoded value is held against them: one that lies outside is an error that says so
    /// ([`Error::is_false_statistics`](crate::error::Error::is_false_statistics)).
    Checked,
    /// They are as good as not there: no extent is stated, and nothing is skipped.
    Refused,
}

impl DataSet {
    /// The same, with another trust in what the files state.
    #[must_use]
    pub fn with_trust(self, trust: Trust) -> Self {
        Self { trust, ..self }
    }
}
