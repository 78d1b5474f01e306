//! Exact decimal numbers `digits * 10^exponent`, and their labels.

/// Labels up to this many characters are written out; longer ones take an exponent where that is clearly shorter.
const PLAIN_CHARS: usize = 7;

/// Characters that an exponent has to save.
const SAVED_CHARS: usize = 3;

/// Labels over more decades than this are written each by itself, not with the decimals of the smallest.
const COMMON_DECADES: i32 = 1;

/// An exact decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub digits: i128,
    pub exponent: i32,
}

impl Decimal {
    /// The closest float, 0 or infinite beyond the floats.
    pub fn to_f64(self) -> f64 {
        // The parser rounds correctly; multiplying by a power of ten would not.
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// Reads a label of any axis: `-0.5`, `1.5e9`, `2×10⁻⁵`, `10³`; `None` for anything else.
    pub fn parse(label: &str) -> Option<Self> {
        let (is_negative, unsigned) = label.strip_prefix('-').map_or((false, label), |rest| (true, rest));
        let (mantissa, power) = match unsigned.split_once("×10") {
            Some((mantissa, power)) => (mantissa, super::log::read_superscript(power)?),
            None => match unsigned.strip_prefix("10").and_then(super::log::read_superscript) {
                Some(power) => ("1", power),
                None => match unsigned.split_once('e') {
                    Some((mantissa, power)) => (mantissa, power.parse().ok()?),
                    None => (unsigned, 0),
                },
            },
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits: i128 = digits.parse().ok()?;
        let exponent = power - i32::try_from(fraction.len()).ok()?;
        Some(Self { digits: if is_negative { -digits } else { digits }, exponent })
    }

    /// The same value without zeros at the end of its digits.
    pub fn trimmed(mut self) -> Self {
        if self.digits == 0 {
            return Self { digits: 0, exponent: 0 };
        }
        while self.digits % 10 == 0 {
            self.digits /= 10;
            self.exponent += 1;
        }
        self
    }

    /// Written out, with as many decimals as the exponent says.
    pub fn plain(self) -> String {
        if self.exponent >= 0 {
            let zeros = if self.digits == 0 { 0 } else { self.exponent as usize };
            return format!("{}{}", self.digits, "0".repeat(zeros));
        }
        let decimals = self.exponent.unsigned_abs() as usize;
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        format!("{}{whole}.{fraction}", if self.digits < 0 { "-" } else { "" })
    }

    /// The exponent of its first digit; `None` for 0.
    pub fn magnitude(self) -> Option<i32> {
        self.digits.unsigned_abs().checked_ilog10().map(|log| log as i32 + self.exponent)
    }
}

/// The same values with one exponent, the smallest of them; `None` where they are too far apart for that.
pub(super) fn with_common_exponent(values: &[Decimal]) -> Option<Vec<Decimal>> {
    let trimmed: Vec<Decimal> = values.iter().map(|value| value.trimmed()).collect();
    let exponent = trimmed.iter().filter(|value| value.digits != 0).map(|value| value.exponent).min().unwrap_or(0);
    let common = |value: &Decimal| {
        if value.digits == 0 {
            return Some(Decimal { digits: 0, exponent });
        }
        let zeros = u32::try_from(value.exponent - exponent).ok()?;
        Some(Decimal { digits: value.digits.checked_mul(10i128.checked_pow(zeros)?)?, exponent })
    };
    trimmed.iter().map(common).collect()
}

/// Labels in one form, with the decimals that one of them needs: written out, or with exponents (`1.5e9`).
pub(super) fn labels(values: &[Decimal]) -> Vec<String> {
    let mut values = values.to_vec();
    if values.iter().all(|value| value.digits == 0) {
        return values.iter().map(|_| "0".to_owned()).collect();
    }
    while values.iter().all(|value| value.digits % 10 == 0) {
        for value in &mut values {
            value.digits /= 10;
            value.exponent += 1;
        }
    }
    let plain: Vec<String> = values.iter().map(|value| value.plain()).collect();
    // Each with its own power, 8e18 and 1e19, and no zeros at its end that none of the smallest has.
    let least = values.iter().filter_map(|value| value.magnitude()).min().unwrap_or(0);
    let scientific: Vec<String> = values
        .iter()
        .map(|value| {
            let Some(power) = value.magnitude() else { return "0".to_owned() };
            let mut mantissa = Decimal { exponent: value.exponent - power, ..*value };
            while mantissa.exponent < value.exponent - least && mantissa.digits % 10 == 0 {
                mantissa = Decimal { digits: mantissa.digits / 10, exponent: mantissa.exponent + 1 };
            }
            format!("{}e{power}", mantissa.plain())
        })
        .collect();
    if longest(&plain) <= PLAIN_CHARS.max(longest(&scientific) + SAVED_CHARS - 1) { plain } else { scientific }
}

/// Labels of values that may lie decades apart: with common decimals, each written out by itself, or as powers of ten.
pub(super) fn spread_labels(values: &[Decimal]) -> Vec<String> {
    let magnitudes = || values.iter().filter_map(|value| value.magnitude());
    let decades = magnitudes().max().unwrap_or(0) - magnitudes().min().unwrap_or(0);
    if decades <= COMMON_DECADES
        && let Some(common) = with_common_exponent(values)
    {
        return labels(&common);
    }
    let plain: Vec<String> = values.iter().map(|value| alone(*value)).collect();
    if plain.iter().all(|label| label.trim_start_matches('-').len() < PLAIN_CHARS && !label.contains('e')) {
        return plain;
    }
    values.iter().map(|value| super::log::power_label(*value)).collect()
}

/// The label of a value by itself.
pub(super) fn alone(value: Decimal) -> String {
    shortest(value.to_f64())
}

/// The shortest text that reads back as this very float.
pub(crate) fn shortest(value: f64) -> String {
    // Adding 0 turns -0 into 0.
    let (plain, scientific) = (format!("{}", value + 0.0), format!("{:e}", value + 0.0));
    if plain.len() <= PLAIN_CHARS.max(scientific.len() + SAVED_CHARS - 1) { plain } else { scientific }
}

fn longest(labels: &[String]) -> usize {
    labels.iter().map(String::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(digits: &[i128], exponent: i32) -> Vec<String> {
        labels(&digits.iter().map(|&digits| Decimal { digits, exponent }).collect::<Vec<_>>())
    }

    #[test]
    fn labels_have_just_enough_decimals() {
        assert_eq!(written(&[-50, 0, 50, 100], -2), ["-0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(written(&[1, 2, 3], -1), ["0.1", "0.2", "0.3"]);
        assert_eq!(written(&[0, 25, 50], 0), ["0", "25", "50"]);
        assert_eq!(written(&[0, 1, 2], 6), ["0", "1000000", "2000000"]);
        assert_eq!(written(&[-1, 0, 1], -5), ["-1e-5", "0", "1e-5"]);
        assert_eq!(written(&[0, 5, 10, 15], 8), ["0", "5e8", "1e9", "1.5e9"]);
        assert_eq!(written(&[8, 9, 10], 11), ["8e11", "9e11", "1e12"]);
        assert_eq!(written(&[-105, -100, -95], 10), ["-1.05e12", "-1.0e12", "-9.5e11"]);
        assert_eq!(written(&[0], 3), ["0"]);
    }

    #[test]
    fn a_deep_zoom_is_written_out() {
        let labels = written(&[1_000_000_000_001, 1_000_000_000_002], -3);
        assert_eq!(labels, ["1000000000.001", "1000000000.002"]);
    }

    #[test]
    fn floats_round_correctly() {
        assert_eq!(Decimal { digits: 3, exponent: -1 }.to_f64(), 0.3);
        assert_eq!(Decimal { digits: 1, exponent: 400 }.to_f64(), f64::INFINITY);
        assert_eq!(Decimal { digits: 1, exponent: -400 }.to_f64(), 0.0);
        assert_eq!([shortest(-0.0), shortest(5e-324), shortest(0.1)], ["0", "5e-324", "0.1"]);
    }
}
