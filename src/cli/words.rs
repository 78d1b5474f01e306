//! A text cut into words as a shell cuts a command line: blanks between words, quotes and backslashes for blanks in them.
//!
//! No variables, no globs, no comments: `$`, `*` and `#` stand for themselves (the crate shlex takes `#1f77b4` for the
//! beginning of a comment).

/// The words of a text. `'..'` keeps everything as it is; in `".."` a backslash keeps `"` and `\`, elsewhere any
/// character; quotes may stand in the middle of a word, and an empty pair is an empty word.
///
/// # Errors
/// What is open at the end: a quote, or a backslash with nothing behind it.
pub(super) fn split(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"'), '\\') if matches!(characters.peek(), Some('"' | '\\')) => {
                word.get_or_insert_default().extend(characters.next());
            }
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => match characters.next() {
                Some(kept) => word.get_or_insert_default().push(kept),
                None => return Err("it ends with a backslash".to_owned()),
            },
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    if let Some(quote) = quote {
        return Err(format!("a {quote} is not closed"));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        split(text).unwrap()
    }

    #[test]
    fn words_are_those_of_a_shell() {
        // Each is what `printf '%s\n' WORDS` prints in a POSIX shell.
        assert_eq!(words("b.csv -x t  -y w"), ["b.csv", "-x", "t", "-y", "w"]);
        assert_eq!(words("  a\tb\nc  "), ["a", "b", "c"]);
        assert_eq!(words(r#""my file.csv" -x 'the time'"#), ["my file.csv", "-x", "the time"]);
        assert_eq!(words(r"my\ file.csv \' \\ \x"), ["my file.csv", "'", r"\", "x"]);
        assert_eq!(words(r#"--label="a b"c 'it'\''s'"#), ["--label=a bc", "it's"]);
        assert_eq!(words(r#"'a\ b' "a\ b" "say \"x\" \\ \n""#), [r"a\ b", r"a\ b", r#"say "x" \ \n"#]);
        assert_eq!(words(r#"'' "" a''"#), ["", "", "a"]);
        assert_eq!(words("$x *.csv #1f77b4 größe"), ["$x", "*.csv", "#1f77b4", "größe"]);
        assert!(words(" \t ").is_empty());
    }

    #[test]
    fn what_is_left_open_is_an_error() {
        for (text, says) in [("a 'b", "' is not closed"), (r#"a "b\""#, "\" is not closed"), (r"a\", "backslash")] {
            let error = split(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
