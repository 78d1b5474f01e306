//! Ordered blending on layers and veils: marks are sorted into bands of rows, and bands are painted side by side.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::canvas::{Canvas, Layer, Veil};
use crate::error::Result;
use crate::mark::{Batch, Glyph, Marks};
use crate::program::Size;
use crate::raster::cpu::bands::{Bands, Cut};
use crate::raster::cpu::inks::{Blend, Color, Shadow, floored};
use crate::raster::cpu::paint::Band;
use crate::raster::cpu::stencils::Stencils;
use crate::raster::{GROUP_MARKS, Rasterizer, emptied};
use crate::stamp::StampAtlas;

/// Marks that are sorted and painted together: few enough that their copies stay small beside the marks themselves.
const ROUND_MARKS: usize = 1 << 18;

/// Batches hold no more marks than this.
const BATCH_MARKS: usize = 1 << 16;

/// A batch each for many threads.
fn round_marks(threads: usize) -> usize {
    ROUND_MARKS.max(threads * BATCH_MARKS).min(GROUP_MARKS)
}

/// What drawings share that are made with the same threads: they draw one round at a time, and many have the same stamps.
#[derive(Debug, Default)]
pub(super) struct Workshop {
    /// Those asked for last.
    stencils: Mutex<Option<(Arc<StampAtlas>, Arc<Stencils>)>>,
    sorted: Mutex<Vec<Bands>>,
}

impl Workshop {
    fn stencils(&self, atlas: &Arc<StampAtlas>) -> Arc<Stencils> {
        let mut last = self.stencils.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((of, stencils)) if Arc::ptr_eq(of, atlas) => Arc::clone(stencils),
            _ => {
                let stencils = Arc::new(Stencils::new(atlas));
                *last = Some((Arc::clone(atlas), Arc::clone(&stencils)));
                stencils
            }
        }
    }
}

/// What sorting holds at most, in bytes. Of stamps that touch more than two bands, fewer are sorted at a time.
pub(super) fn sorted_bytes(threads: usize) -> u64 {
    ((round_marks(threads) + BATCH_MARKS) * Cut::MARK_BYTES) as u64
}

/// What is common to layers and veils: the bands, and the walk over them.
#[derive(Debug)]
struct Banded {
    pool: Arc<ThreadPool>,
    workshop: Arc<Workshop>,
    stencils: Arc<Stencils>,
    size: Size,
    cut: Cut,
}

impl Banded {
    fn new<P>(pool: Arc<ThreadPool>, workshop: Arc<Workshop>, atlas: &Arc<StampAtlas>, size: Size) -> Self {
        let cut = Cut::new(size, size_of::<P>(), pool.current_num_threads());
        let stencils = workshop.stencils(atlas);
        Self { pool, workshop, stencils, size, cut }
    }

    /// Draws batches in order, a round after the other.
    fn draw<I: Blend>(&mut self, batches: &[Batch], pixels: &mut [I::Pixel])
    where
        I::Pixel: Send,
    {
        let copies = self.cut.most_touched(self.stencils.tallest_px()).max(2);
        let most = 2 * round_marks(self.pool.current_num_threads()) / copies;
        let mut rest = batches;
        while !rest.is_empty() {
            let mut marks = 0;
            let is_more = |batch: &&Batch| {
                let has_room = marks < most;
                marks += batch.marks.len();
                has_room
            };
            let (round, later) = rest.split_at(rest.iter().take_while(is_more).count().max(1));
            self.draw_round::<I>(round, pixels);
            rest = later;
        }
    }

    fn draw_round<I: Blend>(&mut self, batches: &[Batch], pixels: &mut [I::Pixel])
    where
        I::Pixel: Send,
    {
        let (pool, stencils, cut, width) = (&*self.pool, &*self.stencils, self.cut, self.size.width());
        let mut sorted = self.workshop.sorted.lock().unwrap_or_else(PoisonError::into_inner);
        let len = sorted.len().max(batches.len());
        sorted.resize_with(len, Bands::default);
        let sorted = &mut sorted[..batches.len()];
        pool.install(|| {
            let tasks = sorted.par_iter_mut().zip(batches).with_max_len(1);
            tasks.for_each(|(bands, batch)| bands.sort(glyphs(batch), stencils, cut));
        });
        let bands = pixels.chunks_mut(cut.rows() * width as usize).enumerate();
        let marks = |band: usize| sorted.iter().map(|bands| bands.len(band)).sum::<usize>();
        let mut work: Vec<_> = bands.map(|(number, pixels)| (marks(number), number, pixels)).collect();
        // The heaviest first: then the last ones to end are light, and one crowded band costs no more than its own time.
        work.sort_unstable_by_key(|(marks, number, _)| (std::cmp::Reverse(*marks), *number));
        let work = Mutex::new(work.into_iter().take_while(|(marks, ..)| *marks > 0));
        let next = || work.lock().unwrap_or_else(PoisonError::into_inner).next();
        let sorted = &*sorted;
        pool.install(|| {
            (0..pool.current_num_threads()).into_par_iter().with_max_len(1).for_each(|_| {
                while let Some((_, number, pixels)) = next() {
                    let band = Band::new(pixels, width, (number * cut.rows()) as u32);
                    pulp::Arch::new().dispatch(Painting::<I> { band, number, sorted, stencils });
                }
            });
        });
    }
}

/// All marks of a round onto one band, for every set of vector instructions.
struct Painting<'a, I: Blend> {
    band: Band<'a, I::Pixel>,
    number: usize,
    sorted: &'a [Bands],
    stencils: &'a Stencils,
}

impl<I: Blend> pulp::WithSimd for Painting<'_, I> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(mut self, _: S) {
        for bands in self.sorted {
            bands.walk(
                self.number,
                #[inline(always)]
                |place, look| self.band.paint::<I>(self.stencils, look.class, place, I::brush(look)),
            );
        }
    }
}

fn glyphs(batch: &Batch) -> &[Glyph] {
    match &batch.marks {
        Marks::Glyphs(glyphs) => glyphs,
        Marks::Cells(_) => &[],
    }
}

/// Ordered colour on a [`Layer`].
#[derive(Debug)]
pub(super) struct Over {
    banded: Banded,
    layer: Layer,
}

impl Over {
    pub(super) fn new(pool: Arc<ThreadPool>, workshop: Arc<Workshop>, atlas: &Arc<StampAtlas>, layer: Layer) -> Self {
        Self { banded: Banded::new::<[f32; 4]>(pool, workshop, atlas, layer.size()), layer }
    }
}

impl Rasterizer for Over {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        self.banded.draw::<Color>(&batches, self.layer.pixels_mut());
        Ok(emptied(batches))
    }

    fn drain(&mut self) -> Result<()> {
        Ok(())
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        Ok(Canvas::Layer(self.layer.clone()))
    }

    fn finish(self: Box<Self>) -> Result<Canvas> {
        Ok(Canvas::Layer(self.layer))
    }

    fn description(&self) -> String {
        super::description(&self.banded.pool)
    }

    fn kernel(&self) -> &'static str {
        "bands"
    }
}

/// Transmittance on a [`Veil`].
#[derive(Debug)]
pub(super) struct Veiling {
    banded: Banded,
    veil: Veil,
}

impl Veiling {
    pub(super) fn new(pool: Arc<ThreadPool>, workshop: Arc<Workshop>, atlas: &Arc<StampAtlas>, mut veil: Veil) -> Self {
        // Merged veils may lie below what one that was drawn can come to.
        veil.pixels_mut().iter_mut().for_each(|pixel| *pixel = floored(*pixel));
        Self { banded: Banded::new::<f32>(pool, workshop, atlas, veil.size()), veil }
    }
}

impl Rasterizer for Veiling {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        self.banded.draw::<Shadow>(&batches, self.veil.pixels_mut());
        Ok(emptied(batches))
    }

    fn drain(&mut self) -> Result<()> {
        Ok(())
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        Ok(Canvas::Veil(self.veil.clone()))
    }

    fn finish(self: Box<Self>) -> Result<Canvas> {
        Ok(Canvas::Veil(self.veil))
    }

    fn description(&self) -> String {
        super::description(&self.banded.pool)
    }

    fn kernel(&self) -> &'static str {
        "bands"
    }
}
