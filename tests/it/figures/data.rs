//! The rows behind a figure of the gallery: a few columns over given ranges, as CSV, the same at every run.

use std::fmt::Write;

use serde::Deserialize;

use crate::harness::Random;

/// How the values of a column lie in its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Spread {
    Linear,
    Log,
    Symlog,
    Whole,
    Time,
}

/// A column by its range; the ends are texts, as no float holds all of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    spread: Spread,
    from: String,
    to: String,
}

impl Range {
    pub(super) fn spread(&self) -> Spread {
        self.spread
    }

    /// The text of the value at a share of the range.
    fn value(&self, share: f64) -> String {
        let float = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("{text} is no number"));
        match self.spread {
            Spread::Linear => {
                let (from, to) = (float(&self.from), float(&self.to));
                format!("{:e}", from * (1.0 - share) + to * share)
            }
            Spread::Log => {
                let (from, to) = (float(&self.from).log10(), float(&self.to).log10());
                format!("{:e}", 10f64.powf(from + (to - from) * share))
            }
            Spread::Symlog => {
                let (from, to) = (float(&self.from).asinh(), float(&self.to).asinh());
                format!("{:e}", (from + (to - from) * share).sinh())
            }
            Spread::Whole => {
                let whole = |text: &str| text.parse::<i128>().unwrap_or_else(|_| panic!("{text} is not whole"));
                let (from, to) = (whole(&self.from), whole(&self.to));
                (from + ((to - from) as f64 * share) as i128).to_string()
            }
            Spread::Time => {
                let time =
                    |text: &str| text.parse::<jiff::Timestamp>().unwrap_or_else(|error| panic!("{text}: {error}"));
                let (from, to) = (time(&self.from).as_nanosecond(), time(&self.to).as_nanosecond());
                let at = from + ((to - from) as f64 * share) as i128;
                jiff::Timestamp::from_nanosecond(at).expect("within jiff's years").to_string()
            }
        }
    }
}

/// The columns x, y, v, s and c.
pub(super) fn csv(name: &str, [x, y]: [&Range; 2], rows: usize, names: &[String]) -> String {
    // Every figure has its own, and keeps it when others come.
    let mut random = Random(name.bytes().map(u64::from).sum());
    // About normal: the mean of four.
    let mut middling = || (0..4).map(|_| random.unit()).sum::<f64>() / 4.0;
    let mut text = "x,y,v,s,c\n".to_owned();
    for row in 0..rows {
        let [a, b, v, s] = std::array::from_fn(|_| middling());
        // The ends are there.
        let (a, b) = match row {
            0 => (0.0, 0.0),
            1 => (1.0, 1.0),
            _ => (a, b),
        };
        let name = format!("\"{}\"", names[row % names.len()]);
        let _ = writeln!(text, "{},{},{v:.4},{:.3},{name}", x.value(a), y.value(b), 1.0 + 99.0 * s * s);
    }
    text
}
