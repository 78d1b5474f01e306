//! The numbers of a density: through a norm and a ramp to colours, with colours of their own below, above and for nothing.

use crate::canvas::Planes;
use crate::color::{Norm, Ramp, Rgba8, Side};
use crate::reduce::Reducer;
use crate::shade::premultiplied;
use crate::shade::spread::Spread;

/// How the numbers of a density become colours.
#[derive(Clone, Debug)]
pub struct Tone {
    /// From numbers to positions.
    pub norm: Norm,
    /// From positions to colours.
    pub ramp: Ramp,
    /// The colour of numbers below the limits; `None` is transparent.
    pub under: Option<Rgba8>,
    /// The colour of numbers above them.
    pub over: Option<Rgba8>,
    /// The colour of pixels without a number.
    pub empty: Option<Rgba8>,
    /// How far those look for a number, in pixels.
    pub spread_px: u32,
}

#[derive(Debug)]
pub(super) struct Numbers<'a> {
    planes: &'a Planes,
    reducer: &'a Reducer,
    tone: &'a Tone,
    spread: Spread,
    under: [f32; 4],
    over: [f32; 4],
    empty: [f32; 4],
}

impl<'a> Numbers<'a> {
    pub(super) fn new(planes: &'a Planes, reducer: &'a Reducer, tone: &'a Tone) -> Self {
        let [under, over, empty] = [tone.under, tone.over, tone.empty].map(premultiplied);
        Self { planes, reducer, tone, spread: Spread::new(tone.spread_px), under, over, empty }
    }

    pub(super) fn row(&self, row: u32, out: &mut [[f32; 4]]) {
        let width = self.planes.size().width() as usize;
        let first = row as usize * width;
        let mut numbers = vec![f64::NAN; width];
        self.reducer.numbers(self.planes, first..first + width, &mut numbers);
        let number_at = |pixel: usize| {
            let mut number = [f64::NAN];
            self.reducer.numbers(self.planes, pixel..pixel + 1, &mut number);
            number[0]
        };
        for (x, source) in self.spread.sources(self.planes.counts(), self.planes.size(), row, &number_at) {
            numbers[x] = number_at(source);
        }
        // Neighbours are often equal: mostly nothing, or small counts.
        let (mut last, mut color) = (f64::NAN, self.empty);
        for (out, number) in out.iter_mut().zip(numbers) {
            if number.to_bits() != last.to_bits() {
                (last, color) = (number, self.color(number));
            }
            *out = color;
        }
    }

    fn color(&self, number: f64) -> [f32; 4] {
        if number.is_nan() {
            return self.empty;
        }
        match self.tone.norm.side(number) {
            Side::Under => self.under,
            Side::Over => self.over,
            Side::Within => {
                let [r, g, b] = self.tone.ramp.color_from_t(self.tone.norm.t_from_value(number));
                premultiplied(Some(Rgba8::opaque(r, g, b)))
            }
        }
    }
}
