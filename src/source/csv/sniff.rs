//! Looks at the first records of a text: delimiter, header, kinds of columns.

use crate::data::chunk::Logical;
use crate::error::{Error, Result};
use crate::source::Field;
use crate::source::bytes::Bytes;
use crate::source::csv::record::{MAX_RECORD_BYTES, Records};
use crate::source::csv::value::{Evidence, Kind, is_null, number};
use crate::source::format::Format;

/// Bytes that are looked at; more only while they hold less than three records.
const SAMPLE_BYTES: usize = 64 << 10;
/// Records that are looked at.
const SAMPLE_RECORDS: usize = 1000;

/// What is known of a text before it is read.
#[derive(Debug)]
pub(super) struct Dialect {
    pub delimiter: u8,
    pub columns: Vec<(Option<String>, Kind)>,
    /// Where the first record behind the header begins: byte offset and line.
    pub data_place: (u64, u64),
}

/// Looks at the head of `bytes`. `like` are the columns that this input has to go with.
pub(super) fn sniff(bytes: &Bytes, delimiter: Option<u8>, like: Option<&[Field]>) -> Result<Dialect> {
    let in_file = |error: Error| error.in_file(bytes.name());
    let (head, whole) = sample(bytes)?;
    let bom = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(in_file(
            Error::input("the text is UTF-16").expected("UTF-8").hint("convert it: iconv -f UTF-16 -t UTF-8 FILE"),
        ));
    }
    let text = &head[bom..];
    if text.contains(&0) {
        let error = Format::from_head(text).err().unwrap_or_else(|| {
            Error::input("the input is no text").hint("name the right format with --format, or its layout with --raw")
        });
        return Err(in_file(error));
    }
    let delimiter = delimiter.unwrap_or_else(|| find_delimiter(text, whole));
    let mut sampled = sampled_records(text, delimiter, whole);
    if sampled.is_empty() {
        return Err(in_file(Error::input("the input holds no records").hint("it needs at least a header line")));
    }
    let has_header = has_header(&sampled);
    let mut data_place = (bom as u64, 1);
    let header = has_header.then(|| sampled.remove(0));
    if header.is_some() {
        let mut records = Records::new(bytes.name(), text, delimiter, bom as u64, 1);
        records.advance()?;
        data_place = records.place_behind();
    }
    let width = header.as_ref().map_or_else(|| sampled.iter().map(Vec::len).max().unwrap_or(0), Vec::len);
    let is_short =
        |record: &Vec<Vec<u8>>| record.len() == width + 1 && record.last().is_some_and(|last| !last.is_empty());
    if header.is_some() && !sampled.is_empty() && sampled.iter().all(is_short) {
        return Err(in_file(
            Error::input("every row has one field more than the header has names")
                .expected(format!("{width} fields"))
                .found((width + 1).to_string())
                .hint("add a name for the first column (R writes row names without one)"),
        ));
    }
    let name = |column: usize| {
        let text = String::from_utf8_lossy(header.as_ref()?.get(column)?).trim().to_string();
        (!text.is_empty()).then_some(text)
    };
    let names: Vec<Option<String>> = (0..width).map(name).collect();
    let kind = |(column, name): (usize, &Option<String>)| {
        let evidence = evidence(&sampled, column);
        match like.and_then(|like| matching(like, column, name.as_deref())) {
            Some(like) => evidence.kind_like(like),
            None => evidence.kind(),
        }
    };
    let kinds: Vec<Kind> = names.iter().enumerate().map(kind).collect();
    Ok(Dialect { delimiter, columns: names.into_iter().zip(kinds).collect(), data_place })
}

/// What the column that has the same name (or number, where there are no names) means elsewhere.
fn matching<'a>(like: &'a [Field], column: usize, name: Option<&str>) -> Option<&'a Logical> {
    let by_name = name.and_then(|name| like.iter().find(|field| field.name.as_deref() == Some(name)));
    by_name
        .or_else(|| like.get(column).filter(|field| field.name.is_none() || name.is_none()))
        .map(|field| &field.logical)
}

/// The first bytes, and whether they are all there are.
fn sample(bytes: &Bytes) -> Result<(Vec<u8>, bool)> {
    let mut len = SAMPLE_BYTES;
    loop {
        let head = bytes.head(len)?;
        let whole = head.len() < len;
        let lines = head.iter().filter(|&&byte| byte == b'\n' || byte == b'\r').take(8).count();
        if whole || lines >= 8 || len > 4 * MAX_RECORD_BYTES {
            return Ok((head, whole));
        }
        len *= 4;
    }
}

/// Complete records of the sample, as many as matter. A text that ends within one drops it.
fn sampled_records(text: &[u8], delimiter: u8, whole: bool) -> Vec<Vec<Vec<u8>>> {
    let mut records = Records::new("", text, delimiter, 0, 1);
    let mut sampled: Vec<Vec<Vec<u8>>> = Vec::new();
    // An error here is one of the record itself and comes again, with its place, when the data is read.
    while sampled.len() < SAMPLE_RECORDS && records.advance().unwrap_or(false) {
        if !whole && records.place_behind().0 >= text.len() as u64 && !sampled.is_empty() {
            break;
        }
        sampled.push((0..records.field_count()).map(|i| records.field(i).unwrap_or_default().to_vec()).collect());
    }
    sampled
}

/// The candidate with which most records have the same number of fields; of equals the one with more fields.
fn find_delimiter(text: &[u8], whole: bool) -> u8 {
    let mut best = (0, 0, b',');
    for candidate in [b',', b'\t', b';', b'|'] {
        let counts: Vec<usize> = sampled_records(text, candidate, whole).iter().map(Vec::len).collect();
        let Some((fields, agreeing)) = most_common(&counts) else { continue };
        let score = (agreeing * 1000 / counts.len(), fields, candidate);
        if fields > 1 && (score.0, score.1) > (best.0, best.1) {
            best = score;
        }
    }
    best.2
}

fn most_common(counts: &[usize]) -> Option<(usize, usize)> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).max_by_key(|&(fields, agreeing)| (agreeing, fields))
}

fn evidence(sampled: &[Vec<Vec<u8>>], column: usize) -> Evidence {
    let mut evidence = Evidence::default();
    sampled.iter().filter_map(|record| record.get(column)).for_each(|text| evidence.add(text));
    evidence
}

/// A first record is a header when it has a text where the records below have numbers, times or bools; or when all its
/// fields are texts that are named once. A record with numbers is data otherwise.
fn has_header(sampled: &[Vec<Vec<u8>>]) -> bool {
    let Some((first, rest)) = sampled.split_first() else { return false };
    let is_name = |text: &[u8]| {
        let mut evidence = Evidence::default();
        evidence.add(text);
        evidence.any() && evidence.kind() == Kind::Text
    };
    if first.iter().all(|text| is_null(text.trim_ascii()) || number(text.trim_ascii()).is_some()) {
        return false;
    }
    let names_typed = |(column, text): (usize, &Vec<u8>)| is_name(text) && evidence(rest, column).is_typed();
    if first.iter().enumerate().any(names_typed) {
        return true;
    }
    let mut names: Vec<&[u8]> = first.iter().map(|text| text.trim_ascii()).collect();
    let all_names = names.iter().all(|text| is_name(text));
    names.sort_unstable();
    all_names && names.windows(2).all(|pair| pair[0] != pair[1])
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::source::stdin::Once;

    fn dialect(text: &str) -> Dialect {
        let bytes = Bytes::Once(Once::new("-", Box::new(Cursor::new(text.as_bytes().to_vec()))));
        sniff(&bytes, None, None).unwrap()
    }

    fn names(text: &str) -> Vec<String> {
        dialect(text).columns.into_iter().map(|(name, _)| name.unwrap_or_else(|| "-".into())).collect()
    }

    #[test]
    fn delimiters_are_found_with_quotes_in_mind() {
        assert_eq!(dialect("a;b\n1,5;2\n2,5;3\n1;1\n").delimiter, b';');
        assert_eq!(dialect("a\tb\n1\t2\n").delimiter, b'\t');
        assert_eq!(dialect("a|b|c\n1|2|3\n").delimiter, b'|');
        assert_eq!(dialect("a,b\n\"1;2;3\",4\n\"1;2;3\",5\n").delimiter, b',');
        assert_eq!(dialect("x\n1\n2\n").delimiter, b',', "one column");
    }

    #[test]
    fn headers_are_told_from_data() {
        assert_eq!(names("x,y\n1,2\n"), ["x", "y"]);
        assert_eq!(names("1,2\n3,4\n"), ["-", "-"]);
        assert_eq!(names("nan,1\n3,4\n"), ["-", "-"]);
        assert_eq!(names("a,b\nc,d\n"), ["a", "b"]);
        assert_eq!(names("x,2020\n1,2\n"), ["x", "2020"]);
        assert_eq!(names("tom,1\nann,2\n"), ["-", "-"]);
        assert_eq!(
            names("\u{feff}\"x y\",\n1,2\n"),
            ["x y", "-"],
            "a mark in front, quotes, and a column without name"
        );
        assert_eq!(names("x,y\n"), ["x", "y"], "a header alone");
        assert_eq!(names("t,v\n2024-01-01T00:00:00Z,true\n"), ["t", "v"]);
    }

    #[test]
    fn the_data_begins_behind_mark_and_header() {
        assert_eq!(dialect("\u{feff}x,y\n1,2\n").data_place, (7, 2));
        assert_eq!(dialect("1,2\n3,4\n").data_place, (0, 1));
        assert_eq!(dialect("\"a\nb\",y\n1,2\n").data_place, (8, 3));
    }

    #[test]
    fn what_is_no_table_says_so() {
        let refusal = |text: &[u8]| {
            let bytes = Bytes::Once(Once::new("-", Box::new(Cursor::new(text.to_vec()))));
            sniff(&bytes, None, None).unwrap_err().to_string()
        };
        assert!(refusal(b"\n\r\n").contains("no records"));
        assert!(refusal(b"\xff\xfex\0,\0y\0").contains("UTF-16"));
        assert!(refusal(b"a,b\n\0\0\0").contains("--raw"));
    }
}
