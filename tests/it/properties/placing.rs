//! Places of values against an oracle that looks through all edges, and divides integers in 128 bits.

use pointillist::data::chunk::{Chunk, Column, Data, Logical, Origin, Role, Values};
use pointillist::encode::{Encoder, Opacity, Paint};
use pointillist::mark::Marks;
use pointillist::program::{Footprint, Size};
use pointillist::scale::Scale;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::{LONG, holds};
use crate::harness::Random;

/// The bin of a number by numpy's edges, all of them looked at: -1 below, `n` above, `None` for what is no number.
fn bin(value: f64, lo: f64, hi: f64, n: u32) -> Option<i64> {
    if !value.is_finite() {
        return None;
    }
    if value < lo {
        return Some(-1);
    }
    if value >= hi {
        return Some(if value == hi { i64::from(n) - 1 } else { i64::from(n) });
    }
    let step = (hi - lo) / f64::from(n);
    let begun = (0..n).filter(|i| f64::from(*i) * step + lo <= value).count();
    Some(begun as i64 - 1)
}

/// Limits of every kind that people and bugs give.
fn limits(random: &mut Random) -> (f64, f64) {
    let sign = |random: &mut Random| if random.next().is_multiple_of(2) { 1.0 } else { -1.0 };
    let far = |random: &mut Random, most: i32| {
        sign(random) * random.unit() * 10f64.powi((random.next() % (2 * most as u64)) as i32 - most)
    };
    let (lo, span) = match random.next() % 9 {
        0 => (0.0, 1.0),
        // An offset of 1e9 with a span of 1e-3.
        1 => (1e9 + random.unit(), 1e-3),
        2 => (sign(random) * 9_007_199_254_740_992.0 - 4.0, 8.0),
        3 => (-1e308, 1.7e308),
        4 => (0.0, 2.3e-300 + random.unit() * 1e-299),
        5 => ((random.next() % 100) as f64, (1 + random.next() % 1000) as f64),
        6 => (-(random.unit() * 50.0), 100.0),
        _ => (far(random, 12), far(random, 9).abs()),
    };
    let hi = lo + span;
    // Some ulps apart at least.
    if hi > lo { (lo, hi) } else { (lo, lo + lo.abs() * 1e-12 + 1e-9) }
}

/// Values within, around, at the edges of, and far from an axis, and no numbers at all.
fn value(random: &mut Random, lo: f64, hi: f64, n: u32) -> f64 {
    let step = (hi - lo) / f64::from(n);
    let edge = (random.next() % u64::from(n + 1)) as f64 * step + lo;
    match random.next() % 16 {
        0 => lo,
        1 => hi,
        2 => [0.0, -0.0, f64::MIN_POSITIVE, 5e-324, -5e-324, 1e308, -1e308, f64::MAX][(random.next() % 8) as usize],
        // A NaN of any payload, an infinity.
        3 => f64::from_bits(0x7ff0_0000_0000_0000 | random.next()),
        4 => f64::from_bits(random.next()),
        5 => edge,
        6 => edge.next_up(),
        7 => edge.next_down(),
        8 => lo.next_down(),
        9 => hi.next_up(),
        10 => (random.next() % 2000) as f64 - 1000.0,
        11 => lo - random.unit() * (hi - lo),
        _ => lo + random.unit() * (hi - lo),
    }
}

fn binning_law(seed: u64) -> Result<(), TestCaseError> {
    let mut random = Random(seed);
    let (lo, hi) = limits(&mut random);
    let n = [1, 2, 3, 7, 10, 100, 640, 1000, 4096][(random.next() % 9) as usize];
    let Ok(scale) = Scale::linear(lo, hi) else { return Ok(()) };
    let values: Vec<f64> = (0..300).map(|_| value(&mut random, lo, hi, n)).collect();
    let is_flipped = random.next().is_multiple_of(2);
    check_bins(&scale, &values, &values, (lo, hi), n, is_flipped)?;
    // The same on a log axis, whose edges are those of the logarithms.
    let (lo, hi) = (10f64.powf(random.unit() * 600.0 - 300.0), 10f64.powf(random.unit() * 600.0 - 300.0));
    let (lo, hi) = (lo.min(hi), lo.max(hi));
    let Ok(scale) = Scale::log(lo, hi) else { return Ok(()) };
    let values: Vec<f64> = (0..300)
        .map(|at| if at % 3 == 0 { lo * libm::pow(hi / lo, random.unit()) } else { value(&mut random, lo, hi, n) })
        .collect();
    let bent: Vec<f64> = values.iter().map(|v| if *v > 0.0 { libm::log10(*v) } else { f64::NAN }).collect();
    check_bins(&scale, &values, &bent, (libm::log10(lo), libm::log10(hi)), n, is_flipped)
}

fn check_bins(
    scale: &Scale,
    values: &[f64],
    bent: &[f64],
    (lo, hi): (f64, f64),
    n: u32,
    is_flipped: bool,
) -> Result<(), TestCaseError> {
    let mut positions = vec![0; values.len()];
    scale.binning(n, is_flipped).positions_f64(values, &mut positions);
    for ((value, bent), position) in values.iter().zip(bent).zip(&positions) {
        let expected = bin(*bent, lo, hi, n);
        let found =
            (*position != pointillist::scale::INVALID).then(|| i64::from(*position >> 8).clamp(-1, i64::from(n)));
        let found = found.map(|found| if is_flipped { i64::from(n) - 1 - found } else { found });
        prop_assert_eq!(found, expected, "{:e} ({:x}) on {:e}..{:e} of {} bins", value, value.to_bits(), lo, hi, n);
    }
    Ok(())
}

fn integers_law(seed: u64) -> Result<(), TestCaseError> {
    let mut random = Random(seed);
    let any = |random: &mut Random| i128::from(random.next() as i64 >> (random.next() % 63));
    let (a, b) = (any(&mut random), any(&mut random));
    // Also times a step from each other, and beyond 64 bits.
    let far = if random.next().is_multiple_of(4) { 1 << 66 } else { 0 };
    let (lo, hi) = (a.min(b) - far, a.max(b) + if a == b { 1 } else { far });
    let n = [1, 3, 64, 1000][(random.next() % 4) as usize];
    let binning = Scale::integers(lo, hi).unwrap().binning(n, false);
    let span = hi - lo;
    let values: Vec<i128> = (0..200)
        .map(|at| match at % 5 {
            0 => [lo, hi, lo - 1, hi + 1, lo + 1, hi - 1][(random.next() % 6) as usize],
            1 => lo + span * i128::from(random.next() % 1000) / 1000,
            2 => any(&mut random),
            // Right at the edge of a bin, or one beside.
            _ => {
                lo + span * i128::from(random.next() % u64::from(n + 1)) / i128::from(n) + i128::from(random.next() % 3)
                    - 1
            }
        })
        .collect();
    let mut positions = vec![0; values.len()];
    binning.positions_int(values.iter().copied(), &mut positions);
    for (value, position) in values.iter().zip(&positions) {
        let steps = i128::from(n) * 256;
        let exact = if *value == hi { steps - 1 } else { ((value - lo) * steps).div_euclid(span) };
        let expected = exact.clamp(-1, steps);
        prop_assert_eq!(i128::from(*position).clamp(-1, steps), expected, "{} on {}..{} of {} bins", value, lo, hi, n);
    }
    Ok(())
}

/// A column of any type, and what each row holds.
fn column(random: &mut Random, rows: usize, (lo, hi): (f64, f64), n: u32) -> (Column<'static>, Vec<Option<f64>>) {
    let floats: Vec<f64> = (0..rows).map(|_| value(random, lo, hi, n)).collect();
    let near = |random: &mut Random| (lo + random.unit() * (hi - lo) * 1.2).clamp(-9e15, 9e15);
    let (data, numbers): (Data<'static>, Vec<f64>) = match random.next() % 4 {
        0 => {
            let values: Vec<f32> = floats.iter().map(|value| *value as f32).collect();
            let numbers = values.iter().map(|value| f64::from(*value)).collect();
            (Data::F32(values.into()), numbers)
        }
        1 => {
            let values: Vec<i64> = (0..rows).map(|_| near(random) as i64).collect();
            let numbers = values.iter().map(|value| *value as f64).collect();
            (Data::I64(values.into()), numbers)
        }
        2 => {
            let values: Vec<u64> = (0..rows).map(|_| near(random) as u64).collect();
            let numbers = values.iter().map(|value| *value as f64).collect();
            (Data::U64(values.into()), numbers)
        }
        _ => (Data::F64(floats.clone().into()), floats),
    };
    let mut column = Column::new(data, Logical::Number { integer: false });
    let flags: Vec<u8> = (0..rows).map(|_| u8::from(!random.next().is_multiple_of(9))).collect();
    if random.next().is_multiple_of(2) {
        let numbers = numbers.into_iter().zip(&flags).map(|(number, flag)| (*flag == 1).then_some(number)).collect();
        column.validity = Some(Values::Owned(flags));
        return (column, numbers);
    }
    (column, numbers.into_iter().map(Some).collect())
}

fn cells_law(seed: u64) -> Result<(), TestCaseError> {
    let mut random = Random(seed);
    let (xs, ys) = (limits(&mut random), limits(&mut random));
    let (Ok(x), Ok(y)) = (Scale::linear(xs.0, xs.1), Scale::linear(ys.0, ys.1)) else { return Ok(()) };
    let (width, height) = (1 + (random.next() % 70) as u32, 1 + (random.next() % 50) as u32);
    let rows = (random.next() % 2500) as usize;
    let (x_column, x_numbers) = column(&mut random, rows, xs, width);
    let (y_column, y_numbers) = column(&mut random, rows, ys, height);
    let chunk = Chunk::new(Origin::default(), rows, vec![x_column, y_column]).unwrap();
    let encoder = Encoder::new(
        (x.binning(width, false), y.binning(height, true)),
        Size::new(width, height).unwrap(),
        Footprint::Cell,
        vec![Role::X, Role::Y],
        Paint::Constant([0; 3]),
        Opacity::Constant(1.0),
        Vec::new(),
    )
    .unwrap();
    let (prepared, mut batch) = (encoder.prepare(&chunk).unwrap(), encoder.no_batch());
    // In two parts, as threads take them.
    let cut = (random.next() % (rows as u64 + 1)) as usize;
    let tallies = [0..cut, cut..rows].map(|part| encoder.encode(&prepared, part, &mut batch));
    let (mut expected, mut outside, mut invalid) = (Vec::new(), 0, 0);
    for (x, y) in x_numbers.iter().zip(&y_numbers) {
        let x = x.and_then(|x| bin(x, xs.0, xs.1, width));
        let y = y.and_then(|y| bin(y, ys.0, ys.1, height));
        match (x, y) {
            (Some(x), Some(y)) if (0..i64::from(width)).contains(&x) && (0..i64::from(height)).contains(&y) => {
                expected.push((i64::from(height) - 1 - y) * i64::from(width) + x);
            }
            (Some(_), Some(_)) => outside += 1,
            _ => invalid += 1,
        }
    }
    let Marks::Cells(cells) = &batch.marks else { return Err(TestCaseError::fail("cells are asked for")) };
    prop_assert_eq!(cells.iter().map(|cell| i64::from(cell.0)).collect::<Vec<_>>(), expected.clone());
    let sum = |count: fn(&pointillist::ledger::Tally) -> u64| tallies.iter().map(count).sum::<u64>();
    let found = (
        sum(|tally| tally.drawn),
        sum(|tally| tally.outside.sum()),
        sum(|tally| tally.invalid.iter().map(|(_, rows, _)| rows).sum()),
    );
    prop_assert_eq!(found, (expected.len() as u64, outside, invalid));
    Ok(())
}

#[test]
fn properties_bins_are_those_of_all_edges() {
    holds(100, any::<u64>(), binning_law);
}

#[test]
fn properties_integers_are_divided_exactly() {
    holds(150, any::<u64>(), integers_law);
}

#[test]
fn properties_cells_and_counts_are_those_of_the_oracle() {
    holds(100, any::<u64>(), cells_law);
}

#[test]
#[ignore = "long: tests/fire.sh"]
fn long_properties_placing() {
    holds(LONG / 4, any::<u64>(), binning_law);
    holds(LONG, any::<u64>(), integers_law);
    holds(LONG / 4, any::<u64>(), cells_law);
    println!("placing: {} cases", LONG / 2 + LONG);
}
