//! The numbers of a density: what was asked to be reduced, and each pixel's number from the integer planes, in f64.
//!
//! Owns the words (`mean:speed`) and the arithmetic from planes to numbers. Which planes there are is the plan's; what
//! colour a number gets, shade's.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::canvas::Planes;
use crate::error::{Error, Result};
use crate::fixed::FixedPoint;
use crate::keys::KeyKind;
use crate::nearest::nearest;

/// What is worked out of the values that fall into a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// Their variance, of the whole population (ddof 0).
    Var,
    /// Its square root.
    Std,
    /// The first in the order of the data.
    First,
    /// The last.
    Last,
}

const STATISTICS: [(&str, Statistic); 8] = [
    ("sum", Statistic::Sum),
    ("mean", Statistic::Mean),
    ("min", Statistic::Min),
    ("max", Statistic::Max),
    ("var", Statistic::Var),
    ("std", Statistic::Std),
    ("first", Statistic::First),
    ("last", Statistic::Last),
];

impl Statistic {
    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        STATISTICS.iter().find(|(_, statistic)| *statistic == self).map_or("", |(name, _)| name)
    }

    /// True when it is added up in fixed point, for which the range of the values has to be known.
    #[must_use]
    pub fn is_summed(self) -> bool {
        matches!(self, Self::Sum | Self::Mean | Self::Var | Self::Std)
    }

    /// True when the result is again a value of the column: a time of a column of times.
    #[must_use]
    pub fn is_value(self) -> bool {
        !matches!(self, Self::Sum | Self::Var | Self::Std)
    }
}

/// A reduction as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// How many rows.
    Count,
    /// 1 where there is a row.
    Any,
    /// A statistic of a column.
    Of(Statistic, String),
    /// How many rows of each category of a column.
    By(String),
}

impl Reduction {
    /// Reads `count`, `any`, `by:COL`, `mean:COL` and so on.
    ///
    /// # Errors
    /// A usage error that lists the reductions, with the nearest one.
    pub fn parse(text: &str) -> Result<Self> {
        let (name, column) = text.split_once(':').map_or((text, None), |(name, column)| (name, Some(column)));
        let names = || ["count", "any", "by"].into_iter().chain(STATISTICS.iter().map(|(name, _)| *name));
        let statistic = STATISTICS.iter().find(|(known, _)| *known == name).map(|(_, statistic)| *statistic);
        match (name, statistic, column.filter(|column| !column.is_empty())) {
            ("count", _, None) if column.is_none() => Ok(Self::Count),
            ("any", _, None) if column.is_none() => Ok(Self::Any),
            ("by", _, Some(column)) => Ok(Self::By(column.to_owned())),
            (_, Some(statistic), Some(column)) => Ok(Self::Of(statistic, column.to_owned())),
            ("count" | "any", ..) => Err(Error::usage(format!("{name} takes no column"))
                .found(format!("'{text}'"))
                .hint(format!("write {name}"))),
            ("by", ..) | (_, Some(_), _) => Err(Error::usage(format!("{name} needs a column"))
                .expected(format!("{name}:COLUMN"))
                .found(format!("'{text}'"))),
            _ => {
                let error = Error::usage("no such reduction")
                    .expected("count, any, or one of sum, mean, min, max, var, std, first, last, by with :COLUMN")
                    .found(format!("'{text}'"));
                Err(match nearest(name, names()) {
                    Some(near) => error.hint(format!("did you mean {near}?")),
                    None => error,
                })
            }
        }
    }

    /// The column it gathers.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Count | Self::Any => None,
            Self::Of(_, column) | Self::By(column) => Some(column),
        }
    }
}

impl fmt::Display for Reduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count => f.write_str("count"),
            Self::Any => f.write_str("any"),
            Self::Of(statistic, column) => write!(f, "{}:{column}", statistic.name()),
            Self::By(column) => write!(f, "by:{column}"),
        }
    }
}

/// From the planes of a pixel to its number; planes are told by their place among the canvas's.
#[derive(Clone, Debug, PartialEq)]
pub enum Reducer {
    /// The count.
    Count,
    /// 1.
    Any,
    /// The sum of a sum plane.
    Sum {
        /// The sum plane.
        sum: usize,
        /// Its unit.
        fixed: FixedPoint,
    },
    /// The mean.
    Mean {
        /// The sum plane.
        sum: usize,
        /// Its unit.
        fixed: FixedPoint,
    },
    /// The variance, or the standard deviation.
    Variance {
        /// The sum plane.
        sum: usize,
        /// The plane of squares.
        squares: usize,
        /// Their unit.
        fixed: FixedPoint,
        /// True for the standard deviation.
        is_root: bool,
    },
    /// The value of a key.
    Winner {
        /// The plane of keys.
        plane: usize,
        /// What the keys stand for.
        keys: KeyKind,
    },
    /// Counts by category; the number is their sum.
    By {
        /// The plane of counts by category.
        plane: usize,
        /// The categories.
        names: Arc<[String]>,
        /// Whether the last of them holds all others.
        has_other: bool,
    },
}

/// One reduction of a canvas, ready to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// As it was asked for, with the column's name: `mean:speed`.
    pub name: String,
    /// For people: `mean of speed`.
    pub label: String,
    /// How its numbers come about.
    pub reducer: Reducer,
}

impl Reducer {
    /// True when every number is whole: a count.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Count | Self::Any | Self::By { .. })
    }

    /// The numbers of some pixels; NaN where nothing was drawn. `out` is as long as `pixels`.
    ///
    /// # Panics
    /// When the pixels are not on the canvas: a bug of the caller.
    pub fn numbers(&self, planes: &Planes, pixels: Range<usize>, out: &mut [f64]) {
        let counts = &planes.counts()[pixels.clone()];
        let mut fill = |number: &dyn Fn(usize, u64) -> f64| {
            for (i, (out, count)) in out.iter_mut().zip(counts).enumerate() {
                *out = if *count == 0 { f64::NAN } else { number(i, *count) };
            }
        };
        match self {
            Self::Count | Self::By { .. } => fill(&|_, count| count as f64),
            Self::Any => fill(&|_, _| 1.0),
            Self::Sum { sum, fixed } => {
                let sums = &planes.wide(*sum)[pixels];
                fill(&|i, count| fixed.sum(count, sums[i]));
            }
            Self::Mean { sum, fixed } => {
                let sums = &planes.wide(*sum)[pixels];
                fill(&|i, count| fixed.mean(count, sums[i]));
            }
            Self::Variance { sum, squares, fixed, is_root } => {
                let (sums, squares) = (&planes.wide(*sum)[pixels.clone()], &planes.wide(*squares)[pixels]);
                fill(&|i, count| {
                    if *is_root {
                        fixed.deviation(count, sums[i], squares[i])
                    } else {
                        fixed.variance(count, sums[i], squares[i])
                    }
                });
            }
            Self::Winner { plane, keys } => {
                let words = &planes.words(*plane)[pixels];
                fill(&|i, _| keys.number(words[i]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_mistakes_are_named() {
        for text in ["count", "any", "sum:v", "mean:a b", "by:c:d", "last:0"] {
            assert_eq!(Reduction::parse(text).unwrap().to_string(), text);
        }
        let message = |text: &str| Reduction::parse(text).unwrap_err().to_string();
        assert!(message("meam:v").contains("did you mean mean?"));
        assert!(message("mean").contains("mean:COLUMN") && message("by:").contains("by:COLUMN"));
        assert!(message("count:v").contains("takes no column"));
    }
}
