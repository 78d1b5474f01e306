//! Numbers with a decimal comma, as spreadsheets write them where people do: `1,5` beside `;` or a tab.
//!
//! `1,234` may be a thousand or a bit more than one; only texts that cannot be thousands prove a decimal comma.

/// What a text with one comma is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comma {
    /// A number with a decimal comma, such as `1,5` or `0,125`.
    Decimal,
    /// A number with a decimal comma or with a comma between thousands: `1,234`.
    Either,
}

/// A number with a decimal comma or without a fraction; one with a point is none, nor is one that ends with its comma
/// (that one separates).
pub(super) fn number(text: &[u8]) -> Option<f64> {
    const MAX_BYTES: usize = 128;
    if text.len() > MAX_BYTES || text.contains(&b'.') {
        return None;
    }
    let mut pointed = [0; MAX_BYTES];
    let pointed = &mut pointed[..text.len()];
    pointed.copy_from_slice(text);
    if let Some(comma) = pointed.iter().position(|&byte| byte == b',') {
        if !text.get(comma + 1).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        pointed[comma] = b'.';
    }
    std::str::from_utf8(pointed).ok()?.parse().ok()
}

/// What a text is when its comma is taken for a decimal one; `None` without a comma or when it is no number.
pub(super) fn comma(text: &[u8]) -> Option<Comma> {
    let at = text.iter().position(|&byte| byte == b',')?;
    number(text)?;
    let whole = text[..at].strip_prefix(b"-").or(text[..at].strip_prefix(b"+")).unwrap_or(&text[..at]);
    let fraction = &text[at + 1..];
    let is_group = fraction.len() == 3 && fraction.iter().all(u8::is_ascii_digit);
    let may_be_thousands = is_group && (1..=3).contains(&whole.len()) && whole[0] != b'0';
    Some(if may_be_thousands { Comma::Either } else { Comma::Decimal })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_thousands_proves_a_decimal_comma() {
        for text in ["1,5", "0,125", "-12,3456", ",5", "1,5E+03", "1234,567", "+2,25"] {
            assert_eq!(comma(text.as_bytes()), Some(Comma::Decimal), "{text}");
        }
        for text in ["1,234", "-12,345", "123,456"] {
            assert_eq!(comma(text.as_bytes()), Some(Comma::Either), "{text}");
        }
        for text in ["", "15", "1.5", "1,234,567", "1.234,5", "a,b", ",", "1,2 3", "3,", "-1,", "1,e5"] {
            assert_eq!(comma(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number(b"-12,25"), Some(-12.25));
        assert_eq!(number(b"12"), Some(12.));
        assert_eq!(number(b"12,"), None, "this comma separates");
        assert_eq!(number(b"12.5"), None, "a point may stand between thousands here");
    }
}
