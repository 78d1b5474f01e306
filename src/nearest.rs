//! The known name that a mistyped one most likely meant.

/// Longer texts are no mistyped names.
const LONGEST_CHARS: usize = 64;

/// The name with the fewest edits to `text` (any case), the first of equals; `None` when a third of it would have to change.
pub fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let text: Vec<char> = text.chars().take(LONGEST_CHARS + 1).flat_map(char::to_lowercase).collect();
    if text.is_empty() || text.len() > LONGEST_CHARS {
        return None;
    }
    names
        .map(|name| {
            let known: Vec<char> = name.chars().take(LONGEST_CHARS).flat_map(char::to_lowercase).collect();
            (edits(&text, &known), name)
        })
        .min_by_key(|(edits, _)| *edits)
        .filter(|(edits, _)| edits * 3 <= text.len())
        .map(|(_, name)| name)
}

/// Insertions, deletions and replacements from one text to the other (Levenshtein).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        let edits = |a: &str, b: &str| super::edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("abc", "abc"), 0);
    }

    #[test]
    fn only_a_close_name_is_suggested() {
        let names = ["viridis", "magma", "gray"];
        assert_eq!(nearest("Virdis", names.into_iter()), Some("viridis"));
        assert_eq!(nearest("grey", names.into_iter()), Some("gray"));
        assert_eq!(nearest("jet", names.into_iter()), None);
        assert_eq!(nearest("", names.into_iter()), None);
    }
}
