//! The pipeline of the command: inputs, survey, plan, drawing, outputs. The only module that knows sources and
//! rasterizers.
//!
//! Reading runs in a thread of its own, a few chunks ahead; order is kept by the one bounded queue between them.

mod outputs;
mod remarks;
mod survey;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::array;
use crate::canvas::Canvas;
use crate::canvas_file::{self, CanvasFile};
use crate::data::chunk::{Chunk, Logical, Role};
use crate::data::survey::Extent;
use crate::drawing::Drawing;
use crate::engine;
use crate::error::{Error, Result};
use crate::keys::KeyKind;
use crate::ledger::Ledger;
use crate::output::Destination;
use crate::plan::columns::{self, ColumnPlan, Columns};
use crate::plan::explain::explain;
use crate::plan::memory;
use crate::plan::{self, Class, Panel};
use crate::program::Accumulate;
use crate::raster::Backend;
use crate::render::{Rendering, Subject};
use crate::report::{Report, Seconds, ViewReport, peak_rss_bytes};
use crate::scale::{Domain, Scale};
use crate::source::dataset::{self, DataSet, Options};
use crate::source::{Keep, Reader};
use crate::spec::Spec;
use crate::view::View;
use outputs::{check_outputs, write_report};

/// Chunks that wait between the reader and the encoder.
const QUEUE_CHUNKS: usize = 2;

/// One run of the command.
#[derive(Clone, Debug)]
pub struct Job {
    /// The inputs, in order.
    pub inputs: Vec<String>,
    /// How they are read.
    pub options: Options,
    /// The column of x, by name or number.
    pub x: String,
    /// The column of y, by name or number.
    pub y: String,
    /// The picture.
    pub spec: Spec,
    /// Text that is no number is an error.
    pub is_strict: bool,
    /// Where the picture goes.
    pub output: Destination,
    /// Where the numbers of the pixels go.
    pub raster: Option<Destination>,
    /// Where the canvas goes.
    pub canvas: Option<Destination>,
    /// Where the report goes.
    pub report: Option<Destination>,
    /// Where a pipe is kept for its second reading; by the output when not given.
    pub spool_folder: Option<PathBuf>,
    /// The most bytes it may take there.
    pub spool_limit_bytes: u64,
    /// Only say what would be done.
    pub explains_only: bool,
}

/// Who is told how a run goes.
pub trait Watch {
    /// One line that the user should read.
    fn note(&mut self, line: &str);

    /// A stage begins; `total` rows when known.
    fn begin(&mut self, stage: &str, total: Option<u64>);

    /// Rows done of the stage so far.
    fn advance(&mut self, rows: u64);

    /// The stage is over.
    fn end(&mut self);
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The numbers.
    pub report: Report,
    /// What drew, in words.
    pub description: String,
    /// What there is to say about the rows, in lines.
    pub remarks: Vec<String>,
    /// The plan in words.
    pub explanation: String,
}

/// Reads, draws and writes one picture.
///
/// # Errors
/// Of every kind; nothing is written unless all of it succeeds.
pub fn run(job: &Job, watch: &mut dyn Watch) -> Result<Outcome> {
    let start = Instant::now();
    let mut seconds = Seconds::default();
    // Patterns are replaced first: outputs are held against the files that they match.
    let job = &Job { inputs: dataset::expand(&job.inputs)?, ..job.clone() };
    check_outputs(job)?;
    let data = DataSet::open(&job.inputs, &job.options)?;
    let columns = resolve(job, &data)?;
    let pool = engine::pool(job.spec.engine.threads)?;
    let planned_bytes = memory::planned_bytes(&job.spec, &columns, data.rows(), pool.current_num_threads());
    memory::check(&job.spec, planned_bytes)?;
    seconds.open = start.elapsed().as_secs_f64();

    let stage = Instant::now();
    let surveyed = survey::survey(job, &columns, &data, watch)?;
    seconds.survey = stage.elapsed().as_secs_f64();

    let planned_bytes = planned_bytes + memory::known_bytes(&surveyed.known);
    memory::check(&job.spec, planned_bytes)?;

    let stage = Instant::now();
    let plan = plan::plan(&job.spec, columns, &surveyed.known)?;
    let panel = plan.panels.first().ok_or_else(|| Error::usage("the plan has no panel"))?;
    let series = &panel.series[0];
    if job.raster.is_some() && !matches!(series.program.accumulate, Accumulate::Planes(_)) {
        return Err(Error::usage("--raster needs numbers, and this picture blends colours or soft edges")
            .hint("use --reduce, or one colour, one alpha and hard edges: --marker pixel, or --aa off"));
    }
    if job.canvas.is_some() && series.content.has_equalized_key() {
        watch.note("the canvas file keeps the points' colours, but not the colorbar of their equalised norm");
    }
    seconds.figure = stage.elapsed().as_secs_f64();

    let stage = Instant::now();
    let rows = data.rows().or_else(|| data.len_bytes().map(|bytes| bytes / 24));
    let (backend, notes) = engine::choose(&job.spec.engine, &series.program, rows, &pool)?;
    for note in &notes {
        watch.note(note);
    }
    let planned_bytes = planned_bytes + memory::category_planes_bytes(&series.program);
    let planned_bytes = match &backend {
        Backend::Cpu(_) => planned_bytes,
        Backend::Gpu(gpu) => planned_bytes + gpu.planned_bytes(&series.program),
    };
    memory::check(&job.spec, planned_bytes)?;
    // Only now is it sure that this will be done.
    for note in &plan.notes {
        watch.note(note);
    }
    let mut drawing = Drawing::begin(series.encoder(&panel.view)?, &series.program, &backend, Arc::clone(&pool))?;
    seconds.backend = stage.elapsed().as_secs_f64();
    let (description, kernel) = (drawing.description(), drawing.kernel());
    let explanation = explain(&plan, &description, planned_bytes);
    if job.explains_only {
        let ledger = Ledger::default();
        let report = report(job, panel, &ledger, &backend, (&description, kernel), seconds, planned_bytes, 0);
        return Ok(Outcome { report, description, remarks: Vec::new(), explanation });
    }

    let keep = keep(&panel.view, &series.columns, series.program.footprint.reach_px());
    let data = surveyed.spooled.as_ref().unwrap_or(&data);
    let reader = data.read(&data.whole(), &series.columns.indices, job.spec.engine.chunk_rows, &keep)?;
    watch.begin("drawing", data.rows());
    let mut done = 0;
    let read = each_chunk(reader, |chunk| {
        if job.is_strict {
            refuse_unparsed(&chunk, &series.columns, &job.inputs, data)?;
        }
        drawing.draw(&chunk)?;
        done += chunk.len() as u64 * chunk.step();
        watch.advance(done);
        Ok(())
    })?;
    watch.end();
    drawing.skip(read.skipped_rows);
    drawing.filter(read.filtered_rows);
    seconds.read = read.secs;
    let (mut canvas, ledger, drawn) = drawing.finish()?;
    (seconds.encode, seconds.draw, seconds.readback) = (drawn.encode, drawn.draw, drawn.readback);
    ledger.refuse_empty_columns(&job.inputs, &|role| title(data, &series.columns, role))?;

    let stage = Instant::now();
    // All results are complete on disk before the first appears; the picture appears last.
    let raster = match (&job.raster, &canvas) {
        (Some(destination), Canvas::Planes(planes)) => {
            Some(destination.prepare(|out| array::write(out, planes, &series.content, destination.is_archive()))?)
        }
        _ => None,
    };
    let saved = match &job.canvas {
        Some(destination) => {
            let file = CanvasFile {
                view: panel.view.clone(),
                content: series.content.clone(),
                description: series.description.clone(),
                labels: [series.columns.x.name.clone(), series.columns.y.name.clone()],
                figure_px: (job.spec.figure.width_px, job.spec.figure.height_px),
                rows: ledger.rows,
                canvas,
            };
            let pending = destination.prepare(|out| canvas_file::write(out, &file))?;
            canvas = file.canvas;
            Some(pending)
        }
        None => None,
    };
    let rendering = Rendering::new(&job.spec, Subject::of(panel), &canvas, ledger.rows)?;
    let picture = job.output.prepare(|out| rendering.write_png(out))?;
    seconds.shade = rendering.shade_secs();
    seconds.png = stage.elapsed().as_secs_f64() - seconds.shade;
    seconds.total = start.elapsed().as_secs_f64();
    let bytes = surveyed.bytes_read + read.bytes;
    let report = report(job, panel, &ledger, &backend, (&description, kernel), seconds, planned_bytes, bytes);
    let written = job.report.as_ref().map(|destination| write_report(destination, &report)).transpose()?;
    for pending in [raster, saved, written, Some(picture)].into_iter().flatten() {
        pending.publish()?;
    }
    let mut remarks =
        remarks::remarks(&ledger, &series.columns, &job.inputs, &|role| title(data, &series.columns, role));
    remarks.extend(job.options.choice.remark(ledger.rows.total));
    remarks.extend(rendering.notes().iter().cloned());
    Ok(Outcome { report, description, remarks, explanation })
}

fn resolve(job: &Job, data: &DataSet) -> Result<Columns> {
    let find = |text: &str| {
        let index = data.column(text)?;
        let field = &data.fields()[index];
        let keys = key_kind(&field.logical, data.stored(index));
        Ok(ColumnPlan { index, name: field.name.clone(), logical: field.logical.clone(), keys })
    };
    let has = |name: &str| data.fields().iter().any(|field| field.name.as_deref() == Some(name));
    let mut columns = match &job.spec.density {
        Some(density) => columns::resolve_density((&job.x, &job.y), &density.reductions, &find),
        None => columns::resolve((&job.x, &job.y), &job.spec.points, &find, &has),
    }?;
    columns.notes.extend(data.note_on(&columns.indices));
    Ok(columns)
}

/// What the values of a column can be kept as: integers only where every input stores them so.
fn key_kind<'a>(logical: &Logical, mut stored: impl Iterator<Item = &'a str>) -> KeyKind {
    let kind = |stored: &str| match stored {
        "uint64" => KeyKind::U64,
        _ if stored.starts_with("int") && !stored.starts_with("integer") => KeyKind::I64,
        _ if stored.starts_with("uint") => KeyKind::I64,
        _ => KeyKind::F64,
    };
    match logical {
        Logical::Number { .. } => {
            let first = stored.next().map_or(KeyKind::F64, kind);
            if stored.all(|stored| kind(stored) == first) { first } else { KeyKind::F64 }
        }
        _ => KeyKind::I64,
    }
}

/// The name of the column that has a role, or its number.
fn title(data: &DataSet, columns: &Columns, role: Role) -> String {
    let index = columns.roles.iter().position(|have| *have == role).map(|at| columns.indices[at]);
    index.map_or_else(String::new, |index| {
        let field = data.fields().get(index);
        field.and_then(|field| field.name.clone()).unwrap_or_else(|| index.to_string())
    })
}

/// What can be seen on each axis: the domain and what a marker's reach adds to it.
fn keep(view: &View, columns: &Columns, reach_px: f64) -> Vec<Keep> {
    let visible = |scale: &Scale, length_px: f64| match scale.domain() {
        Domain::F64 { .. } => {
            let (lo, hi) = scale.transformed();
            let margin = (hi - lo) * (reach_px + 1.0) / length_px;
            let back = |value: f64| match scale.kind() {
                crate::scale::Kind::Log => libm::exp10(value),
                _ => value,
            };
            Extent::F64 { lo: back(lo - margin), hi: back(hi + margin) }
        }
        Domain::Int { lo, hi } => {
            let margin = ((hi - lo) as f64 * (reach_px + 1.0) / length_px).ceil() as i128 + 1;
            Extent::Int { lo: lo - margin, hi: hi + margin }
        }
    };
    // The plot is at least one pixel wide; a smaller length only keeps more.
    vec![
        Keep { column: columns.x.index, extent: visible(&view.x, 1.0_f64.max(f64::from(view.width_px))) },
        Keep { column: columns.y.index, extent: visible(&view.y, 1.0_f64.max(f64::from(view.height_px))) },
    ]
}

fn refuse_unparsed(chunk: &Chunk<'_>, columns: &Columns, names: &[String], data: &DataSet) -> Result<()> {
    for (column, role) in chunk.columns().iter().zip(&columns.roles) {
        if let Some(unparsed) = &column.unparsed {
            return Err(Error::input("text where a number is needed")
                .in_file(names.get(chunk.origin().input).cloned().unwrap_or_default())
                .at_row(unparsed.row)
                .at_line(unparsed.line)
                .in_column(title(data, columns, *role))
                .expected("a number or a time")
                .found(format!("'{}'", unparsed.text))
                .hint("without --strict such rows are counted as invalid"));
        }
    }
    Ok(())
}

/// What reading came to.
struct Read {
    skipped_rows: u64,
    filtered_rows: u64,
    bytes: u64,
    secs: f64,
}

/// Reads ahead in a thread and hands over chunks in order; the first error of either side ends both.
fn each_chunk(mut reader: Box<dyn Reader>, mut take: impl FnMut(Chunk<'static>) -> Result<()>) -> Result<Read> {
    let (sender, receiver) = crossbeam_channel::bounded(QUEUE_CHUNKS);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut secs = 0.0;
            loop {
                let start = Instant::now();
                let next = reader.next();
                secs += start.elapsed().as_secs_f64();
                let Some(chunk) = next? else { break };
                if sender.send(chunk).is_err() {
                    // The other side has stopped, with an error of its own.
                    break;
                }
            }
            let (skipped_rows, filtered_rows) = (reader.skipped_rows(), reader.filtered_rows());
            Ok(Read { skipped_rows, filtered_rows, bytes: reader.bytes_read(), secs })
        });
        let taken = receiver.into_iter().try_for_each(&mut take);
        let read = reading.join().unwrap_or_else(|_| {
            Err(Error::input("the decoder failed on this input").hint("the file is damaged, or this is a bug"))
        });
        taken?;
        read
    })
}

#[expect(clippy::too_many_arguments, reason = "everything a report is made of, once")]
fn report(
    job: &Job,
    panel: &Panel,
    ledger: &Ledger,
    backend: &Backend,
    (description, kernel): (&str, &str),
    seconds: Seconds,
    planned_bytes: u64,
    bytes_read: u64,
) -> Report {
    let area = panel.layout.plot_area();
    Report {
        backend: if matches!(backend, Backend::Cpu(_)) { "cpu" } else { "gpu" }.to_owned(),
        adapter: description.to_owned(),
        kernel: kernel.to_owned(),
        class: if panel.series[0].class == Class::Exact { "exact" } else { "close" }.to_owned(),
        rows: ledger.rows,
        seconds,
        peak_rss_bytes: peak_rss_bytes(),
        planned_bytes,
        bytes_read,
        points_per_second: if seconds.total > 0.0 { ledger.rows.total as f64 / seconds.total } else { 0.0 },
        view: ViewReport {
            xlim: plan::axes::limits_json(&panel.view.x),
            ylim: plan::axes::limits_json(&panel.view.y),
            width: job.spec.figure.width_px,
            height: job.spec.figure.height_px,
            plot: [area.x, area.y, area.width, area.height],
        },
    }
}
