//! What a panel shows of the data, and on how many pixels.

use crate::scale::Scale;

/// What is shown of the data: one scale an axis.
#[derive(Clone, Debug)]
pub struct View {
    /// The horizontal axis.
    pub x: Scale,
    /// The vertical axis.
    pub y: Scale,
    /// Pixels of the plot area along x.
    pub width_px: u32,
    /// Pixels of the plot area along y.
    pub height_px: u32,
}
