//! `pointillist bench`.

use std::process::{Command, Stdio};
use std::time::Instant;

use clap::Args as ClapArgs;
use pointillist::Error;
use pointillist::bench::cases::{Files, Input};
use pointillist::bench::{Request, bench, table};
use pointillist::escape::display_json;
use pointillist::output::{self, Destination};
use pointillist::run::Watch;
use pointillist::source::dataset::file_of;
use pointillist::spec::{EngineSpec, Limits};

use super::plot::BackendName;
use super::terminal::{self, ProgressWhen};
use super::value;

/// Starts of a process that are timed; the median counts.
const STARTS: usize = 5;

#[derive(Debug, ClapArgs)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// Your own data, with -x and -y (default: rows made up: evenly spread, five Gaussians, all in one pixel)
    #[arg(value_name = "INPUT", value_parser = value::input, requires = "x", requires = "y")]
    inputs: Vec<String>,
    /// Column of x of your own data
    #[arg(short, value_name = "COL", requires = "inputs")]
    x: Option<String>,
    /// Column of y
    #[arg(short, value_name = "COL", requires = "inputs")]
    y: Option<String>,
    /// Column of numbers: adds marks coloured by it, and their mean
    #[arg(long, value_name = "COL", requires = "inputs")]
    value: Option<String>,
    /// Column of names: adds counts by category
    #[arg(long, value_name = "COL", requires = "inputs")]
    by: Option<String>,
    /// Limits of x of your own data (default: its extent)
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, requires = "inputs")]
    xlim: Option<Limits>,
    /// Limits of y
    #[arg(long, value_name = "A,B", value_parser = value::limits, allow_hyphen_values = true, requires = "inputs")]
    ylim: Option<Limits>,
    /// Rows of each made-up data set
    #[arg(long, value_name = "N", value_parser = value::positive_count, default_value = "1M", conflicts_with = "inputs")]
    rows: u64,
    /// Timed runs of each case and backend, after one to warm up
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), default_value_t = 3)]
    repeats: u16,
    /// Only cases with this text in their names, like disc5 or point/
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Who is measured: auto the CPU and a hardware GPU where there is one, gpu the CPU and a GPU, a software driver too
    #[arg(long, value_name = "NAME", default_value = "auto")]
    backend: BackendName,
    /// GPU adapter by name or index ('pointillist doctor' lists them)
    #[arg(long, value_name = "NAME|INDEX")]
    adapter: Option<String>,
    /// Threads (default: all cores)
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Rows held in memory, so that reading or making them is not measured; more are read anew by every run
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, default_value = "1G")]
    keep: u64,
    /// The result as JSON, into a file beside the table, or "-" instead of it
    #[arg(long, value_name = "FILE")]
    json: Option<String>,
    /// Case by case on standard error
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    progress: ProgressWhen,
}

/// Tells each case, where wanted.
struct Steps {
    is_shown: bool,
}

impl Watch for Steps {
    fn note(&mut self, line: &str) {
        terminal::error_line(line);
    }

    fn begin(&mut self, stage: &str, _: Option<u64>) {
        if self.is_shown {
            terminal::error_line(stage);
        }
    }

    fn advance(&mut self, _: u64) {}

    fn end(&mut self) {}
}

/// Measures and prints.
pub(super) fn run(args: Args) -> anyhow::Result<()> {
    let json = args.json.as_deref().map(Destination::from_text);
    if let Some(json) = &json {
        let inputs: Vec<String> = args.inputs.iter().map(|name| file_of(name).to_owned()).collect();
        output::check_all(&[json], &inputs)?;
    }
    let mut steps = Steps { is_shown: args.progress.is_shown() };
    let request = request(args);
    let mut result = bench(&request, &mut steps)?;
    result.machine.process_start_secs = process_start_secs();
    if json != Some(Destination::Stdout) {
        terminal::print_lines(&table::table(&result))?;
    }
    if let Some(json) = &json {
        let text = display_json(&serde_json::to_string_pretty(&result)?).into_owned() + "\n";
        json.write(|out| {
            out.write_all(text.as_bytes()).map_err(|error| Error::output("the JSON cannot be written").because(error))
        })?;
    }
    let wrong = result.mismatches();
    if !wrong.is_empty() {
        return Err(Error::gpu("pictures of the GPU differ from those of the CPU by more than their class allows")
            .found(wrong.join(", "))
            .hint("the driver or this program is at fault: please report it with the output of 'pointillist doctor'")
            .into());
    }
    Ok(())
}

fn request(args: Args) -> Request {
    let input = match (args.x, args.y) {
        (Some(x), Some(y)) if !args.inputs.is_empty() => Input::Files(Box::new(Files {
            inputs: args.inputs,
            x,
            y,
            value: args.value,
            category: args.by,
            xlim: args.xlim,
            ylim: args.ylim,
        })),
        _ => Input::Synthetic { rows: args.rows },
    };
    Request {
        input,
        repeats: usize::from(args.repeats),
        only: args.only,
        backend: args.backend.into(),
        engine: EngineSpec { adapter: args.adapter, threads: args.threads, ..EngineSpec::default() },
        most_kept_bytes: args.keep,
    }
}

/// Seconds until this program has come up, said its version and gone.
fn process_start_secs() -> Option<f64> {
    let program = std::env::current_exe().ok()?;
    let mut secs = Vec::new();
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut command = Command::new(&program);
        let status = command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !status.ok()?.success() {
            return None;
        }
        secs.push(start.elapsed().as_secs_f64());
    }
    secs.sort_by(f64::total_cmp);
    secs.get(STARTS / 2).copied()
}
