//! Entries of the catalog (ISO 32000-2, 7.7.2) and the document's properties: which ones signing or
//! saving may add or change, and which ones must not change.

use super::change::{ChangeKind, ChangeVerdict, DocumentChange};
use super::change_detail::CatalogChange;
use super::document_view::DocumentView;
use super::object_digest::ObjectDigests;
use crate::document::objects::{dictionary_entry, entry, keys_of_both};
use lopdf::{Dictionary, Object};

/// Entries that are compared elsewhere.
const COMPARED_ELSEWHERE: [&[u8]; 4] = [b"Pages", b"AcroForm", b"Names", b"StructTreeRoot"];

/// Compares what belongs to the document as a whole. `appended`: the received document was made by
/// adding to the one sent.
pub(crate) fn compare_catalogs(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    appended: bool,
    changes: &mut Vec<DocumentChange>,
) {
    let mut values = ValueComparer::new(sent, received);
    let (sent_catalog, received_catalog) = (sent.catalog(), received.catalog());
    let mut metadata = values.differ(info(sent), info(received));
    for key in keys_of_both(&sent_catalog, &received_catalog) {
        let (before, after) = (sent_catalog.get(&key).ok(), received_catalog.get(&key).ok());
        if COMPARED_ELSEWHERE.contains(&key.as_slice()) || !values.differ(before, after) {
            continue;
        }
        if key == b"Metadata" {
            metadata = true;
            continue;
        }
        let removed = entry(received.document, &received_catalog, &key).is_none();
        let mut change = judge_entry(&key, removed, received, &received_catalog);
        // A program that rewrites the file may lose entries: a person looks at it. Appending to the
        // file loses none.
        let may_be_lost = matches!(change.kind, ChangeKind::Presentation | ChangeKind::Structure);
        if appended && removed {
            change.verdict = ChangeVerdict::Refused;
        } else if may_be_lost && change.is_allowed() {
            change.verdict = ChangeVerdict::ForReview;
        }
        changes.push(change);
    }
    if metadata {
        changes.push(DocumentChange::allowed(ChangeKind::Metadata, CatalogChange::Properties));
    }
    compare_name_trees(sent, received, &mut values, changes);
}

/// Compares values of both documents.
struct ValueComparer<'a> {
    sent: ObjectDigests<'a>,
    received: ObjectDigests<'a>,
}

impl<'a> ValueComparer<'a> {
    fn new(sent: &'a DocumentView<'a>, received: &'a DocumentView<'a>) -> Self {
        Self { sent: ObjectDigests::new(sent), received: ObjectDigests::new(received) }
    }

    /// Whether two values differ; an absent one is null.
    fn differ(&mut self, sent: Option<&Object>, received: Option<&Object>) -> bool {
        let digest = self.received.of(received.unwrap_or(&Object::Null));
        digest.is_none() || self.sent.of(sent.unwrap_or(&Object::Null)) != digest
    }
}

/// The document's properties (14.3.3).
fn info<'a>(view: &DocumentView<'a>) -> Option<&'a Object> {
    view.document.trailer.get(b"Info").ok()
}

/// Judges an entry that differs.
fn judge_entry(
    key: &[u8],
    removed: bool,
    received: &DocumentView<'_>,
    received_catalog: &Dictionary,
) -> DocumentChange {
    let name = || String::from_utf8_lossy(key).into_owned();
    match key {
        b"DSS" => DocumentChange::allowed(ChangeKind::Validation, CatalogChange::ValidationData),
        b"Extensions" | b"Version" => {
            DocumentChange::allowed(ChangeKind::Validation, CatalogChange::PdfVersion)
        }
        b"Legal" => {
            DocumentChange::allowed(ChangeKind::Validation, CatalogChange::LegalAttestation)
        }
        b"Perms" => {
            let permissions = dictionary_entry(received.document, received_catalog, b"Perms");
            let known = permissions.is_none_or(|permissions| {
                let mut keys = permissions.iter().map(|(key, _)| key.as_slice());
                keys.all(|key| matches!(key, b"DocMDP" | b"UR3" | b"UR"))
            });
            match known {
                true => DocumentChange::allowed(ChangeKind::Validation, CatalogChange::Permissions),
                false => {
                    DocumentChange::refused(ChangeKind::Validation, CatalogChange::Permissions)
                }
            }
        }
        b"OpenAction" | b"AA" if !removed => {
            DocumentChange::refused(ChangeKind::Active, CatalogChange::OpenAction)
        }
        b"OCProperties" if !removed => {
            DocumentChange::refused(ChangeKind::Layer, CatalogChange::Layers)
        }
        b"AF" | b"Collection" if !removed => {
            DocumentChange::refused(ChangeKind::Attachment, CatalogChange::AttachedFiles)
        }
        b"Outlines" | b"PageMode" | b"PageLayout" | b"PageLabels" | b"ViewerPreferences"
        | b"Dests" | b"OutputIntents" | b"PieceInfo" => {
            DocumentChange::allowed(ChangeKind::Presentation, CatalogChange::Presentation(name()))
        }
        b"MarkInfo" | b"Lang" if removed => {
            DocumentChange::allowed(ChangeKind::Structure, CatalogChange::Accessibility(name()))
        }
        b"MarkInfo" | b"Lang" => {
            DocumentChange::refused(ChangeKind::Structure, CatalogChange::Accessibility(name()))
        }
        _ if removed => {
            DocumentChange::allowed(ChangeKind::Presentation, CatalogChange::EntryRemoved(name()))
        }
        _ => DocumentChange::refused(ChangeKind::Document, CatalogChange::Entry(name())),
    }
}

/// Compares the name trees of the document (7.7.4).
fn compare_name_trees(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    values: &mut ValueComparer<'_>,
    changes: &mut Vec<DocumentChange>,
) {
    let (sent_catalog, received_catalog) = (sent.catalog(), received.catalog());
    let empty = Dictionary::new();
    let before = dictionary_entry(sent.document, &sent_catalog, b"Names").unwrap_or(&empty);
    let after = dictionary_entry(received.document, &received_catalog, b"Names").unwrap_or(&empty);
    for key in keys_of_both(before, after) {
        let removed = entry(received.document, after, &key).is_none();
        if removed || !values.differ(before.get(&key).ok(), after.get(&key).ok()) {
            continue;
        }
        changes.push(match key.as_slice() {
            b"Dests" => {
                DocumentChange::for_review(ChangeKind::Presentation, CatalogChange::Destinations)
            }
            b"EmbeddedFiles" => {
                DocumentChange::refused(ChangeKind::Attachment, CatalogChange::AttachedFiles)
            }
            b"JavaScript" => DocumentChange::refused(ChangeKind::Active, CatalogChange::Scripts),
            key => {
                let name = String::from_utf8_lossy(key).into_owned();
                DocumentChange::refused(ChangeKind::Document, CatalogChange::NameTree(name))
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    fn with(key: &str, value: impl Into<Object>) -> Document {
        let mut document = Document::with_version("1.7");
        let catalog = document.add_object(dictionary! { key => value });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document) -> Vec<(ChangeKind, bool)> {
        let mut changes = Vec::new();
        compare_catalogs(
            &DocumentView::new(sent),
            &DocumentView::new(received),
            false,
            &mut changes,
        );
        changes.into_iter().map(|change| (change.kind, change.is_allowed())).collect()
    }

    #[test]
    fn what_no_rule_knows_is_not_allowed() {
        let none = with("Type", Object::Null);
        for (key, wanted) in [
            ("DSS", (ChangeKind::Validation, true)),
            ("Outlines", (ChangeKind::Presentation, true)),
            ("Metadata", (ChangeKind::Metadata, true)),
            ("OpenAction", (ChangeKind::Active, false)),
            ("OCProperties", (ChangeKind::Layer, false)),
            ("AF", (ChangeKind::Attachment, false)),
            ("Whatever", (ChangeKind::Document, false)),
        ] {
            assert_eq!(differ(&none, &with(key, 1)), [wanted], "{key}");
            assert_eq!(differ(&with(key, 1), &with(key, 1)), [], "{key}");
        }
        let perms = with("Perms", dictionary! { "Other" => 1 });
        assert_eq!(differ(&none, &perms), [(ChangeKind::Validation, false)]);
        assert_eq!(differ(&with("AF", 1), &none), [(ChangeKind::Presentation, true)], "taken away");
    }

    #[test]
    fn lists_of_names_are_looked_into() {
        let none = with("Type", Object::Null);
        for (key, wanted) in [
            ("EmbeddedFiles", (ChangeKind::Attachment, false)),
            ("JavaScript", (ChangeKind::Active, false)),
            ("Dests", (ChangeKind::Presentation, true)),
            ("Templates", (ChangeKind::Document, false)),
        ] {
            let received = with("Names", dictionary! { key => dictionary! { "Names" => 1 } });
            assert_eq!(differ(&none, &received), [wanted], "{key}");
        }
    }
}
