//! The names of inputs: patterns become the files they match, an archive's array is told from a file with a colon, and
//! every input gets the shortest name that tells it from the others.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::source::stdin::STDIN;
use crate::source::synthetic;

/// Most names of a folder that a hint lists.
const LISTED: usize = 5;

/// Most entries of a folder that are looked at for a hint.
const LOOKED_AT: usize = 10_000;

/// The inputs with each pattern (`*`, `?`, `[..]`, `**`) replaced by the files it matches, in natural order: numbers in
/// names by their value, so that part-2 comes before part-10. A file that has the pattern as its name wins. Hidden
/// files and folders match only where the pattern spells their dot; folders never match.
///
/// # Errors
/// When a pattern is wrong or matches no file, or a folder on its way cannot be read.
pub fn expand<S: AsRef<str>>(names: &[S]) -> Result<Vec<String>> {
    let mut expanded = Vec::new();
    for name in names.iter().map(AsRef::as_ref) {
        let (pattern, array) = split_array(name);
        let is_pattern = pattern.contains(['*', '?', '[']);
        if !is_pattern || name == STDIN || name.starts_with(synthetic::PREFIX) || Path::new(name).exists() {
            expanded.push(name.to_owned());
            continue;
        }
        let array = array.map_or_else(String::new, |array| format!(":{array}"));
        expanded.extend(matches(pattern)?.into_iter().map(|path| path + &array));
    }
    Ok(expanded)
}

/// `file.npz:x` as the archive and its array, where there is no file of the whole name.
pub(super) fn split_array(name: &str) -> (&str, Option<&str>) {
    let is_archive =
        |path: &str| path.get(path.len().saturating_sub(4)..).is_some_and(|end| end.eq_ignore_ascii_case(".npz"));
    match name.match_indices(':').find(|(at, _)| is_archive(&name[..*at])) {
        Some((at, _)) if !Path::new(name).exists() => (&name[..at], Some(&name[at + 1..])),
        _ => (name, None),
    }
}

/// The file that the name of an input speaks of: the archive of `file.npz:x`, else the name itself.
#[must_use]
pub fn file_of(name: &str) -> &str {
    split_array(name).0
}

fn matches(pattern: &str) -> Result<Vec<String>> {
    // As shells do: '*' stays within a folder and leaves hidden files alone.
    let options =
        glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let wrong = |error: glob::PatternError| {
        Error::usage(format!("the pattern is wrong ({})", error.msg))
            .in_file(pattern)
            .hint("write [[] for a bracket of a file's name")
    };
    let mut found = Vec::new();
    // Glob 0.3 panics at a name that is no UTF-8 in a folder that it looks through.
    let paths = glob::glob_with(pattern, options).map_err(wrong)?;
    let paths = catch_unwind(AssertUnwindSafe(|| paths.collect::<Vec<_>>())).map_err(|_| {
        Error::input("a file's name is no UTF-8 in a folder of the pattern")
            .in_file(pattern)
            .hint("rename it, or name the files one by one")
    })?;
    for path in paths {
        let path = path.map_err(|error| {
            Error::input(format!("a folder cannot be read ({})", error.error()))
                .in_file(error.path().display().to_string())
        })?;
        if !path.is_dir() {
            let name = path.to_str().ok_or_else(|| {
                Error::input("a file's name is no UTF-8").in_file(path.display().to_string()).hint("rename it")
            })?;
            found.push(name.to_owned());
        }
    }
    if found.is_empty() {
        let error = Error::input("no file matches").in_file(pattern);
        return Err(match nearby(Path::new(pattern)) {
            Some(hint) => error.hint(hint),
            None => error.hint("check the path"),
        });
    }
    found.sort_by(|a, b| natural(a, b));
    Ok(found)
}

/// What there is where nothing was found: the nearest name, or the first few of the last folder that exists.
fn nearby(path: &Path) -> Option<String> {
    let folder = path.ancestors().skip(1).find(|folder| folder.as_os_str().is_empty() || folder.is_dir())?;
    let is_here = folder.as_os_str().is_empty();
    let wanted = path.strip_prefix(folder).ok()?.components().next()?.as_os_str().to_str()?;
    let entries = std::fs::read_dir(if is_here { Path::new(".") } else { folder }).ok()?;
    let names = entries.take(LOOKED_AT).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort_by(|a, b| natural(a, b));
    let place = if is_here { "this folder".to_owned() } else { folder.display().to_string() };
    if let Some(name) = nearest(wanted, names.iter().map(String::as_str)) {
        return Some(format!("did you mean {}?", folder.join(name).display()));
    }
    let more = names.len().saturating_sub(LISTED);
    let listed = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    Some(match (names.len(), more) {
        (0, _) => format!("{place} is empty"),
        (_, 0) => format!("{place} holds {listed}"),
        _ => format!("{place} holds {listed} and {more} more"),
    })
}

/// The order of paths, folder by folder, in which digits count as the number they are.
fn natural(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (parts(a), parts(b));
    let by_part = left.iter().zip(&right).map(|(a, b)| natural_part(a, b)).find(|order| order.is_ne());
    by_part.unwrap_or_else(|| left.len().cmp(&right.len())).then_with(|| a.cmp(b))
}

fn natural_part(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (a_digits, b_digits) = (digits(a), digits(b));
        if a_digits > 0 && b_digits > 0 {
            let (a_number, b_number) = (a[..a_digits].trim_start_matches('0'), b[..b_digits].trim_start_matches('0'));
            let order = a_number.len().cmp(&b_number.len()).then_with(|| a_number.cmp(b_number));
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[a_digits..], &b[b_digits..]);
            continue;
        }
        let (mut a_rest, mut b_rest) = (a.chars(), b.chars());
        match (a_rest.next(), b_rest.next()) {
            (Some(x), Some(y)) if x == y => (a, b) = (a_rest.as_str(), b_rest.as_str()),
            (x, y) => return x.cmp(&y),
        }
    }
}

/// A name for each input: the file's own where no other input has it, else with as many of its folders as tell it from
/// the others. Inputs that are no files keep their names; one file given twice has one name.
pub(super) fn shortest(inputs: &[&str]) -> Vec<String> {
    let parts: Vec<Vec<String>> = inputs.iter().map(|input| parts(input)).collect();
    let tail = |at: usize, len: usize| {
        let parts = &parts[at];
        parts[parts.len().saturating_sub(len)..].join("/")
    };
    let mut names = vec![String::new(); inputs.len()];
    let mut open: Vec<usize> = (0..inputs.len()).collect();
    let longest = parts.iter().map(Vec::len).max().unwrap_or(0);
    for len in 1..=longest {
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        open.drain(..).for_each(|at| groups.entry(tail(at, len)).or_default().push(at));
        for (name, group) in groups {
            if len == longest || group.iter().all(|at| parts[*at] == parts[group[0]]) {
                group.iter().for_each(|at| names[*at].clone_from(&name));
            } else {
                open.extend(group);
            }
        }
    }
    names
}

/// The folders and the name of a file; the whole name of what is none.
fn parts(input: &str) -> Vec<String> {
    if input == STDIN || input.starts_with(synthetic::PREFIX) {
        return vec![input.to_owned()];
    }
    let path = PathBuf::from(input);
    let normal = |part: Component<'_>| match part {
        Component::CurDir => None,
        part => Some(part.as_os_str().to_string_lossy().into_owned()),
    };
    let parts: Vec<String> = path.components().filter_map(normal).collect();
    if parts.is_empty() { vec![input.to_owned()] } else { parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = ["p-10", "p-2", "p-02", "q", "p-2a", "p", "10/a", "9/b", "9/a/c", "p-99999999999999999999999"];
        names.sort_by(|a, b| natural(a, b));
        let expected = ["9/a/c", "9/b", "10/a", "p", "p-02", "p-2", "p-2a", "p-10", "p-99999999999999999999999", "q"];
        assert_eq!(names, expected);
    }

    #[test]
    fn inputs_have_the_shortest_names_that_differ() {
        let names = shortest(&["a/x.csv", "b/x.csv", "y.csv", "-", "./z.csv", "a/b/y.csv", "c/b/y.csv"]);
        assert_eq!(names, ["a/x.csv", "b/x.csv", "y.csv", "-", "z.csv", "a/b/y.csv", "c/b/y.csv"]);
        assert_eq!(shortest(&["x.csv", "a/x.csv"]), ["x.csv", "a/x.csv"]);
        assert_eq!(shortest(&["a/x.csv", "a/x.csv"]), ["x.csv", "x.csv"], "one file given twice");
        assert_eq!(shortest(&["data/a.npz:x", "data/a.npz:y"]), ["a.npz:x", "a.npz:y"]);
        assert!(shortest(&[]).is_empty());
    }

    #[test]
    fn patterns_become_files_and_files_win() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::create_dir_all(folder.path().join("sub.csv/deep")).unwrap();
        for name in ["part-10.csv", "part-2.csv", ".hidden.csv", "sub.csv/deep/part-1.csv", "q[1].csv", "q1.csv"] {
            std::fs::write(folder.path().join(name), "x\n1\n").unwrap();
        }
        let expanded = |name: &str| expand(&[path(name)]).unwrap();
        assert_eq!(expanded("part-*.csv"), [path("part-2.csv"), path("part-10.csv")]);
        assert_eq!(
            expanded("**/part-*.csv"),
            [path("part-2.csv"), path("part-10.csv"), path("sub.csv/deep/part-1.csv")]
        );
        assert_eq!(expanded("q[1].csv"), [path("q[1].csv")], "a file of this name wins");
        assert_eq!(expanded("q[12].csv"), [path("q1.csv")]);
        assert_eq!(expand(&["-", "synthetic:uniform:1?", "no.csv"]).unwrap(), ["-", "synthetic:uniform:1?", "no.csv"]);
        let refused = |name: &str| expand(&[path(name)]).unwrap_err().to_string();
        assert!(refused("part-*.cvs").contains("did you mean"), "{}", refused("part-*.cvs"));
        assert!(refused("*.parquet").contains("holds part-2.csv"), "{}", refused("*.parquet"));
        assert!(refused("a[.csv").contains("pattern is wrong"), "{}", refused("a[.csv"));
    }

    #[test]
    fn arrays_of_archives_are_told_from_files_with_colons() {
        assert_eq!(split_array("a.npz:x"), ("a.npz", Some("x")));
        assert_eq!(split_array("a.npz:x:y"), ("a.npz", Some("x:y")));
        assert_eq!(split_array("d:a.NPZ:x"), ("d:a.NPZ", Some("x")));
        assert_eq!(split_array("a:b.csv"), ("a:b.csv", None));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npz:x");
        std::fs::write(&path, "").unwrap();
        assert_eq!(split_array(path.to_str().unwrap()), (path.to_str().unwrap(), None));
    }
}
