//! A picture made small by an exact box filter, row by row.
//!
//! Works on sRGB numbers, as all blending here does: a pixel is the mean of the area it stands for, weighted by alpha.
//! Everything is counted in integers, so a pixel is the rounded true mean and the same on every machine.

use super::fitted;
use crate::error::{Error, Result};
use crate::picture::PngRows;

/// A small picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thumbnail {
    width: u32,
    pixels: Vec<[u8; 4]>,
}

impl Thumbnail {
    /// Of rows of pixels; `width` is at least 1.
    #[cfg(test)]
    pub(super) fn new(width: u32, pixels: Vec<[u8; 4]>) -> Self {
        assert!(width > 0 && pixels.len().is_multiple_of(width as usize), "whole rows");
        Self { width, pixels }
    }

    /// The picture in a room of so many pixels, never larger than it is.
    ///
    /// # Errors
    /// An input error when the picture is damaged or truncated.
    pub(super) fn read(rows: &mut PngRows, room: (u32, u32)) -> Result<Self> {
        let from = rows.size_px();
        let to = fitted(from, room);
        let mut filter = BoxFilter::new(from, to);
        while let Some(row) = rows.next_row()? {
            filter.push(row);
        }
        filter.finish().ok_or_else(|| Error::input("the picture has lost rows"))
    }

    /// Pixels in a row.
    pub(super) fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    pub(super) fn height(&self) -> u32 {
        (self.pixels.len() / self.width as usize) as u32
    }

    /// Rows from top to bottom: red, green and blue as they look on black, and alpha.
    pub(super) fn rows(&self) -> std::slice::ChunksExact<'_, [u8; 4]> {
        self.pixels.chunks_exact(self.width as usize)
    }
}

/// Rows in, fewer and shorter rows out.
///
/// Lengths are counted in units of 1/(from * to): a pixel that comes in is `to` long, one that goes out `from`, so that
/// every overlap is whole. A sum is below 255 * 255 * 65535^2 < 2^49.
struct BoxFilter {
    from: (u32, u32),
    to: (u32, u32),
    /// The row that came last, filtered along itself.
    line: Vec<[u64; 4]>,
    /// The row that is being gathered.
    sums: Vec<[u64; 4]>,
    rows_in: u64,
    pixels: Vec<[u8; 4]>,
}

impl BoxFilter {
    fn new(from: (u32, u32), to: (u32, u32)) -> Self {
        let row = vec![[0; 4]; to.0 as usize];
        let pixels = Vec::with_capacity(to.0 as usize * to.1 as usize);
        Self { from, to, line: row.clone(), sums: row, rows_in: 0, pixels }
    }

    fn push(&mut self, row: &[u8]) {
        let (width, out_width) = (u64::from(self.from.0), u64::from(self.to.0));
        self.line.fill([0; 4]);
        for (j, pixel) in (0_u64..).zip(row.chunks_exact(4)) {
            let alpha = u64::from(pixel[3]);
            let weighted = [0, 1, 2].map(|channel| alpha * u64::from(pixel[channel]));
            let (start, end) = (j * out_width, (j + 1) * out_width);
            let (first, last) = (start / width, (end - 1) / width);
            // Nothing is enlarged, so it lies in one pixel or in two.
            for out in first..=last {
                let overlap = end.min((out + 1) * width) - start.max(out * width);
                let sum = &mut self.line[out as usize];
                for (sum, value) in sum.iter_mut().zip(weighted) {
                    *sum += overlap * value;
                }
                sum[3] += overlap * alpha;
            }
        }
        let (height, out_height) = (u64::from(self.from.1), u64::from(self.to.1));
        let (start, end) = (self.rows_in * out_height, (self.rows_in + 1) * out_height);
        self.rows_in += 1;
        for out in start / height..=(end - 1) / height {
            let overlap = end.min((out + 1) * height) - start.max(out * height);
            for (sum, value) in self.sums.iter_mut().flatten().zip(self.line.iter().flatten()) {
                *sum += overlap * value;
            }
            if end >= (out + 1) * height {
                self.emit();
            }
        }
    }

    fn emit(&mut self) {
        let area = u64::from(self.from.0) * u64::from(self.from.1);
        let rounded = |sum: u64, by: u64| ((2 * sum + by) / (2 * by)) as u8;
        self.pixels.extend(self.sums.iter().map(|&[r, g, b, alpha]| match rounded(alpha, area) {
            0 => [0; 4],
            alpha => [rounded(r, 255 * area), rounded(g, 255 * area), rounded(b, 255 * area), alpha],
        }));
        self.sums.fill([0; 4]);
    }

    fn finish(self) -> Option<Thumbnail> {
        let is_whole = self.pixels.len() == self.to.0 as usize * self.to.1 as usize;
        is_whole.then_some(Thumbnail { width: self.to.0, pixels: self.pixels })
    }
}
