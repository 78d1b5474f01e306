//! Keeps what a pipe brings, so that it can be read again: the columns in use, compressed, in an unlinked file.
//!
//! The file is gone when the last reader is, however the process ends.

mod record;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::data::chunk::Chunk;
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::bytes::SharedReader;
use crate::source::raw::wrong_span;
use crate::source::{Field, Input, Reader, Request, Span};
use crate::units::bytes_text;

/// Where spools go, and how large each may become.
#[derive(Clone, Debug)]
pub struct SpoolSettings {
    /// An existing folder.
    pub folder: std::path::PathBuf,
    /// Most bytes of the file.
    pub limit_bytes: u64,
}

/// A spool while it is written.
pub struct SpoolWriter {
    name: String,
    fields: Vec<Field>,
    columns: Vec<usize>,
    rows: u64,
    file: Arc<Mutex<File>>,
    stream: zstd::stream::write::Encoder<'static, BufWriter<Limited>>,
}

impl std::fmt::Debug for SpoolWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpoolWriter").field("name", &self.name).finish_non_exhaustive()
    }
}

impl SpoolWriter {
    /// Opens an unlinked file for chunks whose columns are `columns` of `input`, in this order.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(input: &dyn Input, columns: &[usize], settings: &SpoolSettings) -> Result<Self> {
        let failed = |error: io::Error| {
            Error::output(format!("cannot write a spool in {} ({error})", settings.folder.display()))
                .hint("name another folder with --spool")
                .because(error)
        };
        let file = tempfile::tempfile_in(Path::new(&settings.folder)).map_err(failed)?;
        let limited = Limited {
            file: file.try_clone().map_err(failed)?,
            left_bytes: settings.limit_bytes,
            limit_bytes: settings.limit_bytes,
        };
        // Level 1 writes faster than a pipe of text brings, and halves what is written.
        let stream =
            zstd::stream::write::Encoder::new(BufWriter::with_capacity(1 << 18, limited), 1).map_err(failed)?;
        Ok(Self {
            name: input.name().into(),
            fields: input.fields().to_vec(),
            columns: columns.to_vec(),
            rows: 0,
            file: Arc::new(Mutex::new(file)),
            stream,
        })
    }

    /// Appends a chunk.
    ///
    /// # Errors
    /// When the limit is reached or the file cannot be written.
    pub fn write(&mut self, chunk: &Chunk<'_>) -> Result<()> {
        if chunk.columns().len() != self.columns.len() {
            return Err(Error::input("a chunk has other columns than the spool").in_file(&self.name));
        }
        record::write(&mut self.stream, chunk).map_err(|error| cannot_spool(error, &self.name))?;
        self.rows += chunk.len() as u64;
        Ok(())
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// As [`SpoolWriter::write`].
    pub fn finish(self) -> Result<Spool> {
        let ended = self.stream.finish().and_then(|mut file| file.flush());
        ended.map_err(|error| cannot_spool(error, &self.name))?;
        let Self { name, fields, columns, rows, file, .. } = self;
        Ok(Spool { name, fields, columns, rows, filtered_rows: 0, file })
    }
}

fn cannot_spool(error: io::Error, name: &str) -> Error {
    if let Some(limit) = error.get_ref().and_then(|inner| inner.downcast_ref::<Full>()) {
        return Error::usage("the input is too large to be kept for a second reading")
            .in_file(name)
            .expected(format!("at most {}, compressed (--spool-limit)", bytes_text(limit.limit_bytes)))
            .hint("raise --spool-limit, or give the limits (--xlim, --ylim) so that one reading is enough");
    }
    Error::output(format!("cannot write the spool ({error})"))
        .in_file(name)
        .hint("name another folder with --spool")
        .because(error)
}

/// A file that takes so many bytes.
struct Limited {
    file: File,
    left_bytes: u64,
    limit_bytes: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("the spool is full")]
struct Full {
    limit_bytes: u64,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.left_bytes {
            return Err(io::Error::other(Full { limit_bytes: self.limit_bytes }));
        }
        let written = self.file.write(bytes)?;
        self.left_bytes -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A spool that can be read, any number of times: it has the fields of its input, and the columns that were kept.
#[derive(Debug)]
pub struct Spool {
    name: String,
    fields: Vec<Field>,
    columns: Vec<usize>,
    rows: u64,
    filtered_rows: u64,
    file: Arc<Mutex<File>>,
}

impl Spool {
    /// The same, of an input of which so many rows were not kept.
    #[must_use]
    pub fn with_filtered_rows(mut self, rows: u64) -> Self {
        self.filtered_rows = rows;
        self
    }
}

impl Input for Spool {
    fn name(&self) -> &str {
        &self.name
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows + self.filtered_rows)
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

    /// Chunks come as they were written, cut only where they are longer than is asked for; the note of unreadable texts
    /// then stays with the first piece.
    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        if request.span != Span::All {
            return Err(
                wrong_span(&self.name, &request.span, None).expected("all of it: a spool is read from its start")
            );
        }
        let kept = |column: &usize| {
            let kept = self.columns.iter().position(|kept| kept == column);
            kept.ok_or_else(|| Error::usage(format!("column {column} was not kept")).in_file(&self.name))
        };
        let order = request.columns.iter().map(kept).collect::<Result<Vec<usize>>>()?;
        let shared = BufReader::with_capacity(1 << 18, SharedReader::new(Arc::clone(&self.file)));
        let stream =
            zstd::stream::read::Decoder::with_buffer(shared).map_err(|error| cannot_reread(error, &self.name))?;
        Ok(Box::new(SpoolReader {
            name: self.name.clone(),
            stream,
            kept: self.columns.len(),
            order,
            chunk_rows: request.chunk_rows.max(1),
            input,
            pieces: VecDeque::new(),
            rows_left: self.rows,
            filtered_rows: self.filtered_rows,
        }))
    }
}

fn cannot_reread(error: io::Error, name: &str) -> Error {
    Error::input(format!("cannot read the spool ({error})")).in_file(name).because(error)
}

struct SpoolReader {
    name: String,
    stream: zstd::stream::read::Decoder<'static, BufReader<SharedReader>>,
    /// Columns of a record.
    kept: usize,
    /// For each column that was asked for, its number among the kept ones.
    order: Vec<usize>,
    chunk_rows: usize,
    input: usize,
    pieces: VecDeque<Chunk<'static>>,
    rows_left: u64,
    filtered_rows: u64,
}

impl Reader for SpoolReader {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        if self.pieces.is_empty() && self.rows_left > 0 {
            let failed = |error: io::Error| cannot_reread(error, &self.name);
            let record = record::read(&mut self.stream, self.kept).map_err(failed)?;
            self.rows_left = self.rows_left.saturating_sub(record.len() as u64);
            self.pieces = record.into_chunks(self.input, &self.order, self.chunk_rows)?.into();
        }
        Ok(self.pieces.pop_front())
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn filtered_rows(&self) -> u64 {
        self.filtered_rows
    }

    /// The bytes of the pipe were counted when it was read.
    fn bytes_read(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::source::bytes::Bytes;
    use crate::source::csv::Csv;
    use crate::source::stdin::Once;

    /// Everything a chunk holds, as text that can be compared (floats by their bits).
    fn content(chunk: &Chunk<'_>) -> String {
        use crate::data::chunk::Data;
        let columns = chunk.columns().iter().map(|column| {
            let data = match &column.data {
                Data::F64(values) => {
                    format!("f64 {:?}", values.iter().map(|value| value.to_bits()).collect::<Vec<_>>())
                }
                Data::F32(values) => {
                    format!("f32 {:?}", values.iter().map(|value| value.to_bits()).collect::<Vec<_>>())
                }
                Data::I64(values) => format!("i64 {:?}", &values[..]),
                Data::U64(values) => format!("u64 {:?}", &values[..]),
                Data::Dict { keys, names } => format!("dict {:?} {names:?}", &keys[..]),
            };
            let flags = column.validity.as_ref().map(|flags| flags.to_vec());
            format!("{data} {flags:?} {:?} {:?}", column.logical, column.unparsed)
        });
        format!("{:?} {} {:?}", chunk.origin(), chunk.len(), columns.collect::<Vec<_>>())
    }

    const TEXT: &str = "x,c,t,u\n1.5,red,2024-01-01T00:00:00Z,7\nbad,,x,8\n,blue,2024-01-02T00:00:00Z,9\nnan,red,,10\n3,green,2024-01-01,11\n";

    fn csv() -> Csv {
        Csv::open(Bytes::Once(Once::new("-", Box::new(Cursor::new(TEXT.as_bytes())))), None, None).unwrap()
    }

    fn request(columns: &[usize], chunk_rows: usize) -> Request {
        Request {
            columns: columns.to_vec(),
            chunk_rows,
            span: Span::All,
            keep: vec![],
            checks_extents: false,
            threads: 1,
        }
    }

    fn spool(settings: &SpoolSettings) -> Result<(Vec<String>, Spool)> {
        let csv = csv();
        let mut reader = csv.read(4, &request(&[2, 0, 1], 2))?;
        let mut writer = SpoolWriter::create(&csv, &[2, 0, 1], settings)?;
        let mut contents = Vec::new();
        while let Some(chunk) = reader.next()? {
            writer.write(&chunk)?;
            contents.push(content(&chunk));
        }
        Ok((contents, writer.finish()?))
    }

    fn read(spool: &Spool, columns: &[usize], chunk_rows: usize) -> Vec<Chunk<'static>> {
        let mut reader = spool.read(4, &request(columns, chunk_rows)).unwrap();
        std::iter::from_fn(|| reader.next().unwrap()).collect()
    }

    #[test]
    fn what_was_written_is_read_any_number_of_times() {
        let folder = tempfile::tempdir().unwrap();
        let settings = SpoolSettings { folder: folder.path().into(), limit_bytes: 1 << 20 };
        let (contents, spool) = spool(&settings).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the file has no name");
        assert_eq!((contents.len(), spool.rows()), (3, Some(5)));
        for _ in 0..2 {
            let again: Vec<String> = read(&spool, &[2, 0, 1], 2).iter().map(content).collect();
            assert_eq!(again, contents);
        }
        let mut both =
            (spool.read(4, &request(&[2, 0, 1], 9)).unwrap(), spool.read(4, &request(&[2, 0, 1], 2)).unwrap());
        for expected in &contents {
            assert_eq!(&content(&both.0.next().unwrap().unwrap()), expected, "two readers at once");
            assert_eq!(&content(&both.1.next().unwrap().unwrap()), expected);
        }
        assert!(spool.read(0, &request(&[3], 2)).is_err(), "this column was not kept");
    }

    #[test]
    fn longer_chunks_are_cut_and_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let settings = SpoolSettings { folder: folder.path().into(), limit_bytes: 1 << 20 };
        let (_, spool) = spool(&settings).unwrap();
        let pieces = read(&spool, &[0], 1);
        let rows: Vec<u64> = pieces.iter().map(|chunk| chunk.origin().first_row).collect();
        assert_eq!(rows, [0, 1, 2, 3, 4]);
        let flags: Vec<u8> =
            pieces.iter().map(|chunk| chunk.columns()[0].validity.as_ref().map_or(1, |flags| flags[0])).collect();
        assert_eq!(flags, [1, 0, 0, 1, 1]);
        let unparsed: u64 = pieces.iter().filter_map(|chunk| Some(chunk.columns()[0].unparsed.as_ref()?.count)).sum();
        assert_eq!(unparsed, 1);
    }

    #[test]
    fn the_limit_names_its_option() {
        let folder = tempfile::tempdir().unwrap();
        let error = spool(&SpoolSettings { folder: folder.path().into(), limit_bytes: 20 }).err().unwrap().to_string();
        assert!(error.contains("--spool-limit"), "{error}");
        let missing = SpoolSettings { folder: folder.path().join("no"), limit_bytes: 20 };
        assert!(spool(&missing).err().unwrap().to_string().contains("--spool"));
    }
}
