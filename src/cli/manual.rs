//! `pointillist man`: the manual as roff, made of the same words as --help.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Command, ValueHint};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use pointillist::output::Destination;
use pointillist::{Error, Result};

use super::{help, terminal};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Write a page for the program and one for every command into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Prints the page of the program, or writes all pages.
pub(super) fn run(args: &Args, program: Command) -> anyhow::Result<()> {
    let pages = pages(program)?;
    match &args.dir {
        None => {
            let text = pages.first().map_or_else(Vec::new, |(_, text)| text.clone());
            terminal::print(&String::from_utf8_lossy(&text));
        }
        Some(folder) => {
            for (name, text) in pages {
                let failed = |source| Error::output("the page cannot be written").because(source);
                Destination::Path(folder.join(name)).write(|out| out.write_all(&text).map_err(failed))?;
            }
        }
    }
    Ok(())
}

/// Every page by its file name, the program's first.
fn pages(program: Command) -> Result<Vec<(String, Vec<u8>)>> {
    let mut program = program.disable_help_subcommand(true);
    program.build();
    let commands: Vec<Command> = program.get_subcommands().cloned().collect();
    std::iter::once(program)
        .chain(commands)
        .map(|command| {
            let mut text = Vec::new();
            let name =
                page(command, &mut text).map_err(|source| Error::output("the page cannot be made").because(source))?;
            Ok((name, text))
        })
        .collect()
}

fn page(command: Command, out: &mut Vec<u8>) -> std::io::Result<String> {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let is_program = command.has_subcommands();
    let man = Man::new(command).manual("pointillist").source(concat!("pointillist ", env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if is_program {
        man.render_subcommands_section(out)?;
    }
    section(out, "EXIT STATUS", help::EXIT_STATUS.lines().skip(1))?;
    section(out, "EXAMPLES", examples.lines().filter(|line| *line != "Examples:"))?;
    Ok(man.get_filename())
}

/// Lines as they are.
fn section<'a>(out: &mut dyn Write, title: &str, lines: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
    let mut roff = Roff::default();
    roff.control("SH", [title]);
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff.to_writer(out)
}
