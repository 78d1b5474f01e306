//! How much of a part of the plot has been drawn on, for what is put where the points leave room.

use crate::canvas::Canvas;
use crate::figure::Rect;

/// The pixels of a part of the plot area that marks have touched, summed over all canvases.
pub(super) fn occupied<'a>(canvases: impl Iterator<Item = &'a Canvas>, area: Rect) -> u64 {
    canvases.map(|canvas| of(canvas, area)).sum()
}

fn of(canvas: &Canvas, area: Rect) -> u64 {
    match canvas {
        Canvas::Layer(layer) => count(layer.pixels(), canvas, area, |pixel| pixel[3] < 1.0),
        Canvas::Veil(veil) => count(veil.pixels(), canvas, area, |transmittance| *transmittance < 1.0),
        Canvas::Planes(planes) => count(planes.counts(), canvas, area, |count| *count > 0),
    }
}

fn count<T>(pixels: &[T], canvas: &Canvas, area: Rect, is_occupied: impl Fn(&T) -> bool) -> u64 {
    let size = canvas.size();
    let columns = area.x.min(size.width()) as usize..area.x.saturating_add(area.width).min(size.width()) as usize;
    let rows = area.y.min(size.height()) as usize..area.y.saturating_add(area.height).min(size.height()) as usize;
    let in_row = |row: usize| &pixels[row * size.width() as usize..][columns.clone()];
    rows.map(|row| in_row(row).iter().filter(|pixel| is_occupied(pixel)).count() as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::{Layer, Planes, Veil};
    use crate::program::Size;

    #[test]
    fn pixels_are_counted_in_the_box_alone() {
        let size = Size::new(4, 3).unwrap();
        let mut counts = vec![0; 12];
        (counts[0], counts[5], counts[6], counts[11]) = (1, 7, 1, 2);
        let mut layer = vec![[0.0, 0.0, 0.0, 1.0]; 12];
        layer[5] = [0.1, 0.0, 0.0, 0.9];
        let canvases = [
            Canvas::Planes(Planes::from_counts(size, counts)),
            Canvas::Layer(Layer::from_pixels(size, layer)),
            Canvas::Veil(Veil::from_pixels(size, vec![0.5; 12])),
        ];
        let in_box = |x, y, width, height| occupied(canvases.iter(), Rect { x, y, width, height });
        assert_eq!(in_box(0, 0, 4, 3), 4 + 1 + 12);
        assert_eq!(in_box(1, 1, 2, 1), 2 + 1 + 2);
        assert_eq!(in_box(3, 2, 9, 9), 1 + 1, "beyond the canvas there is nothing");
        assert_eq!(in_box(9, 9, 1, 1), 0);
    }
}
