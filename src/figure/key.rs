//! What explains the colours: a legend of named ones, or a colorbar of values.

use std::sync::Arc;

use crate::color::{Norm, Ramp, Rgba8};
use crate::scale::Calendar;

/// Bins that a colorbar's histogram looks good with.
pub const HISTOGRAM_BINS: usize = 64;

/// A shape as coverage, drawn in a colour where a square of it would stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swatch {
    /// Pixels along a side.
    pub side_px: u32,
    /// `side_px * side_px` bytes, row by row.
    pub coverage: Arc<[u8]>,
}

/// One category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegendEntry {
    /// As in the data.
    pub name: String,
    /// As drawn; the swatch is opaque whatever the points' alpha.
    pub color: Rgba8,
    /// The shape of its marks; a square where there is none.
    pub swatch: Option<Swatch>,
    /// Rows drawn, once they are known.
    pub count: Option<u64>,
}

/// What explains the sizes of one data set's marks.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeKey {
    /// What the numbers are.
    pub title: Option<String>,
    /// The colour of the marks, opaque; the figure's ink where they have several.
    pub color: Option<Rgba8>,
    /// From the first number to the last.
    pub entries: Vec<SizeEntry>,
}

/// One size.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeEntry {
    /// The number, or the time.
    pub label: String,
    /// The mark in its size.
    pub swatch: Swatch,
}

/// What explains the colours of one data set.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// Nothing does.
    None,
    /// Named colours, in order.
    Legend {
        /// A line above them, where several data sets share the legend.
        title: Option<String>,
        /// The categories; those that do not fit are counted in a last line.
        entries: Vec<LegendEntry>,
        /// Whether counts are shown, now or when they are known: their room is reserved.
        has_counts: bool,
    },
    /// A scale of colours.
    Colorbar(Colorbar),
}

/// A scale of colours: what is known of it before the first row is drawn, and the rest after the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Colorbar {
    /// The values at both ends and the curve between them, where they are known already.
    ///
    /// Unknown ones get a fixed room for their labels, which then share a power of ten or an offset where they need to.
    pub norm: Option<Norm>,
    /// How the values are read where they are times; for linear norms.
    pub calendar: Option<Calendar>,
    /// The colours.
    pub ramp: Ramp,
    /// What the values are.
    pub label: Option<String>,
    /// Whether only whole values occur (counts): no other ones are labelled.
    pub is_whole: bool,
    /// Arrows at the ends, for values beyond the limits.
    pub extends: Extends,
    /// Whether a histogram is shown, now or when it is known: its room is reserved.
    pub has_histogram: bool,
    /// How many values (pixels) lie in each of equal bins of the bar, from position 0 to 1; about [`HISTOGRAM_BINS`].
    pub histogram: Option<Arc<[u64]>>,
}

impl Colorbar {
    /// A bar of these colours and nothing else.
    #[must_use]
    pub fn new(ramp: Ramp) -> Self {
        Self {
            norm: None,
            calendar: None,
            ramp,
            label: None,
            is_whole: false,
            extends: Extends::default(),
            has_histogram: false,
            histogram: None,
        }
    }
}

/// The colours of values beyond the ends of a colorbar, each where there are such values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extends {
    /// Before position 0, the lower end.
    pub under: Option<Rgba8>,
    /// Beyond position 1, the upper end.
    pub over: Option<Rgba8>,
}
