//! The accumulated state: what rasterizers leave behind, what merges, and what shade reads.
//!
//! Owns the pixel formats and their merge laws. Knows nothing of marks, colours at shade time, or files.

mod layer;
mod planes;
mod veil;

pub use layer::{FLOOR, Layer};
pub use planes::{Part, Piece, PlaneData, Planes};
pub use veil::Veil;

use crate::error::{Error, Result};
use crate::program::{Accumulate, Program, Size};

/// One accumulated canvas, rows from top to bottom, tightly packed.
#[derive(Clone, Debug, PartialEq)]
pub enum Canvas {
    /// Premultiplied colour and transmittance.
    Layer(Layer),
    /// Transmittance alone.
    Veil(Veil),
    /// Integer planes.
    Planes(Planes),
}

impl Canvas {
    /// The canvas of a program on which nothing has been drawn.
    #[must_use]
    pub fn empty(program: &Program) -> Self {
        match &program.accumulate {
            Accumulate::Over => Self::Layer(Layer::empty(program.size)),
            Accumulate::Veil => Self::Veil(Veil::empty(program.size)),
            Accumulate::Planes(planes) => Self::Planes(Planes::empty(program.size, planes)),
        }
    }

    /// The side lengths.
    #[must_use]
    pub fn size(&self) -> Size {
        match self {
            Self::Layer(layer) => layer.size(),
            Self::Veil(veil) => veil.size(),
            Self::Planes(planes) => planes.size(),
        }
    }

    /// Puts the marks of `later` over those of `self`.
    ///
    /// # Errors
    /// When the two are of different kinds or sizes.
    pub fn merge(&mut self, later: &Self) -> Result<()> {
        if self.size() != later.size() {
            return Err(Error::input("canvases of different sizes cannot be merged")
                .expected(format!("{:?}", self.size()))
                .found(format!("{:?}", later.size())));
        }
        match (self, later) {
            (Self::Layer(a), Self::Layer(b)) => a.merge(b),
            (Self::Veil(a), Self::Veil(b)) => a.merge(b),
            (Self::Planes(a), Self::Planes(b)) => a.add(b)?,
            _ => return Err(Error::input("canvases of different kinds cannot be merged")),
        }
        Ok(())
    }
}
