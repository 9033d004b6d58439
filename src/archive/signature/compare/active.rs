//! What acts by itself or leads out of the document (ISO 32000-2, 12.6): never allowed unless it
//! was in the letter. Looked for in everything that the document uses, wherever it hangs.

use super::super::document::name;
use super::canonical::Digest;
use super::values::{Change, Kind};
use super::view::View;
use lopdf::{Dictionary, Document};
use std::collections::BTreeMap;

/// Actions, with what they do in French.
const ACTIONS: [(&[u8], &str); 21] = [
    (b"JavaScript", PROGRAM),
    (b"Launch", "une action qui lance un logiciel"),
    (b"SubmitForm", "une action qui envoie des données"),
    (b"ImportData", "une action qui prend des données ailleurs"),
    (b"ResetForm", "une action qui vide des champs"),
    (b"URI", "un lien vers l'extérieur"),
    (b"GoToR", "un lien vers un autre fichier"),
    (b"GoToE", "un lien vers un fichier joint"),
    (b"GoToDp", "un lien vers une autre partie du fichier"),
    (b"Thread", "un lien vers un autre fichier"),
    (b"Named", "une action du logiciel de lecture"),
    (b"Hide", "une action qui cache ou montre"),
    (b"SetOCGState", "une action qui cache ou montre"),
    (b"Trans", "une action qui cache ou montre"),
    (b"Rendition", "une action multimédia"),
    (b"Movie", "une action multimédia"),
    (b"Sound", "une action multimédia"),
    (b"RichMediaExecute", "une action multimédia"),
    (b"GoTo3DView", "une action multimédia"),
    (b"SetState", "une action qui cache ou montre"),
    (b"NOP", "une action du logiciel de lecture"),
];
/// Keys at which actions hang (12.6.2 and 12.6.3).
const HANGING: [&[u8]; 4] = [b"A", b"OpenAction", b"Next", b"PA"];
const PROGRAM: &str = "un programme";

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
    let attached = (files(before), files(after));
    if attached.1 > attached.0 {
        let detail = "des fichiers ont été joints à l'intérieur du fichier";
        changes.push(Change::new(Kind::Attachment, false, detail));
    }
}

/// How many files are inside the file.
fn files(view: &View<'_>) -> usize {
    let is_file = |own: &&&Dictionary| {
        own.has(b"EF") || name(view.document, own, b"Type") == Some(b"EmbeddedFile")
    };
    view.used().dictionaries.iter().filter(is_file).count()
}

fn found<'a>(view: &View<'_>) -> BTreeMap<(&'a str, Option<Digest>), usize> {
    let mut canonical = view.canonical();
    let mut found = BTreeMap::new();
    let used = view.used();
    for (key, own) in &used.hanging {
        if let Some(what) = acts(view.document, key, own) {
            // What follows an action is found for itself.
            let digest = canonical.without(own, &[b"Type", b"Next", b"P", b"Parent"]);
            *found.entry((what, digest)).or_default() += 1;
        }
    }
    found
}

/// What a dictionary that hangs at a key does, if it does anything. Nothing that stands beside its
/// kind excuses it: readers look at `/S` alone.
fn acts<'a>(document: &Document, key: &[u8], own: &Dictionary) -> Option<&'a str> {
    if own.has(b"JS") {
        return Some(PROGRAM);
    }
    if own.has(b"AA") {
        return Some("une action qui se déclenche d'elle-même");
    }
    let kind = name(document, own, b"S")?;
    if let Some((_, what)) = ACTIONS.iter().find(|(known, _)| *known == kind) {
        return Some(*what);
    }
    let action = HANGING.contains(&key) || name(document, own, b"Type") == Some(b"Action");
    (action && kind != b"GoTo").then_some("une action d'une sorte inconnue")
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
