//! Annotations of each page: kept, added, removed.
//!
//! What was added is judged in [`super::added`].

use super::added::{AddedWidget, annotation_type, judge_added, widget_field};
use super::boxes::PageBoxes;
use crate::compare::change::{ChangeKind, DocumentChange};
use crate::compare::change_detail::AnnotationChange;
use crate::compare::document_view::DocumentView;
use crate::compare::object_digest::{Digest, ObjectDigests};
use crate::document::form_fields::is_empty_value;
use crate::document::objects::{
    array_entry, dictionary_entry, dictionary_of, entry, name_entry, rectangle_entry, resolve,
};
use crate::text::printable_string;
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::BTreeMap;

/// Most annotations that may differ on one page.
const MAX_DIFFERING: usize = 300;
/// Entries that refer to what is around an annotation.
const LINKS: [&[u8]; 4] = [b"P", b"Parent", b"StructParent", b"Popup"];
/// Entries that the popup of a comment may have: none of them draws.
const POPUP_ENTRIES: [&[u8]; 11] = [
    b"Type",
    b"Subtype",
    b"Rect",
    b"Parent",
    b"Open",
    b"P",
    b"NM",
    b"M",
    b"F",
    b"StructParent",
    b"Contents",
];
/// Entries by which a link draws something (12.5.2, 12.5.6.5).
const LINK_DRAWING_ENTRIES: [&[u8]; 7] = [b"AP", b"Border", b"BS", b"C", b"BE", b"MK", b"OC"];
/// Longest name of a field that is compared, in characters.
const MAX_NAME_LENGTH: usize = 200;
/// How far two places of one annotation may be apart, in points.
const PLACE_TOLERANCE: f64 = 1.0;

/// An annotation of a page.
#[derive(Clone, Debug)]
struct Annotation<'a> {
    id: Option<ObjectId>,
    dictionary: &'a Dictionary,
    digest: Option<Digest>,
    /// Whether it is a field that was there, empty, or a new annotation.
    widget: AddedWidget,
}

/// Both sides of the comparison.
struct Sides<'a> {
    sent: &'a DocumentView<'a>,
    received: &'a DocumentView<'a>,
    boxes: Option<&'a PageBoxes<'a>>,
    appended: bool,
}

/// Compares what lies on each page. `appended`: the received document was made by adding to the one
/// sent.
pub(crate) fn compare_annotations(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    boxes: Option<&PageBoxes<'_>>,
    appended: bool,
    changes: &mut Vec<DocumentChange>,
) {
    let sides = Sides { sent, received, boxes, appended };
    let mut sent_digests = ObjectDigests::new(sent);
    let mut received_digests = ObjectDigests::new(received);
    for (at, page) in (0..received.tree.pages.len()).zip(1..) {
        let before = annotations_of_page(sent, at, &mut sent_digests);
        let after = annotations_of_page(received, at, &mut received_digests);
        let found = sides.compare_page(before, after, page);
        changes.extend(found.into_iter().map(|change| change.on_page(page)));
    }
}

fn annotations_of_page<'a>(
    view: &'a DocumentView<'_>,
    at: usize,
    digests: &mut ObjectDigests<'_>,
) -> Vec<Annotation<'a>> {
    let Some(page) = view.tree.pages.get(at) else { return Vec::new() };
    array_entry(view.document, page.dictionary, b"Annots")
        .iter()
        .filter_map(|object| {
            let dictionary = dictionary_of(resolve(view.document, object))?;
            let digest = digests.without(dictionary, &LINKS);
            Some(Annotation {
                id: object.as_reference().ok(),
                dictionary,
                digest,
                widget: AddedWidget::New,
            })
        })
        .collect()
}

impl Sides<'_> {
    fn compare_page(
        &self,
        before: Vec<Annotation<'_>>,
        after: Vec<Annotation<'_>>,
        page: u32,
    ) -> Vec<DocumentChange> {
        let (mut missing, mut added) = without_equals(before, after);
        if missing.len() > MAX_DIFFERING || added.len() > MAX_DIFFERING {
            let detail = AnnotationChange::TooMany;
            return vec![DocumentChange::refused(ChangeKind::Annotation, detail)];
        }
        added.retain_mut(|annotation| {
            match missing.iter().position(|former| self.replaces(annotation, former)) {
                Some(found) => {
                    let former = missing.remove(found);
                    annotation.widget = AddedWidget::Known;
                    // A field that was filled in is reported as such; a link that was rewritten is
                    // the same.
                    name_entry(self.sent.document, former.dictionary, b"Subtype") == Some(b"Widget")
                }
                None => true,
            }
        });
        let removed = missing.iter().map(|former| self.removed(former));
        removed.chain(self.judge(&added, page)).collect()
    }

    /// Printing to PDF loses links: a person reviews that. Nothing else may be removed.
    fn removed(&self, former: &Annotation<'_>) -> DocumentChange {
        let subtype =
            name_entry(self.sent.document, former.dictionary, b"Subtype").unwrap_or_default();
        let detail = AnnotationChange::Removed(annotation_type(subtype));
        match subtype == b"Link" && !self.appended {
            true => DocumentChange::for_review(ChangeKind::Removed, detail),
            false => DocumentChange::refused(ChangeKind::Removed, detail),
        }
    }

    /// Judges what was added; the popup of a comment is allowed with its comment.
    fn judge(&self, added: &[Annotation<'_>], page: u32) -> Vec<DocumentChange> {
        let mut changes = Vec::new();
        let mut judged = BTreeMap::new();
        let (popups, others): (Vec<_>, Vec<_>) = added.iter().partition(|annotation| {
            name_entry(self.received.document, annotation.dictionary, b"Subtype") == Some(b"Popup")
        });
        for annotation in others {
            let change = judge_added(
                annotation.dictionary,
                annotation.widget,
                page,
                self.received,
                self.boxes,
            );
            if let Some(id) = annotation.id {
                judged.insert(id, change.is_allowed());
            }
            changes.push(change);
        }
        for popup in popups {
            let parent = popup.dictionary.get(b"Parent").and_then(Object::as_reference).ok();
            let with_comment =
                parent.is_some_and(|parent| judged.get(&parent).copied().unwrap_or(false));
            changes.extend(self.popup_change(popup.dictionary, with_comment, page));
        }
        changes
    }

    /// Why the popup of a comment is not allowed, if it is not.
    fn popup_change(
        &self,
        popup: &Dictionary,
        with_comment: bool,
        page: u32,
    ) -> Option<DocumentChange> {
        let document = self.received.document;
        let is_plain = popup.iter().all(|(key, _)| POPUP_ENTRIES.contains(&key.as_slice()));
        let is_open = is_open(popup, self.received)
            || dictionary_entry(document, popup, b"Parent")
                .is_some_and(|comment| is_open(comment, self.received));
        let in_box = rectangle_entry(document, popup, b"Rect").is_some_and(|rectangle| {
            self.boxes.is_some_and(|boxes| boxes.holding(page, rectangle).is_some())
        });
        let covers = is_open && !in_box;
        if with_comment && is_plain && !covers {
            return None;
        }
        let detail = match covers {
            true => AnnotationChange::PopupOpen,
            false => AnnotationChange::PopupAdded,
        };
        Some(DocumentChange::refused(ChangeKind::Annotation, detail))
    }

    /// Whether an annotation takes the place of a former one: an empty signature field that was
    /// signed, a field that was filled in, a link that a program rewrote.
    fn replaces(&self, annotation: &Annotation<'_>, former: &Annotation<'_>) -> bool {
        let (sent, received) = (self.sent.document, self.received.document);
        let places = (
            rectangle_entry(sent, former.dictionary, b"Rect"),
            rectangle_entry(received, annotation.dictionary, b"Rect"),
        );
        let (Some(before), Some(after)) = places else { return false };
        let same_place = before.iter().zip(after).all(|(a, b)| (a - b).abs() < PLACE_TOLERANCE);
        let subtypes = (
            name_entry(sent, former.dictionary, b"Subtype"),
            name_entry(received, annotation.dictionary, b"Subtype"),
        );
        match subtypes {
            (Some(b"Widget"), Some(b"Widget")) => {
                let before = widget_field(sent, former.dictionary);
                let after = widget_field(received, annotation.dictionary);
                let same_name = printable_string(before.name, MAX_NAME_LENGTH)
                    == printable_string(after.name, MAX_NAME_LENGTH);
                same_place
                    && same_name
                    && before.field_type == after.field_type
                    && match before.field_type {
                        b"Tx" => is_empty_value(sent, before.value),
                        _ => before.value.is_none(),
                    }
            }
            // A program that only appends does not rewrite links. A link that draws something, even
            // a border, is not the same.
            (Some(b"Link"), Some(b"Link")) => {
                let draws_otherwise = LINK_DRAWING_ENTRIES.iter().any(|key| {
                    annotation.dictionary.has(key)
                        && annotation.dictionary.get(key).ok() != former.dictionary.get(key).ok()
                });
                !self.appended
                    && same_place
                    && self.lead_alike(annotation, former)
                    && !draws_otherwise
            }
            _ => false,
        }
    }

    /// Whether two links lead to the same page, place or address.
    fn lead_alike(&self, link: &Annotation<'_>, former: &Annotation<'_>) -> bool {
        let after = LinkTarget::of(link.dictionary, self.received);
        let before = LinkTarget::of(former.dictionary, self.sent);
        after.is_known() && before.is_known() && after == before
    }
}

/// Where a link leads: digests of its action and of its destination, if it has them.
#[derive(PartialEq)]
struct LinkTarget {
    action: Option<Option<Digest>>,
    destination: Option<Option<Digest>>,
}

impl LinkTarget {
    fn of(link: &Dictionary, view: &DocumentView<'_>) -> Self {
        let mut digests = ObjectDigests::new(view);
        let action = dictionary_entry(view.document, link, b"A");
        let action = action.map(|action| digests.without(action, &[b"Type"]));
        let destination = entry(view.document, link, b"Dest");
        let destination = destination.map(|destination| digests.of(destination));
        Self { action, destination }
    }

    /// Whether both could be digested.
    fn is_known(&self) -> bool {
        self.action != Some(None) && self.destination != Some(None)
    }
}

/// Whether a comment or its window is open: readers then draw it over the page.
fn is_open(annotation: &Dictionary, view: &DocumentView<'_>) -> bool {
    entry(view.document, annotation, b"Open")
        .is_some_and(|open| !matches!(open.as_bool(), Ok(false)))
}

/// The annotations of each side that have no equal on the other side.
fn without_equals<'a, 'b>(
    mut sent: Vec<Annotation<'a>>,
    mut received: Vec<Annotation<'b>>,
) -> (Vec<Annotation<'a>>, Vec<Annotation<'b>>) {
    let mut unmatched: BTreeMap<Digest, usize> = BTreeMap::new();
    for digest in received.iter().filter_map(|annotation| annotation.digest) {
        *unmatched.entry(digest).or_default() += 1;
    }
    let take = |from: &mut BTreeMap<Digest, usize>, digest: Option<Digest>| {
        let left = digest.and_then(|digest| from.get_mut(&digest)).filter(|count| **count > 0);
        left.map(|count| *count -= 1).is_some()
    };
    let mut matched: BTreeMap<Digest, usize> = BTreeMap::new();
    sent.retain(|annotation| {
        let found = take(&mut unmatched, annotation.digest);
        if let Some(digest) = annotation.digest.filter(|_| found) {
            *matched.entry(digest).or_default() += 1;
        }
        !found
    });
    received.retain(|annotation| !take(&mut matched, annotation.digest));
    (sent, received)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    fn with(annotations: Vec<Dictionary>) -> Document {
        let mut document = Document::with_version("1.7");
        let annots: Vec<Object> = annotations
            .into_iter()
            .map(|annotation| document.add_object(annotation).into())
            .collect();
        let page = document.add_object(dictionary! { "Type" => "Page", "Annots" => annots });
        let pages = document.add_object(dictionary! { "Kids" => vec![page.into()] });
        let catalog = document.add_object(dictionary! { "Pages" => pages });
        document.trailer.set("Root", catalog);
        document
    }

    fn link(at: i64, to: &str) -> Dictionary {
        let place = vec![at.into(), 0.into(), 9.into(), 9.into()];
        let action = dictionary! { "S" => "URI", "URI" => Object::string_literal(to) };
        dictionary! { "Subtype" => "Link", "Rect" => place, "A" => action }
    }

    fn differ(sent: &Document, received: &Document, appended: bool) -> Vec<(ChangeKind, bool)> {
        let mut changes = Vec::new();
        compare_annotations(
            &DocumentView::new(sent),
            &DocumentView::new(received),
            None,
            appended,
            &mut changes,
        );
        changes.into_iter().map(|change| (change.kind, change.is_allowed())).collect()
    }

    #[test]
    fn a_link_written_anew_is_the_same_and_one_that_leads_elsewhere_is_not() {
        let sent = with(vec![link(1, "mailto:a"), link(1, "mailto:a")]);
        assert_eq!(differ(&sent, &sent, true), []);
        let mut anew = link(1, "mailto:a");
        anew.set("H", 1);
        let both = with(vec![anew.clone(), anew.clone()]);
        assert_eq!(differ(&sent, &both, false), []);
        let refused = [(ChangeKind::Removed, false), (ChangeKind::Annotation, false)];
        assert_eq!(differ(&sent, &with(vec![link(1, "mailto:a"), anew.clone()]), true), refused);
        for key in ["AP", "Border", "C"] {
            let mut drawn = link(1, "mailto:a");
            drawn.set(key, 1);
            let found = differ(&sent, &with(vec![link(1, "mailto:a"), drawn]), false);
            assert_eq!(
                found,
                [(ChangeKind::Removed, true), (ChangeKind::Annotation, false)],
                "{key}"
            );
        }
        let other = differ(&sent, &with(vec![link(1, "mailto:a"), link(1, "mailto:b")]), true);
        assert_eq!(other, [(ChangeKind::Removed, false), (ChangeKind::Annotation, false)]);
        assert_eq!(
            differ(&sent, &with(vec![link(1, "mailto:a")]), false),
            [(ChangeKind::Removed, true)]
        );
    }

    #[test]
    fn a_window_without_its_comment_is_not_allowed_and_too_many_are_not_looked_at() {
        let window = dictionary! { "Subtype" => "Popup", "Parent" => (9, 0) };
        let found = differ(&with(vec![]), &with(vec![window]), true);
        assert_eq!(found, [(ChangeKind::Annotation, false)]);
        let many = (0..=300).map(|at| link(at, "x")).collect();
        assert_eq!(differ(&with(vec![]), &with(many), true).len(), 1);
    }
}
