//! Limits that were found from the data and that a few far rows stretch, so that all others share a few pixels.
//!
//! Told from the canvas: where it counts rows, by the columns and rows of pixels that hold nearly all of them, and others
//! outside of these; where it only knows which pixels are painted, by how few they are and how wide the gap between them.

use crate::canvas::Canvas;
use crate::ledger::Rows;
use crate::scale::{Domain, Kind, Scale};
use crate::spec::Spec;
use crate::view::View;

/// Rows that may lie outside the suggested limits, a side.
const LEFT_OUT: f64 = 0.005;

/// An axis is stretched when all others share less of it than this.
const SQUEEZED: f64 = 0.05;

/// Points are squeezed when so many of them paint less of the plot than this.
const PAINTED: f64 = 0.001;

/// The columns (or rows) of pixels that nothing is painted on, side by side, of all: an even grid of three values leaves
/// less than half of them between two.
const GAP: f64 = 0.6;

/// Fewer rows say nothing.
const FEWEST_ROWS: u64 = 1000;

/// A line that says so, with limits to try.
pub(super) fn stretched(spec: &Spec, view: &View, canvas: &Canvas, rows: &Rows) -> Option<String> {
    let is_found = [spec.x.limits.is_none(), spec.y.limits.is_none()];
    if is_found == [false, false] || rows.drawn < FEWEST_ROWS {
        return None;
    }
    let size = canvas.size();
    let area = f64::from(size.width()) * f64::from(size.height());
    let (painted, across, down) = match canvas {
        Canvas::Planes(planes) => {
            let width = size.width() as usize;
            let mut across = vec![0_u64; width];
            let mut down = vec![0_u64; size.height() as usize];
            for (row, counts) in planes.counts().chunks_exact(width).enumerate() {
                across.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
                down[row] = counts.iter().sum();
            }
            // Pixels of y count from the top.
            down.reverse();
            let axes = [("x", &view.x, across), ("y", &view.y, down)];
            let told = axes.iter().zip(is_found).filter(|(_, is_found)| *is_found);
            let told: Vec<(f64, String)> =
                told.filter_map(|((axis, scale, counts), _)| axis_limits(axis, scale, counts)).collect();
            let share = told.iter().map(|(share, _)| *share).reduce(f64::min)?;
            let limits: Vec<&str> = told.iter().map(|(_, limits)| limits.as_str()).collect();
            return Some(format!(
                "99 % of the points share {} of an axis, which a few far ones stretch: try {}",
                percent(share),
                limits.join(" ")
            ));
        }
        Canvas::Veil(veil) => painted(veil.pixels(), size.width() as usize, |t| *t < 1.0),
        Canvas::Layer(layer) => painted(layer.pixels(), size.width() as usize, |pixel| pixel[3] < 1.0),
    };
    let share = painted as f64 / area;
    if share >= PAINTED {
        return None;
    }
    let mut axes = [across, down].into_iter().zip(is_found);
    axes.any(|(axis, is_found)| is_found && gap(&axis) >= GAP).then(|| {
        format!(
            "all points lie on {} of the plot, far apart: if a few of them stretch it, set --xlim and --ylim \
             ('pointillist inspect' shows the extents)",
            percent(share)
        )
    })
}

/// How many pixels are painted, and which columns and rows of them hold one.
fn painted<P>(pixels: &[P], width: usize, is_painted: impl Fn(&P) -> bool) -> (u64, Vec<bool>, Vec<bool>) {
    let (mut count, mut across, mut down) = (0, vec![false; width], Vec::new());
    for row in pixels.chunks_exact(width) {
        let before = count;
        for (any, pixel) in across.iter_mut().zip(row) {
            let is_painted = is_painted(pixel);
            count += u64::from(is_painted);
            *any |= is_painted;
        }
        down.push(count > before);
    }
    (count, across, down)
}

/// The longest part of an axis between two painted pixels, of its whole.
fn gap(is_painted: &[bool]) -> f64 {
    let painted: Vec<usize> = (0..is_painted.len()).filter(|at| is_painted[*at]).collect();
    let longest = painted.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap_or(0);
    longest as f64 / is_painted.len() as f64
}

/// The share of an axis that nearly all rows are in, and its limits as an option, where that is little.
fn axis_limits(axis: &str, scale: &Scale, counts: &[u64]) -> Option<(f64, String)> {
    let total: u64 = counts.iter().sum();
    let most = (total as f64 * LEFT_OUT) as u64;
    let start = first_beyond(counts.iter(), most)?;
    let end = counts.len() - first_beyond(counts.iter().rev(), most)?;
    let share = (end - start) as f64 / counts.len() as f64;
    let is_alone = counts[..start].iter().chain(&counts[end..]).all(|count| *count == 0);
    if share >= SQUEEZED || is_alone {
        return None;
    }
    let [start, end] = [start, end].map(|edge| value(scale, edge as f64 / counts.len() as f64));
    Some((share, format!("--{axis}lim={},{}", start?, end?)))
}

/// Where the sum of the counts so far is first above `most`.
fn first_beyond<'a>(mut counts: impl Iterator<Item = &'a u64>, most: u64) -> Option<usize> {
    let mut sum = 0;
    counts.position(|count| {
        sum += count;
        sum > most
    })
}

/// The value at a fraction of an axis, with the digits that its pixels can tell apart.
fn value(scale: &Scale, fraction: f64) -> Option<String> {
    let fraction = if scale.is_reversed() { 1.0 - fraction } else { fraction };
    let (lo, hi) = scale.transformed();
    let at = lo + fraction * (hi - lo);
    match (scale.kind(), scale.domain(), scale.calendar()) {
        (Kind::Time, Domain::Int { lo, hi }, Some(calendar)) => {
            Some(calendar.unit.iso8601(lo + (fraction * (hi - lo) as f64) as i128))
        }
        (Kind::Linear, ..) => Some(digits(at, hi - lo)),
        (Kind::Log, ..) => Some(digits(libm::exp10(at), libm::exp10(at))),
        _ => None,
    }
}

/// A number to a ten-thousandth of a span.
fn digits(value: f64, span: f64) -> String {
    let decimals = (4.0 - libm::floor(libm::log10(span))).clamp(0.0, 17.0) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn percent(share: f64) -> String {
    if share < 0.001 { "less than 0.1 %".to_owned() } else { format!("{:.1} %", 100.0 * share) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_rows_have_their_own_limits() {
        let scale = Scale::linear(0.0, 1000.0).unwrap();
        let mut counts = vec![0; 100];
        (counts[0], counts[1], counts[99]) = (600, 399, 1);
        assert_eq!(axis_limits("x", &scale, &counts), Some((0.02, "--xlim=0,20".to_owned())));
        let reversed = Scale::linear(1000.0, 0.0).unwrap();
        assert_eq!(axis_limits("y", &reversed, &counts), Some((0.02, "--ylim=1000,980".to_owned())));
        counts[50] = 100;
        assert_eq!(axis_limits("x", &scale, &counts), None, "they are no few");
        assert_eq!(axis_limits("x", &scale, &[0; 100]), None, "nothing is drawn");
        let mut alone = vec![0; 100];
        alone[50] = 2000;
        assert_eq!(axis_limits("x", &scale, &alone), None, "nothing lies outside");
    }

    #[test]
    fn painted_pixels_are_counted_by_columns_and_rows() {
        let pixels = [0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0];
        let (count, across, down) = painted(&pixels, 4, |pixel| *pixel > 0);
        assert_eq!((count, across, down), (3, vec![true, false, true, false], vec![true, true, true]));
        assert_eq!(painted(&pixels[3..6], 3, |pixel| *pixel > 0), (0, vec![false; 3], vec![false]));
    }

    #[test]
    fn a_gap_is_between_painted_pixels() {
        let painted = |at: &[usize]| (0..100).map(|pixel| at.contains(&pixel)).collect::<Vec<_>>();
        assert_eq!(gap(&painted(&[5, 95])), 0.89);
        assert_eq!(gap(&painted(&[5, 50, 95])), 0.44);
        assert_eq!(gap(&painted(&[50])), 0.0);
        assert_eq!(gap(&painted(&[])), 0.0);
    }

    #[test]
    fn limits_have_the_digits_that_pixels_can_tell_apart() {
        for (value, span, text) in [(0.123_456_789, 1.0, "0.1235"), (123_456.7, 1e6, "123457"), (-0.000_001, 1.0, "0")]
        {
            assert_eq!(digits(value, span), text);
        }
    }
}
