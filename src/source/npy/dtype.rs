//! NumPy's type strings, such as `<f8` or `>M8[25us]`: how a value is stored and what it becomes.

use crate::data::chunk::{Logical, TimeUnit};
use crate::error::{Error, Result};
use crate::source::scalar::Scalar;
use crate::source::strided::{Item, Reading, Stored};

/// Largest size of one value.
const MAX_BYTES: usize = 1 << 20;

/// A type of one value.
pub(super) struct Type {
    /// The size of a value.
    pub len_bytes: usize,
    /// The type for people: `float64`, `datetime64[h]`, `text`.
    pub stored: String,
    /// The item at offset 0; `None` for types that cannot be drawn.
    item: Option<Item>,
}

impl Type {
    /// Reads a type string.
    pub fn parse(descr: &str) -> Result<Self> {
        let unknown = || {
            let error = Error::input("the array's type is unknown").found(format!("'{descr}'"));
            error.hint(if descr.contains('O') {
                "save numbers, not Python objects"
            } else {
                "save numbers: array.astype(float)"
            })
        };
        if !descr.is_ascii() || descr.len() < 3 {
            return Err(unknown());
        }
        let (order, kind, rest) = (descr.as_bytes()[0], descr.as_bytes()[1], &descr[2..]);
        let (digits, unit) = rest.split_at(rest.find('[').unwrap_or(rest.len()));
        let size: usize = digits.parse().ok().filter(|size| *size <= MAX_BYTES / 4).ok_or_else(unknown)?;
        if !matches!(order, b'<' | b'>' | b'|' | b'=') {
            return Err(unknown());
        }
        // A wide text's size counts characters of four bytes.
        let len_bytes = if kind == b'U' { size * 4 } else { size };
        let (stored, item) = match kind {
            b'U' | b'S' | b'a' if size > 0 && unit.is_empty() => {
                let text = Stored::Text { len_bytes, is_wide: kind == b'U' };
                ("text".to_owned(), Some(of(text, Reading::AsIs, Logical::Category)))
            }
            b'M' if size == 8 => (format!("datetime64{unit}"), instant(unit)),
            b'm' if size == 8 => (format!("timedelta64{unit}"), duration(unit)),
            b'f' if (size, unit) == (2, "") => {
                let number = of(Stored::Number(Scalar::U16), Reading::Half, Logical::Number { integer: false });
                ("float16".to_owned(), Some(number))
            }
            _ => match scalar(kind, size).filter(|_| unit.is_empty()) {
                Some(scalar) => (scalar.long_name().to_owned(), Some(Item::number(0, scalar, false))),
                None => (descr.to_owned(), None),
            },
        };
        let item = item.map(|item| Item { big_endian: order == b'>', ..item });
        Ok(Self { len_bytes, stored, item })
    }

    /// The value at a place of a record; `None` for types that cannot be drawn.
    pub fn at(&self, offset_bytes: usize) -> Option<Item> {
        self.item.clone().map(|item| Item { offset_bytes, ..item })
    }

    /// What the values mean.
    pub fn logical(&self) -> Logical {
        self.item.as_ref().map_or(Logical::Category, |item| item.logical.clone())
    }
}

fn of(stored: Stored, reading: Reading, logical: Logical) -> Item {
    Item { offset_bytes: 0, stored, big_endian: false, reading, logical }
}

fn scalar(kind: u8, size: usize) -> Option<Scalar> {
    Some(match (kind, size) {
        (b'b', 1) => Scalar::Bool,
        (b'i', 1) => Scalar::I8,
        (b'i', 2) => Scalar::I16,
        (b'i', 4) => Scalar::I32,
        (b'i', 8) => Scalar::I64,
        (b'u', 1) => Scalar::U8,
        (b'u', 2) => Scalar::U16,
        (b'u', 4) => Scalar::U32,
        (b'u', 8) => Scalar::U64,
        (b'f', 4) => Scalar::F32,
        (b'f', 8) => Scalar::F64,
        _ => return None,
    })
}

/// `[25us]` as 25 and `us`.
fn multiple(unit: &str) -> Option<(i64, &str)> {
    let unit = unit.strip_prefix('[')?.strip_suffix(']')?;
    let digits = unit.bytes().take_while(u8::is_ascii_digit).count();
    let count = if digits == 0 { 1 } else { unit[..digits].parse().ok().filter(|count| *count > 0)? };
    (count <= i64::from(i32::MAX)).then_some((count, &unit[digits..]))
}

/// An instant: months and longer as their first day, weeks as days, hours and minutes as seconds; units below
/// nanoseconds have no axis.
fn instant(unit: &str) -> Option<Item> {
    let (count, unit) = multiple(unit)?;
    let time = |unit: TimeUnit| Logical::Time { unit, zone: None };
    let (factor, logical) = match unit {
        "Y" | "M" => {
            let factor = if unit == "Y" { 12 * count } else { count };
            return Some(of(Stored::Number(Scalar::I64), Reading::Months { factor }, Logical::Date));
        }
        "W" => (7, Logical::Date),
        "D" => (1, Logical::Date),
        "h" => (3600, time(TimeUnit::Second)),
        "m" => (60, time(TimeUnit::Second)),
        "s" => (1, time(TimeUnit::Second)),
        "ms" => (1, time(TimeUnit::Millisecond)),
        "us" => (1, time(TimeUnit::Microsecond)),
        "ns" => (1, time(TimeUnit::Nanosecond)),
        _ => return None,
    };
    let factor = factor * count;
    let reading = if factor == 1 { Reading::AsIs } else { Reading::Steps { factor } };
    Some(of(Stored::Number(Scalar::I64), reading, logical))
}

/// A length of time in seconds; months and years have no fixed one.
fn duration(unit: &str) -> Option<Item> {
    let (count, unit) = multiple(unit)?;
    let (multiply, divide) = match unit {
        "W" => (604_800, 1),
        "D" => (86_400, 1),
        "h" => (3600, 1),
        "m" => (60, 1),
        "s" => (1, 1),
        "ms" => (1, 1000),
        "us" => (1, 1_000_000),
        "ns" => (1, 1_000_000_000),
        "ps" => (1, 1_000_000_000_000),
        "fs" => (1, 1_000_000_000_000_000),
        "as" => (1, 1_000_000_000_000_000_000),
        _ => return None,
    };
    let reading = Reading::Seconds { multiply: multiply * count.unsigned_abs(), divide };
    Some(of(Stored::Number(Scalar::I64), reading, Logical::Number { integer: false }))
}
