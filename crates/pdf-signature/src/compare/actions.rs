//! Actions (ISO 32000-2, 12.6): never allowed unless they were in the document as sent. All objects
//! that the document uses are searched.

use super::change::{ChangeKind, DocumentChange};
use super::change_detail::{ActionType, CatalogChange, ObjectChange};
use super::document_view::DocumentView;
use super::object_digest::{Digest, ObjectDigests};
use crate::document::objects::name_entry;
use lopdf::{Dictionary, Document};
use std::collections::BTreeMap;

/// Types of actions by their name (table 201).
const ACTION_TYPES: [(&[u8], ActionType); 21] = [
    (b"JavaScript", ActionType::Script),
    (b"Launch", ActionType::RunsProgram),
    (b"SubmitForm", ActionType::SubmitsData),
    (b"ImportData", ActionType::ImportsData),
    (b"ResetForm", ActionType::ResetsForm),
    (b"URI", ActionType::ExternalLink),
    (b"GoToR", ActionType::LinkToFile),
    (b"GoToE", ActionType::LinkToAttachment),
    (b"GoToDp", ActionType::LinkToPart),
    (b"Thread", ActionType::LinkToFile),
    (b"Named", ActionType::ReaderCommand),
    (b"Hide", ActionType::HidesOrShows),
    (b"SetOCGState", ActionType::HidesOrShows),
    (b"Trans", ActionType::HidesOrShows),
    (b"Rendition", ActionType::Multimedia),
    (b"Movie", ActionType::Multimedia),
    (b"Sound", ActionType::Multimedia),
    (b"RichMediaExecute", ActionType::Multimedia),
    (b"GoTo3DView", ActionType::Multimedia),
    (b"SetState", ActionType::HidesOrShows),
    (b"NOP", ActionType::ReaderCommand),
];
/// Keys that lead to actions (12.6.2 and 12.6.3).
const ACTION_KEYS: [&[u8]; 4] = [b"A", b"OpenAction", b"Next", b"PA"];
/// Entries of an action that are compared separately, or that lead away from it.
const NOT_COMPARED: [&[u8]; 4] = [b"Type", b"Next", b"P", b"Parent"];

/// Compares the actions.
pub(crate) fn compare_actions(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    changes: &mut Vec<DocumentChange>,
) {
    let mut known = actions(sent);
    let mut added: BTreeMap<ActionType, usize> = BTreeMap::new();
    for (key, count) in actions(received) {
        // An object without a digest equals no other.
        let before = if key.1.is_some() { known.remove(&key).unwrap_or(0) } else { 0 };
        if count > before {
            *added.entry(key.0).or_default() += count - before;
        }
    }
    changes.extend(added.into_iter().map(|(action, count)| {
        DocumentChange::refused(ChangeKind::Active, ObjectChange::Actions { action, count })
    }));
    if attached_files(received) > attached_files(sent) {
        let detail = CatalogChange::AttachedFiles;
        changes.push(DocumentChange::refused(ChangeKind::Attachment, detail));
    }
}

/// How many files are inside the file.
fn attached_files(view: &DocumentView<'_>) -> usize {
    let is_file = |dictionary: &&&Dictionary| {
        dictionary.has(b"EF")
            || name_entry(view.document, dictionary, b"Type") == Some(b"EmbeddedFile")
    };
    view.used().dictionaries.iter().filter(is_file).count()
}

/// How many equal actions of each type there are.
fn actions(view: &DocumentView<'_>) -> BTreeMap<(ActionType, Option<Digest>), usize> {
    let mut digests = ObjectDigests::new(view);
    let mut found = BTreeMap::new();
    let used = view.used();
    for (key, dictionary) in &used.by_key {
        if let Some(action) = action_type(view.document, key, dictionary) {
            let digest = digests.without(dictionary, &NOT_COMPARED);
            *found.entry((action, digest)).or_default() += 1;
        }
    }
    found
}

/// The action in a dictionary that a key leads to, if there is one. Its `/Type` does not matter:
/// readers look at `/S` only.
fn action_type(document: &Document, key: &[u8], dictionary: &Dictionary) -> Option<ActionType> {
    if dictionary.has(b"JS") {
        return Some(ActionType::Script);
    }
    if dictionary.has(b"AA") {
        return Some(ActionType::RunsByItself);
    }
    let name = name_entry(document, dictionary, b"S")?;
    if let Some((_, action)) = ACTION_TYPES.iter().find(|(known, _)| *known == name) {
        return Some(*action);
    }
    let is_action =
        ACTION_KEYS.contains(&key) || name_entry(document, dictionary, b"Type") == Some(b"Action");
    (is_action && name != b"GoTo").then_some(ActionType::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::change_detail::ChangeDetail;
    use lopdf::{Object, dictionary};

    fn with(catalogue: Dictionary) -> Document {
        let mut document = Document::with_version("1.7");
        let catalog = document.add_object(catalogue);
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document) -> Vec<ChangeDetail> {
        let mut changes = Vec::new();
        compare_actions(&DocumentView::new(sent), &DocumentView::new(received), &mut changes);
        assert!(
            changes.iter().all(|change| !change.is_allowed() && change.kind == ChangeKind::Active)
        );
        changes.into_iter().map(|change| change.detail).collect()
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
        let launched = ObjectChange::Actions { action: ActionType::RunsProgram, count: 1 };
        assert_eq!(differ(&sent, &deep)[0], launched.into());
        let twice = with(
            dictionary! { "A" => dictionary! { "JS" => 1 }, "B" => dictionary! { "JS" => 2 } },
        );
        let scripts = ObjectChange::Actions { action: ActionType::Script, count: 2 };
        assert_eq!(differ(&sent, &twice)[0], scripts.into());
    }
}
