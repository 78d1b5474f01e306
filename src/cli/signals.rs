//! INT, TERM and HUP: the first ends a run in good order, within a moment; a second one ends it at once.
//!
//! What was ignored when the program started (`nohup`) stays ignored.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pointillist::{Stop, litter};
use signal_hook::consts::{SIGHUP, SIGINT, SIGPIPE, SIGTERM};
use signal_hook::iterator::Signals;

/// A run that has not ended by then is ended: with what is left (a driver, a file system that hangs) the two seconds that a
/// person waits are kept.
const GRACE: Duration = Duration::from_millis(1500);

/// The first signal that came; 0: none.
static CAME: AtomicI32 = AtomicI32::new(0);

/// Not all rows are in what was written.
static IS_PARTIAL: AtomicBool = AtomicBool::new(false);

/// The run that ends by itself when it is asked to, and whether that is waited for only so long; without one the process
/// ends at once.
static RUN: Mutex<Option<(Stop, bool)>> = Mutex::new(None);

/// Begins to listen; `run_stop` says how a run is asked.
pub(crate) fn listen() {
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    // Without a thread, or handlers, signals do what they always do.
    let Ok(mut signals) = Signals::new(wanted) else { return };
    let listening = move || {
        for signal in signals.forever() {
            let is_second = CAME.compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst).is_err();
            let run = RUN.lock().unwrap_or_else(PoisonError::into_inner).clone();
            match run {
                Some((run, has_grace)) if !is_second => {
                    run.ask();
                    if has_grace {
                        std::thread::spawn(move || {
                            std::thread::sleep(GRACE);
                            super::terminal::print_failure("interrupted: nothing was written");
                            leave(signal);
                        });
                    }
                }
                _ => leave(signal),
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(listening).ok();
}

/// From now on a signal asks this run to end instead of ending the process; one that then draws what it has may take the
/// time that this takes.
pub(super) fn run_stop(draws_partial: bool) -> Stop {
    let stop = Stop::default();
    *RUN.lock().unwrap_or_else(PoisonError::into_inner) = Some((stop.clone(), !draws_partial));
    stop
}

/// The exit code of the signal that came, if any: 128 and its number.
pub(crate) fn exit_code() -> Option<u8> {
    let signal = CAME.load(Ordering::SeqCst);
    (signal != 0).then(|| code(signal))
}

/// Says that what was written is not all that was wanted.
pub(super) fn note_partial() {
    IS_PARTIAL.store(true, Ordering::SeqCst);
}

/// The exit code of a run that wrote what it had when the signal came; nothing for one that had all of it.
pub(crate) fn partial_exit_code() -> Option<u8> {
    exit_code().filter(|_| IS_PARTIAL.load(Ordering::SeqCst))
}

/// The exit code of a reader that went away, as the shell tells it.
pub(crate) fn closed_pipe_code() -> u8 {
    code(SIGPIPE)
}

fn code(signal: i32) -> u8 {
    128 + signal as u8
}

/// Ends the process without waiting for anything.
fn leave(signal: i32) -> ! {
    litter::remove_all();
    signal_hook::low_level::exit(i32::from(code(signal)))
}

/// Whether whoever started the program had the signal ignored (`man 5 proc`, SigIgn).
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal - 1) & 1 == 1
}
