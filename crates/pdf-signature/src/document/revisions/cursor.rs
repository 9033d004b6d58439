//! Direct objects as they are written (ISO 32000-2, 7.2 and 7.3), read strictly.
//!
//! Whatever two readers could take for two different values is refused: a key that stands twice in
//! a dictionary, a number in an unusual form, a comment inside an object, a name with a null byte.
//! Must not know cross-reference tables: it reads what stands at an offset.

use super::ambiguity::{Ambiguity, AmbiguityCause};
use lopdf::{Dictionary, Object, StringFormat};

/// Deepest nesting of arrays and dictionaries.
const MAX_NESTING: usize = 100;
/// Longest number, in characters.
const MAX_NUMBER_LENGTH: usize = 24;

/// An offset in a file, from which reading goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    /// Offset of the next byte.
    pub offset: usize,
}

/// Whether a byte is white space for every reader: not all of them know the null and the form feed
/// of ISO 32000-2, table 1.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Cursor<'a> {
    /// A cursor at an offset of a file.
    pub(crate) fn new(bytes: &'a [u8], offset: usize) -> Self {
        Self { bytes, offset }
    }

    /// The next byte.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.offset).copied()
    }

    /// What is left to read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.offset..).unwrap_or_default()
    }

    /// An ambiguity at this offset.
    pub(crate) fn ambiguity(&self, cause: AmbiguityCause) -> Ambiguity {
        Ambiguity { offset: self.offset, cause }
    }

    /// Skips white space; gives its length in bytes.
    pub(crate) fn skip_space(&mut self) -> usize {
        let from = self.offset;
        while self.peek().is_some_and(is_space) {
            self.offset += 1;
        }
        self.offset - from
    }

    /// Skips a text if it stands here; gives whether it does.
    pub(crate) fn skip(&mut self, text: &[u8]) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.offset += text.len();
        }
        found
    }

    /// Skips a keyword that ends where it should.
    pub(crate) fn keyword(&mut self, word: &[u8]) -> Result<(), Ambiguity> {
        let from = *self;
        let ends = |next: Option<u8>| next.is_none_or(|byte| is_space(byte) || is_delimiter(byte));
        if self.skip(word) && ends(self.peek()) {
            return Ok(());
        }
        *self = from;
        Err(self.ambiguity(AmbiguityCause::Syntax))
    }

    /// An unsigned decimal number without sign, dot or leading zeros, of at most ten digits: a table
    /// has no more.
    pub(crate) fn unsigned(&mut self) -> Result<u64, Ambiguity> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.rest().get(..digits).unwrap_or_default();
        let value = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        let plain = digits == 1 || (digits <= 10 && !text.starts_with(b"0"));
        let value =
            value.filter(|_| plain).ok_or_else(|| self.ambiguity(AmbiguityCause::Syntax))?;
        self.offset += digits;
        Ok(value)
    }

    /// A direct object or a reference.
    pub(crate) fn object(&mut self) -> Result<Object, Ambiguity> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Object, Ambiguity> {
        if depth > MAX_NESTING {
            return Err(self.ambiguity(AmbiguityCause::Syntax));
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

    fn word(&mut self) -> Result<Object, Ambiguity> {
        for (word, value) in [
            (&b"true"[..], Object::Boolean(true)),
            (b"false", Object::Boolean(false)),
            (b"null", Object::Null),
        ] {
            if self.keyword(word).is_ok() {
                return Ok(value);
            }
        }
        Err(self.ambiguity(AmbiguityCause::Syntax))
    }

    fn array(&mut self, depth: usize) -> Result<Object, Ambiguity> {
        self.offset += 1;
        let mut values = Vec::new();
        loop {
            self.skip_space();
            if self.skip(b"]") {
                return Ok(Object::Array(values));
            }
            values.push(self.nested(depth + 1)?);
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Dictionary, Ambiguity> {
        self.offset += 2;
        let mut found = Dictionary::new();
        loop {
            self.skip_space();
            if self.skip(b">>") {
                return Ok(found);
            }
            let offset = self.offset;
            let key = self.name()?;
            self.skip_space();
            let value = self.nested(depth + 1)?;
            if found.has(&key) {
                return Err(Ambiguity {
                    offset,
                    cause: AmbiguityCause::DuplicateKey(String::from_utf8_lossy(&key).into_owned()),
                });
            }
            found.set(key, value);
        }
    }

    /// A name, its `#` escapes undone (7.3.5).
    fn name(&mut self) -> Result<Vec<u8>, Ambiguity> {
        if !self.skip(b"/") {
            return Err(self.ambiguity(AmbiguityCause::Syntax));
        }
        let mut found = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_space(*byte) && !is_delimiter(*byte)) {
            self.offset += 1;
            if byte != b'#' {
                found.push(byte);
                continue;
            }
            let digits = self.rest().get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
            let value = digits
                .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                .filter(|byte| *byte != 0);
            found.push(value.ok_or_else(|| self.ambiguity(AmbiguityCause::Syntax))?);
            self.offset += 2;
        }
        Ok(found)
    }

    /// A string in parentheses (7.3.4.2).
    fn literal(&mut self) -> Result<Vec<u8>, Ambiguity> {
        self.offset += 1;
        let mut found = Vec::new();
        let mut open = 1;
        loop {
            let byte = self.peek().ok_or_else(|| self.ambiguity(AmbiguityCause::Syntax))?;
            self.offset += 1;
            match byte {
                b'\\' => found.extend(self.escape()?),
                b'\r' => {
                    self.skip(b"\n");
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
    fn escape(&mut self) -> Result<Option<u8>, Ambiguity> {
        let byte = self.peek().ok_or_else(|| self.ambiguity(AmbiguityCause::Syntax))?;
        self.offset += 1;
        Ok(match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                self.skip(b"\n");
                None
            }
            b'0'..=b'7' => Some(self.octal_escape(byte)?),
            other => Some(other),
        })
    }

    /// A byte as up to three octal digits, of which the first is read.
    fn octal_escape(&mut self, first: u8) -> Result<u8, Ambiguity> {
        let mut value = u32::from(first - b'0');
        for _ in 0..2 {
            let Some(digit @ b'0'..=b'7') = self.peek() else { break };
            value = value * 8 + u32::from(digit - b'0');
            self.offset += 1;
        }
        u8::try_from(value).map_err(|_| self.ambiguity(AmbiguityCause::Syntax))
    }

    /// A string in angle brackets (7.3.4.3).
    fn hexadecimal(&mut self) -> Result<Vec<u8>, Ambiguity> {
        self.offset += 1;
        let mut digits = Vec::new();
        loop {
            let byte = self.peek().ok_or_else(|| self.ambiguity(AmbiguityCause::Syntax))?;
            self.offset += 1;
            match (byte, char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())) {
                (b'>', _) => break,
                (_, Some(digit)) => digits.push(digit),
                (space, None) if is_space(space) => {}
                _ => return Err(self.ambiguity(AmbiguityCause::Syntax)),
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

    fn number_or_reference(&mut self) -> Result<Object, Ambiguity> {
        if let Some(reference) = self.reference() {
            return Ok(Object::Reference(reference));
        }
        let length = self
            .rest()
            .iter()
            .take_while(|byte| !is_space(**byte) && !is_delimiter(**byte))
            .take(MAX_NUMBER_LENGTH + 1)
            .count();
        let text = self.rest().get(..length).and_then(|text| std::str::from_utf8(text).ok());
        let value = text.filter(|_| length <= MAX_NUMBER_LENGTH).and_then(number);
        let value = value.ok_or_else(|| self.ambiguity(AmbiguityCause::Syntax))?;
        self.offset += length;
        Ok(value)
    }

    /// A reference, should one stand here: `12 0 R`.
    fn reference(&mut self) -> Option<(u32, u16)> {
        let mut ahead = *self;
        let number = ahead.unsigned().ok()?;
        (ahead.skip_space() > 0).then_some(())?;
        let generation = ahead.unsigned().ok()?;
        (ahead.skip_space() > 0).then_some(())?;
        ahead.keyword(b"R").ok()?;
        self.offset = ahead.offset;
        Some((u32::try_from(number).ok()?, u16::try_from(generation).ok()?))
    }
}

/// A number in its plain form: an optional sign, digits, at most one dot (7.3.3).
fn number(text: &str) -> Option<Object> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain || !unsigned.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match unsigned.bytes().filter(|byte| *byte == b'.').count() {
        0 => text.parse().ok().map(Object::Integer),
        1 => text.parse::<f32>().ok().filter(|value| value.is_finite()).map(Object::Real),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    fn read(text: &[u8]) -> Result<Object, AmbiguityCause> {
        let mut cursor = Cursor::new(text, 0);
        cursor.object().map_err(|ambiguity| ambiguity.cause)
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
        assert_eq!(read(b"<</A 1/#41 2>>"), Err(AmbiguityCause::DuplicateKey("A".to_owned())));
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
            assert_eq!(
                read(text),
                Err(AmbiguityCause::Syntax),
                "{}",
                String::from_utf8_lossy(text)
            );
        }
        assert_eq!(read("[".repeat(200).as_bytes()), Err(AmbiguityCause::Syntax));
    }
}
