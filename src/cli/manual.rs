//! `pointillist man`: the manual as roff, made of the same words as --help: one page with all of it, and one for each
//! command.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Command, ValueHint};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use pointillist::output::Destination;
use pointillist::{Error, Result};

use super::{help, terminal};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Write that page and one for every command into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Prints the page that holds everything, or writes all pages.
pub(super) fn run(args: &Args, program: Command) -> anyhow::Result<()> {
    let pages = pages(program)?;
    match &args.dir {
        None => {
            let text = pages.first().map_or_else(Vec::new, |(_, text)| text.clone());
            terminal::print(&String::from_utf8_lossy(&text))?;
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
            let made = if command.has_subcommands() { whole(command, &mut text) } else { page(command, &mut text) };
            let name = made.map_err(|source| Error::output("the page cannot be made").because(source))?;
            Ok((name, text))
        })
        .collect()
}

/// The page of one command.
fn page(command: Command, out: &mut Vec<u8>) -> std::io::Result<String> {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let man = man(command);
    man.render_title(out)?;
    man.render_name_section(out)?;
    body(&man, out)?;
    section(out, "EXIT STATUS", help::EXIT_STATUS)?;
    section(out, "EXAMPLES", &examples)?;
    Ok(man.get_filename())
}

/// The page of the program, with all that the pages of its commands say.
fn whole(program: Command, out: &mut Vec<u8>) -> std::io::Result<String> {
    let commands: Vec<Command> = program.get_subcommands().cloned().collect();
    let man = man(program);
    man.render_title(out)?;
    man.render_name_section(out)?;
    body(&man, out)?;
    man.render_subcommands_section(out)?;
    for command in commands {
        let title = command.get_display_name().unwrap_or(command.get_name()).replace('-', " ");
        let mut roff = Roff::default();
        roff.control("SH", [title.to_uppercase().as_str()]);
        roff.to_writer(out)?;
        let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let mut sections = Vec::new();
        body(&self::man(command), &mut sections)?;
        section(&mut sections, "EXAMPLES", &examples)?;
        // A text never begins with a dot in roff: what does is a section.
        let sections = String::from_utf8_lossy(&sections).replace("\n.SH ", "\n.SS ");
        out.write_all(sections.strip_prefix(".SH ").map(|rest| format!(".SS {rest}")).unwrap_or(sections).as_bytes())?;
    }
    section(out, "EXIT STATUS", help::EXIT_STATUS)?;
    section(out, "EXAMPLES", help::PROGRAM)?;
    Ok(man.get_filename())
}

fn man(command: Command) -> Man {
    Man::new(command).manual("pointillist").source(concat!("pointillist ", env!("CARGO_PKG_VERSION")))
}

/// What it is, and its options.
fn body(man: &Man, out: &mut Vec<u8>) -> std::io::Result<()> {
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)
}

/// Lines as they are, without their heading.
fn section(out: &mut Vec<u8>, title: &str, text: &str) -> std::io::Result<()> {
    let lines = text.lines().filter(|line| !["Examples:", "Exit status:"].contains(line));
    let mut roff = Roff::default();
    roff.control("SH", [title]);
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff.to_writer(out)
}
