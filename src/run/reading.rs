//! Reading the rows of a data set: ahead of drawing, in order, and only what can be seen.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use crate::data::chunk::Chunk;
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::plan::Series;
use crate::plan::columns::{ColumnPlan, Columns};
use crate::run::columns::title;
use crate::scale::{Domain, Kind, Scale};
use crate::source::dataset::DataSet;
use crate::source::{Keep, Passed, Reader};
use crate::stop::Stop;
use crate::view::View;

/// Chunks that wait between the reader and the encoder.
const QUEUE_CHUNKS: usize = 4;

/// What is on its way when a run is to end is waited for so long: a pipe is left within 50 ms.
const LAST_WAIT: Duration = Duration::from_millis(250);

/// While nothing comes, it is looked this often whether the run is to end.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What can be seen on each axis of any of the views, of which there is one at least.
pub(super) fn keep<'a>(views: impl Iterator<Item = (&'a View, &'a Series)>) -> Vec<Keep> {
    let all = views.map(|(view, series)| keep_of(view, series)).reduce(|mut all, one| {
        all.iter_mut().zip(one).for_each(|(all, one)| all.extent = all.extent.union(one.extent));
        all
    });
    all.unwrap_or_default()
}

/// The same of one: the domain and what a marker's reach adds to it.
fn keep_of(view: &View, series: &Series) -> Vec<Keep> {
    let (columns, reach_px) = (&series.columns, series.program.footprint.reach_px());
    let [x_steps, y_steps] = series.axis_steps;
    let keep = |column: &ColumnPlan, scale: &Scale, length_px: u32, steps: i128| Keep {
        column: column.index,
        extent: visible(scale, length_px, reach_px, steps),
        is_positive: scale.kind() == Kind::Log,
    };
    vec![keep(&columns.x, &view.x, view.width_px, x_steps), keep(&columns.y, &view.y, view.height_px, y_steps)]
}

/// The same of one axis of so many pixels, in steps of the column: `steps` of the axis's own in each.
fn visible(scale: &Scale, length_px: u32, reach_px: f64, steps: i128) -> Extent {
    // The plot is at least one pixel wide; a smaller length only keeps more.
    let length_px = 1.0_f64.max(f64::from(length_px));
    match scale.domain() {
        Domain::F64 { .. } => {
            let (lo, hi) = scale.transformed();
            let margin = (hi - lo) * (reach_px + 1.0) / length_px;
            let back = |value: f64| scale.value_from_transformed(value);
            Extent::F64 { lo: back(lo - margin), hi: back(hi + margin) }
        }
        Domain::Int { lo, hi } => {
            let margin = ((hi - lo) as f64 * (reach_px + 1.0) / length_px).ceil() as i128 + 1;
            // Outward.
            Extent::Int { lo: (lo - margin).div_euclid(steps), hi: -(-(hi + margin)).div_euclid(steps) }
        }
    }
}

/// Refuses text where a number is needed.
///
/// # Errors
/// An input error with the first such text.
pub(super) fn refuse_unparsed(chunk: &Chunk<'_>, columns: &Columns, names: &[String], data: &DataSet) -> Result<()> {
    let told = chunk.columns().iter().zip(&columns.roles);
    let told = told.filter_map(|(column, role)| Some((column.unparsed.as_ref()?, *role)));
    // The first row, whichever column it is in.
    let Some((unparsed, role)) = told.min_by_key(|(unparsed, _)| unparsed.row) else { return Ok(()) };
    Err(Error::input("text where a number is needed")
        .in_file(names.get(chunk.origin().input).cloned().unwrap_or_default())
        .at_row(unparsed.row)
        .at_line(unparsed.line)
        .in_column(title(data, columns, role))
        .expected("a number or a time")
        .found(format!("'{}'", unparsed.text))
        .hint("without --strict such rows are counted as invalid"))
}

/// What reading has come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    /// Rows of each input beside those that were taken.
    pub(super) passed: Vec<Passed>,
    pub(super) bytes: u64,
    pub(super) secs: f64,
    /// True when somebody asked the run to end and it goes on with the rows that came.
    pub(super) is_partial: bool,
}

impl Read {
    fn of(reader: &dyn Reader, secs: f64) -> Self {
        Self { passed: reader.passed(), bytes: reader.bytes_read(), secs, is_partial: false }
    }
}

/// How a run is asked to end, and what it does then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending<'a> {
    pub(super) stop: &'a Stop,
    /// Go on with the rows that came.
    pub(super) draws_partial: bool,
}

/// What comes from the reading thread: chunks with what reading had come to behind each, and at last its end.
enum Message {
    Chunk(Chunk<'static>, Read),
    End(Result<Read>),
}

/// Takes the chunks that are read already, and the last rows of a pipe, which its reader hands over when it is no longer
/// waited on.
fn on_their_way(
    receiver: &Receiver<Message>,
    first: Option<Message>,
    read: &mut Read,
    take: &mut impl FnMut(Chunk<'static>) -> Result<()>,
) -> Result<()> {
    let mut next = first.or_else(|| receiver.recv_timeout(LAST_WAIT).ok());
    for _ in 0..QUEUE_CHUNKS + 2 {
        let Some(Message::Chunk(chunk, so_far)) = next else { return Ok(()) };
        take(chunk)?;
        *read = so_far;
        next = receiver.recv_timeout(LAST_WAIT).ok();
    }
    Ok(())
}

/// Reads ahead in a thread and hands over chunks in order; the first error of either side ends both. `read` always says
/// what reading came to up to the last chunk that was taken.
///
/// The thread is not waited for when the run is asked to end: it may hang in a pipe that brings nothing. It ends with
/// its next chunk, or with the process.
pub(super) fn each_chunk(
    reader: Box<dyn Reader>,
    ending: Ending<'_>,
    read: &mut Read,
    mut take: impl FnMut(Chunk<'static>) -> Result<()>,
) -> Result<()> {
    each_run(reader, ending, read, 0, |chunks| chunks.into_iter().try_for_each(&mut take))
}

/// The same for chunks that have come already, as far as they have fewer than `most_rows` rows together: at least one.
pub(super) fn each_run(
    mut reader: Box<dyn Reader>,
    ending: Ending<'_>,
    read: &mut Read,
    most_rows: usize,
    mut take: impl FnMut(Vec<Chunk<'static>>) -> Result<()>,
) -> Result<()> {
    let (sender, receiver) = crossbeam_channel::bounded(QUEUE_CHUNKS);
    let reading = move || {
        let mut secs = 0.0;
        loop {
            let start = Instant::now();
            let next = catch_unwind(AssertUnwindSafe(|| reader.next())).unwrap_or_else(|_| {
                Err(Error::input("the decoder failed on this input").hint("the file is damaged, or this is a bug"))
            });
            secs += start.elapsed().as_secs_f64();
            let message = match next {
                Ok(Some(chunk)) => Message::Chunk(chunk, Read::of(&*reader, secs)),
                Ok(None) => Message::End(Ok(Read::of(&*reader, secs))),
                Err(error) => Message::End(Err(error)),
            };
            let is_last = matches!(message, Message::End(_));
            // Nobody listens any more: the other side has stopped.
            if sender.send(message).is_err() || is_last {
                return;
            }
        }
    };
    let started = std::thread::Builder::new().name("read".into()).spawn(reading);
    started.map_err(|source| Error::usage("no thread can be started to read with").because(source))?;
    loop {
        let message = receiver.recv_timeout(LOOK_AGAIN);
        if ending.stop.is_asked() {
            if !ending.draws_partial {
                ending.stop.check()?;
            }
            on_their_way(&receiver, message.ok(), read, &mut |chunk| take(vec![chunk]))?;
            read.is_partial = ending.stop.take();
            return Ok(());
        }
        match message {
            Ok(Message::Chunk(chunk, mut so_far)) => {
                let (mut rows, mut chunks, mut end) = (chunk.len(), vec![chunk], None);
                while rows < most_rows && end.is_none() {
                    match receiver.try_recv() {
                        Ok(Message::Chunk(chunk, read)) => {
                            rows += chunk.len();
                            chunks.push(chunk);
                            so_far = read;
                        }
                        Ok(Message::End(last)) => end = Some(last),
                        Err(_) => break,
                    }
                }
                take(chunks)?;
                *read = so_far;
                if let Some(end) = end {
                    *read = end?;
                    return Ok(());
                }
            }
            Ok(Message::End(end)) => {
                *read = end?;
                return Ok(());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Error::input("the reading thread is gone")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_of_a_coarser_unit_is_rounded_outward() {
        // From 1.5 s to 4.5 s in milliseconds on 1000 pixels, marks of no reach: 3 ms and 1 more a side.
        let scale = Scale::integers(1500, 4500).unwrap();
        assert_eq!(visible(&scale, 1000, 0.0, 1), Extent::Int { lo: 1496, hi: 4504 });
        assert_eq!(visible(&scale, 1000, 0.0, 1000), Extent::Int { lo: 1, hi: 5 });
        let negative = Scale::integers(-4500, -1500).unwrap();
        assert_eq!(visible(&negative, 1000, 0.0, 1000), Extent::Int { lo: -5, hi: -1 });
    }
}
