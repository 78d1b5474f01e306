//! Records, kinds, places and damage of JSON inputs.

use std::io::Cursor;

use super::*;
use crate::data::chunk::{Chunk, Data, TimeUnit, Unparsed};
use crate::source::stdin::Once;

fn bytes(text: &str) -> Bytes {
    Bytes::Once(Once::new("-", Box::new(Cursor::new(text.as_bytes().to_vec()))))
}

fn json(text: &str) -> Json {
    Json::open(bytes(text), None).unwrap()
}

fn refusal(text: &str) -> String {
    Json::open(bytes(text), None).err().unwrap().to_string()
}

fn all(json: &Json, columns: &[usize], chunk_rows: usize) -> Result<Vec<Chunk<'static>>> {
    let request = Request {
        columns: columns.to_vec(),
        chunk_rows,
        span: Span::All,
        keep: vec![],
        checks_extents: false,
        threads: 1,
    };
    let mut reader = json.read(0, &request)?;
    let mut chunks = Vec::new();
    while let Some(chunk) = reader.next()? {
        chunks.push(chunk);
    }
    Ok(chunks)
}

fn floats(text: &str, column: usize) -> Vec<f64> {
    let of = |chunk: &Chunk<'_>| match &chunk.columns()[0].data {
        Data::F64(values) => values.to_vec(),
        other => panic!("expected f64, found {other:?}"),
    };
    all(&json(text), &[column], 2).unwrap().iter().flat_map(of).collect()
}

fn flags(chunk: &Chunk<'_>, column: usize) -> Option<Vec<u8>> {
    chunk.columns()[column].validity.as_ref().map(|flags| flags.to_vec())
}

fn names(json: &Json) -> Vec<&str> {
    json.fields().iter().map(|field| field.name.as_deref().unwrap()).collect()
}

#[test]
fn lines_values_and_arrays_hold_the_same_rows() {
    for text in [
        "{\"x\": 1, \"y\": 0.5}\n{\"y\": 1.5, \"x\": 2}\r\n\n{\"x\":3,\"y\":2.5}",
        "\u{feff}{\"x\": 1, \"y\": 0.5}\n{\"y\": 1.5, \"x\": 2}\n{\"x\":3,\"y\":2.5}\n",
        "{\n  \"x\": 1,\n  \"y\": 0.5\n}\n{\n  \"y\": 1.5, \"x\": 2\n} {\"x\":3,\"y\":2.5}",
        "{\"x\":1,\"y\":0.5}{\"x\":2,\"y\":1.5}{\"x\":3,\"y\":2.5}\n",
        "[{\"x\":1,\"y\":0.5},{\"x\":2,\"y\":1.5},{\"x\":3,\"y\":2.5}]",
        "\u{feff}  [\n  {\"x\":1, \"y\":0.5 }\n,{\"x\":2,\n\"y\":1.5},\n\n{\"x\":3,\"y\":2.5} ] \n\n",
    ] {
        assert_eq!(names(&json(text)), ["x", "y"], "{text}");
        assert_eq!(floats(text, 0), [1., 2., 3.], "{text}");
        assert_eq!(floats(text, 1), [0.5, 1.5, 2.5], "{text}");
    }
}

#[test]
fn columns_stand_in_the_order_of_their_first_appearance_one_level_deep() {
    let json = json(concat!(
        "{\"a\": null, \"b\": {\"x\": 1, \"y\": {\"z\": 2}}, \"l\": [1, 2], \"n\": null}\n",
        "{\"new\": 5, \"a\": {\"t\": \"2024-01-01\"}, \"b\": {\"x\": 2.5, \"w\": true}, \"k\\u00e9\": \"\\\"\"}\n",
    ));
    assert_eq!(names(&json), ["b.x", "b.y", "l", "n", "new", "a.t", "b.w", "ké"]);
    let readable: Vec<bool> = json.fields().iter().map(|field| field.readable).collect();
    assert_eq!(readable, [true, false, false, true, true, true, true, true]);
    let logical: Vec<&Logical> = json.fields().iter().map(|field| &field.logical).collect();
    assert_eq!(*logical[0], Logical::Number { integer: false });
    assert_eq!((logical[5], logical[6], logical[7]), (&Logical::Date, &Logical::Bool, &Logical::Category));
    assert_eq!(json.fields()[4].stored, "integer");
    let error = all(&json, &[2], 10).unwrap_err().to_string();
    assert!(error.contains("'l'") && error.contains("list"), "{error}");
}

#[test]
fn values_of_another_kind_are_told_with_the_first_place() {
    let text = "{\"x\":1}\n{\"x\":\"abc\"}\n{}\n{\"x\":null}\n{\"x\":[1,2]}\n{\"x\":\"7.5\"}\n{\"x\":NaN}\n{\"x\":true}\n{\"x\":4}\n";
    let json = json(text);
    let chunk = &all(&json, &[0], 100).unwrap()[0];
    assert_eq!(flags(chunk, 0), Some(vec![1, 0, 0, 0, 0, 1, 1, 0, 1]));
    assert_eq!(
        chunk.columns()[0].unparsed,
        Some(Unparsed { count: 3, rows: vec![1, 4, 7], row: 1, line: 2, text: "abc".into() })
    );
    let lists = "{\"x\":1}\n{\"x\":2}\n{\"x\": [1, 2]}\n";
    let chunk = &all(&self::json(lists), &[0], 100).unwrap()[0];
    assert_eq!(chunk.columns()[0].unparsed.as_ref().map(|unparsed| unparsed.text.as_str()), Some("[1, 2]"));
}

#[test]
fn damaged_lines_are_invalid_rows() {
    let text =
        "{\"x\":1,\"y\":1}\n{\"x\":2,\n{\"x\":3,\"y\":3}\n42\n{\"x\":5,\"y\":5}}\n{\"x\":6,\"y\":6}\n{\"x\":7,\"y";
    let json = json(text);
    let chunk = &all(&json, &[1, 0], 100).unwrap()[0];
    for column in [0, 1] {
        assert_eq!(flags(chunk, column), Some(vec![1, 0, 1, 0, 0, 1, 0]));
        let told = chunk.columns()[column].unparsed.clone().unwrap();
        assert_eq!((told.count, told.row, told.line), (4, 1, 2));
        assert!(told.text.contains("damaged JSON: the text ends early at byte"), "{}", told.text);
    }
    // A damaged first line is one row too, not the beginning of something that goes on.
    let first = &all(&self::json("{\"x\": 1, \"y\"\n{\"x\": 2}\n{\"x\": 3}\n"), &[0], 10).unwrap()[0];
    assert_eq!(flags(first, 0), Some(vec![0, 1, 1]));
}

#[test]
fn damaged_arrays_are_errors() {
    let rest = |text: &str| all(&json(text), &[0], 1).unwrap_err().to_string();
    for text in ["[{\"x\":1},{\"x\":2}", "[{\"x\":1},", "[{\"x\":1},{\"x\":2},{\"x\":"] {
        let error = rest(text);
        assert!(error.contains("never closed") && error.contains("truncated"), "{text}: {error}");
    }
    assert!(rest("[{\"x\":1}\n{\"x\":2}]").contains("line 2"));
    assert!(rest("[{\"x\":1}] [").contains("nothing behind"));
    assert!(rest("[{\"x\":1},{\"x\":2}]]").contains("nothing behind"));
    let chunk = &all(&json("[{\"x\":1},null,{\"x\" 2},{\"x\":3}]"), &[0], 9).unwrap()[0];
    assert_eq!(flags(chunk, 0), Some(vec![1, 0, 0, 1]));
}

#[test]
fn large_integers_are_exact_and_times_have_their_unit() {
    let text = concat!(
        "{\"i\":1700000000000000001,\"u\":18446744073709551615,\"t\":\"2024-01-01T00:00:01Z\",\"n\":123456789012345678901}\n",
        "{\"i\":-5,\"u\":0,\"t\":\"1970-01-01 00:00:00.5+01:00\",\"n\":1}\n",
    );
    let chunk = &all(&json(text), &[0, 1, 2, 3], 10).unwrap()[0];
    let Data::I64(i) = &chunk.columns()[0].data else { panic!("i64") };
    let Data::U64(u) = &chunk.columns()[1].data else { panic!("u64") };
    let Data::I64(t) = &chunk.columns()[2].data else { panic!("times") };
    let Data::F64(n) = &chunk.columns()[3].data else { panic!("f64") };
    assert_eq!((&i[..], &u[..]), (&[1_700_000_000_000_000_001, -5][..], &[u64::MAX, 0][..]));
    assert_eq!(t[..], [1_704_067_201_000_000, -3_599_500_000]);
    assert_eq!(n[0], 123_456_789_012_345_678_901.);
    let unit = Logical::Time { unit: TimeUnit::Microsecond, zone: Some("UTC".into()) };
    assert_eq!(chunk.columns()[2].logical, unit);
}

#[test]
fn names_are_what_the_strings_say() {
    let text = "{\"c\":\"NA\"}\n{\"c\":\"a\\nb\"}\n{\"c\":null}\n{\"c\":\"\"}\n{\"c\":\"\\u00e9\"}\n{\"c\":5}\n{\"c\":\"NA\"}\n";
    let chunk = &all(&json(text), &[0], 10).unwrap()[0];
    let Data::Dict { keys, names } = &chunk.columns()[0].data else { panic!("names") };
    let found: Vec<&str> = keys.iter().map(|&key| names[key as usize].as_str()).collect();
    assert_eq!((found[0], found[1], found[3], found[4], found[5], found[6]), ("NA", "a\nb", "", "é", "5", "NA"));
    assert_eq!(flags(chunk, 0), Some(vec![1, 1, 0, 1, 1, 1, 1]));
}

#[test]
fn keys_in_any_order_and_twice_find_their_columns() {
    let mut text = String::new();
    for row in 0..50 {
        let (x, y) = (format!("\"x\": {row}"), format!("\"y\": {}", row * 2));
        text += &match row % 4 {
            0 => format!("{{{x}, {y}}}\n"),
            1 => format!("{{{y}, \"z\": {{\"x\": 7}}, {x}}}\n"),
            2 => format!("{{\"x\": -1, {y}, \"\\u0078\": {row}}}\n"),
            _ => format!("{{\"q\": [{{\"x\": 3}}], {y}, {x}}}\n"),
        };
    }
    assert_eq!(floats(&text, 0), (0..50).map(f64::from).collect::<Vec<_>>());
    assert_eq!(floats(&text, 1), (0..50).map(|row| f64::from(row * 2)).collect::<Vec<_>>());
}

#[test]
fn what_is_no_json_of_objects_says_so() {
    assert!(refusal("[[1,2],[3,4]]").contains("one a line or in one array"));
    assert!(refusal("x,y\n1,2\n").contains("--format"));
    assert!(refusal("[]").contains("no records"));
    assert!(refusal("{}\n{}\n").contains("no fields"));
    assert!(refusal("{\"x\": 1, ").contains("no fields"));
    let long = format!("{{\"features\": [{}]}}", "1,".repeat(2_000_000));
    assert!(refusal(&long).contains("2000000 bytes"));
    let endless = Bytes::Once(Once::new("-", Box::new(std::io::repeat(b'{'))));
    assert!(Json::open(endless, None).is_err(), "an endless record ends");
    let wide: String = (0..100_001).map(|key| format!("\"{key}\":1,")).collect();
    assert!(refusal(&format!("{{{}\"x\":1}}", wide)).contains("too many columns"));
}

#[test]
fn a_further_file_is_read_as_the_first() {
    let first = [
        Field::new(Some("x".into()), Logical::Number { integer: false }, ""),
        Field::new(Some("c".into()), Logical::Category, ""),
    ];
    let json = Json::open(bytes("{\"c\":1,\"x\":2}\n"), Some(&first)).unwrap();
    let logicals: Vec<&Logical> = json.fields().iter().map(|field| &field.logical).collect();
    assert_eq!(logicals, [&first[1].logical, &first[0].logical]);
}
