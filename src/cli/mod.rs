//! What was typed: one file a subcommand, no drawing logic. The only place that knows clap, and that prints.

mod advice;
mod bench;
mod budget;
mod clock;
mod colormaps;
mod completions;
mod doctor;
mod document;
mod help;
mod inspect;
mod length;
mod look;
mod manual;
mod options;
mod panels;
mod places;
mod plot;
mod plot_file;
mod preview;
mod series;
mod shade;
pub(crate) mod signals;
mod style;
pub(crate) mod terminal;
mod trim;
mod value;
mod words;

use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use terminal::Verbosity;

/// Draws any number of points into one PNG with axes, in bounded memory, on a GPU or on the CPU.
#[derive(Debug, Parser)]
#[command(name = "pointillist", version, max_term_width = 100, after_help = help::program())]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Messages")]
    quiet: bool,
    /// Also say how it is drawn, and how long each stage takes
    #[arg(short, long, global = true, help_heading = "Messages")]
    verbose: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Draw points into a PNG with axes
    #[command(after_help = help::PLOT, after_long_help = help::plot_and_exit_status())]
    Plot(Box<plot::Args>),
    /// Show a canvas again: another norm, colormap or title without reading the data
    #[command(after_help = help::SHADE)]
    Shade(Box<shade::Args>),
    /// Show columns, rows, extents and what cannot be drawn
    #[command(after_help = help::INSPECT)]
    Inspect(inspect::Args),
    /// Draw the same pictures on the CPU and on a GPU, compare them, and time the drawing
    #[command(after_help = help::BENCH)]
    Bench(Box<bench::Args>),
    /// List the colormaps, or draw them
    #[command(after_help = help::COLORMAPS)]
    Colormaps(colormaps::Args),
    /// Show adapters, drivers, limits, and what is missing
    #[command(after_help = help::DOCTOR)]
    Doctor(doctor::Args),
    /// Print a script with which a shell completes commands and options
    #[command(after_help = help::COMPLETIONS)]
    Completions(completions::Args),
    /// Print the manual
    #[command(after_help = help::MAN)]
    Man(manual::Args),
}

/// Parses the command line; help and usage errors are printed here.
pub(crate) fn parse() -> Result<Command, u8> {
    let completed = plot_file::completed(Cli::command(), std::env::args_os().collect()).map_err(|error| {
        let code = error.kind().exit_code();
        terminal::print_error(&error.into());
        code
    })?;
    let mut program = Cli::command();
    let parsed = program.try_get_matches_from_mut(&completed.args).and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches)?;
        Ok((cli, matches))
    });
    let (mut cli, matches) = parsed.map_err(|mut error| {
        advice::drop_misleading(&mut error);
        let code = if error.use_stderr() { 2 } else { 0 };
        match print_refusal(error, &completed) {
            Ok(()) => code,
            Err(error) => {
                let code = error.kind().exit_code();
                terminal::print_error(&error.into());
                code
            }
        }
    })?;
    terminal::set_verbosity(match (cli.quiet, cli.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, false) => Verbosity::Normal,
        (false, true) => Verbosity::Verbose,
    });
    for note in &completed.notes {
        terminal::error_line(note);
    }
    if let (Command::Plot(args), Some(("plot", matches))) = (&mut cli.command, matches.subcommand()) {
        program.build();
        keep_plot_file(args, matches, &program).map_err(|error| {
            terminal::print_error(&error.into());
            2
        })?;
    }
    Ok(cli.command)
}

/// Works out the plot file of a command line that asks for one.
fn keep_plot_file(args: &mut plot::Args, matches: &ArgMatches, program: &clap::Command) -> pointillist::Result<()> {
    match program.find_subcommand("plot") {
        Some(plot) if args.plot_file.is_asked_for() => {
            args.plot_file.keep(plot_file::written(plot, matches)?);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Help, or what is wrong with the command line, and where it stands if that is a plot file.
fn print_refusal(error: clap::Error, completed: &plot_file::Completed) -> pointillist::Result<()> {
    if let Some(message) = advice::instead(&error) {
        terminal::print_failure(&message);
        return Ok(());
    }
    // What was typed of a command line that cannot be taken as a whole.
    let typed = Cli::command().ignore_errors(true).try_get_matches_from(&completed.args).unwrap_or_default();
    let origin = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(arg)) => {
            let is_meant = |key: &str| match arg.strip_prefix("--").and_then(|arg| arg.strip_prefix(key)) {
                Some(rest) => !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'),
                None => arg.strip_prefix('-').is_some_and(|arg| arg.split(' ').next() == Some(key)),
            };
            completed.origins.iter().find(|(key, _)| is_meant(key)).map(|(_, place)| place.as_str())
        }
        _ => None,
    };
    let tip = advice::tip(&error, &typed);
    terminal::print_clap(error, origin, tip.as_deref())
}

/// Runs a command.
pub(crate) fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Plot(args) => plot::run(*args),
        Command::Shade(args) => shade::run(*args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Bench(args) => bench::run(*args),
        Command::Colormaps(args) => colormaps::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Completions(args) => completions::run(&args, Cli::command()),
        Command::Man(args) => manual::run(&args, Cli::command()),
    }
}
