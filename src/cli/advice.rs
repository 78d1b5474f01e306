//! What to do about a command line that clap refuses, where clap itself does not say it.

use std::borrow::Cow;
use std::path::Path;

use clap::ArgMatches;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::parser::ValueSource;
use pointillist::escape::display_text;

/// A message in place of clap's, for words that were no command.
pub(super) fn instead(error: &Error) -> Option<String> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let is_input =
        word == "-" || word.starts_with("synthetic:") || word.contains(['.', '/']) || Path::new(word).exists();
    let shown = display_text(word);
    is_input.then(|| {
        format!(
            "'{shown}' is no command; draw it with: pointillist plot {shown} -x COLUMN -y COLUMN -o OUT.png \
             ('pointillist inspect {shown}' lists its columns)"
        )
    })
}

/// Takes away clap's advice to pass an unknown option as a value: it is a mistyped one.
pub(super) fn drop_misleading(error: &mut Error) {
    if error.kind() == ErrorKind::UnknownArgument {
        error.remove(ContextKind::Suggested);
    }
}

/// Writes out what could deceive in all that clap quotes of the command line.
pub(super) fn quote_safely(error: &mut Error) {
    let safe = |text: &String| display_text(text).into_owned();
    let plain = |text: &StyledStr| StyledStr::from(display_text(&text.to_string()).into_owned());
    let is_odd = error.context().any(|(_, value)| match value {
        ContextValue::String(text) => matches!(display_text(text), Cow::Owned(_)),
        ContextValue::Strings(texts) => texts.iter().any(|text| matches!(display_text(text), Cow::Owned(_))),
        _ => false,
    });
    let quoted: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(safe(text)))),
            ContextValue::Strings(texts) => Some((kind, ContextValue::Strings(texts.iter().map(safe).collect()))),
            // Advice in clap's own colours that quotes what cannot be told from them.
            ContextValue::StyledStr(text) if is_odd => Some((kind, ContextValue::StyledStr(plain(text)))),
            ContextValue::StyledStrs(texts) if is_odd => {
                Some((kind, ContextValue::StyledStrs(texts.iter().map(plain).collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
}

/// A line below clap's own message; `typed` is what could be read of the command line all the same.
pub(super) fn tip(error: &Error, typed: &ArgMatches) -> Option<String> {
    let (command, typed) = typed.subcommand()?;
    match error.kind() {
        ErrorKind::ArgumentConflict => conflict(error),
        ErrorKind::UnknownArgument if error.get(ContextKind::SuggestedArg).is_none() => {
            Some(format!("'pointillist {command} --help' lists the options"))
        }
        ErrorKind::MissingRequiredArgument => missing(error, command, typed),
        _ => None,
    }
}

/// Two options that exclude each other, or one that was repeated.
fn conflict(error: &Error) -> Option<String> {
    let is_same = error.get(ContextKind::InvalidArg) == error.get(ContextKind::PriorArg);
    Some(if is_same { "give it once" } else { "give one of the two" }.to_owned())
}

/// All that has to be added, not only what clap asks for first.
fn missing(error: &Error, command: &str, typed: &ArgMatches) -> Option<String> {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return None };
    let lacks = |start: &str| missing.iter().any(|arg| arg.starts_with(start));
    let has = |id: &str| {
        let source = typed.try_contains_id(id).is_ok_and(|is_known| is_known).then(|| typed.value_source(id));
        source.flatten() == Some(ValueSource::CommandLine)
    };
    if lacks("--size-by") {
        return Some("--size-range and --size-limits are of sizes by a column: add --size-by COL".to_owned());
    }
    if lacks("--reduce") {
        return Some(
            "--value-range and --categories are of densities: add --reduce, like --reduce mean:COL or by:COL"
                .to_owned(),
        );
    }
    if command == "plot" && has("series") && lacks("<INPUT>") {
        return Some("options of a data set stand in the quotes of its --series, or beside an INPUT".to_owned());
    }
    if command == "inspect" {
        return Some("name a file, or - for standard input".to_owned());
    }
    if !["plot", "bench", "shade"].contains(&command) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    if command == "shade" && !has("input") {
        parts.push("name the CANVAS that 'pointillist plot --canvas' wrote");
    }
    let needs_input = command != "shade" && !has("inputs");
    if needs_input {
        parts.push("name an INPUT, like data.csv");
    }
    let columns = match (command, has("x"), has("y")) {
        ("shade", ..) | (_, true, true) => None,
        (_, false, true) => Some("name the column of x with -x ('pointillist inspect INPUT' lists them)"),
        (_, true, false) => Some("name the column of y with -y ('pointillist inspect INPUT' lists them)"),
        (_, false, false) => Some("name the columns with -x and -y ('pointillist inspect INPUT' lists them)"),
    };
    parts.extend(columns);
    if command != "bench" && !has("output") && !has("show") {
        parts.push("say where the picture goes: -o OUT.png, or -o - for standard output");
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}
