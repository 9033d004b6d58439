//! Order, size and content of pages.

use super::change::{ChangeKind, DocumentChange};
use super::change_detail::PageChange;
use super::document_view::DocumentView;
use super::object_digest::{Digest, ObjectDigests};
use crate::document::objects::{entry, keys_of_both};
use crate::document::page_tree::PdfPage;
use lopdf::Object;

/// Difference between two sizes of a page that rounding may make, in points.
const ROUNDED_SIZE: f64 = 0.5;
/// Difference that writing a number with fewer digits makes, in points.
const ROUNDED_DIGITS: f64 = 0.001;
/// Entries of a page that are compared elsewhere.
const COMPARED_ELSEWHERE: [&[u8]; 12] = [
    b"Type",
    b"Parent",
    b"Annots",
    b"Contents",
    b"Resources",
    b"MediaBox",
    b"CropBox",
    b"Rotate",
    b"UserUnit",
    b"Group",
    b"LastModified",
    b"AA",
];
/// Entries that no page shows, and that programs which rewrite a file add, change or leave out.
const UNSEEN: [&[u8]; 10] = [
    b"BleedBox",
    b"TrimBox",
    b"ArtBox",
    b"StructParents",
    b"Tabs",
    b"PieceInfo",
    b"Metadata",
    b"Thumb",
    b"ID",
    b"Dur",
];

/// What the comparison of pages says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageComparison {
    /// Both sides have as many pages.
    pub same_page_count: bool,
    /// Pages, from 1, whose content is not written alike.
    pub pages_with_changed_content: Vec<u32>,
}

/// One side: a document and the digests of its objects.
struct Side<'a> {
    view: &'a DocumentView<'a>,
    digests: ObjectDigests<'a>,
}

impl<'a> Side<'a> {
    fn new(view: &'a DocumentView<'a>) -> Self {
        Self { view, digests: ObjectDigests::new(view) }
    }

    /// Digest of what each page prints and of what it prints with.
    fn contents(&mut self) -> Vec<Option<Digest>> {
        self.view.tree.pages.iter().map(|page| self.content(page)).collect()
    }

    fn content(&mut self, page: &PdfPage<'_>) -> Option<Digest> {
        let contents = page.dictionary.get(b"Contents").unwrap_or(&Object::Null);
        let streams = self.digests.streams(contents)?;
        let resources = match page.get(self.view.document, b"Resources") {
            Some(Object::Dictionary(resources)) => {
                self.digests.without(resources, &[b"ProcSet"])?
            }
            Some(_) => return None,
            None => Digest::default(),
        };
        let group = entry(self.view.document, page.dictionary, b"Group").unwrap_or(&Object::Null);
        let group = self.digests.of(group)?;
        let mut whole = streams.to_vec();
        whole.extend(resources);
        whole.extend(group);
        self.digests.of(&Object::string_literal(whole))
    }
}

/// Compares page by page.
pub(crate) fn compare_pages(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    changes: &mut Vec<DocumentChange>,
) -> PageComparison {
    let (mut sent_side, mut received_side) = (Side::new(sent), Side::new(received));
    let (sent_contents, received_contents) = (sent_side.contents(), received_side.contents());
    let counts = (sent.tree.pages.len(), received.tree.pages.len());
    let mut comparison = PageComparison {
        same_page_count: counts.0 == counts.1,
        pages_with_changed_content: Vec::new(),
    };
    if !received.tree.consistent && sent.tree.consistent {
        let detail = PageChange::InconsistentTree;
        changes.push(DocumentChange::for_review(ChangeKind::Pages, detail));
    }
    if !comparison.same_page_count {
        let detail = PageChange::Count { sent: counts.0, received: counts.1 };
        changes.push(DocumentChange::refused(ChangeKind::Pages, detail));
    }
    let mut moved = false;
    for (at, number) in (0..counts.0).zip(1..) {
        let pages = (sent.tree.pages.get(at), received.tree.pages.get(at));
        let (Some(sent_page), Some(received_page)) = pages else {
            comparison.pages_with_changed_content.push(number);
            continue;
        };
        let content = sent_contents.get(at).copied().flatten();
        if content.is_none() || content != received_contents.get(at).copied().flatten() {
            moved |= content.is_some() && received_contents.contains(&content);
            comparison.pages_with_changed_content.push(number);
            let change = DocumentChange::allowed(ChangeKind::Content, PageChange::Content);
            changes.push(change.on_page(number));
        }
        changes.extend(geometry_change(
            &geometry(sent_page, sent),
            &geometry(received_page, received),
            number,
        ));
        let mut pair = PagePair {
            sent: sent_page,
            sent_digests: &mut sent_side.digests,
            received: received_page,
            received_digests: &mut received_side.digests,
        };
        changes.extend(pair.other_changes().into_iter().map(|change| change.on_page(number)));
    }
    if moved {
        changes.push(DocumentChange::refused(ChangeKind::Pages, PageChange::Order));
    }
    comparison
}

fn geometry_change(sent: &[f64], received: &[f64], page: u32) -> Option<DocumentChange> {
    if same_geometry(sent, received, ROUNDED_DIGITS) {
        return None;
    }
    let detail = PageChange::Geometry;
    let change = match same_geometry(sent, received, ROUNDED_SIZE) {
        true => DocumentChange::for_review(ChangeKind::Geometry, detail),
        false => DocumentChange::refused(ChangeKind::Geometry, detail),
    };
    Some(change.on_page(page))
}

/// Whether media box, shown part, rotation and unit are the same.
fn same_geometry(sent: &[f64], received: &[f64], tolerance: f64) -> bool {
    sent.len() == received.len()
        && sent.iter().zip(received).all(|(a, b)| (a - b).abs() < tolerance)
}

fn geometry(page: &PdfPage<'_>, view: &DocumentView<'_>) -> Vec<f64> {
    let number =
        |object: Option<&Object>| object.and_then(|value| value.as_float().ok()).map(f64::from);
    let rotation = number(page.get(view.document, b"Rotate")).unwrap_or(0.0).rem_euclid(360.0);
    let unit = number(entry(view.document, page.dictionary, b"UserUnit")).unwrap_or(1.0);
    let media = page.page_box(view.document, b"MediaBox");
    let mut all: Vec<f64> =
        media.into_iter().chain(page.shown_box(view.document)).flatten().collect();
    // The unit is the same or it is not: no difference is within the tolerance.
    all.extend([rotation, unit * 1e7]);
    all
}

/// A page on both sides.
struct PagePair<'a, 'b> {
    sent: &'a PdfPage<'a>,
    sent_digests: &'a mut ObjectDigests<'b>,
    received: &'a PdfPage<'a>,
    received_digests: &'a mut ObjectDigests<'b>,
}

impl PagePair<'_, '_> {
    /// Entries that no other rule is about: none may be new or different.
    fn other_changes(&mut self) -> Vec<DocumentChange> {
        let mut changes = Vec::new();
        for key in keys_of_both(self.sent.dictionary, self.received.dictionary) {
            if COMPARED_ELSEWHERE.contains(&key.as_slice()) {
                continue;
            }
            let value =
                |page: &PdfPage<'_>| page.dictionary.get(&key).cloned().unwrap_or(Object::Null);
            let before = self.sent_digests.of(&value(self.sent));
            let after = self.received_digests.of(&value(self.received));
            if after.is_some() && before == after {
                continue;
            }
            let unseen = UNSEEN.contains(&key.as_slice());
            let detail = PageChange::Entry(String::from_utf8_lossy(&key).into_owned());
            changes.push(match unseen {
                true => DocumentChange::for_review(ChangeKind::Page, detail),
                false => DocumentChange::refused(ChangeKind::Page, detail),
            });
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, Stream, dictionary};

    fn letter(contents: &[&[u8]], rotate: i64) -> Document {
        let mut document = Document::with_version("1.7");
        let tree = document.new_object_id();
        let mut kids = Vec::new();
        for content in contents {
            let stream = document.add_object(Stream::new(dictionary! {}, content.to_vec()));
            let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
            kids.push(document.add_object(dictionary! {
                "Type" => "Page", "Parent" => tree, "MediaBox" => media, "Contents" => stream,
                "Rotate" => rotate,
            }));
        }
        let kids: Vec<Object> = kids.into_iter().map(Object::from).collect();
        document.objects.insert(tree, dictionary! { "Kids" => kids }.into());
        let catalog = document.add_object(dictionary! { "Pages" => tree });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document) -> (Vec<u32>, Vec<(ChangeKind, bool)>) {
        let mut changes = Vec::new();
        let pages =
            compare_pages(&DocumentView::new(sent), &DocumentView::new(received), &mut changes);
        (
            pages.pages_with_changed_content,
            changes.into_iter().map(|change| (change.kind, change.is_allowed())).collect(),
        )
    }

    #[test]
    fn content_is_set_apart_and_order_number_and_turn_are_not_allowed() {
        let sent = letter(&[b"one", b"two"], 0);
        assert_eq!(differ(&sent, &letter(&[b"one\n", b"two"], 0)), (vec![], vec![]));
        let content = (ChangeKind::Content, true);
        assert_eq!(differ(&sent, &letter(&[b"one", b"2"], 0)), (vec![2], vec![content]));
        let turned = (ChangeKind::Geometry, false);
        assert_eq!(differ(&sent, &letter(&[b"one", b"two"], 90)), (vec![], vec![turned; 2]));
        let (pages, changes) = differ(&sent, &letter(&[b"two", b"one"], 0));
        assert_eq!((pages.len(), changes.last()), (2, Some(&(ChangeKind::Pages, false))));
        let (pages, changes) = differ(&sent, &letter(&[b"one"], 0));
        assert_eq!((pages, changes), (vec![2], vec![(ChangeKind::Pages, false)]));
    }
}
