//! What a run is asked for, whom it tells, and what comes of it.

use std::path::PathBuf;

use crate::document::Format;
use crate::error::{Error, Result};
use crate::output::Destination;
use crate::report::Report;
use crate::run::reading::Ending;
use crate::source::dataset::{self, Options};
use crate::source::stdin::STDIN;
use crate::spec::Spec;
use crate::stop::Stop;

/// One data set of the picture.
#[derive(Clone, Debug)]
pub struct DataSeries {
    /// The inputs, in order.
    pub inputs: Vec<String>,
    /// How they are read.
    pub options: Options,
    /// The column of x, by name or number.
    pub x: String,
    /// The column of y, by name or number.
    pub y: String,
    /// What the legend calls it; made of names when several data sets need one.
    pub label: Option<String>,
    /// How it is drawn. Axes, figure and engine are the same for all data sets: they are taken from the first.
    pub spec: Spec,
}

/// One run of the command.
#[derive(Clone, Debug)]
pub struct Job {
    /// The data sets, at least one, in drawing order: the first lies under all others.
    pub series: Vec<DataSeries>,
    /// Text that is no number is an error.
    pub is_strict: bool,
    /// Where the picture goes.
    pub output: Destination,
    /// What it is written as.
    pub format: Format,
    /// Where the numbers of the pixels go.
    pub raster: Option<Destination>,
    /// Where the canvas goes.
    pub canvas: Option<Destination>,
    /// Where the report goes.
    pub report: Option<Destination>,
    /// A text that says how the picture was asked for, and where it goes.
    pub plot_file: Option<(Destination, String)>,
    /// Where a pipe is kept for its second reading; by the output when not given.
    pub spool_folder: Option<PathBuf>,
    /// The most bytes it may take there.
    pub spool_limit_bytes: u64,
    /// Only say what would be done.
    pub explains_only: bool,
    /// How the run is asked to end early.
    pub stop: Stop,
    /// Asked to end, it draws the rows that came and says so on the figure, instead of writing nothing.
    pub draws_partial: bool,
}

impl Job {
    /// The axes, the figure and the engine, from the first data set.
    ///
    /// # Errors
    /// A usage error without any data set.
    pub(super) fn spec(&self) -> Result<&Spec> {
        let first = self.series.first().ok_or_else(|| Error::usage("there is nothing to draw"))?;
        Ok(&first.spec)
    }

    /// The same with the files that its patterns match.
    ///
    /// # Errors
    /// When a pattern is none, or matches nothing.
    pub(super) fn expanded(&self) -> Result<Self> {
        let mut job = self.clone();
        for (number, series) in job.series.iter_mut().enumerate() {
            series.inputs = dataset::expand(&series.inputs).map_err(self.in_series(number))?;
        }
        Ok(job)
    }

    /// Fails once the run is asked to end, unless it then draws the rows that came.
    pub(super) fn check_stop(&self) -> Result<()> {
        if self.draws_partial { Ok(()) } else { self.stop.check() }
    }

    /// What the run does when it is asked to end.
    pub(super) fn ending(&self) -> Ending<'_> {
        Ending { stop: &self.stop, draws_partial: self.draws_partial }
    }

    /// Whether data sets have to be told apart.
    pub(super) fn is_several(&self) -> bool {
        self.series.len() > 1
    }

    /// An error of the data set with that 0-based number, named where there are several.
    pub(super) fn in_series(&self, number: usize) -> impl Fn(Error) -> Error {
        let is_several = self.is_several();
        move |error| if is_several { error.in_series(number + 1) } else { error }
    }

    /// Refuses a second reading of standard input, and what is kept of one canvas alone.
    pub(super) fn check(&self) -> Result<()> {
        let mut readers =
            (1..).zip(&self.series).filter(|(_, series)| series.inputs.iter().any(|input| input == STDIN));
        if let (Some((first, _)), Some((second, _))) = (readers.next(), readers.next()) {
            return Err(Error::usage(format!("standard input is read by series {first} already, and comes by once"))
                .in_series(second)
                .hint("keep it in a file, or draw one of the two from another"));
        }
        let asked = &self.spec()?.panels;
        let panels = match (&asked.facet, &asked.inset) {
            (Some(_), Some(_)) => {
                return Err(Error::usage("--inset enlarges a part of one panel, and --facet makes several")
                    .hint("give one of the two"));
            }
            (Some(_), None) => Some("--facet"),
            (None, Some(_)) => Some("--inset"),
            (None, None) => None,
        };
        for (flag, is_asked) in [("--raster", self.raster.is_some()), ("--canvas", self.canvas.is_some())] {
            if is_asked && self.is_several() {
                return Err(Error::usage(format!("{flag} keeps one data set, and this picture has several"))
                    .found(format!("{} data sets", self.series.len()))
                    .hint("draw the one whose numbers are wanted on its own, without --series"));
            }
            if let Some(panels) = panels.filter(|_| is_asked) {
                return Err(Error::usage(format!("{flag} keeps one panel, and {panels} makes several"))
                    .hint(format!("write it in a run of its own, without {panels}")));
            }
        }
        Ok(())
    }
}

/// Who is told how a run goes.
pub trait Watch {
    /// One line that the user should read.
    fn note(&mut self, line: &str);

    /// The plan in words, before anything is drawn.
    fn planned(&mut self, _explanation: &str) {}

    /// A stage begins; `total` rows when known.
    fn begin(&mut self, stage: &str, total: Option<u64>);

    /// Rows done of the stage so far.
    fn advance(&mut self, rows: u64);

    /// The stage is over.
    fn end(&mut self);
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The numbers.
    pub report: Report,
    /// What drew, in words.
    pub description: String,
    /// What there is to say about the rows, in lines.
    pub remarks: Vec<String>,
    /// What to try for a better picture, in lines.
    pub hints: Vec<String>,
    /// The plan in words.
    pub explanation: String,
}
