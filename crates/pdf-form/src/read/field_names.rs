//! Names, types and values of fields (ISO 32000-1, 12.7.3): from a node of the form up to its root.

use super::text_value::text_value;
use crate::pdf::limits::{MAX_DEPTH, MAX_NAME};
use crate::pdf::objects::{dictionary_entry, name_entry};
use lopdf::{Dictionary, Document, Object, ObjectId};

/// What a node and those above it say of a field.
#[derive(Debug, Default)]
pub(crate) struct FieldNode<'a> {
    /// Full name: partial names with full stops between.
    pub name: String,
    /// `Tx`, `Sig`, `Btn`, `Ch`; empty when there is none.
    pub field_type: &'a [u8],
    /// Its value, not resolved.
    pub value: Option<&'a Object>,
    /// The object that is the field: the lowest one with a name.
    pub field: Option<ObjectId>,
    /// Whether the way up ended at a root.
    pub rooted: bool,
}

/// What a node and those above it say; the nearest type and value count.
pub(crate) fn field_node<'a>(
    document: &'a Document,
    node: &'a Dictionary,
    id: Option<ObjectId>,
) -> FieldNode<'a> {
    let mut found = FieldNode::default();
    let mut parts: Vec<String> = Vec::new();
    let (mut node, mut id) = (node, id);
    for _ in 0..MAX_DEPTH {
        let partial = node.get(b"T").ok().and_then(|name| text_value(document, name, MAX_NAME));
        if let Some(partial) = partial {
            found.field = found.field.or(id);
            parts.push(partial);
        }
        if found.field_type.is_empty() {
            found.field_type = name_entry(document, node, b"FT").unwrap_or_default();
        }
        let value = node.get(b"V").ok().filter(|value| !value.is_null());
        found.value = found.value.or(value);
        let Some(parent) = dictionary_entry(document, node, b"Parent") else {
            found.rooted = true;
            break;
        };
        id = node.get(b"Parent").and_then(Object::as_reference).ok();
        node = parent;
    }
    parts.reverse();
    found.name = parts.join(".").chars().take(MAX_NAME).collect();
    found
}
