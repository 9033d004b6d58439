//! The annotations of a page, with the new widgets behind those that are there.

use super::add_error::AddError;
use super::update::Update;
use lopdf::{Object, ObjectId};

/// Puts widgets on a page; the tab key follows the structure (ISO 14289-1, 7.18.3).
pub(crate) fn add_annotations(
    update: &mut Update<'_>,
    page: ObjectId,
    widgets: &[ObjectId],
) -> Result<(), AddError> {
    let missing = || AddError::Unreadable("a page is no dictionary".to_owned());
    let mut dictionary = update.dictionary(page).ok_or_else(missing)?.clone();
    let mut annotations = update.array(&dictionary, b"Annots");
    annotations.extend(widgets.iter().map(|widget| Object::Reference(*widget)));
    dictionary.set("Annots", annotations);
    dictionary.set("Tabs", "S");
    update.replace(page, dictionary);
    Ok(())
}
