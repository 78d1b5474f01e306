//! What a canvas accumulates: the part of a plan that rasterizers and canvases know.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::stamp::StampAtlas;

/// The side lengths of a canvas in pixels; both at least 1, and the area fits a `u32` pixel index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    width: u32,
    height: u32,
}

impl Size {
    /// Checks the sides.
    ///
    /// # Errors
    /// A usage error when a side is 0 or above 65,535, or the area is above 2^32 - 1.
    pub fn new(width: u32, height: u32) -> Result<Self> {
        let area = u64::from(width) * u64::from(height);
        if width == 0 || height == 0 || width > 65_535 || height > 65_535 || area > u64::from(u32::MAX) {
            return Err(Error::usage("the canvas has an impossible size")
                .expected("sides of 1 to 65535 px")
                .found(format!("{width}x{height}")));
        }
        Ok(Self { width, height })
    }

    /// Pixels in a row.
    #[must_use]
    pub fn width(self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(self) -> u32 {
        self.height
    }

    /// Pixels in all.
    #[must_use]
    pub fn area(self) -> usize {
        self.width as usize * self.height as usize
    }
}

/// The shape of a mark on the canvas.
#[derive(Clone, Debug)]
pub enum Footprint {
    /// One pixel; marks are cells.
    Cell,
    /// A stamp; marks are glyphs.
    Stamp(Arc<StampAtlas>),
}

impl Footprint {
    /// The pixels of a mark's mask, of the mean size.
    #[must_use]
    pub fn mean_area_px(&self) -> f64 {
        match self {
            Self::Cell => 1.0,
            Self::Stamp(atlas) => {
                let areas = atlas.classes().iter().map(|class| f64::from(class.side_px()).powi(2));
                areas.sum::<f64>() / atlas.classes().len().max(1) as f64
            }
        }
    }

    /// How far a mark reaches from the pixel of its position.
    #[must_use]
    pub fn reach_px(&self) -> f64 {
        match self {
            Self::Cell => 0.0,
            Self::Stamp(atlas) => atlas.classes().iter().map(|class| f64::from(class.reach_px())).fold(0.0, f64::max),
        }
    }
}

/// What a mark does to the pixels it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accumulate {
    /// Blends its colour over what is there, in order ([`crate::canvas::Layer`]).
    Over,
    /// Multiplies the transmittance by `1 - alpha * coverage` ([`crate::canvas::Veil`]).
    Veil,
    /// Adds to integer planes ([`crate::canvas::Planes`]), the first of which is a count.
    Planes(Vec<Plane>),
}

/// The number of a batch's stream of values.
pub type Slot = u8;

/// Which of a pixel's values remains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The one with the smallest key.
    Min,
    /// The one with the largest key.
    Max,
    /// The one drawn first.
    First,
    /// The one drawn last.
    Last,
}

/// One integer plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plane {
    /// How many marks covered the pixel (with a hard stamp: coverage 255); u64.
    Count,
    /// The sum of the fixed-point values of a slot; u128.
    Sum(Slot),
    /// The sum of their squares; u128, enough for 2^45 marks of values up to 2^41.
    Squares(Slot),
    /// One key of a slot; u64, meaningless where the count is 0.
    Winner(Slot, Pick),
    /// A count for each category of a slot, whose values are below the number of categories; u64.
    CountBy(Slot, u16),
}

impl Plane {
    /// Bytes a pixel.
    #[must_use]
    pub fn pixel_bytes(self) -> u64 {
        match self {
            Self::Count | Self::Winner(..) => 8,
            Self::Sum(_) | Self::Squares(_) => 16,
            Self::CountBy(_, categories) => 8 * u64::from(categories),
        }
    }

    /// The slot it gathers; a count gathers none.
    #[must_use]
    pub fn slot(self) -> Option<Slot> {
        match self {
            Self::Count => None,
            Self::Sum(slot) | Self::Squares(slot) | Self::Winner(slot, _) | Self::CountBy(slot, _) => Some(slot),
        }
    }

    /// True when the order of the marks matters.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::Winner(_, Pick::First | Pick::Last))
    }
}

/// What is accumulated: the contract between a plan, a rasterizer and a canvas.
#[derive(Clone, Debug)]
pub struct Program {
    /// The canvas.
    pub size: Size,
    /// The marks' shape.
    pub footprint: Footprint,
    /// The marks' effect.
    pub accumulate: Accumulate,
    /// True when a GPU that can both draw and compute these planes shall compute them: a density. Points are drawn.
    pub prefers_compute: bool,
}

impl Program {
    /// Streams of values that a batch of this program brings.
    #[must_use]
    pub fn slots(&self) -> usize {
        match &self.accumulate {
            Accumulate::Over | Accumulate::Veil => 0,
            Accumulate::Planes(planes) => {
                planes.iter().filter_map(|plane| plane.slot()).map(|slot| usize::from(slot) + 1).max().unwrap_or(0)
            }
        }
    }

    /// The number of bytes of the finished canvas.
    #[must_use]
    pub fn canvas_bytes(&self) -> u64 {
        let pixel = match &self.accumulate {
            Accumulate::Over => 16,
            Accumulate::Veil => 4,
            Accumulate::Planes(planes) => planes.iter().map(|plane| plane.pixel_bytes()).sum(),
        };
        self.size.area() as u64 * pixel
    }
}
