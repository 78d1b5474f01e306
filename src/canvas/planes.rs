//! Integer planes: exact, associative, the same whatever drew them.

use crate::error::{Error, Result};
use crate::program::{Plane, Size};

/// Integer planes of one size, each with one value a pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planes {
    size: Size,
    kinds: Vec<Plane>,
    counts: Vec<Vec<u64>>,
}

impl Planes {
    /// Nothing drawn: all 0.
    #[must_use]
    pub fn empty(size: Size, kinds: &[Plane]) -> Self {
        let counts = kinds.iter().map(|_| vec![0; size.area()]).collect();
        Self { size, kinds: kinds.to_vec(), counts }
    }

    /// One count plane, taken over.
    ///
    /// # Panics
    /// When there are not exactly `size.area()` counts: a bug of the rasterizer.
    #[must_use]
    pub fn from_counts(size: Size, counts: Vec<u64>) -> Self {
        assert_eq!(counts.len(), size.area(), "a plane holds one count a pixel");
        Self { size, kinds: vec![Plane::Count], counts: vec![counts] }
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

    /// The counts of the first plane of kind [`Plane::Count`], rows from top to bottom.
    #[must_use]
    pub fn counts(&self) -> Option<&[u64]> {
        let i = self.kinds.iter().position(|kind| *kind == Plane::Count)?;
        Some(&self.counts[i])
    }

    /// The same, to add to.
    pub fn counts_mut(&mut self) -> Option<&mut [u64]> {
        let i = self.kinds.iter().position(|kind| *kind == Plane::Count)?;
        Some(&mut self.counts[i])
    }

    /// Adds `later`; sizes are equal.
    pub(super) fn merge(&mut self, later: &Self) -> Result<()> {
        if self.kinds != later.kinds {
            return Err(Error::input("canvases with different planes cannot be merged")
                .expected(format!("{:?}", self.kinds))
                .found(format!("{:?}", later.kinds)));
        }
        for (a, b) in self.counts.iter_mut().flatten().zip(later.counts.iter().flatten()) {
            *a += b;
        }
        Ok(())
    }
}
