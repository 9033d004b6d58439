//! Name trees and number trees (ISO 32000-2, 7.9.6 and 7.9.7), flattened.

use crate::document::limits::{MAX_DEPTH, MAX_NODES};
use crate::document::objects::{array_entry, dictionary_of, resolve};
use lopdf::{Document, Object};
use std::collections::BTreeMap;

/// A key of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TreeKey {
    /// Of a number tree.
    Number(i64),
    /// Of a name tree.
    Name(Vec<u8>),
}

/// Everything that a tree holds. `leaf_key` is `Nums` or `Names`. `None` when it has loops, is too
/// large, or its keys are not in order: readers use binary search, and would find other entries.
pub(crate) fn tree_entries<'a>(
    document: &'a Document,
    root: Option<&'a Object>,
    leaf_key: &[u8],
) -> Option<BTreeMap<TreeKey, &'a Object>> {
    let mut found = BTreeMap::new();
    let mut last = None;
    let mut stack: Vec<(&Object, usize)> = root.into_iter().map(|root| (root, 0)).collect();
    let mut visited = 0;
    while let Some((node, depth)) = stack.pop() {
        visited += 1;
        if depth > MAX_DEPTH || visited > MAX_NODES {
            return None;
        }
        let node = dictionary_of(resolve(document, node))?;
        for pair in array_entry(document, node, leaf_key).chunks(2) {
            let [key, value] = pair else { return None };
            let key = match resolve(document, key) {
                Object::Integer(number) => TreeKey::Number(*number),
                Object::String(name, _) => TreeKey::Name(name.clone()),
                _ => return None,
            };
            if last.as_ref().is_some_and(|before| *before >= key) || found.len() > MAX_NODES {
                return None;
            }
            last = Some(key.clone());
            found.insert(key, value);
        }
        stack.extend(array_entry(document, node, b"Kids").iter().rev().map(|kid| (kid, depth + 1)));
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn keys_out_of_order_and_loops_are_refused() {
        let mut document = Document::new();
        let leaf = |numbers: &[i64]| {
            let pairs = numbers.iter().flat_map(|number| [Object::from(*number), Object::from(7)]);
            dictionary! { "Nums" => pairs.collect::<Vec<_>>() }
        };
        let one = document.add_object(leaf(&[0, 1]));
        let two = document.add_object(leaf(&[2]));
        let kids = |kids: Vec<Object>| Object::from(dictionary! { "Kids" => kids });
        let tree = kids(vec![one.into(), two.into()]);
        assert_eq!(
            tree_entries(&document, Some(&tree), b"Nums").map(|entries| entries.len()),
            Some(3)
        );
        let wrong = kids(vec![two.into(), one.into()]);
        assert_eq!(tree_entries(&document, Some(&wrong), b"Nums"), None);
        let id = document.new_object_id();
        document.objects.insert(id, kids(vec![id.into()]));
        assert_eq!(tree_entries(&document, Some(&id.into()), b"Nums"), None);
        assert_eq!(tree_entries(&document, None, b"Nums").map(|entries| entries.len()), Some(0));
    }
}
