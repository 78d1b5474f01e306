//! Norms against values computed elsewhere, and their laws.

use proptest::prelude::*;

use super::*;

fn norm(text: &str, lo: f64, hi: f64) -> Norm {
    Norm::new(NormKind::parse(text).expect(text), lo, hi).expect(text)
}

fn values(values: &[f64]) -> Distribution {
    let mut distribution = Distribution::default();
    values.iter().for_each(|value| distribution.add(*value));
    distribution
}

#[test]
fn limits_and_middle_lie_where_they_should() {
    let norm = Norm::linear(-2.0, 6.0).expect("finite");
    for (value, t) in [(-2.0, 0.0), (6.0, 1.0), (2.0, 0.5), (-9.0, 0.0), (9.0, 1.0), (f64::INFINITY, 1.0)] {
        assert_eq!(norm.t_from_value(value), t, "{value}");
    }
    assert_eq!(norm.t_from_value(f64::NEG_INFINITY), 0.0);
    assert!(norm.t_from_value(f64::NAN).is_nan() && norm.value_from_t(f64::NAN).is_nan());
}

#[test]
fn curves_give_the_positions_of_their_formulas() {
    // Computed with 50 digits from the definitions, with Python's decimal: `ln`, `sqrt`, asinh x = ln(x + sqrt(x*x + 1)),
    // u^g = exp(g ln u) of u = (v - lo) / (hi - lo).
    let expected = [
        ("log", 5.0, 1.0, 1000.0, 0.232_990_001_445_339_6),
        ("log", 3e-4, 1e-6, 2.0, 0.393_129_576_660_368_2),
        ("symlog=1", 7.0, 0.0, 1000.0, 0.300_986_445_184_836_2),
        ("symlog=2", -3.0, -50.0, 400.0, 0.273_530_662_111_331_62),
        // The default threshold and width are 900 / 1000.
        ("symlog", 20.0, -100.0, 900.0, 0.676_335_936_099_94),
        ("asinh", 20.0, -100.0, 900.0, 0.707_322_283_838_712_2),
        ("asinh=1", 7.0, 0.0, 1000.0, 0.347_869_307_383_616_96),
        ("asinh=2", -3.0, -50.0, 400.0, 0.274_403_145_707_457),
        ("sqrt", 3.0, 1.0, 9.0, 0.5),
        ("cbrt", 3.0, 1.0, 9.0, 0.629_960_524_947_436_6),
        ("power=0.3", 3.0, 1.0, 9.0, 0.659_753_955_386_447_1),
        ("power=2.5", -1.0, -2.0, 6.0, 0.005_524_271_728_019_903),
    ];
    for (kind, value, lo, hi, t) in expected {
        let forwards = norm(kind, lo, hi);
        let found = forwards.t_from_value(value);
        assert!((found - t).abs() <= 4e-16, "{kind} of {value} in {lo}..{hi}: {found} for {t}");
        assert!((forwards.value_from_t(t) - value).abs() <= 1e-13 * value.abs(), "{kind}: back");
        if !matches!(forwards.curve, Curve::Power(_)) {
            let reversed = norm(kind, hi, lo).t_from_value(value);
            assert!((reversed - (1.0 - t)).abs() <= 4e-16, "{kind}, reversed: {reversed}");
        }
    }
}

#[test]
fn powers_are_of_the_position_from_the_first_limit() {
    assert_eq!(norm("sqrt", 9.0, 1.0).t_from_value(7.0), 0.5);
    assert_eq!(norm("sqrt", 9.0, 1.0).value_from_t(0.5), 7.0);
}

#[test]
fn equalised_positions_are_shares_of_the_values() {
    // Counts 4, 3, 2, 1 of 1, 2, 5, 10: (C - 4) / 6 for C = 4, 7, 9, 10.
    let distribution = values(&[1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 5.0, 5.0, 10.0]);
    let norm = Norm::eq_hist(&distribution, 0.0, 100.0).expect("finite");
    assert_eq!(norm.limits(), (1.0, 10.0), "where the values are");
    for (value, t) in [(1.0, 0.0), (2.0, 0.5), (5.0, 5.0 / 6.0), (10.0, 1.0), (1.5, 0.25), (0.0, 0.0), (20.0, 1.0)] {
        assert!((norm.t_from_value(value) - t).abs() < 1e-15, "{value}: {}", norm.t_from_value(value));
    }
    assert_eq!((norm.value_from_t(0.5), norm.value_from_t(0.25)), (2.0, 1.5));
    assert_eq!((norm.side(0.5), norm.side(1.0), norm.side(11.0)), (Side::Under, Side::Within, Side::Over));

    let cut = Norm::eq_hist(&distribution, 1.5, 5.0).expect("finite");
    assert_eq!((cut.limits(), cut.t_from_value(2.0), cut.t_from_value(5.0)), ((2.0, 5.0), 0.0, 1.0));
    let reversed = Norm::eq_hist(&distribution, 100.0, 0.0).expect("finite");
    assert_eq!((reversed.limits(), reversed.t_from_value(2.0), reversed.value_from_t(0.5)), ((10.0, 1.0), 0.5, 2.0));

    let single = Norm::eq_hist(&values(&[7.0, 7.0]), 0.0, 10.0).expect("finite");
    assert_eq!((single.limits(), single.t_from_value(7.0), single.value_from_t(0.5)), ((7.0, 7.0), 0.5, 7.0));
    let none = Norm::eq_hist(&Distribution::default(), 0.0, 10.0).expect("finite");
    assert_eq!((none.limits(), none.t_from_value(2.5), none.kind()), ((0.0, 10.0), 0.25, NormKind::EqHist));
    assert!(Norm::eq_hist(&distribution, f64::NAN, 1.0).is_err());
}

#[test]
fn equalised_positions_of_evenly_spread_values_are_linear_when_entries_are_coarse() {
    let spread: Vec<f64> = (0..150_000).map(|i| 1.0 + (f64::from(i) * 0.618_033_988_749_894_9).fract()).collect();
    let distribution = values(&spread);
    assert!(!distribution.is_exact());
    for (lo, hi) in [(1.0, 2.0), (1.2, 1.7)] {
        let norm = Norm::eq_hist(&distribution, lo, hi).expect("finite");
        for part in [0.0, 0.1, 0.5, 0.9, 1.0] {
            let value = lo + part * (hi - lo);
            assert!((norm.t_from_value(value) - part).abs() < 1e-4, "{value}: {}", norm.t_from_value(value));
            assert!((norm.value_from_t(part) - value).abs() < 1e-4, "{part}: {}", norm.value_from_t(part));
        }
        for value in spread.iter().filter(|value| (lo..=hi).contains(*value)) {
            assert_eq!(norm.side(*value), Side::Within, "{value}");
        }
    }
    // Limits so narrow that one entry holds them: a straight line.
    let (lo, hi) = (1.5, 1.5f64.next_up().next_up());
    let narrow = Norm::eq_hist(&distribution, lo, hi).expect("finite");
    assert_eq!((narrow.limits(), narrow.t_from_value(lo.next_up())), ((lo, hi), 0.5));
}

#[test]
fn reversed_equal_and_extreme_limits_work() {
    let reversed = Norm::linear(10.0, 0.0).expect("finite");
    assert_eq!((reversed.t_from_value(10.0), reversed.t_from_value(0.0)), (0.0, 1.0));
    assert_eq!((reversed.t_from_value(f64::INFINITY), reversed.t_from_value(2.5)), (0.0, 0.75));
    assert_eq!((reversed.side(11.0), reversed.side(0.0), reversed.side(-1.0)), (Side::Under, Side::Within, Side::Over));
    let widest = Norm::linear(f64::MIN, f64::MAX).expect("finite");
    assert_eq!(
        (widest.t_from_value(f64::MIN), widest.t_from_value(0.0), widest.t_from_value(f64::MAX)),
        (0.0, 0.5, 1.0)
    );
    assert!(Norm::linear(0.0, f64::NAN).is_err() && Norm::linear(f64::INFINITY, 0.0).is_err());
    for kind in ["linear", "symlog", "symlog=1", "asinh", "asinh=1", "sqrt", "cbrt", "power=0.1", "power=9"] {
        let widest = norm(kind, f64::MIN, f64::MAX);
        for t in [0.0, 0.1, 0.5, 0.9, 1.0] {
            assert!(
                widest.value_from_t(t).is_finite()
                    && (0.0..=1.0).contains(&widest.t_from_value(widest.value_from_t(t))),
                "{kind} at {t}"
            );
        }
        let zero = norm(kind, 0.0, 0.0);
        assert_eq!((zero.t_from_value(0.0), zero.t_from_value(5.0), zero.value_from_t(0.5)), (0.5, 0.5, 0.0), "{kind}");
        let tiny = norm(kind, 0.0, f64::from_bits(1));
        assert_eq!((tiny.t_from_value(0.0), tiny.t_from_value(f64::from_bits(1))), (0.0, 1.0), "{kind}");
    }
    assert!(Norm::new(NormKind::Symlog { threshold: Some(1e-300) }, 0.0, 1e300).is_err());
}

#[test]
fn a_log_norm_puts_what_is_not_positive_below_its_limits_and_refuses_such_limits() {
    let log = norm("log", 1.0, 100.0);
    for value in [0.0, -5.0, f64::NEG_INFINITY, 0.5] {
        assert_eq!((log.t_from_value(value), log.side(value)), (0.0, Side::Under), "{value}");
    }
    let reversed = norm("log", 100.0, 1.0);
    assert_eq!((reversed.t_from_value(0.0), reversed.side(-1.0)), (1.0, Side::Over));
    for (lo, hi) in [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0)] {
        let error = Norm::new(NormKind::Log, lo, hi).expect_err("not positive");
        assert!(error.to_string().contains("--clim") && error.kind().exit_code() == 2, "{error}");
    }
    assert_eq!(Norm::new(NormKind::EqHist, 0.0, 1.0).expect_err("no values").kind().exit_code(), 2);
}

/// One norm of every kind between the limits, which are positive.
fn every_kind(lo: f64, hi: f64) -> Vec<Norm> {
    let curves = ["linear", "log", "symlog", "symlog=3", "asinh", "asinh=3", "sqrt", "cbrt", "power=0.7", "power=2"];
    let mut norms: Vec<Norm> = curves.iter().map(|text| norm(text, lo, hi)).collect();
    let within: Vec<f64> = (0..20).map(|i| lo + (hi - lo) * f64::from(i * i) / 361.0).chain([hi]).collect();
    norms.push(Norm::eq_hist(&values(&within), lo, hi).expect("finite"));
    norms
}

proptest! {
    #[test]
    fn value_and_position_are_inverse(lo in 1e-6..1e6f64, factor in 1.5..1e6f64, t in 0.0..=1.0f64, is_reversed: bool) {
        let (lo, hi) = if is_reversed { (lo * factor, lo) } else { (lo, lo * factor) };
        for norm in every_kind(lo, hi) {
            let value = norm.value_from_t(t);
            let back = norm.value_from_t(norm.t_from_value(value));
            // A value is as precise as the larger limit where the curve is flat.
            prop_assert!((back - value).abs() <= 1e-13 * lo.max(hi), "{:?}: {value} came back as {back}", norm.kind());
            prop_assert_eq!((norm.value_from_t(0.0), norm.value_from_t(1.0)), norm.limits());
        }
        // Where no curve is flat, positions come back, too.
        for text in ["linear", "log", "symlog", "asinh"] {
            let norm = norm(text, lo, hi);
            let back = norm.t_from_value(norm.value_from_t(t));
            prop_assert!((back - t).abs() <= 1e-12, "{text}: {t} came back as {back}");
        }
    }

    #[test]
    fn a_larger_value_never_comes_before(lo in 1e-6..1e6f64, factor in 1.5..1e6f64, a in 0.0..1.0f64, b in 0.0..1.0f64) {
        let value = |part: f64| lo + (lo * factor - lo) * part;
        let (a, b) = (value(a.min(b)), value(a.max(b)));
        for norm in every_kind(lo, lo * factor) {
            prop_assert!(norm.t_from_value(a) <= norm.t_from_value(b), "{:?}: {a} {b}", norm.kind());
        }
        for norm in every_kind(lo * factor, lo) {
            prop_assert!(norm.t_from_value(a) >= norm.t_from_value(b), "{:?}: {a} {b}", norm.kind());
        }
    }
}
