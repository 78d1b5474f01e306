//! The clock that times are shown by.

use super::Figure;

impl Figure {
    /// The time zone that times are shown in, and that limits without an offset mean: `Europe/Berlin`, `+02:00`, `UTC`.
    ///
    /// Times without a zone are read as UTC. An unknown name is an error at the first chunk.
    #[must_use]
    pub fn time_zone(self, name: &str) -> Self {
        self.with(|spec| spec.figure.time_zone = Some(name.to_owned()))
    }
}
