//! `pointillist plot`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use pointillist::output::Destination;
use pointillist::reduce::Reduction;
use pointillist::run::{self, Job};
use pointillist::source::dataset::{Choice, Options};
use pointillist::source::format::Format;
use pointillist::source::raw::RawLayout;
use pointillist::spec::{
    AlphaSpec, AxisSpec, BackendChoice, ColorSpec, DensitySpec, EngineSpec, Limits, PointsSpec, Spec,
};
use pointillist::stamp::Marker;

use super::options::{ColorArgs, FigureArgs, Switch};
use super::terminal::{self, ProgressWhen, Terminal};
use super::value::{self, AxisKind, Diameter};

/// The marks that can be chosen.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum MarkerName {
    Pixel,
    Circle,
    Square,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum BackendName {
    Auto,
    Cpu,
    Gpu,
}

impl From<BackendName> for BackendChoice {
    fn from(name: BackendName) -> Self {
        match name {
            BackendName::Auto => Self::Auto,
            BackendName::Cpu => Self::Cpu,
            BackendName::Gpu => Self::Gpu,
        }
    }
}

#[derive(Debug, ClapArgs)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// Files of points, drawn in the order given: names, patterns like 'data/*.parquet' (numbers in names in order),
    /// file.npz:x for an array of an archive; "-" is standard input, "synthetic:gaussians:100M:seed=7" makes points
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// Column of x, by name or 0-based number
    #[arg(short, value_name = "COL")]
    x: String,
    /// Column of y, by name or 0-based number
    #[arg(short, value_name = "COL")]
    y: String,
    /// The picture; "-" is standard output
    #[arg(short, long, value_name = "PNG")]
    output: String,

    /// Format of the inputs: csv, tsv, parquet, npy, npz, las (default: by extension, else by content)
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    format: Option<Format>,
    /// Inputs are raw little-endian records of equal numbers, like f32x2 or i64x3
    #[arg(long, value_name = "TYPExN", help_heading = "Input", conflicts_with = "format")]
    raw: Option<RawLayout>,
    /// End the data set after its first N rows
    #[arg(long, value_name = "N", value_parser = value::rows, help_heading = "Input")]
    head: Option<u64>,
    /// Keep rows 0, N, 2N, .. of the data set and count the others as filtered
    #[arg(long, value_name = "N", value_parser = value::rows, help_heading = "Input")]
    every: Option<u64>,
    /// Fail on text that is no number instead of counting the row as invalid
    #[arg(long, help_heading = "Input")]
    strict: bool,

    /// Width of the figure in pixels
    #[arg(long, value_name = "PX", default_value_t = 1024, help_heading = "View")]
    width: u32,
    /// Height of the figure in pixels
    #[arg(long, value_name = "PX", default_value_t = 768, help_heading = "View")]
    height: u32,
    /// Limits of x, numbers or ISO 8601 times; B below A reverses the axis (default: the data's extent,
    /// + 5 % a side for points)
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, help_heading = "View")]
    xlim: Option<Limits>,
    /// Limits of y
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, help_heading = "View")]
    ylim: Option<Limits>,
    /// Kind of the x axis (default: time for times, else linear)
    #[arg(long, value_name = "KIND", help_heading = "View")]
    xscale: Option<AxisKind>,
    /// Kind of the y axis
    #[arg(long, value_name = "KIND", help_heading = "View")]
    yscale: Option<AxisKind>,
    #[command(flatten)]
    figure: FigureArgs,

    /// Colour of the points, or the column that gives it: a number by colormap, a text by palette
    /// (col:NAME and css:NAME where a word is both) (default: #1f77b4)
    #[arg(long, value_name = "CSS|COL", value_parser = value::color, conflicts_with = "rgb", help_heading = "Points")]
    color: Option<ColorSpec>,
    /// Columns of red, green, blue and perhaps alpha: floats 0..1 or integers 0..255
    #[arg(long, value_name = "R,G,B[,A]", value_delimiter = ',', help_heading = "Points")]
    rgb: Option<Vec<String>>,
    /// Opacity of a point, or the column that gives it (col:NAME for a name that is a number)
    #[arg(long, value_name = "A|COL", value_parser = value::alpha, default_value = "1", help_heading = "Points")]
    alpha: AlphaSpec,
    /// Diameter of a point: pixels (0.1 to 256), or 2pt
    #[arg(long, value_name = "PX", value_parser = value::diameter, default_value = "3", help_heading = "Points")]
    size: Diameter,
    /// Shape of a point
    #[arg(long, value_name = "SHAPE", default_value = "circle", help_heading = "Points")]
    marker: MarkerName,
    /// Smooth edges (default: on, off for pixel and square)
    #[arg(long, value_name = "on|off", help_heading = "Points")]
    aa: Option<Switch>,

    /// Reduce rows pixel by pixel instead of drawing points: count, any, sum:COL, mean:COL, min:COL, max:COL, var:COL,
    /// std:COL, first:COL, last:COL, by:COL (counts by category). Given more than once, the first is the picture and
    /// --raster holds all
    #[arg(long, value_name = "R", value_parser = value::reduction, help_heading = "Density",
        conflicts_with_all = ["color", "rgb", "alpha", "size", "marker", "aa"])]
    reduce: Vec<Reduction>,
    /// Range of the values that are reduced; a value outside makes its row invalid (default: the column's extent)
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, requires = "reduce",
        help_heading = "Density")]
    value_range: Option<Limits>,
    /// Categories that by:COL counts, in this order; all others are one (default: the most frequent)
    #[arg(long, value_name = "A,B,..", value_delimiter = ',', requires = "reduce", help_heading = "Density")]
    categories: Option<Vec<String>>,

    #[command(flatten)]
    colors: ColorArgs,

    /// Who draws: auto takes a hardware GPU where the job gains by it
    #[arg(long, value_name = "NAME", default_value = "auto", help_heading = "Engine")]
    backend: BackendName,
    /// GPU adapter by name or index ('pointillist doctor' lists them)
    #[arg(long, value_name = "NAME|INDEX", help_heading = "Engine")]
    adapter: Option<String>,
    /// How a GPU counts single pixels: instanced (drawn) or add (computed) (default: drawn for points, computed for
    /// densities)
    #[arg(long, value_name = "NAME", help_heading = "Engine")]
    gpu_kernel: Option<String>,
    /// Threads (default: all cores); the picture does not depend on it
    #[arg(long, value_name = "N", help_heading = "Engine")]
    threads: Option<usize>,
    /// Rows read at a time, or all; the picture does not depend on it
    #[arg(long, value_name = "N", value_parser = value::positive_count, default_value = "131072", help_heading = "Engine")]
    chunk_rows: u64,
    /// Refuse a plan that holds more than this, like 512M
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, help_heading = "Engine")]
    max_memory: Option<u64>,
    /// Refuse a figure of more pixels than this
    #[arg(long, value_name = "PIXELS", value_parser = value::count, default_value = "268435456",
        help_heading = "Engine")]
    max_area: u64,
    /// Folder that keeps a pipe for its second reading (default: that of the output)
    #[arg(long, value_name = "DIR", help_heading = "Engine")]
    spool: Option<PathBuf>,
    /// The most that a pipe may take there
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, default_value = "20G", help_heading = "Engine")]
    spool_limit: u64,

    /// The numbers of a density, or the counts of points, as NumPy arrays (height, width), row 0 on top: counts u64, others
    /// f64 with NaN where no row fell, times in steps of the column's own unit; several and by:COL into an .npz
    #[arg(long, value_name = "NPY|NPZ", help_heading = "Outputs")]
    raster: Option<String>,
    /// The canvas, for 'pointillist shade': the same picture under another norm, colormap or title without the data
    #[arg(long, value_name = "CANVAS", help_heading = "Outputs")]
    canvas: Option<String>,
    /// Counts, timings and memory as JSON
    #[arg(long, value_name = "JSON", help_heading = "Outputs")]
    report: Option<String>,
    /// Progress on standard error
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Outputs")]
    progress: ProgressWhen,
    /// Say what would be drawn, on what, with how much memory; draw nothing
    #[arg(long, help_heading = "Outputs")]
    explain: bool,
}

/// Draws.
pub(super) fn run(args: Args) -> anyhow::Result<()> {
    let mut terminal = Terminal::new(args.progress);
    let explains_only = args.explain;
    let output = args.output.clone();
    let outcome = run::run(&job(args)?, &mut terminal)?;
    if explains_only {
        terminal::print(&outcome.explanation);
    } else {
        terminal.close(&output, &outcome);
    }
    Ok(())
}

fn job(args: Args) -> anyhow::Result<Job> {
    let spool_folder = args.spool.clone();
    let choice = Choice::new(args.head, args.every)?;
    Ok(Job {
        x: args.x.clone(),
        y: args.y.clone(),
        options: Options { format: args.raw.map(Format::Raw).or_else(|| args.format.clone()), choice },
        is_strict: args.strict,
        output: Destination::from_text(&args.output),
        raster: args.raster.as_deref().map(Destination::from_text),
        canvas: args.canvas.as_deref().map(Destination::from_text),
        report: args.report.as_deref().map(Destination::from_text),
        spool_folder,
        spool_limit_bytes: args.spool_limit,
        explains_only: args.explain,
        inputs: args.inputs.clone(),
        spec: spec(args),
    })
}

fn spec(args: Args) -> Spec {
    let marker = match args.marker {
        MarkerName::Pixel => Marker::Pixel,
        MarkerName::Circle => Marker::Circle,
        MarkerName::Square => Marker::Square,
    };
    let defaults = PointsSpec::default();
    let density = (!args.reduce.is_empty()).then_some(DensitySpec {
        reductions: args.reduce,
        value_range: args.value_range,
        categories: args.categories,
    });
    let dpi = args.figure.dpi();
    let (x_label, y_label) = args.figure.labels();
    Spec {
        x: AxisSpec { limits: args.xlim, scale: args.xscale.map(Into::into), label: x_label },
        y: AxisSpec { limits: args.ylim, scale: args.yscale.map(Into::into), label: y_label },
        points: PointsSpec {
            marker,
            size_px: args.size.px(dpi),
            is_antialiased: args.aa.map(Switch::is_on),
            color: args.rgb.map(ColorSpec::Rgb).or(args.color).unwrap_or(defaults.color),
            alpha: args.alpha,
        },
        density,
        colors: args.colors.options(),
        figure: args.figure.options(args.width, args.height),
        engine: EngineSpec {
            backend: args.backend.into(),
            adapter: args.adapter,
            gpu_kernel: args.gpu_kernel,
            threads: args.threads,
            chunk_rows: usize::try_from(args.chunk_rows).unwrap_or(usize::MAX),
            max_memory_bytes: args.max_memory,
            max_area_px: args.max_area,
        },
    }
}
