//! Values become pixels here and nowhere else: chunk in, marks and counts out.
//!
//! `place` turns two columns into positions, `paint` the colour columns into colours and alphas, `sizing` a column into
//! sizes, `measure` the columns that a density gathers into integers. Which canvas the marks go to is not known here.

mod cells;
mod facets;
mod glyphs;
mod measure;
mod paint;
mod place;
mod reasons;
mod sizing;

pub use facets::{Facets, Routed};
pub use measure::{CategoryNumbers, Encoding, Measure};
pub use paint::{CategoryColors, Opacity, Paint};
pub use sizing::Sizing;

use std::ops::Range;

use crate::data::chunk::{Chunk, Column, Role};
use crate::error::{Error, Result};
use crate::ledger::{Outside, Tally};
use crate::mark::{Batch, Cell, Marks};
use crate::program::{Footprint, Size};
use crate::scale::Binning;
use measure::Measured;
use paint::Painter;
use place::{Validity, positions};
use sizing::Sizer;

/// Rows that are encoded together: their positions, colours and flags stay in L1.
const BLOCK: usize = 1024;

/// Alphas below this are lost in a layer's f32 (its error is 2^-24 / alpha a channel).
pub const SMALLEST_LAYER_ALPHA: f64 = 1e-5;

/// From chunks with known roles to marks of one canvas.
#[derive(Clone, Debug)]
pub struct Encoder {
    x: Binning,
    y: Binning,
    size: Size,
    footprint: Footprint,
    roles: Vec<Role>,
    paint: Paint,
    opacity: Opacity,
    measures: Vec<Measure>,
    sizing: Option<Sizing>,
}

/// What one chunk needs worked out once before its rows are encoded.
#[derive(Debug)]
pub struct Prepared<'a> {
    /// All of them, by the encoder's roles.
    columns: &'a [Column<'a>],
    x: &'a Column<'a>,
    y: &'a Column<'a>,
    painter: Painter<'a>,
    sizer: Option<Sizer<'a>>,
    measured: Vec<Measured<'a>>,
}

impl Encoder {
    /// An encoder for chunks whose columns have `roles`; x and y are among them, and those that `paint`, `opacity` and
    /// the `measures` (one a slot; only cells have any) speak of.
    ///
    /// # Errors
    /// An input error when a role is missing.
    pub fn new(
        (x, y): (Binning, Binning),
        size: Size,
        footprint: Footprint,
        roles: Vec<Role>,
        paint: Paint,
        opacity: Opacity,
        measures: Vec<Measure>,
    ) -> Result<Self> {
        let needed = [Role::X, Role::Y].into_iter().chain(paint.roles().iter().copied()).chain(opacity.roles());
        let needed = needed.chain(measures.iter().map(|measure| measure.role));
        for role in needed {
            if !roles.contains(&role) {
                return Err(Error::input(format!("no column has the role {role:?}")));
            }
        }
        Ok(Self { x, y, size, footprint, roles, paint, opacity, measures, sizing: None })
    }

    /// The same with stamps of the size classes that a column gives; without, all are of the atlas's first class.
    ///
    /// # Errors
    /// An input error when no column gives sizes.
    pub fn with_sizes(self, sizing: Option<Sizing>) -> Result<Self> {
        if sizing.is_some() && !self.roles.contains(&Role::Size) {
            return Err(Error::input(format!("no column has the role {:?}", Role::Size)));
        }
        Ok(Self { sizing, ..self })
    }

    /// What each column of a chunk is for.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// An empty batch of the marks and values that this encoder makes.
    #[must_use]
    pub fn no_batch(&self) -> Batch {
        let marks = match self.footprint {
            Footprint::Cell => Marks::Cells(Vec::new()),
            Footprint::Stamp(_) => Marks::Glyphs(Vec::new()),
        };
        Batch { order: 0, marks, values: vec![Vec::new(); self.measures.len()] }
    }

    /// Finds the columns of a chunk and the colours of its categories.
    ///
    /// # Errors
    /// When the chunk has other columns than the roles say, text where a number is needed, or an unknown category.
    pub fn prepare<'a>(&'a self, chunk: &'a Chunk<'a>) -> Result<Prepared<'a>> {
        if chunk.columns().len() != self.roles.len() {
            return Err(Error::input("a chunk has other columns than the first one")
                .expected(format!("{} columns", self.roles.len()))
                .found(chunk.columns().len().to_string()));
        }
        let column = |role: Role| {
            let at = self.roles.iter().position(|have| *have == role);
            at.and_then(|at| chunk.columns().get(at))
                .ok_or_else(|| Error::input(format!("no column has the role {role:?}")))
        };
        let (x, y) = (column(Role::X)?, column(Role::Y)?);
        let measured = self.measures.iter().map(|measure| Measured::new(measure, column)).collect::<Result<_>>()?;
        let sizer = |sizing| -> Result<_> { Ok(Sizer { sizing, column: column(Role::Size)? }) };
        let sizer = self.sizing.as_ref().map(sizer).transpose()?;
        Ok(Prepared {
            columns: chunk.columns(),
            x,
            y,
            painter: Painter::new(&self.paint, &self.opacity, column)?,
            sizer,
            measured,
        })
    }

    /// Appends the marks and values of some rows of a prepared chunk, in order, and says where the rows went.
    ///
    /// # Panics
    /// When the batch is not one of [`Encoder::no_batch`], or the rows are not in the chunk: bugs of the caller.
    pub fn encode(&self, prepared: &Prepared<'_>, rows: Range<usize>, batch: &mut Batch) -> Tally {
        let mut tally = Tally::default();
        let mut block = Block::new(self.measures.len());
        let (columns, binnings) = ([prepared.x, prepared.y], [&self.x, &self.y]);
        let lines = if self.measures.is_empty() { cells::lines(columns, binnings) } else { None };
        let mut scratch = lines.map(|_| cells::Scratch::new());
        let uniform = prepared.painter.uniform().filter(|_| prepared.sizer.is_none());
        if let Some((rgb, alpha)) = uniform {
            (block.rgb, block.alpha) = ([rgb; BLOCK], [alpha; BLOCK]);
        }
        let mut first = rows.start;
        while first < rows.end {
            let end = rows.end.min(first + BLOCK);
            if let (Some(lines), Some(scratch), Marks::Cells(cells)) = (lines, &mut scratch, &mut batch.marks)
                && cells::cells(columns, lines, first..end, self.size, scratch, (cells, &mut tally))
            {
                first = end;
                continue;
            }
            block.place(self, prepared, first..end);
            match (&mut batch.marks, &self.footprint) {
                (Marks::Cells(cells), Footprint::Cell) => {
                    for (measured, values) in prepared.measured.iter().zip(&mut block.values) {
                        measured.measure(first..end, values, &mut block.validity);
                    }
                    block.cells(self.size, cells, &mut batch.values, &mut tally);
                }
                (Marks::Glyphs(glyphs), Footprint::Stamp(atlas)) => {
                    if uniform.is_none() {
                        prepared.painter.paint(first..end, &mut block.rgb, &mut block.alpha, &mut block.validity);
                    }
                    if prepared.painter.has_bytes() {
                        let bytes = block.rgb[..end - first].as_flattened().iter().copied();
                        tally.largest_byte = tally.largest_byte.max(bytes.max());
                    }
                    if let Some(sizer) = &prepared.sizer {
                        sizer.assign(first..end, &mut block.class, &mut block.alpha, &mut block.validity);
                    }
                    block.glyphs(self.size, atlas, uniform, glyphs, &mut tally);
                }
                _ => unreachable!("marks are made by the encoder"),
            }
            reasons::note(self, prepared, &block.validity, first..end, &mut tally.invalid);
            first = end;
        }
        tally
    }
}

/// What is known of a run of rows.
struct Block {
    len: usize,
    x: [i32; BLOCK],
    y: [i32; BLOCK],
    validity: Validity,
    rgb: [[u8; 3]; BLOCK],
    alpha: [f32; BLOCK],
    class: [u8; BLOCK],
    /// The values of each slot.
    values: Vec<[u64; BLOCK]>,
}

/// Positions of a block of rows, for every set of vector instructions.
struct Placing<'a, 'c> {
    block: &'a mut Block,
    encoder: &'a Encoder,
    prepared: &'a Prepared<'c>,
    rows: Range<usize>,
}

impl pulp::WithSimd for Placing<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let Self { block, encoder, prepared, rows } = self;
        block.len = rows.len();
        block.validity.reset();
        positions(prepared.x, &encoder.x, rows.clone(), &mut block.x[..rows.len()]);
        block.validity.check_places(prepared.x, rows.clone(), &block.x, Role::X);
        positions(prepared.y, &encoder.y, rows.clone(), &mut block.y[..rows.len()]);
        block.validity.check_places(prepared.y, rows, &block.y, Role::Y);
    }
}

impl Block {
    fn new(slots: usize) -> Self {
        Self {
            len: 0,
            x: [0; BLOCK],
            y: [0; BLOCK],
            validity: Validity::default(),
            rgb: [[0; 3]; BLOCK],
            alpha: [0.0; BLOCK],
            class: [0; BLOCK],
            values: vec![[0; BLOCK]; slots],
        }
    }

    fn place(&mut self, encoder: &Encoder, prepared: &Prepared<'_>, rows: Range<usize>) {
        pulp::Arch::new().dispatch(Placing { block: self, encoder, prepared, rows });
    }

    /// One pixel each, with its values; a cell outside draws nothing.
    fn cells(&self, size: Size, cells: &mut Vec<Cell>, streams: &mut [Vec<u64>], tally: &mut Tally) {
        let (width, height) = (size.width(), size.height());
        let before = cells.len();
        cells.resize(before + self.len, Cell(0));
        let room = &mut cells[before..];
        let (mut drawn, mut invalid) = (0_usize, 0_usize);
        for i in 0..self.len {
            // Negative positions wrap to huge ones: one comparison a side.
            let (x, y) = ((self.x[i] >> 8) as u32, (self.y[i] >> 8) as u32);
            let is_valid = self.validity.is_valid(i);
            let is_drawn = is_valid & (x < width) & (y < height);
            room[drawn] = Cell(y.wrapping_mul(width).wrapping_add(x));
            drawn += usize::from(is_drawn);
            invalid += usize::from(!is_valid);
        }
        cells.truncate(before + drawn);
        for (stream, values) in streams.iter_mut().zip(&self.values) {
            stream.resize(before + self.len, 0);
            let (room, mut kept) = (&mut stream[before..], 0);
            for (i, value) in values[..self.len].iter().enumerate() {
                let (x, y) = ((self.x[i] >> 8) as u32, (self.y[i] >> 8) as u32);
                room[kept] = *value;
                kept += usize::from(self.validity.is_valid(i) & (x < width) & (y < height));
            }
            stream.truncate(before + drawn);
        }
        tally.drawn += drawn as u64;
        if drawn + invalid < self.len {
            self.count_outside(size, tally);
        }
    }

    /// Counts the sides of rows that draw no cell.
    fn count_outside(&self, size: Size, tally: &mut Tally) {
        let (width, height) = (size.width() as i32, size.height() as i32);
        let (mut left, mut right, mut above, mut below) = (0, 0, 0, 0);
        for i in 0..self.len {
            let (x, y) = (self.x[i] >> 8, self.y[i] >> 8);
            let is_valid = self.validity.is_valid(i);
            let is_between = is_valid & (x >= 0) & (x < width);
            left += u64::from(is_valid & (x < 0));
            right += u64::from(is_valid & (x >= width));
            above += u64::from(is_between & (y < 0));
            below += u64::from(is_between & (y >= height));
        }
        tally.outside += Outside { left, right, above, below };
    }
}
