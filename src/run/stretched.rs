//! Limits that were found from the data and that a few far rows stretch, so that all others share a few pixels.
//!
//! Told from the canvas: where it counts rows, by the columns and rows of pixels that hold nearly all of them; where it
//! only knows which pixels are painted, by how few they are.

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
    let painted = match canvas {
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
        Canvas::Veil(veil) => veil.pixels().iter().filter(|t| **t < 1.0).count(),
        Canvas::Layer(layer) => layer.pixels().iter().filter(|pixel| pixel[3] < 1.0).count(),
    };
    let share = painted as f64 / area;
    (share < PAINTED).then(|| {
        format!(
            "all points lie on {} of the plot, which a few far ones may stretch: see 'pointillist inspect', and set --xlim and --ylim",
            percent(share)
        )
    })
}

/// The share of an axis that nearly all rows are in, and its limits as an option, where that is little.
fn axis_limits(axis: &str, scale: &Scale, counts: &[u64]) -> Option<(f64, String)> {
    let total: u64 = counts.iter().sum();
    let most = (total as f64 * LEFT_OUT) as u64;
    let start = first_beyond(counts.iter(), most)?;
    let end = counts.len() - first_beyond(counts.iter().rev(), most)?;
    let share = (end - start) as f64 / counts.len() as f64;
    if share >= SQUEEZED {
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
    }

    #[test]
    fn limits_have_the_digits_that_pixels_can_tell_apart() {
        for (value, span, text) in [(0.123_456_789, 1.0, "0.1235"), (123_456.7, 1e6, "123457"), (-0.000_001, 1.0, "0")]
        {
            assert_eq!(digits(value, span), text);
        }
    }
}
