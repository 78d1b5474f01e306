//! How much an input may ask for before anything is given to it: the budgets that every reader keeps, and their errors.
//!
//! Owns the limits, their defaults, their ranges and the words of a refusal; where they are checked is up to each format.

use crate::error::{Error, Result};

/// A thing that an input may not have more of than its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of a page of Parquet, or of what else has to be held at once, decompressed: a dictionary, long texts.
    Page,
    /// Bytes of a header or footer.
    Header,
    /// Bytes of the header of a NumPy array.
    NpyHeader,
    /// Bytes of a record of text: a line of CSV, an object of JSON.
    Line,
    /// Columns.
    Columns,
    /// Decompressed bytes for each compressed one, beyond [`RATIO_FREE_BYTES`] of them.
    Ratio,
    /// Levels of values within values: JSON, schemas, types of NumPy.
    Nesting,
}

/// Decompressed bytes that no ratio is asked of: 64 MiB.
pub const RATIO_FREE_BYTES: u64 = 64 << 20;

impl Limit {
    /// All there are.
    pub const ALL: [Self; 7] =
        [Self::Page, Self::Header, Self::NpyHeader, Self::Line, Self::Columns, Self::Ratio, Self::Nesting];

    /// The option of the command that sets it.
    #[must_use]
    pub const fn flag(self) -> &'static str {
        match self {
            Self::Page => "--max-page",
            Self::Header => "--max-header",
            Self::NpyHeader => "--max-npy-header",
            Self::Line => "--max-line",
            Self::Columns => "--max-columns",
            Self::Ratio => "--max-ratio",
            Self::Nesting => "--max-nesting",
        }
    }

    /// What holds unless something else is set.
    #[must_use]
    pub const fn default_value(self) -> u64 {
        match self {
            Self::Page | Self::Header => 64 << 20,
            Self::NpyHeader => 64 << 10,
            Self::Line => 2_000_000,
            Self::Columns => 100_000,
            Self::Ratio => 1000,
            Self::Nesting => 64,
        }
    }

    /// The least and the most that can be set: places within a line are counted in 32 bits, and levels take stack.
    const fn range(self) -> (u64, u64) {
        match self {
            Self::Page | Self::Header => (1 << 12, 1 << 40),
            Self::NpyHeader => (1 << 10, u32::MAX as u64),
            Self::Line => (1 << 10, 1 << 30),
            Self::Columns => (1, 10_000_000),
            Self::Ratio => (1, 1 << 40),
            Self::Nesting => (1, 256),
        }
    }

    const fn is_bytes(self) -> bool {
        matches!(self, Self::Page | Self::Header | Self::NpyHeader | Self::Line)
    }

    fn text(self, value: u64) -> String {
        match self {
            _ if !self.is_bytes() => value.to_string(),
            _ if value >= 1 << 20 && value.is_multiple_of(1 << 20) => format!("{} MiB", value >> 20),
            _ if value >= 1 << 10 && value.is_multiple_of(1 << 10) => format!("{} KiB", value >> 10),
            _ => format!("{value} bytes"),
        }
    }
}

/// The budgets of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets([u64; Limit::ALL.len()]);

impl Default for Budgets {
    fn default() -> Self {
        Self(Limit::ALL.map(Limit::default_value))
    }
}

impl Budgets {
    /// The same with another budget of one thing.
    ///
    /// # Errors
    /// A usage error when it lies outside of what makes sense: bytes 4 KiB to 1 TiB (of a NumPy header 1 KiB to 4 GiB,
    /// of a line 1 KiB to 1 GiB), columns 1 to 10,000,000, ratio 1 to 2^40, nesting 1 to 256.
    pub fn with(mut self, limit: Limit, value: u64) -> Result<Self> {
        let (least, most) = limit.range();
        if !(least..=most).contains(&value) {
            return Err(Error::usage(format!("{} is out of range", limit.flag()))
                .expected(format!("{} to {}", limit.text(least), limit.text(most)))
                .found(limit.text(value)));
        }
        self.0[limit as usize] = value;
        Ok(self)
    }

    /// The budget of a thing.
    #[must_use]
    pub fn of(&self, limit: Limit) -> u64 {
        self.0[limit as usize]
    }

    /// The same as a length in memory.
    #[must_use]
    pub fn len_of(&self, limit: Limit) -> usize {
        usize::try_from(self.of(limit)).unwrap_or(usize::MAX)
    }

    /// Holds what an input asks for against its budget.
    ///
    /// # Errors
    /// As [`Budgets::refusal`], when it is more.
    pub fn check(&self, limit: Limit, found: u64, what: &str) -> Result<()> {
        if found > self.of(limit) { Err(self.refusal(limit, Some(found), what)) } else { Ok(()) }
    }

    /// The error for what is beyond its budget; `what` says in words what it is, where, and what is wrong with it.
    #[must_use]
    pub fn refusal(&self, limit: Limit, found: Option<u64>, what: &str) -> Error {
        let error = Error::input(what).expected(format!("at most {}", limit.text(self.of(limit))));
        let error = match found {
            Some(found) => error.found(limit.text(found)),
            None => error,
        };
        error.hint(format!("if it is meant to be so, raise {}", limit.flag()))
    }

    /// Holds what comes out of a decompressor against what goes in.
    ///
    /// # Errors
    /// When that is more than [`RATIO_FREE_BYTES`], and more than the budget for each byte that goes in.
    pub fn check_ratio(&self, packed_bytes: u64, unpacked_bytes: u64, what: &str) -> Result<()> {
        let most = packed_bytes.saturating_mul(self.of(Limit::Ratio)).max(RATIO_FREE_BYTES);
        if unpacked_bytes <= most {
            return Ok(());
        }
        Err(Error::input(format!("{what} unpacks to too much"))
            .expected(format!("at most {} times its size", self.of(Limit::Ratio)))
            .found(format!("{unpacked_bytes} bytes out of {packed_bytes}"))
            .hint(format!("if it is meant to be so, raise {}", Limit::Ratio.flag())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_budget_is_its_own_and_names_its_flag() {
        for limit in Limit::ALL {
            let (least, most) = limit.range();
            assert!((least..=most).contains(&limit.default_value()), "{limit:?}");
            let raised = Budgets::default().with(limit, limit.default_value() + 1).unwrap();
            for other in Limit::ALL {
                let expected = other.default_value() + u64::from(other == limit);
                assert_eq!(raised.of(other), expected, "{limit:?} set, {other:?} asked for");
            }
            assert!(raised.check(limit, limit.default_value() + 1, "it is too large").is_ok());
            let error = Budgets::default().check(limit, limit.default_value() + 1, "it is too large").unwrap_err();
            let told = error.to_string();
            assert!(told.starts_with("it is too large: expected at most") && told.ends_with(limit.flag()), "{told}");
            for wrong in [least - 1, most + 1] {
                let told = Budgets::default().with(limit, wrong).unwrap_err();
                assert!(told.kind().exit_code() == 2 && told.to_string().contains(limit.flag()), "{told}");
            }
        }
    }

    #[test]
    fn sizes_are_told_in_whole_units() {
        let told = |found| Budgets::default().refusal(Limit::Page, Some(found), "it is too large").to_string();
        assert!(told(3 << 30).contains("expected at most 64 MiB, found 3072 MiB;"), "{}", told(3 << 30));
        assert!(told((64 << 20) + 1).contains("found 67108865 bytes;"), "{}", told((64 << 20) + 1));
    }

    #[test]
    fn a_ratio_is_asked_of_much_alone() {
        let budgets = Budgets::default();
        budgets.check_ratio(1, RATIO_FREE_BYTES, "the data").unwrap();
        let told = budgets.check_ratio(1, RATIO_FREE_BYTES + 1, "the data").unwrap_err().to_string();
        assert!(told.contains("67108865 bytes out of 1") && told.ends_with("--max-ratio"), "{told}");
        budgets.check_ratio(1 << 20, 1000 << 20, "the data").unwrap();
        budgets.check_ratio(1 << 20, (1000 << 20) + 1, "the data").unwrap_err();
        budgets.check_ratio(u64::MAX, u64::MAX, "the data").unwrap();
    }
}
