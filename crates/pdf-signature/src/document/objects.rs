//! Values of a PDF's dictionaries, references resolved (ISO 32000-2, 7.3).
//!
//! A value of another type than the one asked for counts as absent.

use super::limits::MAX_NODES;
use lopdf::{Dictionary, Document, Object};

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

/// A dictionary in a dictionary; a stream counts as its dictionary.
pub(crate) fn dictionary_entry<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    dictionary_of(entry(document, dictionary, key)?)
}

/// The dictionary that an object is, or that a stream begins with.
pub(crate) fn dictionary_of(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
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

/// An integer in a dictionary; the fraction of a real number is cut.
pub(crate) fn integer_entry(
    document: &Document,
    dictionary: &Dictionary,
    key: &[u8],
) -> Option<i64> {
    match entry(document, dictionary, key)? {
        Object::Integer(value) => Some(*value),
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
        Object::Real(value) => Some(*value as i64),
        _ => None,
    }
}

/// The numbers of an array; `None` when one is not a finite number, or when there are too many.
pub(crate) fn numbers(document: &Document, array: &[Object]) -> Option<Vec<f64>> {
    if array.len() > MAX_NODES {
        return None;
    }
    let number = |object: &Object| {
        let value = f64::from(resolve(document, object).as_float().ok()?);
        value.is_finite().then_some(value)
    };
    array.iter().map(number).collect()
}

/// The rectangle that an array of four numbers is, its corners put in order (7.9.5).
pub(crate) fn rectangle(document: &Document, array: &[Object]) -> Option<Rectangle> {
    let corners = numbers(document, array)?;
    let [a, b, c, d] = corners.as_slice() else { return None };
    Some([a.min(*c), b.min(*d), a.max(*c), b.max(*d)])
}

/// A rectangle in a dictionary.
pub(crate) fn rectangle_entry(
    document: &Document,
    dictionary: &Dictionary,
    key: &[u8],
) -> Option<Rectangle> {
    rectangle(document, array_entry(document, dictionary, key))
}

/// Every key that one of two dictionaries has, once, in order.
pub(crate) fn keys_of_both(one: &Dictionary, other: &Dictionary) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> =
        one.iter().chain(other.iter()).map(|(key, _)| key.clone()).collect();
    keys.sort();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn a_rectangle_is_put_in_order() {
        let annotation = dictionary! { "Rect" => vec![9.into(), 2.into(), 1.into(), 4.into()] };
        let found = rectangle_entry(&Document::new(), &annotation, b"Rect");
        assert_eq!(found, Some([1.0, 2.0, 9.0, 4.0]));
    }
}
