//! One run, its picture, and what several runs come to.
//!
//! Rows are in memory before anything is timed. What counts as drawing is the time from values to the canvas, out of the
//! run's own report: encoding, drawing, fetching the canvas. Opening the backend, and making the picture of the canvas, are
//! told apart.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::cases::{Case, DataCases};
use super::{CaseResult, Request, Rows};
use crate::document::Format;
use crate::error::{Error, Result};
use crate::litter::Litter;
use crate::output::Destination;
use crate::picture;
use crate::report::Seconds;
use crate::run::{self, DataSeries, Job, Watch};
use crate::source::dataset::{DataSet, Options};
use crate::source::kept::Kept;
use crate::spec::{BackendChoice, DEFAULT_CHUNK_ROWS, EngineSpec};
use crate::stop::Stop;

/// A spread beyond this share of the median is told: the machine had other things to do.
const NOISY: f64 = 0.3;

/// Medians below this many seconds are not looked at: clocks and schedulers have their own noise.
const TELLING_SECS: f64 = 0.005;

/// Takes what nobody wants to keep, without a disk in between.
const NOWHERE: &str = "/dev/null";

/// Who draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The CPU.
    Cpu,
    /// A GPU, or the software driver that stands in for one.
    Gpu,
}

/// What one run came to.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// `exact` or `close`.
    pub class: String,
    /// What drew.
    pub description: String,
    /// Rows in all.
    pub rows: u64,
    /// Rows drawn.
    pub rows_drawn: u64,
    /// Seconds by stage.
    pub seconds: Seconds,
}

impl Drawn {
    /// From values to the canvas.
    fn drawing_secs(&self) -> f64 {
        self.seconds.encode + self.seconds.draw + self.seconds.readback
    }
}

/// What draws cases.
pub trait Draw {
    /// Makes the rows of a data set ready; the one before is let go.
    ///
    /// # Errors
    /// When they cannot be read.
    fn load(&mut self, data: &DataCases) -> Result<Rows>;

    /// Bytes of the values that a case encodes.
    fn bytes(&self, case: &Case) -> u64;

    /// Draws a case and keeps its picture until the next one of the side.
    ///
    /// # Errors
    /// When it cannot be drawn; kind GPU without a usable GPU.
    fn picture(&mut self, case: &Case, side: Side) -> Result<(PathBuf, Drawn)>;

    /// Draws a case for its times alone.
    ///
    /// # Errors
    /// As [`Draw::picture`].
    fn time(&mut self, case: &Case, side: Side) -> Result<Drawn>;
}

/// The program itself.
pub(super) struct Runs {
    _litter: Litter,
    folder: tempfile::TempDir,
    engine: EngineSpec,
    most_kept_bytes: u64,
    open: Option<Open>,
}

struct Open {
    data: DataSet,
    kept: Option<Kept>,
    inputs: Vec<String>,
    xy: [String; 2],
}

struct Silent;

impl Watch for Silent {
    fn note(&mut self, _: &str) {}
    fn begin(&mut self, _: &str, _: Option<u64>) {}
    fn advance(&mut self, _: u64) {}
    fn end(&mut self) {}
}

impl Runs {
    pub(super) fn new(request: &Request) -> Result<Self> {
        let folder =
            tempfile::tempdir().map_err(|source| Error::output("no temporary folder can be made").because(source))?;
        let litter = Litter::mark(folder.path());
        let (engine, most_kept_bytes) = (request.engine.clone(), request.most_kept_bytes);
        Ok(Self { _litter: litter, folder, engine, most_kept_bytes, open: None })
    }

    fn run(&self, case: &Case, side: Side, picture: &Path) -> Result<Drawn> {
        let open = self.open.as_ref().ok_or_else(|| Error::usage("there is no data set"))?;
        let mut spec = case.spec.clone();
        spec.engine = self.engine.clone();
        spec.engine.backend = match side {
            Side::Cpu => BackendChoice::Cpu,
            Side::Gpu => BackendChoice::Gpu,
        };
        let [x, y] = open.xy.clone();
        let job = Job {
            format: Format::Png,
            series: vec![DataSeries {
                inputs: open.inputs.clone(),
                options: Options::default(),
                x,
                y,
                label: None,
                spec,
            }],
            is_strict: false,
            output: Destination::Path(picture.to_owned()),
            raster: None,
            canvas: None,
            report: None,
            plot_file: None,
            spool_folder: None,
            spool_limit_bytes: 0,
            explains_only: false,
            stop: Stop::default(),
            draws_partial: false,
        };
        let report = run::run_with(&job, &|_, _| Ok(open.data.clone()), &mut Silent)?.report;
        if let Some(restart) = report.restarts.first() {
            // The picture is right, but a time with a second beginning is nobody's.
            return Err(Error::gpu(format!("the GPU failed while it was measured: {}", restart.reason))
                .hint("measure again, or the CPU alone: --backend cpu"));
        }
        Ok(Drawn {
            class: report.class,
            description: report.adapter,
            rows: report.rows.total,
            rows_drawn: report.rows.drawn,
            seconds: report.seconds,
        })
    }
}

impl Draw for Runs {
    fn load(&mut self, group: &DataCases) -> Result<Rows> {
        self.open = None;
        let start = Instant::now();
        let data = DataSet::open(&group.inputs, &Options::default())?;
        let mut columns = Vec::new();
        for name in group.cases.iter().flat_map(|case| &case.columns) {
            let column = data.column(name)?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        let kept = Kept::read(&data, &columns, DEFAULT_CHUNK_ROWS, self.most_kept_bytes)?;
        if kept.is_none() && !data.can_reread() {
            return Err(Error::usage("a pipe is read once, and its rows need more memory than --keep allows")
                .hint("raise --keep, or name a file"));
        }
        let kept_bytes = kept.as_ref().map(|kept| columns.iter().map(|column| kept.column_bytes(*column)).sum::<u64>());
        let data = match &kept {
            Some(kept) => DataSet::of(vec![Arc::new(kept.clone())])?,
            None => data,
        };
        let rows = data.rows().unwrap_or(0);
        self.open = Some(Open { data, kept, inputs: group.inputs.clone(), xy: group.xy.clone() });
        Ok(Rows { name: group.name.clone(), rows, kept_bytes, load_secs: start.elapsed().as_secs_f64() })
    }

    fn bytes(&self, case: &Case) -> u64 {
        let Some(Open { data, kept: Some(kept), .. }) = &self.open else { return 0 };
        case.columns.iter().filter_map(|name| data.column(name).ok()).map(|column| kept.column_bytes(column)).sum()
    }

    fn picture(&mut self, case: &Case, side: Side) -> Result<(PathBuf, Drawn)> {
        let name = match side {
            Side::Cpu => "cpu.png",
            Side::Gpu => "gpu.png",
        };
        let path = self.folder.path().join(name);
        let drawn = self.run(case, side, &path)?;
        Ok((path, drawn))
    }

    fn time(&mut self, case: &Case, side: Side) -> Result<Drawn> {
        self.run(case, side, Path::new(NOWHERE))
    }
}

/// How two pictures of one case compare.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Equality {
    /// All pixels are equal.
    pub is_equal: bool,
    /// They differ by no more than their class allows: exact not at all, close by 1/255 a channel.
    pub is_allowed: bool,
    /// The largest difference of a channel, in 1/255; 255 where the sizes differ.
    pub largest_difference: u8,
    /// The share of pixels that are equal.
    pub equal_share: f64,
}

/// Compares two pictures by their class.
///
/// # Errors
/// An input error when one cannot be read.
pub(super) fn compare(cpu: &Path, gpu: &Path, class: &str) -> Result<Equality> {
    let (cpu, gpu) = (picture::read_png(cpu)?, picture::read_png(gpu)?);
    if cpu.dimensions() != gpu.dimensions() {
        return Ok(Equality { is_equal: false, is_allowed: false, largest_difference: u8::MAX, equal_share: 0.0 });
    }
    let differences =
        cpu.pixels().zip(gpu.pixels()).map(|(a, b)| a.0.iter().zip(b.0).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0));
    let (mut largest, mut equal) = (0, 0_u64);
    for difference in differences {
        largest = largest.max(difference);
        equal += u64::from(difference == 0);
    }
    Ok(Equality {
        is_equal: largest == 0,
        is_allowed: largest <= u8::from(class != "exact"),
        largest_difference: largest,
        equal_share: equal as f64 / (f64::from(cpu.width()) * f64::from(cpu.height())),
    })
}

/// Several measurements of one thing, in seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The middle one; the mean of the two in the middle of an even number.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The median of the distances from the median.
    pub mad: f64,
    /// All of them, in the order of the runs.
    pub runs: Vec<f64>,
}

impl Spread {
    /// Of at least one measurement; of none everything is 0.
    #[must_use]
    pub fn of(runs: Vec<f64>) -> Self {
        let middle = median(&runs);
        let (min, max) = runs.iter().fold((f64::INFINITY, 0.0_f64), |(min, max), run| (min.min(*run), max.max(*run)));
        let distances: Vec<f64> = runs.iter().map(|run| (run - middle).abs()).collect();
        Self { median: middle, min: min.min(max), max, mad: median(&distances), runs }
    }

    /// From the smallest to the largest, as a share of the median.
    fn share(&self) -> f64 {
        if self.median > 0.0 { (self.max - self.min) / self.median } else { 0.0 }
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        len if len.is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// What the runs of one case on one backend come to.
#[derive(Clone, Debug, Serialize)]
pub struct Timing {
    /// `cpu`, `gpu`, or `software` for a driver that draws on the processor.
    pub backend: &'static str,
    /// What drew.
    pub description: String,
    /// From values to the canvas: encode + draw + readback.
    pub draw_secs: Spread,
    /// Opening the backend: on a GPU the device and its pipelines.
    pub start_secs: Spread,
    /// From the canvas to the bytes of a PNG that is thrown away.
    pub picture_secs: Spread,
    /// Rows a second in the median run's drawing.
    pub rows_per_second: f64,
    /// Bytes of values a second; absent where the rows are not in memory.
    pub bytes_per_second: Option<f64>,
    /// The most memory during these runs, the rows that are kept included; absent where the system does not say.
    pub peak_rss_bytes: Option<u64>,
    /// Seconds by stage, each the median of its own.
    pub stages: Seconds,
}

impl Timing {
    /// Of at least one run.
    pub(super) fn of(backend: &'static str, runs: Vec<Drawn>, bytes: Option<u64>, peak_rss_bytes: Option<u64>) -> Self {
        let spread = |secs: &dyn Fn(&Drawn) -> f64| Spread::of(runs.iter().map(secs).collect());
        let stage = |secs: &dyn Fn(&Seconds) -> f64| spread(&|run| secs(&run.seconds)).median;
        let draw_secs = spread(&Drawn::drawing_secs);
        let rows = runs.first().map_or(0, |run| run.rows);
        let each_second = |count: u64| count as f64 / draw_secs.median.max(1e-9);
        Self {
            backend,
            description: runs.first().map_or_else(String::new, |run| run.description.clone()),
            start_secs: spread(&|run| run.seconds.backend),
            picture_secs: spread(&|run| run.seconds.shade + run.seconds.png),
            rows_per_second: each_second(rows),
            bytes_per_second: bytes.map(each_second),
            peak_rss_bytes,
            stages: Seconds {
                open: stage(&|secs| secs.open),
                survey: stage(&|secs| secs.survey),
                read: stage(&|secs| secs.read),
                encode: stage(&|secs| secs.encode),
                draw: stage(&|secs| secs.draw),
                readback: stage(&|secs| secs.readback),
                gpu: runs.first().and_then(|run| run.seconds.gpu).map(|_| stage(&|secs| secs.gpu.unwrap_or_default())),
                backend: stage(&|secs| secs.backend),
                figure: stage(&|secs| secs.figure),
                shade: stage(&|secs| secs.shade),
                png: stage(&|secs| secs.png),
                total: stage(&|secs| secs.total),
            },
            draw_secs,
        }
    }
}

/// A line where times of one thing differ so much that something else must have run.
pub(super) fn noise(cases: &[CaseResult]) -> Option<String> {
    let all = || cases.iter().flat_map(|case| case.timings.iter().map(|timing| (&case.name, timing)));
    let spreads =
        |(_, timing): &(&String, &Timing)| timing.draw_secs.median >= TELLING_SECS && timing.draw_secs.share() > NOISY;
    let noisy = all().filter(spreads).count();
    let (name, worst) = all().filter(spreads).max_by(|a, b| a.1.draw_secs.share().total_cmp(&b.1.draw_secs.share()))?;
    Some(format!(
        "noisy machine: {noisy} of {} timings spread by more than {:.0} % of their median, {name} on {} most, by {:.0} %; \
         close other programs, or raise --repeats",
        all().count(),
        100.0 * NOISY,
        worst.backend,
        100.0 * worst.draw_secs.share(),
    ))
}
