//! Reads one JSON object: its scalars as they were written, objects one level down, all else only checked.
//!
//! Its own reader because numbers have to arrive as text (the kinds of columns are decided by the same code as for
//! CSV, and integers stay exact), and because Python writes `NaN` and `Infinity`, which are no JSON.

use std::borrow::Cow;

/// A value as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// `null`.
    Null,
    /// A number, `true`, `false`, or one of Python's `NaN`, `Infinity`, `-Infinity`.
    Bare(&'a [u8]),
    /// The inside of a string, with its escapes.
    String(&'a [u8]),
    /// An array or object, with its brackets.
    Nested(&'a [u8]),
}

impl Value<'_> {
    /// Bytes before what is handed over.
    fn opening(self) -> usize {
        usize::from(matches!(self, Self::String(_)))
    }
}

/// What is wrong, and the byte of the record where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub what: &'static str,
    pub at: usize,
}

/// A member of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member<'a> {
    /// Its key, escapes and all; for a member of an object the key of that.
    pub outer: &'a [u8],
    /// The key within the object.
    pub inner: Option<&'a [u8]>,
    pub value: Value<'a>,
    /// Where the value lies in the record.
    pub at: usize,
}

/// Reads `text` as one object of at most `most_depth` levels and hands over each member; before one that is an object, the
/// members of that.
pub(super) fn object<'a>(text: &'a [u8], most_depth: usize, mut each: impl FnMut(Member<'a>)) -> Result<(), Flaw> {
    let mut scanner = Scanner { text, at: 0, most_depth };
    scanner.blanks();
    if scanner.peek() != Some(b'{') {
        return Err(scanner.flaw("'{' expected"));
    }
    scanner.members(|scanner, outer| {
        let at = scanner.at;
        let value = if scanner.peek() == Some(b'{') {
            scanner.members(|scanner, inner| {
                let at = scanner.at;
                let value = scanner.value(2)?;
                each(Member { outer, inner: Some(inner), value, at: at + value.opening() });
                Ok(())
            })?;
            Value::Nested(&text[at..scanner.at])
        } else {
            scanner.value(1)?
        };
        each(Member { outer, inner: None, value, at: at + value.opening() });
        Ok(())
    })?;
    scanner.blanks();
    if scanner.at < text.len() { Err(scanner.flaw("nothing more expected")) } else { Ok(()) }
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Arrays and objects within each other.
    most_depth: usize,
}

impl<'a> Scanner<'a> {
    fn flaw(&self, what: &'static str) -> Flaw {
        Flaw { what: if self.at < self.text.len() { what } else { "the text ends early" }, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Flaw> {
        if self.peek() != Some(byte) {
            return Err(self.flaw(what));
        }
        self.at += 1;
        Ok(())
    }

    /// The members of the object that begins here; `each` reads the value.
    fn members(&mut self, mut each: impl FnMut(&mut Self, &'a [u8]) -> Result<(), Flaw>) -> Result<(), Flaw> {
        self.expect(b'{', "'{' expected")?;
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blanks();
            let key = self.string("a key in quotes expected")?;
            self.blanks();
            self.expect(b':', "':' expected")?;
            self.blanks();
            each(self, key)?;
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => return self.expect(b'}', "',' or '}' expected"),
            }
        }
    }

    /// The value that begins here, within `depth` arrays and objects.
    fn value(&mut self, depth: usize) -> Result<Value<'a>, Flaw> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string("a string expected").map(Value::String),
            Some(b'{' | b'[') if depth >= self.most_depth => Err(self.flaw("nested deeper than --max-nesting")),
            Some(b'{') => {
                self.members(|scanner, _| scanner.value(depth + 1).map(drop))?;
                Ok(Value::Nested(&self.text[start..self.at]))
            }
            Some(b'[') => {
                self.elements(depth)?;
                Ok(Value::Nested(&self.text[start..self.at]))
            }
            _ => self.scalar(),
        }
    }

    fn elements(&mut self, depth: usize) -> Result<(), Flaw> {
        self.at += 1;
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blanks();
            self.value(depth + 1)?;
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => return self.expect(b']', "',' or ']' expected"),
            }
        }
    }

    /// The inside of the string that begins here.
    fn string(&mut self, what: &'static str) -> Result<&'a [u8], Flaw> {
        self.expect(b'"', what)?;
        let start = self.at;
        loop {
            let rest = &self.text[self.at..];
            let stop = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20);
            self.at += stop.unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(&self.text[start..self.at - 1]);
                }
                Some(b'\\') => self.escape()?,
                _ => return Err(self.flaw("no control character expected")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Flaw> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.flaw("four hexadecimal digits expected"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.flaw("an escape expected")),
        }
        Ok(())
    }

    fn scalar(&mut self) -> Result<Value<'a>, Flaw> {
        let start = self.at;
        if matches!(self.peek(), Some(b'-' | b'0'..=b'9')) && !self.text[start..].starts_with(b"-I") {
            self.number()?;
            return Ok(Value::Bare(&self.text[start..self.at]));
        }
        let words: [&[u8]; 6] = [b"null", b"true", b"false", b"NaN", b"Infinity", b"-Infinity"];
        let Some(word) = words.into_iter().find(|word| self.text[start..].starts_with(word)) else {
            return Err(self.flaw("a value expected"));
        };
        self.at += word.len();
        Ok(if word == b"null" { Value::Null } else { Value::Bare(&self.text[start..self.at]) })
    }

    fn number(&mut self) -> Result<(), Flaw> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Flaw> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.flaw("a digit expected")) } else { Ok(()) }
    }
}

/// The text that the inside of a string stands for. Half of a surrogate pair is U+FFFD.
pub(super) fn unescaped(inside: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = inside.iter().position(|&byte| byte == b'\\') else { return Cow::Borrowed(inside) };
    let mut text = inside[..first].to_vec();
    let mut rest = &inside[first..];
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'\\' {
            text.push(byte);
            rest = after;
            continue;
        }
        let Some((&escape, after)) = after.split_first() else { break };
        rest = after;
        match escape {
            b'b' => text.push(0x08),
            b'f' => text.push(0x0c),
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'u' => {
                let (character, len) = character(after);
                text.extend(character.encode_utf8(&mut [0; 4]).bytes());
                rest = after.get(len..).unwrap_or_default();
            }
            other => text.push(other),
        }
    }
    Cow::Owned(text)
}

/// The character of four digits, or of these, `\u` and four more; and how long that is.
fn character(digits: &[u8]) -> (char, usize) {
    let unit = |at: usize| {
        let text = std::str::from_utf8(digits.get(at..at + 4)?).ok()?;
        u32::from_str_radix(text, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) if digits.get(4..6) == Some(b"\\u") => {
            let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 10)
        }
        (Some(code), _) => (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 4),
        (None, _) => (char::REPLACEMENT_CHARACTER, 4),
    }
}

#[cfg(test)]
mod tests;
