//! A data set as a table of texts: every value of every column, read with any chunk size, from a file or byte by byte.

use std::io::{Cursor, Read};

use pointillist::data::chunk::{Chunk, Column, Data};
use pointillist::source::dataset::DataSet;

/// A value as text, floats so that equal texts are equal bits; `None` for null.
pub(crate) fn text(column: &Column<'_>, row: usize) -> Option<String> {
    if column.validity.as_ref().is_some_and(|flags| flags[row] == 0) {
        return None;
    }
    Some(match &column.data {
        Data::F64(values) => format!("{:?}", values[row]),
        Data::F32(values) => format!("{:?}", f64::from(values[row])),
        Data::I64(values) => values[row].to_string(),
        Data::U64(values) => values[row].to_string(),
        Data::Dict { keys, names } => names[keys[row] as usize].clone(),
    })
}

/// All chunks of some columns.
pub(crate) fn chunks(data: &DataSet, columns: &[usize], chunk_rows: usize) -> pointillist::Result<Vec<Chunk<'static>>> {
    let mut reader = data.read(&data.whole(), columns, chunk_rows, &[])?;
    let mut chunks = Vec::new();
    while let Some(chunk) = reader.next()? {
        assert!((1..=chunk_rows).contains(&chunk.len()), "chunks are not empty and not too long");
        chunks.push(chunk);
    }
    Ok(chunks)
}

/// All values of some columns, column by column.
pub(crate) fn table(
    data: &DataSet,
    columns: &[usize],
    chunk_rows: usize,
) -> pointillist::Result<Vec<Vec<Option<String>>>> {
    let chunks = chunks(data, columns, chunk_rows)?;
    let column = |at: usize| {
        let values = chunks.iter().flat_map(|chunk| (0..chunk.len()).map(move |row| text(&chunk.columns()[at], row)));
        values.collect()
    };
    Ok((0..columns.len()).map(column).collect())
}

/// A stream that hands out one byte a read.
pub(crate) fn byte_by_byte(bytes: Vec<u8>) -> Box<dyn Read + Send> {
    struct One(Cursor<Vec<u8>>);
    impl Read for One {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let len = buffer.len().min(1);
            self.0.read(&mut buffer[..len])
        }
    }
    Box::new(One(Cursor::new(bytes)))
}
