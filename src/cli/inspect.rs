//! `pointillist inspect`.

use clap::Args as ClapArgs;
use pointillist::escape::display_json;
use pointillist::inspect::inspect;
use pointillist::source::dataset::Options;
use pointillist::source::format::Format;
use pointillist::source::raw::RawLayout;

use super::budget::BudgetArgs;
use super::{terminal, value};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Files, or "-" for standard input
    #[arg(required = true, value_name = "INPUT", value_parser = value::input)]
    inputs: Vec<String>,
    /// Format of the inputs: csv, tsv, json, parquet, arrow, npy, npz, las (default: by extension, else by content)
    #[arg(long, value_name = "NAME", value_parser = value::formats(), hide_possible_values = true)]
    format: Option<Format>,
    /// Inputs are raw little-endian records of equal numbers, like f32x2
    #[arg(long, value_name = "TYPExN", conflicts_with = "format")]
    raw: Option<RawLayout>,
    /// JSON instead of a table
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    budgets: BudgetArgs,
}

/// Reads everything once and prints.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let format = args.raw.map(Format::Raw).or_else(|| args.format.clone());
    let options = Options { format, budgets: args.budgets.budgets()?, ..Options::default() };
    let inspection = inspect(&args.inputs, &options)?;
    if args.json {
        terminal::print(&(display_json(&serde_json::to_string_pretty(&inspection)?).into_owned() + "\n"))?;
    } else {
        terminal::print_lines(&inspection.to_string())?;
    }
    Ok(())
}
