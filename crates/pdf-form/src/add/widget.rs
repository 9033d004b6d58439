//! A field and the annotation that shows it, as one dictionary (ISO 32000-1, 12.5.6.19 and 12.7.3).

use super::form_font::DEFAULT_APPEARANCE;
use crate::field::{FieldKind, FormField};
use crate::pdf::objects::{Rectangle, number, text_string};
use lopdf::{Dictionary, Object, ObjectId, dictionary};

/// Flag of an annotation: it is printed. PDF/A-2 asks for it, and refuses the flags that hide (ISO
/// 19005-2, 6.3.2).
const PRINT: i64 = 1 << 2;
/// Flag of a text field: several lines.
const MULTILINE: i64 = 1 << 12;
/// Flag of a text field: no more text than its area shows.
const DO_NOT_SCROLL: i64 = 1 << 23;

/// Objects that a widget refers to.
pub(crate) struct WidgetObjects {
    /// Its page.
    pub page: ObjectId,
    /// What it shows.
    pub appearance: ObjectId,
    /// Its key in the tree that leads to its element of structure.
    pub structure_key: i64,
}

/// The field and widget.
pub(crate) fn widget(
    field: &FormField,
    rectangle: Rectangle,
    objects: &WidgetObjects,
) -> Dictionary {
    let field_type = match field.kind {
        FieldKind::Signature => "Sig",
        FieldKind::TextLine { .. } | FieldKind::TextArea { .. } => "Tx",
    };
    let mut widget = dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => field_type,
        "T" => text_string(&field.name),
        "TU" => text_string(&field.alternative_name),
        "Rect" => rectangle.map(number).to_vec(),
        "P" => objects.page,
        "F" => PRINT,
        "StructParent" => objects.structure_key,
        "AP" => dictionary! { "N" => objects.appearance },
    };
    let flags = match field.kind {
        FieldKind::Signature => return widget,
        FieldKind::TextLine { .. } => DO_NOT_SCROLL,
        FieldKind::TextArea { .. } => DO_NOT_SCROLL | MULTILINE,
    };
    widget.set("Ff", flags);
    widget.set("DA", Object::string_literal(DEFAULT_APPEARANCE));
    if let Some(value) = field.kind.value() {
        widget.set("V", text_string(value));
    }
    widget
}
