//! Notes told once, however often a run begins again.

use std::collections::HashSet;

use crate::run::Watch;

/// Hands everything on but the notes that were told before.
pub(super) struct Told<'a> {
    watch: &'a mut dyn Watch,
    told: HashSet<String>,
}

impl<'a> Told<'a> {
    pub(super) fn new(watch: &'a mut dyn Watch) -> Self {
        Self { watch, told: HashSet::new() }
    }
}

impl Watch for Told<'_> {
    fn note(&mut self, line: &str) {
        if self.told.insert(line.to_owned()) {
            self.watch.note(line);
        }
    }

    fn planned(&mut self, explanation: &str) {
        self.watch.planned(explanation);
    }

    fn begin(&mut self, stage: &str, total: Option<u64>) {
        self.watch.begin(stage, total);
    }

    fn advance(&mut self, rows: u64) {
        self.watch.advance(rows);
    }

    fn end(&mut self) {
        self.watch.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Lines(Vec<String>);

    impl Watch for Lines {
        fn note(&mut self, line: &str) {
            self.0.push(line.to_owned());
        }
        fn begin(&mut self, _: &str, _: Option<u64>) {}
        fn advance(&mut self, _: u64) {}
        fn end(&mut self) {}
    }

    #[test]
    fn a_note_is_told_once() {
        let mut lines = Lines::default();
        let mut told = Told::new(&mut lines);
        ["a", "b", "a"].iter().for_each(|line| told.note(line));
        assert_eq!(lines.0, ["a", "b"]);
    }
}
