//! A digest of an object and of all it refers to that does not depend on how it is written: object
//! numbers, order of keys, compression, direct or by reference.
//!
//! `1` is not `1.0`: readers that look for an integer skip a real number. References to pages and
//! to the catalog count by their place, so that a destination does not include the whole document.
//! Bounded: an object beyond the limits has no digest and equals no other.

use super::document_view::DocumentView;
use crate::document::filters::is_plainly_filtered;
use crate::document::limits::MAX_STREAM_BYTES;
use crate::document::objects::resolve;
use lopdf::{Dictionary, Object, ObjectId, Stream};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Most values that are looked at.
const MAX_VALUES: usize = 2_000_000;
/// Most bytes that are decompressed.
const MAX_BYTES: usize = 4 * MAX_STREAM_BYTES;
/// Deepest nesting that is followed.
const MAX_NESTING: usize = 200;
/// Entries of a stream that say how its data are written (ISO 32000-2, 7.3.8.2).
const ENCODING: [&[u8]; 3] = [b"Length", b"Filter", b"DecodeParms"];

/// SHA-256.
pub(crate) type Digest = [u8; 32];

/// Calculates digests, and caches those of objects.
pub(crate) struct ObjectDigests<'a> {
    view: &'a DocumentView<'a>,
    catalog: Option<ObjectId>,
    known: BTreeMap<ObjectId, Digest>,
    /// Objects being looked at, outermost first.
    path: Vec<ObjectId>,
    /// Outermost object on the path that a loop led back to.
    outermost: usize,
    depth: usize,
    values: usize,
    bytes: usize,
    exceeded: bool,
}

impl<'a> ObjectDigests<'a> {
    /// Digests of the objects of one document.
    pub(crate) fn new(view: &'a DocumentView<'a>) -> Self {
        let catalog = view.document.trailer.get(b"Root").and_then(Object::as_reference).ok();
        Self {
            view,
            catalog,
            known: BTreeMap::new(),
            path: Vec::new(),
            outermost: usize::MAX,
            depth: 0,
            values: 0,
            bytes: 0,
            exceeded: false,
        }
    }

    /// Digest of a value.
    pub(crate) fn of(&mut self, object: &Object) -> Option<Digest> {
        let digest = self.value(object);
        (!self.exceeded).then_some(digest)
    }

    /// Digest of a dictionary without some of its entries.
    pub(crate) fn without(&mut self, dictionary: &Dictionary, skipped: &[&[u8]]) -> Option<Digest> {
        let digest = self.dictionary(dictionary, skipped);
        (!self.exceeded).then_some(digest)
    }

    /// Digest of one stream or of several in a row, as the content of a page is (7.8.2).
    pub(crate) fn streams(&mut self, contents: &Object) -> Option<Digest> {
        let object = resolve(self.view.document, contents);
        let parts = match object {
            Object::Array(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut state = Sha256::new();
        for part in parts {
            match resolve(self.view.document, part) {
                Object::Stream(stream) => {
                    let content = self.decoded(stream)?;
                    state.update(content.trim_ascii());
                    state.update(b"\n");
                }
                Object::Null if contents.is_null() => {}
                // For some readers the page ends at a missing part.
                _ => return None,
            }
            if self.exceeded {
                return None;
            }
        }
        Some(state.finalize().into())
    }

    fn value(&mut self, object: &Object) -> Digest {
        self.values += 1;
        self.depth += 1;
        let digest = if self.values > MAX_VALUES || self.depth > MAX_NESTING {
            self.exceeded = true;
            Digest::default()
        } else {
            self.within(object)
        };
        self.depth -= 1;
        digest
    }

    fn within(&mut self, object: &Object) -> Digest {
        match object {
            Object::Null => token(b"null", b""),
            Object::Boolean(value) => token(b"boolean", &[u8::from(*value)]),
            Object::Integer(value) => token(b"integer", &value.to_be_bytes()),
            Object::Real(value) => token(b"real", &value.to_bits().to_be_bytes()),
            Object::Name(name) => token(b"name", name),
            Object::String(bytes, _) => token(b"string", bytes),
            Object::Array(values) => {
                let mut state = Sha256::new_with_prefix(b"array");
                for value in values {
                    state.update(self.value(value));
                }
                state.finalize().into()
            }
            Object::Dictionary(dictionary) => self.dictionary(dictionary, &[]),
            Object::Stream(stream) => self.stream(stream),
            Object::Reference(id) => self.reference(*id),
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary, skipped: &[&[u8]]) -> Digest {
        let mut entries: Vec<(&Vec<u8>, &Object)> = dictionary
            .iter()
            .filter(|(key, _)| !skipped.contains(&key.as_slice()))
            .filter(|(_, value)| !resolve(self.view.document, value).is_null())
            .collect();
        entries.sort_by_key(|(key, _)| *key);
        let mut state = Sha256::new_with_prefix(b"dictionary");
        for (key, value) in entries {
            state.update(token(b"name", key));
            state.update(self.value(value));
        }
        state.finalize().into()
    }

    fn stream(&mut self, stream: &Stream) -> Digest {
        let mut state = Sha256::new_with_prefix(b"stream");
        match self.decoded(stream) {
            Some(content) => {
                state.update(self.dictionary(&stream.dict, &ENCODING));
                state.update(content);
            }
            // Image formats (JPEG, JPEG 2000 and others) are digested as they are.
            None => {
                state.update(self.dictionary(&stream.dict, &[b"Length"]));
                state.update(&stream.content);
            }
        }
        state.finalize().into()
    }

    fn decoded(&mut self, stream: &Stream) -> Option<Vec<u8>> {
        if !is_plainly_filtered(&stream.dict) {
            return None;
        }
        let content = stream.get_plain_content_with_limit(MAX_STREAM_BYTES).ok()?;
        self.bytes = self.bytes.saturating_add(content.len());
        if self.bytes > MAX_BYTES {
            self.exceeded = true;
            return None;
        }
        Some(content)
    }

    fn reference(&mut self, id: ObjectId) -> Digest {
        if let Some(place) = self.view.order.get(&id) {
            return token(b"page", &place.to_be_bytes());
        }
        if self.catalog == Some(id) {
            return token(b"catalogue", b"");
        }
        if let Some(at) = self.path.iter().position(|above| *above == id) {
            self.outermost = self.outermost.min(at);
            return token(b"loop", &(self.path.len() - at).to_be_bytes());
        }
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let depth = self.path.len();
        let outermost = std::mem::replace(&mut self.outermost, usize::MAX);
        self.path.push(id);
        let digest = match self.view.document.objects.get(&id) {
            Some(object) => self.value(object),
            None => token(b"null", b""),
        };
        self.path.pop();
        // The digest of an object in a loop depends on where the walk entered it, so it is not
        // cached.
        if self.outermost >= depth {
            self.known.insert(id, digest);
            self.outermost = outermost;
        } else {
            self.outermost = self.outermost.min(outermost);
        }
        digest
    }
}

/// Digest of a value of one kind.
fn token(kind: &[u8], value: &[u8]) -> Digest {
    let mut state = Sha256::new();
    state.update(kind);
    state.update([0]);
    state.update(value);
    state.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    fn digest(document: &Document, object: &Object) -> Option<Digest> {
        ObjectDigests::new(&DocumentView::new(document)).of(object)
    }

    #[test]
    fn how_a_value_is_written_does_not_matter_but_what_it_is_does() {
        let mut one = Document::new();
        let inner = one.add_object(Object::Array(vec![1.into(), Object::Real(2.0)]));
        let left = Object::Dictionary(dictionary! { "A" => inner, "B" => Object::Null });
        let plain = Object::Dictionary(dictionary! { "A" => vec![1.into(), Object::Real(2.0)] });
        assert_eq!(digest(&one, &left), digest(&Document::new(), &plain));
        let other = Object::Dictionary(dictionary! { "A" => vec![1.into(), 3.into()] });
        assert_ne!(digest(&one, &left), digest(&one, &other));
        let name = Object::Name(b"x".to_vec());
        assert_ne!(digest(&one, &name), digest(&one, &Object::string_literal("x")));
    }

    #[test]
    fn compression_does_not_matter() {
        let document = Document::new();
        let plain = Stream::new(dictionary! {}, b"q 1 0 0 1 0 0 cm ".repeat(50));
        let mut packed = plain.clone();
        packed.compress().unwrap();
        assert!(packed.dict.has(b"Filter"));
        let (plain, packed) = (Object::Stream(plain), Object::Stream(packed));
        assert_eq!(digest(&document, &plain), digest(&document, &packed));
    }

    #[test]
    fn loops_end_and_what_is_too_deep_has_no_digest() {
        let mut document = Document::new();
        let id = document.new_object_id();
        document.objects.insert(id, Object::Array(vec![id.into(), 1.into()]));
        assert!(digest(&document, &id.into()).is_some());
        let mut next = document.add_object(1);
        for _ in 0..MAX_NESTING {
            next = document.add_object(Object::Array(vec![next.into()]));
        }
        assert_eq!(digest(&document, &next.into()), None);
    }
}
