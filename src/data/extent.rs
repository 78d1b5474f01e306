//! From the smallest to the largest value of a column, of floats or of integers.

/// The smallest and largest value of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Extent {
    /// Of floats; both finite, `lo <= hi`.
    F64 {
        /// Smallest.
        lo: f64,
        /// Largest.
        hi: f64,
    },
    /// Of integers, times, dates and bools; `lo <= hi`.
    Int {
        /// Smallest.
        lo: i128,
        /// Largest.
        hi: i128,
    },
}

impl Extent {
    /// The extent of both together; of floats when one of them is.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        match (self, other) {
            (Self::Int { lo: a, hi: b }, Self::Int { lo: c, hi: d }) => Self::Int { lo: a.min(c), hi: b.max(d) },
            (a, b) => {
                let ((a, b), (c, d)) = (a.as_f64(), b.as_f64());
                Self::F64 { lo: a.min(c), hi: b.max(d) }
            }
        }
    }

    /// True when no value of one lies within the other. Rounding keeps the order, so mixed kinds compare safely.
    #[must_use]
    pub fn is_apart_from(self, other: Self) -> bool {
        match (self, other) {
            (Self::Int { lo: a, hi: b }, Self::Int { lo: c, hi: d }) => b < c || d < a,
            (a, b) => {
                let ((a, b), (c, d)) = (a.as_f64(), b.as_f64());
                b < c || d < a
            }
        }
    }

    /// Both ends as the nearest f64.
    #[must_use]
    pub fn as_f64(self) -> (f64, f64) {
        match self {
            Self::F64 { lo, hi } => (lo, hi),
            Self::Int { lo, hi } => (lo as f64, hi as f64),
        }
    }
}
