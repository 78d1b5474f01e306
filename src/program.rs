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
    /// Adds to integer planes ([`crate::canvas::Planes`]).
    Planes(Vec<Plane>),
}

/// One integer plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plane {
    /// How many marks covered the pixel (with a hard stamp: coverage 255).
    Count,
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
}

impl Program {
    /// The number of bytes of the finished canvas.
    #[must_use]
    pub fn canvas_bytes(&self) -> u64 {
        let pixel = match &self.accumulate {
            Accumulate::Over => 16,
            Accumulate::Veil => 4,
            Accumulate::Planes(planes) => 8 * planes.len() as u64,
        };
        self.size.area() as u64 * pixel
    }
}
