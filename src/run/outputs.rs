//! The outputs of a run beside the picture: what can be wrong with them before anything is read or drawn, the raster, the
//! canvas file and the report.

use std::time::Instant;

use crate::array;
use crate::canvas::Canvas;
use crate::canvas_file::{self, CanvasFile};
use crate::error::{Error, Result};
use crate::escape::display_json;
use crate::ledger::Rows;
use crate::output::{self, Destination, Pending};
use crate::plan::{Panel, Plan, axes};
use crate::program::Accumulate;
use crate::reduce::Reduction;
use crate::render::{Rendering, Subject};
use crate::report::{Ending, InsetReport, PanelReport, Report, ViewReport, peak_rss_bytes};
use crate::run::early::Stoppable;
use crate::run::{Job, Watch};
use crate::source::dataset::file_of;

/// Outputs can be written, and replace neither an input nor one another; several arrays have an archive to go to.
pub(super) fn check_outputs(job: &Job) -> Result<()> {
    let plot_file = job.plot_file.as_ref().map(|(destination, _)| destination);
    let outputs = [Some(&job.output), job.raster.as_ref(), job.canvas.as_ref(), job.report.as_ref(), plot_file];
    let inputs = job.series.iter().flat_map(|series| &series.inputs);
    let inputs: Vec<String> = inputs.map(|name| file_of(name).to_owned()).collect();
    output::check_all(&outputs.into_iter().flatten().collect::<Vec<_>>(), &inputs)?;
    let reductions = job.spec()?.density.as_ref().map_or(&[][..], |density| &density.reductions);
    let needs_archive = reductions.len() > 1 || matches!(reductions, [Reduction::By(_)]);
    output::check_arrays(job.raster.as_ref(), needs_archive)
}

/// The plot file, where it is asked for.
pub(super) fn write_plot_file(job: &Job) -> Result<Option<Pending>> {
    let written = job.plot_file.as_ref().map(|(destination, text)| {
        destination.prepare(|out| {
            out.write_all(text.as_bytes())
                .map_err(|source| Error::output("the plot file cannot be written").because(source))
        })
    });
    written.transpose()
}

pub(super) fn write_report(destination: &Destination, report: &Report) -> Result<Pending> {
    let text = serde_json::to_string_pretty(report)
        .map_err(|source| Error::output("the report cannot be written").because(source))?;
    destination.prepare(|out| {
        writeln!(out, "{}", display_json(&text))
            .map_err(|source| Error::output("the report cannot be written").because(source))
    })
}

/// Makes all results complete on disk before the first appears; the picture appears last. Finishes the report of a run
/// that began at `start`, composes on so many threads, and says what the picture has to say.
pub(super) fn publish(
    job: &Job,
    plan: &Plan,
    mut canvases: Vec<Vec<Canvas>>,
    report: &mut Report,
    (start, threads): (Instant, usize),
) -> Result<Vec<String>> {
    let (stage, rows) = (Instant::now(), report.rows);
    let [raster, saved] = match &mut canvases[..] {
        [only] => kept(job, plan, report, only)?,
        _ => [None, None],
    };
    let colors = job.series.iter().map(|series| &series.spec.colors);
    let is_partial = report.ending == Ending::Partial;
    let subject = Subject::of(plan, colors.zip(canvases.iter().map(|canvases| &canvases[..])));
    let subject = subject.ok_or_else(|| Error::usage("the plan has no panel"))?;
    let rendering = Rendering::new(subject, rows)?.partial(is_partial).on_threads(threads);
    if let (Some(inset), Some(area)) = (&mut report.inset, rendering.inset_area()) {
        inset.plot = [area.x, area.y, area.width, area.height];
    }
    let picture = job.output.prepare(|out| rendering.write(&mut Stoppable { out, job }, job.format))?;
    let seconds = &mut report.seconds;
    seconds.shade = rendering.shade_secs();
    seconds.png = (stage.elapsed().as_secs_f64() - seconds.shade).max(0.0);
    seconds.total = start.elapsed().as_secs_f64();
    report.points_per_second = if seconds.total > 0.0 { rows.total as f64 / seconds.total } else { 0.0 };
    report.peak_rss_bytes = peak_rss_bytes();
    let written = job.report.as_ref().map(|destination| write_report(destination, report)).transpose()?;
    for pending in [raster, saved, write_plot_file(job)?, written, Some(picture)].into_iter().flatten() {
        pending.publish()?;
    }
    Ok(rendering.notes().to_vec())
}

/// Refuses or tells what cannot be kept beside the picture.
pub(super) fn check_kept(job: &Job, panel: &Panel, watch: &mut dyn Watch) -> Result<()> {
    let series = &panel.series[0];
    if job.raster.is_some() && !matches!(series.program.accumulate, Accumulate::Planes(_)) {
        return Err(Error::usage("--raster needs numbers, and this picture blends colours or soft edges")
            .hint("use --reduce, or one colour, one alpha and hard edges: --marker pixel, or --aa off"));
    }
    if job.canvas.is_some() && series.content.has_equalized_key() {
        watch.note("the canvas file keeps the points' colours, but not the colorbar of their equalised norm");
    }
    Ok(())
}

/// The raster and the canvas file of a picture of one data set, where they are asked for.
pub(super) fn kept(
    job: &Job,
    plan: &Plan,
    report: &Report,
    canvases: &mut Vec<Canvas>,
) -> Result<[Option<Pending>; 2]> {
    let panel = plan.main()?;
    let series = &panel.series[0];
    let raster = match (&job.raster, &canvases[..]) {
        (Some(destination), [Canvas::Planes(planes)]) => {
            Some(destination.prepare(|out| array::write(out, planes, &series.content, destination.is_archive()))?)
        }
        _ => None,
    };
    let Some(destination) = &job.canvas else { return Ok([raster, None]) };
    let Some(canvas) = canvases.pop() else { return Ok([raster, None]) };
    let figure = plan.layout.spec();
    let file = CanvasFile {
        view: panel.view.clone(),
        content: series.content.clone(),
        description: series.description.clone(),
        labels: [series.columns.x.name.clone(), series.columns.y.name.clone()],
        figure_px: (figure.width, figure.height),
        rows: report.rows,
        is_partial: report.ending == Ending::Partial,
        canvas,
    };
    let pending = destination.prepare(|out| canvas_file::write(out, &file))?;
    canvases.push(file.canvas);
    Ok([raster, Some(pending)])
}

/// What was shown.
pub(super) fn view_report(plan: &Plan) -> Result<ViewReport> {
    let (panel, area, figure) = (plan.main()?, plan.layout.plot_area(), plan.layout.spec());
    Ok(ViewReport {
        xlim: axes::limits_json(&panel.view.x),
        ylim: axes::limits_json(&panel.view.y),
        width: figure.width,
        height: figure.height,
        plot: [area.x, area.y, area.width, area.height],
    })
}

/// The panels with the same axes, before their rows are drawn; none of one alone.
pub(super) fn panel_reports(plan: &Plan) -> Vec<PanelReport> {
    let Some(facets) = &plan.facets else { return Vec::new() };
    let panels = facets.values.iter().zip(plan.layout.panel_areas());
    let report = panels.map(|(value, area)| PanelReport {
        value: value.clone(),
        rows: Rows::default(),
        plot: [area.x, area.y, area.width, area.height],
    });
    report.collect()
}

/// The enlarged part, before its rows are drawn.
pub(super) fn inset_report(plan: &Plan) -> Option<InsetReport> {
    let view = &plan.panels.get(1)?.view;
    let (xlim, ylim) = (axes::limits_json(&view.x), axes::limits_json(&view.y));
    Some(InsetReport { xlim, ylim, plot: [0; 4], drawn: 0 })
}
