//! The kinds of axes by name, as they are typed.

use std::fmt;

use crate::error::{Error, Result};
use crate::nearest::nearest;

/// The kind of axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Equal steps.
    Linear,
    /// Equal ratios (base 10); only positive values lie on it.
    Log,
    /// Equal steps up to the threshold on both sides of 0, equal ratios (base 10) beyond it.
    Symlog {
        /// Where one turns into the other, above 0; `None`: a thousandth of the limits' largest magnitude. That of a
        /// [`super::Scale`] is always known.
        threshold: Option<f64>,
    },
    /// Equal steps of time; labels are dates.
    Time,
}

impl Kind {
    /// Reads `linear`, `log`, `symlog`, `symlog=T` or `time`, in any case.
    ///
    /// # Errors
    /// A usage error that names the closest kind, or says that a threshold has to be a number above 0.
    pub fn parse(text: &str) -> Result<Self> {
        let shown = || format!("'{}'", text.escape_debug());
        let lower = text.trim().to_ascii_lowercase();
        let (name, parameter) = match lower.split_once('=') {
            Some((name, parameter)) => (name.trim_end(), Some(parameter.trim())),
            None => (lower.as_str(), None),
        };
        let kind = match (name, parameter) {
            ("linear", _) => Self::Linear,
            ("log", _) => Self::Log,
            ("time", _) => Self::Time,
            ("symlog", None) => return Ok(Self::Symlog { threshold: None }),
            ("symlog", Some(number)) => {
                let threshold = number.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
                return threshold.map(|threshold| Self::Symlog { threshold: Some(threshold) }).ok_or_else(|| {
                    Error::usage("the threshold of a symlog axis has to be a number above 0")
                        .expected("a text like symlog=0.5")
                        .found(shown())
                });
            }
            _ => {
                let error = Error::usage("no such kind of axis")
                    .expected("one of linear, log, symlog, symlog=T, time")
                    .found(shown());
                return Err(match nearest(name, ["linear", "log", "symlog", "time"].into_iter()) {
                    Some(near) => error.hint(format!("did you mean {near}?")),
                    None => error,
                });
            }
        };
        match parameter {
            None => Ok(kind),
            Some(_) => Err(Error::usage(format!("a {name} axis takes no parameter")).expected(name).found(shown())),
        }
    }
}

impl fmt::Display for Kind {
    /// As [`Kind::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linear => f.write_str("linear"),
            Self::Log => f.write_str("log"),
            Self::Symlog { threshold: None } => f.write_str("symlog"),
            Self::Symlog { threshold: Some(threshold) } => write!(f, "symlog={threshold:?}"),
            Self::Time => f.write_str("time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_and_written_back() {
        let symlog = |threshold| Kind::Symlog { threshold };
        let kinds = [
            ("linear", Kind::Linear),
            (" Log", Kind::Log),
            ("time", Kind::Time),
            ("symlog", symlog(None)),
            ("SYMLOG = 1e-3", symlog(Some(0.001))),
        ];
        for (text, kind) in kinds {
            assert_eq!(Kind::parse(text).expect(text), kind, "{text}");
            assert_eq!(Kind::parse(&kind.to_string()).expect(text), kind, "{kind}");
        }
    }

    #[test]
    fn what_is_wrong_says_what_would_be_right() {
        for (text, part) in [
            ("simlog", "did you mean symlog?"),
            ("symlog=0", "above 0"),
            ("symlog=x", "symlog=0.5"),
            ("symlog=inf", "above 0"),
            ("log=10", "takes no parameter"),
            ("", "one of linear, log"),
        ] {
            let error = Kind::parse(text).expect_err(text);
            assert!(error.to_string().contains(part), "{text}: {error}");
            assert_eq!(error.kind().exit_code(), 2, "{text}");
        }
    }
}
