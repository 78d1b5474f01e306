//! A rasterizer on a thread of its own: it draws one group of batches while its caller encodes the next.
//!
//! Marks that all lie in one place are blended by one thread, in their order; the others encode meanwhile.

use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::canvas::Canvas;
use crate::error::{Error, Result};
use crate::mark::Batch;
use crate::raster::Rasterizer;

/// What the thread is asked for.
enum Order {
    Draw(Vec<Batch>),
    Snapshot,
}

/// What comes back, in the order of the orders.
enum Outcome {
    Emptied(Result<Vec<Batch>>),
    Snapshot(Result<Canvas>),
}

/// Draws behind its caller's back, one call at most behind it.
pub(super) struct Behind {
    orders: Sender<Order>,
    outcomes: Receiver<Outcome>,
    thread: Option<JoinHandle<Box<dyn Rasterizer + Send>>>,
    is_drawing: bool,
    /// Batches that came back while somebody waited for something else.
    spare: Vec<Batch>,
    description: String,
    kernel: &'static str,
}

impl Behind {
    /// Takes a rasterizer to a thread of its own.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn new(mut rasterizer: Box<dyn Rasterizer + Send>) -> Result<Self> {
        let (description, kernel) = (rasterizer.description(), rasterizer.kernel());
        let (orders, taken) = bounded(1);
        let (done, outcomes) = bounded(1);
        let work = move || {
            while let Ok(order) = taken.recv() {
                let outcome = match order {
                    Order::Draw(batches) => Outcome::Emptied(rasterizer.draw(batches)),
                    Order::Snapshot => Outcome::Snapshot(rasterizer.snapshot()),
                };
                if done.send(outcome).is_err() {
                    break;
                }
            }
            rasterizer
        };
        let thread = std::thread::Builder::new().name("raster".into()).spawn(work);
        let thread = thread.map_err(|source| {
            Error::usage("no thread can be started to draw with").hint("lower --threads").because(source)
        })?;
        Ok(Self { orders, outcomes, thread: Some(thread), is_drawing: false, spare: Vec::new(), description, kernel })
    }

    /// Waits for the call before, if it is not over.
    fn wait(&mut self) -> Result<()> {
        if std::mem::take(&mut self.is_drawing) {
            match self.outcomes.recv() {
                Ok(Outcome::Emptied(emptied)) => self.spare.extend(emptied?),
                Ok(Outcome::Snapshot(_)) | Err(_) => return Err(self.gone()),
            }
        }
        Ok(())
    }

    /// The thread has panicked: so does its caller, as if it had drawn itself.
    fn gone(&mut self) -> Error {
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            _ => Error::usage("the drawing thread is gone: this is a bug"),
        }
    }
}

impl Rasterizer for Behind {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        self.wait()?;
        if self.orders.send(Order::Draw(batches)).is_err() {
            return Err(self.gone());
        }
        self.is_drawing = true;
        Ok(std::mem::take(&mut self.spare))
    }

    fn drain(&mut self) -> Result<()> {
        self.wait()
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        self.wait()?;
        if self.orders.send(Order::Snapshot).is_err() {
            return Err(self.gone());
        }
        match self.outcomes.recv() {
            Ok(Outcome::Snapshot(canvas)) => canvas,
            Ok(Outcome::Emptied(_)) | Err(_) => Err(self.gone()),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<Canvas> {
        self.wait()?;
        // Nothing more is asked for: the thread ends.
        self.orders = bounded(0).0;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(rasterizer)) => rasterizer.finish(),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Err(self.gone()),
        }
    }

    fn description(&self) -> String {
        self.description.clone()
    }

    fn kernel(&self) -> &'static str {
        self.kernel
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::canvas::Planes;
    use crate::mark::Marks;
    use crate::program::{Plane, Size};
    use crate::raster::emptied;

    /// Counts its marks, once it may.
    struct Slow {
        may_go_on: Arc<AtomicBool>,
        marks: u64,
    }

    impl Rasterizer for Slow {
        fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
            while !self.may_go_on.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            self.marks += batches.iter().map(|batch| batch.marks.len() as u64).sum::<u64>();
            assert!(self.marks < 1000, "far too many");
            if self.marks > 100 { Err(Error::gpu("too many")) } else { Ok(emptied(batches)) }
        }
        fn drain(&mut self) -> Result<()> {
            Ok(())
        }
        fn snapshot(&mut self) -> Result<Canvas> {
            let size = Size::new(1, 1)?;
            let mut planes = Planes::empty(size, &[Plane::Count]);
            planes.counts_mut()[0] = self.marks;
            Ok(Canvas::Planes(planes))
        }
        fn finish(mut self: Box<Self>) -> Result<Canvas> {
            self.snapshot()
        }
        fn description(&self) -> String {
            "slow".to_owned()
        }
        fn kernel(&self) -> &'static str {
            "none"
        }
    }

    fn batch(marks: usize) -> Batch {
        Batch { order: 0, marks: Marks::Cells(vec![crate::mark::Cell(0); marks]), values: vec![] }
    }

    fn marks(canvas: &Canvas) -> u64 {
        let Canvas::Planes(planes) = canvas else { panic!("counts") };
        planes.counts()[0]
    }

    #[test]
    fn a_call_comes_back_before_it_is_drawn_and_the_next_one_after() {
        let may_go_on = Arc::new(AtomicBool::new(false));
        let slow = Slow { may_go_on: Arc::clone(&may_go_on), marks: 0 };
        let mut behind = Behind::new(Box::new(slow)).unwrap();
        assert!(behind.draw(vec![batch(3)]).unwrap().is_empty(), "nothing can be drawn yet");
        may_go_on.store(true, Ordering::SeqCst);
        let back = behind.draw(vec![batch(4)]).unwrap();
        assert!(back.len() == 1 && back[0].marks.is_empty(), "the first batch, emptied");
        assert_eq!(marks(&behind.snapshot().unwrap()), 7, "all that was given so far");
        behind.draw(vec![batch(5)]).unwrap();
        assert_eq!((behind.description(), behind.kernel()), ("slow".to_owned(), "none"));
        assert_eq!(marks(&Box::new(behind).finish().unwrap()), 12);
    }

    #[test]
    fn a_failure_is_told_by_the_call_behind_it() {
        let slow = || Behind::new(Box::new(Slow { may_go_on: Arc::new(AtomicBool::new(true)), marks: 0 })).unwrap();
        let mut behind = slow();
        behind.draw(vec![batch(101)]).unwrap();
        assert_eq!(behind.draw(vec![batch(1)]).unwrap_err().to_string(), "too many");
        let mut behind = slow();
        behind.draw(vec![batch(101)]).unwrap();
        assert_eq!(behind.drain().unwrap_err().to_string(), "too many");
        let mut behind = slow();
        behind.draw(vec![batch(101)]).unwrap();
        assert_eq!(Box::new(behind).finish().unwrap_err().to_string(), "too many");
    }

    #[test]
    fn a_panic_reaches_the_caller() {
        let panics: [fn(Behind); 3] = [
            |mut behind| drop(behind.draw(vec![batch(1)])),
            |mut behind| drop(behind.snapshot()),
            |behind| drop(Box::new(behind).finish()),
        ];
        for then in panics {
            let slow = Slow { may_go_on: Arc::new(AtomicBool::new(true)), marks: 0 };
            let mut behind = Behind::new(Box::new(slow)).unwrap();
            behind.draw(vec![batch(5000)]).unwrap();
            let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| then(behind))).unwrap_err();
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"far too many"));
        }
    }
}
