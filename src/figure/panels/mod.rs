//! Several panels in one figure: the cells of facets, and an inset over the plot.
//!
//! The cells of facets together are the plot area of an ordinary layout, with its title, its axis labels and its keys
//! once; ticks are those of one cell.

mod cells;
mod inset;

pub(super) use cells::{Cells, Shown};
pub(super) use inset::Inset;
pub use inset::InsetRequest;

/// Facets as asked for: panels of one size and one view, each under its strip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetGrid {
    /// What stands above each panel, in their order: from left to right, then down.
    pub strips: Vec<String>,
    /// Panels side by side; as the figure's shape has it when not given.
    pub columns: Option<usize>,
}

#[cfg(test)]
mod tests;
