//! The command: parse, run, print the error chain once, choose the exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let command = match cli::parse() {
        Ok(command) => command,
        Err(code) => return code,
    };
    match cli::run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::terminal::print_error(&error);
            let kind = error.downcast_ref::<pointillist::Error>().map(pointillist::Error::kind);
            ExitCode::from(kind.map_or(1, pointillist::ErrorKind::exit_code))
        }
    }
}
