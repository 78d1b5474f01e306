//! Colours of what is printed, and whether there are any: only on a terminal, and never where NO_COLOR is set.
//!
//! Knows no messages. What goes into a pipe or a file is plain text.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::io::IsTerminal;

/// What a line that helps begins with.
pub(super) const HINT: &str = "hint: ";

const BOLD_RED: &str = "\x1b[1;31m";
const BOLD_CYAN: &str = "\x1b[1;36m";
const RESET: &str = "\x1b[0m";

/// The program's name before what went wrong.
const FAILURE: &str = "pointillist:";

/// Whether a stream gets colours.
pub(super) fn is_styled(stream: &impl IsTerminal) -> bool {
    let variable = |name: &str| std::env::var_os(name);
    decide(stream.is_terminal(), &variable)
}

/// The conventions of no-color.org and bixense.com/clicolors, in their order: NO_COLOR, CLICOLOR_FORCE, CLICOLOR=0.
fn decide(is_terminal: bool, variable: &dyn Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_zero = |name: &str| variable(name).is_some_and(|value| value == OsStr::new("0"));
    if is_set("NO_COLOR") {
        return false;
    }
    if is_set("CLICOLOR_FORCE") && !is_zero("CLICOLOR_FORCE") {
        return true;
    }
    let is_dumb = variable("TERM").is_some_and(|term| term == OsStr::new("dumb"));
    is_terminal && !is_dumb && !is_zero("CLICOLOR")
}

/// The beginning of an error.
pub(super) fn failure(is_styled: bool) -> String {
    if is_styled { format!("{BOLD_RED}{FAILURE}{RESET} ") } else { format!("{FAILURE} ") }
}

/// A line with its `hint:` marked.
pub(super) fn line(text: &str, is_styled: bool) -> Cow<'_, str> {
    match text.strip_prefix(HINT) {
        Some(rest) if is_styled => format!("{BOLD_CYAN}hint:{RESET} {rest}").into(),
        _ => text.into(),
    }
}

/// A message of clap without its `error:`, in whatever colours.
pub(super) fn clap_message(text: &str) -> &str {
    match text.split_once("error:") {
        // Nothing before the word but colours.
        Some((before, after)) if before.is_empty() || (before.starts_with('\x1b') && before.ends_with('m')) => {
            after.trim_start_matches(RESET).trim_start()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_follow_the_conventions() {
        // Variables as a shell sets them.
        let cases = [
            (true, "", true),
            (false, "", false),
            (true, "NO_COLOR=1", false),
            (true, "NO_COLOR=", true),
            (true, "NO_COLOR=1 CLICOLOR_FORCE=1", false),
            (false, "CLICOLOR_FORCE=1", true),
            (false, "CLICOLOR_FORCE=0", false),
            (true, "TERM=dumb", false),
            (true, "CLICOLOR=0", false),
        ];
        for (is_terminal, variables, expected) in cases {
            let variable = |name: &str| {
                let mut set = variables.split(' ').filter_map(|variable| variable.split_once('='));
                set.find(|(known, _)| *known == name).map(|(_, value)| std::ffi::OsString::from(value))
            };
            assert_eq!(decide(is_terminal, &variable), expected, "{is_terminal} {variables:?}");
        }
    }

    #[test]
    fn messages_of_clap_lose_their_own_beginning() {
        assert_eq!(clap_message("error: unexpected argument"), "unexpected argument");
        assert_eq!(clap_message("\x1b[1m\x1b[31merror:\x1b[0m unexpected"), "unexpected");
        assert_eq!(clap_message("a text with an error: inside"), "a text with an error: inside");
    }
}
