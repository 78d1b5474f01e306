//! The border with devices behind it that panic, hang, refuse, work slowly and fall over while they are closed.

use std::time::Instant;

use super::*;
use crate::error::ErrorKind;

const PATIENCE: Duration = Duration::from_millis(400);

/// A device that counts, and says when it is destroyed.
struct Fake {
    count: u32,
    pulse: Pulse,
    destroyed: Sender<()>,
    falls_over: bool,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.destroyed.send(()).ok();
        assert!(!self.falls_over, "destroyed while in use");
    }
}

fn fake() -> (Border<Fake>, Receiver<()>) {
    let (destroyed, told) = crossbeam_channel::unbounded();
    let make = move |pulse: Pulse| Ok((Fake { count: 7, pulse, destroyed, falls_over: false }, "known"));
    let (border, known) = Border::open("opening", PATIENCE, make).unwrap();
    assert_eq!(known, "known");
    (border, told)
}

fn add(border: &Border<Fake>, n: u32) -> Pending<u32> {
    border.ask("adding", move |fake| {
        fake.count += n;
        Ok(fake.count)
    })
}

#[test]
fn orders_are_done_in_order_and_the_end_is_waited_for() {
    let (border, destroyed) = fake();
    let answers = [1, 10, 100].map(|n| add(&border, n));
    assert_eq!(answers.map(|answer| answer.wait().unwrap()), [8, 18, 118]);
    drop(border);
    assert!(destroyed.try_recv().is_ok(), "destroyed before the border is gone");
}

#[test]
fn a_panic_is_a_fault_and_nothing_is_destroyed_after_it() {
    let (border, destroyed) = fake();
    let late = (border.ask::<()>("drawing", |_| panic!("slot {} is gone", 3)), add(&border, 1));
    let error = late.0.wait().unwrap_err();
    assert_eq!((error.kind(), error.gpu_fault_kind()), (ErrorKind::Gpu, Some(GpuFault::Other)));
    assert!(error.to_string().starts_with("drawing failed: slot 3 is gone; "), "{error}");
    assert!(late.1.wait().unwrap_err().to_string().contains("slot 3"), "ordered before, and answered with the reason");
    assert!(add(&border, 1).wait().unwrap_err().to_string().contains("slot 3"), "and so is what is ordered later");
    drop(border);
    assert!(destroyed.try_recv().is_err(), "a device that failed is leaked");
    assert!(has_given_up());
}

#[test]
fn what_never_returns_is_given_up_in_time_and_the_end_does_not_wait_for_it() {
    let (border, _destroyed) = fake();
    let start = Instant::now();
    let error = border
        .ask::<()>("drawing", |_| {
            loop {
                std::thread::park()
            }
        })
        .wait()
        .unwrap_err();
    assert_eq!(error.gpu_fault_kind(), Some(GpuFault::Hung), "{error}");
    assert!(start.elapsed() >= PATIENCE);
    assert!(add(&border, 1).wait().unwrap_err().gpu_fault_kind() == Some(GpuFault::Hung));
    let start = Instant::now();
    drop(border);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn slow_work_with_a_pulse_is_waited_for() {
    let (border, _destroyed) = fake();
    let slow = border.ask("drawing", |fake| {
        for _ in 0..8 {
            std::thread::sleep(PATIENCE / 4);
            fake.pulse.beat();
        }
        Ok(fake.count)
    });
    assert_eq!(slow.wait().unwrap(), 7, "twice as long as the patience, and never that long without a beat");
}

#[test]
fn refusals_and_wrong_orders_leave_the_device_usable() {
    let (border, destroyed) = fake();
    let wrong = border.ask::<()>("drawing", |_| Err(Error::usage("not these marks"))).wait().unwrap_err();
    assert_eq!((wrong.kind(), wrong.gpu_fault_kind()), (ErrorKind::Usage, None));
    let refused = |_: &mut Fake| Err(Error::gpu_fault(GpuFault::Memory, "no memory"));
    let refused = border.ask::<()>("drawing", refused).wait().unwrap_err();
    assert_eq!(refused.gpu_fault_kind(), Some(GpuFault::Memory));
    assert_eq!(add(&border, 1).wait().unwrap(), 8);
    drop(border);
    assert!(destroyed.try_recv().is_ok(), "its memory is free for the next one");
}

#[test]
fn what_cannot_be_opened_says_why() {
    let open = |make: fn(Pulse) -> Result<((), ())>| Border::open("opening", PATIENCE, make).err().unwrap();
    assert_eq!(open(|_| Err(Error::gpu("no such card"))).gpu_fault_kind(), None);
    assert_eq!(open(|_| panic!("loader")).gpu_fault_kind(), Some(GpuFault::Other));
    assert_eq!(
        open(|_| loop {
            std::thread::park()
        })
        .gpu_fault_kind(),
        Some(GpuFault::Hung)
    );
}

#[test]
fn a_panic_while_closing_goes_no_further() {
    let (destroyed, told) = crossbeam_channel::unbounded();
    let make = move |pulse: Pulse| Ok((Fake { count: 0, pulse, destroyed, falls_over: true }, ()));
    drop(Border::open("opening", PATIENCE, make).unwrap());
    assert!(told.try_recv().is_ok());
}

#[test]
fn patience_is_ten_seconds() {
    // The variable is for other processes: a test that set it would change it for all tests beside it.
    if std::env::var_os(PATIENCE_VARIABLE).is_none() {
        assert_eq!(patience(), Duration::from_secs(10));
    }
}
