//! Reads the form of a file: widgets first, since they are what a person sees.

use super::appearance_text::AppearanceReader;
use super::field_names::{FieldNode, field_node};
use super::form_reading::{FieldReading, FieldType, FormReading, WidgetReading};
use super::read_error::ReadError;
use super::text_value::text_value;
use super::widgets::{PageWidget, terminal_fields, widgets};
use crate::pdf::limits::{MAX_FILE_BYTES, MAX_STREAM_BYTES, MAX_TEXT};
use crate::pdf::objects::{dictionary_of, integer_entry, resolve};
use lopdf::{Document, LoadOptions, ObjectId};
use std::collections::BTreeMap;

/// Flags of an annotation that is not shown or not printed as it is: invisible, hidden, no view (table
/// 165).
const HIDING: i64 = 1 | 1 << 1 | 1 << 5;

/// Reads the form of a file that came back, saved by whatever program. A file without a form is no
/// error: [`FormReading::has_form`] says it.
///
/// # Errors
///
/// A [`ReadError`], when the file cannot be opened as a PDF.
pub fn read_form(file: &[u8]) -> Result<FormReading, ReadError> {
    let document = open(file)?;
    let catalog = document.catalog().map_err(|_| ReadError::Damaged)?;
    let (widgets, all_widgets) = widgets(&document);
    let (terminals, all_fields) = terminal_fields(&document);
    let mut reading = FormReading {
        has_form: catalog.has(b"AcroForm") || !widgets.is_empty(),
        fields: Vec::new(),
        complete: all_widgets && all_fields,
    };
    let mut reader = AppearanceReader::new(&document);
    let mut known: BTreeMap<ObjectId, usize> = BTreeMap::new();
    for widget in widgets {
        let node = field_node(&document, widget.dictionary, widget.id);
        reading.complete &= node.rooted;
        let shown = widget_reading(&document, &mut reader, widget);
        let at = node.field.and_then(|field| known.get(&field).copied());
        match at.and_then(|at| reading.fields.get_mut(at)) {
            Some(field) => field.widgets.push(shown),
            None => {
                if let Some(field) = node.field {
                    known.insert(field, reading.fields.len());
                }
                reading.fields.push(field_reading(&document, node, vec![shown]));
            }
        }
    }
    for (id, dictionary) in terminals {
        let node = field_node(&document, dictionary, Some(id));
        if !known.contains_key(&id) && !node.field.is_some_and(|field| known.contains_key(&field)) {
            reading.complete &= node.rooted;
            reading.fields.push(field_reading(&document, node, Vec::new()));
        }
    }
    Ok(reading)
}

/// Opens a PDF that needs no password.
fn open(file: &[u8]) -> Result<Document, ReadError> {
    if file.len() > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge);
    }
    if !file.windows(5).any(|window| window == b"%PDF-") {
        return Err(ReadError::NotPdf);
    }
    let options = LoadOptions::with_max_decompressed_size(MAX_STREAM_BYTES);
    let document =
        Document::load_mem_with_options(file, options).map_err(|_| ReadError::Damaged)?;
    match document.is_encrypted() && document.encryption_state.is_none() {
        true => Err(ReadError::Encrypted),
        false => Ok(document),
    }
}

fn widget_reading<'a>(
    document: &'a Document,
    reader: &mut AppearanceReader<'a>,
    widget: PageWidget<'a>,
) -> WidgetReading {
    let flags = integer_entry(document, widget.dictionary, b"F").unwrap_or(0);
    WidgetReading {
        visible: flags & HIDING == 0 && widget.area.width > 0.0 && widget.area.height > 0.0,
        shown: reader.shown_by(widget.dictionary),
        area: widget.area,
    }
}

fn field_reading(
    document: &Document,
    node: FieldNode<'_>,
    widgets: Vec<WidgetReading>,
) -> FieldReading {
    let field_type = match node.field_type {
        b"Tx" => FieldType::Text,
        b"Sig" => FieldType::Signature,
        _ => FieldType::Other,
    };
    let value = node.value.map(|value| resolve(document, value)).filter(|value| !value.is_null());
    let is_signature = |dictionary: &lopdf::Dictionary| {
        dictionary.has(b"Contents") && dictionary.has(b"ByteRange")
    };
    let signed = field_type == FieldType::Signature
        && value.and_then(dictionary_of).is_some_and(is_signature);
    let text = value.and_then(|value| text_value(document, value, MAX_TEXT));
    FieldReading {
        name: node.name,
        field_type,
        value: text.filter(|text| !text.is_empty()),
        signed,
        widgets,
    }
}
