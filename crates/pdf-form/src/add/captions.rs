//! Captions: the words that begin in an area of a page, and their elements of structure.

use super::add_error::AddError;
use super::parent_tree::elements_of_page;
use super::update::Update;
use crate::pdf::content_items::{ContentItem, content_items};
use crate::pdf::limits::MAX_CONTENT_BYTES;
use crate::pdf::matrix::Matrix;
use crate::pdf::pages::PdfPage;
use lopdf::{Object, ObjectId};
use page_area::PageArea;
use std::collections::BTreeMap;

/// How far outside an area words may begin, in points.
const TOLERANCE: f64 = 1.0;

/// The words of a page, each with its place and its element.
#[derive(Debug)]
pub(crate) struct PageCaptions {
    words: Vec<((f64, f64), ObjectId)>,
}

impl PageCaptions {
    /// Reads the words of a page.
    pub(crate) fn read(
        update: &Update<'_>,
        structure_root: ObjectId,
        page: &PdfPage<'_>,
    ) -> Result<Self, AddError> {
        let elements = elements_of_page(update, structure_root, page.dictionary)?;
        let content = update.document.get_page_content_with_limit(page.id, MAX_CONTENT_BYTES);
        let content = content.map_err(|error| AddError::Unreadable(error.to_string()))?;
        let mut places: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
        for item in content_items(&content, Matrix::IDENTITY).items {
            if let ContentItem::Text(run) = item
                && let Some(number) = run.marked
            {
                places.entry(number).or_insert(run.origin);
            }
        }
        // Marked content is numbered in reading order where the document is laid out by one program;
        // in any case the order of the numbers does not change.
        let element_of = |number: i64| -> Option<ObjectId> {
            elements.get(usize::try_from(number).ok()?).and_then(|found| found.as_reference().ok())
        };
        let words =
            places.into_iter().filter_map(|(number, origin)| Some((origin, element_of(number)?)));
        Ok(Self { words: words.collect() })
    }

    /// The element of the last words that begin in an area.
    pub(crate) fn last_in(&self, page: &PdfPage<'_>, area: &PageArea) -> Option<ObjectId> {
        let [left, bottom, right, top] = page.rectangle_of(area);
        let is_inside = |(x, y): (f64, f64)| {
            x >= left - TOLERANCE
                && x <= right + TOLERANCE
                && y >= bottom - TOLERANCE
                && y <= top + TOLERANCE
        };
        self.words.iter().rev().find(|(origin, _)| is_inside(*origin)).map(|(_, element)| *element)
    }
}

/// The root of the structure.
pub(crate) fn structure_root(update: &Update<'_>) -> Result<ObjectId, AddError> {
    let root = update.document.catalog().and_then(|catalog| catalog.get(b"StructTreeRoot"));
    root.and_then(Object::as_reference).map_err(|_| AddError::NotTagged("StructTreeRoot"))
}
