//! A picture on its place in a plot: any row of it, whenever it is asked for.

use std::ops::Range;
use std::sync::Arc;

use super::Pixels;
use crate::color::Rgba8;

/// Where the borders of a picture's columns (or rows) lie along a side of a plot area.
#[derive(Debug, PartialEq)]
pub(super) struct Borders {
    /// In pixels of the plot area, ascending; one more than the picture has columns.
    at_px: Vec<f64>,
    /// The picture's last column comes first.
    is_flipped: bool,
    /// The pixels of the plot area that show something of it.
    seen: Range<i32>,
    /// The first column that each of those meets: they are asked for in every row.
    first: Vec<usize>,
}

impl Borders {
    /// Ascending or descending borders on a side of `length_px` pixels; `None` where nothing of the picture is on it, or a
    /// border is no number.
    pub fn new(mut at_px: Vec<f64>, length_px: i32) -> Option<Self> {
        let is_flipped = at_px.first()? > at_px.last()?;
        if is_flipped {
            at_px.reverse();
        }
        let (first, last) = (*at_px.first()?, *at_px.last()?);
        let is_seen = first < f64::from(length_px) && last > 0.0 && first < last && !at_px.iter().any(|px| px.is_nan());
        let seen = first.floor().max(0.0) as i32..last.ceil().min(f64::from(length_px)) as i32;
        let first_of = |pixel: i32| at_px.partition_point(|px| *px <= f64::from(pixel)).saturating_sub(1);
        let first = if is_seen { seen.clone().map(first_of).collect() } else { Vec::new() };
        is_seen.then_some(Self { at_px, is_flipped, seen, first })
    }

    /// The pixels of the plot area that show something of the picture.
    pub fn seen(&self) -> Range<i32> {
        self.seen.clone()
    }

    /// The columns that a pixel of the plot area meets, each with how much of it that one covers.
    fn parts(&self, pixel: i32) -> impl Iterator<Item = (usize, f64)> + '_ {
        let (lo, hi) = (f64::from(pixel), f64::from(pixel) + 1.0);
        let columns = self.at_px.len() - 1;
        let first = usize::try_from(pixel - self.seen.start).ok().and_then(|at| self.first.get(at));
        (first.copied().unwrap_or(columns)..columns).take_while(move |column| self.at_px[*column] < hi).map(
            move |column| {
                let covered = self.at_px[column + 1].min(hi) - self.at_px[column].max(lo);
                (if self.is_flipped { columns - 1 - column } else { column }, covered.max(0.0))
            },
        )
    }
}

/// A picture of which every row and column of a block of the figure knows its part.
#[derive(Debug)]
pub(in crate::figure) struct Placed {
    pixels: Arc<Pixels>,
    columns: Borders,
    rows: Borders,
}

impl PartialEq for Placed {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pixels, &other.pixels) && self.columns == other.columns && self.rows == other.rows
    }
}

/// No border is NaN.
impl Eq for Placed {}

impl Placed {
    pub(super) fn new(pixels: Arc<Pixels>, columns: Borders, rows: Borders) -> Self {
        Self { pixels, columns, rows }
    }

    /// The straight colours of a row of the block, 0 on top, from its left to its right.
    ///
    /// Every pixel is the mean of what it covers, summed in a fixed order: the same bytes everywhere.
    pub fn row(&self, row: usize, out: &mut Vec<Rgba8>) {
        let Pixels { width, rgba, .. } = &*self.pixels;
        let row_bytes = *width as usize * 4;
        // Premultiplied, 0 to 255.
        let mut sums = vec![[0.0_f64; 4]; self.columns.seen.len()];
        for (source, row_share) in self.rows.parts(self.rows.seen.start + row as i32) {
            let source = &rgba[source * row_bytes..][..row_bytes];
            for (sum, column) in sums.iter_mut().zip(self.columns.seen()) {
                for (pixel, share) in self.columns.parts(column) {
                    let [r, g, b, a] = [0, 1, 2, 3].map(|channel| f64::from(source[4 * pixel + channel]));
                    let weight = row_share * share * a;
                    for (sum, value) in sum.iter_mut().zip([r, g, b, 255.0]) {
                        *sum += weight * value / 255.0;
                    }
                }
            }
        }
        out.clear();
        out.extend(sums.into_iter().map(|[r, g, b, alpha]| {
            // `as` saturates.
            let a = (alpha + 0.5) as u8;
            let straight = |sum: f64| if a > 0 { (255.0 * sum / alpha + 0.5) as u8 } else { 0 };
            Rgba8 { r: straight(r), g: straight(g), b: straight(b), a }
        }));
    }
}
