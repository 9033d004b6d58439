//! Certifying signatures: the first signer says what others may still do (DocMDP, ISO 32000-2,
//! 12.8.2.2).

use crate::compare::change::{ChangeKind, DocumentChange};
use crate::document::objects::{
    array_entry, dictionary_entry, dictionary_of, integer_entry, name_entry, resolve,
};
use lopdf::{Dictionary, Document};

/// Most signature references that are looked at.
const MAX_REFERENCES: usize = 16;
/// What is permitted where the signature does not say: filling in and signing (table 257).
const DEFAULT_LEVEL: u8 = 2;

/// What a signature permits from then on, when it certifies: 1 nothing, 2 filling in and signing,
/// 3 annotating too.
pub(crate) fn permission_level(document: &Document, signature: &Dictionary) -> Option<u8> {
    let references = array_entry(document, signature, b"Reference").iter().take(MAX_REFERENCES);
    let reference = references
        .filter_map(|reference| dictionary_of(resolve(document, reference)))
        .find(|reference| name_entry(document, reference, b"TransformMethod") == Some(b"DocMDP"))?;
    let level = dictionary_entry(document, reference, b"TransformParams")
        .and_then(|parameters| integer_entry(document, parameters, b"P"))
        .and_then(|level| u8::try_from(level).ok());
    // A level that the standard does not know permits nothing.
    Some(level.map_or(DEFAULT_LEVEL, |level| if (1..=3).contains(&level) { level } else { 1 }))
}

/// Whether a signature locks fields (FieldMDP, 12.8.2.4). Which ones is not read: none may be filled in then.
pub(crate) fn locks_fields(document: &Document, signature: &Dictionary) -> bool {
    let references = array_entry(document, signature, b"Reference");
    let lock = |reference| {
        let reference = dictionary_of(resolve(document, reference));
        reference.and_then(|reference| name_entry(document, reference, b"TransformMethod"))
            == Some(b"FieldMDP")
    };
    references.len() > MAX_REFERENCES || references.iter().any(lock)
}

/// Whether a level permits a later change that is harmless otherwise. Level 1 permits only what
/// helps to verify later on (12.8.2.2.2), and the properties that programs set while adding it.
pub(crate) fn permits(level: u8, change: &DocumentChange) -> bool {
    let is_validation = matches!(
        change.kind,
        ChangeKind::Validation | ChangeKind::Timestamp | ChangeKind::Metadata
    );
    level > 1 || is_validation
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn the_level_is_two_by_default_and_one_when_unknown() {
        let document = Document::new();
        let level = |parameters: Dictionary| {
            let reference =
                dictionary! { "TransformMethod" => "DocMDP", "TransformParams" => parameters };
            permission_level(&document, &dictionary! { "Reference" => vec![reference.into()] })
        };
        assert_eq!(level(dictionary! {}), Some(2));
        assert_eq!(level(dictionary! { "P" => 3 }), Some(3));
        assert_eq!(level(dictionary! { "P" => 9 }), Some(1));
        assert_eq!(permission_level(&document, &dictionary! {}), None);
    }
}
