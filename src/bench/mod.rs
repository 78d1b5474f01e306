//! The same pictures on the CPU and on a GPU: first whether they are the same, then how long drawing takes.
//!
//! Owns the order of things: data set by data set, the rows in memory before anything is timed; a warm-up of each backend
//! whose pictures are compared and whose times are thrown away; then the repeats. Pictures that differ by more than their
//! class allows give no times. What is drawn is in [`cases`], how it is measured in [`measure`], the text in [`table`].

pub mod cases;
pub mod machine;
pub mod measure;
pub mod table;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::run::Watch;
use crate::spec::{BackendChoice, EngineSpec};
use cases::{Case, DataCases, Input};
use machine::Machine;
use measure::{Draw, Drawn, Equality, Runs, Side, Timing};

/// What is measured.
#[derive(Clone, Debug)]
pub struct Request {
    /// The rows.
    pub input: Input,
    /// Timed runs of each case and backend; at least 1.
    pub repeats: usize,
    /// Only cases with this text in their names.
    pub only: Option<String>,
    /// `Cpu`: it alone. `Gpu`: both, on a software driver too. `Auto`: both where there is a hardware GPU.
    pub backend: BackendChoice,
    /// Threads and adapter; an adapter that is named is measured whatever it is.
    pub engine: EngineSpec,
    /// The most bytes of rows that are held in memory.
    pub most_kept_bytes: u64,
}

/// Where a data set's rows are while its cases are drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rows {
    /// The data set, as the names of its cases begin.
    pub name: String,
    /// How many.
    pub rows: u64,
    /// Bytes of values held in memory; nothing where they were too many and every run reads them anew.
    pub kept_bytes: Option<u64>,
    /// Seconds that making or reading them took, once.
    pub load_secs: f64,
}

/// One case on each backend.
#[derive(Clone, Debug, Serialize)]
pub struct CaseResult {
    /// What was drawn, on which data.
    pub name: String,
    /// `exact` or `close`.
    pub class: String,
    /// Rows in all.
    pub rows: u64,
    /// Rows drawn.
    pub rows_drawn: u64,
    /// Bytes of the values that a run encodes; absent where the rows are not in memory.
    pub bytes: Option<u64>,
    /// How the GPU's picture compares with the CPU's; absent with one backend.
    pub equality: Option<Equality>,
    /// The times, the CPU's first; without the GPU's where its picture is wrong.
    pub timings: Vec<Timing>,
}

/// Everything that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Bench {
    /// What measured.
    pub machine: Machine,
    /// Timed runs of each case and backend.
    pub repeats: usize,
    /// The data sets.
    pub data: Vec<Rows>,
    /// The cases.
    pub cases: Vec<CaseResult>,
    /// Why the CPU is alone, if it is.
    pub without_gpu: Option<String>,
    /// What makes the numbers doubtful, in lines.
    pub warnings: Vec<String>,
}

impl Bench {
    /// The names of cases whose pictures differ by more than their class allows.
    #[must_use]
    pub fn mismatches(&self) -> Vec<&str> {
        let is_wrong = |case: &&CaseResult| case.equality.is_some_and(|equality| !equality.is_allowed);
        self.cases.iter().filter(is_wrong).map(|case| case.name.as_str()).collect()
    }
}

/// Draws and times every case.
///
/// # Errors
/// When the input cannot be drawn; a usage error when no case has the name; kind GPU when a GPU is asked for and there is
/// none. Pictures that differ are no error but part of the result: see [`Bench::mismatches`].
pub fn bench(request: &Request, watch: &mut dyn Watch) -> Result<Bench> {
    let machine = Machine::probe(request);
    let mut runs = Runs::new(request)?;
    bench_with(request, machine, &mut runs, watch)
}

/// The same with something else that draws.
fn bench_with(request: &Request, machine: Machine, draw: &mut dyn Draw, watch: &mut dyn Watch) -> Result<Bench> {
    let groups = chosen(request)?;
    let total: usize = groups.iter().map(|group| group.cases.len()).sum();
    let without_gpu = machine.without_gpu(request);
    let (data, cases, warnings) = (Vec::new(), Vec::new(), Vec::new());
    let mut bench = Bench { machine, repeats: request.repeats, data, cases, without_gpu, warnings };
    for group in &groups {
        watch.begin(&format!("loading {}", group.name), None);
        let rows = draw.load(group)?;
        if rows.kept_bytes.is_none() {
            bench.warnings.push(format!(
                "{}: the rows need more memory than --keep allows, so every run reads them anew, which slows drawing",
                rows.name
            ));
        }
        bench.data.push(rows);
        for case in &group.cases {
            watch.begin(&format!("{} of {total}: {}", bench.cases.len() + 1, case.name), None);
            let result = measured(request, &mut bench, case, draw)?;
            watch.end();
            bench.cases.push(result);
        }
    }
    bench.warnings.extend(bench.machine.warning());
    bench.warnings.extend(measure::noise(&bench.cases));
    Ok(bench)
}

/// The cases that are wanted, by data set.
fn chosen(request: &Request) -> Result<Vec<DataCases>> {
    let mut groups = cases::cases(&request.input);
    let Some(only) = &request.only else { return Ok(groups) };
    let names: Vec<_> = groups.iter().flat_map(|group| &group.cases).map(|case| case.name.clone()).collect();
    for group in &mut groups {
        group.cases.retain(|case| case.name.contains(only.as_str()));
    }
    groups.retain(|group| !group.cases.is_empty());
    if groups.is_empty() {
        return Err(Error::usage("no case has this in its name")
            .found(format!("'{only}'"))
            .hint(format!("there are {}", names.join(", "))));
    }
    Ok(groups)
}

fn measured(request: &Request, bench: &mut Bench, case: &Case, draw: &mut dyn Draw) -> Result<CaseResult> {
    // The warm-up: its pictures are compared, its times are nobody's.
    let cpu = draw.picture(case, Side::Cpu)?;
    let gpu = match bench.without_gpu {
        Some(_) => None,
        None => match draw.picture(case, Side::Gpu) {
            Ok(gpu) => Some(gpu),
            // Found by looking, and then it did not serve.
            Err(error) if error.kind() == ErrorKind::Gpu && !asks_for_gpu(request) => {
                bench.without_gpu = Some(error.to_string());
                None
            }
            Err(error) => return Err(error),
        },
    };
    let equality = match &gpu {
        Some(gpu) => Some(measure::compare(&cpu.0, &gpu.0, &cpu.1.class)?),
        None => None,
    };
    let rows = bench.data.last();
    let bytes = rows.and_then(|rows| rows.kept_bytes).map(|_| draw.bytes(case));
    let Drawn { class, rows, rows_drawn, .. } = cpu.1;
    let mut timings = vec![timing(request, bench, case, Side::Cpu, bytes, draw)?];
    if equality.is_some_and(|equality| equality.is_allowed) {
        match timing(request, bench, case, Side::Gpu, bytes, draw) {
            // It served for a while.
            Err(error) if error.kind() == ErrorKind::Gpu && !asks_for_gpu(request) => {
                bench.without_gpu = Some(error.to_string());
            }
            timed => timings.push(timed?),
        }
    }
    Ok(CaseResult { name: case.name.clone(), class, rows, rows_drawn, bytes, equality, timings })
}

fn timing(
    request: &Request,
    bench: &Bench,
    case: &Case,
    side: Side,
    bytes: Option<u64>,
    draw: &mut dyn Draw,
) -> Result<Timing> {
    let has_peak = crate::report::forget_peak_rss();
    let runs = (0..request.repeats.max(1)).map(|_| draw.time(case, side)).collect::<Result<Vec<_>>>()?;
    let peak_rss_bytes = if has_peak { crate::report::peak_rss_bytes() } else { None };
    let label = bench.machine.label(&runs[0].description);
    Ok(Timing::of(label, runs, bytes, peak_rss_bytes))
}

/// True when a run without a GPU would not be what was asked for.
fn asks_for_gpu(request: &Request) -> bool {
    request.backend == BackendChoice::Gpu || request.engine.adapter.is_some()
}
