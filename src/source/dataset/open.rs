//! Opens one input: by `--format`, else by extension, else by its first bytes.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::source::bytes::{Bytes, RegularFile, cannot_open};
use crate::source::csv::Csv;
use crate::source::dataset::Options;
use crate::source::format::Format;
use crate::source::ipc::Ipc;
use crate::source::npy::Npy;
use crate::source::parquet::Parquet;
use crate::source::raw::Raw;
use crate::source::stdin::{Once, STDIN};
use crate::source::synthetic::{self, Synthetic};
use crate::source::{Field, Input};

/// Bytes that are looked at to tell a format.
const HEAD_BYTES: usize = 4096;

/// Opens what a name stands for; `like` are the columns of the first input.
pub(super) fn by_name(name: &str, options: &Options, like: Option<&[Field]>) -> Result<Arc<dyn Input>> {
    if name.starts_with(synthetic::PREFIX) || options.format == Some(Format::Synthetic) {
        return Ok(Arc::new(Synthetic::parse(name)?));
    }
    if name == STDIN {
        return stream(Once::stdin(), options, like);
    }
    let path = Path::new(name);
    let metadata = std::fs::metadata(path).map_err(|error| cannot_open(&error, name))?;
    if !metadata.is_file() && !metadata.is_dir() {
        // A named pipe, or what a shell makes of <(command).
        let pipe = std::fs::File::open(path).map_err(|error| cannot_open(&error, name))?;
        return stream(Once::new(name, Box::new(pipe)), options, like);
    }
    let file = RegularFile::open(path, name)?;
    if file.len_bytes() == 0 {
        return Err(empty());
    }
    let format = match options.format.clone().or_else(|| Format::from_extension(path)) {
        Some(format) => format,
        None => Format::from_head(&Bytes::File(file.clone()).head(HEAD_BYTES)?)?,
    };
    match format {
        Format::Parquet => Ok(Arc::new(Parquet::open(file)?)),
        format => open_bytes(Bytes::File(file), &format, like),
    }
}

/// Opens a stream.
pub(super) fn stream(once: Once, options: &Options, like: Option<&[Field]>) -> Result<Arc<dyn Input>> {
    // One byte tells a stream that ends at once; waiting for more is up to the format.
    if once.head(1)?.is_empty() {
        return Err(empty());
    }
    let format = match options.format.clone() {
        Some(format) => format,
        None => Format::from_head(&once.head(HEAD_BYTES)?)?,
    };
    if format == Format::Parquet {
        return Err(Error::input("Parquet cannot be read from a pipe: its table of contents comes last")
            .hint("give the file itself"));
    }
    open_bytes(Bytes::Once(once), &format, like)
}

fn open_bytes(bytes: Bytes, format: &Format, like: Option<&[Field]>) -> Result<Arc<dyn Input>> {
    Ok(match format {
        Format::Csv => Arc::new(Csv::open(bytes, None, like)?),
        Format::Tsv => Arc::new(Csv::open(bytes, Some(b'\t'), like)?),
        Format::Arrow => Arc::new(Ipc::open(bytes)?),
        Format::Npy => Arc::new(Npy::open(bytes)?),
        Format::Raw(layout) => Arc::new(Raw::open(bytes, *layout)?),
        Format::Parquet | Format::Synthetic => return Err(Error::input(format!("{format} cannot be read from here"))),
    })
}

fn empty() -> Error {
    Error::input("the input is empty")
        .expected("at least one byte")
        .found("none")
        .hint("check what should have written it")
}
