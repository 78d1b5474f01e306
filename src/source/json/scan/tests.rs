//! The reader of objects against serde_json.

use std::collections::HashMap;

const DEPTH: usize = 64;

use proptest::prelude::*;

use super::*;

/// The members of the outermost object, those of objects under `a.b`, as serde_json reads them.
fn expected(text: &str) -> Option<HashMap<(String, Option<String>), serde_json::Value>> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let mut members = HashMap::new();
    for (key, value) in object {
        for (inner, value) in value.as_object().into_iter().flatten() {
            members.insert((key.clone(), Some(inner.clone())), value.clone());
        }
        members.insert((key, None), value);
    }
    Some(members)
}

type Scanned<'a> = HashMap<(String, Option<String>), Value<'a>>;

/// The members, the last one of each key.
fn scanned(text: &str) -> Result<Scanned<'_>, Flaw> {
    let string = |inside: &[u8]| String::from_utf8(unescaped(inside).into_owned()).unwrap();
    let mut members = HashMap::new();
    object(text.as_bytes(), DEPTH, |member| {
        let part = match member.value {
            Value::Null => &b""[..],
            Value::Bare(part) | Value::String(part) | Value::Nested(part) => part,
        };
        assert_eq!(&text.as_bytes()[member.at..member.at + part.len()], part);
        members.insert((string(member.outer), member.inner.map(string)), member.value);
    })?;
    Ok(members)
}

fn is_same(found: Value<'_>, expected: &serde_json::Value) -> bool {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    match (found, expected) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bare(bare), serde_json::Value::Bool(value)) => text(bare) == value.to_string(),
        (Value::Bare(bare), serde_json::Value::Number(value)) => text(bare).parse() == Ok(value.as_f64().unwrap()),
        (Value::String(inside), serde_json::Value::String(value)) => text(&unescaped(inside)) == *value,
        (Value::Nested(part), value) => serde_json::from_slice::<serde_json::Value>(part).unwrap() == *value,
        _ => false,
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "[a-b\"\\\\/\n\u{1}é😀]{0,4}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::hash_map("[a-c\"\\\\]{1,2}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    /// Valid texts, and texts with one byte more, less or changed: accepted by both or by none, with the same values.
    #[test]
    fn objects_are_those_of_serde_json(
        members in proptest::collection::vec(("[a-c\"]{1,2}", json()), 0..5),
        pretty in any::<bool>(),
        at in any::<prop::sample::Index>(),
        byte in prop::sample::select(b"{}[],:\"\\ 0123-+.eEutrnfalsN\n\t/x".to_vec()),
        how in 0..4,
    ) {
        let object = serde_json::Value::Object(members.into_iter().collect());
        let mut text = if pretty { serde_json::to_vec_pretty(&object) } else { serde_json::to_vec(&object) }.unwrap();
        let at = at.index(text.len());
        match how {
            1 => text.insert(at, byte),
            2 => { text.remove(at); }
            3 => text[at] = byte,
            _ => {}
        }
        let Ok(text) = String::from_utf8(text) else { return Ok(()) };
        match (scanned(&text), expected(&text)) {
            (Ok(found), Some(expected)) => {
                // Where a changed byte makes two keys one, members of the first object may be left over.
                prop_assert!(found.len() >= expected.len());
                for (key, value) in &expected {
                    prop_assert!(is_same(found[key], value), "{:?} in {}", key, text);
                }
            }
            (Err(_), None) => {}
            (Ok(_), None) => {
                // Numbers beyond f64 and halves of pairs are read here.
                let error = serde_json::from_str::<serde_json::Value>(&text).unwrap_err().to_string();
                prop_assert!(error.contains("out of range") || error.contains("surrogate") || error.contains("hex escape"), "{}: {}", text, error);
            }
            (Err(flaw), Some(_)) => prop_assert!(false, "{}: {:?}", text, flaw),
        }
    }

    #[test]
    fn anything_ends_in_a_result(text in "[{}\\[\\]\",:\\\\u0-9a-f\\-+.eE \n]{0,60}") {
        let is_read = object(text.as_bytes(), DEPTH, |_| {}).is_ok();
        if let Some(members) = expected(&text) {
            prop_assert!(is_read, "{}", members.len());
        }
    }
}

#[test]
fn what_python_writes_is_read_and_depth_has_a_limit() {
    let found = scanned(r#"{"a": NaN, "b": -Infinity, "c": Infinity, "d": "NaN"}"#).unwrap();
    let of = |key: &str| found[&(key.to_owned(), None)];
    assert_eq!((of("a"), of("b")), (Value::Bare(b"NaN"), Value::Bare(b"-Infinity")));
    assert_eq!((of("c"), of("d")), (Value::Bare(b"Infinity"), Value::String(b"NaN")));
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(object(nested(DEPTH - 1).as_bytes(), DEPTH, |_| {}).is_ok());
    let flaw = object(nested(DEPTH).as_bytes(), DEPTH, |_| {}).unwrap_err();
    assert_eq!(flaw.what, "nested deeper than --max-nesting");
    // Far deeper than any stack.
    assert_eq!(object(nested(1_000_000).as_bytes(), DEPTH, |_| {}), Err(flaw));
    assert_eq!(unescaped(br"\ud83d\ude00\ud83d\u00e9\udc00").as_ref(), "😀\u{fffd}é\u{fffd}".as_bytes());
}

#[test]
fn flaws_say_what_and_where() {
    for (text, what, at) in [
        ("{\"a\": 1", "the text ends early", 7),
        ("{\"a\" 1}", "':' expected", 5),
        ("{\"a\": 01}", "',' or '}' expected", 7),
        ("{a: 1}", "a key in quotes expected", 1),
        ("{\"a\": 1,}", "a key in quotes expected", 8),
        ("{\"a\": nul}", "a value expected", 6),
        ("{} {}", "nothing more expected", 3),
        ("[1]", "'{' expected", 0),
        ("{\"a\": -}", "a digit expected", 7),
        ("{\"a\": \"\u{1}\"}", "no control character expected", 7),
    ] {
        assert_eq!(object(text.as_bytes(), DEPTH, |_| {}), Err(Flaw { what, at }), "{text}");
    }
}
