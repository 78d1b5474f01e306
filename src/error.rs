//! The one error type: what went wrong, where, what was expected and found, and what to do next.
//!
//! Libraries return it; only `main` prints it, once, and turns its kind into the exit code.

use std::fmt;

use crate::escape::{display_lines, display_text};

/// The result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// The classes of failure, one for each exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The data cannot be read or makes no sense (exit code 1).
    Input,
    /// The request is wrong, or the plan refuses it (exit code 2).
    Usage,
    /// No usable GPU, or the GPU failed (exit code 3).
    Gpu,
    /// The result cannot be written (exit code 4).
    Output,
    /// Somebody asked the run to end (exit code 130; the command has 128 and the number of the signal).
    Stopped,
}

impl ErrorKind {
    /// The process exit code of this kind of failure.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Input => 1,
            Self::Usage => 2,
            Self::Gpu => 3,
            Self::Output => 4,
            Self::Stopped => 130,
        }
    }
}

/// How a GPU failed although nothing was wrong with what it was asked for; errors of kind [`ErrorKind::Gpu`] may have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GpuFault {
    /// The device was lost: the driver has reset it, or it is gone.
    Lost,
    /// The driver did not answer in time.
    Hung,
    /// The device had no memory left, even for less.
    Memory,
    /// The driver failed in another way: a call that it refused, or a panic.
    Other,
}

impl GpuFault {
    /// The fault in a word or two, as reports have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Hung => "hung",
            Self::Memory => "out of memory",
            Self::Other => "failed",
        }
    }
}

/// Where in the data an error was found; every part is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The 1-based number of the data set, where a figure has several.
    pub series: Option<usize>,
    /// The input as the user named it.
    pub file: Option<String>,
    /// The 0-based row within that input.
    pub row: Option<u64>,
    /// The 1-based line, for text formats.
    pub line: Option<u64>,
    /// The column's name or number.
    pub column: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.series.map(|number| format!("series {number}")));
        parts.extend(self.file.as_ref().map(|file| display_text(file).into_owned()));
        parts.extend(self.line.map(|line| format!("line {line}")));
        parts.extend(self.row.filter(|_| self.line.is_none()).map(|row| format!("row {row}")));
        parts.extend(self.column.as_ref().map(|column| format!("column '{}'", display_text(column))));
        f.write_str(&parts.join(", "))
    }
}

/// A failure with its place and its way out.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Context>);

#[derive(Debug, thiserror::Error)]
struct Context {
    kind: ErrorKind,
    fault: Option<GpuFault>,
    message: String,
    place: Place,
    expected: Option<String>,
    found: Option<String>,
    hint: Option<String>,
    /// Where the rows went that came before it.
    after: Option<String>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place != Place::default() {
            write!(f, "{}: ", self.place)?;
        }
        // What a GPU lacks has lines of its own; all other messages may quote what somebody named.
        f.write_str(&if self.kind == ErrorKind::Gpu {
            display_lines(&self.message)
        } else {
            display_text(&self.message)
        })?;
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => {
                write!(f, ": expected {}, found {}", display_text(expected), display_text(found))?;
            }
            (Some(expected), None) => write!(f, ": expected {}", display_text(expected))?,
            (None, Some(found)) => write!(f, ": found {}", display_text(found))?,
            (None, None) => {}
        }
        if let Some(hint) = &self.hint {
            // What caused it comes before the way out; without one, whoever prints the chain adds it.
            let source = self.source.as_ref().map(ToString::to_string);
            if let Some(source) = source.filter(|source| !self.message.contains(source)) {
                write!(f, " ({})", display_text(&source))?;
            }
            write!(f, "; {}", display_text(hint))?;
        }
        if let Some(after) = &self.after {
            write!(f, " (after {after})")?;
        }
        Ok(())
    }
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Context {
            kind,
            fault: None,
            message: message.into(),
            place: Place::default(),
            expected: None,
            found: None,
            hint: None,
            after: None,
            source: None,
        }))
    }

    /// The data cannot be read or makes no sense.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// The request is wrong, or the plan refuses it.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// No usable GPU, or the GPU failed.
    pub fn gpu(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Gpu, message)
    }

    /// The GPU failed although nothing was wrong with what it was asked for: another device, or the CPU, may do.
    pub fn gpu_fault(fault: GpuFault, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorKind::Gpu, message);
        error.0.fault = Some(fault);
        error
    }

    /// The result cannot be written.
    pub fn output(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Output, message)
    }

    /// Somebody asked the run to end.
    pub fn stopped(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Stopped, message)
    }

    /// Names the input, unless one is named already.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.0.place.file.get_or_insert(file.into());
        self
    }

    /// Names the 1-based number of the data set, unless one is named already.
    #[must_use]
    pub fn in_series(mut self, number: usize) -> Self {
        self.0.place.series.get_or_insert(number);
        self
    }

    /// Names the 0-based row.
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.0.place.row = Some(row);
        self
    }

    /// Names the 1-based line of a text input.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.0.place.line = Some(line);
        self
    }

    /// Names the column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.0.place.column = Some(column.into());
        self
    }

    /// Says what would have been right.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.0.expected = Some(expected.into());
        self
    }

    /// Says what was there instead.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.0.found = Some(found.into());
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The same, unless that is said already.
    #[must_use]
    pub fn hint_else(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert(hint.into());
        self
    }

    /// Says where the rows went that were read before it.
    #[must_use]
    pub fn after(mut self, rows: impl Into<String>) -> Self {
        self.0.after = Some(rows.into());
        self
    }

    /// Keeps the error below this one.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The class of the failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// How the GPU failed, if that is what happened; nothing when there is no GPU, or it cannot do what was asked.
    #[must_use]
    pub fn gpu_fault_kind(&self) -> Option<GpuFault> {
        self.0.fault
    }

    /// What went wrong, without place, values and way out.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it was found.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.0.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_reads_as_one_line_with_place_values_and_way_out() {
        let error = Error::input("no number")
            .in_file("a.csv")
            .at_line(7)
            .at_row(5)
            .in_column("x")
            .expected("a number")
            .found("'abc'")
            .hint("drop --strict to count such rows as invalid");
        assert_eq!(
            error.to_string(),
            "a.csv, line 7, column 'x': no number: expected a number, found 'abc'; drop --strict to count such rows as invalid"
        );
        assert_eq!(error.kind().exit_code(), 1, "input errors end with 1");
    }

    #[test]
    fn the_way_out_comes_last() {
        let cause = std::io::Error::other("disk full");
        let error = Error::output("cannot be written").hint("name another folder").because(cause);
        assert_eq!(error.to_string(), "cannot be written (disk full); name another folder");
        let cause = std::io::Error::other("disk full");
        let error = Error::output("not written: disk full").hint("name another folder").because(cause);
        assert_eq!(error.to_string(), "not written: disk full; name another folder", "said once");
    }
}
