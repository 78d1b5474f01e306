//! Shapes that are no text: swatches and arrowheads as coverage, with their outlines where those are known.

/// A shape in a box of whole pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub width: i32,
    pub height: i32,
    /// `width * height` bytes, row by row.
    pub coverage: Vec<u8>,
    /// The same as corners around its inside, from the upper left of the box, in pixels; filled by the even-odd rule.
    pub outline: Option<Vec<Vec<[f64; 2]>>>,
}

impl Shape {
    /// The same upside down.
    pub fn downwards(&self) -> Self {
        let rows = self.coverage.chunks_exact(self.width.max(1) as usize).rev();
        let turned = |contour: &Vec<[f64; 2]>| contour.iter().map(|[x, y]| [*x, f64::from(self.height) - y]).collect();
        Self {
            coverage: rows.flatten().copied().collect(),
            outline: self.outline.as_ref().map(|contours| contours.iter().map(turned).collect()),
            ..*self
        }
    }

    /// The same turned to the left: what pointed upwards points to the left, and what pointed downwards to the right.
    pub fn leftwards(&self) -> Self {
        let (width, height) = (self.height, self.width);
        let at = |x: i32, y: i32| self.coverage[(x * self.width + self.width - 1 - y) as usize];
        let turned = |contour: &Vec<[f64; 2]>| contour.iter().map(|[x, y]| [*y, f64::from(self.width) - x]).collect();
        Self {
            width,
            height,
            coverage: (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect(),
            outline: self.outline.as_ref().map(|contours| contours.iter().map(turned).collect()),
        }
    }
}
