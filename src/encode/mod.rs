//! Values become pixels here and nowhere else: chunk in, marks and counts out.
//!
//! `place` turns two columns into positions, `paint` the colour columns into colours and alphas. Which canvas the marks
//! go to is not known here.

mod paint;
mod place;

pub use paint::{CategoryColors, Opacity, Paint};

use std::ops::Range;

use crate::data::chunk::{Chunk, Column, Role};
use crate::error::{Error, Result};
use crate::ledger::Tally;
use crate::mark::{Cell, Glyph, Marks};
use crate::program::{Footprint, Size};
use crate::scale::Binning;
use crate::stamp::StampAtlas;
use paint::Painter;
use place::{Validity, positions};

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
}

/// What one chunk needs worked out once before its rows are encoded.
#[derive(Debug)]
pub struct Prepared<'a> {
    x: &'a Column<'a>,
    y: &'a Column<'a>,
    painter: Painter<'a>,
}

impl Encoder {
    /// An encoder for chunks whose columns have `roles`; x and y are among them, and those that `paint` and `opacity`
    /// speak of.
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
    ) -> Result<Self> {
        let needed = [Role::X, Role::Y].into_iter().chain(paint.roles().iter().copied()).chain(opacity.roles());
        for role in needed {
            if !roles.contains(&role) {
                return Err(Error::input(format!("no column has the role {role:?}")));
            }
        }
        Ok(Self { x, y, size, footprint, roles, paint, opacity })
    }

    /// What each column of a chunk is for.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The marks that this encoder makes, none yet.
    #[must_use]
    pub fn no_marks(&self) -> Marks {
        match self.footprint {
            Footprint::Cell => Marks::Cells(Vec::new()),
            Footprint::Stamp(_) => Marks::Glyphs(Vec::new()),
        }
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
        Ok(Prepared { x, y, painter: Painter::new(&self.paint, &self.opacity, column)? })
    }

    /// Appends the marks of some rows of a prepared chunk, in order, and says where the rows went.
    ///
    /// # Panics
    /// When `marks` are not of the kind of [`Encoder::no_marks`], or the rows are not in the chunk: bugs of the caller.
    pub fn encode(&self, prepared: &Prepared<'_>, rows: Range<usize>, marks: &mut Marks) -> Tally {
        let mut tally = Tally::default();
        let mut block = Block::default();
        let mut first = rows.start;
        while first < rows.end {
            let end = rows.end.min(first + BLOCK);
            block.fill(self, prepared, first..end);
            match (&mut *marks, &self.footprint) {
                (Marks::Cells(cells), Footprint::Cell) => block.cells(self.size, cells, &mut tally),
                (Marks::Glyphs(glyphs), Footprint::Stamp(atlas)) => block.glyphs(self.size, atlas, glyphs, &mut tally),
                _ => unreachable!("marks are made by the encoder"),
            }
            if tally.first_invalid.is_none() {
                tally.first_invalid = block.first_invalid(first);
            }
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
}

impl Default for Block {
    fn default() -> Self {
        Self {
            len: 0,
            x: [0; BLOCK],
            y: [0; BLOCK],
            validity: Validity::default(),
            rgb: [[0; 3]; BLOCK],
            alpha: [0.0; BLOCK],
        }
    }
}

impl Block {
    fn fill(&mut self, encoder: &Encoder, prepared: &Prepared<'_>, rows: Range<usize>) {
        self.len = rows.len();
        self.validity.reset();
        positions(prepared.x, &encoder.x, rows.clone(), &mut self.x[..rows.len()]);
        self.validity.check_places(prepared.x, rows.clone(), &self.x, Role::X);
        positions(prepared.y, &encoder.y, rows.clone(), &mut self.y[..rows.len()]);
        self.validity.check_places(prepared.y, rows.clone(), &self.y, Role::Y);
        prepared.painter.paint(rows, &mut self.rgb, &mut self.alpha, &mut self.validity);
    }

    fn first_invalid(&self, first: usize) -> Option<(usize, Role)> {
        self.validity.first_invalid(self.len).map(|(row, role)| (first + row, role))
    }

    /// One pixel each; a cell outside draws nothing.
    fn cells(&self, size: Size, cells: &mut Vec<Cell>, tally: &mut Tally) {
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
        tally.drawn += drawn as u64;
        tally.invalid += invalid as u64;
        tally.outside += (self.len - drawn - invalid) as u64;
    }

    fn glyphs(&self, size: Size, atlas: &StampAtlas, glyphs: &mut Vec<Glyph>, tally: &mut Tally) {
        let (width, height) = (size.width() as i32, size.height() as i32);
        glyphs.reserve(self.len);
        for i in 0..self.len {
            if !self.validity.is_valid(i) {
                tally.invalid += 1;
                continue;
            }
            let glyph = Glyph { x: self.x[i], y: self.y[i], rgb: self.rgb[i], class: 0, alpha: self.alpha[i] };
            let (x, y) = (glyph.x >> 8, glyph.y >> 8);
            let is_inside = (x as u32) < size.width() && (y as u32) < size.height();
            if !is_inside {
                let class = &atlas.classes()[usize::from(glyph.class)];
                let at = class.covered(class.phase(glyph.x, glyph.y));
                if x + at.x1 < 0 || y + at.y1 < 0 || x + at.x0 >= width || y + at.y0 >= height {
                    tally.outside += 1;
                    continue;
                }
            }
            tally.drawn += 1;
            tally.faint += u64::from(glyph.alpha > 0.0 && glyph.alpha < SMALLEST_LAYER_ALPHA as f32);
            if glyph.alpha > 0.0 {
                glyphs.push(glyph);
            }
        }
    }
}
