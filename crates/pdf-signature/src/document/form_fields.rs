//! The fields of the interactive form (ISO 32000-2, 12.7.3), signatures among them (12.7.5.5).
//!
//! A field's type, value and name come from it or from its ancestors. The value is not read here:
//! one that is not a dictionary is still a signature, a damaged one.

use super::limits::{MAX_DEPTH, MAX_NODES};
use super::objects::{array_entry, dictionary_entry, dictionary_of, entry, name_entry, resolve};
use crate::text::{printable, printable_string};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeSet;

/// Longest name of a field that is kept, in characters.
const MAX_NAME_LENGTH: usize = 120;

/// A field at the end of a branch of the form.
#[derive(Clone, Debug)]
pub(crate) struct FormField<'a> {
    /// Full name: partial names with dots between (12.7.4.2).
    pub name: String,
    /// `Sig`, `Tx`, `Btn`, `Ch`; empty when there is none.
    pub field_type: &'a [u8],
    /// Its value, unless absent or null. A reference is not resolved, as it may lead to nothing.
    pub value: Option<&'a Object>,
    /// Objects of the field and of its widgets.
    pub objects: BTreeSet<ObjectId>,
}

/// Whether the value of a text field is none, or a text without characters.
pub(crate) fn is_empty_value(document: &Document, value: Option<&Object>) -> bool {
    match value.map(|value| resolve(document, value)) {
        None | Some(Object::Null) => true,
        // The mark of a text in UTF-16 or UTF-8 is no character (7.9.2.2).
        Some(Object::String(text, _)) => {
            matches!(text.as_slice(), b"" | b"\xfe\xff" | b"\xef\xbb\xbf")
        }
        Some(_) => false,
    }
}

/// What a node of the form hands down to those below it.
#[derive(Clone, Default)]
struct Inherited<'a> {
    name: String,
    field_type: &'a [u8],
    value: Option<&'a Object>,
    objects: BTreeSet<ObjectId>,
    depth: usize,
}

/// Every field of the form, signatures or not.
pub(crate) fn form_fields(document: &Document) -> Vec<FormField<'_>> {
    let catalog = document.catalog().ok();
    let form = catalog.and_then(|catalog| dictionary_entry(document, catalog, b"AcroForm"));
    let Some(form) = form else { return Vec::new() };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut visited = 0;
    let top = Inherited::default();
    let roots = array_entry(document, form, b"Fields").iter().rev();
    let mut stack: Vec<(&Object, Inherited<'_>)> = roots.map(|root| (root, top.clone())).collect();
    while let Some((object, above)) = stack.pop() {
        visited += 1;
        let met_before = object.as_reference().is_ok_and(|id| !seen.insert(id));
        if met_before {
            continue;
        }
        if visited > MAX_NODES || above.depth > MAX_DEPTH {
            // A field of no type, so that what is beyond the limit is not ignored silently.
            let objects = BTreeSet::new();
            found.push(FormField { name: above.name, field_type: b"", value: None, objects });
            break;
        }
        let Some(node) = dictionary_of(resolve(document, object)) else { continue };
        let here = inherit(document, node, object, above);
        let kids = array_entry(document, node, b"Kids");
        let widgets_only = kids.iter().all(|kid| !has_own_name(document, kid));
        if kids.is_empty() || widgets_only {
            let Inherited { name, field_type, value, mut objects, .. } = here;
            objects.extend(kids.iter().filter_map(|kid| kid.as_reference().ok()));
            found.push(FormField { name, field_type, value, objects });
        } else {
            stack.extend(kids.iter().rev().map(|kid| (kid, here.clone())));
        }
    }
    found
}

/// What a node hands down, with what it inherited.
fn inherit<'a>(
    document: &'a Document,
    node: &'a Dictionary,
    object: &Object,
    above: Inherited<'a>,
) -> Inherited<'a> {
    let mut name = above.name;
    let partial = printable_string(entry(document, node, b"T"), MAX_NAME_LENGTH);
    if !partial.is_empty() {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&partial);
    }
    Inherited {
        name: printable(&name, MAX_NAME_LENGTH),
        field_type: name_entry(document, node, b"FT").unwrap_or(above.field_type),
        value: node.get(b"V").ok().filter(|value| !value.is_null()).or(above.value),
        objects: object.as_reference().into_iter().collect(),
        depth: above.depth + 1,
    }
}

/// Whether a kid is a field, and not just a widget of its parent.
fn has_own_name(document: &Document, kid: &Object) -> bool {
    dictionary_of(resolve(document, kid)).is_some_and(|kid| kid.has(b"T"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    fn with_form(build: impl FnOnce(&mut Document) -> Vec<Object>) -> Document {
        let mut document = Document::with_version("1.7");
        let fields = build(&mut document);
        let catalog =
            document.add_object(dictionary! { "AcroForm" => dictionary! { "Fields" => fields } });
        document.trailer.set("Root", catalog);
        document
    }

    #[test]
    fn type_value_and_name_come_from_above() {
        let document = with_form(|document| {
            let widget = document.add_object(dictionary! { "Subtype" => "Widget" });
            let leaf = document.add_object(
                dictionary! { "T" => Object::string_literal("b"), "Kids" => vec![widget.into()] },
            );
            let top = document.add_object(dictionary! {
                "T" => Object::string_literal("a"), "FT" => "Sig", "V" => 5, "Kids" => vec![leaf.into()],
            });
            vec![top.into()]
        });
        let found = form_fields(&document);
        let [one] = found.as_slice() else { unreachable!() };
        assert_eq!((one.name.as_str(), one.field_type, one.objects.len()), ("a.b", &b"Sig"[..], 2));
        assert_eq!(one.value, Some(&Object::Integer(5)), "damaged, but a value");
    }

    #[test]
    fn a_form_that_loops_ends() {
        let document = with_form(|document| {
            let id = document.new_object_id();
            let node = dictionary! {
                "T" => Object::string_literal("x"), "Kids" => vec![id.into(), id.into()],
            };
            document.objects.insert(id, node.into());
            vec![id.into(), id.into()]
        });
        assert!(form_fields(&document).len() <= 1);
    }
}
