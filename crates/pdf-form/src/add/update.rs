//! The objects that an incremental update writes: new ones, and those of the document that change.

use crate::pdf::objects::dictionary_of;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeMap;

/// Objects to be appended to a document.
#[derive(Debug)]
pub(crate) struct Update<'a> {
    /// The document as it is.
    pub document: &'a Document,
    /// What will be written, by number.
    pub objects: BTreeMap<ObjectId, Object>,
    next_number: u32,
}

impl<'a> Update<'a> {
    /// Nothing is written yet. New objects get the numbers from the size of the document's table on.
    pub(crate) fn new(document: &'a Document) -> Self {
        let next_number = document.reference_table.size.max(document.max_id.saturating_add(1));
        Self { document, objects: BTreeMap::new(), next_number }
    }

    /// A number for a new object.
    pub(crate) fn reserve(&mut self) -> ObjectId {
        let id = (self.next_number, 0);
        self.next_number = self.next_number.saturating_add(1);
        id
    }

    /// A new object.
    pub(crate) fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.reserve();
        self.objects.insert(id, object.into());
        id
    }

    /// A dictionary as it will be.
    pub(crate) fn dictionary(&self, id: ObjectId) -> Option<&Dictionary> {
        let object = self.objects.get(&id).or_else(|| self.document.objects.get(&id))?;
        dictionary_of(object)
    }

    /// What a value will refer to; itself if it is no reference.
    pub(crate) fn resolved<'b>(&'b self, object: &'b Object) -> Option<&'b Object> {
        match object {
            Object::Reference(id) => self.objects.get(id).or_else(|| self.document.objects.get(id)),
            other => Some(other),
        }
    }

    /// An array in a dictionary as it will be, as it stands there or in an object of its own.
    pub(crate) fn array(&self, dictionary: &Dictionary, key: &[u8]) -> Vec<Object> {
        let found = dictionary.get(key).ok().and_then(|object| self.resolved(object));
        found.and_then(|object| object.as_array().ok()).cloned().unwrap_or_default()
    }

    /// Writes an object of the document anew.
    pub(crate) fn replace(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.objects.insert(id, object.into());
    }

    /// One more than the highest number in use.
    pub(crate) fn size(&self) -> u32 {
        self.next_number
    }
}
