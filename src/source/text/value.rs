//! What a text is: null, a whole number, a number, a bool, a time, or just text; and what kind of column texts make.

use crate::data::chunk::{Logical, TimeUnit};
use crate::source::text::decimal;
use crate::source::text::decimal_comma::{self, Comma};
use crate::source::text::time;

/// True for texts that stand for no value.
pub(in crate::source) fn is_null(text: &[u8]) -> bool {
    matches!(text, b"" | b"NA" | b"N/A" | b"null" | b"NULL" | b"None" | b"NaT")
}

/// A number; `nan`, `inf` and `infinity` in any case are numbers too.
pub(in crate::source) fn number(text: &[u8]) -> Option<f64> {
    decimal::whole(text).or_else(|| std::str::from_utf8(text).ok()?.parse().ok())
}

/// A number whose fraction stands behind a comma; one with a point is none.
pub(in crate::source) fn comma_number(text: &[u8]) -> Option<f64> {
    decimal_comma::number(text)
}

/// A whole number of 64 bits, also one written as `1.5e9` when it is exactly one.
pub(in crate::source) fn whole_number(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        // Below 2^53 every whole f64 is the number that was written; beyond, digits may have been lost.
        (number.trunc() == number && number.abs() <= MAX_EXACT as f64).then_some(number as i64)
    })
}

/// A whole number of 64 bits without a sign, also one written as `1.5e9` when it is exactly one.
pub(in crate::source) fn unsigned_number(text: &[u8]) -> Option<u64> {
    let parsed = std::str::from_utf8(text).ok()?.parse().ok();
    parsed.or_else(|| whole_number(text).and_then(|number| number.try_into().ok()))
}

/// True or false, written as such in any case, or as 1 and 0.
pub(in crate::source) fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"1" => Some(true),
        b"0" => Some(false),
        _ if text.eq_ignore_ascii_case(b"true") => Some(true),
        _ if text.eq_ignore_ascii_case(b"false") => Some(false),
        _ => None,
    }
}

/// The largest magnitude up to which every whole number is an f64.
const MAX_EXACT: i64 = 1 << 53;

/// How the texts of a column are read; the same for every chunk.
///
/// Numbers are f64, with `integer` telling that all sampled ones were whole (so that colours 0..255 are known from
/// 0..1). A later fraction is just read. Only where a sampled whole number lies beyond 2^53 (nanoseconds, identifiers)
/// the column is i64 (or u64) and stays exact; a later fraction is then unreadable text, counted and shown, never rounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Kind {
    /// f64.
    Number { integer: bool },
    /// f64 written with a decimal comma.
    CommaNumber,
    /// i64.
    Large,
    /// u64.
    Unsigned,
    /// 0 and 1 in i64.
    Bool,
    /// Steps in i64.
    Time { unit: TimeUnit, zone: Option<String> },
    /// Days in i64.
    Date,
    /// Names.
    Text,
}

impl Kind {
    pub fn logical(&self) -> Logical {
        match self {
            Self::Number { integer } => Logical::Number { integer: *integer },
            Self::CommaNumber => Logical::Number { integer: false },
            Self::Large | Self::Unsigned => Logical::Number { integer: true },
            Self::Bool => Logical::Bool,
            Self::Time { unit, zone } => Logical::Time { unit: *unit, zone: zone.clone() },
            Self::Date => Logical::Date,
            Self::Text => Logical::Category,
        }
    }

    pub fn stored(&self) -> &'static str {
        match self {
            Self::Number { integer: true } => "integer as text",
            Self::CommaNumber => "number with decimal comma as text",
            Self::Large => "int64 as text",
            Self::Unsigned => "uint64 as text",
            Self::Number { integer: false } => "number as text",
            Self::Bool => "bool as text",
            Self::Time { .. } => "time as text",
            Self::Date => "date as text",
            Self::Text => "text",
        }
    }
}

/// What the sampled texts of one column were.
#[derive(Clone, Debug, Default)]
pub(in crate::source) struct Evidence {
    values: u64,
    numbers: u64,
    whole: u64,
    /// Whole numbers beyond 2^53, beyond i64, below 0, beyond u64.
    large: bool,
    too_large: bool,
    negative: bool,
    beyond_unsigned: bool,
    /// Numbers with a point; with a decimal comma (or a comma between thousands); of these, surely decimal ones.
    pointed: u64,
    commas: u64,
    decimal_commas: u64,
    /// Values that are no scalars.
    others: u64,
    bools: u64,
    dates: u64,
    times: u64,
    zoned: bool,
    nanoseconds: bool,
}

impl Evidence {
    /// Takes one text into account.
    pub fn add(&mut self, text: &[u8]) {
        let text = text.trim_ascii();
        if is_null(text) {
            return;
        }
        self.values += 1;
        if let Some(number) = number(text) {
            self.numbers += 1;
            match std::str::from_utf8(text).ok().and_then(|text| text.parse::<i128>().ok()) {
                Some(whole) => {
                    self.whole += 1;
                    self.large |= whole.unsigned_abs() > MAX_EXACT.unsigned_abs().into();
                    self.too_large |= i64::try_from(whole).is_err();
                    self.negative |= whole < 0;
                    self.beyond_unsigned |= u64::try_from(whole).is_err();
                }
                // A number that is none says nothing about the others.
                None if number.is_nan() => self.whole += 1,
                None => self.pointed += u64::from(text.contains(&b'.')),
            }
        } else if let Some(comma) = decimal_comma::comma(text) {
            self.commas += 1;
            self.decimal_commas += u64::from(comma == Comma::Decimal);
        } else if let Some(written) = time::parse(text) {
            if written.date_only {
                self.dates += 1;
            } else {
                self.times += 1;
                self.zoned |= written.zoned;
                self.nanoseconds |= written.fraction_digits > 6;
            }
        } else if boolean(text).is_some() {
            self.bools += 1;
        }
    }

    /// Takes a list or an object into account.
    pub fn add_other(&mut self) {
        self.values += 1;
        self.others += 1;
    }

    /// True when at least half of the values are lists or objects.
    pub fn is_nested(&self) -> bool {
        self.others > 0 && 2 * self.others >= self.values
    }

    /// True when the commas in the numbers of this column must be decimal ones.
    pub fn proves_decimal_comma(&self) -> bool {
        self.decimal_commas > 0 && self.pointed == 0 && 2 * (self.numbers + self.commas) >= self.values
    }

    /// Takes the commas in numbers for decimal ones: some column of the text proves that they are.
    pub fn with_decimal_comma(mut self) -> Self {
        if self.commas > 0 && self.pointed == 0 {
            self.numbers += self.commas;
            self.commas = 0;
            self.decimal_commas = self.decimal_commas.max(1);
        }
        self
    }

    /// True when a text other than null was seen.
    pub fn any(&self) -> bool {
        self.values > 0
    }

    /// True when at least half of the values are numbers, bools or times: the others are bad cells of such a column.
    pub fn is_typed(&self) -> bool {
        self.any() && self.kind() != Kind::Text
    }

    /// The kind that the values make: by majority for numbers and times, by all for bools.
    pub fn kind(&self) -> Kind {
        let half = |count: u64| 2 * count >= self.values;
        if self.values == 0 {
            return Kind::Number { integer: false };
        }
        if self.bools == self.values {
            return Kind::Bool;
        }
        if half(self.numbers) {
            let integer = self.whole == self.numbers;
            return match integer && self.large {
                _ if self.commas == 0 && self.decimal_commas > 0 => Kind::CommaNumber,
                true if !self.too_large => Kind::Large,
                true if !self.negative && !self.beyond_unsigned => Kind::Unsigned,
                _ => Kind::Number { integer },
            };
        }
        if half(self.dates + self.times) {
            if self.times == 0 {
                return Kind::Date;
            }
            let unit = if self.nanoseconds { TimeUnit::Nanosecond } else { TimeUnit::Microsecond };
            return Kind::Time { unit, zone: self.zoned.then(|| "UTC".into()) };
        }
        Kind::Text
    }

    /// The kind of a column that has to go with a column of another input, where its texts allow that.
    pub fn kind_like(&self, like: &Logical) -> Kind {
        let own = self.kind();
        match (&own, like) {
            (Kind::Large | Kind::Unsigned, Logical::Number { integer: true }) => own,
            (Kind::Number { .. }, Logical::Number { integer }) => Kind::Number { integer: *integer },
            (Kind::Time { zone, .. }, Logical::Time { unit, zone: like }) if zone == like => {
                Kind::Time { unit: *unit, zone: zone.clone() }
            }
            (Kind::Date, Logical::Time { unit, zone }) => Kind::Time { unit: *unit, zone: zone.clone() },
            (_, Logical::Category) => Kind::Text,
            (_, like) if !self.any() => match like {
                Logical::Number { integer } => Kind::Number { integer: *integer },
                Logical::Bool => Kind::Bool,
                Logical::Time { unit, zone } => Kind::Time { unit: *unit, zone: zone.clone() },
                Logical::Date => Kind::Date,
                Logical::Category => Kind::Text,
            },
            _ => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(texts: &[&str]) -> Kind {
        let mut evidence = Evidence::default();
        texts.iter().for_each(|text| evidence.add(text.as_bytes()));
        evidence.kind()
    }

    #[test]
    fn samples_decide_the_kind() {
        assert_eq!(kind(&["1", "-2", "", "NA", "nan"]), Kind::Number { integer: true });
        assert_eq!(kind(&["1", "2.0"]), Kind::Number { integer: false });
        assert_eq!(kind(&["12", "abc", "3"]), Kind::Number { integer: true });
        assert_eq!(kind(&["1", "abc", "de"]), Kind::Text);
        assert_eq!(kind(&["1700000000000000001", "+5"]), Kind::Large);
        assert_eq!(kind(&["1700000000000000001", "0.5"]), Kind::Number { integer: false });
        assert_eq!(kind(&["18446744073709551615", "0"]), Kind::Unsigned);
        assert_eq!(kind(&["18446744073709551615", "-1"]), Kind::Number { integer: true }, "no type holds both");
        assert_eq!(kind(&["18446744073709551616"]), Kind::Number { integer: true });
        assert_eq!(kind(&["1,5", "2"]), Kind::Number { integer: true }, "a comma is decimal only where that is proven");
        assert_eq!(kind(&["9007199254740992"]), Kind::Number { integer: true });
        assert_eq!(kind(&["true", "False"]), Kind::Bool);
        assert_eq!(kind(&["2024-01-01", "2024-01-02"]), Kind::Date);
        assert_eq!(
            kind(&["2024-01-01", "2024-01-02T03:04:05Z"]),
            Kind::Time { unit: TimeUnit::Microsecond, zone: Some("UTC".into()) }
        );
        assert_eq!(kind(&["2024-01-02 03:04:05.1234567"]), Kind::Time { unit: TimeUnit::Nanosecond, zone: None });
        assert_eq!(kind(&["", "null"]), Kind::Number { integer: false });
    }

    #[test]
    fn numbers_are_read_as_the_language_reads_them() {
        for (text, value) in [("+1.5", 1.5), ("-0", 0.0), (".5", 0.5), ("1e-3", 1e-3), ("Infinity", f64::INFINITY)] {
            assert_eq!(number(text.as_bytes()), Some(value), "{text}");
        }
        for text in ["", "+", "1,5", "0x10", "1_000", "1 2", "--1", "é"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(whole_number(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(whole_number(b"1.5e9"), Some(1_500_000_000));
        assert_eq!(whole_number(b"0.5"), None);
        assert_eq!(whole_number(b"9223372036854775808"), None, "never rounded");
        assert_eq!(unsigned_number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(
            (unsigned_number(b"2e3"), unsigned_number(b"-1"), unsigned_number(b"0.5")),
            (Some(2000), None, None)
        );
    }
}
