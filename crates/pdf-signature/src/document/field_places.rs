//! Where pages show a field: the rectangles of its widgets (ISO 32000-2, 12.5.6.19).
//!
//! A widget belongs to a field when it is the field, a kid of it, or has the same value: readers
//! draw a field that the form does not list all the same. Must not know which box of the letter a
//! place lies in; the caller does.

use super::form_fields::FormField;
use super::objects::{
    array_entry, dictionary_entry, dictionary_of, entry, integer_entry, rectangle_entry, resolve,
};
use super::page_tree::{PdfPage, page_tree};
use lopdf::{Dictionary, Document, Object};
use page_area::PageArea;

/// Most places that are told: more than one is too many already.
const MAX_PLACES: usize = 8;
/// Flag of an annotation that is neither shown nor printed (table 167).
const HIDDEN: i64 = 2;
/// A widget with a shorter side, in points, is invisible.
const MIN_SIDE: f64 = 0.01;

/// Every place where a page shows a field, in points from the top left corner of the page, without
/// labels.
pub(crate) fn field_places(document: &Document, field: &FormField<'_>) -> Vec<PageArea> {
    let pages = page_tree(document).pages;
    let mut found: Vec<PageArea> = Vec::new();
    for (number, page) in (1..).zip(&pages) {
        for object in array_entry(document, page.dictionary, b"Annots") {
            let Some(widget) = dictionary_of(resolve(document, object)) else { continue };
            if is_widget_of(field, object, widget) {
                found.extend(shown_area(document, page, number, widget));
            }
        }
        if found.len() > MAX_PLACES {
            break;
        }
    }
    found
}

/// Whether an annotation shows this field. `object` is the annotation as the page refers to it.
fn is_widget_of(field: &FormField<'_>, object: &Object, widget: &Dictionary) -> bool {
    let is_listed =
        |object: &Object| object.as_reference().is_ok_and(|id| field.objects.contains(&id));
    let value = field.value.and_then(|value| value.as_reference().ok());
    let is_value = |object: &Object| value.is_some() && object.as_reference().ok() == value;
    is_listed(object)
        || widget.get(b"Parent").is_ok_and(is_listed)
        || widget.get(b"V").is_ok_and(is_value)
}

/// Where a widget shows something, if it does.
fn shown_area(
    document: &Document,
    page: &PdfPage<'_>,
    number: u32,
    widget: &Dictionary,
) -> Option<PageArea> {
    let [left, bottom, right, top] = rectangle_entry(document, widget, b"Rect")?;
    let appearance = dictionary_entry(document, widget, b"AP");
    let is_drawn = appearance.is_some_and(|states| entry(document, states, b"N").is_some());
    let hidden = integer_entry(document, widget, b"F").unwrap_or(0) & HIDDEN != 0;
    if hidden || !is_drawn || right - left < MIN_SIDE || top - bottom < MIN_SIDE {
        return None;
    }
    let [page_left, _, _, page_top] = page.shown_box(document).unwrap_or([0.0; 4]);
    Some(PageArea {
        label: String::new(),
        page: number,
        x: left - page_left,
        y: page_top - top,
        width: right - left,
        height: top - bottom,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::form_fields::form_fields;
    use lopdf::dictionary;

    /// Places of the one signature of a page with these widgets, each with more entries.
    fn places(widgets: Vec<Dictionary>, kids: bool) -> Vec<(f64, f64)> {
        let mut document = Document::with_version("1.7");
        let value = document.add_object(dictionary! { "Type" => "Sig" });
        let field = document.new_object_id();
        let drawn = document.add_object(lopdf::Stream::new(dictionary! {}, Vec::new()));
        let ids: Vec<Object> = widgets
            .into_iter()
            .map(|more| {
                let rect: Vec<Object> = [10, 20, 30, 40].map(Object::from).to_vec();
                let mut widget = dictionary! { "Subtype" => "Widget", "Rect" => rect };
                widget.set("AP", dictionary! { "N" => drawn });
                if kids {
                    widget.set("Parent", field);
                } else {
                    widget.set("V", value);
                }
                widget.extend(&more);
                document.add_object(widget).into()
            })
            .collect();
        let mut top = dictionary! { "T" => Object::string_literal("s"), "FT" => "Sig" };
        top.set("V", value);
        if kids {
            top.set("Kids", ids.clone());
        }
        document.objects.insert(field, top.into());
        let media: Vec<Object> = [0, 0, 100, 200].map(Object::from).to_vec();
        let page = document.add_object(dictionary! { "MediaBox" => media, "Annots" => ids });
        let pages = document.add_object(dictionary! { "Kids" => vec![page.into()] });
        let form = dictionary! { "Fields" => vec![field.into()] };
        let catalog = document.add_object(dictionary! { "Pages" => pages, "AcroForm" => form });
        document.trailer.set("Root", catalog);
        let found = form_fields(&document);
        let [field] = found.as_slice() else { unreachable!() };
        field_places(&document, field).into_iter().map(|place| (place.x, place.y)).collect()
    }

    #[test]
    fn a_place_is_measured_from_the_upper_left_corner_of_its_page() {
        assert_eq!(places(vec![dictionary! {}], true), [(10.0, 160.0)]);
    }

    #[test]
    fn every_widget_of_a_signature_counts_listed_by_the_form_or_not() {
        assert_eq!(places(vec![dictionary! {}, dictionary! {}], true).len(), 2);
        assert_eq!(places(vec![dictionary! {}, dictionary! {}], false).len(), 2);
    }

    #[test]
    fn what_shows_nothing_is_nowhere() {
        for nothing in [
            dictionary! { "F" => HIDDEN },
            dictionary! { "AP" => Object::Null },
            dictionary! { "Rect" => vec![1.into(), 1.into(), 1.into(), 9.into()] },
        ] {
            assert_eq!(places(vec![nothing], true), []);
        }
    }
}
