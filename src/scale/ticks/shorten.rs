//! Labels that have little room: a common power of ten, a common offset or a common date is taken out of them.
//!
//! Exact: the labels with what was taken out are the values of the labels that came in.

use super::Wording;
use super::decimal::{Decimal, labels, spread_labels, with_common_exponent};
use super::log::{power_label, superscript};

/// Labels of an axis up to this many characters (and a sign) are never shortened.
const SHORT_CHARS: usize = 6;

/// What it costs in characters that a reader has to put a label together: from a power, from an offset, from both.
const POWER_CHARS: usize = 1;
const OFFSET_CHARS: usize = 4;
const BOTH_CHARS: usize = 6;

/// Labels without what they share, and that in words (`×10³`, `+10⁹`); empty when nothing was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortened {
    pub labels: Vec<String>,
    pub shared: String,
}

/// The labels as they are, without a power of ten, without an offset, and without both; before them the form that an axis
/// would have, where that is another. What cannot be taken out, and labels that are no numbers, leave the list shorter.
pub(crate) fn shortened(given: &[String]) -> Vec<Shortened> {
    let mut forms = vec![Shortened { labels: given.to_vec(), shared: String::new() }];
    let texts: Vec<&str> = given.iter().map(String::as_str).collect();
    forms.extend(short_times(&texts));
    let values: Option<Vec<Decimal>> = given.iter().map(|label| Decimal::parse(label)).collect();
    let Some(values) = values.and_then(|values| with_common_exponent(&values)) else { return forms };
    // Labels of decades are no equal steps, and short as they are.
    if given.len() > 1 && labels(&values) == given {
        let on_axis = worded(&values, Wording::Shared);
        if !on_axis.shared.is_empty() {
            forms.insert(0, on_axis);
        }
    }
    forms.extend(without_power(&values, ""));
    if let Some((rests, offset)) = without_offset(&values) {
        let offset = signed(offset);
        forms.push(Shortened { labels: spread_labels(&rests), shared: offset.clone() });
        forms.extend(without_power(&rests, &format!(" {offset}")));
    }
    forms
}

/// The labels of values in equal steps on an axis: written out while they are short, else without what makes them longest.
///
/// An offset hides the size of the values, so it has to save more than [`OFFSET_CHARS`] characters: 12345.1 to 12345.9 keep
/// their digits, 1000000.1 to 1000000.5 are 0.1 to 0.5 after `+1000000`.
pub(super) fn worded(values: &[Decimal], wording: Wording) -> Shortened {
    let whole = Shortened { labels: labels(values), shared: String::new() };
    let chars = |form: &Shortened| form.labels.iter().map(|label| label.trim_start_matches('-').len()).max();
    let is_short = whole.labels.iter().all(|label| !label.contains('e')) && chars(&whole) <= Some(SHORT_CHARS);
    let Some(values) = with_common_exponent(values).filter(|_| wording != Wording::Whole && !is_short) else {
        return whole;
    };
    let powered = without_power(&values, "").map(|form| (POWER_CHARS, form));
    let offset = without_offset(&values).into_iter().flat_map(|(rests, offset)| {
        let offset = signed(offset);
        let both = without_power(&rests, &format!(" {offset}")).map(|form| (BOTH_CHARS, form));
        let rests = Shortened { labels: labels(&rests), shared: offset };
        // With an exponent of their own the rests want its power taken out too.
        let is_plain = rests.labels.iter().all(|label| !label.contains('e'));
        [is_plain.then_some((OFFSET_CHARS, rests)), both]
    });
    let forms = [powered].into_iter().chain(offset).flatten();
    let cost = |(reading, form): &(usize, Shortened)| reading + chars(form).unwrap_or(0);
    // Of equals the first, which is easier to read.
    let is_plain = whole.labels.iter().all(|label| !label.contains('e'));
    let forms = is_plain.then_some((0, whole.clone())).into_iter().chain(forms);
    forms.min_by_key(cost).map_or(whole, |(_, form)| form)
}

/// Labels of times of day without the date that they share (or, below a second, without the second); where they share none,
/// each with its date only where it differs from that of the label before, and midnight as the date alone. `None` where one
/// has no time of day.
pub(super) fn short_times(given: &[&str]) -> Option<Shortened> {
    let parts: Vec<(&str, &str)> = given.iter().map(|label| label.split_once('T')).collect::<Option<_>>()?;
    let (date, time) = parts.first()?;
    if parts.iter().any(|(other, _)| other != date) {
        let mut before = "";
        let labels = parts.iter().zip(given).map(|((date, time), label)| {
            let is_new = std::mem::replace(&mut before, *date) != *date;
            let is_midnight = time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
            match (is_new, is_midnight) {
                (false, _) => (*time).to_owned(),
                (true, true) => (*date).to_owned(),
                (true, false) => (*label).to_owned(),
            }
        });
        return Some(Shortened { labels: labels.collect(), shared: String::new() });
    }
    let second = time.split_once('.').map(|(second, _)| second);
    let is_shared = |second: &str| parts.iter().all(|(_, time)| time.split_once('.').is_some_and(|t| t.0 == second));
    if let Some(second) = second.filter(|second| is_shared(second)) {
        let labels = parts.iter().map(|(_, time)| time[second.len()..].to_owned()).collect();
        return Some(Shortened { labels, shared: format!("{date}T{second}") });
    }
    Some(Shortened { labels: parts.iter().map(|(_, time)| (*time).to_owned()).collect(), shared: (*date).to_owned() })
}

/// The power of the largest value's first digit taken out, where it is not 0.
fn without_power(values: &[Decimal], after: &str) -> Option<Shortened> {
    let power = values.iter().filter_map(|value| value.magnitude()).max().filter(|power| *power != 0)?;
    let labels = values.iter().map(|value| Decimal { exponent: value.exponent - power, ..*value }.plain()).collect();
    Some(Shortened { labels, shared: format!("×10{}{after}", superscript(power)) })
}

/// The roundest number between 0 and all values that leaves only the digits in which they differ (where they have both signs,
/// or 0, there is none), and what is left of them.
fn without_offset(values: &[Decimal]) -> Option<(Vec<Decimal>, Decimal)> {
    let exponent = values.first()?.exponent;
    let least = values.iter().map(|value| value.digits).min()?;
    let most = values.iter().map(|value| value.digits).max()?;
    let range = most.checked_sub(least).filter(|range| *range > 0)?;
    let unit = 10i128.checked_pow((range - 1).checked_ilog10().unwrap_or(0) + 1)?;
    let offset = if most < 0 { most / unit * unit } else { least.div_euclid(unit) * unit };
    if offset == 0 || least < 0 && most >= 0 {
        return None;
    }
    let rests = values.iter().map(|value| Decimal { digits: value.digits - offset, exponent }).collect();
    Some((rests, Decimal { digits: offset, exponent }))
}

fn signed(offset: Decimal) -> String {
    let size = Decimal { digits: offset.digits.abs(), ..offset };
    let plain = labels(&[size]).swap_remove(0);
    let text = if plain.contains('e') { power_label(size) } else { plain };
    format!("{}{text}", if offset.digits < 0 { '-' } else { '+' })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn forms(given: &[&str]) -> Vec<(Vec<String>, String)> {
        let given: Vec<String> = given.iter().map(|label| (*label).to_owned()).collect();
        shortened(&given).into_iter().map(|form| (form.labels, form.shared)).collect()
    }

    #[test]
    fn powers_and_offsets_are_taken_out() {
        let large = forms(&["0", "2e12", "4e12", "10e12"]);
        assert_eq!(large[1], (["0.0", "0.2", "0.4", "1.0"].map(String::from).to_vec(), "×10¹³".to_owned()));
        assert_eq!(large.len(), 2, "no offset below 0: {large:?}");
        let deep = forms(&["1000000000.0005", "1000000000.0010", "1000000000.0015"]);
        assert_eq!(
            deep[0],
            (["0.5", "1.0", "1.5"].map(String::from).to_vec(), "×10⁻³ +10⁹".to_owned()),
            "as on an axis"
        );
        assert_eq!(deep[3], (["0.0005", "0.0010", "0.0015"].map(String::from).to_vec(), "+10⁹".to_owned()));
        let negative = forms(&["-1000003", "-1000001"]);
        assert_eq!(negative[0], negative[3]);
        assert_eq!(negative[3], (["-3", "-1"].map(String::from).to_vec(), "-1000000".to_owned()));
        assert_eq!(forms(&["2024-01", "2024-02"]).len(), 1, "no numbers");
    }

    #[test]
    fn times_share_their_date_or_their_second() {
        let short = |given: &[&str]| short_times(given).map(|short| (short.labels, short.shared));
        let owned = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            short(&["2024-03-31T06:00", "2024-03-31T12:00"]),
            Some((owned(&["06:00", "12:00"]), "2024-03-31".to_owned()))
        );
        assert_eq!(
            short(&["2024-03-31T18:00", "2024-04-01T00:00", "2024-04-01T06:00", "2024-04-02T06:00"]),
            Some((owned(&["2024-03-31T18:00", "2024-04-01", "06:00", "2024-04-02T06:00"]), String::new()))
        );
        assert_eq!(
            short(&["2024-03-31T06:00:59.000000100", "2024-03-31T06:00:59.000000200"]),
            Some((owned(&[".000000100", ".000000200"]), "2024-03-31T06:00:59".to_owned()))
        );
        assert_eq!(
            short(&["2024-03-31T06:00:59.5", "2024-03-31T06:01:00.0"]),
            Some((owned(&["06:00:59.5", "06:01:00.0"]), "2024-03-31".to_owned()))
        );
        assert_eq!(short(&["2024-03-31", "2024-04-01"]), None);
        assert_eq!(short(&["1.5", "2.5"]), None);
        assert_eq!(short(&[]), None);
    }

    proptest! {
        #[test]
        fn what_is_taken_out_and_what_is_left_make_the_value(
            first in -1_000_000_000_000i128..1_000_000_000_000,
            steps in prop::collection::vec(1i128..1_000_000, 1..6),
            exponent in -20..20i32,
        ) {
            let digits = steps.iter().scan(first, |at, step| { *at += step; Some(*at) });
            let values: Vec<Decimal> = [first].into_iter().chain(digits).map(|digits| Decimal { digits, exponent }).collect();
            let given = labels(&values);
            for form in shortened(&given) {
                let mut parts = form.shared.split_whitespace().peekable();
                let power = parts.next_if(|part| part.starts_with('×')).and_then(|part| Decimal::parse(&part[2..]));
                let power = power.map_or(0, |power| power.exponent);
                let zero = Decimal { digits: 0, exponent: 0 };
                let offset = parts.next().map_or(Some(zero), |part| Decimal::parse(part.trim_start_matches('+')));
                for (label, given) in form.labels.iter().zip(&given) {
                    let rest = Decimal::parse(label).expect("a number");
                    let rest = Decimal { exponent: rest.exponent + power, ..rest };
                    let all = with_common_exponent(&[rest, offset.expect("a number"), Decimal::parse(given).expect("a number")]);
                    let all = all.expect("near enough");
                    prop_assert_eq!(all[0].digits + all[1].digits, all[2].digits, "{} {} for {}", label, form.shared, given);
                }
            }
        }
    }
}
