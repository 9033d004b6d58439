//! A document that begins with the bytes that were sent, object by object: which objects were
//! replaced in the appended part, and whether signing or filling in a box does that.
//!
//! Objects are the same when they have the same number in the table of their revision. Only the
//! entries listed here may change in an object of the document as sent. New objects are judged by
//! the other rules.

use super::change::{ChangeKind, DocumentChange};
use super::change_detail::{CatalogChange, ObjectChange, PageChange};
use super::document_view::DocumentView;
use super::field_entries::says_the_same;
use crate::document::form_fields::{FormField, form_fields, is_empty_value};
use crate::document::objects::{
    array_entry, dictionary_entry, dictionary_of, entry, keys_of_both, name_entry, resolve,
};
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Deepest nesting that is compared.
const MAX_NESTING: usize = 100;
/// Entries of the catalog that signing adds or changes; each is judged in [`super::catalog`].
const CATALOG_ENTRIES: [&[u8]; 7] =
    [b"AcroForm", b"DSS", b"Extensions", b"Version", b"Perms", b"Metadata", b"Legal"];
/// Entries of the catalog about how a window opens: signing does not need to add one, and they are
/// not visible on a page.
const WINDOW_ENTRIES: [&[u8]; 5] =
    [b"PageMode", b"PageLayout", b"PieceInfo", b"Dests", b"PageLabels"];
/// Entries of the form that signing adds or changes, its fields apart.
const FORM_ENTRIES: [&[u8]; 3] = [b"SigFlags", b"DR", b"DA"];
/// Entries of an empty signature field that signing sets.
const SIGNED_FIELD_ENTRIES: [&[u8]; 7] = [b"V", b"AP", b"F", b"M", b"DA", b"MK", b"Lock"];
/// Entries of an empty text field that filling it in sets.
const FILLED_FIELD_ENTRIES: [&[u8]; 6] = [b"V", b"AP", b"AS", b"M", b"DA", b"BS"];
/// Entries that hold what a page draws: rendering shows whether it looks the same.
const DRAWING_ENTRIES: [&[u8]; 2] = [b"Contents", b"Resources"];
/// Entries of the root of the structure and of its elements that are compared as a tree.
const STRUCTURE_ENTRIES: [&[u8]; 4] = [b"K", b"ParentTree", b"ParentTreeNextKey", b"IDTree"];
/// Entries of a node of a name tree or number tree.
const TREE_ENTRIES: [&[u8]; 4] = [b"Nums", b"Names", b"Kids", b"Limits"];

/// What an object of the document as sent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Catalog,
    /// A page, from 1.
    Page(u32),
    /// A list of annotations or of fields.
    List,
    Form,
    SignatureField,
    TextField,
    /// Properties of the document, and what helps to verify signatures.
    Auxiliary,
    /// Structure for screen readers.
    Structure,
    /// What an empty field shows until it is signed or filled in.
    EmptyAppearance,
    /// What a page draws with.
    PageContent,
}

/// Compares object by object.
pub(crate) fn compare_appended(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    changes: &mut Vec<DocumentChange>,
) {
    let roles = object_roles(sent);
    let received_objects: BTreeMap<u32, (u16, &Object)> = received
        .document
        .objects
        .iter()
        .map(|((number, generation), object)| (*number, (*generation, object)))
        .collect();
    let mut judge = Judge { sent, received, changes };
    let mut replaced = 0;
    for (id, before) in &sent.document.objects {
        let Some((generation, after)) = received_objects.get(&id.0) else {
            replaced += 1;
            continue;
        };
        let same_generation = *generation == id.1;
        if same_generation && is_equal(before, after, 0) {
            continue;
        }
        let allowed = match roles.get(id) {
            Some(Role::EmptyAppearance) => true,
            Some(role) if same_generation => judge.is_allowed(*role, before, after),
            _ => false,
        };
        if !allowed {
            replaced += 1;
        }
    }
    let count = replaced + count_filled(sent, received);
    if count > 0 {
        let detail = ObjectChange::Replaced(count);
        changes.push(DocumentChange::refused(ChangeKind::Object, detail));
    }
}

/// How many object numbers that the sent document refers to without defining are defined now.
fn count_filled(sent: &DocumentView<'_>, received: &DocumentView<'_>) -> usize {
    let numbers = |view: &DocumentView<'_>| -> BTreeSet<u32> {
        view.document.objects.keys().map(|(number, _)| *number).collect()
    };
    let (before, after) = (numbers(sent), numbers(received));
    let used = sent.used().ids;
    used.iter().filter(|(number, _)| !before.contains(number) && after.contains(number)).count()
}

/// The role of each object that may be replaced; the first role found counts.
fn object_roles(view: &DocumentView<'_>) -> BTreeMap<ObjectId, Role> {
    let document = view.document;
    let catalog = view.catalog();
    let mut roles = Roles::default();
    roles.add_value(document.trailer.get(b"Root").ok(), Role::Catalog);
    for (page, number) in view.tree.pages.iter().zip(1..) {
        roles.add(page.id, Role::Page(number));
        roles.add_value(page.dictionary.get(b"Annots").ok(), Role::List);
    }
    roles.add_value(catalog.get(b"AcroForm").ok(), Role::Form);
    if let Some(form) = dictionary_entry(document, &catalog, b"AcroForm") {
        roles.add_value(form.get(b"Fields").ok(), Role::List);
    }
    for field in form_fields(document).into_iter().filter(|field| field.field_type == b"Sig") {
        roles.add_all(field.objects, Role::SignatureField);
    }
    for field in form_fields(document).into_iter().filter(|field| field.field_type == b"Tx") {
        roles.add_all(field.objects, Role::TextField);
    }
    let trailer = || document.trailer.iter().map(|(_, value)| value);
    let elsewhere = view.reached_without(trailer(), b"AP");
    let appearances = empty_appearances(view);
    roles.add_all(appearances.difference(&elsewhere).copied(), Role::EmptyAppearance);
    roles.add_value(document.trailer.get(b"Info").ok(), Role::Auxiliary);
    for key in [&b"Metadata"[..], b"Extensions", b"Perms"] {
        roles.add_value(catalog.get(key).ok(), Role::Auxiliary);
    }
    // What only helps to verify signatures, and belongs to nothing else.
    let other_entries = catalog.iter().filter(|(key, _)| *key != b"DSS").map(|(_, value)| value);
    let elsewhere = view.reached_without(trailer().chain(other_entries), b"DSS");
    let validation = view.reached_beside_pages(catalog.get(b"DSS")).ids;
    roles.add_all(validation.difference(&elsewhere).copied(), Role::Auxiliary);
    let structure = view.reached_beside_pages(catalog.get(b"StructTreeRoot")).ids;
    roles.add_all(structure, Role::Structure);
    for page in &view.tree.pages {
        let contents = view.reached_beside_pages(page.dictionary.get(b"Contents")).ids;
        roles.add_all(contents, Role::PageContent);
    }
    roles.0
}

#[derive(Default)]
struct Roles(BTreeMap<ObjectId, Role>);

impl Roles {
    fn add(&mut self, id: ObjectId, role: Role) {
        self.0.entry(id).or_insert(role);
    }

    fn add_value(&mut self, value: Option<&Object>, role: Role) {
        if let Some(id) = value.and_then(|value| value.as_reference().ok()) {
            self.add(id, role);
        }
    }

    fn add_all(&mut self, ids: impl IntoIterator<Item = ObjectId>, role: Role) {
        for id in ids {
            self.add(id, role);
        }
    }
}

/// What the widgets of signature fields and text fields without a value draw, and nothing else does.
fn empty_appearances(view: &DocumentView<'_>) -> BTreeSet<ObjectId> {
    let is_empty = |field: &FormField<'_>| match field.field_type {
        b"Sig" => field.value.is_none(),
        b"Tx" => is_empty_value(view.document, field.value),
        _ => false,
    };
    let fields = form_fields(view.document).into_iter().filter(is_empty);
    let empty: BTreeSet<ObjectId> = fields.flat_map(|field| field.objects).collect();
    let appearance =
        |object: &'_ ObjectId| dictionary_of(view.document.objects.get(object)?)?.get(b"AP").ok();
    let others = view.document.objects.keys().filter(|id| !empty.contains(id));
    let drawn_by_others = view.reached_beside_pages(others.filter_map(appearance)).ids;
    let drawn = view.reached_beside_pages(empty.iter().filter_map(appearance)).ids;
    drawn.difference(&drawn_by_others).copied().collect()
}

/// Judges objects that were written again.
struct Judge<'a> {
    sent: &'a DocumentView<'a>,
    received: &'a DocumentView<'a>,
    changes: &'a mut Vec<DocumentChange>,
}

impl Judge<'_> {
    /// Whether an object of this role may be replaced by this one; reports what a person has to
    /// review.
    fn is_allowed(&mut self, role: Role, before: &Object, after: &Object) -> bool {
        match (role, before, after) {
            // It is visible only in the field, and what the field shows is judged.
            (Role::EmptyAppearance, ..) => true,
            (Role::Auxiliary, ..) => self.is_auxiliary(before, after),
            (Role::PageContent, ..) => {
                let detail = PageChange::StreamRewritten;
                self.changes.push(DocumentChange::for_review(ChangeKind::Content, detail));
                true
            }
            (Role::List, Object::Array(before), Object::Array(after)) => {
                self.keeps_list(before, after)
            }
            (_, Object::Dictionary(before), Object::Dictionary(after)) => {
                self.is_allowed_dictionary(role, before, after)
            }
            _ => false,
        }
    }

    fn is_allowed_dictionary(
        &mut self,
        role: Role,
        before: &Dictionary,
        after: &Dictionary,
    ) -> bool {
        let differing = differing_keys(before, after);
        let only = |known: &[&[u8]]| differing.iter().all(|key| known.contains(&key.as_slice()));
        let field_only = |known: &[&[u8]]| {
            differing.iter().all(|key| known.contains(&&**key) || says_the_same(key, before, after))
        };
        match role {
            Role::Catalog => {
                differing.iter().all(|key| self.is_allowed_catalog_entry(key, before, after))
            }
            Role::Page(number) => {
                differing.iter().all(|key| self.is_allowed_page_entry(key, before, after, number))
            }
            Role::Form => self.is_allowed_form(before, after),
            Role::SignatureField => {
                entry(self.sent.document, before, b"V").is_none()
                    && field_only(&SIGNED_FIELD_ENTRIES)
            }
            Role::TextField => {
                is_empty_value(self.sent.document, before.get(b"V").ok())
                    && field_only(&FILLED_FIELD_ENTRIES)
            }
            Role::Structure => {
                only(&STRUCTURE_ENTRIES) || is_tree_node(before) && only(&TREE_ENTRIES)
            }
            Role::List | Role::Auxiliary | Role::EmptyAppearance | Role::PageContent => false,
        }
    }

    fn is_allowed_catalog_entry(
        &mut self,
        key: &[u8],
        before: &Dictionary,
        after: &Dictionary,
    ) -> bool {
        match key {
            b"AcroForm" => {
                let form = dictionary_entry(self.received.document, after, key);
                let former = dictionary_entry(self.sent.document, before, key);
                let empty = Dictionary::new();
                form.is_some_and(|form| self.is_allowed_form(former.unwrap_or(&empty), form))
            }
            b"StructTreeRoot" => false,
            key if CATALOG_ENTRIES.contains(&key) => true,
            key if WINDOW_ENTRIES.contains(&key) && !before.has(key) => {
                let name = String::from_utf8_lossy(key).into_owned();
                let detail = CatalogChange::Presentation(name);
                self.changes.push(DocumentChange::for_review(ChangeKind::Presentation, detail));
                true
            }
            _ => false,
        }
    }

    fn is_allowed_page_entry(
        &mut self,
        key: &[u8],
        before: &Dictionary,
        after: &Dictionary,
        page: u32,
    ) -> bool {
        match key {
            b"Annots" => self.keeps_list_entry(before, after, key),
            key if DRAWING_ENTRIES.contains(&key) => {
                let detail = PageChange::ContentRewritten;
                let change = DocumentChange::for_review(ChangeKind::Content, detail);
                self.changes.push(change.on_page(page));
                true
            }
            _ => false,
        }
    }

    fn is_allowed_form(&self, before: &Dictionary, after: &Dictionary) -> bool {
        differing_keys(before, after).iter().all(|key| match key.as_slice() {
            b"Fields" => self.keeps_list_entry(before, after, key),
            // With this flag, readers draw all fields themselves.
            b"NeedAppearances" => entry(self.received.document, after, key)
                .is_none_or(|value| matches!(value.as_bool(), Ok(false))),
            key => FORM_ENTRIES.contains(&key),
        })
    }

    fn keeps_list_entry(&self, before: &Dictionary, after: &Dictionary, key: &[u8]) -> bool {
        self.keeps_list(
            array_entry(self.sent.document, before, key),
            array_entry(self.received.document, after, key),
        )
    }

    /// Whether a list keeps all its items in order, and each added item is a new object and appears
    /// once.
    fn keeps_list(&self, before: &[Object], after: &[Object]) -> bool {
        let mut expected = before.iter().peekable();
        let mut seen = BTreeSet::new();
        for item in after {
            if item.as_reference().is_ok_and(|id| !seen.insert(id)) {
                return false;
            }
            if expected.peek().is_some_and(|wanted| is_equal(wanted, item, 0)) {
                expected.next();
                continue;
            }
            let is_new = match item {
                Object::Reference(id) => !self.sent.document.objects.contains_key(id),
                direct => direct.as_dict().is_ok(),
            };
            if !is_new || dictionary_of(resolve(self.received.document, item)).is_none() {
                return false;
            }
        }
        expected.peek().is_none()
    }

    /// Whether an auxiliary object is still one: properties are plain values, a description is a
    /// stream of its type, and what helps to verify signatures holds certificates and answers.
    fn is_auxiliary(&self, before: &Object, after: &Object) -> bool {
        match (before, after) {
            (Object::Stream(before), Object::Stream(after)) => {
                name_entry(self.received.document, &after.dict, b"Type")
                    == before.dict.get(b"Type").and_then(Object::as_name).ok()
            }
            (Object::Dictionary(_), Object::Dictionary(_))
            | (Object::Array(_), Object::Array(_))
            | (Object::String(..), Object::String(..)) => true,
            _ => false,
        }
    }
}

/// Whether a dictionary is a node of a name tree or number tree.
fn is_tree_node(node: &Dictionary) -> bool {
    node.has(b"Nums") || node.has(b"Names") || (node.has(b"Kids") && !node.has(b"Type"))
}

/// Keys whose values differ.
fn differing_keys(before: &Dictionary, after: &Dictionary) -> Vec<Vec<u8>> {
    let value =
        |dictionary: &Dictionary, key: &[u8]| dictionary.get(key).cloned().unwrap_or(Object::Null);
    let mut keys = keys_of_both(before, after);
    keys.retain(|key| !is_equal(&value(before, key), &value(after, key), 0));
    keys
}

/// Whether two values are equal, however they are written. An integer does not equal a real number:
/// some readers accept only one of them.
fn is_equal(before: &Object, after: &Object, depth: usize) -> bool {
    if depth > MAX_NESTING {
        return false;
    }
    match (before, after) {
        (Object::Array(before), Object::Array(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(a, b)| is_equal(a, b, depth + 1))
        }
        (Object::Dictionary(before), Object::Dictionary(after)) => {
            is_equal_dictionary(before, after, depth)
        }
        (Object::Stream(before), Object::Stream(after)) => {
            before.content == after.content && is_equal_dictionary(&before.dict, &after.dict, depth)
        }
        (Object::String(before, _), Object::String(after, _)) => before == after,
        _ => before == after,
    }
}

fn is_equal_dictionary(before: &Dictionary, after: &Dictionary, depth: usize) -> bool {
    let all_in = |one: &Dictionary, other: &Dictionary| {
        one.iter().all(|(key, value)| {
            value.is_null() || other.get(key).is_ok_and(|found| is_equal(value, found, depth + 1))
        })
    };
    all_in(before, after) && all_in(after, before)
}
