//! Layouts of any size: nothing overlaps, nothing leaves the page.

use proptest::prelude::*;

use super::*;
use crate::color::{Colormap, Norm};
use crate::color::{NormKind, Ramp, Rgba8};
use crate::data::chunk::TimeUnit;
use crate::figure::{Colorbar, Extends, LegendEntry};
use crate::scale::Calendar;

fn spec(width: u32, height: u32) -> FigureSpec {
    FigureSpec {
        title: Some("A title of some length".into()),
        x_label: Some("distance [m]".into()),
        y_label: Some("energy [keV]".into()),
        trim: crate::figure::Trim { grid: Some(crate::figure::Grid::On), ..crate::figure::Trim::default() },
        ..FigureSpec::new(width, height)
    }
}

pub(super) fn axes() -> [Scale; 4] {
    let calendar = Calendar { unit: TimeUnit::Second, zone: Some("UTC".into()) };
    [
        Scale::linear(0.0, 1.0),
        Scale::linear(1e9 + 0.004, 1e9),
        Scale::log(1e-9, 1e12),
        Scale::time(1_700_000_000, 1_700_100_000, calendar),
    ]
    .map(|scale| scale.expect("limits"))
}

fn colorbar(norm: Option<(f64, f64)>) -> Key {
    let norm = norm.map(|(lo, hi)| Norm::linear(lo, hi).expect("finite"));
    Key::Colorbar(Colorbar { norm, label: Some("count".into()), ..Colorbar::new(Ramp::new(Colormap::default(), None)) })
}

pub(super) fn legend(entries: usize, count: Option<u64>) -> Key {
    let entry = |i: usize| LegendEntry {
        name: format!("name {i}\n"),
        color: Rgba8::opaque(i as u8, 0, 0),
        swatch: None,
        count,
    };
    Key::Legend { title: None, entries: (0..entries).map(entry).collect(), has_counts: true }
}

/// Unknown before, everything after.
pub(super) fn density(kind: NormKind, lo: f64, hi: f64) -> (Key, Key) {
    let bar = Colorbar {
        label: Some("count".into()),
        is_whole: true,
        has_histogram: true,
        ..Colorbar::new(Ramp::new(Colormap::default(), None))
    };
    let ends = Rgba8::opaque(255, 0, 0);
    let filled = Colorbar {
        norm: Some(Norm::new(kind, lo, hi).expect("limits")),
        extends: Extends { under: Some(ends), over: Some(ends) },
        histogram: Some((0..64).map(|i| i * i * i).collect()),
        ..bar.clone()
    };
    (Key::Colorbar(bar), Key::Colorbar(filled))
}

/// The part of a text that has ink.
pub(super) fn ink(op: &Op) -> Option<Block> {
    let Op::Text { left, top, mask, .. } = op else { return None };
    let inked = |x: i32, y: i32| mask.coverage()[(y * mask.width + x) as usize] > 0;
    let columns: Vec<i32> = (0..mask.width).filter(|&x| (0..mask.height).any(|y| inked(x, y))).collect();
    let rows: Vec<i32> = (0..mask.height).filter(|&y| (0..mask.width).any(|x| inked(x, y))).collect();
    let (x0, x1, y0, y1) = (*columns.first()?, *columns.last()?, *rows.first()?, *rows.last()?);
    Some(Block::new(left + x0, top + y0, x1 - x0 + 1, y1 - y0 + 1))
}

fn meet(a: Block, b: Block) -> bool {
    a.left < b.right() && b.left < a.right() && a.top < b.bottom() && b.top < a.bottom()
}

/// Nothing leaves the page, no text touches another or the plot area with its spines; `inside` of a legend is over the plot.
fn check(figure: &Figure) -> std::result::Result<(), TestCaseError> {
    check_with(figure, false)
}

pub(super) fn check_with(figure: &Figure, has_inside: bool) -> std::result::Result<(), TestCaseError> {
    let spec = figure.spec();
    let page = Block::new(0, 0, spec.width as i32, spec.height as i32);
    let Rect { x, y, width, height } = figure.plates[0].area();
    prop_assert!(width > 0 && height > 0 && x + width <= spec.width && y + height <= spec.height);
    let plot = Block::new(x as i32 - 1, y as i32 - 1, width as i32 + 2, height as i32 + 2);
    for op in figure.plates[0].under.iter().chain(&figure.plates[0].over) {
        let block = if matches!(op, Op::Text { .. }) { ink(op) } else { Some(op.block()) };
        let Some(block) = block else { continue };
        prop_assert!(block.left >= 0 && block.top >= 0, "{block:?} leaves the page");
        prop_assert!(block.right() <= page.right() && block.bottom() <= page.bottom(), "{block:?} leaves the page");
    }
    let texts: Vec<Block> = figure.plates[0].over.iter().filter_map(ink).collect();
    let is_within = |text: &Block| {
        text.left >= plot.left && text.right() <= plot.right() && text.top >= plot.top && text.bottom() <= plot.bottom()
    };
    for (i, text) in texts.iter().enumerate() {
        let is_apart = !meet(*text, plot) || (has_inside && is_within(text));
        prop_assert!(is_apart, "text {i} at {text:?} meets the plot {plot:?}");
        for (j, other) in texts.iter().enumerate().skip(i + 1) {
            prop_assert!(!meet(*text, *other), "texts {i} at {text:?} and {j} at {other:?} of {texts:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn nothing_overlaps_at_any_size(width in 3..1400u32, height in 3..1000u32, dpi in 50.0..250.0f64, axis in 0..16usize, key in 0..8usize) {
        let keys = [
            (Key::None, Key::None),
            (colorbar(None), colorbar(Some((0.0, 1.23e13)))),
            (colorbar(Some((-1.2e-4, 4.5e-4))), colorbar(Some((-1.2e-4, 4.5e-4)))),
            (colorbar(None), colorbar(Some((7.0, 7.0)))),
            (legend(300, None), legend(300, Some(1_000_000_000_000_000_000))),
            density(NormKind::Log, 1.0, 1e12),
            density(NormKind::Symlog { threshold: None }, -1e6, 3e7),
            density(NormKind::Cbrt, 12_345_678.0, 12_345_700.0),
        ];
        let spec = FigureSpec { dpi, ..spec(width, height) };
        match Layout::reserve(&spec, &axes()[axis % 4], &axes()[axis / 4], std::slice::from_ref(&keys[key].0)) {
            Ok(layout) => {
                let figure = layout.fill(std::slice::from_ref(&keys[key].1));
                prop_assert_eq!(figure.plates[0].area(), layout.plot_area(), "the plot area has moved");
                check(&figure)?;
            }
            // Two spines and a pixel are the least: with 250 dpi a spine has three.
            Err(error) => prop_assert!(width.min(height) < 7 && error.kind().exit_code() == 2, "{error}"),
        }
    }
}

/// A legend of titled and untitled names, and so many colorbars.
fn several(bars: usize, count: Option<u64>, norm: Option<(f64, f64)>) -> Vec<Key> {
    let titled = match legend(3, count) {
        Key::Legend { entries, has_counts, .. } => Key::Legend { title: Some("a title".into()), entries, has_counts },
        key => key,
    };
    let mut keys = vec![titled, Key::None, legend(2, None)];
    keys.extend((0..bars).map(|_| colorbar(norm)));
    keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn keys_of_several_data_sets_overlap_at_no_size(width in 7..1600u32, height in 7..900u32, dpi in 50.0..250.0f64, bars in 0..6usize, axis in 0..4usize) {
        let spec = FigureSpec { dpi, ..spec(width, height) };
        let layout = Layout::reserve(&spec, &axes()[axis], &axes()[0], &several(bars, None, None)).expect("layout");
        let figure = layout.fill(&several(bars, Some(1_234_567), Some((0.0, 1.23e13))));
        prop_assert_eq!(figure.plates[0].area(), layout.plot_area(), "the plot area has moved");
        check(&figure)?;
        let ramps = figure.plates[0].over.iter().filter(|op| matches!(op, Op::Ramp { .. })).count();
        let is_told = layout.left_out().iter().any(|what| what.contains("colorbar"));
        prop_assert_eq!(ramps < bars, is_told && bars > 0, "{} of {} colorbars, left out: {:?}", ramps, bars, layout.left_out());
    }
}

#[test]
fn four_colorbars_stand_beside_a_legend_and_a_fifth_is_told() {
    let linear = &axes()[0];
    let ramps = |bars: usize, width: u32| {
        let keys = several(bars, Some(1), Some((0.0, 1.0)));
        let layout = Layout::reserve(&spec(width, 600), linear, linear, &keys).expect("layout");
        let figure = layout.fill(&keys);
        let lefts = figure.plates[0].over.iter().filter_map(|op| match op {
            Op::Ramp { block, .. } => Some(block.left),
            _ => None,
        });
        (lefts.collect::<Vec<_>>(), layout.left_out().to_vec())
    };
    let (lefts, left_out) = ramps(4, 1200);
    assert!(lefts.len() == 4 && lefts.is_sorted() && left_out.is_empty(), "{lefts:?} {left_out:?}");
    assert_eq!(ramps(5, 1200), (lefts, vec!["some of the colorbars"]));
    let (lefts, left_out) = ramps(3, 300);
    assert!(lefts.len() < 3 && left_out == ["some of the colorbars"], "{lefts:?} {left_out:?}");
}

#[test]
fn a_usual_figure_has_everything() {
    let [linear, ..] = axes();
    let layout = Layout::reserve(&spec(1024, 768), &linear, &linear, &[colorbar(None)]).expect("layout");
    assert!(layout.left_out().is_empty());
    let Rect { width, height, .. } = layout.plot_area();
    assert!(width > 820 && height > 660, "{width}x{height} is too little");
    // A small figure is tighter, its texts are shorter, and its bar is left out last of all.
    let small = Layout::reserve(&spec(160, 120), &linear, &linear, &[legend(2, None)]).expect("layout");
    assert!(small.left_out().is_empty() && small.is_tight(), "{:?}", small.left_out());
    let small = Layout::reserve(&spec(120, 90), &linear, &linear, &[colorbar(None)]).expect("layout");
    assert!(small.plot_area().width >= 48 && small.plot_area().height >= 36);
    assert!(!small.left_out().contains(&"the title"), "{:?}", small.left_out());
}

#[test]
fn the_largest_figure_is_laid_out() {
    let [linear, zoom, ..] = axes();
    let key = colorbar(Some((0.0, 1.0)));
    let layout = Layout::reserve(&spec(20_000, 15_000), &linear, &zoom, std::slice::from_ref(&key)).expect("layout");
    check(&layout.fill(std::slice::from_ref(&key))).expect("no overlap");
}

#[test]
fn impossible_sizes_are_refused_with_the_smallest() {
    let [linear, ..] = axes();
    let error = |spec: &FigureSpec| Layout::reserve(spec, &linear, &linear, &[]).expect_err("refused").to_string();
    assert!(error(&spec(2, 500)).contains("at least 3x3"));
    assert!(error(&spec(0, 1)).contains("1 to 65535"));
    assert!(error(&spec(70_000, 1)).contains("1 to 65535"));
    assert!(error(&FigureSpec { dpi: f64::NAN, ..spec(100, 100) }).contains("dpi"));
    assert!(Layout::reserve(&spec(3, 3), &linear, &linear, &[]).is_ok());
}

#[test]
fn without_a_frame_the_picture_is_the_plot() {
    let [linear, ..] = axes();
    let spec = FigureSpec { frame: Frame::None, ..spec(1, 7) };
    let figure = Layout::reserve(&spec, &linear, &linear, &[colorbar(None)]).expect("layout").fill(&[colorbar(None)]);
    assert_eq!(figure.plates[0].area(), Rect { x: 0, y: 0, width: 1, height: 7 });
    assert!(figure.plates[0].under.is_empty() && figure.plates[0].over.is_empty());
}

#[test]
fn a_key_can_be_switched_off() {
    let [linear, ..] = axes();
    let key = legend(3, None);
    let with = Layout::reserve(&spec(800, 600), &linear, &linear, std::slice::from_ref(&key)).expect("layout");
    let off = FigureSpec { has_legend: false, ..spec(800, 600) };
    let without = Layout::reserve(&off, &linear, &linear, std::slice::from_ref(&key)).expect("layout");
    assert!(without.plot_area().width > with.plot_area().width);
    assert!(
        without.fill(std::slice::from_ref(&key)).plates[0].over.len()
            < with.fill(std::slice::from_ref(&key)).plates[0].over.len()
    );
}

#[test]
fn spines_enclose_the_plot_area() {
    let [linear, ..] = axes();
    let layout = Layout::reserve(&spec(200, 150), &linear, &linear, &[]).expect("layout");
    let Rect { x, y, width, height } = layout.plot_area();
    let mut page = tiny_skia::Pixmap::new(200, 150).expect("size");
    layout.fill(&[]).plates[0].paint(crate::figure::Layer::Over, 0, &mut page);
    let alpha = |x: u32, y: u32| page.pixel(x, y).map(|pixel| pixel.alpha());
    for (x, y) in [(x - 1, y - 1), (x + width, y - 1), (x - 1, y + height), (x + width, y + height)] {
        assert_eq!(alpha(x, y), Some(255), "corner {x},{y}");
    }
    for row in y..y + height {
        assert_eq!((alpha(x - 1, row), alpha(x + width, row)), (Some(255), Some(255)), "row {row}");
        assert!((x..x + width).all(|column| alpha(column, row) == Some(0)), "ink inside the plot in row {row}");
    }
}

/// A figure's parts, for comparison.
fn parts(layout: &Layout, key: &Key) -> (FigureSpec, Vec<Plate>) {
    let figure = layout.fill(std::slice::from_ref(key));
    (layout.spec().clone(), figure.plates)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn a_figure_grows_around_its_plot_as_it_was_reserved(width in 300..1400u32, height in 200..1000u32, dpi in 70.0..160.0f64, axis in 0..16usize, key in 0..3usize) {
        let (reserved, filled) = vec![
            (Key::None, Key::None),
            density(NormKind::Log, 1.0, 1e12),
            (legend(5, None), legend(5, Some(7))),
        ].swap_remove(key);
        let spec = FigureSpec { dpi, ..spec(width, height) };
        let (x, y) = (&axes()[axis % 4], &axes()[axis / 4]);
        let layout = Layout::reserve(&spec, x, y, std::slice::from_ref(&reserved)).expect("layout");
        let Rect { width: plot_width, height: plot_height, .. } = layout.plot_area();
        let around = |width, height| {
            let spec = FigureSpec { width, height, ..spec.clone() };
            Layout::around(&spec, (plot_width, plot_height), x, y, std::slice::from_ref(&reserved)).expect("layout")
        };
        // Not by prop_assert_eq, which would print every pixel of the texts.
        prop_assert!(parts(&around(width, height), &filled) == parts(&layout, &filled), "the size is known");
        if layout.is_tight() {
            return Ok(());
        }
        // Of another size, the figure gets one that would have reserved this very plot.
        let grown = around(1, 1);
        prop_assert_eq!((grown.plot_area().width, grown.plot_area().height), (plot_width, plot_height));
        prop_assert!(grown.left_out().is_empty());
        check(&grown.fill(std::slice::from_ref(&filled)))?;
        let again = Layout::reserve(grown.spec(), x, y, std::slice::from_ref(&reserved)).expect("layout");
        if layout.left_out().is_empty() && again.left_out().is_empty() && !again.is_tight() {
            prop_assert!(parts(&again, &filled) == parts(&grown, &filled), "{:?} and {:?}", again.plot_area(), grown.plot_area());
            // A figure of a given size may keep a line for what labels share at one height of the plot and not at the next.
            prop_assert!(grown.spec().height <= height);
        }
    }

    #[test]
    fn any_plot_gets_a_figure(width in 1..400u32, height in 1..300u32, dpi in 50.0..250.0f64, axis in 0..16usize, entries in 0..40usize) {
        let (x, y) = (&axes()[axis % 4], &axes()[axis / 4]);
        for key in [legend(entries, Some(5)), density(NormKind::Sqrt, 0.0, 1e9).1] {
            let spec = FigureSpec { dpi, ..spec(9, 9) };
            let layout = Layout::around(&spec, (width, height), x, y, std::slice::from_ref(&key)).expect("layout");
            prop_assert_eq!((layout.plot_area().width, layout.plot_area().height), (width, height));
            check(&layout.fill(std::slice::from_ref(&key)))?;
        }
    }
}

#[test]
fn a_plot_without_a_frame_or_too_large_a_figure_is_told() {
    let [linear, ..] = axes();
    let bare = FigureSpec { frame: Frame::None, ..spec(1, 7) };
    let layout = Layout::around(&bare, (30, 20), &linear, &linear, &[colorbar(None)]).expect("layout");
    assert_eq!((layout.spec().width, layout.spec().height), (30, 20));
    let error = |plot| Layout::around(&spec(9, 9), plot, &linear, &linear, &[]).expect_err("refused").to_string();
    assert!(error((65_530, 10)).contains("too wide"), "{}", error((65_530, 10)));
    assert!(error((10, 65_530)).contains("too high"));
    assert!(error((0, 10)).contains("1 to 65535"));
}
