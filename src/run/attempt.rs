//! From opened data sets to the outcome: survey, plan, drawing, outputs; begun again from the first row when a GPU fails.

use std::sync::Arc;
use std::time::Instant;

use rayon::ThreadPool;

use crate::data::chunk::Role;
use crate::drawing::{BATCH_ROWS, Drawing, Finished};
use crate::engine;
use crate::error::Result;
use crate::ledger::Ledger;
use crate::plan::explain::explain;
use crate::plan::{self, Class, Plan, Request, memory};
use crate::raster::Backend;
use crate::report::{Ending, Report, Seconds};
use crate::run::account::account;
use crate::run::columns::title;
use crate::run::early::Early;
use crate::run::hints::{self, Glimpse};
use crate::run::outputs::{check_kept, inset_report, panel_reports, publish, view_report};
use crate::run::reading::{Read, each_run, keep, refuse_unparsed};
use crate::run::recovery::Recovery;
use crate::run::{Drawn, Job, Opened, Outcome, Watch, label, remarks, survey};
use crate::source::dataset::Trust;

/// Surveys, plans, draws and writes. `planned_bytes` are those known before the survey, `seconds` what opening took.
pub(super) fn attempt(
    job: &Job,
    sets: &mut [Opened],
    pool: &Arc<ThreadPool>,
    (planned_bytes, mut seconds): (u64, Seconds),
    watch: &mut dyn Watch,
    early: &mut Early,
) -> Result<Outcome> {
    let (start, spec) = (early.start(), job.spec()?);
    let stage = Instant::now();
    let bytes_read = survey_all(job, sets, watch)?;
    job.check_stop()?;
    seconds.survey = stage.elapsed().as_secs_f64();

    let planned_bytes = planned_bytes + sets.iter().map(|set| memory::known_bytes(&set.known)).sum::<u64>();
    memory::check(spec, planned_bytes)?;

    let stage = Instant::now();
    let plan = plan(job, sets)?;
    let panel = plan.main()?;
    check_kept(job, panel, watch)?;
    seconds.figure = stage.elapsed().as_secs_f64();

    let stage = Instant::now();
    let rows: Vec<_> = sets.iter().map(rows_about).collect();
    // Each row is drawn once on facets, and once more in an inset.
    let drawn = plan.panels.iter().flat_map(|panel| panel.series.iter().map(|series| &series.program).zip(&rows));
    let works: Vec<_> = drawn.map(|(program, rows)| (program, *rows)).collect();
    let numbers = 0..sets.len();
    let planes = numbers.clone().flat_map(|number| plan.programs(number)).map(memory::category_planes_bytes);
    let planned_bytes = planned_bytes + planes.sum::<u64>();
    let planned_on = |backend: &Backend| match backend {
        Backend::Cpu(_) => planned_bytes,
        Backend::Gpu(gpu) => {
            let of_set = |number| gpu.planned_bytes_together(plan.programs(number));
            planned_bytes + numbers.clone().map(of_set).max().unwrap_or(0)
        }
    };
    let begin = |number: usize, backend: &Backend| {
        memory::check(spec, planned_on(backend))?;
        let drawing = drawing(&plan, number, backend, pool)?;
        // What is drawn of the rows that came is drawn whole.
        Ok(if job.draws_partial { drawing } else { drawing.ended_by(job.stop.clone()) })
    };
    let mut recovery = Recovery::new(&spec.engine, &works, pool);
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
        class: if plan.class() == Class::Exact { "exact" } else { "close" }.to_owned(),
        view: view_report(&plan)?,
        panels: panel_reports(&plan),
        inset: inset_report(&plan),
        planned_bytes,
        bytes_read,
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
            draw(job, number, set, &plan, drawing, (&mut ledger, &mut *report), (&mut seconds, &mut *watch))
        });
        let label = panel.series[number].label.clone();
        let inputs = &job.series[number].inputs;
        let titles = |role| title(&set.data, &set.columns, role);
        let named = label.clone().unwrap_or_else(|| titles(Role::Y));
        report.add(account(&ledger, inputs, &titles, (label, named)));
        let drawn = match drawn {
            // Who wanted it to end does not want all of it again.
            Err(error) if error.gpu_fault_kind().is_some() && !job.stop.is_asked() && !job.stop.is_taken() => {
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
        canvases.push(drawn.canvases);
        if set.is_partial || drawn.is_partial {
            report.ending = Ending::Partial;
        }
        if drawn.is_partial {
            break;
        }
        number += 1;
    }
    report.seconds = seconds;
    job.check_stop()?;
    remarks.extend(remarks::empty_panels(&report.panels, report.rows.skipped));
    remarks.extend(publish(job, &plan, canvases, report, (start, pool.current_num_threads()))?);
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
        if surveyed.is_stated {
            // Limits are made of what files state: every value is held against it.
            set.data = set.data.clone().with_trust(Trust::Checked);
        }
    }
    Ok(bytes_read)
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

/// Begins on the empty canvases of a data set.
fn drawing(plan: &Plan, number: usize, backend: &Backend, pool: &Arc<ThreadPool>) -> Result<Drawing> {
    let mut views = Vec::new();
    for panel in &plan.panels {
        let series = &panel.series[number];
        views.push((series.encoder(&panel.view)?, &series.program));
    }
    match (&plan.facets, views.pop()) {
        (Some(facets), Some(one)) if views.is_empty() => {
            Drawing::of_facets(one, facets.routes[number].clone(), backend, Arc::clone(pool))
        }
        (_, last) => {
            views.extend(last);
            Drawing::of_views(views, backend, Arc::clone(pool))
        }
    }
}

/// Draws the rows of one data set.
fn draw(
    job: &Job,
    number: usize,
    set: &Opened,
    plan: &Plan,
    mut drawing: Drawing,
    (ledger, report): (&mut Ledger, &mut Report),
    (seconds, watch): (&mut Seconds, &mut dyn Watch),
) -> Result<Drawn> {
    let panel = plan.main()?;
    let series = &panel.series[number];
    let inputs = &job.series[number].inputs;
    let keep = keep(plan.panels.iter().map(|panel| (&panel.view, &panel.series[number])));
    let chunk_rows = job.spec()?.engine.chunk_rows;
    let reader = set.data.read(&set.data.whole(), &series.columns.indices, chunk_rows, &keep)?;
    let stage = if job.is_several() { format!("drawing series {}", number + 1) } else { "drawing".to_owned() };
    watch.begin(&stage, set.data.rows());
    let mut done = 0;
    let mut glimpse = Glimpse::new(&panel.view, series);
    let mut read = Read::default();
    // A batch for each thread, and one to go on with.
    let most_rows = 2 * job.spec()?.engine.threads.unwrap_or_else(engine::cores) * BATCH_ROWS;
    let ended = each_run(reader, job.ending(), &mut read, most_rows, |chunks| {
        let refused = chunks.iter().enumerate().filter(|_| job.is_strict).find_map(|(number, chunk)| {
            refuse_unparsed(chunk, &series.columns, inputs, &set.data).err().map(|error| (number, error))
        });
        // What is before it is drawn.
        let fitting = refused.as_ref().map_or(chunks.len(), |(number, _)| *number);
        drawing.draw_all(&chunks[..fitting], |chunk, ledger| {
            glimpse.look(chunk, ledger);
            done += chunk.len() as u64 * chunk.step();
        })?;
        watch.advance(done);
        refused.map_or(Ok(()), |(_, error)| Err(error))
    });
    watch.end();
    for passed in &read.passed {
        drawing.skip(passed.input, passed.skipped_rows);
        drawing.filter(passed.input, passed.filtered_rows);
    }
    // Also when it fails.
    report.bytes_read += read.bytes;
    ledger.clone_from(drawing.ledger());
    report.add_panels(drawing.rows());
    ended?;
    let Finished { canvases, seconds: drawn, .. } = drawing.finish_all()?;
    seconds.read += read.secs;
    seconds.encode += drawn.encode;
    seconds.draw += drawn.draw;
    seconds.readback += drawn.readback;
    if let Some(secs) = drawn.gpu {
        *seconds.gpu.get_or_insert(0.0) += secs;
    }
    ledger.refuse_empty_columns(inputs, &|role| title(&set.data, &series.columns, role))?;
    // On facets, no canvas shows all rows.
    let canvas = canvases.first().filter(|_| plan.facets.is_none());
    let hints = hints::hints(&job.series[number].spec, &panel.view, series, canvas, ledger, (&glimpse, &set.data));
    Ok(Drawn { canvases, hints, is_partial: read.is_partial })
}
