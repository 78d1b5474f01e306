//! Reads plain decimal numbers, eight digits at a time: `-12.5`, `+3`, `.5`, `1e-3`.
//!
//! Owns the quick way alone: what it gives is bit for bit what the language's own parser gives, and what it cannot decide
//! (words, more than 19 digits, far exponents, near halves) it leaves to that. Ten million rows of which two columns of
//! eight characters are read (276 MB) take 0.40 s of a core with it, 0.65 s without the way for short numbers, and 1.10 s
//! with the language's parser.

/// Bytes behind a number that have to be there for the quick way, in every place that it looks at.
const AHEAD_BYTES: usize = 8;

/// Most digits that fit into 64 bits.
const MAX_DIGITS: usize = 19;

/// Most bytes of a text that is copied to where there is room behind it.
const COPIED_BYTES: usize = 32;

/// Powers of ten that a word of digits is moved by.
const TENS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Powers of ten that are f64.
const EXACT_TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Powers of five whose reciprocals are at hand.
const FIVES: usize = 28;

/// The first 64 bits of 5^-q, cut off, and how many bits they are moved by: 5^-q lies within `bits / 2^shift` and
/// `(bits + 1) / 2^shift`.
const FIFTHS: [(u64, i32); FIVES] = {
    let mut fifths = [(0, 0); FIVES];
    let (mut q, mut five) = (0, 1_u128);
    while q < FIVES {
        let whole = (1_u128 << 127) / five;
        let zeros = whole.leading_zeros();
        fifths[q] = ((whole >> (64 - zeros)) as u64, 63 + zeros as i32);
        five *= 5;
        q += 1;
    }
    fifths
};

/// The number that `text` begins with, and how long it is; `None` where it cannot be told here, also when fewer than some
/// eight bytes follow it. What stands behind it is not looked at.
#[inline]
pub(in crate::source) fn leading(text: &[u8]) -> Option<(f64, usize)> {
    short(text).or_else(|| long(text))
}

/// The same of a number of at most seven digits before and behind its point, which most are: with a check of bounds for
/// all of it, and the digits before the point, mostly few, one by one.
#[inline]
fn short(text: &[u8]) -> Option<(f64, usize)> {
    let head: &[u8; 3 * AHEAD_BYTES] = text.first_chunk()?;
    let is_negative = head[0] == b'-';
    let start = usize::from(is_negative || head[0] == b'+');
    let (mut mantissa, mut at) = (0, start);
    while at < 8 {
        let digit = head[at].wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        mantissa = mantissa * 10 + u64::from(digit);
        at += 1;
    }
    if at == start || at == 8 || head[at] != b'.' {
        return None;
    }
    at += 1;
    let word = u64::from_le_bytes(*head[at..].first_chunk()?);
    let count = leading_digits(word);
    at += count;
    if count == 8 || matches!(head[at], b'e' | b'E') {
        return None;
    }
    let value = (mantissa * TENS[count] + number_of_digits(to_the_end(word, count))) as f64 / EXACT_TENS[count];
    Some((if is_negative { -value } else { value }, at))
}

/// Moves so many digits to the end of the word; what comes in front of them stands for zeros. (In two steps, for there
/// may be none.)
#[inline]
fn to_the_end(word: u64, count: usize) -> u64 {
    word << (4 * (8 - count)) << (4 * (8 - count))
}

/// The same of any number.
fn long(text: &[u8]) -> Option<(f64, usize)> {
    let first = *text.first()?;
    let is_negative = first == b'-';
    let mut at = usize::from(is_negative || first == b'+');
    let (mut mantissa, mut digits) = (0, 0);
    take_digits(text, &mut at, &mut mantissa, &mut digits)?;
    let mut exponent = 0;
    if *text.get(at)? == b'.' {
        at += 1;
        let before = digits;
        take_digits(text, &mut at, &mut mantissa, &mut digits)?;
        exponent = before as i32 - digits as i32;
    }
    if digits == 0 {
        return None;
    }
    if matches!(text.get(at)?, b'e' | b'E') {
        exponent += written_exponent(text, &mut at)?;
    }
    let value = magnitude(mantissa, exponent)?;
    Some((if is_negative { -value } else { value }, at))
}

/// A text that is a number from its first to its last byte; `None` where that cannot be told here.
pub(in crate::source) fn whole(text: &[u8]) -> Option<f64> {
    let mut copied = [0; COPIED_BYTES + 2 * AHEAD_BYTES];
    if text.len() > COPIED_BYTES {
        return None;
    }
    copied[..text.len()].copy_from_slice(text);
    leading(&copied).filter(|(_, len)| *len == text.len()).map(|(value, _)| value)
}

/// Adds the digits from `at` on; `None` for more than fit, or at the end of the text.
#[inline]
fn take_digits(text: &[u8], at: &mut usize, mantissa: &mut u64, digits: &mut usize) -> Option<()> {
    loop {
        let word = u64::from_le_bytes(*text.get(*at..)?.first_chunk()?);
        let count = leading_digits(word);
        *digits += count;
        if *digits > MAX_DIGITS {
            return None;
        }
        *mantissa = *mantissa * TENS[count] + number_of_digits(to_the_end(word, count));
        *at += count;
        if count < 8 {
            return Some(());
        }
    }
}

/// How many of the bytes, the first one lowest, are digits before one that is none.
#[inline]
fn leading_digits(word: u64) -> usize {
    // Digits become 0 to 9; the high bit is set of what is more.
    let values = word ^ 0x3030_3030_3030_3030;
    let others = (((values & 0x7f7f_7f7f_7f7f_7f7f) + 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    (others.trailing_zeros() / 8) as usize
}

/// The number of eight digits, the first one lowest: by pairs, fours and eights.
#[inline]
fn number_of_digits(word: u64) -> u64 {
    let pairs = (word & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul((10 << 8) + 1) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul((100 << 16) + 1) >> 16;
    (fours & 0x0000_ffff_0000_ffff).wrapping_mul((10_000 << 32) + 1) >> 32
}

/// What stands behind `e`, of at most four digits.
fn written_exponent(text: &[u8], at: &mut usize) -> Option<i32> {
    *at += 1;
    let sign = *text.get(*at)?;
    *at += usize::from(matches!(sign, b'-' | b'+'));
    let start = *at;
    let mut exponent = 0;
    while let Some(digit) = text.get(*at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        exponent = exponent * 10 + i32::from(digit);
        *at += 1;
        if *at - start > 4 {
            return None;
        }
    }
    (*at > start).then_some(if sign == b'-' { -exponent } else { exponent })
}

/// The f64 next to `mantissa` times a power of ten.
#[inline]
fn magnitude(mantissa: u64, exponent: i32) -> Option<f64> {
    // Both numbers are exact, so that the one operation rounds as it should (Clinger).
    if mantissa >> 53 == 0
        && let Some(&power) = EXACT_TENS.get(exponent.unsigned_abs() as usize)
    {
        let mantissa = mantissa as f64;
        return Some(if exponent < 0 { mantissa / power } else { mantissa * power });
    }
    rounded(mantissa, exponent)
}

/// The same of more digits behind a point: from the first bits of the product, where these decide.
fn rounded(mantissa: u64, exponent: i32) -> Option<f64> {
    let &(fifth, shift) = FIFTHS.get(usize::try_from(-exponent).ok()?)?;
    if mantissa == 0 {
        return Some(0.0);
    }
    let zeros = mantissa.leading_zeros();
    // The fifth is less than one too small, so the product is less than 2^64 too small: its upper half is right, or one
    // too small.
    let high = ((u128::from(mantissa << zeros) * u128::from(fifth)) >> 64) as u64;
    let dropped_bits = 10 + (high >> 63);
    let (dropped, half) = (high & ((1 << dropped_bits) - 1), 1 << (dropped_bits - 1));
    // Undecided beside a half, which may be one exactly, and where one more would carry.
    if dropped == half || dropped + 1 == half || dropped + 1 == 2 * half {
        return None;
    }
    let significand = (high >> dropped_bits) + u64::from(dropped > half);
    let power = dropped_bits as i32 + 64 - zeros as i32 - shift + exponent;
    // The smallest power is -63 - 64 - 62 - 27: far from the ends of what f64 can hold, so that this is exact.
    Some(significand as f64 * f64::from_bits(u64::from((1023 + power).unsigned_abs()) << 52))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Held to the language's parser; whether it was decided here.
    fn is_decided(text: &str) -> bool {
        let padded = format!("{text},{}", " ".repeat(16));
        let (found, whole) = (leading(padded.as_bytes()), whole(text.as_bytes()));
        let expected: Option<f64> = text.parse().ok();
        if let Some((value, len)) = found
            && len == text.len()
        {
            assert_eq!(Some(value.to_bits()), expected.map(f64::to_bits), "{text}");
        }
        if let Some(value) = whole {
            assert_eq!(Some(value.to_bits()), expected.map(f64::to_bits), "{text}");
        }
        found.is_some_and(|(_, len)| len == text.len())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn numbers_are_those_of_the_language(bits: u64, fixed in -1e12..1e12, digits in 0..19usize) {
            let number = f64::from_bits(bits);
            for text in [format!("{number}"), format!("{number:e}"), format!("{fixed:.digits$}"), format!("{fixed:.digits$e}")] {
                is_decided(&text);
            }
        }

        #[test]
        fn texts_are_numbers_where_the_language_says_so(text in "[-+]?[0-9]{0,12}[.]?[0-9]{0,12}([eE][-+]?[0-9]{0,3})?") {
            is_decided(&text);
        }

        #[test]
        fn halves_between_two_numbers_are_rounded_to_even(bits in 1u64 << 52..1 << 53, power in 0..10i32, step in -1..=1i64) {
            // (2 bits + 1) / 2^(power + 1) lies half way; written out it ends with a 5, or one beside it.
            let twice = (2 * u128::from(bits) + 1) * 5_u128.pow(power as u32 + 1);
            let digits = (twice as i128 + i128::from(step)).to_string();
            let point = digits.len() - (power as usize + 1);
            is_decided(&format!("{}.{}", &digits[..point], &digits[point..]));
            is_decided(&format!("{digits}e-{}", power + 1));
        }
    }

    #[test]
    fn most_numbers_are_decided_here() {
        for text in ["0", "-0", "+7", "1.", ".5", "-2.578895", "12345678", "123456789.25", "1e5", "1.5E-7", "2e+22"] {
            assert!(is_decided(text), "{text}");
        }
        let decided = |digits: usize| {
            let text = |number: u32| format!("{:.digits$}", f64::from(number).sqrt() / 50.0);
            (2..2000).filter(|number| is_decided(&text(*number))).count()
        };
        assert_eq!(decided(6), 1998);
        assert!(decided(16) > 1980 && decided(17) > 1980, "{} of 1998", decided(16));
        for text in ["", "-", ".", "e5", "nan", "inf", "1e", "12345678901234567890", "1e-300", "1e99999", "0x1"] {
            assert!(!is_decided(text), "{text}");
        }
        assert_eq!(leading(b"1,5"), None, "too little behind it");
        assert_eq!(leading(b"1,5        "), Some((1.0, 1)));
        assert_eq!(whole(b"1,5"), None);
    }

    #[test]
    fn words_of_digits_are_read_at_once() {
        assert_eq!(number_of_digits(u64::from_le_bytes(*b"12345678")), 12_345_678);
        for (text, count) in
            [(b"12345678", 8), (b"1234,678", 4), (b"/1234567", 0), (b":1234567", 0), (b"12\xb34567\xb1", 2)]
        {
            assert_eq!(leading_digits(u64::from_le_bytes(*text)), count);
        }
    }
}
