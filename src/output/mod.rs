//! Where results go: a file that appears whole or not at all, or standard output.

mod temporary;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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

    /// True when writing here would replace `other`, links followed.
    #[must_use]
    pub fn is_file(&self, other: &Path) -> bool {
        let resolved = |path: &Path| {
            fs::canonicalize(path).ok().or_else(|| {
                let folder = fs::canonicalize(folder_of(path.parent()?)).ok()?;
                Some(folder.join(path.file_name()?))
            })
        };
        match self {
            Self::Path(path) => resolved(path).is_some_and(|path| Some(path) == resolved(other)),
            Self::Stdout => false,
        }
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
                let created = Temporary::create(&folder, &target).map(drop);
                created.map_err(|error| {
                    failed(path, "the folder of the output cannot be written to", error)
                        .hint("check its permissions, or name another folder")
                })
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
        let placed = self.prepare_unnamed(write).map_err(|error| match error.kind() {
            ErrorKind::Output => error.in_file(self.name()),
            _ => error,
        })?;
        Ok(Pending { destination: self.clone(), placed })
    }

    fn prepare_unnamed(
        &self,
        write: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<Option<(Temporary, PathBuf)>> {
        match self {
            Self::Stdout => {
                filled(io::stdout().lock(), write, &|error| self.lost(error))?;
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
                    temporary::sweep(&folder, &target);
                    let file = Temporary::create(&folder, &target)
                        .map_err(|error| failed(path, "the output cannot be created", error))?;
                    filled(file.as_file(), write, &|error| self.lost(error))?;
                    let kept = keep_permissions(file.as_file(), &target).and_then(|()| file.as_file().sync_all());
                    kept.map_err(|error| failed(path, "the output cannot be completed", error))?;
                    Ok(Some((file, target)))
                }
            },
        }
    }

    fn lost(&self, error: io::Error) -> Error {
        Error::output("the output cannot be written").in_file(self.name()).because(error)
    }
}

/// Finds out before any work whether all outputs can be written, and replace neither an input nor one another.
///
/// # Errors
/// Output errors of [`Destination::check`], and usage errors that name what would be replaced.
pub fn check_all(outputs: &[&Destination], inputs: &[String]) -> Result<()> {
    for (i, output) in outputs.iter().enumerate() {
        output.check()?;
        if let Some(input) = inputs.iter().find(|input| output.is_file(Path::new(input))) {
            return Err(Error::usage("the output would replace an input")
                .in_file(input.clone())
                .hint("name another file"));
        }
        let is_twice = outputs[..i].iter().any(|other| match other {
            Destination::Path(path) => output.is_file(path),
            Destination::Stdout => **output == Destination::Stdout,
        });
        if is_twice {
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
    placed: Option<(Temporary, PathBuf)>,
}

impl Pending {
    /// Puts it in its place, at once, over whatever was there.
    ///
    /// # Errors
    /// An output error when the system refuses.
    pub fn publish(self) -> Result<()> {
        let Some((file, target)) = self.placed else { return Ok(()) };
        file.persist(&target).map_err(|error| self.destination.lost(error))?;
        // The new name is there already: a folder that cannot be synced is no reason to report a failure.
        if let Some(folder) = target.parent() {
            let _ = File::open(folder_of(folder)).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

/// How a path is written.
enum Target {
    /// A device or pipe.
    Direct,
    /// A file, old or new; links are followed, so that a link stays one.
    Replaced { target: PathBuf, folder: PathBuf },
}

impl Target {
    fn of(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let is_named = !path.as_os_str().is_empty() && !shown.ends_with('/');
        let target = match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => {
                return Err(Error::output("the output is a directory").in_file(shown).hint("name a file in it"));
            }
            Ok(meta) if !meta.is_file() => return Ok(Self::Direct),
            Ok(_) => fs::canonicalize(path).map_err(|error| failed(path, "the output cannot be reached", error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(failed(path, "the output cannot be reached", error)),
        };
        if target.file_name().is_none() || !is_named {
            return Err(Error::output("the output has no file name").found(format!("'{shown}'")));
        }
        let folder = folder_of(target.parent().unwrap_or(Path::new(""))).to_owned();
        if !folder.is_dir() {
            return Err(Error::output("the output's folder does not exist")
                .in_file(shown)
                .hint(format!("create {} first", folder.display())));
        }
        Ok(Self::Replaced { target, folder })
    }
}

/// The folder itself, `.` where the path names none.
fn folder_of(parent: &Path) -> &Path {
    if parent.as_os_str().is_empty() { Path::new(".") } else { parent }
}

fn failed(path: &Path, message: &str, error: io::Error) -> Error {
    // The name of a temporary file means nothing to anybody.
    let text = error.to_string();
    let text = text.split(" at path ").next().unwrap_or_default();
    Error::output(message).in_file(path.display().to_string()).because(io::Error::new(error.kind(), text))
}

/// A file that is replaced keeps its permissions.
fn keep_permissions(file: &File, target: &Path) -> io::Result<()> {
    match fs::metadata(target) {
        Ok(old) if old.permissions() != file.metadata()?.permissions() => file.set_permissions(old.permissions()),
        _ => Ok(()),
    }
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
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn put(destination: &Destination, text: &str) -> Result<()> {
        destination.write(|out| out.write_all(text.as_bytes()).map_err(|error| destination.lost(error)))
    }

    fn files(folder: &tempfile::TempDir) -> Vec<OsString> {
        fs::read_dir(folder.path()).expect("listed").map(|entry| entry.expect("entry").file_name()).collect()
    }

    #[test]
    fn a_file_appears_whole_and_alone() {
        let folder = folder();
        let path = folder.path().join("a.png");
        let destination = Destination::Path(path.clone());
        destination.check().expect("writable");
        assert!(files(&folder).is_empty(), "the check leaves no trace");
        let left = folder.path().join(".a.png.abcdef.pointillist-tmp");
        fs::write(&left, "from a killed run").expect("written");
        let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        File::open(&left).and_then(|left| left.set_modified(hour_ago)).expect("aged");
        put(&destination, "first").expect("written");
        put(&destination, "2nd").expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("read"), "2nd");
        assert_eq!(files(&folder), ["a.png"]);
    }

    #[test]
    fn a_failure_leaves_the_old_file() {
        let folder = folder();
        let path = folder.path().join("a.png");
        fs::write(&path, "old").expect("written");
        let error = Destination::Path(path.clone()).write(|out| {
            let _ = out.write_all(b"half");
            Err(Error::gpu("lost"))
        });
        assert_eq!(error.expect_err("fails").to_string(), "lost");
        assert_eq!(fs::read_to_string(&path).expect("read"), "old");
        assert_eq!(files(&folder), ["a.png"]);
    }

    #[test]
    fn what_cannot_be_written_is_found_before() {
        let folder = folder();
        let missing = folder.path().join("missing/a.png");
        for path in [folder.path().to_owned(), missing, PathBuf::new(), folder.path().join("new/")] {
            let error = Destination::Path(path.clone()).check().expect_err("not writable");
            assert_eq!(error.kind().exit_code(), 4, "{}", path.display());
        }
        assert_eq!(Destination::from_text("-"), Destination::Stdout);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_output_error() {
        let destination = Destination::from_text("/dev/full");
        destination.check().expect("a device can be opened");
        let error = put(&destination, "bytes").expect_err("full");
        assert_eq!(error.kind().exit_code(), 4, "{error}");
        put(&Destination::from_text("/dev/null"), "bytes").expect("null takes everything");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("changed");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        put(&Destination::Path(link.clone()), "new").expect("written");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink(), "the link is still one");
        assert_eq!(fs::read_to_string(&file).expect("read"), "new");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
    }
}
