//! Limits, typed and found.

use super::*;
use crate::data::chunk::TimeUnit;

fn column(logical: Logical) -> ColumnPlan {
    ColumnPlan { index: 0, name: Some("c".to_owned()), logical, keys: crate::keys::KeyKind::F64 }
}

fn limits(start: &str, end: &str) -> AxisSpec {
    let limits = Some(Limits { start: start.to_owned(), end: end.to_owned() });
    AxisSpec { limits, ..AxisSpec::default() }
}

#[test]
fn found_extents_get_five_percent_a_side_and_one_value_half_a_unit() {
    let number = column(Logical::Number { integer: false });
    let found =
        |lo, hi| scale(&AxisSpec::default(), &number, Some(Extent::F64 { lo, hi }), MARGIN, "x").unwrap().domain();
    assert_eq!(found(0.0, 10.0), Domain::F64 { lo: -0.5, hi: 10.5 });
    assert_eq!(found(3.0, 3.0), Domain::F64 { lo: 2.5, hi: 3.5 });
    assert_eq!(found(5e-324, 1e-320), Domain::F64 { lo: -0.5, hi: 0.5 }, "no pixels fit between");
    assert_eq!(found(0.0, 1.7e308), Domain::F64 { lo: 0.0, hi: 1.7e308 }, "no room for margins");
    let extent = Some(Extent::F64 { lo: -1e308, hi: 1.7e308 });
    let error = scale(&AxisSpec::default(), &number, extent, MARGIN, "x").unwrap_err();
    assert_eq!(error.kind().exit_code(), 2, "refused, never cut: {error}");
}

#[test]
fn limits_beyond_all_integers_are_refused_on_either_side() {
    let integers = column(Logical::Number { integer: true });
    for (start, end) in [("0", "1e308"), ("-1e308", "0"), ("-1e308", "7e307"), ("5", "-1e39")] {
        let error = scale(&limits(start, end), &integers, None, MARGIN, "x").unwrap_err();
        assert_eq!(error.kind().exit_code(), 2, "{start},{end}: {error}");
        assert!(error.to_string().contains("beyond any integer"), "{start},{end}: {error}");
    }
}

#[test]
fn time_limits_round_outward_to_whole_steps() {
    let date = column(Logical::Date);
    let scale = scale(&limits("1970-01-02T12:00:00", "1970-01-03T00:00:01"), &date, None, MARGIN, "x").unwrap();
    assert_eq!(scale.domain(), Domain::Int { lo: 1, hi: 3 }, "from the day's start to the next day");
}

#[test]
fn limits_without_offset_are_those_of_the_columns_clock() {
    let column = column(Logical::Time { unit: TimeUnit::Second, zone: Some("Europe/Berlin".to_owned()) });
    let day = scale(&limits("2024-03-31", "2024-04-01"), &column, None, MARGIN, "x").unwrap();
    assert_eq!(day.domain(), Domain::Int { lo: 1_711_839_600, hi: 1_711_839_600 + 23 * 3600 });
    let same = scale(&limits("2024-03-30T23:00Z", "2024-04-01T00:00+02:00"), &column, None, MARGIN, "x").unwrap();
    assert_eq!(same.domain(), day.domain());
    assert_eq!(with_zone(Some("t".into()), day.calendar()).as_deref(), Some("t (Europe/Berlin)"));
    let unknown = calendar(&Logical::Time { unit: TimeUnit::Second, zone: Some("Mars".to_owned()) }).unwrap();
    assert_eq!(unknown.zone.as_deref(), Some("UTC"));
}

#[test]
fn a_year_is_a_time_and_other_integers_are_steps_of_which_a_line_tells() {
    let time = column(Logical::Time { unit: TimeUnit::Millisecond, zone: None });
    let of = |start: &str, end: &str| scale(&limits(start, end), &time, None, MARGIN, "x").unwrap().domain();
    assert_eq!(of("20240101", "20250101"), of("2024-01-01", "2025-01-01"), "the basic form of ISO 8601");
    assert_eq!(of("2024", "2025"), of("2024-01-01", "2025-01-01"));
    assert_eq!(of("12345", "1704067200000"), Domain::Int { lo: 12_345, hi: 1_704_067_200_000 });
    let note = |start: &str, end: &str| steps_note("--xlim", limits(start, end).limits.as_ref(), &time);
    assert_eq!([note("20240101", "2025"), note("2024-01-01", "2025-01-01T00:00Z")], [None, None]);
    let told = note("12345", "2024").unwrap();
    assert!(told.contains("--xlim") && told.contains("12345 is 1970-01-01T00:00:12.345Z"), "{told}");
    let number = column(Logical::Number { integer: true });
    assert_eq!(steps_note("--xlim", limits("12345", "99999").limits.as_ref(), &number), None);
}

#[test]
fn color_limits_are_times_where_the_colours_are() {
    let year =
        |year: i32| ColorLimit::Either { number: f64::from(year), time: Moment::parse(&year.to_string()).unwrap() };
    let given = Some((year(2024), year(2025)));
    let time = column(Logical::Time { unit: TimeUnit::Second, zone: None });
    let known = Known::default();
    assert_eq!(color_limits(given, &known, &time).unwrap(), (1_704_067_200.0, 1_735_689_600.0));
    let number = column(Logical::Number { integer: true });
    assert_eq!(color_limits(given, &known, &number).unwrap(), (2024.0, 2025.0));
    for one in [year(2024), ColorLimit::Value(5.0)] {
        for column in [&time, &number] {
            let error = color_limits(Some((one, one)), &known, column).unwrap_err();
            assert!(error.to_string().contains("--clim needs two different numbers"), "{error}");
        }
    }
    let percentile = ColorLimit::Percentile(50.0);
    assert!(color_limits(Some((percentile, percentile)), &known, &number).is_ok(), "found, not given");
}

#[test]
fn extents_are_written_with_the_digits_in_which_they_differ() {
    let float = Logical::Number { integer: false };
    let text = |lo, hi| extent_text(Extent::F64 { lo, hi }, &float);
    assert_eq!(text(1e9 + 1.234_567e-4, 1e9 + 2.5e-4), ["1000000000.0001235", "1000000000.00025"]);
    assert_eq!(text(0.123_456_789, 1_234.567_891), ["0.123457", "1234.57"]);
    assert_eq!(text(0.123_456_789, 0.123_456_789)[0], "0.123456789", "one value is written out");
    assert_eq!(text(0.0, 0.0), ["0", "0"]);
    assert_eq!(text(-1.234_567_89e300, 2.0), ["-1.23457e300", "2"]);
}

#[test]
fn integers_beyond_2_53_keep_every_digit() {
    let integer = column(Logical::Number { integer: true });
    let scale = scale(&limits("9007199254740993", "9007199254740999"), &integer, None, MARGIN, "x").unwrap();
    assert_eq!(scale.domain(), Domain::Int { lo: 9_007_199_254_740_993, hi: 9_007_199_254_740_999 });
    let reversed = super::scale(&limits("2e18", "1152921504606846976.0"), &integer, None, MARGIN, "x").unwrap();
    assert_eq!(reversed.domain(), Domain::Int { lo: 1 << 60, hi: 2_000_000_000_000_000_000 });
    assert!(reversed.is_reversed(), "the larger limit comes first");
}

#[test]
fn limits_that_make_no_sense_are_usage_errors() {
    let number = column(Logical::Number { integer: false });
    for (start, end) in [("a", "1"), ("nan", "1"), ("1", "1"), ("inf", "2")] {
        let error = scale(&limits(start, end), &number, None, MARGIN, "x").unwrap_err();
        assert_eq!(error.kind().exit_code(), 2, "{start},{end}: {error}");
    }
}
