//! Which separator makes the best table of a text.

use crate::source::budget::Budgets;
use crate::source::csv::fields::{Cutting, Separator};
use crate::source::csv::sniff::{Sampled, evidence, proves_decimal_comma, sampled_records};
use crate::source::text::time;

/// Of equals the first one wins.
const CANDIDATES: [Separator; 5] =
    [Separator::Byte(b','), Separator::Byte(b'\t'), Separator::Byte(b';'), Separator::Byte(b'|'), Separator::Blanks];

/// The separator with which most records have the same number of fields; of equals the one that makes a larger part of
/// the columns numbers or times, then the one with more fields. Without one that makes two fields, a comma and false.
pub(super) fn find_separator(text: &[u8], whole: bool, comments: bool, budgets: &Budgets) -> (Cutting, bool) {
    let mut best = ((0, 0, 0), Separator::Byte(b','));
    for separator in CANDIDATES {
        let sampled = sampled_records(text, Cutting { separator, comments }, whole, budgets);
        let Some(score) = score(&sampled, separator) else { continue };
        if score > best.0 {
            best = (score, separator);
        }
    }
    let (_, typed, fields) = best.0;
    (Cutting { separator: best.1, comments }, fields > 1 && typed > 0)
}

/// Records that agree and columns that are typed, both in thousandths, and the number of fields; `None` for no table.
fn score(sampled: &[Sampled], separator: Separator) -> Option<(usize, usize, usize)> {
    let counts: Vec<usize> = sampled.iter().map(|record| record.fields.len()).collect();
    let (fields, agreeing) = most_common(&counts)?;
    if fields < 2 {
        return None;
    }
    // The first record may be a header.
    let rest = if sampled.len() > 1 { &sampled[1..] } else { sampled };
    let decimal_comma = proves_decimal_comma(rest, separator);
    let typed = (0..fields).filter(|&column| evidence(rest, column, decimal_comma).is_typed()).count();
    let agreement = agreeing * 1000 / counts.len();
    if separator == Separator::Blanks {
        // Blanks stand in texts and times too: only a table of numbers that nearly all records agree on is one.
        let is_ragged = agreement < 900 && agreeing + 1 < counts.len();
        if is_ragged || 2 * typed < fields || are_times(rest) || end_in_separators(sampled) {
            return None;
        }
    }
    Some((agreement, typed * 1000 / fields, fields))
}

/// True when most fields but the last of each record end with what may separate them: `1, 2, 3`.
fn end_in_separators(sampled: &[Sampled]) -> bool {
    let before_last =
        sampled.iter().flat_map(|record| record.fields.split_last().map_or(&[][..], |(_, before)| before));
    let (all, ending) = before_last.fold((0, 0), |(all, ending), text| {
        (all + 1, ending + usize::from(matches!(text.last(), Some(b',' | b';' | b'|'))))
    });
    2 * ending > all
}

/// True when the records are times such as `2024-01-01 10:00`, whose blank separates nothing.
fn are_times(sampled: &[Sampled]) -> bool {
    sampled.iter().all(|record| {
        let [day, time_of_day] = &record.fields[..] else { return false };
        time::parse(&[&day[..], &time_of_day[..]].join(&b' ')).is_some()
    })
}

fn most_common(counts: &[usize]) -> Option<(usize, usize)> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).max_by_key(|&(fields, agreeing)| (agreeing, fields))
}
