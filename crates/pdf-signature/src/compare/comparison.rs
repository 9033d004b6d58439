//! Compares a document as it was received with the one that was sent.

use super::acro_form::compare_forms;
use super::actions::compare_actions;
use super::annotations::boxes::{FillableBox, PageBoxes};
use super::annotations::page_annotations::compare_annotations;
use super::appended_objects::compare_appended;
use super::catalog::compare_catalogs;
use super::change::{ChangeKind, ChangeVerdict, DocumentChange};
use super::change_detail::FileChange;
use super::document_view::DocumentView;
use super::page_text::same_words;
use super::pages::{PageComparison, compare_pages};
use super::structure_tree::compare_structures;
use super::unused_objects::compare_unused;
use crate::document::open::{OpenedPdf, open};
use crate::document::open_error::OpenError;
use lopdf::Document;
use serde::{Deserialize, Serialize};

/// Most changes that are listed.
const MAX_CHANGES: usize = 500;

/// How a received document differs from the one that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Whether every change is allowed. Final only where `pages_with_changed_content` is empty: those
    /// pages have to be rendered and compared.
    pub all_changes_allowed: bool,
    /// Whether the received file begins with the bytes that were sent: something was appended at most.
    pub starts_with_sent_bytes: bool,
    /// Whether it begins with other bytes and still holds the pages that were sent: a program
    /// rewrote the file.
    pub rewritten: bool,
    /// Everything that differs.
    pub changes: Vec<DocumentChange>,
    /// Pages, from 1, whose content streams differ from those sent.
    pub pages_with_changed_content: Vec<u32>,
    /// For each page that was sent, whether its words are the same, spaces aside. Empty when the
    /// words of some page cannot be read, or the numbers of pages differ.
    pub page_words_match: Vec<bool>,
}

impl Comparison {
    /// Whether only a person can tell that it is the document that was sent: a program rewrote its
    /// pages, or left out what is not seen.
    pub fn needs_review(&self) -> bool {
        !self.pages_with_changed_content.is_empty()
            || self.changes.iter().any(|change| change.verdict == ChangeVerdict::ForReview)
    }
}

/// Compares a received PDF with the one that was sent.
///
/// `boxes` are those of the sent document that may be filled in or signed. The sent document is
/// trusted; the received one is not.
pub fn compare(
    sent: &[u8],
    received: &[u8],
    boxes: &[FillableBox],
) -> Result<Comparison, OpenError> {
    let sent_pdf = open(sent)?;
    let received_pdf = open(received)?;
    let appended = received.starts_with(sent);
    let readings = ambiguous_reading(&received_pdf, appended);
    let former_state = former_state(&sent_pdf, &received_pdf, appended);
    let sent_view = DocumentView::new(&sent_pdf.document);
    let received_view = DocumentView::new(&received_pdf.document);
    let boxes = PageBoxes::new(boxes, &sent_view);
    let (mut changes, pages) = compare_views(&sent_view, &received_view, Some(&boxes), appended);
    changes.extend(readings.into_iter().chain(former_state));
    let page_words_match =
        same_words(&sent_view, &received_view, &pages.pages_with_changed_content);
    let recognised = pages.pages_with_changed_content.len() < sent_view.tree.pages.len()
        || page_words_match.contains(&true);
    if !appended && !recognised {
        let detail = FileChange::NoPageInCommon;
        changes.push(DocumentChange::refused(ChangeKind::Pages, detail));
    }
    let all_changes_allowed = changes.iter().all(DocumentChange::is_allowed);
    Ok(Comparison {
        all_changes_allowed,
        starts_with_sent_bytes: appended,
        rewritten: !appended && recognised && pages.same_page_count,
        changes,
        pages_with_changed_content: pages.pages_with_changed_content,
        page_words_match,
    })
}

/// What differs between two states of one file. The later one was made by appending to the earlier.
/// A signature may be shown anywhere.
pub(crate) fn changes_between(earlier: &Document, later: &Document) -> Vec<DocumentChange> {
    compare_views(&DocumentView::new(earlier), &DocumentView::new(later), None, true).0
}

/// Whether the received file can be read in several ways.
fn ambiguous_reading(received: &OpenedPdf, appended: bool) -> Option<DocumentChange> {
    let (detail, refused) = match &received.revisions {
        Ok(revisions) if revisions.moved_into_stream => {
            (FileChange::ObjectsMovedIntoStreams, false)
        }
        Ok(revisions) if revisions.unseparated && !appended => {
            (FileChange::UnseparatedRevision, false)
        }
        Ok(revisions) if revisions.trailing_text == 0 => return None,
        Ok(revisions) => (FileChange::TrailingText(revisions.trailing_text), false),
        // A program that rewrote the file may have written it badly.
        Err(ambiguity) => (FileChange::Ambiguous(ambiguity.clone()), appended),
    };
    Some(match refused {
        true => DocumentChange::refused(ChangeKind::Ambiguous, detail),
        false => DocumentChange::for_review(ChangeKind::Ambiguous, detail),
    })
}

/// Whether an earlier revision of the file held another document: some readers show that state. In
/// a file that was appended to, the first revisions are the document as sent.
fn former_state(sent: &OpenedPdf, received: &OpenedPdf, appended: bool) -> Option<DocumentChange> {
    let revisions = received.revisions.as_ref().ok()?;
    let sent_view = DocumentView::new(&sent.document);
    let first = match &sent.revisions {
        Ok(sent_revisions) if appended => sent_revisions.len(),
        _ => 1,
    };
    let differs = (first..revisions.len()).any(|count| {
        let document = revisions.document(count);
        let state = DocumentView::new(&document);
        let mut changes = Vec::new();
        compare_pages(&sent_view, &state, &mut changes);
        if appended {
            compare_appended(&sent_view, &state, &mut changes);
        }
        changes.iter().any(|change| !change.is_allowed() || change.kind == ChangeKind::Content)
    });
    let detail = FileChange::FormerState;
    differs.then(|| DocumentChange::for_review(ChangeKind::Ambiguous, detail))
}

/// Everything that differs. Without boxes, a signature may be shown anywhere. `appended`: the
/// received document was made by adding to the one sent.
fn compare_views(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    boxes: Option<&PageBoxes<'_>>,
    appended: bool,
) -> (Vec<DocumentChange>, PageComparison) {
    let mut changes = Vec::new();
    let pages = compare_pages(sent, received, &mut changes);
    compare_annotations(sent, received, boxes, appended, &mut changes);
    compare_catalogs(sent, received, appended, &mut changes);
    compare_structures(sent, received, appended, &mut changes);
    compare_forms(sent, received, &mut changes);
    compare_actions(sent, received, &mut changes);
    compare_unused(sent, received, appended, &mut changes);
    if appended {
        compare_appended(sent, received, &mut changes);
    }
    if changes.len() > MAX_CHANGES {
        // The changes that are cut off may be forbidden ones.
        changes.truncate(MAX_CHANGES);
        let detail = FileChange::TooManyChanges;
        changes.push(DocumentChange::refused(ChangeKind::Document, detail));
    }
    (changes, pages)
}
