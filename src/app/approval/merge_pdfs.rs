//! Puts PDFs one behind the other in one file, page by page as they are.
//!
//! All come from the same compiler. Tags for screen readers and forms are left out: the file is for proofreading alone.

use super::proof_error::ProofError;
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

/// Keys that a page takes from the nodes above it (ISO 32000-1, 7.7.3.4).
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// One file of several, each with a name for people; gives it with its number of pages.
pub(super) fn merge(
    parts: &[(String, Vec<u8>)],
    title: &str,
) -> Result<(Vec<u8>, usize), ProofError> {
    let mut whole = Document::with_version("1.7");
    let tree = whole.new_object_id();
    let outlines = whole.new_object_id();
    let mut pages: Vec<Object> = Vec::new();
    let mut bookmarks: Vec<(String, ObjectId)> = Vec::new();
    for (name, bytes) in parts {
        let unreadable =
            |error: lopdf::Error| ProofError::Unreadable(name.clone(), error.to_string());
        let mut part = Document::load_mem(bytes).map_err(unreadable)?;
        part.renumber_objects_with(whole.max_id + 1);
        let ids: Vec<ObjectId> = part.get_pages().into_values().collect();
        bookmarks.extend(ids.first().map(|first| (name.clone(), *first)));
        for id in ids {
            let page = page(&part, id, tree).map_err(unreadable)?;
            part.objects.insert(id, Object::Dictionary(page));
            pages.push(id.into());
        }
        whole.max_id = part.max_id;
        whole.objects.extend(part.objects);
    }
    let number = pages.len();
    let count = i64::try_from(number).unwrap_or(i64::MAX);
    let root = dictionary! { "Type" => "Pages", "Kids" => pages, "Count" => count };
    whole.objects.insert(tree, Object::Dictionary(root));
    outline(&mut whole, outlines, &bookmarks);
    let catalog = whole.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => tree, "Outlines" => outlines,
        "PageMode" => "UseOutlines", "Lang" => Object::string_literal("fr"),
    });
    let info = whole.add_object(dictionary! {
        "Title" => lopdf::text_string(title), "Creator" => Object::string_literal("missive"),
    });
    whole.trailer.set("Root", catalog);
    whole.trailer.set("Info", info);
    whole.prune_objects();
    whole.renumber_objects();
    let mut bytes = Vec::new();
    let failed =
        |error: std::io::Error| ProofError::Unreadable(title.to_owned(), error.to_string());
    whole.save_to(&mut bytes).map_err(failed)?;
    Ok((bytes, number))
}

/// A page under another tree, with what it had from its own.
fn page(part: &Document, id: ObjectId, tree: ObjectId) -> Result<Dictionary, lopdf::Error> {
    let mut page = part.get_dictionary(id)?.clone();
    for key in INHERITED {
        let mut above = page.get(b"Parent").and_then(Object::as_reference).ok();
        while let Some(node) = above.filter(|_| !page.has(key)) {
            let node = part.get_dictionary(node)?;
            if let Ok(value) = node.get(key) {
                page.set(key, value.clone());
            }
            above = node.get(b"Parent").and_then(Object::as_reference).ok();
        }
    }
    for key in [b"StructParents".as_slice(), b"Tabs", b"Annots"] {
        page.remove(key);
    }
    page.set("Parent", tree);
    Ok(page)
}

/// One bookmark a part.
fn outline(whole: &mut Document, root: ObjectId, bookmarks: &[(String, ObjectId)]) {
    let ids: Vec<ObjectId> = bookmarks.iter().map(|_| whole.new_object_id()).collect();
    for (at, (name, page)) in bookmarks.iter().enumerate() {
        let target: Vec<Object> = vec![(*page).into(), "Fit".into()];
        let mut item = dictionary! {
            "Title" => lopdf::text_string(name), "Parent" => root, "Dest" => target,
        };
        if let Some(before) = at.checked_sub(1).and_then(|before| ids.get(before)) {
            item.set("Prev", *before);
        }
        if let Some(next) = ids.get(at + 1) {
            item.set("Next", *next);
        }
        whole.objects.insert(ids[at], Object::Dictionary(item));
    }
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let mut all = dictionary! { "Type" => "Outlines", "Count" => count };
    if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
        all.set("First", *first);
        all.set("Last", *last);
    }
    whole.objects.insert(root, Object::Dictionary(all));
}
