//! A file that begins with the bytes that were sent, object by object: which ones were written
//! again behind them, and whether signing, filling a box or annotating in a box does that.
//!
//! Objects are the same when they have the same number in the table of their revision. An object
//! of the letter keeps what it holds, but for the entries listed here; what is on no list is not
//! allowed. What new objects do is judged by the other rules.

use super::super::document::{array, dictionary_of, entry, inner, name, resolve};
use super::super::field::fields;
use super::super::words;
use super::values::{Change, Kind};
use super::view::View;
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Deepest nesting that is compared.
const DEEPEST: usize = 100;
/// Entries of the catalogue that signing adds or changes; each is judged in `catalogue`.
const CATALOGUE: [&[u8]; 7] =
    [b"AcroForm", b"DSS", b"Extensions", b"Version", b"Perms", b"Metadata", b"Legal"];
/// Entries of the form that signing adds or changes, its fields apart.
const FORM: [&[u8]; 3] = [b"SigFlags", b"DR", b"DA"];
/// Entries of an empty signature field that signing sets.
const SIGNED: [&[u8]; 7] = [b"V", b"AP", b"F", b"M", b"DA", b"MK", b"Lock"];
/// Entries by which a page holds what is drawn: whether another one draws the same is seen.
const DRAWN: [&[u8]; 2] = [b"Contents", b"Resources"];
/// Entries of the root of the structure, and of its elements, that are compared as a tree.
const STRUCTURE: [&[u8]; 4] = [b"K", b"ParentTree", b"ParentTreeNextKey", b"IDTree"];

/// What an object of the letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Catalogue,
    Page(u32),
    /// A list of annotations or of fields.
    List,
    Form,
    Field,
    /// Properties of the document, and what helps to verify signatures.
    Beside,
    /// Structure for screen readers.
    Structure,
    /// What an empty signature field shows until it is signed.
    Appearance,
    /// What a page draws with.
    Drawing,
}

/// Compares object by object.
pub(super) fn compare(before: &View<'_>, after: &View<'_>, changes: &mut Vec<Change>) {
    let roles = roles(before);
    let mut replaced = 0;
    let received: BTreeMap<u32, (u16, &Object)> = after
        .document
        .objects
        .iter()
        .map(|((number, generation), own)| (*number, (*generation, own)))
        .collect();
    for (id, was) in &before.document.objects {
        let Some((generation, is)) = received.get(&id.0) else {
            replaced += 1;
            continue;
        };
        if *generation == id.1 && equal(was, is, 0) {
            continue;
        }
        if *generation != id.1 && roles.get(id) != Some(&Role::Appearance) {
            replaced += 1;
            continue;
        }
        let judged = match roles.get(id) {
            Some(role) => judge(*role, was, is, before, after, changes),
            None => false,
        };
        if !judged {
            replaced += 1;
        }
    }
    let filled = filled(before, after);
    if replaced + filled > 0 {
        let what = words::counted(
            replaced + filled,
            "objet de la lettre a été remplacé",
            "objets de la lettre ont été remplacés",
        );
        changes.push(Change::new(Kind::Object, false, what));
    }
}

/// How many numbers that the letter refers to, and that stood for nothing, stand for something now.
fn filled(before: &View<'_>, after: &View<'_>) -> usize {
    let numbers = |own: &View<'_>| -> BTreeSet<u32> {
        own.document.objects.keys().map(|(number, _)| *number).collect()
    };
    let (was, is) = (numbers(before), numbers(after));
    let used = before.used().ids;
    used.iter().filter(|(number, _)| !was.contains(number) && is.contains(number)).count()
}

/// What each object is that may be written again; the first role that leads to it counts.
fn roles(view: &View<'_>) -> BTreeMap<ObjectId, Role> {
    let document = view.document;
    let mut found = BTreeMap::new();
    let mut add = |object: Option<&Object>, role| {
        if let Some(id) = object.and_then(|own| own.as_reference().ok()) {
            found.entry(id).or_insert(role);
        }
    };
    let catalogue = view.catalogue();
    add(document.trailer.get(b"Root").ok(), Role::Catalogue);
    for (page, number) in view.tree.pages.iter().zip(1..) {
        add(Some(&Object::Reference(page.id)), Role::Page(number));
        add(page.own.get(b"Annots").ok(), Role::List);
    }
    add(catalogue.get(b"AcroForm").ok(), Role::Form);
    if let Some(form) = inner(document, &catalogue, b"AcroForm") {
        add(form.get(b"Fields").ok(), Role::List);
    }
    for field in fields(document).into_iter().filter(|own| own.kind == b"Sig") {
        for id in field.objects {
            add(Some(&Object::Reference(id)), Role::Field);
        }
    }
    let elsewhere = view.reached(document.trailer.iter().map(|(_, own)| own), b"AP");
    for id in empty_appearances(view) {
        if !elsewhere.contains(&id) {
            add(Some(&Object::Reference(id)), Role::Appearance);
        }
    }
    add(document.trailer.get(b"Info").ok(), Role::Beside);
    add(catalogue.get(b"Metadata").ok(), Role::Beside);
    for key in [&b"Extensions"[..], b"Perms"] {
        add(catalogue.get(key).ok(), Role::Beside);
    }
    // What only helps to verify signatures, and belongs to nothing else.
    let rest = document.trailer.iter().map(|(_, value)| value);
    let rest = view.reached(
        rest.chain(catalogue.iter().filter(|(key, _)| *key != b"DSS").map(|(_, value)| value)),
        b"DSS",
    );
    for id in view.around(catalogue.get(b"DSS")).ids {
        if !rest.contains(&id) {
            add(Some(&Object::Reference(id)), Role::Beside);
        }
    }
    for id in view.around(catalogue.get(b"StructTreeRoot")).ids {
        add(Some(&Object::Reference(id)), Role::Structure);
    }
    for page in &view.tree.pages {
        let drawn = page.own.get(b"Contents").into_iter();
        for id in view.around(drawn).ids {
            add(Some(&Object::Reference(id)), Role::Drawing);
        }
    }
    found
}

/// What the widgets of signature fields without a value draw.
fn empty_appearances(view: &View<'_>) -> BTreeSet<ObjectId> {
    let empty =
        fields(view.document).into_iter().filter(|own| own.kind == b"Sig" && own.value.is_none());
    let widgets = empty.flat_map(|own| own.objects);
    let drawn =
        widgets.filter_map(|id| dictionary_of(view.document.objects.get(&id)?)?.get(b"AP").ok());
    view.around(drawn).ids
}

/// Judges an object that was written again; gives whether anything is left to say.
fn judge(
    role: Role,
    was: &Object,
    is: &Object,
    before: &View<'_>,
    after: &View<'_>,
    changes: &mut Vec<Change>,
) -> bool {
    if let (Role::List, Object::Array(was), Object::Array(is)) = (role, was, is) {
        return kept(was, is, before, after);
    }
    if role == Role::Beside {
        return is_beside(was, is, after);
    }
    if role == Role::Appearance {
        // Nothing but the field shows it, and what the field shows is judged.
        return true;
    }
    if role == Role::Drawing {
        let detail = "un contenu de la lettre a été récrit";
        changes.push(Change::for_review(Kind::Content, detail));
        return true;
    }
    let (Object::Dictionary(was), Object::Dictionary(is)) = (was, is) else { return false };
    let differing = differing(was, is);
    let only = |known: &[&[u8]]| differing.iter().all(|key| known.contains(&key.as_slice()));
    match role {
        Role::Catalogue => differing.iter().all(|key| match key.as_slice() {
            b"AcroForm" => form(was, is, before, after),
            b"StructTreeRoot" => false,
            key => CATALOGUE.contains(&key) || for_review(key, was, changes),
        }),
        Role::Page(number) => differing.iter().all(|key| match key.as_slice() {
            b"Annots" => {
                let lists = (array(before.document, was, key), array(after.document, is, key));
                kept(lists.0, lists.1, before, after)
            }
            key if DRAWN.contains(&key) => {
                let detail = format!("page {number} : ce qui est imprimé a été récrit");
                let change = Change::for_review(Kind::Content, detail);
                changes.push(Change { page: Some(number), ..change });
                true
            }
            _ => false,
        }),
        Role::Form => form_entries(was, is, before, after),
        Role::Field => {
            let empty = entry(before.document, was, b"V").is_none();
            empty && only(&SIGNED)
        }
        Role::Structure => {
            only(&STRUCTURE) || is_tree(was) && only(&[b"Nums", b"Names", b"Kids", b"Limits"])
        }
        Role::List | Role::Beside | Role::Appearance | Role::Drawing => false,
    }
}

/// Entries of the catalogue that change how a window opens: nobody has a reason to when signing,
/// and no page shows it.
fn for_review(key: &[u8], was: &Dictionary, changes: &mut Vec<Change>) -> bool {
    let known: [&[u8]; 5] = [b"PageMode", b"PageLayout", b"PieceInfo", b"Dests", b"PageLabels"];
    let added = known.contains(&key) && !was.has(key);
    if added {
        let key = String::from_utf8_lossy(key);
        let detail = format!("la présentation du fichier à l'écran a changé (« {key} »)");
        changes.push(Change::for_review(Kind::Presentation, detail));
    }
    added
}

/// Whether a node is one of a tree of numbers or names.
fn is_tree(own: &Dictionary) -> bool {
    own.has(b"Nums") || own.has(b"Names") || (own.has(b"Kids") && !own.has(b"Type"))
}

/// The form as an entry of the catalogue: added, or with what a form may gain.
fn form(was: &Dictionary, is: &Dictionary, before: &View<'_>, after: &View<'_>) -> bool {
    let own = inner(before.document, was, b"AcroForm");
    match (own, inner(after.document, is, b"AcroForm")) {
        (None, Some(other)) => form_entries(&Dictionary::new(), other, before, after),
        (Some(own), Some(other)) => form_entries(own, other, before, after),
        _ => false,
    }
}

fn form_entries(was: &Dictionary, is: &Dictionary, before: &View<'_>, after: &View<'_>) -> bool {
    differing(was, is).iter().all(|key| match key.as_slice() {
        b"Fields" => {
            let lists = (array(before.document, was, key), array(after.document, is, key));
            kept(lists.0, lists.1, before, after)
        }
        // Readers that are told to would draw all fields themselves.
        b"NeedAppearances" => {
            entry(after.document, is, key).is_none_or(|own| matches!(own.as_bool(), Ok(false)))
        }
        key => FORM.contains(&key),
    })
}

/// Whether a list still has all it had, in order, and what it gained is new and there once.
fn kept(was: &[Object], is: &[Object], before: &View<'_>, after: &View<'_>) -> bool {
    let mut left = was.iter().peekable();
    let mut seen = BTreeSet::new();
    for own in is {
        if own.as_reference().is_ok_and(|id| !seen.insert(id)) {
            return false;
        }
        if left.peek().is_some_and(|was| equal(was, own, 0)) {
            left.next();
            continue;
        }
        let fresh = match own {
            Object::Reference(id) => !before.document.objects.contains_key(id),
            own => own.as_dict().is_ok(),
        };
        if !fresh || dictionary_of(resolve(after.document, own)).is_none() {
            return false;
        }
    }
    left.peek().is_none()
}

/// Whether an object beside the letter is still one: properties are plain values, a description is
/// a stream of its type, and what helps to verify signatures holds certificates and answers.
fn is_beside(was: &Object, is: &Object, after: &View<'_>) -> bool {
    match (was, is) {
        (Object::Stream(was), Object::Stream(is)) => {
            name(after.document, &is.dict, b"Type")
                == was.dict.get(b"Type").and_then(Object::as_name).ok()
        }
        (Object::Dictionary(_), Object::Dictionary(_)) | (Object::Array(_), Object::Array(_)) => {
            true
        }
        (Object::String(..), Object::String(..)) => true,
        _ => false,
    }
}

/// Keys whose values differ.
fn differing(was: &Dictionary, is: &Dictionary) -> Vec<Vec<u8>> {
    let mut keys: Vec<&Vec<u8>> = was.iter().chain(is.iter()).map(|(key, _)| key).collect();
    keys.sort();
    keys.dedup();
    let value = |own: &Dictionary, key: &[u8]| own.get(key).cloned().unwrap_or(Object::Null);
    keys.into_iter().filter(|key| !equal(&value(was, key), &value(is, key), 0)).cloned().collect()
}

/// Whether two values are the same, however written. An integer is no real number: readers that look
/// for one pass over the other.
fn equal(was: &Object, is: &Object, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match (was, is) {
        (Object::Array(was), Object::Array(is)) => {
            was.len() == is.len() && was.iter().zip(is).all(|(a, b)| equal(a, b, depth + 1))
        }
        (Object::Dictionary(was), Object::Dictionary(is)) => dictionaries(was, is, depth),
        (Object::Stream(was), Object::Stream(is)) => {
            was.content == is.content && dictionaries(&was.dict, &is.dict, depth)
        }
        (Object::String(was, _), Object::String(is, _)) => was == is,
        _ => was == is,
    }
}

fn dictionaries(was: &Dictionary, is: &Dictionary, depth: usize) -> bool {
    let all = |own: &Dictionary, other: &Dictionary| {
        own.iter().all(|(key, value)| {
            value.is_null() || other.get(key).is_ok_and(|own| equal(value, own, depth + 1))
        })
    };
    all(was, is) && all(is, was)
}
