//! The known name that a mistyped one most likely meant: among names, or among the files of a folder.

use std::path::Path;

/// Longer texts are no mistyped names.
const LONGEST_CHARS: usize = 64;

/// Fewer letters are the beginning of too much.
const SHORTEST_BEGINNING: usize = 3;

/// Files of a folder that are looked at.
const MOST_FILES: usize = 10_000;

/// The name that `text` most likely meant, in any case: the one with the fewest edits (the first of equals; not more than
/// a third of its letters), else the only one that begins with it.
pub fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let text: Vec<char> = text.chars().take(LONGEST_CHARS + 1).flat_map(char::to_lowercase).collect();
    if text.is_empty() || text.len() > LONGEST_CHARS {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let (mut longer, mut longer_count) = (None, 0_usize);
    for name in names {
        let known: Vec<char> = name.chars().take(LONGEST_CHARS).flat_map(char::to_lowercase).collect();
        if known.starts_with(&text) {
            (longer, longer_count) = (Some(name), longer_count + 1);
        }
        // Lengths that differ by more need more edits than allowed.
        if known.len().abs_diff(text.len()) * 3 > text.len() {
            continue;
        }
        let edits = edits(&text, &known);
        if edits * 3 <= text.len() && best.is_none_or(|(fewest, _)| edits < fewest) {
            best = Some((edits, name));
        }
    }
    let beginning = longer.filter(|_| longer_count == 1 && text.len() >= SHORTEST_BEGINNING);
    best.map(|(_, name)| name).or(beginning)
}

/// What to do about a file that is not there: the one in its folder that was meant, or the folder that is missing too.
pub fn missing_file(path: &Path) -> String {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return format!("there is no folder {}: check the path", folder.unwrap_or(path).display());
    };
    let names = entries.take(MOST_FILES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    // The order of a folder is any.
    names.sort_unstable();
    let near = path.file_name().and_then(|name| nearest_file(name.to_str()?, &names));
    match near {
        Some(near) => format!("did you mean {}?", path.with_file_name(near).display()),
        None => "check the path, and quote names with spaces".to_owned(),
    }
}

/// The file of that name under another extension, else one of that extension whose name is near without it.
fn nearest_file<'a>(wanted: &str, names: &'a [String]) -> Option<&'a str> {
    let parts = |name: &'a str| name.rsplit_once('.').unwrap_or((name, ""));
    let (stem, extension) = wanted.rsplit_once('.').unwrap_or((wanted, ""));
    let is_same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let same = names.iter().find(|name| is_same(parts(name).0, stem));
    let alike = || names.iter().map(|name| parts(name)).filter(|(_, own)| is_same(own, extension));
    let near = || {
        let near = nearest(stem, alike().map(|(stem, _)| stem))?;
        names.iter().find(|name| parts(name).0 == near && is_same(parts(name).1, extension))
    };
    same.or_else(near).map(String::as_str)
}

/// Insertions, deletions, replacements and swaps of neighbours from one text to the other (optimal string alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let mut fewest = (row[j] + usize::from(a[i] != b[j])).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                fewest = fewest.min(before[j - 1] + 1);
            }
            next.push(fewest);
        }
        before = std::mem::replace(&mut row, next);
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
        assert_eq!(edits("lta", "lat"), 1, "neighbours swapped");
        assert_eq!(edits("abc", ""), 3);
    }

    #[test]
    fn only_a_close_name_is_suggested() {
        let names = ["viridis", "magma", "gray"];
        assert_eq!(nearest("Virdis", names.into_iter()), Some("viridis"));
        assert_eq!(nearest("grey", names.into_iter()), Some("gray"));
        assert_eq!(nearest("jet", names.into_iter()), None);
        assert_eq!(nearest("", names.into_iter()), None);
    }

    #[test]
    fn a_beginning_is_completed_where_only_one_name_has_it() {
        let names = ["longitude", "latitude", "depth"];
        assert_eq!(nearest("lon", names.into_iter()), Some("longitude"));
        assert_eq!(nearest("LAT", names.into_iter()), Some("latitude"));
        assert_eq!(nearest("l", names.into_iter()), None, "too short");
        assert_eq!(nearest("lon", ["longitude", "long_name"].into_iter()), None, "two of them");
        assert_eq!(nearest("lon", ["longitude", "lox"].into_iter()), Some("lox"), "one edit is nearer");
    }

    #[test]
    fn a_missing_file_is_answered_with_its_neighbour_or_its_missing_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("flights-2024.csv"), "").unwrap();
        std::fs::write(folder.path().join(".flights-2023.csv"), "").unwrap();
        let hint = |name: &str| missing_file(&folder.path().join(name));
        assert!(hint("flights-2042.csv").ends_with("/flights-2024.csv?"), "{}", hint("flights-2042.csv"));
        assert!(hint("flights-2024.parquet").ends_with("/flights-2024.csv?"), "another extension");
        assert!(hint("f.csv").starts_with("check the path"), "an extension alone makes nothing alike");
        assert!(hint("trains.csv").starts_with("check the path"), "{}", hint("trains.csv"));
        assert!(hint("no/flights-2024.csv").starts_with("there is no folder"), "{}", hint("no/flights-2024.csv"));
    }
}
