//! Objects that no page shows: a page that is prepared but not used does no harm until somebody uses
//! it, and is reported. A net under the other rules: an object of the document as sent that was
//! replaced, is still used, and that no other rule is about, is not allowed.

use super::change::{ChangeKind, DocumentChange};
use super::change_detail::ObjectChange;
use super::document_view::DocumentView;
use crate::document::form_fields::form_fields;
use crate::document::objects::{array_entry, dictionary_of};
use lopdf::{Object, ObjectId};
use std::collections::BTreeSet;

/// Compares object by object. `appended`: the received document was made by adding to the one sent;
/// then [`super::appended_objects`] looks at each replaced object.
pub(crate) fn compare_unused(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    appended: bool,
    changes: &mut Vec<DocumentChange>,
) {
    let used = received.used().ids;
    let unused = count_unused(sent, received, &used);
    let reported = [
        (unused.pages, ObjectChange::HiddenPages(unused.pages)),
        (unused.others, ObjectChange::Unused(unused.others)),
    ];
    changes.extend(
        reported
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(_, detail)| DocumentChange::allowed(ChangeKind::Unused, detail)),
    );
    if !appended && same_numbers(sent, received) {
        let count = count_replaced(sent, received, &used);
        if count > 0 {
            let detail = ObjectChange::Replaced(count);
            changes.push(DocumentChange::refused(ChangeKind::Object, detail));
        }
    }
}

/// Whether the numbers of objects mean the same in both: the catalog and the pages have kept theirs.
fn same_numbers(sent: &DocumentView<'_>, received: &DocumentView<'_>) -> bool {
    let root = |view: &DocumentView<'_>| {
        view.document.trailer.get(b"Root").and_then(Object::as_reference).ok()
    };
    root(sent) == root(received)
        && sent.tree.pages.iter().all(|page| received.document.objects.contains_key(&page.id))
        && sent.order == received.order
}

/// New objects that nothing uses.
#[derive(Default)]
struct UnusedCount {
    pages: usize,
    others: usize,
}

fn count_unused(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    used: &BTreeSet<ObjectId>,
) -> UnusedCount {
    let mut count = UnusedCount::default();
    for (id, object) in &received.document.objects {
        if used.contains(id) || sent.document.objects.get(id) == Some(object) {
            continue;
        }
        let dictionary = dictionary_of(object);
        let object_type =
            dictionary.and_then(|dictionary| dictionary.get_type().ok()).unwrap_or_default();
        let is_file_structure = matches!(object_type, b"ObjStm" | b"XRef")
            || dictionary.is_some_and(|dictionary| dictionary.has(b"Linearized"))
            || object.is_null();
        if object_type == b"Page" {
            count.pages += 1;
        } else if !is_file_structure {
            count.others += 1;
        }
    }
    count
}

/// How many objects of the document as sent were replaced, are used, and are no other rule's.
fn count_replaced(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    used: &BTreeSet<ObjectId>,
) -> usize {
    let compared = compared_elsewhere(sent);
    sent.document
        .objects
        .iter()
        .filter(|(id, object)| {
            used.contains(id) && received.document.objects.get(id) != Some(object)
        })
        .filter(|(id, _)| !compared.contains(id))
        .count()
}

/// Objects of the document as sent that other rules compare.
fn compared_elsewhere(view: &DocumentView<'_>) -> BTreeSet<ObjectId> {
    let document = view.document;
    let mut found = view.tree.nodes.clone();
    for field in form_fields(document) {
        found.extend(field.objects);
    }
    let mut from: Vec<&Object> = document.trailer.get(b"Info").into_iter().collect();
    for page in &view.tree.pages {
        found.insert(page.id);
        from.extend(page.dictionary.get(b"Contents"));
        from.extend(page.get(document, b"Resources"));
        from.extend(page.dictionary.get(b"Resources"));
        from.extend(page.dictionary.get(b"Annots"));
        from.extend(array_entry(document, page.dictionary, b"Annots"));
    }
    let catalog = document.trailer.get(b"Root");
    found.extend(catalog.and_then(Object::as_reference));
    if let Ok(catalog) = document.catalog() {
        from.extend(catalog.iter().filter(|(key, _)| *key != b"Pages").map(|(_, value)| value));
    }
    found.extend(view.reached_beside_pages(from).ids);
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

    fn differ(sent: &Document, received: &Document) -> Vec<(ChangeKind, bool)> {
        let mut changes = Vec::new();
        compare_unused(&DocumentView::new(sent), &DocumentView::new(received), false, &mut changes);
        changes.into_iter().map(|change| (change.kind, change.is_allowed())).collect()
    }

    #[test]
    fn a_page_that_nothing_shows_is_told_and_a_replaced_object_not_allowed() {
        let sent = letter();
        assert_eq!(differ(&sent, &sent), []);
        let mut shadow = letter();
        shadow.add_object(dictionary! { "Type" => "Page" });
        shadow.add_object(1);
        assert_eq!(differ(&sent, &shadow), [(ChangeKind::Unused, true); 2]);
        let mut other = letter();
        other.objects.insert((1, 0), dictionary! { "Of" => "Else" }.into());
        assert_eq!(differ(&sent, &other), [(ChangeKind::Object, false)]);
    }
}
