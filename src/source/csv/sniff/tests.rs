//! What is found in the first records of a text.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::data::chunk::Data;
use crate::source::csv::Csv;
use crate::source::stdin::Once;
use crate::source::{Input as _, Request, Span};

fn dialect(text: &str) -> Dialect {
    let bytes = Bytes::Once(Once::new("-", Box::new(Cursor::new(text.as_bytes().to_vec()))));
    sniff(&bytes, None, None, None).unwrap()
}

fn names(text: &str) -> Vec<String> {
    dialect(text).columns.into_iter().map(|(name, _)| name.unwrap_or_else(|| "-".into())).collect()
}

#[test]
fn separators_are_found_with_quotes_in_mind() {
    let separator = |text: &str| dialect(text).cutting.separator;
    for (text, expected) in [
        ("a;b\n1,5;2\n2,5;3\n1;1\n", b';'),
        ("1,5;2,5\n3,5;4,5\n", b';'),
        ("1,5\t2,5\n3,5\t4,5\n", b'\t'),
        ("a\tb\n1\t2\n", b'\t'),
        ("a|b|c\n1|2|3\n", b'|'),
        ("a,b\n\"1;2;3\",4\n\"1;2;3\",5\n", b','),
        ("x\n1\n2\n", b','),
        ("name\nJohn Smith\nAnn Lee\n", b','),
        ("2024-01-01 10:00:00\n2024-01-01 11:00:00\n", b','),
        ("x, y\n1, 2\n3, 4\n", b','),
        ("52.5, 13.4, New York\n48.1, 11.6, Los Angeles\n", b','),
        ("1, 2, \"a, b\"\n3, 4, \"c\"\n5, 6, \"d\"\n", b','),
        ("id, x, y, label\n1, 2, 3, \"p, 7\"\n2, 4, 5, \"p, 8\"\n", b','),
        ("x; y; s\n1; 2; \"a; b\"\n3; 4; \"c; d\"\n", b';'),
    ] {
        assert_eq!(separator(text), Separator::Byte(expected), "{text}");
    }
    for text in [
        "1.5 2.5\n3.5 4.5\n",
        "  1   2\n 10  20\n",
        "x y\n1 2\n3 4\n",
        "1,5 2,5\n3,5 4,5\n",
        "# a\n1.5 -2.5e-03 3\n4 5 6\n",
        "Ann 5\nBob 6\n",
    ] {
        assert_eq!(separator(text), Separator::Blanks, "{text}");
    }
}

#[test]
fn the_separator_that_excel_names_is_taken_and_its_line_is_no_record() {
    let found = dialect("\u{feff}sep=;\r\nx;y\r\n1,5;2\r\n");
    assert_eq!((found.cutting.separator, found.data_place), (Separator::Byte(b';'), (15, 3)));
    assert_eq!(names("sep=|\na,b|c\n1|2\n"), ["a,b", "c"]);
    assert_eq!(names("sep=x\n1\n2\n"), ["sep=x"]);
}

#[test]
fn quotes_behind_a_separator_and_blanks_are_quotes() {
    assert_eq!(names("\"x\", \"y\"\n1, 2\n"), ["x", "y"]);
    assert_eq!(names("x, y, s\n1, 2, \"a, b\"\n3, 4, \"c\"\n"), ["x", "y", "s"]);
    let found = dialect("1, 2, \"a, b\"\n3, 4, \"c\"\n5, 6, \"d\"\n");
    assert_eq!((found.columns.len(), found.data_place), (3, (0, 1)), "no row is taken for a header");
}

#[test]
fn decimal_commas_are_read_where_they_are_proven() {
    let kinds = |text: &str| dialect(text).columns.into_iter().map(|(_, kind)| kind).collect::<Vec<_>>();
    let (integer, number) = (Kind::Number { integer: true }, Kind::Number { integer: false });
    assert_eq!(kinds("a;b;c\n1,5;2;1.5\n2,25;3;2.5\n"), [Kind::CommaNumber, integer, number]);
    assert_eq!(kinds("a;b\n1,5;2,125\n1;3,250\n"), [Kind::CommaNumber, Kind::CommaNumber]);
    assert_eq!(kinds("a;b\n1,234;2,125\n1,500;3,250\n"), [Kind::Text, Kind::Text], "these may be thousands");
    assert_eq!(kinds("a,b\n\"1,5\",2.5\n\"2,5\",3.5\n")[0], Kind::Text, "beside commas they are a list");
    assert_eq!(kinds("1,5;2,5\n3,5;4,5\n"), [Kind::CommaNumber, Kind::CommaNumber], "no header");
}

#[test]
fn comments_are_told_from_data_that_begins_with_a_hash() {
    let found = |text: &str| {
        let dialect = dialect(text);
        let names = dialect.columns.iter().map(|(name, _)| name.clone().unwrap_or_else(|| "-".into()));
        (dialect.cutting.comments, names.collect::<Vec<_>>().join(" "), dialect.data_place)
    };
    assert_eq!(found("# made today\nx,y\n# pause\n1,2\n3,4\n"), (true, "x y".into(), (25, 4)));
    assert_eq!(found("color,x\n#ff0000,1\n#00ff00,2\n"), (false, "color x".into(), (8, 2)));
    assert_eq!(found("#ff0000,1\n#00ff00,2\n"), (false, "- -".into(), (0, 1)));
    assert_eq!(found("#x,y\n1,2\n3,4\n"), (true, "x y".into(), (5, 2)));
    assert_eq!(found("#,Name,HP\n1,Bulbasaur,45\n2,Ivysaur,60\n"), (true, "# Name HP".into(), (10, 2)));
    assert_eq!(found("# made by hand\n# x y\n1 2\n3 4\n"), (true, "x y".into(), (21, 3)));
    assert_eq!(found("# 1 2\n3 4\n5 6\n"), (true, "- -".into(), (6, 2)), "a row that was taken out is no header");
    assert_eq!(found("##v=1\n#CHROM\tPOS\nc1\t5\nc1\t6\n"), (true, "CHROM POS".into(), (17, 3)));
}

#[test]
fn headers_are_told_from_data() {
    assert_eq!(names("x,y\n1,2\n"), ["x", "y"]);
    assert_eq!(names("1,2\n3,4\n"), ["-", "-"]);
    assert_eq!(names("nan,1\n3,4\n"), ["-", "-"]);
    assert_eq!(names("a,b\nc,d\n"), ["a", "b"]);
    assert_eq!(names("x,2020\n1,2\n"), ["x", "2020"]);
    assert_eq!(names("tom,1\nann,2\n"), ["-", "-"]);
    assert_eq!(names("\u{feff}\"x y\",\n1,2\n"), ["x y", "-"], "a mark in front, quotes, and a column without name");
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
        sniff(&bytes, None, None, None).unwrap_err().to_string()
    };
    assert!(refusal(b"\n\r\n").contains("no records"));
    assert!(refusal(b"# x y\n").contains("no records"), "as numpy writes an empty array");
    assert!(refusal(b"\xff\xfex\0,\0y\0").contains("UTF-16"));
    assert!(refusal(b"a,b\n\0\0\0").contains("--raw"));
}

#[test]
fn a_first_row_that_cannot_be_cut_is_where_the_data_begins() {
    // Longer than the sample, with more line ends in its quotes than the sample asks for.
    let long = format!("x,y\n1,\"{}\"\n2,3\n", "a\n".repeat(100_000));
    let bytes = Bytes::Once(Once::new("-", Box::new(std::io::Cursor::new(long.into_bytes()))));
    let dialect = sniff(&bytes, None, None, None).unwrap();
    assert_eq!((dialect.data_place, dialect.columns.len()), ((4, 2), 2));
}

fn piped(text: &str) -> Bytes {
    Bytes::Once(Once::new("-", Box::new(Cursor::new(text.as_bytes().to_vec()))))
}

/// The first column of a text as it is read when so many bytes of it are looked at first.
fn first_column(text: &str, separator: Option<u8>, rows: Option<u64>, sample_bytes: usize) -> Vec<f64> {
    let bytes = piped(text);
    let dialect = sniff_from(&bytes, separator.map(Separator::Byte), None, rows, sample_bytes).unwrap();
    let field = |(name, kind): &(Option<String>, Kind)| Field::new(name.clone(), kind.logical(), kind.stored());
    let csv = Csv { fields: dialect.columns.iter().map(field).collect(), bytes, dialect };
    let request =
        Request { columns: vec![0], chunk_rows: 7, span: Span::All, keep: vec![], checks_extents: false, threads: 1 };
    let mut reader = csv.read(0, &request).unwrap();
    let mut read = Vec::new();
    while let Some(chunk) = reader.next().unwrap() {
        assert!(chunk.columns()[0].unparsed.is_none(), "{:?} in {text:?}", chunk.columns()[0].unparsed);
        match &chunk.columns()[0].data {
            Data::F64(values) => read.extend_from_slice(values),
            other => panic!("{other:?}"),
        }
    }
    read
}

#[test]
fn a_first_row_longer_than_the_sample_is_a_row() {
    // Its line ends stand in quotes, and the sample ends behind them.
    let long = format!("x,y,note,t\n1.5,1,\"{}\",{}\n2.5,2,b,c\n3.5,3,c,d\n", "l\n".repeat(10), "a".repeat(100_000));
    assert_eq!(first_column(&long, None, None, SAMPLE_BYTES), [1.5, 2.5, 3.5]);
    let header = format!("\"x\nx\",y,\"{}\"\n1.5,2,3\n2.5,3,4\n", "1;2\n".repeat(50_000));
    assert_eq!(first_column(&header, None, None, SAMPLE_BYTES), [1.5, 2.5]);
    let header = header.replace("1;2", "l");
    assert_eq!(first_column(&header, None, Some(1), SAMPLE_BYTES), [1.5, 2.5], "where one row alone is wanted");
    assert!(sniff(&piped(&header), None, None, None).unwrap().columns[2].0.as_ref().is_some_and(|name| name.len() > 9));
}

#[test]
fn a_line_of_the_first_row_is_counted_from_the_beginning() {
    for (text, expected) in [
        ("x,y\r\n1,\"\r\n", (5, 2)),
        ("\"x\r\n\",y\r\n1,\"\r\n", (9, 3)),
        ("# a\rx,y\r1,\"\r", (8, 3)),
        ("sep=;\r\nx;y\n1;\"\n", (11, 3)),
    ] {
        assert_eq!(dialect(text).data_place, expected, "{text:?}");
    }
}

#[test]
fn comments_without_end_are_told() {
    let text = "# c\n".repeat(1 << 20) + "x,y\n1,2\n";
    let told = sniff(&piped(&text), None, None, None).unwrap_err().to_string();
    assert!(told.contains("comments and no whole record") && told.ends_with("--max-line"), "{told}");
}

#[test]
fn stray_quotes_do_not_make_a_table_of_lines() {
    let text = "x,y,size\n".to_owned() + &"1.5,2,5\" nail\n".repeat(20_000);
    assert_eq!(first_column(&text, None, None, SAMPLE_BYTES).len(), 20_000);
    assert_eq!(first_column(&text.replace("size", "5\" nail"), None, None, 100).len(), 20_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Held against the `csv` crate: whatever part is looked at first, all rows are read, and no other.
    #[test]
    fn rows_do_not_depend_on_the_sample(
        names in proptest::collection::vec("[a-z,\"\n\r;]{0,60}", 2),
        notes in proptest::collection::vec(("[a-z ,;\"\n\r]{0,20}", "[a-z \"\n\r]{0,300}"), 0..14),
        always in any::<bool>(),
        crlf in any::<bool>(),
        given in any::<bool>(),
        rows in proptest::option::of(1u64..12),
        sample_bytes in 1usize..600,
    ) {
        let mut writer = csv::WriterBuilder::new()
            .quote_style(if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        writer.write_record(["x", &names[0], "y", &names[1]]).unwrap();
        for (row, (note, other)) in notes.iter().enumerate() {
            writer.write_record([&format!("{row}.5"), note, "2.25", other]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        // What makes a table within the quotes of another one is nothing to guess at.
        let text = if given { text } else { text.replace(';', "z") };
        let read = csv::Reader::from_reader(text.as_bytes()).into_records().map(|record| record.unwrap()[0].parse().unwrap());
        let expected: Vec<f64> = read.collect();
        prop_assert_eq!(expected.len(), notes.len());
        if !expected.is_empty() {
            prop_assert_eq!(first_column(&text, given.then_some(b','), rows, sample_bytes), expected, "{:?}", text);
        }
    }
}
