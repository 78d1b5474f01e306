//! What is found in the first records of a text.

use std::io::Cursor;

use super::*;
use crate::source::stdin::Once;

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
