//! The Python literals that NumPy writes into headers: strings, whole numbers, True and False, tuples, lists, dicts.
//!
//! At most so many levels deep, so that no header can exhaust the stack.

/// Reads one literal of at most `most_depth` levels within each other, and nothing else.
pub(super) fn parse(text: &str, most_depth: usize) -> Option<Literal> {
    let mut parser = Parser { rest: text, most_depth };
    parser.value(0).filter(|_| parser.rest.trim_ascii().is_empty())
}

/// A Python literal.
pub(super) enum Literal {
    Text(String),
    Whole(u64),
    Bool(bool),
    /// A tuple or a list.
    List(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
}

impl Literal {
    /// A whole number.
    pub fn whole(&self) -> Option<u64> {
        match self {
            Self::Whole(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of a dict's key.
    pub fn get(&self, name: &str) -> Option<&Literal> {
        let Self::Dict(entries) = self else { return None };
        entries.iter().find(|(key, _)| matches!(key, Self::Text(key) if key == name)).map(|(_, value)| value)
    }
}

impl Literal {
    /// Takes the value of a dict's key out.
    pub fn take(&mut self, name: &str) -> Option<Literal> {
        let Self::Dict(entries) = self else { return None };
        let at = entries.iter().position(|(key, _)| matches!(key, Self::Text(key) if key == name))?;
        Some(entries.swap_remove(at).1)
    }
}

struct Parser<'a> {
    rest: &'a str,
    most_depth: usize,
}

impl Parser<'_> {
    fn eat(&mut self, token: char) -> bool {
        self.rest = self.rest.trim_ascii_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Literal> {
        if depth > self.most_depth {
            return None;
        }
        if self.eat('\'') {
            return self.text('\'');
        }
        if self.eat('"') {
            return self.text('"');
        }
        if self.eat('(') {
            return self.list(')', depth);
        }
        if self.eat('[') {
            return self.list(']', depth);
        }
        if self.eat('{') {
            return self.dict(depth);
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "True" => Some(Literal::Bool(true)),
            "False" => Some(Literal::Bool(false)),
            // Python 2 wrote long integers as 3L.
            _ => word.strip_suffix('L').unwrap_or(word).parse().ok().map(Literal::Whole),
        }
    }

    /// Up to the closing quote; of escapes only those of quotes and backslashes.
    fn text(&mut self, quote: char) -> Option<Literal> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => {
                    text.push(characters.next().map(|(_, next)| next).filter(|next| matches!(next, '\\' | '\'' | '"'))?)
                }
                _ if character == quote => {
                    self.rest = &self.rest[at + quote.len_utf8()..];
                    return Some(Literal::Text(text));
                }
                _ => text.push(character),
            }
        }
        None
    }

    fn list(&mut self, close: char, depth: usize) -> Option<Literal> {
        let mut values = Vec::new();
        while !self.eat(close) {
            values.push(self.value(depth + 1)?);
            if !self.eat(',') {
                return self.eat(close).then_some(Literal::List(values));
            }
        }
        Some(Literal::List(values))
    }

    fn dict(&mut self, depth: usize) -> Option<Literal> {
        let mut entries = Vec::new();
        while !self.eat('}') {
            let key = self.value(depth + 1)?;
            if !self.eat(':') {
                return None;
            }
            entries.push((key, self.value(depth + 1)?));
            if !self.eat(',') {
                return self.eat('}').then_some(Literal::Dict(entries));
            }
        }
        Some(Literal::Dict(entries))
    }
}
