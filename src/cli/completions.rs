//! `pointillist completions`: scripts that let a shell complete commands and options.

use clap::{Args as ClapArgs, Command};
use clap_complete::Shell;

use super::terminal;

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// The shell that shall complete
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(args: &Args, mut program: Command) -> anyhow::Result<()> {
    let mut script = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    Ok(terminal::print(&String::from_utf8_lossy(&script))?)
}
