//! A PDF opened within bounds, and its parts found by standing rules (ISO 32000-2, 7.7).
//!
//! Every walk here is bounded in depth and in number. Knows nothing of signatures.

use super::revisions::{Fault, Revisions};
use super::values::Unreadable;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Largest size one stream may have once decompressed, in bytes.
pub(super) const LARGEST_STREAM: usize = 64 * 1024 * 1024;
/// Deepest tree of pages or fields that is followed.
pub(super) const DEEPEST: usize = 64;
/// Most pages or fields that are looked at.
pub(super) const MOST: usize = 20_000;
/// Attributes that a page inherits from its ancestors (ISO 32000-2, 7.7.3.4).
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// An opened PDF.
#[derive(Debug)]
pub(super) struct Opened {
    /// Its objects, decrypted.
    pub document: Document,
    /// Whether they had to be decrypted.
    pub encrypted: bool,
    /// Whether its table of objects had to be repaired.
    pub damaged: bool,
    /// The revisions that it was written in; else where readers could see different objects.
    pub revisions: Result<Revisions, Fault>,
}

/// Opens a PDF that needs no password.
pub(super) fn open(bytes: &[u8]) -> Result<Opened, Unreadable> {
    if !bytes.windows(5).any(|window| window == b"%PDF-") {
        return Err(Unreadable::NotPdf);
    }
    let options = LoadOptions::with_max_decompressed_size(LARGEST_STREAM);
    let document =
        Document::load_mem_with_options(bytes, options).map_err(|_| Unreadable::Damaged)?;
    if document.is_encrypted() && document.encryption_state.is_none() {
        return Err(Unreadable::Encrypted);
    }
    if document.catalog().is_err() {
        return Err(Unreadable::Damaged);
    }
    let encrypted = document.was_encrypted() || document.encryption_state.is_some();
    let damaged = document.xref_recovery.is_some();
    let revisions = Revisions::read(bytes, document.encryption_state.as_ref());
    // Where the file can be read in one way only, that one is compared: by the numbers of its table.
    let document = match &revisions {
        Ok(own) => own.document(own.len()),
        Err(_) => document,
    };
    Ok(Opened { document, encrypted, damaged, revisions })
}

/// Filters whose parameters are known (ISO 32000-2, 7.4).
const FILTERS: [&[u8]; 5] =
    [b"FlateDecode", b"LZWDecode", b"ASCIIHexDecode", b"ASCII85Decode", b"RunLengthDecode"];
/// Their parameters, with the values that every reader takes alike (7.4.4.3).
const PARAMETERS: [(&[u8], std::ops::RangeInclusive<i64>); 5] = [
    (b"Predictor", 1..=15),
    (b"Colors", 1..=4),
    (b"BitsPerComponent", 1..=16),
    (b"Columns", 1..=100_000),
    (b"EarlyChange", 0..=1),
];

/// Whether a stream is packed in a way that every reader undoes alike: by known filters under their
/// full names, with parameters that are plain whole numbers, none of them by reference. Abbreviations
/// are for inline images.
pub(super) fn is_plainly_filtered(own: &Dictionary) -> bool {
    let list = |key: &[u8]| match own.get(key) {
        Ok(Object::Array(all)) => all.iter().collect(),
        Err(_) | Ok(Object::Null) => Vec::new(),
        Ok(one) => vec![one],
    };
    let known = |own: &&Object| own.as_name().is_ok_and(|name| FILTERS.contains(&name));
    let plain = |own: &&Object| match own {
        Object::Null => true,
        Object::Dictionary(own) => own.iter().all(|(key, value)| {
            let known = PARAMETERS.iter().find(|(name, _)| *name == key.as_slice());
            let two_to_ten = key == b"Predictor" && matches!(value, Object::Integer(3..=9));
            let value = value.as_i64().ok();
            known.is_some_and(|(_, may)| value.is_some_and(|own| may.contains(&own))) && !two_to_ten
        }),
        _ => false,
    };
    let abbreviated = [&b"F"[..], b"DP", b"FFilter", b"FDecodeParms", b"DL"];
    let (filters, parameters) = (list(b"Filter"), list(b"DecodeParms"));
    filters.iter().all(known)
        && parameters.iter().all(plain)
        && parameters.len() <= filters.len()
        && !abbreviated.iter().any(|key| own.has(key))
}

/// An object, or what it refers to; `Null` when that is not there (ISO 32000-2, 7.3.10).
pub(super) fn resolve<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).map_or(&Object::Null, |(_, object)| object)
}

/// A value of a dictionary, resolved; `None` when absent or null.
pub(super) fn entry<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Object> {
    let object = resolve(document, dictionary.get(key).ok()?);
    (!object.is_null()).then_some(object)
}

/// A dictionary in a dictionary; that of a stream counts.
pub(super) fn inner<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    dictionary_of(entry(document, dictionary, key)?)
}

/// The dictionary that an object is, or begins with.
pub(super) fn dictionary_of(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// A name in a dictionary.
pub(super) fn name<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a [u8]> {
    entry(document, dictionary, key)?.as_name().ok()
}

/// An array in a dictionary; empty when there is none.
pub(super) fn array<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> &'a [Object] {
    entry(document, dictionary, key).and_then(|object| object.as_array().ok()).map_or(&[], |a| a)
}

/// An integer in a dictionary; a real number is cut.
pub(super) fn integer(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<i64> {
    match entry(document, dictionary, key)? {
        Object::Integer(value) => Some(*value),
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
        Object::Real(value) => Some(*value as i64),
        _ => None,
    }
}

/// Numbers of an array, all of them or none; none of an array beyond all measure.
pub(super) fn numbers(document: &Document, array: &[Object]) -> Option<Vec<f64>> {
    if array.len() > MOST {
        return None;
    }
    let number = |object: &Object| {
        let value = f64::from(resolve(document, object).as_float().ok()?);
        value.is_finite().then_some(value)
    };
    array.iter().map(number).collect()
}

/// A rectangle `[left, bottom, right, top]` in order (ISO 32000-2, 7.9.5).
pub(super) fn rectangle(
    document: &Document,
    dictionary: &Dictionary,
    key: &[u8],
) -> Option<[f64; 4]> {
    let found = numbers(document, array(document, dictionary, key))?;
    let [a, b, c, d] = found.as_slice() else { return None };
    Some([a.min(*c), b.min(*d), a.max(*c), b.max(*d)])
}

/// A page with what it inherits.
#[derive(Clone, Debug)]
pub(super) struct PageObject<'a> {
    /// Its object.
    pub id: ObjectId,
    /// Its own dictionary.
    pub own: &'a Dictionary,
    inherited: BTreeMap<&'static [u8], &'a Object>,
}

impl<'a> PageObject<'a> {
    /// A value of its own or inherited.
    pub(super) fn get(&self, document: &'a Document, key: &[u8]) -> Option<&'a Object> {
        entry(document, self.own, key).or_else(|| self.inherited.get(key).copied())
    }

    /// One of its boxes, in order.
    pub(super) fn rectangle(&self, document: &'a Document, key: &[u8]) -> Option<[f64; 4]> {
        let array = self.get(document, key)?.as_array().ok()?;
        let found = numbers(document, array)?;
        let [a, b, c, d] = found.as_slice() else { return None };
        Some([a.min(*c), b.min(*d), a.max(*c), b.max(*d)])
    }

    /// What is shown of it: the crop box, which is the media box by default.
    pub(super) fn shown(&self, document: &'a Document) -> Option<[f64; 4]> {
        self.rectangle(document, b"CropBox").or_else(|| self.rectangle(document, b"MediaBox"))
    }
}

/// The pages in order, and the nodes of their tree.
#[derive(Debug, Default)]
pub(super) struct PageTree<'a> {
    /// In order.
    pub pages: Vec<PageObject<'a>>,
    /// Objects that only hold them together.
    pub nodes: BTreeSet<ObjectId>,
    /// Whether counts, types and parents say what the tree is: readers that believe one of them
    /// would find other pages.
    pub consistent: bool,
}

/// Boxes of a page or of a node that pages inherit them from.
const BOXES: [&[u8]; 5] = [b"MediaBox", b"CropBox", b"BleedBox", b"TrimBox", b"ArtBox"];

/// Whether a box is absent, or four numbers: readers differ in what they make of another.
fn is_plain_box(document: &Document, own: &Dictionary, key: &[u8]) -> bool {
    let Ok(written) = own.get(key) else { return true };
    resolve(document, written).as_array().is_ok_and(|sides| {
        sides.len() == 4 && sides.iter().all(|side| side.as_float().is_ok_and(f32::is_finite))
    })
}

/// Whether the other entries that pages inherit are absent, or of their type.
fn is_plain(document: &Document, own: &Dictionary) -> bool {
    let absent_or = |key: &[u8], is: fn(&Object) -> bool| {
        own.get(key).map_or(true, |value| is(resolve(document, value)))
    };
    absent_or(b"Resources", |own| own.as_dict().is_ok())
        && absent_or(b"Rotate", |own| own.as_i64().is_ok())
        && absent_or(b"UserUnit", |own| own.as_float().is_ok())
        && absent_or(b"Annots", |own| own.as_array().is_ok())
        && absent_or(b"Contents", |own| matches!(own, Object::Stream(_) | Object::Array(_)))
}

/// Walks the tree of pages. A page met twice is two pages; a node met twice is a loop.
pub(super) fn page_tree(document: &Document) -> PageTree<'_> {
    let mut tree = PageTree { consistent: true, ..PageTree::default() };
    let mut counts: BTreeMap<ObjectId, i64> = BTreeMap::new();
    let Ok(root) = document.catalog().and_then(|own| own.get(b"Pages")) else { return tree };
    let mut stack = vec![(root, BTreeMap::new(), Vec::new())];
    while let Some((object, mut inherited, above)) = stack.pop() {
        let depth = above.len();
        let own = dictionary_of(resolve(document, object));
        let (Ok(id), Some(own)) = (object.as_reference(), own) else {
            tree.consistent = false;
            continue;
        };
        if depth > DEEPEST || tree.nodes.len() + tree.pages.len() >= MOST {
            tree.consistent = false;
            continue;
        }
        let kind: &[u8] = if own.has(b"Kids") { b"Pages" } else { b"Page" };
        tree.consistent &=
            BOXES.iter().all(|key| is_plain_box(document, own, key)) && is_plain(document, own);
        let parent = own.get(b"Parent").and_then(Object::as_reference).ok();
        tree.consistent &=
            name(document, own, b"Type") == Some(kind) && parent == above.last().copied();
        if own.has(b"Kids") {
            if !tree.nodes.insert(id) {
                tree.consistent = false;
                continue;
            }
            for key in INHERITED {
                if let Some(value) = entry(document, own, key) {
                    inherited.insert(key, value);
                }
            }
            // Backwards, because the stack gives the last one first.
            let mut path = above;
            path.push(id);
            for kid in array(document, own, b"Kids").iter().rev().take(MOST) {
                stack.push((kid, inherited.clone(), path.clone()));
            }
        } else {
            for node in above {
                *counts.entry(node).or_default() += 1;
            }
            tree.pages.push(PageObject { id, own, inherited });
        }
    }
    tree.consistent &= tree.nodes.iter().all(|node| {
        let own = document.objects.get(node).and_then(dictionary_of);
        let count = own.and_then(|own| own.get(b"Count").ok());
        count == Some(&Object::Integer(counts.get(node).copied().unwrap_or(0)))
    });
    tree
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn what_is_no_pdf_is_told_apart_from_a_damaged_one() {
        assert_eq!(open(b"").unwrap_err(), Unreadable::NotPdf);
        assert_eq!(open(b"PK\x03\x04").unwrap_err(), Unreadable::NotPdf);
        assert_eq!(open(b"%PDF-1.7\n%%EOF").unwrap_err(), Unreadable::Damaged);
    }

    #[test]
    fn a_tree_that_loops_ends() {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! { "Type" => "Page", "Parent" => pages });
        let node = dictionary! {
            "Type" => "Pages", "Rotate" => 90,
            "Kids" => vec![pages.into(), page.into(), page.into()],
        };
        document.objects.insert(pages, Object::Dictionary(node));
        let catalog = document.add_object(dictionary! { "Pages" => pages });
        document.trailer.set("Root", catalog);
        let tree = page_tree(&document);
        assert_eq!(tree.pages.len(), 2);
        let rotate = tree.pages.first().and_then(|own| own.get(&document, b"Rotate"));
        assert_eq!(rotate.and_then(|own| own.as_i64().ok()), Some(90));
    }

    #[test]
    fn a_rectangle_is_put_in_order() {
        let own = dictionary! { "Rect" => vec![9.into(), 2.into(), 1.into(), 4.into()] };
        let found = rectangle(&Document::new(), &own, b"Rect");
        assert_eq!(found, Some([1.0, 2.0, 9.0, 4.0]));
    }
}
