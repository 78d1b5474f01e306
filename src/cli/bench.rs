//! `pointillist bench`.

use clap::Args as ClapArgs;
use pointillist::bench::{Bench, Request, Timing, bench};
use pointillist::spec::{EngineSpec, Limits};

use super::terminal::{self, ProgressWhen, Terminal, grouped};
use super::value;

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// The input (default: synthetic Gaussians)
    input: Option<String>,
    /// Rows of the synthetic input
    #[arg(long, value_name = "N", value_parser = value::count, default_value = "1M", conflicts_with = "input")]
    rows: u64,
    /// Columns of x, y and a value
    #[arg(long, value_name = "X,Y,V", value_delimiter = ',', default_value = "x,y,v")]
    columns: Vec<String>,
    /// How often each job runs; the median counts
    #[arg(long, value_name = "N", default_value_t = 3)]
    runs: usize,
    /// GPU adapter by name or index
    #[arg(long, value_name = "NAME|INDEX")]
    adapter: Option<String>,
    /// Threads (default: all cores)
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let [x, y, value] = &args.columns[..] else {
        return Err(pointillist::Error::usage("--columns needs three names").expected("X,Y,V").into());
    };
    let synthetic = args.input.is_none();
    let limits = || Limits { start: "-10".to_owned(), end: "10".to_owned() };
    let request = Request {
        input: args.input.clone().unwrap_or_else(|| format!("synthetic:gaussians:{}:seed=7", args.rows)),
        columns: [x.clone(), y.clone(), value.clone()],
        limits: synthetic.then(|| (limits(), limits())),
        runs: args.runs,
        engine: EngineSpec { adapter: args.adapter.clone(), threads: args.threads, ..EngineSpec::default() },
    };
    let result = bench(&request, &mut Terminal::new(ProgressWhen::Never))?;
    let text = if args.json { serde_json::to_string_pretty(&result)? + "\n" } else { table(&result) };
    terminal::print(&text);
    Ok(())
}

fn table(result: &Bench) -> String {
    let mut out = format!("{}\n", result.input);
    for scene in &result.scenes {
        let equality = match (scene.is_equal, scene.largest_difference, scene.equal_share) {
            (Some(true), ..) => "the same bytes on both".to_owned(),
            (Some(false), Some(largest), Some(share)) => {
                format!("largest difference {largest}/255, {:.4} % of pixels equal", 100.0 * share)
            }
            _ => "one backend".to_owned(),
        };
        out += &format!("\n{} ({} rows drawn, {}): {equality}\n", scene.scene, grouped(scene.rows_drawn), scene.class);
        out += "  read    encode  draw    readback backend figure  png     total    M points/s  by\n";
        out += &line(&scene.cpu);
        match &scene.gpu {
            Some(gpu) => out += &line(gpu),
            None if scene.is_equal.is_some() => {
                out += "  the pictures differ by more than their class allows: no times\n"
            }
            None => {}
        }
    }
    if let Some(why) = &result.without_gpu {
        out += &format!("\nwithout GPU: {why}\n");
    }
    out
}

fn line(timing: &Timing) -> String {
    let s = &timing.seconds;
    format!(
        "  {:<7.3} {:<7.3} {:<7.3} {:<8.3} {:<7.3} {:<7.3} {:<7.3} {:<8.3} {:<11.1} {}\n",
        s.read,
        s.encode,
        s.draw,
        s.readback,
        s.backend,
        s.figure,
        s.png,
        s.total,
        timing.points_per_second / 1e6,
        timing.description
    )
}
