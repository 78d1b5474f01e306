//! The shape of the plot area where one unit of y shall be as long as so many of x.

use crate::error::{Error, Result};
use crate::scale::{Domain, Kind, Scale};

/// Rows of the plot area in one column of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ratio(f64);

impl Ratio {
    /// From the length of one unit of y in units of x, on the scales of the axes.
    ///
    /// # Errors
    /// A usage error when the aspect is not positive, one axis alone is of times, or the plot would be a line.
    pub fn new(aspect: f64, x: &Scale, y: &Scale) -> Result<Self> {
        if !(aspect.is_finite() && aspect > 0.0) {
            return Err(Error::usage("the aspect is impossible")
                .expected("equal, or a number above 0")
                .found(aspect.to_string()));
        }
        if (x.kind() == Kind::Time) != (y.kind() == Kind::Time) {
            return Err(Error::usage("an aspect compares the units of both axes, and one of them alone is of times")
                .hint("leave out --aspect"));
        }
        let ratio = aspect * (span(y) / span(x));
        let is_drawable = (1e-4..=1e4).contains(&ratio);
        if !is_drawable {
            return Err(Error::usage("with this aspect the plot would be a line")
                .expected("sides of which neither is 10000 times the other")
                .found(format!("{ratio:e} times as high as wide"))
                .hint("give other limits or another --aspect"));
        }
        Ok(Self(ratio))
    }

    /// That of a plot area which is there.
    pub fn of(width_px: i32, height_px: i32) -> Self {
        Self(f64::from(height_px) / f64::from(width_px.max(1)))
    }

    /// The largest plot area of this shape within so many pixels: one side as given, the other within half a pixel (at least
    /// one pixel).
    pub fn within(self, width_px: i32, height_px: i32) -> (i32, i32) {
        let high = self.height_px(width_px);
        if high <= height_px { (width_px, high) } else { (self.width_px(height_px).min(width_px), height_px) }
    }

    /// The height for a width.
    pub fn height_px(self, width_px: i32) -> i32 {
        // Beyond what a figure can be, `as` saturates.
        ((f64::from(width_px) * self.0).round() as i32).max(1)
    }

    /// The width for a height.
    pub fn width_px(self, height_px: i32) -> i32 {
        ((f64::from(height_px) / self.0).round() as i32).max(1)
    }
}

/// The length of an axis in its units; times in nanoseconds.
fn span(scale: &Scale) -> f64 {
    let unit_ns = scale.calendar().map_or(1.0, |calendar| calendar.unit.nanoseconds() as f64);
    match scale.domain() {
        // Subtracted before anything is rounded.
        Domain::Int { lo, hi } => (hi - lo) as f64 * unit_ns,
        Domain::F64 { .. } => {
            let (lo, hi) = scale.transformed();
            hi - lo
        }
    }
}
