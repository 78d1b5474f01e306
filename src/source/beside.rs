//! Readers side by side: columns that lie in different places, put together row by row.

use crate::data::chunk::Chunk;
use crate::error::{Error, Result};
use crate::source::Reader;

/// Several readers of the same rows as one; each chunk has the columns of all of them.
pub(crate) struct Beside {
    name: String,
    readers: Vec<Box<dyn Reader>>,
}

impl Beside {
    /// Joins readers that give chunks of the same lengths.
    pub fn new(name: &str, readers: Vec<Box<dyn Reader>>) -> Self {
        Self { name: name.to_owned(), readers }
    }
}

impl Reader for Beside {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        let mut joined: Option<Chunk<'static>> = None;
        let mut ended = 0;
        for reader in &mut self.readers {
            let Some(chunk) = reader.next()? else {
                ended += 1;
                continue;
            };
            joined = Some(match joined {
                None => chunk,
                Some(joined) => joined.with_columns(chunk.into_columns())?,
            });
        }
        if ended > 0 && ended < self.readers.len() {
            return Err(Error::input("the columns differ in length").in_file(&self.name).hint("write the file again"));
        }
        Ok(joined)
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn bytes_read(&self) -> u64 {
        self.readers.iter().map(|reader| reader.bytes_read()).sum()
    }
}
