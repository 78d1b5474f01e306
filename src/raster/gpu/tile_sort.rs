//! Glyphs sorted by the tiles they touch, stably, as the shaders of the tiles kernel take them. Knows no device.
//!
//! On the processor, because it is quicker there: of 5 px discs it sorts 16 M a second on one thread, while software Vulkan,
//! counting and placing by segments of marks, took 280 ns of two threads for each; and the lengths of all lists are known
//! before anything is submitted, so that no buffer has to hold the worst case. Hardware has not been measured.

use std::ops::Range;

use crate::mark::Glyph;
use crate::program::Size;
use crate::stamp::StampAtlas;

/// The side of a tile. On software Vulkan, ns of one thread for a 5 px disc on a veil, blended by one invocation a tile: 400
/// with tiles of 8 px, 367 with 16, 333 with 32, and tiles of 32 px are few when all points lie close together.
pub(super) const TILE_PX: u32 = 16;

/// Turns of a piece of a tile's list, one for each pixel of each stamp and one for a stamp in other rows: software Vulkan ends
/// all loops of an invocation together after 65,535.
const PIECE_TURNS: u32 = 60_000;

/// A tile with more than this part of all pixels is shared out by rows, so that where most marks lie in a few tiles, not one
/// invocation works there while all others wait.
const LARGE_PART: u64 = 128;

/// Rows are shared out to two to this power: each of them reads all stamps of the tile.
const MOST_SHARES: u32 = 3;

/// A list shorter than this is never shared out: pieces and jobs stay fewer than entries.
const SHARED_ENTRIES: usize = 64;

/// Neighbouring pieces that one workgroup walks, where an invocation walks a tile.
const GROUP: usize = 8;

/// Four words, as storage has them: an entry, a piece or a job.
pub(super) type Words = [u32; 4];

/// What a glyph covers of the canvas, clipped to it; not empty.
#[derive(Clone, Copy, Debug)]
struct Covered {
    x0: u32,
    y0: u32,
    /// Inclusive.
    x1: u32,
    y1: u32,
    /// The upper left corner and the first texel of the mask.
    corner: (i32, i32),
    texel: u32,
    side: u32,
}

impl Covered {
    fn of(glyph: &Glyph, atlas: &StampAtlas, size: Size) -> Option<Self> {
        let class = &atlas.classes()[usize::from(glyph.class)];
        let phase = class.phase(glyph.x, glyph.y);
        let covered = class.covered(phase);
        let (x, y) = (glyph.x >> 8, glyph.y >> 8);
        let (last_x, last_y) = (size.width() as i32 - 1, size.height() as i32 - 1);
        let (x0, y0) = ((x + covered.x0).max(0), (y + covered.y0).max(0));
        let (x1, y1) = ((x + covered.x1).min(last_x), (y + covered.y1).min(last_y));
        if x0 > x1 || y0 > y1 {
            return None;
        }
        let (reach, side) = (class.reach_px() as i32, class.side_px());
        let texel = class.first_texel() as u32 + phase as u32 * side * side;
        let corner = (x - reach, y - reach);
        Some(Self { x0: x0 as u32, y0: y0 as u32, x1: x1 as u32, y1: y1 as u32, corner, texel, side })
    }

    fn columns(&self) -> Range<u32> {
        self.x0 / TILE_PX..self.x1 / TILE_PX + 1
    }

    fn rows(&self) -> Range<u32> {
        self.y0 / TILE_PX..self.y1 / TILE_PX + 1
    }

    fn pixels(&self) -> u64 {
        u64::from(self.x1 - self.x0 + 1) * u64::from(self.y1 - self.y0 + 1)
    }

    /// The part in one tile.
    fn entry(&self, column: u32, row: u32, glyph: &Glyph) -> Words {
        let (left, top) = (column * TILE_PX, row * TILE_PX);
        let (x0, y0) = (self.x0.max(left), self.y0.max(top));
        let (x1, y1) = (self.x1.min(left + TILE_PX - 1), self.y1.min(top + TILE_PX - 1));
        let place = (x0 - left) | (y0 - top) << 4 | (x1 - x0) << 8 | (y1 - y0) << 12 | self.side << 16;
        // Inside the mask: not below its corner.
        let (across, down) = ((x0 as i32 - self.corner.0) as u32, (y0 as i32 - self.corner.1) as u32);
        let [r, g, b] = glyph.rgb;
        [place, self.texel + down * self.side + across, u32::from_le_bytes([r, g, b, 0]), glyph.alpha.to_bits()]
    }
}

/// Pixels of an entry in some rows of its tile.
fn pixels_in(entry: Words, rows: &Range<u32>) -> u32 {
    let first = entry[0] >> 4 & 15;
    let end = (first + (entry[0] >> 12 & 15) + 1).min(rows.end);
    ((entry[0] >> 8 & 15) + 1) * end.saturating_sub(first.max(rows.start))
}

/// The most tiles that one mark of an atlas touches.
pub(super) fn most_entries_per_mark(atlas: &StampAtlas) -> u64 {
    let side = atlas.classes().iter().map(|class| class.side_px()).max().unwrap_or(1);
    // A box of 1 + 16 k pixels touches k + 2 tiles at worst.
    u64::from((side - 1).div_ceil(TILE_PX) + 1).pow(2)
}

/// The bytes that sorting takes for a canvas, beside the marks.
pub(super) fn planned_bytes(size: Size, slot_bytes: u64) -> u64 {
    u64::from(size.width().div_ceil(TILE_PX)) * u64::from(size.height().div_ceil(TILE_PX)) * 4 + 3 * slot_bytes
}

/// One run over pieces that lie in one band: no two of them in the same rows of the same tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dispatch {
    /// The band.
    pub(super) band: usize,
    /// Where its job lies in the upload.
    pub(super) job: usize,
    /// How many pieces.
    pub(super) pieces: u32,
}

/// A part of a tile's list, in some of its rows.
#[derive(Clone, Copy, Debug)]
struct Piece {
    band: u32,
    /// How many pieces of the same rows come before.
    round: u32,
    turns: u32,
    words: Words,
}

/// Marks that wait to be submitted, and what they become.
#[derive(Debug)]
pub(super) struct TileSort {
    size: Size,
    /// Pixel rows of a band, whole tiles.
    band_rows: u32,
    /// Whether an invocation may own some rows of a tile.
    shares_rows: bool,
    columns: u32,
    /// Of each tile: its entries, then where the next one goes.
    ends: Vec<u32>,
    glyphs: Vec<Glyph>,
    entries: usize,
    pixels: u64,
    pieces: Vec<Piece>,
    upload: Vec<Words>,
    dispatches: Vec<Dispatch>,
}

impl TileSort {
    /// A sort for a canvas in bands of so many pixel rows, whole tiles; for invocations that own tiles or rows of them, or,
    /// if not `shares_rows`, tiles alone.
    pub(super) fn new(size: Size, band_rows: u32, shares_rows: bool) -> Self {
        let (columns, rows) = (size.width().div_ceil(TILE_PX), size.height().div_ceil(TILE_PX));
        Self {
            size,
            band_rows,
            shares_rows,
            columns,
            ends: vec![0; columns as usize * rows as usize],
            glyphs: Vec::new(),
            entries: 0,
            pixels: 0,
            pieces: Vec::new(),
            upload: Vec::new(),
            dispatches: Vec::new(),
        }
    }

    /// Takes marks until they are `most_entries`, or cover `most_pixels`; returns how many. A first mark is always taken.
    pub(super) fn take(
        &mut self,
        glyphs: &[Glyph],
        atlas: &StampAtlas,
        most_entries: usize,
        most_pixels: u64,
    ) -> usize {
        for (i, glyph) in glyphs.iter().enumerate() {
            let Some(covered) = Covered::of(glyph, atlas, self.size) else { continue };
            let (columns, rows) = (covered.columns(), covered.rows());
            let entries = columns.len() * rows.len();
            let is_full = self.entries + entries > most_entries || self.pixels + covered.pixels() > most_pixels;
            if is_full && self.entries > 0 {
                return i;
            }
            for row in rows {
                for column in columns.clone() {
                    self.ends[(row * self.columns + column) as usize] += 1;
                }
            }
            self.entries += entries;
            self.pixels += covered.pixels();
            self.glyphs.push(*glyph);
        }
        glyphs.len()
    }

    /// True without marks.
    pub(super) fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// The marks as an upload (entries, then pieces, then jobs) and the runs over it, in order; forgets them. The upload has
    /// at most three times as many words as there are entries.
    pub(super) fn sort(&mut self, atlas: &StampAtlas) -> (&[Words], &[Dispatch]) {
        let mut next = 0;
        for end in &mut self.ends {
            next += std::mem::replace(end, next);
        }
        self.upload.clear();
        self.upload.resize(self.entries, [0; 4]);
        for glyph in self.glyphs.drain(..) {
            let Some(covered) = Covered::of(&glyph, atlas, self.size) else { continue };
            for row in covered.rows() {
                for column in covered.columns() {
                    let end = &mut self.ends[(row * self.columns + column) as usize];
                    self.upload[*end as usize] = covered.entry(column, row, &glyph);
                    *end += 1;
                }
            }
        }
        let pixels = std::mem::take(&mut self.pixels);
        self.entries = 0;
        self.cut((pixels / LARGE_PART).max(1));
        self.arrange();
        (&self.upload, &self.dispatches)
    }

    /// Cuts every tile's list into pieces, of at most about so many pixels where rows can be shared out, and forgets the lists.
    fn cut(&mut self, large: u64) {
        self.pieces.clear();
        let mut first = 0;
        for tile in 0..self.ends.len() {
            let list = first..std::mem::take(&mut self.ends[tile]) as usize;
            first = list.end;
            if list.is_empty() {
                continue;
            }
            let is_long = self.shares_rows && list.len() >= SHARED_ENTRIES;
            let all = 0..TILE_PX;
            let pixels =
                || self.upload[list.clone()].iter().map(|entry| u64::from(pixels_in(*entry, &all))).sum::<u64>();
            let parts = if is_long { pixels().div_ceil(large).next_power_of_two() } else { 1 };
            let height = TILE_PX >> parts.trailing_zeros().min(MOST_SHARES);
            // Rows below the canvas are nobody's.
            let seen = TILE_PX.min(self.size.height() - tile as u32 / self.columns * TILE_PX);
            for row in (0..seen).step_by(height as usize) {
                self.cut_rows(tile as u32, list.clone(), row..row + height);
            }
        }
    }

    /// Cuts what a tile's list has in some rows; nothing where it has no pixel there.
    fn cut_rows(&mut self, tile: u32, list: Range<usize>, rows: Range<u32>) {
        let (x, y) = (tile % self.columns * TILE_PX, tile / self.columns * TILE_PX);
        let (band, y) = (y / self.band_rows, y % self.band_rows);
        let (corner, rows_word) = (x | y << 16, rows.start | (rows.end - 1) << 4);
        let start = |i: usize| [i as u32, i as u32, corner, rows_word];
        let mut piece = Piece { band, round: 0, turns: 0, words: start(list.start) };
        let mut has_pixels = false;
        for i in list {
            let pixels = pixels_in(self.upload[i], &rows);
            has_pixels |= pixels > 0;
            let turns = pixels.max(1);
            if piece.turns + turns > PIECE_TURNS {
                self.pieces.push(piece);
                piece = Piece { round: piece.round + 1, turns: 0, words: start(i), ..piece };
            }
            piece.turns += turns;
            piece.words[1] = i as u32 + 1;
        }
        if has_pixels {
            self.pieces.push(piece);
        }
    }

    /// Puts pieces of like length beside each other, where they wait for each other, and long and short groups in turn: the
    /// software driver gives each thread one stretch of a dispatch.
    fn arrange(&mut self) {
        self.pieces.sort_unstable_by_key(|piece| (piece.band, piece.round, u32::MAX - piece.turns, piece.words[0]));
        self.dispatches.clear();
        for pieces in self.pieces.chunk_by(|a, b| (a.band, a.round) == (b.band, b.round)) {
            let first = self.upload.len();
            let groups = pieces.len() / GROUP;
            let stride = stride(groups);
            for i in 0..groups {
                let group = (i * stride % groups) * GROUP;
                self.upload.extend(pieces[group..group + GROUP].iter().map(|piece| piece.words));
            }
            self.upload.extend(pieces[groups * GROUP..].iter().map(|piece| piece.words));
            let (band, count) = (pieces[0].band, pieces.len() as u32);
            let rows = self.band_rows.min(self.size.height() - band * self.band_rows);
            self.dispatches.push(Dispatch { band: band as usize, job: self.upload.len(), pieces: count });
            self.upload.push([self.size.width(), rows, first as u32, count]);
        }
    }
}

/// A stride that meets every one of `count` groups once, far from the last one.
fn stride(count: usize) -> usize {
    let shares_a_factor = |stride: usize| {
        let (mut a, mut b) = (stride, count);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a > 1
    };
    let first = (count * 5 / 8).max(1);
    (first..).find(|stride| !shares_a_factor(*stride)).unwrap_or(1)
}

#[cfg(test)]
mod tests;
