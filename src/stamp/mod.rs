//! Shapes as data: the coverage masks of a plot's marks, made once, in f64, for both backends.
//!
//! A stamp is a square u8 mask around the pixel that holds a position. There is one for each size class and subpixel
//! phase (the upper bits of the 8-bit fractions of x and y), computed at the phase's centre. The CPU blits its rows, the
//! GPU reads single texels of the same bytes; every shape costs the same.
//!
//! `shape` says what the shapes are, `area` which pixels they cover, `sizes` which size classes a plot has, and `atlas`
//! keeps the masks.

mod area;
mod atlas;
mod shape;
mod sizes;

pub use atlas::{StampAtlas, StampBox, StampClass};
pub use shape::Marker;
pub use sizes::SizeClasses;

/// The smallest and largest diameter in pixels.
pub const DIAMETER_PX: std::ops::RangeInclusive<f64> = 0.1..=256.0;

/// Diameters above this many pixels have 2 phase bits an axis instead of 4.
const FINE_PHASES_PX: f64 = 32.0;
