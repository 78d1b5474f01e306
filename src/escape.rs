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
        assert_eq!(display_text("x\u{202e}gnp"), "x\\u{202e}gnp");
        assert_eq!(display_text("\u{2066}\u{2028}\u{feff}\u{1b}[31m"), "\\u{2066}\\u{2028}\\u{feff}\\u{1b}[31m");
    }
}
