//! What to do about a command line that clap refuses, where clap itself does not say it.

use std::path::Path;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

/// A message in place of clap's, for words that were no command.
pub(super) fn instead(error: &Error) -> Option<String> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let is_input =
        word == "-" || word.starts_with("synthetic:") || word.contains(['.', '/']) || Path::new(word).exists();
    let shown = pointillist::escape::display_text(word);
    is_input.then(|| {
        format!(
            "'{shown}' is no command; draw it with: pointillist plot {shown} -x COLUMN -y COLUMN -o OUT.png \
             ('pointillist inspect {shown}' lists its columns)"
        )
    })
}

/// A line below clap's own message.
pub(super) fn tip(error: &Error) -> Option<&'static str> {
    if error.kind() == ErrorKind::ArgumentConflict {
        return Some("give one of the two");
    }
    if error.kind() != ErrorKind::MissingRequiredArgument {
        return None;
    }
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return None };
    let lacks = |start: &str| missing.iter().any(|arg| arg.starts_with(start));
    // Without an input its columns are not asked for.
    if lacks("-x") || lacks("-y") || lacks("<INPUT>") {
        return Some("name the columns with -x and -y; 'pointillist inspect INPUT' lists them");
    }
    if lacks("--output") {
        return Some("say where the picture goes: -o OUT.png, or -o - for standard output");
    }
    None
}
