//! Several panels of one figure, as asked for: facets and an inset.

use super::Limits;
use crate::figure::Corner;

/// More panels than this are refused: no eye compares so many.
pub const MOST_PANELS: usize = 100;

/// The share of the plot area's sides that an inset takes unless another is asked for.
pub const DEFAULT_INSET_SHARE: f64 = 0.4;

/// The panels beside and over the plot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelsSpec {
    /// One panel for each value of a column.
    pub facet: Option<FacetSpec>,
    /// A part of the plot, enlarged, in one of its corners.
    pub inset: Option<InsetSpec>,
}

impl PanelsSpec {
    /// Canvases of each data set, as far as it is known before the values are.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.facet.is_none() && self.inset.is_none()
    }
}

/// One panel for each value of a column, with the same axes and colours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetSpec {
    /// The column by name or number.
    pub column: String,
    /// The values that get a panel, in their order; all that occur, in their natural order, when not given.
    pub values: Option<Vec<String>>,
    /// Panels side by side; as the figure's shape has it when not given.
    pub columns: Option<usize>,
}

/// A part of the plot, enlarged.
#[derive(Clone, Debug, PartialEq)]
pub struct InsetSpec {
    /// Its limits of x.
    pub x: Limits,
    /// Its limits of y.
    pub y: Limits,
    /// Where it stands; in the emptiest corner that does not cover the region when not given.
    pub corner: Option<Corner>,
    /// The share of the plot area's width and height that it takes, 0.1 to 0.9.
    pub share: f64,
}
