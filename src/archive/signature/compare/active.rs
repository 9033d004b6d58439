//! What acts by itself or leads out of the document (ISO 32000-2, 12.6): never allowed unless it
//! was in the letter. Looked for in everything that the document uses, wherever it hangs.

use super::super::document::name;
use super::canonical::Digest;
use super::values::{Change, Kind};
use super::view::View;
use lopdf::{Dictionary, Document};
use std::collections::BTreeMap;

/// Actions, with what they do in French.
const ACTIONS: [(&[u8], &str); 15] = [
    (b"JavaScript", "un programme"),
    (b"Launch", "une action qui lance un logiciel"),
    (b"SubmitForm", "une action qui envoie des données"),
    (b"ImportData", "une action qui prend des données ailleurs"),
    (b"ResetForm", "une action qui vide des champs"),
    (b"URI", "un lien vers l'extérieur"),
    (b"GoToR", "un lien vers un autre fichier"),
    (b"GoToE", "un lien vers un fichier joint"),
    (b"Hide", "une action qui cache ou montre"),
    (b"SetOCGState", "une action qui cache ou montre"),
    (b"Rendition", "une action multimédia"),
    (b"Movie", "une action multimédia"),
    (b"Sound", "une action multimédia"),
    (b"RichMediaExecute", "une action multimédia"),
    (b"GoTo3DView", "une action multimédia"),
];

/// Compares what acts.
pub(super) fn compare(before: &View<'_>, after: &View<'_>, changes: &mut Vec<Change>) {
    let mut known = found(before);
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, count) in found(after) {
        let sent = if key.1.is_some() { known.remove(&key).unwrap_or(0) } else { 0 };
        if count > sent {
            *told.entry(key.0).or_default() += count - sent;
        }
    }
    for (what, count) in told {
        let often = if count > 1 { format!(" ({count} fois)") } else { String::new() };
        let detail = format!("le fichier contient {what} qui n'était pas dans la lettre{often}");
        changes.push(Change::new(Kind::Active, false, detail));
    }
}

fn found<'a>(view: &View<'_>) -> BTreeMap<(&'a str, Option<Digest>), usize> {
    let mut canonical = view.canonical();
    let mut found = BTreeMap::new();
    for own in view.used().dictionaries {
        if let Some(what) = acts(view.document, own) {
            // What follows an action is found for itself.
            let digest = canonical.without(own, &[b"Type", b"Next", b"P", b"Parent"]);
            *found.entry((what, digest)).or_default() += 1;
        }
    }
    found
}

/// What a dictionary does, if it does anything.
fn acts<'a>(document: &Document, own: &Dictionary) -> Option<&'a str> {
    if own.has(b"JS") {
        return Some("un programme");
    }
    if own.has(b"AA") {
        return Some("une action qui se déclenche d'elle-même");
    }
    // Structure elements and others have an /S too.
    let action = matches!(name(document, own, b"Type"), Some(b"Action") | None) && !own.has(b"Pg");
    let kind = name(document, own, b"S").filter(|_| action)?;
    ACTIONS.iter().find(|(known, _)| *known == kind).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Object, dictionary};

    fn with(catalogue: Dictionary) -> Document {
        let mut document = Document::with_version("1.7");
        let catalog = document.add_object(catalogue);
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document) -> Vec<String> {
        let mut changes = Vec::new();
        compare(&View::new(sent), &View::new(received), &mut changes);
        assert!(changes.iter().all(|own| !own.allowed && own.kind == Kind::Active));
        changes.into_iter().map(|own| own.detail).collect()
    }

    #[test]
    fn an_action_is_found_wherever_it_hangs_unless_it_was_sent() {
        let link = |to: &str| dictionary! { "S" => "URI", "URI" => Object::string_literal(to) };
        let sent = with(dictionary! { "Outlines" => link("mailto:a@b") });
        assert!(differ(&sent, &sent).is_empty());
        let other = with(dictionary! { "Outlines" => link("https://c") });
        assert_eq!(differ(&sent, &other).len(), 1);
        let deep = with(dictionary! {
            "Outlines" => link("mailto:a@b"),
            "Any" => vec![Object::from(dictionary! { "Next" => dictionary! { "S" => "Launch" } })],
        });
        assert!(differ(&sent, &deep)[0].contains("lance un logiciel"));
        let twice = with(
            dictionary! { "A" => dictionary! { "JS" => 1 }, "B" => dictionary! { "JS" => 2 } },
        );
        assert!(differ(&sent, &twice)[0].contains("2 fois"));
    }
}
