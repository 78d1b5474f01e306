//! What a mistyped column name may have meant.

use crate::error::Error;
use crate::source::Field;

/// Most columns that the error lists.
const LISTED: usize = 30;

/// The error for a column that is not there: it lists those there are, and the nearest name.
pub(super) fn unknown(fields: &[Field], text: &str) -> Error {
    let name = |(number, field): (usize, &Field)| field.name.clone().unwrap_or_else(|| number.to_string());
    let names: Vec<String> = fields.iter().enumerate().map(name).collect();
    let mut listed = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        listed = format!("{listed} and {} more", names.len() - LISTED);
    }
    let error = Error::usage(format!("there is no column '{text}'")).expected(format!("one of {listed}"));
    let named = fields.iter().filter_map(|field| field.name.as_deref());
    let nearest = named.map(|name| (distance(name, text), name)).min();
    // Half of the letters may differ: beyond that a suggestion is a riddle.
    match nearest.filter(|(distance, name)| 2 * distance <= name.chars().count().max(text.chars().count())) {
        Some((_, name)) => error.hint(format!("did you mean '{name}'?")),
        None => error,
    }
}

/// The fewest letters to insert, delete or replace that make one text of the other (Levenshtein), whatever their case.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.to_lowercase().chars().take(100).collect(), b.to_lowercase().chars().take(100).collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbook() {
        for (a, b, expected) in [("kitten", "sitting", 3), ("", "abc", 3), ("flaw", "lawn", 2), ("Same", "sAME", 0)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }
}
