//! What a run did, as JSON for `--report`.

use serde::Serialize;

use crate::ledger::{Outside, Reason, Rows};

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
    /// Of drawing, what a GPU worked by its own clock; left out where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu: Option<f64>,
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

/// One panel of several with the same axes.
#[derive(Clone, Debug, Serialize)]
pub struct PanelReport {
    /// The value of the column that the panels are made of: a number, a text, or a time as ISO 8601.
    pub value: serde_json::Value,
    /// Where the rows of that value went, over all data sets. Rows that are in no panel count in the whole alone.
    pub rows: Rows,
    /// The panel within the figure: x, y, width, height in pixels.
    pub plot: [u32; 4],
}

/// An enlarged part of the plot.
#[derive(Clone, Debug, Serialize)]
pub struct InsetReport {
    /// Its limits of x, start first, as those of the plot.
    pub xlim: [serde_json::Value; 2],
    /// Its limits of y.
    pub ylim: [serde_json::Value; 2],
    /// Its plot area within the figure: x, y, width, height in pixels. Zeros until the picture is there.
    pub plot: [u32; 4],
    /// Rows that were drawn in it, over all data sets; all rows are counted by where they lie in the plot itself.
    pub drawn: u64,
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
    /// Those outside, by side.
    pub outside: Outside,
    /// Those invalid, by reason.
    pub invalid: Vec<InvalidReport>,
    /// Its inputs, in order.
    pub inputs: Vec<InputReport>,
}

/// The rows of one input.
#[derive(Clone, Debug, Serialize)]
pub struct InputReport {
    /// The input as the user named it.
    pub name: String,
    /// Where its rows went.
    pub rows: Rows,
    /// Those outside, by side.
    pub outside: Outside,
}

/// Rows that are invalid for one reason.
#[derive(Clone, Debug, Serialize)]
pub struct InvalidReport {
    /// Why.
    pub reason: Reason,
    /// How many.
    pub rows: u64,
    /// The first of them.
    pub first: FirstReport,
}

/// Where the first row of a reason was met.
#[derive(Clone, Debug, Serialize)]
pub struct FirstReport {
    /// The input as the user named it.
    pub input: String,
    /// The 0-based row within it.
    pub row: u64,
    /// The 1-based line of a text, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column that cannot be used.
    pub column: String,
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

/// A drawing that began again because a GPU failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restart {
    /// What happened, in a word: `lost`, `hung`, `out of memory` or `failed`.
    pub fault: &'static str,
    /// The same as the driver, or whoever waited for it, has it.
    pub reason: String,
    /// What it went on with: `gpu`, a device opened anew, or `cpu`.
    pub next: &'static str,
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
    /// How often drawing began again because a GPU failed, and why; what stands above drew in the end.
    pub restarts: Vec<Restart>,
    /// `exact` or `close`.
    pub class: String,
    /// Where every row went, over all data sets.
    pub rows: Rows,
    /// Those outside, by side, over all data sets.
    pub outside: Outside,
    /// Those invalid, by reason, over all data sets; the first of each in drawing order.
    pub invalid: Vec<InvalidReport>,
    /// The inputs of all data sets, in drawing order.
    pub inputs: Vec<InputReport>,
    /// The panels with the same axes, in their order; none of one alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub panels: Vec<PanelReport>,
    /// The enlarged part, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inset: Option<InsetReport>,
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

impl Report {
    /// Adds a data set, and its rows to those of all.
    pub fn add(&mut self, series: SeriesReport) {
        self.rows += series.rows;
        self.outside += series.outside;
        for own in &series.invalid {
            match self.invalid.iter_mut().find(|all| all.reason == own.reason) {
                Some(all) => all.rows += own.rows,
                None => self.invalid.push(own.clone()),
            }
        }
        self.invalid.sort_by_key(|invalid| invalid.reason);
        self.inputs.extend_from_slice(&series.inputs);
        self.series.push(series);
    }

    /// Adds the rows of a data set on each canvas: of each panel, or of the plot and of its inset.
    pub fn add_panels(&mut self, rows: impl Iterator<Item = Rows>) {
        for (number, own) in rows.enumerate() {
            match (self.panels.get_mut(number), &mut self.inset) {
                (Some(panel), _) => panel.rows += own,
                (None, Some(inset)) if number == 1 => inset.drawn += own.drawn,
                _ => {}
            }
        }
    }

    /// Forgets the rows of a run that begins again.
    pub fn forget_rows(&mut self) {
        self.panels.iter_mut().for_each(|panel| panel.rows = Rows::default());
        self.inset.iter_mut().for_each(|inset| inset.drawn = 0);
        (self.rows, self.outside) = Default::default();
        self.invalid.clear();
        self.inputs.clear();
        self.series.clear();
    }
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
