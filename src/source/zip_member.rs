//! A file within a zip archive as bytes: stored ones by positioned reads, deflated ones as a stream, checksums compared.
//!
//! Knows nothing of what the files hold.

use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{Error, Result};
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::{RegularFile, cannot_read};

/// Bytes before `offset` that a stored file reads along, so that its checksum can be compared at the end.
const READ_ALONG_BYTES: u64 = 1 << 17;

/// Compressed bytes read at a time.
const BLOCK_BYTES: usize = 1 << 17;

/// A file of an archive.
#[derive(Clone, Debug)]
pub struct ZipMember {
    file: RegularFile,
    /// The archive and the file, as the user would name it: `a.npz:x`.
    name: String,
    start: u64,
    stored_bytes: u64,
    len_bytes: u64,
    crc: u32,
    is_deflated: bool,
}

/// The files of an archive whose names end with `suffix`, without it, in the archive's order.
///
/// # Errors
/// When the archive is damaged, or such a file is encrypted, compressed in another way, or lies beyond the end.
pub fn members(file: &RegularFile, suffix: &str) -> Result<Vec<(String, ZipMember)>> {
    let handle = file.handle()?;
    // A panic of the decoder is an error of the file.
    let listed = catch_unwind(AssertUnwindSafe(|| list(handle, file, suffix)));
    listed
        .unwrap_or_else(|_| Err(damaged("its table of contents cannot be read")))
        .map_err(|error| error.in_file(file.name()))
}

fn list(handle: std::fs::File, file: &RegularFile, suffix: &str) -> Result<Vec<(String, ZipMember)>> {
    let failed = |error: zip::result::ZipError| damaged(&error.to_string()).because(error);
    let mut archive = zip::ZipArchive::new(BufReader::new(handle)).map_err(failed)?;
    let mut members = Vec::new();
    let budgets = file.budgets();
    budgets.check(Limit::Columns, archive.len() as u64, "the archive holds too many files")?;
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number).map_err(failed)?;
        let name = entry.name().map_err(failed)?.into_owned();
        let Some(name) = name.strip_suffix(suffix).map(str::to_owned) else { continue };
        let is_deflated = match entry.compression() {
            zip::CompressionMethod::Stored => false,
            zip::CompressionMethod::Deflated => true,
            other => {
                return Err(Error::input(format!("{name}{suffix} is compressed in a way that cannot be read"))
                    .expected("stored or deflated")
                    .found(format!("{other:?}"))
                    .hint("write it with numpy.savez or numpy.savez_compressed"));
            }
        };
        if entry.encrypted() {
            return Err(Error::input(format!("{name}{suffix} is encrypted")).hint("write it without a password"));
        }
        let (stored_bytes, len_bytes) = (entry.compressed_size(), entry.size());
        let start = entry.data_start().ok_or_else(|| damaged("a file without a beginning"))?;
        let ends_within = start.checked_add(stored_bytes).is_some_and(|end| end <= file.len_bytes());
        if !ends_within || (!is_deflated && stored_bytes != len_bytes) {
            return Err(damaged("the sizes in its table of contents do not fit its own"));
        }
        budgets.check_ratio(stored_bytes, len_bytes, &format!("{name}{suffix}"))?;
        let member = ZipMember {
            file: file.clone(),
            name: format!("{}:{name}", file.name()),
            start,
            stored_bytes,
            len_bytes,
            crc: entry.crc32(),
            is_deflated,
        };
        members.push((name, member));
    }
    Ok(members)
}

fn damaged(what: &str) -> Error {
    Error::input(format!("the archive is damaged ({what})")).hint("copy or write it again")
}

impl ZipMember {
    /// The archive and the file: `a.npz:x`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How much it may ask for.
    #[must_use]
    pub fn budgets(&self) -> &Budgets {
        self.file.budgets()
    }

    /// The size of its content.
    #[must_use]
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    /// Reads everything once, for whoever reads parts of it, none to the end.
    ///
    /// # Errors
    /// When the content does not match its size or checksum, or cannot be read.
    pub fn check(&self) -> Result<()> {
        io::copy(&mut self.reader_at(0)?, &mut io::sink()).map_err(|error| cannot_read(error, &self.name)).map(drop)
    }

    /// A reader of everything from `offset` on; whoever reads to the end from the beginning (or from a little behind
    /// it) has the checksum compared.
    ///
    /// # Errors
    /// When the archive cannot be read, or changed.
    pub fn reader_at(&self, offset: u64) -> Result<Box<dyn Read + Send>> {
        if !self.is_deflated && offset > READ_ALONG_BYTES {
            let left_bytes = self.len_bytes.saturating_sub(offset);
            return Ok(Box::new(self.file.reader_at(self.start + offset.min(self.len_bytes))?.take(left_bytes)));
        }
        let stored = self.file.reader_at(self.start)?.take(self.stored_bytes);
        let content: Box<dyn Read + Send> = if self.is_deflated {
            Box::new(flate2::bufread::DeflateDecoder::new(BufReader::with_capacity(BLOCK_BYTES, stored)))
        } else {
            Box::new(stored)
        };
        let mut checked =
            Checked { content, hasher: crc32fast::Hasher::new(), left_bytes: self.len_bytes, crc: self.crc };
        io::copy(&mut (&mut checked).take(offset), &mut io::sink()).map_err(|error| cannot_read(error, &self.name))?;
        Ok(Box::new(checked))
    }
}

/// Content that must have a size and a checksum.
struct Checked {
    content: Box<dyn Read + Send>,
    hasher: crc32fast::Hasher,
    left_bytes: u64,
    crc: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let damaged = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, format!("{what}: it is damaged")));
        if self.left_bytes == 0 {
            if self.content.read(&mut [0])? > 0 {
                return damaged("the content is longer than the archive says");
            }
            if self.hasher.clone().finalize() != self.crc {
                return damaged("the content does not match its checksum");
            }
            return Ok(0);
        }
        let most = usize::try_from(self.left_bytes).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.content.read(&mut buffer[..most])?;
        if count == 0 {
            return damaged("the content is shorter than the archive says");
        }
        self.hasher.update(&buffer[..count]);
        self.left_bytes -= count as u64;
        Ok(count)
    }
}
