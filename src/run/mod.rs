//! The pipeline of the command: inputs, survey, plan, drawing, outputs. The only module that knows sources and
//! rasterizers.
//!
//! Data sets are drawn one after another, each on a canvas of its own; reading runs in a thread, a few chunks ahead, and
//! order is kept by the one bounded queue between them.

mod account;
mod columns;
mod early;
mod hints;
mod job;
mod label;
mod outputs;
mod reading;
mod recovery;
mod remarks;
mod stretched;
mod survey;

pub use job::{DataSeries, Job, Outcome, Watch};

use std::sync::Arc;
use std::time::Instant;

use rayon::ThreadPool;

use crate::canvas::Canvas;
use crate::data::chunk::Role;
use crate::drawing::Drawing;
use crate::engine;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::plan::columns::Columns;
use crate::plan::explain::explain;
use crate::plan::{self, Class, Known, Panel, Plan, Request, memory, shared};
use crate::raster::Backend;
use crate::render::{Rendering, Subject};
use crate::report::{Ending, Report, Seconds, peak_rss_bytes};
use crate::source::dataset::{DataSet, Options};
use crate::units::bytes_text;
use account::account;
use columns::{resolve, title};
use early::{Early, Stoppable};
use hints::Glimpse;
use outputs::{check_kept, check_outputs, kept, view_report, write_plot_file, write_report};
use reading::{Read, each_chunk, keep, refuse_unparsed};
use recovery::Recovery;

/// A data set that has been opened, and surveyed.
struct Opened {
    data: DataSet,
    columns: Columns,
    known: Known,
    /// The run was asked to end in its survey, and only the rows that came are kept.
    is_partial: bool,
}

/// What drawing one data set came to.
struct Drawn {
    canvas: Canvas,
    bytes_read: u64,
    hints: Vec<String>,
    /// The run was asked to end, and these are the rows that came.
    is_partial: bool,
}

/// Reads, draws and writes one picture.
///
/// # Errors
/// Of every kind; nothing is written unless all of it succeeds.
pub fn run(job: &Job, watch: &mut dyn Watch) -> Result<Outcome> {
    run_with(job, &|names, options| DataSet::open(names, options), watch)
}

/// Opens a data set by the names of its inputs.
pub type Open<'a> = dyn Fn(&[String], &Options) -> Result<DataSet> + 'a;

/// The same on data that somebody else opens: rows that are in memory already, say.
///
/// # Errors
/// As [`run`].
pub fn run_with(job: &Job, open: &Open<'_>, watch: &mut dyn Watch) -> Result<Outcome> {
    // Patterns are replaced first: outputs are held against the files that they match.
    let job = &job.expanded()?;
    let mut early = Early::begin();
    go(job, open, watch, &mut early).map_err(|error| early.end(job, error, watch))
}

fn go(job: &Job, open: &Open<'_>, watch: &mut dyn Watch, early: &mut Early) -> Result<Outcome> {
    let start = early.start();
    let mut seconds = Seconds::default();
    let spec = job.spec()?;
    job.check()?;
    check_outputs(job)?;
    let mut sets = opened(job, open)?;
    job.check_stop()?;
    let pool = engine::pool(spec.engine.threads)?;
    let planned_bytes = planned_bytes(job, &sets, &pool);
    memory::check(spec, planned_bytes).map_err(|error| match held_bytes(&sets) {
        0 => error,
        held => error.hint(format!(
            "the pipe may need {} of that, as its columns come in pieces: give the file itself, or raise --max-memory",
            bytes_text(held)
        )),
    })?;
    seconds.open = start.elapsed().as_secs_f64();

    let stage = Instant::now();
    let mut bytes_read = survey_all(job, &mut sets, watch)?;
    job.check_stop()?;
    seconds.survey = stage.elapsed().as_secs_f64();

    let planned_bytes = planned_bytes + sets.iter().map(|set| memory::known_bytes(&set.known)).sum::<u64>();
    memory::check(spec, planned_bytes)?;

    let stage = Instant::now();
    let plan = plan(job, &sets)?;
    let panel = plan.panels.first().ok_or_else(|| Error::usage("the plan has no panel"))?;
    check_kept(job, panel, watch)?;
    seconds.figure = stage.elapsed().as_secs_f64();

    let stage = Instant::now();
    let works: Vec<_> = panel.series.iter().map(|series| &series.program).zip(sets.iter().map(rows_about)).collect();
    let programs = || works.iter().map(|(program, _)| *program);
    let planned_bytes = planned_bytes + programs().map(memory::category_planes_bytes).sum::<u64>();
    let planned_on = |backend: &Backend| match backend {
        Backend::Cpu(_) => planned_bytes,
        Backend::Gpu(gpu) => planned_bytes + programs().map(|program| gpu.planned_bytes(program)).max().unwrap_or(0),
    };
    let begin = |number: usize, backend: &Backend| {
        memory::check(spec, planned_on(backend))?;
        let series = &panel.series[number];
        Drawing::begin(series.encoder(&panel.view)?, &series.program, backend, Arc::clone(&pool))
    };
    let mut recovery = Recovery::new(&spec.engine, &works, &pool);
    let mut next = Some(recovery.begin(0, &begin, watch)?);
    let planned_bytes = recovery.backend().map_or(planned_bytes, planned_on);
    // Only now is it sure that this will be done.
    for note in &plan.notes {
        watch.note(note);
    }
    seconds.backend = stage.elapsed().as_secs_f64();
    let description = next.as_ref().map(Drawing::description).unwrap_or_default();
    let explanation = explain(&plan, &description, planned_bytes);
    let report = &mut early.report;
    *report = Report {
        class: if panel.class() == Class::Exact { "exact" } else { "close" }.to_owned(),
        view: view_report(job, panel)?,
        planned_bytes,
        ..Report::default()
    };
    if let Some(first) = &next {
        recovery.report(first, report);
    }
    if job.explains_only {
        report.seconds = seconds;
        return Ok(Outcome {
            report: report.clone(),
            description,
            remarks: Vec::new(),
            hints: Vec::new(),
            explanation,
        });
    }

    watch.planned(&explanation);
    let (mut canvases, mut remarks, mut hints) = (Vec::new(), Vec::new(), Vec::new());
    let mut number = 0;
    while let Some(set) = sets.get(number) {
        let stage = Instant::now();
        let drawing = next.take().map_or_else(|| recovery.begin(number, &begin, watch), Ok);
        seconds.backend += stage.elapsed().as_secs_f64();
        let mut ledger = Ledger::default();
        let drawn = drawing.and_then(|drawing| {
            recovery.report(&drawing, report);
            draw(job, number, set, panel, drawing, &mut ledger, (&mut seconds, &mut *watch))
        });
        let label = panel.series[number].label.clone();
        let inputs = &job.series[number].inputs;
        let titles = |role| title(&set.data, &set.columns, role);
        let named = label.clone().unwrap_or_else(|| titles(Role::Y));
        report.add(account(&ledger, inputs, &titles, (label, named)));
        let drawn = match drawn {
            Err(error) if error.gpu_fault_kind().is_some() && !job.stop.is_asked() => {
                // All data sets and their ledgers from the first row.
                recovery.restart(error, sets[..=number].iter().all(|set| set.data.can_reread()), watch)?;
                (canvases, remarks, hints, number) = (Vec::new(), Vec::new(), Vec::new(), 0);
                report.forget_rows();
                continue;
            }
            drawn => drawn.map_err(job.in_series(number))?,
        };
        let moved = set.data.verify().map_err(job.in_series(number))?;
        remarks.extend(moved);
        let own = remarks::remarks(&ledger, &set.columns, inputs, &titles);
        let told = |line| if job.is_several() { format!("series {}: {line}", number + 1) } else { line };
        remarks.extend(own.into_iter().chain(job.series[number].options.choice.remark(ledger.rows.total)).map(told));
        hints.extend(drawn.hints.into_iter().map(told));
        bytes_read += drawn.bytes_read;
        canvases.push(drawn.canvas);
        if set.is_partial || drawn.is_partial {
            report.ending = Ending::Partial;
        }
        if drawn.is_partial {
            break;
        }
        number += 1;
    }
    report.bytes_read = bytes_read;
    report.seconds = seconds;
    job.check_stop()?;
    remarks.extend(publish(job, panel, canvases, report, start)?);
    Ok(Outcome { description: report.adapter.clone(), report: report.clone(), remarks, hints, explanation })
}

/// Finds out what is left open of every data set; the bytes that were read for it.
fn survey_all(job: &Job, sets: &mut [Opened], watch: &mut dyn Watch) -> Result<u64> {
    let mut bytes_read = 0;
    for (number, set) in sets.iter_mut().enumerate() {
        let surveyed = survey::survey(job, number, &set.columns, &set.data, watch).map_err(job.in_series(number))?;
        bytes_read += surveyed.bytes_read;
        set.known = surveyed.known;
        set.is_partial = surveyed.is_partial;
        if let Some(spooled) = surveyed.spooled {
            set.data = spooled;
        }
    }
    Ok(bytes_read)
}

/// Makes all results complete on disk before the first appears; the picture appears last. Finishes the report of a run
/// that began at `start`, and says what the picture has to say.
fn publish(
    job: &Job,
    panel: &Panel,
    mut canvases: Vec<Canvas>,
    report: &mut Report,
    start: Instant,
) -> Result<Vec<String>> {
    let (stage, rows) = (Instant::now(), report.rows);
    let [raster, saved] = kept(job, panel, report, &mut canvases)?;
    let colors = job.series.iter().map(|series| &series.spec.colors);
    let is_partial = report.ending == Ending::Partial;
    let rendering = Rendering::new(Subject::of(panel, colors.zip(&canvases)), rows)?.partial(is_partial);
    let picture = job.output.prepare(|out| rendering.write_png(&mut Stoppable { out, job }))?;
    let seconds = &mut report.seconds;
    seconds.shade = rendering.shade_secs();
    seconds.png = stage.elapsed().as_secs_f64() - seconds.shade;
    seconds.total = start.elapsed().as_secs_f64();
    report.points_per_second = if seconds.total > 0.0 { rows.total as f64 / seconds.total } else { 0.0 };
    report.peak_rss_bytes = peak_rss_bytes();
    let written = job.report.as_ref().map(|destination| write_report(destination, report)).transpose()?;
    for pending in [raster, saved, write_plot_file(job)?, written, Some(picture)].into_iter().flatten() {
        pending.publish()?;
    }
    Ok(rendering.notes().to_vec())
}

/// Opens all data sets and finds their columns; what can be wrong with those is found before anything is read.
fn opened(job: &Job, open: &Open<'_>) -> Result<Vec<Opened>> {
    let mut sets = Vec::new();
    for (number, series) in job.series.iter().enumerate() {
        let options = Options { stop: job.stop.clone(), ..series.options.clone() };
        let opened = open(&series.inputs, &options).and_then(|data| {
            let columns = resolve(series, &data)?;
            Ok(Opened { data, columns, known: Known::default(), is_partial: false })
        });
        sets.push(opened.map_err(job.in_series(number))?);
    }
    shared::axis(&sets.iter().map(|set| &set.columns.x).collect::<Vec<_>>(), "x")?;
    shared::axis(&sets.iter().map(|set| &set.columns.y).collect::<Vec<_>>(), "y")?;
    Ok(sets)
}

fn planned_bytes(job: &Job, sets: &[Opened], pool: &ThreadPool) -> u64 {
    let held = held_bytes(sets);
    let sets = job.series.iter().zip(sets);
    let sets: Vec<_> = sets.map(|(series, set)| (&series.spec, &set.columns, set.data.rows())).collect();
    memory::planned_bytes(&sets, pool.current_num_threads()) + held
}

/// Bytes that reading may hold beside the chunks; data sets are read one after another.
fn held_bytes(sets: &[Opened]) -> u64 {
    sets.iter().map(|set| set.data.held_bytes()).max().unwrap_or(0)
}

fn plan(job: &Job, sets: &[Opened]) -> Result<Plan> {
    let names: Vec<String> = sets.iter().map(|set| set.columns.y.title()).collect();
    let labels = label::labels(&job.series, &names);
    let requests = job.series.iter().zip(sets).zip(labels).map(|((series, set), label)| Request {
        spec: &series.spec,
        columns: set.columns.clone(),
        known: &set.known,
        label,
    });
    plan::plan(requests.collect())
}

/// The rows, as far as they can be guessed.
fn rows_about(set: &Opened) -> Option<u64> {
    set.data.rows().or_else(|| set.data.len_bytes().map(|bytes| bytes / 24))
}

/// Draws the rows of one data set.
fn draw(
    job: &Job,
    number: usize,
    set: &Opened,
    panel: &Panel,
    mut drawing: Drawing,
    ledger: &mut Ledger,
    (seconds, watch): (&mut Seconds, &mut dyn Watch),
) -> Result<Drawn> {
    let series = &panel.series[number];
    let inputs = &job.series[number].inputs;
    let keep = keep(&panel.view, series);
    let chunk_rows = job.spec()?.engine.chunk_rows;
    let reader = set.data.read(&set.data.whole(), &series.columns.indices, chunk_rows, &keep)?;
    let stage = if job.is_several() { format!("drawing series {}", number + 1) } else { "drawing".to_owned() };
    watch.begin(&stage, set.data.rows());
    let mut done = 0;
    let mut glimpse = Glimpse::new(&panel.view, series);
    let mut read = Read::default();
    let ended = each_chunk(reader, job.ending(), &mut read, |chunk| {
        if job.is_strict {
            refuse_unparsed(&chunk, &series.columns, inputs, &set.data)?;
        }
        drawing.draw(&chunk)?;
        glimpse.look(&chunk, drawing.ledger());
        done += chunk.len() as u64 * chunk.step();
        watch.advance(done);
        Ok(())
    });
    watch.end();
    for passed in &read.passed {
        drawing.skip(passed.input, passed.skipped_rows);
        drawing.filter(passed.input, passed.filtered_rows);
    }
    // Also when it fails.
    ledger.clone_from(drawing.ledger());
    ended?;
    let (canvas, _, drawn) = drawing.finish()?;
    seconds.read += read.secs;
    seconds.encode += drawn.encode;
    seconds.draw += drawn.draw;
    seconds.readback += drawn.readback;
    ledger.refuse_empty_columns(inputs, &|role| title(&set.data, &series.columns, role))?;
    let hints = hints::hints(&job.series[number].spec, &panel.view, series, &canvas, ledger, (&glimpse, &set.data));
    Ok(Drawn { canvas, bytes_read: read.bytes, hints, is_partial: read.is_partial })
}
