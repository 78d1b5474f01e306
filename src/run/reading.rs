//! Reading the rows of a data set: ahead of drawing, in order, and only what can be seen.

use std::time::Instant;

use crate::data::chunk::Chunk;
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::plan::Series;
use crate::plan::columns::{ColumnPlan, Columns};
use crate::run::columns::title;
use crate::scale::{Domain, Kind, Scale};
use crate::source::dataset::DataSet;
use crate::source::{Keep, Passed, Reader};
use crate::view::View;

/// Chunks that wait between the reader and the encoder.
const QUEUE_CHUNKS: usize = 2;

/// What can be seen on each axis: the domain and what a marker's reach adds to it.
pub(super) fn keep(view: &View, series: &Series) -> Vec<Keep> {
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

/// What reading came to.
pub(super) struct Read {
    pub(super) passed: Vec<Passed>,
    pub(super) bytes: u64,
    pub(super) secs: f64,
}

/// Reads ahead in a thread and hands over chunks in order; the first error of either side ends both.
pub(super) fn each_chunk(
    mut reader: Box<dyn Reader>,
    mut take: impl FnMut(Chunk<'static>) -> Result<()>,
) -> Result<Read> {
    let (sender, receiver) = crossbeam_channel::bounded(QUEUE_CHUNKS);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut secs = 0.0;
            loop {
                let start = Instant::now();
                let next = reader.next();
                secs += start.elapsed().as_secs_f64();
                let Some(chunk) = next? else { break };
                if sender.send(chunk).is_err() {
                    // The other side has stopped, with an error of its own.
                    break;
                }
            }
            Ok(Read { passed: reader.passed(), bytes: reader.bytes_read(), secs })
        });
        let taken = receiver.into_iter().try_for_each(&mut take);
        let read = reading.join().unwrap_or_else(|_| {
            Err(Error::input("the decoder failed on this input").hint("the file is damaged, or this is a bug"))
        });
        taken?;
        read
    })
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
