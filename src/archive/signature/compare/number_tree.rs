//! Trees of numbers and of names (ISO 32000-2, 7.9.6 and 7.9.7), flattened.

use super::super::document::{DEEPEST, MOST, array, dictionary_of, resolve};
use lopdf::{Document, Object};
use std::collections::BTreeMap;

/// A key of such a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// Of a tree of numbers.
    Number(i64),
    /// Of a tree of names.
    Name(Vec<u8>),
}

/// Everything that a tree holds. `kind` is `Nums` or `Names`. `None` when it has loops, is too
/// large, or its keys are not in order: readers search it by halves, and would find other things.
pub(super) fn leaves<'a>(
    document: &'a Document,
    root: Option<&'a Object>,
    kind: &[u8],
) -> Option<BTreeMap<Key, &'a Object>> {
    let mut found = BTreeMap::new();
    let mut last = None;
    let mut stack: Vec<(&Object, usize)> = root.into_iter().map(|own| (own, 0)).collect();
    let mut looked = 0;
    while let Some((node, depth)) = stack.pop() {
        looked += 1;
        if depth > DEEPEST || looked > MOST {
            return None;
        }
        let own = dictionary_of(resolve(document, node))?;
        for pair in array(document, own, kind).chunks(2) {
            let [key, value] = pair else { return None };
            let key = match resolve(document, key) {
                Object::Integer(own) => Key::Number(*own),
                Object::String(own, _) => Key::Name(own.clone()),
                _ => return None,
            };
            if last.as_ref().is_some_and(|before| *before >= key) || found.len() > MOST {
                return None;
            }
            last = Some(key.clone());
            found.insert(key, value);
        }
        stack.extend(array(document, own, b"Kids").iter().rev().map(|kid| (kid, depth + 1)));
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
            let pairs = numbers.iter().flat_map(|own| [Object::from(*own), Object::from(7)]);
            dictionary! { "Nums" => pairs.collect::<Vec<_>>() }
        };
        let one = document.add_object(leaf(&[0, 1]));
        let two = document.add_object(leaf(&[2]));
        let kids = |own: Vec<Object>| Object::from(dictionary! { "Kids" => own });
        let tree = kids(vec![one.into(), two.into()]);
        assert_eq!(leaves(&document, Some(&tree), b"Nums").map(|own| own.len()), Some(3));
        let wrong = kids(vec![two.into(), one.into()]);
        assert_eq!(leaves(&document, Some(&wrong), b"Nums"), None);
        let id = document.new_object_id();
        document.objects.insert(id, kids(vec![id.into()]));
        assert_eq!(leaves(&document, Some(&id.into()), b"Nums"), None);
        assert_eq!(leaves(&document, None, b"Nums").map(|own| own.len()), Some(0));
    }
}
