//! Work done ahead on several threads, whose outcomes come in the order of the work.
//!
//! Owns the threads and the order; what a job is, and what becomes of it, is the reader's. No more than a fixed number of
//! jobs is under way or waits to be taken, so memory is bounded by the jobs, never by their number.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::error::{Error, Result};

/// Jobs beyond those that threads work on: done, and waiting to be taken.
pub(in crate::source) const WAITING: usize = 2;

/// The outcomes of jobs, in the order in which these were found.
///
/// Dropping it ends the threads after the jobs they are at; they are not waited for.
pub(in crate::source) struct Ahead<T> {
    /// Where each job's outcome will be, in order.
    places: Receiver<Receiver<Result<T>>>,
}

/// What finds the jobs, one after another, and where their outcomes are announced.
struct Finding<F, T> {
    /// `None` once there are no more.
    find: Option<F>,
    places: Sender<Receiver<Result<T>>>,
}

impl<T: Send + 'static> Ahead<T> {
    /// Starts `threads` threads (at least one). Each takes the next job that `find` gives, one thread at a time, and does
    /// it by `work` while others take later ones. An error of either is an outcome in its place; after one of `find` there
    /// are no more jobs.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn new<J, F, W>(threads: usize, find: F, work: W) -> Result<Self>
    where
        J: Send + 'static,
        F: FnMut() -> Result<Option<J>> + Send + 'static,
        W: Fn(J) -> Result<T> + Send + Sync + 'static,
    {
        let threads = threads.max(1);
        let (places, taken) = bounded(threads + WAITING);
        let finding = Arc::new(Mutex::new(Finding { find: Some(find), places }));
        let work = Arc::new(work);
        for number in 0..threads {
            let (finding, work) = (Arc::clone(&finding), Arc::clone(&work));
            let started = std::thread::Builder::new()
                .name(format!("decode-{number}"))
                .spawn(move || while do_one(&finding, &*work) {});
            if let Err(source) = started {
                // Fewer threads do the same.
                if number == 0 {
                    return Err(Error::usage("no thread can be started to decode with").because(source));
                }
                break;
            }
        }
        Ok(Self { places: taken })
    }

    /// The outcome of the next job; `None` after the last one.
    ///
    /// # Errors
    /// What finding or doing the job failed with; an input error where it panicked.
    pub fn next(&mut self) -> Result<Option<T>> {
        let Ok(place) = self.places.recv() else { return Ok(None) };
        // A thread that is gone has left no outcome.
        place.recv().unwrap_or_else(|_| Err(panicked())).map(Some)
    }
}

/// Takes a job and does it; false when there are no more, or nobody waits for them.
fn do_one<J, T, F>(finding: &Mutex<Finding<F, T>>, work: &(impl Fn(J) -> Result<T> + ?Sized)) -> bool
where
    F: FnMut() -> Result<Option<J>>,
{
    let (outcome, place) = bounded(1);
    let job = {
        // A panic within is caught: whoever held the lock left it in order.
        let mut finding = finding.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(find) = &mut finding.find else { return false };
        let found = catch_unwind(AssertUnwindSafe(find)).unwrap_or_else(|_| Err(panicked()));
        let Ok(Some(job)) = found else {
            finding.find = None;
            if let Err(error) = found
                && finding.places.send(place).is_ok()
            {
                // There is room for one, and its place is in order.
                let _ = outcome.send(Err(error));
            }
            return false;
        };
        // Waits here, and all others at the lock, while enough is under way.
        if finding.places.send(place).is_err() {
            finding.find = None;
            return false;
        }
        job
    };
    let done = catch_unwind(AssertUnwindSafe(|| work(job))).unwrap_or_else(|_| Err(panicked()));
    // Nobody may wait for it any more.
    outcome.send(done).is_ok()
}

fn panicked() -> Error {
    Error::input("the decoder failed on this input").hint("the file is damaged, or this is a bug")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn numbers(most: usize) -> impl FnMut() -> Result<Option<usize>> + Send + 'static {
        let mut next = 0..most;
        move || Ok(next.next())
    }

    #[test]
    fn outcomes_come_in_the_order_of_the_jobs() {
        for threads in [1, 2, 7] {
            let work = |job: usize| {
                std::thread::sleep(Duration::from_micros(((job * 7919) % 11) as u64 * 100));
                Ok(job * 3)
            };
            let mut ahead = Ahead::new(threads, numbers(100), work).unwrap();
            let outcomes: Vec<usize> = std::iter::from_fn(|| ahead.next().unwrap()).collect();
            assert_eq!(outcomes, (0..100).map(|job| job * 3).collect::<Vec<_>>(), "{threads} threads");
            assert_eq!(ahead.next().unwrap(), None, "and none again");
        }
    }

    #[test]
    fn no_more_jobs_are_under_way_than_are_allowed() {
        let done = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&done);
        let work = move |job: usize| {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(job)
        };
        let mut ahead = Ahead::new(3, numbers(usize::MAX), work).unwrap();
        assert_eq!(ahead.next().unwrap(), Some(0));
        std::thread::sleep(Duration::from_millis(50));
        let most = 1 + 3 + WAITING;
        assert!(done.load(Ordering::SeqCst) <= most, "{} jobs are done", done.load(Ordering::SeqCst));
        drop(ahead);
        std::thread::sleep(Duration::from_millis(50));
        assert!(done.load(Ordering::SeqCst) <= most + 3, "the threads went on without anybody who waits");
    }

    #[test]
    fn failures_and_panics_are_outcomes_in_their_place() {
        let work = |job: usize| match job {
            3 => Err(Error::input("three")),
            5 => panic!("five"),
            _ => Ok(job),
        };
        let mut ahead = Ahead::new(2, numbers(8), work).unwrap();
        let outcomes: Vec<_> = (0..8).map(|_| ahead.next()).collect();
        for (job, outcome) in outcomes.iter().enumerate() {
            match job {
                3 => assert!(outcome.as_ref().unwrap_err().to_string().contains("three")),
                5 => assert!(outcome.as_ref().unwrap_err().to_string().contains("the decoder failed")),
                _ => assert_eq!(outcome.as_ref().unwrap(), &Some(job)),
            }
        }
        assert!(ahead.next().unwrap().is_none());
        // Finding: what came before it is whole, nothing comes behind it.
        let mut next = 0;
        let find = move || {
            next += 1;
            match next {
                1..=4 => Ok(Some(next)),
                5 => Err(Error::input("broken")),
                _ => panic!("asked again"),
            }
        };
        let mut ahead = Ahead::new(2, find, Ok).unwrap();
        let outcomes: Vec<_> = (0..4).map(|_| ahead.next().unwrap()).collect();
        assert_eq!(outcomes, [Some(1), Some(2), Some(3), Some(4)]);
        assert!(ahead.next().unwrap_err().to_string().contains("broken"));
        assert!(ahead.next().unwrap().is_none());
    }
}
