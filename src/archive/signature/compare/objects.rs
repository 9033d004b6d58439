//! Objects that no page shows: a page prepared but not used does no harm until somebody uses it,
//! and is told. A net under the other rules: an object of the letter that was replaced, is still
//! used, and that no other rule has looked at, is not allowed.

use super::super::document::{array, dictionary_of};
use super::super::field::fields;
use super::super::words::counted;
use super::values::{Change, Kind};
use super::view::View;
use lopdf::{Object, ObjectId};
use std::collections::BTreeSet;

/// Compares object by object.
pub(super) fn compare(
    before: &View<'_>,
    after: &View<'_>,
    appended: bool,
    changes: &mut Vec<Change>,
) {
    let used = after.used().ids;
    unused(before, after, &used, changes);
    // Where the file was added to, `appended` looks at each.
    if !appended && same_numbers(before, after) {
        replaced(before, after, &used, changes);
    }
}

/// Whether object numbers of both mean the same: the catalogue and the pages have kept theirs.
fn same_numbers(before: &View<'_>, after: &View<'_>) -> bool {
    let root =
        |own: &View<'_>| own.document.trailer.get(b"Root").and_then(Object::as_reference).ok();
    root(before) == root(after)
        && before.tree.pages.iter().all(|own| after.document.objects.contains_key(&own.id))
        && before.order == after.order
}

fn unused(
    before: &View<'_>,
    after: &View<'_>,
    used: &BTreeSet<ObjectId>,
    changes: &mut Vec<Change>,
) {
    let (mut pages, mut others) = (0, 0);
    for (id, object) in &after.document.objects {
        if used.contains(id) || before.document.objects.get(id) == Some(object) {
            continue;
        }
        let own = dictionary_of(object);
        let kind = own.and_then(|own| own.get_type().ok()).unwrap_or_default();
        let writing = matches!(kind, b"ObjStm" | b"XRef")
            || own.is_some_and(|own| own.has(b"Linearized"))
            || object.is_null();
        if kind == b"Page" {
            pages += 1;
        } else if !writing {
            others += 1;
        }
    }
    if pages > 0 {
        let what =
            counted(pages, "page cachée, que rien ne montre", "pages cachées, que rien ne montre");
        changes.push(Change::new(Kind::Unused, true, format!("le fichier contient {what}")));
    }
    if others > 0 {
        let what = counted(others, "objet qui ne sert à rien", "objets qui ne servent à rien");
        changes.push(Change::new(Kind::Unused, true, format!("le fichier contient {what}")));
    }
}

fn replaced(
    before: &View<'_>,
    after: &View<'_>,
    used: &BTreeSet<ObjectId>,
    changes: &mut Vec<Change>,
) {
    let looked = looked_at(before);
    let count = before
        .document
        .objects
        .iter()
        .filter(|(id, object)| used.contains(id) && after.document.objects.get(id) != Some(object))
        .filter(|(id, _)| !looked.contains(id))
        .count();
    if count > 0 {
        let what = counted(
            count,
            "objet de la lettre a été remplacé",
            "objets de la lettre ont été remplacés",
        );
        changes.push(Change::new(Kind::Object, false, what));
    }
}

/// Objects of the letter that other rules have compared.
fn looked_at(view: &View<'_>) -> BTreeSet<ObjectId> {
    let document = view.document;
    let mut found = view.tree.nodes.clone();
    for own in fields(document) {
        found.extend(own.objects);
    }
    let mut from: Vec<&Object> = document.trailer.get(b"Info").into_iter().collect();
    for page in &view.tree.pages {
        found.insert(page.id);
        from.extend(page.own.get(b"Contents"));
        from.extend(page.get(document, b"Resources"));
        from.extend(page.own.get(b"Resources"));
        from.extend(page.own.get(b"Annots"));
        from.extend(array(document, page.own, b"Annots"));
    }
    let catalogue = document.trailer.get(b"Root");
    found.extend(catalogue.and_then(Object::as_reference));
    if let Ok(own) = document.catalog() {
        from.extend(own.iter().filter(|(key, _)| *key != b"Pages").map(|(_, value)| value));
    }
    found.extend(view.around(from).ids);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    fn letter() -> Document {
        let mut document = Document::with_version("1.7");
        let private = document.add_object(dictionary! { "Of" => "Somebody" });
        let page = document.add_object(dictionary! { "Type" => "Page", "PieceInfo" => private });
        let pages = document.add_object(dictionary! { "Kids" => vec![page.into()] });
        let catalog = document.add_object(dictionary! { "Pages" => pages });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document) -> Vec<(Kind, bool)> {
        let mut changes = Vec::new();
        compare(&View::new(sent), &View::new(received), false, &mut changes);
        changes.into_iter().map(|own| (own.kind, own.allowed)).collect()
    }

    #[test]
    fn a_page_that_nothing_shows_is_told_and_a_replaced_object_not_allowed() {
        let sent = letter();
        assert_eq!(differ(&sent, &sent), []);
        let mut shadow = letter();
        shadow.add_object(dictionary! { "Type" => "Page" });
        shadow.add_object(1);
        assert_eq!(differ(&sent, &shadow), [(Kind::Unused, true); 2]);
        let mut other = letter();
        other.objects.insert((1, 0), dictionary! { "Of" => "Else" }.into());
        assert_eq!(differ(&sent, &other), [(Kind::Object, false)]);
    }
}
