//! Reads blocks on the caller's thread, no further than the rows that are asked for.

use std::io::Read;

use crate::data::chunk::Chunk;
use crate::error::{Error, Result};
use crate::source::Reader;
use crate::source::bytes::Stored;
use crate::source::text::blockwise::{Asked, Block, Blocks, Format, Gathering, Place, Take, Taken};

/// A reader without threads of its own; its chunks are as long as they may be.
pub(super) struct Here<R, F: Format> {
    format: F,
    take: F::Take,
    blocks: Blocks<R, F>,
    block: Option<Block>,
    place: Place,
    asked: Asked,
    input: usize,
    row: u64,
    filtered_rows: u64,
    start: u64,
    stored: Stored,
    /// What comes behind the rows that were handed over.
    failure: Option<Error>,
}

impl<R: Read + Send, F: Format> Here<R, F> {
    pub fn new(
        format: F,
        blocks: Blocks<R, F>,
        asked: Asked,
        (input, start, line): (usize, u64, u64),
        stored: Stored,
    ) -> Self {
        Self {
            take: format.take(),
            format,
            blocks,
            block: None,
            place: Place { line, ..Place::default() },
            asked,
            input,
            row: 0,
            filtered_rows: 0,
            start,
            stored,
            failure: None,
        }
    }

    /// Adds rows to a chunk until it is full, the text is at its end, or something is wrong with it.
    fn gather(&mut self, chunk: &mut Gathering) -> Result<()> {
        while !chunk.is_full() {
            let taken = match &self.block {
                Some(block) => self.take.take(block, &mut self.place, chunk),
                None => Taken::Through,
            };
            match taken {
                Taken::Full => break,
                Taken::Through => {
                    let buffer = self.block.take().map(Block::into_buffer).unwrap_or_default();
                    let Some(block) = self.blocks.next(buffer)? else { break };
                    self.place = Place::start_of(&block, self.place.line);
                    self.block = Some(block);
                }
                Taken::Broken => return Err(self.broken()),
            }
        }
        Ok(())
    }

    fn broken(&self) -> Error {
        let Some(block) = &self.block else { return Error::input("there is no record").in_file(self.format.name()) };
        let Place { at, line, .. } = self.place;
        self.format.fault(block.text().get(at..).unwrap_or_default(), block.offset + at as u64, line)
    }
}

impl<R: Read + Send, F: Format> Reader for Here<R, F> {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let mut chunk = Gathering::new(&self.asked, self.row);
        let gathered = self.gather(&mut chunk);
        let (row, filtered_rows) = chunk.row_behind();
        (self.row, self.filtered_rows) = (row, self.filtered_rows + filtered_rows);
        // No row before it is lost, however few have come.
        match gathered {
            Err(failure) if chunk.rows() > 0 => self.failure = Some(failure),
            other => other?,
        }
        chunk.into_chunk(self.input, 0, 0)
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn filtered_rows(&self) -> u64 {
        self.filtered_rows
    }

    fn bytes_read(&self) -> u64 {
        let behind = match &self.block {
            Some(block) => block.offset + self.place.at as u64,
            None => self.blocks.offset(),
        };
        self.stored.len_bytes(behind - self.start)
    }
}
