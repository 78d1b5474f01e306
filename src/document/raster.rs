//! The points of one plot area as rows of straight RGBA.

use crate::error::Result;
use crate::figure::Plate;
use crate::picture::{Rows, straight};

/// Hands rows of straight RGBA to what it is called with, from top to bottom.
pub(super) type RgbaRows<'a> = dyn FnMut(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> + 'a;

/// Hands on the rows of a plate from top to bottom, quantised as those of a PNG are.
pub(super) fn each_row(
    number: usize,
    plate: &Plate,
    rows: &Rows<'_>,
    emit: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let area = plate.area();
    let mut points = vec![[0.0; 4]; area.width as usize];
    let mut bytes = vec![0; 4 * area.width as usize];
    for row in 0..area.height {
        points.fill([0.0; 4]);
        rows(number, row, &mut points)?;
        for (bytes, point) in bytes.chunks_exact_mut(4).zip(&points) {
            bytes.copy_from_slice(&straight(*point));
        }
        emit(&bytes)?;
    }
    Ok(())
}
