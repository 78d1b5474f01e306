//! Integers times or by a power of ten, as the nearest f64.

/// The powers of ten that an f64 holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Integers up to this size are exact in an f64.
const EXACT: u128 = 1 << 53;

/// The f64 nearest to `value / 10^scale`, for any scale, a negative one too.
pub(super) fn scaled(value: i128, scale: i8) -> f64 {
    let power = POWERS.get(usize::from(scale.unsigned_abs()));
    match power {
        // Both are exact, and one operation rounds once.
        Some(power) if value.unsigned_abs() <= EXACT => {
            if scale < 0 {
                value as f64 * power
            } else {
                value as f64 / power
            }
        }
        _ => parsed(&value.to_string(), scale),
    }
}

/// The same for an integer of any size as text: the parser rounds correctly.
pub(super) fn parsed(digits: &str, scale: i8) -> f64 {
    format!("{digits}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_float_whatever_the_size() {
        assert_eq!(scaled(12_345, 2), 123.45);
        assert_eq!(scaled(-5, -3), -5000.);
        // 2^53 + 1 is no f64: rounding it before the division gives another float.
        assert_eq!(scaled(9_007_199_254_740_993, 1), 900_719_925_474_099.3);
        assert_eq!(scaled(1_700_000_000_123_456_789, 9), 1_700_000_000.123_456_8);
        assert_eq!(scaled(i128::MAX, 38), 1.701_411_834_604_692_3);
        assert_eq!(scaled(1, 76), 1e-76);
        assert_eq!(
            parsed("57896044618658097711785492504343953926634992332820282019728792003956564819967", 76),
            5.789_604_461_865_809
        );
        // Python's fractions decide: float(Fraction(n, 10**9)) for n over all sizes.
        for (n, expected) in [
            (9_223_372_036_854_775_807_i128, 9_223_372_036.854_776),
            (-9_223_372_036_854_775_808, -9_223_372_036.854_776),
            (9_007_199_254_740_993, 9_007_199.254_740_993),
        ] {
            assert_eq!(scaled(n, 9), expected);
        }
    }
}
