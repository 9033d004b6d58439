//! The tree of pages (ISO 32000-2, 7.7.3), flattened.

use super::limits::{MAX_DEPTH, MAX_NODES};
use super::objects::{
    Rectangle, array_entry, dictionary_of, entry, name_entry, rectangle, resolve,
};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Attributes that a page inherits from its ancestors (7.7.3.4).
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];
/// Boxes of a page, or of a node from which pages inherit them.
const BOXES: [&[u8]; 5] = [b"MediaBox", b"CropBox", b"BleedBox", b"TrimBox", b"ArtBox"];

/// A page with what it inherits.
#[derive(Clone, Debug)]
pub(crate) struct PdfPage<'a> {
    /// Number of its object.
    pub id: ObjectId,
    /// Its dictionary, without what it inherits.
    pub dictionary: &'a Dictionary,
    inherited: BTreeMap<&'static [u8], &'a Object>,
}

impl<'a> PdfPage<'a> {
    /// A value of the page, or one that it inherits.
    pub(crate) fn get(&self, document: &'a Document, key: &[u8]) -> Option<&'a Object> {
        entry(document, self.dictionary, key).or_else(|| self.inherited.get(key).copied())
    }

    /// One of its boxes.
    pub(crate) fn page_box(&self, document: &'a Document, key: &[u8]) -> Option<Rectangle> {
        rectangle(document, self.get(document, key)?.as_array().ok()?)
    }

    /// The part of it that readers show: the crop box, by default the media box.
    pub(crate) fn shown_box(&self, document: &'a Document) -> Option<Rectangle> {
        self.page_box(document, b"CropBox").or_else(|| self.page_box(document, b"MediaBox"))
    }
}

/// The pages in order, and the nodes of their tree.
#[derive(Debug, Default)]
pub(crate) struct PageTree<'a> {
    /// Pages in reading order.
    pub pages: Vec<PdfPage<'a>>,
    /// Nodes above the pages.
    pub nodes: BTreeSet<ObjectId>,
    /// Whether counts, types, parents and inherited entries agree with the tree. Where they do not,
    /// readers that trust one of them find other pages.
    pub consistent: bool,
}

/// Walks the tree of pages. A page that is met twice counts as two pages; a node that is met twice
/// is a loop.
pub(crate) fn page_tree(document: &Document) -> PageTree<'_> {
    let mut tree = PageTree { consistent: true, ..PageTree::default() };
    let mut counts: BTreeMap<ObjectId, i64> = BTreeMap::new();
    let Ok(root) = document.catalog().and_then(|catalog| catalog.get(b"Pages")) else {
        return tree;
    };
    let mut stack = vec![(root, BTreeMap::new(), Vec::new())];
    while let Some((object, mut inherited, ancestors)) = stack.pop() {
        let dictionary = dictionary_of(resolve(document, object));
        let (Ok(id), Some(dictionary)) = (object.as_reference(), dictionary) else {
            tree.consistent = false;
            continue;
        };
        if ancestors.len() > MAX_DEPTH || tree.nodes.len() + tree.pages.len() >= MAX_NODES {
            tree.consistent = false;
            continue;
        }
        tree.consistent &= is_plain_node(document, dictionary, ancestors.last().copied());
        if !dictionary.has(b"Kids") {
            for node in ancestors {
                *counts.entry(node).or_default() += 1;
            }
            tree.pages.push(PdfPage { id, dictionary, inherited });
            continue;
        }
        if !tree.nodes.insert(id) {
            tree.consistent = false;
            continue;
        }
        for key in INHERITED {
            if let Some(value) = entry(document, dictionary, key) {
                inherited.insert(key, value);
            }
        }
        let mut path = ancestors;
        path.push(id);
        // Backwards, because the stack gives the last one first.
        for kid in array_entry(document, dictionary, b"Kids").iter().rev().take(MAX_NODES) {
            stack.push((kid, inherited.clone(), path.clone()));
        }
    }
    tree.consistent &= tree.nodes.iter().all(|node| {
        let dictionary = document.objects.get(node).and_then(dictionary_of);
        let count = dictionary.and_then(|dictionary| dictionary.get(b"Count").ok());
        count == Some(&Object::Integer(counts.get(node).copied().unwrap_or(0)))
    });
    tree
}

/// Whether a page or a node has the type and the parent that it must have, and entries that all
/// readers understand alike.
fn is_plain_node(document: &Document, node: &Dictionary, above: Option<ObjectId>) -> bool {
    let node_type: &[u8] = if node.has(b"Kids") { b"Pages" } else { b"Page" };
    let parent = node.get(b"Parent").and_then(Object::as_reference).ok();
    BOXES.iter().all(|key| is_plain_box(document, node, key))
        && has_plain_entries(document, node)
        && name_entry(document, node, b"Type") == Some(node_type)
        && parent == above
}

/// Whether a box is absent, or four numbers: readers differ about any other.
fn is_plain_box(document: &Document, node: &Dictionary, key: &[u8]) -> bool {
    let Ok(written) = node.get(key) else { return true };
    resolve(document, written).as_array().is_ok_and(|sides| {
        sides.len() == 4 && sides.iter().all(|side| side.as_float().is_ok_and(f32::is_finite))
    })
}

/// Whether the other entries of a page or node are absent, or of their type.
fn has_plain_entries(document: &Document, node: &Dictionary) -> bool {
    let absent_or = |key: &[u8], is_of_type: fn(&Object) -> bool| {
        node.get(key).map_or(true, |value| is_of_type(resolve(document, value)))
    };
    absent_or(b"Resources", |value| value.as_dict().is_ok())
        && absent_or(b"Rotate", |value| value.as_i64().is_ok())
        && absent_or(b"UserUnit", |value| value.as_float().is_ok())
        && absent_or(b"Annots", |value| value.as_array().is_ok())
        && absent_or(b"Contents", |value| matches!(value, Object::Stream(_) | Object::Array(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

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
        let rotate = tree.pages.first().and_then(|page| page.get(&document, b"Rotate"));
        assert_eq!(rotate.and_then(|rotate| rotate.as_i64().ok()), Some(90));
    }
}
