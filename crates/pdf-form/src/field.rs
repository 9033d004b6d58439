//! A form field to be put on a page of a finished PDF.
//!
//! Must not know the document that it goes into.

use page_area::PageArea;
use serde::{Deserialize, Serialize};

/// A form field to be added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormField {
    /// Full name, unique in the document. Fields of one name in two documents share their value once
    /// the documents are merged: begin with something that only this document has. A full stop is
    /// refused, because it divides names (ISO 32000-1, 12.7.3.2).
    pub name: String,
    /// What may be done in it, and what stands in it already.
    pub kind: FieldKind,
    /// Where it lies; the label of the area is not used.
    pub area: PageArea,
    /// What a screen reader says of it (`TU`), in the language of the document.
    pub alternative_name: String,
    /// Where its caption stands, on the same page. Of the words that begin in this area, the last ones
    /// in reading order are the caption: in the structure of the document, the field follows them, and
    /// fields with the same caption follow in the order given.
    pub caption: PageArea,
}

/// What may be done in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FieldKind {
    /// One line of text, in the middle of the height of its area.
    TextLine {
        /// What stands in it from the beginning.
        value: Option<String>,
    },
    /// Lines of text, from the top of its area; line ends are `\n`.
    TextArea {
        /// What stands in it from the beginning.
        value: Option<String>,
    },
    /// Empty, to be signed.
    Signature,
}

impl FieldKind {
    /// What stands in it from the beginning.
    pub(crate) fn value(&self) -> Option<&str> {
        match self {
            Self::TextLine { value } | Self::TextArea { value } => {
                value.as_deref().filter(|value| !value.is_empty())
            }
            Self::Signature => None,
        }
    }
}
