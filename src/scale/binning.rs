//! From values to 24.8 fixed-point pixels, by numpy's bin edges: the one place that decides where a value lies.
//!
//! Edges are `e[i] = i*((hi-lo)/n) + lo`, `e[n] = hi` in (scaled) data; bin i holds `e[i] <= v < e[i+1]`, the last one
//! `v = hi` too. The guess `(v-lo)*(n/(hi-lo))` is right except close to an edge; only there the edges are asked.

use crate::mark::SUBPIXELS;
use crate::scale::{Domain, Kind, Scale, Symlog};

/// The position of a value that lies nowhere: NaN, infinite, or not positive on a log axis.
pub const INVALID: i32 = i32::MIN;

/// Positions beyond this many pixels are clamped: far outside any canvas and any stamp.
const FAR_PX: f64 = 4_000_000.0;

/// Values looked at together: small enough to stay in L1, large enough that one close value costs little.
const BLOCK: usize = 256;

/// Added to a number below 2^51, it leaves no room for a fraction: 1.5 * 2^52.
pub(crate) const WHOLE: f64 = 6_755_399_441_055_744.0;

/// The largest integer not above a number of at most 2^51: plain additions, which every processor has as vectors.
///
/// `f64::floor` and `as i32` are calls and scalar code on a basic x86-64: with them a position takes 4.0 ns, so 2.7.
#[inline(always)]
fn floor(number: f64) -> f64 {
    let nearest = (number + WHOLE) - WHOLE;
    nearest - if nearest > number { 1.0 } else { 0.0 }
}

/// The bins of a linear axis as its middles: bin `b` of a value is the whole number nearest to
/// `(value - middle) * bins_per_unit`, beyond both ends too, where that is at most `sure` away from it. What is further
/// away is close to an edge, or no number, and [`Binning::positions_f64`] has to tell; elsewhere the two agree: bin `b`
/// holds the positions `256 b` to `256 b + 255`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// The middle of the first bin.
    pub middle: f64,
    pub bins_per_unit: f64,
    /// Below one half; negative where no value is sure.
    pub sure: f64,
    pub bins: f64,
    /// Bin `b` is the pixel `turn + sign * b`.
    pub turn: f64,
    pub sign: f64,
}

/// The bins of one axis over a number of pixels.
#[derive(Clone, Debug)]
pub struct Binning {
    bins: u32,
    is_flipped: bool,
    rule: Rule,
    /// Steps of an integer axis in one of the values.
    steps: i128,
}

#[derive(Clone, Debug)]
enum Rule {
    Edges(Edges),
    Log(Edges),
    Symlog(Symlog, Edges),
    Int { lo: i128, hi: i128 },
}

#[derive(Clone, Debug)]
struct Edges {
    lo: f64,
    hi: f64,
    bins: f64,
    step: f64,
    bins_per_unit: f64,
    tolerance: f64,
}

impl Edges {
    fn new(lo: f64, hi: f64, bins: u32) -> Self {
        let bins = f64::from(bins);
        let largest = lo.abs().max(hi.abs());
        let ulp = largest.next_up() - largest;
        let step = (hi - lo) / bins;
        Self {
            lo,
            hi,
            bins,
            step,
            bins_per_unit: bins / (hi - lo),
            tolerance: 4.0 * ulp / step + bins * 2f64.powi(-48),
        }
    }

    fn edge(&self, i: f64) -> f64 {
        if i >= self.bins { self.hi } else { i * self.step + self.lo }
    }

    /// The bin that the edges give, for a guess close to an edge; -1 below, `bins` above.
    fn corrected(&self, value: f64, guess: f64) -> f64 {
        if value < self.lo {
            return guess.min(-1.0);
        }
        if value > self.hi {
            return guess.max(self.bins);
        }
        let last = self.bins - 1.0;
        let mut i = guess.clamp(0.0, last);
        while i > 0.0 && self.edge(i) > value {
            i -= 1.0;
        }
        while i < last && self.edge(i + 1.0) <= value {
            i += 1.0;
        }
        i
    }

    /// The fixed-point position of a finite value.
    fn position(&self, value: f64) -> i32 {
        let guess = (value - self.lo) * self.bins_per_unit;
        let floor = guess.floor();
        let rest = guess - floor;
        let mut bin = floor;
        if rest < self.tolerance || rest > 1.0 - self.tolerance || value == self.hi {
            bin = self.corrected(value, floor);
        }
        fixed_point(guess, bin)
    }

    /// Positions of values after the axis function, which gives NaN for what is not on the axis.
    #[inline(always)]
    fn bent_positions(&self, values: &[f64], out: &mut [i32], bend: impl Fn(f64) -> f64) {
        let mut bent = [0.0; BLOCK];
        for (values, out) in values.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
            let bent = &mut bent[..values.len()];
            for (value, bent) in values.iter().zip(&mut *bent) {
                *bent = bend(*value);
            }
            self.positions(bent, out);
        }
    }

    /// Positions of values; in a block with one close to an edge (or none at all: NaN), all are done with the edges.
    #[inline(always)]
    fn positions(&self, values: &[f64], out: &mut [i32]) {
        for (values, out) in values.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
            let mut is_close = false;
            for (value, out) in values.iter().zip(&mut *out) {
                let guess = ((value - self.lo) * self.bins_per_unit).clamp(-FAR_PX, FAR_PX);
                let rest = guess - floor(guess);
                is_close |= !((rest >= self.tolerance) & (rest <= 1.0 - self.tolerance));
                // The low half of the sum is the integer in two's complement.
                *out = (floor(guess * f64::from(SUBPIXELS)) + WHOLE).to_bits() as i32;
            }
            if is_close {
                for (value, out) in values.iter().zip(out) {
                    *out = if value.is_finite() { self.position(*value) } else { INVALID };
                }
            }
        }
    }
}

/// Bin and 8-bit fraction inside it; a guess on the wrong side of an edge gives the fraction next to that edge.
fn fixed_point(guess: f64, bin: f64) -> i32 {
    if bin == guess.floor() {
        // The same arithmetic as in a block without doubt: left of the axis `guess - bin` would round.
        return (guess.clamp(-FAR_PX, FAR_PX) * f64::from(SUBPIXELS)).floor() as i32;
    }
    let bin = bin.clamp(-FAR_PX, FAR_PX);
    let fraction = ((guess - bin) * f64::from(SUBPIXELS)).floor().clamp(0.0, f64::from(SUBPIXELS - 1));
    bin as i32 * SUBPIXELS + fraction as i32
}

impl Binning {
    pub(super) fn new(scale: &Scale, bins: u32, is_flipped: bool) -> Self {
        let (lo, hi) = scale.transformed();
        let rule = match (scale.kind(), scale.domain(), scale.bend()) {
            (_, Domain::Int { lo, hi }, _) => Rule::Int { lo, hi },
            (Kind::Log, ..) => Rule::Log(Edges::new(lo, hi, bins)),
            (.., Some(symlog)) => Rule::Symlog(symlog, Edges::new(lo, hi, bins)),
            _ => Rule::Edges(Edges::new(lo, hi, bins)),
        };
        Self { bins, is_flipped, rule, steps: 1 }
    }

    /// The same bins for values that count in steps each of which is `steps` of the axis's own (a column of seconds on an
    /// axis of nanoseconds); only an integer axis has such steps.
    #[must_use]
    pub fn of_steps(self, steps: i128) -> Self {
        Self { steps, ..self }
    }

    /// True when positions are computed in integers.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        matches!(self.rule, Rule::Int { .. })
    }

    /// The number of bins: pixels along the axis.
    #[must_use]
    pub fn bins(&self) -> u32 {
        self.bins
    }

    /// Positions of floats; [`INVALID`] for what is not finite or not on the axis.
    ///
    /// # Panics
    /// When the slices differ in length: a bug of the caller.
    #[inline(always)]
    pub fn positions_f64(&self, values: &[f64], out: &mut [i32]) {
        assert_eq!(values.len(), out.len(), "one position a value");
        match &self.rule {
            Rule::Edges(edges) => edges.positions(values, out),
            Rule::Log(edges) => {
                edges.bent_positions(values, out, |v| if v > 0.0 { libm::log10(v) } else { f64::NAN });
            }
            Rule::Symlog(symlog, edges) => {
                edges.bent_positions(values, out, |v| if v.is_finite() { symlog.apply(v) } else { f64::NAN });
            }
            Rule::Int { lo, hi } => {
                for (value, out) in values.iter().zip(&mut *out) {
                    *out = if value.is_finite() {
                        self.integer_position((value.floor() as i128).saturating_mul(self.steps), *lo, *hi)
                    } else {
                        INVALID
                    };
                }
            }
        }
        self.flip(out);
    }

    /// The bins of a linear axis of floats, for many values at a time; nothing where they have to be found in another way.
    #[must_use]
    pub(crate) fn line(&self) -> Option<Line> {
        let Rule::Edges(edges) = &self.rule else { return None };
        let (turn, sign) = if self.is_flipped { (f64::from(self.bins) - 1.0, -1.0) } else { (0.0, 1.0) };
        // The middle of a bin is rounded once more than an edge: a quarter more is left to the edges.
        let sure = 0.5 - 1.25 * edges.tolerance - edges.bins * 2f64.powi(-48);
        let middle = edges.lo + 0.5 * edges.step;
        Some(Line { middle, bins_per_unit: edges.bins_per_unit, sure, bins: edges.bins, turn, sign })
    }

    /// Positions of integers (never [`INVALID`] but for those not positive on a log axis).
    ///
    /// # Panics
    /// When there are fewer values than positions: a bug of the caller.
    pub fn positions_int(&self, values: impl ExactSizeIterator<Item = i128>, out: &mut [i32]) {
        assert_eq!(values.len(), out.len(), "one position a value");
        let mut values = values;
        if let Rule::Int { lo, hi } = self.rule {
            for (value, out) in values.zip(&mut *out) {
                *out = self.integer_position(value.saturating_mul(self.steps), lo, hi);
            }
            self.flip(out);
            return;
        }
        let mut floats = [0.0; BLOCK];
        for out in out.chunks_mut(BLOCK) {
            let floats = &mut floats[..out.len()];
            for (float, value) in floats.iter_mut().zip(&mut values) {
                *float = value as f64;
            }
            self.positions_f64(floats, out);
        }
    }

    /// `floor((v-lo)*n*256/(hi-lo))` in integers: a float guess, then made exact by its remainder.
    fn integer_position(&self, value: i128, lo: i128, hi: i128) -> i32 {
        let (range, steps) = (hi - lo, i128::from(self.bins) * i128::from(SUBPIXELS));
        let distance = value.saturating_sub(lo);
        let guess = distance as f64 * (steps as f64 / range as f64);
        if guess.abs() > FAR_PX * f64::from(SUBPIXELS) {
            return if guess < 0.0 { -(FAR_PX as i32) * SUBPIXELS } else { FAR_PX as i32 * SUBPIXELS };
        }
        if value == hi {
            return steps as i32 - 1;
        }
        let mut position = guess.floor() as i128;
        while position * range > distance * steps {
            position -= 1;
        }
        while (position + 1) * range <= distance * steps {
            position += 1;
        }
        position as i32
    }

    #[inline(always)]
    fn flip(&self, out: &mut [i32]) {
        if self.is_flipped {
            let last = self.bins as i32 * SUBPIXELS - 1;
            for position in out {
                *position = if *position == INVALID { INVALID } else { last - *position };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sure_bins_agree_with_positions(
            lo in -1e6..1e6f64,
            range in 1e-3..1e6f64,
            bins in 1u32..5000,
            is_flipped in any::<bool>(),
            at in proptest::collection::vec(prop_oneof![8 => -0.5..1.5f64, 1 => Just(f64::NAN), 1 => Just(1e300)], 1..40),
        ) {
            let binning = Scale::linear(lo, lo + range).unwrap().binning(bins, is_flipped);
            let line = binning.line().unwrap();
            let step = range / f64::from(bins);
            // Anywhere, and at the edges as numpy has them, with their neighbours.
            let edge = |at: f64| (at * f64::from(bins)).floor() * step + lo;
            let values = at.iter().flat_map(|at| [lo + range * at, edge(*at), edge(*at).next_up(), edge(*at).next_down()]);
            for value in values {
                let mut position = [0];
                binning.positions_f64(&[value], &mut position);
                let guess = (value - line.middle) * line.bins_per_unit;
                let bin = (guess + WHOLE) - WHOLE;
                if (guess - bin).abs() <= line.sure && bin.abs() < 1e6 {
                    let pixel = line.turn + line.sign * bin;
                    prop_assert_eq!(i64::from(position[0] >> 8), pixel as i64, "{} of {}", value, bins);
                }
            }
        }
    }

    #[test]
    fn steps_of_a_coarser_unit_lie_where_their_multiples_do() {
        // From 1.5 s to 4 s in nanoseconds, and whole seconds on it.
        let scale = Scale::integers(1_500_000_000, 4_000_000_000).unwrap();
        let (mut fine, mut coarse) = ([0; 6], [0; 6]);
        for is_flipped in [false, true] {
            scale
                .binning(7, is_flipped)
                .positions_int((0..6).map(|secs: i32| i128::from(secs) * 1_000_000_000), &mut fine);
            let of_secs = scale.binning(7, is_flipped).of_steps(1_000_000_000);
            of_secs.positions_int((0..6_i32).map(i128::from), &mut coarse);
            assert_eq!(fine, coarse);
            of_secs.positions_int([i128::from(i64::MAX)].into_iter(), &mut coarse[..1]);
            assert!(coarse[0].abs() > 1_000_000, "far away, and no overflow");
        }
    }

    #[test]
    fn a_value_has_one_position_alone_and_beside_one_at_an_edge() {
        let binning = Scale::linear(0.0, 100.0).unwrap().binning(100, false);
        // 0.25 + 2^-54 left of the axis: the difference to its bin is no f64.
        for value in [-0.25 - 2f64.powi(-54), 0.3, 99.999, 1e9, -1e9] {
            let (mut alone, mut beside) = ([0], [0; 2]);
            binning.positions_f64(&[value], &mut alone);
            binning.positions_f64(&[value, 5.0], &mut beside);
            assert_eq!(alone[0], beside[0], "{value}");
        }
    }
}
