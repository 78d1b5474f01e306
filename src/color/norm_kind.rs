//! The curves of norms by name, with their parameters, as they are typed.

use std::fmt;

use crate::error::{Error, Result};
use crate::nearest::nearest;

const NAMES: [&str; 8] = ["linear", "log", "symlog", "asinh", "sqrt", "cbrt", "power", "eq-hist"];

/// The curve that a norm bends values with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum NormKind {
    /// Equal steps.
    #[default]
    Linear,
    /// Equal factors; positive values only.
    Log,
    /// `sign(v) * ln(1 + |v| / threshold)`: linear around 0, logarithmic far from it, for both signs.
    Symlog {
        /// Where one turns into the other, above 0; `None`: a thousandth of the limits' largest magnitude.
        threshold: Option<f64>,
    },
    /// `asinh(v / width)`: the same idea with a wider linear part.
    Asinh {
        /// Half of the linear part, above 0; `None`: a thousandth of the limits' largest magnitude.
        width: Option<f64>,
    },
    /// The square root of the linear position.
    Sqrt,
    /// The cube root of the linear position.
    Cbrt,
    /// A power of the linear position.
    Power {
        /// Above 0; below 1 it spreads small values.
        exponent: f64,
    },
    /// Every colour covers the same number of values: the share of values up to this one.
    EqHist,
}

impl NormKind {
    /// Reads `linear`, `log`, `symlog`, `symlog=T`, `asinh`, `asinh=W`, `sqrt`, `cbrt`, `power=G` or `eq-hist`, in any case.
    ///
    /// # Errors
    /// A usage error that names the closest norm, or says that a parameter has to be a number above 0.
    pub fn parse(text: &str) -> Result<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let (name, parameter) = match lower.split_once('=') {
            Some((name, parameter)) => (name.trim_end(), Some(parameter.trim())),
            None => (lower.as_str(), None),
        };
        let number = |parameter: &str| {
            parameter.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0).ok_or_else(|| {
                Error::usage(format!("the parameter of --norm {name} has to be a number above 0"))
                    .expected(format!("a text like {name}=0.5"))
                    .found(shown(text))
            })
        };
        let parameter = parameter.map(number);
        let kind = match name {
            "symlog" => return Ok(Self::Symlog { threshold: parameter.transpose()? }),
            "asinh" => return Ok(Self::Asinh { width: parameter.transpose()? }),
            "power" => {
                let missing = || Error::usage("--norm power needs its exponent").expected("a text like power=0.5");
                return Ok(Self::Power { exponent: parameter.unwrap_or_else(|| Err(missing().found(shown(text))))? });
            }
            "linear" => Self::Linear,
            "log" => Self::Log,
            "sqrt" => Self::Sqrt,
            "cbrt" => Self::Cbrt,
            "eq-hist" => Self::EqHist,
            _ => {
                let error = Error::usage("no such norm")
                    .expected("one of linear, log, symlog, symlog=T, asinh, asinh=W, sqrt, cbrt, power=G, eq-hist")
                    .found(shown(text));
                return Err(match nearest(name, NAMES.into_iter()) {
                    Some(near) => error.hint(format!("did you mean {near}?")),
                    None => error,
                });
            }
        };
        match parameter {
            None => Ok(kind),
            Some(_) => Err(Error::usage(format!("--norm {name} takes no parameter"))
                .expected(name)
                .found(shown(text))
                .hint("symlog, asinh and power take one")),
        }
    }
}

impl fmt::Display for NormKind {
    /// As [`NormKind::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linear => f.write_str("linear"),
            Self::Log => f.write_str("log"),
            Self::Symlog { threshold: None } => f.write_str("symlog"),
            Self::Symlog { threshold: Some(threshold) } => write!(f, "symlog={threshold}"),
            Self::Asinh { width: None } => f.write_str("asinh"),
            Self::Asinh { width: Some(width) } => write!(f, "asinh={width}"),
            Self::Sqrt => f.write_str("sqrt"),
            Self::Cbrt => f.write_str("cbrt"),
            Self::Power { exponent } => write!(f, "power={exponent}"),
            Self::EqHist => f.write_str("eq-hist"),
        }
    }
}

fn shown(text: &str) -> String {
    format!("'{}'", text.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_and_written_back() {
        let kinds = [
            ("linear", NormKind::Linear),
            (" Log ", NormKind::Log),
            ("symlog", NormKind::Symlog { threshold: None }),
            ("symlog=1e-3", NormKind::Symlog { threshold: Some(0.001) }),
            ("asinh", NormKind::Asinh { width: None }),
            ("asinh = 2.5", NormKind::Asinh { width: Some(2.5) }),
            ("sqrt", NormKind::Sqrt),
            ("cbrt", NormKind::Cbrt),
            ("power=0.3", NormKind::Power { exponent: 0.3 }),
            ("EQ-hist", NormKind::EqHist),
        ];
        for (text, kind) in kinds {
            assert_eq!(NormKind::parse(text).expect(text), kind, "{text}");
            assert_eq!(NormKind::parse(&kind.to_string()).expect(text), kind, "{kind}");
        }
    }

    #[test]
    fn what_is_wrong_says_what_would_be_right() {
        let wrong = [
            ("eq_hist", "did you mean eq-hist?"),
            ("simlog=2", "did you mean symlog?"),
            ("power", "power=0.5"),
            ("power=-1", "above 0"),
            ("asinh=nan", "above 0"),
            ("symlog=inf", "above 0"),
            ("symlog=0", "above 0"),
            ("symlog=", "above 0"),
            ("log=10", "takes no parameter"),
            ("log=x", "takes no parameter"),
            ("", "one of linear, log"),
            ("=1", "one of linear, log"),
        ];
        for (text, part) in wrong {
            let error = NormKind::parse(text).expect_err(text);
            assert!(error.to_string().contains(part), "{text}: {error}");
            assert_eq!(error.kind().exit_code(), 2, "{text}");
        }
    }
}
