//! The outputs of a run: what can be wrong with them before anything is read, and the report.

use crate::error::{Error, Result};
use crate::output::{self, Destination, Pending};
use crate::reduce::Reduction;
use crate::report::Report;
use crate::run::Job;

/// Outputs can be written, and replace neither an input nor one another; several arrays have an archive to go to.
pub(super) fn check_outputs(job: &Job) -> Result<()> {
    let outputs = [Some(&job.output), job.raster.as_ref(), job.canvas.as_ref(), job.report.as_ref()];
    let inputs: Vec<String> = job.series.iter().flat_map(|series| series.inputs.iter().cloned()).collect();
    output::check_all(&outputs.into_iter().flatten().collect::<Vec<_>>(), &inputs)?;
    let reductions = job.spec()?.density.as_ref().map_or(&[][..], |density| &density.reductions);
    let needs_archive = reductions.len() > 1 || matches!(reductions, [Reduction::By(_)]);
    output::check_arrays(job.raster.as_ref(), needs_archive)
}

pub(super) fn write_report(destination: &Destination, report: &Report) -> Result<Pending> {
    let text = serde_json::to_string_pretty(report)
        .map_err(|source| Error::output("the report cannot be written").because(source))?;
    destination.prepare(|out| {
        writeln!(out, "{text}").map_err(|source| Error::output("the report cannot be written").because(source))
    })
}
