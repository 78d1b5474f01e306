//! The pipeline of the command: inputs, survey, plan, drawing, outputs. The only module that knows sources and
//! rasterizers.
//!
//! Data sets are drawn one after another, each on a canvas of its own; reading runs in a thread, a few chunks ahead, and
//! order is kept by the one bounded queue between them.

mod account;
mod attempt;
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
mod told;

pub use job::{DataSeries, Job, Outcome, Watch};

use rayon::ThreadPool;

use crate::canvas::Canvas;
use crate::engine;
use crate::error::Result;
use crate::plan::columns::Columns;
use crate::plan::{Known, memory, shared};
use crate::report::{Report, Seconds};
use crate::source::dataset::{DataSet, Options, Trust};
use crate::units::bytes_text;
use attempt::attempt;
use columns::resolve;
use early::Early;
use outputs::check_outputs;
use told::Told;

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
    canvases: Vec<Canvas>,
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
    early.may_report = true;
    let mut sets = opened(job, open)?;
    job.check_stop()?;
    let pool = engine::pool(spec.engine.threads)?;
    for set in &mut sets {
        set.data = set.data.clone().on_threads(pool.current_num_threads());
    }
    let planned_bytes = planned_bytes(job, &sets, &pool);
    memory::check(spec, planned_bytes).map_err(|error| match held_bytes(&sets) {
        0 => error,
        held => error.hint(format!(
            "the pipe may need {} of that, as its columns come in pieces: give the file itself, or raise --max-memory",
            bytes_text(held)
        )),
    })?;
    seconds.open = start.elapsed().as_secs_f64();

    if !sets.iter().all(|set| set.data.can_reread()) {
        // Where one input comes by once, nothing can begin again, and limits rest on no word that may be found false.
        for set in &mut sets {
            set.data = set.data.clone().with_trust(Trust::Refused);
        }
    }
    let watch = &mut Told::new(watch);
    let mut attempted = attempt(job, &mut sets, &pool, (planned_bytes, seconds), watch, early);
    if let Err(error) = &attempted
        && error.is_false_statistics()
    {
        watch.note(&format!("{error}: its statistics are not believed, and all of it is read again"));
        for set in &mut sets {
            (set.data, set.known) = (set.data.clone().with_trust(Trust::Refused), Known::default());
        }
        // Of the rows that were drawn by false limits nothing is left.
        early.report = Report::default();
        attempted = attempt(job, &mut sets, &pool, (planned_bytes, seconds), watch, early);
    }
    attempted
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
    let held = held + sets.iter().map(|set| set.data.decoding_bytes()).max().unwrap_or(0);
    let sets = job.series.iter().zip(sets);
    let sets: Vec<_> = sets.map(|(series, set)| (&series.spec, &set.columns, set.data.rows())).collect();
    memory::planned_bytes(&sets, pool.current_num_threads()) + held
}

/// Bytes that reading may hold beside the chunks; data sets are read one after another.
fn held_bytes(sets: &[Opened]) -> u64 {
    sets.iter().map(|set| set.data.held_bytes()).max().unwrap_or(0)
}
