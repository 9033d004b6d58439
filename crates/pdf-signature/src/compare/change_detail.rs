//! The exact change, for a program that words it for users.
//!
//! The page and the text of a change are in [`super::change::DocumentChange`]. Keys are those of
//! PDF dictionaries.

use crate::document::revisions::ambiguity::Ambiguity;
use serde::{Deserialize, Serialize};

/// The exact change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeDetail {
    /// A change of the file as a whole.
    File(FileChange),
    /// A change of the pages.
    Page(PageChange),
    /// A change of what lies on top of a page.
    Annotation(AnnotationChange),
    /// A change of the interactive form.
    Form(FormChange),
    /// A change of the catalog (ISO 32000-2, 7.7.2), or of what it leads to.
    Catalog(CatalogChange),
    /// A change of the structure that screen readers read (ISO 32000-2, 14.7).
    Structure(StructureChange),
    /// A change of objects anywhere in the document.
    Object(ObjectChange),
}

impl From<FileChange> for ChangeDetail {
    fn from(change: FileChange) -> Self {
        Self::File(change)
    }
}

impl From<PageChange> for ChangeDetail {
    fn from(change: PageChange) -> Self {
        Self::Page(change)
    }
}

impl From<AnnotationChange> for ChangeDetail {
    fn from(change: AnnotationChange) -> Self {
        Self::Annotation(change)
    }
}

impl From<FormChange> for ChangeDetail {
    fn from(change: FormChange) -> Self {
        Self::Form(change)
    }
}

impl From<CatalogChange> for ChangeDetail {
    fn from(change: CatalogChange) -> Self {
        Self::Catalog(change)
    }
}

impl From<StructureChange> for ChangeDetail {
    fn from(change: StructureChange) -> Self {
        Self::Structure(change)
    }
}

impl From<ObjectChange> for ChangeDetail {
    fn from(change: ObjectChange) -> Self {
        Self::Object(change)
    }
}

/// A change of the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileChange {
    /// No page is one of the document as sent.
    NoPageInCommon,
    /// Objects were replaced by others in object streams, which some readers do not find.
    ObjectsMovedIntoStreams,
    /// An object begins where some readers see a comment.
    UnseparatedRevision,
    /// This many bytes of text follow the end of the file.
    TrailingText(usize),
    /// Readers could see different objects in the file.
    Ambiguous(Ambiguity),
    /// A former state of the file was not the document as sent.
    FormerState,
    /// There are more changes than are listed.
    TooManyChanges,
}

/// A change of the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageChange {
    /// The page tree contradicts itself.
    InconsistentTree,
    /// The number of pages.
    Count {
        /// Of the document as sent.
        sent: usize,
        /// Of the document as received.
        received: usize,
    },
    /// What is printed on the page is not written as before.
    Content,
    /// Size, crop or rotation of the page.
    Geometry,
    /// An entry of the page was added, removed or changed.
    Entry(String),
    /// The pages are in another order.
    Order,
    /// A content stream of the document was written again.
    StreamRewritten,
    /// The content or the resources of the page were written again.
    ContentRewritten,
}

/// A change of what lies on top of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnnotationChange {
    /// The page has more annotations than are looked at.
    TooMany,
    /// An annotation was removed or changed.
    Removed(AnnotationType),
    /// An annotation was added, with no boxes to compare it with.
    Added(AnnotationType),
    /// An annotation lies in a box.
    InBox {
        /// What it is.
        annotation: AnnotationType,
        /// Label of the box.
        label: String,
        /// Whether it is printed, too.
        printed: bool,
    },
    /// A text field that was there, empty, was filled in.
    Filled,
    /// An annotation may not be there.
    Refused {
        /// What it is.
        annotation: AnnotationType,
        /// Why not.
        reason: AnnotationRefusal,
    },
    /// The window of a comment was added.
    PopupAdded,
    /// The window of a comment is open over the page.
    PopupOpen,
    /// A signature field was added or signed.
    SignatureField {
        /// What it holds.
        field: SignatureFieldType,
        /// Where and how it is shown.
        placement: SignaturePlacement,
    },
}

/// A change of the interactive form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormChange {
    /// Readers are asked to draw the fields themselves.
    NeedAppearances,
    /// An XFA form, which draws pages of its own.
    Xfa,
    /// An entry of the form was added or changed.
    Entry(String),
    /// Two fields use one widget.
    SharedWidget,
    /// A field with this name that no page shows.
    HiddenField(String),
}

/// A change of the catalog (ISO 32000-2, 7.7.2), or of what it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CatalogChange {
    /// The properties of the document.
    Properties,
    /// Data to verify signatures later on (DSS).
    ValidationData,
    /// The declared version of PDF.
    PdfVersion,
    /// The attestation of a certifying signer (12.8.7).
    LegalAttestation,
    /// The permissions of the document (12.8.6).
    Permissions,
    /// An action that runs when the file is opened.
    OpenAction,
    /// Layers.
    Layers,
    /// Embedded files.
    AttachedFiles,
    /// How the file is presented, by this entry.
    Presentation(String),
    /// A hint for screen readers, by this entry.
    Accessibility(String),
    /// An entry of the catalog is gone.
    EntryRemoved(String),
    /// An entry of the catalog was added or changed.
    Entry(String),
    /// The named destinations.
    Destinations,
    /// Scripts of the document.
    Scripts,
    /// A name tree was added or changed.
    NameTree(String),
}

/// A change of the structure that screen readers read (ISO 32000-2, 14.7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StructureChange {
    /// It was added.
    Added,
    /// It is gone.
    Removed,
    /// Its content changed.
    Changed,
    /// It was extended, with words about what was added.
    AddsWords,
    /// It was extended without words.
    Extended,
}

/// A change of objects anywhere in the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectChange {
    /// Actions were added.
    Actions {
        /// Of which type.
        action: ActionType,
        /// How many.
        count: usize,
    },
    /// So many pages that nothing shows.
    HiddenPages(usize),
    /// So many objects that nothing uses.
    Unused(usize),
    /// So many objects of the document were replaced.
    Replaced(usize),
}

/// What an annotation is (ISO 32000-2, table 171).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnnotationType {
    /// Typed text.
    FreeText,
    /// Drawn by hand.
    Ink,
    /// A stamp or a picture.
    Stamp,
    /// A note.
    Text,
    /// The widget of a form field.
    Widget,
    /// A link.
    Link,
    /// An attached file.
    FileAttachment,
    /// Text highlighted, underlined or struck out.
    TextMarkup,
    /// A square, circle, line or polygon.
    Shape,
    /// A redaction.
    Redaction,
    /// Another subtype, printable, at most 40 characters.
    Other(String),
}

/// Why an annotation may not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnnotationRefusal {
    /// People neither write nor sign with annotations of this type.
    UnexpectedType,
    /// It does not lie in a box.
    OutsideBoxes,
    /// It is hidden, or looks different on screen and on paper.
    HiddenOrVarying,
    /// It runs an action.
    RunsAction,
    /// It has an entry that no rule knows.
    UnknownEntry,
    /// Its appearance has no size, or a layout that readers differ about.
    UnsoundAppearance,
    /// Its line is wider than a pen's.
    WideLine,
    /// What it draws leaves the box.
    DrawsOutside,
}

/// What a signature field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignatureFieldType {
    /// A time stamp of the document.
    Timestamp,
    /// A signature.
    Signature,
    /// Nothing yet.
    Empty,
}

/// Where and how a signature field is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignaturePlacement {
    /// It does or shows something that is not visible at first.
    Deceptive,
    /// No page shows it.
    Unseen,
    /// A page shows it, with no boxes to compare it with.
    Shown,
    /// An empty field that is visible.
    EmptyButShown,
    /// In the box with this label.
    InBox(String),
    /// In no box: it may cover the document.
    OutsideBoxes,
}

/// What an action does (ISO 32000-2, table 201), several types of it together. In the order in which
/// changes are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ActionType {
    /// Opens an address (URI).
    ExternalLink,
    /// Opens another file (GoToR, Thread).
    LinkToFile,
    /// Opens an attached file (GoToE).
    LinkToAttachment,
    /// Goes to another part of the document (GoToDp).
    LinkToPart,
    /// Runs a script.
    Script,
    /// Of an unknown type.
    Unknown,
    /// A command of the reader (Named, NOP).
    ReaderCommand,
    /// Plays sound, film or a 3D view.
    Multimedia,
    /// Hides or shows something (Hide, SetOCGState, Trans, SetState).
    HidesOrShows,
    /// Sends data (SubmitForm).
    SubmitsData,
    /// Runs a program (Launch).
    RunsProgram,
    /// Takes data from elsewhere (ImportData).
    ImportsData,
    /// Runs by itself (additional actions, 12.6.3).
    RunsByItself,
    /// Empties form fields (ResetForm).
    ResetsForm,
}
