//! Where the time of a drawing went.

/// Seconds spent, by stage.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seconds {
    /// Values to marks.
    pub encode: f64,
    /// Marks to pixels: what of it was waited for, as one group is drawn while the next is encoded.
    pub draw: f64,
    /// Fetching the canvases.
    pub readback: f64,
    /// Of drawing, by the clock of the device; nothing where there is none.
    pub gpu: Option<f64>,
}
