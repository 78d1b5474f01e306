//! Random figures of every size with random texts, axes, keys and places: the geometry of what is laid out.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::tests::{axes, check_with, density, ink, legend};
use crate::color::{Colormap, Norm, NormKind, Ramp};
use crate::data::chunk::TimeUnit;
use crate::figure::display::{Block, Op};
use crate::figure::{
    Colorbar, ColorbarPlace, Corner, FigureSpec, GivenMargins, Key, Layout, LegendPlace, Places, PlotArea, Rect,
};
use crate::scale::{Calendar, Scale};

/// Short, long, empty and wide texts, one without a blank, one that reads from right to left, one of several lines.
fn texts() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        Just(Some("distance [m]".to_owned())),
        Just(Some(
            "a rather long text of many words that needs several lines on most figures, or less of it".to_owned()
        )),
        Just(Some("Pneumonoultramicroscopicsilicovolcanoconiosis".to_owned())),
        Just(Some("WWWWWWWW ΩΩΩΩ ЖЖЖЖ ∫∑∏ W".repeat(30))),
        Just(Some("نص طويل من اليمين إلى اليسار".to_owned())),
        Just(Some("   ".to_owned())),
    ]
}

fn legend_places() -> impl Strategy<Value = LegendPlace> {
    prop_oneof![
        2 => Just(LegendPlace::Right),
        2 => Just(LegendPlace::Below),
        1 => Just(LegendPlace::EmptiestCorner),
        1 => prop::sample::select(Corner::ALL.to_vec()).prop_map(LegendPlace::In),
    ]
}

fn places() -> impl Strategy<Value = Places> {
    let margin = || prop::option::weighted(0.15, prop_oneof![0..12u32, 12..120u32]);
    let margins = (margin(), margin(), margin(), margin());
    let aspect = prop::option::weighted(0.2, prop_oneof![Just(1.0), 0.05..20.0f64]);
    let bars = prop_oneof![Just(ColorbarPlace::Right), Just(ColorbarPlace::Bottom)];
    (texts(), texts(), legend_places(), bars, margins, aspect).prop_map(
        |(left_title, right_title, legend, colorbar, (top_px, right_px, bottom_px, left_px), aspect)| Places {
            left_title,
            right_title,
            legend,
            colorbar,
            plot_area: None,
            margins: GivenMargins { top_px, right_px, bottom_px, left_px },
            aspect,
        },
    )
}

fn more_axes() -> Vec<Scale> {
    let calendar = || Calendar { unit: TimeUnit::Nanosecond, zone: Some("Europe/Berlin".into()) };
    let mut all = axes().to_vec();
    let more = [
        Scale::linear(-1e-9, 1e-9),
        Scale::linear(123_456_789.0, 123_456_799.0),
        Scale::symlog(-1e6, 1e6, None),
        Scale::time(1_711_846_923_123_456_768, 1_711_846_923_123_466_768, calendar()),
        Scale::time(0, 86_400_000_000_000 * 400, calendar()),
    ];
    all.extend(more.map(|scale| scale.expect("limits")));
    all
}

/// What is reserved, and what it becomes.
fn keys() -> Vec<(Vec<Key>, Vec<Key>)> {
    let named = |names: &[&str], title: Option<&str>, count: Option<u64>| match legend(names.len(), count) {
        Key::Legend { entries, has_counts, .. } => {
            let entries = entries.into_iter().zip(names);
            let entries = entries.map(|(entry, name)| crate::figure::LegendEntry { name: (*name).into(), ..entry });
            Key::Legend { title: title.map(str::to_owned), entries: entries.collect(), has_counts }
        }
        key => key,
    };
    let long = ["a", "a name of a category that is longer than most legends are wide", "", "日本"];
    let bar = |norm: Option<Norm>| {
        let label = Some("a label of a colorbar that has several words".to_owned());
        Key::Colorbar(Colorbar { norm, label, ..Colorbar::new(Ramp::new(Colormap::default(), None)) })
    };
    let known = || bar(Norm::linear(1e9, 1e9 + 3.0).ok());
    let ((log, log_filled), (cbrt, cbrt_filled)) =
        (density(NormKind::Log, 1.0, 1e12), density(NormKind::Cbrt, 12_345_678.0, 12_345_700.0));
    vec![
        (vec![], vec![]),
        (vec![legend(3, None)], vec![legend(3, Some(123_456))]),
        (vec![legend(300, None)], vec![legend(300, Some(1_000_000_000_000))]),
        (vec![named(&long, Some("a title"), None)], vec![named(&long, Some("a title"), Some(7))]),
        (vec![log.clone()], vec![log_filled.clone()]),
        (vec![cbrt], vec![cbrt_filled]),
        (vec![known()], vec![known()]),
        (vec![bar(None)], vec![bar(Norm::linear(-1.5e-7, 3e-7).ok())]),
        (vec![legend(5, None), log, known()], vec![legend(5, Some(9)), log_filled, known()]),
    ]
}

fn within(outer: Block, inner: Block) -> bool {
    inner.left >= outer.left
        && inner.right() <= outer.right()
        && inner.top >= outer.top
        && inner.bottom() <= outer.bottom()
}

/// Everything that must hold of one layout.
fn holds(layout: &Layout, filled: &[Key]) -> std::result::Result<(), TestCaseError> {
    let figure = layout.fill(filled);
    let Rect { x, y, width, height } = layout.plot_area();
    prop_assert_eq!(figure.plates()[0].area(), layout.plot_area(), "the plot area has moved");
    let spec = layout.spec();
    let is_inside = matches!(spec.places.legend, LegendPlace::In(_) | LegendPlace::EmptiestCorner);
    check_with(&figure, is_inside)?;
    let margins = spec.places.margins;
    let found = [y, spec.width - x - width, spec.height - y - height, x];
    let given = [margins.top_px, margins.right_px, margins.bottom_px, margins.left_px];
    // An aspect in given margins leaves some of its room.
    if spec.places.aspect.is_none() {
        for (given, found) in given.into_iter().zip(found) {
            prop_assert!(given.is_none_or(|given| given == found), "{:?} became {:?}", given, found);
        }
    }
    // What was filled stays within the page whatever corner it went to.
    let page = Block::new(0, 0, spec.width as i32, spec.height as i32);
    for op in &figure.plates()[0].over {
        let block = if matches!(op, Op::Text { .. }) { ink(op) } else { Some(op.block()) };
        prop_assert!(block.is_none_or(|block| within(page, block)), "{:?} leaves the page", block);
    }
    Ok(())
}

/// Most figures are small, where room lacks; some are as large as figures get.
fn sizes() -> impl Strategy<Value = (u32, u32)> {
    prop_oneof![
        4 => (120..420u32, 90..320u32),
        4 => (320..1600u32, 240..1200u32),
        1 => (1600..20_000u32, 1200..15_000u32),
        1 => (8..120u32, 8..900u32),
    ]
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn geometry_of_any_figure(
        (width, height) in sizes(),
        dpi in prop_oneof![Just(100.0), 50.0..600.0f64],
        (title, x_label, y_label) in (texts(), texts(), texts()),
        (x, y, key) in (0..9usize, 0..9usize, 0..9usize),
        places in places(),
        is_around in prop::bool::weighted(0.2),
    ) {
        let (axes, keys) = (more_axes(), keys());
        let mut spec = FigureSpec { dpi, title, x_label, y_label, places, ..FigureSpec::new(width, height) };
        if is_around {
            spec.places.aspect = None;
            spec.places.plot_area = Some(PlotArea { width_px: Some(width.min(3000)), height_px: Some(height.min(2000)) });
        }
        let (reserved, filled) = &keys[key];
        match Layout::reserve(&spec, &axes[x], &axes[y], reserved) {
            Ok(layout) => holds(&layout, filled)?,
            // Margins beyond the figure, one axis alone of times, a plot that would be a line, spines alone too large.
            Err(error) => {
                let text = error.to_string();
                let is_due = ["no pixel", "of times", "be a line", "impossible size"].iter().any(|due| text.contains(due));
                prop_assert!(is_due && error.kind().exit_code() == 2, "{}", text);
            }
        }
    }
}

/// The same figures every time; others, and more, with `LAYOUT_CASES=5000 cargo test geometry`.
fn config() -> ProptestConfig {
    let more = std::env::var("LAYOUT_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: more.unwrap_or(150),
        rng_seed: if more.is_some() { RngSeed::Random } else { RngSeed::Fixed(6) },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
