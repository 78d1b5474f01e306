//! The text of a .npy header as a table: type, order and shape become columns and where their values lie.

use crate::data::chunk::Logical;
use crate::error::{Error, Result};
use crate::source::Field;
use crate::source::budget::{Budgets, Limit};
use crate::source::npy::dtype::Type;
use crate::source::npy::literal::{self, Literal};
use crate::source::strided::{Item, Layout};

/// Most values of a subarray that become columns of their own.
const MAX_SUBARRAY: u64 = 64;

/// Most bytes of a record.
const MAX_RECORD_BYTES: usize = 16 << 20;

/// What a header says.
pub(super) struct Header {
    /// The side lengths.
    pub shape: Vec<u64>,
    is_fortran: bool,
    descr: Literal,
}

/// A header as a table.
pub(super) struct Table {
    pub rows: u64,
    /// Of a row, or of the values of one row of each column where `has_columns`.
    pub layout: Layout,
    pub fields: Vec<Field>,
    /// True when each column lies in one piece, one after another (Fortran order).
    pub is_by_column: bool,
}

impl Header {
    /// Reads the header's text.
    pub fn parse(text: &[u8], budgets: &Budgets) -> Result<Self> {
        let text = std::str::from_utf8(text).map_err(|_| damaged())?;
        let mut header = literal::parse(text, budgets.len_of(Limit::Nesting)).ok_or_else(|| {
            let hint = "the file is damaged, or its type is nested deeper than --max-nesting; write it with numpy.save";
            damaged().hint(hint)
        })?;
        let shape = match header.get("shape") {
            Some(Literal::List(shape)) => shape.iter().map(Literal::whole).collect::<Option<Vec<u64>>>(),
            _ => None,
        };
        let Some(Literal::Bool(is_fortran)) = header.get("fortran_order") else { return Err(damaged()) };
        let is_fortran = *is_fortran;
        let descr = header.take("descr").ok_or_else(damaged)?;
        let shape = shape.ok_or_else(|| no_table("none"))?;
        Ok(Self { shape, is_fortran, descr })
    }

    /// The columns: those of a two-dimensional array, the fields of a structured type, or the one there is.
    pub fn table(&self, budgets: &Budgets) -> Result<Table> {
        let (rows, width) = match (self.shape.as_slice(), &self.descr) {
            (&[rows], _) => (rows, 1),
            (&[rows, width], Literal::Text(_)) => (rows, width),
            ([], _) => return Err(no_table("a single value")),
            (shape, _) => return Err(no_table(&format!("{shape:?}"))),
        };
        match &self.descr {
            Literal::Text(descr) => {
                let is_by_column = self.is_fortran && width > 1 && rows > 1;
                plain(descr, rows, width, is_by_column, budgets)
            }
            Literal::List(fields) => {
                let mut record = Record::within(budgets);
                record.add_all("", fields)?;
                let layout = Layout::new(record.len_bytes, record.items)?;
                Ok(Table { rows, layout, fields: record.fields, is_by_column: false })
            }
            _ => Err(damaged()),
        }
    }
}

fn damaged() -> Error {
    Error::input("the header of the .npy file cannot be read")
        .hint("the file is damaged; write it again with numpy.save")
}

fn no_table(found: &str) -> Error {
    Error::input("the array is no table")
        .expected("a shape of (rows,) or (rows, columns)")
        .found(found)
        .hint("save array.reshape(-1, columns)")
}

fn plain(descr: &str, rows: u64, width: u64, is_by_column: bool, budgets: &Budgets) -> Result<Table> {
    let value = Type::parse(descr)?;
    let turn = "rows come first: save array.T of an array of shape (columns, rows)";
    budgets
        .check(Limit::Columns, width, "the array has too many columns")
        .map_err(|error| error.hint(format!("{turn}, or raise {}", Limit::Columns.flag())))?;
    let columns = usize::try_from(width).ok().filter(|columns| *columns > 0);
    let columns = columns.ok_or_else(|| Error::input("the array has no columns").hint(turn))?;
    let place = |column: usize| if is_by_column { 0 } else { column * value.len_bytes };
    let items = (0..columns).map(|column| value.at(place(column))).collect();
    let len_bytes = if is_by_column { value.len_bytes } else { columns * value.len_bytes };
    let mut field = Field::new(None, value.logical(), value.stored.clone());
    field.readable = value.at(0).is_some();
    Ok(Table { rows, layout: Layout::new(len_bytes, items)?, fields: vec![field; columns], is_by_column })
}

/// A structured type while its fields are added.
struct Record<'a> {
    budgets: &'a Budgets,
    len_bytes: usize,
    items: Vec<Option<Item>>,
    fields: Vec<Field>,
}

impl<'a> Record<'a> {
    fn within(budgets: &'a Budgets) -> Self {
        Self { budgets, len_bytes: 0, items: Vec::new(), fields: Vec::new() }
    }

    /// Adds the fields of a structured type; those of one within another as `outer.inner`. (Literals have no more levels
    /// than their budget.)
    fn add_all(&mut self, prefix: &str, fields: &[Literal]) -> Result<()> {
        for entry in fields {
            let Literal::List(entry) = entry else { return Err(damaged()) };
            let (name, descr, shape) = match entry.as_slice() {
                [name, descr] => (name, descr, None),
                [name, descr, Literal::List(shape)] => (name, descr, Some(shape)),
                _ => return Err(damaged()),
            };
            let name = match name {
                Literal::Text(name) => name,
                // A title and the name.
                Literal::List(pair) => match pair.as_slice() {
                    [_, Literal::Text(name)] => name,
                    _ => return Err(damaged()),
                },
                _ => return Err(damaged()),
            };
            let lengths = shape.map_or(Some(vec![]), |shape| shape.iter().map(Literal::whole).collect());
            let lengths = lengths.ok_or_else(damaged)?;
            let full = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            match descr {
                // Padding has no name; it only moves what follows.
                Literal::Text(descr) if name.is_empty() => {
                    let len_bytes = Type::parse(descr)?.len_bytes;
                    self.advance(len_bytes, &lengths, &full)?;
                }
                Literal::Text(descr) => self.add(&full, &Type::parse(descr)?, &lengths)?,
                Literal::List(inner) if lengths.is_empty() => self.add_all(&full, inner)?,
                Literal::List(inner) => {
                    let mut record = Self::within(self.budgets);
                    record.add_all("", inner)?;
                    self.push(&full, "array of records".to_owned(), Logical::Category, None)?;
                    self.advance(record.len_bytes, &lengths, &full)?;
                }
                _ => return Err(damaged()),
            }
        }
        Ok(())
    }

    /// Adds a value, or the values of a subarray as `name.0`, `name.1`, ... (`name.0.0` of two dimensions).
    fn add(&mut self, name: &str, value: &Type, lengths: &[u64]) -> Result<()> {
        let start = self.len_bytes;
        let count = self.advance(value.len_bytes, lengths, name)?;
        if lengths.is_empty() {
            return self.push(name, value.stored.clone(), value.logical(), value.at(start));
        }
        if count > MAX_SUBARRAY {
            return self.push(name, format!("array of {}", value.stored), Logical::Category, None);
        }
        for index in 0..count {
            let (mut rest, mut path) = (index, Vec::new());
            for length in lengths.iter().rev() {
                path.push(format!(".{}", rest % length));
                rest /= length;
            }
            let name = format!("{name}{}", path.into_iter().rev().collect::<String>());
            let offset_bytes = start + index as usize * value.len_bytes;
            self.push(&name, value.stored.clone(), value.logical(), value.at(offset_bytes))?;
        }
        Ok(())
    }

    fn push(&mut self, name: &str, stored: String, logical: Logical, item: Option<Item>) -> Result<()> {
        self.budgets.check(Limit::Columns, self.fields.len() as u64 + 1, "the array has too many columns")?;
        let mut field = Field::new(Some(name.to_owned()), logical, stored);
        field.readable = item.is_some();
        self.fields.push(field);
        self.items.push(item);
        Ok(())
    }

    /// Goes on behind so many values; returns their number.
    fn advance(&mut self, len_bytes: usize, lengths: &[u64], name: &str) -> Result<u64> {
        let count = lengths.iter().try_fold(1u64, |count, length| count.checked_mul(*length));
        let len = count.and_then(|count| usize::try_from(count).ok()?.checked_mul(len_bytes));
        let end = len.and_then(|len| self.len_bytes.checked_add(len)).filter(|end| *end <= MAX_RECORD_BYTES);
        self.len_bytes = end.ok_or_else(|| {
            Error::input("a record of the array is too large").expected("at most 16 MiB").in_column(name)
        })?;
        Ok(count.unwrap_or(0))
    }
}
