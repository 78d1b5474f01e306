//! Rows made up on the fly: `synthetic:gaussians:100M:seed=7`, for benchmarks and examples without a file.
//!
//! Row i depends on the seed and i alone, so any part can be made anywhere, and every machine makes the same rows.

mod normal;

use std::ops::Range;
use std::sync::Arc;

use crate::data::chunk::{Chunk, Column, Data, Logical, Origin, Position, Values};
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::source::ahead::Ahead;
use crate::source::raw::wrong_span;
use crate::source::synthetic::normal::{pair, unit};
use crate::source::{Field, Input, Reader, Request, Span};
use crate::units::count_from_text;

/// What names of synthetic inputs begin with.
pub const PREFIX: &str = "synthetic:";

/// Centres and standard deviations of the five Gaussians.
const GAUSSIANS: [([f64; 2], f64); 5] =
    [([2., 2.], 0.03), ([2., -2.], 0.1), ([-2., -2.], 0.5), ([-2., 2.], 1.), ([0., 0.], 3.)];
const NAMES: [&str; 5] = ["s0.03", "s0.1", "s0.5", "s1", "s3"];

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// How x and y are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Five Gaussians, picked evenly.
    Gaussians,
    /// Evenly over the unit square.
    Uniform,
    /// All in its middle.
    Point,
}

/// A made-up input of columns x, y, v (evenly 0..1) and c (which of the five it is).
#[derive(Clone, Debug)]
pub struct Synthetic {
    name: String,
    shape: Shape,
    rows: u64,
    seed: u64,
    fields: [Field; 4],
}

impl Synthetic {
    /// Reads `synthetic:SHAPE:ROWS[:seed=N]`: SHAPE is `gaussians`, `uniform` or `point`, ROWS may end with k, M, G or T
    /// (10^3, 10^6, 10^9, 10^12), the seed is 0 where none is given.
    ///
    /// # Errors
    /// When the name is none of these.
    pub fn parse(name: &str) -> Result<Self> {
        let wrong = || {
            Error::usage("not a synthetic input")
                .expected("a name such as synthetic:gaussians:100M or synthetic:uniform:1G:seed=7")
                .found(format!("'{name}'"))
        };
        let mut parts = name.strip_prefix(PREFIX).ok_or_else(wrong)?.split(':');
        let shape = match parts.next() {
            Some("gaussians") => Shape::Gaussians,
            Some("uniform") => Shape::Uniform,
            Some("point") => Shape::Point,
            Some(other) => {
                return Err(match nearest(other, ["gaussians", "uniform", "point"].into_iter()) {
                    Some(near) => wrong().hint(format!("did you mean {PREFIX}{near}:...?")),
                    None => wrong(),
                });
            }
            None => return Err(wrong()),
        };
        let rows = parts.next().and_then(|rows| count_from_text(rows).ok()).ok_or_else(wrong)?;
        let mut seed = 0;
        for option in parts {
            seed = option.strip_prefix("seed=").and_then(|seed| seed.parse().ok()).ok_or_else(wrong)?;
        }
        let number = |name: &str| Field::new(Some(name.into()), Logical::Number { integer: false }, "float64");
        let category = Field::new(Some("c".into()), Logical::Category, "text");
        Ok(Self { name: name.into(), shape, rows, seed, fields: [number("x"), number("y"), number("v"), category] })
    }
}

impl Input for Synthetic {
    fn name(&self) -> &str {
        &self.name
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows)
    }

    fn len_bytes(&self) -> Option<u64> {
        None
    }

    fn extent(&self, _: usize, _: bool) -> Option<Extent> {
        None
    }

    fn can_reread(&self) -> bool {
        true
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        if let Some(column) = request.columns.iter().find(|column| **column >= self.fields.len()) {
            return Err(Error::usage(format!("there is no column {column}")).in_file(&self.name));
        }
        let (row, end) = match &request.span {
            Span::All => (0, self.rows),
            Span::Rows(span) if span.start <= span.end && span.end <= self.rows => (span.start, span.end),
            other => return Err(wrong_span(&self.name, other, Some(self.rows))),
        };
        let maker = Maker {
            shape: self.shape,
            key: mix(self.seed ^ GOLDEN),
            columns: request.columns.clone(),
            input,
            names: Arc::new(NAMES.map(String::from).to_vec()),
        };
        let (mut row, chunk_rows) = (row, request.chunk_rows.max(1) as u64);
        let find = move || {
            let rows = row..end.min(row.saturating_add(chunk_rows));
            row = rows.end;
            Ok((!rows.is_empty()).then_some(rows))
        };
        Ok(Box::new(SyntheticReader(Ahead::new(request.threads, find, move |rows| maker.chunk(rows))?)))
    }
}

/// Chunks as they are made, on all threads.
struct SyntheticReader(Ahead<Chunk<'static>>);

/// Makes any rows.
struct Maker {
    shape: Shape,
    key: u64,
    columns: Vec<usize>,
    input: usize,
    names: Arc<Vec<String>>,
}

impl Maker {
    /// Makes x and y, each only when it is asked for.
    fn places(&self, rows: Range<u64>) -> [Option<Arc<Vec<f64>>>; 2] {
        let wanted = [self.columns.contains(&0), self.columns.contains(&1)];
        let mut places = [Vec::new(), Vec::new()];
        match (self.shape, wanted) {
            (Shape::Gaussians, [true, true]) => {
                let [xs, ys] = &mut places;
                let len = (rows.end - rows.start) as usize;
                xs.resize(len, 0.);
                ys.resize(len, 0.);
                for ((x, y), row) in xs.iter_mut().zip(ys).zip(rows) {
                    [*x, *y] = gaussian(self.key, row);
                }
            }
            (Shape::Gaussians, _) => {
                for (axis, place) in places.iter_mut().enumerate().filter(|(axis, _)| wanted[*axis]) {
                    place.extend(rows.clone().map(|row| gaussian(self.key, row)[axis]));
                }
            }
            (Shape::Point, _) => {
                let len = (rows.end - rows.start) as usize;
                places = wanted.map(|is_wanted| vec![0.5; if is_wanted { len } else { 0 }]);
            }
            (Shape::Uniform, _) => {
                for (axis, place) in places.iter_mut().enumerate().filter(|(axis, _)| wanted[*axis]) {
                    let stream = [Stream::Radius, Stream::Angle][axis];
                    place.extend(rows.clone().map(|row| unit(hash(self.key, row, stream))));
                }
            }
        }
        let [xs, ys] = places.map(Arc::new);
        [wanted[0].then_some(xs), wanted[1].then_some(ys)]
    }

    fn chunk(&self, rows: Range<u64>) -> Result<Chunk<'static>> {
        let places = self.places(rows.clone());
        let column = |column: &usize| match (column, places.get(*column)) {
            (_, Some(Some(values))) => number(Values::Shared(Arc::<Vec<f64>>::clone(values))),
            (2, _) => {
                let values: Vec<f64> = rows.clone().map(|row| unit(hash(self.key, row, Stream::Value))).collect();
                number(values.into())
            }
            _ => {
                let keys: Vec<u32> = rows.clone().map(|row| pick(self.key, row) as u32).collect();
                Column::new(Data::Dict { keys: keys.into(), names: Arc::clone(&self.names) }, Logical::Category)
            }
        };
        let columns = self.columns.iter().map(column).collect();
        let origin = Origin { input: self.input, first_row: rows.start, position: Position::Row(rows.start) };
        Chunk::new(origin, (rows.end - rows.start) as usize, columns)
    }
}

impl Reader for SyntheticReader {
    fn next(&mut self) -> Result<Option<Chunk<'static>>> {
        self.0.next()
    }

    fn skipped_rows(&self) -> u64 {
        0
    }

    fn bytes_read(&self) -> u64 {
        0
    }
}

fn number(values: Values<'static, f64>) -> Column<'static> {
    Column::new(Data::F64(values), Logical::Number { integer: false })
}

/// The independent numbers of a row.
#[derive(Clone, Copy)]
enum Stream {
    Radius = 0,
    Angle = 1,
    Pick = 2,
    Value = 3,
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// 64 random bits: SplitMix64 at counter `4*row + stream`.
fn hash(key: u64, row: u64, stream: Stream) -> u64 {
    mix(key.wrapping_add(row.wrapping_mul(4).wrapping_add(stream as u64).wrapping_mul(GOLDEN)))
}

/// Which of the five.
fn pick(key: u64, row: u64) -> usize {
    ((u128::from(hash(key, row, Stream::Pick)) * GAUSSIANS.len() as u128) >> 64) as usize
}

/// The place of a row.
fn gaussian(key: u64, row: u64) -> [f64; 2] {
    let (centre, sigma) = GAUSSIANS[pick(key, row)];
    let [x, y] = pair(hash(key, row, Stream::Radius), hash(key, row, Stream::Angle));
    [centre[0] + sigma * x, centre[1] + sigma * y]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, columns: &[usize], chunk_rows: usize, span: Span) -> Vec<Chunk<'static>> {
        let request =
            Request { columns: columns.to_vec(), chunk_rows, span, keep: vec![], checks_extents: false, threads: 1 };
        let mut reader = Synthetic::parse(name).unwrap().read(0, &request).unwrap();
        std::iter::from_fn(|| reader.next().unwrap()).collect()
    }

    fn floats(chunks: &[Chunk<'_>], column: usize) -> Vec<f64> {
        let values = |chunk: &Chunk<'_>| match &chunk.columns()[column].data {
            Data::F64(values) => values.to_vec(),
            other => panic!("expected f64, found {other:?}"),
        };
        chunks.iter().flat_map(values).collect()
    }

    #[test]
    fn names_are_read_or_refused() {
        assert_eq!(Synthetic::parse("synthetic:gaussians:100M:seed=7").unwrap().rows(), Some(100_000_000));
        assert_eq!(Synthetic::parse("synthetic:uniform:3k").unwrap().rows(), Some(3000));
        assert_eq!(Synthetic::parse("synthetic:uniform:2G").unwrap().rows(), Some(2_000_000_000));
        for name in [
            "synthetic:",
            "synthetic:gaussians",
            "synthetic:gaussians:",
            "synthetic:gaussians:k",
            "synthetic:cubes:1k",
            "synthetic:uniform:-1",
            "synthetic:uniform:+1",
            "synthetic:uniform:99999999999999999G",
            "synthetic:uniform:1:seed=x",
            "synthetic:uniform:1:speed=1",
        ] {
            assert!(Synthetic::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_row_is_the_same_in_every_part_and_company() {
        let name = "synthetic:gaussians:1000:seed=7";
        let all = read(name, &[0, 1, 2], 1000, Span::All);
        let part = read(name, &[1, 0, 1], 7, Span::Rows(333..421));
        assert_eq!(floats(&part, 0), floats(&all, 1)[333..421]);
        assert_eq!(floats(&part, 1), floats(&all, 0)[333..421]);
        assert_eq!(floats(&part, 2), floats(&part, 0), "a column asked for twice");
        assert_eq!(floats(&read(name, &[0], 64, Span::All), 0), floats(&all, 0));
        assert_eq!(part[1].origin().first_row, 340);
        let other = read("synthetic:gaussians:1000:seed=8", &[0], 1000, Span::All);
        assert_ne!(floats(&other, 0), floats(&all, 0), "the seed matters");
    }

    #[test]
    fn moments_are_those_of_the_five_gaussians() {
        let chunks = read("synthetic:gaussians:200k:seed=1", &[0, 1, 3, 2], 50_000, Span::All);
        let (xs, ys, vs) = (floats(&chunks, 0), floats(&chunks, 1), floats(&chunks, 3));
        let keys = chunks.iter().flat_map(|chunk| match &chunk.columns()[2].data {
            Data::Dict { keys, .. } => keys.to_vec(),
            other => panic!("expected names, found {other:?}"),
        });
        let mut sums = [[0.0f64; 5]; 5];
        for ((x, y), key) in xs.iter().zip(&ys).zip(keys) {
            let (centre, sigma) = GAUSSIANS[key as usize];
            let (dx, dy) = ((x - centre[0]) / sigma, (y - centre[1]) / sigma);
            for (sum, value) in sums[key as usize].iter_mut().zip([1., dx, dy, dx * dx, dx * dy]) {
                *sum += value;
            }
        }
        for [count, x, y, xx, xy] in sums {
            assert!((count - 40_000.).abs() < 900., "five standard deviations of the count: {count}");
            for (sum, expected) in [(x, 0.), (y, 0.), (xx, 1.), (xy, 0.)] {
                assert!((sum / count - expected).abs() < 0.035, "{} is not {expected}", sum / count);
            }
        }
        let mean = vs.iter().sum::<f64>() / vs.len() as f64;
        assert!((mean - 0.5).abs() < 0.0033 && vs.iter().all(|v| (0. ..1.).contains(v)), "{mean}");
    }

    #[test]
    fn a_point_is_one_place_with_values_of_its_own() {
        let chunks = read("synthetic:point:100:seed=3", &[0, 1, 2], 7, Span::All);
        assert_eq!((floats(&chunks, 0), floats(&chunks, 1)), (vec![0.5; 100], vec![0.5; 100]));
        let uniform = read("synthetic:uniform:100:seed=3", &[2], 100, Span::All);
        assert_eq!(floats(&chunks, 2), floats(&uniform, 0), "the values are those of any shape");
    }

    #[test]
    fn rows_beyond_the_end_are_refused() {
        let input = Synthetic::parse("synthetic:uniform:10").unwrap();
        let request = |columns: Vec<usize>, span| Request {
            columns,
            chunk_rows: 4,
            span,
            keep: vec![],
            checks_extents: false,
            threads: 1,
        };
        assert!(input.read(0, &request(vec![0], Span::Rows(5..11))).is_err());
        assert!(input.read(0, &request(vec![4], Span::All)).is_err());
        assert_eq!(read("synthetic:uniform:0", &[0], 4, Span::All).len(), 0);
    }
}
