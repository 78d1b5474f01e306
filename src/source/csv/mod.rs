//! Delimited text: comma, semicolon, tab, bar or blanks, with or without a header, typed by its first records.

mod blocks;
mod ends;
mod fields;
mod header;
mod line;
mod record;
mod separator;
mod sniff;
mod take;

use std::io::Read;

use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::bytes::Bytes;
use crate::source::csv::blocks::CsvBlocks;
use crate::source::csv::fields::Separator;
use crate::source::csv::sniff::Dialect;
use crate::source::raw::wrong_span;
use crate::source::sieve::Wanted;
use crate::source::text::blockwise::{self, Format, Plan};
use crate::source::text::column::Gathered;
use crate::source::text::reader::Task;
use crate::source::text::value::Kind;
use crate::source::{Field, Input, Reader, Request, Span};

/// A delimited text.
#[derive(Debug)]
pub struct Csv {
    bytes: Bytes,
    dialect: Dialect,
    fields: Vec<Field>,
}

impl Csv {
    /// Looks at the first records. Without a `delimiter` it is found. `like` are the columns of an input that this one
    /// has to go with: its numbers and times are read in the same way.
    ///
    /// # Errors
    /// When it cannot be read, is no text, or holds no record.
    pub fn open(bytes: Bytes, delimiter: Option<u8>, like: Option<&[Field]>) -> Result<Self> {
        Self::open_for(bytes, delimiter, like, None)
    }

    /// The same where only the first so many rows are wanted: no others are looked at, nor waited for.
    ///
    /// # Errors
    /// As [`Csv::open`].
    pub fn open_for(bytes: Bytes, delimiter: Option<u8>, like: Option<&[Field]>, rows: Option<u64>) -> Result<Self> {
        let dialect = sniff::sniff(&bytes, delimiter.map(Separator::Byte), like, rows)?;
        let field = |(name, kind): &(Option<String>, Kind)| Field::new(name.clone(), kind.logical(), kind.stored());
        let fields = dialect.columns.iter().map(field).collect();
        Ok(Self { bytes, dialect, fields })
    }
}

impl Input for Csv {
    fn name(&self) -> &str {
        self.bytes.name()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn len_bytes(&self) -> Option<u64> {
        self.bytes.stored_bytes()
    }

    fn extent(&self, _: usize, _: bool) -> Option<Extent> {
        None
    }

    fn decoding_bytes(&self) -> u64 {
        self.len_bytes().unwrap_or(u64::MAX).min(blockwise::DECODING_BYTES)
    }

    fn can_reread(&self) -> bool {
        self.bytes.can_reread()
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        self.read_wanted(input, request, Wanted { every: 1, rows_before: 0, limit: None })
    }

    /// Rows that are not wanted are passed over without a look at their fields.
    fn read_wanted(&self, input: usize, request: &Request, wanted: Wanted) -> Result<Box<dyn Reader>> {
        let kind = |&column: &usize| {
            let found = self.dialect.columns.get(column).map(|(_, kind)| (column, kind.clone()));
            found.ok_or_else(|| Error::usage(format!("there is no column {column}")).in_file(self.name()))
        };
        let columns = request.columns.iter().map(kind).collect::<Result<Vec<_>>>()?;
        let (data_offset, data_line) = self.dialect.data_place;
        let (place, end) = match &request.span {
            Span::All => ((data_offset, data_line), self.bytes.len_bytes().unwrap_or(u64::MAX).max(data_offset)),
            Span::Bytes(span) if span.start <= span.end && self.bytes.len_bytes().is_none_or(|len| span.end <= len) => {
                let place = if span.start <= data_offset { (data_offset, data_line) } else { (span.start, 1) };
                (place, span.end.max(place.0))
            }
            other => {
                return Err(wrong_span(self.name(), other, None).expected("all of it, or bytes from record to record"));
            }
        };
        let (stream, stored) = self.bytes.counted_reader_at(place.0)?;
        let stream = stream.take(end - place.0);
        let chosen = columns.iter().map(|(column, kind)| (*column, Gathered::takes_numbers(kind))).collect();
        let format = CsvBlocks {
            name: self.name().into(),
            cutting: self.dialect.cutting,
            budgets: *self.bytes.budgets(),
            width: self.dialect.columns.len(),
            columns: chosen,
        };
        let kinds = columns.into_iter().map(|(_, kind)| kind).collect();
        let (chunk_rows, start) = (request.chunk_rows, place.0);
        let task = Task { kinds, chunk_rows, input, start, stored, wanted };
        let plan = Plan::new(&self.bytes, end - start, format.record_bytes(), &task, request.threads);
        blockwise::read(format, (stream, place.1), task, plan)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::data::chunk::{Chunk, Data, Logical, Position, TimeUnit, Unparsed};
    use crate::source::stdin::Once;

    fn csv(text: &str) -> Csv {
        let bytes = Bytes::Once(Once::new("-", Box::new(Cursor::new(text.as_bytes().to_vec()))));
        Csv::open(bytes, None, None).unwrap()
    }

    fn read(csv: &Csv, columns: &[usize], chunk_rows: usize) -> Vec<Chunk<'static>> {
        let request = Request {
            columns: columns.to_vec(),
            chunk_rows,
            span: Span::All,
            keep: vec![],
            checks_extents: false,
            threads: 1,
        };
        let mut reader = csv.read(0, &request).unwrap();
        std::iter::from_fn(|| reader.next().unwrap()).collect()
    }

    fn floats(data: &Data<'_>) -> Vec<f64> {
        let Data::F64(values) = data else { panic!("expected f64, found {data:?}") };
        values.to_vec()
    }

    fn flags(chunk: &Chunk<'_>, column: usize) -> Option<Vec<u8>> {
        chunk.columns()[column].validity.as_ref().map(|flags| flags.to_vec())
    }

    #[test]
    fn bad_cells_are_counted_with_the_place_of_the_first() {
        let csv = csv("x,y\r\n1,2\r\nabc,3\r\n\r\n,inf\r\n 7 ,\"8\"\r\nlong,nan\r\n9\r\n");
        let chunks = read(&csv, &[0, 1], 100);
        let chunk = &chunks[0];
        assert_eq!((chunks.len(), chunk.len()), (1, 6), "a blank line is no record");
        assert_eq!(flags(chunk, 0), Some(vec![1, 0, 0, 1, 0, 1]));
        let told = Unparsed { count: 2, rows: vec![1, 4], row: 1, line: 3, text: "abc".into() };
        assert_eq!(chunk.columns()[0].unparsed.as_ref(), Some(&told));
        let y = floats(&chunk.columns()[1].data);
        assert_eq!((y[0], y[2], y[3]), (2., f64::INFINITY, 8.));
        assert!(y[4].is_nan());
        assert_eq!(flags(chunk, 1), Some(vec![1, 1, 1, 1, 1, 0]), "NaN is a value, a missing field is not");
        assert_eq!(chunk.columns()[1].unparsed, None);
    }

    #[test]
    fn records_with_more_fields_than_columns_are_invalid_and_told() {
        let csv = csv("name,x\nann,1\nsmith, 5,2\nbob,3,\n");
        let chunk = &read(&csv, &[1, 0], 10)[0];
        assert_eq!(flags(chunk, 0), Some(vec![1, 0, 1]), "an empty field at the end is none");
        let told = Unparsed { count: 1, rows: vec![1], row: 1, line: 3, text: "3 fields instead of 2".into() };
        assert_eq!((chunk.columns()[0].unparsed.as_ref(), flags(chunk, 1)), (Some(&told), Some(vec![1, 0, 1])));
        // As R writes row names: a name fewer than fields, in every row.
        let bytes = Bytes::Once(Once::new("-", Box::new(Cursor::new(b"x,y\n1,10,100\n2,20,200\n".to_vec()))));
        let error = Csv::open(bytes, None, None).err().unwrap().to_string();
        assert!(error.contains("a name for the first column"), "{error}");
    }

    #[test]
    fn large_integers_stay_exact_and_fractions_among_them_are_told() {
        let csv = csv("t,u\n1700000000000000001,1\n1700000000000000003,2\n0.5,3\nnan,4\n");
        let chunk = &read(&csv, &[0], 10)[0];
        // The half among the sampled values makes the column a float one: decided by the sample, once.
        assert!(matches!(chunk.columns()[0].data, Data::F64(_)));
        let mut text = "t\n".to_string();
        text.push_str(&"1700000000000000001\n".repeat(1000));
        text.push_str("0.5\nnan\n");
        let csv = self::csv(&text);
        let chunk = &read(&csv, &[0], 5000)[0];
        let Data::I64(values) = &chunk.columns()[0].data else { panic!("exact integers") };
        assert_eq!(values[999], 1_700_000_000_000_000_001);
        let told = Unparsed { count: 1, rows: vec![1000], row: 1000, line: 1002, text: "0.5".into() };
        assert_eq!(chunk.columns()[0].unparsed.as_ref(), Some(&told));
        assert_eq!(&flags(chunk, 0).unwrap()[999..], [1, 0, 0]);
    }

    #[test]
    fn times_and_names_have_their_types() {
        let csv = csv(
            "t;d;b;c\n2024-01-01T00:00:01Z;1970-01-02;TRUE;red\n1970-01-01 00:00:00.5+01:00;1969-12-31;false;\n;x;;red\n",
        );
        let chunk = &read(&csv, &[3, 2, 1, 0], 10)[0];
        let columns = chunk.columns();
        let Data::Dict { keys, names } = &columns[0].data else { panic!("names") };
        assert_eq!((names[keys[0] as usize].as_str(), names[keys[2] as usize].as_str()), ("red", "red"));
        assert_eq!(flags(chunk, 0), Some(vec![1, 0, 1]));
        let integers = |column: usize| match &columns[column].data {
            Data::I64(values) => values.to_vec(),
            other => panic!("expected i64, found {other:?}"),
        };
        assert_eq!((&integers(1)[..2], &integers(2)[..2]), (&[1, 0][..], &[1, -1][..]));
        assert_eq!(columns[1].logical, Logical::Bool);
        assert_eq!(columns[2].unparsed.as_ref().map(|unparsed| unparsed.text.as_str()), Some("x"));
        assert_eq!(columns[3].logical, Logical::Time { unit: TimeUnit::Microsecond, zone: Some("UTC".into()) });
        assert_eq!(&integers(3)[..2], [1_704_067_201_000_000, -3_599_500_000]);
    }

    #[test]
    fn origins_tell_where_to_go_on() {
        let csv = csv("x\n10\n20\n30\n");
        let chunks = read(&csv, &[0], 2);
        assert_eq!(chunks[1].origin().first_row, 2);
        assert_eq!(chunks[1].origin().position, Position::Byte { offset: 8, row: 2, line: 4 });
    }

    #[test]
    fn a_further_file_is_read_as_the_first() {
        let first = [
            Field::new(Some("x".into()), Logical::Number { integer: false }, ""),
            Field::new(Some("c".into()), Logical::Category, ""),
            Field::new(Some("t".into()), Logical::Time { unit: TimeUnit::Nanosecond, zone: None }, ""),
        ];
        let text = "c,x,t\n1,2,2024-01-01T00:00\n3,4,2024-01-01T00:00\n";
        let bytes = Bytes::Once(Once::new("-", Box::new(Cursor::new(text.as_bytes().to_vec()))));
        let csv = Csv::open(bytes, None, Some(&first)).unwrap();
        let logicals: Vec<&Logical> = csv.fields().iter().map(|field| &field.logical).collect();
        assert_eq!(logicals, [&first[1].logical, &first[0].logical, &first[2].logical]);
    }
}
