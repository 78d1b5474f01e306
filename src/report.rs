//! What a run did, as JSON for `--report`.

use serde::Serialize;

use crate::ledger::Rows;

/// Seconds by stage; reading, encoding and drawing overlap, so they add up to more than `total`.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Seconds {
    /// Opening inputs.
    pub open: f64,
    /// Pass one.
    pub survey: f64,
    /// Decoding, in the reader's own thread.
    pub read: f64,
    /// Values to marks.
    pub encode: f64,
    /// Marks to pixels.
    pub draw: f64,
    /// Fetching the canvas.
    pub readback: f64,
    /// Opening the backend.
    pub backend: f64,
    /// Layout.
    pub figure: f64,
    /// Canvas rows to colours.
    pub shade: f64,
    /// Compositing and writing the PNG.
    pub png: f64,
    /// Everything.
    pub total: f64,
}

/// The limits of the axes and the size of the figure.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ViewReport {
    /// Limits of x, start first: numbers, integers beyond 2^53 as text, times as ISO 8601.
    pub xlim: [serde_json::Value; 2],
    /// Limits of y, start first.
    pub ylim: [serde_json::Value; 2],
    /// Figure width in pixels.
    pub width: u32,
    /// Figure height in pixels.
    pub height: u32,
    /// The plot area within the figure: x, y, width, height in pixels.
    pub plot: [u32; 4],
}

/// One data set.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesReport {
    /// What the figure calls it, if anything.
    pub label: Option<String>,
    /// What messages call it: the label, else its column of y.
    #[serde(skip)]
    pub title: String,
    /// Where its rows went.
    pub rows: Rows,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// All rows were drawn.
    #[default]
    Done,
    /// It was asked to end, and drew the rows that had come.
    Partial,
    /// It was asked to end, and wrote nothing but this report.
    Interrupted,
    /// It failed, and wrote nothing but this report.
    Failed,
}

/// The report of one run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// How it ended.
    pub ending: Ending,
    /// What it failed with.
    pub error: Option<String>,
    /// `cpu` or `gpu`.
    pub backend: String,
    /// What drew: threads, or adapter and driver.
    pub adapter: String,
    /// How marks became pixels.
    pub kernel: String,
    /// `exact` or `close`.
    pub class: String,
    /// Where every row went, over all data sets.
    pub rows: Rows,
    /// The data sets that were read for drawing, in their order.
    pub series: Vec<SeriesReport>,
    /// Seconds by stage.
    pub seconds: Seconds,
    /// The most memory the process held, as the system saw it; absent where it does not say.
    pub peak_rss_bytes: Option<u64>,
    /// What the plan expected to hold at most.
    pub planned_bytes: u64,
    /// Bytes taken from the inputs, both passes.
    pub bytes_read: u64,
    /// Rows a second over everything.
    pub points_per_second: f64,
    /// What was shown.
    pub view: ViewReport,
}

/// The most memory this process held so far, from the system's own account.
#[must_use]
pub fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Lets [`peak_rss_bytes`] begin anew (`man 5 proc`, clear_refs); false where the system does not.
pub fn forget_peak_rss() -> bool {
    std::fs::write("/proc/self/clear_refs", "5").is_ok()
}
