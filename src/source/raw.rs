//! Raw records: `--raw f32x2` is two little-endian 32-bit floats a row, without header and without names.

use std::fmt;
use std::str::FromStr;

use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::bytes::Bytes;
use crate::source::scalar::Scalar;
use crate::source::strided::{Item, Layout, MAX_COLUMNS, Records};
use crate::source::{Field, Input, Reader, Request, Span};

/// What a record of a raw file holds: so many numbers of one type, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawLayout {
    scalar: Scalar,
    count: usize,
}

impl RawLayout {
    /// `count` numbers of one type, 1 to [`MAX_COLUMNS`].
    ///
    /// # Errors
    /// When the count lies outside.
    pub fn new(scalar: Scalar, count: usize) -> Result<Self> {
        if count == 0 || count > MAX_COLUMNS {
            return Err(Error::usage("the raw layout has too few or too many columns")
                .expected(format!("1 to {MAX_COLUMNS}"))
                .found(count.to_string()));
        }
        Ok(Self { scalar, count })
    }

    /// The size of one row.
    #[must_use]
    pub fn record_bytes(self) -> usize {
        self.scalar.len_bytes() * self.count
    }
}

impl fmt::Display for RawLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.scalar, self.count)
    }
}

impl FromStr for RawLayout {
    type Err = Error;

    /// Reads `f32x2`, `i64x3`, `u8x4`; `f64` alone is one column.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::usage("not a raw layout")
                .expected("a type and a number of columns such as f32x2, f64x3, i64x2, u8x4")
                .found(format!("'{text}'"))
        };
        let lower = text.trim().to_ascii_lowercase();
        let (name, count) = lower.split_once('x').unwrap_or((&lower, "1"));
        let scalar = Scalar::ALL.into_iter().find(|scalar| scalar.name() == name).ok_or_else(wrong)?;
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        Self::new(scalar, count.parse().map_err(|_| wrong())?)
    }
}

/// A raw file or pipe.
#[derive(Debug)]
pub struct Raw {
    bytes: Bytes,
    layout: Layout,
    fields: Vec<Field>,
}

impl Raw {
    /// Takes the bytes as records of `layout`.
    ///
    /// # Errors
    /// When the size of a file is no multiple of the record's; a pipe is checked when it ends.
    pub fn open(bytes: Bytes, layout: RawLayout) -> Result<Self> {
        let record_bytes = layout.record_bytes();
        if let Some(len) = bytes.len_bytes() {
            let left_over = len % record_bytes as u64;
            if left_over != 0 {
                return Err(Error::input("the file's size is no multiple of the record's")
                    .in_file(bytes.name())
                    .expected(format!("records of {record_bytes} bytes ({layout})"))
                    .found(format!("{len} bytes, {left_over} bytes left over"))
                    .hint("check --raw, or whether the file is complete"));
            }
        }
        let item = |column: usize| Item::number(column * layout.scalar.len_bytes(), layout.scalar, false);
        let items = (0..layout.count).map(|column| Some(item(column))).collect();
        let fields = vec![Field::new(None, layout.scalar.logical(), layout.scalar.long_name()); layout.count];
        Ok(Self { layout: Layout::new(record_bytes, items)?, fields, bytes })
    }
}

impl Input for Raw {
    fn name(&self) -> &str {
        self.bytes.name()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.bytes.len_bytes()? / self.layout.record_bytes() as u64)
    }

    fn len_bytes(&self) -> Option<u64> {
        self.bytes.len_bytes()
    }

    fn extent(&self, _: usize, _: bool) -> Option<Extent> {
        None
    }

    fn can_reread(&self) -> bool {
        self.bytes.can_reread()
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        let (bytes, layout, fields) = (&self.bytes, &self.layout, &self.fields);
        Records { bytes, offset: 0, layout, fields, rows: self.rows(), ends_with_rows: false }.read(input, request)
    }
}

/// The error for a span that the format or the file does not have.
pub(crate) fn wrong_span(name: &str, span: &Span, rows: Option<u64>) -> Error {
    let error = Error::usage("the input does not have such a part").in_file(name).found(format!("{span:?}"));
    match rows {
        Some(rows) => error.expected(format!("rows of 0..{rows}")),
        None => error.expected("all of it, or rows"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::data::chunk::{Data, Logical};
    use crate::source::bytes::RegularFile;
    use crate::source::stdin::Once;

    fn pipe(bytes: Vec<u8>) -> Bytes {
        Bytes::Once(Once::new("-", Box::new(Cursor::new(bytes))))
    }

    fn request(columns: &[usize], chunk_rows: usize, span: Span) -> Request {
        Request { columns: columns.to_vec(), chunk_rows, span, keep: vec![], checks_extents: false, threads: 1 }
    }

    #[test]
    fn layouts_are_read_and_written_alike() {
        for text in ["f32x2", "f64x3", "i64x2", "u8x4", "i16x1"] {
            assert_eq!(text.parse::<RawLayout>().unwrap().to_string(), text);
        }
        assert_eq!("F64".parse::<RawLayout>().unwrap().to_string(), "f64x1");
        for text in ["", "f32x", "f32x0", "f16x2", "f32x-1", "f32x2x2", "x", "f32x99999999999999999999"] {
            assert!(text.parse::<RawLayout>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_scalar_is_read_where_it_lies() {
        let mut record = Vec::new();
        for value in [1i16, -2, 3, -32768] {
            record.extend(value.to_le_bytes());
        }
        let raw = Raw::open(pipe(record), "i16x2".parse().unwrap()).unwrap();
        assert_eq!(raw.fields()[1].logical, Logical::Number { integer: true });
        let mut reader = raw.read(3, &request(&[1, 0], 10, Span::All)).unwrap();
        let chunk = reader.next().unwrap().unwrap();
        assert_eq!((chunk.len(), chunk.origin().input, chunk.origin().first_row), (2, 3, 0));
        let Data::I64(second) = &chunk.columns()[0].data else { panic!("integers are i64") };
        let Data::I64(first) = &chunk.columns()[1].data else { panic!("integers are i64") };
        assert_eq!((&second[..], &first[..]), (&[-2, -32768][..], &[1, 3][..]));
        assert!(reader.next().unwrap().is_none());
    }

    #[test]
    fn a_broken_record_is_an_error_on_files_and_pipes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0; 19]).unwrap();
        let bytes = Bytes::File(RegularFile::open(file.path(), "p.raw").unwrap());
        let error = Raw::open(bytes, "f32x2".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains("p.raw") && error.contains("3 bytes left over"), "{error}");

        let raw = Raw::open(pipe(vec![0; 19]), "f32x2".parse().unwrap()).unwrap();
        let mut reader = raw.read(0, &request(&[0], 1, Span::All)).unwrap();
        assert!(reader.next().unwrap().is_some());
        assert!(reader.next().unwrap().is_some());
        let error = reader.next().unwrap_err().to_string();
        assert!(error.contains("3 bytes left over"), "{error}");
    }

    #[test]
    fn rows_beyond_the_file_are_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0; 16]).unwrap();
        let bytes = Bytes::File(RegularFile::open(file.path(), "p.raw").unwrap());
        let raw = Raw::open(bytes, "f32x2".parse().unwrap()).unwrap();
        assert_eq!(raw.rows(), Some(2));
        assert!(raw.read(0, &request(&[0], 1, Span::Rows(1..3))).is_err());
        assert!(raw.read(0, &request(&[0], 1, Span::RowGroups(0..1))).is_err());
        assert!(raw.read(0, &request(&[2], 1, Span::All)).is_err(), "there is no third column");
    }
}
