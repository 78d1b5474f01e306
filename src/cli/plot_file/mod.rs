//! Plot files: what a command line of `plot` means, as TOML (`--spec`, `--write-spec`).
//!
//! Keys are the long names of the options (`x`, `y` and `inputs` where there is none), values what would be typed after
//! them: texts, numbers, true and false, lists. So paths are relative to the folder in which the command runs, as they are
//! when typed. What is typed wins. Knows clap's own description of the options, and no option by name but its own two and --explain.

mod read;
mod write;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args as ClapArgs, Command, ValueHint};
use pointillist::output::{self, Destination};
use pointillist::run::Job;
use pointillist::{Error, Result};

pub(super) use write::written;

/// The options of plot files.
#[derive(Debug, Default, ClapArgs)]
pub(super) struct PlotFileArgs {
    /// Read a plot file first; what is typed beside it wins
    ///
    /// TOML whose keys are the long names of these options (x, y and inputs too): width = 640, xlim = [0, 10],
    /// reduce = ["count", "mean:fare"], strict = true. Paths in it are relative to the current folder.
    #[arg(long, value_name = "TOML", value_hint = ValueHint::FilePath, help_heading = "Plot file")]
    spec: Option<PathBuf>,
    /// Also write what this command line means as a plot file; "-" is standard output
    ///
    /// With --explain it is written and nothing is drawn.
    #[arg(long, value_name = "TOML", value_hint = ValueHint::FilePath, help_heading = "Plot file")]
    write_spec: Option<String>,
    /// The plot file of this command line, where it is asked for.
    #[arg(skip)]
    text: String,
}

impl PlotFileArgs {
    /// True when a plot file is to be written.
    pub(super) fn is_asked_for(&self) -> bool {
        self.write_spec.is_some()
    }

    /// True when it goes to standard output.
    pub(super) fn is_on_stdout(&self) -> bool {
        self.destination() == Some(Destination::Stdout)
    }

    /// Keeps the plot file until the picture is there.
    pub(super) fn keep(&mut self, text: String) {
        self.text = text;
    }

    /// Takes them out of the arguments of a run.
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    fn destination(&self) -> Option<Destination> {
        self.write_spec.as_deref().map(Destination::from_text)
    }

    /// Finds out before drawing whether it can be written, and replaces nothing else of the run.
    ///
    /// # Errors
    /// Output errors, and usage errors that name what would be replaced.
    pub(super) fn check(&self, job: &Job) -> Result<()> {
        if self.spec.is_none() && self.write_spec.is_none() {
            return Ok(());
        }
        let others = [Some(&job.output), job.raster.as_ref(), job.canvas.as_ref(), job.report.as_ref()];
        let inputs: Vec<String> = job.series.iter().flat_map(|series| series.inputs.iter().cloned()).collect();
        let others: Vec<&Destination> = others.into_iter().flatten().collect();
        let read = self.spec.as_ref().map(|spec| spec.display().to_string());
        output::check_all(&others, &inputs.iter().cloned().chain(read).collect::<Vec<_>>())?;
        // A plot file may be written anew by what reads it.
        let own = self.destination();
        output::check_all(&others.into_iter().chain(own.as_ref()).collect::<Vec<_>>(), &inputs)
    }

    /// What goes with the picture, so that both appear or none: the file, unless it is all that was asked for, or goes to
    /// standard output, where it comes last.
    pub(super) fn beside_picture(&self, job: &Job) -> Option<(Destination, String)> {
        let destination = self.destination().filter(|own| *own != Destination::Stdout && !job.explains_only);
        destination.map(|destination| (destination, self.text.clone()))
    }

    /// Writes it where it did not go with the picture.
    ///
    /// # Errors
    /// An output error.
    pub(super) fn publish(&self, job: &Job) -> Result<()> {
        let rest = self.destination().filter(|_| job.plot_file.is_none());
        rest.map_or(Ok(()), |destination| {
            destination.write(|out| {
                out.write_all(self.text.as_bytes())
                    .map_err(|source| Error::output("the plot file cannot be written").because(source))
            })
        })
    }
}

/// A command line with what its plot file adds.
#[derive(Debug, Default)]
pub(super) struct Completed {
    /// All arguments.
    pub(super) args: Vec<OsString>,
    /// Lines to tell the user.
    pub(super) notes: Vec<String>,
    /// Where each option came from that was not typed: its long name and `FILE:LINE:COLUMN`.
    pub(super) origins: Vec<(String, String)>,
}

/// Adds what the plot file of a command line says and the command line does not.
///
/// # Errors
/// When the file cannot be read, is no TOML, or says what is no option.
pub(super) fn completed(program: Command, args: Vec<OsString>) -> Result<Completed> {
    let plain = |args| Ok(Completed { args, ..Completed::default() });
    // Faults are found when everything is there. Being built, commands would not hand the tolerance on.
    let tolerant = program.clone().ignore_errors(true);
    let Ok(matches) = tolerant.try_get_matches_from(&args) else { return plain(args) };
    let Some(("plot", typed)) = matches.subcommand() else { return plain(args) };
    let Some(path) = typed.try_get_one::<PathBuf>("spec").ok().flatten() else { return plain(args) };
    let mut program = program;
    program.build();
    let Some(plot) = program.find_subcommand("plot") else { return plain(args) };
    let added = read::read(path, plot, typed)?;
    // Only flags without a value may come before the subcommand.
    let at = 1 + args.iter().skip(1).take_while(|arg| arg.as_encoded_bytes().starts_with(b"-")).count();
    let (before, after) = args.split_at((at + 1).min(args.len()));
    let args = [before, &added.args, after].concat();
    Ok(Completed { args, ..added })
}

/// The key of an option in plot files; nothing for what is no part of a plot.
fn key(arg: &Arg) -> Option<&str> {
    // --explain asks about a plot: with it in the file, every later run would draw nothing.
    let is_own = ["spec", "write_spec", "explain"].contains(&arg.get_id().as_str());
    let is_question =
        matches!(arg.get_action(), ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version);
    let is_left_out = is_own || is_question || arg.is_global_set();
    (!is_left_out).then(|| arg.get_long().unwrap_or(arg.get_id().as_str()))
}

/// True when it was typed (or stands in a plot file that was made part of what was typed).
fn is_typed(matches: &ArgMatches, arg: &Arg) -> bool {
    matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
}

/// True for an option that is given once for each of several values.
fn is_list(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
}

/// True for an option without a value.
fn is_flag(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}
