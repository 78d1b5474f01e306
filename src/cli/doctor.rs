//! `pointillist doctor`.

use clap::Args as ClapArgs;
use pointillist::doctor::doctor;

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
    let text = if args.json { serde_json::to_string_pretty(&report)? } else { report.to_string() };
    terminal::print(&format!("{}\n", text.trim_end()));
    Ok(())
}
