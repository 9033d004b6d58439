//! What is said about a comparison. Values only: they travel as JSON between processes.

use page_area::PageArea;
use serde::{Deserialize, Serialize};

/// What a change is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What is printed on a page, or what it is printed with. Drawing it has the last word.
    Content,
    /// Pages added, removed or in another order.
    Pages,
    /// Size, crop or turn of a page.
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
    /// Script, action or link that was not in the letter.
    Active,
    /// A file inside the file.
    Attachment,
    /// Layers, which show and hide.
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
    /// Octets that readers could take for different objects.
    Ambiguous,
}

/// One difference from the letter as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What it is of.
    pub kind: Kind,
    /// The page it is on, from 1.
    pub page: Option<u32>,
    /// Where on the page.
    pub area: Option<PageArea>,
    /// What was typed, on one line, at most 2000 characters.
    pub text: Option<String>,
    /// Whether a return may have it. Content may, unless drawing it shows otherwise.
    pub allowed: bool,
    /// Whether it keeps the file from being called signed although it is allowed: only a person
    /// can tell that the letter is the one that was sent.
    pub review: bool,
    /// French sentence.
    pub detail: String,
}

impl Change {
    /// One of the document as a whole.
    pub(super) fn new(kind: Kind, allowed: bool, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { kind, page: None, area: None, text: None, allowed, review: false, detail }
    }

    /// One of a page, from 1.
    pub(super) fn on(page: u32, kind: Kind, allowed: bool, detail: impl Into<String>) -> Self {
        Self { page: Some(page), ..Self::new(kind, allowed, detail) }
    }

    /// One that is allowed, and left to a person.
    pub(super) fn for_review(kind: Kind, detail: impl Into<String>) -> Self {
        Self { review: true, ..Self::new(kind, true, detail) }
    }

    /// Whether it puts something on a page, or may do so: what an eye would see.
    pub fn shows(&self) -> bool {
        match self.kind {
            Kind::Content
            | Kind::Pages
            | Kind::Geometry
            | Kind::Page
            | Kind::Annotation
            | Kind::Removed
            | Kind::FormField
            | Kind::Layer => true,
            Kind::Signature | Kind::Timestamp => self.area.is_some(),
            _ => !self.allowed,
        }
    }
}

/// How a received file differs from the letter that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// No change that is not allowed. Final only where `content_pages` is empty; for those pages
    /// drawing decides.
    pub same: bool,
    /// The received file begins with the very bytes that were sent.
    pub prefix: bool,
    /// It does not, and yet holds the pages of the letter: a program wrote it anew.
    pub rewritten: bool,
    /// Everything that differs.
    pub changes: Vec<Change>,
    /// Pages, from 1, of which what is printed is not written as it was sent.
    pub content_pages: Vec<u32>,
    /// For each page of the letter, whether its words are the same, spaces aside. Empty when the
    /// words of some page cannot be read, or the numbers of pages differ.
    pub text_same: Vec<bool>,
}

impl Comparison {
    /// Whether only a person can tell that it is the letter: a program drew its pages anew, or left
    /// out what is not seen.
    pub fn needs_review(&self) -> bool {
        !self.content_pages.is_empty() || self.changes.iter().any(|change| change.review)
    }
}
