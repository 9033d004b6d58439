//! Whether fields can be put on these pages, asked before anything is made.

use super::add_error::AddError;
use crate::field::FormField;
use crate::pdf::pages::PdfPage;
use std::collections::BTreeSet;

/// Longest name of a field, in characters.
const MAX_NAME_LENGTH: usize = 120;
/// Shortest side of a field, in points.
const MIN_SIDE: f64 = 4.0;
/// How far an area may reach over the edge of its page, in points: measures are rounded.
const TOLERANCE: f64 = 0.5;

/// Checks names and areas.
pub(crate) fn check_fields(fields: &[FormField], pages: &[PdfPage<'_>]) -> Result<(), AddError> {
    let mut names = BTreeSet::new();
    for field in fields {
        let name = field.name.as_str();
        let is_plain = |byte: u8| (0x21..0x7f).contains(&byte) && byte != b'.';
        if name.is_empty() || name.len() > MAX_NAME_LENGTH || !name.bytes().all(is_plain) {
            return Err(AddError::Name(name.to_owned()));
        }
        if !names.insert(name) {
            return Err(AddError::DuplicateName(name.to_owned()));
        }
        if field.alternative_name.trim().is_empty() {
            return Err(AddError::NoAlternativeName(name.to_owned()));
        }
        let page = page_of(field, pages);
        if !page.is_some_and(|page| lies_on(field, page)) {
            return Err(AddError::OutsidePage(name.to_owned()));
        }
    }
    Ok(())
}

/// The page of a field.
pub(crate) fn page_of<'a, 'b>(
    field: &FormField,
    pages: &'a [PdfPage<'b>],
) -> Option<&'a PdfPage<'b>> {
    pages.get(usize::try_from(field.area.page).ok()?.checked_sub(1)?)
}

fn lies_on(field: &FormField, page: &PdfPage<'_>) -> bool {
    let area = &field.area;
    let [left, bottom, right, top] = page.shown;
    let measures = [area.x, area.y, area.width, area.height];
    measures.iter().all(|measure| measure.is_finite())
        && page.rotation % 360 == 0
        && area.width >= MIN_SIDE
        && area.height >= MIN_SIDE
        && area.x >= -TOLERANCE
        && area.y >= -TOLERANCE
        && area.x + area.width <= right - left + TOLERANCE
        && area.y + area.height <= top - bottom + TOLERANCE
}
