//! One difference between two documents, as a value that can be written as JSON.

use super::change_detail::ChangeDetail;
use page_area::PageArea;
use serde::{Deserialize, Serialize};

/// What a change is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// What is printed on a page, or the resources it uses. Rendering both pages decides.
    Content,
    /// Pages added, removed or in another order.
    Pages,
    /// Size, crop or rotation of a page.
    Geometry,
    /// Another entry of a page.
    Page,
    /// Something put on a page: typed, drawn, stamped.
    Annotation,
    /// Something on a page taken away or changed.
    Removed,
    /// A field of a form, filled in or added.
    FormField,
    /// A signature, shown or not.
    Signature,
    /// A time stamp of the document.
    Timestamp,
    /// A script, action or link that was not in the document.
    Active,
    /// An embedded file.
    Attachment,
    /// Layers (optional content), which show and hide.
    Layer,
    /// Title, author, program, dates.
    Metadata,
    /// What helps to verify signatures later on; permissions; version.
    Validation,
    /// Outline, how the window opens.
    Presentation,
    /// What screen readers read.
    Structure,
    /// Another entry of the document.
    Document,
    /// Objects that nothing uses.
    Unused,
    /// An object in use that no other rule is about.
    Object,
    /// Bytes that readers could take for different objects.
    Ambiguous,
}

/// Whether a returned document may have a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeVerdict {
    /// It may. A change of page content may too, unless rendering both pages shows a difference.
    Allowed,
    /// It may, but only a person can tell whether the document is still the one that was sent.
    ForReview,
    /// It may not.
    Refused,
}

/// One difference from the document as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentChange {
    /// What it is of.
    pub kind: ChangeKind,
    /// The page it is on, from 1.
    pub page: Option<u32>,
    /// Where on the page, in points from its top left corner.
    pub area: Option<PageArea>,
    /// What was typed, on one line, at most 2000 characters.
    pub text: Option<String>,
    /// Whether a returned document may have it.
    pub verdict: ChangeVerdict,
    /// The exact change.
    pub detail: ChangeDetail,
}

impl DocumentChange {
    /// A change that is allowed.
    pub(crate) fn allowed(kind: ChangeKind, detail: impl Into<ChangeDetail>) -> Self {
        let detail = detail.into();
        Self { kind, page: None, area: None, text: None, verdict: ChangeVerdict::Allowed, detail }
    }

    /// A change that is not allowed.
    pub(crate) fn refused(kind: ChangeKind, detail: impl Into<ChangeDetail>) -> Self {
        Self { verdict: ChangeVerdict::Refused, ..Self::allowed(kind, detail) }
    }

    /// A change that is allowed, and that a person has to look at.
    pub(crate) fn for_review(kind: ChangeKind, detail: impl Into<ChangeDetail>) -> Self {
        Self { verdict: ChangeVerdict::ForReview, ..Self::allowed(kind, detail) }
    }

    /// The same change on a page, from 1.
    pub(crate) fn on_page(self, page: u32) -> Self {
        Self { page: Some(page), ..self }
    }

    /// Whether a returned document may have it, reviewed by a person or not.
    pub fn is_allowed(&self) -> bool {
        self.verdict != ChangeVerdict::Refused
    }

    /// Whether it puts something on a page, or may do so: whether a person would see it.
    pub fn shows(&self) -> bool {
        match self.kind {
            ChangeKind::Content
            | ChangeKind::Pages
            | ChangeKind::Geometry
            | ChangeKind::Page
            | ChangeKind::Annotation
            | ChangeKind::Removed
            | ChangeKind::FormField
            | ChangeKind::Layer => true,
            ChangeKind::Signature | ChangeKind::Timestamp => self.area.is_some(),
            _ => !self.is_allowed(),
        }
    }
}
