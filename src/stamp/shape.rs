//! The shapes of marks as geometry around their position: discs and polygons, in pixels, y down.
//!
//! Every shape's centre of mass lies on the position, so that a cloud of any of them lies where its data lie, and none is
//! wider than its size. Owns the outlines and their areas; which pixels they cover is `area`'s.

/// The shape of a mark. Its size `d` is a diameter: how wide the shape is, in pixels.
///
/// Lines (of plus, cross and ring) are a sixth of the size wide, as matplotlib's are at its usual size, and at least one
/// pixel while the size allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// The one pixel that holds the position, whatever the size.
    Pixel,
    /// A square with sides `d`, parallel to the axes.
    Square,
    /// A disc of diameter `d`.
    Circle,
    /// A square on its corner: diagonals of `d`, along the axes (matplotlib's `D` is 1.41 times as wide).
    Diamond,
    /// An equilateral triangle with sides `d`, upright; it reaches `d / 1.73` above its position and half of that below
    /// (matplotlib's `^` is higher and stands lower: its box, not its area, is centred).
    Triangle,
    /// Two bars of length `d` along the axes.
    Plus,
    /// Two bars along the diagonals of a square with sides `d`, which holds them whole.
    Cross,
    /// A five-pointed star in a circle of diameter `d`, a point upwards, its opposite edges on straight lines (as
    /// matplotlib's `*`).
    Star,
    /// The border of a disc of diameter `d`, inside it.
    Ring,
}

/// The width of lines as a share of the size.
const LINE_SHARE: f64 = 1.0 / 6.0;

/// The inner radius of a star whose opposite edges lie on straight lines (a pentagram): 2 minus the golden ratio.
const STAR_INNER: f64 = 0.381_966_011_250_105_1;

/// What a shape is made of, seen from its position.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outline {
    /// The whole pixel that holds the position.
    Pixel,
    /// What lies within `outer` and not within `inner` of the position (`inner` below 0: nothing is left out).
    Disc { outer: f64, inner: f64 },
    /// Corners in the order of a clock's hands; the edges do not cross each other.
    Polygon(Vec<[f64; 2]>),
}

impl Marker {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Pixel,
        Self::Circle,
        Self::Square,
        Self::Diamond,
        Self::Triangle,
        Self::Plus,
        Self::Cross,
        Self::Star,
        Self::Ring,
    ];

    /// Its name on the command line and in descriptions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pixel => "pixel",
            Self::Square => "square",
            Self::Circle => "circle",
            Self::Diamond => "diamond",
            Self::Triangle => "triangle",
            Self::Plus => "plus",
            Self::Cross => "cross",
            Self::Star => "star",
            Self::Ring => "ring",
        }
    }

    /// The area in pixels^2 of the shape at a diameter.
    #[must_use]
    pub fn area_px2(self, diameter_px: f64) -> f64 {
        match self.outline(diameter_px) {
            Outline::Pixel => 1.0,
            Outline::Disc { outer, inner } => {
                let inner = inner.max(0.0);
                std::f64::consts::PI * (outer * outer - inner * inner)
            }
            Outline::Polygon(corners) => {
                // The shoelace formula.
                let next = corners.iter().cycle().skip(1);
                corners.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0
            }
        }
    }

    /// True where edges are anti-aliased unless the user says otherwise.
    #[must_use]
    pub fn is_antialiased_by_default(self) -> bool {
        !matches!(self, Self::Pixel | Self::Square)
    }

    /// How far the shape reaches from its position along an axis, in pixels.
    pub(super) fn reach_px(self, diameter_px: f64) -> f64 {
        match self.outline(diameter_px) {
            Outline::Pixel => 0.0,
            Outline::Disc { outer, .. } => outer,
            Outline::Polygon(corners) => corners.iter().flatten().fold(0.0, |most, at| at.abs().max(most)),
        }
    }

    /// The geometry at a diameter.
    pub(super) fn outline(self, diameter_px: f64) -> Outline {
        let radius = diameter_px / 2.0;
        match self {
            Self::Pixel => Outline::Pixel,
            Self::Circle => Outline::Disc { outer: radius, inner: -1.0 },
            Self::Ring => {
                let inner = radius - line_px(diameter_px);
                Outline::Disc { outer: radius, inner: if inner > 0.0 { inner } else { -1.0 } }
            }
            Self::Square => {
                Outline::Polygon(vec![[-radius, -radius], [radius, -radius], [radius, radius], [-radius, radius]])
            }
            Self::Diamond => Outline::Polygon(vec![[0.0, -radius], [radius, 0.0], [0.0, radius], [-radius, 0.0]]),
            Self::Triangle => {
                let below = radius / libm::sqrt(3.0);
                Outline::Polygon(vec![[0.0, -2.0 * below], [radius, below], [-radius, below]])
            }
            Self::Plus => Outline::Polygon(plus(radius, line_px(diameter_px).min(diameter_px) / 2.0).to_vec()),
            Self::Cross => {
                // Turned by 45 degrees, a bar of length l and width w is (l + w) / sqrt(2) wide.
                let diagonal = libm::sqrt(2.0) * diameter_px;
                let line = line_px(diameter_px).min(diagonal / 2.0);
                let turn = |[x, y]: [f64; 2]| [(x - y) / libm::sqrt(2.0), (x + y) / libm::sqrt(2.0)];
                Outline::Polygon(plus((diagonal - line) / 2.0, line / 2.0).map(turn).to_vec())
            }
            Self::Star => Outline::Polygon(star(radius).to_vec()),
        }
    }
}

/// The width of lines before a shape too small for them bounds it.
fn line_px(diameter_px: f64) -> f64 {
    (diameter_px * LINE_SHARE).max(1.0)
}

/// Two bars along the axes by half their length and half their width.
fn plus(arm: f64, half: f64) -> [[f64; 2]; 12] {
    [
        [-half, -arm],
        [half, -arm],
        [half, -half],
        [arm, -half],
        [arm, half],
        [half, half],
        [half, arm],
        [-half, arm],
        [-half, half],
        [-arm, half],
        [-arm, -half],
        [-half, -half],
    ]
}

/// Outer and inner corners in turn, from the upper point on; the left half mirrors the right one exactly.
fn star(radius: f64) -> [[f64; 2]; 10] {
    let right = |corner: usize| {
        let distance = if corner.is_multiple_of(2) { radius } else { radius * STAR_INNER };
        let angle = std::f64::consts::PI * corner as f64 / 5.0;
        let x = if corner == 5 { 0.0 } else { distance * libm::sin(angle) };
        [x, -distance * libm::cos(angle)]
    };
    std::array::from_fn(|corner| {
        if corner <= 5 {
            right(corner)
        } else {
            let [x, y] = right(10 - corner);
            [-x, y]
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Corners of a shape, discs as polygons of many.
    fn corners(marker: Marker, diameter_px: f64) -> Vec<[f64; 2]> {
        match marker.outline(diameter_px) {
            Outline::Polygon(corners) => corners,
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_centre_of_mass_is_the_position() {
        for marker in Marker::ALL {
            for diameter_px in [0.3, 1.0, 3.0, 7.3, 256.0] {
                let corners = corners(marker, diameter_px);
                let mut moment = [0.0; 2];
                for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
                    let cross = a[0] * b[1] - b[0] * a[1];
                    moment[0] += (a[0] + b[0]) * cross / 6.0;
                    moment[1] += (a[1] + b[1]) * cross / 6.0;
                }
                for moment in moment {
                    assert!(moment.abs() < 1e-12 * diameter_px.powi(3), "{marker:?} {diameter_px}: {moment}");
                }
            }
        }
    }

    #[test]
    fn shapes_are_as_wide_as_their_size_and_mirror_themselves() {
        for marker in Marker::ALL {
            for diameter_px in [0.3, 1.0, 3.0, 7.3, 256.0] {
                let corners = corners(marker, diameter_px);
                for [x, y] in &corners {
                    assert!(corners.contains(&[-x, *y]), "{marker:?} is no mirror image of itself at ({x}, {y})");
                    assert!(x.abs() <= diameter_px / 2.0 * (1.0 + 1e-15), "{marker:?} is too wide at ({x}, {y})");
                }
            }
        }
    }

    #[test]
    fn areas_are_those_of_the_textbook() {
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12 * expected, "{found} {expected}");
        close(Marker::Square.area_px2(3.0), 9.0);
        close(Marker::Circle.area_px2(2.0), std::f64::consts::PI);
        close(Marker::Diamond.area_px2(4.0), 8.0);
        close(Marker::Triangle.area_px2(2.0), 3f64.sqrt());
        close(Marker::Plus.area_px2(12.0), 2.0 * 24.0 - 4.0);
        close(Marker::Plus.area_px2(3.0), 5.0);
        let bar = 12.0 * 2f64.sqrt() - 2.0;
        close(Marker::Cross.area_px2(12.0), 2.0 * 2.0 * bar - 4.0);
        close(Marker::Ring.area_px2(12.0), std::f64::consts::PI * (36.0 - 16.0));
        // Ten triangles between a point, the centre, and an inner corner.
        let inner = 2.0 - f64::midpoint(1.0, 5f64.sqrt());
        close(Marker::Star.area_px2(2.0), 5.0 * inner * (std::f64::consts::PI / 5.0).sin());
        assert_eq!(Marker::Pixel.area_px2(77.0), 1.0);
    }

    #[test]
    fn small_lines_are_a_pixel_wide_and_those_of_smaller_shapes_fill_them() {
        assert_eq!(Marker::Plus.area_px2(0.5), 0.25, "a square");
        assert_eq!(Marker::Ring.area_px2(1.5), Marker::Circle.area_px2(1.5), "a disc");
        let diamond = Marker::Diamond.area_px2(0.5);
        assert!((Marker::Cross.area_px2(0.5) - diamond).abs() < 1e-15, "a square on its corner");
    }
}
