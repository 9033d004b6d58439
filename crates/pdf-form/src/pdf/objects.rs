//! Values of a PDF's dictionaries, references resolved (ISO 32000-1, 7.3).
//!
//! A value of another type than the one asked for counts as absent.

use lopdf::{Dictionary, Document, Object, StringFormat};

/// A rectangle in the space of a page: left, bottom, right, top, in points.
pub(crate) type Rectangle = [f64; 4];

/// An object, or what it refers to; `Null` when that is missing (7.3.10).
pub(crate) fn resolve<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).map_or(&Object::Null, |(_, object)| object)
}

/// A value of a dictionary; `None` when absent or null.
pub(crate) fn entry<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Object> {
    let object = resolve(document, dictionary.get(key).ok()?);
    (!object.is_null()).then_some(object)
}

/// The dictionary that an object is, or that a stream begins with.
pub(crate) fn dictionary_of(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// A dictionary in a dictionary; a stream counts as its dictionary.
pub(crate) fn dictionary_entry<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    dictionary_of(entry(document, dictionary, key)?)
}

/// A name in a dictionary.
pub(crate) fn name_entry<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a [u8]> {
    entry(document, dictionary, key)?.as_name().ok()
}

/// An array in a dictionary; empty when there is none.
pub(crate) fn array_entry<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> &'a [Object] {
    entry(document, dictionary, key).and_then(|object| object.as_array().ok()).map_or(&[], |a| a)
}

/// An integer in a dictionary.
pub(crate) fn integer_entry(
    document: &Document,
    dictionary: &Dictionary,
    key: &[u8],
) -> Option<i64> {
    entry(document, dictionary, key)?.as_i64().ok()
}

/// A rectangle in a dictionary, its corners put in order (7.9.5).
pub(crate) fn rectangle_entry(
    document: &Document,
    dictionary: &Dictionary,
    key: &[u8],
) -> Option<Rectangle> {
    rectangle(document, entry(document, dictionary, key)?)
}

/// The rectangle that an array of four numbers is, its corners put in order.
pub(crate) fn rectangle(document: &Document, object: &Object) -> Option<Rectangle> {
    let [a, b, c, d] = object.as_array().ok()?.as_slice() else { return None };
    let number = |object: &Object| {
        let value = f64::from(resolve(document, object).as_float().ok()?);
        value.is_finite().then_some(value)
    };
    let (a, b, c, d) = (number(a)?, number(b)?, number(c)?, number(d)?);
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// A text string (7.9.2.2): as it stands where it is printable ASCII, UTF-16 otherwise.
pub(crate) fn text_string(text: &str) -> Object {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Object::string_literal(text);
    }
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    Object::String(units.flat_map(u16::to_be_bytes).collect(), StringFormat::Hexadecimal)
}

/// A number with at most two decimals, a hundredth of a point; an integer where it is one, as other
/// programs write it again.
pub(crate) fn number(value: f64) -> Object {
    let rounded = (value * 100.0).round() / 100.0;
    #[expect(clippy::cast_possible_truncation, reason = "a length on a page")]
    match rounded.fract() == 0.0 {
        true => Object::Integer(rounded as i64),
        false => Object::Real(rounded as f32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_the_shortest_way() {
        assert_eq!(number(74.004), Object::Integer(74));
        assert_eq!(number(-0.001), Object::Integer(0));
        assert_eq!(number(20.119), Object::Real(20.12));
    }

    #[test]
    fn a_text_is_ascii_or_utf_16() {
        assert_eq!(text_string("a (b)").as_str().unwrap(), b"a (b)");
        assert_eq!(text_string("é\n").as_str().unwrap(), b"\xfe\xff\0\xe9\0\n");
        for text in ["a (b)", "é\n", "\u{1f600}"] {
            assert_eq!(lopdf::decode_text_string(&text_string(text)).unwrap(), text);
        }
    }
}
