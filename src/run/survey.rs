//! Pass one: what the request leaves open is taken from statistics, else read; a pipe is kept for the second pass.

use crate::color::NormKind;
use crate::data::chunk::{Chunk, Role};
use crate::data::survey::{Ask, ColumnSurvey, Extent, Survey};
use crate::encode::Facets;
use crate::error::{Error, ErrorKind, Result};
use crate::escape::{display_text, holds_written_byte};
use crate::plan::axes;
use crate::plan::columns::{Coloring, Columns};
use crate::plan::{Known, KnownColumn, facets};
use crate::reduce::Reduction;
use crate::run::reading::{Ending, Read, each_chunk};
use crate::run::{Job, Watch};
use crate::scale::Kind;
use crate::source::dataset::{DataSet, Pull, Pulled};
use crate::source::spool::SpoolSettings;
use crate::spec::{ColorLimit, Spec};
use crate::units::row_count;

/// What pass one found.
pub(super) struct Surveyed {
    /// What the plan needs.
    pub(super) known: Known,
    /// The data set with spools in place of pipes, where there were any and they were read.
    pub(super) spooled: Option<DataSet>,
    /// Bytes read.
    pub(super) bytes_read: u64,
    /// True when the run was asked to end and goes on with the rows that came.
    pub(super) is_partial: bool,
    /// True when the inputs were taken at their word: what they state of a column's values.
    pub(super) is_stated: bool,
}

/// Something that the request leaves open.
struct Open {
    role: Role,
    /// The column of the chunk, counted as roles are.
    at: usize,
    /// Only positive values count: a log axis or norm.
    is_positive: bool,
    /// What is wanted.
    want: Want,
}

/// What is wanted of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    /// Its smallest and largest value.
    Extent,
    /// The same, and how often each value occurs.
    Values,
    /// Its names with their counts.
    Categories,
}

/// The rows that panels are made of, where only some values of the column are asked for.
struct Chosen {
    facets: Facets,
    /// The column.
    index: usize,
}

impl Chosen {
    fn of(spec: &Spec, columns: &Columns) -> Result<Option<Self>> {
        let (Some(facet), Some(column)) = (&spec.panels.facet, &columns.facet) else { return Ok(None) };
        Ok(facets::choice(facet, column)?.map(|facets| Self { facets, index: column.index }))
    }
}

/// Takes a chunk of the `wanted` columns into account, or its chosen rows alone.
fn add(survey: &mut Survey, chunk: &Chunk<'_>, chosen: Option<&Chosen>, wanted: &[usize]) -> Result<()> {
    let Some(Chosen { facets, index }) = chosen else { return survey.add(chunk) };
    let at = wanted.iter().position(|wanted| wanted == index).unwrap_or_default();
    survey.add(&facets.route(chunk, at)?.partition.chunk(chunk, wanted.len())?)
}

/// Finds out what the request leaves open of the data set with that number.
///
/// # Errors
/// When the data cannot be read, or a pipe does not fit its spool.
pub(super) fn survey(
    job: &Job,
    number: usize,
    columns: &Columns,
    data: &DataSet,
    watch: &mut dyn Watch,
) -> Result<Surveyed> {
    let spec = &job.series[number].spec;
    let known = Known { gathered: vec![KnownColumn::default(); columns.gathered.len()], ..Known::default() };
    let mut surveyed = Surveyed { known, spooled: None, bytes_read: 0, is_partial: false, is_stated: false };
    let mut open = open(spec, columns)?;
    let chosen = Chosen::of(spec, columns)?;
    open.retain(|open| {
        let index = columns.indices[open.at];
        if let Some(names) = data.categories(index).filter(|_| open.want == Want::Categories) {
            set_categories(&mut surveyed.known, open.role, names);
            return false;
        }
        // Statistics are of all rows.
        let is_stated = open.want == Want::Extent && chosen.is_none();
        let known = is_stated.then(|| data.extent(index, open.is_positive)).flatten();
        known.is_none_or(|extent| {
            set(&mut surveyed.known, open.role, extent);
            surveyed.is_stated = true;
            false
        })
    });
    if open.is_empty() {
        return Ok(surveyed);
    }
    let mut read = Read::default();
    // Only the columns in question, but all that will be drawn where there is no second reading.
    let is_pipe = !data.can_reread();
    let mut wanted: Vec<usize> = if is_pipe { columns.indices.clone() } else { indices(&open, columns) };
    if let Some(chosen) = chosen.as_ref().filter(|chosen| !wanted.contains(&chosen.index)) {
        wanted.push(chosen.index);
    }
    let asks = (0..wanted.len()).map(|at| {
        let index = wanted[at];
        let wants = |want: Want| open.iter().any(|open| open.want == want && columns.indices[open.at] == index);
        let (categories, values) = (wants(Want::Categories), wants(Want::Values));
        let name = data.fields()[index].name.clone().unwrap_or_else(|| index.to_string());
        Ask { name, categories, values }
    });
    let mut survey = Survey::new(asks);
    let mut seen = 0;
    let stage = if job.is_several() { format!("surveying series {}", number + 1) } else { "surveying".to_owned() };
    watch.begin(&stage, data.rows());
    let chunk_rows = spec.engine.chunk_rows;
    if is_pipe {
        let settings = spool_settings(job);
        watch.note(&format!(
            "standard input is read once: its columns are kept, compressed, in {} until the picture is drawn \
             (limits for all axes and colours make that needless)",
            settings.folder.display()
        ));
        let pull: &mut Pull<'_> = &mut |reader, take| {
            read.is_partial = false;
            each_chunk(reader, job.ending(), &mut read, take)?;
            Ok(Pulled { passed: read.passed.clone(), bytes_read: read.bytes, is_whole: !read.is_partial })
        };
        let (spooled, bytes_read) = data.spooled(&wanted, chunk_rows, &settings, pull, |chunk| {
            add(&mut survey, chunk, chosen.as_ref(), &wanted)?;
            seen += chunk.len() as u64;
            watch.advance(seen);
            Ok(())
        })?;
        (surveyed.spooled, surveyed.bytes_read) = (Some(spooled), bytes_read);
    } else {
        // Nothing would have been drawn yet.
        let ending = Ending { draws_partial: false, ..job.ending() };
        each_chunk(data.read(&data.whole(), &wanted, chunk_rows, &[])?, ending, &mut read, |chunk| {
            add(&mut survey, &chunk, chosen.as_ref(), &wanted)?;
            seen += chunk.len() as u64;
            watch.advance(seen);
            Ok(())
        })
        .map_err(|error| match error.kind() {
            ErrorKind::Stopped => Error::stopped("interrupted while looking for the limits: nothing was written")
                .hint("--xlim, --ylim (and --clim) make that reading needless"),
            _ => error,
        })
        .map_err(|error| match seen {
            0 => error,
            rows => error.after(format!("{} looked at for the limits", row_count(rows))),
        })?;
        surveyed.bytes_read = read.bytes;
    }
    surveyed.is_partial = read.is_partial;
    watch.end();
    for open in &open {
        let Some(at) = wanted.iter().position(|index| *index == columns.indices[open.at]) else { continue };
        let column = &survey.columns()[at];
        if open.want == Want::Categories {
            if let Some(name) = column.categories().keys().find(|name| holds_written_byte(name)) {
                watch.note(&format!(
                    "column '{}' is not UTF-8: the bytes that are none are shown as in '{}' \
                     (if it is Latin-1: iconv -f LATIN1 -t UTF-8 FILE > NEW)",
                    display_text(&column.ask().name),
                    display_text(name)
                ));
            }
            let categories: Vec<_> = column.categories().iter().map(|(name, rows)| (name.clone(), *rows)).collect();
            if open.role == Role::Facet {
                refuse_fractions(column, survey.rows(), &categories)?;
            }
            set_categories(&mut surveyed.known, open.role, categories);
            if let (Role::Gathered(_), Some(extent)) = (open.role, column.extent(false)) {
                set(&mut surveyed.known, open.role, extent);
            }
            continue;
        }
        if let Some(extent) = column.extent(open.is_positive) {
            set(&mut surveyed.known, open.role, extent);
        }
        if open.want == Want::Values {
            surveyed.known.values = column.values().cloned();
        }
    }
    Ok(surveyed)
}

/// Refuses panels of a column whose numbers are mostly fractions: nearly all rows would be in none.
fn refuse_fractions(column: &ColumnSurvey, rows: u64, categories: &[(String, u64)]) -> Result<()> {
    let whole: u64 = categories.iter().map(|(_, rows)| rows).sum();
    let finite = rows.saturating_sub(column.nulls() + column.unparsed() + column.non_finite());
    if 2 * whole >= finite {
        return Ok(());
    }
    Err(Error::usage("--facet needs text, bools, whole numbers or dates, and this column holds fractions")
        .in_column(column.ask().name.clone())
        .hint("round the column to whole numbers, or name those that are to have a panel with --facet-values"))
}

fn spool_settings(job: &Job) -> SpoolSettings {
    let folder = job.spool_folder.clone().unwrap_or_else(|| job.output.folder());
    SpoolSettings { folder, limit_bytes: job.spool_limit_bytes }
}

/// What the request leaves open.
fn open(spec: &Spec, columns: &Columns) -> Result<Vec<Open>> {
    let mut open = Vec::new();
    let axes = [(&spec.x, &columns.x, Role::X, "x"), (&spec.y, &columns.y, Role::Y, "y")];
    for (at, (axis, column, role, flag)) in axes.into_iter().enumerate() {
        let kind = axes::kind(axis, column, flag)?;
        if axis.limits.is_none() {
            open.push(Open { role, at, is_positive: kind == Kind::Log, want: Want::Extent });
        }
    }
    let at = |role: Role| columns.roles.iter().position(|have| *have == role);
    let colors = &spec.colors;
    if let (Coloring::Value(_), Some(at)) = (&columns.coloring, at(Role::Value)) {
        let has_percentile = colors
            .limits
            .is_some_and(|(lo, hi)| [lo, hi].iter().any(|limit| matches!(limit, ColorLimit::Percentile(_))));
        let want = if has_percentile || colors.norm == Some(NormKind::EqHist) { Want::Values } else { Want::Extent };
        if colors.limits.is_none() || want == Want::Values {
            open.push(Open { role: Role::Value, at, is_positive: colors.norm == Some(NormKind::Log), want });
        }
    }
    if let (Coloring::Category(_), Some(at)) = (&columns.coloring, at(Role::Category)) {
        open.push(Open { role: Role::Category, at, is_positive: false, want: Want::Categories });
    }
    if let Some(at) = at(Role::Facet)
        && spec.panels.facet.as_ref().is_some_and(|facet| facet.values.is_none())
    {
        open.push(Open { role: Role::Facet, at, is_positive: false, want: Want::Categories });
    }
    let has_size_limits = spec.points.size_by.as_ref().is_some_and(|by| by.limits.is_some());
    if let (false, Some(at)) = (has_size_limits, at(Role::Size)) {
        open.push(Open { role: Role::Size, at, is_positive: false, want: Want::Extent });
    }
    if let Some(density) = &spec.density {
        for (number, column) in (0_u8..).zip(&columns.gathered) {
            let role = Role::Gathered(number);
            let Some(at) = at(role) else { continue };
            let gathers = |reduction: &&Reduction| reduction.column().is_some_and(|text| column.is_called(text));
            let reductions = || density.reductions.iter().filter(gathers);
            let is_summed =
                reductions().any(|reduction| matches!(reduction, Reduction::Of(statistic, _) if statistic.is_summed()));
            if is_summed && density.value_range.is_none() {
                open.push(Open { role, at, is_positive: false, want: Want::Extent });
            }
            if density.categories.is_none() && reductions().any(|reduction| matches!(reduction, Reduction::By(_))) {
                open.push(Open { role, at, is_positive: false, want: Want::Categories });
            }
        }
    }
    Ok(open)
}

fn indices(open: &[Open], columns: &Columns) -> Vec<usize> {
    let mut indices: Vec<usize> = Vec::new();
    for index in open.iter().map(|open| columns.indices[open.at]) {
        if !indices.contains(&index) {
            indices.push(index);
        }
    }
    indices
}

fn set_categories(known: &mut Known, role: Role, categories: Vec<(String, u64)>) {
    match role {
        Role::Gathered(number) => known.gathered[usize::from(number)].categories = categories,
        Role::Facet => known.facets = categories,
        _ => known.categories = categories,
    }
}

fn set(known: &mut Known, role: Role, extent: Extent) {
    match role {
        Role::X => known.x = Some(extent),
        Role::Y => known.y = Some(extent),
        Role::Size => known.size = Some(extent),
        Role::Gathered(number) => known.gathered[usize::from(number)].extent = Some(extent),
        _ => known.value = Some(extent),
    }
}
