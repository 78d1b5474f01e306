//! The same picture on both backends: first whether it is the same, then how long each stage takes.
//!
//! Owns the scenes, the comparison and the medians; printing is the command's. A software adapter is called software,
//! and unequal pictures give no times.

use std::path::Path;

use serde::Serialize;

use crate::color::Rgba8;
use crate::error::{Error, Result};
use crate::output::Destination;
use crate::picture;
use crate::reduce::{Reduction, Statistic};
use crate::report::Report;
use crate::run::{self, DataSeries, Job, Watch};
use crate::source::dataset::Options;
use crate::spec::{AlphaSpec, BackendChoice, ColorSpec, DensitySpec, Limits, Spec};
use crate::stamp::Marker;

/// What is measured.
#[derive(Clone, Debug)]
pub struct Request {
    /// The input.
    pub input: String,
    /// The columns of x, y and a value.
    pub columns: [String; 3],
    /// Limits of both axes.
    pub limits: Option<(Limits, Limits)>,
    /// How often each job runs; the median counts.
    pub runs: usize,
    /// Threads, adapter.
    pub engine: crate::spec::EngineSpec,
}

/// Medians of one backend on one scene.
#[derive(Clone, Debug, Serialize)]
pub struct Timing {
    /// What drew.
    pub description: String,
    /// Seconds of the stages in the median run.
    pub seconds: crate::report::Seconds,
    /// Smallest and largest total.
    pub total_range_secs: [f64; 2],
    /// Rows a second over encoding, drawing and readback.
    pub points_per_second: f64,
    /// The most memory so far.
    pub peak_rss_bytes: Option<u64>,
}

/// One scene on both backends.
#[derive(Clone, Debug, Serialize)]
pub struct SceneResult {
    /// What was drawn.
    pub scene: String,
    /// `exact` or `close`.
    pub class: String,
    /// Rows drawn.
    pub rows_drawn: u64,
    /// Whether the PNGs are the same bytes; absent with one backend.
    pub is_equal: Option<bool>,
    /// The largest difference of a channel, in 1/255.
    pub largest_difference: Option<u8>,
    /// The share of pixels that are equal.
    pub equal_share: Option<f64>,
    /// The CPU's times.
    pub cpu: Timing,
    /// The GPU's times; absent without an adapter or when the pictures differ by more than their class allows.
    pub gpu: Option<Timing>,
}

/// All scenes.
#[derive(Clone, Debug, Serialize)]
pub struct Bench {
    /// The input.
    pub input: String,
    /// Why there is no GPU, if there is none.
    pub without_gpu: Option<String>,
    /// The scenes.
    pub scenes: Vec<SceneResult>,
}

struct Silent;

impl Watch for Silent {
    fn note(&mut self, _: &str) {}
    fn begin(&mut self, _: &str, _: Option<u64>) {}
    fn advance(&mut self, _: u64) {}
    fn end(&mut self) {}
}

/// The scenes: a name, and what it changes.
fn scenes(value_column: &str) -> Vec<(&'static str, Spec)> {
    let scene = |marker, size_px, alpha, color: ColorSpec| {
        let mut spec = Spec::default();
        spec.points.marker = marker;
        spec.points.size_px = size_px;
        spec.points.alpha = AlphaSpec::Constant(alpha);
        spec.points.color = color;
        spec
    };
    let red = || ColorSpec::Css(Rgba8::opaque(214, 39, 40));
    let density = |reductions: Vec<Reduction>| {
        let reductions = DensitySpec { reductions, value_range: None, categories: None };
        Spec { density: Some(reductions), ..Spec::default() }
    };
    let value = || value_column.to_owned();
    vec![
        ("pixels, one colour", scene(Marker::Pixel, 1.0, 0.1, red())),
        ("5 px discs, one colour, alpha 0.1", scene(Marker::Circle, 5.0, 0.1, red())),
        ("5 px discs by value, alpha 0.1", scene(Marker::Circle, 5.0, 0.1, ColorSpec::Column(value_column.to_owned()))),
        ("5 px squares by value, opaque", scene(Marker::Square, 5.0, 1.0, ColorSpec::Column(value_column.to_owned()))),
        ("density: count", density(vec![Reduction::Count])),
        (
            "density: mean and std of a value",
            density(vec![Reduction::Of(Statistic::Mean, value()), Reduction::Of(Statistic::Std, value())]),
        ),
    ]
}

/// Draws every scene on both backends.
///
/// # Errors
/// When the input cannot be drawn; a missing GPU is no error but a line of the result.
pub fn bench(request: &Request, watch: &mut dyn Watch) -> Result<Bench> {
    let folder =
        tempfile::tempdir().map_err(|source| Error::output("no temporary folder can be made").because(source))?;
    let mut result = Bench { input: request.input.clone(), without_gpu: None, scenes: Vec::new() };
    for (name, spec) in scenes(&request.columns[2]) {
        watch.note(&format!("drawing {name}"));
        let cpu_file = folder.path().join("cpu.png");
        let gpu_file = folder.path().join("gpu.png");
        let (cpu, report) = time(request, &spec, BackendChoice::Cpu, &cpu_file)?;
        let mut scene = SceneResult {
            scene: name.to_owned(),
            class: report.class,
            rows_drawn: report.rows.drawn,
            is_equal: None,
            largest_difference: None,
            equal_share: None,
            cpu,
            gpu: None,
        };
        if result.without_gpu.is_none() {
            match time(request, &spec, BackendChoice::Gpu, &gpu_file) {
                Ok((gpu, _)) => scene.compare(&cpu_file, &gpu_file, gpu)?,
                Err(error) if error.kind() == crate::ErrorKind::Gpu => result.without_gpu = Some(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        result.scenes.push(scene);
    }
    Ok(result)
}

impl SceneResult {
    fn compare(&mut self, cpu: &Path, gpu: &Path, timing: Timing) -> Result<()> {
        let (cpu, gpu) = (picture::read_png(cpu)?, picture::read_png(gpu)?);
        let differences = cpu
            .pixels()
            .zip(gpu.pixels())
            .map(|(a, b)| a.0.iter().zip(b.0).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0));
        let (mut largest, mut equal) = (0, 0_u64);
        for difference in differences {
            largest = largest.max(difference);
            equal += u64::from(difference == 0);
        }
        let allowed = if self.class == "exact" { 0 } else { 1 };
        self.is_equal = Some(largest == 0);
        self.largest_difference = Some(largest);
        self.equal_share = Some(equal as f64 / (f64::from(cpu.width()) * f64::from(cpu.height())));
        self.gpu = (largest <= allowed).then_some(timing);
        Ok(())
    }
}

fn time(request: &Request, spec: &Spec, backend: BackendChoice, output: &Path) -> Result<(Timing, Report)> {
    let mut spec = spec.clone();
    spec.engine = request.engine.clone();
    spec.engine.backend = backend;
    if let Some((x, y)) = &request.limits {
        spec.x.limits = Some(x.clone());
        spec.y.limits = Some(y.clone());
    }
    let [x, y, _] = request.columns.clone();
    let job = Job {
        series: vec![DataSeries {
            inputs: vec![request.input.clone()],
            options: Options::default(),
            x,
            y,
            label: None,
            spec,
        }],
        is_strict: false,
        output: Destination::Path(output.to_owned()),
        raster: None,
        canvas: None,
        report: None,
        spool_folder: None,
        spool_limit_bytes: 0,
        explains_only: false,
    };
    let mut outcomes = Vec::new();
    for _ in 0..request.runs.max(1) {
        outcomes.push(run::run(&job, &mut Silent)?);
    }
    outcomes.sort_by(|a, b| a.report.seconds.total.total_cmp(&b.report.seconds.total));
    let total = |i: usize| outcomes[i].report.seconds.total;
    let range = [total(0), total(outcomes.len() - 1)];
    let median = outcomes.swap_remove(outcomes.len() / 2);
    let seconds = median.report.seconds;
    let drawing = seconds.encode + seconds.draw + seconds.readback;
    let timing = Timing {
        description: median.description,
        seconds,
        total_range_secs: range,
        points_per_second: median.report.rows.total as f64 / drawing.max(1e-9),
        peak_rss_bytes: median.report.peak_rss_bytes,
    };
    Ok((timing, median.report))
}
