//! What a mistyped column name may have meant.

use crate::error::Error;
use crate::nearest::nearest;
use crate::source::Field;

/// Most columns that the error lists.
const LISTED: usize = 30;

/// The error for a column that is not there: it lists those there are, and the nearest name or else `note`.
pub(super) fn unknown(fields: &[Field], text: &str, note: Option<&str>) -> Error {
    let name = |(number, field): (usize, &Field)| field.name.clone().unwrap_or_else(|| number.to_string());
    let names: Vec<String> = fields.iter().enumerate().map(name).collect();
    let mut listed = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        listed = format!("{listed} and {} more", names.len() - LISTED);
    }
    let error = Error::usage(format!("there is no column '{text}'")).expected(format!("one of {listed}"));
    let named = fields.iter().filter_map(|field| field.name.as_deref());
    match (nearest(text, named), note) {
        (Some(name), _) => error.hint(format!("did you mean '{name}'?")),
        (None, _) if text.parse::<u64>().is_ok() && !fields.is_empty() => {
            error.hint(format!("columns are numbered from 0 to {}", fields.len() - 1))
        }
        (None, Some(note)) => error.hint(note),
        (None, None) => error,
    }
}
