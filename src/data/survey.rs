//! What pass one learns of each column: extents, categories, and what cannot be drawn. Order-free and mergeable.

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
