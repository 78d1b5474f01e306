//! The names of the columns: in the first record, or in the comment before it.

use crate::escape::text_of_bytes;
use crate::source::csv::fields::{Cutting, Separator};
use crate::source::csv::record::Records;
use crate::source::csv::sniff::{Sampled, evidence};
use crate::source::text::value::{Evidence, Kind, comma_number, is_null, number};

/// A first record is a header when it has a text where the records below have numbers, times or bools; or when all its
/// fields are texts that are named once. A record with numbers is data otherwise.
pub(super) fn is_header(sampled: &[Sampled], decimal_comma: bool) -> bool {
    let Some((first, rest)) = sampled.split_first() else { return false };
    let is_number = |text: &[u8]| number(text).is_some() || (decimal_comma && comma_number(text).is_some());
    if first.fields.iter().map(|text| text.trim_ascii()).all(|text| is_null(text) || is_number(text)) {
        return false;
    }
    let names_typed = |(column, text): (usize, &Vec<u8>)| {
        is_name(text) && !is_number(text.trim_ascii()) && evidence(rest, column, decimal_comma).is_typed()
    };
    first.fields.iter().enumerate().any(names_typed) || are_names(&first.fields)
}

/// The names in the fields of a header; `None` for a column without one.
pub(super) fn names(fields: &[Vec<u8>]) -> Vec<Option<String>> {
    let name = |text: &Vec<u8>| Some(text_of_bytes(text).trim().to_string()).filter(|name| !name.is_empty());
    fields.iter().map(name).collect()
}

/// The names in the last comment before the first record, as `numpy.savetxt` writes them: as many as columns, none of
/// them a number, each once. A column called `#` keeps its name.
pub(super) fn names_in_comment(before: &[u8], cutting: Cutting, width: usize) -> Option<Vec<Option<String>>> {
    let mut lines = before.split(|&byte| byte == b'\n' || byte == b'\r').map(<[u8]>::trim_ascii_end);
    let line = lines.rfind(|line| !line.is_empty())?.trim_ascii_start().strip_prefix(b"#")?;
    // Where tabs separate, one at the start is no room.
    let is_room = |byte: &u8| *byte == b' ' || (*byte == b'\t' && cutting.separator != Separator::Byte(b'\t'));
    let text = &line[line.iter().take_while(|byte| is_room(byte)).count()..];
    let mut records = Records::new("", text, Cutting { comments: false, ..cutting }, 0, 1);
    if !records.advance().unwrap_or(false) || records.field_count() != width {
        return None;
    }
    let mut fields: Vec<Vec<u8>> = (0..width).map(|i| records.field(i).unwrap_or_default().to_vec()).collect();
    if let Some(first) = fields.first_mut().filter(|first| first.trim_ascii().is_empty()) {
        *first = b"#".to_vec();
    }
    are_names(&fields).then(|| names(&fields))
}

/// True for texts that are neither numbers nor times, each there once.
fn are_names(fields: &[Vec<u8>]) -> bool {
    let mut names: Vec<&[u8]> = fields.iter().map(|text| text.trim_ascii()).collect();
    let all_names = names.iter().all(|text| is_name(text));
    names.sort_unstable();
    all_names && names.windows(2).all(|pair| pair[0] != pair[1])
}

fn is_name(text: &[u8]) -> bool {
    let mut evidence = Evidence::default();
    evidence.add(text);
    evidence.any() && evidence.kind() == Kind::Text
}
