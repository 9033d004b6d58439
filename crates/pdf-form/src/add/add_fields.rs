//! Adds form fields to a finished document: the whole of the work, step by step.

use super::add_error::AddError;
use super::appearance::appearance;
use super::captions::{PageCaptions, structure_root};
use super::field_checks::{check_fields, page_of};
use super::form_font::{DEFAULT_APPEARANCE, FONT_NAME, add_font};
use super::page_annotations::add_annotations;
use super::parent_tree::ParentTree;
use super::structure::{form_element, insert_element, place_behind};
use super::update::Update;
use super::widget::{WidgetObjects, widget};
use super::write_update::write_update;
use crate::field::FormField;
use crate::pdf::limits::MAX_STREAM_BYTES;
use crate::pdf::pages::{PdfPage, pages};
use lopdf::{Document, LoadOptions, Object, ObjectId, dictionary};
use std::collections::BTreeMap;

/// Adds form fields to a finished, tagged PDF, as an incremental update: the document stays the
/// beginning of the result, byte for byte. The same document and fields give the same bytes.
///
/// A document that conforms to PDF/UA-1 and PDF/A-2a still does. Without fields it is returned as it is.
///
/// # Errors
///
/// An [`AddError`], when the document has no structure for screen readers or has a form already, or a
/// field cannot be put where it shall be.
pub fn add_fields(document: &[u8], fields: &[FormField]) -> Result<Vec<u8>, AddError> {
    if fields.is_empty() {
        return Ok(document.to_vec());
    }
    let opened = open(document)?;
    let (pages, _) = pages(&opened);
    check_fields(fields, &pages)?;
    let mut update = Update::new(&opened);
    let root = structure_root(&update)?;
    let mut form = FormInProgress {
        parent_tree: ParentTree::new(&update, root)?,
        font: add_font(&mut update),
        structure_root: root,
        captions: BTreeMap::new(),
        last_behind: BTreeMap::new(),
        widgets: BTreeMap::new(),
    };
    let mut all = Vec::new();
    for field in fields {
        let page = page_of(field, &pages).ok_or_else(|| outside(field))?;
        all.push(Object::Reference(form.add_field(&mut update, field, page)?));
    }
    for (page, widgets) in &form.widgets {
        add_annotations(&mut update, *page, widgets)?;
    }
    form.parent_tree.write(&mut update)?;
    add_form(&mut update, all, form.font)?;
    write_update(document, update)
}

fn outside(field: &FormField) -> AddError {
    AddError::OutsidePage(field.name.clone())
}

/// Opens a document as its tables list it.
fn open(document: &[u8]) -> Result<Document, AddError> {
    let options =
        LoadOptions { strict: true, ..LoadOptions::with_max_decompressed_size(MAX_STREAM_BYTES) };
    let opened = Document::load_mem_with_options(document, options)
        .map_err(|error| AddError::Unreadable(error.to_string()))?;
    if opened.is_encrypted() || opened.was_encrypted() {
        return Err(AddError::Encrypted);
    }
    let catalog = opened.catalog().map_err(|error| AddError::Unreadable(error.to_string()))?;
    match catalog.has(b"AcroForm") {
        true => Err(AddError::HasForm),
        false => Ok(opened),
    }
}

/// What is known while one field after the other is added.
struct FormInProgress {
    parent_tree: ParentTree,
    font: ObjectId,
    structure_root: ObjectId,
    /// Words of the pages that have fields.
    captions: BTreeMap<ObjectId, PageCaptions>,
    /// The last field behind each caption.
    last_behind: BTreeMap<ObjectId, ObjectId>,
    /// Widgets by page.
    widgets: BTreeMap<ObjectId, Vec<ObjectId>>,
}

impl FormInProgress {
    /// Adds a field with its widget, appearance and element; the number of its object.
    fn add_field(
        &mut self,
        update: &mut Update<'_>,
        field: &FormField,
        page: &PdfPage<'_>,
    ) -> Result<ObjectId, AddError> {
        let no_caption = || AddError::NoCaption(field.name.clone());
        if !self.captions.contains_key(&page.id) {
            let captions = PageCaptions::read(update, self.structure_root, page)?;
            self.captions.insert(page.id, captions);
        }
        let captions = self.captions.get(&page.id).ok_or_else(no_caption)?;
        let caption = captions.last_in(page, &field.caption).ok_or_else(no_caption)?;
        let mut place =
            place_behind(update, self.structure_root, caption).ok_or_else(no_caption)?;
        let block = place.before;
        place.before = self.last_behind.get(&block).copied().unwrap_or(block);

        let appearance = update.add(appearance(field, self.font)?);
        let widget_id = update.reserve();
        let element = update.add(form_element(place.parent, page.id, widget_id));
        insert_element(update, place, element)?;
        self.last_behind.insert(block, element);
        let structure_key = self.parent_tree.add(element);
        let objects = WidgetObjects { page: page.id, appearance, structure_key };
        let rectangle = page.rectangle_of(&field.area);
        update.replace(widget_id, widget(field, rectangle, &objects));
        self.widgets.entry(page.id).or_default().push(widget_id);
        Ok(widget_id)
    }
}

/// Puts the form into the catalog.
fn add_form(update: &mut Update<'_>, fields: Vec<Object>, font: ObjectId) -> Result<(), AddError> {
    let form = update.add(dictionary! {
        "Fields" => fields,
        "DR" => dictionary! { "Font" => dictionary! { FONT_NAME => font } },
        "DA" => Object::string_literal(DEFAULT_APPEARANCE),
    });
    let unreadable = |error: lopdf::Error| AddError::Unreadable(error.to_string());
    let catalog = update.document.trailer.get(b"Root").and_then(Object::as_reference);
    let catalog = catalog.map_err(unreadable)?;
    let mut dictionary = update.document.catalog().map_err(unreadable)?.clone();
    dictionary.set("AcroForm", form);
    update.replace(catalog, dictionary);
    Ok(())
}
