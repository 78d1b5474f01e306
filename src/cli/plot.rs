//! `pointillist plot`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum, ValueHint};
use pointillist::Error;
use pointillist::color::palette;
use pointillist::output::{self, Destination};
use pointillist::report::Ending;
use pointillist::run::{self, DataSeries, Job};
use pointillist::scale::Kind;
use pointillist::spec::{AxisSpec, BackendChoice, ColorSpec, EngineSpec, Limits, Spec};

use super::document::{FormatArgs, name_note, refuse_shown};
use super::look::LookArgs;
use super::options::FigureArgs;
use super::panels::PanelArgs;
use super::places::SizeArgs;
use super::plot_file::PlotFileArgs;
use super::preview::{ShowArgs, Target, refuse_screen};
use super::series::{self, InputArgs};
use super::signals;
use super::terminal::{self, ProgressWhen, Terminal};
use super::value;

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
    #[command(flatten)]
    input: InputArgs,
    /// The picture, a PNG, or by its extension an SVG or a PDF; "-" is standard output
    #[arg(short, long, value_name = "PICTURE", required_unless_present = "show", value_hint = ValueHint::FilePath)]
    output: Option<String>,

    /// One more data set in the same axes, drawn over those before: its inputs, columns and options of points, densities,
    /// colours and label, quoted as one text like "b.csv -x t -y w --color red". May be repeated
    #[arg(long, value_name = "\"INPUT.. -x COL -y COL ..\"", allow_hyphen_values = true, help_heading = "Input")]
    series: Vec<String>,
    /// Fail on text that is no number instead of counting the row as invalid
    #[arg(long, help_heading = "Input")]
    strict: bool,

    #[command(flatten)]
    size: SizeArgs,
    /// Limits of x, numbers or ISO 8601 times; B below A reverses the axis (default: the data's extent,
    /// + 5 % a side for points)
    ///
    /// On times, 2024, 2024-02 and 20240229 are dates; other integers of five digits or more count the column's steps
    /// from 1970 on.
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, help_heading = "View")]
    xlim: Option<Limits>,
    /// Limits of y
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, help_heading = "View")]
    ylim: Option<Limits>,
    /// Kind of the x axis: linear, log, symlog[=T] (linear up to T on both sides of 0, by default a thousandth of the
    /// largest limit), time (default: time for times, else linear)
    #[arg(long, value_name = "KIND", value_parser = value::axis_kinds(), hide_possible_values = true, help_heading = "View")]
    xscale: Option<Kind>,
    /// Kind of the y axis
    #[arg(long, value_name = "KIND", value_parser = value::axis_kinds(), hide_possible_values = true, help_heading = "View")]
    yscale: Option<Kind>,
    #[command(flatten)]
    figure: FigureArgs,
    #[command(flatten)]
    panels: PanelArgs,

    #[command(flatten)]
    look: LookArgs,

    /// Who draws: auto takes a hardware GPU where the job gains by it
    #[arg(long, value_name = "NAME", default_value = "auto", help_heading = "Engine")]
    backend: BackendName,
    /// GPU adapter by name or index ('pointillist doctor' lists them)
    #[arg(long, value_name = "NAME|INDEX", help_heading = "Engine")]
    adapter: Option<String>,
    /// How a GPU draws: instanced or blocked, or computes: tiles (markers) or add (single pixels)
    ///
    /// The default is drawn for points, computed for densities.
    #[arg(long, value_name = "NAME", help_heading = "Engine")]
    gpu_kernel: Option<String>,
    /// Threads (default: all cores); the picture does not depend on it
    #[arg(long, value_name = "N", value_parser = value::threads, help_heading = "Engine")]
    threads: Option<usize>,
    /// Rows read at a time, like 64k, or all; the picture does not depend on it
    #[arg(long, value_name = "N", value_parser = value::chunk_rows, default_value = "131072", help_heading = "Engine")]
    chunk_rows: u64,
    /// Refuse a plan that holds more than this, like 512M or 4GiB
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, help_heading = "Engine")]
    max_memory: Option<u64>,
    /// Refuse a figure of more pixels than this, like 1G (default: 268M, a square of 16384)
    #[arg(long, value_name = "PIXELS", value_parser = value::count, default_value = "268435456",
        hide_default_value = true, help_heading = "Engine")]
    max_area: u64,
    /// Folder that keeps a pipe for its second reading (default: that of the output)
    #[arg(long, value_name = "DIR", help_heading = "Engine")]
    spool: Option<PathBuf>,
    /// The most that a pipe may take there
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, default_value = "20G", help_heading = "Engine")]
    spool_limit: u64,

    /// The numbers of a density, or the counts of points, as NumPy arrays
    ///
    /// Arrays (height, width), row 0 on top: counts u64, others f64 with NaN where no row fell, times in steps of the
    /// column's own unit. Several, and by:COL, go into an .npz.
    #[arg(long, value_name = "NPY|NPZ", help_heading = "Outputs")]
    raster: Option<String>,
    /// The canvas, which 'pointillist shade' shows again under another norm, colormap or title
    #[arg(long, value_name = "CANVAS", help_heading = "Outputs")]
    canvas: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    show: ShowArgs,
    /// Counts, timings and memory as JSON
    #[arg(long, value_name = "JSON", help_heading = "Outputs")]
    report: Option<String>,
    /// Progress on standard error
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Outputs")]
    progress: ProgressWhen,
    /// Interrupted (Ctrl-C, TERM, HUP) while it draws, finish the picture with the rows that have come and a line on the figure
    /// that says so, instead of writing nothing; a second signal ends it at once
    ///
    /// Of a pipe that is looked at for its limits first, what has come is drawn; of a file nothing has been drawn by then:
    /// --xlim and --ylim make that reading needless.
    #[arg(long, help_heading = "Outputs")]
    partial: bool,
    /// Say what would be drawn, on what, with how much memory; draw nothing
    #[arg(long, help_heading = "Outputs")]
    explain: bool,
    #[command(flatten)]
    pub(super) plot_file: PlotFileArgs,
}

/// Draws.
pub(super) fn run(mut args: Args) -> anyhow::Result<()> {
    let mut terminal = Terminal::new(args.progress);
    let explains_only = args.explain;
    let others = [args.raster.as_deref(), args.canvas.as_deref(), args.report.as_deref()];
    if !explains_only {
        let [raster, canvas, _] = others;
        for (option, output) in [("-o", args.output.as_deref()), ("--raster", raster), ("--canvas", canvas)] {
            refuse_screen(option, output)?;
        }
    }
    let target = Target::new(args.output.as_deref(), args.show, &others)?;
    let plot_file = args.plot_file.take();
    let mut job = job(args, &target)?;
    refuse_shown(job.format, target.is_shown())?;
    plot_file.check(&job)?;
    job.plot_file = plot_file.beside_picture(&job);
    for note in notes(&job) {
        terminal::error_line(&note);
    }
    let outcome = run::run(&job, &mut terminal)?;
    if outcome.report.ending == Ending::Partial {
        signals::note_partial();
    }
    plot_file.publish(&job)?;
    if explains_only && plot_file.is_on_stdout() {
        // What a program reads there is the plot file alone.
        outcome.explanation.lines().for_each(terminal::error_line);
    } else if explains_only {
        terminal::print_lines(&outcome.explanation)?;
    } else {
        target.show()?;
        terminal.close(target.name(), &outcome);
    }
    Ok(())
}

/// What is asked for and not done.
fn notes(job: &Job) -> Vec<String> {
    let mut notes = Vec::new();
    let outputs = [("--raster", &job.raster), ("--canvas", &job.canvas), ("--report", &job.report)];
    let all = outputs.iter().filter_map(|(_, output)| output.as_ref()).chain([&job.output]);
    if !job.explains_only && all.into_iter().any(Destination::is_lost) {
        notes.push("standard output is closed (or the null device): what goes there is kept nowhere".to_owned());
    }
    let asked: Vec<&str> = outputs.iter().filter(|(_, output)| output.is_some()).map(|(option, _)| *option).collect();
    if job.explains_only && !asked.is_empty() {
        notes.push(format!("--explain draws nothing and leaves out {}", asked.join(" and ")));
    }
    notes.extend(name_note(&job.output, job.format).filter(|_| !job.explains_only));
    notes
}

fn job(args: Args, target: &Target) -> Result<Job, Error> {
    let Args { input, look, series: texts, .. } = args;
    let mut typed = Vec::new();
    if input.inputs.is_empty() {
        if look.has_color_options() {
            return Err(Error::usage("options of colours come with no INPUT")
                .hint("put them into the quotes of --series, or give an INPUT of their own"));
        }
    } else {
        typed.push((input, look));
    }
    for text in &texts {
        let series::SeriesArgs { input, look, .. } = series::parse(text, typed.len() + 1)?;
        typed.push((input, look));
    }
    let dpi = args.figure.dpi();
    let (x_label, y_label) = args.figure.labels();
    let figure_inputs = args.figure.inputs();
    let around = Spec {
        x: AxisSpec { limits: args.xlim, scale: args.xscale, label: x_label },
        y: AxisSpec { limits: args.ylim, scale: args.yscale, label: y_label },
        figure: args.figure.options(Some(&args.size))?,
        panels: args.panels.spec(),
        engine: EngineSpec {
            backend: args.backend.into(),
            adapter: args.adapter,
            gpu_kernel: args.gpu_kernel,
            threads: args.threads,
            chunk_rows: usize::try_from(args.chunk_rows).unwrap_or(usize::MAX),
            max_memory_bytes: args.max_memory,
            max_area_px: args.max_area,
        },
        ..Spec::default()
    };
    let mut colors_taken = 0;
    let data_series = |(input, look): (InputArgs, LookArgs)| {
        let color = palette::color_of(colors_taken, colors_taken + 1);
        colors_taken += usize::from(look.takes_default_color());
        Ok(DataSeries {
            options: input.options()?,
            spec: look.spec(&around, dpi, ColorSpec::Css(color)),
            inputs: input.inputs,
            x: input.x.unwrap_or_default(),
            y: input.y.unwrap_or_default(),
            label: input.label,
        })
    };
    let job = Job {
        series: typed.into_iter().map(data_series).collect::<Result<_, Error>>()?,
        is_strict: args.strict,
        format: args.format.format(&target.destination()),
        output: target.destination(),
        raster: args.raster.as_deref().map(Destination::from_text),
        canvas: args.canvas.as_deref().map(Destination::from_text),
        report: args.report.as_deref().map(Destination::from_text),
        plot_file: None,
        spool_folder: args.spool,
        spool_limit_bytes: args.spool_limit,
        explains_only: args.explain,
        stop: signals::run_stop(args.partial),
        draws_partial: args.partial,
    };
    let outputs = [Some(&job.output), job.raster.as_ref(), job.canvas.as_ref(), job.report.as_ref()];
    output::check_all(&outputs.into_iter().flatten().collect::<Vec<_>>(), &figure_inputs)?;
    Ok(job)
}
