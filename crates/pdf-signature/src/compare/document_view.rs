//! One side of a comparison: a document with its pages in order, and what its values lead to.

use crate::document::objects::dictionary_of;
use crate::document::page_tree::{PageTree, page_tree};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// A document seen as pages.
#[derive(Debug)]
pub(crate) struct DocumentView<'a> {
    /// Its objects.
    pub document: &'a Document,
    /// Its pages.
    pub tree: PageTree<'a>,
    /// Which page each object is, from 0.
    pub order: BTreeMap<ObjectId, usize>,
}

impl<'a> DocumentView<'a> {
    /// Finds the pages.
    pub(crate) fn new(document: &'a Document) -> Self {
        let tree = page_tree(document);
        let order = tree.pages.iter().enumerate().map(|(at, page)| (page.id, at)).collect();
        Self { document, tree, order }
    }

    /// The catalog; an opened document has one.
    pub(crate) fn catalog(&self) -> Dictionary {
        self.document.catalog().cloned().unwrap_or_default()
    }

    /// What some values lead to without going through a page.
    pub(crate) fn reached_beside_pages<'b>(
        &'b self,
        from: impl IntoIterator<Item = &'b Object>,
    ) -> Reached<'b> {
        self.walk(from.into_iter().collect(), |id| !self.order.contains_key(&id))
    }

    /// Everything that the document uses.
    pub(crate) fn used(&self) -> Reached<'_> {
        self.walk(self.document.trailer.iter().map(|(_, value)| value).collect(), |_| true)
    }

    /// Objects that some values lead to without going through entries of one key.
    pub(crate) fn reached_without<'b>(
        &'b self,
        from: impl IntoIterator<Item = &'b Object>,
        excluded_key: &[u8],
    ) -> BTreeSet<ObjectId> {
        let mut found = BTreeSet::new();
        let mut stack: Vec<&Object> = from.into_iter().collect();
        while let Some(object) = stack.pop() {
            let dictionary = match object {
                Object::Reference(id) => {
                    if found.insert(*id) {
                        stack.extend(self.document.objects.get(id));
                    }
                    continue;
                }
                Object::Array(values) => {
                    stack.extend(values);
                    continue;
                }
                Object::Dictionary(dictionary) => dictionary,
                Object::Stream(stream) => &stream.dict,
                _ => continue,
            };
            let entries = dictionary.iter().filter(|(key, _)| *key != excluded_key);
            stack.extend(entries.map(|(_, value)| value));
        }
        found
    }

    /// Follows references for which `enters` holds.
    fn walk<'b>(&'b self, from: Vec<&'b Object>, enters: impl Fn(ObjectId) -> bool) -> Reached<'b> {
        let mut found = Reached::default();
        let mut stack: Vec<(&[u8], &Object)> =
            from.into_iter().map(|object| (&b""[..], object)).collect();
        while let Some((key, object)) = stack.pop() {
            let dictionary = match object {
                Object::Reference(id) => {
                    let target = self.document.objects.get(id);
                    if !enters(*id) {
                        continue;
                    }
                    if found.ids.insert(*id) {
                        stack.extend(target.map(|target| (key, target)));
                    } else if let Some(dictionary) = target.and_then(dictionary_of) {
                        // Another key leads to it, too.
                        found.by_key.push((key, dictionary));
                    }
                    continue;
                }
                Object::Array(values) => {
                    stack.extend(values.iter().map(|value| (key, value)));
                    continue;
                }
                Object::Dictionary(dictionary) => dictionary,
                Object::Stream(stream) => &stream.dict,
                _ => continue,
            };
            found.dictionaries.push(dictionary);
            found.by_key.push((key, dictionary));
            stack.extend(dictionary.iter().map(|(key, value)| (key.as_slice(), value)));
        }
        found
    }
}

/// What can be reached.
#[derive(Debug, Default)]
pub(crate) struct Reached<'a> {
    /// Identifiers of the objects.
    pub ids: BTreeSet<ObjectId>,
    /// Dictionaries, those inside others too.
    pub dictionaries: Vec<&'a Dictionary>,
    /// The same with the key that leads to each; once for each key.
    pub by_key: Vec<(&'a [u8], &'a Dictionary)>,
}
