//! Opens one input: by `--format`, else by extension, else by its first bytes.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::source::bytes::{Bytes, RegularFile, cannot_open};
use crate::source::csv::Csv;
use crate::source::dataset::Options;
use crate::source::dataset::names::split_array;
use crate::source::format::Format;
use crate::source::interruptible::Interruptible;
use crate::source::ipc::Ipc;
use crate::source::json::Json;
use crate::source::las::Las;
use crate::source::npy::Npy;
use crate::source::npz;
use crate::source::packed::Packing;
use crate::source::parquet::Parquet;
use crate::source::raw::Raw;
use crate::source::stdin::{Once, STDIN};
use crate::source::synthetic::{self, Synthetic};
use crate::source::text::SAMPLE_RECORDS;
use crate::source::{Field, Input};

/// Bytes that are looked at to tell a format.
const HEAD_BYTES: usize = 4096;

/// Opens what a name stands for; `like` are the columns of the first input. A file is added to `files`.
pub(super) fn by_name(
    name: &str,
    options: &Options,
    like: Option<&[Field]>,
    files: &mut Vec<RegularFile>,
) -> Result<Arc<dyn Input>> {
    if name.starts_with(synthetic::PREFIX) || options.format == Some(Format::Synthetic) {
        return Ok(Arc::new(Synthetic::parse(name)?));
    }
    if name == STDIN {
        return stream(stdin(options)?, options, like);
    }
    let (archive, array) = split_array(name);
    if let Some(array) = array {
        let file = RegularFile::open(Path::new(archive), archive)?;
        files.push(file.clone());
        return Ok(npz::open(&file, Some(array))?.into());
    }
    let path = Path::new(name);
    let metadata = std::fs::metadata(path).map_err(|error| cannot_open(&error, name))?;
    if !metadata.is_file() && !metadata.is_dir() {
        // A named pipe, or what a shell makes of <(command).
        let pipe = std::fs::File::open(path).map_err(|error| cannot_open(&error, name))?;
        return stream(Once::new(name, Box::new(Interruptible::new(pipe, options.stop.clone()))), options, like);
    }
    let file = RegularFile::open(path, name)?;
    files.push(file.clone());
    if file.len_bytes() == 0 {
        return Err(empty());
    }
    let format = options.format.clone().or_else(|| Format::from_extension(path));
    let has_packed_name = path.extension().and_then(|extension| extension.to_str()).is_some_and(Packing::is_extension);
    let bytes = match format {
        // Numbers may look like the first bytes of anything.
        Some(Format::Raw(_)) if !has_packed_name => Bytes::File(file.clone()),
        _ => Bytes::of_file(file.clone())?,
    };
    let is_guess = options.format.is_none() && format.is_some();
    let format = format_of(&bytes, format, few(options))?;
    if is_guess {
        format.check_extension(&bytes.head(HEAD_BYTES)?)?;
    } else {
        check_typed(&bytes, options)?;
    }
    match format {
        Format::Parquet if !bytes.is_packed() => Ok(Arc::new(Parquet::open(file)?)),
        Format::Npz if !bytes.is_packed() => Ok(npz::open(&file, None)?.into()),
        format => open_bytes(bytes, &format, few(options), like),
    }
}

/// The process's standard input.
fn stdin(options: &Options) -> Result<Once> {
    let stream = Interruptible::stdin(options.stop.clone()).map_err(|error| cannot_open(&error, STDIN))?;
    Ok(Once::new(STDIN, Box::new(stream)))
}

/// Opens a stream.
pub(super) fn stream(once: Once, options: &Options, like: Option<&[Field]>) -> Result<Arc<dyn Input>> {
    // One byte tells a stream that ends at once; waiting for more is up to the format.
    if once.head(1)?.is_empty() {
        return Err(empty());
    }
    let bytes = match options.format {
        Some(Format::Raw(_)) => Bytes::Once(once),
        _ => Bytes::of_stream(once)?,
    };
    let format = format_of(&bytes, options.format.clone(), few(options))?;
    check_typed(&bytes, options)?;
    if format == Format::Npz && !bytes.is_packed() {
        return Err(Error::input("an .npz archive cannot be read from a pipe: its table of contents comes last")
            .hint("give the file itself"));
    }
    if format == Format::Parquet && !bytes.is_packed() {
        return Err(Error::input("Parquet cannot be read from a pipe: its table of contents comes last")
            .hint("give the file itself"));
    }
    open_bytes(bytes, &format, few(options), like)
}

/// The rows that are wanted, where these are fewer than are looked at to tell columns.
fn few(options: &Options) -> Option<u64> {
    options.choice.head().filter(|head| *head < SAMPLE_RECORDS as u64)
}

/// The format that is known, or that the first bytes tell; what is packed may be empty or not to be read from its start.
fn format_of(bytes: &Bytes, known: Option<Format>, rows: Option<u64>) -> Result<Format> {
    if let (Some(format), false) = (&known, bytes.is_packed()) {
        return Ok(format.clone());
    }
    let (head, _) = bytes.head_of_records(HEAD_BYTES, rows)?;
    if head.is_empty() {
        return Err(empty());
    }
    if bytes.is_packed() {
        check_unpacked(&head, known.as_ref())?;
    }
    known.map_or_else(|| Format::from_head(&head), Ok)
}

/// Holds what was typed as `--format` against the first bytes, where these are always the same: no others are waited for.
fn check_typed(bytes: &Bytes, options: &Options) -> Result<()> {
    match &options.format {
        Some(format) if format.has_magic() && !bytes.is_packed() => format.check(&bytes.head(HEAD_BYTES)?),
        _ => Ok(()),
    }
}

fn open_bytes(bytes: Bytes, format: &Format, rows: Option<u64>, like: Option<&[Field]>) -> Result<Arc<dyn Input>> {
    Ok(match format {
        Format::Csv => Arc::new(Csv::open_for(bytes, None, like, rows)?),
        Format::Tsv => Arc::new(Csv::open_for(bytes, Some(b'\t'), like, rows)?),
        Format::Json => Arc::new(Json::open_for(bytes, like, rows)?),
        Format::Arrow => Arc::new(Ipc::open(bytes)?),
        Format::Npy => Arc::new(Npy::open(bytes)?),
        Format::Raw(layout) => Arc::new(Raw::open(bytes, *layout)?),
        Format::Las => Arc::new(Las::open(bytes)?),
        Format::Parquet | Format::Npz | Format::Synthetic => {
            return Err(Error::input(format!("{format} cannot be read from here")));
        }
    })
}

/// Refuses formats whose table of contents comes last: what is packed is read from its start.
fn check_unpacked(head: &[u8], format: Option<&Format>) -> Result<()> {
    let name = if head.starts_with(b"PAR1") || format == Some(&Format::Parquet) {
        "Parquet"
    } else if head.starts_with(b"ARROW1") {
        "An Arrow file"
    } else {
        return Ok(());
    };
    Err(Error::input(format!("{name} within gzip or zstd cannot be read: its table of contents comes last"))
        .hint("unpack it first: gunzip FILE, or zstd -d FILE"))
}

fn empty() -> Error {
    Error::input("the input is empty")
        .expected("at least one byte")
        .found("none")
        .hint("check what should have written it")
}
