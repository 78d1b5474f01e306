//! The border around what may hang, panic or be lost: it lives on a thread of its own, and whoever speaks with it waits
//! only so long.
//!
//! Orders are closures that own all they touch, so that nothing is borrowed by a thread that never answers. Knows no GPU:
//! the tests put a device behind it that does everything wrong.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::device::{WAY_OUT, guarded};
use crate::error::{Error, GpuFault, Result};

/// The variable that changes [`patience`], in seconds; for tests, and for machines on which it is too short.
const PATIENCE_VARIABLE: &str = "POINTILLIST_GPU_TIMEOUT_SECS";

/// Submissions take a second at most on the slowest driver (`painter`, `adder`), so ten without any progress leave room
/// for a machine that is ten times overloaded; and two devices that hang, one after the other, or one and then the driver
/// while it opens the other, still end within 30 s.
const PATIENCE_SECS: f64 = 10.0;

/// Waiting is counted in so many pieces, so that a process that was stopped and continued has lost one piece of its
/// patience at most.
pub(super) const PIECES: u32 = 40;

/// This side waits a tenth longer: what notices a hang itself, behind the border, says so first.
const PIECES_OUTSIDE: u32 = PIECES + PIECES / 10;

/// Set once something was opened, or hung while it was.
static IS_LOADED: AtomicBool = AtomicBool::new(false);

/// Set for ever once something behind a border was given up.
static HAS_GIVEN_UP: AtomicBool = AtomicBool::new(false);

/// True once a device was given up in this process: its driver's threads may still run or hang, and handlers that the
/// driver's libraries registered for the end of the process may wait for them.
#[must_use]
pub fn has_given_up() -> bool {
    HAS_GIVEN_UP.load(Ordering::Acquire)
}

/// How long a driver may show no progress before it counts as hung.
pub(super) fn patience() -> Duration {
    let set = std::env::var(PATIENCE_VARIABLE).ok().and_then(|text| text.parse().ok());
    let secs = set.filter(|secs: &f64| *secs > 0.0 && *secs <= 86_400.0).unwrap_or(PATIENCE_SECS);
    Duration::from_secs_f64(secs)
}

/// Counts steps that came to an end behind the border: as long as it moves, nothing hangs.
#[derive(Clone, Debug, Default)]
pub(super) struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// One more step is done.
    pub(super) fn beat(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// The first fault, on both sides of the border.
#[derive(Clone, Debug, Default)]
struct FirstFault(Arc<OnceLock<(GpuFault, String)>>);

impl FirstFault {
    /// The fault that came first, as an error.
    fn error(&self) -> Option<Error> {
        self.0.get().map(|(fault, message)| Error::gpu_fault(*fault, message.clone()).hint(WAY_OUT))
    }

    /// Keeps a fault unless there was one before, and returns the first.
    fn keep(&self, fault: GpuFault, message: String) -> Error {
        let (fault, message) = self.0.get_or_init(|| (fault, message));
        HAS_GIVEN_UP.store(true, Ordering::Release);
        Error::gpu_fault(*fault, message.clone()).hint(WAY_OUT)
    }

    /// Keeps what makes a device useless; refused memory does not.
    fn see(&self, error: &Error) {
        if let Some(fault) = error.gpu_fault_kind().filter(|fault| *fault != GpuFault::Memory) {
            self.keep(fault, error.message().to_owned());
        }
    }
}

type Order<T> = Box<dyn FnOnce(&mut T) + Send>;

/// Something behind the border.
pub(super) struct Border<T> {
    /// Nothing once the border closes.
    orders: Option<Sender<Order<T>>>,
    ended: Receiver<()>,
    pulse: Pulse,
    patience: Duration,
    fault: FirstFault,
}

/// An answer to come.
#[derive(Debug)]
pub(super) struct Pending<R> {
    reply: Receiver<Result<R>>,
    what: &'static str,
    pulse: Pulse,
    patience: Duration,
    fault: FirstFault,
}

impl<T> std::fmt::Debug for Border<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Border").field("fault", &self.fault).finish_non_exhaustive()
    }
}

impl<T: 'static> Border<T> {
    /// Makes something on a thread of its own, with what shall be known of it on this side. It is called hung when it
    /// shows no progress for so long, and half as long again while it is made (the first: two and a half times as long).
    ///
    /// # Errors
    /// What `make` returns; a fault when it panics or does not return.
    pub(super) fn open<K: Send + 'static>(
        what: &'static str,
        patience: Duration,
        make: impl FnOnce(Pulse) -> Result<(T, K)> + Send + 'static,
    ) -> Result<(Self, K)> {
        let (orders, inbox) = crossbeam_channel::unbounded::<Order<T>>();
        let (ending, ended) = crossbeam_channel::bounded(0);
        let (answer, reply) = crossbeam_channel::bounded(1);
        let (pulse, fault) = (Pulse::default(), FirstFault::default());
        let (beat, seen) = (pulse.clone(), fault.clone());
        let serve = move || {
            // Dropped at the end of the thread, which is how the other side knows.
            let _ending: Sender<()> = ending;
            let made = guarded(what, || make(beat)).flatten();
            made.as_ref().err().inspect(|error| seen.see(error));
            let mut behind = match made {
                Ok((behind, known)) => {
                    answer.send(Ok(known)).ok();
                    behind
                }
                Err(error) => {
                    answer.send(Err(error)).ok();
                    return;
                }
            };
            for order in inbox {
                order(&mut behind);
                if seen.0.get().is_some() {
                    // Whatever is destroyed on a device that failed may wait for it for ever.
                    std::mem::forget(behind);
                    return;
                }
            }
            guarded("closing the GPU", || drop(behind)).err().inspect(|error| seen.see(error));
        };
        std::thread::Builder::new()
            .name("gpu".to_owned())
            .spawn(serve)
            .map_err(|error| Error::gpu("no thread can be started for the GPU").because(error).hint(WAY_OUT))?;
        let border = Self { orders: Some(orders), ended, pulse, patience, fault };
        // Drivers that wake several cards, or are read from a slow disk, take long before they say anything: the first of a
        // process (an H100's took more than 15 s once); a second one is opened where 10 s have gone already.
        let factor = if IS_LOADED.swap(true, Ordering::AcqRel) { 1.5 } else { 2.5 };
        let opening = Pending { patience: patience.mul_f64(factor), ..border.pending(what, reply) };
        let known = opening.wait()?;
        Ok((border, known))
    }

    /// Orders something; orders are done one after another. `what` it is stands in the error.
    pub(super) fn ask<R: Send + 'static>(
        &self,
        what: &'static str,
        order: impl FnOnce(&mut T) -> Result<R> + Send + 'static,
    ) -> Pending<R> {
        let (answer, reply) = crossbeam_channel::bounded(1);
        let seen = self.fault.clone();
        let order = move |behind: &mut T| {
            let done = guarded(what, || order(behind)).flatten();
            done.as_ref().err().inspect(|error| seen.see(error));
            answer.send(done).ok();
        };
        // Without a thread to take it, the reply is closed, and waiting says why.
        if let Some(orders) = &self.orders {
            orders.send(Box::new(order)).ok();
        }
        self.pending(what, reply)
    }

    fn pending<R>(&self, what: &'static str, reply: Receiver<Result<R>>) -> Pending<R> {
        Pending { reply, what, pulse: self.pulse.clone(), patience: self.patience, fault: self.fault.clone() }
    }
}

impl<R> Pending<R> {
    /// Waits for the answer as long as there is progress.
    ///
    /// # Errors
    /// What the order returns; a fault when it panicked, nothing moved for too long, or something failed before.
    pub(super) fn wait(self) -> Result<R> {
        match await_end(&self.reply, &self.pulse, self.patience) {
            Some(Ok(done)) => done,
            Some(Err(_)) => Err(self.fault.keep(GpuFault::Other, format!("{} failed: nobody answers", self.what))),
            None => Err(self.fault.error().unwrap_or_else(|| {
                let text = format!("the GPU did not answer within {} s ({})", self.patience.as_secs_f64(), self.what);
                self.fault.keep(GpuFault::Hung, text)
            })),
        }
    }
}

/// What comes through the channel, or that its other end is gone; nothing when the pulse stood still for so long.
fn await_end<R>(
    channel: &Receiver<R>,
    pulse: &Pulse,
    patience: Duration,
) -> Option<std::result::Result<R, RecvTimeoutError>> {
    let (mut last, mut pieces) = (pulse.count(), 0);
    loop {
        match channel.recv_timeout(patience / PIECES) {
            Err(RecvTimeoutError::Timeout) => {
                let now = pulse.count();
                pieces = if now == last { pieces + 1 } else { 0 };
                last = now;
                if pieces >= PIECES_OUTSIDE {
                    return None;
                }
            }
            end => return Some(end),
        }
    }
}

impl<T> Drop for Border<T> {
    /// Waits until everything is closed; gives it up when that hangs, and at once when something failed before.
    fn drop(&mut self) {
        self.orders = None;
        if self.fault.0.get().is_none() && await_end(&self.ended, &self.pulse, self.patience).is_none() {
            self.fault.keep(GpuFault::Hung, "the GPU did not answer while it was closed".to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
