//! Ticks by geometry: lines at their values, labels apart, both directions of every kind of axis.

use super::*;
use crate::data::chunk::TimeUnit;
use crate::figure::theme::Theme;
use crate::scale::{Calendar, Domain};

fn style(dpi: f64) -> Style {
    Style::new(Theme::Light, dpi)
}

/// Every kind of axis, each with the same one reversed.
fn pairs() -> Vec<[Scale; 2]> {
    let day = 86_400_000;
    let calendar = |zone: &str| Calendar { unit: TimeUnit::Millisecond, zone: Some(zone.to_owned()) };
    let time = |start, end, zone: &str| Scale::time(start, end, calendar(zone));
    let new_year = 1_704_067_200_000;
    let both = [
        [Scale::linear(-0.37, 12.9), Scale::linear(12.9, -0.37)],
        [Scale::linear(1e9, 1e9 + 0.013), Scale::linear(1e9 + 0.013, 1e9)],
        [Scale::linear(-3e-300, 5e-300), Scale::linear(5e-300, -3e-300)],
        [Scale::linear(-8e307, 8e307), Scale::linear(8e307, -8e307)],
        [Scale::log(0.02, 7000.0), Scale::log(7000.0, 0.02)],
        [Scale::log(1e-300, 1e300), Scale::log(1e300, 1e-300)],
        [Scale::log(2.1, 2.9), Scale::log(2.9, 2.1)],
        [Scale::symlog(-30.0, 4e5, None), Scale::symlog(4e5, -30.0, None)],
        [Scale::integers(1 << 60, (1 << 60) + 77), Scale::integers((1 << 60) + 77, 1 << 60)],
        [
            time(new_year - day, new_year + 2 * day, "Europe/Berlin"),
            time(new_year + 2 * day, new_year - day, "Europe/Berlin"),
        ],
        [time(0, 400 * day, "UTC"), time(400 * day, 0, "UTC")],
        [time(0, 90, "Asia/Kolkata"), time(90, 0, "Asia/Kolkata")],
    ];
    both.into_iter().map(|pair| pair.map(|scale| scale.expect("limits"))).collect()
}

#[test]
fn lines_lie_within_half_a_pixel_of_their_values_and_ends_on_the_spines() {
    assert_eq!([0.0, 0.05, 0.5, 0.999, 1.0].map(|f| offset_px(f, 10, 1)), [-1, 0, 5, 9, 10]);
    assert_eq!([0.0, 0.5, 1.0].map(|f| offset_px(f, 10, 3)), [-3, 4, 10]);
    for dpi in [100.0, 200.0, 300.0] {
        let style = style(dpi);
        for scale in pairs().into_iter().flatten() {
            for length in [61, 333, 1024] {
                let plot = Block::new(40, 30, length, length);
                let (x, y) =
                    (AxisTicks::across(&scale, length, true, &style), AxisTicks::upwards(&scale, length, true, &style));
                let middles = |ops: Vec<Op>, is_upwards: bool| -> Vec<f64> {
                    let lines = ops.into_iter().filter(|op| matches!(op, Op::Fill { .. })).map(|op| op.block());
                    let middle = |block: Block| match is_upwards {
                        true => f64::from(plot.bottom()) - f64::from(block.top) - f64::from(block.height) / 2.0,
                        false => f64::from(block.left - plot.left) + f64::from(block.width) / 2.0,
                    };
                    lines.map(middle).collect()
                };
                let of_x = middles(x.below(plot, 0..10_000, true, &style), false);
                let of_y = middles(y.left_of(plot, 0..10_000, true, &style), true);
                for (ticks, middles) in [(&x, of_x), (&y, of_y)] {
                    assert_eq!(middles.len(), ticks.ticks.len());
                    for (shaped, middle) in ticks.ticks.iter().zip(middles) {
                        let value_px = shaped.tick.fraction * f64::from(length);
                        // A spine begins where the axis ends.
                        let is_end = [0.0, 1.0].iter().any(|end| (shaped.tick.fraction - end).abs() < 1e-9);
                        let most_px = if is_end { f64::from(style.line_px) / 2.0 } else { 0.5 };
                        assert!((middle - value_px).abs() <= most_px + 1e-6, "{middle} for {value_px} of {scale:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_reversed_axis_has_the_same_values_the_other_way_round() {
    let style = style(100.0);
    for [forth, back] in pairs() {
        assert!(!forth.is_reversed() && back.is_reversed());
        for is_upwards in [false, true] {
            let of = |scale: &Scale| match is_upwards {
                false => AxisTicks::across(scale, 640, true, &style),
                true => AxisTicks::upwards(scale, 640, true, &style),
            };
            let (forth_ticks, back_ticks) = (of(&forth), of(&back));
            assert_eq!(forth_ticks.shared(), back_ticks.shared(), "{forth:?}");
            let fractions =
                |ticks: &AxisTicks| ticks.ticks.iter().map(|shaped| shaped.tick.fraction).collect::<Vec<_>>();
            let (along, mut against) = (fractions(&forth_ticks), fractions(&back_ticks));
            against.reverse();
            assert_eq!(along.len(), against.len(), "{forth:?}");
            assert!(along.iter().zip(&against).all(|(a, b)| (a - (1.0 - b)).abs() < 1e-9), "{forth:?}");
            if forth.kind() != Kind::Time {
                let labels =
                    |ticks: &AxisTicks| ticks.ticks.iter().map(|shaped| shaped.tick.label.clone()).collect::<Vec<_>>();
                let mut labels_back = labels(&back_ticks);
                labels_back.reverse();
                assert_eq!(labels(&forth_ticks), labels_back);
            }
        }
        assert!(matches!(forth.domain(), Domain::F64 { .. } | Domain::Int { .. }));
    }
}

#[test]
fn labels_of_times_stand_on_their_lines_and_no_two_touch() {
    for dpi in [72.0, 100.0, 300.0] {
        let style = style(dpi);
        for scale in pairs().into_iter().flatten().filter(|scale| scale.kind() == Kind::Time) {
            for length in [90, 200, 640, 3000] {
                let ticks = AxisTicks::across(&scale, length, true, &style);
                // So short that years alone fit, an axis has one line.
                let has_context = ticks.ticks.iter().any(|shaped| shaped.context.is_some());
                assert!(has_context || length < 640, "{scale:?}");
                let lines = 1 + i32::from(has_context);
                assert_eq!(ticks.height_px(&style), lines * text::line_px(style.tick_size_px), "{scale:?}");
                let plot = Block::new(60, 10, length, 50);
                let page = length + 60 + ticks.overhang_px(length, &style) + 1;
                let texts =
                    ticks.below(plot, 0..page, true, &style).into_iter().filter(|op| matches!(op, Op::Text { .. }));
                let blocks: Vec<Block> = texts.map(|op| op.block()).collect();
                let bottom = plot.bottom() + style.line_px + style.below_px() + style.gap_px + ticks.height_px(&style);
                for (i, a) in blocks.iter().enumerate() {
                    assert!(a.left >= 0 && a.right() <= page && a.bottom() <= bottom, "{a:?} on {scale:?}");
                    for b in &blocks[..i] {
                        let is_apart =
                            a.left >= b.right() || b.left >= a.right() || a.top >= b.bottom() || b.top >= a.bottom();
                        assert!(is_apart, "{a:?} and {b:?} on {scale:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_label_of_a_time_seems_to_belong_to_the_context_of_another() {
    let calendar = Calendar { unit: TimeUnit::Second, zone: Some("UTC".into()) };
    let (start, day) = (1_517_356_800, 86_400);
    let scale = Scale::time(start, start + 7 * day, calendar).expect("limits");
    let (mut with, mut without) = (0, 0);
    // Up to the page, and beside a neighbour.
    for (length, from) in (50..600).flat_map(|length| [(length, 0), (length, 38)]) {
        let plot = Block::new(40, 30, length, 100);
        let columns = from..length + 60;
        let ops = AxisTicks::across(&scale, length, true, &style(100.0)).below(plot, columns, true, &style(100.0));
        let is_text = |op: &&Op| matches!(op, Op::Text { .. });
        assert!(ops.iter().filter(is_text).all(|op| op.block().left >= from && op.block().right() <= length + 60));
        let texts: Vec<String> = ops
            .iter()
            .filter_map(|op| match op {
                Op::Text { mask, .. } => Some(mask.run().0.text().to_owned()),
                _ => None,
            })
            .collect();
        let (has_last, has_month) =
            (texts.iter().any(|text| text == "31"), texts.iter().any(|text| text.contains("Jan")));
        assert!(!has_last || has_month, "{length} px: {texts:?}");
        with += usize::from(has_last);
        without += usize::from(!has_last && texts.iter().any(|text| text.contains("Feb")));
    }
    assert!(with > 100 && without > 0, "{with} with the last of January, {without} without");
}
