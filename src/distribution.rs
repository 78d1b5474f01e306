//! How often each value occurs, in bounded memory: what percentiles and equalised colours are read from.
//!
//! An integer histogram of order-preserving keys, `key >> shift`, with the smallest shift that keeps at most 65,536
//! occupied entries. It depends only on the multiset of values, never on the order of adding or merging: more values
//! never need a smaller shift, so coarsening on the way arrives where all values at once would have.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::keys::{f64_from_key, key_from_f64};

/// Occupied entries kept: a megabyte, and steps of 1/65,536 at worst where values are spread evenly.
pub const MOST_ENTRIES: usize = 1 << 16;

/// Whole numbers below this are counted in a table before they are looked up: it stays in the fastest cache.
const SMALL: usize = 1 << 11;

type Entries = HashMap<u64, u64, BuildHasherDefault<KeyHasher>>;

/// Counts of values.
///
/// # Guarantees
/// Two with the same values are equal, however they came together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    /// Low bits of a key that an entry does not tell apart.
    shift: u32,
    /// Counts by `key >> shift`.
    entries: Entries,
    /// The smallest and the largest key of all.
    ends: Option<(u64, u64)>,
    total: u64,
}

impl Distribution {
    /// Counts one value; what is not finite is no value, and -0 is 0.
    pub fn add(&mut self, value: f64) {
        self.add_many(value, 1);
    }

    /// Counts all values as [`Self::add`] does, fast where most are small whole numbers: pass a plane at once, not a row.
    pub fn add_all(&mut self, values: impl IntoIterator<Item = f64>) {
        let mut small = vec![0_u64; SMALL];
        for value in values {
            // `as` saturates, and turns NaN into 0, which is not equal to it.
            let whole = value as usize;
            match small.get_mut(whole) {
                Some(count) if whole as f64 == value => *count += 1,
                _ => self.add(value),
            }
        }
        for (value, count) in small.into_iter().enumerate() {
            self.add_many(value as f64, count);
        }
    }

    /// Counts a value that occurs `count` times.
    pub fn add_many(&mut self, value: f64, count: u64) {
        if !value.is_finite() || count == 0 {
            return;
        }
        let key = key_from_f64(value + 0.0);
        self.ends = Some(self.ends.map_or((key, key), |(least, most)| (least.min(key), most.max(key))));
        self.total += count;
        *self.entries.entry(key >> self.shift).or_insert(0) += count;
        self.coarsen();
    }

    /// Counts the values of another one, too.
    pub fn merge(&mut self, other: &Self) {
        let Some((least, most)) = other.ends else { return };
        self.ends = Some(self.ends.map_or((least, most), |ends| (ends.0.min(least), ends.1.max(most))));
        self.total += other.total;
        if self.shift < other.shift {
            self.coarsen_to(other.shift);
        }
        for (entry, count) in &other.entries {
            // Coarsening on the way keeps the sum of two large ones from being held whole.
            *self.entries.entry(entry >> (self.shift - other.shift)).or_insert(0) += count;
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        while self.entries.len() > MOST_ENTRIES {
            self.coarsen_to(self.shift + 1);
        }
    }

    fn coarsen_to(&mut self, shift: u32) {
        let by = shift - self.shift;
        let mut coarse = Entries::with_capacity_and_hasher(self.entries.len(), BuildHasherDefault::default());
        for (entry, count) in self.entries.drain() {
            *coarse.entry(entry >> by).or_insert(0) += count;
        }
        (self.entries, self.shift) = (coarse, shift);
    }

    /// How many values there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether every value has an entry of its own: [`Self::steps`] are the values themselves.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.shift == 0
    }

    /// The smallest value, exactly; `None` without values.
    #[must_use]
    pub fn least(&self) -> Option<f64> {
        self.ends.map(|(least, _)| f64_from_key(least))
    }

    /// The largest value, exactly; `None` without values.
    #[must_use]
    pub fn most(&self) -> Option<f64> {
        self.ends.map(|(_, most)| f64_from_key(most))
    }

    /// The value of nearest rank: the smallest one whose share of values at or below it is at least `percent` (clamped to
    /// 0..=100; 0 gives the smallest, 100 the largest); `None` without values and for NaN.
    ///
    /// Where it is not exact it is the lower edge of its entry, but never less than the smallest value; both ends are
    /// exact always.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        if percent.is_nan() {
            return None;
        }
        let rank = ((percent.clamp(0.0, 100.0) * self.total as f64 / 100.0).ceil() as u64).clamp(1, self.total.max(1));
        if rank == self.total {
            return self.most();
        }
        let mut below = 0;
        let step = self.steps().into_iter().find(|(_, count)| {
            below += count;
            below >= rank
        });
        step.map(|(value, _)| value)
    }

    /// The values in ascending order with their counts; where it is not exact, lower edges of entries, the first one the
    /// smallest value.
    #[must_use]
    pub fn steps(&self) -> Vec<(f64, u64)> {
        self.steps_within(f64::MIN, f64::MAX)
    }

    /// The steps of the values from `lo` to `hi`, both included; none when `lo > hi` or one is NaN.
    ///
    /// Where it is not exact, entries at the limits count whole, and the first one begins at `lo`.
    #[must_use]
    pub fn steps_within(&self, lo: f64, hi: f64) -> Vec<(f64, u64)> {
        let Some((least, most)) = self.ends.filter(|_| lo <= hi) else { return Vec::new() };
        let (lo, hi) = (key_from_f64(lo + 0.0).max(least), key_from_f64(hi + 0.0).min(most));
        if lo > hi {
            return Vec::new();
        }
        let within = lo >> self.shift..=hi >> self.shift;
        let mut entries: Vec<(u64, u64)> = self
            .entries
            .iter()
            .map(|(entry, count)| (*entry, *count))
            .filter(|(entry, _)| within.contains(entry))
            .collect();
        entries.sort_unstable();
        entries.into_iter().map(|(entry, count)| (f64_from_key((entry << self.shift).max(lo)), count)).collect()
    }
}

/// Multiplies and folds: keys of whole numbers differ in their upper bits only, and every bit has to count.
#[derive(Clone, Copy, Debug, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        // An odd constant without a pattern: the golden ratio's fraction.
        let product = u128::from(self.0 ^ key) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[f64]) -> Distribution {
        let mut distribution = Distribution::default();
        values.iter().for_each(|value| distribution.add(*value));
        distribution
    }

    /// A sequence of well spread numbers in 0..1 (a Weyl sequence).
    fn spread(len: u32) -> Vec<f64> {
        (0..len).map(|i| (f64::from(i) * 0.618_033_988_749_894_9).fract()).collect()
    }

    #[test]
    fn percentiles_are_of_nearest_rank() {
        // Wikipedia's example of nearest rank: 15, 20, 35, 40, 50 at 5, 30, 40, 50 and 100 %.
        let ages = of(&[35.0, 50.0, 15.0, 40.0, 20.0]);
        let found = [5.0, 30.0, 40.0, 50.0, 100.0].map(|percent| ages.percentile(percent).expect("values"));
        assert_eq!(found, [15.0, 20.0, 20.0, 35.0, 50.0]);
        assert_eq!(
            (ages.percentile(0.0), ages.percentile(-3.0), ages.percentile(120.0)),
            (Some(15.0), Some(15.0), Some(50.0))
        );
        assert_eq!(ages.percentile(f64::NAN), None);
        assert_eq!(Distribution::default().percentile(50.0), None);
    }

    #[test]
    fn only_finite_numbers_are_values_and_there_is_one_zero() {
        let distribution = of(&[f64::NAN, f64::INFINITY, 0.0, -0.0, f64::NEG_INFINITY, -2.0]);
        assert_eq!(distribution.steps(), [(-2.0, 1), (0.0, 2)]);
        assert_eq!((distribution.total(), distribution.least(), distribution.most()), (3, Some(-2.0), Some(0.0)));
        assert!(distribution.percentile(100.0).is_some_and(f64::is_sign_positive));
    }

    #[test]
    fn all_at_once_is_one_by_one() {
        let mut values = spread(100_000);
        values.extend([0.0, -0.0, -1.0, 0.5, 2047.0, 2048.0, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        values.extend((0..5_000).map(|i| f64::from(i % 70)));
        let mut all = Distribution::default();
        all.add_all(values.iter().copied());
        assert!(all == of(&values));
    }

    #[test]
    fn coarse_entries_hold_every_value_and_no_shift_is_larger_than_needed() {
        let values = spread(200_000);
        let distribution = of(&values);
        let occupied = |shift: u32| {
            values.iter().map(|value| key_from_f64(*value) >> shift).collect::<std::collections::HashSet<_>>().len()
        };
        let needed = (0..64).find(|shift| occupied(*shift) <= MOST_ENTRIES).expect("some shift");
        assert_eq!((distribution.shift, distribution.entries.len()), (needed, occupied(needed)));
        assert!(!distribution.is_exact());
        assert_eq!(distribution.steps().iter().map(|step| step.1).sum::<u64>(), 200_000);
        // Floats near 1 are densest: an entry there is as wide as its shift says.
        let width = f64_from_key(key_from_f64(0.5) + (1 << needed)) - 0.5;
        for percent in [1.0, 25.0, 50.0, 99.0] {
            let found = distribution.percentile(percent).expect("values");
            assert!((found - percent / 100.0).abs() <= width + 1e-4, "{percent}: {found}, entries of {width}");
        }
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(
            (distribution.percentile(0.0), distribution.percentile(100.0)),
            (Some(sorted[0]), sorted.last().copied())
        );
    }

    #[test]
    fn order_and_parts_do_not_matter_when_entries_are_coarse() {
        let values = spread(150_000);
        let whole = of(&values);
        let mut backwards = values.clone();
        backwards.reverse();
        assert!(of(&backwards) == whole, "backwards");
        let (few, many) = values.split_at(10_000);
        for (first, second) in [(few, many), (many, few)] {
            let mut merged = of(first);
            merged.merge(&of(second));
            assert!(merged == whole, "merged");
        }
        let mut merged = Distribution::default();
        merged.merge(&whole);
        merged.merge(&Distribution::default());
        assert!(merged == whole, "nothing more");
    }

    #[test]
    fn steps_within_limits_are_those_of_the_values_there() {
        let distribution = of(&[1.0, 2.0, 2.0, 5.0, -3.0]);
        assert_eq!(distribution.steps_within(1.0, 5.0), [(1.0, 1), (2.0, 2), (5.0, 1)]);
        assert_eq!(distribution.steps_within(1.5, 4.0), [(2.0, 2)]);
        assert_eq!(distribution.steps_within(-0.0, 0.5), []);
        assert_eq!(distribution.steps_within(6.0, 9.0), []);
        assert_eq!(distribution.steps_within(2.0, 1.0), []);
        let coarse = of(&spread(100_000));
        let steps = coarse.steps_within(0.25, 0.75);
        assert!((steps[0].0 - 0.25).abs() < 1e-4 && steps[0].0 >= 0.25, "{:?}", steps[0]);
        let inside = steps.iter().map(|step| step.1).sum::<u64>();
        assert!(inside.abs_diff(50_000) < 10, "{inside}");
    }

    proptest! {
        #[test]
        fn small_ones_equal_sorting(mut values in prop::collection::vec(-20i32..20, 1..200), percent in 0.0..100.0f64, at in 0usize..200) {
            let floats: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
            let (left, right) = floats.split_at(at.min(floats.len()));
            let mut distribution = of(left);
            distribution.merge(&of(right));
            prop_assert!(distribution == of(&floats));
            values.sort_unstable();
            let found = distribution.percentile(percent).expect("values");
            let share = |value: f64| 100.0 * values.iter().filter(|other| f64::from(**other) <= value).count() as f64 / values.len() as f64;
            prop_assert!(share(found) >= percent - 1e-9);
            prop_assert!(values.iter().map(|value| f64::from(*value)).filter(|value| *value < found).all(|value| share(value) < percent + 1e-9));
        }
    }
}
