//! One data set as typed: its inputs and columns, and the same as one text for `--series`.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args as ClapArgs, Command, Parser, ValueHint};
use pointillist::Error;
use pointillist::nearest::nearest;
use pointillist::source::dataset::{Choice, Options};
use pointillist::source::format::Format;
use pointillist::source::raw::RawLayout;

use super::look::LookArgs;
use super::{plot, value, words};

/// Where rows come from, and what the data set is called.
#[derive(Debug, ClapArgs)]
pub(super) struct InputArgs {
    /// Files of points, drawn in the order given: names, patterns like 'data/*.parquet' (numbers in names in order),
    /// file.npz:x for an array of an archive; "-" is standard input, "synthetic:gaussians:100M:seed=7" makes points
    #[arg(required_unless_present = "series", requires_all = ["x", "y"], value_name = "INPUT",
        value_parser = value::input, value_hint = ValueHint::FilePath)]
    pub(super) inputs: Vec<String>,
    /// Column of x, by name or 0-based number
    #[arg(short, alias = "x", value_name = "COL", requires = "inputs")]
    pub(super) x: Option<String>,
    /// Column of y, by name or 0-based number
    #[arg(short, alias = "y", value_name = "COL", requires = "inputs")]
    pub(super) y: Option<String>,
    /// Name in the legend, '' for none (default: with --series the y column or the file, whichever tells them apart)
    #[arg(long, value_name = "TEXT", requires = "inputs")]
    pub(super) label: Option<String>,

    /// Format of the inputs: csv, tsv, json, parquet, arrow, npy, npz, las (default: by extension, else by content)
    #[arg(long, value_name = "NAME", value_parser = value::formats(), hide_possible_values = true, requires = "inputs",
        help_heading = "Input")]
    format: Option<Format>,
    /// Inputs are raw little-endian records of equal numbers, like f32x2 or i64x3
    #[arg(long, value_name = "TYPExN", requires = "inputs", help_heading = "Input", conflicts_with = "format")]
    raw: Option<RawLayout>,
    /// End the data set after its first N rows
    #[arg(long, value_name = "N", value_parser = value::rows, requires = "inputs", help_heading = "Input")]
    head: Option<u64>,
    /// Keep rows 0, N, 2N, .. of the data set and count the others as filtered
    #[arg(long, value_name = "N", value_parser = value::rows, requires = "inputs", help_heading = "Input")]
    every: Option<u64>,
}

impl InputArgs {
    /// How the inputs are read.
    ///
    /// # Errors
    /// A usage error where none of the rows are chosen.
    pub(super) fn options(&self) -> Result<Options, Error> {
        let format = self.raw.map(Format::Raw).or_else(|| self.format.clone());
        Ok(Options { format, choice: Choice::new(self.head, self.every)?, ..Options::default() })
    }
}

/// What may stand in the text of one `--series`.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true, disable_version_flag = true, allow_negative_numbers = true)]
pub(super) struct SeriesArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) look: LookArgs,
    #[arg(long, hide = true)]
    series: Vec<String>,
}

/// Reads the text of a `--series`; `number` is its 1-based place among all data sets, for errors.
///
/// # Errors
/// A usage error that names the data set and says what is wrong with its text.
pub(super) fn parse(text: &str, number: usize) -> Result<SeriesArgs, Error> {
    let wrong = |message: String| Error::usage(message).in_series(number);
    let words = words::split(text).map_err(|why| {
        wrong(format!("the text of --series cannot be cut into words: {why}")).found(format!("'{text}'"))
    })?;
    let args = SeriesArgs::try_parse_from(words).map_err(|error| {
        if error.kind() == ErrorKind::UnknownArgument
            && let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg)
            && is_of_the_figure(option)
        {
            return wrong(format!("{option} is of the whole picture, not of one data set"))
                .hint("put it outside of the quotes of --series");
        }
        let todo = near(&error).unwrap_or_else(|| {
            "what may stand in it: INPUT... -x COL -y COL, options of points, densities and colours".to_owned()
        });
        wrong(one_line(&error)).hint(todo)
    })?;
    if !args.series.is_empty() {
        return Err(wrong("a series has no series of its own".to_owned()).hint("give --series once more beside it"));
    }
    Ok(args)
}

/// Whether `plot` knows an option.
fn is_of_the_figure(option: &str) -> bool {
    let name = option.split('=').next().unwrap_or_default();
    let command = plot::Args::augment_args(Command::new("plot"));
    command.get_arguments().any(|arg| {
        let long = arg.get_long().is_some_and(|long| name == format!("--{long}"));
        long || arg.get_short().is_some_and(|short| name == format!("-{short}"))
    })
}

/// The word that a mistyped one most likely meant.
fn near(error: &clap::Error) -> Option<String> {
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
        match error.get(kind) {
            Some(ContextValue::String(word)) => return Some(format!("did you mean {word}?")),
            Some(ContextValue::Strings(words)) => {
                return words.first().map(|word| format!("did you mean {word}?"));
            }
            _ => {}
        }
    }
    let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) else { return None };
    let typed = option.strip_prefix("--").filter(|_| error.kind() == ErrorKind::UnknownArgument)?;
    let command = plot::Args::augment_args(Command::new("plot"));
    let word = nearest(typed, command.get_arguments().filter_map(clap::Arg::get_long))?;
    Some(format!("did you mean --{word}? It is of the whole picture: put it outside of the quotes"))
}

/// What clap has to say without its usage and its tips.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim);
    let is_more = |line: &str| ["Usage:", "For more information", "tip:"].iter().any(|start| line.starts_with(start));
    let lines = lines.take_while(|line| !is_more(line));
    let told: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let told = told.join(" ");
    told.strip_prefix("error: ").unwrap_or(&told).to_owned()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn a_text_is_read_as_the_options_of_plot() {
        let args =
            parse("'b c.csv' d.csv -x t -y w --color red --alpha 0.5 --label 'the model' --clim -1,2", 2).unwrap();
        assert_eq!(args.input.inputs, ["b c.csv", "d.csv"]);
        assert_eq!(args.input.label.as_deref(), Some("the model"));
        assert!(!args.look.takes_default_color());
        SeriesArgs::command().debug_assert();
    }

    #[test]
    fn what_is_wrong_is_one_line_that_names_the_series() {
        for (text, says) in [
            ("b.csv -x t -y w --title T", "series 2: --title is of the whole picture"),
            ("b.csv -x t -y w -o out.png", "series 2: -o is of the whole picture"),
            ("b.csv -x t -y w --xlim=0,1", "--xlim is of the whole picture"),
            ("b.csv -x t -y w --strict", "--strict is of the whole picture"),
            ("b.csv -x t", "required arguments were not provided: -y <COL>"),
            ("-x t -y w", "required arguments were not provided"),
            ("b.csv -x t -y w --colour red", "unexpected argument '--colour' found; did you mean --color?"),
            ("b.csv -x t -y w --widht 3", "'--widht' found; did you mean --width? It is of the whole picture"),
            ("b.csv -x t -y w --marker cirle", "; did you mean circle?"),
            ("b.csv -x t -y w --zzz", "'--zzz' found; what may stand in it"),
            ("b.csv -x t -y w --series 'c.csv -x t -y w'", "a series has no series"),
            ("b.csv -x t -y 'w", "series 2: the text of --series cannot be cut into words: a ' is not closed"),
            ("b.csv -x t -y w --reduce count --size 3", "cannot be used with"),
            ("", "required arguments were not provided"),
        ] {
            let error = parse(text, 2).unwrap_err();
            assert_eq!(error.kind().exit_code(), 2, "{text}");
            let line = error.to_string();
            assert!(line.contains(says) && line.starts_with("series 2: ") && !line.contains('\n'), "{text}: {line}");
        }
    }
}
