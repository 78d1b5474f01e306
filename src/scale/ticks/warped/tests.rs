//! Ticks of warped axes: apart, at their values, and as many as there is room for.

use proptest::prelude::*;

use super::*;

const LINE_PX: f64 = 14.0;

/// A curve by its two functions over limits.
struct Curve {
    limits: (f64, f64),
    t_from_value: Box<dyn Fn(f64) -> f64>,
    value_from_t: Box<dyn Fn(f64) -> f64>,
}

impl Curve {
    /// Straight between bent limits.
    fn bent(lo: f64, hi: f64, bend: fn(f64) -> f64, undo: fn(f64) -> f64) -> Self {
        let (from, to) = (bend(lo), bend(hi));
        Self {
            limits: (lo, hi),
            t_from_value: Box::new(move |value| (bend(value) - from) / (to - from)),
            value_from_t: Box::new(move |t| undo(from + (to - from) * t)),
        }
    }

    fn symlog(lo: f64, hi: f64) -> Self {
        Self::bent(lo, hi, |v| libm::log1p(v.abs()).copysign(v), |t| libm::expm1(t.abs()).copysign(t))
    }

    /// A share of sorted values up to each, straight in between.
    fn ranks(values: Vec<f64>) -> Self {
        let last = values.len() - 1;
        let back = values.clone();
        Self {
            limits: (values[0], values[last]),
            t_from_value: Box::new(move |value| {
                let after = values.partition_point(|other| *other <= value).clamp(1, last);
                let (a, b) = (values[after - 1], values[after]);
                ((after - 1) as f64 + ((value - a) / (b - a)).clamp(0.0, 1.0)) / last as f64
            }),
            value_from_t: Box::new(move |t| {
                let at = (t * last as f64).clamp(0.0, last as f64);
                let before = (at as usize).min(last - 1);
                back[before] + (back[before + 1] - back[before]) * (at - before as f64)
            }),
        }
    }

    fn ticks(&self, length_px: f64, is_whole: bool) -> Vec<Tick> {
        let warp = Warp {
            limits: self.limits,
            t_from_value: &*self.t_from_value,
            value_from_t: &*self.value_from_t,
            is_whole,
        };
        warped_ticks(&warp, length_px, &|_| LINE_PX)
    }

    fn labels(&self, length_px: f64) -> Vec<String> {
        self.ticks(length_px, false).into_iter().map(|tick| tick.label).collect()
    }
}

fn check(curve: &Curve, length_px: f64, is_whole: bool) -> Result<Vec<Tick>, TestCaseError> {
    let ticks = curve.ticks(length_px, is_whole);
    prop_assert!(
        ticks
            .windows(2)
            .all(|pair| { (pair[1].fraction - pair[0].fraction) * length_px >= LINE_PX || ticks.len() == 2 }),
        "labels touch: {ticks:?}"
    );
    for tick in &ticks {
        let value = Decimal::parse(&tick.label).expect("a number").to_f64();
        prop_assert_eq!(tick.fraction, (curve.t_from_value)(value), "{}", tick.label);
        prop_assert!(!is_whole || value.fract() == 0.0, "{} is not whole", tick.label);
    }
    Ok(ticks)
}

#[test]
fn usual_curves_have_the_usual_labels() {
    let symlog = Curve::symlog(-1000.0, 1000.0).labels(600.0);
    assert_eq!(symlog, ["-1000", "-100", "-10", "0", "10", "100", "1000"], "{symlog:?}");
    let root = Curve::bent(0.0, 100.0, f64::sqrt, |t| t * t).labels(600.0);
    assert!(root.contains(&"0".into()) && root.contains(&"100".into()) && root.len() >= 7, "{root:?}");
    let wide = Curve::symlog(0.0, 1e12).labels(600.0);
    assert!(wide.iter().all(|label| label == "0" || label.starts_with("10")), "{wide:?}");
    let narrow = Curve::bent(1000.0, 1010.0, f64::cbrt, |t| t * t * t).labels(600.0);
    assert_eq!(narrow, (1000..=1010).map(|i| i.to_string()).collect::<Vec<_>>());
}

#[test]
fn both_signs_have_the_same_labels() {
    for (lo, hi) in [(-1.1e6, 1.1e6), (-4e6, 4e6), (-2e7, 9e6), (-1e3, 1e9), (-0.03, 0.03)] {
        for length_px in [120.0, 200.0, 250.0, 380.0, 600.0, 1000.0] {
            let curve = Curve::bent(
                lo,
                hi,
                |v| libm::log1p(v.abs() * 1e3).copysign(v),
                |t| (libm::expm1(t.abs()) / 1e3).copysign(t),
            );
            let labels = curve.labels(length_px);
            let alone = labels.iter().filter(|label| {
                let other = label.strip_prefix('-').map_or_else(|| format!("-{label}"), str::to_owned);
                let value = Decimal::parse(&other).expect("a number").to_f64();
                value != 0.0 && (lo..=hi).contains(&value) && !labels.contains(&other)
            });
            assert_eq!(alone.count(), 0, "{lo}..{hi} on {length_px} px: {labels:?}");
            assert!(labels.len() >= 3, "{lo}..{hi} on {length_px} px: {labels:?}");
        }
    }
}

#[test]
fn a_nearly_straight_axis_has_round_steps() {
    for length_px in [150.0, 200.0, 250.0, 300.0, 400.0] {
        let labels = Curve::symlog(-3.0, -2.9).labels(length_px);
        assert!(labels.iter().all(|label| label.len() <= "-2.975".len()), "{labels:?}");
        let steps: Vec<i64> = labels
            .windows(2)
            .map(|pair| ((pair[1].parse::<f64>().unwrap() - pair[0].parse::<f64>().unwrap()) * 1e4).round() as i64)
            .collect();
        assert!(steps.windows(2).all(|pair| pair[0] == pair[1]), "{labels:?}");
    }
}

#[test]
fn ranks_that_jump_are_labelled_where_they_do() {
    // Nearly all values between 10 and 12, few up to a million.
    let values = (0..1000).map(|i| 10.0 + f64::from(i) / 500.0).chain((0..100).map(|i| 1e4 * f64::from(i + 1)));
    let curve = Curve::ranks(values.collect());
    let labels = curve.labels(600.0);
    assert!(labels.len() >= 7, "{labels:?}");
    let widest =
        curve.ticks(600.0, false).windows(2).map(|pair| pair[1].fraction - pair[0].fraction).fold(0.0, f64::max);
    assert!(widest < 0.25, "{labels:?}");
}

#[test]
fn extreme_curves_do_not_panic() {
    for (lo, hi) in [(0.0, 5e-324), (-f64::MAX, f64::MAX), (1.0, 1.0f64.next_up()), (1e308, f64::MAX), (5.0, -5.0)] {
        for length_px in [0.0, 3.0, 500.0, 1e6, f64::NAN] {
            Curve::symlog(lo, hi).ticks(length_px, false);
            Curve::symlog(lo, hi).ticks(length_px, true);
        }
    }
    let nothing =
        Curve { limits: (0.0, 1.0), t_from_value: Box::new(|_| f64::NAN), value_from_t: Box::new(|_| f64::NAN) };
    assert!(nothing.ticks(500.0, false).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]
    #[test]
    fn powers_have_right_ticks(lo in 0.0..1e3f64, magnitude in -3..15i32, length_px in 60.0..3000.0f64) {
        let curve = Curve::bent(lo, lo + 10f64.powi(magnitude), |v| v.powf(0.3), |t| t.powf(1.0 / 0.3));
        let ticks = check(&curve, length_px, false)?;
        prop_assert!(ticks.len() >= 2, "{:?}", ticks);
        prop_assert!(ticks.len() >= 4 || length_px < 300.0, "{:?}", ticks);
    }

    #[test]
    fn symlog_passes_through_zero(lo in 0.0..12.0f64, hi in 0.0..12.0f64, length_px in 60.0..3000.0f64) {
        let curve = Curve::symlog(-10f64.powf(lo), 10f64.powf(hi));
        let ticks = check(&curve, length_px, false)?;
        prop_assert!(ticks.len() >= 2, "{:?}", ticks);
        prop_assert!(ticks.iter().any(|tick| tick.label.trim_matches(['0', '.']).is_empty()) || length_px < 150.0, "no zero: {:?}", ticks);
    }

    #[test]
    fn asinh_has_right_ticks(lo in -1e6..1e6f64, range in 1e-6..1e7f64, length_px in 60.0..3000.0f64) {
        let ticks = check(&Curve::bent(lo, lo + range, libm::asinh, libm::sinh), length_px, false)?;
        prop_assert!(ticks.len() >= 2, "{:?}", ticks);
    }

    #[test]
    fn ranks_have_right_ticks(mut values in prop::collection::vec(0.0..9.0f64, 3..200), length_px in 60.0..3000.0f64, is_whole: bool) {
        for value in &mut values {
            *value = 10f64.powf(*value).round();
        }
        values.sort_by(f64::total_cmp);
        values.dedup();
        prop_assume!(values.len() > 2);
        check(&Curve::ranks(values), length_px, is_whole)?;
    }
}
