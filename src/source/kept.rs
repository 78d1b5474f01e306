//! Rows that were read once and stay in memory: the same chunks as often as they are asked for, at no cost.
//!
//! For measuring what comes behind the reading. Values are shared, never copied again.

use std::sync::Arc;

use crate::data::chunk::{Chunk, Column, Data, Origin, Position, Values};
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::dataset::DataSet;
use crate::source::raw::wrong_span;
use crate::source::{Field, Input, Reader, Request, Span};

/// Columns of a data set in memory.
#[derive(Clone)]
pub struct Kept {
    name: String,
    fields: Vec<Field>,
    /// The numbers of the columns that are kept, in the order of those of the chunks.
    columns: Vec<usize>,
    chunks: Arc<Vec<KeptChunk>>,
    rows: u64,
}

struct KeptChunk {
    first_row: u64,
    len: usize,
    columns: Vec<Column<'static>>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows of {}", self.rows, self.name)
    }
}

impl Kept {
    /// Reads columns of a data set into memory, in chunks of at most `chunk_rows` rows; nothing where they need more than
    /// `most_bytes`, which is noticed when they do.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read(data: &DataSet, columns: &[usize], chunk_rows: usize, most_bytes: u64) -> Result<Option<Self>> {
        let mut reader = data.read(&data.whole(), columns, chunk_rows, &[])?;
        let (mut chunks, mut rows, mut bytes) = (Vec::new(), 0, 0);
        while let Some(chunk) = reader.next()? {
            let (first_row, len) = (rows, chunk.len());
            rows += len as u64;
            let columns: Vec<_> = chunk.into_columns().into_iter().map(shared).collect();
            bytes += columns.iter().map(column_bytes).sum::<u64>();
            if bytes > most_bytes {
                return Ok(None);
            }
            chunks.push(KeptChunk { first_row, len, columns });
        }
        let name = data.inputs().next().map_or_else(String::new, |input| input.name().to_owned());
        let (fields, columns) = (data.fields().to_vec(), columns.to_vec());
        Ok(Some(Self { name, fields, columns, chunks: Arc::new(chunks), rows }))
    }

    /// The bytes of a column's values; 0 for one that is not kept.
    #[must_use]
    pub fn column_bytes(&self, column: usize) -> u64 {
        let at = self.columns.iter().position(|kept| *kept == column);
        at.map_or(0, |at| self.chunks.iter().map(|chunk| column_bytes(&chunk.columns[at])).sum())
    }
}

impl Input for Kept {
    fn name(&self) -> &str {
        &self.name
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows)
    }

    fn len_bytes(&self) -> Option<u64> {
        None
    }

    fn extent(&self, _: usize, _: bool) -> Option<Extent> {
        None
    }

    fn can_reread(&self) -> bool {
        true
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        if request.span != Span::All {
            return Err(wrong_span(&self.name, &request.span, Some(self.rows)));
        }
        if self.chunks.iter().any(|chunk| chunk.len > request.chunk_rows) {
            return Err(Error::usage("the rows are kept in larger chunks").found(request.chunk_rows.to_string()));
        }
        let place = |column: &usize| {
            let at = self.columns.iter().position(|kept| kept == column);
            at.ok_or_else(|| Error::usage("the column is not kept").in_column(column.to_string()))
        };
        let places = request.columns.iter().map(place).collect::<Result<_>>()?;
        Ok(Box::new(KeptReader { chunks: Arc::clone(&self.chunks), places, input, next: 0 }))
    }
}

struct KeptReader {
    chunks: Arc<Vec<KeptChunk>>,
    places: Vec<usize>,
    input: usize,
    next: usize,
}

impl Reader for KeptReader {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        let Some(kept) = self.chunks.get(self.next) else { return Ok(None) };
        self.next += 1;
        let columns = self.places.iter().map(|place| again(&kept.columns[*place])).collect();
        let position = Position::Row(kept.first_row);
        let origin = Origin { input: self.input, first_row: kept.first_row, position };
        Chunk::new(origin, kept.len, columns).map(Some)
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn bytes_read(&self) -> u64 {
        0
    }
}

/// Values that many chunks can have at once.
fn share<T: Clone + Send + Sync + 'static>(values: Values<'static, T>) -> Values<'static, T> {
    match values {
        Values::Borrowed(values) => Values::Shared(Arc::new(values.to_vec())),
        Values::Owned(values) => Values::Shared(Arc::new(values)),
        Values::Shared(values) => Values::Shared(values),
    }
}

fn shared(column: Column<'static>) -> Column<'static> {
    let data = match column.data {
        Data::F64(values) => Data::F64(share(values)),
        Data::F32(values) => Data::F32(share(values)),
        Data::I64(values) => Data::I64(share(values)),
        Data::U64(values) => Data::U64(share(values)),
        Data::Dict { keys, names } => Data::Dict { keys: share(keys), names },
    };
    Column { data, validity: column.validity.map(share), ..column }
}

/// The same values once more, without a copy where they are shared.
fn more<T: Clone + Send + Sync + 'static>(values: &Values<'static, T>) -> Values<'static, T> {
    match values {
        Values::Shared(values) => Values::Shared(Arc::clone(values)),
        other => Values::Owned(other.to_vec()),
    }
}

fn again(column: &Column<'static>) -> Column<'static> {
    let data = match &column.data {
        Data::F64(values) => Data::F64(more(values)),
        Data::F32(values) => Data::F32(more(values)),
        Data::I64(values) => Data::I64(more(values)),
        Data::U64(values) => Data::U64(more(values)),
        Data::Dict { keys, names } => Data::Dict { keys: more(keys), names: Arc::clone(names) },
    };
    let (logical, unparsed) = (column.logical.clone(), column.unparsed.clone());
    Column { data, validity: column.validity.as_ref().map(more), logical, unparsed }
}

fn column_bytes(column: &Column<'_>) -> u64 {
    let each = match &column.data {
        Data::F64(_) | Data::I64(_) | Data::U64(_) => 8,
        Data::F32(_) | Data::Dict { .. } => 4,
    };
    let flags = column.validity.as_ref().map_or(0, |validity| validity.len());
    let names = match &column.data {
        Data::Dict { names, .. } => names.iter().map(|name| name.len() + size_of::<String>()).sum(),
        _ => 0,
    };
    (column.data.len() * each + flags + names) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::dataset::Options;

    #[test]
    fn kept_rows_are_those_that_were_read() {
        let data = DataSet::open(&["synthetic:gaussians:1000:seed=7"], &Options::default()).unwrap();
        let kept = Kept::read(&data, &[2, 0, 3], 300, 1 << 20).unwrap().unwrap();
        assert_eq!(kept.column_bytes(0), 8000);
        assert_eq!(kept.column_bytes(1), 0, "not kept");
        assert!(Kept::read(&data, &[0], 300, 7999).unwrap().is_none(), "more than the budget");
        let again = DataSet::of(vec![Arc::new(kept)]).unwrap();
        assert_eq!(again.rows(), Some(1000));
        for columns in [&[0, 3][..], &[3, 2, 0]] {
            for _ in 0..2 {
                let mut old = data.read(&data.whole(), columns, 300, &[]).unwrap();
                let mut new = again.read(&again.whole(), columns, 300, &[]).unwrap();
                while let Some(expected) = old.next().unwrap() {
                    let found = new.next().unwrap().expect("as many chunks");
                    assert_eq!(found.origin().first_row, expected.origin().first_row);
                    for (found, expected) in found.columns().iter().zip(expected.columns()) {
                        match (&found.data, &expected.data) {
                            (Data::F64(found), Data::F64(expected)) => assert_eq!(**found, **expected),
                            (Data::Dict { keys, names }, Data::Dict { keys: old_keys, names: old_names }) => {
                                assert_eq!((&**keys, names), (&**old_keys, old_names));
                            }
                            other => panic!("{other:?}"),
                        }
                    }
                }
                assert!(new.next().unwrap().is_none());
            }
        }
        // A data set opens its inputs when their turn comes.
        let first = |column, chunk_rows| again.read(&again.whole(), &[column], chunk_rows, &[]).unwrap().next();
        assert!(first(0, 300).is_ok());
        assert!(first(1, 300).is_err(), "not kept");
        assert!(first(0, 299).is_err(), "larger chunks");
    }
}
