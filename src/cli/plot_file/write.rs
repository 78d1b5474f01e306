//! From a command line to a plot file.

use std::borrow::Cow;

use clap::{Arg, ArgMatches, Command};
use pointillist::escape::display_text;
use pointillist::{Error, Result};

use super::{is_flag, is_list, is_typed, key};

/// The plot file of a command line: every option that was typed, or taken from another plot file.
///
/// # Errors
/// A usage error for a value that is no text.
pub(in crate::cli) fn written(plot: &Command, matches: &ArgMatches) -> Result<String> {
    let version = env!("CARGO_PKG_VERSION");
    let mut out = format!(
        "# A plot of pointillist {version}. Draw it with: pointillist plot --spec FILE\n\
         # Keys are the options of 'pointillist plot --help'; what is typed beside --spec wins.\n"
    );
    let mut heading = None;
    for arg in plot.get_arguments() {
        let Some(key) = key(arg).filter(|_| is_typed(matches, arg)) else { continue };
        if arg.get_help_heading() != heading {
            heading = arg.get_help_heading();
            out += "\n";
            out += &heading.map_or_else(String::new, |heading| format!("# {heading}\n"));
        }
        out += &format!("{key} = {}\n", value(arg, key, matches)?);
    }
    Ok(out)
}

fn value(arg: &Arg, key: &str, matches: &ArgMatches) -> Result<String> {
    if is_flag(arg) {
        return Ok(matches.get_flag(arg.get_id().as_str()).to_string());
    }
    let raw = matches.get_raw(arg.get_id().as_str()).into_iter().flatten();
    let texts: Option<Vec<&str>> = raw.map(|text| text.to_str()).collect();
    let texts = texts.ok_or_else(|| {
        Error::usage(format!("the value of {key} is no text in UTF-8, which a plot file needs"))
            .hint("rename the file, or draw without --write-spec")
    })?;
    // `A,B` is a pair of values.
    let is_tuple = arg.get_value_names().is_some_and(|names| names.iter().any(|name| name.contains(',')));
    Ok(match texts[..] {
        [text] if is_tuple && !is_list(arg) => list(text.split(',')),
        [text] if !is_list(arg) => scalar(text),
        _ => list(texts.into_iter()),
    })
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(scalar).collect::<Vec<_>>().join(", "))
}

/// A number where its text reads back to the same one, else a text.
fn scalar(text: &str) -> String {
    if is_plain_number(text) {
        text.to_owned()
    } else if matches!(display_text(text), Cow::Borrowed(_)) {
        toml::Value::from(text).to_string()
    } else {
        escaped(text)
    }
}

/// A TOML text with everything written out that could deceive whoever looks at it raw.
fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let is_plain = matches!(display_text(c.encode_utf8(&mut [0; 4])), Cow::Borrowed(_));
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_plain => out.push(c),
            c => out += &format!("\\U{:08X}", u32::from(c)),
        }
    }
    out + "\""
}

/// `-12.50`: digits, perhaps with a minus and a fraction, and no zero before others.
fn is_plain_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    text != "-0" && digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(digits)
}
