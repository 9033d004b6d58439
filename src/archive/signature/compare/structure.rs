//! What screen readers read (ISO 32000-2, 14.7), compared element by element.
//!
//! A program that signs or annotates may add elements for what it put on a page, without words; it
//! may change nothing else: roles, attributes, words, the order of what is read, nor the tree that
//! leads from the page to its elements. A program that wrote the file anew may have lost all of it:
//! a pity, no forgery, and for a person.

use super::super::document::{DEEPEST, array, dictionary_of, entry, inner, name, resolve};
use super::canonical::Canonical;
use super::number_tree::leaves;
use super::values::{Change, Kind};
use super::view::View;
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Entries of an element that are compared as a tree.
const TREE: [&[u8]; 2] = [b"K", b"P"];
/// Entries of the root that are compared as trees.
const ROOT: [&[u8]; 4] = [b"K", b"ParentTree", b"ParentTreeNextKey", b"IDTree"];
/// Entries of an element that are read aloud (14.9), or that lead to them.
const WORDS: [&[u8]; 4] = [b"ActualText", b"Alt", b"E", b"T"];
/// Roles of an element that may be added for an annotation.
const ADDED: [&[u8]; 4] = [b"Form", b"Annot", b"Figure", b"Span"];
/// Most elements that are compared.
const MOST: usize = 100_000;

/// Compares the structure. `appended`: the later one was made by adding to the earlier one.
pub(super) fn compare(
    before: &View<'_>,
    after: &View<'_>,
    appended: bool,
    changes: &mut Vec<Change>,
) {
    let (sent, received) = (before.catalogue(), after.catalogue());
    let own = inner(before.document, &sent, b"StructTreeRoot");
    let other = inner(after.document, &received, b"StructTreeRoot");
    let (own, other) = match (own, other) {
        (None, None) => return,
        (Some(own), Some(other)) => (own, other),
        (None, Some(_)) => {
            let detail = "une structure pour les lecteurs d'écran a été ajoutée";
            return changes.push(Change::for_review(Kind::Structure, detail));
        }
        (Some(_), None) => {
            let detail = "la structure pour les lecteurs d'écran a disparu";
            return changes.push(match appended {
                true => Change::new(Kind::Structure, false, detail),
                false => Change::for_review(Kind::Structure, detail),
            });
        }
    };
    let mut walk = Walk {
        before,
        after,
        here: before.canonical(),
        there: after.canonical(),
        pairs: BTreeMap::new(),
        added: BTreeSet::new(),
        spoken: false,
        looked: 0,
    };
    let root = received.get(b"StructTreeRoot").and_then(Object::as_reference).ok();
    if !walk.roots(own, other, root) {
        let detail = "ce que dit un lecteur d'écran n'est plus ce qui a été envoyé";
        changes.push(Change::new(Kind::Structure, false, detail));
    } else if walk.spoken {
        let detail = "un lecteur d'écran dit des mots de plus, sur ce qui a été ajouté";
        changes.push(Change::for_review(Kind::Structure, detail));
    } else if !walk.added.is_empty() {
        let detail = "la structure pour les lecteurs d'écran a été complétée";
        changes.push(Change::new(Kind::Structure, true, detail));
    }
}

/// Two structures walked side by side.
struct Walk<'a> {
    before: &'a View<'a>,
    after: &'a View<'a>,
    here: Canonical<'a>,
    there: Canonical<'a>,
    /// Elements of the letter with those that stand in their place.
    pairs: BTreeMap<ObjectId, ObjectId>,
    /// Elements that were added.
    added: BTreeSet<ObjectId>,
    /// Whether one of these has words of its own.
    spoken: bool,
    looked: usize,
}

impl Walk<'_> {
    fn roots(&mut self, own: &Dictionary, other: &Dictionary, root: Option<ObjectId>) -> bool {
        self.others(own, other, &ROOT)
            && self.kids(own, other, root, 0)
            && self.trees(own, other, b"ParentTree", b"Nums")
            && self.trees(own, other, b"IDTree", b"Names")
    }

    /// Whether two dictionaries are equal but for some entries.
    fn others(&mut self, own: &Dictionary, other: &Dictionary, except: &[&[u8]]) -> bool {
        let digest = self.here.without(own, except);
        digest.is_some() && digest == self.there.without(other, except)
    }

    /// Whether what an element holds is there, in order, with nothing but additions between.
    fn kids(
        &mut self,
        own: &Dictionary,
        other: &Dictionary,
        parent: Option<ObjectId>,
        depth: usize,
    ) -> bool {
        if depth > 2 * DEEPEST {
            return false;
        }
        let (left, right) = (list(self.before, own), list(self.after, other));
        let mut left = left.into_iter().peekable();
        for kid in right {
            if left.peek().is_some_and(|own| self.kid(own, kid, parent, depth)) {
                left.next();
            } else if !self.is_addition(kid) {
                return false;
            }
        }
        left.peek().is_none()
    }

    fn kid(
        &mut self,
        own: &Object,
        other: &Object,
        parent: Option<ObjectId>,
        depth: usize,
    ) -> bool {
        self.looked += 1;
        if self.looked > MOST {
            return false;
        }
        let (left, right) =
            (resolve(self.before.document, own), resolve(self.after.document, other));
        let (Some(one), Some(two)) = (dictionary_of(left), dictionary_of(right)) else {
            return self.here.of(left).is_some_and(|own| Some(own) == self.there.of(right));
        };
        let object = (one.get(b"Obj").ok(), two.get(b"Obj").ok());
        if let (Some(was), Some(is)) = object {
            return self.others(one, two, &[b"Obj"]) && self.same_annotation(was, is);
        }
        if one.has(b"MCID") || !one.has(b"S") {
            return self.others(one, two, &[]);
        }
        // Readers climb by these references, too.
        let climbs =
            two.get(b"P").and_then(Object::as_reference).ok() == parent || parent.is_none();
        let id = other.as_reference().ok();
        if !(climbs && self.others(one, two, &TREE) && self.kids(one, two, id, depth + 1)) {
            return false;
        }
        match (own.as_reference(), other.as_reference()) {
            // An element stands in one place.
            (Ok(own), Ok(other)) => {
                self.pairs.insert(own, other).is_none_or(|before| before == other)
            }
            (Err(_), Err(_)) => true,
            _ => false,
        }
    }

    /// Whether two annotations show and do the same; where they lie is compared with the pages.
    fn same_annotation(&mut self, own: &Object, other: &Object) -> bool {
        let ties: [&[u8]; 4] = [b"P", b"Parent", b"StructParent", b"Popup"];
        let one = dictionary_of(resolve(self.before.document, own));
        let two = dictionary_of(resolve(self.after.document, other));
        match (one, two) {
            (Some(one), Some(two)) => {
                // A field of the letter may have been filled in or signed since.
                name(self.before.document, one, b"Subtype") == Some(b"Widget")
                    && name(self.after.document, two, b"Subtype") == Some(b"Widget")
                    || self.others(one, two, &ties)
            }
            _ => false,
        }
    }

    /// Whether an element holds nothing but annotations.
    fn is_addition(&mut self, kid: &Object) -> bool {
        let document = self.after.document;
        let Some(own) = dictionary_of(resolve(document, kid)) else { return false };
        let role = name(document, own, b"S").unwrap_or_default();
        let holds = |kid: &&Object| {
            dictionary_of(resolve(document, kid)).is_some_and(|own| {
                let object = entry(document, own, b"Obj").and_then(dictionary_of);
                !own.has(b"MCID") && object.is_some_and(|own| own.has(b"Subtype"))
            })
        };
        let plain = ADDED.contains(&role) && list(self.after, own).iter().all(holds);
        if plain {
            let field = |kid: &&Object| {
                let object = dictionary_of(resolve(document, kid))
                    .and_then(|own| entry(document, own, b"Obj"))
                    .and_then(dictionary_of);
                object.is_some_and(|own| own.has(b"TU"))
            };
            self.spoken |=
                WORDS.iter().any(|key| own.has(key)) || list(self.after, own).iter().any(field);
            self.added.extend(kid.as_reference());
        }
        plain
    }

    /// Whether a tree of numbers or names leads to the same elements as before.
    fn trees(&mut self, own: &Dictionary, other: &Dictionary, key: &[u8], kind: &[u8]) -> bool {
        let one = leaves(self.before.document, own.get(key).ok(), kind);
        let two = leaves(self.after.document, other.get(key).ok(), kind);
        let (Some(one), Some(mut two)) = (one, two) else { return false };
        for (key, was) in one {
            let Some(is) = two.remove(&key) else { return false };
            if !self.leads_alike(was, is) {
                return false;
            }
        }
        two.values().all(|own| own.as_reference().is_ok_and(|id| self.added.contains(&id)))
    }

    fn leads_alike(&self, own: &Object, other: &Object) -> bool {
        let paired = |own: &Object, other: &Object| match (own, other) {
            (Object::Reference(own), Object::Reference(other)) => {
                self.pairs.get(own) == Some(other)
            }
            (own, other) => own.is_null() && other.is_null(),
        };
        let arrays = (
            resolve(self.before.document, own).as_array(),
            resolve(self.after.document, other).as_array(),
        );
        match arrays {
            (Ok(one), Ok(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(own, other)| paired(own, other))
            }
            (Err(_), Err(_)) => paired(own, other),
            _ => false,
        }
    }
}

/// What an element holds: one thing or several (14.7.2, table 355).
fn list<'a>(view: &'a View<'_>, own: &'a Dictionary) -> Vec<&'a Object> {
    match own.get(b"K") {
        Err(_) => Vec::new(),
        Ok(kid) => match resolve(view.document, kid) {
            Object::Array(_) => array(view.document, own, b"K").iter().collect(),
            Object::Null => Vec::new(),
            _ => vec![kid],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    /// A letter whose structure has elements with words, some of them with an annotation.
    fn with(elements: &[(&str, &str)]) -> Document {
        let mut document = Document::with_version("1.7");
        let annotation = document.add_object(dictionary! { "Subtype" => "Widget" });
        let kids: Vec<Object> = elements
            .iter()
            .map(|(role, spoken)| {
                let mut own = dictionary! { "S" => *role, "P" => 1 };
                if !spoken.is_empty() {
                    own.set("ActualText", Object::string_literal(*spoken));
                }
                match *role {
                    "Form" => own.set("K", dictionary! { "Type" => "OBJR", "Obj" => annotation }),
                    _ => own.set("K", 0),
                }
                Object::from(document.add_object(own))
            })
            .collect();
        let nums = vec![0.into(), kids.clone().into()];
        let root = dictionary! { "K" => kids, "ParentTree" => dictionary! { "Nums" => nums } };
        let catalog = document.add_object(dictionary! { "StructTreeRoot" => root });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document, appended: bool) -> Option<(bool, bool)> {
        let mut changes = Vec::new();
        compare(&View::new(sent), &View::new(received), appended, &mut changes);
        changes.pop().map(|own| (own.allowed, own.review))
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
            assert_eq!(differ(&sent, &with(other), false), Some((false, false)), "{other:?}");
        }
        assert_eq!(
            differ(&with(&[("P", "")]), &orphan(with(&[("P", "")])), true),
            Some((false, false))
        );
    }

    #[test]
    fn all_of_it_may_be_lost_by_a_program_that_writes_the_file_anew() {
        let mut none = Document::with_version("1.7");
        let catalog = none.add_object(dictionary! {});
        none.trailer.set("Root", catalog);
        let sent = with(&[("P", "oui")]);
        assert_eq!(differ(&sent, &none, false), Some((true, true)));
        assert_eq!(differ(&sent, &none, true), Some((false, false)));
    }
}
