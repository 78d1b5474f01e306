//! Counts by category: the categories' colours mixed by their counts in OKLab, opaque by their total.

use crate::canvas::Planes;
use crate::color::{Norm, Oklab, Rgba8};
use crate::shade::premultiplied;
use crate::shade::spread::Spread;

/// The opacity of the smallest total: low enough that density shows, high enough that a lone point is seen.
pub const MIX_FLOOR: f64 = 0.4;

/// How counts by category become colours.
#[derive(Clone, Debug)]
pub struct MixTone {
    /// From totals to opacity, which begins at [`MIX_FLOOR`].
    pub norm: Norm,
    /// The colour of each category.
    pub colors: Vec<Rgba8>,
    /// The colour of pixels without a row; `None` is transparent.
    pub empty: Option<Rgba8>,
    /// How far those look for one with rows, in pixels.
    pub spread_px: u32,
}

#[derive(Debug)]
pub(super) struct Mix<'a> {
    planes: &'a Planes,
    plane: usize,
    tone: &'a MixTone,
    spread: Spread,
    colors: Vec<Oklab>,
    empty: [f32; 4],
}

impl<'a> Mix<'a> {
    pub(super) fn new(planes: &'a Planes, plane: usize, tone: &'a MixTone) -> Self {
        let colors = tone.colors.iter().map(|color| Oklab::from_srgb(color.rgb())).collect();
        let empty = premultiplied(tone.empty);
        Self { planes, plane, tone, spread: Spread::new(tone.spread_px), colors, empty }
    }

    pub(super) fn row(&self, row: u32, out: &mut [[f32; 4]]) {
        let width = self.planes.size().width() as usize;
        let first = row as usize * width;
        let mut sources: Vec<Option<usize>> = (first..first + width).map(Some).collect();
        let total = |pixel: usize| self.planes.counts()[pixel] as f64;
        for (x, source) in self.spread.sources(self.planes.counts(), self.planes.size(), row, &total) {
            sources[x] = Some(source);
        }
        for (out, source) in out.iter_mut().zip(sources) {
            *out = source.map_or(self.empty, |pixel| self.color(pixel));
        }
    }

    fn color(&self, pixel: usize) -> [f32; 4] {
        let total = self.planes.counts()[pixel];
        let (area, counts) = (self.planes.size().area(), self.planes.words(self.plane));
        let weights = self.colors.iter().enumerate().map(|(at, color)| (*color, counts[at * area + pixel]));
        let Some(mixed) = Oklab::mix(weights) else { return self.empty };
        let alpha = MIX_FLOOR + (1.0 - MIX_FLOOR) * self.tone.norm.t_from_value(total as f64);
        let [r, g, b] = mixed.to_srgb().map(|byte| (f64::from(byte) / 255.0 * alpha) as f32);
        [r, g, b, alpha as f32]
    }
}
