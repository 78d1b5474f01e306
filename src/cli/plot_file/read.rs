//! From a plot file to arguments, for those options that were not typed.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use clap::{Arg, ArgMatches, Command};
use pointillist::nearest::{missing_file, nearest};
use pointillist::{Error, Result};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Completed, is_flag, is_list, is_typed, key};

/// The longest plot file: what is longer is no plot file.
const LONGEST_BYTES: u64 = 1 << 20;

/// The arguments that a plot file adds to those that were typed.
pub(super) fn read(path: &Path, plot: &Command, typed: &ArgMatches) -> Result<Completed> {
    let name = path.display().to_string();
    let text = text(path, &name)?;
    arguments(&name, &text, plot, typed)
}

fn text(path: &Path, name: &str) -> Result<String> {
    let failed = |source: std::io::Error| {
        let error = Error::input("the plot file cannot be read").in_file(name);
        let is_missing = source.kind() == std::io::ErrorKind::NotFound;
        if is_missing { error.hint(missing_file(path)) } else { error }.because(source)
    };
    let mut text = Vec::new();
    // Devices and pipes have no length: what is read is bounded, whatever they say.
    File::open(path).and_then(|file| file.take(LONGEST_BYTES + 1).read_to_end(&mut text)).map_err(failed)?;
    if text.len() as u64 > LONGEST_BYTES {
        return Err(Error::input("this is no plot file: it is too long")
            .in_file(name)
            .expected(format!("at most {LONGEST_BYTES} bytes"))
            .hint("data files are inputs, not --spec"));
    }
    String::from_utf8(text).map_err(|_| {
        Error::input("this is no plot file: it is no text in UTF-8")
            .in_file(name)
            .hint("data files are inputs, not --spec")
    })
}

/// The same for the text of a plot file.
pub(super) fn arguments(name: &str, text: &str, plot: &Command, typed: &ArgMatches) -> Result<Completed> {
    let place = |at: usize| place(name, text, at);
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Error::usage(format!("the plot file is no TOML: {}", error.message().replace('\n', " ")))
            .in_file(place(at))
            .hint("values are texts in quotes, numbers, true, false, or lists of them")
    })?;
    let mut completed = Completed::default();
    for (word, value) in table.get_ref() {
        let (word, at) = (word.get_ref().as_ref(), place(word.span().start));
        let arg = plot.get_arguments().find(|arg| key(arg) == Some(word)).ok_or_else(|| unknown(word, &at, plot))?;
        if is_typed(typed, arg) {
            continue;
        }
        if let Some(other) = typed_rival(arg, plot, typed) {
            completed.notes.push(format!("{at}: {word} is left out, since --{other} was typed and excludes it"));
            continue;
        }
        for value in values(arg, value, &place)? {
            completed.args.push(argument(arg, value));
        }
        completed.origins.push((word.to_owned(), at));
    }
    Ok(completed)
}

/// `FILE:LINE:COLUMN`, both from 1, as editors take it.
fn place(name: &str, text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("{name}:{line}:{column}")
}

fn unknown(word: &str, at: &str, plot: &Command) -> Error {
    let error = Error::usage(format!("'{word}' is no option of plot")).in_file(at);
    // Underscores are a habit of other files.
    let dashed = word.replace('_', "-");
    match nearest(&dashed, plot.get_arguments().filter_map(key)) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint("'pointillist plot --help' lists the options"),
    }
}

/// A typed option that cannot be given together with this one.
fn typed_rival<'a>(arg: &Arg, plot: &'a Command, typed: &ArgMatches) -> Option<&'a str> {
    let excludes =
        |one: &Arg, other: &Arg| plot.get_arg_conflicts_with(one).iter().any(|rival| rival.get_id() == other.get_id());
    let others = plot.get_arguments().filter(|other| other.get_id() != arg.get_id() && key(other).is_some());
    let rivals = others.filter(|other| is_typed(typed, other));
    rivals.filter(|other| excludes(arg, other) || excludes(other, arg)).find_map(key)
}

/// The texts that would be typed: none where nothing would be, one or several values, or an empty one for a flag.
fn values(arg: &Arg, value: &Spanned<DeValue<'_>>, place: &dyn Fn(usize) -> String) -> Result<Vec<String>> {
    let wrong = |expected: &str| {
        Err(Error::usage(format!("a wrong value for {}", key(arg).unwrap_or_default()))
            .in_file(place(value.span().start))
            .expected(expected)
            .found(kind(value.get_ref())))
    };
    if is_flag(arg) {
        return match value.get_ref() {
            DeValue::Boolean(true) => Ok(vec![String::new()]),
            DeValue::Boolean(false) => Ok(vec![]),
            _ => wrong("true or false"),
        };
    }
    let is_optional = arg.get_num_args().is_some_and(|count| count.min_values() == 0);
    let has_off = arg.get_possible_values().iter().any(|value| value.get_name() == "off");
    if is_optional && !has_off && matches!(value.get_ref(), DeValue::Boolean(false)) {
        return Ok(vec![]);
    }
    let scalar = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Boolean(is_on) => {
            let (known, words) = match is_on {
                true => (["on", "always", "auto"], "true"),
                false => (["off", "never", "never"], "false"),
            };
            // What may stand without a value is automatic, and the word means nothing elsewhere.
            let has = |word: &&str| {
                let is_known = arg.get_possible_values().iter().any(|value| value.get_name() == *word);
                is_known && (*word != "auto" || is_optional)
            };
            Some(known.into_iter().find(has).unwrap_or(words).to_owned())
        }
        DeValue::Array(_) | DeValue::Table(_) => None,
    };
    if let DeValue::Array(items) = value.get_ref() {
        let texts: Option<Vec<String>> = items.iter().map(|item| scalar(item.get_ref())).collect();
        return match texts {
            Some(texts) if is_list(arg) && arg.get_value_delimiter().is_none() => Ok(texts),
            Some(texts) if arg.get_value_delimiter().is_some_and(|cut| texts.iter().any(|text| text.contains(cut))) => {
                wrong("a list of texts without commas, which would be cut in two")
            }
            Some(texts) => Ok(vec![texts.join(",")]),
            None => wrong("a list of texts or numbers"),
        };
    }
    scalar(value.get_ref()).map_or_else(|| wrong("a text, a number, true, false, or a list"), |text| Ok(vec![text]))
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_array() || item.get_ref().is_table()) => {
            "a list with lists or tables in it"
        }
        DeValue::Array(_) => "one with a comma",
        DeValue::Table(_) => "a table",
    }
}

/// One argument, with its value in it: no value can be taken for another option.
fn argument(arg: &Arg, value: String) -> OsString {
    let text = match (arg.get_long(), arg.get_short()) {
        (Some(long), _) if is_flag(arg) => format!("--{long}"),
        (Some(long), _) => format!("--{long}={value}"),
        (None, Some(short)) => format!("-{short}={value}"),
        (None, None) if value.starts_with('-') && value != "-" => format!("./{value}"),
        (None, None) => value,
    };
    text.into()
}
