//! How many threads decode a data set, and what they hold.

use crate::source::ahead::WAITING;
use crate::source::dataset::DataSet;

impl DataSet {
    /// The same, decoded on so many threads (at least one).
    #[must_use]
    pub fn on_threads(self, threads: usize) -> Self {
        Self { threads: threads.max(1), ..self }
    }

    /// Bytes that its threads may hold at most beside the chunks.
    #[must_use]
    pub fn decoding_bytes(&self) -> u64 {
        let most = self.inputs.iter().map(|member| member.input.decoding_bytes()).max();
        (self.threads + WAITING) as u64 * most.unwrap_or(0)
    }
}
