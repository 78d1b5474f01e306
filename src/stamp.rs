//! Shapes as data: the coverage masks of a plot's marks, made once, in f64, for both backends.
//!
//! A stamp is a square u8 mask around the pixel that holds a position. There is one for each size class and subpixel
//! phase (the upper bits of the 8-bit fractions of x and y), computed at the phase's centre. The CPU blits its rows, the
//! GPU reads single texels of the same bytes; every shape costs the same.

use crate::error::{Error, Result};

/// The smallest and largest diameter in pixels.
pub const DIAMETER_PX: std::ops::RangeInclusive<f64> = 0.1..=256.0;

/// Diameters above this many pixels have 2 phase bits an axis instead of 4.
const FINE_PHASES_PX: f64 = 32.0;

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// The one pixel that holds the position, whatever the size.
    Pixel,
    /// A square with sides of the diameter, parallel to the axes.
    Square,
    /// A disc.
    Circle,
}

impl Marker {
    /// The area in pixels^2 of the shape at a diameter.
    #[must_use]
    pub fn area_px2(self, diameter_px: f64) -> f64 {
        match self {
            Self::Pixel => 1.0,
            Self::Square => diameter_px * diameter_px,
            Self::Circle => std::f64::consts::PI * diameter_px * diameter_px / 4.0,
        }
    }

    /// True where edges are anti-aliased unless the user says otherwise.
    #[must_use]
    pub fn is_antialiased_by_default(self) -> bool {
        !matches!(self, Self::Pixel | Self::Square)
    }
}

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
        if !DIAMETER_PX.contains(&diameter_px) {
            return Err(Error::usage("the marker's size is out of range")
                .expected("a diameter of 0.1 to 256 px")
                .found(format!("{diameter_px} px")));
        }
        let mut atlas = Self { classes: Vec::new(), texels: Vec::new() };
        atlas.push(marker, diameter_px, is_antialiased);
        Ok(atlas)
    }

    /// The atlas of single pixels.
    #[must_use]
    pub fn pixel() -> Self {
        let whole = StampBox { x0: 0, y0: 0, x1: 0, y1: 0 };
        let class = StampClass { first: 0, reach_px: 0, phase_bits: 0, boxes: vec![whole] };
        Self { classes: vec![class], texels: vec![255] }
    }

    fn push(&mut self, marker: Marker, diameter_px: f64, is_antialiased: bool) {
        if marker == Marker::Pixel {
            *self = Self::pixel();
            return;
        }
        let phase_bits = if diameter_px <= FINE_PHASES_PX { 4 } else { 2 };
        let reach_px = (diameter_px / 2.0).ceil() as u32;
        let first = self.texels.len();
        let phases = 1_u32 << phase_bits;
        let mut boxes = Vec::new();
        for phase_y in 0..phases {
            for phase_x in 0..phases {
                let center = |phase: u32| (f64::from(phase) + 0.5) / f64::from(phases);
                let mask = mask(marker, diameter_px, is_antialiased, reach_px, (center(phase_x), center(phase_y)));
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

    /// True when every covered pixel is covered whole.
    #[must_use]
    pub fn is_hard(&self) -> bool {
        self.texels.iter().all(|texel| matches!(texel, 0 | 255))
    }
}

/// The mask of a shape whose centre lies at `center` (0..1) in the middle pixel.
fn mask(marker: Marker, diameter_px: f64, is_antialiased: bool, reach_px: u32, center: (f64, f64)) -> Vec<u8> {
    let reach = reach_px as i32;
    let radius = diameter_px / 2.0;
    let mut mask = Vec::with_capacity(((2 * reach + 1) * (2 * reach + 1)) as usize);
    for row in -reach..=reach {
        for column in -reach..=reach {
            // The pixel's corner, seen from the shape's centre.
            let (x, y) = (f64::from(column) - center.0, f64::from(row) - center.1);
            mask.push(if is_antialiased {
                (area(marker, radius, x, y) * 255.0 + 0.5).floor() as u8
            } else if diameter_px < 1.0 {
                0
            } else {
                hard(marker, radius, x + 0.5, y + 0.5)
            });
        }
    }
    if !is_antialiased && mask.iter().all(|texel| *texel == 0) {
        let middle = mask.len() / 2;
        mask[middle] = 255;
    }
    mask
}

/// 255 where the point lies in the shape; the upper and left border belongs to it, the lower and right of a square not,
/// so that a square of whole size always has as many pixels as its area.
fn hard(marker: Marker, radius: f64, x: f64, y: f64) -> u8 {
    let is_inside = match marker {
        Marker::Pixel => true,
        Marker::Square => -radius <= x && x < radius && -radius <= y && y < radius,
        Marker::Circle => x * x + y * y <= radius * radius,
    };
    if is_inside { 255 } else { 0 }
}

/// The area that the shape shares with the unit pixel whose upper left corner is `(x, y)`, exactly.
fn area(marker: Marker, radius: f64, x: f64, y: f64) -> f64 {
    let overlap = |at: f64| ((at + 1.0).min(radius) - at.max(-radius)).max(0.0);
    match marker {
        Marker::Pixel => 1.0,
        Marker::Square => overlap(x) * overlap(y),
        Marker::Circle => disc_area(radius, x, y),
    }
}

/// Integrates over x the height of disc and pixel together: between the points where the circle crosses the pixel's
/// horizontal edges, both bounds of that height are either a constant or the circle.
fn disc_area(radius: f64, x: f64, y: f64) -> f64 {
    let (x0, x1) = (x.max(-radius), (x + 1.0).min(radius));
    if x0 >= x1 {
        return 0.0;
    }
    let half_chord = |at: f64| libm::sqrt((radius * radius - at * at).max(0.0));
    let mut cuts = vec![x0, x1];
    for edge in [y, y + 1.0] {
        let crossing = half_chord(edge);
        cuts.extend([-crossing, crossing].into_iter().filter(|cut| x0 < *cut && *cut < x1));
    }
    cuts.sort_by(f64::total_cmp);
    // Antiderivative of the half chord.
    let under = |at: f64| 0.5 * (at * half_chord(at) + radius * radius * libm::asin((at / radius).clamp(-1.0, 1.0)));
    let mut sum = 0.0;
    for pair in cuts.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let chord = half_chord(0.5 * (a + b));
        let (top, bottom) = (y.max(-chord), (y + 1.0).min(chord));
        if top >= bottom {
            continue;
        }
        let arc = under(b) - under(a);
        let lower = if y + 1.0 < chord { (y + 1.0) * (b - a) } else { arc };
        let upper = if y > -chord { y * (b - a) } else { -arc };
        sum += lower - upper;
    }
    sum.clamp(0.0, 1.0)
}

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
