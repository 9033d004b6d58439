//! The widgets of the pages, and the fields of the form that no page shows.

use crate::pdf::limits::{MAX_DEPTH, MAX_NODES};
use crate::pdf::objects::{
    array_entry, dictionary_entry, dictionary_of, name_entry, rectangle_entry, resolve,
};
use crate::pdf::pages::{PdfPage, pages};
use lopdf::{Dictionary, Document, Object, ObjectId};
use page_area::PageArea;
use std::collections::BTreeSet;

/// A widget on a page.
#[derive(Debug)]
pub(crate) struct PageWidget<'a> {
    /// Its object; none if it stands in the list of the page.
    pub id: Option<ObjectId>,
    /// The widget.
    pub dictionary: &'a Dictionary,
    /// Where it lies.
    pub area: PageArea,
}

/// All widgets of the pages in order, and whether there were not too many.
pub(crate) fn widgets(document: &Document) -> (Vec<PageWidget<'_>>, bool) {
    let mut found = Vec::new();
    let mut looked_at = 0;
    let (pages, all_pages) = pages(document);
    for (page, number) in pages.iter().zip(1..) {
        for object in array_entry(document, page.dictionary, b"Annots") {
            looked_at += 1;
            if looked_at > MAX_NODES {
                return (found, false);
            }
            found.extend(widget(document, page, number, object));
        }
    }
    (found, all_pages)
}

fn widget<'a>(
    document: &'a Document,
    page: &PdfPage<'a>,
    number: u32,
    object: &'a Object,
) -> Option<PageWidget<'a>> {
    let dictionary = dictionary_of(resolve(document, object))?;
    if name_entry(document, dictionary, b"Subtype") != Some(b"Widget") {
        return None;
    }
    let rectangle = rectangle_entry(document, dictionary, b"Rect").unwrap_or_default();
    let area = page.area_of(rectangle, number);
    Some(PageWidget { id: object.as_reference().ok(), dictionary, area })
}

/// The nodes of the form that have a name and no kids with names, and whether there were not too many.
pub(crate) fn terminal_fields(document: &Document) -> (Vec<(ObjectId, &Dictionary)>, bool) {
    let catalog = document.catalog().ok();
    let form = catalog.and_then(|catalog| dictionary_entry(document, catalog, b"AcroForm"));
    let Some(form) = form else { return (Vec::new(), true) };
    let roots = array_entry(document, form, b"Fields").iter().rev();
    let mut stack: Vec<(&Object, usize)> = roots.map(|root| (root, 0)).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    // Nodes may share one list of kids, so that the number of nodes says too little.
    let mut looked_at = stack.len();
    while let Some((object, depth)) = stack.pop() {
        if looked_at > MAX_NODES || depth > MAX_DEPTH {
            return (found, false);
        }
        let Ok(id) = object.as_reference() else { continue };
        let Some(node) = dictionary_of(resolve(document, object)) else { continue };
        if !seen.insert(id) {
            continue;
        }
        let kids = array_entry(document, node, b"Kids");
        looked_at = looked_at.saturating_add(kids.len());
        let has_name =
            |kid: &Object| dictionary_of(resolve(document, kid)).is_some_and(|kid| kid.has(b"T"));
        match kids.iter().take(MAX_NODES).any(has_name) {
            true => stack.extend(kids.iter().take(MAX_NODES).rev().map(|kid| (kid, depth + 1))),
            false => found.push((id, node)),
        }
    }
    (found, true)
}
