//! Where an empty pixel finds a number to show: the nearest pixel that has one, within a radius.
//!
//! Pixels that have a number keep it, so every number in the picture is one of a pixel of the data: what the colorbar
//! says stays true, which adding neighbours up would not.

use crate::program::Size;

/// Spreads numbers into empty pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    radius: usize,
}

/// Farther than any radius.
const NOWHERE: usize = usize::MAX;

impl Spread {
    pub(super) fn new(radius_px: u32) -> Self {
        Self { radius: radius_px as usize }
    }

    /// The empty pixels of a row that show another one's number: their column, and the index of that pixel.
    ///
    /// It is the nearest by Euclidean distance within the radius; of equally near ones the one with the largest number,
    /// and of those the first in reading order.
    pub(super) fn sources(
        self,
        counts: &[u64],
        size: Size,
        row: u32,
        number: &dyn Fn(usize) -> f64,
    ) -> Vec<(usize, usize)> {
        let (width, height, row) = (size.width() as usize, size.height() as usize, row as usize);
        if self.radius == 0 {
            return Vec::new();
        }
        // Rows to the nearest number above (this row included) and below, column by column.
        let nearest = |rows: &mut dyn Iterator<Item = usize>| {
            let mut distances = vec![NOWHERE; width];
            for (distance, at) in rows.take(self.radius + 1).enumerate() {
                for (nearest, count) in distances.iter_mut().zip(&counts[at * width..(at + 1) * width]) {
                    if *nearest == NOWHERE && *count > 0 {
                        *nearest = distance;
                    }
                }
            }
            distances
        };
        let above = nearest(&mut (0..=row).rev());
        let below = nearest(&mut (row..height));
        let empty = (0..width).filter(|x| counts[row * width + x] == 0);
        let found = empty.filter_map(|x| {
            let mut best: Option<(usize, f64, usize)> = None;
            for column in x.saturating_sub(self.radius)..width.min(x + self.radius + 1) {
                for (distances, is_above) in [(&above, true), (&below, false)] {
                    let rows = distances[column];
                    let squared = column.abs_diff(x).pow(2) + rows.checked_pow(2).unwrap_or(NOWHERE / 2);
                    if squared > self.radius.pow(2) || best.is_some_and(|best| squared > best.0) {
                        continue;
                    }
                    let pixel = (if is_above { row - rows } else { row + rows }) * width + column;
                    let this = (squared, number(pixel), pixel);
                    let is_better = best
                        .is_none_or(|best| this.0 < best.0 || this.1 > best.1 || (this.1 == best.1 && this.2 < best.2));
                    if is_better {
                        best = Some(this);
                    }
                }
            }
            best.map(|(_, _, pixel)| (x, pixel))
        });
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, pixel by pixel.
    fn naive(counts: &[u64], (width, height): (usize, usize), row: usize, radius: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for x in (0..width).filter(|x| counts[row * width + x] == 0) {
            let mut all: Vec<(usize, i64, usize)> = Vec::new();
            for pixel in (0..width * height).filter(|pixel| counts[*pixel] > 0) {
                let squared = (pixel % width).abs_diff(x).pow(2) + (pixel / width).abs_diff(row).pow(2);
                if squared <= radius * radius {
                    all.push((squared, -(counts[pixel] as i64), pixel));
                }
            }
            found.extend(all.iter().min().map(|nearest| (x, nearest.2)));
        }
        found
    }

    proptest! {
        #[test]
        fn the_nearest_is_found(
            counts in proptest::collection::vec(prop_oneof![4 => Just(0u64), 1 => 1u64..4], 12 * 9),
            radius in 0u32..6,
        ) {
            let size = Size::new(12, 9).unwrap();
            for row in 0..9 {
                let found = Spread::new(radius).sources(&counts, size, row, &|pixel| counts[pixel] as f64);
                prop_assert_eq!(found, naive(&counts, (12, 9), row as usize, radius as usize));
            }
        }
    }
}
