//! Apache Parquet: row groups as parts, statistics as extents, columns without a copy where the types allow it.
//!
//! Nothing a file says is believed before it is checked against the file's size, and a panic of the decoder is an
//! error of the file.

mod claims;
mod fault;
mod flat;
mod footer;
mod heads;
mod pages;
mod reader;
mod statistics;
mod texts;
mod thrift;
mod unpacked;
mod zones;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::basic::Type;
use ::parquet::file::metadata::{FileMetaData, ParquetMetaData};
use ::parquet::schema::types::SchemaDescriptor;
use arrow::datatypes::DataType;

use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::arrays::places::{self, Place};
use crate::source::arrays::types;
use crate::source::bytes::RegularFile;
use crate::source::raw::wrong_span;
use crate::source::strided::unreadable;
use crate::source::{Field, Input, Keep, Reader, Request, Span};
use fault::{damaged, guarded};
use flat::{Flat, Kind, Wish};
use reader::{ParquetReader, Part, State};

/// Bytes of a page and of its values while it is decoded, as far as several are at a time.
const PAGE_BYTES: u64 = 6 << 20;

/// Most rows of a chunk with text that is written out: 300,000 rows of 6 kB names took 1.6 GB in chunks of 262,144 rows.
const TEXT_ROWS: usize = 8192;

/// A Parquet file.
#[derive(Debug)]
pub struct Parquet {
    file: RegularFile,
    metadata: ArrowReaderMetadata,
    fields: Vec<Field>,
    leaves: Vec<Option<Leaf>>,
    /// The first row of each row group, and at last the number of rows.
    group_starts: Vec<u64>,
}

/// A column of a type that can be drawn.
#[derive(Clone, Debug)]
struct Leaf {
    /// Where it stands in the schema.
    place: Place,
    /// The column's number among the leaves of the Parquet schema.
    index: usize,
    /// How the decoder delivers it.
    delivered: DataType,
    /// True when the statistics are in the unit that is delivered.
    has_plain_statistics: bool,
}

impl Parquet {
    /// Reads the footer.
    ///
    /// # Errors
    /// When there is none, or it contradicts itself or the file's size.
    pub fn open(file: RegularFile) -> Result<Self> {
        let handle = file.handle()?;
        footer::check(&file, &handle)?;
        let (metadata, plain) = guarded(file.name(), || {
            let metadata = with_rows_of_groups(ArrowReaderMetadata::load(&handle, ArrowReaderOptions::new())?)?;
            // The types as Parquet alone tells them: where they differ from the delivered ones, statistics do not fit.
            let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
            let plain = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)?;
            Ok((metadata, plain))
        })?;
        let leaf_of_place = leaves_by_place(metadata.parquet_schema());
        let written = zones::written_schema(metadata.metadata().file_metadata());
        let (mut fields, mut leaves) = (Vec::new(), Vec::new());
        for (field, place) in
            places::columns(metadata.schema(), file.budgets()).map_err(|error| error.in_file(file.name()))?
        {
            let leaf = leaf_of_place.get(&place).filter(|_| field.readable).and_then(|&index| {
                let delivered = places::field(metadata.schema(), place)?.data_type().clone();
                let plain = places::field(plain.schema(), place);
                let has_plain_statistics =
                    plain.is_some_and(|plain| statistics::is_same_unit(plain.data_type(), &delivered));
                Some(Leaf { place, index, delivered, has_plain_statistics })
            });
            let logical = zones::with_zone(field.logical, place, written.as_ref());
            fields.push(Field { readable: leaf.is_some(), logical, ..field });
            leaves.push(leaf);
        }
        let mut group_starts = vec![0u64];
        for group in metadata.metadata().row_groups() {
            let rows = u64::try_from(group.num_rows()).ok();
            let end = rows.and_then(|rows| group_starts.last()?.checked_add(rows));
            group_starts.push(end.ok_or_else(|| damaged(file.name(), "a row group with a negative number of rows"))?);
        }
        Ok(Self { file, metadata, fields, leaves, group_starts })
    }

    /// The number of row groups.
    #[must_use]
    pub fn row_groups(&self) -> u64 {
        self.group_starts.len() as u64 - 1
    }

    fn group_rows(&self, group: usize) -> u64 {
        self.group_starts[group + 1] - self.group_starts[group]
    }

    fn leaf(&self, column: usize) -> Result<&Leaf> {
        let leaf = self.leaves.get(column).and_then(Option::as_ref);
        leaf.ok_or_else(|| {
            let error = match self.fields.get(column) {
                Some(field) => unreadable(field, column),
                None => Error::usage(format!("there is no column {column}")),
            };
            error.in_file(self.name())
        })
    }

    /// The columns for the reader of flat ones, if all are so, and there is one at least.
    fn wishes(&self, chosen: &[&Leaf]) -> Option<Vec<Wish>> {
        let wish = |leaf: &&Leaf| {
            let column = self.metadata.parquet_schema().column(leaf.index);
            let is_flat = leaf.place.child.is_none() && column.max_rep_level() == 0 && column.max_def_level() <= 1;
            let kind = Kind::of(column.physical_type(), &leaf.delivered, leaf.has_plain_statistics);
            let logical = types::logical(&leaf.delivered)?;
            Some(Wish { leaf: leaf.index, kind: kind.filter(|_| is_flat)?, logical })
        };
        chosen.iter().map(wish).collect::<Option<Vec<_>>>().filter(|wishes| !wishes.is_empty())
    }

    /// The smallest and largest value of a column in a row group as the file states them; possibly infinite.
    /// `Some(None)` for a group without values.
    fn bounds(&self, group: usize, leaf: &Leaf) -> Option<Option<Extent>> {
        let group = self.metadata.metadata().row_groups().get(group)?;
        if group.num_rows() == 0 {
            return Some(None);
        }
        let column = group.columns().get(leaf.index).filter(|_| leaf.has_plain_statistics)?;
        statistics::bounds(column.statistics()?, &leaf.delivered, group.num_rows())
    }

    /// True when no row of the group lies within what is kept, and none is known to be refused.
    fn is_outside(&self, group: usize, keep: &[Keep]) -> bool {
        let bounds = |keep: &Keep| self.bounds(group, self.leaves.get(keep.column)?.as_ref()?).flatten();
        let is_refused = |keep: &Keep| keep.is_positive && bounds(keep).is_some_and(|bounds| bounds.as_f64().0 <= 0.0);
        keep.iter().any(|keep| bounds(keep).is_some_and(|bounds| bounds.is_apart_from(keep.extent)))
            && !keep.iter().any(is_refused)
    }

    /// The parts of row groups that a span means: group and rows within it.
    fn parts(&self, span: &Span) -> Result<Vec<(usize, Range<u64>)>> {
        let rows = self.group_starts.last().copied().unwrap_or(0);
        let wrong = || wrong_span(self.name(), span, Some(rows));
        let groups = self.group_starts.len() - 1;
        let parts = match span {
            Span::All => (0..groups).map(|group| (group, 0..self.group_rows(group))).collect(),
            Span::RowGroups(span) if span.start <= span.end && span.end <= groups as u64 => {
                (span.start as usize..span.end as usize).map(|group| (group, 0..self.group_rows(group))).collect()
            }
            Span::Rows(span) if span.start <= span.end && span.end <= rows => {
                let part = |group: usize| {
                    let (start, end) = (self.group_starts[group], self.group_starts[group + 1]);
                    let (from, to) = (span.start.clamp(start, end) - start, span.end.clamp(start, end) - start);
                    (group, from..to)
                };
                (0..groups).map(part).collect::<Vec<_>>()
            }
            Span::RowGroups(_) => return Err(wrong().expected(format!("row groups of 0..{groups}"))),
            _ => return Err(wrong()),
        };
        Ok(parts.into_iter().filter(|(_, rows)| !rows.is_empty()).collect())
    }

    /// The leaves of some columns in the order of the schema, each once.
    fn leaves_of(chosen: &[&Leaf]) -> Vec<usize> {
        let mut leaves: Vec<usize> = chosen.iter().map(|leaf| leaf.index).collect();
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }

    /// The parts that are read, and of each what is known of the columns.
    fn chosen_parts(&self, request: &Request, chosen: &[&Leaf]) -> Result<Vec<Part>> {
        let leaves = Self::leaves_of(chosen);
        let mut parts = Vec::new();
        for (group, rows) in self.parts(&request.span)? {
            let is_outside = self.is_outside(group, &request.keep);
            let bytes = if is_outside { 0 } else { self.chosen_bytes(group, &leaves)? };
            let claim = |leaf: &&Leaf| self.bounds(group, leaf).filter(|_| request.checks_extents);
            let claims = chosen.iter().map(claim).collect();
            parts.push(Part { group, rows, first_row: self.group_starts[group], is_outside, bytes, claims });
        }
        Ok(parts)
    }

    /// A reader of some columns; `may_be_flat`: as flat ones where they are.
    fn reader(&self, input: usize, request: &Request, chosen: &[&Leaf], may_be_flat: bool) -> Result<ParquetReader> {
        // The decoder delivers the columns in the order of the schema, each once, and of structs the chosen children.
        let mut places: Vec<Place> = chosen.iter().map(|leaf| leaf.place).collect();
        places.sort_unstable();
        places.dedup();
        let mut roots: Vec<usize> = places.iter().map(|place| place.root).collect();
        roots.dedup();
        let delivered = |leaf: &&Leaf| {
            let root = roots.partition_point(|root| *root < leaf.place.root);
            let before = places.iter().filter(|place| place.root == leaf.place.root && **place < leaf.place).count();
            (root, leaf.place.child.map(|_| before))
        };
        let order = chosen.iter().map(delivered).collect();
        let label = |column: &usize| self.fields[*column].name.clone().unwrap_or_else(|| column.to_string());
        let labels = request.columns.iter().map(label).collect();
        let leaves = Self::leaves_of(chosen);
        // Texts are copied out a row each, however often they repeat: few rows at a time keep long ones in bounds.
        let schema = self.metadata.parquet_schema();
        let has_text = leaves.iter().any(|leaf| schema.column(*leaf).physical_type() == Type::BYTE_ARRAY);
        let parts: Arc<[Part]> = self.chosen_parts(request, chosen)?.into();
        let flat = self.wishes(chosen).filter(|_| may_be_flat).map(|wishes| {
            let metadata = self.metadata.metadata().clone();
            Flat::new(self.file.clone(), metadata, Arc::clone(&parts), wishes, request.threads)
        });
        Ok(ParquetReader {
            file: self.file.clone(),
            metadata: self.metadata.clone(),
            leaves,
            order,
            chunk_rows: request.chunk_rows.max(1),
            general_rows: request.chunk_rows.clamp(1, if has_text { TEXT_ROWS } else { usize::MAX }),
            input,
            parts,
            next_part: 0,
            state: State::Between,
            flat: flat.transpose()?,
            labels,
            skipped_rows: 0,
            bytes_read: 0,
        })
    }

    /// The bytes of the chosen columns of a row group, held against the file's size.
    fn chosen_bytes(&self, group: usize, leaves: &[usize]) -> Result<u64> {
        let group = self.metadata.metadata().row_group(group);
        let mut sum = 0;
        for &leaf in leaves {
            let column =
                group.columns().get(leaf).ok_or_else(|| damaged(self.name(), "a row group without the column"))?;
            let extent = pages::extent(column);
            let extent = extent.filter(|(start, len)| start.saturating_add(*len) <= self.file.len_bytes());
            sum += extent.ok_or_else(|| damaged(self.name(), "a column that lies beyond the end of the file"))?.1;
        }
        Ok(sum)
    }
}

/// The same, told to hold as many rows as its row groups do: the decoder delivers no more than the file tells of, and
/// early writers told of none.
fn with_rows_of_groups(loaded: ArrowReaderMetadata) -> ::parquet::errors::Result<ArrowReaderMetadata> {
    let file = loaded.metadata().file_metadata();
    let groups = loaded.metadata().row_groups();
    let rows = groups.iter().try_fold(0_i64, |rows, group| rows.checked_add(group.num_rows()));
    let Some(rows) = rows.filter(|rows| *rows > file.num_rows()) else { return Ok(loaded) };
    let file = FileMetaData::new(
        file.version(),
        rows,
        file.created_by().map(str::to_owned),
        file.key_value_metadata().cloned(),
        file.schema_descr_ptr(),
        file.column_orders().cloned(),
    );
    let metadata = ParquetMetaData::new(file, groups.to_vec());
    ArrowReaderMetadata::try_new(Arc::new(metadata), ArrowReaderOptions::new())
}

/// The number of the leaf at each place that holds plain values: no lists, nested at most once.
fn leaves_by_place(schema: &SchemaDescriptor) -> HashMap<Place, usize> {
    let place = |leaf: usize| {
        let column = schema.column(leaf);
        let root = schema.get_column_root_idx(leaf);
        let group = schema.get_column_root(leaf);
        let child = match (column.max_rep_level(), column.path().parts()) {
            (0, [_]) if group.is_primitive() => None,
            (0, [_, name]) if group.is_group() => {
                Some(group.get_fields().iter().position(|field| field.name() == name)?)
            }
            _ => return None,
        };
        Some((Place { root, child }, leaf))
    };
    (0..schema.num_columns()).filter_map(place).collect()
}

impl Input for Parquet {
    fn name(&self) -> &str {
        self.file.name()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        self.group_starts.last().copied()
    }

    fn len_bytes(&self) -> Option<u64> {
        Some(self.file.len_bytes())
    }

    fn extent(&self, column: usize, positive: bool) -> Option<Extent> {
        let leaf = self.leaves.get(column)?.as_ref()?;
        let mut whole = None;
        for group in 0..self.group_starts.len() - 1 {
            let Some(bounds) = self.bounds(group, leaf)? else { continue };
            whole = Some(whole.map_or(bounds, |whole: Extent| whole.union(bounds)));
        }
        whole.filter(|extent| match *extent {
            Extent::F64 { lo, hi } => lo.is_finite() && hi.is_finite() && (!positive || lo > 0.),
            Extent::Int { lo, .. } => !positive || lo > 0,
        })
    }

    fn decoding_bytes(&self) -> u64 {
        self.file.len_bytes().min(PAGE_BYTES)
    }

    fn can_reread(&self) -> bool {
        true
    }

    fn ends_at_rows(&self) -> bool {
        true
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        let chosen = request.columns.iter().map(|&column| self.leaf(column)).collect::<Result<Vec<&Leaf>>>()?;
        Ok(Box::new(self.reader(input, request, &chosen, true)?))
    }
}

#[cfg(test)]
mod tests;
