//! Text strings of a document (ISO 32000-1, 7.9.2.2; ISO 32000-2 for UTF-8), decoded whatever they hold.

use crate::pdf::objects::resolve;
use lopdf::{Document, Object};

/// The text of a string or of a stream, which a long value may be (12.7.4.3); none for anything else. No
/// more than `limit` characters; `\n` for any line end.
pub(crate) fn text_value(document: &Document, object: &Object, limit: usize) -> Option<String> {
    // No character is longer than four bytes; a mark of the encoding stands before them.
    let most = limit.saturating_mul(4).saturating_add(4);
    let text = match resolve(document, object) {
        Object::String(bytes, _) => decode(bytes.get(..most).unwrap_or(bytes)),
        Object::Stream(stream) => decode(&stream.get_plain_content_with_limit(most).ok()?),
        _ => return None,
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Some(text.chars().take(limit).collect())
}

/// What a text string says; what is not well-formed becomes the replacement character.
fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, text @ ..] => utf_16(text, u16::from_be_bytes),
        [0xff, 0xfe, text @ ..] => utf_16(text, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, text @ ..] => String::from_utf8_lossy(text).into_owned(),
        text => {
            let text = Object::string_literal(text);
            lopdf::decode_text_string(&text).unwrap_or_default()
        }
    }
}

/// UTF-16, without the marks of language that may stand in it, between two escapes (7.9.2.2).
fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let all = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
    let text: String = all.map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.split('\u{1b}').step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        text_value(&Document::new(), &Object::string_literal(bytes), 100).unwrap()
    }

    #[test]
    fn every_encoding_of_the_standard_is_read() {
        assert_eq!(read(b"caf\xe9 \x92"), "café ™");
        assert_eq!(read(b"\xfe\xff\0\xe9\x01S"), "éœ");
        assert_eq!(read(b"\xff\xfe\xe9\0S\x01"), "éœ");
        assert_eq!(read(b"\xef\xbb\xbf\xc3\xa9"), "é");
        assert_eq!(read(b"\xfe\xff\0\x1b\0f\0r\0\x1b\0\xe9"), "é");
        assert_eq!(read(b"a\rb\r\nc\nd"), "a\nb\nc\nd");
    }

    #[test]
    fn what_is_not_well_formed_is_replaced_and_long_texts_are_cut() {
        assert_eq!(read(b"\xfe\xff\xd8\x00\0a\0"), "\u{fffd}a");
        assert_eq!(read(b"\xef\xbb\xbf\xff"), "\u{fffd}");
        let long = Object::string_literal("é".repeat(500));
        assert_eq!(text_value(&Document::new(), &long, 7).unwrap().chars().count(), 7);
        assert_eq!(text_value(&Document::new(), &Object::Integer(1), 7), None);
    }
}
