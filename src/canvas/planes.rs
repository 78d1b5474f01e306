//! Integer planes: exact, associative, the same whatever drew them.

use crate::error::{Error, Result};
use crate::program::{Pick, Plane, Size, Slot};

/// Integer planes of one size; the first is a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planes {
    size: Size,
    kinds: Vec<Plane>,
    data: Vec<PlaneData>,
}

/// The values of one plane, rows from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaneData {
    /// Counts and keys: one a pixel; counts by category: one canvas after the other.
    Words(Vec<u64>),
    /// Sums and sums of squares, one a pixel.
    Wide(Vec<u128>),
}

/// What a winner is where nothing was drawn: what any key beats.
fn no_key(pick: Pick) -> u64 {
    if pick == Pick::Min { u64::MAX } else { 0 }
}

impl PlaneData {
    fn empty(kind: Plane, area: usize) -> Self {
        match kind {
            Plane::Count => Self::Words(vec![0; area]),
            Plane::Winner(_, pick) => Self::Words(vec![no_key(pick); area]),
            Plane::CountBy(_, categories) => Self::Words(vec![0; area * usize::from(categories)]),
            Plane::Sum(_) | Plane::Squares(_) => Self::Wide(vec![0; area]),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Words(words) => words.len(),
            Self::Wide(wide) => wide.len(),
        }
    }
}

impl Planes {
    /// Nothing drawn.
    ///
    /// # Panics
    /// When the first plane is no count: a bug of the plan.
    #[must_use]
    pub fn empty(size: Size, kinds: &[Plane]) -> Self {
        assert_eq!(kinds.first(), Some(&Plane::Count), "the count says which pixels are empty");
        let data = kinds.iter().map(|kind| PlaneData::empty(*kind, size.area())).collect();
        Self { size, kinds: kinds.to_vec(), data }
    }

    /// One count plane, taken over.
    ///
    /// # Panics
    /// When there are not exactly `size.area()` counts: a bug of the rasterizer.
    #[must_use]
    pub fn from_counts(size: Size, counts: Vec<u64>) -> Self {
        assert_eq!(counts.len(), size.area(), "a plane holds one count a pixel");
        Self { size, kinds: vec![Plane::Count], data: vec![PlaneData::Words(counts)] }
    }

    /// Planes, taken over.
    ///
    /// # Errors
    /// An input error when the first is no count, or the data are not those of the kinds.
    pub fn from_data(size: Size, kinds: Vec<Plane>, data: Vec<PlaneData>) -> Result<Self> {
        let is_wide = |kind: &Plane| matches!(kind, Plane::Sum(_) | Plane::Squares(_));
        let len = |kind: &Plane| match kind {
            Plane::CountBy(_, categories) => size.area() * usize::from(*categories),
            _ => size.area(),
        };
        let fits = kinds.first() == Some(&Plane::Count)
            && kinds.len() == data.len()
            && kinds
                .iter()
                .zip(&data)
                .all(|(kind, data)| matches!(data, PlaneData::Wide(_)) == is_wide(kind) && data.len() == len(kind));
        if !fits {
            return Err(Error::input("the planes of a canvas are not those it names"));
        }
        Ok(Self { size, kinds, data })
    }

    /// The side lengths.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// What the planes hold.
    #[must_use]
    pub fn kinds(&self) -> &[Plane] {
        &self.kinds
    }

    /// The values of every plane, in the order of [`Self::kinds`].
    #[must_use]
    pub fn data(&self) -> &[PlaneData] {
        &self.data
    }

    /// The counts, rows from top to bottom.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        self.words(0)
    }

    /// The counts, to add to.
    pub fn counts_mut(&mut self) -> &mut [u64] {
        match &mut self.data[0] {
            PlaneData::Words(words) => words,
            PlaneData::Wide(_) => &mut [],
        }
    }

    /// The counts, keys, or counts by category (canvas after canvas) of a plane; nothing for sums.
    #[must_use]
    pub fn words(&self, plane: usize) -> &[u64] {
        match self.data.get(plane) {
            Some(PlaneData::Words(words)) => words,
            _ => &[],
        }
    }

    /// The sums of a plane; nothing for others.
    #[must_use]
    pub fn wide(&self, plane: usize) -> &[u128] {
        match self.data.get(plane) {
            Some(PlaneData::Wide(wide)) => wide,
            _ => &[],
        }
    }

    /// All planes cut into pieces of `pixels` consecutive pixels (the last may be shorter), to be drawn on apart.
    pub fn pieces(&mut self, pixels: usize) -> Vec<Piece<'_>> {
        let area = self.size.area();
        let pixels = pixels.max(1);
        let mut pieces: Vec<Piece<'_>> = (0..area)
            .step_by(pixels)
            .map(|first| Piece { first, len: pixels.min(area - first), parts: Vec::with_capacity(self.kinds.len()) })
            .collect();
        for (kind, data) in self.kinds.iter().zip(&mut self.data) {
            match (*kind, data) {
                (Plane::CountBy(slot, _), PlaneData::Words(words)) => {
                    for piece in &mut pieces {
                        piece.parts.push(Part::CountBy(slot, Vec::new()));
                    }
                    for canvas in words.chunks_mut(area) {
                        for (piece, counts) in pieces.iter_mut().zip(canvas.chunks_mut(pixels)) {
                            if let Some(Part::CountBy(_, canvases)) = piece.parts.last_mut() {
                                canvases.push(counts);
                            }
                        }
                    }
                }
                (kind, PlaneData::Words(words)) => {
                    for (piece, words) in pieces.iter_mut().zip(words.chunks_mut(pixels)) {
                        piece.parts.push(match kind {
                            Plane::Winner(slot, pick) => Part::Winner(slot, pick, words),
                            _ => Part::Count(words),
                        });
                    }
                }
                (kind, PlaneData::Wide(wide)) => {
                    for (piece, wide) in pieces.iter_mut().zip(wide.chunks_mut(pixels)) {
                        piece.parts.push(match kind {
                            Plane::Squares(slot) => Part::Squares(slot, wide),
                            kind => Part::Sum(kind.slot().unwrap_or_default(), wide),
                        });
                    }
                }
            }
        }
        pieces
    }

    /// Adds `later`, which was drawn after `self`.
    ///
    /// # Errors
    /// An input error when sizes or planes differ.
    pub fn add(&mut self, later: &Self) -> Result<()> {
        if self.kinds != later.kinds || self.size != later.size {
            return Err(Error::input("canvases with different planes cannot be merged")
                .expected(format!("{:?}", self.kinds))
                .found(format!("{:?}", later.kinds)));
        }
        let (counts, rest) = self.data.split_at_mut(1);
        let (PlaneData::Words(counts), PlaneData::Words(later_counts)) = (&mut counts[0], &later.data[0]) else {
            return Ok(());
        };
        for ((kind, mine), other) in self.kinds[1..].iter().zip(rest).zip(&later.data[1..]) {
            match (*kind, mine, other) {
                (Plane::Winner(_, pick), PlaneData::Words(mine), PlaneData::Words(other)) => {
                    for (i, (mine, other)) in mine.iter_mut().zip(other).enumerate() {
                        *mine = match pick {
                            Pick::Min => (*mine).min(*other),
                            Pick::Max => (*mine).max(*other),
                            Pick::First if counts[i] > 0 => *mine,
                            Pick::Last if later_counts[i] == 0 => *mine,
                            Pick::First | Pick::Last => *other,
                        };
                    }
                }
                (_, PlaneData::Words(mine), PlaneData::Words(other)) => add_words(mine, other),
                (_, PlaneData::Wide(mine), PlaneData::Wide(other)) => {
                    mine.iter_mut().zip(other).for_each(|(mine, other)| *mine = mine.wrapping_add(*other));
                }
                _ => {}
            }
        }
        add_words(counts, later_counts);
        Ok(())
    }
}

fn add_words(mine: &mut [u64], other: &[u64]) {
    mine.iter_mut().zip(other).for_each(|(mine, other)| *mine += other);
}

/// Some consecutive pixels of all planes, to be drawn on by one thread.
#[derive(Debug)]
pub struct Piece<'a> {
    /// The first pixel's index on the canvas.
    pub first: usize,
    /// How many pixels.
    pub len: usize,
    /// The planes, in their order.
    pub parts: Vec<Part<'a>>,
}

/// One plane of a piece.
#[derive(Debug)]
pub enum Part<'a> {
    /// [`Plane::Count`].
    Count(&'a mut [u64]),
    /// [`Plane::Sum`].
    Sum(Slot, &'a mut [u128]),
    /// [`Plane::Squares`].
    Squares(Slot, &'a mut [u128]),
    /// [`Plane::Winner`].
    Winner(Slot, Pick, &'a mut [u64]),
    /// [`Plane::CountBy`], one slice a category.
    CountBy(Slot, Vec<&'a mut [u64]>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_every_plane_once() {
        let size = Size::new(5, 3).unwrap();
        let kinds = [Plane::Count, Plane::Sum(0), Plane::Winner(1, Pick::Min), Plane::CountBy(2, 2)];
        let mut planes = Planes::empty(size, &kinds);
        for piece in planes.pieces(4) {
            for part in piece.parts {
                match part {
                    Part::Count(words) | Part::Winner(_, _, words) => {
                        (piece.first..).zip(words).for_each(|(i, word)| *word = i as u64);
                    }
                    Part::Sum(_, wide) | Part::Squares(_, wide) => {
                        (piece.first..).zip(wide).for_each(|(i, wide)| *wide = 100 + i as u128);
                    }
                    Part::CountBy(_, canvases) => {
                        for (category, words) in canvases.into_iter().enumerate() {
                            (piece.first..).zip(words).for_each(|(i, word)| *word = (1000 * category + i) as u64);
                        }
                    }
                }
            }
        }
        assert!(planes.counts().iter().copied().eq(0..15));
        assert!(planes.wide(1).iter().copied().eq(100..115));
        assert!(planes.words(2).iter().copied().eq(0..15));
        assert!(planes.words(3).iter().copied().eq((0..15).chain(1000..1015)));
    }

    #[test]
    fn first_and_last_follow_the_order_and_empty_pixels_bring_nothing() {
        let size = Size::new(3, 1).unwrap();
        let kinds = [Plane::Count, Plane::Winner(0, Pick::First), Plane::Winner(0, Pick::Last)];
        let planes = |counts: [u64; 3], keys: [u64; 3]| {
            let words = |words: [u64; 3]| PlaneData::Words(words.to_vec());
            Planes::from_data(size, kinds.to_vec(), vec![words(counts), words(keys), words(keys)]).unwrap()
        };
        let mut early = planes([1, 0, 2], [5, 0, 7]);
        early.add(&planes([1, 1, 0], [8, 9, 0])).unwrap();
        assert_eq!((early.counts(), early.words(1), early.words(2)), (&[2, 1, 2][..], &[5, 9, 7][..], &[8, 9, 7][..]));
    }
}
