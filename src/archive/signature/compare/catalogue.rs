//! Entries of the catalogue (ISO 32000-2, 7.7.2) and the document's properties: which ones a
//! program that signs or saves may add or change, and which ones nobody has a reason to.

use super::super::document::{entry, inner};
use super::values::{Change, Kind};
use super::view::View;
use lopdf::{Dictionary, Object};

/// Entries compared elsewhere.
const ELSEWHERE: [&[u8]; 4] = [b"Pages", b"AcroForm", b"Names", b"StructTreeRoot"];

/// Compares what belongs to the document as a whole.
pub(super) fn compare(
    before: &View<'_>,
    after: &View<'_>,
    appended: bool,
    changes: &mut Vec<Change>,
) {
    let (mut here, mut there) = (before.canonical(), after.canonical());
    let (sent, received) = (before.catalogue(), after.catalogue());
    let mut differ = |own: Option<&Object>, other: Option<&Object>| {
        let digest = there.of(other.unwrap_or(&Object::Null));
        digest.is_none() || here.of(own.unwrap_or(&Object::Null)) != digest
    };
    let mut metadata = differ(info(before), info(after));
    for key in keys(&sent, &received) {
        let (own, other) = (sent.get(&key).ok(), received.get(&key).ok());
        if ELSEWHERE.contains(&key.as_slice()) || !differ(own, other) {
            continue;
        }
        if key == b"Metadata" {
            metadata = true;
            continue;
        }
        let removed = entry(after.document, &received, &key).is_none();
        let mut change = judge(&key, removed, after, &received);
        // What a program that writes the file anew loses is for a person; adding loses nothing.
        change.review |=
            change.allowed && matches!(change.kind, Kind::Presentation | Kind::Structure);
        change.allowed &= !(appended && removed);
        changes.push(change);
    }
    if metadata {
        let detail = "les propriétés du document (titre, logiciel, dates…) ont changé";
        changes.push(Change::new(Kind::Metadata, true, detail));
    }
    names(before, after, &mut differ, changes);
}

fn info<'a>(view: &View<'a>) -> Option<&'a Object> {
    view.document.trailer.get(b"Info").ok()
}

fn keys(own: &Dictionary, other: &Dictionary) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> =
        own.iter().chain(other.iter()).map(|(key, _)| key.clone()).collect();
    all.sort();
    all.dedup();
    all
}

/// Judges an entry that differs.
fn judge(key: &[u8], removed: bool, after: &View<'_>, received: &Dictionary) -> Change {
    let told = String::from_utf8_lossy(key);
    let (kind, allowed, detail) = match key {
        b"DSS" => (
            Kind::Validation,
            true,
            "des données pour vérifier plus tard les signatures ont été ajoutées".to_owned(),
        ),
        b"Extensions" | b"Version" => {
            (Kind::Validation, true, "la version de PDF déclarée a changé".to_owned())
        }
        // What a certifying signer attests of the file (12.8.7).
        b"Legal" => (
            Kind::Validation,
            true,
            "le logiciel qui a certifié le fichier y a joint son attestation".to_owned(),
        ),
        b"Perms" => {
            let known = inner(after.document, received, b"Perms").is_none_or(|own| {
                own.iter().all(|(key, _)| matches!(key.as_slice(), b"DocMDP" | b"UR3" | b"UR"))
            });
            (Kind::Validation, known, "les permissions du document ont changé".to_owned())
        }
        b"OpenAction" | b"AA" if !removed => {
            (Kind::Active, false, "une action se déclenche à l'ouverture du fichier".to_owned())
        }
        b"OCProperties" if !removed => {
            (Kind::Layer, false, "des calques, qui montrent et cachent, ont été ajoutés".to_owned())
        }
        b"AF" | b"Collection" if !removed => (
            Kind::Attachment,
            false,
            "des fichiers ont été joints à l'intérieur du fichier".to_owned(),
        ),
        b"Outlines" | b"PageMode" | b"PageLayout" | b"PageLabels" | b"ViewerPreferences"
        | b"Dests" | b"OutputIntents" | b"PieceInfo" => (
            Kind::Presentation,
            true,
            format!("la présentation du fichier à l'écran a changé (« {told} »)"),
        ),
        b"MarkInfo" | b"Lang" => (
            Kind::Structure,
            removed,
            format!("une indication pour les lecteurs d'écran a changé (« {told} »)"),
        ),
        _ if removed => {
            (Kind::Presentation, true, format!("une entrée du document a disparu (« {told} »)"))
        }
        _ => (
            Kind::Document,
            false,
            format!("le document a une entrée de plus ou changée (« {told} »)"),
        ),
    };
    Change::new(kind, allowed, detail)
}

/// Compares the trees of names (ISO 32000-2, 7.7.4).
fn names(
    before: &View<'_>,
    after: &View<'_>,
    differ: &mut impl FnMut(Option<&Object>, Option<&Object>) -> bool,
    changes: &mut Vec<Change>,
) {
    let (sent, received) = (before.catalogue(), after.catalogue());
    let empty = Dictionary::new();
    let own = inner(before.document, &sent, b"Names").unwrap_or(&empty);
    let other = inner(after.document, &received, b"Names").unwrap_or(&empty);
    for key in keys(own, other) {
        let removed = entry(after.document, other, &key).is_none();
        if removed || !differ(own.get(&key).ok(), other.get(&key).ok()) {
            continue;
        }
        let told = String::from_utf8_lossy(&key);
        changes.push(match key.as_slice() {
            b"Dests" => Change::for_review(
                Kind::Presentation,
                "les repères à l'intérieur du document ont changé",
            ),
            b"EmbeddedFiles" => Change::new(
                Kind::Attachment,
                false,
                "des fichiers ont été joints à l'intérieur du fichier",
            ),
            b"JavaScript" => Change::new(Kind::Active, false, "le fichier contient un programme"),
            _ => Change::new(
                Kind::Document,
                false,
                format!("le document a une liste de plus ou changée (« {told} »)"),
            ),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    fn with(key: &str, value: impl Into<Object>) -> Document {
        let mut document = Document::with_version("1.7");
        let catalog = document.add_object(dictionary! { key => value });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document) -> Vec<(Kind, bool)> {
        let mut changes = Vec::new();
        compare(&View::new(sent), &View::new(received), false, &mut changes);
        changes.into_iter().map(|own| (own.kind, own.allowed)).collect()
    }

    #[test]
    fn what_no_rule_knows_is_not_allowed() {
        let none = with("Type", Object::Null);
        for (key, wanted) in [
            ("DSS", (Kind::Validation, true)),
            ("Outlines", (Kind::Presentation, true)),
            ("Metadata", (Kind::Metadata, true)),
            ("OpenAction", (Kind::Active, false)),
            ("OCProperties", (Kind::Layer, false)),
            ("AF", (Kind::Attachment, false)),
            ("Whatever", (Kind::Document, false)),
        ] {
            assert_eq!(differ(&none, &with(key, 1)), [wanted], "{key}");
            assert_eq!(differ(&with(key, 1), &with(key, 1)), [], "{key}");
        }
        let perms = with("Perms", dictionary! { "Other" => 1 });
        assert_eq!(differ(&none, &perms), [(Kind::Validation, false)]);
        assert_eq!(differ(&with("AF", 1), &none), [(Kind::Presentation, true)], "taken away");
    }

    #[test]
    fn lists_of_names_are_looked_into() {
        let none = with("Type", Object::Null);
        for (key, wanted) in [
            ("EmbeddedFiles", (Kind::Attachment, false)),
            ("JavaScript", (Kind::Active, false)),
            ("Dests", (Kind::Presentation, true)),
            ("Templates", (Kind::Document, false)),
        ] {
            let own = with("Names", dictionary! { key => dictionary! { "Names" => 1 } });
            assert_eq!(differ(&none, &own), [wanted], "{key}");
        }
    }
}
