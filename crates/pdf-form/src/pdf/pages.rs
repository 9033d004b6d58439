//! The pages of a document in order (ISO 32000-1, 7.7.3), and places on them.

use super::limits::{MAX_DEPTH, MAX_NODES};
use super::objects::{Rectangle, array_entry, dictionary_of, entry, rectangle, resolve};
use lopdf::{Dictionary, Document, Object, ObjectId};
use page_area::PageArea;
use std::collections::BTreeSet;

/// A page with the part of it that readers show.
#[derive(Clone, Debug)]
pub(crate) struct PdfPage<'a> {
    /// Number of its object.
    pub id: ObjectId,
    /// Its dictionary.
    pub dictionary: &'a Dictionary,
    /// Its crop box, by default its media box; empty where there is neither.
    pub shown: Rectangle,
    /// By how many degrees it is turned when it is shown.
    pub rotation: i64,
}

impl PdfPage<'_> {
    /// The rectangle of an area of this page.
    pub(crate) fn rectangle_of(&self, area: &PageArea) -> Rectangle {
        let [left, _, _, top] = self.shown;
        let (x, y) = (left + area.x, top - area.y);
        [x, y - area.height, x + area.width, y]
    }

    /// The area that a rectangle of this page is; `number` is that of the page, from 1.
    pub(crate) fn area_of(&self, [left, bottom, right, top]: Rectangle, number: u32) -> PageArea {
        PageArea {
            label: String::new(),
            page: number,
            x: left - self.shown[0],
            y: self.shown[3] - top,
            width: right - left,
            height: top - bottom,
        }
    }
}

/// What a node hands down to the pages below it (7.7.3.4).
#[derive(Clone, Copy, Default)]
struct InheritedEntries<'a> {
    media: Option<&'a Object>,
    crop: Option<&'a Object>,
    rotation: Option<&'a Object>,
}

/// The pages of a document in order, and whether these are all of them.
pub(crate) fn pages(document: &Document) -> (Vec<PdfPage<'_>>, bool) {
    let (mut found, mut complete) = (Vec::new(), true);
    let root = document.catalog().ok().and_then(|catalog| catalog.get(b"Pages").ok());
    let mut stack: Vec<(&Object, InheritedEntries<'_>, usize)> =
        root.map(|root| (root, InheritedEntries::default(), 0)).into_iter().collect();
    let mut nodes = BTreeSet::new();
    let mut visited = 0;
    while let Some((object, mut above, depth)) = stack.pop() {
        visited += 1;
        let dictionary = dictionary_of(resolve(document, object));
        let (Ok(id), Some(dictionary)) = (object.as_reference(), dictionary) else { continue };
        // Nodes may share one list of kids, so that what waits grows faster than the file.
        if depth > MAX_DEPTH || visited > MAX_NODES || stack.len() > MAX_NODES {
            complete = false;
            continue;
        }
        above.media = entry(document, dictionary, b"MediaBox").or(above.media);
        above.crop = entry(document, dictionary, b"CropBox").or(above.crop);
        above.rotation = entry(document, dictionary, b"Rotate").or(above.rotation);
        if !dictionary.has(b"Kids") {
            let shown = [above.crop, above.media]
                .into_iter()
                .flatten()
                .find_map(|object| rectangle(document, object));
            let rotation = above.rotation.and_then(|object| object.as_i64().ok()).unwrap_or(0);
            found.push(PdfPage { id, dictionary, shown: shown.unwrap_or_default(), rotation });
            continue;
        }
        if nodes.insert(id) {
            let kids = array_entry(document, dictionary, b"Kids").iter().take(MAX_NODES).rev();
            stack.extend(kids.map(|kid| (kid, above, depth + 1)));
        }
    }
    (found, complete)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn a_tree_that_loops_ends_and_boxes_are_inherited() {
        let mut document = Document::with_version("1.7");
        let pages_id = document.new_object_id();
        let page = document.add_object(dictionary! { "Type" => "Page" });
        let media: Vec<Object> = [0, 0, 100, 200].map(Object::from).to_vec();
        document.objects.insert(
            pages_id,
            dictionary! { "Kids" => vec![pages_id.into(), page.into()], "MediaBox" => media }
                .into(),
        );
        let catalog = document.add_object(dictionary! { "Pages" => pages_id });
        document.trailer.set("Root", catalog);
        let (found, _) = pages(&document);
        let [one] = found.as_slice() else { unreachable!() };
        assert_eq!(one.shown, [0.0, 0.0, 100.0, 200.0]);
        let area =
            PageArea { x: 10.0, y: 20.0, width: 30.0, height: 40.0, page: 1, ..Default::default() };
        assert_eq!(one.rectangle_of(&area), [10.0, 140.0, 40.0, 180.0]);
        assert_eq!(one.area_of(one.rectangle_of(&area), 1), area);
    }
}
