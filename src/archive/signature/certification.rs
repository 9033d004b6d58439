//! Certifying signatures: the first signer says what others may still do (DocMDP, ISO 32000-2,
//! 12.8.2.2).

use super::compare::{Change, Kind};
use super::document::{array, dictionary_of, inner, integer, name, resolve};
use lopdf::{Dictionary, Document};

/// What a signature permits from then on, when it certifies: 1 nothing, 2 filling in and signing,
/// 3 annotating too.
pub(super) fn permission(document: &Document, value: &Dictionary) -> Option<u8> {
    let references = array(document, value, b"Reference").iter().take(16);
    let own = references
        .filter_map(|own| dictionary_of(resolve(document, own)))
        .find(|own| name(document, own, b"TransformMethod") == Some(b"DocMDP"))?;
    let level = inner(document, own, b"TransformParams")
        .and_then(|own| integer(document, own, b"P"))
        .and_then(|own| u8::try_from(own).ok());
    // Two is the default; what the standard does not know permits nothing.
    Some(level.map_or(2, |own| if (1..=3).contains(&own) { own } else { 1 }))
}

/// Whether a later change that is harmless otherwise is permitted: where nothing is, only what
/// helps to verify later on (12.8.2.2.2), and the properties that programs set while adding it.
pub(super) fn permits(level: u8, change: &Change) -> bool {
    level > 1 || matches!(change.kind, Kind::Validation | Kind::Timestamp | Kind::Metadata)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn the_level_is_two_by_default_and_one_when_unknown() {
        let document = Document::new();
        let level = |parameters: Dictionary| {
            let own =
                dictionary! { "TransformMethod" => "DocMDP", "TransformParams" => parameters };
            permission(&document, &dictionary! { "Reference" => vec![own.into()] })
        };
        assert_eq!(level(dictionary! {}), Some(2));
        assert_eq!(level(dictionary! { "P" => 3 }), Some(3));
        assert_eq!(level(dictionary! { "P" => 9 }), Some(1));
        assert_eq!(permission(&document, &dictionary! {}), None);
    }
}
