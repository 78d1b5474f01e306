//! Records against the `csv` crate, byte by byte, and their limits.

use proptest::prelude::*;

use super::*;

const LINE_BYTES: usize = Limit::Line.default_value() as usize;
const COLUMNS: usize = Limit::Columns.default_value() as usize;

const COMMA: Cutting = Cutting { separator: Separator::Byte(b','), comments: false };

/// Hands out one byte a call.
struct Drops<'a>(&'a [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (Some((first, rest)), Some(slot)) = (self.0.split_first(), buffer.first_mut()) else { return Ok(0) };
        *slot = *first;
        self.0 = rest;
        Ok(1)
    }
}

fn records(stream: impl Read) -> Result<Vec<Vec<Vec<u8>>>> {
    cut(stream, COMMA)
}

fn cut(stream: impl Read, cutting: Cutting) -> Result<Vec<Vec<Vec<u8>>>> {
    let mut records = Records::new("t.csv", stream, cutting, 0, 1);
    let mut all = Vec::new();
    while records.advance()? {
        all.push((0..records.field_count()).map(|i| records.field(i).unwrap().to_vec()).collect());
    }
    Ok(all)
}

proptest! {
    /// The `csv` crate is the independent truth, except for quotes that are never closed: those are errors here.
    #[test]
    fn fields_are_those_of_the_csv_crate(text in "[ab1\",\r\n]{0,40}") {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let expected: Vec<Vec<Vec<u8>>> =
            reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
        if let Ok(found) = records(text.as_bytes()) {
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(&records(Drops(text.as_bytes())).unwrap(), &expected);
        } else {
            prop_assert!(text.contains('"'));
        }
    }
}

#[test]
fn places_are_exact_after_every_kind_of_line_end() {
    let text = b"a,b\r\n\r\n1,\"x\ny\"\r\n2,3\n4,5";
    let mut records = Records::new("t", &text[..], COMMA, 0, 1);
    let mut places = Vec::new();
    while records.advance().unwrap() {
        let (offset, line) = records.record_place();
        places.push((offset, line, records.field(0).unwrap()[0]));
    }
    assert_eq!(places, [(0, 1, b'a'), (7, 3, b'1'), (16, 5, b'2'), (20, 6, b'4')]);
    let text = b"a,b\r1,2\r\r3,4\r\n5,6\n";
    let mut records = Records::new("t", &text[..], COMMA, 0, 1);
    let mut places = Vec::new();
    while records.advance().unwrap() {
        places.push(records.record_place());
    }
    assert_eq!(places, [(0, 1), (4, 2), (9, 4), (14, 5)], "carriage returns alone");
}

#[test]
fn lines_and_columns_have_limits() {
    let mut long = vec![b'1'; LINE_BYTES];
    assert_eq!(records(&long[..]).unwrap().len(), 1, "the limit itself is allowed");
    long.extend(b"111\n2\n");
    let error = records(&long[..]).unwrap_err().to_string();
    assert!(error.contains("2000000 bytes") && error.ends_with("raise --max-line"), "{error}");
    let wide = ",".repeat(COLUMNS);
    let error = records(wide.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("100000, found 100001;") && error.ends_with("raise --max-columns"), "{error}");
    assert!(records(std::io::repeat(b'"')).is_err(), "an endless line ends");
}

#[test]
fn a_quote_that_is_never_closed_names_its_line() {
    let error = records(&b"a,b\n1,\"2\n3,4\n"[..]).unwrap_err().to_string();
    assert!(error.contains("line 2") && error.contains("never closed"), "{error}");
}

fn texts(text: &str, cutting: Cutting) -> Vec<Vec<String>> {
    let found = cut(text.as_bytes(), cutting).unwrap();
    assert_eq!(found, cut(Drops(text.as_bytes()), cutting).unwrap());
    let text = |field: Vec<u8>| String::from_utf8(field).unwrap();
    found.into_iter().map(|record| record.into_iter().map(text).collect()).collect()
}

#[test]
fn comments_are_no_records_at_the_start_of_a_line_only() {
    let text = "# \"one\n#two\r\na,b#c\n#\r#x\r\n\"#1\",#2\n# end";
    let comments = Cutting { comments: true, ..COMMA };
    assert_eq!(texts(text, comments), [["a", "b#c"], ["#1", "#2"]]);
    let mut records = Records::new("t", text.as_bytes(), comments, 0, 1);
    assert!(records.advance().unwrap());
    assert_eq!(records.record_place(), (13, 3));
    assert!(records.advance().unwrap());
    assert_eq!(records.record_place().1, 6);
    assert_eq!(texts("#1,2\n", COMMA), [["#1", "2"]]);
    // A comment may be longer than any record, and than the buffer.
    let long = format!("#{}\n1,2\n", "x".repeat(3 * LINE_BYTES));
    assert_eq!(cut(long.as_bytes(), comments).unwrap().len(), 1);
}

#[test]
fn runs_of_blanks_separate_and_those_around_a_record_do_not_count() {
    let blanks = Cutting { separator: Separator::Blanks, comments: true };
    let text = "  1.5   2\t3 \r\n\t\n4 \"five six\"  7\n   # no 1 2\n8,5 9";
    let expected = [vec!["1.5", "2", "3"], vec!["4", "five six", "7"], vec!["8,5", "9"]];
    assert_eq!(texts(text, blanks), expected);
    let mut records = Records::new("t", text.as_bytes(), blanks, 0, 1);
    assert!(records.advance().unwrap());
    assert_eq!(records.record_place(), (2, 1));
    assert!(!records.exceeds(3));
}

/// As `pandas.read_csv(skipinitialspace=True)` reads them; blanks before what is no quote stay.
#[test]
fn quotes_open_behind_blanks_that_follow_a_separator() {
    let text = "1, \"a, b\", x \"y\" ,  \"c\"\"d\"\n \"e\",\t\"f\ng\", h,   \n";
    let expected = [["1", "a, b", " x \"y\" ", "c\"d"], [" \"e\"", "f\ng", " h", "   "]];
    assert_eq!(texts(text, COMMA), expected);
    let tabs = Cutting { separator: Separator::Byte(b'\t'), comments: false };
    assert_eq!(texts("1\t\t \"a\tb\"", tabs), [["1", "", "a\tb"]]);
    assert!(records(&b"1, \"2\n"[..]).unwrap_err().to_string().contains("never closed"));
}

/// Every cell of every case of csv-spectrum, a header of names in front: the JSON beside it is the truth.
#[test]
fn cells_are_those_of_csv_spectrum() {
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/csv-spectrum");
    let corpora =
        std::env::var_os("POINTILLIST_CORPORA").map(|folder| std::path::Path::new(&folder).join("csv-spectrum"));
    for folder in [Some(own), corpora].into_iter().flatten() {
        let mut cases = 0;
        for entry in std::fs::read_dir(folder.join("csvs")).unwrap() {
            let path = entry.unwrap().path();
            let case = path.file_stem().unwrap().to_str().unwrap();
            let mut text = std::fs::read_to_string(&path).unwrap();
            if case.ends_with("_crlf") && !text.contains('\r') {
                // A checkout may have changed the line ends that the case is about.
                text = text.replace('\n', "\r\n");
            }
            let json = std::fs::read(folder.join("json").join(case).with_extension("json")).unwrap();
            let expected: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_slice(&json).unwrap();
            let records = texts(&text, COMMA);
            let (names, rows) = records.split_first().unwrap();
            assert_eq!(rows.len(), expected.len(), "{case}");
            for (row, expected) in rows.iter().zip(&expected) {
                assert_eq!((row.len(), names.len()), (expected.len(), expected.len()), "{case}");
                for (name, cell) in names.iter().zip(row) {
                    assert_eq!(expected[name], *cell, "{case}, {name}");
                }
            }
            cases += 1;
        }
        assert_eq!(cases, 11, "{}", folder.display());
    }
}
