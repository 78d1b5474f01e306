//! Colorbars of every norm: labels fit, and the colour at a tick is that of its value.

use std::sync::Arc;

use proptest::prelude::*;

use super::labels::tests::{norms, value};
use super::*;
use crate::color::{Colormap, Norm, NormKind, Ramp};
use crate::data::chunk::TimeUnit;
use crate::figure::{Extends, FigureSpec, Key, Layer, Layout, Rect, Theme};
use crate::scale::{Calendar, Scale};

pub(super) fn bar(norm: Option<Norm>) -> Colorbar {
    Colorbar { norm, label: Some("count".into()), ..Colorbar::new(Ramp::new(Colormap::default(), None)) }
}

pub(super) fn style() -> Style {
    Style::new(Theme::Light, 100.0)
}

/// A painted figure, its plot and its bar.
fn painted(bar: &Colorbar, width: u32, height: u32, theme: Theme) -> (tiny_skia::Pixmap, Rect, Block) {
    let axis = Scale::linear(0.0, 1.0).expect("limits");
    let spec = FigureSpec {
        theme,
        background: Some(theme.background()),
        title: Some("Title".into()),
        ..FigureSpec::new(width, height)
    };
    let unknown = Colorbar { norm: None, extends: Extends::default(), histogram: None, ..bar.clone() };
    let layout = Layout::reserve(&spec, &axis, &axis, &[Key::Colorbar(unknown)]).expect("layout");
    let figure = layout.fill(&[Key::Colorbar(bar.clone())]);
    let mut page = tiny_skia::Pixmap::new(width, height).expect("size");
    let color = theme.background();
    page.fill(tiny_skia::Color::from_rgba8(color.r, color.g, color.b, 255));
    figure.plates[0].paint(Layer::Over, 0, &mut page);
    let ramp = figure.plates[0].over.iter().find_map(|op| match op {
        Op::Ramp { block, .. } => Some(*block),
        _ => None,
    });
    (page, figure.plates[0].area(), ramp.unwrap_or(Block::new(0, 0, 0, 0)))
}

#[test]
fn the_colour_beside_a_tick_is_that_of_its_value() {
    let style = style();
    let table: Vec<[u8; 3]> =
        (0..256).map(|i| Ramp::new(Colormap::default(), None).color_from_t((f64::from(i) + 0.5) / 256.0)).collect();
    for norm in norms(1.0, 40_000.0).into_iter().chain(norms(-20.0, 35.0)) {
        let bar =
            Colorbar { extends: Extends { under: Some(style.ink), over: Some(style.ink) }, ..bar(Some(norm.clone())) };
        let (page, plot, block) = painted(&bar, 900, 800, Theme::Light);
        let area = Block::new(block.left - 1, plot.y as i32, 200, plot.height as i32);
        let columns = Columns::reserved(&self::bar(None), area.height, &style);
        let arrow = arrow_px(columns, area);
        let inner = Block::new(block.left, area.top + arrow, block.width, area.height - 2 * arrow);
        let (labels, inner) = columns.labelled(&bar, inner, &style).expect("known");
        assert_eq!(inner, block, "the bar that was drawn");
        let rgb = |x: i32, y: i32| {
            let pixel = page.pixel(x as u32, y as u32).expect("on the page");
            [pixel.red(), pixel.green(), pixel.blue()]
        };
        // The rows with ink of a full tick.
        let tick_rows: Vec<i32> =
            (block.top - 1..=block.bottom()).filter(|row| rgb(block.right() + 4, *row) == style.ink.rgb()).collect();
        assert_eq!(tick_rows.len(), labels.texts.len(), "{:?} {:?}", norm.kind(), labels.texts);
        for ((_, text), row) in labels.texts.iter().zip(tick_rows.iter().rev()) {
            let t = norm.t_from_value(value(text, &labels.shared));
            let place = f64::from(block.bottom()) - t * f64::from(block.height);
            assert!((f64::from(*row) + 0.5 - place).abs() <= 0.5 + 1e-9, "{text} at row {row}, not {place}");
            let seen = rgb(block.left + block.width / 2, (*row).clamp(block.top, block.bottom() - 1));
            let entry = table.iter().position(|color| *color == seen).expect("a colour of the map") as f64;
            let expected = (t * 256.0).floor().min(255.0);
            assert!((entry - expected).abs() <= 1.0, "{text} of {:?} has entry {entry}, not {expected}", norm.kind());
        }
    }
}

#[test]
fn arrows_stay_in_the_box_and_show_their_colours() {
    let (red, blue) = (Rgba8::opaque(255, 0, 0), Rgba8::opaque(0, 0, 255));
    let of = |under, over| {
        let bar = Colorbar { extends: Extends { under, over }, ..bar(Some(Norm::linear(0.0, 1.0).expect("finite"))) };
        painted(&bar, 400, 300, Theme::Light)
    };
    let has = |page: &tiny_skia::Pixmap, color: Rgba8| {
        page.pixels().iter().filter(|p| [p.red(), p.green(), p.blue()] == color.rgb()).count()
    };
    let (page, plot, plain) = of(None, None);
    assert_eq!((plain.top, plain.height), (plot.y as i32, plot.height as i32), "as high as the plot");
    assert_eq!((has(&page, red), has(&page, blue)), (0, 0));
    let (page, plot, block) = of(Some(red), Some(blue));
    assert!(has(&page, red) > 40 && has(&page, blue) > 40);
    assert!(block.top > plot.y as i32 + 4 && block.bottom() < (plot.y + plot.height) as i32 - 4);
    assert_eq!(block.left, plain.left);
    let colored_rows = |color: Rgba8| {
        let at = page.pixels().iter().position(|p| [p.red(), p.green(), p.blue()] == color.rgb()).expect("seen");
        at as i32 / 400
    };
    assert!(colored_rows(blue) < block.top && colored_rows(red) >= block.bottom(), "over above, under below");
}

#[test]
fn a_histogram_has_a_bar_for_each_bin_in_its_room() {
    let style = style();
    let counts = [0, 1, 1000, 1_000_000];
    for height in [4, 40, 401] {
        let ops = histogram_ops(&counts, Block::new(50, 10, 14, height), 28, &style);
        let lengths: Vec<(i32, i32)> = ops.iter().map(|op| (op.block().top, op.block().width)).collect();
        assert_eq!(
            lengths.iter().map(|(_, width)| *width).collect::<Vec<_>>(),
            [28, 14, 1],
            "log1p, the largest bin on top"
        );
        assert!(ops.iter().all(|op| op.block().right() == 49), "they end at the spine");
        assert!(ops.iter().map(|op| op.block().height).sum::<i32>() <= height);
    }
    // Finer bins than rows: every pixel is in one row.
    let ones = histogram_ops(&[1; 100], Block::new(50, 0, 14, 10), 28, &style);
    assert_eq!(ones.iter().map(|op| op.block()).collect::<Vec<_>>(), [Block::new(21, 0, 28, 10)]);
    assert!(histogram_ops(&[], Block::new(50, 0, 14, 10), 28, &style).is_empty());
    assert!(histogram_ops(&[0, 0], Block::new(50, 0, 14, 10), 28, &style).is_empty());
    assert_eq!(histogram_ops(&[u64::MAX; 300], Block::new(50, 0, 14, 10), 28, &style).len(), 1, "no overflow");
}

#[test]
fn times_that_were_not_known_fit_their_room_down_to_seconds() {
    let style = style();
    for zone in [None, Some("UTC".to_owned())] {
        let calendar = Calendar { unit: TimeUnit::Second, zone };
        let unknown = Colorbar { calendar: Some(calendar), ..bar(None) };
        for range_secs in [20.0, 3_000.0, 90_000.0, 600_000.0, 1e8] {
            let norm = Norm::linear(1_517_443_207.0, 1_517_443_207.0 + range_secs).ok();
            let known = Colorbar { norm, ..unknown.clone() };
            for height in [150, 400, 700] {
                let columns = Columns::reserved(&unknown, height, &style);
                let inner = Block::new(0, 0, 20, height);
                let (labels, _) = columns.labelled(&known, inner, &style).unwrap();
                assert!(labels.texts.len() >= 2, "{range_secs} s on {height} px");
                assert!(labels.ticks.width_px() <= columns.label_px, "{range_secs} s: {:?}", labels.texts);
            }
        }
    }
}

#[test]
fn times_below_a_second_keep_their_labels() {
    let style = style();
    let calendar = Calendar { unit: TimeUnit::Nanosecond, zone: Some("Asia/Tokyo".to_owned()) };
    let unknown = Colorbar { calendar: Some(calendar), ..bar(None) };
    for range_ns in [1e4, 1e6, 1e8, 2.5e9] {
        let norm = Norm::linear(1_711_846_923_123_456_768.0, 1_711_846_923_123_456_768.0 + range_ns).ok();
        let known = Colorbar { norm, ..unknown.clone() };
        for (reserved, height) in [(&unknown, 150), (&unknown, 600), (&known, 150), (&known, 600)] {
            let columns = Columns::reserved(reserved, height, &style);
            let (labels, _) = columns.labelled(&known, Block::new(0, 0, 20, height), &style).unwrap();
            assert!(labels.texts.len() >= 2, "{range_ns} ns on {height} px");
            assert!(range_ns > 1e9 || !labels.shared.is_empty(), "the date is written once: {:?}", labels.texts);
            assert!(labels.ticks.width_px() <= columns.label_px, "{range_ns} ns: {:?}", labels.texts);
            assert!(labels.texts.windows(2).all(|pair| pair[0].1 != pair[1].1), "{:?}", labels.texts);
            // With what they share they are the whole time, on Tokyo's clock.
            let whole = format!("{}{}", labels.shared, labels.texts[0].1);
            assert!(whole.starts_with("2024-03-31") && whole.contains("10:02:0"), "{whole}");
        }
    }
    let one = Colorbar { norm: Norm::linear(86_400e9, 86_400e9).ok(), ..unknown };
    let columns = Columns::reserved(&one, 300, &style);
    let (labels, _) = columns.labelled(&one, Block::new(0, 0, 20, 300), &style).unwrap();
    assert_eq!(labels.texts.len(), 1);
    assert!(labels.ticks.width_px() <= columns.label_px, "{:?} {}", labels.texts, labels.shared);
}

#[test]
fn times_have_dates() {
    let calendar = Calendar { unit: TimeUnit::Second, zone: None };
    let bar = Colorbar { calendar: Some(calendar), ..bar(Norm::linear(1_700_000_000.0, 1_800_000_000.0).ok()) };
    let columns = Columns::reserved(&bar, 600, &style());
    let (labels, _) = columns.labelled(&bar, Block::new(0, 0, 100, 600), &style()).expect("known");
    assert!(labels.texts.iter().all(|(_, text)| text.starts_with("20")), "{:?}", labels.texts);
    assert!(labels.ticks.width_px() <= columns.label_px);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn known_norms_reserve_what_their_labels_need(lo in -1e3..1e3f64, magnitude in -6..12i32, height in 120..900i32, arrows in 0..3usize) {
        let style = style();
        for norm in norms(lo, lo + 10f64.powi(magnitude)) {
            let bar = bar(Some(norm));
            let columns = Columns::reserved(&bar, height, &style);
            let area = Block::new(0, 0, 100, height);
            let inner = Block { height: height - arrows as i32 * arrow_px(columns, area), ..area };
            let (labels, _) = columns.labelled(&bar, inner, &style).expect("known");
            prop_assert!(labels.ticks.width_px() <= columns.label_px, "{:?} {:?}", labels.texts, bar.norm);
        }
    }
}

/// Whole figures for looking at, small ones too, with a colorbar or a legend.
#[test]
fn gallery_of_figures() {
    let Some(folder) = std::env::var_os("FIGURE_GALLERY") else { return };
    let entry = |i: u64| crate::figure::LegendEntry {
        name: if i == 39 { "other".into() } else { format!("category {i}") },
        color: crate::color::palette::color_of(i as usize, 40),
        swatch: None,
        count: Some(10u64.pow((i % 19) as u32) + i),
    };
    let legend = Key::Legend { title: None, entries: (0..40).map(entry).collect(), has_counts: true };
    let few = Key::Legend { title: None, entries: (0..5).map(entry).chain([entry(39)]).collect(), has_counts: true };
    let mut bar = bar(Norm::new(NormKind::Log, 1.0, 3e12).ok());
    bar.extends = Extends { under: Some(Rgba8::opaque(9, 200, 90)), over: Some(Rgba8::opaque(255, 120, 0)) };
    bar.has_histogram = true;
    bar.histogram = Some((0..64u64).map(|i| if i % 9 == 4 { 0 } else { (70 - i).pow(2) }).collect());
    let deep = Colorbar { norm: Norm::linear(1e9, 1e9 + 5.0).ok(), ..bar.clone() };
    let axis = Scale::linear(0.0, 1.0).expect("limits");
    for (i, key) in [legend, few, Key::Colorbar(bar), Key::Colorbar(deep)].iter().enumerate() {
        for (width, height) in [(200, 150), (320, 240), (640, 480)] {
            for theme in [Theme::Light, Theme::Dark] {
                let spec = FigureSpec {
                    theme,
                    background: Some(theme.background()),
                    title: Some("A title".into()),
                    x_label: Some("x".into()),
                    y_label: Some("y".into()),
                    ..FigureSpec::new(width, height)
                };
                let figure = Layout::reserve(&spec, &axis, &axis, std::slice::from_ref(key))
                    .expect("layout")
                    .fill(std::slice::from_ref(key));
                let mut page = tiny_skia::Pixmap::new(width, height).expect("size");
                let color = theme.background();
                page.fill(tiny_skia::Color::from_rgba8(color.r, color.g, color.b, 255));
                figure.plates[0].paint(Layer::Over, 0, &mut page);
                let name = format!("figure-{i}-{width}-{theme:?}.png");
                std::fs::write(std::path::Path::new(&folder).join(name), page.encode_png().expect("png"))
                    .expect("written");
            }
        }
    }
}

/// Writes a page of colorbars a theme for looking at: `FIGURE_GALLERY=folder cargo test gallery`.
#[test]
fn gallery() {
    let Some(folder) = std::env::var_os("FIGURE_GALLERY") else { return };
    let mut ranges: Vec<(String, Norm, bool)> = Vec::new();
    for (lo, hi, is_whole) in
        [(1.0, 1.3e6, true), (-20.0, 35.0, false), (0.0, 100.0, false), (0.001, 0.002, false), (1e9, 1e9 + 5.0, false)]
    {
        ranges
            .extend(norms(lo, hi).into_iter().map(|norm| (format!("{lo:e}..{hi:e} {}", norm.kind()), norm, is_whole)));
    }
    ranges.push(("one value".into(), Norm::linear(7.0, 7.0).expect("finite"), true));
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let (width, height) = (150, 420);
        let columns = 9;
        let rows = ranges.len().div_ceil(columns) as u32;
        let mut page = tiny_skia::Pixmap::new(width * columns as u32, height * rows).expect("size");
        for (i, (label, norm, is_whole)) in ranges.iter().enumerate() {
            let histogram: Vec<u64> = (0..64u64).map(|i| (64 - i).pow(3) / 3).collect();
            let bar = Colorbar {
                label: Some(label.clone()),
                is_whole: *is_whole,
                has_histogram: i % 2 == 0,
                histogram: Some(Arc::from(histogram)),
                extends: Extends {
                    under: (i % 3 == 0).then(|| theme.background()),
                    over: (i % 2 == 0).then(|| Rgba8::opaque(255, 120, 0)),
                },
                ..bar(Some(norm.clone()))
            };
            let (one, plot, block) = painted(&bar, 400, height, theme);
            let _ = plot;
            let offset = block.left - 40;
            for y in 0..height {
                for x in 0..width {
                    let from = (offset + x as i32) as u32;
                    if from < 400 {
                        let at = (i / columns) as u32 * height + y;
                        let to = at * page.width() + (i % columns) as u32 * width + x;
                        page.pixels_mut()[to as usize] = one.pixels()[(y * 400 + from) as usize];
                    }
                }
            }
        }
        std::fs::write(std::path::Path::new(&folder).join(format!("bars-{name}.png")), page.encode_png().expect("png"))
            .expect("written");
    }
}
