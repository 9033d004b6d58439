//! The tree that leads from pages and annotations to their elements of structure (ISO 32000-1, 14.7.4.4
//! and 7.9.7).

use super::add_error::AddError;
use super::update::Update;
use crate::pdf::limits::{MAX_DEPTH, MAX_NODES};
use lopdf::{Dictionary, Object, ObjectId, dictionary};

/// The tree, and where it stands.
#[derive(Debug)]
pub(crate) struct ParentTree {
    structure_root: ObjectId,
    next_key: i64,
    added: Vec<(i64, ObjectId)>,
}

impl ParentTree {
    /// The tree of a structure with this root.
    pub(crate) fn new(update: &Update<'_>, structure_root: ObjectId) -> Result<Self, AddError> {
        let root =
            update.dictionary(structure_root).ok_or(AddError::NotTagged("StructTreeRoot"))?;
        let entries = entries(update, root)?;
        let highest = entries.iter().map(|(key, _)| key + 1).max().unwrap_or(0);
        let said = root.get(b"ParentTreeNextKey").and_then(Object::as_i64).unwrap_or(0);
        Ok(Self { structure_root, next_key: highest.max(said), added: Vec::new() })
    }

    /// A key that leads to an element; it is written by [`ParentTree::write`].
    pub(crate) fn add(&mut self, element: ObjectId) -> i64 {
        let key = self.next_key;
        self.added.push((key, element));
        self.next_key += 1;
        key
    }

    /// Writes the new keys behind those that are there, which are all lower.
    pub(crate) fn write(self, update: &mut Update<'_>) -> Result<(), AddError> {
        let missing = AddError::NotTagged("ParentTree");
        let mut root = update.dictionary(self.structure_root).cloned().ok_or(missing.clone())?;
        let written = root.get(b"ParentTree").cloned().map_err(|_| missing.clone())?;
        let mut tree = match &written {
            Object::Reference(id) => update.dictionary(*id).cloned(),
            Object::Dictionary(tree) => Some(tree.clone()),
            _ => None,
        }
        .ok_or(missing)?;
        let pairs = self
            .added
            .iter()
            .flat_map(|(key, element)| [Object::Integer(*key), Object::Reference(*element)]);
        if tree.has(b"Kids") {
            let limits: Vec<Object> = [self.added.first(), self.added.last()]
                .into_iter()
                .flatten()
                .map(|(key, _)| Object::Integer(*key))
                .collect();
            let leaf = dictionary! { "Limits" => limits, "Nums" => pairs.collect::<Vec<_>>() };
            let leaf = update.add(leaf);
            let mut kids = update.array(&tree, b"Kids");
            kids.push(leaf.into());
            tree.set("Kids", kids);
        } else {
            let mut numbers = update.array(&tree, b"Nums");
            numbers.extend(pairs);
            tree.set("Nums", numbers);
        }
        root.set("ParentTreeNextKey", self.next_key);
        match written {
            Object::Reference(id) => update.replace(id, tree),
            _ => root.set("ParentTree", tree),
        }
        update.replace(self.structure_root, root);
        Ok(())
    }
}

/// The elements of the marked content of a page, by number.
pub(crate) fn elements_of_page(
    update: &Update<'_>,
    structure_root: ObjectId,
    page: &Dictionary,
) -> Result<Vec<Object>, AddError> {
    let root = update.dictionary(structure_root).ok_or(AddError::NotTagged("StructTreeRoot"))?;
    let key = page.get(b"StructParents").and_then(Object::as_i64);
    let key = key.map_err(|_| AddError::NotTagged("StructParents"))?;
    let entries = entries(update, root)?;
    let found = entries.into_iter().find(|(known, _)| *known == key);
    let elements = found.and_then(|(_, value)| {
        let value = update.resolved(&value)?;
        value.as_array().ok().cloned()
    });
    elements.ok_or(AddError::NotTagged("ParentTree"))
}

/// All keys of the tree with their values.
fn entries(update: &Update<'_>, root: &Dictionary) -> Result<Vec<(i64, Object)>, AddError> {
    let missing = AddError::NotTagged("ParentTree");
    let tree = root.get(b"ParentTree").map_err(|_| missing.clone())?;
    let mut found = Vec::new();
    let mut stack = vec![(tree.clone(), 0)];
    let mut visited = 0;
    while let Some((node, depth)) = stack.pop() {
        visited += 1;
        if depth > MAX_DEPTH || visited > MAX_NODES {
            return Err(missing);
        }
        let node = update.resolved(&node).and_then(|node| node.as_dict().ok());
        let node = node.ok_or(missing.clone())?;
        for pair in update.array(node, b"Nums").chunks_exact(2) {
            if let [Object::Integer(key), value] = pair {
                found.push((*key, value.clone()));
            }
        }
        stack.extend(update.array(node, b"Kids").into_iter().map(|kid| (kid, depth + 1)));
    }
    Ok(found)
}
