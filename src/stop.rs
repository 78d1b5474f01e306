//! The wish that a run should end early, shared between whoever has it and the run.
//!
//! Owns no signals: the command turns them into this, a library's user calls [`Stop::ask`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::error::{Error, Result};

const NONE: u8 = 0;
const ASKED: u8 = 1;
const TAKEN: u8 = 2;

/// Clones share one wish; the default is that of a run that nobody ends.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicU8>);

/// Requests that differ in who may end them ask for the same.
impl PartialEq for Stop {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Stop {}

impl Stop {
    /// Asks the run to end; asking twice, or after it was granted, changes nothing.
    pub fn ask(&self) {
        self.0.compare_exchange(NONE, ASKED, Ordering::SeqCst, Ordering::SeqCst).ok();
    }

    /// Whether somebody asked and the run has not yet done something about it.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst) == ASKED
    }

    /// Grants the wish, once: the run reads no further, and what it goes on with (drawing what it has) is no longer ended.
    pub(crate) fn take(&self) -> bool {
        self.0.compare_exchange(ASKED, TAKEN, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Whether the wish was granted: the run ends by itself, in its own time.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.0.load(Ordering::SeqCst) == TAKEN
    }

    /// Fails once somebody asked.
    ///
    /// # Errors
    /// Kind [`crate::ErrorKind::Stopped`].
    pub fn check(&self) -> Result<()> {
        if self.is_asked() { Err(Error::stopped("interrupted: nothing was written")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_granted_once() {
        let stop = Stop::default();
        assert!(!stop.is_asked() && !stop.take() && stop.check().is_ok());
        stop.clone().ask();
        assert!(stop.is_asked() && stop.check().is_err());
        assert!(stop.take() && !stop.take(), "once");
        stop.ask();
        assert!(!stop.is_asked() && stop.is_taken(), "what was granted is not asked again");
    }
}
