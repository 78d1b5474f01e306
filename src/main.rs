//! The command: parse, run, print the error chain once, choose the exit code.

mod cli;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use pointillist::ErrorKind;

/// The exit code of a bug of ours.
const BUG: u8 = 70;

fn main() -> ExitCode {
    // Decoders and drivers that panic are caught where they are called and become errors with a place; what gets here
    // is a bug of ours, told in one line.
    cli::terminal::catch_panics();
    outlive_file_limits();
    quiet_drivers();
    cli::signals::listen();
    let code = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        cli::terminal::print_bug();
        BUG
    });
    if pointillist::raster::gpu::has_given_up() {
        // A thread may hang in the driver, whose libraries would wait for it when the process ends: leave without them.
        std::io::stdout().flush().ok();
        signal_hook::low_level::exit(code.into());
    }
    ExitCode::from(code)
}

/// A file that grows beyond `ulimit -f` is a failed write like any other, and not the end of the process.
fn outlive_file_limits() {
    #[cfg(unix)]
    {
        // Who takes the signal gets the error; nothing else is wanted of it.
        let is_met = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        signal_hook::flag::register(signal_hook::consts::SIGXFSZ, is_met).ok();
    }
}

/// Mesa's device-select layer complains on every machine without a desktop session; adapters are ranked here anyway.
#[expect(unsafe_code, reason = "the only way to set a variable; no thread has been started yet")]
fn quiet_drivers() {
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() && std::env::var_os("NODEVICE_SELECT").is_none() {
        // SAFETY: the first thing in main, before any thread could read the environment.
        unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
    }
}

fn run() -> u8 {
    let command = match cli::parse() {
        Ok(command) => command,
        Err(code) => return code,
    };
    match cli::run(command) {
        // A picture of the rows that came before a signal is not all that was wanted.
        Ok(()) => cli::signals::partial_exit_code().unwrap_or(0),
        Err(error) if cli::terminal::is_closed_pipe(&error) => cli::signals::closed_pipe_code(),
        Err(error) => {
            cli::terminal::print_error(&error);
            let kind = error.downcast_ref::<pointillist::Error>().map(pointillist::Error::kind);
            match kind {
                Some(ErrorKind::Stopped) => cli::signals::exit_code().unwrap_or(ErrorKind::Stopped.exit_code()),
                kind => kind.map_or(1, ErrorKind::exit_code),
            }
        }
    }
}
