//! What screen readers read (ISO 32000-2, 14.7), compared element by element.
//!
//! A program that signs or annotates may add elements without words for what it put on a page. It
//! may change nothing else: roles, attributes, words, the order of what is read, nor the number
//! tree that leads from a page to its elements. A program that rewrote the file may have lost all
//! of it: that is not a forgery, and left to a person.

use super::change::{ChangeKind, DocumentChange};
use super::change_detail::StructureChange;
use super::document_view::DocumentView;
use super::name_tree::tree_entries;
use super::object_digest::ObjectDigests;
use crate::document::limits::MAX_DEPTH;
use crate::document::objects::{
    array_entry, dictionary_entry, dictionary_of, entry, name_entry, resolve,
};
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Entries of an element that are compared as a tree.
const ELEMENT_LINKS: [&[u8]; 2] = [b"K", b"P"];
/// Entries of the root that are compared as trees.
const ROOT_LINKS: [&[u8]; 4] = [b"K", b"ParentTree", b"ParentTreeNextKey", b"IDTree"];
/// Entries of an annotation that refer to what is around it.
const ANNOTATION_LINKS: [&[u8]; 4] = [b"P", b"Parent", b"StructParent", b"Popup"];
/// Entries of an element that are read aloud (14.9).
const WORDS: [&[u8]; 4] = [b"ActualText", b"Alt", b"E", b"T"];
/// Roles of an element that may be added for an annotation.
const ADDED_ROLES: [&[u8]; 4] = [b"Form", b"Annot", b"Figure", b"Span"];
/// Most elements that are compared.
const MAX_ELEMENTS: usize = 100_000;

/// Compares the structure. `appended`: the received document was made by adding to the one sent.
pub(crate) fn compare_structures(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    appended: bool,
    changes: &mut Vec<DocumentChange>,
) {
    let (sent_catalog, received_catalog) = (sent.catalog(), received.catalog());
    let before = dictionary_entry(sent.document, &sent_catalog, b"StructTreeRoot");
    let after = dictionary_entry(received.document, &received_catalog, b"StructTreeRoot");
    let structure = ChangeKind::Structure;
    changes.extend(match (before, after) {
        (None, None) => None,
        (None, Some(_)) => Some(DocumentChange::for_review(structure, StructureChange::Added)),
        (Some(_), None) if appended => {
            Some(DocumentChange::refused(structure, StructureChange::Removed))
        }
        (Some(_), None) => Some(DocumentChange::for_review(structure, StructureChange::Removed)),
        (Some(before), Some(after)) => {
            let mut walk = StructureWalk::new(sent, received);
            let root = received_catalog.get(b"StructTreeRoot").and_then(Object::as_reference).ok();
            if !walk.same_roots(before, after, root) {
                Some(DocumentChange::refused(structure, StructureChange::Changed))
            } else if walk.adds_words {
                Some(DocumentChange::for_review(structure, StructureChange::AddsWords))
            } else if !walk.added.is_empty() {
                Some(DocumentChange::allowed(structure, StructureChange::Extended))
            } else {
                None
            }
        }
    });
}

/// Two structures, walked side by side.
struct StructureWalk<'a> {
    sent: &'a DocumentView<'a>,
    received: &'a DocumentView<'a>,
    sent_digests: ObjectDigests<'a>,
    received_digests: ObjectDigests<'a>,
    /// Elements of the document as sent, with those in their place.
    pairs: BTreeMap<ObjectId, ObjectId>,
    /// Elements that were added.
    added: BTreeSet<ObjectId>,
    /// Whether one of them has words.
    adds_words: bool,
    /// How many elements were compared.
    visited: usize,
}

/// Where an element must hang: the object that its kids name as their parent, and the depth.
#[derive(Clone, Copy)]
struct Place {
    parent: Option<ObjectId>,
    depth: usize,
}

impl<'a> StructureWalk<'a> {
    fn new(sent: &'a DocumentView<'a>, received: &'a DocumentView<'a>) -> Self {
        Self {
            sent,
            received,
            sent_digests: ObjectDigests::new(sent),
            received_digests: ObjectDigests::new(received),
            pairs: BTreeMap::new(),
            added: BTreeSet::new(),
            adds_words: false,
            visited: 0,
        }
    }

    fn same_roots(
        &mut self,
        before: &Dictionary,
        after: &Dictionary,
        root: Option<ObjectId>,
    ) -> bool {
        self.same_entries(before, after, &ROOT_LINKS)
            && self.same_kids(before, after, Place { parent: root, depth: 0 })
            && self.same_tree(before, after, b"ParentTree", b"Nums")
            && self.same_tree(before, after, b"IDTree", b"Names")
    }

    /// Whether two dictionaries are equal but for some entries.
    fn same_entries(&mut self, before: &Dictionary, after: &Dictionary, except: &[&[u8]]) -> bool {
        let digest = self.sent_digests.without(before, except);
        digest.is_some() && digest == self.received_digests.without(after, except)
    }

    /// Whether what an element holds is there, in order, with nothing but additions between.
    fn same_kids(&mut self, before: &Dictionary, after: &Dictionary, place: Place) -> bool {
        if place.depth > 2 * MAX_DEPTH {
            return false;
        }
        let mut expected = kids(self.sent, before).into_iter().peekable();
        for kid in kids(self.received, after) {
            if expected.peek().is_some_and(|wanted| self.same_kid(wanted, kid, place)) {
                expected.next();
            } else if !self.is_addition(kid) {
                return false;
            }
        }
        expected.peek().is_none()
    }

    fn same_kid(&mut self, before: &Object, after: &Object, place: Place) -> bool {
        self.visited += 1;
        if self.visited > MAX_ELEMENTS {
            return false;
        }
        let sent_value = resolve(self.sent.document, before);
        let received_value = resolve(self.received.document, after);
        let (Some(one), Some(two)) = (dictionary_of(sent_value), dictionary_of(received_value))
        else {
            let digest = self.sent_digests.of(sent_value);
            return digest.is_some() && digest == self.received_digests.of(received_value);
        };
        if let (Ok(sent_object), Ok(received_object)) = (one.get(b"Obj"), two.get(b"Obj")) {
            return self.same_entries(one, two, &[b"Obj"])
                && self.same_annotation(sent_object, received_object);
        }
        if one.has(b"MCID") || !one.has(b"S") {
            return self.same_entries(one, two, &[]);
        }
        // Readers follow these references upwards, too.
        let parent = two.get(b"P").and_then(Object::as_reference).ok();
        let right_parent = parent == place.parent || place.parent.is_none();
        let below = Place { parent: after.as_reference().ok(), depth: place.depth + 1 };
        let same = right_parent
            && self.same_entries(one, two, &ELEMENT_LINKS)
            && self.same_kids(one, two, below);
        if !same {
            return false;
        }
        match (before.as_reference(), after.as_reference()) {
            // An element stands in one place.
            (Ok(before), Ok(after)) => {
                self.pairs.insert(before, after).is_none_or(|former| former == after)
            }
            (Err(_), Err(_)) => true,
            _ => false,
        }
    }

    /// Whether two annotations show and do the same; where they lie is compared with the pages.
    fn same_annotation(&mut self, before: &Object, after: &Object) -> bool {
        let one = dictionary_of(resolve(self.sent.document, before));
        let two = dictionary_of(resolve(self.received.document, after));
        let (Some(one), Some(two)) = (one, two) else { return false };
        // A field may have been filled in or signed since.
        name_entry(self.sent.document, one, b"Subtype") == Some(b"Widget")
            && name_entry(self.received.document, two, b"Subtype") == Some(b"Widget")
            || self.same_entries(one, two, &ANNOTATION_LINKS)
    }

    /// Whether an element holds nothing but annotations.
    fn is_addition(&mut self, kid: &Object) -> bool {
        let document = self.received.document;
        let Some(element) = dictionary_of(resolve(document, kid)) else { return false };
        let role = name_entry(document, element, b"S").unwrap_or_default();
        let inside = kids(self.received, element);
        let object_has = |reference: &Dictionary, key: &[u8]| {
            entry(document, reference, b"Obj")
                .and_then(dictionary_of)
                .is_some_and(|object| object.has(key))
        };
        let is_annotation = |kid: &&Object| {
            dictionary_of(resolve(document, kid))
                .is_some_and(|kid| !kid.has(b"MCID") && object_has(kid, b"Subtype"))
        };
        if !ADDED_ROLES.contains(&role) || !inside.iter().all(is_annotation) {
            return false;
        }
        let is_described = |kid: &&Object| {
            dictionary_of(resolve(document, kid)).is_some_and(|kid| object_has(kid, b"TU"))
        };
        self.adds_words |=
            WORDS.iter().any(|key| element.has(key)) || inside.iter().any(is_described);
        self.added.extend(kid.as_reference());
        true
    }

    /// Whether a name tree or number tree leads to the same elements as before, and else to added
    /// ones only.
    fn same_tree(
        &mut self,
        before: &Dictionary,
        after: &Dictionary,
        key: &[u8],
        leaf_key: &[u8],
    ) -> bool {
        let sent_entries = tree_entries(self.sent.document, before.get(key).ok(), leaf_key);
        let received_entries = tree_entries(self.received.document, after.get(key).ok(), leaf_key);
        let (Some(sent_entries), Some(mut received_entries)) = (sent_entries, received_entries)
        else {
            return false;
        };
        for (key, before) in sent_entries {
            let Some(after) = received_entries.remove(&key) else { return false };
            if !self.leads_to_same(before, after) {
                return false;
            }
        }
        let is_added =
            |value: &&Object| value.as_reference().is_ok_and(|id| self.added.contains(&id));
        received_entries.values().all(is_added)
    }

    fn leads_to_same(&self, before: &Object, after: &Object) -> bool {
        let is_pair = |before: &Object, after: &Object| match (before, after) {
            (Object::Reference(before), Object::Reference(after)) => {
                self.pairs.get(before) == Some(after)
            }
            (before, after) => before.is_null() && after.is_null(),
        };
        let arrays = (
            resolve(self.sent.document, before).as_array(),
            resolve(self.received.document, after).as_array(),
        );
        match arrays {
            (Ok(one), Ok(two)) => {
                one.len() == two.len()
                    && one.iter().zip(two).all(|(before, after)| is_pair(before, after))
            }
            (Err(_), Err(_)) => is_pair(before, after),
            _ => false,
        }
    }
}

/// What an element holds: one thing or several (14.7.2, table 355).
fn kids<'a>(view: &'a DocumentView<'_>, element: &'a Dictionary) -> Vec<&'a Object> {
    match element.get(b"K") {
        Err(_) => Vec::new(),
        Ok(kid) => match resolve(view.document, kid) {
            Object::Array(_) => array_entry(view.document, element, b"K").iter().collect(),
            Object::Null => Vec::new(),
            _ => vec![kid],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::change::ChangeVerdict;
    use lopdf::{Document, dictionary};

    /// A letter whose structure has elements with words, some of them with an annotation.
    fn with(elements: &[(&str, &str)]) -> Document {
        let mut document = Document::with_version("1.7");
        let annotation = document.add_object(dictionary! { "Subtype" => "Widget" });
        let kids: Vec<Object> = elements
            .iter()
            .map(|(role, spoken)| {
                let mut element = dictionary! { "S" => *role, "P" => 1 };
                if !spoken.is_empty() {
                    element.set("ActualText", Object::string_literal(*spoken));
                }
                match *role {
                    "Form" => {
                        element.set("K", dictionary! { "Type" => "OBJR", "Obj" => annotation })
                    }
                    _ => element.set("K", 0),
                }
                Object::from(document.add_object(element))
            })
            .collect();
        let nums = vec![0.into(), kids.clone().into()];
        let root = dictionary! { "K" => kids, "ParentTree" => dictionary! { "Nums" => nums } };
        let catalog = document.add_object(dictionary! { "StructTreeRoot" => root });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document, appended: bool) -> Option<ChangeVerdict> {
        let mut changes = Vec::new();
        compare_structures(
            &DocumentView::new(sent),
            &DocumentView::new(received),
            appended,
            &mut changes,
        );
        changes.pop().map(|change| change.verdict)
    }

    /// The same with the first element out of the tree of parents.
    fn orphan(mut document: Document) -> Document {
        let root = document.catalog_mut().unwrap().get_mut(b"StructTreeRoot").unwrap();
        root.as_dict_mut().unwrap().set(
            "ParentTree",
            dictionary! { "Nums" => vec![0.into(), Object::Array(vec![Object::Null])] },
        );
        document
    }

    #[test]
    fn words_roles_and_order_may_not_change() {
        let sent = with(&[("P", "oui"), ("H1", "")]);
        assert_eq!(differ(&sent, &sent, true), None);
        for other in [
            &[("P", "non"), ("H1", "")][..],
            &[("P", "oui")],
            &[("P", "oui"), ("H2", "")],
            &[("H1", ""), ("P", "oui")],
            &[("P", "oui"), ("H1", ""), ("P", "et non")],
        ] {
            assert_eq!(
                differ(&sent, &with(other), false),
                Some(ChangeVerdict::Refused),
                "{other:?}"
            );
        }
        assert_eq!(
            differ(&with(&[("P", "")]), &orphan(with(&[("P", "")])), true),
            Some(ChangeVerdict::Refused)
        );
    }

    #[test]
    fn all_of_it_may_be_lost_by_a_program_that_writes_the_file_anew() {
        let mut none = Document::with_version("1.7");
        let catalog = none.add_object(dictionary! {});
        none.trailer.set("Root", catalog);
        let sent = with(&[("P", "oui")]);
        assert_eq!(differ(&sent, &none, false), Some(ChangeVerdict::ForReview));
        assert_eq!(differ(&sent, &none, true), Some(ChangeVerdict::Refused));
    }
}
