//! Pass one: what the request leaves open is taken from statistics, else read; a pipe is kept for the second pass.

use crate::data::chunk::Role;
use crate::data::survey::{Ask, Extent, Survey};
use crate::error::Result;
use crate::plan::Known;
use crate::plan::axes;
use crate::plan::columns::{Coloring, Columns};
use crate::run::{Job, Watch, each_chunk};
use crate::scale::Kind;
use crate::source::dataset::DataSet;
use crate::source::spool::SpoolSettings;

/// What pass one found.
pub(super) struct Surveyed {
    /// What the plan needs.
    pub(super) known: Known,
    /// The data set with spools in place of pipes, where there were any and they were read.
    pub(super) spooled: Option<DataSet>,
    /// Bytes read.
    pub(super) bytes_read: u64,
}

/// Something that the request leaves open.
struct Open {
    role: Role,
    /// The column of the chunk, counted as roles are.
    at: usize,
    /// Only positive values count: a log axis.
    is_positive: bool,
}

/// Finds out what the request leaves open.
///
/// # Errors
/// When the data cannot be read, or a pipe does not fit its spool.
pub(super) fn survey(job: &Job, columns: &Columns, data: &DataSet, watch: &mut dyn Watch) -> Result<Surveyed> {
    let mut surveyed = Surveyed { known: Known::default(), spooled: None, bytes_read: 0 };
    let mut open = open(job, columns)?;
    open.retain(|open| {
        let known =
            if open.role == Role::Category { None } else { data.extent(columns.indices[open.at], open.is_positive) };
        known.is_none_or(|extent| {
            set(&mut surveyed.known, open.role, extent);
            false
        })
    });
    if open.is_empty() {
        return Ok(surveyed);
    }
    // Only the columns in question, but all that will be drawn where there is no second reading.
    let is_pipe = !data.can_reread();
    let wanted: Vec<usize> = if is_pipe { columns.indices.clone() } else { indices(&open, columns) };
    let asks = (0..wanted.len()).map(|at| {
        let index = wanted[at];
        let categories = open.iter().any(|open| open.role == Role::Category && columns.indices[open.at] == index);
        let name = data.fields()[index].name.clone().unwrap_or_else(|| index.to_string());
        Ask { name, categories }
    });
    let mut survey = Survey::new(asks);
    watch.begin("surveying", data.rows());
    let chunk_rows = job.spec.engine.chunk_rows;
    if is_pipe {
        let settings = spool_settings(job);
        watch.note(&format!(
            "standard input is read once: its columns are kept, compressed, in {} until the picture is drawn \
             (limits for all axes and colours make that needless)",
            settings.folder.display()
        ));
        let (spooled, bytes_read) = data.spooled(&wanted, chunk_rows, &settings, |chunk| {
            survey.add(chunk)?;
            watch.advance(survey.rows());
            Ok(())
        })?;
        (surveyed.spooled, surveyed.bytes_read) = (Some(spooled), bytes_read);
    } else {
        let read = each_chunk(data.read(&data.whole(), &wanted, chunk_rows, &[])?, |chunk| {
            survey.add(&chunk)?;
            watch.advance(survey.rows());
            Ok(())
        })?;
        surveyed.bytes_read = read.bytes;
    }
    watch.end();
    for open in &open {
        let Some(at) = wanted.iter().position(|index| *index == columns.indices[open.at]) else { continue };
        let column = &survey.columns()[at];
        if open.role == Role::Category {
            let categories = column.categories().iter();
            surveyed.known.categories = categories.map(|(name, rows)| (name.clone(), *rows)).collect();
        } else if let Some(extent) = column.extent(open.is_positive) {
            set(&mut surveyed.known, open.role, extent);
        }
    }
    Ok(surveyed)
}

fn spool_settings(job: &Job) -> SpoolSettings {
    let folder = job.spool_folder.clone().unwrap_or_else(|| job.output.folder());
    SpoolSettings { folder, limit_bytes: job.spool_limit_bytes }
}

/// What the request leaves open.
fn open(job: &Job, columns: &Columns) -> Result<Vec<Open>> {
    let mut open = Vec::new();
    let axes = [(&job.spec.x, &columns.x, Role::X, "x"), (&job.spec.y, &columns.y, Role::Y, "y")];
    for (at, (axis, column, role, flag)) in axes.into_iter().enumerate() {
        let kind = axes::kind(axis, column, flag)?;
        if axis.limits.is_none() {
            open.push(Open { role, at, is_positive: kind == Kind::Log });
        }
    }
    let role = match &columns.coloring {
        Coloring::Value(_) if job.spec.points.color_limits.is_none() => Some(Role::Value),
        Coloring::Category(_) => Some(Role::Category),
        _ => None,
    };
    if let Some((role, at)) = role.and_then(|role| Some((role, columns.roles.iter().position(|have| *have == role)?))) {
        open.push(Open { role, at, is_positive: false });
    }
    Ok(open)
}

fn indices(open: &[Open], columns: &Columns) -> Vec<usize> {
    let mut indices: Vec<usize> = open.iter().map(|open| columns.indices[open.at]).collect();
    indices.dedup();
    indices
}

fn set(known: &mut Known, role: Role, extent: Extent) {
    match role {
        Role::X => known.x = Some(extent),
        Role::Y => known.y = Some(extent),
        _ => known.value = Some(extent),
    }
}
