//! `pointillist shade`.

use clap::Args as ClapArgs;
use pointillist::output::{self, Destination};
use pointillist::show::{self, Job};
use pointillist::spec::{AxisSpec, EngineSpec, Spec};

use super::document::{FormatArgs, name_note, refuse_shown};
use super::options::{ColorArgs, FigureArgs};
use super::preview::{ShowArgs, Target, refuse_screen};
use super::terminal::{self, ProgressWhen, Terminal};
use super::value;

#[derive(Debug, ClapArgs)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// The canvas that 'pointillist plot --canvas' wrote
    #[arg(value_name = "CANVAS")]
    input: String,
    /// The picture, a PNG, or by its extension an SVG or a PDF; "-" is standard output
    #[arg(short, long, value_name = "PICTURE", required_unless_present = "show")]
    output: Option<String>,

    /// What the data are called in the legend, or before the colorbar's label (default: the --label of the plot)
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    label: Option<String>,
    #[command(flatten)]
    colors: ColorArgs,

    #[command(flatten)]
    figure: FigureArgs,

    /// The canvas's numbers as arrays
    #[arg(long, value_name = "NPY|NPZ", help_heading = "Outputs")]
    raster: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    show: ShowArgs,
    /// Refuse a canvas that takes more memory than this, like 512M
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, default_value = "16G", help_heading = "Engine")]
    max_memory: u64,
}

/// Shows a canvas.
pub(super) fn run(args: Args) -> anyhow::Result<()> {
    let terminal = Terminal::new(ProgressWhen::Never);
    let figure_inputs = args.figure.inputs();
    let (x_label, y_label) = args.figure.labels();
    let spec = Spec {
        x: AxisSpec { label: x_label, ..AxisSpec::default() },
        y: AxisSpec { label: y_label, ..AxisSpec::default() },
        colors: args.colors.options(),
        // The plot area is the canvas's: the figure's size follows from it.
        figure: args.figure.options(None)?,
        engine: EngineSpec { max_memory_bytes: Some(args.max_memory), ..EngineSpec::default() },
        ..Spec::default()
    };
    refuse_screen("-o", args.output.as_deref())?;
    refuse_screen("--raster", args.raster.as_deref())?;
    let target = Target::new(args.output.as_deref(), args.show, &[args.raster.as_deref()])?;
    let job = Job {
        input: args.input,
        label: args.label,
        spec,
        format: args.format.format(&target.destination()),
        output: target.destination(),
        raster: args.raster.as_deref().map(Destination::from_text),
    };
    output::check_all(
        &[Some(&job.output), job.raster.as_ref()].into_iter().flatten().collect::<Vec<_>>(),
        &figure_inputs,
    )?;
    refuse_shown(job.format, target.is_shown())?;
    if let Some(note) = name_note(&job.output, job.format) {
        terminal::error_line(&note);
    }
    let shown = show::show(&job)?;
    target.show()?;
    terminal.close_shown(target.name(), &shown);
    Ok(())
}

impl Terminal {
    /// The closing line, and what there is to say.
    fn close_shown(&self, output: &str, shown: &show::Shown) {
        let rows = &shown.rows;
        terminal::error_line(&format!(
            "{output}: {}x{} px of {} rows: {} drawn, {} outside, {} invalid, {} filtered, {} skipped",
            shown.plot_px.0,
            shown.plot_px.1,
            terminal::grouped(rows.total),
            terminal::grouped(rows.drawn),
            terminal::grouped(rows.outside),
            terminal::grouped(rows.invalid),
            terminal::grouped(rows.filtered),
            terminal::grouped(rows.skipped),
        ));
        for note in &shown.notes {
            terminal::error_line(note);
        }
    }
}
