//! `pointillist doctor`.

use clap::Args as ClapArgs;
use pointillist::doctor::doctor;
use pointillist::escape::display_json;

use super::terminal;

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Looks and prints.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let report = doctor();
    let text =
        if args.json { display_json(&serde_json::to_string_pretty(&report)?).into_owned() } else { report.to_string() };
    terminal::print_lines(&format!("{}\n", text.trim_end()))?;
    Ok(())
}
