//! The fixtures: `tests/real/forms/make.sh` makes them.

use lopdf::{Dictionary, Document, Object};
use pdf_form::{FieldKind, FormField, FormReading, add_fields, read_form};
use std::collections::BTreeMap;

/// A letter as Typst makes it, with a cross-reference table and no line end behind it.
pub const LETTER: &[u8] = include_bytes!("../fixtures/letter.pdf");
/// The same with a cross-reference stream and object streams.
pub const XREF_STREAM: &[u8] = include_bytes!("../fixtures/xref-stream.pdf");
/// The letter with its fields.
pub const FORM: &[u8] = include_bytes!("../fixtures/form.pdf");

/// The fields of the letter: a text over several lines, a date, a name that is filled in, two
/// signatures.
pub fn fields() -> Vec<FormField> {
    serde_json::from_str(include_str!("../fixtures/fields.json")).unwrap()
}

/// The field whose name ends so.
pub fn field(end: &str) -> FormField {
    fields().into_iter().find(|field| field.name.ends_with(end)).unwrap()
}

/// What programs typed, by name of the field.
pub fn typed() -> BTreeMap<String, String> {
    serde_json::from_str(include_str!("../fixtures/values.json")).unwrap()
}

/// The form, and what a program appended.
pub fn appended(tail: &[u8]) -> Vec<u8> {
    [FORM, tail].concat()
}

pub fn read(file: &[u8]) -> FormReading {
    read_form(file).unwrap()
}

/// The letter with one field, changed by `change`.
pub fn with_field(end: &str, change: impl FnOnce(&mut FormField)) -> Vec<u8> {
    let mut field = field(end);
    change(&mut field);
    add_fields(LETTER, &[field]).unwrap()
}

pub fn text_area(value: &str) -> FieldKind {
    FieldKind::TextArea { value: Some(value.to_owned()) }
}

pub fn open(file: &[u8]) -> Document {
    Document::load_mem(file).unwrap()
}

/// The widget whose name ends so.
pub fn widget<'a>(document: &'a Document, end: &str) -> &'a Dictionary {
    let is_named = |object: &&Dictionary| {
        let name = object.get(b"T").and_then(lopdf::decode_text_string);
        name.is_ok_and(|name| name.ends_with(end))
    };
    document.objects.values().filter_map(|object| object.as_dict().ok()).find(is_named).unwrap()
}

/// The file with another object in the place of one, written anew.
pub fn rewritten(file: &[u8], change: impl FnOnce(&mut Document)) -> Vec<u8> {
    let mut document = open(file);
    change(&mut document);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A value of a dictionary, references followed.
pub fn value<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &str) -> &'a Object {
    dictionary.get_deref(key.as_bytes(), document).unwrap()
}
