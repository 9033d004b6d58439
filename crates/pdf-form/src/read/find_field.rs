//! The field of a document that was sent, found in the copy that came back.

use super::form_reading::{FieldReading, FieldType, FormReading};
use crate::field::{FieldKind, FormField};
use page_area::PageArea;

/// How far two places of one field may be apart, in points.
const TOLERANCE: f64 = 2.0;

/// What became of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldMatch<'a> {
    /// It is there under its name, once.
    Same(&'a FieldReading),
    /// Several fields have its name: two copies of the document were merged. None is to be preferred.
    Several(Vec<&'a FieldReading>),
    /// A field of its kind lies in its place under another name.
    Renamed(&'a FieldReading),
    /// No field: taken away, or its text drawn on the page (see [`FormReading::has_form`]).
    Absent,
}

impl FormReading {
    /// Looks for a field as it was added.
    pub fn find(&self, field: &FormField) -> FieldMatch<'_> {
        let of_kind = |found: &&FieldReading| found.field_type == field_type(&field.kind);
        let named = self.fields.iter().filter(of_kind).filter(|found| found.name == field.name);
        let named: Vec<&FieldReading> = named.collect();
        match named.as_slice() {
            [one] => return FieldMatch::Same(one),
            [] => {}
            _ => return FieldMatch::Several(named),
        }
        let lies_there = |found: &&FieldReading| {
            found.widgets.iter().any(|widget| is_same_place(&widget.area, &field.area))
        };
        match self.fields.iter().filter(of_kind).find(lies_there) {
            Some(found) => FieldMatch::Renamed(found),
            None => FieldMatch::Absent,
        }
    }
}

fn field_type(kind: &FieldKind) -> FieldType {
    match kind {
        FieldKind::TextLine { .. } | FieldKind::TextArea { .. } => FieldType::Text,
        FieldKind::Signature => FieldType::Signature,
    }
}

fn is_same_place(one: &PageArea, other: &PageArea) -> bool {
    let measures = |area: &PageArea| [area.x, area.y, area.width, area.height];
    let near = |(a, b): (f64, f64)| (a - b).abs() < TOLERANCE;
    one.page == other.page && measures(one).into_iter().zip(measures(other)).all(near)
}
