//! What screen readers read (ISO 32000-2, 14.7): a program that signs may add the place of its
//! signature; it may not change words that were there. Losing all of it is a pity, not a forgery.

use super::super::document::{inner, name};
use super::super::words;
use super::values::{Change, Kind};
use super::view::View;
use lopdf::Dictionary;
use std::collections::BTreeMap;

/// Longest replacement text that is compared.
const LONGEST: usize = 100_000;
/// Entries of a structure element that are words (14.9).
const WORDS: [&[u8]; 5] = [b"ActualText", b"Alt", b"E", b"T", b"Lang"];

/// How often each role with its words is there.
type Words = BTreeMap<(Vec<u8>, [String; 5]), usize>;

/// Compares the words that only a screen reader speaks.
pub(super) fn compare(before: &View<'_>, after: &View<'_>, changes: &mut Vec<Change>) {
    let (sent, received) = (words_of(before), words_of(after));
    if sent == received {
        return;
    }
    let Some(received) = received else {
        let detail = "la structure pour les lecteurs d'écran a disparu";
        changes.push(Change::new(Kind::Structure, true, detail));
        return;
    };
    let sent = sent.unwrap_or_default();
    let count = |own: &Words, key| own.get(key).copied().unwrap_or(0);
    let lost = sent.iter().any(|(key, number)| count(&received, key) < *number);
    let spoken = received.iter().any(|(key, number)| {
        let (_, [actual, alternate, expanded, _, _]) = key;
        let speaks = [actual, alternate, expanded].iter().any(|own| !own.is_empty());
        speaks && count(&sent, key) < *number
    });
    let detail = if lost || spoken {
        "ce que dit un lecteur d'écran n'est plus ce qui a été envoyé"
    } else {
        "la structure pour les lecteurs d'écran a été complétée"
    };
    changes.push(Change::new(Kind::Structure, !lost && !spoken, detail));
}

/// The structure elements of a document with their words; nothing when it has no structure.
fn words_of(view: &View<'_>) -> Option<Words> {
    let catalogue = view.catalogue();
    let root = catalogue.get(b"StructTreeRoot").ok()?;
    inner(view.document, &catalogue, b"StructTreeRoot")?;
    let elements = view.around([root]).dictionaries;
    let mut found = Words::new();
    for own in elements {
        if let Some(key) = element(view, own) {
            *found.entry(key).or_default() += 1;
        }
    }
    Some(found)
}

fn element(view: &View<'_>, own: &Dictionary) -> Option<(Vec<u8>, [String; 5])> {
    let role = name(view.document, own, b"S")?;
    own.has(b"P").then_some(())?;
    let words = WORDS.map(|key| words::of_pdf(own.get_deref(key, view.document).ok(), LONGEST));
    Some((role.to_vec(), words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, Object, dictionary};

    fn with(elements: &[(&str, &str)]) -> Document {
        let mut document = Document::with_version("1.7");
        let kids: Vec<Object> = elements
            .iter()
            .map(|(role, spoken)| {
                let spoken = Object::string_literal(*spoken);
                let own = dictionary! { "S" => *role, "P" => 1, "ActualText" => spoken };
                Object::from(document.add_object(own))
            })
            .collect();
        let catalog =
            document.add_object(dictionary! { "StructTreeRoot" => dictionary! { "K" => kids } });
        document.trailer.set("Root", catalog);
        document
    }

    fn allowed(sent: &Document, received: &Document) -> Option<bool> {
        let mut changes = Vec::new();
        compare(&View::new(sent), &View::new(received), &mut changes);
        changes.pop().map(|own| own.allowed)
    }

    #[test]
    fn a_place_may_be_added_and_words_may_not_change() {
        let sent = with(&[("P", "oui")]);
        assert_eq!(allowed(&sent, &sent), None);
        assert_eq!(allowed(&sent, &with(&[("P", "oui"), ("Form", "")])), Some(true));
        assert_eq!(allowed(&sent, &with(&[("P", "non")])), Some(false));
        assert_eq!(allowed(&sent, &with(&[("P", "oui"), ("P", "et non")])), Some(false));
        let mut none = Document::with_version("1.7");
        let catalog = none.add_object(dictionary! {});
        none.trailer.set("Root", catalog);
        assert_eq!(allowed(&sent, &none), Some(true));
    }
}
