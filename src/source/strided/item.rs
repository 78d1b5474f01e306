//! One column of a record: where it lies, how it is stored, and what its values become.
//!
//! Values become exactly what the format says they mean: every conversion rounds at most once.

use crate::data::chunk::{Data, Logical};
use crate::source::scalar::Scalar;

/// Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar.
const DAYS_TO_1970: i128 = 719_468;

/// How a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// A number.
    Number(Scalar),
    /// Text of a fixed size, filled up with NUL.
    Text {
        /// The size of one in bytes.
        len_bytes: usize,
        /// True for code points of four bytes, false for UTF-8.
        is_wide: bool,
    },
}

impl Stored {
    /// The size of one.
    #[must_use]
    pub fn len_bytes(self) -> usize {
        match self {
            Self::Number(scalar) => scalar.len_bytes(),
            Self::Text { len_bytes, .. } => len_bytes,
        }
    }
}

/// What a stored value becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// Itself; of times `i64::MIN` is null, as NumPy's NaT.
    AsIs,
    /// The IEEE 754 half float whose bits it is.
    Half,
    /// `value * scale + offset` in f64, in this order; null where it equals `no_data`.
    Scaled {
        /// The size of a step.
        scale: f64,
        /// The value of 0.
        offset: f64,
        /// The stored value that means none.
        no_data: Option<f64>,
    },
    /// Some bits of an integer: `(value >> shift) & mask`.
    Bits {
        /// Bits below.
        shift: u32,
        /// The bits themselves.
        mask: i64,
    },
    /// So many steps of a time unit; null for `i64::MIN` and where an i64 cannot hold them.
    Steps {
        /// Steps in one.
        factor: i64,
    },
    /// `value * multiply / divide` seconds, rounded once to f64; null for `i64::MIN`.
    Seconds {
        /// Numerator, at most `u32::MAX * 604_800`.
        multiply: u64,
        /// Denominator, 1 to 10^18.
        divide: u64,
    },
    /// The first day of the month that lies so many times `factor` months after January 1970; null for `i64::MIN`.
    Months {
        /// Months in one.
        factor: i64,
    },
}

/// One column of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Bytes of the record before it.
    pub offset_bytes: usize,
    /// How it is stored.
    pub stored: Stored,
    /// True when the most significant byte comes first.
    pub big_endian: bool,
    /// What its values become.
    pub reading: Reading,
    /// What they mean.
    pub logical: Logical,
}

impl Item {
    /// A number as it is.
    #[must_use]
    pub fn number(offset_bytes: usize, scalar: Scalar, big_endian: bool) -> Self {
        let (stored, logical) = (Stored::Number(scalar), scalar.logical());
        Self { offset_bytes, stored, big_endian, reading: Reading::AsIs, logical }
    }
}

impl Reading {
    /// Turns stored numbers into values and, where some are null, flags.
    pub(super) fn apply(self, data: Data<'static>, logical: &Logical) -> (Data<'static>, Option<Vec<u8>>) {
        let is_time = matches!(logical, Logical::Time { .. } | Logical::Date);
        match (self, data) {
            (Self::AsIs, Data::I64(values)) if is_time && values.contains(&i64::MIN) => integers(&values, Some),
            (Self::Half, Data::I64(values)) => {
                (Data::F32(values.iter().map(|&bits| half(bits as u16)).collect::<Vec<_>>().into()), None)
            }
            (Self::Bits { shift, mask }, Data::I64(values)) => {
                (Data::I64(values.iter().map(|value| (value >> shift) & mask).collect::<Vec<_>>().into()), None)
            }
            (Self::Steps { factor }, Data::I64(values)) => integers(&values, |value| value.checked_mul(factor)),
            (Self::Months { factor }, Data::I64(values)) => integers(&values, |value| days(value, factor)),
            (Self::Seconds { multiply, divide }, Data::I64(values)) => {
                let second =
                    |&value: &i64| if value == i64::MIN { f64::NAN } else { quotient(value, multiply, divide) };
                let flags =
                    values.contains(&i64::MIN).then(|| values.iter().map(|v| u8::from(*v != i64::MIN)).collect());
                (Data::F64(values.iter().map(second).collect::<Vec<_>>().into()), flags)
            }
            (Self::Scaled { .. }, Data::I64(values)) => self.scale(values.iter().map(|&value| value as f64)),
            (Self::Scaled { .. }, Data::U64(values)) => self.scale(values.iter().map(|&value| value as f64)),
            (Self::Scaled { .. }, Data::F32(values)) => self.scale(values.iter().map(|&value| f64::from(value))),
            (Self::Scaled { .. }, Data::F64(values)) => self.scale(values.iter().copied()),
            (_, data) => (data, None),
        }
    }

    fn scale(self, values: impl Iterator<Item = f64> + Clone) -> (Data<'static>, Option<Vec<u8>>) {
        let Self::Scaled { scale, offset, no_data } = self else { return (Data::F64(Vec::new().into()), None) };
        let scaled: Vec<f64> = values.clone().map(|value| value * scale + offset).collect();
        let flags = no_data.map(|none| values.map(|value| u8::from(value != none)).collect::<Vec<u8>>());
        (Data::F64(scaled.into()), flags.filter(|flags| flags.contains(&0)))
    }
}

/// Integers with a null where there is none, and for `i64::MIN`.
fn integers(values: &[i64], convert: impl Fn(i64) -> Option<i64>) -> (Data<'static>, Option<Vec<u8>>) {
    let convert = |&value: &i64| if value == i64::MIN { None } else { convert(value) };
    let converted: Vec<Option<i64>> = values.iter().map(convert).collect();
    let flags = converted.contains(&None).then(|| converted.iter().map(|value| u8::from(value.is_some())).collect());
    (Data::I64(converted.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().into()), flags)
}

/// A half float (IEEE 754 binary16) by its bits; exact.
fn half(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let (exponent, fraction) = (u32::from((bits >> 10) & 0x1f), u32::from(bits & 0x3ff));
    match exponent {
        0 => f32::from_bits((fraction as f32 / 16_777_216.0).to_bits() | sign),
        31 => f32::from_bits(sign | 0x7f80_0000 | (fraction << 13)),
        _ => f32::from_bits(sign | ((exponent + 112) << 23) | (fraction << 13)),
    }
}

/// `value * multiply / divide`, rounded once: the quotient is taken to at least 56 bits, its last one sticky.
fn quotient(value: i64, multiply: u64, divide: u64) -> f64 {
    // At most 63 + 52 bits.
    let product = u128::from(value.unsigned_abs()) * u128::from(multiply);
    if product == 0 {
        return 0.0;
    }
    let (shift, divide) = (product.leading_zeros() - 1, u128::from(divide));
    let (whole, rest) = ((product << shift) / divide, (product << shift) % divide);
    let magnitude = (whole | u128::from(rest != 0)) as f64 * f64::from_bits(u64::from(1023 - shift) << 52);
    if value < 0 { -magnitude } else { magnitude }
}

/// Days from 1970-01-01 to the first of a month (H. Hinnant, days_from_civil).
fn days(value: i64, factor: i64) -> Option<i64> {
    let months = i128::from(value) * i128::from(factor) + 1970 * 12;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
    // Years begin in March, so that the leap day is the last.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * month + 2) / 5;
    i64::try_from(era * 146_097 + day_of_era - DAYS_TO_1970).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_floats_are_exact() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:x}");
        }
        assert!(half(0x7e00).is_nan());
        assert_eq!(half(0x8000).to_bits(), (-0.0_f32).to_bits());
    }

    #[test]
    fn quotients_are_rounded_once() {
        assert_eq!(quotient(1, 1, 1_000_000_000), 1e-9);
        assert_eq!(quotient(-1500, 1, 1000), -1.5);
        assert_eq!(quotient(7, 604_800, 1), 4_233_600.0);
        // i64 to f64 to quotient would round twice: 9007199254740993 / 10^9 (by Python's fractions).
        assert_eq!(quotient(9_007_199_254_740_993, 1, 1_000_000_000), 9_007_199.254_740_993);
        assert_eq!(quotient(i64::MAX, 1, 1_000_000_000_000_000_000), 9.223_372_036_854_776);
        assert_eq!(quotient(0, 5, 7), 0.0);
    }

    #[test]
    fn months_begin_on_their_first_day() {
        assert_eq!(days(0, 1), Some(0));
        assert_eq!(days(1, 1), Some(31));
        assert_eq!(days(2, 1), Some(59));
        assert_eq!(days(54, 12), Some(19_723), "2024-01-01");
        assert_eq!(days(-1, 1), Some(-31));
        assert_eq!(days(-370, 12), Some(-135_140), "1600-01-01");
        assert_eq!(days(i64::MAX, 12 * i64::from(i32::MAX)), None);
    }
}
