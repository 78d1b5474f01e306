//! What was typed: one file a subcommand, no drawing logic. The only place that knows clap, and that prints.

mod bench;
mod colormaps;
mod doctor;
mod inspect;
mod options;
mod plot;
mod preview;
mod shade;
pub(crate) mod terminal;
mod value;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Draws any number of points into one PNG with axes, in bounded memory, on a GPU or on the CPU.
#[derive(Debug, Parser)]
#[command(name = "pointillist", version, max_term_width = 110, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  pointillist plot quakes.parquet -x longitude -y latitude -o quakes.png
  pointillist plot quakes.parquet -x longitude -y latitude --show
  pointillist plot flights.csv -x distance -y delay --marker pixel --alpha 0.05 -o flights.png
  pointillist plot trips.parquet -x lon -y lat --reduce count --norm eq-hist --cmap fire -o trips.png
  pointillist plot trips.parquet -x lon -y lat --reduce mean:fare --canvas fare.canvas -o fare.png
  pointillist shade fare.canvas --norm log --title 'Mean fare' -o fare-log.png
  pointillist inspect quakes.parquet
  pointillist colormaps -o colormaps.png
  pointillist doctor

Exit codes: 0 done, 1 input, 2 usage or refused plan, 3 no usable GPU, 4 output.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Draw points into a PNG with axes
    Plot(Box<plot::Args>),
    /// Show a canvas again: another norm, colormap or title without reading the data
    Shade(Box<shade::Args>),
    /// Show columns, rows, extents and what cannot be drawn
    Inspect(inspect::Args),
    /// Draw the same pictures on the CPU and on a GPU, compare them, and time the drawing
    Bench(Box<bench::Args>),
    /// List the colormaps, or draw them
    Colormaps(colormaps::Args),
    /// Show adapters, drivers, limits, and what is missing
    Doctor(doctor::Args),
}

/// Parses the command line; help and usage errors are printed here.
pub(crate) fn parse() -> Result<Command, ExitCode> {
    match Cli::try_parse() {
        Ok(cli) => Ok(cli.command),
        Err(error) => {
            terminal::print_clap(&error);
            Err(ExitCode::from(if error.use_stderr() { 2 } else { 0 }))
        }
    }
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
    }
}
