//! The signature fields of the interactive form (ISO 32000-2, 12.7.3 and 12.7.5.5).
//!
//! A field's type, value and name come from it or from its ancestors. What is in the value is read
//! elsewhere: a value that is no dictionary is still a signature, a damaged one.

use super::document::{DEEPEST, MOST, array, dictionary_of, entry, inner, name, resolve};
use super::words;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeSet;

/// Longest name of a field that is told.
const LONGEST_NAME: usize = 120;

/// A field at the end of a branch of the form.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    /// Full name: partial names with dots between.
    pub name: String,
    /// Type: `Sig`, `Tx`, `Btn`, `Ch`; empty when there is none.
    pub kind: &'a [u8],
    /// Its value, unless absent or null. A reference to nothing stands as it is.
    pub value: Option<&'a Object>,
    /// Objects of the field and of the widgets that show it.
    pub objects: BTreeSet<ObjectId>,
}

/// What a node of the form gives to those below it.
#[derive(Clone, Default)]
struct Handed<'a> {
    name: String,
    kind: &'a [u8],
    value: Option<&'a Object>,
    objects: BTreeSet<ObjectId>,
    depth: usize,
}

/// Every field of the form, signatures or not.
pub(super) fn fields(document: &Document) -> Vec<Field<'_>> {
    let form = document.catalog().ok().and_then(|own| inner(document, own, b"AcroForm"));
    let Some(form) = form else { return Vec::new() };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut looked = 0;
    let top = Handed::default();
    let mut stack: Vec<(&Object, Handed<'_>)> =
        array(document, form, b"Fields").iter().rev().map(|own| (own, top.clone())).collect();
    while let Some((object, above)) = stack.pop() {
        looked += 1;
        let met = object.as_reference().is_ok_and(|id| !seen.insert(id));
        if met {
            continue;
        }
        if looked > MOST || above.depth > DEEPEST {
            // Not followed, and not passed over in silence: a field of no kind.
            found.push(Field {
                name: above.name,
                kind: b"",
                value: None,
                objects: BTreeSet::new(),
            });
            break;
        }
        let Some(own) = dictionary_of(resolve(document, object)) else { continue };
        let here = hand_down(document, own, object, above);
        let kids = array(document, own, b"Kids");
        let widgets_only = kids.iter().all(|kid| !has_own_name(document, kid));
        if kids.is_empty() || widgets_only {
            let mut objects = here.objects;
            objects.extend(kids.iter().filter_map(|kid| kid.as_reference().ok()));
            found.push(Field { name: here.name, kind: here.kind, value: here.value, objects });
        } else {
            stack.extend(kids.iter().rev().map(|kid| (kid, here.clone())));
        }
    }
    found
}

fn hand_down<'a>(
    document: &'a Document,
    own: &'a Dictionary,
    object: &Object,
    above: Handed<'a>,
) -> Handed<'a> {
    let mut name_here = above.name;
    let partial = words::of_pdf(entry(document, own, b"T"), LONGEST_NAME);
    if !partial.is_empty() {
        if !name_here.is_empty() {
            name_here.push('.');
        }
        name_here.push_str(&partial);
    }
    let value = own.get(b"V").ok().filter(|value| !value.is_null()).or(above.value);
    Handed {
        name: words::plain(&name_here, LONGEST_NAME),
        kind: name(document, own, b"FT").unwrap_or(above.kind),
        value,
        objects: object.as_reference().into_iter().collect(),
        depth: above.depth + 1,
    }
}

/// Whether a kid is a field of its own, and not just a widget of its parent.
fn has_own_name(document: &Document, kid: &Object) -> bool {
    dictionary_of(resolve(document, kid)).is_some_and(|own| own.has(b"T"))
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
        let document = with_form(|own| {
            let widget = own.add_object(dictionary! { "Subtype" => "Widget" });
            let leaf = own.add_object(
                dictionary! { "T" => Object::string_literal("b"), "Kids" => vec![widget.into()] },
            );
            let top = own.add_object(dictionary! {
                "T" => Object::string_literal("a"), "FT" => "Sig", "V" => 5, "Kids" => vec![leaf.into()],
            });
            vec![top.into()]
        });
        let found = fields(&document);
        let [one] = found.as_slice() else { unreachable!() };
        assert_eq!((one.name.as_str(), one.kind, one.objects.len()), ("a.b", &b"Sig"[..], 2));
        assert_eq!(one.value, Some(&Object::Integer(5)), "damaged, but a value");
    }

    #[test]
    fn a_form_that_loops_ends() {
        let document = with_form(|own| {
            let id = own.new_object_id();
            let node = dictionary! {
                "T" => Object::string_literal("x"), "Kids" => vec![id.into(), id.into()],
            };
            own.objects.insert(id, node.into());
            vec![id.into(), id.into()]
        });
        assert!(fields(&document).len() <= 1);
    }
}
