//! What was added to a file after a signature: nothing, something harmless, or more.
//!
//! Harmless are properties, what helps to verify later on, further signatures and time stamps, text in fields
//! that were there and empty, and bytes that no reader takes for part of the document. Whether those further signatures hold is said
//! where they are verified themselves.

use super::check::LaterChanges;
use crate::compare::change::{ChangeKind, ChangeVerdict, DocumentChange};
use crate::compare::change_detail::{AnnotationChange, ChangeDetail};
use crate::compare::comparison::changes_between;
use crate::document::open::OpenedPdf;
use crate::document::revisions::ambiguity::Ambiguity;

/// What stands behind the signed bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AddedContent {
    /// Differences that later revisions make.
    pub changes: Vec<DocumentChange>,
    /// Bytes of text that belong to no revision.
    pub trailing_text: usize,
}

/// Why it cannot be told what stands there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum AddedContentError {
    /// It can be read in several ways.
    Ambiguous(Ambiguity),
    /// The signed bytes end in the middle of a revision.
    EndsWithinRevision,
}

impl AddedContent {
    /// What was added behind the first `end` bytes.
    pub(crate) fn after(
        file: &[u8],
        end: usize,
        pdf: &OpenedPdf,
    ) -> Result<Self, AddedContentError> {
        let tail = file.get(end..).unwrap_or_default();
        if tail.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
            return Ok(Self::default());
        }
        let revisions = pdf
            .revisions
            .as_ref()
            .map_err(|ambiguity| AddedContentError::Ambiguous(ambiguity.clone()))?;
        let count = revisions.count_within(end).ok_or(AddedContentError::EndsWithinRevision)?;
        let changes = match count < revisions.len() {
            true => changes_between(&revisions.document(count), &pdf.document),
            false => Vec::new(),
        };
        Ok(Self { changes, trailing_text: revisions.trailing_text })
    }

    /// Whether it leaves the document as it was signed.
    pub(crate) fn judge(&self) -> LaterChanges {
        let mut harmful = self.changes.iter().filter(|change| !is_harmless(change));
        if let Some(first) = harmful.next() {
            let others = harmful.count();
            return LaterChanges::Harmful { first: Box::new(first.clone()), others };
        }
        match self.changes.is_empty() && self.trailing_text == 0 {
            true => LaterChanges::None,
            false => LaterChanges::Harmless {
                changes: self.changes.clone(),
                trailing_text: self.trailing_text,
            },
        }
    }
}

impl AddedContentError {
    /// As the result of a check.
    pub(crate) fn into_check(self) -> LaterChanges {
        match self {
            Self::Ambiguous(ambiguity) => LaterChanges::Ambiguous(ambiguity),
            Self::EndsWithinRevision => LaterChanges::EndsWithinRevision,
        }
    }
}

/// Whether it fills in a text field that the signer left empty.
pub(crate) fn is_filled_field(change: &DocumentChange) -> bool {
    change.detail == ChangeDetail::from(AnnotationChange::Filled)
}

fn is_harmless(change: &DocumentChange) -> bool {
    let is_harmless_kind = matches!(
        change.kind,
        ChangeKind::Metadata
            | ChangeKind::Validation
            | ChangeKind::Signature
            | ChangeKind::Timestamp
            | ChangeKind::Structure
            | ChangeKind::Unused
    );
    (is_harmless_kind || is_filled_field(change)) && change.verdict == ChangeVerdict::Allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::change_detail::CatalogChange;

    #[test]
    fn content_and_annotations_are_never_harmless() {
        let judged = |kind, allowed| {
            let change = match allowed {
                true => DocumentChange::allowed(kind, CatalogChange::Properties),
                false => DocumentChange::refused(kind, CatalogChange::Properties),
            };
            let changes = vec![change];
            AddedContent { changes, trailing_text: 0 }.judge()
        };
        let is_harmful = |later| matches!(later, LaterChanges::Harmful { others: 0, .. });
        for kind in [
            ChangeKind::Content,
            ChangeKind::Annotation,
            ChangeKind::FormField,
            ChangeKind::Presentation,
        ] {
            assert!(is_harmful(judged(kind, true)), "{kind:?}");
        }
        for kind in [
            ChangeKind::Metadata,
            ChangeKind::Validation,
            ChangeKind::Signature,
            ChangeKind::Unused,
        ] {
            assert!(matches!(judged(kind, true), LaterChanges::Harmless { .. }), "{kind:?}");
            assert!(is_harmful(judged(kind, false)), "{kind:?}");
        }
    }
}
