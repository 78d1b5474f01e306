//! Labels of every norm: they fit the room there is, and read back as their values.

use crate::color::{Norm, NormKind};
use crate::distribution::Distribution;
use crate::figure::colorbar::Columns;
use crate::figure::colorbar::tests::{bar, style};
use crate::figure::display::{Block, Op};
use crate::figure::key::Colorbar;

const KINDS: [NormKind; 7] = [
    NormKind::Linear,
    NormKind::Log,
    NormKind::Symlog { threshold: None },
    NormKind::Asinh { width: None },
    NormKind::Sqrt,
    NormKind::Cbrt,
    NormKind::Power { exponent: 0.4 },
];

/// Every norm between two limits (log only above 0), and one by rank over values crowded at the lower end.
pub(in crate::figure::colorbar) fn norms(lo: f64, hi: f64) -> Vec<Norm> {
    let mut distribution = Distribution::default();
    for i in 0..5000u32 {
        distribution.add(lo + (hi - lo) * (f64::from(i) / 4999.0).powi(6));
    }
    let kinds = KINDS.into_iter().filter_map(|kind| Norm::new(kind, lo, hi).ok());
    kinds.chain([Norm::eq_hist(&distribution, lo, hi).expect("finite")]).collect()
}

/// Reads a number as a person would: `−2×10⁵`, `+10¹⁰`, `1e9`.
fn number(label: &str) -> f64 {
    const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let label = label.trim_start_matches('+').replace(['−', '⁻'], "-");
    let Some(at) = label.find(|c| SUPERSCRIPTS.contains(c)) else { return label.parse().expect(&label) };
    let digit = |c: char| SUPERSCRIPTS.chars().position(|superscript| superscript == c);
    let base = label[..at].trim_end_matches('-').strip_suffix("10").expect(&label);
    let factor = match base.trim_end_matches('×') {
        "" => "1",
        "-" => "-1",
        factor => factor,
    };
    let sign = if label[..at].ends_with('-') { "-" } else { "" };
    let power: String = label[at..].chars().map(|c| digit(c).expect(&label).to_string()).collect();
    format!("{factor}e{sign}{power}").parse().expect(&label)
}

/// What a label says, with what was taken out of it.
pub(in crate::figure::colorbar) fn value(label: &str, shared: &str) -> f64 {
    let mut parts = shared.split_whitespace().peekable();
    let power = parts.next_if(|part| part.starts_with('×')).map_or(1.0, |part| number(&part['×'.len_utf8()..]));
    number(label) * power + parts.next().map_or(0.0, number)
}

#[test]
fn labels_of_any_norm_fit_the_room_of_unknown_ones() {
    let style = style();
    let columns = Columns::reserved(&bar(None), 600, &style);
    let ranges = [
        (1.0, 1e12),
        (0.001, 0.002),
        (-3.0, 7.0),
        (-1e6, 4e8),
        (0.0, 1.0),
        (1.0, 3.0),
        (1e-12, 1e-9),
        (0.0, 123_456_789.0),
        (1e9, 1e9 + 5.0),
        (-1e9 - 5.0, -1e9),
        (0.123_456_7, 0.123_456_9),
        (1e300, 1e302),
        (0.0, 5e-310),
        (10.0, 0.0),
        (f64::MIN, f64::MAX),
        (1e15, 3e15),
        (1.7e9, 1.700_000_1e9),
    ];
    for (lo, hi) in ranges {
        for norm in norms(lo, hi) {
            for height in [40, 110, 300, 690, 3000] {
                let bar = bar(Some(norm.clone()));
                let area = Block::new(0, 0, 100, height);
                let (labels, inner) = columns.labelled(&bar, area, &style).expect("known");
                let what =
                    format!("{:?} {lo:e}..{hi:e} on {height} px: {:?} {}", norm.kind(), labels.texts, labels.shared);
                assert!(labels.ticks.width_px() <= columns.label_px, "{what} is {} px wide", labels.ticks.width_px());
                assert!(labels.texts.len() >= 2, "{what}");
                let ticks: Vec<_> = labels.ticks.right_of(inner, inner.top - 8..height + 20, columns.label_px, &style);
                let drawn = ticks.iter().filter(|op| matches!(op, Op::Text { .. })).count();
                assert!(drawn == labels.texts.len() || height < 60, "{what}: {drawn} drawn");
                for (fraction, text) in &labels.texts {
                    // A power times a number is rounded here, and a steep curve shows it.
                    let value = value(text, &labels.shared);
                    let places = [value.next_down().next_down(), value, value.next_up().next_up()]
                        .map(|value| norm.t_from_value(value));
                    let (least, most) = (places[0].min(places[2]), places[0].max(places[2]));
                    let off_px = (least - fraction).max(fraction - most) * f64::from(inner.height);
                    assert!(off_px < 0.5, "{what}: {text} is {off_px} px off");
                }
            }
        }
    }
}

#[test]
fn a_single_value_is_labelled_as_it_is_or_nearly() {
    let style = style();
    let columns = Columns::reserved(&bar(None), 600, &style);
    for (value, text) in [(7.0, "7"), (-1e300, "−1e300"), (0.1 + 0.2, "≈0.3"), (123_456_789.0, "≈1.2e8"), (0.0, "0")]
    {
        let bar = bar(Some(Norm::linear(value, value).expect("finite")));
        let (labels, _) = columns.labelled(&bar, Block::new(0, 0, 100, 600), &style).expect("known");
        assert_eq!((labels.texts.as_slice(), labels.shared.as_str()), (&[(0.5, text.to_owned())][..], ""));
        assert!(labels.ticks.width_px() <= columns.label_px);
    }
}

#[test]
fn counts_are_labelled_at_whole_numbers_only() {
    let style = style();
    let columns = Columns::reserved(&bar(None), 600, &style);
    for hi in [2.0, 3.0, 8.0, 37.0, 1e6] {
        for norm in norms(1.0, hi) {
            let bar = Colorbar { is_whole: true, ..bar(Some(norm)) };
            let (labels, _) = columns.labelled(&bar, Block::new(0, 0, 100, 600), &style).expect("known");
            for (_, text) in &labels.texts {
                assert_eq!(value(text, &labels.shared).fract(), 0.0, "{text} of 1..{hi} {:?}", bar.norm);
            }
            assert!(labels.texts.len() >= 2);
        }
    }
}
