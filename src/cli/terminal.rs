//! What the user sees: notes, progress, the closing line, errors. Writes never panic on a closed pipe.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pointillist::Error;
use pointillist::escape::{display_lines, display_text};
use pointillist::ledger::Rows;
use pointillist::report::Report;
use pointillist::run::{Outcome, Watch};
use pointillist::units::bytes_text;
pub(super) use pointillist::units::grouped;

use super::{advice, style};

/// How much is said on standard error, beyond errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verbosity {
    /// Nothing.
    Quiet,
    /// Notes, the closing line, remarks and hints.
    Normal,
    /// Also the plan before drawing, and the time of every stage.
    Verbose,
}

/// Set once, when the command line is read; before that nothing is said.
static VERBOSITY: OnceLock<Verbosity> = OnceLock::new();

/// Says how much shall be said; only the first call counts.
pub(super) fn set_verbosity(verbosity: Verbosity) {
    VERBOSITY.set(verbosity).ok();
}

fn verbosity() -> Verbosity {
    VERBOSITY.get().copied().unwrap_or(Verbosity::Normal)
}

/// Work shorter than this shows no progress.
const QUIET_FOR: Duration = Duration::from_secs(1);

/// Inputs that are told one by one.
const MOST_INPUTS: usize = 100;

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
            Self::Auto => verbosity() > Verbosity::Quiet && std::io::stderr().is_terminal(),
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
        let report = &outcome.report;
        let counts = |rows: &Rows| {
            format!(
                "{} rows: {} drawn, {} outside, {} invalid, {} filtered, {} skipped",
                grouped(rows.total),
                grouped(rows.drawn),
                grouped(rows.outside),
                grouped(rows.invalid),
                grouped(rows.filtered),
                grouped(rows.skipped),
            )
        };
        let (all, secs) = (counts(&report.rows), report.seconds.total);
        error_line(&format!("{output}: {all}; {}; {secs:.2} s", outcome.description));
        for (number, series) in (1..).zip(&report.series).filter(|_| report.series.len() > 1) {
            error_line(&format!("series {number}, {}: {}", series.title, counts(&series.rows)));
        }
        if verbosity() == Verbosity::Verbose {
            let outside = &report.outside;
            if report.rows.outside > 0 {
                error_line(&format!(
                    "outside: {} left, {} right, {} above, {} below",
                    grouped(outside.left),
                    grouped(outside.right),
                    grouped(outside.above),
                    grouped(outside.below)
                ));
            }
            for input in report.inputs.iter().filter(|_| report.inputs.len() > 1).take(MOST_INPUTS) {
                error_line(&format!("{}: {}", input.name, counts(&input.rows)));
            }
            if report.inputs.len() > MOST_INPUTS {
                error_line(&format!("and {} more inputs: --report has all", report.inputs.len() - MOST_INPUTS));
            }
        }
        for remark in &outcome.remarks {
            error_line(remark);
        }
        for hint in &outcome.hints {
            error_line(&format!("{}{hint}", style::HINT));
        }
        if verbosity() == Verbosity::Verbose {
            error_line(&timings(&outcome.report));
        }
    }
}

/// The seconds of every stage, and what was held and read.
fn timings(report: &Report) -> String {
    let s = &report.seconds;
    let stages = [
        ("open", s.open),
        ("survey", s.survey),
        ("read", s.read),
        ("encode", s.encode),
        ("draw", s.draw),
        ("readback", s.readback),
        ("backend", s.backend),
        ("figure", s.figure),
        ("shade", s.shade),
        ("png", s.png),
    ];
    let stages: Vec<String> = stages.iter().map(|(name, secs)| format!("{name} {secs:.3}")).collect();
    let peak = report.peak_rss_bytes.map_or_else(String::new, |bytes| format!(", at most {} held", bytes_text(bytes)));
    format!(
        "seconds (they overlap): {}; {} read{peak}, {} rows/s",
        stages.join(", "),
        bytes_text(report.bytes_read),
        grouped(report.points_per_second as u64)
    )
}

impl Watch for Terminal {
    fn planned(&mut self, explanation: &str) {
        if verbosity() == Verbosity::Verbose {
            explanation.lines().for_each(error_line);
        }
    }

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

/// Lines on standard output that may quote names and values.
pub(super) fn print_lines(text: &str) -> Result<(), Error> {
    print(&display_lines(text))
}

/// Our own text on standard output, as it is.
///
/// # Errors
/// An output error where it cannot be written; a reader that went away wants nothing more, and that is no failure.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::output("standard output cannot be written").because(error))
        }
        _ => Ok(()),
    }
}

/// One line on standard error, unless --quiet.
pub(super) fn error_line(line: &str) {
    if verbosity() > Verbosity::Quiet {
        let line = display_text(line);
        let line = style::line(&line, style::is_styled(&std::io::stderr()));
        // At once: other programs write there too.
        std::io::stderr().write_all(format!("{line}\n").as_bytes()).ok();
    }
}

/// The error and what caused it, once. Our own messages are safe to show; what lies below them may hold anything.
pub(crate) fn print_error(error: &anyhow::Error) {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text += &format!(": {}", display_text(&cause));
        }
    }
    print_failure(&text);
}

/// Whether it failed because who read the standard output went away, which needs no telling.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let is_broken = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    };
    error.chain().any(is_broken)
}

/// What went wrong, under the program's name; --quiet does not silence it.
pub(super) fn print_failure(text: &str) {
    let prefix = style::failure(style::is_styled(&std::io::stderr()));
    std::io::stderr().write_all(format!("{prefix}{}\n", display_lines(text)).as_bytes()).ok();
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
    print_failure(&format!("a bug, please report it: {}", display_text(&last)));
}

/// Help on standard output, or a usage error on standard error in the form of all our errors: with the place where a
/// plot file has it, and a line that says what to do.
///
/// # Errors
/// Where help cannot be written.
pub(super) fn print_clap(mut error: clap::Error, place: Option<&str>, tip: Option<&str>) -> Result<(), Error> {
    advice::quote_safely(&mut error);
    let rendered = error.render();
    // Colours only where nothing but clap's own can be among them.
    let is_safe = matches!(display_lines(&rendered.to_string()), Cow::Borrowed(_));
    let text = |is_styled| match (is_styled, is_safe) {
        (true, true) => rendered.ansi().to_string(),
        _ => display_lines(&rendered.to_string()).into_owned(),
    };
    if !error.use_stderr() {
        return print(&text(style::is_styled(&std::io::stdout())));
    }
    let is_styled = style::is_styled(&std::io::stderr());
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        std::io::stderr().write_all(text(is_styled).as_bytes()).ok();
        return Ok(());
    }
    let place = place.map_or_else(String::new, |place| format!("{}: ", display_text(place)));
    let mut text = style::failure(is_styled) + &place + style::clap_message(&text(is_styled));
    if let Some(tip) = tip {
        text += &format!("\n{}", style::line(&format!("{}{}\n", style::HINT, display_text(tip)), is_styled));
    }
    std::io::stderr().write_all(text.as_bytes()).ok();
    Ok(())
}
