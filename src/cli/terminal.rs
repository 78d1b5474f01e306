//! What the user sees: notes, progress, the closing line, errors. Writes never panic on a closed pipe.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pointillist::escape::display_text;
use pointillist::run::{Outcome, Watch};

/// Work shorter than this shows no progress.
const QUIET_FOR: Duration = Duration::from_secs(1);

/// When progress is shown.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum ProgressWhen {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ProgressWhen {
    /// Whether it is shown here and now.
    pub(super) fn is_shown(self) -> bool {
        match self {
            Self::Auto => std::io::stderr().is_terminal(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Notes and progress on standard error.
#[derive(Debug)]
pub(super) struct Terminal {
    shows_progress: bool,
    stage: String,
    total: Option<u64>,
    begun: Instant,
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl Terminal {
    pub(super) fn new(when: ProgressWhen) -> Self {
        let shows_progress = when.is_shown();
        let now = Instant::now();
        Self { shows_progress, stage: String::new(), total: None, begun: now, bar: None, last_line: now }
    }

    /// The closing line: the whole ledger, and what drew.
    pub(super) fn close(&self, output: &str, outcome: &Outcome) {
        let rows = &outcome.report.rows;
        let secs = outcome.report.seconds.total;
        let line = format!(
            "{output}: {} rows: {} drawn, {} outside, {} invalid, {} filtered, {} skipped; {}; {secs:.2} s",
            grouped(rows.total),
            grouped(rows.drawn),
            grouped(rows.outside),
            grouped(rows.invalid),
            grouped(rows.filtered),
            grouped(rows.skipped),
            outcome.description,
        );
        error_line(&line);
        for remark in &outcome.remarks {
            error_line(remark);
        }
    }
}

impl Watch for Terminal {
    fn note(&mut self, line: &str) {
        error_line(line);
    }

    fn begin(&mut self, stage: &str, total: Option<u64>) {
        stage.clone_into(&mut self.stage);
        self.total = total;
        self.begun = Instant::now();
    }

    fn advance(&mut self, rows: u64) {
        if !self.shows_progress || self.begun.elapsed() < QUIET_FOR {
            return;
        }
        if !std::io::stderr().is_terminal() {
            // A log gets a line every few seconds instead of a bar.
            if self.last_line.elapsed() >= QUIET_FOR {
                self.last_line = Instant::now();
                let speed = rows as f64 / self.begun.elapsed().as_secs_f64();
                let (of, left) = match self.total {
                    Some(total) => {
                        let left = total.saturating_sub(rows) as f64 / speed;
                        (format!(" of {}", grouped(total)), format!(", {left:.0} s left"))
                    }
                    None => Default::default(),
                };
                error_line(&format!(
                    "{}: {}{of} rows, {} rows/s{left}",
                    self.stage,
                    grouped(rows),
                    grouped(speed as u64)
                ));
            }
            return;
        }
        let (stage, total) = (self.stage.clone(), self.total);
        let bar = self.bar.get_or_insert_with(|| bar(&stage, total));
        bar.set_position(rows);
    }

    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn bar(stage: &str, total: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    let template = match total {
        Some(_) => "{msg} {wide_bar} {human_pos} of {human_len} rows, {per_sec}, {eta} left",
        None => "{msg} {spinner} {human_pos} rows, {per_sec}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(stage.to_owned());
    bar
}

/// 12345678 as 12,345,678.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A text on standard output, as it is.
pub(super) fn print(text: &str) {
    // A reader that went away wants nothing more.
    std::io::stdout().write_all(text.as_bytes()).ok();
}

/// One line on standard error.
pub(super) fn error_line(line: &str) {
    writeln!(std::io::stderr(), "{}", display_text(line)).ok();
}

/// The error and what caused it, once. Our own messages are safe to show and may have several lines (what a GPU lacks);
/// what lies below them may hold anything.
pub(crate) fn print_error(error: &anyhow::Error) {
    let mut text = format!("pointillist: {error}");
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text += &format!(": {}", display_text(&cause));
        }
    }
    writeln!(std::io::stderr(), "{text}").ok();
}

/// What the last panic said, and where.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Keeps panics quiet until it is known whether somebody catches them.
pub(crate) fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if let Ok(mut last) = LAST_PANIC.lock() {
            *last = panic.to_string();
        }
    }));
}

/// The last panic as a bug of ours.
pub(crate) fn print_bug() {
    let last = LAST_PANIC.lock().map(|last| last.clone()).unwrap_or_default();
    error_line(&format!("pointillist: a bug, please report it: {last}"));
}

/// Help, or a usage error.
pub(super) fn print_clap(error: &clap::Error) {
    error.print().ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(
            [0, 12, 123, 1234, 1_234_567].map(grouped),
            ["0", "12", "123", "1,234", "1,234,567"].map(str::to_owned)
        );
    }
}
