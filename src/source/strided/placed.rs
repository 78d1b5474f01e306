//! Records of a regular file, read at their places by several threads, chunks in order.

use std::fs::File;
use std::sync::Arc;

use super::gather::Gathered;
use super::item::Item;
use super::{FREE_CHUNKS, check_end, text_rows};
use crate::data::chunk::{Chunk, Origin, Position};
use crate::error::Result;
use crate::source::ahead::Ahead;
use crate::source::buffers::Buffers;
use crate::source::bytes::{RegularFile, cannot_read};
use crate::source::positioned::read_full_at;
use crate::source::{Reader, Request};

/// Most rows of a chunk: several are under way, and smaller ones stay in the caches until they are drawn.
const MOST_ROWS: usize = 1 << 16;

/// Bytes that are read and decoded at a time, where they are not read to where they stay.
const PIECE_BYTES: usize = 128 << 10;

/// Columns that lie in the same records.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Where row 0 lies.
    pub offset: u64,
    pub record_bytes: usize,
    pub items: Vec<Item>,
}

/// What all threads know.
struct Work {
    file: Arc<File>,
    name: String,
    /// As it was when it was opened.
    len_bytes: u64,
    groups: Vec<Group>,
    input: usize,
    /// The row behind the last one.
    end: u64,
    pieces: Buffers,
    values: Buffers,
}

/// Rows that are read together.
#[derive(Clone, Copy, Debug)]
struct Rows {
    first: u64,
    len: usize,
}

/// A reader of records at their places.
pub(super) struct PlacedReader {
    ahead: Ahead<Chunk<'static>>,
    row_bytes: u64,
    bytes_read: u64,
}

impl PlacedReader {
    /// Reads `rows` rows from the `first`-th on of a file that has them all.
    ///
    /// # Errors
    /// When the file is no longer what it was, or no thread can be started.
    pub fn new(
        file: &RegularFile,
        groups: Vec<Group>,
        (first, rows): (u64, u64),
        input: usize,
        request: &Request,
    ) -> Result<Self> {
        let threads = request.threads.max(1);
        let most = groups.iter().map(|group| text_rows(&group.items)).fold(MOST_ROWS, usize::min);
        let chunk_rows = request.chunk_rows.min(most).max(1);
        let columns: usize = groups.iter().map(|group| group.items.len()).sum();
        let row_bytes = groups.iter().map(|group| group.record_bytes as u64).sum();
        let end = first + rows;
        let work = Work {
            file: Arc::new(file.handle()?),
            name: file.name().to_owned(),
            len_bytes: file.len_bytes(),
            groups,
            input,
            end,
            pieces: Buffers::new(threads),
            values: Buffers::new((threads + FREE_CHUNKS) * columns),
        };
        let mut next = first;
        let find = move || {
            let rows = Rows { first: next, len: usize::try_from(end - next).unwrap_or(usize::MAX).min(chunk_rows) };
            next += rows.len as u64;
            Ok(Some(rows).filter(|rows| rows.len > 0))
        };
        Ok(Self { ahead: Ahead::new(threads, find, move |rows| work.chunk(rows))?, row_bytes, bytes_read: 0 })
    }
}

impl Work {
    fn chunk(&self, rows: Rows) -> Result<Chunk<'static>> {
        let mut columns = Vec::new();
        for group in &self.groups {
            let mut gathered: Vec<Gathered> =
                group.items.iter().map(|item| Gathered::new(item, rows.len, &self.values)).collect();
            self.gather(group, rows, &mut gathered)?;
            columns.extend(gathered.into_iter().zip(&group.items).map(|(values, item)| values.into_column(item)));
        }
        let origin = Origin { input: self.input, first_row: rows.first, position: Position::Row(rows.first) };
        Chunk::new(origin, rows.len, columns)
    }

    fn gather(&self, group: &Group, rows: Rows, columns: &mut [Gathered]) -> Result<()> {
        if let ([column], [item]) = (&mut *columns, &group.items[..])
            && item.stored.len_bytes() == group.record_bytes
            && let Some(bytes) = column.as_stored(item, rows.len)
        {
            return self.read(group, rows.first, bytes);
        }
        let piece_rows = (PIECE_BYTES / group.record_bytes).clamp(1, rows.len);
        let mut piece = self.pieces.take(piece_rows * group.record_bytes);
        for first in (0..rows.len).step_by(piece_rows) {
            let len_bytes = piece_rows.min(rows.len - first) * group.record_bytes;
            let bytes = &mut piece.slots_mut::<u8>()[..len_bytes];
            self.read(group, rows.first + first as u64, bytes)?;
            for (column, item) in columns.iter_mut().zip(&group.items) {
                column.extend(bytes, group.record_bytes, item);
            }
        }
        Ok(())
    }

    /// Fills `bytes` with the records from `first` on.
    fn read(&self, group: &Group, first: u64, bytes: &mut [u8]) -> Result<()> {
        let offset = first.saturating_mul(group.record_bytes as u64).saturating_add(group.offset);
        // What lies behind that came later.
        let there = usize::try_from(self.len_bytes.saturating_sub(offset)).unwrap_or(usize::MAX).min(bytes.len());
        let got = read_full_at(&self.file, &mut bytes[..there], offset);
        let got = got.map_err(|error| cannot_read(error, &self.name))?;
        if got < bytes.len() {
            let rows = first + (got / group.record_bytes) as u64;
            check_end(&self.name, group.record_bytes, got % group.record_bytes, rows, self.end - rows)?;
        }
        Ok(())
    }
}

impl Reader for PlacedReader {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        let chunk = self.ahead.next()?;
        self.bytes_read += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64 * self.row_bytes);
        Ok(chunk)
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read
    }
}
