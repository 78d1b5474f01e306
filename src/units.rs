//! Counts and sizes as people type and read them: `1.5M` rows, `512M` or `4GiB` of memory, `54.3 MB`.
//!
//! k, M, G and T are powers of 1000 everywhere, as on disks and in rows; Ki, Mi, Gi and Ti are powers of 1024. Case does
//! not matter: there are no thousandths of a row.

use crate::error::{Error, Result};

const COUNTS: [(&str, u64); 4] = [("k", 1_000), ("m", 1_000_000), ("g", 1_000_000_000), ("t", 1_000_000_000_000)];
const BINARY: [(&str, u64); 4] = [("ki", 1 << 10), ("mi", 1 << 20), ("gi", 1 << 30), ("ti", 1 << 40)];

/// A whole number of things: digits with an optional fraction or exponent, `_` between digits, and k, M, G or T.
///
/// # Errors
/// A usage error for what is no number, negative, no whole number (`1.5`, but not `1.5k`), or 2^63 and more.
pub fn count_from_text(text: &str) -> Result<u64> {
    scaled(text.trim(), &[&COUNTS], "a whole number, perhaps with k, M, G or T, like 100M")
}

/// A number of bytes: as [`count_from_text`], also with Ki, Mi, Gi or Ti, and a B at the end (`4GiB`, `20 GB`).
///
/// # Errors
/// As [`count_from_text`].
pub fn bytes_from_text(text: &str) -> Result<u64> {
    let trimmed = text.trim();
    let bare = trimmed.strip_suffix(['b', 'B']).unwrap_or(trimmed);
    let expected = "a number of bytes, perhaps with k, M, G, T (powers of 1000) or Ki, Mi, Gi, Ti (of 1024), like 512M";
    scaled(bare, &[&BINARY, &COUNTS], expected)
}

fn scaled(text: &str, units: &[&[(&str, u64)]], expected: &str) -> Result<u64> {
    let wrong = || Error::usage("not a count").expected(expected).found(format!("'{text}'"));
    let lower = text.to_ascii_lowercase();
    let found = units
        .iter()
        .flat_map(|units| units.iter())
        .find_map(|(unit, factor)| Some((lower.strip_suffix(unit)?, *factor)));
    let (number, factor) = found.unwrap_or((&lower, 1));
    let number = number.trim_end().replace('_', "");
    let starts_with_digit = number.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !starts_with_digit {
        return Err(wrong());
    }
    // Digits alone keep every one of them.
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(factor).filter(|count| *count < 1 << 63).ok_or_else(wrong);
    }
    let value = number.parse::<f64>().map_err(|_| wrong())? * factor as f64;
    let is_count = (0.0..9.2e18).contains(&value) && (value - value.round()).abs() <= value * 1e-12;
    if is_count { Ok(value.round() as u64) } else { Err(wrong()) }
}

/// A number of rows in words: `1 row`, `2,000 rows`.
#[must_use]
pub fn row_count(number: u64) -> String {
    format!("{} row{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// 12345678 as `12,345,678`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of bytes for people, three digits of it: `999 bytes`, `1.50 kB`, `54.3 MB`, `268 GB`; powers of 1000.
#[must_use]
pub fn bytes_text(bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let (mut value, mut unit) = (bytes as f64 / 1e3, "kB");
    for next in ["MB", "GB", "TB"] {
        // What would round up to 1000 is 1 of the next.
        if value < 999.5 {
            break;
        }
        (value, unit) = (value / 1e3, next);
    }
    let decimals = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_take_units_of_a_thousand() {
        for (text, count) in [
            ("0", 0),
            ("100M", 100_000_000),
            ("1.5k", 1500),
            ("64K", 64_000),
            (".5g", 500_000_000),
            ("2T", 2_000_000_000_000),
            ("1e6", 1_000_000),
            ("1_000_000", 1_000_000),
            (" 3 k ", 3000),
            ("9007199254740993", 9_007_199_254_740_993),
            ("0.1k", 100),
        ] {
            assert_eq!(count_from_text(text).expect(text), count, "{text}");
        }
        for wrong in [
            "",
            "k",
            "many",
            "-1",
            "+1",
            "1.5",
            "0.0001k",
            "inf",
            "nan",
            "1e30",
            "99999999999999999G",
            "1Mi",
            "1 2",
            "M1",
        ] {
            let error = count_from_text(wrong).expect_err(wrong);
            assert_eq!(error.kind().exit_code(), 2, "{wrong}: {error}");
        }
    }

    #[test]
    fn bytes_also_take_powers_of_1024() {
        for (text, bytes) in [
            ("512M", 512_000_000),
            ("512MB", 512_000_000),
            ("512MiB", 512 << 20),
            ("4gib", 4 << 30),
            ("2Ki", 2048),
            ("20 GB", 20_000_000_000),
            ("100", 100),
            ("100B", 100),
        ] {
            assert_eq!(bytes_from_text(text).expect(text), bytes, "{text}");
        }
        assert!(bytes_from_text("B").is_err() && bytes_from_text("1PB").is_err());
    }

    #[test]
    fn numbers_are_shown_for_people() {
        let digits = [0, 12, 123, 1234, 1_234_567].map(grouped);
        assert_eq!(digits, ["0", "12", "123", "1,234", "1,234,567"].map(str::to_owned));
        for (bytes, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1500, "1.50 kB"),
            (54_321_000, "54.3 MB"),
            (9_996_000, "10.0 MB"),
            (999_600, "1.00 MB"),
            (268_435_456, "268 MB"),
            (5_000_000_000_000_000, "5000 TB"),
        ] {
            assert_eq!(bytes_text(bytes), text);
        }
    }
}
