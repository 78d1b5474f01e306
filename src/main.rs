//! The command: parse, run, print the error chain once, choose the exit code.

mod cli;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use pointillist::ErrorKind;

/// The exit code of a bug of ours.
const BUG: u8 = 70;

fn main() -> ExitCode {
    // Decoders and drivers that panic are caught where they are called and become errors with a place; what gets here
    // is a bug of ours, told in one line.
    cli::terminal::catch_panics();
    quiet_drivers();
    cli::signals::listen();
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        cli::terminal::print_bug();
        ExitCode::from(BUG)
    })
}

/// Mesa's device-select layer complains on every machine without a desktop session; adapters are ranked here anyway.
#[expect(unsafe_code, reason = "the only way to set a variable; no thread has been started yet")]
fn quiet_drivers() {
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() && std::env::var_os("NODEVICE_SELECT").is_none() {
        // SAFETY: the first thing in main, before any thread could read the environment.
        unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
    }
}

fn run() -> ExitCode {
    let command = match cli::parse() {
        Ok(command) => command,
        Err(code) => return code,
    };
    match cli::run(command) {
        // A picture of the rows that came before a signal is not all that was wanted.
        Ok(()) => cli::signals::exit_code().map_or(ExitCode::SUCCESS, ExitCode::from),
        Err(error) if cli::terminal::is_closed_pipe(&error) => ExitCode::from(cli::signals::closed_pipe_code()),
        Err(error) => {
            cli::terminal::print_error(&error);
            let kind = error.downcast_ref::<pointillist::Error>().map(pointillist::Error::kind);
            let code = match kind {
                Some(ErrorKind::Stopped) => cli::signals::exit_code().unwrap_or(ErrorKind::Stopped.exit_code()),
                kind => kind.map_or(1, ErrorKind::exit_code),
            };
            ExitCode::from(code)
        }
    }
}
