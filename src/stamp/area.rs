//! How much of a pixel a shape covers: exactly, or by the pixel's centre.

use super::shape::Outline;

/// The areas that a shape shares with the pixels of one row: `out[i]` is that of the unit pixel whose upper left corner
/// is `(x + i, y)`, seen from the shape's position. Exact but for the rounding of f64.
pub(super) fn row_areas(outline: &Outline, x: f64, y: f64, out: &mut [f64]) {
    out.fill(0.0);
    match outline {
        Outline::Pixel => out.fill(1.0),
        Outline::Disc { outer, inner } => {
            for (i, area) in out.iter_mut().enumerate() {
                let x = x + i as f64;
                *area = disc_area(*outer, x, y);
                if *inner > 0.0 && *area > 0.0 {
                    *area -= disc_area(*inner, x, y);
                }
            }
        }
        Outline::Polygon(corners) => {
            let next = corners.iter().cycle().skip(1);
            corners.iter().zip(next).for_each(|(from, to)| add_edge(*from, *to, x, y, out));
        }
    }
}

/// Adds what an edge contributes to the pixels of the row at `y`.
///
/// By Green's theorem the area of a polygon left of a vertical line `X` is the sum over its edges of the integral of
/// `min(x, X) dy`; a pixel's is the difference of two: the integral of how much of the pixel's width lies left of the edge.
fn add_edge([x0, y0]: [f64; 2], [x1, y1]: [f64; 2], x: f64, y: f64, out: &mut [f64]) {
    let (top, bottom) = (y0.min(y1).max(y), y0.max(y1).min(y + 1.0));
    if top >= bottom {
        return;
    }
    let at = |y: f64| x0 + (y - y0) * ((x1 - x0) / (y1 - y0));
    // At its own corners an edge is where they say.
    let end = |y: f64| {
        if y == y0 {
            x0
        } else if y == y1 {
            x1
        } else {
            at(y)
        }
    };
    let (a, b) = (end(top) - x, end(bottom) - x);
    let height = if y1 > y0 { bottom - top } else { top - bottom };
    for (i, area) in out.iter_mut().enumerate() {
        let (a, b) = (a - i as f64, b - i as f64);
        if a <= 0.0 && b <= 0.0 {
            // So it is for all pixels on the right.
            break;
        }
        *area += height * mean_share(a, b);
    }
}

/// The mean of `clamp(u, 0, 1)` for `u` from `a` to `b`.
fn mean_share(a: f64, b: f64) -> f64 {
    /// Ends closer than this are one: the mean of both is off by no more than that.
    const SAME: f64 = 1e-9;
    if (b - a).abs() < SAME {
        return f64::midpoint(a, b).clamp(0.0, 1.0);
    }
    let integral = |u: f64| {
        if u <= 0.0 {
            0.0
        } else if u < 1.0 {
            u * u / 2.0
        } else {
            u - 0.5
        }
    };
    ((integral(b) - integral(a)) / (b - a)).clamp(0.0, 1.0)
}

/// The area that a disc shares with the unit pixel whose upper left corner is `(x, y)`.
///
/// Integrates over x the height of disc and pixel together: between the points where the circle crosses the pixel's
/// horizontal edges, both bounds of that height are either a constant or the circle.
fn disc_area(radius: f64, x: f64, y: f64) -> f64 {
    let (x0, x1) = (x.max(-radius), (x + 1.0).min(radius));
    let squared = radius * radius;
    // The pixel's nearest and farthest point from the centre.
    let nearest = |at: f64| at.max(0.0).max(-(at + 1.0));
    let farthest = |at: f64| at.abs().max((at + 1.0).abs());
    if x0 >= x1 || nearest(x) * nearest(x) + nearest(y) * nearest(y) >= squared {
        return 0.0;
    }
    if farthest(x) * farthest(x) + farthest(y) * farthest(y) <= squared {
        return 1.0;
    }
    let half_chord = |at: f64| libm::sqrt((squared - at * at).max(0.0));
    let (upper_cut, lower_cut) = (half_chord(y), half_chord(y + 1.0));
    let mut cuts = [x0, -upper_cut, upper_cut, -lower_cut, lower_cut, x1].map(|cut| cut.clamp(x0, x1));
    cuts.sort_by(f64::total_cmp);
    // Antiderivative of the half chord.
    let under = |at: f64| 0.5 * (at * half_chord(at) + squared * libm::asin((at / radius).clamp(-1.0, 1.0)));
    let mut sum = 0.0;
    for pair in cuts.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let chord = half_chord(0.5 * (a + b));
        let (top, bottom) = (y.max(-chord), (y + 1.0).min(chord));
        if a >= b || top >= bottom {
            continue;
        }
        let arc = under(b) - under(a);
        let lower = if y + 1.0 < chord { (y + 1.0) * (b - a) } else { arc };
        let upper = if y > -chord { y * (b - a) } else { -arc };
        sum += lower - upper;
    }
    sum.clamp(0.0, 1.0)
}

/// Whether a point, seen from the shape's position, belongs to the shape.
///
/// The border on the left and above belongs to a polygon, that on the right and below does not: of polygons that share
/// an edge just one has each point of it, and a square of whole size has as many pixels as its area. A circle belongs to
/// its disc, and not to the ring around that disc.
pub(super) fn holds(outline: &Outline, x: f64, y: f64) -> bool {
    match outline {
        Outline::Pixel => true,
        Outline::Disc { outer, inner } => {
            let squared = x * x + y * y;
            squared <= outer * outer && (*inner < 0.0 || squared > inner * inner)
        }
        Outline::Polygon(corners) => {
            let next = corners.iter().cycle().skip(1);
            corners.iter().zip(next).filter(|(a, b)| is_left_of(**a, **b, x, y)).count() % 2 == 1
        }
    }
}

/// Whether a point lies left of an edge, at a height of it (its upper end counts, its lower does not).
fn is_left_of(a: [f64; 2], b: [f64; 2], x: f64, y: f64) -> bool {
    if (a[1] > y) == (b[1] > y) {
        return false;
    }
    // From above, so that both shapes at an edge find the same place on it.
    let (above, below) = if a[1] < b[1] { (a, b) } else { (b, a) };
    x < above[0] + (y - above[1]) * ((below[0] - above[0]) / (below[1] - above[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::Marker;

    #[test]
    fn neighbouring_shapes_share_no_point_and_leave_none_out() {
        // Diamonds of whole size tile the plane; pixel centres lie on their edges and corners.
        for side in [2.0, 3.0, 6.0] {
            let outline = Marker::Diamond.outline(side);
            for (x, y) in (0..40).flat_map(|x| (0..40).map(move |y| (f64::from(x) / 4.0, f64::from(y) / 4.0))) {
                let half = side / 2.0;
                let centers = (-3..12).flat_map(|i| (-3..12).map(move |j| (i, j)));
                let holders = centers
                    .map(|(i, j)| (f64::from(i) * side + f64::from(j % 2) * half, f64::from(j) * half))
                    .filter(|(cx, cy)| holds(&outline, x - cx, y - cy));
                assert_eq!(holders.count(), 1, "diamonds of {side}: ({x}, {y})");
            }
        }
    }

    #[test]
    fn a_ring_and_its_inside_share_no_point() {
        let Outline::Disc { outer, inner } = Marker::Ring.outline(10.0) else { panic!("a ring is made of discs") };
        let inside = Outline::Disc { outer: inner, inner: -1.0 };
        let ring = Outline::Disc { outer, inner };
        for (x, y) in [(inner, 0.0), (0.0, -inner), (inner.next_up(), 0.0), (0.0, 0.0), (outer, 0.0)] {
            assert!(holds(&ring, x, y) != holds(&inside, x, y), "({x}, {y})");
        }
        assert!(!holds(&ring, outer.next_up(), 0.0));
    }

    #[test]
    fn rows_outside_share_nothing_and_pixels_inside_all() {
        for marker in Marker::ALL.into_iter().filter(|marker| *marker != Marker::Pixel) {
            let outline = marker.outline(40.0);
            let mut out = [f64::NAN; 60];
            row_areas(&outline, -30.0, -31.5, &mut out);
            assert_eq!(out, [0.0; 60], "{marker:?} above");
        }
        let mut out = [0.0; 3];
        row_areas(&Marker::Star.outline(40.0), -1.4, -0.5, &mut out);
        assert!(out.iter().all(|area| (area - 1.0).abs() < 1e-14), "{out:?}");
    }
}
