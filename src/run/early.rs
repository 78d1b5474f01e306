//! What there is to say of a run that ends early: the rows it had read, in its message and in its report.
//!
//! Nothing vanishes, not even in a run that fails; and no report of an older run is left to speak for this one.

use std::io::{self, Write};
use std::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::ledger::Rows;
use crate::output::Destination;
use crate::report::{Ending, Report, peak_rss_bytes};
use crate::run::outputs::write_report;
use crate::run::{Job, Watch};
use crate::units::{grouped, row_count};

/// What a run has come to.
pub(super) struct Early {
    start: Instant,
    pub(super) report: Report,
    /// The outputs have been checked: a report can be written, and replaces nothing that it may not.
    pub(super) may_report: bool,
}

impl Early {
    pub(super) fn begin() -> Self {
        Self { start: Instant::now(), report: Report::default(), may_report: false }
    }

    /// When the run began.
    pub(super) fn start(&self) -> Instant {
        self.start
    }

    /// Completes the error of a run, and writes the report that it was asked for.
    pub(super) fn end(&mut self, job: &Job, error: Error, watch: &mut dyn Watch) -> Error {
        // Whatever failed, somebody wanted it to end.
        let is_wanted = job.stop.is_asked() && error.kind() != ErrorKind::Stopped;
        let error = if is_wanted { job.stop.check().err().unwrap_or(error) } else { error };
        let report = &mut self.report;
        let error = if report.series.is_empty() { error } else { error.after(rows_text(&report.rows)) };
        report.ending = if error.kind() == ErrorKind::Stopped { Ending::Interrupted } else { Ending::Failed };
        report.error = Some(error.to_string());
        report.seconds.total = self.start.elapsed().as_secs_f64();
        report.peak_rss_bytes = peak_rss_bytes();
        // What cannot be written is not tried twice.
        let is_own = |report: &&Destination| error.place().file.as_deref() == Some(&report.name());
        let wanted = job.report.as_ref().filter(|_| self.may_report && !job.explains_only);
        if let Some(destination) = wanted.filter(|report| error.kind() != ErrorKind::Output || !is_own(report))
            && let Err(lost) = write_report(destination, report).and_then(crate::output::Pending::publish)
        {
            watch.note(&lost.to_string());
        }
        error
    }
}

/// The rows, without what there was none of: `3 rows: 2 drawn, 1 invalid`.
fn rows_text(rows: &Rows) -> String {
    let kinds = [
        (rows.drawn, "drawn"),
        (rows.outside, "outside"),
        (rows.invalid, "invalid"),
        (rows.filtered, "filtered"),
        (rows.skipped, "skipped"),
    ];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| format!("{} {kind}", grouped(*count)))
        .collect();
    let all = row_count(rows.total);
    if kinds.is_empty() { all } else { format!("{all}: {}", kinds.join(", ")) }
}

/// A writer that fails once the run is asked to end (a large picture takes seconds), unless it then draws what it has:
/// that is under way.
pub(super) struct Stoppable<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) job: &'a Job,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.job.check_stop().map_err(io::Error::other)?;
        self.job.stop.take();
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_without_what_there_was_none_of() {
        let rows = Rows { total: 12_345, read: 12_345, drawn: 12_000, invalid: 345, ..Rows::default() };
        assert_eq!(rows_text(&rows), "12,345 rows: 12,000 drawn, 345 invalid");
        assert_eq!(rows_text(&Rows::default()), "0 rows");
    }
}
