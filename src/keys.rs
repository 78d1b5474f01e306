//! Numbers as u64 keys in the same order, and back.
//!
//! Only integers are compared and counted where results must not depend on who computes them: what is said of keys
//! (order, equality, ranges of keys) holds of the numbers. Owns no counting: see [`crate::distribution`].

const SIGN: u64 = 1 << 63;

/// The key of a float: a smaller number has a smaller key, -0 comes right before 0.
///
/// Infinities come at the ends, NaN beyond them; whoever wants neither sorts them out before.
#[must_use]
pub fn key_from_f64(value: f64) -> u64 {
    let bits = value.to_bits();
    // Floats are sign and magnitude: negative ones turn round, all move up by half of the keys.
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The float of a key of [`key_from_f64`].
#[must_use]
pub fn f64_from_key(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key ^ SIGN })
}

/// The key of a signed integer; an unsigned one is its own.
#[must_use]
pub fn key_from_i64(value: i64) -> u64 {
    value.cast_unsigned() ^ SIGN
}

/// The integer of a key of [`key_from_i64`].
#[must_use]
pub fn i64_from_key(key: u64) -> i64 {
    (key ^ SIGN).cast_signed()
}

/// Which values the keys of a column stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Finite floats.
    F64,
    /// Signed integers, times, dates, bools.
    I64,
    /// Unsigned integers.
    U64,
}

impl KeyKind {
    /// The value of a key as the nearest float.
    #[must_use]
    pub fn number(self, key: u64) -> f64 {
        match self {
            Self::F64 => f64_from_key(key),
            Self::I64 => i64_from_key(key) as f64,
            Self::U64 => key as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn borders_are_in_order() {
        let tiny = f64::from_bits(1);
        let ascending = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1.0,
            -tiny,
            -0.0,
            0.0,
            tiny,
            f64::MIN_POSITIVE,
            1.0,
            f64::MAX,
            f64::INFINITY,
        ];
        assert!(ascending.map(key_from_f64).is_sorted_by(|a, b| a < b), "{:x?}", ascending.map(key_from_f64));
        assert_eq!(key_from_f64(0.0) - key_from_f64(-0.0), 1, "no key between the zeros");
        assert!([i64::MIN, -1, 0, 1, i64::MAX].map(key_from_i64).is_sorted_by(|a, b| a < b));
        assert_eq!((key_from_i64(i64::MIN), key_from_i64(i64::MAX)), (0, u64::MAX));
    }

    proptest! {
        #[test]
        fn floats_keep_order_and_come_back(a in any::<f64>(), b in any::<f64>()) {
            prop_assert_eq!(key_from_f64(a).cmp(&key_from_f64(b)), a.total_cmp(&b));
            prop_assert_eq!(f64_from_key(key_from_f64(a)).to_bits(), a.to_bits());
        }

        #[test]
        fn integers_keep_order_and_come_back(a in any::<i64>(), b in any::<i64>()) {
            prop_assert_eq!(key_from_i64(a).cmp(&key_from_i64(b)), a.cmp(&b));
            prop_assert_eq!(i64_from_key(key_from_i64(a)), a);
        }
    }
}
