//! Why fields cannot be added to a document.

/// Why fields cannot be added to a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// Its objects cannot be read as its tables list them.
    #[error("the document cannot be read: {0}")]
    Unreadable(String),
    /// It is encrypted.
    #[error("the document is encrypted")]
    Encrypted,
    /// It has a form already.
    #[error("the document has a form already")]
    HasForm,
    /// It has no tree of structure for screen readers, or one that lacks this entry.
    #[error("the document has no structure for screen readers: {0}")]
    NotTagged(&'static str),
    /// A field without a name, with a full stop in it, or with a character that is not printable ASCII.
    #[error("{0:?} cannot be the name of a field")]
    Name(String),
    /// Two fields of one name.
    #[error("two fields have the name {0:?}")]
    DuplicateName(String),
    /// A field without a name for screen readers.
    #[error("field {0:?} has no alternative name")]
    NoAlternativeName(String),
    /// An area that is empty, or not within a page that is shown upright.
    #[error("field {0:?} does not lie on a page")]
    OutsidePage(String),
    /// No words with a place in the structure begin in the area of the caption.
    #[error("field {0:?} has no caption")]
    NoCaption(String),
    /// A value with a character that the font of the form has not.
    #[error("the value of field {name:?} has {character:?}, which the font has not")]
    NoGlyph {
        /// Name of the field.
        name: String,
        /// The character.
        character: char,
    },
    /// A value that does not fit in the area, or of several lines in a field of one.
    #[error("the value of field {0:?} does not fit in its area")]
    DoesNotFit(String),
}
