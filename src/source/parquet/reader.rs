//! Rows of a Parquet file, a run of a row group at a time.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, RowSelection, RowSelector};
use ::parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};

use super::claims::{Claim, contradiction};
use super::fault::{damaged, guarded};
use super::flat::Flat;
use super::pages::{Group, Watch};
use crate::data::chunk::{Chunk, Column, Origin, Position};
use crate::error::{Error, Result};
use crate::source::Reader;
use crate::source::arrays;
use crate::source::budget::Limit;
use crate::source::bytes::RegularFile;

/// A run of rows within a row group.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub group: usize,
    pub rows: Range<u64>,
    /// The row group's first row within the file.
    pub first_row: u64,
    pub is_outside: bool,
    pub bytes: u64,
    /// What the file states of each column that was asked for, where it is held to that.
    pub claims: Vec<Claim>,
}

pub(super) struct ParquetReader {
    pub file: RegularFile,
    pub metadata: ArrowReaderMetadata,
    pub leaves: Vec<usize>,
    /// For each column that was asked for, its number among the delivered ones, and that of the child within it.
    pub order: Vec<(usize, Option<usize>)>,
    /// Most rows of a chunk, and of one by the general decoder.
    pub chunk_rows: usize,
    pub general_rows: usize,
    pub input: usize,
    pub parts: Arc<[Part]>,
    /// The first part that has not been begun.
    pub next_part: usize,
    pub state: State,
    /// Where all columns are flat.
    pub flat: Option<Flat>,
    /// The names of the columns that were asked for.
    pub labels: Vec<String>,
    pub skipped_rows: u64,
    pub bytes_read: u64,
}

/// What is being read.
pub(super) enum State {
    /// Nothing.
    Between,
    /// The pages of a part.
    Flat(Part),
    /// A part by the general decoder.
    Open(Box<Open>),
}

/// A run of rows that the general decoder reads.
pub(super) struct Open {
    reader: ParquetRecordBatchReader,
    part: Part,
    watch: Watch,
}

impl ParquetReader {
    fn open_part(&self, part: Part) -> Result<Open> {
        let file = Arc::new(self.file.handle()?);
        let too_large = || damaged(self.file.name(), "a row group of more rows than this machine can count");
        let offset = usize::try_from(part.rows.start).map_err(|_| too_large())?;
        let limit = usize::try_from(part.rows.end - part.rows.start).map_err(|_| too_large())?;
        // The decoder makes room for all rows that it may deliver at once.
        let rows_at_once = self.general_rows.min(limit);
        self.check_widths(part.group, rows_at_once)?;
        let watch = Watch::new(self.file.name(), *self.file.budgets(), rows_at_once);
        let group =
            Group { file, metadata: self.metadata.metadata().clone(), number: part.group, watch: watch.clone() };
        let reader = guarded(self.file.name(), || {
            let schema = self.metadata.parquet_schema();
            let mask = ProjectionMask::leaves(schema, self.leaves.iter().copied());
            let levels = parquet_to_arrow_field_levels(schema, mask, Some(self.metadata.schema().fields()))?;
            let selection = RowSelection::from(vec![RowSelector::skip(offset), RowSelector::select(limit)]);
            let is_whole = group.metadata.row_group(part.group).num_rows() == limit as i64;
            let selection = (!is_whole).then_some(selection);
            ParquetRecordBatchReader::try_new_with_row_groups(&levels, &group, rows_at_once, selection)
        })?;
        Ok(Open { reader, part, watch })
    }

    /// Refuses values of a fixed length that rows without a value would make too much of.
    fn check_widths(&self, group: usize, rows_at_once: usize) -> Result<()> {
        let budgets = self.file.budgets();
        let group = self.metadata.metadata().row_group(group);
        for column in self.leaves.iter().filter_map(|leaf| group.columns().get(*leaf)) {
            let width = u64::try_from(column.column_descr().type_length()).unwrap_or(0);
            let bytes = width.saturating_mul(rows_at_once as u64).div_ceil(2);
            let checked = budgets.check(Limit::Page, bytes, "values of a fixed length are too long for so many rows");
            checked.map_err(|error| error.in_file(self.file.name()).in_column(column.column_path().string()))?;
        }
        Ok(())
    }

    /// Holds decoded columns against what the file states of them.
    fn check_claims(&self, part: &Part, origin: Origin, columns: &[Column<'_>]) -> Result<()> {
        for ((column, claim), label) in columns.iter().zip(&part.claims).zip(&self.labels) {
            let Some((row, value)) = contradiction(column, *claim) else { continue };
            let stated = match claim.flatten() {
                Some(extent) => format!("{} to {}", extent.as_f64().0, extent.as_f64().1),
                None => "no values".to_owned(),
            };
            return Err(Error::input(format!("row group {} holds a value outside of its own statistics", part.group))
                .in_file(self.file.name())
                .at_row(origin.first_row + row as u64)
                .in_column(label)
                .expected(stated)
                .found(value)
                .hint("write the file again, or give the limits, and --no-skip")
                .of_false_statistics());
        }
        Ok(())
    }
}

impl ParquetReader {
    /// Begins with the next part; nothing at the end.
    fn begin(&mut self) -> Result<Option<State>> {
        while let Some(part) = self.parts.get(self.next_part) {
            self.next_part += 1;
            if part.is_outside {
                self.skipped_rows += part.rows.end - part.rows.start;
                continue;
            }
            self.bytes_read += part.bytes;
            return Ok(Some(match &mut self.flat {
                Some(flat) => {
                    flat.begin(self.next_part - 1);
                    State::Flat(part.clone())
                }
                None => State::Open(Box::new(self.open_part(part.clone())?)),
            }));
        }
        Ok(None)
    }

    /// Where the next row of a part is from.
    fn origin(&self, part: &Part) -> Origin {
        let position = Position::RowGroup { group: part.group as u64, row: part.rows.start };
        Origin { input: self.input, first_row: part.first_row + part.rows.start, position }
    }

    /// The next rows of flat columns, and what is read behind them.
    fn next_flat(&mut self, mut part: Part) -> Result<(Option<Chunk<'static>>, State)> {
        let left = part.rows.end - part.rows.start;
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(self.chunk_rows);
        let Some(flat) = self.flat.as_mut().filter(|_| most > 0) else { return Ok((None, State::Between)) };
        let Some(rows) = flat.next(part.rows.start, most)? else {
            return Ok((None, State::Open(Box::new(self.open_part(part)?))));
        };
        let origin = self.origin(&part);
        if !rows.is_clean {
            self.check_claims(&part, origin, &rows.columns)?;
        }
        part.rows.start += rows.len as u64;
        Ok((Some(Chunk::new(origin, rows.len, rows.columns)?), State::Flat(part)))
    }

    /// The next rows of the general decoder, and what is read behind them.
    fn next_open(&self, mut open: Box<Open>) -> Result<(Option<Chunk<'static>>, State)> {
        let Open { reader, part, watch } = &mut *open;
        let name = self.file.name();
        let group = part.group;
        let wrong_count = || damaged(name, format!("row group {group} has another number of rows than it says"));
        watch.begin();
        let batch = guarded(name, || reader.next().transpose().map_err(Into::into));
        let batch = batch.map_err(|error| watch.refusal().unwrap_or(error))?;
        let Some(batch) = batch else {
            return if part.rows.is_empty() { Ok((None, State::Between)) } else { Err(wrong_count()) };
        };
        let rows = batch.num_rows();
        if rows == 0 {
            return Ok((None, State::Open(open)));
        }
        if rows as u64 > part.rows.end - part.rows.start {
            return Err(wrong_count());
        }
        let origin = self.origin(part);
        part.rows.start += rows as u64;
        let columns = self.order.iter().map(|&(delivered, child)| {
            let array =
                batch.columns().get(delivered).ok_or_else(|| damaged(name, "a column that is not delivered"))?;
            let converted = catch_unwind(AssertUnwindSafe(|| arrays::column(array, child)));
            converted.ok().flatten().ok_or_else(|| damaged(name, "a column of another type than the schema tells"))
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        self.check_claims(part, origin, &columns)?;
        Ok((Some(Chunk::new(origin, rows, columns)?), State::Open(open)))
    }
}

impl Reader for ParquetReader {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        loop {
            let (chunk, state) = match std::mem::replace(&mut self.state, State::Between) {
                State::Between => match self.begin()? {
                    Some(state) => (None, state),
                    None => return Ok(None),
                },
                State::Flat(part) => self.next_flat(part)?,
                State::Open(open) => self.next_open(open)?,
            };
            self.state = state;
            if chunk.is_some() {
                return Ok(chunk);
            }
        }
    }

    fn skipped_rows(&self) -> u64 {
        self.skipped_rows
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read
    }
}
