//! A pipe that is waited on only as long as its run goes on: what it brought can then be drawn, however long it is silent.

use std::fs::File;
use std::io::{self, Read};

use crate::stop::Stop;

/// A silent pipe is left this often to look whether the run is to end.
#[cfg(unix)]
const LOOK_AGAIN_NS: i64 = 50_000_000;

/// A pipe, and the wish to end its run.
#[derive(Debug)]
pub struct Interruptible {
    pipe: File,
    stop: Stop,
}

impl Interruptible {
    /// Takes a pipe over.
    #[must_use]
    pub fn new(pipe: File, stop: Stop) -> Self {
        Self { pipe, stop }
    }

    /// The process's standard input, without a buffer in between.
    ///
    /// # Errors
    /// When it is closed.
    #[cfg(unix)]
    pub fn stdin(stop: Stop) -> io::Result<Self> {
        use std::os::fd::AsFd;
        Ok(Self::new(File::from(io::stdin().as_fd().try_clone_to_owned()?), stop))
    }

    /// Waits until there is something to read, or the end.
    #[cfg(unix)]
    fn wait(&self) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let timeout = Timespec { tv_sec: 0, tv_nsec: LOOK_AGAIN_NS };
        loop {
            self.stop.check().map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(&self.pipe, PollFlags::IN)], Some(&timeout)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                // Also what cannot be waited for; reading says so.
                _ => return Ok(()),
            }
        }
    }

    #[cfg(not(unix))]
    fn wait(&self) -> io::Result<()> {
        self.stop.check().map_err(io::Error::other)
    }
}

impl Read for Interruptible {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.wait()?;
            match self.pipe.read(buffer) {
                // Somebody else's end of it may have been set not to block.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_silent_pipe_is_left_when_its_run_is_to_end() {
        let (theirs, mut ours) = io::pipe().unwrap();
        let stop = Stop::default();
        let mut stream = Interruptible::new(File::from(std::os::fd::OwnedFd::from(theirs)), stop.clone());
        ours.write_all(b"abc").unwrap();
        let mut bytes = [0; 8];
        assert_eq!(stream.read(&mut bytes).unwrap(), 3);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(std::time::Duration::from_millis(120));
                stop.ask();
            });
            let error = stream.read(&mut bytes).unwrap_err().downcast::<crate::error::Error>().unwrap();
            assert_eq!(error.kind(), crate::error::ErrorKind::Stopped);
        });
    }

    #[test]
    fn the_end_of_a_pipe_is_its_end() {
        let (theirs, ours) = io::pipe().unwrap();
        drop(ours);
        let mut stream = Interruptible::new(File::from(std::os::fd::OwnedFd::from(theirs)), Stop::default());
        assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0);
    }
}
