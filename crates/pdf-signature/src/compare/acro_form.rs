//! The interactive form (ISO 32000-2, 12.7): its entries, fields that no page shows, and XFA forms,
//! which draw pages of their own. What a page shows of it is compared in [`super::annotations`].

use super::change::{ChangeKind, DocumentChange};
use super::change_detail::FormChange;
use super::document_view::DocumentView;
use super::object_digest::ObjectDigests;
use crate::document::form_fields::{FormField, form_fields};
use crate::document::objects::{array_entry, dictionary_entry};
use crate::text::printable_string;
use lopdf::Object;
use std::collections::BTreeSet;

/// Entries of the form that a program that signs or fills in may set.
const MAY_CHANGE: [&[u8]; 4] = [b"Fields", b"SigFlags", b"DR", b"DA"];
/// Longest value of a field that is kept, in characters.
const MAX_TEXT_LENGTH: usize = 2000;

/// Compares what the form holds besides what pages show.
pub(crate) fn compare_forms(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    changes: &mut Vec<DocumentChange>,
) {
    let (sent_catalog, received_catalog) = (sent.catalog(), received.catalog());
    let mut sent_digests = ObjectDigests::new(sent);
    let mut received_digests = ObjectDigests::new(received);
    let before = dictionary_entry(sent.document, &sent_catalog, b"AcroForm");
    let after = dictionary_entry(received.document, &received_catalog, b"AcroForm");
    for (key, value) in after.into_iter().flat_map(|form| form.iter()) {
        let former = before.and_then(|form| form.get(key).ok()).unwrap_or(&Object::Null);
        // False is the default (12.7.3).
        let is_default = key == b"NeedAppearances" && matches!(value.as_bool(), Ok(false));
        if MAY_CHANGE.contains(&key.as_slice())
            || is_default
            || sent_digests.of(former) == received_digests.of(value)
        {
            continue;
        }
        changes.push(match key.as_slice() {
            b"NeedAppearances" => {
                DocumentChange::refused(ChangeKind::FormField, FormChange::NeedAppearances)
            }
            b"XFA" => DocumentChange::refused(ChangeKind::Active, FormChange::Xfa),
            key => {
                let name = String::from_utf8_lossy(key).into_owned();
                DocumentChange::refused(ChangeKind::Document, FormChange::Entry(name))
            }
        });
    }
    let fields = form_fields(received.document);
    let mut used = BTreeSet::new();
    let mut widgets = fields.iter().flat_map(|field| &field.objects);
    if widgets.any(|object| !used.insert(*object)) {
        let detail = FormChange::SharedWidget;
        changes.push(DocumentChange::refused(ChangeKind::FormField, detail));
    }
    changes.extend(hidden_fields(sent, received, &fields));
}

/// New fields that no page shows; signatures need not be shown.
fn hidden_fields(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    fields: &[FormField<'_>],
) -> Vec<DocumentChange> {
    let annotations = received
        .tree
        .pages
        .iter()
        .flat_map(|page| array_entry(received.document, page.dictionary, b"Annots"));
    let shown: BTreeSet<_> = annotations.filter_map(|object| object.as_reference().ok()).collect();
    let known: BTreeSet<String> =
        form_fields(sent.document).into_iter().map(|field| field.name).collect();
    let is_hidden =
        |field: &&FormField<'_>| field.field_type != b"Sig" && field.objects.is_disjoint(&shown);
    let change = |field: &FormField<'_>| {
        let value = field.value.and_then(|value| received.document.dereference(value).ok());
        let text = printable_string(value.map(|(_, value)| value), MAX_TEXT_LENGTH);
        let detail = FormChange::HiddenField(field.name.clone());
        let change = DocumentChange::refused(ChangeKind::FormField, detail);
        DocumentChange { text: (!text.is_empty()).then_some(text), ..change }
    };
    fields
        .iter()
        .filter(is_hidden)
        .filter(|field| !known.contains(&field.name))
        .map(change)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    fn with(form: lopdf::Dictionary) -> Document {
        let mut document = Document::with_version("1.7");
        let catalog = document.add_object(dictionary! { "AcroForm" => form });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(received: &Document) -> Vec<ChangeKind> {
        let mut changes = Vec::new();
        compare_forms(
            &DocumentView::new(&with(dictionary! {})),
            &DocumentView::new(received),
            &mut changes,
        );
        assert!(changes.iter().all(|change| !change.is_allowed()));
        changes.into_iter().map(|change| change.kind).collect()
    }

    #[test]
    fn only_what_signing_needs_may_be_added() {
        assert_eq!(differ(&with(dictionary! { "SigFlags" => 3 })), []);
        assert_eq!(differ(&with(dictionary! { "NeedAppearances" => false })), []);
        assert_eq!(
            differ(&with(dictionary! { "NeedAppearances" => true })),
            [ChangeKind::FormField]
        );
        assert_eq!(differ(&with(dictionary! { "XFA" => 1 })), [ChangeKind::Active]);
        assert_eq!(differ(&with(dictionary! { "CO" => 1 })), [ChangeKind::Document]);
        let field = |kind: &str| {
            let field = dictionary! { "T" => Object::string_literal("x"), "FT" => kind };
            with(dictionary! { "Fields" => vec![field.into()] })
        };
        assert_eq!(differ(&field("Tx")), [ChangeKind::FormField]);
        assert_eq!(differ(&field("Sig")), []);
    }
}
