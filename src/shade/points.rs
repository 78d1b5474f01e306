//! Points: colours that the canvas holds, or the opacity of one colour from counts and transmittance.

use crate::canvas::Canvas;
use crate::color::Rgba8;

/// Opacities of small counts are worked out once; beyond them the function is called a pixel.
const TABLE_LEN: usize = 4096;

/// Turns rows of a canvas of points into premultiplied RGBA.
#[derive(Debug)]
pub(super) struct Points<'a> {
    canvas: &'a Canvas,
    color: [f64; 3],
    alpha: f64,
    opacities: Vec<f64>,
}

impl<'a> Points<'a> {
    /// Shades `canvas`; counts and veils in `color` (its alpha is not used), counts with `alpha` a mark.
    pub(super) fn new(canvas: &'a Canvas, color: Rgba8, alpha: f64) -> Self {
        let color = color.rgb().map(|byte| f64::from(byte) / 255.0);
        let opacities = match canvas {
            Canvas::Planes(_) => (0..TABLE_LEN as u64).map(|count| opacity(count, alpha)).collect(),
            Canvas::Layer(_) | Canvas::Veil(_) => Vec::new(),
        };
        Self { canvas, color, alpha, opacities }
    }

    /// One row of the canvas as premultiplied RGBA, 0..=1; `out` has the canvas's width.
    pub(super) fn row(&self, row: u32, out: &mut [[f32; 4]]) {
        let width = self.canvas.size().width() as usize;
        let range = row as usize * width..(row as usize + 1) * width;
        match self.canvas {
            Canvas::Layer(layer) => {
                for (out, [r, g, b, t]) in out.iter_mut().zip(&layer.pixels()[range]) {
                    *out = [*r, *g, *b, (1.0 - f64::from(*t)) as f32];
                }
            }
            Canvas::Veil(veil) => {
                for (out, t) in out.iter_mut().zip(&veil.pixels()[range]) {
                    *out = self.tinted(1.0 - f64::from(*t));
                }
            }
            Canvas::Planes(planes) => {
                let counts = planes.counts();
                for (out, count) in out.iter_mut().zip(&counts[range]) {
                    let known = usize::try_from(*count).ok().and_then(|count| self.opacities.get(count));
                    *out = self.tinted(known.copied().unwrap_or_else(|| opacity(*count, self.alpha)));
                }
            }
        }
    }

    fn tinted(&self, opacity: f64) -> [f32; 4] {
        let [r, g, b] = self.color.map(|channel| (channel * opacity) as f32);
        [r, g, b, opacity as f32]
    }
}

/// The opacity of `count` marks of one alpha over each other: `1 - (1-alpha)^count`, without cancellation.
///
/// 0 for no mark, 1 for opaque ones; exact to f64 at any alpha and any overplot.
#[must_use]
pub fn opacity(count: u64, alpha: f64) -> f64 {
    if count == 0 {
        0.0
    } else if alpha >= 1.0 {
        1.0
    } else {
        -libm::expm1(count as f64 * libm::log1p(-alpha))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opacity_of_many_faint_marks_neither_stalls_nor_cancels() {
        // 1 - (1 - 1e-5)^200000, to 15 digits (arbitrary precision arithmetic).
        assert!((opacity(200_000, 1e-5) - 0.864_666_070_118_475).abs() < 1e-12, "the classic stall of 8-bit canvases");
        assert_eq!(opacity(0, 0.5), 0.0, "nothing drawn");
        assert_eq!(opacity(1, 1.0), 1.0, "opaque");
        assert!((opacity(1, 1e-12) - 1e-12).abs() < 1e-24, "no cancellation");
    }
}
