//! Arrowheads as coverage: the triangles at the ends of a colorbar.

use super::shape::Shape;

/// Rows are cut this often; across, areas are exact.
const CUTS: i32 = 16;

/// A triangle that points upwards: its inside, and the line of `line_px` along its two slanted sides.
///
/// The inside reaches to the middle of the line, so that nothing shines through between them.
pub(super) struct Arrowhead {
    pub inside: Shape,
    pub outline: Shape,
}

impl Arrowhead {
    /// In a box of whole pixels; the base is the lower side of the box.
    pub fn new(width: i32, height: i32, line_px: i32) -> Self {
        let half = f64::from(width) / 2.0;
        // A line across a slanted side is wider than the line is thick.
        let slanted_px = f64::from(line_px) * (1.0 + (half / f64::from(height.max(1))).powi(2)).sqrt();
        // Its sides moved inwards by so much, along the base.
        let triangle = |inwards_px: f64| {
            let (height, inner) = (f64::from(height), half - inwards_px);
            let top = if half > 0.0 { height * inwards_px.min(half) / half } else { height };
            vec![[half, top], [half + inner.max(0.0), height], [half - inner.max(0.0), height]]
        };
        let mask = |half_px: &dyn Fn(f64) -> (f64, f64), outline: Vec<Vec<[f64; 2]>>| {
            let mut coverage = Vec::with_capacity((width * height).max(0) as usize);
            for y in 0..height {
                for x in 0..width {
                    let cuts = (0..CUTS).map(|cut| {
                        let down = f64::from(y) + (f64::from(cut) + 0.5) / f64::from(CUTS);
                        let (outer, inner) = half_px(half * down / f64::from(height));
                        within(f64::from(x) - half, outer) - within(f64::from(x) - half, inner)
                    });
                    coverage.push((cuts.sum::<f64>() / f64::from(CUTS) * 255.0).round() as u8);
                }
            }
            Shape { width, height, coverage, outline: Some(outline) }
        };
        Self {
            inside: mask(&|half| ((half - slanted_px / 2.0).max(0.0), 0.0), vec![triangle(slanted_px / 2.0)]),
            outline: mask(&|half| (half, (half - slanted_px).max(0.0)), vec![triangle(0.0), triangle(slanted_px)]),
        }
    }
}

/// How much of `left..left + 1` lies within `half` of 0.
fn within(left: f64, half: f64) -> f64 {
    ((left + 1.0).min(half) - left.max(-half)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_covers_half_its_box() {
        for (width, height) in [(16, 14), (15, 9), (3, 2), (40, 40)] {
            let arrow = Arrowhead::new(width, height, 0);
            let area: f64 = arrow.inside.coverage.iter().map(|covered| f64::from(*covered) / 255.0).sum();
            let expected = f64::from(width * height) / 2.0;
            assert!((area - expected).abs() < 0.02 * expected, "{width}x{height}: {area} for {expected}");
            assert!(arrow.outline.coverage.iter().all(|covered| *covered == 0), "no line");
            let rows: Vec<&[u8]> = arrow.inside.coverage.chunks(width as usize).collect();
            assert!(rows.iter().all(|row| row.iter().eq(row.iter().rev())), "left and right are the same");
            assert!(
                rows[0].iter().map(|c| u32::from(*c)).sum::<u32>()
                    < rows[height as usize - 1].iter().map(|c| u32::from(*c)).sum()
            );
        }
    }

    #[test]
    fn line_and_inside_together_cover_the_triangle() {
        let (arrow, whole) = (Arrowhead::new(16, 14, 1), Arrowhead::new(16, 14, 0));
        for ((inside, outline), whole) in
            arrow.inside.coverage.iter().zip(&arrow.outline.coverage).zip(&whole.inside.coverage)
        {
            assert!(
                u32::from(*inside) + u32::from(*outline) + 1 >= u32::from(*whole),
                "{inside} + {outline} < {whole}"
            );
            assert!(outline <= whole);
        }
        let turned = arrow.outline.downwards();
        assert_eq!(turned.downwards(), arrow.outline);
        assert_ne!(turned, arrow.outline);
    }
}
