//! One chunk as bytes: origin, then each column's kind, values, flags and notes. Little-endian, for this process only.

use std::io::{self, Read, Write};
use std::sync::Arc;

use crate::data::chunk::{Chunk, Column, Data, Logical, Origin, Position, TimeUnit, Unparsed};
use crate::data::pick::Pick;
use crate::error::Result;

const UNITS: [TimeUnit; 5] =
    [TimeUnit::Day, TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond];

/// Writes a chunk.
pub(super) fn write(out: &mut impl Write, chunk: &Chunk<'_>) -> io::Result<()> {
    let origin = chunk.origin();
    let position = match origin.position {
        Position::Row(row) => [0, row, 0, 0],
        Position::Byte { offset, row, line } => [1, offset, row, line],
        Position::RowGroup { group, row } => [2, group, row, 0],
    };
    for number in [chunk.len() as u64, chunk.step(), origin.first_row].into_iter().chain(position) {
        write_number(out, number)?;
    }
    chunk.columns().iter().try_for_each(|column| write_column(out, column))
}

fn write_number(out: &mut impl Write, number: u64) -> io::Result<()> {
    out.write_all(&number.to_le_bytes())
}

fn write_text(out: &mut impl Write, text: &str) -> io::Result<()> {
    write_number(out, text.len() as u64)?;
    out.write_all(text.as_bytes())
}

fn write_column(out: &mut impl Write, column: &Column<'_>) -> io::Result<()> {
    let (logical, unit, zone) = match &column.logical {
        Logical::Number { integer: false } => (0, 0, None),
        Logical::Number { integer: true } => (1, 0, None),
        Logical::Bool => (2, 0, None),
        Logical::Date => (3, 0, None),
        Logical::Category => (4, 0, None),
        Logical::Time { unit, zone } => {
            (5, UNITS.iter().position(|other| other == unit).unwrap_or(0) as u64, zone.as_deref())
        }
    };
    let stored = match &column.data {
        Data::F64(_) => 0,
        Data::F32(_) => 1,
        Data::I64(_) => 2,
        Data::U64(_) => 3,
        Data::Dict { .. } => 4,
    };
    let has = [zone.is_some(), column.validity.is_some(), column.unparsed.is_some()].map(u64::from);
    for number in [logical, unit, stored].into_iter().chain(has) {
        write_number(out, number)?;
    }
    if let Some(zone) = zone {
        write_text(out, zone)?;
    }
    match &column.data {
        Data::F64(values) => out.write_all(bytemuck::cast_slice(values))?,
        Data::F32(values) => out.write_all(bytemuck::cast_slice(values))?,
        Data::I64(values) => out.write_all(bytemuck::cast_slice(values))?,
        Data::U64(values) => out.write_all(bytemuck::cast_slice(values))?,
        Data::Dict { keys, names } => {
            out.write_all(bytemuck::cast_slice(keys))?;
            write_number(out, names.len() as u64)?;
            names.iter().try_for_each(|name| write_text(out, name))?;
        }
    }
    if let Some(flags) = &column.validity {
        out.write_all(flags)?;
    }
    if let Some(unparsed) = &column.unparsed {
        for number in [unparsed.count, unparsed.row, unparsed.line] {
            write_number(out, number)?;
        }
        write_text(out, &unparsed.text)?;
        out.write_all(bytemuck::cast_slice(&unparsed.rows))?;
    }
    Ok(())
}

/// A chunk that has been read back.
pub(super) struct Record {
    len: usize,
    step: u64,
    first_row: u64,
    position: Position,
    columns: Vec<Column<'static>>,
}

/// Reads what [`write`] wrote, of so many columns.
pub(super) fn read(stream: &mut impl Read, columns: usize) -> io::Result<Record> {
    let len = read_len(stream)?;
    let step = read_number(stream)?;
    let first_row = read_number(stream)?;
    let position = [read_number(stream)?, read_number(stream)?, read_number(stream)?, read_number(stream)?];
    let position = match position {
        [0, row, ..] => Position::Row(row),
        [1, offset, row, line] => Position::Byte { offset, row, line },
        [_, group, row, _] => Position::RowGroup { group, row },
    };
    let columns = (0..columns).map(|_| read_column(stream, len)).collect::<io::Result<Vec<_>>>()?;
    Ok(Record { len, step, first_row, position, columns })
}

fn read_number(stream: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    stream.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn read_len(stream: &mut impl Read) -> io::Result<usize> {
    usize::try_from(read_number(stream)?).map_err(io::Error::other)
}

fn read_text(stream: &mut impl Read) -> io::Result<String> {
    let mut bytes = vec![0; read_len(stream)?];
    stream.read_exact(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn read_values<T: bytemuck::Pod>(stream: &mut impl Read, len: usize) -> io::Result<Vec<T>> {
    let mut values = vec![T::zeroed(); len];
    stream.read_exact(bytemuck::cast_slice_mut(&mut values))?;
    Ok(values)
}

fn read_column(stream: &mut impl Read, len: usize) -> io::Result<Column<'static>> {
    let (logical, unit, stored) = (read_number(stream)?, read_len(stream)?, read_number(stream)?);
    let has = [read_number(stream)? != 0, read_number(stream)? != 0, read_number(stream)? != 0];
    let zone = if has[0] { Some(read_text(stream)?) } else { None };
    let logical = match logical {
        0 => Logical::Number { integer: false },
        1 => Logical::Number { integer: true },
        2 => Logical::Bool,
        3 => Logical::Date,
        4 => Logical::Category,
        _ => Logical::Time { unit: UNITS.get(unit).copied().unwrap_or(TimeUnit::Nanosecond), zone },
    };
    let data = match stored {
        0 => Data::F64(read_values(stream, len)?.into()),
        1 => Data::F32(read_values(stream, len)?.into()),
        2 => Data::I64(read_values(stream, len)?.into()),
        3 => Data::U64(read_values(stream, len)?.into()),
        _ => {
            let keys: Vec<u32> = read_values(stream, len)?;
            let names = (0..read_number(stream)?).map(|_| read_text(stream)).collect::<io::Result<Vec<_>>>()?;
            Data::Dict { keys: keys.into(), names: Arc::new(names) }
        }
    };
    let validity = if has[1] { Some(read_values(stream, len)?.into()) } else { None };
    let unparsed = if has[2] {
        let (count, row, line) = (read_number(stream)?, read_number(stream)?, read_number(stream)?);
        let text = read_text(stream)?;
        let rows = read_values(stream, usize::try_from(count).map_err(io::Error::other)?)?;
        Some(Unparsed { count, rows, row, line, text })
    } else {
        None
    };
    Ok(Column { data, validity, logical, unparsed })
}

impl Record {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The columns that are asked for, as one chunk, or as several of at most `chunk_rows` rows.
    pub fn into_chunks(self, input: usize, order: &[usize], chunk_rows: usize) -> Result<Vec<Chunk<'static>>> {
        let mut chunks = Vec::new();
        let mut start = 0;
        while start < self.len {
            let rows = start..self.len.min(start.saturating_add(chunk_rows));
            let columns = order.iter().filter_map(|&kept| Some(piece(self.columns.get(kept)?, rows.clone()))).collect();
            let first_row = self.first_row + start as u64 * self.step;
            let origin = Origin { input, first_row, position: self.position_at(start) };
            chunks.push(Chunk::new(origin, rows.len(), columns)?.with_step(self.step));
            start = rows.end;
        }
        Ok(chunks)
    }

    /// Where a later row lies; of a text only its number is known, so its place is that of the chunk.
    fn position_at(&self, rows: usize) -> Position {
        let rows = rows as u64 * self.step;
        match self.position {
            Position::Row(row) => Position::Row(row + rows),
            Position::RowGroup { group, row } => Position::RowGroup { group, row: row + rows },
            Position::Byte { .. } => self.position,
        }
    }
}

fn piece(column: &Column<'static>, rows: std::ops::Range<usize>) -> Column<'static> {
    Pick { first: rows.start, step: 1, count: rows.len() }.column(column)
}
