//! The library: a figure is described, opened, drawn on chunk by chunk, and saved.

mod figure;
mod places;
mod trim;

pub use figure::Figure;

use std::path::Path;
use std::sync::Arc;

use rayon::ThreadPool;

use crate::data::chunk::{Chunk, Data, Origin, Position, Role};
use crate::document::Format;
use crate::drawing::Drawing;
use crate::engine;
use crate::error::{Error, Result};
use crate::keys::KeyKind;
use crate::ledger::Ledger;
use crate::output::Destination;
use crate::plan::columns::{self, ColumnPlan};
use crate::plan::{self, Known, KnownColumn, Plan, Request};
use crate::reduce::Reduction;
use crate::render::{Rendering, Subject};
use crate::spec::{AlphaSpec, BackendChoice, ColorSpec, DensitySpec, EngineSpec, SizeSpec, Spec};

/// The column of values or categories in a chunk: behind x and y.
const GATHERED: &str = "2";

/// A figure that is being drawn.
#[derive(Debug)]
pub struct Plot {
    spec: Spec,
    pool: Arc<ThreadPool>,
    expected_rows: Option<u64>,
    open: Option<Open>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Open {
    /// What the columns of a chunk are, as it says itself.
    roles: Vec<Role>,
    plan: Plan,
    drawing: Drawing,
}

impl Plot {
    fn new(spec: Spec, expected_rows: Option<u64>, pool: Arc<ThreadPool>) -> Self {
        Self { spec, expected_rows, pool, open: None, notes: Vec::new() }
    }

    /// Draws the points of a chunk over all earlier ones. The first chunk decides which columns there are.
    ///
    /// # Errors
    /// When slices differ in length, a later chunk has other columns than the first, values have no limits, or the
    /// backend fails.
    pub fn draw(&mut self, chunk: &Chunk<'_>) -> Result<()> {
        chunk.check()?;
        if self.open.is_none() {
            let (open, notes) = self.begin(chunk)?;
            self.open = Some(open);
            self.notes = notes;
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        if chunk.roles() != &open.roles[..] {
            return Err(Error::usage("a chunk has other columns than the first one")
                .expected(format!("{:?}", open.roles))
                .found(format!("{:?}", chunk.roles())));
        }
        // A caller's chunks are one data set: its rows count through.
        let first_row = open.drawing.ledger().rows.total;
        let origin = Origin { first_row, position: Position::Row(first_row), ..Origin::default() };
        open.drawing.draw_from(chunk, origin).map_err(cannot_redraw)
    }

    fn begin(&self, chunk: &Chunk<'_>) -> Result<(Open, Vec<String>)> {
        let mut spec = self.spec.clone();
        let index = |role: Role| chunk.roles().iter().position(|have| *have == role);
        let number = |role: Role| index(role).map(|index| index.to_string());
        if let (Some(red), Some(green), Some(blue)) = (number(Role::Red), number(Role::Green), number(Role::Blue)) {
            let columns = [red, green, blue].into_iter().chain(number(Role::Alpha)).collect();
            spec.points.color = ColorSpec::Rgb(columns);
        } else if let Some(alpha) = number(Role::Alpha) {
            spec.points.alpha = AlphaSpec::Column(alpha);
        }
        if let Some(column) = number(Role::Value).or_else(|| number(Role::Category)) {
            spec.points.color = ColorSpec::Column(column);
        }
        spec.points.size_by = match (number(Role::Size), spec.points.size_by.take()) {
            (Some(column), by) => Some(SizeSpec { column, ..by.unwrap_or_else(|| SizeSpec::of("")) }),
            (None, _) => None,
        };
        if spec.points.size_by.as_ref().is_some_and(|by| by.limits.is_none()) {
            return Err(Error::usage("a chunk brings sizes, and the figure has no limits for them")
                .hint("call .size_limits(lo, hi) before .open()"));
        }
        if spec.density.is_none() && index(Role::Value).is_some() && spec.colors.limits.is_none() {
            return Err(Error::usage("a chunk brings values, and the figure has no limits for them")
                .hint("call .clim(lo, hi) before .open()"));
        }
        let find = |text: &str| {
            let index = text.parse::<usize>().ok().filter(|index| *index < chunk.columns().len());
            let index = index.ok_or_else(|| Error::usage("the chunk lacks a column").in_column(text))?;
            let column = &chunk.columns()[index];
            let keys = match column.data {
                Data::U64(_) => KeyKind::U64,
                Data::F64(_) | Data::F32(_) => KeyKind::F64,
                Data::I64(_) | Data::Dict { .. } => KeyKind::I64,
            };
            Ok(ColumnPlan { index, name: None, logical: column.logical.clone(), keys })
        };
        let categories = categories(chunk, index(Role::Category));
        let (columns, known) = match &spec.density {
            Some(density) => {
                check_density(density, chunk)?;
                let gathered = vec![KnownColumn { extent: None, categories }];
                let columns = columns::resolve_density(("0", "1"), &density.reductions, &find)?;
                (columns, Known { gathered, ..Known::default() })
            }
            None => {
                let columns = columns::resolve(("0", "1"), &spec.points, &find, &|_| false)?;
                (columns, Known { categories, ..Known::default() })
            }
        };
        let columns = columns.on_clock(spec.figure.time_zone.as_deref())?;
        let plan = plan::plan(vec![Request { spec: &spec, columns, known: &known, label: None }])?;
        let mut notes = plan.notes.clone();
        let panel = plan.main()?;
        let series = &panel.series[0];
        let begin = |engine: &EngineSpec| {
            let (backend, notes) = engine::choose(engine, &[(&series.program, self.expected_rows)], &self.pool)?;
            let encoder = series.encoder(&panel.view)?;
            let drawing = Drawing::begin(encoder, &series.program, &backend, Arc::clone(&self.pool))?;
            Ok::<_, Error>((drawing, notes))
        };
        let chosen_for_us = spec.engine.backend == BackendChoice::Auto && spec.engine.adapter.is_none();
        let (drawing, more) = match begin(&spec.engine) {
            // No chunk has been drawn yet, so the CPU can have all of them.
            Err(error) if chosen_for_us && error.gpu_fault_kind().is_some() => {
                notes.push(format!("{}: drawing on the CPU", error.message()));
                begin(&EngineSpec { backend: BackendChoice::Cpu, ..spec.engine.clone() })?
            }
            begun => begun?,
        };
        notes.extend(more);
        Ok((Open { roles: chunk.roles().to_vec(), plan, drawing }, notes))
    }

    /// What the plan changed or left out, in lines for the user; known from the first chunk on.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Where the points went so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.open.as_ref().map(|open| open.drawing.ledger().clone()).unwrap_or_default()
    }

    /// Ends drawing and writes the picture: an SVG or a PDF where the name ends so, else a PNG. It appears whole or not at all;
    /// without a draw it shows empty axes.
    ///
    /// # Errors
    /// When the backend fails or the file cannot be written.
    pub fn save(self, path: impl AsRef<Path>) -> Result<Ledger> {
        let format = Format::of_path(path.as_ref());
        let destination = Destination::Path(path.as_ref().to_owned());
        self.finish(|rendering| destination.write(|out| rendering.write(out, format)))
    }

    /// Ends drawing and returns the picture: straight RGBA.
    ///
    /// # Errors
    /// When the backend fails.
    pub fn render(self) -> Result<image::RgbaImage> {
        let mut picture = None;
        self.finish(|rendering| {
            picture = Some(rendering.to_image()?);
            Ok(())
        })?;
        picture.ok_or_else(|| Error::output("there is no picture"))
    }

    fn finish(mut self, publish: impl FnOnce(&Rendering<'_>) -> Result<()>) -> Result<Ledger> {
        if self.open.is_none() {
            let nothing: [f64; 0] = [];
            let (xy, keys) = (Chunk::xy(&nothing, &nothing), [0_u32; 0]);
            let chunk = match self.spec.density.as_ref().and_then(|density| density.reductions.first()) {
                Some(Reduction::Of(..)) => xy.values(&nothing),
                Some(Reduction::By(_)) => xy.categories(&keys, &[]),
                _ => xy,
            };
            self.open = Some(self.begin(&chunk)?.0);
        }
        let Some(Open { plan, drawing, .. }) = self.open else { return Ok(Ledger::default()) };
        let (canvas, ledger, _) = drawing.finish().map_err(cannot_redraw)?;
        let canvases = [canvas];
        let subject = Subject::of(&plan, [(&self.spec.colors, &canvases[..])]);
        let subject = subject.ok_or_else(|| Error::usage("the plan has no panel"))?;
        let threads = self.spec.engine.threads.unwrap_or_else(engine::cores);
        publish(&Rendering::new(subject, ledger.rows)?.on_threads(threads))?;
        Ok(ledger)
    }
}

/// A GPU that fails takes the chunks with it, which only the caller has.
fn cannot_redraw(error: Error) -> Error {
    if error.gpu_fault_kind().is_none() {
        return error;
    }
    error.hint("draw all chunks again on a new figure, opened on the same GPU or with BackendChoice::Cpu")
}

/// Refuses chunks that do not bring what is reduced, or sums of unknown range.
fn check_density(density: &DensitySpec, chunk: &Chunk<'_>) -> Result<()> {
    for reduction in &density.reductions {
        let (needs, call) = match reduction {
            Reduction::Count | Reduction::Any => continue,
            Reduction::Of(statistic, _) => {
                if statistic.is_summed() && density.value_range.is_none() {
                    return Err(Error::usage(format!("{} needs the range of the values", statistic.name()))
                        .hint("call .value_range(lo, hi) before .open()"));
                }
                (Role::Value, "values")
            }
            Reduction::By(_) => (Role::Category, "categories"),
        };
        if chunk.roles().get(2) != Some(&needs) {
            return Err(Error::usage(format!(
                "the figure reduces {call}, and the chunk brings none right behind x and y"
            ))
            .hint(format!("draw Chunk::xy(..).{call}(..)")));
        }
    }
    if chunk.roles().len() > 2 && density.reductions.iter().all(|reduction| reduction.column().is_none()) {
        return Err(Error::usage("a count takes no values and no colours").hint("draw Chunk::xy(..) alone"));
    }
    Ok(())
}

/// The names of the first chunk, in its order.
fn categories(chunk: &Chunk<'_>, index: Option<usize>) -> Vec<(String, u64)> {
    match index.map(|index| &chunk.columns()[index].data) {
        Some(Data::Dict { names, .. }) => names.iter().map(|name| (name.clone(), 0)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::Marker;

    #[test]
    fn rows_count_through_all_chunks() {
        let figure = Figure::new(200, 150).xlim(0.0, 1.0).ylim(0.0, 1.0).points(Marker::Pixel).threads(1);
        let mut plot = figure.open(BackendChoice::Cpu).unwrap();
        plot.draw(&Chunk::xy(&[0.5; 10], &[0.5; 10])).unwrap();
        plot.draw(&Chunk::xy(&[0.5, f64::NAN], &[0.5, 0.5])).unwrap();
        let first = plot.ledger().first_invalid().unwrap();
        assert_eq!((first.row, first.role), (11, Role::X), "the second row of the second chunk");
    }

    fn density(figure: Figure) -> Plot {
        let figure = figure.xlim(0.0, 4.0).ylim(0.0, 1.0).frame(crate::Frame::None).threads(1).colormap("gray");
        figure.open(BackendChoice::Cpu).unwrap()
    }

    /// The gray of the four pixels.
    fn grays(plot: Plot) -> Vec<u8> {
        plot.render().unwrap().pixels().map(|pixel| pixel.0[0]).collect()
    }

    #[test]
    fn densities_are_counted_and_reduced() {
        let (x, y, v) = ([0.5, 0.5, 1.5, 2.5], [0.5; 4], [0.0, 100.0, 25.0, 75.0]);
        let mut counts = density(Figure::new(4, 1).count().clim(0.0, 4.0));
        counts.draw(&Chunk::xy(&x, &y)).unwrap();
        // Two of four and one of four on 256 grays, and white where nothing is.
        assert_eq!(grays(counts), [128, 64, 64, 255]);
        let reduced = Figure::new(4, 1).reduce(crate::Statistic::Mean).value_range(0.0, 100.0).clim(0.0, 100.0);
        let mut means = density(reduced);
        means.draw(&Chunk::xy(&x, &y).values(&v)).unwrap();
        assert_eq!(grays(means), [128, 64, 192, 255]);
        let mut kinds = density(Figure::new(4, 1).count_by_category());
        kinds.draw(&Chunk::xy(&x, &y).categories(&[0, 1, 0, 1], &["a", "b"])).unwrap();
        assert_eq!(kinds.ledger().rows.drawn, 4);
        assert_eq!(grays(kinds)[3], 255, "nothing there");
    }

    #[test]
    fn densities_say_what_they_lack() {
        let (x, y, v) = ([0.5], [0.5], [0.0]);
        let without_range = || density(Figure::new(4, 1).reduce(crate::Statistic::Sum));
        let error = without_range().draw(&Chunk::xy(&x, &y).values(&v)).unwrap_err().to_string();
        assert!(error.contains(".value_range("), "{error}");
        let error = density(Figure::new(4, 1).reduce(crate::Statistic::Max)).draw(&Chunk::xy(&x, &y)).unwrap_err();
        assert!(error.to_string().contains(".values(..)"), "{error}");
        assert!(density(Figure::new(4, 1).count()).draw(&Chunk::xy(&x, &y).values(&v)).is_err());
        for figure in [Figure::new(4, 1).count(), Figure::new(4, 1).reduce(crate::Statistic::Last)] {
            assert_eq!(grays(density(figure)), [255; 4], "no draw, an empty picture");
        }
    }
}
