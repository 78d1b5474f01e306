//! From canvas rows to colours: f64 on the CPU, one implementation for every backend.
//!
//! `points` shades what was drawn, `numbers` the numbers of a density through a norm and a ramp, `mix` counts by
//! category; `spread` finds the number that an empty pixel shows. Owns no limits and no keys: they come resolved.

mod mix;
mod numbers;
mod points;
mod spread;

pub use mix::{MIX_FLOOR, MixTone};
pub use numbers::Tone;
pub use points::opacity;

use crate::canvas::{Canvas, Planes};
use crate::color::Rgba8;
use crate::reduce::Reducer;

/// Turns rows of one canvas into premultiplied RGBA.
#[derive(Debug)]
pub struct Shader<'a>(Kind<'a>);

#[derive(Debug)]
enum Kind<'a> {
    Points(points::Points<'a>),
    Numbers(numbers::Numbers<'a>),
    Mix(mix::Mix<'a>),
}

impl<'a> Shader<'a> {
    /// Shades points; counts and veils in `color` (its alpha is not used), counts with `alpha` a mark.
    #[must_use]
    pub fn points(canvas: &'a Canvas, color: Rgba8, alpha: f64) -> Self {
        Self(Kind::Points(points::Points::new(canvas, color, alpha)))
    }

    /// Shades the numbers of a density.
    #[must_use]
    pub fn numbers(planes: &'a Planes, reducer: &'a Reducer, tone: &'a Tone) -> Self {
        Self(Kind::Numbers(numbers::Numbers::new(planes, reducer, tone)))
    }

    /// Shades counts by category, those of the plane with that number.
    #[must_use]
    pub fn mix(planes: &'a Planes, plane: usize, tone: &'a MixTone) -> Self {
        Self(Kind::Mix(mix::Mix::new(planes, plane, tone)))
    }

    /// One row of the canvas as premultiplied RGBA, 0..=1; `out` has the canvas's width.
    ///
    /// # Panics
    /// When the row is not on the canvas: a bug of the caller.
    pub fn row(&self, row: u32, out: &mut [[f32; 4]]) {
        match &self.0 {
            Kind::Points(points) => points.row(row, out),
            Kind::Numbers(numbers) => numbers.row(row, out),
            Kind::Mix(mix) => mix.row(row, out),
        }
    }
}

/// A straight colour as premultiplied floats; nothing without one.
fn premultiplied(color: Option<Rgba8>) -> [f32; 4] {
    let Some(color) = color else { return [0.0; 4] };
    let alpha = f64::from(color.a) / 255.0;
    let [r, g, b] = color.rgb().map(|byte| (f64::from(byte) / 255.0 * alpha) as f32);
    [r, g, b, alpha as f32]
}
