//! Text from the data made safe to show: nothing in it can break a line, hide, or turn other text around.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Writes out control characters, line breaks, bidirectional controls and invisible characters (`\n`, `\u{202e}`).
///
/// Use it for every name or value that goes into a picture or onto a terminal.
#[must_use]
pub fn display_text(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_unsafe(c) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The same of a text of several lines that are meant: its line breaks stay.
#[must_use]
pub fn display_lines(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_unsafe(c) && c != '\n') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(display_text).collect::<Vec<_>>().join("\n"))
}

/// JSON with everything written out that could deceive whoever looks at it raw: what JSON itself lets through, such as
/// bidirectional controls, becomes `\\uXXXX`, which every reader of JSON turns back.
#[must_use]
pub fn display_json(json: &str) -> Cow<'_, str> {
    // Line breaks are between values: within texts they are escaped already.
    let is_raw = |c: char| is_unsafe(c) && c != '\n';
    if !json.chars().any(is_raw) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_raw(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The text of bytes that should be UTF-8; of those that are none each as `\xe9`, so that different bytes stay different.
#[must_use]
pub fn text_of_bytes(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String never fails.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    Cow::Owned(text)
}

/// True for a text with a byte that [`text_of_bytes`] wrote out.
#[must_use]
pub fn holds_written_byte(text: &str) -> bool {
    let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    // Bytes that are no UTF-8 are 128 and more.
    text.as_bytes().windows(4).any(|four| four.starts_with(b"\\x") && four[2] >= b'8' && four[2..].iter().all(is_hex))
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_of_any_script_is_untouched() {
        for text in ["", "x_1 [m/s²]", "Größe", "العربية", "日本", "10⁻⁵"] {
            assert!(matches!(display_text(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_could_deceive_is_written_out() {
        assert_eq!(display_text("a\nb\t\u{7}"), "a\\nb\\t\\u{7}");
        assert_eq!(display_lines("a\nb\t\u{7}\n"), "a\nb\\t\\u{7}\n");
        assert_eq!(display_text("x\u{202e}gnp"), "x\\u{202e}gnp");
        assert_eq!(display_text("\u{2066}\u{2028}\u{feff}\u{1b}[31m"), "\\u{2066}\\u{2028}\\u{feff}\\u{1b}[31m");
    }

    #[test]
    fn json_says_the_same_without_what_could_deceive() {
        let value = serde_json::json!({"a\u{202e}": "\u{9b}31m\u{7f}\n\u{e0041}\u{1b}é", "b": [1, "日本"]});
        for json in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let shown = display_json(&json);
            assert!(!shown.chars().any(|c| is_unsafe(c) && c != '\n'), "{shown}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
        assert!(shown_as_is("{\"x\": \"é\"}"));
    }

    fn shown_as_is(json: &str) -> bool {
        matches!(display_json(json), Cow::Borrowed(_))
    }

    #[test]
    fn bytes_that_are_no_text_stay_apart() {
        assert_eq!(text_of_bytes(b"caf\xe9"), "caf\\xe9");
        assert_ne!(text_of_bytes(b"\xe9t\xe9"), text_of_bytes(b"\xe8t\xe9"));
        assert_eq!(text_of_bytes("grün".as_bytes()), "grün");
        assert!(holds_written_byte("caf\\xe9") && holds_written_byte("\\x80"));
        assert!(!holds_written_byte("\\x7f \\xeg café \\x"));
    }
}
