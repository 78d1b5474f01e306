//! Where results go: a file that appears whole or not at all, or standard output.

mod identity;
mod target;
mod temporary;
#[cfg(target_os = "linux")]
mod unnamed;

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use identity::Identity;
use target::{Target, failed, keep_permissions};
use temporary::Temporary;

use crate::error::{Error, ErrorKind, Result};

const BUFFER_BYTES: usize = 1 << 17;

/// The target of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A file; it is replaced by rename. A device or pipe of that name is written to directly.
    Path(PathBuf),
    /// Standard output.
    Stdout,
}

impl Destination {
    /// Reads what was typed: `-` is standard output.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        if text == "-" { Self::Stdout } else { Self::Path(PathBuf::from(text)) }
    }

    /// True for a file whose name ends in `.npz`: an archive of arrays.
    #[must_use]
    pub fn is_archive(&self) -> bool {
        matches!(self, Self::Path(path) if path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("npz")))
    }

    /// The name to show.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Stdout => "standard output".to_owned(),
        }
    }

    /// The folder of a file; that of temporary files for standard output.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        match self {
            Self::Path(path) => match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
                _ => PathBuf::from("."),
            },
            Self::Stdout => std::env::temp_dir(),
        }
    }

    /// The file that it is; nothing for a stream or device, and for what cannot be told.
    fn identity(&self) -> Option<Identity> {
        match self {
            Self::Path(path) => Identity::of_path(path),
            Self::Stdout => Identity::of_stream(io::stdout()),
        }
    }

    /// True where nothing of what is written is kept: standard output that is closed, in place of which Rust has the null
    /// device, or which somebody else opened like that.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        #[cfg(target_os = "linux")]
        if *self == Self::Stdout {
            let is_null = Identity::of_stream(io::stdout()) == Identity::of_path(Path::new("/dev/null"));
            let flags = rustix::fs::fcntl_getfl(io::stdout());
            // A shell opens it for writing alone.
            return is_null && flags.is_ok_and(|flags| flags.contains(rustix::fs::OFlags::RDWR));
        }
        false
    }

    /// Finds out before any work whether the target can be written, leaving no trace.
    ///
    /// # Errors
    /// An output error when the target is a directory, or its folder is missing or not writable.
    pub fn check(&self) -> Result<()> {
        let Self::Path(path) = self else { return Ok(()) };
        match Target::of(path)? {
            Target::Direct => {
                // Opening a pipe without a reader would wait for one; a device opens at once.
                Ok(())
            }
            Target::Replaced { target, folder } => {
                // Gone again as soon as it is there.
                let created = Temporary::create(&folder, &target).map_err(|error| {
                    failed(path, "the folder of the output cannot be written to", error)
                        .hint("check its permissions, or name another folder")
                })?;
                target::refuse_protected(created.as_file(), &folder, &target)
            }
        }
    }

    /// Lets `write` produce the content; a file then appears complete and on disk, or stays as it was.
    ///
    /// # Errors
    /// What `write` fails with, and an output error for everything that happens to the file.
    pub fn write(&self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        self.prepare(write)?.publish()
    }

    /// Lets `write` produce the content beside its place, complete and on disk; [`Pending::publish`] then puts it there.
    /// Devices, pipes and standard output get it at once.
    ///
    /// # Errors
    /// What `write` fails with, and an output error for everything that happens to the file.
    pub fn prepare(&self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<Pending> {
        let placed = self.place(write).map_err(|error| match error.kind() {
            ErrorKind::Output => error.in_file(self.name()),
            _ => error,
        })?;
        Ok(Pending { destination: self.clone(), placed })
    }

    fn place(&self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<Option<Placed>> {
        match self {
            Self::Stdout => {
                filled(io::stdout().lock(), write, &|error| self.lost(error))?;
                complete_stdout().map_err(|error| self.lost(error))?;
                Ok(None)
            }
            Self::Path(path) => match Target::of(path)? {
                Target::Direct => {
                    let file = OpenOptions::new().write(true).open(path);
                    let file = file.map_err(|error| failed(path, "the output cannot be opened", error))?;
                    filled(file, write, &|error| self.lost(error))?;
                    Ok(None)
                }
                Target::Replaced { target, folder } => {
                    let file = Temporary::create(&folder, &target)
                        .map_err(|error| failed(path, "the output cannot be created", error))?;
                    filled(file.as_file(), write, &|error| self.lost(error))?;
                    let kept = keep_permissions(file.as_file(), &target).and_then(|()| file.sync());
                    kept.map_err(|error| failed(path, "the output cannot be completed", error))?;
                    Ok(Some(Placed { file, target, folder }))
                }
            },
        }
    }

    fn lost(&self, error: io::Error) -> Error {
        Error::output("the output cannot be written").in_file(self.name()).because(error)
    }
}

/// Finds out before any work whether all outputs can be written, and replace neither an input nor one another, whatever
/// those are called (`-` is standard input).
///
/// # Errors
/// Output errors of [`Destination::check`], and usage errors that name what would be replaced.
pub fn check_all(outputs: &[&Destination], inputs: &[String]) -> Result<()> {
    let input = |name: &String| match &name[..] {
        "-" => Identity::of_stream(io::stdin()),
        path => Identity::of_path(Path::new(path)),
    };
    let is_replaced = |of: &Option<Identity>, by: &Option<Identity>| {
        by.is_some() && of == by && !by.as_ref().is_some_and(Identity::is_stream)
    };
    for (i, output) in outputs.iter().enumerate() {
        output.check()?;
        let own = output.identity();
        if let Some(replaced) = inputs.iter().find(|name| is_replaced(&input(name), &own)) {
            return Err(Error::usage("the output would replace an input")
                .in_file(if replaced == "-" { "standard input" } else { replaced })
                .found(output.name())
                .hint("name another file"));
        }
        let is_same = |other: &Destination| match (*output, other) {
            (Destination::Stdout, Destination::Stdout) => true,
            (Destination::Path(_), Destination::Path(_)) => own.is_some() && other.identity() == own,
            // What standard output leads to; a device takes both, in a pipe they would mix.
            _ => own.is_some() && other.identity() == own && !own.as_ref().is_some_and(Identity::is_device),
        };
        if outputs[..i].iter().any(|other| is_same(other)) {
            return Err(Error::usage("two outputs have one name").in_file(output.name()).hint("name another file"));
        }
    }
    Ok(())
}

/// Refuses a plain array file for what needs an archive: several arrays.
///
/// # Errors
/// A usage error.
pub fn check_arrays(raster: Option<&Destination>, needs_archive: bool) -> Result<()> {
    match raster.filter(|raster| needs_archive && !raster.is_archive()) {
        Some(raster) => Err(Error::usage("several arrays need an archive")
            .in_file(raster.name())
            .hint("name the raster *.npz instead of *.npy")),
        None => Ok(()),
    }
}

/// A result that is complete, but not yet in its place; dropped, it is gone.
#[derive(Debug)]
pub struct Pending {
    destination: Destination,
    placed: Option<Placed>,
}

#[derive(Debug)]
struct Placed {
    file: Temporary,
    target: PathBuf,
    folder: PathBuf,
}

impl Pending {
    /// Puts it in its place, at once, over whatever was there, and its name on disk.
    ///
    /// # Errors
    /// An output error when the system refuses; if only the last step failed, the new file is there all the same.
    pub fn publish(self) -> Result<()> {
        let Some(Placed { file, target, folder }) = self.placed else { return Ok(()) };
        file.publish(&folder, &target).map_err(|error| {
            Error::output("the output cannot be put in its place").in_file(self.destination.name()).because(error)
        })
    }
}

/// The folder itself, `.` where the path names none.
fn folder_of(parent: &Path) -> &Path {
    if parent.as_os_str().is_empty() { Path::new(".") } else { parent }
}

/// What was written to a file behind standard output is on disk, or an error: some file systems say so no sooner.
fn complete_stdout() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if Identity::of_stream(io::stdout()).is_some_and(|stdout| !stdout.is_stream()) {
        rustix::fs::fsync(io::stdout())?;
    }
    Ok(())
}

/// Writes through a buffer and takes care of its last bytes.
fn filled<W: Write>(
    out: W,
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
    lost: &dyn Fn(io::Error) -> Error,
) -> Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    let written = write(&mut out).and_then(|()| out.flush().map_err(lost));
    if written.is_err() {
        // What is still buffered is of no use, and writing it would fail again.
        drop(out.into_parts());
    }
    written
}

#[cfg(test)]
mod tests;
