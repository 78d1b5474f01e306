//! The text of a .npy header: a Python literal that names type, order and shape, as a table's layout.
//!
//! Reads just the literals that NumPy writes (strings, whole numbers, True and False, tuples, lists, one dict), at most
//! eight levels deep, so that no header can exhaust the stack.

use crate::data::chunk::{Logical, TimeUnit};
use crate::error::{Error, Result};
use crate::source::Field;
use crate::source::scalar::Scalar;
use crate::source::strided::{Item, Layout, MAX_COLUMNS};

const MAX_DEPTH: usize = 8;

/// What a header tells.
pub(super) struct Table {
    pub rows: u64,
    pub layout: Layout,
    pub fields: Vec<Field>,
}

/// Reads the header's text.
pub(super) fn parse(text: &[u8]) -> Result<Table> {
    let text = std::str::from_utf8(text).map_err(|_| damaged())?;
    let mut parser = Parser { rest: text };
    let header = parser.value(0).filter(|_| parser.rest.trim_ascii().is_empty()).ok_or_else(damaged)?;
    let shape = match header.get("shape") {
        Some(Literal::List(shape)) => shape.iter().map(Literal::whole).collect::<Option<Vec<u64>>>(),
        _ => None,
    };
    let fortran = match header.get("fortran_order") {
        Some(Literal::Bool(fortran)) => *fortran,
        _ => return Err(damaged()),
    };
    let descr = header.get("descr").ok_or_else(damaged)?;
    let (rows, width) = match shape.as_deref() {
        Some(&[rows]) => (rows, 1),
        Some(&[rows, width]) if matches!(descr, Literal::Text(_)) => (rows, width),
        _ => {
            return Err(Error::input("the array is no table")
                .expected("a shape of (rows,) or (rows, columns)")
                .found(shape.map_or_else(|| "none".into(), |shape| format!("{shape:?}")))
                .hint("save array.reshape(-1, columns)"));
        }
    };
    if fortran && width > 1 && rows > 1 {
        return Err(Error::input("the array is stored column by column (fortran_order)")
            .hint("save numpy.ascontiguousarray(array), which stores it row by row"));
    }
    match descr {
        Literal::Text(descr) => plain(descr, rows, width),
        Literal::List(fields) => structured(fields, rows),
        _ => Err(damaged()),
    }
}

fn damaged() -> Error {
    Error::input("the header of the .npy file cannot be read")
        .hint("the file is damaged; write it again with numpy.save")
}

fn plain(descr: &str, rows: u64, width: u64) -> Result<Table> {
    let typed = Typed::parse(descr)?;
    let (scalar, logical) = typed.readable.ok_or_else(|| {
        let hint = if descr.contains('O') {
            "save numbers, not Python objects"
        } else {
            "convert it with array.astype(float)"
        };
        Error::input("the array's type cannot be drawn")
            .expected("numbers, bools or datetimes")
            .found(format!("'{descr}'"))
            .hint(hint)
    })?;
    let columns =
        usize::try_from(width).ok().filter(|columns| (1..=MAX_COLUMNS).contains(columns)).ok_or_else(|| {
            Error::input("the array has too few or too many columns")
                .expected(format!("1 to {MAX_COLUMNS}"))
                .found(width.to_string())
                .hint("rows come first: save array.T of an array of shape (columns, rows)")
        })?;
    let item = |column: usize| Item {
        offset_bytes: column * scalar.len_bytes(),
        scalar,
        big_endian: typed.big_endian,
        logical: logical.clone(),
    };
    let layout = Layout::new(columns * scalar.len_bytes(), (0..columns).map(|column| Some(item(column))).collect())?;
    Ok(Table { rows, layout, fields: vec![Field::new(None, logical.clone(), typed.stored); columns] })
}

fn structured(descr: &[Literal], rows: u64) -> Result<Table> {
    let (mut offset_bytes, mut items, mut fields) = (0usize, Vec::new(), Vec::new());
    for entry in descr {
        let Literal::List(entry) = entry else { return Err(damaged()) };
        let (name, descr, shape) = match entry.as_slice() {
            [Literal::Text(name), Literal::Text(descr)] => (name, descr, None),
            [Literal::Text(name), Literal::Text(descr), Literal::List(shape)] => (name, descr, Some(shape)),
            [Literal::Text(name), Literal::List(_), ..] => {
                return Err(Error::input("structured types within structured types cannot be read")
                    .in_column(name.as_str())
                    .hint("save a flat structured array"));
            }
            _ => return Err(damaged()),
        };
        let typed = Typed::parse(descr)?;
        let count =
            shape.map_or(Some(1), |shape| shape.iter().try_fold(1u64, |count, n| count.checked_mul(n.whole()?)));
        let len =
            count.and_then(|count| usize::try_from(count).ok()).and_then(|count| count.checked_mul(typed.len_bytes));
        let readable = typed.readable.filter(|_| shape.is_none());
        // Padding has no name; it only moves what follows.
        if !name.is_empty() {
            let stored = if shape.is_some() { format!("array of {}", typed.stored) } else { typed.stored };
            let logical = readable.as_ref().map_or(Logical::Category, |(_, logical)| logical.clone());
            let mut field = Field::new(Some(name.clone()), logical, stored);
            field.readable = readable.is_some();
            fields.push(field);
            items.push(readable.map(|(scalar, logical)| Item {
                offset_bytes,
                scalar,
                big_endian: typed.big_endian,
                logical,
            }));
        }
        offset_bytes =
            len.and_then(|len| offset_bytes.checked_add(len)).filter(|&end| end <= 1 << 24).ok_or_else(|| {
                Error::input("a record of the array is too large").expected("at most 16 MiB").in_column(name.as_str())
            })?;
    }
    Ok(Table { rows, layout: Layout::new(offset_bytes, items)?, fields })
}

/// A type string such as `<f8`.
struct Typed {
    len_bytes: usize,
    big_endian: bool,
    readable: Option<(Scalar, Logical)>,
    stored: String,
}

impl Typed {
    fn parse(descr: &str) -> Result<Self> {
        let unknown = || Error::input("the array's type is unknown").found(format!("'{descr}'"));
        if !descr.is_ascii() || descr.len() < 3 {
            return Err(unknown().hint("save numbers: array.astype(float)"));
        }
        let (order, kind, rest) = (descr.as_bytes()[0], descr.as_bytes()[1], &descr[2..]);
        let (digits, unit) = rest.split_at(rest.find('[').unwrap_or(rest.len()));
        let size: usize = digits.parse().ok().filter(|size| *size <= 1 << 20).ok_or_else(unknown)?;
        if !matches!(order, b'<' | b'>' | b'|' | b'=') {
            return Err(unknown());
        }
        let number = |scalar: Scalar| Some((scalar, scalar.logical()));
        let readable = match (kind, size, unit) {
            (b'b', 1, "") => number(Scalar::Bool),
            (b'i', 1, "") => number(Scalar::I8),
            (b'i', 2, "") => number(Scalar::I16),
            (b'i', 4, "") => number(Scalar::I32),
            (b'i', 8, "") => number(Scalar::I64),
            (b'u', 1, "") => number(Scalar::U8),
            (b'u', 2, "") => number(Scalar::U16),
            (b'u', 4, "") => number(Scalar::U32),
            (b'u', 8, "") => number(Scalar::U64),
            (b'f', 4, "") => number(Scalar::F32),
            (b'f', 8, "") => number(Scalar::F64),
            (b'M', 8, unit) => time(unit).map(|logical| (Scalar::I64, logical)),
            _ => None,
        };
        let stored = match &readable {
            Some((scalar, Logical::Number { .. } | Logical::Bool)) => scalar.long_name().to_string(),
            Some(_) => format!("datetime64{unit}"),
            None => descr.to_string(),
        };
        // A text's size counts characters of four bytes.
        let len_bytes = if kind == b'U' { size * 4 } else { size };
        Ok(Self { len_bytes, big_endian: order == b'>', readable, stored })
    }
}

fn time(unit: &str) -> Option<Logical> {
    let unit = match unit {
        "[D]" => return Some(Logical::Date),
        "[s]" => TimeUnit::Second,
        "[ms]" => TimeUnit::Millisecond,
        "[us]" => TimeUnit::Microsecond,
        "[ns]" => TimeUnit::Nanosecond,
        _ => return None,
    };
    Some(Logical::Time { unit, zone: None })
}

enum Literal {
    Text(String),
    Whole(u64),
    Bool(bool),
    /// A tuple or a list.
    List(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
}

impl Literal {
    fn whole(&self) -> Option<u64> {
        match self {
            Self::Whole(value) => Some(*value),
            _ => None,
        }
    }

    fn get(&self, name: &str) -> Option<&Literal> {
        let Self::Dict(entries) = self else { return None };
        entries.iter().find(|(key, _)| matches!(key, Self::Text(key) if key == name)).map(|(_, value)| value)
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn eat(&mut self, token: char) -> bool {
        self.rest = self.rest.trim_ascii_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Literal> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.eat('\'') {
            return self.text('\'');
        }
        if self.eat('"') {
            return self.text('"');
        }
        if self.eat('(') {
            return self.list(')', depth);
        }
        if self.eat('[') {
            return self.list(']', depth);
        }
        if self.eat('{') {
            return self.dict(depth);
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "True" => Some(Literal::Bool(true)),
            "False" => Some(Literal::Bool(false)),
            // Python 2 wrote long integers as 3L.
            _ => word.strip_suffix('L').unwrap_or(word).parse().ok().map(Literal::Whole),
        }
    }

    /// Up to the closing quote; of escapes only those of quotes and backslashes.
    fn text(&mut self, quote: char) -> Option<Literal> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => {
                    text.push(characters.next().map(|(_, next)| next).filter(|next| matches!(next, '\\' | '\'' | '"'))?)
                }
                _ if character == quote => {
                    self.rest = &self.rest[at + quote.len_utf8()..];
                    return Some(Literal::Text(text));
                }
                _ => text.push(character),
            }
        }
        None
    }

    fn list(&mut self, close: char, depth: usize) -> Option<Literal> {
        let mut values = Vec::new();
        while !self.eat(close) {
            values.push(self.value(depth + 1)?);
            if !self.eat(',') {
                return self.eat(close).then_some(Literal::List(values));
            }
        }
        Some(Literal::List(values))
    }

    fn dict(&mut self, depth: usize) -> Option<Literal> {
        let mut entries = Vec::new();
        while !self.eat('}') {
            let key = self.value(depth + 1)?;
            if !self.eat(':') {
                return None;
            }
            entries.push((key, self.value(depth + 1)?));
            if !self.eat(',') {
                return self.eat('}').then_some(Literal::Dict(entries));
            }
        }
        Some(Literal::Dict(entries))
    }
}
