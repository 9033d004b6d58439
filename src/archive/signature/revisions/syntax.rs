//! The objects of a PDF as they are written (ISO 32000-2, 7.2 and 7.3), read strictly.
//!
//! Whatever two readers could take for two different values is refused: a key that stands twice in
//! a dictionary, a number in an unusual form, a comment inside an object, a name with a null octet.
//! Knows nothing of tables: it reads what stands at a place.

use super::fault::{Fault, What};
use lopdf::{Dictionary, Object, StringFormat};

/// Deepest nesting of arrays and dictionaries.
const DEEPEST: usize = 100;
/// Longest number, in characters.
const LONGEST_NUMBER: usize = 24;

/// A place in the octets of a file, from which reading goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    /// Offset of the next octet.
    pub at: usize,
}

/// Whether an octet is white space that every reader takes as such: not all of them know the null
/// and the form feed of ISO 32000-2, table 1.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Cursor<'a> {
    /// At an offset of a file.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The next octet.
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// A fault at this place.
    pub(super) fn fault(&self, what: What) -> Fault {
        Fault { at: self.at, what }
    }

    /// Skips white space; gives how many octets it was.
    pub(super) fn space(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        self.at - from
    }

    /// Skips octets that stand here word for word; gives whether they did.
    pub(super) fn take(&mut self, text: &[u8]) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Skips a keyword that ends where it should.
    pub(super) fn keyword(&mut self, word: &[u8]) -> Result<(), Fault> {
        let from = *self;
        let ends = |next: Option<u8>| next.is_none_or(|own| is_space(own) || is_delimiter(own));
        if self.take(word) && ends(self.peek()) {
            return Ok(());
        }
        *self = from;
        Err(self.fault(What::Syntax))
    }

    /// An unsigned decimal number without sign, dot or zeros before it, of at most ten digits: a
    /// table has no more.
    pub(super) fn count(&mut self) -> Result<u64, Fault> {
        let digits = self.rest().iter().take_while(|own| own.is_ascii_digit()).count();
        let text = self.rest().get(..digits).unwrap_or_default();
        let value = std::str::from_utf8(text).ok().and_then(|own| own.parse().ok());
        let plain = digits == 1 || (digits <= 10 && !text.starts_with(b"0"));
        let value = value.filter(|_| plain).ok_or_else(|| self.fault(What::Syntax))?;
        self.at += digits;
        Ok(value)
    }

    /// A direct object or a reference.
    pub(super) fn object(&mut self) -> Result<Object, Fault> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Object, Fault> {
        if depth > DEEPEST {
            return Err(self.fault(What::Syntax));
        }
        match self.peek() {
            Some(b'/') => Ok(Object::Name(self.name()?)),
            Some(b'(') => Ok(Object::String(self.literal()?, StringFormat::Literal)),
            Some(b'[') => self.array(depth),
            Some(b'<') if self.rest().starts_with(b"<<") => {
                Ok(Object::Dictionary(self.dictionary(depth)?))
            }
            Some(b'<') => Ok(Object::String(self.hexadecimal()?, StringFormat::Hexadecimal)),
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => self.number_or_reference(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Object, Fault> {
        for (word, value) in [
            (&b"true"[..], Object::Boolean(true)),
            (b"false", Object::Boolean(false)),
            (b"null", Object::Null),
        ] {
            if self.keyword(word).is_ok() {
                return Ok(value);
            }
        }
        Err(self.fault(What::Syntax))
    }

    fn array(&mut self, depth: usize) -> Result<Object, Fault> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.space();
            if self.take(b"]") {
                return Ok(Object::Array(values));
            }
            values.push(self.nested(depth + 1)?);
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Dictionary, Fault> {
        self.at += 2;
        let mut found = Dictionary::new();
        loop {
            self.space();
            if self.take(b">>") {
                return Ok(found);
            }
            let at = self.at;
            let key = self.name()?;
            self.space();
            let value = self.nested(depth + 1)?;
            if found.has(&key) {
                return Err(Fault { at, what: What::DoubleKey(key) });
            }
            found.set(key, value);
        }
    }

    /// A name, its `#` escapes undone (7.3.5).
    fn name(&mut self) -> Result<Vec<u8>, Fault> {
        if !self.take(b"/") {
            return Err(self.fault(What::Syntax));
        }
        let mut found = Vec::new();
        while let Some(byte) = self.peek().filter(|own| !is_space(*own) && !is_delimiter(*own)) {
            self.at += 1;
            if byte != b'#' {
                found.push(byte);
                continue;
            }
            let digits = self.rest().get(..2).and_then(|own| std::str::from_utf8(own).ok());
            let value = digits
                .filter(|own| own.bytes().all(|own| own.is_ascii_hexdigit()))
                .and_then(|own| u8::from_str_radix(own, 16).ok())
                .filter(|own| *own != 0);
            found.push(value.ok_or_else(|| self.fault(What::Syntax))?);
            self.at += 2;
        }
        Ok(found)
    }

    /// A string in parentheses (7.3.4.2).
    fn literal(&mut self) -> Result<Vec<u8>, Fault> {
        self.at += 1;
        let mut found = Vec::new();
        let mut open = 1;
        loop {
            let byte = self.peek().ok_or_else(|| self.fault(What::Syntax))?;
            self.at += 1;
            match byte {
                b'\\' => found.extend(self.escape()?),
                b'\r' => {
                    self.take(b"\n");
                    found.push(b'\n');
                }
                b'(' => {
                    open += 1;
                    found.push(byte);
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(found);
                    }
                    found.push(byte);
                }
                _ => found.push(byte),
            }
        }
    }

    /// What stands behind a backslash (table 3).
    fn escape(&mut self) -> Result<Option<u8>, Fault> {
        let byte = self.peek().ok_or_else(|| self.fault(What::Syntax))?;
        self.at += 1;
        Ok(match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                self.take(b"\n");
                None
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                let value = u8::try_from(value).map_err(|_| self.fault(What::Syntax))?;
                Some(value)
            }
            other => Some(other),
        })
    }

    /// A string in angle brackets (7.3.4.3).
    fn hexadecimal(&mut self) -> Result<Vec<u8>, Fault> {
        self.at += 1;
        let mut digits = Vec::new();
        loop {
            let byte = self.peek().ok_or_else(|| self.fault(What::Syntax))?;
            self.at += 1;
            match (byte, char::from(byte).to_digit(16).and_then(|own| u8::try_from(own).ok())) {
                (b'>', _) => break,
                (_, Some(digit)) => digits.push(digit),
                (other, None) if is_space(other) => {}
                _ => return Err(self.fault(What::Syntax)),
            }
        }
        Ok(digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => (high << 4) | low,
                [high] => high << 4,
                _ => 0,
            })
            .collect())
    }

    fn number_or_reference(&mut self) -> Result<Object, Fault> {
        if let Some(reference) = self.reference() {
            return Ok(Object::Reference(reference));
        }
        let length = self
            .rest()
            .iter()
            .take_while(|own| !is_space(**own) && !is_delimiter(**own))
            .take(LONGEST_NUMBER + 1)
            .count();
        let text = self.rest().get(..length).and_then(|own| std::str::from_utf8(own).ok());
        let value = text.filter(|_| length <= LONGEST_NUMBER).and_then(number);
        let value = value.ok_or_else(|| self.fault(What::Syntax))?;
        self.at += length;
        Ok(value)
    }

    /// A reference, should one stand here: `12 0 R`.
    fn reference(&mut self) -> Option<(u32, u16)> {
        let mut ahead = *self;
        let number = ahead.count().ok()?;
        (ahead.space() > 0).then_some(())?;
        let generation = ahead.count().ok()?;
        (ahead.space() > 0).then_some(())?;
        ahead.keyword(b"R").ok()?;
        self.at = ahead.at;
        Some((u32::try_from(number).ok()?, u16::try_from(generation).ok()?))
    }
}

/// A number in its plain form: an optional sign, digits, at most one dot (7.3.3).
fn number(text: &str) -> Option<Object> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = unsigned.bytes().all(|own| own.is_ascii_digit() || own == b'.');
    if !plain || !unsigned.bytes().any(|own| own.is_ascii_digit()) {
        return None;
    }
    match unsigned.bytes().filter(|own| *own == b'.').count() {
        0 => text.parse().ok().map(Object::Integer),
        1 => text.parse::<f32>().ok().filter(|own| own.is_finite()).map(Object::Real),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    fn read(text: &[u8]) -> Result<Object, What> {
        let mut cursor = Cursor::new(text, 0);
        cursor.object().map_err(|own| own.what)
    }

    #[test]
    fn objects_are_read_as_the_standard_writes_them() {
        for (text, wanted) in [
            (&b"12"[..], Object::Integer(12)),
            (b"-0.5", Object::Real(-0.5)),
            (b"12 0 R", Object::Reference((12, 0))),
            (b"/A#42", Object::Name(b"AB".to_vec())),
            (b"(a(b)\\051\\n\\\nc)", Object::string_literal("a(b))\nc")),
            (b"<61 6>", Object::String(b"a`".to_vec(), StringFormat::Hexadecimal)),
            (b"[1 2 0 R true null]", {
                let reference = Object::Reference((2, 0));
                vec![1.into(), reference, true.into(), Object::Null].into()
            }),
            (b"<</A/B/C<</D 1>>>>", {
                dictionary! { "A" => "B", "C" => dictionary! { "D" => 1 } }.into()
            }),
        ] {
            assert_eq!(read(text), Ok(wanted), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn what_readers_could_take_for_two_things_is_refused() {
        assert_eq!(read(b"<</A 1/#41 2>>"), Err(What::DoubleKey(b"A".to_vec())));
        for text in [
            &b"1.2.3"[..],
            b"--1",
            b"1e5",
            b"0x10",
            b"/A#00",
            b"/A#4",
            b"<6g>",
            b"(a",
            b"[1",
            b"<</A>>",
            b"<</A 1 % b\n>>",
            b"R",
            b"+",
            b"truer",
            b"(\\777)",
        ] {
            assert_eq!(read(text), Err(What::Syntax), "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(read("[".repeat(200).as_bytes()), Err(What::Syntax));
    }
}
