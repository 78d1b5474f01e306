//! The coverage masks of a plot: each size class and subpixel phase once, as bytes that both backends read.

use super::area::{holds, row_areas};
use super::shape::{Marker, Outline};
use super::sizes::SizeClasses;
use super::{DIAMETER_PX, FINE_PHASES_PX};
use crate::error::{Error, Result};

/// The masks of one size: `phases * phases` squares of `side * side` bytes, one after another.
#[derive(Clone, Debug)]
pub struct StampClass {
    first: usize,
    reach_px: u32,
    phase_bits: u32,
    boxes: Vec<StampBox>,
}

/// The smallest box that holds what a stamp covers, in pixels from the pixel of its position; empty when `x1 < x0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StampBox {
    /// Leftmost covered column.
    pub x0: i32,
    /// Topmost covered row.
    pub y0: i32,
    /// Rightmost covered column, inclusive.
    pub x1: i32,
    /// Lowest covered row, inclusive.
    pub y1: i32,
}

impl StampClass {
    /// Index of the class's first byte in [`StampAtlas::texels`].
    #[must_use]
    pub fn first_texel(&self) -> usize {
        self.first
    }

    /// Pixels that the mask reaches to each side of the middle one.
    #[must_use]
    pub fn reach_px(&self) -> u32 {
        self.reach_px
    }

    /// Bytes in a row of a mask, and rows: `2 * reach + 1`.
    #[must_use]
    pub fn side_px(&self) -> u32 {
        2 * self.reach_px + 1
    }

    /// Upper bits of the fraction that choose the phase along one axis.
    #[must_use]
    pub fn phase_bits(&self) -> u32 {
        self.phase_bits
    }

    /// The phase of a position: `(y phase << bits) + x phase`.
    #[must_use]
    pub fn phase(&self, x: i32, y: i32) -> usize {
        let shift = 8 - self.phase_bits;
        let phase_x = (x & 255) >> shift;
        let phase_y = (y & 255) >> shift;
        ((phase_y << self.phase_bits) + phase_x) as usize
    }

    /// What the stamp of a phase covers.
    #[must_use]
    pub fn covered(&self, phase: usize) -> StampBox {
        self.boxes[phase]
    }
}

/// All masks of a plot.
#[derive(Clone, Debug)]
pub struct StampAtlas {
    classes: Vec<StampClass>,
    texels: Vec<u8>,
}

impl StampAtlas {
    /// The atlas of one shape in one size.
    ///
    /// # Errors
    /// A usage error for a diameter outside [`DIAMETER_PX`], NaN included.
    pub fn new(marker: Marker, diameter_px: f64, is_antialiased: bool) -> Result<Self> {
        check_diameter(diameter_px)?;
        Ok(Self::of_diameters(marker, &[diameter_px], is_antialiased))
    }

    /// The atlas of one shape in several sizes, one class each; single pixels have one class for all.
    #[must_use]
    pub fn of_sizes(marker: Marker, sizes: &SizeClasses, is_antialiased: bool) -> Self {
        Self::of_diameters(marker, sizes.diameters_px(), is_antialiased)
    }

    fn of_diameters(marker: Marker, diameters_px: &[f64], is_antialiased: bool) -> Self {
        if marker == Marker::Pixel {
            return Self::pixel();
        }
        let mut atlas = Self { classes: Vec::new(), texels: Vec::new() };
        diameters_px.iter().for_each(|diameter_px| atlas.push(marker, *diameter_px, is_antialiased));
        atlas
    }

    /// The atlas of single pixels.
    #[must_use]
    pub fn pixel() -> Self {
        let whole = StampBox { x0: 0, y0: 0, x1: 0, y1: 0 };
        let class = StampClass { first: 0, reach_px: 0, phase_bits: 0, boxes: vec![whole] };
        Self { classes: vec![class], texels: vec![255] }
    }

    fn push(&mut self, marker: Marker, diameter_px: f64, is_antialiased: bool) {
        let phase_bits = phase_bits(diameter_px);
        let reach_px = reach_px(marker, diameter_px);
        let first = self.texels.len();
        let phases = 1_u32 << phase_bits;
        let stamp = Stamp { outline: marker.outline(diameter_px), diameter_px, is_antialiased, reach_px };
        let mut boxes = Vec::new();
        for phase_y in 0..phases {
            for phase_x in 0..phases {
                let center = |phase: u32| (f64::from(phase) + 0.5) / f64::from(phases);
                let mask = stamp.mask(center(phase_x), center(phase_y));
                boxes.push(covered(&mask, reach_px));
                self.texels.extend(mask);
            }
        }
        self.classes.push(StampClass { first, reach_px, phase_bits, boxes });
    }

    /// The size classes; at least one, at most 64.
    #[must_use]
    pub fn classes(&self) -> &[StampClass] {
        &self.classes
    }

    /// The bytes of all masks: class after class, phase after phase, row after row.
    #[must_use]
    pub fn texels(&self) -> &[u8] {
        &self.texels
    }

    /// The mask of a class and phase, `side * side` bytes.
    #[must_use]
    pub fn mask(&self, class: usize, phase: usize) -> &[u8] {
        let class = &self.classes[class];
        let len = (class.side_px() * class.side_px()) as usize;
        let first = class.first + phase * len;
        &self.texels[first..first + len]
    }

    /// A shape by itself, with soft edges, its position in the middle of the middle pixel: pixels along a side (odd), and
    /// `side * side` bytes of coverage. A diameter outside [`DIAMETER_PX`] is clamped, NaN to its start.
    #[must_use]
    pub fn alone(marker: Marker, diameter_px: f64) -> (u32, Vec<u8>) {
        let diameter_px = diameter_px.max(*DIAMETER_PX.start()).min(*DIAMETER_PX.end());
        let reach_px = reach_px(marker, diameter_px);
        let stamp = Stamp { outline: marker.outline(diameter_px), diameter_px, is_antialiased: true, reach_px };
        (2 * reach_px + 1, stamp.mask(0.5, 0.5))
    }

    /// True when every covered pixel is covered whole.
    #[must_use]
    pub fn is_hard(&self) -> bool {
        self.texels.iter().all(|texel| matches!(texel, 0 | 255))
    }
}

/// Refuses sizes that no atlas has.
///
/// # Errors
/// A usage error for a diameter outside [`DIAMETER_PX`], NaN included.
pub(super) fn check_diameter(diameter_px: f64) -> Result<()> {
    if DIAMETER_PX.contains(&diameter_px) {
        return Ok(());
    }
    Err(Error::usage("the marker's size is out of range")
        .expected("a diameter of 0.1 to 256 px")
        .found(format!("{diameter_px} px")))
}

fn phase_bits(diameter_px: f64) -> u32 {
    if diameter_px <= FINE_PHASES_PX { 4 } else { 2 }
}

fn reach_px(marker: Marker, diameter_px: f64) -> u32 {
    marker.reach_px(diameter_px).ceil() as u32
}

/// The bytes that the masks of a size take.
pub(super) fn class_bytes(marker: Marker, diameter_px: f64) -> u64 {
    let side = u64::from(2 * reach_px(marker, diameter_px) + 1);
    (side * side) << (2 * phase_bits(diameter_px))
}

/// A shape in one size.
struct Stamp {
    outline: Outline,
    diameter_px: f64,
    is_antialiased: bool,
    reach_px: u32,
}

impl Stamp {
    /// Its mask where its position lies at `(x, y)`, each 0..1, in the middle pixel.
    fn mask(&self, x: f64, y: f64) -> Vec<u8> {
        let (reach, side) = (f64::from(self.reach_px), 2 * self.reach_px as usize + 1);
        let mut mask = vec![0; side * side];
        let mut areas = vec![0.0; side];
        let left = -reach - x;
        for (row, bytes) in mask.chunks_exact_mut(side).enumerate() {
            let top = row as f64 - reach - y;
            if self.is_antialiased {
                row_areas(&self.outline, left, top, &mut areas);
                for (byte, area) in bytes.iter_mut().zip(&areas) {
                    *byte = (area * 255.0 + 0.5 + TIE).floor() as u8;
                }
            } else if self.diameter_px >= 1.0 {
                for (column, byte) in bytes.iter_mut().enumerate() {
                    let is_inside = holds(&self.outline, left + column as f64 + 0.5, top + 0.5);
                    *byte = if is_inside { 255 } else { 0 };
                }
            }
        }
        if !self.is_antialiased && mask.iter().all(|byte| *byte == 0) {
            mask[side * side / 2] = 255;
        }
        mask
    }
}

/// Areas half way between two bytes go up whichever way they were rounded, so that mirrored masks are mirror images.
const TIE: f64 = 1e-9;

fn covered(mask: &[u8], reach_px: u32) -> StampBox {
    let reach = reach_px as i32;
    let side = 2 * reach + 1;
    let mut found = StampBox { x0: reach + 1, y0: reach + 1, x1: -reach - 1, y1: -reach - 1 };
    for (i, texel) in mask.iter().enumerate() {
        if *texel > 0 {
            let (x, y) = (i as i32 % side - reach, i as i32 / side - reach);
            found = StampBox { x0: found.x0.min(x), y0: found.y0.min(y), x1: found.x1.max(x), y1: found.y1.max(y) };
        }
    }
    found
}
