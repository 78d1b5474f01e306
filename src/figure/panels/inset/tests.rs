//! Unit tests of insets.

use super::*;
use crate::figure::Theme;

/// A point within a box, not on its rim.
fn is_inside(block: Block, (x, y): (f64, f64)) -> bool {
    let [left, top, right, bottom] = [block.left, block.top, block.right() - 1, block.bottom() - 1].map(f64::from);
    x > left + 1e-6 && x < right - 1e-6 && y > top + 1e-6 && y < bottom - 1e-6
}

#[test]
fn joining_lines_run_through_neither_box() {
    let region = Block::new(200, 200, 40, 30);
    let mut seen = 0;
    for left in (0..400).step_by(23) {
        for top in (0..400).step_by(19) {
            for (width, height) in [(90, 60), (35, 25), (60, 20)] {
                let area = Block::new(left, top, width, height);
                let lines = joined(region, area);
                assert_eq!(lines.len(), if meets(region, area) { 0 } else { 2 });
                for ((x0, y0), (x1, y1)) in lines {
                    seen += 1;
                    for step in 0..=1000 {
                        let along = |a: i32, b: i32| f64::from(a) + f64::from(b - a) * f64::from(step) / 1000.0;
                        let point = (along(x0, x1), along(y0, y1));
                        assert!(!is_inside(region, point) && !is_inside(area, point), "{area:?}: {point:?}");
                    }
                }
            }
        }
    }
    assert!(seen > 500);
}

#[test]
fn lines_are_as_dark_as_they_are_wide_and_no_mask_is_large() {
    let color = Rgba8::opaque(0, 0, 0);
    for to in [(1000, 0), (0, 1000), (700, 700), (-300, 911)] {
        for line_px in [1, 3] {
            let ops = line((0, 0), to, line_px, color);
            let mut sum = 0.0;
            for op in &ops {
                let Op::Shape { mask, .. } = op else { panic!("a shape") };
                assert!(mask.width <= PIECE_PX && mask.height <= PIECE_PX);
                sum += mask.coverage.iter().map(|covered| f64::from(*covered) / 255.0).sum::<f64>();
            }
            let length = f64::from(to.0).hypot(f64::from(to.1));
            let expected = (length + 1.0) * f64::from(line_px);
            assert!((sum - expected).abs() < 0.03 * expected, "{to:?}: {sum} for {expected}");
        }
    }
    assert!(line((5, 5), (5, 5), 1, color).is_empty());
}

#[test]
fn everything_lies_on_the_paper_and_labels_apart() {
    for (width, height, dpi) in [(1024, 768, 100.0), (320, 240, 100.0), (120, 90, 100.0), (4000, 3000, 300.0)] {
        for (x, y) in [
            (Scale::linear(-125.0, -110.0), Scale::linear(3e-7, 4e-7)),
            (Scale::log(1.0, 1e9), Scale::linear(0.0, 1.0)),
        ] {
            let (x, y) = (x.expect("x"), y.expect("y"));
            let spec = FigureSpec { dpi, ..FigureSpec::new(width, height) };
            let style = Style::new(Theme::Light, dpi);
            let plot = Block::new(30, 10, width as i32 - 40, height as i32 - 40);
            let request = InsetRequest { x: &x, y: &y, region: [0.1, 0.2, 0.4, 0.5], share: 0.4 };
            let inset = Inset::reserved(plot, &request, &spec, &style).expect("room");
            for place in &inset.places {
                assert!(is_within(place.paper, plot));
                let area = place.plate.area();
                assert_eq!((area.width, area.height), inset.size_px());
                let area = Block::new(area.x as i32, area.y as i32, area.width as i32, area.height as i32);
                assert!(is_within(area, place.paper));
                let blocks: Vec<Block> = place.plate.over.iter().map(Op::block).collect();
                assert!(
                    blocks.iter().all(|block| is_within(*block, place.paper)),
                    "{width}x{height}: {:?}",
                    place.paper
                );
                let texts = place.plate.over.iter().filter(|op| matches!(op, Op::Text { .. })).map(Op::block);
                let texts: Vec<Block> = texts.collect();
                assert!(width < 1000 || !texts.is_empty(), "{width}x{height} has labels");
                for (number, text) in texts.iter().enumerate() {
                    assert!(!meets(*text, area), "a label lies on the points");
                    assert!(texts[number + 1..].iter().all(|other| !meets(*text, *other)), "labels touch");
                }
            }
        }
    }
}

#[test]
fn the_marked_part_is_whole_pixels_within_the_plot() {
    let plot = Block::new(10, 20, 100, 50);
    assert_eq!(region(plot, [0.25, 0.5, 0.0, 0.2]), Block::new(35, 60, 25, 10));
    assert_eq!(region(plot, [-1.0, 2.0, -1.0, 2.0]), plot, "cut at the plot's edges");
    assert_eq!(region(plot, [0.5, 0.25, 0.2, 0.0]), Block::new(35, 60, 25, 10), "of reversed axes too");
    let speck = region(plot, [0.5, 0.5, 0.5, 0.5]);
    assert_eq!((speck.width, speck.height), (1, 1));
}
