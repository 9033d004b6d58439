//! What a widget shows (ISO 32000-1, 12.5.5 and 12.7.3.3): a form XObject of the size of its area, with
//! the text of its value.

use super::add_error::AddError;
use super::form_font::{ASCENT, DEFAULT_APPEARANCE, DESCENT, FONT_NAME, FONT_SIZE};
use super::text_lines::{SettingError, text_lines};
use crate::field::{FieldKind, FormField};
use crate::pdf::objects::number;
use lopdf::{Object, ObjectId, Stream, StringFormat, Writer, dictionary};

/// Between the edge of a field and its text, in points.
const PADDING: f64 = 2.0;
/// From one line to the next, in points.
const LINE_HEIGHT: f64 = 11.5;

/// What a widget shows. A field to be signed shows nothing.
pub(crate) fn appearance(field: &FormField, font: ObjectId) -> Result<Stream, AddError> {
    let (width, height) = (field.area.width, field.area.height);
    let bounds = [0.0, 0.0, width, height].map(number).to_vec();
    let mut dictionary = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds };
    if field.kind == FieldKind::Signature {
        return Ok(Stream::new(dictionary, Vec::new()));
    }
    dictionary.set("Resources", dictionary! { "Font" => dictionary! { FONT_NAME => font } });
    Ok(Stream::new(dictionary, content(field)?))
}

/// The content: between the marks that say which part a program replaces when the value changes.
fn content(field: &FormField) -> Result<Vec<u8>, AddError> {
    let (width, height) = (field.area.width, field.area.height);
    let Some(value) = field.kind.value() else { return Ok(b"/Tx BMC\nEMC".to_vec()) };
    let lines = text_lines(value, width - 2.0 * PADDING).map_err(|error| match error {
        SettingError::NoGlyph(character) => {
            AddError::NoGlyph { name: field.name.clone(), character }
        }
        SettingError::TooWide => AddError::DoesNotFit(field.name.clone()),
    })?;
    let first_baseline = match field.kind {
        FieldKind::TextLine { .. } => (height - FONT_SIZE * (ASCENT + DESCENT)) / 2.0,
        _ => height - PADDING - FONT_SIZE * ASCENT,
    };
    let lines_below = u32::try_from(lines.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let lowest = first_baseline + FONT_SIZE * DESCENT - f64::from(lines_below) * LINE_HEIGHT;
    let is_one_line = matches!(field.kind, FieldKind::TextLine { .. });
    if lowest < -0.01 || (is_one_line && lines_below > 0) {
        return Err(AddError::DoesNotFit(field.name.clone()));
    }
    let mut content = format!(
        "/Tx BMC\nq\n0 0 {width:.2} {height:.2} re W n\nBT\n{DEFAULT_APPEARANCE}\n{LINE_HEIGHT} TL\n{PADDING} {first_baseline:.2} Td\n",
    )
    .into_bytes();
    for (at, line) in lines.into_iter().enumerate() {
        if at > 0 {
            content.extend_from_slice(b"T*\n");
        }
        let string = Object::String(line, StringFormat::Literal);
        Writer::write_object(&mut content, &string)
            .map_err(|error| AddError::Unreadable(error.to_string()))?;
        content.extend_from_slice(b" Tj\n");
    }
    content.extend_from_slice(b"ET\nQ\nEMC");
    Ok(content)
}
