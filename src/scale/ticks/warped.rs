//! Ticks of an axis whose positions are any monotone function (symlog, powers, ranks): round values, evenly spread.
//!
//! Several sets of values compete: decades, 1-2-5, multiples of a step, and none at all. In each, values that would touch
//! a rounder one are left out, and wide gaps get the roundest value near their middle; the evenest and roundest set wins.

use super::decimal::{Decimal, alone, spread_labels};
use super::{Fit, Tick, linear};
use crate::scale::SMALLEST_SPAN;

/// Decades between the values of a set.
const STRIDES: [i32; 8] = [1, 2, 3, 5, 10, 20, 50, 100];

/// Values of a set keep this share of the distance that the largest number of ticks has.
const CLOSEST: f64 = 0.7;

/// A gap this many times as wide as the usual distance gets a value of its own.
const WIDE: f64 = 2.0;

/// And this many times, even one with more digits than the others.
const VERY_WIDE: f64 = 3.0;

/// Steps whose distances differ by no more than this factor lie evenly.
const EVEN: f64 = 1.5;

/// What a set costs for each digit of its labels, for values between those of its rule, and for values left out of it.
const DIGIT_COST: f64 = 0.5;
const FILLED_COST: f64 = 1.0;
const THINNED_COST: f64 = 2.0;

/// An axis by its two functions, strictly monotone between the limits and inverse to each other (nearly).
pub(crate) struct Warp<'a> {
    /// The values at both ends, in either order.
    pub limits: (f64, f64),
    /// The position of a value: 0 at one end, 1 at the other.
    pub t_from_value: &'a dyn Fn(f64) -> f64,
    /// The value at a position.
    pub value_from_t: &'a dyn Fn(f64) -> f64,
    /// Whether labels stand at whole numbers only (counts).
    pub is_whole: bool,
}

/// A value at its place.
#[derive(Clone, Copy, Debug)]
struct Place {
    value: Decimal,
    t: f64,
}

/// What the values of a set have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Powers of ten, some or all: what is left of them is a rule too.
    Decades,
    /// 1, 2 and 5 times them.
    Parts,
    /// Multiples of one step.
    Steps,
}

/// Places by ascending position, and what they cost beyond their spacing.
#[derive(Clone, Debug, Default)]
struct Set {
    places: Vec<Place>,
    filled: usize,
    thinned: f64,
}

/// The labelled ticks of a warped axis, by ascending fraction; as [`super::ticks`] otherwise.
///
/// Two or more where two round values lie at different places, else what there is.
pub(crate) fn warped_ticks(warp: &Warp<'_>, length_px: f64, extent: &dyn Fn(&str) -> f64) -> Vec<Tick> {
    fitting_ticks(warp, Fit::new(length_px, extent))
}

/// The same for the room on an axis.
pub(super) fn fitting_ticks(warp: &Warp<'_>, fit: Fit<'_>) -> Vec<Tick> {
    let chooser = Chooser { warp, fit };
    let least_gap =
        |ticks: &[Tick]| ticks.windows(2).map(|pair| pair[1].fraction - pair[0].fraction).fold(f64::INFINITY, f64::min);
    let mut best: Option<(f64, Vec<Tick>)> = None;
    // Where no set fits, the one whose labels are farthest from each other.
    let mut crowded = labelled(&chooser.two());
    for set in chooser.sets() {
        let ticks = labelled(&set.places);
        if ticks.len() < 2 || !chooser.fit.holds(&ticks) {
            if ticks.len() > 1 && (crowded.len() < 2 || least_gap(&ticks) > least_gap(&crowded)) {
                crowded = ticks;
            }
            continue;
        }
        let cost = chooser.cost(&set);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, ticks));
        }
    }
    best.map_or(crowded, |(_, ticks)| ticks)
}

struct Chooser<'a> {
    warp: &'a Warp<'a>,
    fit: Fit<'a>,
}

impl Chooser<'_> {
    fn ascending(&self) -> (f64, f64) {
        let (a, b) = self.warp.limits;
        (a.min(b), a.max(b))
    }

    fn place(&self, value: Decimal) -> Option<Place> {
        let number = value.to_f64();
        let (lo, hi) = self.ascending();
        if !(lo..=hi).contains(&number) || self.warp.is_whole && number.fract() != 0.0 {
            return None;
        }
        let t = (self.warp.t_from_value)(number);
        (0.0..=1.0).contains(&t).then_some(Place { value, t })
    }

    /// The usual distance of two ticks.
    fn usual_px(&self) -> f64 {
        self.fit.length_px / self.fit.most as f64
    }

    /// The least distance of two neighbours.
    fn least_px(&self, a: Place, b: Place) -> f64 {
        let extent = |place: Place| (self.fit.extent)(&alone(place.value));
        ((extent(a) + extent(b)) / 2.0 + self.fit.gap_px).max(CLOSEST * self.usual_px())
    }

    /// Puts a place among others unless it would touch one.
    fn insert(&self, places: &mut Vec<Place>, place: Place) -> bool {
        let at = places.partition_point(|other| other.t < place.t);
        let is_apart = |other: Option<&Place>| {
            other.is_none_or(|other| (other.t - place.t).abs() * self.fit.length_px >= self.least_px(*other, place))
        };
        let fits = is_apart(at.checked_sub(1).and_then(|before| places.get(before))) && is_apart(places.get(at));
        if fits {
            places.insert(at, place);
        }
        fits
    }

    /// The place of the same value with the other sign, where the axis has it just as far from 0.
    fn mirror(&self, place: Place) -> Option<Place> {
        if place.value.digits == 0 {
            return None;
        }
        let other = self.place(Decimal { digits: -place.value.digits, ..place.value })?;
        let off = f64::midpoint(place.t, other.t) - (self.warp.t_from_value)(0.0);
        (off.abs() * self.fit.length_px < 0.5).then_some(other)
    }

    /// Puts a place among others, with its mirror where it has one: both or neither. How many were put.
    fn insert_both(&self, places: &mut Vec<Place>, place: Place) -> usize {
        let Some(mirror) = self.mirror(place) else { return usize::from(self.insert(places, place)) };
        if !self.insert(places, place) {
            return 0;
        }
        if self.insert(places, mirror) {
            return 2;
        }
        places.retain(|other| other.t != place.t);
        0
    }

    fn sets(&self) -> Vec<Set> {
        let (lo, hi) = self.ascending();
        let decades = STRIDES.into_iter().map(|stride| self.powers(&[1], stride));
        let mut rules: Vec<(Vec<Decimal>, Rule)> = decades.map(|values| (values, Rule::Decades)).collect();
        rules.push((self.powers(&[1, 2, 5], 1), Rule::Parts));
        if (SMALLEST_SPAN..=f64::MAX).contains(&(hi - lo)) {
            rules.extend(linear::candidates(lo, hi, self.fit.most).map(|values| (values, Rule::Steps)));
        }
        rules.push((Vec::new(), Rule::Decades));
        rules.into_iter().map(|(values, rule)| self.set(values, rule)).collect()
    }

    /// Plus and minus the digits times powers of ten between the limits, and 0.
    fn powers(&self, digits: &[i128], stride: i32) -> Vec<Decimal> {
        const ZERO: Decimal = Decimal { digits: 0, exponent: 0 };
        let (lo, hi) = self.ascending();
        let magnitude = |value: f64| libm::log10(value.abs()).floor() as i32;
        let top = magnitude(lo.abs().max(hi.abs()));
        let smallest = if lo <= 0.0 && hi >= 0.0 { f64::from_bits(1) } else { lo.abs().min(hi.abs()) };
        let bottom = magnitude(smallest).max(if self.warp.is_whole { 0 } else { i32::MIN });
        // Smaller ones all lie where 0 does.
        let zero_t = (self.warp.t_from_value)(0.0);
        let is_beside_zero = |exponent: i32| {
            let value = Decimal { digits: 1, exponent }.to_f64();
            [value, -value]
                .into_iter()
                .filter(|value| (lo..=hi).contains(value))
                .all(|value| ((self.warp.t_from_value)(value) - zero_t).abs() * self.fit.length_px < 1.0)
        };
        let has_zero = (lo..=hi).contains(&0.0);
        let exponents = (bottom..=top)
            .rev()
            .take_while(|exponent| *exponent == top || !has_zero || !is_beside_zero(*exponent))
            .filter(|exponent| exponent.rem_euclid(stride) == 0);
        let signed = exponents.flat_map(|exponent| {
            digits.iter().flat_map(move |&digits| [1, -1].map(|sign| Decimal { digits: sign * digits, exponent }))
        });
        signed.chain([ZERO]).collect()
    }

    /// Those of the values that do not touch each other, larger ones first, with wide gaps filled.
    ///
    /// Parts of decades and steps lose their rule with the values that are left out; steps that lie evenly keep theirs
    /// without values between them.
    fn set(&self, values: Vec<Decimal>, rule: Rule) -> Set {
        let mut candidates: Vec<Place> = values.into_iter().filter_map(|value| self.place(value)).collect();
        candidates.sort_by(|a, b| {
            let size = |place: &Place| place.value.to_f64().abs();
            (size(b) == 0.0).cmp(&(size(a) == 0.0)).then(size(b).total_cmp(&size(a)))
        });
        let mut set = Set::default();
        let in_all = candidates.len();
        for place in candidates {
            // The positive one of a pair brings the other.
            if place.value.digits >= 0 || self.mirror(place).is_none() {
                self.insert_both(&mut set.places, place);
            }
        }
        if rule != Rule::Decades {
            set.thinned = (in_all - set.places.len()) as f64 / in_all.max(1) as f64;
        }
        let gaps = set.places.windows(2).map(|pair| pair[1].t - pair[0].t);
        let (least, most) = gaps.fold((f64::INFINITY, 0.0_f64), |(least, most), gap| (least.min(gap), most.max(gap)));
        let is_even = set.places.len() == in_all && in_all > 2 && most <= EVEN * least;
        if !(rule == Rule::Steps && is_even) {
            self.fill(&mut set);
        }
        set
    }

    /// Puts the roundest value near the middle into every wide gap.
    fn fill(&self, set: &mut Set) {
        let mut tried_from = 0.0;
        while set.places.len() <= self.fit.most {
            let edges: Vec<f64> = set.places.iter().map(|place| place.t).collect();
            let starts = [0.0].into_iter().chain(edges.iter().copied());
            let ends = edges.iter().copied().chain([1.0]);
            let gap = starts.zip(ends).enumerate().find(|(i, (start, end))| {
                // Beyond the outermost tick half a gap is a whole one.
                let is_outer = *i == 0 || *i == edges.len();
                let wide = if is_outer { WIDE / 2.0 } else { WIDE };
                *start >= tried_from && (end - start) * self.fit.length_px > wide * self.usual_px()
            });
            let Some((i, (start, end))) = gap else { return };
            let margin =
                |place: Option<&Place>| place.map_or(0.0, |place| self.least_px(*place, *place) / self.fit.length_px);
            let from = start + margin(i.checked_sub(1).and_then(|before| set.places.get(before)));
            let to = end - margin(set.places.get(i));
            let is_very_wide = (end - start) * self.fit.length_px > VERY_WIDE * self.usual_px();
            let most_digits = set.places.iter().map(|place| roughness(place.value) as u32).max().unwrap_or(u32::MAX);
            let found = if from < to { self.roundest(from, to) } else { None }
                .filter(|place| is_very_wide || roughness(place.value) as u32 <= most_digits);
            match found.map_or(0, |place| self.insert_both(&mut set.places, place)) {
                0 => tried_from = end.max(start.next_up()),
                count => set.filled += count,
            }
        }
    }

    /// The value with the fewest digits between two positions, of several the one near the middle.
    fn roundest(&self, from: f64, to: f64) -> Option<Place> {
        const MOST_EXTRA_DIGITS: usize = 3;
        let (lo, hi) = self.ascending();
        let (a, b) = ((self.warp.value_from_t)(from), (self.warp.value_from_t)(to));
        let (a, b) = (a.min(b).max(lo), a.max(b).min(hi));
        if a.is_nan() || b.is_nan() || a > b {
            return None;
        }
        if a <= 0.0 && b >= 0.0 {
            return self.place(Decimal { digits: 0, exponent: 0 });
        }
        let (sign, small, large) = if a > 0.0 { (1, a, b) } else { (-1, -b, -a) };
        let top = libm::log10(large).floor() as i32;
        let mut tried = 0;
        for exponent in (if self.warp.is_whole { 0 } else { top - 15 }..=top).rev() {
            let step = Decimal { digits: 1, exponent }.to_f64();
            let (first, last) = ((small / step).ceil(), (large / step).floor());
            if first > last || !last.is_finite() || last > 1e16 {
                continue;
            }
            // Some twenty at most: with more, a larger step would have had one.
            let best = (first as i128..=(last as i128).min(first as i128 + 40))
                .filter_map(|digits| self.place(Decimal { digits: sign * digits, exponent }))
                .filter(|place| (from..=to).contains(&place.t))
                .map(|place| {
                    let off = (place.t - f64::midpoint(from, to)).abs() / (to - from);
                    (off + roughness(place.value), place)
                })
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, place)) = best {
                return Some(place);
            }
            tried += 1;
            if tried > MOST_EXTRA_DIGITS {
                break;
            }
        }
        None
    }

    /// Uneven gaps, digits, and exceptions from the rule.
    fn cost(&self, set: &Set) -> f64 {
        let places = &set.places;
        let usual = (1.0 / self.fit.most as f64).max(f64::MIN_POSITIVE);
        let between: f64 = places.windows(2).map(|pair| (pair[1].t - pair[0].t).powi(2)).sum();
        let outside = places.first().map_or(1.0, |first| first.t.powi(2))
            + places.last().map_or(1.0, |last| (1.0 - last.t).powi(2));
        let count = places.len().max(1) as f64;
        let roughness: f64 = places.iter().map(|place| roughness(place.value)).sum();
        (between + 2.0 * outside) / usual
            + DIGIT_COST * roughness / count
            + FILLED_COST * set.filled as f64 / count
            + THINNED_COST * set.thinned
    }

    /// Two values as far apart as can be, though their labels may touch.
    fn two(&self) -> Vec<Place> {
        let ends = [(0.0, 0.3), (0.7, 1.0), (0.0, 0.5), (0.5, 1.0), (0.0, 1.0)];
        let mut places: Vec<Place> = ends.iter().filter_map(|(from, to)| self.roundest(*from, *to)).collect();
        places.sort_by(|a, b| a.t.total_cmp(&b.t));
        places.dedup_by(|a, b| a.t == b.t);
        match places.as_slice() {
            [first, .., last] => vec![*first, *last],
            _ => places,
        }
    }
}

/// 0 for powers of ten, more for other digits and for more of them.
fn roughness(value: Decimal) -> f64 {
    let digits = value.trimmed().digits.unsigned_abs();
    let count = digits.checked_ilog10().unwrap_or(0);
    let last = match digits % 10 {
        0 | 1 => 0.0,
        2 | 5 => 0.15,
        _ => 0.6,
    };
    f64::from(count) + last
}

fn labelled(places: &[Place]) -> Vec<Tick> {
    let values: Vec<Decimal> = places.iter().map(|place| place.value.trimmed()).collect();
    places.iter().zip(spread_labels(&values)).map(|(place, label)| Tick::major(place.t, label)).collect()
}

#[cfg(test)]
mod tests;
